"""A whole response at once, as a survey's page sends it: checked, written, closed and counted in one transaction.

What comes out is what ``open_response``, ``record_answers`` and ``lock_response`` would leave one after the other, at a
fraction of their statements; ``tests/surveys/test_intake.py`` holds both together.
"""

import json
import os
import secrets
import uuid as uuids
from collections.abc import Collection as Items
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from instruments import queries, slots, storage, tallies
from instruments.definition import Form
from instruments.models import Attachment, InstrumentVersion, Response
from instruments.scoring import score
from instruments.slots import at_row, question_of

Answers = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one question: its key (with the row of a repeating section), how it is called, and why."""

    key: str
    label: str
    message: str

    def as_json(self) -> dict[str, str]:
        return {"key": self.key, "label": self.label, "message": self.message}


class WholeRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """The response is not taken; ``faults`` says each thing that is to be mended. Nothing has been stored."""

    def __init__(self, faults: list[Fault]):
        super().__init__(" ".join(f"{fault.label}: {fault.message}" for fault in faults[:3]))
        self.faults = faults


@dataclass
class Whole:
    """A response that was read out and may be written. ``events_json`` and ``answers_json``: the same as JSON text."""

    form: Form
    answers: Answers
    scores: dict[str, Any]
    events_json: str
    answers_json: str
    attachments: list[Attachment] = field(default_factory=list)


def read_whole(form: Form, values: Mapping[str, Any], na: Items[str], *, at: str, by: int | None = None) -> Whole:
    """The response that these raw values make: ``values`` by slot, ``na`` the slots marked “not applicable”.

    ``at`` is the ISO moment that its answers bear. Raises ``WholeRefused`` where a value can't be read, a required
    question has no answer, or a condition of the form is broken.
    """
    faults: list[Fault] = []
    answers: Answers = {}
    # The texts are put together here: as JSON of JSON they would cost as much as everything else.
    events: list[str] = []
    entries: list[str] = []
    prefix, end = _name(), f'"at":"{at}"'
    author = "null" if by is None else str(by)
    number, find, dumps = 0, form.slot, json.dumps
    for key, raw in values.items():
        if raw is None or raw in ("", []) or key in na:
            continue
        slot = find(key)
        if slot is None:
            faults.append(Fault("", "แบบสอบถาม", "หน้านี้เก่ากว่าแบบที่ใช้อยู่ โปรดเปิดหน้าใหม่แล้วตอบอีกครั้ง"))
            break
        try:
            value = slot.clean(raw)
        except ValueError as error:
            faults.append(Fault(question_of(key), slot.label, str(error)))
            continue
        if value in ("", []):
            continue
        name = f"{prefix}{number:012x}"
        number += 1
        text = str(value) if value.__class__ is int else dumps(value)
        answers[key] = {"e": name, "by": by, "at": at, "v": value}
        entries.append(f'"{key}":{{"e":"{name}","by":{author},{end},"v":{text}}}')
        change = f'"add":{text},"remove":[]' if slot.kind in slots.LISTED else f'"v":{text}'
        events.append(f'{{"id":"{name}","key":"{key}",{end},"base":null,{change}}}')
    for key in dict.fromkeys(na):
        slot = find(key)
        if slot is None or not slot.takes_na:
            continue
        name = f"{prefix}{number:012x}"
        number += 1
        answers[key] = {"e": name, "by": by, "at": at, "na": True}
        entries.append(f'"{key}":{{"e":"{name}","by":{author},{end},"na":true}}')
        events.append(f'{{"id":"{name}","key":"{key}",{end},"base":null,"na":true}}')
    scores = score(form, answers)
    if not _has_all(form, answers) or faults:
        faults += gaps(form, answers, scores, known={fault.key for fault in faults})
    if faults:
        raise WholeRefused(faults)
    return Whole(form, answers, scores, f"[{','.join(events)}]", f"{{{','.join(entries)}}}")


def _name() -> str:
    """The beginning of a random UUID (version 4), to be ended by twelve digits of one's own."""
    raw = os.urandom(10).hex()
    return f"{raw[:8]}-{raw[8:12]}-4{raw[12:15]}-a{raw[15:18]}-"


def gaps(form: Form, answers: Answers, scores: dict[str, Any], *, known: Items[str] = ()) -> list[Fault]:
    """What keeps the response from being whole, question by question; ``known`` ones are left out."""
    required, broken = frozenset(scores.get("required", ())), scores.get("broken") or {}
    found = []
    for section, question, row in queries.asked(form, answers, scores):
        name = at_row(question.key, row) if row else question.key
        if name in known or not question.counts:
            continue
        if (question.required or name in required) and not queries.is_answered(question, answers, row):
            found.append(Fault(name, f"ข้อ {question.number} {section.title}", "ยังไม่ได้ตอบ"))
        elif name in broken:
            found.append(Fault(name, f"ข้อ {question.number} {section.title}", broken[name]))
    for section in queries.short_of_rows(form, answers, scores):
        least = section.repeat.least if section.repeat else 0
        found.append(Fault(f"@{section.key}", section.title, f"ต้องกรอกอย่างน้อย {least} ชุด"))
    return found


_musts: dict[str, frozenset[str]] = {}
"""Of each form without conditions and rows: the slots that must be answered."""


def _has_all(form: Form, answers: Answers) -> bool:
    """Whether plainly nothing is missing, for a form that has neither conditions nor rows."""
    if form.sheet is not None or form.repeats:
        return False
    must = _musts.get(form.content_hash)
    if must is None:
        if len(_musts) > 300:
            _musts.clear()
        asked = (question for question in form.questions.values() if question.required and question.counts)
        must = _musts[form.content_hash] = frozenset(key for question in asked for key in question.main)
    return answers.keys() >= must


def unordered_number() -> int:
    """A number for a response of which nobody may know when it came: numbers in order would say between which others.

    Below zero, where no counting of the database ever gets to.
    """
    return -1 - secrets.randbits(52)


def write_whole(
    whole: Whole,
    *,
    version: InstrumentVersion,
    collection_id: int | None,
    area_id: int,
    school_id: int | None,
    by: int | None,
    batch: uuids.UUID,
    moment: datetime,
    on: date,
    period: tuple[int, int, int],
    number: int | None = None,
) -> int:
    """Write what ``read_whole`` read: the response, closed; its log; and the statistics. Inside a transaction.

    ``moment`` is every time that is kept of it (of an anonymous one the beginning of the day), ``period`` the academic
    year, semester and fiscal year of ``on``. Answers the number of the response: the next one, or ``number``. Raises
    ``IntegrityError``.
    """
    response = Response(
        pk=number, version=version, area_id=area_id, answers=whole.answers, scores=whole.scores, collection_id=collection_id,
        school_id=school_id, on=on, academic_year=period[0], semester=period[1], fiscal_year=period[2], tallied=True,
    )  # fmt: skip
    storage.write_new(
        response, batch=batch, events=whole.events_json, answers=whole.answers_json, scores=json.dumps(whole.scores),
        by=by, at=moment,
    )  # fmt: skip
    for attachment in whole.attachments:
        attachment.response = response
        attachment.save(force_insert=True)
    tallies.add_new(response)
    return response.pk
