// The page on which a survey is made: fields that are only asked where they matter.

const form = document.querySelector("[data-survey-make]");
if (form) {
  const show = () => {
    for (const part of form.querySelectorAll("[data-when]")) {
      const [name, value] = part.dataset.when.split("=");
      part.hidden = new FormData(form).get(name) !== value;
    }
  };
  form.addEventListener("change", show);
  show();
}
