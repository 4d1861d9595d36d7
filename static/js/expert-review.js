// The expert's page: what is marked or written is sent a moment later, and kept on this device until it has arrived.
// Without this module the buttons do the same.

const form = document.querySelector("form[data-expert-review]");
const WAIT = 900;
const RETRY = 8000;
const WAITING = `expert-review ${window.location.pathname.split("/e/")[1]?.split("/")[0]}`;
const KEPT = /^(m-|c-|remark$)/;
let timer = 0;
let sending = false;
let again = false;

function say(text, state) {
  const said = form.querySelector("[data-said]");
  said.textContent = text;
  said.dataset.state = state;
}

function count() {
  const done = form.querySelectorAll('input[name^="m-"]:checked').length;
  form.querySelector("[data-done]").textContent = done;
  form.querySelector("[data-bar]").value = done;
}

// What has not arrived yet, by name. A browser that keeps nothing still sends.
function waiting() {
  try {
    return JSON.parse(window.localStorage.getItem(WAITING)) || {};
  } catch {
    return {};
  }
}

function keep(values) {
  try {
    if (Object.keys(values).length) window.localStorage.setItem(WAITING, JSON.stringify(values));
    else window.localStorage.removeItem(WAITING);
  } catch {
    // The page itself still holds what was typed.
  }
}

function hasArrived(sent) {
  const now = waiting();
  for (const [name, value] of Object.entries(sent)) if (now[name] === value) delete now[name];
  keep(now);
}

function restore() {
  const values = waiting();
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  return Object.keys(values).length > 0;
}

async function save() {
  if (sending) {
    again = true;
    return;
  }
  sending = true;
  timer = 0;
  const sent = waiting();
  say("กำลังบันทึก …", "busy");
  try {
    const reply = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin" });
    const told = await reply.json().catch(() => ({}));
    if (reply.ok) {
      hasArrived(sent);
      say("บันทึกแล้ว", "saved");
    } else say(told.message || "ยังบันทึกไม่ได้ สิ่งที่พิมพ์ยังอยู่ในเครื่องนี้ โปรดกด “บันทึกไว้ก่อน”", "refused");
  } catch {
    offline();
    window.clearTimeout(timer);
    timer = window.setTimeout(save, RETRY);
  }
  sending = false;
  if (again) {
    again = false;
    save();
  }
}

function offline() {
  say("ยังไม่มีสัญญาณ สิ่งที่พิมพ์ยังอยู่ในเครื่องนี้ ระบบจะบันทึกให้เมื่อมีสัญญาณ", "offline");
}

function changed(event) {
  const { name, value, type, checked } = event.target;
  if (KEPT.test(name) && (type !== "radio" || checked)) keep({ ...waiting(), [name]: value });
  count();
  window.clearTimeout(timer);
  timer = window.setTimeout(save, WAIT);
}

// A page that leaves without a line would show the browser's own error and lose the way back.
function submit(event) {
  window.clearTimeout(timer);
  if (navigator.onLine) return;
  event.preventDefault();
  offline();
  timer = window.setTimeout(save, RETRY);
}

// "taken": the page says that everything has arrived, so nothing waits on this device any more.
if (document.querySelector('[data-expert-review="taken"]')) keep({});
if (form) {
  form.addEventListener("change", changed);
  form.addEventListener("input", changed);
  form.addEventListener("submit", submit);
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) save();
  });
  // Marked before this module ran, on a slow line; what waits from another time is put back after it.
  const early = [...form.querySelectorAll("input[type=radio]:checked")].filter((field) => !field.defaultChecked);
  if (early.length) keep({ ...waiting(), ...Object.fromEntries(early.map(({ name, value }) => [name, value])) });
  if (restore()) {
    count();
    save();
  }
}
