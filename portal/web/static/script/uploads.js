// Uploads: one request a file, so each has its own progress, can fail alone and be tried again.
// data-upload holds the address; an empty one leaves the files to the form itself and only lists them.
const sizes = (bytes) => bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
const line = (input, file) => {
  const row = document.createElement("li"), note = document.createElement("span");
  row.append(Object.assign(document.createElement("span"), { textContent: file.name }), note);
  note.className = "muted number";
  note.textContent = sizes(file.size);
  input.closest(".field").querySelector("[data-uploads]").append(row);
  return [row, note];
};
const sent = (input, file) => {
  const [row, note] = line(input, file), gauge = document.createElement("progress");
  const most = +input.dataset.most || Infinity;
  if (file.size > most) { row.className = "failed"; note.textContent = words("tooLarge"); return; }
  const request = new XMLHttpRequest(), body = new FormData();
  gauge.max = 1;
  gauge.value = 0;
  gauge.setAttribute("aria-label", file.name);
  note.before(gauge);
  request.upload.onprogress = (e) => { gauge.value = e.loaded / e.total; };
  request.onloadend = () => {
    const good = request.status >= 200 && request.status < 300;
    gauge.value = 1;
    row.className = good ? "done" : "failed";
    note.textContent = good ? `✓ ${sizes(file.size)}` : `✕ ${words(request.status === 413 ? "tooLarge" : "refused")}`;
    bubble(input, good ? "uploaded" : "refused");
  };
  request.open("POST", input.dataset.upload);
  request.setRequestHeader("X-CSRFToken", token());
  body.append("file", file);
  request.send(body);
};
document.addEventListener("change", (e) => {
  if (!e.target.matches("input[data-upload]")) return;
  for (const file of e.target.files) (e.target.dataset.upload ? sent : line)(e.target, file);
});
for (const kind of ["dragenter", "dragleave", "drop"]) document.addEventListener(kind, (e) => {
  e.target.closest?.(".drop")?.classList.toggle("over", kind === "dragenter");
});
