// Finder: Ctrl-K from anywhere, arrows walk the results, Enter opens.
const finder = $("#finder");
const openFinder = () => { if (!finder.open) finder.showModal(); $("input", finder).select(); };
document.addEventListener("click", (e) => { if (e.target.closest("[data-open=finder]")) openFinder(); });
document.addEventListener("keydown", (e) => {
  if (!finder) return;
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") { e.preventDefault(); openFinder(); }
  if (!finder.open) return;
  const links = $$("#found a");
  if (/^Arrow(Up|Down)$/.test(e.key)) {
    const stops = [$("input", finder), ...links], at = stops.indexOf(document.activeElement);
    e.preventDefault();
    stops[(at + (e.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length].focus();
  } else if (e.key === "Enter" && e.target.matches("#finder input")) {
    e.preventDefault();
    (links[0] ?? $("[data-search-page]", finder))?.click();
  }
});
