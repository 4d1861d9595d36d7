/** Pictures of answers: made smaller here where the browser can, kept on the device until they have arrived. */

import { newId, post } from "./answers-wire.js";
import { markAnswered, questionOf, showError, slotElement } from "./questions.js";

const LONGEST_EDGE = 1600;
const QUALITY = 0.85;
const PHOTO_BYTES = 15 * 1024 * 1024;

/** A smaller, upright JPEG; the file itself where the browser can't draw it (the server does it again anyway). */
export async function shrink(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_EDGE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return blob && (blob.size < file.size || scale < 1) ? blob : file;
  } catch {
    return file;
  }
}

/** Show exactly these pictures in a photo slot, besides those still on their way. */
export function drawPhotos(element, ids) {
  const list = element.querySelector("[data-photo-list]");
  for (const item of list.querySelectorAll("[data-photo]")) {
    if (!ids.includes(item.dataset.photo) && !item.hasAttribute("data-waiting")) item.remove();
  }
  for (const id of ids) {
    const there = list.querySelector(`[data-photo="${CSS.escape(id)}"]`);
    if (there && !there.hasAttribute("data-waiting")) continue;
    const made = photoItem(element, id);
    if (there) there.replaceWith(made);
    else list.append(made);
  }
}

function photoItem(element, id) {
  const base = element.dataset.photoBase;
  const item = document.createElement("li");
  item.className = "photo";
  item.dataset.photo = id;
  const link = document.createElement("a");
  link.href = `${base}${id}/`;
  link.target = "_blank";
  link.append(picture(`${base}${id}/thumb/`));
  const label = document.createElement("label");
  label.className = "photo-remove";
  const box = document.createElement("input");
  box.className = "visually-hidden";
  box.type = "checkbox";
  box.name = `rm-${element.dataset.slot}`;
  box.value = id;
  const words = document.createElement("span");
  words.textContent = "ลบภาพ";
  label.append(box, words);
  item.append(link, label);
  return item;
}

function picture(source) {
  const image = document.createElement("img");
  image.src = source;
  image.alt = "ภาพที่แนบ";
  image.width = image.height = 96;
  return image;
}

export class PhotoSlots {
  constructor(answers) {
    this.answers = answers;
    this.store = answers.store;
    this.form = answers.form;
  }

  async start() {
    for (const upload of await this.store.uploads()) {
      const element = slotElement(this.form, upload.slot);
      if (element && upload.blob) this.#waiting(element, upload);
    }
  }

  async add(input) {
    const element = input.closest("[data-slot]");
    const files = [...input.files];
    const limit = Number(element.dataset.limit);
    input.value = "";
    showError(element, "");
    for (const file of files) {
      if (element.querySelectorAll("[data-photo]").length >= limit) {
        showError(element, `ข้อนี้แนบภาพได้ไม่เกิน ${limit} ภาพ โปรดลบภาพที่ไม่ใช้ก่อน`);
        break;
      }
      const blob = await shrink(file);
      if (blob.size > PHOTO_BYTES) {
        showError(element, "ภาพมีขนาดเกินกว่าที่รับได้ (15 MB) โปรดย่อภาพหรือถ่ายใหม่ให้เล็กลง");
        continue;
      }
      const upload = { uuid: newId(), slot: element.dataset.slot, blob, name: file.name };
      await this.store.addUpload(upload);
      this.#waiting(element, upload);
    }
    markAnswered(questionOf(element));
    this.answers.kick();
  }

  async addSignature(box, signature) {
    const element = box.closest("[data-slot]");
    const slot = element.dataset.slot;
    const upload = { uuid: newId(), slot, signature, base: this.answers.known[slot] || "" };
    this.answers.known[slot] = upload.uuid; // the answer will be named so: a second drawing replaces this one
    await this.store.addUpload(upload);
    this.answers.kick();
  }

  remove(box) {
    const element = box.closest("[data-slot]");
    const item = box.closest("[data-photo]");
    this.answers.recordEvent({ key: element.dataset.slot, remove: [item.dataset.photo] });
    const next = element.querySelector("input[type=file]");
    item.remove();
    next.focus();
    markAnswered(questionOf(element));
  }

  /** Send what waits, oldest first; false where the way is closed for now. */
  async send() {
    for (const upload of await this.store.uploads()) {
      const body = new FormData();
      body.set("uuid", upload.uuid);
      body.set("slot", upload.slot);
      body.set("user", this.answers.user);
      body.set("revision", String(this.answers.revision));
      if (upload.signature) {
        body.set("signature", upload.signature);
        body.set("base", upload.base);
      } else {
        body.set("file", upload.blob, upload.name || "photo.jpg");
      }
      const reply = await post(this.form.dataset.uploadUrl, body);
      const element = slotElement(this.form, upload.slot);
      if (reply.ok) {
        await this.store.removeUpload(upload.uuid);
        if (element) this.#arrived(element, upload, reply.data);
        this.answers.hear(reply.data);
      } else if (reply.status === 422) {
        await this.store.removeUpload(upload.uuid);
        element?.querySelector(`[data-photo="${upload.uuid}"]`)?.remove();
        if (element) showError(element, reply.message);
        else this.answers.say("refused", `ภาพ ${upload.name || ""} ไม่ได้บันทึก: ${reply.message}`);
      } else {
        this.answers.failed(reply);
        return false;
      }
    }
    return true;
  }

  #waiting(element, upload) {
    const item = document.createElement("li");
    item.className = "photo";
    item.dataset.photo = upload.uuid;
    item.setAttribute("data-waiting", "");
    item.append(picture(URL.createObjectURL(upload.blob)));
    const words = document.createElement("span");
    words.className = "photo-wait";
    words.textContent = "กำลังส่ง…";
    item.append(words);
    element.querySelector("[data-photo-list]").append(item);
    markAnswered(questionOf(element));
  }

  #arrived(element, upload, data) {
    if (upload.signature) {
      element.querySelector("[data-signature-image]")?.remove();
      const image = document.createElement("img");
      image.className = "signature-image";
      image.alt = "ลายมือชื่อ";
      image.dataset.signatureImage = "";
      image.src = data.attachment.url;
      element.prepend(image);
      element.querySelector("signature-box")?.saved?.();
    } else {
      const waiting = element.querySelector(`[data-photo="${upload.uuid}"]`);
      const made = photoItem(element, data.attachment.id);
      if (waiting) waiting.replaceWith(made);
    }
    markAnswered(questionOf(element));
  }
}
