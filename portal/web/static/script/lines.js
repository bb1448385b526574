// A list of rows edited as a table: each row needs names like lines-3-price.
document.addEventListener("click", (e) => {
  const dropped = e.target.closest("[data-drop-line]")?.closest("tr");
  if (dropped) { bubble(dropped, "input"); dropped.remove(); }
  const box = e.target.closest("[data-add-line]")?.parentElement;
  if (!box) return;
  const table = $("[data-lines]", box), row = $("template", box).content.firstElementChild.cloneNode(true);
  const taken = $$("[name]", table).map((f) => +f.name.split("-").at(-2)).filter(Number.isInteger);
  const prefix = `${table.dataset.lines}-${Math.max(-1, ...taken) + 1}-`;
  for (const f of $$("[name]", row)) f.id = f.name = prefix + f.name;
  $("tbody", table).append(row);
  $("input:not([type=hidden])", row)?.focus();
});
