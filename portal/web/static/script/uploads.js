// Files that travel with their form are listed below the box, each with its size; what is too large
// says so before it is sent. data-most: bytes.
const sizes = (bytes) => bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
const listed = (file, most) => {
  const row = document.createElement("li"), note = document.createElement("span");
  row.append(Object.assign(document.createElement("span"), { textContent: file.name }), note);
  note.className = "muted number";
  note.textContent = sizes(file.size);
  if (file.size > most) { row.className = "failed"; note.textContent = `✕ ${words("tooLarge")} (${sizes(file.size)})`; }
  return row;
};
document.addEventListener("change", (e) => {
  if (!e.target.matches("input[data-most]")) return;
  const rows = [...e.target.files].map((file) => listed(file, +e.target.dataset.most));
  $("[data-uploads]", e.target.closest(".field")).replaceChildren(...rows);
});
for (const kind of ["dragenter", "dragleave", "drop"]) document.addEventListener(kind, (e) => {
  e.target.closest?.(".drop")?.classList.toggle("over", kind === "dragenter");
});
