// A session that ended meanwhile costs nobody what they typed. Before a form with words in it is
// sent from a page that has been open for a while, the portal is asked whether we are still signed
// in, as the same person; if not, one signs in beside it, comes back and sends again.
const FRESH = 60_000;
let heard = Date.now();
const renewed = (csrf) => {
  for (const box of $$('[name="csrf_token"]')) box.value = csrf;
  document.body.dataset.csrf = csrf;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": csrf }));
};
const stillMe = async () => {
  const answer = await fetch(words("here"), { headers: { Accept: "application/json" } });
  if (!answer.ok) return answer.status !== 401; // other troubles are the answer to the form itself
  const { person, csrf } = await answer.json();
  if (`${person}` !== words("person")) return false;
  heard = Date.now();
  renewed(csrf);
  return true;
};
// What the page asks for by itself (cautions, lists, the state of a job) never leads away from it.
document.addEventListener("session-ended", () => { if (!$("#ended").open) $("#ended").showModal(); });
document.addEventListener("input", (e) => { if (e.target.form) e.target.form.dataset.typed = ""; });
document.addEventListener("submit", (e) => {
  const form = e.target, { typed, asking } = form.dataset;
  if (asking === "done") return void delete form.dataset.asking;
  if (typed === undefined || form.method !== "post" || !words("here") || Date.now() - heard < FRESH) return;
  e.preventDefault();
  e.stopImmediatePropagation(); // nobody else hears of it until we know
  if (asking) return;
  form.dataset.asking = "now";
  stillMe().then((mine) => {
    if (!mine) return $("#ended").showModal();
    form.dataset.asking = "done";
    form.requestSubmit(e.submitter);
  }, () => toast(words("offline"), "error")).finally(() => delete form.dataset.asking);
}, true);
