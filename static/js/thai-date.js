// <thai-date>: a text input for a date that says the date back while it is typed, and offers a calendar in พ.ศ.
// The markup comes from templates/thai/date_input.html and works without this file. The calendar is the web component
// `cally`, fetched when it is first opened. The host's data-first and data-last bound the dates.

import {
  ThaiDateError, buddhistYear, longDate, monthNames, parseThaiDate, parts, shortDate, todayInBangkok, weekdayDate,
} from "./thai-date-text.js";

const PAUSE_BEFORE_REFUSING = 700; // ms after the last key, so that half a date is not called wrong

class ThaiDate extends HTMLElement {
  connectedCallback() {
    if (this.ready) return;
    this.ready = true;
    this.input = this.querySelector("input");
    this.button = this.querySelector("button");
    this.output = this.querySelector("output");
    if (!this.input || !this.output) return;

    this.input.addEventListener("input", () => {
      this.forgetOldRefusal();
      this.say({ refuse: false });
    });
    this.input.addEventListener("change", () => this.say({ refuse: true }));
    if (this.button && "popover" in HTMLElement.prototype) this.offerCalendar();
    if (!this.output.textContent.trim()) this.say({ refuse: false, wait: false });
  }

  /** The typed date as ISO text, or "" when there is none or it cannot be read. */
  get value() {
    try {
      return parseThaiDate(this.input.value);
    } catch {
      return "";
    }
  }

  /** Shows the date in words; a refusal waits until the person pauses or leaves the field. */
  say({ refuse, wait = true }) {
    clearTimeout(this.pause);
    const text = this.input.value;
    if (!text.trim()) return this.show("");
    try {
      const date = parseThaiDate(text);
      const trouble = this.outOfBounds(date);
      return this.show(trouble || weekdayDate(date), Boolean(trouble));
    } catch (error) {
      if (!(error instanceof ThaiDateError)) throw error;
      if (refuse) return this.show(error.message, true);
      this.show("");
      if (wait) this.pause = setTimeout(() => this.show(error.message, true), PAUSE_BEFORE_REFUSING);
    }
  }

  /** What the server said of the text that stood here before no longer holds. */
  forgetOldRefusal() {
    for (const marked of [this, this.input]) marked.classList.remove("is-invalid");
    this.input.removeAttribute("aria-invalid");
    const described = (this.input.getAttribute("aria-describedby") ?? "").split(" ");
    this.input.setAttribute("aria-describedby", described.filter((id) => !id.includes("error")).join(" "));
  }

  outOfBounds(date) {
    const { first, last } = this.dataset;
    if (first && date < first) return `ต้องเป็นวันที่ ${longDate(first)} หรือหลังจากนั้น`;
    if (last && date > last) return `ต้องเป็นวันที่ ${longDate(last)} หรือก่อนหน้านั้น`;
    return "";
  }

  show(text, refused = false) {
    if (this.output.textContent !== text) this.output.textContent = text;
    this.output.classList.toggle("is-refused", refused);
  }

  // -- Calendar -----------------------------------------------------------------------------------------------------

  offerCalendar() {
    const label = this.input.labels?.[0]?.textContent.replace("*", "").trim();
    if (label) this.button.setAttribute("aria-label", `เปิดปฏิทิน ${label}`);
    this.querySelector(".thai-date-panel")?.remove(); // of a page that htmx brought back from its history
    this.panel = document.createElement("div");
    this.panel.className = "thai-date-panel";
    this.panel.popover = "auto";
    this.panel.setAttribute("role", "dialog");
    this.panel.setAttribute("aria-label", label ? `ปฏิทิน ${label}` : "ปฏิทิน");
    this.append(this.panel);
    this.button.popoverTargetElement = this.panel; // the browser opens, closes on Escape and gives the focus back
    this.button.setAttribute("aria-haspopup", "dialog");
    this.button.hidden = this.input.disabled || this.input.readOnly;
    this.panel.addEventListener("toggle", async (event) => {
      if (event.newState !== "open") return;
      try {
        await import(this.dataset.calendar); // before the element is made, so that it takes its properties
      } catch {
        this.panel.hidePopover();
        this.show("เปิดปฏิทินไม่ได้ในขณะนี้ โปรดพิมพ์วันที่ เช่น 5/8/2569", true);
        return;
      }
      if (!this.calendar) this.fillPanel();
      await this.openAt(this.value);
    });
  }

