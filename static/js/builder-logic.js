/**
 * Help in writing a condition: what is wrong and where while it is typed, keys of questions to choose from, and a
 * simple condition put together from three lists.
 */

import { csrfToken } from "./answers-wire.js";

const WAIT = 350;
const WORD = /[A-Za-z][A-Za-z0-9_.]*$/;
const SHOWN = 8;
const OPERATORS = [["=", "เท่ากับ"], ["!=", "ไม่เท่ากับ"], [">=", "ตั้งแต่"], ["<=", "ไม่เกิน"], ["selected", "เลือก"], ["answered", "ตอบแล้ว"]];
const FITTING = { choice: ["=", "!=", "answered"], exist: ["=", "!=", "answered"], multi: ["selected", "answered"], text: ["=", "!=", "answered"] };
const ORDERED = ["=", "!=", ">=", "<=", "answered"];
const TEXTUAL = new Set(["choice", "multi", "text", "date", "time"]);

export function conditions(form, { check, names }) {
  for (const area of form.querySelectorAll(".b-logic")) {
    if (area.dataset.live) continue;
    area.dataset.live = "1";
    live(area, form.dataset.place, check);
    suggest(area, () => names().filter(({ key }) => key !== form.dataset.place));
    if (area.name === "show_when" || area.name === "required_when") easy(area, form.dataset.place, names);
  }
}

// -- What is wrong --------------------------------------------------------------------------------------------------

