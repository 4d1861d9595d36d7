/** What waits on this device to be sent: events, the batches made of them, pictures. Survives reload and loss of power. */

import { openDB } from "../vendor/idb/index.js";
import { newId } from "./answers-wire.js";

const NAME = "nithet-answers";

function open() {
  return openDB(NAME, 1, {
    upgrade(db) {
      for (const [name, options] of [
        ["events", { keyPath: "seq", autoIncrement: true }],
        ["batches", { keyPath: "seq", autoIncrement: true }],
        ["uploads", { keyPath: "uuid" }],
      ]) {
        db.createObjectStore(name, options).createIndex("form", "form");
      }
    },
  });
}

/** A store for one form of one person. Where the browser keeps no database, memory stands in until the page closes. */
export async function openStore(form) {
  try {
    return new Store(await open(), form);
  } catch {
    return new MemoryStore();
  }
}

class Store {
  lasting = true;

  constructor(db, form) {
    this.db = db;
    this.form = form;
  }

  async addEvent(event) {
    await this.db.add("events", { form: this.form, event });
  }

  /** Turn all loose events into one batch that never changes again; events and batch change places in one step. */
  async seal() {
    const work = this.db.transaction(["events", "batches"], "readwrite");
    const rows = await work.objectStore("events").index("form").getAll(this.form);
    if (rows.length) {
      const batch = { form: this.form, uuid: newId(), events: rows.map((row) => row.event) };
      await work.objectStore("batches").add(batch);
      for (const row of rows) await work.objectStore("events").delete(row.seq);
    }
    await work.done;
  }

  async batches() {
    return this.db.getAllFromIndex("batches", "form", this.form);
  }

  async removeBatch(batch) {
    await this.db.delete("batches", batch.seq);
  }

  async events() {
    const loose = await this.db.getAllFromIndex("events", "form", this.form);
    const sealed = await this.batches();
    return [...sealed.flatMap((batch) => batch.events), ...loose.map((row) => row.event)];
  }

  async addUpload(upload) {
    await this.db.put("uploads", { ...upload, form: this.form });
  }

  async uploads() {
    return this.db.getAllFromIndex("uploads", "form", this.form);
  }

  async removeUpload(uuid) {
    await this.db.delete("uploads", uuid);
  }
}

class MemoryStore {
  lasting = false;
  #events = [];
  #batches = [];
  #uploads = new Map();

  async addEvent(event) {
    this.#events.push(event);
  }

  async seal() {
    if (this.#events.length) this.#batches.push({ uuid: newId(), events: this.#events });
    this.#events = [];
  }

  async batches() {
    return [...this.#batches];
  }

  async removeBatch(batch) {
    this.#batches = this.#batches.filter((item) => item.uuid !== batch.uuid);
  }

  async events() {
    return [...this.#batches.flatMap((batch) => batch.events), ...this.#events];
  }

  async addUpload(upload) {
    this.#uploads.set(upload.uuid, upload);
  }

  async uploads() {
    return [...this.#uploads.values()];
  }

  async removeUpload(uuid) {
    this.#uploads.delete(uuid);
  }
}
