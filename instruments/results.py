"""A filled form as people read it: each answer in words, each section with n, x̄, S.D., level. For pages and PDFs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from instruments.definition import Form, Question, Section
from instruments.filling import Facts, answer_text
from instruments.models import Attachment
from instruments.scoring import Answers, part_sd
from instruments.statistics import UNDEFINED, percent, show


@dataclass(frozen=True)
class Row:
    """One question of a filled form."""

    question: Question
    text: str
    value: int | None = None
    """The rating itself, where it is one."""
    level: str = ""
    exist: str = ""
    note: str = ""
    other: str = ""
    current: int | None = None
    desired: int | None = None
    is_na: bool = False
    photos: list[Attachment] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        return bool(self.text) or self.is_na


@dataclass(frozen=True)
class Result:
    """n, mean, S.D. and level as printed; "-" where undefined."""

    n: int
    na: int
    mean: str
    sd: str
    level: str
    yes: int = 0
    no: int = 0
    percent_yes: str = UNDEFINED
    current: str = UNDEFINED
    desired: str = UNDEFINED
    pni: str = UNDEFINED

    @property
    def has_ratings(self) -> bool:
        return bool(self.n or self.na)


@dataclass(frozen=True)
class SectionResult:
    section: Section
    rows: list[Row]
    result: Result

    @property
    def is_rated(self) -> bool:
        return bool(self.section.rated)


def results(
    form: Form,
    answers: Answers,
    scores: Mapping[str, Any],
    *,
    facts: Facts | None = None,
    pictures: Mapping[str, Attachment] | None = None,
) -> tuple[list[SectionResult], Result]:
    """Every section with its rows and result, and the whole."""
    parts = scores.get("sections", {})
    made = [
        SectionResult(
            section,
            [row_of(question, answers, facts or {}, pictures or {}) for question in section.questions],
            as_result(parts.get(section.key)),
        )
        for section in form.sections
    ]
    return made, as_result(scores.get("whole"))


def as_result(part: Mapping[str, Any] | None) -> Result:
    """A part of ``Response.scores`` as it is printed."""
    if not part:
        return Result(0, 0, UNDEFINED, UNDEFINED, UNDEFINED)
    dual = part.get("dual") or {}
    yes, no = part.get("yes", 0), part.get("no", 0)
    return Result(
        n=part["n"],
        na=part["na"],
        mean=part["mean"] or UNDEFINED,
        sd=show(part_sd(dict(part))) if part["mean"] else UNDEFINED,
        level=part["level"] or UNDEFINED,
        yes=yes,
        no=no,
        percent_yes=show(percent(yes, yes + no)),
        current=dual.get("current") or UNDEFINED,
        desired=dual.get("desired") or UNDEFINED,
        pni=dual.get("pni") or UNDEFINED,
    )


def row_of(question: Question, answers: Answers, facts: Facts, pictures: Mapping[str, Attachment]) -> Row:
    """One question with its answers in words."""
    entries = {slot.key.removeprefix(question.key): answers.get(slot.key, {}) for slot in question.slots}
    texts = {
        slot.key.removeprefix(question.key): answer_text(question, slot, entries[slot.key.removeprefix(question.key)])
        for slot in question.slots
    }
    main = entries.get("", {})
    value = main.get("v") if question.type == "rating" else None
    ids = (entries.get(".photo", {}).get("v") or []) + ((main.get("v") or []) if question.type == "photo" else [])
    fact = facts.get(question.source, "") if question.source else ""
    return Row(
        question=question,
        text=fact or texts.get("") or " / ".join(filter(None, (texts.get(".current"), texts.get(".desired")))),
        value=value,
        level=question.scale.word(value) if question.scale and value is not None else "",
        exist=texts.get(".exist", ""),
        note=texts.get(".note", ""),
        other=texts.get(".other", ""),
        current=entries.get(".current", {}).get("v"),
        desired=entries.get(".desired", {}).get("v"),
        is_na=any("na" in answers.get(key, {}) for key in question.main),
        photos=[pictures[item] for item in ids if item in pictures],
    )
