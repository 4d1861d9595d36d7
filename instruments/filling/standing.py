"""What the conditions and calculations of a form come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from instruments import logic
from instruments.definition import Form
from instruments.filling.rows import NEW_ROW, offered_rows
from instruments.scoring import Answers


@dataclass(frozen=True)
class Standing:
    """What the conditions and calculations of a form come to, from ``Response.scores``."""

    hidden: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    calc: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)


NOTHING = Standing()


def standing_of(form: Form, answers: Answers, scores: Mapping[str, Any]) -> Standing:
    """As ``scores`` know it, and for rows that are offered but not begun, of which they know nothing, worked out."""
    if form.sheet is None:
        return NOTHING
    today = timezone.localdate().isoformat()
    if "hidden" in scores:
        known = Standing(frozenset(scores["hidden"]), frozenset(scores["required"]), scores["calc"], scores["broken"])
    else:
        found = logic.settle(form.sheet, answers, today)
        known = Standing(frozenset(found.hidden), frozenset(found.required), found.calc, found.broken)
    if not form.repeats:
        return known
    offered = {s.rows_slot: {"v": [*offered_rows(s, answers), NEW_ROW]} for s in form.sections if s.repeat}
    new = {row for s in form.sections if s.repeat for row in offered[s.rows_slot]["v"]} - {
        row for s in form.sections if s.repeat for row in s.rows(answers)
    }
    found = logic.settle(form.sheet, answers | offered, today)
    return Standing(
        known.hidden | {key for key in found.hidden if key.partition("@")[2] in new},
        known.required | {key for key in found.required if key.partition("@")[2] in new},
        {**known.calc, **{key: text for key, text in found.calc.items() if key.partition("@")[2] in new}},
        {**known.broken, **{key: text for key, text in found.broken.items() if key.partition("@")[2] in new}},
    )