  fillPanel() {
    this.calendar = element("calendar-date", {
      locale: "th-TH-u-ca-buddhist", "first-day-of-week": "0", min: this.dataset.first, max: this.dataset.last,
      today: todayInBangkok(),
    });
    this.month = element("select", { class: "form-select form-select-sm", "aria-label": "เดือน" });
    this.month.append(...monthNames().map((name, index) => new Option(name, String(index + 1))));
    this.year = element("select", { class: "form-select form-select-sm", "aria-label": "ปี พ.ศ." });
    const heading = element("div", { slot: "heading", class: "thai-date-heading" }, this.month, this.year);
    this.calendar.append(
      arrow("previous", "เดือนก่อนหน้า", "M10 3 5 8l5 5"),
      heading,
      arrow("next", "เดือนถัดไป", "m6 3 5 5-5 5"),
      element("calendar-month"),
    );
    const today = element("button", { type: "button", class: "btn btn-sm btn-outline-primary" }, "วันนี้");
    today.hidden = Boolean(this.outOfBounds(todayInBangkok()));
    const close = element("button", { type: "button", class: "btn btn-sm btn-link" }, "ปิดปฏิทิน");
    this.panel.append(this.calendar, element("div", { class: "thai-date-foot" }, today, close));

    this.calendar.addEventListener("change", (event) => {
      if (event.target === this.calendar) this.choose(this.calendar.value); // and not one of our two lists
    });
    this.calendar.addEventListener("focusday", (event) => this.follow(event.detail.toISOString().slice(0, 10)));
    const jump = () => this.turnTo(Number(this.year.value), Number(this.month.value));
    this.month.addEventListener("change", jump);
    this.year.addEventListener("change", jump);
    today.addEventListener("click", () => this.choose(todayInBangkok()));
    close.addEventListener("click", () => this.panel.hidePopover());
  }

  async openAt(chosen) {
    const shown = this.within(chosen || todayInBangkok());
    this.calendar.value = chosen && !this.outOfBounds(chosen) ? chosen : "";
    this.calendar.focusedDate = shown;
    this.follow(shown);
    for (let drawn = 0; drawn < 3; drawn += 1) await new Promise(requestAnimationFrame); // calendar, month, layout
    this.place();
    if (this.panel.matches(":popover-open")) this.calendar.focus();
  }

  within(date) {
    const { first, last } = this.dataset;
    if (first && date < first) return first;
    return last && date > last ? last : date;
  }

  /** The month and year lists follow the calendar, whichever way it was turned. */
  follow(date) {
    const [year, month] = parts(date);
    const lowest = Math.max(year - 12, parts(this.dataset.first || "1941-01-01")[0]);
    const highest = Math.min(year + 8, parts(this.dataset.last || "2100-12-31")[0]);
    const years = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index);
    this.year.replaceChildren(...years.map((each) => new Option(`พ.ศ. ${buddhistYear(each)}`, String(each))));
    this.year.value = String(year);
    this.month.value = String(month);
    this.focusedDay = date;
  }

  turnTo(year, month) {
    const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const day = Math.min(parts(this.focusedDay)[2], lastDay);
    const date = this.within(new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10));
    this.calendar.focusedDate = date;
    this.follow(date);
  }

  choose(date) {
    this.input.value = shortDate(date);
    this.panel.hidePopover();
    this.input.focus();
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Under the input, above it where there is no room, never outside the window. */
  place() {
    const field = this.input.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.panel;
    const below = field.bottom + 4;
    const top = below + height > window.innerHeight && field.top - height - 4 > 0 ? field.top - height - 4 : below;
    this.panel.style.left = `${Math.max(8, Math.min(field.left, window.innerWidth - width - 8))}px`;
    this.panel.style.top = `${Math.max(8, Math.min(top, window.innerHeight - height - 8))}px`;
  }
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function arrow(slot, label, path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 16 16", width: "20", height: "20", fill: "none", stroke: "currentColor", "stroke-width": "2",
  })) svg.setAttribute(key, value);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return element("span", { slot }, svg, element("span", { class: "visually-hidden" }, label));
}

customElements.define("thai-date", ThaiDate);
