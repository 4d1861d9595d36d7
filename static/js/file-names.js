/* A file input marked data-file-names: a Thai button in place of the browser's own, and what was chosen below it. */

const MEGABYTE = 1024 * 1024;

for (const input of document.querySelectorAll("input[type=file][data-file-names]")) {
  const button = document.createElement("label");
  button.htmlFor = input.id;
  button.className = "btn btn-outline-primary";
  button.innerHTML = '<i class="bi bi-paperclip" aria-hidden="true"></i> ';
  button.append(input.dataset.fileNames);
  const list = document.createElement("ul");
  list.className = "chosen-files";
  const spoken = document.createElement("div");
  spoken.setAttribute("role", "status");
  spoken.append(list);
  input.classList.add("visually-hidden");
  input.after(button, spoken);
  input.addEventListener("focus", () => button.classList.add("active"));
  input.addEventListener("blur", () => button.classList.remove("active"));
  input.addEventListener("change", () => {
    list.replaceChildren(
      ...Array.from(input.files, (file) => {
        const item = document.createElement("li");
        item.textContent = `${file.name} (${Math.max(0.1, file.size / MEGABYTE).toFixed(1)} MB)`;
        return item;
      }),
    );
  });
}
