// Dates are typed in the page's own format; the button borrows the browser's calendar.
document.addEventListener("click", (e) => {
  const box = e.target.closest("[data-pick]")?.parentElement;
  if (!box) return;
  const [text, native] = $$("input", box);
  native.value = text.value;
  native.onchange = () => { text.value = native.value; bubble(text, "input"); bubble(text, "change"); };
  native.showPicker();
});
