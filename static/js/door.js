// The code on the whole screen of a projector, or on paper; without this module the browser's own menu does both.

const poster = document.querySelector(".door-poster");
const whole = document.querySelector("[data-whole-screen]");
const print = document.querySelector("[data-print]");

if (poster.requestFullscreen) {
  whole.hidden = false;
  whole.addEventListener("click", () => poster.requestFullscreen());
}
print.hidden = false;
print.addEventListener("click", () => window.print());
