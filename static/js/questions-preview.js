/** A form that is only looked at: inputs are live, nothing is sent. */

import { clearQuestion, markAnswered } from "./questions.js";
import "./questions-signature.js";

for (const form of document.querySelectorAll("form[data-preview]")) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => refresh(event.target));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-clear]");
    if (!button) return;
    event.preventDefault();
    clearQuestion(button.closest("[data-question]"));
    refresh(button);
  });
}

function refresh(element) {
  const question = element.closest("[data-question]");
  if (question) markAnswered(question);
}
