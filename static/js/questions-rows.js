/** The rows of repeating sections on a page: drawn from the section's pattern, numbered, named by their first text. */

const PATTERN = "row0new0";

export const repeating = (root) => [...root.querySelectorAll("[data-repeat]")];
export const rowsOf = (section) => [...section.querySelectorAll("[data-row]")];
export const rowIds = (section) => rowsOf(section).map((row) => row.dataset.row);

/** The section of a slot that holds rows; null where it is not on the page. */
export function repeatOf(root, slot) {
  return root.querySelector(`[data-repeat="${CSS.escape(slot)}"]`);
}

export function newRowId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return [...bytes].map((byte) => (byte % 36).toString(36)).join("");
}

/** Draw a row at the end of its section; answers the row, the one that is there where it is there already. */
export function drawRow(section, id) {
  const there = section.querySelector(`[data-row="${CSS.escape(id)}"]`);
  if (there) return there;
  const made = document.createElement("template");
  made.innerHTML = section.querySelector("template[data-new-row]").innerHTML.replaceAll(PATTERN, id);
  const row = made.content.querySelector("[data-row]");
  section.querySelector("[data-rows]").append(row);
  renumber(section);
  return row;
}

/** Take a row off the page; what it held stays with the form. */
export function eraseRow(section, id) {
  section.querySelector(`[data-row="${CSS.escape(id)}"]`)?.remove();
  renumber(section);
}

/** Number the rows anew, and show what there is to add. */
export function renumber(section) {
  const rows = rowsOf(section);
  const { label, most } = section.dataset;
  rows.forEach((row, index) => {
    const words = `${label} ${index + 1}`;
    row.querySelector("[data-row-number]").textContent = words;
    const what = row.querySelector("[data-row-what]");
    if (what) what.textContent = words;
    nameRow(row);
  });
  section.querySelector("[data-none]").hidden = rows.length > 0;
  const add = section.querySelector("[data-row-add]");
  if (!add) return;
  add.hidden = rows.length >= Number(most);
  add.querySelector("[data-next-number]").textContent = rows.length + 1;
}

/** A row is called by its first text: usually a name. */
export function nameRow(row) {
  const key = row.closest("[data-repeat]")?.dataset.names;
  const input = key && row.querySelector(`[data-slot="${CSS.escape(`${key}@${row.dataset.row}`)}"]`);
  if (input) row.querySelector("[data-row-name]").textContent = input.value.trim().split("\n")[0].slice(0, 80);
}

/** Say that a row was taken away and offer to bring it back; the button has the focus. */
export function offerUndo(section, words, undo) {
  const place = section.querySelector("[data-undo]");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-outline-secondary";
  button.textContent = "เลิกทำ";
  button.addEventListener("click", () => {
    place.replaceChildren();
    undo();
  });
  place.replaceChildren(`ลบ${words} แล้ว `, button);
  button.focus();
}
