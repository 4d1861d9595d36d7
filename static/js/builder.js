/**
 * The form builder in the browser: the same forms and addresses as without scripts, asked for JSON.
 *
 * Changes are sent one after the other (`queue`): each answer says how the page must look now, and nothing that was
 * typed leaves the page before the server has taken it.
 */

import Sortable from "../vendor/sortablejs/sortable.esm.js";
import { csrfToken } from "./answers-wire.js";
import { conditions } from "./builder-logic.js";
import { show as showChoices } from "./builder-fields.js";

const desk = document.querySelector("[data-builder]");
const ops = document.getElementById("b-ops");
const panel = desk.querySelector("[data-panel]");
const sections = desk.querySelector("[data-sections]");
const announcer = desk.querySelector("[data-announce]");
const saved = document.querySelector("[data-kept]");
const base = desk.dataset.base;
const WAIT = 700;
const RETRY = [2000, 5000, 10000, 20000];
const GONE = "ไม่พบฉบับร่างนี้แล้ว อาจมีผู้อื่นลบไป สิ่งที่พิมพ์ยังไม่ได้บันทึก โปรดคัดลอกเก็บไว้ แล้วเปิดหน้านี้ใหม่";
const TOO_LONG = "ระบบรับสิ่งที่ส่งไม่ได้ อาจยาวเกินไป สิ่งที่พิมพ์ยังไม่ได้บันทึก โปรดแบ่งให้สั้นลงแล้วลองอีกครั้ง";

let revision = ops.querySelector("[data-revision]").value;
let open = panel.querySelector(".b-panel-inner")?.dataset.key || "";
let queue = Promise.resolve();
let rest = saved.textContent;
let offline = false;
let signedOut = false;

// -- Talking to the server ------------------------------------------------------------------------------------------

/** Send a change after those before it; a broken line is tried again until it goes through. Answers {status, data}. */
function send(url, data) {
  const body = data instanceof FormData ? data : toForm(data);
  const job = queue.then(() => attempt(url, body, 0));
  queue = job.catch(() => undefined);
  return job;
}

function toForm(data) {
  const form = new FormData();
  for (const [name, value] of Object.entries(data)) form.append(name, value);
  return form;
}

async function attempt(url, body, tries) {
  body.set("revision", revision);
  body.set("csrfmiddlewaretoken", csrfToken());
  let response;
  try {
    response = await fetch(url, { method: "POST", body: new URLSearchParams(body), headers: { accept: "application/json" } });
    if (response.status >= 500) throw new Error(String(response.status));
  } catch {
    offline = true;
    say("ยังไม่ได้บันทึก เครือข่ายขัดข้อง กำลังลองใหม่…", true);
    await new Promise((resolve) => setTimeout(resolve, RETRY[Math.min(tries, RETRY.length - 1)]));
    return attempt(url, body, tries + 1);
  }
  offline = false;
  if (response.redirected || response.status === 401 || response.status === 403) {
    saySignedOut();
    return { status: 401, data: {} };
  }
  signedOut = false;
  const inWords = (response.headers.get("content-type") || "").includes("json");
  return { status: response.status, data: inWords ? await response.json() : { message: response.status === 404 ? GONE : TOO_LONG } };
}

function say(text, waiting = false) {
  if (signedOut) return;
  saved.textContent = text;
  saved.classList.toggle("is-waiting", waiting);
}

/** The link stays as it is while the person reaches for it: leaving a field tries to save once more. */
function saySignedOut() {
  if (signedOut) return;
  signedOut = true;
  const link = document.createElement("a");
  link.href = "/";
  link.target = "_blank";
  link.textContent = "เข้าสู่ระบบอีกครั้งในแท็บใหม่";
  saved.classList.add("is-waiting");
  saved.replaceChildren("ยังไม่ได้บันทึก หมดเวลาการเข้าสู่ระบบ ", link, " แล้วกลับมาหน้านี้ สิ่งที่พิมพ์ยังอยู่ครบ");
}

window.addEventListener("focus", () => { if (signedOut) save(); });

function announce(text) {
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = text; });
}

