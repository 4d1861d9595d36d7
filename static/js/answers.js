/**
 * Saves each answer as it is given, and loses none: to this device first, then to the server, again and again until it
 * has arrived. The page needs
 *
 *   <form data-answers data-form="ID" data-user="ID" data-save-url data-changes-url data-upload-url data-login-url>
 *     {% form_section section response=response … %}   (it brings the present answers as JSON)
 *
 * The form's element carries the working object as `form.answers`.
 */

import { openStore } from "./answers-store.js";
import { deviceId, newId, poll, post } from "./answers-wire.js";
import { logicOf } from "./questions-logic.js";
import { enhanceMenus } from "./questions-menus.js";
import { drawPhotos, PhotoSlots } from "./questions-photos.js";
import { offerPlaces } from "./questions-place.js";
import { drawRow, eraseRow, nameRow, newRowId, offerUndo, renumber, repeatOf, repeating, rowIds } from "./questions-rows.js";
import { clearQuestion, clock, markAnswered, questionOf, readSlot, showConflict, showError, showSlot, slotElement, storedValue } from "./questions.js";
import "./questions-signature.js";

const PAUSE = 800;
const POLL_EVERY = 10_000;
const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;

const WORDS = {
  saving: "กำลังบันทึก…",
  offline: "ยังไม่มีสัญญาณ เก็บไว้ในเครื่องนี้แล้ว จะส่งให้เองเมื่อเชื่อมต่อได้",
  retry: "ยังส่งไม่สำเร็จ เก็บไว้ในเครื่องนี้แล้ว กำลังลองส่งใหม่ให้เอง",
  locked: "แบบนี้ปิดรับการแก้ไขแล้ว คำตอบที่ยังไม่ได้ส่งยังเก็บอยู่ในเครื่องนี้ หากต้องแก้ไขโปรดขอให้หัวหน้ากลุ่มส่งกลับแก้ไข",
  memory: "ยังไม่มีสัญญาณ และเครื่องนี้เก็บคำตอบไว้ไม่ได้ โปรดอย่าเพิ่งปิดหน้านี้",
};

/** What an entry or event says, in one string: two that say the same are the same. */
function said(entry) {
  if (entry.na) return "na";
  return entry.v === undefined || entry.v === null ? "" : JSON.stringify(entry.v);
}

/** Tells the other tabs of this browser what has been sent: they share what waits on the device. */
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("nithet-answers") : null;

export class AnswerForm {
  constructor(form, store, logic) {
    this.form = form;
    this.store = store;
    this.logic = logic;
    const states = [...form.querySelectorAll('script[id^="answers-state"]')].map((script) => JSON.parse(script.textContent));
    this.revision = Math.min(...states.map((state) => state.revision), Number.MAX_SAFE_INTEGER);
    this.answers = Object.assign({}, ...states.map((state) => state.answers));
    this.files = {};
    this.names = Object.assign({}, ...states.map((state) => state.names));
    this.now = { ...this.answers };
    this.user = form.dataset.user;
    this.known = Object.fromEntries(Object.entries(this.answers).map(([key, entry]) => [key, entry.e]));
    this.last = new Map();
    this.typed = new Map();
    this.pending = new Map();
    this.timers = new Map();
    this.aside = new Set();
    this.writing = Promise.resolve();
    this.delay = FIRST_RETRY;
    this.section = "";
    this.photos = new PhotoSlots(this);
  }

