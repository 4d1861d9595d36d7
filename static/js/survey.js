/**
 * The page of a survey: conditions act at once, what is typed is kept on this device until it is sent, and the whole
 * answer goes in one piece, with its files. Without this module the same form is an ordinary one.
 */

import { goLive } from "./questions-live.js";
import { MEGABYTE, MOST_BYTES, shrink } from "./questions-photos.js";
import { repeating, rowIds } from "./questions-rows.js";
import { markAnswered, readSlot, showError, showSlot, slotElement } from "./questions.js";

const PREFIX = "nithet-survey:";
const form = document.querySelector("form[data-survey]");
const sent = document.querySelector("[data-survey-sent]");

/** Where the browser keeps nothing (private windows, full storage) answering goes on without a draft. */
const drafts = {
  get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* nothing is kept */ } },
  forget(token) {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX + token)) localStorage.removeItem(key);
    } catch { /* nothing was kept */ }
  },
};

if (sent) drafts.forget(sent.dataset.surveySent);
if (form) goLive(form).then(start);

/** What the inputs say: {answers: {slot: raw}, na: [question], rows: {section: [row]}}. */
function collect() {
  const answers = {}, na = [], rows = {};
  for (const section of repeating(form)) rows[section.dataset.section] = rowIds(section);
  for (const element of form.querySelectorAll("[data-slot]")) {
    const raw = readSlot(element);
    if (raw !== null) answers[element.dataset.slot] = element.dataset.kind === "signature" ? raw.typed : raw;
  }
  for (const box of form.querySelectorAll("[data-na]:checked")) na.push(box.dataset.na);
  return { answers, na, rows };
}

function put(kept, live) {
  for (const section of repeating(form)) {
    const wanted = (kept.rows || {})[section.dataset.section] || [];
    for (const row of section.querySelectorAll("[data-row]")) if (!wanted.includes(row.dataset.row)) row.remove();
    live.drawRows(section.dataset.section, wanted);
  }
  for (const element of form.querySelectorAll("[data-slot]")) {
    const { slot, kind } = element.dataset;
    if (["photo", "file"].includes(kind)) continue;
    const held = kept.answers[slot];
    showSlot(element, held === undefined ? {} : { v: kind === "signature" ? { typed: held } : held });
    element.closest("thai-date")?.querySelector("input")?.dispatchEvent(new Event("change", { bubbles: true }));
  }
  for (const box of form.querySelectorAll("[data-na]")) box.checked = kept.na.includes(box.dataset.na);
}

/** Pictures, documents and drawings that wait on the page: {slot, kind, id, blob, name}; a drawing {slot, drawing}. */
class Waiting {
  items = [];
  added = Promise.resolve(); // until then some are still being made smaller, which takes a phone seconds

  add(input) {
    const files = [...input.files];
    input.value = "";
    this.added = this.added.then(() => this.#add(input.closest("[data-slot]"), files));
    return this.added;
  }

  async #add(element, files) {
    const { slot, kind, limit } = element.dataset;
    showError(element, "");
    for (const file of files) {
      const words = kind === "file" ? "ไฟล์" : "ภาพ";
      if (element.querySelectorAll("[data-photo]").length >= Number(limit)) {
        showError(element, `ข้อนี้แนบ${words}ได้ไม่เกิน ${limit} ${words} โปรดลบ${words}ที่ไม่ใช้ก่อน`);
        break;
      }
      const blob = kind === "file" ? file : await shrink(file);
      if (blob.size > MOST_BYTES[kind]) {
        showError(element, `${file.name} มีขนาดเกินกว่าที่รับได้ (${MOST_BYTES[kind] / MEGABYTE} MB) โปรดย่อให้เล็กลงก่อนแนบ`);
        continue;
      }
      const item = { slot, id: crypto.getRandomValues(new Uint32Array(2)).join("-"), blob, name: file.name };
      this.items.push(item);
      this.#draw(element, item, kind);
    }
  }

  draw(slot, drawing) {
    this.items = [...this.items.filter((item) => item.slot !== slot), { slot, drawing }];
  }

  /** Take away what waits under this id; false where it is none of ours. */
  remove(id) {
    const before = this.items.length;
    this.items = this.items.filter((item) => item.id !== id);
    return this.items.length < before;
  }