// -- Showing what has changed ---------------------------------------------------------------------------------------

const fragment = (html) => document.createRange().createContextualFragment(html);
const rowOf = (key) => document.getElementById(`row-${key}`);
const sectionOf = (key) => document.getElementById(`section-${key}`);

function apply(answer) {
  revision = String(answer.revision);
  ops.querySelector("[data-revision]").value = revision;
  if (answer.outline !== undefined) {
    sections.replaceChildren(fragment(answer.outline));
    makeSortable();
  } else {
    applyParts(answer);
  }
  desk.querySelector("[data-troubles]").replaceChildren(fragment(answer.troubles));
  document.querySelector("[data-count]").textContent = answer.count;
  const undo = desk.querySelector("[data-undo]");
  undo.hidden = !answer.undo;
  undo.querySelector("[data-undo-label]").textContent = answer.undo;
  desk.querySelector("[data-empty]").hidden = answer.order.length > 0;
  rest = `บันทึกแล้ว ${answer.at}`;
  say(rest);
  markOpen();
}

function applyParts({ rows, sections: parts, order }) {
  const focused = document.activeElement;
  for (const [key, html] of Object.entries(parts.new)) {
    if (!sectionOf(key)) {
      sections.append(fragment(html));
      sortRows(sectionOf(key).querySelector("[data-rows]"));
    }
  }
  for (const [key, html] of Object.entries(parts.heads)) sectionOf(key)?.querySelector("[data-section-head]").replaceWith(fragment(html));
  for (const [key, html] of Object.entries(rows)) rowOf(key)?.replaceWith(fragment(html));
  const wanted = new Set(order.map(([key]) => key));
  for (const section of [...sections.children]) if (!wanted.has(section.dataset.section)) section.remove();
  settle(sections, order.map(([key]) => sectionOf(key)));
  for (const [key, keys] of order) {
    const list = sectionOf(key).querySelector("[data-rows]");
    settle(list, keys.map((each) => rowOf(each) || fragment(rows[each]).firstElementChild));
    const kept = new Set(keys);
    for (const row of [...list.children]) if (!kept.has(row.dataset.key)) row.remove();
    renumber(list);
  }
  if (focused && !focused.isConnected && focused.dataset?.open) focusOn(focused.dataset.open);
}

/** Put elements into this order, moving only what stands elsewhere. */
function settle(parent, wanted) {
  let here = parent.firstElementChild;
  for (const element of wanted) {
    if (element === here) here = here.nextElementSibling;
    else parent.insertBefore(element, here);
  }
}

function renumber(list) {
  let number = 0;
  for (const row of list.children) {
    const asks = row.dataset.type !== "note";
    if (asks) number += 1;
    const text = asks ? `${number}.` : "";
    const place = row.querySelector("[data-number]");
    if (place && place.textContent !== text) place.textContent = text;
  }
}

function focusOn(key) {
  const place = key.startsWith("@") ? sectionOf(key.slice(1))?.querySelector("h2 [data-open]") : rowOf(key)?.querySelector("[data-open]");
  place?.focus({ preventScroll: true });
  // Sections out of sight have only a guessed height: once here, once more when it is known.
  place?.scrollIntoView({ block: "nearest" });
  requestAnimationFrame(() => requestAnimationFrame(() => place?.scrollIntoView({ block: "nearest" })));
}

function markOpen() {
  for (const each of desk.querySelectorAll(".is-open")) each.classList.remove("is-open");
  if (open) (open.startsWith("@") ? sectionOf(open.slice(1)) : rowOf(open))?.classList.add("is-open");
  document.body.classList.toggle("b-has-panel", Boolean(open));
}

// -- The panel ------------------------------------------------------------------------------------------------------

let turns = 0;

