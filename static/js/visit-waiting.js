/** On a visit's page: answers of this person that still wait on this device. A record is not sent while some do. */

import { openStore } from "./answers-store.js";

const notes = [...document.querySelectorAll("[data-waiting]")];

async function look() {
  for (const note of notes) {
    const store = await openStore(note.dataset.waiting);
    const waiting = (await store.events()).length + (await store.uploads()).length;
    note.querySelector("[data-waiting-count]").textContent = waiting;
    note.hidden = waiting === 0;
  }
}

document.addEventListener("submit", (event) => {
  const note = notes.find((found) => !found.hidden);
  if (!note || !new URL(event.target.action).pathname.endsWith("/do/submit/")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  note.scrollIntoView({ block: "center" });
  note.querySelector("a").focus();
}, true);

look();
window.addEventListener("pageshow", look);
