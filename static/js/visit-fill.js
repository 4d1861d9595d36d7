// Between the sections of a form: what was answered is sent first, then the next section opens. Without a line the page
// stays, because what is on it can go on being answered; without this module the buttons are ordinary ones.

const form = document.querySelector("form[data-answers]");
const WAIT = 2500;

async function settled(answers) {
  answers.flushTyping();
  const until = Date.now() + WAIT;
  while (!(await answers.isEmpty()) && Date.now() < until) {
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

async function go(href) {
  if (form.answers) await settled(form.answers);
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
    const target = event.target.closest("form[data-answers] [data-href], .steps a, .fill-missing a");
    if (!target || event.ctrlKey || event.metaKey) return;
    const href = target.dataset.href || target.href;
    if (new URL(href, location.href).pathname + new URL(href, location.href).search === location.pathname + location.search) return;
    event.preventDefault();
    target.setAttribute("aria-busy", "true");
    go(href).finally(() => target.removeAttribute("aria-busy"));
  },
  true,
);

// A question that was named in the address is put into view, and under the thumb.
if (location.hash.startsWith("#q-")) {
  const question = document.getElementById(location.hash.slice(1));
  question?.scrollIntoView({ block: "center" });
  question?.querySelector("input:not([type=hidden]), textarea, select")?.focus({ preventScroll: true });
}
document.querySelector(".steps [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