async function openPanel(key, { url = "", title = false } = {}) {
  const turn = (turns += 1);
  await leavePanel();
  const address = url || `${base}${key.startsWith("@") ? `s/${encodeURIComponent(key.slice(1))}` : `q/${encodeURIComponent(key)}`}/`;
  let response;
  try {
    response = await fetch(address, { headers: { "x-builder": "panel" } });
  } catch {
    say("เปิดข้อนี้ไม่ได้ เครือข่ายขัดข้อง โปรดลองอีกครั้ง", true);
    return;
  }
  if (response.redirected || !response.ok) {
    location.assign(address);
    return;
  }
  const html = await response.text();
  await leavePanel(); // typed while the other was on its way
  if (turn !== turns) return;
  showPanel(html, { title });
  history.replaceState(null, "", address);
}

function showPanel(html, { title = false, text = false } = {}) {
  panel.replaceChildren(fragment(html));
  open = panel.querySelector(".b-panel-inner").dataset.key;
  markOpen();
  preparePanel();
  panel.scrollTop = 0;
  if (matchMedia("(max-width: 991.98px)").matches) window.scrollTo(0, 0);
  if (text) panel.querySelector("[name=text], [name=title]")?.focus();
  else if (title) panel.querySelector("[data-title]")?.focus({ preventScroll: true });
}

function preparePanel() {
  const form = panel.querySelector("[data-autosave]");
  if (!form) return;
  if (panel.querySelector(".b-rivals")) panel.querySelector(".b-panel-inner").classList.add("has-rivals");
  kept = read(form);
  for (const area of form.querySelectorAll("textarea")) grow(area);
  showChoices(form);
  conditions(form, { check: desk.dataset.check, names });
  const alone = panel.querySelector("[data-alone]");
  if (alone) alone.addEventListener("submit", (event) => event.preventDefault());
}

function grow(area) {
  if (area.classList.contains("b-lines")) return;
  area.style.height = "auto";
  if (area.scrollHeight) area.style.height = `${area.scrollHeight + 2}px`;
}

/** Keys of the form's questions with their texts and what may be answered, for suggestions. */
function names() {
  return [...sections.querySelectorAll(".b-row")].map((row) => ({
    key: row.dataset.key, type: row.dataset.type, text: row.querySelector(".b-text").textContent.replace(/\*\s*ต้องตอบ\s*$/, "").trim(),
    answers: JSON.parse(row.dataset.answers || "[]"),
  }));
}

function closePanel() {
  return leavePanel().then(() => {
    const key = open;
    open = "";
    panel.replaceChildren();
    markOpen();
    history.replaceState(null, "", base);
    if (key) focusOn(key);
  });
}

// -- Saving as one types --------------------------------------------------------------------------------------------

let kept = "";
let timer = 0;
let saving = null;
let refused = false;

const read = (form) => new URLSearchParams([...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "was", "revision"].includes(name))).toString();
const autosave = () => panel.querySelector("[data-autosave]");

function isDirty() {
  const form = autosave();
  return Boolean(form) && (read(form) !== kept || refused);
}

function soon(wait = WAIT) {
  clearTimeout(timer);
  refused = false;
  say(read(autosave()) === kept ? rest : "กำลังพิมพ์…");
  timer = setTimeout(save, wait);
}

/** Save the open piece now; what is typed meanwhile is saved after it. */
async function save() {
  clearTimeout(timer);
  const form = autosave();
  if (!form || (read(form) === kept && !refused)) return;
  if (saving) {
    await saving;
    return save();
  }
  saving = saveOnce(form);
  try {
    await saving;
  } finally {
    saving = null;
  }
  if (form.isConnected && read(form) !== kept && !refused) await save();
}

async function saveOnce(form) {
  const sent = read(form);
  const place = form.dataset.place;
  say("กำลังบันทึก…");
  const { status, data } = await send(form.action, new FormData(form));
  if (status === 401) {
    refused = true;
    return;
  }
  if (status !== 200) {
    refused = true;
    say(data.panel ? "ยังไม่ได้บันทึก โปรดดูข้อความในช่องที่แก้ไข" : "ยังไม่ได้บันทึก", true);
    if (data.panel && form.isConnected) showErrors(form, data);
    else if (data.message) tell(data.message);
    return;
  }
  refused = false;
  apply(data);
  if (!form.isConnected || form !== autosave()) return;
  kept = sent;
  form.querySelector("[name=was]").value = data.was;
  clearErrors(form);
  if (data.panel && read(form) === sent) {
    const field = document.activeElement?.name;
    showPanel(data.panel);
    if (field) panel.querySelector(`[name="${CSS.escape(field)}"]`)?.focus();
  } else if (data.alone !== undefined) {
    panel.querySelector("[data-alone]")?.replaceChildren(fragment(data.alone));
  }
  if (data.url && place !== open) history.replaceState(null, "", data.url);
}