  async start() {
    document.documentElement.classList.add("js-answers");
    for (const event of await this.store.events()) {
      this.#count(event.key, 1);
      this.#remember(event);
      if ("add" in event || "remove" in event) continue;
      this.known[event.key] = event.id;
      this.last.set(event.key, said(event));
      this.typed.set(event.key, event);
      const element = slotElement(this.form, event.key);
      if (element) this.#show(element, event);
    }
    for (const section of repeating(this.form)) this.#syncRows(section);
    for (const [key, entry] of Object.entries(this.answers)) if (entry.rivals) this.#conflict(key);
    this.form.addEventListener("input", (event) => this.#typed(event));
    this.form.addEventListener("change", (event) => this.#changed(event));
    this.form.addEventListener("click", (event) => this.#clicked(event));
    this.form.addEventListener("submit", (event) => this.#submitted(event));
    this.form.addEventListener("focusin", (event) => this.#entered(event.target));
    this.form.addEventListener("signature-drawn", (event) => this.photos.addSignature(event.target, event.detail));
    window.addEventListener("online", () => this.kick());
    window.addEventListener("offline", () => this.say("offline"));
    window.addEventListener("pagehide", () => this.flushTyping());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.flushTyping();
      else this.kick();
    });
    window.setInterval(() => this.#poll(), POLL_EVERY);
    this.#wake(this.form);
    this.think({ quiet: true });
    this.#catchUp();
    tabs?.addEventListener("message", ({ data }) => {
      if (data.form === this.store.form) for (const key of data.keys) this.#count(key, -1);
    });
    await this.photos.start();
    this.kick();
    this.#poll();
  }

  /** Make what came onto the page act: drop-downs that are searched in, buttons that ask for the position. */
  #wake(root) {
    enhanceMenus(root);
    offerPlaces(root, (element) => this.#take(element));
  }

  /** Let the form's conditions and calculations follow the answers. */
  think(options) {
    this.logic?.refresh(this.now, options);
    this.form.dispatchEvent(new CustomEvent("answers-changed"));
  }

  /** What an event makes of the answers, as far as the form's conditions ask. */
  #remember(event) {
    const { key } = event;
    if ("add" in event || "remove" in event) {
      const held = (this.now[key]?.v || []).filter((item) => !(event.remove || []).includes(item));
      this.now[key] = { v: [...held, ...(event.add || []).filter((item) => !held.includes(item))] };
      return;
    }
    const kind = slotElement(this.form, key)?.dataset.kind || this.logic?.kindOf(key);
    const value = "v" in event ? storedValue(kind === "thing" ? "place" : kind, event.v) : undefined;
    this.now[key] = event.na ? { na: true } : value === undefined || value === null ? {} : { v: value };
  }

  /** Take what was answered before this module ran, which on a slow line takes seconds. What a browser itself puts
   * back into the fields of a page that is loaded again is no answer: somebody may have answered since. */
  #catchUp() {
    if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
    const touched = (field) => (/^(radio|checkbox)$/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
    const fields = [...this.form.querySelectorAll("[data-slot] :is(input:not([type=file]), textarea)")].filter(touched);
    for (const element of new Set(fields.map((field) => field.closest("[data-slot]")))) this.#take(element);
  }

  // -- What the person does ------------------------------------------------------------------------------------------

  #typed(event) {
    const element = event.target.closest("[data-slot]");
    if (!element || !event.target.matches("textarea, input[type=text]")) return;
    const key = element.dataset.slot;
    window.clearTimeout(this.timers.get(key)?.timer);
    const timer = window.setTimeout(() => this.#settleTyping(key), PAUSE);
    this.timers.set(key, { timer, element });
  }

  #settleTyping(key) {
    const waiting = this.timers.get(key);
    if (!waiting) return;
    window.clearTimeout(waiting.timer);
    this.timers.delete(key);
    this.#take(waiting.element);
  }

  /** Take what is typed but not yet taken, e.g. before the page goes. */
  flushTyping() {
    for (const key of [...this.timers.keys()]) this.#settleTyping(key);
  }

  #changed(event) {
    const target = event.target;
    if (target.matches("[data-na]")) {
      this.#notApplicable(questionOf(target), target.checked);
    } else if (target.matches("input[type=file]")) {
      this.photos.add(target);
    } else if (target.matches(".photo-remove input")) {
      this.photos.remove(target);
    } else if (target.matches("[data-row-remove]")) {
      this.#removeRow(target);
    } else {
      const element = target.closest("[data-slot]");
      if (!element) return;
      if (this.timers.has(element.dataset.slot)) this.#settleTyping(element.dataset.slot);
      else this.#take(element);
    }
  }

  #clicked(event) {
    const add = event.target.closest("[data-row-add]");
    if (add) {
      event.preventDefault();
      this.#addRow(add.closest("[data-repeat]"));
      return;
    }
    const button = event.target.closest("[data-clear]");
    if (!button) return;
    event.preventDefault();
    const question = questionOf(button);
    clearQuestion(question);
    for (const key of question.dataset.main.split(" ")) this.#record(key, { clear: true });
    markAnswered(question);
  }

