// Page images: zoom by class, page counter, jump to a page.
for (const viewer of $$(".viewer")) {
  const sheets = $(".sheets", viewer), counter = $("[data-page-now]", viewer);
  let zoom = 2;
  viewer.addEventListener("click", (e) => {
    const by = e.target.closest("[data-zoom]")?.dataset.zoom;
    if (!by) return;
    sheets.classList.remove(`zoom-${zoom}`);
    zoom = Math.max(1, Math.min(4, zoom + Number(by)));
    sheets.classList.add(`zoom-${zoom}`);
    for (const button of $$("[data-zoom]", viewer)) button.disabled = zoom === (button.dataset.zoom === "1" ? 4 : 1);
  });
  if (!counter) continue;
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) counter.textContent = $$("li", sheets).indexOf(entry.target) + 1;
  }, { rootMargin: "-45% 0px -45% 0px" });
  $$("li", sheets).forEach((sheet) => seen.observe(sheet));
}

// Redline: from one change to the next, and from the last to the first again.
document.addEventListener("click", (e) => {
  if (!e.target.closest("[data-next-change]")) return;
  const marks = $$(".redline-text :is(ins, del)"), middle = innerHeight / 2;
  const next = marks.find((mark) => mark.getBoundingClientRect().top > middle + 24) ?? marks[0];
  next?.scrollIntoView({ block: "center" });
});
