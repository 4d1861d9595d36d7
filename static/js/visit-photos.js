// Photographs of a visit: made smaller on the device, sent one by one, tried again when the line comes back. Without
// this module the same form sends the files as they are.

import { newId } from "./answers-wire.js";
import { shrink } from "./questions-photos.js";

const TRIES = 5;

const wait = (ms) => new Promise((done) => window.setTimeout(done, ms));

async function send(form, file, uuid) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("uuid", uuid);
  body.append("photo", await shrink(file), file.name);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
      if (response.ok) return "";
      if (response.type === "opaqueredirect" || response.status === 403) {
        return "การเข้าสู่ระบบหมดอายุแล้ว โปรดเข้าสู่ระบบอีกครั้งแล้วแนบภาพใหม่";
      }
      if (response.status === 422) return (await response.json()).message;
      throw new Error(String(response.status));
    } catch {
      if (attempt >= TRIES) return "ส่งภาพไม่ได้ โปรดตรวจสอบสัญญาณอินเทอร์เน็ตแล้วลองอีกครั้ง";
      await wait(1500 * attempt);
    }
  }
}

for (const form of document.querySelectorAll("form[data-photos]")) {
  const input = form.querySelector("input[type=file]");
  const state = form.querySelector(".photo-state");
  const button = form.querySelector("button[type=submit]");
  button.hidden = true;
  form.dataset.live = "1";
  input.addEventListener("change", async () => {
    const files = [...input.files];
    if (!files.length) return;
    input.disabled = true;
    state.hidden = false;
    const refused = [];
    for (const [index, file] of files.entries()) {
      state.textContent = `กำลังส่งภาพที่ ${index + 1} จาก ${files.length} …`;
      const reason = await send(form, file, newId());
      if (reason) refused.push(`${file.name}: ${reason}`);
    }
    if (!refused.length) {
      location.hash = "photos";
      location.reload();
      return;
    }
    state.classList.add("text-danger");
    state.textContent = refused.join(" · ");
    input.disabled = false;
    input.value = "";
  });
}

// A question before something is taken away.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});
