/** Which fields of the panel are shown: those that the other answers in it ask for. */

export function show(form) {
  const source = form.elements.namedItem("choices_from");
  if (source) {
    const own = source.value === "own";
    toggle(form, "choices", own);
    toggle(form, "correct", own);
    const link = form.querySelector("[data-own-choices]");
    if (link) link.hidden = !own;
  }
  const evidence = form.elements.namedItem("with_evidence");
  if (evidence) {
    toggle(form, "note_label", evidence.checked);
    toggle(form, "photos_of_evidence", evidence.checked);
  }
  const message = form.elements.namedItem("must_message");
  if (message) toggle(form, "must_message", Boolean(form.elements.namedItem("must_hold").value.trim()));
  const parent = form.elements.namedItem("parent");
  if (parent) toggle(form, "filter", !parent.value);
  const repeat = form.elements.namedItem("repeat");
  const repeated = form.querySelector("[data-shown-by=repeat]");
  if (repeat && repeated) repeated.hidden = !repeat.checked;
}

function toggle(form, name, shown) {
  const field = form.querySelector(`[data-field="${name}"]`);
  if (field) field.hidden = !shown;
}