/** Put what the server says into the panel that is being typed in; only a conflict shows a new panel. */
function showErrors(form, data) {
  const page = fragment(data.panel);
  const rivals = page.querySelector(".b-rivals");
  if (rivals) {
    const was = page.querySelector("[data-autosave] [name=was]").value;
    form.querySelector("[name=was]").value = was;
    panel.querySelector(".b-rivals")?.remove();
    form.before(rivals);
    panel.querySelector(".b-panel-inner").classList.add("has-rivals");
    rivals.scrollIntoView({ block: "nearest" });
    return;
  }
  for (const place of form.querySelectorAll("[data-error]")) {
    const told = page.querySelector(`#${CSS.escape(place.id)}`);
    place.replaceChildren(...(told ? told.childNodes : []));
    const input = form.querySelector(`[name="${CSS.escape(place.id.slice(2, -6))}"]`);
    input?.classList.toggle("is-invalid", place.childElementCount > 0);
    if (place.childElementCount > 0) place.closest("details")?.setAttribute("open", "");
  }
  const whole = page.querySelector(".alert-danger");
  panel.querySelector(".b-panel-inner > .alert-danger")?.remove();
  if (whole) form.before(whole);
}

function clearErrors(form) {
  for (const place of form.querySelectorAll("[data-error]")) place.replaceChildren();
  for (const input of form.querySelectorAll(".is-invalid")) input.classList.remove("is-invalid");
  for (const each of panel.querySelectorAll(".b-rivals, .b-panel-inner > .alert-danger")) each.remove();
  panel.querySelector(".b-panel-inner").classList.remove("has-rivals");
}

/** Before another piece is shown: what is typed here is saved, or stays where it can be seen. */
async function leavePanel() {
  if (!isDirty()) return;
  await save();
  if (isDirty() && !confirm("ส่วนที่กำลังแก้ไขยังไม่ได้บันทึก ต้องการออกโดยไม่บันทึกหรือไม่")) throw new Error("stays");
  refused = false;
  kept = autosave() ? read(autosave()) : "";
}

window.addEventListener("beforeunload", (event) => {
  if (isDirty() || offline) event.preventDefault();
});

panel.addEventListener("input", (event) => {
  if (!event.target.closest("[data-autosave]")) return;
  if (event.target.matches("textarea")) grow(event.target);
  soon();
});
panel.addEventListener("change", (event) => {
  const form = event.target.closest("[data-autosave]");
  if (!form) return;
  showChoices(form);
  soon(event.target.matches("textarea, input[type=text], input:not([type])") ? 100 : 0);
});
panel.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-autosave]")) {
    event.preventDefault();
    event.stopPropagation();
    refused = true;
    save();
  }
}, true);

// -- Moving, adding, deleting ---------------------------------------------------------------------------------------

async function operate(url, data, { focus = true } = {}) {
  await save();
  const { status, data: answer } = await send(url, data);
  if (status !== 200) {
    say("");
    if (answer.message) tell(answer.message);
    return null;
  }
  apply(answer);
  announce(answer.message);
  if (answer.panel) {
    await leavePanel();
    showPanel(answer.panel, { text: true });
    if (answer.url) history.replaceState(null, "", answer.url);
  } else {
    dropClosed(answer);
    if (focus && answer.focus) focusOn(answer.focus);
  }
  return answer;
}

/** The panel of something that is there no more is closed. */
function dropClosed(answer) {
  const gone = open && !(open.startsWith("@") ? sectionOf(open.slice(1)) : rowOf(open));
  if (!gone) return;
  kept = "";
  refused = false;
  open = "";
  panel.replaceChildren();
  markOpen();
  history.replaceState(null, "", base);
  if (answer.focus) focusOn(answer.focus);
}

