// Shared by all parts. No inline handlers anywhere: behaviour hangs on data- attributes,
// and reading, filtering and saving work without any script.
const $ = (query, from = document) => from.querySelector(query);
const $$ = (query, from = document) => [...from.querySelectorAll(query)];
const token = () => document.body.dataset.csrf ?? "";
const words = (name) => document.body.dataset[name] ?? "";
const bubble = (element, kind) => element.dispatchEvent(new Event(kind, { bubbles: true }));

// A short message in the corner that leaves by itself; errors stay until closed.
const toast = (text, kind = "message") => {
  const line = document.createElement("p");
  line.className = `flash ${kind}`;
  line.append(Object.assign(document.createElement("span"), { textContent: text }));
  $("#toasts")?.append(line);
  if (kind !== "error") setTimeout(() => line.remove(), 6000);
  else line.addEventListener("click", () => line.remove());
};
addEventListener("offline", () => toast(words("offline"), "error"));
addEventListener("online", () => $$("#toasts .error").forEach((line) => line.remove()));
document.addEventListener("htmx:error", () => toast(words("failed"), "error"));

document.addEventListener("click", (e) => {
  e.target.closest("[data-close-flash]")?.closest(".flash").remove();
  if (e.target.closest("[data-print]")) print();
});

// Of tabs that scroll, the one that is open is in view.
for (const tab of $$(".tabs [aria-current]")) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 24;

// A step that is not possible yet says why instead of being sent.
document.addEventListener("click", (e) => {
  if (e.target.closest('[aria-disabled="true"]:not(summary)')) e.preventDefault();
}, true);

// One click, one request: a form that is on its way cannot be sent again. Buttons are only
// marked, because a disabled button would not send its own name and value.
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.method !== "post" || e.defaultPrevented) return;
  if (form.dataset.sent) return e.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 5000);
});
addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => delete form.dataset.sent));
