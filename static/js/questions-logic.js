/** The form's conditions and calculations, acted on at once: the server says the same again when an answer is saved. */

import { limitChoices } from "./questions-menus.js";
import { repeating, rowIds } from "./questions-rows.js";
import { slotElement } from "./questions.js";
import { todayInBangkok } from "./thai-date-text.js";

/** The logic of a form on the page; null where it has none, and then nothing is fetched. */
export async function logicOf(root) {
  const data = document.getElementById("form-sheet");
  const sheet = data ? JSON.parse(data.textContent) : null;
  if (!sheet) return null;
  const { settle, allowed } = await import("./logic.js");
  return new FormLogic(root, sheet, settle, allowed);
}

class FormLogic {
  constructor(root, sheet, settle, allowed) {
    Object.assign(this, { root, sheet, settle, allowed });
    this.filters = sheet.checks.filter((check) => check.filter);
    this.news = document.createElement("p");
    this.news.className = "visually-hidden";
    this.news.setAttribute("role", "status");
    root.prepend(this.news);
  }

  /** What kind of value the logic takes a slot for; undefined where it doesn't ask for it. */
  kindOf(key) {
    return this.sheet.names[key.split("@")[0]]?.kind;
  }

  /** Show what these answers make of the form: hidden questions, values, broken conditions, what must be answered. */
  refresh(answers, { quiet = false } = {}) {
    const today = todayInBangkok();
    const offered = this.#offered(answers);
    const settled = this.settle(this.sheet, answers, today);
    if (offered) this.#addOffered(settled, this.settle(this.sheet, offered.answers, today), offered.ids);
    this.#show(settled, quiet);
    for (const check of this.filters) this.#limit(check, offered?.answers || answers, today);
  }

  /** The answers with the rows that are offered and not begun, which no answer knows of; null where there are none. */
  #offered(answers) {
    const more = {};
    const ids = new Set();
    for (const section of repeating(this.root)) {
      const known = answers[section.dataset.repeat]?.v || [];
      const shown = rowIds(section).filter((id) => !known.includes(id));
      if (!shown.length) continue;
      more[section.dataset.repeat] = { v: [...known, ...shown] };
      shown.forEach((id) => ids.add(id));
    }
    return ids.size ? { answers: { ...answers, ...more }, ids } : null;
  }

  #addOffered(settled, offered, ids) {
    const isOf = (key) => ids.has(key.split("@")[1]);
    for (const name of ["hidden", "required"]) for (const key of offered[name]) if (isOf(key)) settled[name].add(key);
    for (const name of ["calc", "broken"]) {
      for (const [key, value] of Object.entries(offered[name])) if (isOf(key)) settled[name][key] = value;
    }
  }

  #show(settled, quiet) {
    const appeared = [];
    const focused = document.activeElement;
    for (const section of this.root.querySelectorAll("[data-section]")) {
      const hide = settled.hidden.has(`@${section.dataset.section}`);
      if (section.hidden && !hide) appeared.push(section.querySelector("h2").textContent.trim());
      section.hidden = hide;
    }
    for (const question of this.root.querySelectorAll("[data-question]")) {
      const key = question.dataset.question;
      const hide = settled.hidden.has(key);
      if (question.hidden && !hide && !question.closest("[data-section]").hidden) appeared.push(titleOf(question));
      question.hidden = hide;
      this.#mark(question, settled.broken[key] || "");
      const star = question.querySelector("[data-required]");
      if (star && star.dataset.required !== "always") star.hidden = !settled.required.has(key);
    }
    for (const output of this.root.querySelectorAll("[data-calc]")) {
      const value = settled.calc[output.dataset.calc];
      const words = value === undefined ? "–" : numberWords(value, Number(output.dataset.decimals));
      if (output.textContent !== words) output.textContent = words;
    }
    if (focused !== document.body && this.root.contains(focused) && focused.closest("[hidden]")) keepFocus(this.root, focused);
    if (appeared.length && !quiet) this.news.textContent = `มีข้อเพิ่ม: ${appeared.slice(0, 3).join(", ")}${appeared.length > 3 ? ` และอีก ${appeared.length - 3} ข้อ` : ""}`;
  }

  #mark(question, message) {
    const place = question.querySelector("[data-broken]");
    if (!place) return;
    if (place.textContent !== message) place.textContent = message;
    const refused = Boolean(question.querySelector("[data-error]")?.textContent || question.querySelector("output.is-refused"));
    question.classList.toggle("q-invalid", Boolean(message) || refused);
    for (const input of question.querySelectorAll("input:not([type=hidden]), textarea, select")) {
      if (message) input.setAttribute("aria-invalid", "true");
      else if (!refused) input.removeAttribute("aria-invalid");
    }
  }

  #limit(check, answers, today) {
    const rows = check.group ? repeating(this.root).filter((section) => section.dataset.section === check.group).flatMap(rowIds) : [""];
    for (const row of rows) {
      const element = slotElement(this.root, row ? `${check.key}@${row}` : check.key);
      if (!element) continue;
      const values = this.allowed(this.sheet, check.key, answers, today, row);
      limitChoices(element, values === null ? null : new Set(values));
    }
  }
}

function titleOf(question) {
  const text = question.querySelector(".q-text, .q-said")?.textContent || "";
  return text.replace(/\s+/g, " ").replace(/\* ต้องตอบ$/, "").trim().slice(0, 80);
}

/** The focus of a question that vanished goes to the one before it, so that nobody is thrown to the top of the page. */
function keepFocus(root, lost) {
  const seen = [...root.querySelectorAll("[data-question]:not([hidden])")].filter((question) => !question.closest("[hidden]"));
  const before = seen.filter((question) => question.compareDocumentPosition(lost) & Node.DOCUMENT_POSITION_FOLLOWING);
  const target = (before.at(-1) || seen[0])?.querySelector("input:not([type=hidden]):not([disabled]), textarea, select, button");
  target?.focus({ preventScroll: true });
}

/** "1234.5" with two decimals as "1,234.50", digit for digit; other texts as they are. */
function numberWords(text, decimals) {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!found) return text;
  const [, sign, whole, fraction = ""] = found;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const places = decimals ? `.${fraction.padEnd(decimals, "0").slice(0, decimals)}` : "";
  return `${sign}${grouped}${places}`;
}
