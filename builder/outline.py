"""A form as the builder shows it: sections and questions as compact rows, each with what is still wrong in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.editing import Draft, Piece
from instruments import checking, logic
from instruments.definition import Form, parse
from instruments.logic import TITLES
from instruments.preview import alone

SHOWN = 40
"""Problems that the page lists; a form that was only begun has more of them than anybody reads."""
MOST_ANSWERS = 60
"""A longer list of answers is not offered in a condition: its values are typed."""

TYPE_LABELS: Mapping[str, str] = checking.TYPES
TYPE_ICONS: Mapping[str, str] = {
    "rating": "bar-chart-steps",
    "exist": "toggle-on",
    "dual": "layout-split",
    "choice": "ui-radios",
    "multi": "ui-checks",
    "text": "input-cursor-text",
    "number": "123",
    "date": "calendar-event",
    "time": "clock",
    "photo": "camera",
    "file": "paperclip",
    "place": "geo-alt",
    "matrix": "table",
    "note": "info-circle",
    "calc": "calculator",
    "signature": "pen",
}


@dataclass(frozen=True)
class Trouble:
    """One thing to mend and where: a question's key, a section's key, or a scale or list of the form."""

    sentence: str
    question: str = ""
    section: str = ""
    scale: str = ""
    list: str = ""
    property: str = ""


@dataclass(frozen=True)
class QuestionRow:
    key: str
    section: str
    type: str
    text: str
    required: bool = False
    conditional: bool = False
    evidence: bool = False
    detail: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    """What a condition may ask of it, as (value, words); empty where the answer is typed."""
    troubles: tuple[str, ...] = ()
    number: int = field(default=0, compare=False)
    """Its number in the section; 0 for a note. Not compared: a row that only moved is the same row."""

    @property
    def label(self) -> str:
        return TYPE_LABELS.get(self.type, self.type)

    @property
    def icon(self) -> str:
        return TYPE_ICONS.get(self.type, "question-circle")

    @property
    def answers_json(self) -> str:
        return json.dumps(self.answers, ensure_ascii=False)


@dataclass(frozen=True)
class SectionRow:
    key: str
    title: str
    scale: str = ""
    scale_title: str = ""
    conditional: bool = False
    repeats: str = ""
    troubles: tuple[str, ...] = ()
    last_type: str = field(default="text", compare=False)
    place: int = field(default=0, compare=False)
    questions: tuple[QuestionRow, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Outline:
    sections: tuple[SectionRow, ...]
    troubles: tuple[Trouble, ...]

    @property
    def shown_troubles(self) -> tuple[Trouble, ...]:
        return self.troubles[:SHOWN]

    @property
    def more_troubles(self) -> int:
        return max(0, len(self.troubles) - SHOWN)

    @property
    def question_count(self) -> int:
        return sum(len(section.questions) for section in self.sections)

    @property
    def rows(self) -> dict[str, QuestionRow]:
        return {row.key: row for section in self.sections for row in section.questions}

    @property
    def order(self) -> list[list[Any]]:
        """[[section key, [question keys]] …]"""
        return [[section.key, [row.key for row in section.questions]] for section in self.sections]


def outline(draft: Draft) -> Outline:
    found = troubles(draft)
    of_question: dict[str, list[str]] = {}
    of_section: dict[str, list[str]] = {}
    for trouble in found:
        if trouble.question:
            of_question.setdefault(trouble.question, []).append(trouble.sentence)
        elif trouble.section:
            of_section.setdefault(trouble.section, []).append(trouble.sentence)
    return Outline(
        tuple(
            _section(section, place, draft, of_section, of_question)
            for place, section in enumerate(draft.sections, start=1)
        ),
        tuple(found),
    )


def _section(section: Piece, place: int, draft: Draft, of_section, of_question) -> SectionRow:
    rows = []
    number = 0
    for question in section["questions"]:
        asks = question.get("type") != "note"
        number += asks
        rows.append(_question(question, section, number if asks else 0, draft, of_question))
    scale = section.get("scale") or ""
    repeat = section.get("repeat")
    return SectionRow(
        key=section["key"],
        title=_text(section.get("title")),
        scale=_text(scale),
        scale_title=_text((draft.scales.get(scale) or {}).get("title")) if isinstance(scale, str) else "",
        conditional=bool(section.get("show_when")),
        repeats=_text(repeat.get("label")) or "ชุดที่" if isinstance(repeat, dict) else "",
        troubles=tuple(of_section.get(section["key"], ())),
        last_type=rows[-1].type if rows else "rating" if scale else "text",
        place=place,
        questions=tuple(rows),
    )


def _question(question: Piece, section: Piece, number: int, draft: Draft, of_question) -> QuestionRow:
    return QuestionRow(
        key=question["key"],
        section=section["key"],
        type=_text(question.get("type")),
        text=_text(question.get("text")),
        required=bool(question.get("required") or question.get("required_when")),
        conditional=bool(question.get("show_when")),
        evidence=bool(question.get("with_evidence")),
        detail=_detail(question, draft),
        answers=_answers(question, section, draft),
        troubles=tuple(of_question.get(question["key"], ())),
        number=number,
    )


def _detail(question: Piece, draft: Draft) -> str:
    """What tells this question from others of its type at a glance."""
    from_list = draft.lists.get(question.get("list") or "") or {}
    if question.get("source"):
        return "ข้อมูลจากระเบียน"
    if question.get("master"):
        return "จากทะเบียน"
    if question.get("type") in ("choice", "multi"):
        return f"{len(from_list.get('items') or question.get('choices') or ())} ตัวเลือก"
    if question.get("type") == "matrix":
        return f"{len(question.get('rows') or ())} รายการ"
    return _text(question.get("unit"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def shown_alone(draft: Draft, key: str) -> Form | None:
    """A form of this one question, to look at it as it will be asked; None while it is not whole."""
    made = alone(draft.definition, draft.section_of(key), draft.question(key))
    return parse(made) if made else None


# -- What is wrong -------------------------------------------------------------------------------------------------


def troubles(draft: Draft) -> list[Trouble]:
    """Everything that keeps the form from being published, each with its place."""
    placed = [_placed(fault, draft) for fault in checking.faults(draft.definition)]
    said = {(trouble.question, trouble.sentence) for trouble in placed}
    logical = logic.problems(draft.definition)
    return [*placed, *(_located(problem) for problem in logical if (problem.key, problem.message) not in said)]


def _located(problem: logic.Problem) -> Trouble:
    sentence = f"{TITLES[problem.property]}: {problem.message}"
    if problem.key.startswith("@"):
        return Trouble(sentence, section=problem.key[1:], property=problem.property)
    return Trouble(sentence, question=problem.key, property=problem.property)


def _placed(fault: checking.Fault, draft: Draft) -> Trouble:
    """At its section or question, whose name the page shows beside it; else with the name."""
    if fault.section is None:
        return Trouble(str(fault), scale=fault.scale, list=fault.list)
    section = draft.sections[fault.section]
    if fault.question is None:
        return Trouble(fault.said, section=section["key"])
    return Trouble(fault.said, question=section["questions"][fault.question]["key"])


def _answers(question: Piece, section: Piece, draft: Draft) -> tuple[tuple[str, str], ...]:
    """Of a choice its options, of a rating the levels of its scale, of มี/ไม่มี both. A long list is typed."""
    kind, scale = question.get("type"), question.get("scale") or section.get("scale") or ""
    if kind == "exist":
        return ("1", "มี"), ("0", "ไม่มี")
    offered: Sequence[Piece] = ()
    if kind in ("choice", "multi"):
        from_list = draft.lists.get(question.get("list") or "") or {}
        offered = from_list.get("items") or question.get("choices") or ()
    elif kind == "rating" and isinstance(scale, str):
        offered = (draft.scales.get(scale) or {}).get("values") or ()
    if len(offered) > MOST_ANSWERS:
        return ()
    return tuple((str(each.get("v", "")), _text(each.get("t"))) for each in offered)
