/** “Use the present position”: asks the device, takes the surest of what it says within a while, shows how sure it is. */

const PATIENCE = 20_000;
const SURE_ENOUGH = 15;

const REFUSED = {
  1: "ท่านไม่ได้อนุญาตให้ใช้ตำแหน่ง เปิดสิทธิ์ตำแหน่งของเว็บนี้ในเบราว์เซอร์ หรือพิมพ์พิกัดเอง",
  2: "เครื่องนี้หาตำแหน่งไม่ได้ในขณะนี้ ลองใหม่ในที่โล่ง หรือพิมพ์พิกัดเอง",
  3: "หาตำแหน่งไม่พบในเวลาที่กำหนด ลองใหม่ในที่โล่ง หรือพิมพ์พิกัดเอง",
};

export const metres = (accuracy) => `คลาดเคลื่อนไม่เกิน ${Math.round(accuracy).toLocaleString("en-US")} เมตร`;

/** Show the buttons where the device can say where it is; `taken` hears the element of the slot. */
export function offerPlaces(root, taken) {
  if (!navigator.geolocation || !window.isSecureContext) return;
  for (const button of root.querySelectorAll("[data-here]")) {
    button.hidden = false;
    if (button.dataset.ready) continue;
    button.dataset.ready = "1";
    button.addEventListener("click", () => locate(button, taken));
  }
}

function locate(button, taken) {
  const element = button.closest("[data-slot]");
  const words = element.querySelector("[data-place-said]");
  const input = element.querySelector("input[type=text]");
  let best = null;
  let watch = 0;
  let timer = 0;
  button.disabled = true;
  words.textContent = "กำลังหาตำแหน่ง…";
  const stop = () => {
    navigator.geolocation.clearWatch(watch);
    window.clearTimeout(timer);
    button.disabled = false;
  };
  const take = () => {
    stop();
    if (!best) {
      words.textContent = REFUSED[3];
      return;
    }
    const { latitude, longitude, accuracy } = best;
    input.value = `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`;
    element.dataset.accuracy = String(Math.round(accuracy));
    element.dataset.was = input.value;
    words.textContent = metres(accuracy);
    taken(element);
  };
  timer = window.setTimeout(take, PATIENCE);
  watch = navigator.geolocation.watchPosition(
    ({ coords }) => {
      if (!best || coords.accuracy < best.accuracy) best = coords;
      words.textContent = `กำลังหาตำแหน่ง… ${metres(best.accuracy)}`;
      if (best.accuracy <= SURE_ENOUGH) take();
    },
    (error) => {
      if (best) return;
      stop();
      words.textContent = REFUSED[error.code] || REFUSED[2];
    },
    { enableHighAccuracy: true, maximumAge: 0, timeout: PATIENCE },
  );
}