  #addRow(section) {
    const id = newRowId();
    const slot = section.dataset.repeat;
    const begun = this.now[slot]?.v || [];
    const shown = rowIds(section).filter((row) => !begun.includes(row));
    this.recordEvent({ key: slot, add: [...shown, id] });
    const row = this.#draw(section, id);
    row.querySelector("h3").focus();
    this.think({ quiet: true });
  }

  #draw(section, id) {
    const row = drawRow(section, id);
    for (const question of row.querySelectorAll("[data-question]")) this.#fill(question);
    nameRow(row);
    this.#wake(row);
    return row;
  }

  /** Show in a question just drawn what its slots hold already: answers stay when a row is taken away. */
  #fill(question) {
    for (const element of question.querySelectorAll("[data-slot]")) {
      const entry = this.typed.get(element.dataset.slot) || this.now[element.dataset.slot];
      if (!entry) continue;
      this.known[element.dataset.slot] ??= entry.e;
      this.#showIn(element.dataset.slot, entry);
    }
  }

  #showIn(key, entry) {
    const element = slotElement(this.form, key);
    if (!element) return;
    if (["photo", "file"].includes(element.dataset.kind)) drawPhotos(element, entry.v || [], this.files);
    else this.#show(element, entry);
  }

  #removeRow(box) {
    const section = box.closest("[data-repeat]");
    const slot = section.dataset.repeat;
    const row = box.closest("[data-row]");
    const id = row.dataset.row;
    const words = row.querySelector("[data-row-number]").textContent;
    box.checked = false;
    this.flushTyping();
    const begun = (this.now[slot]?.v || []).includes(id);
    if (begun) this.recordEvent({ key: slot, remove: [id] });
    eraseRow(section, id);
    this.think({ quiet: true });
    offerUndo(section, words, () => {
      if (begun) this.recordEvent({ key: slot, add: [id] });
      this.#draw(section, id).querySelector("h3").focus();
      this.think({ quiet: true });
    });
  }

  /** A row that was only offered is there from its first answer on. */
  begun(key) {
    const row = key.split("@")[1];
    const slot = row && slotElement(this.form, key)?.closest("[data-repeat]")?.dataset.repeat;
    if (slot && !(this.now[slot]?.v || []).includes(row)) this.recordEvent({ key: slot, add: [row] });
  }

  /** Draw the rows there are and take away those that are gone; a row that is only offered stays while there are too few. */
  #syncRows(section) {
    const rows = this.now[section.dataset.repeat]?.v || [];
    for (const id of rows) if (!section.querySelector(`[data-row="${CSS.escape(id)}"]`)) this.#draw(section, id);
    let spare = Math.max(0, Number(section.dataset.least) - rows.length);
    for (const id of rowIds(section)) {
      if (rows.includes(id) || spare-- > 0) continue;
      eraseRow(section, id);
    }
    renumber(section);
  }

  #submitted(event) {
    event.preventDefault();
    event.stopPropagation();
    this.flushTyping();
    this.kick();
  }

  #entered(target) {
    const section = target.closest("[data-section]");
    const title = section?.querySelector("h2")?.textContent.trim() || "";
    this.section = title.slice(0, 60);
  }

  #notApplicable(question, checked) {
    for (const key of question.dataset.main.split(" ")) {
      const element = slotElement(question, key);
      if (!element) continue;
      showSlot(element, checked ? { na: true } : {});
      this.#record(key, checked ? { na: true } : { clear: true });
    }
    markAnswered(question);
  }

  /** Take what a slot says now, where it says something new. */
  #take(element) {
    const key = element.dataset.slot;
    const value = readSlot(element);
    const question = questionOf(element);
    const na = question.querySelector("[data-na]");
    if (value !== null && na?.checked && question.dataset.main.split(" ").includes(key)) na.checked = false;
    this.#record(key, value === null ? { clear: true } : { v: value });
    markAnswered(question);
  }

  #record(key, change, more = {}) {
    const now = said(change);
    const before = this.last.get(key) ?? said(this.answers[key] || {});
    if (now === before && !more.settles) return;
    this.begun(key);
    this.last.set(key, now);
    this.recordEvent({ key, base: this.known[key] ?? null, ...change, ...more });
  }

  /** Append an event to what waits, and set out to send it. */
  recordEvent(change) {
    const event = { id: newId(), at: new Date().toISOString(), ...change };
    if (!("remove" in event || "add" in event)) this.known[event.key] = event.id;
    this.#count(event.key, 1);
    this.#remember(event);
    this.think();
    const element = slotElement(this.form, event.key);
    if (element) {
      showError(element, "");
      this.#mark(element, "");
      const row = element.closest("[data-row]");
      if (row) nameRow(row);
    }
    this.say("saving");
    this.writing = this.writing.then(() => this.store.addEvent(event));
    this.writing.then(() => this.kick());
  }

  // -- To the server -------------------------------------------------------------------------------------------------

  /** Send what waits; called as often as one likes. */
  async kick() {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    window.clearTimeout(this.retryTimer);
    try {
      do {
        this.again = false;
        await this.writing;
        await this.store.seal();
        for (const batch of await this.store.batches()) {
          if (!this.said) this.say("saving"); // what an earlier page left, and this one says to be saved
          if (!this.aside.has(batch.uuid) && !(await this.#send(batch))) return;
        }
        if (!(await this.photos.send())) return;
        this.delay = FIRST_RETRY;
        await this.#sayWhetherDone();
      } while (this.again); // and nothing may be awaited after this: what is answered meanwhile would not be sent
    } finally {
      this.running = false;
    }
  }

  async #send(batch) {
    const reply = await post(this.form.dataset.saveUrl, {
      batch: batch.uuid,
      user: this.user,
      device: deviceId(),
      section: this.section,
      revision: this.revision,
      events: batch.events,
    });
    if (reply.ok) {
      await this.store.removeBatch(batch);
      for (const event of batch.events) this.#count(event.key, -1);
      tabs?.postMessage({ form: this.store.form, keys: batch.events.map((event) => event.key) });
      this.hear(reply.data);
      return true;
    }
    if (reply.status === 422) {
      this.aside.add(batch.uuid);
      this.say("refused", reply.message);
      return true;
    }
    this.failed(reply);
    return false;
  }

  /** A sending failed: say so, and come back later. Nothing is thrown away. */
  failed(reply) {
    if (reply.signedOut) {
      this.#sayThatSignedOut();
      this.#retryIn(15_000);
    } else if (reply.message) {
      this.say("refused", reply.message);
      this.#retryIn(LAST_RETRY);
    } else {
      this.say(this.store.lasting ? (navigator.onLine ? "retry" : "offline") : "memory");
      this.#retryIn(this.again ? FIRST_RETRY : this.delay); // the line may have come back meanwhile
      this.delay = Math.min(this.delay * 2, LAST_RETRY);
    }
  }

  #retryIn(delay) {
    window.clearTimeout(this.retryTimer);
    this.retryTimer = window.setTimeout(() => this.kick(), delay);
  }

  async #poll() {
    if (document.visibilityState === "hidden" || !navigator.onLine || !this.form.dataset.changesUrl) return;
    const data = await poll(this.form.dataset.changesUrl, { revision: this.revision, section: this.section });
    if (!data) return;
    this.#lock(Boolean(data.locked));
    this.hear(data);
  }

  /** The form was closed, or opened again, while the page stood open. */
  #lock(locked) {
    if (locked === Boolean(this.locked)) return;
    this.locked = locked;
    for (const part of this.form.querySelectorAll(".q > fieldset, .repeat-add, .repeat-remove input")) part.disabled = locked;
    this.say(locked ? "refused" : "saved", locked ? WORDS.locked : "แบบนี้เปิดให้แก้ไขอีกครั้งแล้ว");
    if (!locked) this.kick();
  }

  /** Everything a reply may tell: what became of events, others' answers, who is here, progress. */
  hear(data) {
    Object.assign(this.names, data.names || {});
    Object.assign(this.files, data.files || {});
    if (data.at) this.savedAt = data.at;
    for (const item of [...(data.saved || []), ...(data.duplicates || [])]) this.#arrived(item);
    for (const item of data.refused || []) this.#refused(item);
    for (const item of data.conflicts || []) {
      for (const entry of [item.current, ...item.rivals]) this.names[entry.by] = entry.name;
      this.answers[item.key] = { ...item.current, rivals: item.rivals };
      this.#conflict(item.key);
    }
    // A reply that was overtaken by a newer one tells of answers and of progress that stand no more.
    const overtaken = data.revision < this.revision;
    const news = overtaken ? {} : data.changes || {};
    const isRows = ([key]) => key.endsWith(".rows");
    for (const [key, entry] of Object.entries(news).sort((one, other) => isRows(other) - isRows(one))) this.#changedElsewhere(key, entry);
    if (Object.keys(news).length) this.think();
    if (data.revision !== undefined) this.revision = Math.max(this.revision, data.revision);
    if (data.others) this.#showOthers(data.others);
    if (data.progress && !overtaken) this.#showProgress(data);
  }

  #arrived(item) {
    const element = slotElement(this.form, item.key);
    if (item.e && !this.pending.has(item.key)) this.known[item.key] = item.e;
    if (!element) return;
    showError(element, "");
    this.#mark(element, `บันทึกแล้ว ${clock(this.savedAt)}`);
  }

  #refused(item) {
    const section = repeatOf(this.form, item.key);
    if (section) {
      section.querySelector("[data-rows-error]").textContent = item.message;
      this.now[item.key] = this.answers[item.key] || {};
      if (!this.pending.has(item.key)) this.#syncRows(section);
      return;
    }
    const element = slotElement(this.form, item.key);
    this.last.delete(item.key);
    if (element && !this.pending.has(item.key)) {
      showError(element, item.message);
      this.#mark(element, "");
    }
  }

  #changedElsewhere(key, entry) {
    const mine = entry.e === this.known[key] || (entry.rivals || []).some((rival) => rival.e === this.known[key]);
    this.answers[key] = entry;
    if (!this.pending.has(key)) this.now[key] = entry;
    const section = repeatOf(this.form, key);
    if (section) {
      if (!this.pending.has(key)) this.#syncRows(section);
      return;
    }
    const element = slotElement(this.form, key);
    if (!element) return;
    if (["photo", "file"].includes(element.dataset.kind)) {
      drawPhotos(element, entry.v || [], this.files);
      markAnswered(questionOf(element));
    } else if (!mine && !this.pending.has(key) && !this.timers.has(key)) {
      this.known[key] = entry.e;
      this.last.delete(key);
      this.#show(element, entry);
      const question = questionOf(element);
      question.classList.remove("q-news");
      void question.offsetWidth;
      question.classList.add("q-news");
    }
    this.#conflict(key);
  }

  #show(element, entry) {
    showSlot(element, entry);
    const question = questionOf(element);
    if (question) markAnswered(question);
    const row = element.closest("[data-row]");
    if (row) nameRow(row);
  }

  #conflict(key) {
    const element = slotElement(this.form, key);
    const entry = this.answers[key];
    if (!element || !questionOf(element)) return;
    const nameOf = (by) => (String(by) === this.user ? "ท่าน" : this.names[by] || "ผู้ร่วมกรอก");
    showConflict(element, entry, nameOf, (option) => {
      const change = "v" in option ? { v: option.v } : option.na ? { na: true } : { clear: true };
      const settles = (this.answers[key].rivals || []).map((rival) => rival.e);
      this.known[key] = this.answers[key].e;
      delete this.answers[key].rivals;
      showConflict(element, this.answers[key], nameOf, () => {});
      this.#show(element, option);
      this.#record(key, change, { settles });
    });
  }

  // -- What the page says --------------------------------------------------------------------------------------------

  #count(key, by) {
    const count = (this.pending.get(key) || 0) + by;
    if (count > 0) this.pending.set(key, count);
    else this.pending.delete(key);
  }

  #mark(element, text) {
    const place = questionOf(element)?.querySelector("[data-saved]");
    if (place) place.textContent = text;
  }

  async isEmpty() {
    await this.writing;
    const waiting = (await this.store.events()).length + (await this.store.uploads()).length;
    return waiting === 0 && this.timers.size === 0 && this.photos.choosing === 0;
  }

  async #sayWhetherDone() {
    if (this.aside.size) return;
    if (await this.isEmpty()) {
      if (this.said && this.said !== "saved") this.say("saved", `บันทึกแล้ว ${clock(this.savedAt)}`);
    }
  }

  say(state, text = WORDS[state]) {
    if (state === "saving" && ["offline", "signedout", "retry"].includes(this.said)) return;
    this.said = state;
    for (const place of document.querySelectorAll("[data-save-status]")) {
      const words = place.querySelector("[data-save-text]") || place;
      if (words.textContent !== text) words.textContent = text;
      const bar = place.closest(".save-bar");
      if (bar) bar.dataset.state = state;
    }
  }

  #sayThatSignedOut() {
    this.say("signedout", "");
    for (const words of document.querySelectorAll("[data-save-text]")) {
      const link = document.createElement("a");
      link.href = this.form.dataset.loginUrl || "/";
      link.target = "_blank";
      link.textContent = "เข้าสู่ระบบอีกครั้งในแท็บใหม่";
      words.replaceChildren("หมดเวลาการเข้าสู่ระบบ คำตอบเก็บไว้ในเครื่องนี้แล้ว ", link, " แล้วกลับมาหน้านี้");
    }
  }

  #showOthers(others) {
    const text = others.length
      ? `กำลังกรอกโดย ${others.map((other) => (other.section ? `${other.name} (${other.section})` : other.name)).join(", ")}`
      : "";
    for (const place of document.querySelectorAll("[data-others]")) if (place.textContent !== text) place.textContent = text;
  }

  #showProgress(data) {
    for (const [key, part] of Object.entries(data.progress.sections || {})) {
      for (const place of document.querySelectorAll(`[data-progress="${CSS.escape(key)}"]`)) {
        place.textContent = part.total ? `ตอบแล้ว ${part.answered} จาก ${part.total} ข้อ` : "";
        place.classList.toggle("is-whole", part.total > 0 && part.answered === part.total);
        place.classList.toggle("is-begun", part.answered > 0 && part.answered < part.total);
      }
    }
    for (const place of document.querySelectorAll("[data-progress-all]")) {
      place.textContent = `ตอบแล้ว ${data.progress.answered} จาก ${data.progress.total} ข้อ`;
    }
    for (const [key, part] of Object.entries(data.progress.sections || {})) {
      for (const step of document.querySelectorAll(`[data-step="${CSS.escape(key)}"]`)) {
        step.classList.toggle("step-done", part.total > 0 && part.answered === part.total);
      }
    }
    for (const bar of document.querySelectorAll("progress[data-progress-bar]")) {
      bar.max = data.progress.total;
      bar.value = data.progress.answered;
      bar.classList.toggle("bar-whole", data.progress.answered === data.progress.total);
    }
  }
}

for (const form of document.querySelectorAll("form[data-answers]")) {
  const [store, logic] = await Promise.all([openStore(`${form.dataset.form}:${form.dataset.user}`), logicOf(form)]);
  form.answers = new AnswerForm(form, store, logic);
  await form.answers.start();
  form.dataset.ready = "1";
}
