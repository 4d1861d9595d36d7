"""Questions as HTML, rendered once in a process for each answer they can show.

A form of sixty questions is sixty times the same template. What differs from page to page is which step is picked,
the signed memory of what was shown, which row it stands in, and where the pictures are: the picked steps are few, so
each look of a question is rendered once by its template and kept with holes for the rest. A question whose look can't
be one of a few (typed text, pictures, a conflict, a fact of the record, choices of a register or of a filter) is
rendered by the template each time.
"""

from threading import Lock
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from instruments import slots
from instruments.definition import Question
from instruments.filling import QuestionView, SlotView
from instruments.slots import at_row

TEMPLATE = "instruments/_question.html"
FEW = (slots.RATING, slots.EXIST, slots.CHOICE)
"""Kinds of slots with few possible answers."""
FEW_CHOICES = 40
LETTERS_KEPT = 16_000_000
"""Of all looks together: about 32 MB where they are Thai, the looks of some fifteen forms of sixty questions."""
_HOLE = "\ue000"
_BASE = "\ue001"
_ROW = "\ue002"

Look = tuple[Any, ...]
_kept: dict[tuple[int, Look], tuple[Question, list[str], list[str]]] = {}
"""(id of the question, look) → the question itself, the pieces of its HTML, and the slot whose memory stands between
two pieces. The question is kept so that its id is nobody else's."""
_letters = 0
_keeping = Lock()


class _HollowSlot(SlotView):
    """A slot that marks where its memory of what was shown will stand."""

    @property
    def was(self) -> str:
        return f"{_HOLE}{self.slot.key.partition('@')[0]}{_HOLE}"


class _HollowView(QuestionView):
    """A question in a row without a name yet, with the answers of the row that it was asked for."""

    def _slot_view(self, slot):
        real = super()._slot_view(slot)
        return _HollowSlot(real.slot, real.entry)


class _Elsewhere(dict):
    """Answers of one row, found under the mark that stands for any row."""

    def __init__(self, view: QuestionView):
        super().__init__(
            (at_row(slot.key, _ROW), entry)
            for slot in view.question.slots
            if (entry := view.page.answers.get(at_row(slot.key, view.row))) is not None
        )


def question_html(view: QuestionView, *, photo_base: str, readonly: bool, preview: bool) -> SafeString:
    """The question with its inputs and present answer, as ``instruments/_question.html`` says it."""
    look = None if settings.DEBUG else _look(view, readonly, preview)
    if look is None:
        context = {"view": view, "photo_base": photo_base, "readonly": readonly, "preview": preview}
        return render_to_string(TEMPLATE, context)
    question = view.question
    kept = _kept.get((id(question), look))
    if kept is None or kept[0] is not question:
        kept = _keep(view, look, readonly, preview)
    _question, pieces, keys = kept
    html = [pieces[0]]
    if keys:
        by_key = {slot.key: slot for slot in question.slots}
        answers, row = view.page.answers, view.row
        for key, piece in zip(keys, pieces[1:], strict=True):
            entry = answers.get(at_row(key, row) if row else key, {})
            html += (escape(SlotView(by_key[key], entry).was), piece)
    made = "".join(html).replace(_BASE, escape(photo_base))
    return mark_safe(made.replace(_ROW, view.row) if view.row else made)


def _keep(view: QuestionView, look: Look, readonly: bool, preview: bool):  # noqa: FBT001
    global _letters  # noqa: PLW0603 -- one measure of one store
    if view.row:
        hollow = _HollowView(view.question, view.page.in_row(_Elsewhere(view), view.row, _ROW), _ROW)
    else:
        hollow = _HollowView(view.question, view.page)
    context = {"view": hollow, "photo_base": _BASE, "readonly": readonly, "preview": preview}
    pieces = render_to_string(TEMPLATE, context).split(_HOLE)
    made = (view.question, pieces[::2], pieces[1::2])
    with _keeping:
        _letters += sum(map(len, pieces))
        while _letters > LETTERS_KEPT and _kept:
            _gone, old, _keys = _kept.pop(next(iter(_kept)))
            _letters -= sum(map(len, old))
        _kept[(id(view.question), look)] = made
    return made


def _look(view: QuestionView, readonly: bool, preview: bool) -> Look | None:  # noqa: FBT001
    """What the question's HTML depends on; None where that is not one of a few."""
    question, page, row = view.question, view.page, view.row
    if page.refused or question.source or question.master or question.filtered or len(question.choices) > FEW_CHOICES:
        return None
    look: list[Any] = [readonly, preview, bool(row)]
    standing = page.standing
    if standing.hidden or standing.required or standing.broken or standing.calc:
        key = view.key
        if question.type == "calc":
            return None
        look += (key in standing.hidden, key in standing.required, standing.broken.get(key))
    answers = page.answers
    for slot in question.slots:
        entry = answers.get(at_row(slot.key, row) if row else slot.key)
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