  /** What is still on the page: a row that was taken away takes its pictures with it. */
  get all() {
    return this.items.filter((item) => slotElement(form, item.slot));
  }

  #draw(element, { id, blob, name }, kind) {
    const item = document.createElement("li");
    item.className = kind === "file" ? "file" : "photo";
    item.dataset.photo = id;
    if (kind === "file") item.append(name, " ");
    else {
      const image = document.createElement("img");
      image.src = URL.createObjectURL(blob);
      image.alt = `ภาพ ${name}`;
      image.width = image.height = 96;
      item.append(image);
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "photo-remove survey-remove";
    button.dataset.waiting = id;
    button.textContent = kind === "file" ? "ลบไฟล์" : "ลบภาพ";
    const more = document.createElement("span");
    more.className = "visually-hidden";
    more.textContent = ` ${name}`;
    button.append(more);
    item.append(button);
    element.querySelector("[data-photo-list]").append(item);
  }
}

function start(live) {
  const key = `${PREFIX}${form.dataset.survey}:${form.dataset.form}`;
  const id = form.querySelector("[name=id]");
  const waiting = new Waiting();
  let done = false;

  const kept = drafts.get(key);
  if (kept?.answers && !("keep" in form.dataset) && (Object.keys(kept.answers).length || kept.na.length)) {
    put(kept, live);
    if (kept.id) id.value = kept.id;
    live.refresh({ quiet: true });
    tellOfDraft(Boolean(kept.files));
  }

  const count = document.querySelector("[data-count]");
  const refresh = () => {
    const whole = { answered: 0, all: 0 };
    for (const section of form.querySelectorAll("[data-section]")) {
      const part = { answered: 0, all: 0 };
      for (const question of section.querySelectorAll("[data-question]")) {
        if (!question.dataset.main || question.closest("[hidden]")) continue;
        markAnswered(question);
        part.all += 1;
        if (question.matches(".q-answered, .q-na")) part.answered += 1;
      }
      const place = section.querySelector("[data-progress]");
      if (place) place.textContent = `ตอบแล้ว ${part.answered} จาก ${part.all} ข้อ`;
      whole.answered += part.answered;
      whole.all += part.all;
    }
    count.textContent = `ตอบแล้ว ${whole.answered} จาก ${whole.all} ข้อ`;
    count.hidden = false;
  };

  let timer = 0;
  const keep = () => {
    window.clearTimeout(timer);
    if (!done) drafts.set(key, { ...collect(), id: id.value, files: waiting.all.length > 0 });
  };
  const changed = (target) => {
    const question = target.closest?.("[data-question]");
    if (question) showError(question.querySelector("[data-slot]") || question, "");
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 300);
    window.requestAnimationFrame(refresh);
  };
  form.addEventListener("input", (event) => changed(event.target));
  form.addEventListener("change", async (event) => {
    const input = event.target;
    if (input.matches(".photo-file")) await waiting.add(input);
    changed(input);
  });
  form.addEventListener("rows-changed", (event) => changed(event.target));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-waiting], [data-clear]");
    if (!button) return;
    if (waiting.remove(button.dataset.waiting)) {
      const element = button.closest("[data-slot]");
      button.closest("[data-photo]").remove();
      element.querySelector("input[type=file]").focus();
      changed(element);
    } else changed(button);
  });
  form.addEventListener("signature-drawn", (event) => {
    const element = event.target.closest("[data-slot]");
    waiting.draw(element.dataset.slot, event.detail);
    showDrawing(element, event.detail);
    changed(element);
  });
  window.addEventListener("pagehide", () => form.isConnected && keep());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });

  async function send() {
    const button = form.querySelector("[data-send-button]");
    if (button.disabled) return;
    for (const box of form.querySelectorAll("signature-box")) { // drawn, and “use this signature” not pressed
      const picture = box.picture?.();
      if (picture) waiting.draw(box.closest("[data-slot]").dataset.slot, picture);
    }
    button.disabled = true;
    form.inert = true; // what is typed from here on would not be in what is sent
    form.setAttribute("aria-busy", "true");
    await waiting.added;
    keep();
    let faults;
    try {
      const reply = await fetch(form.dataset.send, { method: "POST", credentials: "same-origin", ...message() });
      const data = await reply.json();
      if (reply.ok) {
        done = true;
        drafts.forget(form.dataset.survey);
        location.assign(data.url);
        return;
      }
      if (data.id) { // sent once already, and something else then: sent again it is another answer
        id.value = data.id;
        keep();
      }
      faults = data.faults || [{ key: "", label: "ยังไม่ได้ส่ง", message: data.message }];
    } catch {
      faults = [{ key: "", label: "ส่งไม่สำเร็จ", message: "ขณะนี้ติดต่อระบบไม่ได้ คำตอบยังเก็บอยู่ในเครื่องนี้ โปรดลองอีกครั้งเมื่อมีสัญญาณ" }];
    }
    button.disabled = false;
    form.inert = false;
    form.removeAttribute("aria-busy");
    delete form.dataset.sent;
    tell(faults);
  }

  /** JSON, or where files go along or are taken away, an ordinary post of the same names. */
  function message() {
    const said = collect();
    const removed = [...form.querySelectorAll(".photo-remove input:checked")];
    if (!waiting.all.length && !removed.length) {
      return { headers: { "Content-Type": "application/json" }, body: JSON.stringify({ id: id.value, ...said }) };
    }
    const body = new FormData();
    body.set("id", id.value);
    for (const [slot, raw] of Object.entries(said.answers)) {
      for (const value of Array.isArray(raw) ? raw : [raw]) body.append(`a-${slot}`, typeof value === "object" ? `${value.lat} ${value.lon} 0 ${value.acc}` : value);
    }
    for (const name of said.na) body.append(`na-${name}`, "on");
    for (const [section, rows] of Object.entries(said.rows)) for (const row of rows) body.append(`row-${section}`, row);
    for (const box of removed) body.append(box.name, box.value);
    for (const item of waiting.all) {
      if (item.drawing) body.set(`draw-${item.slot}`, item.drawing);
      else body.append(`file-${item.slot}`, item.blob, item.name);
    }
    return { body };
  }

  refresh();
  form.dataset.ready = "1";
}

