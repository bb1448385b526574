// Bulk bar: appears with the first tick, counts, can be cleared; "all that match" is a tick of its own.
const counted = (form) => {
  const ticks = $$("tbody [name=id]", form), all = $("[data-all]", form);
  const n = ticks.filter((tick) => tick.checked).length;
  all.checked = n > 0 && n === ticks.length;
  all.indeterminate = n > 0 && n < ticks.length;
  $(".bulk", form).hidden = !n;
  $("[data-count]", form).textContent = n;
  const matching = $("[data-matching]", form);
  if (matching) matching.hidden = !all.checked;
};
document.addEventListener("change", (e) => {
  const form = e.target.closest("[data-bulk]");
  if (!form) return;
  if (e.target.matches("[data-all]")) $$("tbody [name=id]", form).forEach((tick) => { tick.checked = e.target.checked; });
  if (e.target.matches("[data-all], tbody [name=id]")) counted(form);
});
document.addEventListener("click", (e) => {
  const form = e.target.closest("[data-none]")?.closest("[data-bulk]");
  if (!form) return;
  $$("tbody [name=id]", form).forEach((tick) => { tick.checked = false; });
  counted(form);
});
