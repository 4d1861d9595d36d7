/**
 * Questions that act by themselves on a form whose answers are what its inputs say: a preview, a survey that is sent in
 * one piece. Drop-downs are searched in, rows are added and taken away, conditions and calculations follow each touch.
 *
 *   const live = await goLive(form);      live.refresh() after the inputs were changed by a script
 *
 * The form hears `rows-changed` when a row comes or goes. Pages that save each answer have answers.js instead.
 */

import { logicOf } from "./questions-logic.js";
import { enhanceMenus } from "./questions-menus.js";
import { offerPlaces } from "./questions-place.js";
import { drawRow, eraseRow, nameRow, newRowId, offerUndo, renumber, repeating, rowIds } from "./questions-rows.js";
import { clearQuestion, markAnswered, readSlot, storedValue } from "./questions.js";
import "./questions-signature.js";

export async function goLive(form) {
  document.documentElement.classList.add("js-live");
  const live = new Live(form, await logicOf(form));
  live.refresh({ quiet: true });
  return live;
}

class Live {
  constructor(form, logic) {
    this.form = form;
    this.logic = logic;
    form.addEventListener("input", (event) => this.#changed(event));
    form.addEventListener("change", (event) => this.#changed(event));
    form.addEventListener("click", (event) => this.#clicked(event));
    enhanceMenus(form);
    offerPlaces(form, (element) => this.#touched(element));
  }

  refresh(options) {
    for (const section of repeating(this.form)) renumber(section);
    if (this.logic) this.logic.refresh(this.answers(), options);
  }

  /** Draw these rows of a section, e.g. from a kept draft. */
  drawRows(section, ids) {
    const place = this.form.querySelector(`[data-repeat][data-section="${CSS.escape(section)}"]`);
    if (place) for (const id of ids) this.#draw(place, id);
  }

  /** What the inputs say, as the server would store it. */
  answers() {
    const made = {};
    for (const section of repeating(this.form)) made[section.dataset.repeat] = { v: rowIds(section) };
    for (const element of this.form.querySelectorAll("[data-slot]")) {
      const { slot, kind } = element.dataset;
      const question = element.closest("[data-question]");
      const na = question?.querySelector("[data-na]")?.checked && question.dataset.main.split(" ").includes(slot);
      const listed = kind === "photo" || kind === "file";
      const raw = listed ? [...element.querySelectorAll("[data-photo]")].map((item) => item.dataset.photo) : readSlot(element);
      const value = storedValue(this.logic?.kindOf(slot) === "number" ? "number" : kind || "text", raw);
      if (na) made[slot] = { na: true };
      else if (value !== null && value !== undefined) made[slot] = { v: value };
    }
    return made;
  }

  #touched(element) {
    const question = element.closest("[data-question]");
    if (question) markAnswered(question);
    const row = element.closest("[data-row]");
    if (row) nameRow(row);
    this.refresh();
  }

  #changed(event) {
    const target = event.target;
    if (target.matches("[data-row-remove]")) {
      if (event.type === "change") this.#remove(target);
      return;
    }
    const question = target.closest("[data-question]");
    const na = question?.querySelector("[data-na]");
    if (target === na && na.checked) clearQuestion(question), (na.checked = true);
    else if (na?.checked && target !== na && target.closest("[data-slot]") && question.dataset.main.split(" ").includes(target.closest("[data-slot]").dataset.slot)) na.checked = false;
    this.#touched(target);
  }

  #clicked(event) {
    const add = event.target.closest("[data-row-add]");
    if (add) {
      event.preventDefault();
      const section = add.closest("[data-repeat]");
      const row = this.#draw(section, newRowId());
      row.querySelector("h3").focus();
      this.#moved(section);
      return;
    }
    const clear = event.target.closest("[data-clear]");
    if (!clear) return;
    event.preventDefault();
    clearQuestion(clear.closest("[data-question]"));
    this.#touched(clear);
  }

  #draw(section, id) {
    const row = drawRow(section, id);
    enhanceMenus(row);
    offerPlaces(row, (element) => this.#touched(element));
    return row;
  }

  #remove(box) {
    const section = box.closest("[data-repeat]");
    const row = box.closest("[data-row]");
    const words = row.querySelector("[data-row-number]").textContent;
    const next = row.nextElementSibling;
    box.checked = false;
    eraseRow(section, row.dataset.row);
    this.#moved(section);
    offerUndo(section, words, () => {
      section.querySelector("[data-rows]").insertBefore(row, next?.isConnected ? next : null);
      this.#moved(section);
      row.querySelector("h3").focus();
    });
  }

  #moved(section) {
    renumber(section);
    this.refresh();
    this.form.dispatchEvent(new CustomEvent("rows-changed", { bubbles: true, detail: section.dataset.section }));
  }
}