function tellOfDraft(hadFiles) {
  const note = document.querySelector("[data-draft]");
  note.append("นำคำตอบที่ค้างไว้ในเครื่องนี้กลับมาแล้ว ");
  if (hadFiles) note.append("ภาพ ไฟล์ และลายมือชื่อที่วาดไว้ต้องแนบใหม่ ");
  const clear = document.createElement("button");
  clear.type = "button";
  clear.textContent = "ล้างและเริ่มใหม่";
  clear.addEventListener("click", () => {
    drafts.forget(form.dataset.survey);
    form.remove(); // so that nothing of it is kept again as the page goes
    location.reload();
  });
  note.append(clear);
  note.hidden = false;
}

function showDrawing(element, picture) {
  element.querySelector("[data-signature-image]")?.remove();
  const image = document.createElement("img");
  image.className = "signature-image";
  image.alt = "ลายมือชื่อ";
  image.dataset.signatureImage = "";
  image.src = picture;
  element.prepend(image);
  element.querySelector("signature-box")?.saved?.();
}

/** Say what is to be mended, above the form and at each question. */
function tell(faults) {
  const box = document.querySelector("[data-faults]");
  box.querySelector("[data-fault-count]").textContent = faults.length;
  const items = faults.map((fault) => {
    const item = document.createElement("li");
    const place = fault.key.startsWith("@") ? `section-${fault.key.slice(1)}` : `q-${fault.key.replace(/[.@]/g, "-")}`;
    const question = fault.key ? document.getElementById(place) : null;
    if (question) {
      const link = document.createElement("a");
      link.href = `#${place}`;
      link.textContent = fault.label;
      item.append(link, `: ${fault.message}`);
      const slot = question.querySelector("[data-slot]");
      if (slot && !fault.key.startsWith("@")) showError(slot, fault.message);
    } else item.append(`${fault.label}: ${fault.message}`);
    return item;
  });
  box.querySelector("ul").replaceChildren(...items);
  box.hidden = false;
  box.focus();
  box.scrollIntoView({ block: "start" });
}
