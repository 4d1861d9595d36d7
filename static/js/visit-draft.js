// A record that is being written is kept on this device until the server has it: an expired sign-in, a lost line or a
// closed page loses nothing. Also adds rows to lists of findings. The form works without any of it.

const form = document.querySelector("form[data-draft]");
if (form) {
  const key = `nithet-draft-${form.dataset.draft}`;
  const state = form.querySelector(".draft-state");
  const typed = () =>
    [...form.querySelectorAll("input:not([type=hidden]):not([type=file]), textarea, select")].filter((field) => field.name);

  const addRow = form.querySelector("[data-add-row]");
  const grow = () => {
    const total = form.querySelector("input[name$='-TOTAL_FORMS']");
    const html = form.querySelector("template").innerHTML.replaceAll("__prefix__", total.value);
    form.querySelector("[data-rows]").insertAdjacentHTML("beforeend", html);
    total.value = String(Number(total.value) + 1);
  };
  if (addRow) {
    addRow.hidden = false;
    addRow.addEventListener("click", () => {
      grow();
      form.querySelector("[data-rows] fieldset:last-child textarea").focus();
      keep();
    });
  }

  const snapshot = () => Object.fromEntries(typed().map((f) => [f.name, f.type === "checkbox" ? f.checked : f.value]));
  const shown = JSON.stringify(snapshot());
  const say = (text) => {
    state.textContent = text;
    state.hidden = !text;
  };

  function keep() {
    const now = JSON.stringify(snapshot());
    try {
      if (now === shown) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify({ at: Date.now(), seen: shown, fields: JSON.parse(now) }));
    } catch {
      return; // the browser keeps nothing: the form still works
    }
    say(now === shown ? "" : "ร่างนี้เก็บไว้ในเครื่องแล้ว กด “บันทึก” เพื่อส่งเข้าระบบ");
  }

  let draft = null;
  try {
    draft = JSON.parse(localStorage.getItem(key));
  } catch {
    draft = null;
  }
  // What the server refused comes back as it was typed; a kept draft is for a page that was left.
  const refused = form.querySelector(".is-invalid, .alert-danger") !== null;
  if (draft && !refused && JSON.stringify(draft.fields) !== shown) {
    while (Object.keys(draft.fields).some((name) => !form.elements[name]) && addRow && typed().length < 300) {
      const before = typed().length;
      grow();
      if (typed().length === before) break;
    }
    for (const field of typed()) {
      if (!(field.name in draft.fields)) continue;
      if (field.type === "checkbox") field.checked = draft.fields[field.name];
      else field.value = draft.fields[field.name];
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    say("");
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "btn btn-sm btn-outline-secondary";
    undo.textContent = "ทิ้งร่างนี้";
    undo.addEventListener("click", () => {
      localStorage.removeItem(key);
      location.reload();
    });
    const words =
      draft.seen === shown
        ? "นำร่างที่พิมพ์ค้างไว้ในเครื่องนี้กลับมาให้แล้ว "
        : "นำร่างที่พิมพ์ค้างไว้กลับมาให้แล้ว แต่บันทึกในระบบเปลี่ยนไปตั้งแต่นั้น โปรดอ่านก่อนบันทึก ";
    state.replaceChildren(words, undo);
    state.hidden = false;
  }

  let timer = 0;
  const soon = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(keep, 300);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  window.addEventListener("pagehide", () => {
    if (timer) keep();
  });

  // The draft goes when the server has answered with another page; until then it is the only copy.
  form.addEventListener("submit", () => sessionStorage.setItem("nithet-draft-sent", key));
}

// Reached after a save: the page that the server sends once the record is kept names it.
const kept = sessionStorage.getItem("nithet-draft-sent");
if (kept && !form && document.querySelector("[data-record-saved]")) {
  localStorage.removeItem(kept);
  sessionStorage.removeItem("nithet-draft-sent");
}
