// Between the sections of a form: what was answered is sent first, then the next section opens. Without a line the page
// stays, because what is on it can go on being answered; without this module the buttons are ordinary ones.

const form = document.querySelector("form[data-answers]");
const WAIT = 2500; // milliseconds; what has not arrived by then waits on the device, but a picture must be there first

async function settled(answers) {
  answers.flushTyping();
  const until = Date.now() + WAIT;
  while (!(await answers.isEmpty()) && (Date.now() < until || answers.photos.choosing)) {
    await answers.kick();
    await new Promise((done) => window.setTimeout(done, 100));
  }
}

/** Whether the next page can be had at all; a page that can't is worse than staying. */
async function reachable(href) {
  if (!navigator.onLine) return false;
  try {
    const reply = await fetch(href, { method: "HEAD", credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout?.(6000) });
    return reply.ok || reply.type === "opaqueredirect";
  } catch {
    return false;
  }
}

/** An answer that could not be read is kept nowhere but on this page: nobody leaves it without having been told. */
function heldBack() {
  const said = [...form.querySelectorAll(".q [data-error], .q output.is-refused")].filter((place) => place.textContent);
  const question = said[0]?.closest(".q");
  if (!question || form.dataset.warned === said.map((place) => place.textContent).join()) return false;
  form.dataset.warned = said.map((place) => place.textContent).join();
  reveal(question);
  form.answers.say("refused", `มีคำตอบที่ยังบันทึกไม่ได้ ${said.length} ข้อ โปรดแก้ไขก่อน หากไปต่อ คำตอบของข้อนั้นจะหายไป`);
  return true;
}

async function go(href) {
  if (form.answers) {
    await settled(form.answers);
    if (heldBack()) return;
  }
  if (await reachable(href)) {
    window.location.assign(href);
    return;
  }
  const words = form.querySelector("[data-save-text]");
  if (words) words.textContent = "ยังไม่มีสัญญาณ จึงเปิดตอนอื่นไม่ได้ คำตอบในหน้านี้เก็บไว้ในเครื่องแล้ว และตอบต่อได้";
  form.querySelector(".save-bar")?.setAttribute("data-state", "offline");
}

document.addEventListener(
  "click",
  (event) => {
    const target = event.target.closest("form[data-answers] button[data-href], .steps a, .fill-missing a, .fill-todo a");
    if (!target || event.ctrlKey || event.metaKey) return;
    const href = target.dataset.href || target.href;
    const there = new URL(href, location.href);
    const here = there.hash && document.getElementById(there.hash.slice(1));
    if (here) {
      event.preventDefault();
      history.replaceState(null, "", href);
      reveal(here);
      return;
    }
    if (there.pathname + there.search === location.pathname + location.search) return;
    event.preventDefault();
    target.setAttribute("aria-busy", "true");
    go(href).finally(() => target.removeAttribute("aria-busy"));
  },
  true,
);

/** Put a question, or a section, into view and under the thumb. */
function reveal(place) {
  place.scrollIntoView({ block: place.matches(".q") ? "center" : "start" });
  place.querySelector("input:not([type=hidden]):not([hidden]):not([data-row-remove]), textarea, select:not([hidden])")?.focus({ preventScroll: true });
}

/** What is left to do in the sections of this page; of the others the server told when the page was made. */
function leftIn(section) {
  const found = [];
  if (section.hidden) return found;
  const { repeat, least } = section.dataset;
  const rows = repeat ? form.answers.now[repeat]?.v || [] : null;
  if (rows && rows.length < Number(least)) found.push({ target: section.id, text: `ต้องกรอกอย่างน้อย ${least} ชุด` });
  for (const question of section.querySelectorAll("[data-question]")) {
    const row = question.closest("[data-row]");
    if (question.hidden || (row && !rows.includes(row.dataset.row))) continue;
    const star = question.querySelector("[data-required]");
    const why = question.querySelector("[data-broken]")?.textContent || "";
    const empty = question.dataset.main && star && !star.hidden && !question.classList.contains("q-answered");
    if (!empty && !why) continue;
    const legend = question.querySelector(".q-text").cloneNode(true);
    legend.querySelector("[data-required]")?.remove();
    const text = [row?.querySelector("[data-row-number]").textContent, "ข้อ", legend.textContent.trim().replace(/\s+/g, " ").replace(/^(\d+)\./, "$1")];
    found.push({ target: question.id, text: text.filter(Boolean).join(" "), why });
  }
  return found;
}

const todo = document.querySelector("[data-todo]");

function listLeft() {
  if (!todo) return;
  for (const section of form.querySelectorAll("[data-section]")) {
    const place = todo.querySelector(`[data-todo-of="${CSS.escape(section.dataset.section)}"]`);
    if (!place) continue;
    const left = leftIn(section);
    place.hidden = !left.length;
    place.querySelector("ul").replaceChildren(
      ...left.map(({ target, text, why }) => {
        const line = document.createElement("li");
        const link = Object.assign(document.createElement("a"), { href: `${place.dataset.href}#${target}`, textContent: text.length > 90 ? `${text.slice(0, 89)}…` : text });
        line.append(link);
        if (why) line.append(" ", Object.assign(document.createElement("span"), { className: "fill-todo-why", textContent: why }));
        return line;
      }),
    );
  }
  const count = todo.querySelectorAll("li").length;
  todo.hidden = !count;
  todo.querySelector("[data-todo-count]").textContent = count;
  const done = form.querySelector("[data-all-done]");
  if (done) done.hidden = count > 0;
}

let waiting = 0;
form.addEventListener("answers-changed", () => {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(listLeft, 50);
});

// A question that was named in the address. The browser itself goes there first, and takes the focus away.
const named = /^#(q|section)-/.test(location.hash) && document.getElementById(location.hash.slice(1));
if (named) {
  if (document.readyState !== "complete") await new Promise((done) => window.addEventListener("load", done, { once: true }));
  window.setTimeout(() => reveal(named), 50);
}
document.querySelector(".steps [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
