/** A form that is only looked at: inputs are live, nothing is sent. */

import { goLive } from "./questions-live.js";

for (const form of document.querySelectorAll("form[data-preview]")) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => target.matches(".photo-file") && nameFiles(target));
  goLive(form).then(() => (form.dataset.ready = "1"));
}

/** What was chosen is named, as a form that is really filled in shows it. */
function nameFiles(input) {
  const list = input.closest("[data-slot]").querySelector("[data-photo-list]");
  list.replaceChildren(
    ...Array.from(input.files, (file) => Object.assign(document.createElement("li"), { className: "file", textContent: file.name })),
  );
}
