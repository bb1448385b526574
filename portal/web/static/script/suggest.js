// Search: titles that hold what is typed so far, offered by the browser's own list.
for (const box of $$("input[data-suggest]")) {
  let timer;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const typed = box.value.trim();
      if (!typed) return;
      const url = new URL(box.dataset.suggest, location.href);
      url.searchParams.set("q", typed);
      const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => ({}));
      if (answer.ok) box.list.replaceChildren(...(await answer.json()).map((title) => new Option(title)));
    }, 200);
  });
}
