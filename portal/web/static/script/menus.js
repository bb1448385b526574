// Menus close on Escape, on outside clicks and when another opens (details[name]); the drawer too.
const bar = $("#sidebar"), toggle = $("[data-toggle=sidebar]");
const drawer = (open) => {
  bar.classList.toggle("open", open);
  toggle.setAttribute("aria-expanded", open);
  if (open) $("a", bar).focus();
};
document.addEventListener("click", (e) => {
  // What a summary of faults leads to may lie in a menu: that one opens.
  const to = e.target.closest('a[href^="#"]'), into = to && document.getElementById(to.hash.slice(1))?.closest("details");
  $$("details.menu[open]").forEach((menu) => menu === into || menu.contains(e.target) || menu.removeAttribute("open"));
  if (into) into.open = true;
  if (!bar) return;
  if (e.target.closest("[data-toggle=sidebar]")) drawer(!bar.classList.contains("open"));
  else if (bar.classList.contains("open") && !bar.contains(e.target)) drawer(false);
});
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  const open = $("details.menu[open]");
  if (open) { open.removeAttribute("open"); $("summary", open).focus(); }
  else if (bar?.classList.contains("open")) { drawer(false); toggle.focus(); }
});
// Who walks on with Tab leaves what was open, so that it covers nothing they come to.
document.addEventListener("focusin", (e) => {
  $$("details.menu[open]").forEach((menu) => menu.contains(e.target) || menu.removeAttribute("open"));
  if (bar?.classList.contains("open") && !bar.contains(e.target) && e.target !== toggle) drawer(false);
});
document.addEventListener("toggle", (e) => {
  if (e.target.open && e.target.matches?.("details.menu")) $("[autofocus], textarea", e.target)?.focus();
}, true);
