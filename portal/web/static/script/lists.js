// Bulk bar: appears with the first tick, counts, can be cleared; "all that match" is a tick of its own.
const tick = "tbody .pick [type=checkbox]";
const counted = (form) => {
  const ticks = $$(tick, form), all = $("[data-all]", form);
  const n = ticks.filter((one) => one.checked).length, bulk = $(".bulk", form);
  all.checked = n > 0 && n === ticks.length;
  all.indeterminate = n > 0 && n < ticks.length;
  if (!bulk) return; // pages with one button of their own
  bulk.hidden = !n;
  $("[data-count]", form).textContent = n;
  const matching = $("[data-matching]", form);
  if (matching) matching.hidden = !all.checked;
};
$$("[data-bulk]").forEach((form) => { if ($(`${tick}:checked`, form)) counted(form); });
document.addEventListener("change", (e) => {
  const form = e.target.closest("[data-bulk]");
  if (!form) return;
  if (e.target.matches("[data-all]")) $$(tick, form).forEach((one) => { one.checked = e.target.checked; });
  if (e.target.matches(`[data-all], ${tick}`)) counted(form);
});
document.addEventListener("click", (e) => {
  const form = e.target.closest("[data-none]")?.closest("[data-bulk]");
  if (!form) return;
  $$(tick, form).forEach((one) => { one.checked = false; });
  counted(form);
});
