"""Questions as HTML, rendered once in a process for each answer they can show.

A form of sixty questions is sixty times the same template. What differs from page to page is which step is picked,
the signed memory of what was shown, and where the pictures are: the picked steps are few, so each look of a question
is rendered once by its template and kept with holes for the rest. A question whose look can't be one of a few (typed
text, pictures, a conflict, a fact of the record) is rendered by the template each time.
"""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from instruments import slots
from instruments.definition import Question
from instruments.filling import QuestionView, SlotView

TEMPLATE = "instruments/_question.html"
FEW = (slots.RATING, slots.EXIST, slots.CHOICE)
"""Kinds of slots with few possible answers."""
LOOKS_KEPT = 20_000
_HOLE = "\ue000"
_BASE = "\ue001"

Look = tuple[Any, ...]
_kept: dict[tuple[int, Look], tuple[Question, list[str], list[str]]] = {}
"""(id of the question, look) → the question itself, the pieces of its HTML, and the slot whose memory stands between
two pieces. The question is kept so that its id is nobody else's."""


class _HollowSlot(SlotView):
    """A slot that marks where its memory of what was shown will stand."""

    @property
    def was(self) -> str:
        return f"{_HOLE}{self.slot.key}{_HOLE}"


class _HollowView(QuestionView):
    @property
    def slot_views(self) -> list[SlotView]:
        return [_HollowSlot(slot, self.answers.get(slot.key, {})) for slot in self.question.slots]


def question_html(view: QuestionView, *, photo_base: str, readonly: bool, preview: bool) -> SafeString:
    """The question with its inputs and present answer, as ``instruments/_question.html`` says it."""
    look = None if settings.DEBUG else _look(view, readonly, preview)
    if look is None:
        context = {"view": view, "photo_base": photo_base, "readonly": readonly, "preview": preview}
        return render_to_string(TEMPLATE, context)
    question = view.question
    kept = _kept.get((id(question), look))
    if kept is None or kept[0] is not question:
        hollow = _HollowView(question, view.answers, view.facts, view.pictures, view.names)
        context = {"view": hollow, "photo_base": _BASE, "readonly": readonly, "preview": preview}
        pieces = render_to_string(TEMPLATE, context).split(_HOLE)
        if len(_kept) >= LOOKS_KEPT:
            _kept.clear()
        kept = _kept[(id(question), look)] = (question, pieces[::2], pieces[1::2])
    _question, pieces, keys = kept
    by_key = {slot.key: slot for slot in question.slots} if keys else {}
    html = [pieces[0]]
    for key, piece in zip(keys, pieces[1:], strict=True):
        html += (escape(SlotView(by_key[key], view.answers.get(key, {})).was), piece)
    return mark_safe("".join(html).replace(_BASE, escape(photo_base)))


def _look(view: QuestionView, readonly: bool, preview: bool) -> Look | None:  # noqa: FBT001
    """What the question's HTML depends on; None where that is not one of a few."""
    question = view.question
    if question.source:
        return None
    look: list[Any] = [readonly, preview]
    answers = view.answers
    for slot in question.slots:
        entry = answers.get(slot.key)
        if entry is None:
            look.append(None)
        elif "rivals" in entry:
            return None
        elif "na" in entry:
            look.append("na")
        else:
            value = entry.get("v")
            if value is None or value in ("", []):
                look.append(None)
            elif slot.kind in FEW:
                look.append((value,))
            else:
                return None
    return tuple(look)
