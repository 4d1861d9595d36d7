/** On the page of a visit, or of a joint rating: answers of this person that still wait on this device. Nothing is sent
 * while some do. */

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
  if (!note || !/\/(do\/submit|send)\/$/.test(new URL(event.target.action).pathname)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  note.scrollIntoView({ block: "center" });
  note.querySelector("a").focus();
}, true);

look();
window.addEventListener("pageshow", look);
