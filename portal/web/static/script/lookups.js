// Type-ahead for related records: a select stays a select, Tom Select only dresses it. The address
// in data-lookup answers [[value, text], …] or [{value, text}, …] for ?query=.
const pairs = (rows) => rows.map((row) => Array.isArray(row) ? { value: row[0], text: row[1] } : row);
const dress = (box) => {
  const url = new URL(box.dataset.lookup, location.href), aria = ["aria-describedby", "aria-invalid"];
  let said = "nothing"; // why no row is offered: none is there, or nobody was asked
  const asked = (answer) => {
    said = answer.ok ? "nothing" : answer.status === 401 ? "ended" : "failed";
    return answer.ok ? answer.json() : [];
  };
  const unheard = () => { said = "offline"; return []; };
  const dressed = new TomSelect(box, {
    searchField: [], score: () => () => 1, maxOptions: 20, hideSelected: true, loadThrottle: 150,
    placeholder: box.dataset.hint ?? words("type"),
    onType: () => dressed.clearOptions(),
    load: (text, done) => {
      url.searchParams.set("query", text);
      fetch(url, { headers: { Accept: "application/json" } }).then(asked, unheard).then((rows) => done(pairs(rows)));
    },
    render: {
      no_results: () => `<div class="no-results" role="option" aria-disabled="true">${words(said)}</div>`,
      option: (row, escape) => `<div class="option">${escape(row.text)}${row.note ? `<small>${escape(row.note)}</small>` : ""}</div>`,
    },
  });
  if (box.dataset.new) { // in a window of its own: what is typed here stays
    const made = { href: box.dataset.new, textContent: box.dataset.newSaid, target: "_blank", rel: "noopener", className: "make-new" };
    dressed.dropdown.append(Object.assign(document.createElement("a"), made));
  }
  box.hidden = true; // the dressed input carries the label now
  for (const name of aria) if (box.getAttribute(name)) dressed.control_input.setAttribute(name, box.getAttribute(name));
};
// The dressing is fetched by whatever page has such a select, so that no page can forget it.
const boxes = $$("select[data-lookup]");
if (boxes.length) {
  const script = Object.assign(document.createElement("script"), { src: words("dressing") });
  script.addEventListener("load", () => boxes.forEach(dress));
  document.head.append(script);
}
