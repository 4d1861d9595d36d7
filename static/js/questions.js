/** Questions on a page: read what a slot says, show an answer in it, mark what is answered, invalid or disputed. */

import { buddhistYear } from "./thai-date-text.js";

/** The element of a slot: the input itself, or the group that holds its inputs. */
export function slotElement(root, key) {
  return root.querySelector(`[data-slot="${CSS.escape(key)}"]`);
}

export function questionOf(element) {
  return element.closest("[data-question]");
}

/** What the slot says now, as the server stores it roughly: null where it says nothing. */
export function readSlot(element) {
  switch (element.dataset.kind) {
    case "rating":
    case "exist": {
      const picked = element.querySelector("input:checked");
      return picked ? Number(picked.value) : null;
    }
    case "choice": {
      const picked = element.querySelector("input:checked");
      return picked ? picked.value : null;
    }
    case "multi": {
      const picked = [...element.querySelectorAll("input:checked")].map((input) => input.value);
      return picked.length ? picked : null;
    }
    case "signature": {
      const typed = element.querySelector("input[type=text]").value.trim();
      return typed ? { typed } : null;
    }
    case "photo":
      return null;
    default:
      return element.value.trim() === "" ? null : element.value;
  }
}

/** Show an answer ({v} or {na: true} or {}) in the slot. Photos are drawn by questions-photos.js. */
export function showSlot(element, entry) {
  const value = entry && "v" in entry ? entry.v : null;
  switch (element.dataset.kind) {
    case "rating":
    case "exist":
    case "choice":
    case "multi": {
      const held = (Array.isArray(value) ? value : value === null ? [] : [value]).map(String);
      for (const input of element.querySelectorAll("input")) input.checked = held.includes(input.value);
      break;
    }
    case "signature":
      element.querySelector("input[type=text]").value = value && value.typed ? value.typed : "";
      break;
    case "photo":
      break;
    case "date":
      element.value = value === null ? "" : dateText(value);
      break;
    default:
      element.value = value === null ? "" : String(value);
  }
  const question = questionOf(element);
  if (question && question.dataset.main.split(" ").includes(element.dataset.slot)) {
    const na = question.querySelector("[data-na]");
    if (na) na.checked = Boolean(entry && entry.na);
  }
}

/** ISO into the day/month/Buddhist year that the server prints; anything else as it is. */
function dateText(value) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  return parts ? `${Number(parts[3])}/${Number(parts[2])}/${buddhistYear(Number(parts[1]))}` : value;
}

/** An answer in words, for the choice between two people's answers. */
export function answerWords(element, entry) {
  if (entry.na) return "ไม่เกี่ยวข้อง";
  if (!("v" in entry) || entry.v === null) return "ไม่ตอบ";
  const label = (value) => {
    const input = [...element.querySelectorAll("input")].find((item) => item.value === String(value));
    const text = input ? element.querySelector(`label[for="${CSS.escape(input.id)}"]`).textContent : String(value);
    return text.replace(/\s+/g, " ").trim();
  };
  switch (element.dataset.kind) {
    case "rating":
    case "exist":
    case "choice":
      return label(entry.v);
    case "multi":
      return entry.v.map(label).join(", ");
    case "date":
      return dateText(entry.v);
    case "photo":
      return `ภาพ ${entry.v.length} ภาพ`;
    case "signature":
      return entry.v.typed || "ลงลายมือชื่อแล้ว";
    default:
      return String(entry.v).slice(0, 120);
  }
}

/** Empty every main slot of a question. */
export function clearQuestion(question) {
  for (const key of question.dataset.main.split(" ")) {
    const element = slotElement(question, key);
    if (element) showSlot(element, {});
  }
}

export function markAnswered(question) {
  const na = question.querySelector("[data-na]");
  const isNa = Boolean(na && na.checked);
  const full = question.dataset.main.split(" ").every((key) => {
    const element = slotElement(question, key);
    if (!element) return false;
    if (element.dataset.kind === "photo") return element.querySelector("[data-photo]") !== null;
    if (element.dataset.kind === "signature" && element.querySelector("[data-signature-image]")) return true;
    return readSlot(element) !== null;
  });
  question.classList.toggle("q-na", isNa);
  question.classList.toggle("q-answered", isNa || full);
}

/** Show why an answer was not taken, at its question; an empty message takes it away. */
export function showError(element, message) {
  const question = questionOf(element);
  if (!question) return;
  // A date field says by itself why it can't be read; once is enough.
  const said = Boolean(element.closest("thai-date")?.querySelector("output.is-refused"));
  question.querySelector("[data-error]").textContent = said ? "" : message;
  question.classList.toggle("q-invalid", Boolean(message));
  const inputs = element.matches("input, textarea, select") ? [element] : element.querySelectorAll("input, textarea");
  for (const input of inputs) {
    if (message) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

/** Offer the answers that contradict each other; `choose` hears the chosen entry. */
export function showConflict(element, entry, nameOf, choose) {
  const question = questionOf(element);
  const place = question.querySelector("[data-conflicts]");
  const slot = element.dataset.slot;
  const old = place.querySelector(`[data-conflict-of="${CSS.escape(slot)}"]`);
  const rivals = entry.rivals || [];
  if (!rivals.length) {
    // What the server drew is about the question as a whole: it goes when nothing is left to settle.
    (old || place).replaceChildren();
    if (old) old.remove();
    question.classList.toggle("q-disputed", place.childElementCount > 0);
    return;
  }
  const box = document.createElement("div");
  box.className = "q-conflict";
  box.dataset.conflictOf = slot;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "คำตอบไม่ตรงกัน");
  const head = document.createElement("p");
  head.className = "q-conflict-head";
  head.textContent = "ข้อนี้มีคำตอบไม่ตรงกัน โปรดเลือกคำตอบที่ใช้";
  box.append(head);
  for (const option of [entry, ...rivals]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "q-conflict-option";
    const who = document.createElement("span");
    who.className = "q-conflict-who";
    who.textContent = `${nameOf(option.by)} ตอบเมื่อ ${clock(option.at)}`;
    const what = document.createElement("span");
    what.className = "q-conflict-text";
    what.textContent = answerWords(element, option);
    button.append(who, " ", what);
    button.addEventListener("click", () => choose(option));
    box.append(button);
  }
  if (!old) place.replaceChildren(...place.querySelectorAll("[data-conflict-of]"), box);
  else old.replaceWith(box);
  question.classList.add("q-disputed");
}

/** The time of day as Thais write it: 10.41 น. */
export function clock(moment) {
  const at = moment ? new Date(moment) : new Date();
  if (Number.isNaN(at.getTime())) return "";
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Bangkok" });
  return `${time.replace(":", ".")} น.`;
}
