"""From a record to an official paper: each app names, in its ``papers.py``, what can be drafted from its records.

    @draft("visit-report", kind="memo", model="supervision.Visit", label="บันทึกรายงานผลการนิเทศ")
    def visit_report(visit, by):
        return written(visit.area, "visit-report", paragraph, …, school=…) | {"asked": "ทราบ"}

The function answers with fields of ``services.papers.FIELDS``, lists of lines as lists, and ``asked``: what a memo asks
of the last of its chain. It is asked with a record that the person sees, and what it gives is edited before it is kept.
Its standing sentences are ``passages`` that an office may change; names, days and findings come from the record.

Where one paper can tell several records, ``further=`` names the others that are offered with a record; the function is
then asked with those that the person chose after its own two arguments.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.db import models
from django.http import QueryDict

from accounts.models import User
from correspondence.models import BODY, LISTED
from documents.wording import get_wording_kind, text_of, wording, wording_kind
from thai.text import shortened

Words = dict[str, Any]
Builder = Callable[..., Words]


@dataclass(frozen=True)
class Further:
    """One more record that the same paper can tell, as it is offered: chosen, unless the person says otherwise, or not."""

    record: Any
    label: str
    is_chosen: bool


ALSO = "also"
"""The name in an address under which the further records are chosen; given empty, it says that a choice was made."""


def chosen(further: list[Further], asked: QueryDict) -> list[Further]:
    """As the address chooses, where it does; what is not offered is never chosen."""
    if ALSO not in asked:
        return further
    wanted = set(asked.getlist(ALSO))
    return [replace(one, is_chosen=str(one.record.pk) in wanted) for one in further]


def records_of(further: list[Further]) -> list[Any]:
    """The records that are chosen."""
    return [one.record for one in further if one.is_chosen]


@dataclass(frozen=True)
class Draft:
    """One thing that can be written about a kind of record."""

    key: str
    kind: str
    model: str
    label: str
    build: Builder
    applies: Callable[[Any], bool] | None = None
    further: Callable[[Any, User], list[Further]] | None = None

    def applies_to(self, record: models.Model) -> bool:
        return self.applies is None or self.applies(record)

    def further_of(self, record: models.Model, by: User) -> list[Further]:
        return self.further(record, by) if self.further else []

    def words(self, record: models.Model, by: User, *others: models.Model) -> tuple[Words, bool]:
        """What it says of the record and the others, no longer than a paper holds; and whether something was shortened for
        that."""
        said = self.build(record, by, *others)
        fitting = {name: fitted(said[name], most) for name, most in MOST.items() if name in said}
        return said | fitting, any(fitting[name] != said[name] for name in fitting)

    def records(self, user: User) -> models.QuerySet:
        """The records of this kind that the person sees."""
        model: Any = apps.get_model(self.model)
        return model.objects.visible_to(user)


_drafts: dict[str, Draft] = {}


def draft(
    key: str, *, kind: str, model: str, label: str, applies: Callable[[Any], bool] | None = None,
    further: Callable[[Any, User], list[Further]] | None = None,
) -> Callable[[Builder], Builder]:  # fmt: skip
    """Register ``builder(record, by)`` as the draft ``key`` of a ``kind`` of paper from records of ``model``.

    ``applies`` says of which records it can be written now; ``further``, what else the same paper may tell, as far as the
    person sees it. Raises ValueError where the key is taken.
    """

    def register(build: Builder) -> Builder:
        if key in _drafts:
            raise ValueError(f"draft {key} is registered twice")
        _drafts[key] = Draft(key, kind, model.lower(), label, build, applies, further)
        return build

    return register


def find(key: str) -> Draft | None:
    return _drafts.get(key)


def drafts_for(record: models.Model) -> list[Draft]:
    """What can be drafted from the record now, in the order of registration."""
    model = record._meta.label_lower
    return [one for one in _drafts.values() if one.model == model and one.applies_to(record)]


# -- The words -----------------------------------------------------------------------------------------------------

OFFICE = {"office": ("ชื่อสำนักงาน", "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาตัวอย่าง")}
"""The field that every passage may use."""
TO_DIRECTOR = "ผู้อำนวยการ{office}"
_LABELS = {
    "subject": "เรื่อง", "to": "เรียน", "cause": "ภาคเหตุ", "purpose": "ภาคความประสงค์", "ending": "ภาคสรุป", "duty": "หน้าที่",
    "journey": "การเดินทาง",
}  # fmt: skip


def passages(code: str, label: str, paper: str, fields: dict[str, tuple[str, str]], **texts: str) -> None:
    """Name the passages of a draft: subject, to, cause, purpose, ending, duty, journey, as far as they are given."""
    wording_kind(code, label=label, paper=paper)
    for key, text in texts.items():
        used = {name: field for name, field in fields.items() if f"{{{name}}}" in text}
        wording(code, key, label=_LABELS[key], default=text, fields=used)


def words(area: Any, code: str, keys: tuple[str, ...], **values: str) -> dict[str, str]:
    """The passages of a draft as the office has them, with the record's words in them."""
    return {key: text_of(area, code, key, **values) for key in keys}


PARAGRAPHS = ("cause", "purpose", "ending")
"""Passages that are whole paragraphs, in their order on the paper."""


def written(area: Any, code: str, *facts: str, **values: str) -> Words:
    """Subject, to whom, and the standing paragraphs of a draft; ``facts`` are the paragraphs before the last of them."""
    kind = get_wording_kind(code)
    named = [key for key in ("subject", "to", *PARAGRAPHS) if kind and key in kind.passages]
    said = words(area, code, tuple(named), **values)
    *before, last = [said.pop(key) for key in PARAGRAPHS if key in said]
    return {**said, "body": [*before, *facts, last]}


def numbered(parts: Iterable[str]) -> list[str]:
    """1. …, 2. …: paragraphs that are counted."""
    return [f"{place}. {part}" for place, part in enumerate(parts, 1)]


def one_line(text: str) -> str:
    """A typed text as it stands within a paragraph."""
    return " ".join(text.split())


def main_point(text: str) -> str:
    """The beginning of a long text, on one line."""
    return shortened(one_line(text), 900)


MOST = {"body": BODY, "enclosures": LISTED, "refers": LISTED}
"""How many letters a paper holds of lines that are drafted."""


def fitted(lines: list[str], most: int) -> list[str]:
    """The lines, written below each other, in at most so many letters: the longest are shortened, the others stay whole."""
    room = most - 2 * len(lines)  # each may end in … and stands on a line of its own
    each = room
    for place, length in enumerate(sorted(map(len, lines))):
        each = room // (len(lines) - place)
        if length > each:
            break
        room -= length
    return [shortened(line, each) for line in lines]


def joined(parts: list[str]) -> str:
    """หนึ่ง สอง และสาม."""
    return " และ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]])) if parts else ""
