// Single letters (body[data-keys=on], WCAG 2.1.4): j/k walk rows, / searches the list, e edits,
// n makes a new one, g h goes home, ? shows this list. Ctrl-Enter sends the form one is in.
let before = "";
const walk = (by) => {
  const rows = $$(".row-link"), at = rows.indexOf(document.activeElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
};
const letters = {
  j: () => walk(1),
  k: () => walk(-1),
  "/": () => ($("#filters [name=q]") ?? $("[data-open=finder]"))?.[$("#filters [name=q]") ? "focus" : "click"](),
  e: () => $("[data-key=e]")?.click(),
  n: () => $("[data-key=n]")?.click(),
  h: () => before === "g" && $("[data-key=home]")?.click(),
  "?": () => $("#keys")?.showModal(),
};
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey && e.key === "Enter") return e.target.form?.requestSubmit();
  const typing = e.target.closest("input, textarea, select, [contenteditable], dialog[open]");
  if (typing || e.ctrlKey || e.metaKey || e.altKey || document.body.dataset.keys !== "on") return;
  if (letters[e.key]) { e.preventDefault(); letters[e.key](); }
  before = e.key;
});
document.addEventListener("click", (e) => {
  if (e.target.closest("[data-open=keys]")) $("#keys").showModal();
  if (e.target.closest("[data-close]") || e.target.matches("dialog")) e.target.closest("dialog").close();
});
