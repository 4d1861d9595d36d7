// “Copy” beside a link; without this module it is selected by hand, in the field where one shows it.

for (const button of document.querySelectorAll("[data-copy]")) {
  const said = button.innerHTML;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
      button.textContent = "คัดลอกแล้ว";
    } catch {
      button.textContent = "คัดลอกไม่ได้ โปรดเลือกลิงก์แล้วคัดลอกเอง";
    }
    window.setTimeout(() => { button.innerHTML = said; }, 2500);
  });
}

for (const field of document.querySelectorAll("input[data-link]")) field.addEventListener("focus", () => field.select());
