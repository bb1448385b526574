// Forms: a draft every two quiet seconds and when one leaves, a question before leaving with changes, focus on the errors.
for (const form of $$("[data-guard]")) {
  let dirty = false, timer;
  const state = $("[data-draft-state]", form);
  const draft = async (leaving = false) => {
    clearTimeout(timer);
    timer = 0;
    if (!form.dataset.draft) return;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    const answer = await fetch(form.dataset.draft, {
      method: "POST", body, keepalive: leaving, headers: { "X-CSRFToken": token(), Accept: "application/json" },
    }).catch(() => ({}));
    if (!state) return;
    if (answer.status === 204) state.textContent = `${words("saved")} ${new Date().toTimeString().slice(0, 5)}`;
    if (answer.status === 401) state.textContent = words("ended");
  };
  form.addEventListener("input", () => {
    dirty = true;
    form.classList.add("dirty");
    if (state) state.textContent = words("unsaved");
    clearTimeout(timer);
    timer = setTimeout(draft, 2000);
  });
  form.addEventListener("submit", () => { dirty = false; clearTimeout(timer); timer = 0; });
  document.addEventListener("visibilitychange", () => { if (document.hidden && timer) draft(true); });
  addEventListener("beforeunload", (e) => dirty && e.preventDefault());
}
$("[data-focus]")?.focus();

// Show or hide what one types into a password field.
document.addEventListener("click", (e) => {
  const button = e.target.closest("[data-reveal]");
  if (!button) return;
  const input = document.getElementById(button.dataset.reveal), shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", !shown);
});

// A click fills a field with wording that is offered beside it.
document.addEventListener("click", (e) => {
  const offer = e.target.closest("[data-fills]");
  if (!offer) return;
  const field = document.getElementById(offer.dataset.fills);
  field.value = offer.textContent;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

// What is asked or offered only for some values of other fields: data-when="kind=client mutual&locale=en".
// A look-up that is hidden is sent empty, so a choice made before does not stay behind unseen.
for (const form of $$("form.record")) {
  const asked = $$("[data-when]", form);
  const show = () => {
    const said = new FormData(form); // of a hidden "no" and a tick "yes", the last one counts
    asked.forEach((box) => {
      box.hidden = !box.dataset.when.split("&").every((one) => {
        const [name, values] = one.split("=");
        return values.split(" ").includes(said.getAll(name).at(-1) ?? "");
      });
      if (box.hidden) for (const f of $$("[data-lookup]", box)) f.tomselect ? f.tomselect.clear(true) : (f.value = "");
    });
  };
  if (asked.length) { form.addEventListener("change", show); show(); }
}
