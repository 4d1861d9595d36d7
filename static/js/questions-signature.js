/**
 * <signature-box>: draw a signature with a finger, pen or mouse. Tells `signature-drawn` (detail: PNG data URL) when the
 * person takes it. Who can't draw types the name in the field beside it. With `data-into="ID"` the picture goes into
 * that hidden input of an ordinary form instead.
 */

import SignaturePad from "../vendor/signature_pad/signature_pad.min.js";

class SignatureBox extends HTMLElement {
  connectedCallback() {
    if (this.pad) return;
    const canvas = document.createElement("canvas");
    canvas.className = "signature-pad";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", "ช่องลงลายมือชื่อ ใช้นิ้วหรือปากกาเขียนในช่องนี้");
    const tools = document.createElement("div");
    tools.className = "signature-tools";
    const clear = button("เขียนใหม่", "btn btn-sm btn-outline-secondary");
    const take = button("ใช้ลายมือชื่อนี้", "btn btn-sm btn-primary");
    tools.append(clear);
    if (!this.dataset.into) tools.append(take);
    this.append(canvas, tools);
    this.canvas = canvas;
    this.pad = new SignaturePad(canvas, { penColor: "#10306b", minWidth: 0.8, maxWidth: 2.6 });
    clear.addEventListener("click", () => {
      this.pad.clear();
      this.#give("");
    });
    take.addEventListener("click", () => {
      if (this.pad.isEmpty()) return;
      this.dispatchEvent(new CustomEvent("signature-drawn", { bubbles: true, detail: this.picture() }));
    });
    this.pad.addEventListener("endStroke", () => this.#give(this.picture()));
    new ResizeObserver(() => this.#fit()).observe(canvas);
  }

  /** The drawing as a PNG data URL; empty where nothing is drawn. */
  picture() {
    return this.pad.isEmpty() ? "" : this.pad.toDataURL("image/png");
  }

  /** The drawing has arrived: the box is free again. */
  saved() {
    this.pad.clear();
  }

  #give(picture) {
    const input = this.dataset.into ? document.getElementById(this.dataset.into) : null;
    if (input) input.value = picture;
  }

  /** Canvas pixels follow the box's size, and what was drawn stays. */
  #fit() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.round(this.canvas.clientWidth * ratio);
    const height = Math.round(this.canvas.clientHeight * ratio);
    if (!width || (this.canvas.width === width && this.canvas.height === height)) return;
    const strokes = this.pad.toData();
    this.canvas.width = width;
    this.canvas.height = height;
    this.canvas.getContext("2d").scale(ratio, ratio);
    this.pad.fromData(strokes);
  }
}

function button(text, className) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  return made;
}

if (!customElements.get("signature-box")) customElements.define("signature-box", SignatureBox);
