/**
 * Choices in a drop-down, searched in where they are many, and choices that an earlier answer rules out. A list stands
 * on the page once, as JSON `[[value, text, asks for words], …]`; short ones are read off the options themselves.
 */

const SEARCH_FROM = 20;
const SHOWN = 100;
const STALE = " (ไม่ตรงกับคำตอบก่อนหน้า)";

const lists = new Map();
const own = new WeakMap();
const limits = new WeakMap();

function items(select) {
  const name = select.dataset.list;
  const data = name && document.getElementById(name);
  if (data) {
    if (!lists.has(name)) lists.set(name, JSON.parse(data.textContent));
    return lists.get(name);
  }
  if (!own.has(select)) {
    const options = [...select.options].filter((option) => option.value);
    own.set(select, options.map((option) => [option.value, option.text, Number(option.hasAttribute("data-specify"))]));
  }
  return own.get(select);
}

function picked(select) {
  return [...select.selectedOptions].map((option) => option.value).filter(Boolean);
}

/** The options to offer now: what is allowed, and what is picked though it no longer is. */
function offered(select, values) {
  const allowed = limits.get(select);
  const all = items(select);
  const made = [];
  for (const [value, text, specify] of all) {
    if (!allowed || allowed.has(value)) made.push({ value, text, specify });
    else if (values.includes(value)) made.push({ value, text: text + STALE, specify });
  }
  for (const value of values) if (!made.some((item) => item.value === value)) made.push({ value, text: value });
  return made;
}

function optionOf(item, isPicked) {
  const option = new Option(item.text, item.value, isPicked, isPicked);
  if (item.specify) option.dataset.specify = "";
  return option;
}

function redraw(select, values) {
  const search = select.tomselect;
  if (search) {
    search.clear(true);
    search.clearOptions(() => false);
    search.addOptions(offered(select, values));
    search.setValue(select.multiple ? values : values[0] || "", true);
    return;
  }
  const empty = select.multiple ? [] : [new Option("— เลือก —", "")];
  select.replaceChildren(...empty, ...offered(select, values).map((item) => optionOf(item, values.includes(item.value))));
}

/** What a drop-down says: a list, empty where nothing is picked. */
export const menuValues = picked;

/** Show these values in a drop-down. */
export function showMenu(select, values) {
  redraw(select, values.map(String));
}

/** What the values of a drop-down are called. */
export function menuWords(select, value) {
  return items(select).find((item) => item[0] === String(value))?.[1] || String(value);
}

/** Offer only these values (a Set; null: all) in a drop-down or among buttons; what is picked stays, and is marked. */
export function limitChoices(element, allowed) {
  if (element.tagName !== "SELECT") {
    for (const input of element.querySelectorAll("input")) {
      const chip = input.closest(".chip");
      const out = allowed !== null && !allowed.has(input.value);
      chip.hidden = out && !input.checked;
      chip.classList.toggle("chip-stale", out && input.checked);
    }
    return;
  }
  const before = limits.get(element);
  const values = picked(element);
  const state = allowed === null ? "" : `${[...allowed].join("\n")}|${values.join("\n")}`;
  if (element.dataset.limit === state || (allowed === null && !before)) return;
  items(element);
  element.dataset.limit = state;
  if (allowed) limits.set(element, allowed);
  else limits.delete(element);
  redraw(element, values);
}

let library;

/** The search library, fetched once and only where a page has a long list. */
function searchLibrary(select) {
  library ||= import(select.dataset.searchJs).then(() => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = select.dataset.searchCss;
    document.head.append(style);
    return window.TomSelect;
  });
  return library;
}

/** Make the long drop-downs in here searchable. Where the library can't be had they get all their options. */
export async function enhanceMenus(root) {
  for (const select of root.querySelectorAll("select.q-menu")) {
    if (select.dataset.name) {
      select.name = select.dataset.name;
      select.hidden = false;
      delete select.dataset.name;
    }
    const values = picked(select);
    if (items(select).length <= SEARCH_FROM || select.tomselect) continue;
    const TomSelect = await searchLibrary(select).catch(() => null);
    if (!TomSelect) {
      redraw(select, values);
      continue;
    }
    if (!select.isConnected || select.tomselect) continue;
    new TomSelect(select, {
      options: offered(select, values),
      items: values,
      valueField: "value",
      labelField: "text",
      searchField: ["text"],
      sortField: [{ field: "$order" }, { field: "$score" }],
      maxOptions: SHOWN,
      placeholder: "พิมพ์เพื่อค้นหา",
      plugins: select.multiple ? { remove_button: { title: "เอาออก" } } : { clear_button: { title: "ล้างคำตอบ" } },
      hideSelected: select.multiple,
      closeAfterSelect: !select.multiple,
      onFocus() { this.control_input.setAttribute("autocomplete", "off"); },
      render: {
        no_results: () => { const none = document.createElement("div"); none.className = "no-results"; none.textContent = "ไม่พบรายการที่ค้นหา"; return none; },
        option: (data, escape) => `<div>${escape(data.text)}</div>`,
        item: (data, escape) => `<div>${escape(data.text)}</div>`,
      },
    });
    select.setAttribute("aria-hidden", "true"); // the field of the library stands for it
  }
}
