/** Talking to the server: what came back, that one is signed out, or that nobody answered. */

/** A random UUID; made by hand on a plain http address, where browsers withhold randomUUID. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const DEVICE = "nithet-device";

/** A name for this browser, made once; it says nothing about the person. */
export function deviceId() {
  try {
    let id = window.localStorage.getItem(DEVICE);
    if (!id) window.localStorage.setItem(DEVICE, (id = newId()));
    return id;
  } catch {
    return "";
  }
}

/** The token is read each time: signing in again in another tab makes a new one. */
export function csrfToken() {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  return cookie ? decodeURIComponent(cookie[1]) : document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";
}

/** Gives up on a silent line after so long; an older browser, which can't be told to, waits as long as it will. */
const within = (ms) => AbortSignal.timeout?.(ms);

/** {ok, status, data, message, signedOut}: `message` where the server refused in words, neither where it was silent. */
export async function post(url, body) {
  const isForm = body instanceof FormData;
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  if (!isForm) headers["Content-Type"] = "application/json";
  let reply;
  try {
    reply = await fetch(url, {
      method: "POST",
      headers,
      body: isForm ? body : JSON.stringify(body),
      credentials: "same-origin",
      redirect: "manual",
      signal: within(isForm ? 90_000 : 20_000),
    });
  } catch {
    return { ok: false, status: 0 };
  }
  if (reply.type === "opaqueredirect" || reply.status === 401 || reply.status === 403) {
    return { ok: false, status: reply.status, signedOut: true };
  }
  const data = await reply.json().catch(() => null);
  if (reply.ok && data) return { ok: true, status: reply.status, data };
  if (reply.status === 413) return { ok: false, status: 422, message: "ไฟล์มีขนาดใหญ่เกินไป โปรดย่อภาพแล้วลองอีกครั้ง" };
  if (reply.status === 404) return { ok: false, status: 404, message: "ไม่พบชุดคำตอบนี้แล้ว คำตอบที่ยังไม่ได้ส่งยังเก็บอยู่ในเครื่องนี้ โปรดติดต่อหัวหน้าคณะ" };
  return { ok: false, status: reply.status, message: reply.status < 500 ? data?.message || "" : "" };
}

export async function poll(url, query) {
  try {
    const reply = await fetch(`${url}?${new URLSearchParams(query)}`, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
      redirect: "manual",
      signal: within(10_000),
    });
    return reply.ok ? await reply.json() : null;
  } catch {
    return null;
  }
}
