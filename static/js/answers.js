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
import { drawPhotos, PhotoSlots } from "./questions-photos.js";
import { clearQuestion, clock, markAnswered, questionOf, readSlot, showConflict, showError, showSlot, slotElement } from "./questions.js";
import "./questions-signature.js";

const PAUSE = 800;
const POLL_EVERY = 10_000;
const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;

const WORDS = {
  saving: "กำลังบันทึก…",
  offline: "ยังไม่มีสัญญาณ เก็บไว้ในเครื่องนี้แล้ว จะส่งให้เองเมื่อเชื่อมต่อได้",
  retry: "ยังส่งไม่สำเร็จ เก็บไว้ในเครื่องนี้แล้ว กำลังลองส่งใหม่ให้เอง",
  memory: "ยังไม่มีสัญญาณ และเครื่องนี้เก็บคำตอบไว้ไม่ได้ โปรดอย่าเพิ่งปิดหน้านี้",
};

/** What an entry or event says, in one string: two that say the same are the same. */
function said(entry) {
  if (entry.na) return "na";
  return entry.v === undefined || entry.v === null ? "" : JSON.stringify(entry.v);
}

export class AnswerForm {
  constructor(form, store) {
    this.form = form;
    this.store = store;
    const states = [...form.querySelectorAll('script[id^="answers-state"]')].map((script) => JSON.parse(script.textContent));
    this.revision = Math.min(...states.map((state) => state.revision), Number.MAX_SAFE_INTEGER);
    this.answers = Object.assign({}, ...states.map((state) => state.answers));
    this.names = Object.assign({}, ...states.map((state) => state.names));
    this.user = form.dataset.user;
    this.known = Object.fromEntries(Object.entries(this.answers).map(([key, entry]) => [key, entry.e]));
    this.last = new Map();
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
      if ("add" in event || "remove" in event) continue;
      this.known[event.key] = event.id;
      this.last.set(event.key, said(event));
      const element = slotElement(this.form, event.key);
      if (element) this.#show(element, event);
    }
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
    await this.photos.start();
    this.kick();
    this.#poll();
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
    } else {
      const element = target.closest("[data-slot]");
      if (!element) return;
      if (this.timers.has(element.dataset.slot)) this.#settleTyping(element.dataset.slot);
      else this.#take(element);
    }
  }

  #clicked(event) {
    const button = event.target.closest("[data-clear]");
    if (!button) return;
    event.preventDefault();
    const question = questionOf(button);
    clearQuestion(question);
    for (const key of question.dataset.main.split(" ")) this.#record(key, { clear: true });
    markAnswered(question);
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
    this.last.set(key, now);
    this.recordEvent({ key, base: this.known[key] ?? null, ...change, ...more });
  }

  /** Append an event to what waits, and set out to send it. */
  recordEvent(change) {
    const event = { id: newId(), at: new Date().toISOString(), ...change };
    if (!("remove" in event)) this.known[event.key] = event.id;
    this.#count(event.key, 1);
    const element = slotElement(this.form, event.key);
    if (element) {
      showError(element, "");
      this.#mark(element, "");
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
          if (!this.aside.has(batch.uuid) && !(await this.#send(batch))) return;
        }
        if (!(await this.photos.send())) return;
      } while (this.again);
      this.delay = FIRST_RETRY;
      await this.#sayWhetherDone();
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
      this.#retryIn(this.delay);
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
    if (data) this.hear(data);
  }

  /** Everything a reply may tell: what became of events, others' answers, who is here, progress. */
  hear(data) {
    Object.assign(this.names, data.names || {});
    if (data.at) this.savedAt = data.at;
    for (const item of [...(data.saved || []), ...(data.duplicates || [])]) this.#arrived(item);
    for (const item of data.refused || []) this.#refused(item);
    for (const item of data.conflicts || []) {
      for (const entry of [item.current, ...item.rivals]) this.names[entry.by] = entry.name;
      this.answers[item.key] = { ...item.current, rivals: item.rivals };
      this.#conflict(item.key);
    }
    // A reply that was overtaken by a newer one tells of answers that stand no more.
    const news = data.revision >= this.revision ? data.changes || {} : {};
    for (const [key, entry] of Object.entries(news)) this.#changedElsewhere(key, entry);
    if (data.revision !== undefined) this.revision = Math.max(this.revision, data.revision);
    if (data.others) this.#showOthers(data.others);
    if (data.progress) this.#showProgress(data);
  }

  #arrived(item) {
    const element = slotElement(this.form, item.key);
    if (item.e && !this.pending.has(item.key)) this.known[item.key] = item.e;
    if (!element) return;
    showError(element, "");
    this.#mark(element, `บันทึกแล้ว ${clock(this.savedAt)}`);
  }

  #refused(item) {
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
    const element = slotElement(this.form, key);
    if (!element) return;
    if (element.dataset.kind === "photo") {
      drawPhotos(element, entry.v || []);
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
    return waiting === 0 && this.timers.size === 0;
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
        place.textContent = `ตอบแล้ว ${part.answered} จาก ${part.total} ข้อ`;
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
  const store = await openStore(`${form.dataset.form}:${form.dataset.user}`);
  form.answers = new AnswerForm(form, store);
  await form.answers.start();
  form.dataset.ready = "1";
}