function tell(text) {
  const box = document.querySelector(".app-messages");
  const alert = document.createElement("div");
  alert.className = "alert alert-danger";
  alert.setAttribute("role", "alert");
  alert.textContent = text;
  box.replaceChildren(alert);
  alert.scrollIntoView({ block: "nearest" });
  announce(text);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form !== ops && !form.matches("[data-add], [data-ops]")) return;
  event.preventDefault();
  const data = new FormData(form);
  if (button?.name) data.set(button.name, button.value);
  const url = button?.getAttribute("formaction") || form.action;
  document.querySelector(".app-messages").replaceChildren();
  const keeps = button?.closest(".b-moves");
  operate(url, data, { focus: !keeps }).then((answer) => {
    if (!answer) return;
    if (form.matches(".b-add-section")) form.reset();
    if (keeps) refocus(answer.focus, button.dataset.move);
  }).catch(() => undefined);
});

/** A pressed arrow keeps the focus although its row was drawn anew. */
function refocus(key, step) {
  const place = key.startsWith("@") ? sectionOf(key.slice(1))?.querySelector("[data-section-head]") : rowOf(key);
  const button = place?.querySelector(`[data-move="${step}"]`);
  button?.focus();
  place?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open], [data-close], [data-panel-link], [data-leave]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.matches("[data-leave]")) {
    if (!isDirty()) return;
    event.preventDefault();
    leavePanel().then(() => location.assign(link.href)).catch(() => undefined);
    return;
  }
  event.preventDefault();
  if (link.matches("[data-close]")) closePanel().catch(() => undefined);
  else if (link.matches("[data-panel-link]")) openPanel(open, { url: link.getAttribute("href") }).catch(() => undefined);
  else {
    if (link.closest(".b-rivals")) {
      kept = read(autosave());
      refused = false;
    }
    openPanel(link.dataset.open, { title: true }).catch(() => undefined);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    const place = event.target.closest(".b-row, [data-section-head]");
    if (!place || !sections.contains(place)) return;
    event.preventDefault();
    place.querySelector(`[data-move="${event.key === "ArrowUp" ? -1 : 1}"]`).click();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && panel.contains(event.target)) {
    event.preventDefault();
    panel.querySelector("[data-next]")?.click();
  } else if (event.key === "Escape" && panel.contains(event.target) && !event.defaultPrevented && open) {
    closePanel().catch(() => undefined);
  }
});

// -- Dragging -------------------------------------------------------------------------------------------------------

const before = (element) => element.previousElementSibling;

function sortRows(list) {
  Sortable.create(list, {
    group: "rows", handle: "[data-grip]", animation: 120, ghostClass: "b-ghost", delayOnTouchOnly: true, delay: 80, scrollSensitivity: 80,
    onEnd({ item, from, to, oldIndex, newIndex }) {
      if (from === to && oldIndex === newIndex) return;
      renumber(from);
      renumber(to);
      const key = item.dataset.key;
      const data = { section: to.closest("[data-section]").dataset.section, after: before(item)?.dataset.key || "" };
      operate(`${base}q/${encodeURIComponent(key)}/move/`, data, { focus: false }).then((answer) => { if (!answer) location.reload(); }).catch(() => undefined);
    },
  });
}

function makeSortable() {
  for (const list of sections.querySelectorAll("[data-rows]")) sortRows(list);
}

Sortable.create(sections, {
  handle: "[data-section-grip]", animation: 120, ghostClass: "b-ghost", delayOnTouchOnly: true, delay: 80, scrollSensitivity: 80,
  onEnd({ item, oldIndex, newIndex }) {
    if (oldIndex === newIndex) return;
    const key = item.dataset.section;
    operate(`${base}s/${encodeURIComponent(key)}/move/`, { after: before(item)?.dataset.section || "" }, { focus: false })
      .then((answer) => { if (!answer) location.reload(); }).catch(() => undefined);
  },
});
makeSortable();
preparePanel();
markOpen();
desk.dataset.ready = "1";
