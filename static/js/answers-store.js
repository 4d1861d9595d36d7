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
    return new MemoryStore(form);
  }
}

/** A batch this large still passes where the line is bad, and never grows past what the server takes at once. */
const BATCH = 200;

/** The browser's database; what it refuses later on (no room, connection closed by the phone) is held in memory. */
class Store {
  constructor(db, form) {
    this.db = db;
    this.form = form;
    this.memory = new MemoryStore(form);
  }

  /** Whether all that waits survives the closing of the page. */
  get lasting() {
    return this.memory.isEmpty;
  }

  /** Do it with the database; phones close it in the background, so once more with a new connection. */
  async #with(work) {
    try {
      return await work(this.db);
    } catch {
      this.db = await open();
      return work(this.db);
    }
  }

  async addEvent(event) {
    await this.#with((db) => db.add("events", { form: this.form, event })).catch(() => this.memory.addEvent(event));
  }

  /** Turn all loose events into one batch that never changes again; events and batch change places in one step. */
  async seal() {
    await this.memory.seal();
    await this.#with(async (db) => {
      const work = db.transaction(["events", "batches"], "readwrite");
      const rows = await work.objectStore("events").index("form").getAll(this.form);
      for (let first = 0; first < rows.length; first += BATCH) {
        const events = rows.slice(first, first + BATCH).map((row) => row.event);
        await work.objectStore("batches").add({ form: this.form, uuid: newId(), events });
      }
      for (const row of rows) await work.objectStore("events").delete(row.seq);
      await work.done;
    }).catch(() => {}); // the loose events stay where they are, and the next time comes
  }

  async batches() {
    return [...(await this.#all("batches")), ...(await this.memory.batches())];
  }

  async removeBatch(batch) {
    if (batch.seq === undefined) await this.memory.removeBatch(batch);
    else await this.#with((db) => db.delete("batches", batch.seq)).catch(() => {}); // sent again, it changes nothing
  }

  async events() {
    const loose = (await this.#all("events")).map((row) => row.event);
    const sealed = (await this.#all("batches")).flatMap((batch) => batch.events);
    return [...sealed, ...loose, ...(await this.memory.events())];
  }

  async addUpload(upload) {
    await this.#with((db) => db.put("uploads", { ...upload, form: this.form })).catch(() => this.memory.addUpload(upload));
  }

  async uploads() {
    return [...(await this.#all("uploads")), ...(await this.memory.uploads())];
  }

  async removeUpload(uuid) {
    await this.memory.removeUpload(uuid);
    await this.#with((db) => db.delete("uploads", uuid)).catch(() => {});
  }

  #all(kind) {
    return this.#with((db) => db.getAllFromIndex(kind, "form", this.form)).catch(() => []);
  }
}

class MemoryStore {
  lasting = false;
  #events = [];
  #batches = [];
  #uploads = new Map();

  constructor(form) {
    this.form = form;
  }

  get isEmpty() {
    return !this.#events.length && !this.#batches.length && !this.#uploads.size;
  }

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
