// Bulk bar: appears with the first tick, counts, can be cleared; "all that match" is a tick of its own.
// Where the page has but one button, only the number is told; a search leaves what is ticked.
const tick = "tbody .pick [type=checkbox]";
const counted = (form) => {
  const ticks = $$(tick, form), all = $("[data-all]", form);
  const n = ticks.filter((one) => one.checked).length, bulk = $(".bulk", form);
  $("[data-count]", form).textContent = n;
  if (all) Object.assign(all, { checked: n > 0 && n === ticks.length, indeterminate: n > 0 && n < ticks.length });
  if (!bulk) return;
  bulk.hidden = !n;
  const matching = $("[data-matching]", form);
  if (matching) matching.hidden = !all?.checked;
};
const recount = () => $$("[data-bulk]:has([data-count])").forEach(counted);
recount();
document.addEventListener("htmx:after:swap", recount);
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