function live(area, place, check) {
  const said = document.createElement("div");
  said.className = "b-logic-said";
  said.setAttribute("role", "status");
  area.after(said);
  let timer = 0;
  let latest = 0;
  const ask = async () => {
    const text = area.value;
    const turn = (latest += 1);
    if (!text.trim()) {
      said.replaceChildren();
      return;
    }
    try {
      const body = new URLSearchParams({ csrfmiddlewaretoken: csrfToken(), place, property: area.name, text });
      const response = await fetch(check, { method: "POST", body, headers: { accept: "application/json" } });
      if (turn !== latest || !response.ok) return;
      show(said, text, await response.json());
    } catch {
      /* The line is broken: the check waits for the next letter. */
    }
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  if (area.value.trim()) ask();
}

function show(said, text, { message, at, type }) {
  said.className = `b-logic-said ${message ? "is-wrong" : "is-right"}`;
  if (!message) {
    said.textContent = type ? `อ่านได้ ให้ผลเป็น${type}` : "";
    return;
  }
  const words = document.createElement("span");
  words.textContent = message;
  said.replaceChildren(words);
  if (at < 0) return;
  const letters = [...text];
  const rest = letters.slice(at).join("");
  const wrong = (rest.match(/^[A-Za-z][A-Za-z0-9_.]*|^[\u0e00-\u0e7f]+|^\S/) || [" "])[0];
  const code = document.createElement("code");
  const mark = document.createElement("mark");
  mark.textContent = wrong === " " || !rest ? "␣" : wrong;
  code.append(letters.slice(0, at).join(""), mark, rest.slice(wrong.length));
  said.append(code);
}

// -- Keys while one types -------------------------------------------------------------------------------------------

let count = 0;

function suggest(area, names) {
  const list = document.createElement("ul");
  list.className = "b-suggest";
  list.id = `suggest-${(count += 1)}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "รหัสข้อที่ใช้ได้");
  list.hidden = true;
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    area.removeAttribute("aria-activedescendant");
  };
  const take = (key) => {
    const at = area.selectionStart;
    const start = at - (area.value.slice(0, at).match(WORD)?.[0].length || 0);
    area.setRangeText(key, start, at, "end");
    close();
    area.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    area.focus();
  };
  const mark = (place) => {
    chosen = place;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === place)));
    area.setAttribute("aria-activedescendant", `${list.id}-${place}`);
    list.children[place]?.scrollIntoView({ block: "nearest" });
  };

  area.addEventListener("input", (event) => {
    const word = area.value.slice(0, area.selectionStart).match(WORD)?.[0] || "";
    const quoted = (area.value.slice(0, area.selectionStart).match(/"/g) || []).length % 2 === 1;
    if (!word || quoted || !event.isTrusted) {
      close();
      return;
    }
    const wanted = word.toLowerCase();
    const found = names().filter(({ key, type }) => type !== "note" && key.toLowerCase().startsWith(wanted) && key !== word).slice(0, SHOWN);
    list.replaceChildren(...found.map(({ key, text }, place) => {
      const item = document.createElement("li");
      item.id = `${list.id}-${place}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const name = document.createElement("b");
      name.textContent = key;
      const words = document.createElement("small");
      words.textContent = ` ${text.slice(0, 70)}`;
      item.append(name, words);
      item.addEventListener("mousedown", (press) => {
        press.preventDefault();
        take(key);
      });
      return item;
    }));
    list.hidden = !found.length;
    chosen = -1;
  });
  area.addEventListener("keydown", (event) => {
    if (list.hidden || event.altKey || event.ctrlKey) return;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown") mark(Math.min(last, chosen + 1));
    else if (event.key === "ArrowUp") mark(Math.max(0, chosen - 1));
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(list.children[chosen].querySelector("b").textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  area.addEventListener("blur", close);
}

// -- Put together from lists ----------------------------------------------------------------------------------------

function easy(area, place, names) {
  const offered = names().filter(({ key, type }) => key !== place && !["note", "photo", "file", "place", "signature", "matrix", "dual"].includes(type));
  if (!offered.length) return;
  const box = document.createElement("div");
  box.className = "b-easy";
  const line = document.createElement("div");
  line.className = "b-easy-line";
  const question = select("ข้อ", [["", "เลือกข้อ…"], ...offered.map(({ key, text }) => [key, `${key} ${text.slice(0, 50)}`])]);
  const operator = select("เป็นอย่างไร", OPERATORS);
  let value = typed();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-outline-primary";
  button.textContent = "ใส่เงื่อนไข";
  line.append(question, operator, value, button);
  box.append(line);
  const hold = (event) => event.stopPropagation();
  for (const name of ["input", "change"]) box.addEventListener(name, hold);
  const settle = () => { value.hidden = operator.value === "answered"; };
  question.addEventListener("change", () => {
    const asked = offered.find((each) => each.key === question.value);
    const fitting = FITTING[asked?.type] || ORDERED;
    operator.replaceChildren(...OPERATORS.filter(([sign]) => fitting.includes(sign)).map(([sign, words]) => new Option(words, sign)));
    const next = asked?.answers.length ? select("ค่า", asked.answers) : typed();
    value.replaceWith(next);
    value = next;
    settle();
  });
  operator.addEventListener("change", settle);
  button.addEventListener("click", () => {
    const key = question.value;
    if (!key) return;
    const type = offered.find((each) => each.key === key).type;
    if (operator.value !== "answered" && !value.value.trim()) {
      value.focus();
      return;
    }
    const quoted = TEXTUAL.has(type) || !/^-?[0-9๐-๙]+(\.[0-9๐-๙]+)?$/.test(value.value.trim());
    const literal = quoted ? `"${value.value.trim().replaceAll('"', '""')}"` : value.value.trim();
    const made = operator.value === "answered" ? `answered(${key})` : operator.value === "selected" ? `selected(${key}, "${value.value.trim()}")` : `${key} ${operator.value} ${literal}`;
    area.value = area.value.trim() ? `${area.value.trim()} and ${made}` : made;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
  area.closest(".b-field").append(box);
}

function typed() {
  const made = document.createElement("input");
  made.className = "form-control form-control-sm";
  made.placeholder = "ค่า เช่น 1";
  made.setAttribute("aria-label", "ค่า");
  return made;
}

function select(label, options) {
  const made = document.createElement("select");
  made.className = "form-select form-select-sm";
  made.setAttribute("aria-label", label);
  for (const [value, text] of options) made.append(new Option(text, value));
  return made;
}
