"""The record of a visit as data to be read: the school's page and the printed record show the same rows.

Everything of a visit is read in a fixed number of queries, however many forms, answers and pictures it has.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from instruments.definition import Question, Section
from instruments.models import Attachment, Response
from instruments.queries import is_given
from instruments.scoring import part_sd
from instruments.statistics import UNDEFINED, show
from supervision.flows import SEEN_BY_SCHOOL
from supervision.models import Finding, Recommendation, Visit, VisitForm
from thai.dates import long_date

NOT_APPLICABLE = "ไม่เกี่ยวข้อง"


@dataclass
class Row:
    """One question with its answer. ``marks``: for each column of the section's scale, whether it is the answer."""

    question: Question
    marks: list[bool] = field(default_factory=list)
    word: str = ""
    """What the rating is called; “ไม่เกี่ยวข้อง” where it was left out on purpose; "" where unanswered."""
    value: str = ""
    exist: bool | None = None
    current: int | None = None
    desired: int | None = None
    note: str = ""
    text: str = ""
    photos: list[Attachment] = field(default_factory=list)
    signature: Attachment | None = None


@dataclass
class Part:
    """The statistics of a section or a whole, ready to print: "-" where undefined."""

    n: int
    na: int
    mean: str
    sd: str
    level: str
    yes: int | None = None
    no: int | None = None
    dual: dict[str, Any] | None = None

    @property
    def is_rated(self) -> bool:
        return self.mean != UNDEFINED


@dataclass
class SectionRecord:
    section: Section
    columns: list[tuple[int, str]]
    """(value, word) of the scale, as printed over the columns; empty where nothing is rated."""
    rated: list[Row]
    yes_no: list[Row]
    dual: list[Row]
    other: list[Row]
    part: Part

    @property
    def with_exist(self) -> bool:
        return any(row.question.with_exist for row in self.rated)

    @property
    def with_notes(self) -> bool:
        """Whether the table has a column of notes: one is asked for, or something was written."""
        return any(row.note or row.photos for row in [*self.rated, *self.yes_no, *self.dual])


@dataclass
class FormRecord:
    pk: int
    """Of the ``VisitForm``."""
    title: str
    code: str
    version: int
    sections: list[SectionRecord]
    whole: Part


# -- Forms ---------------------------------------------------------------------------------------------------------


def form_records(visit: Visit) -> list[FormRecord]:
    """Every form of the visit with its answers and statistics. Two queries."""
    forms = list(visit.forms.select_related("response__version__instrument").order_by("place", "pk"))
    pictures: dict[str, Attachment] = {
        str(picture.pk): picture
        for picture in Attachment.objects.filter(response__in=[form.response_id for form in forms])
    }
    return [_form_record(form, pictures) for form in forms]


def _form_record(form: VisitForm, pictures: dict[str, Attachment]) -> FormRecord:
    response = form.response
    version, scores = response.version, response.scores
    sections = [
        _section_record(section, response.answers, scores.get("sections", {}).get(section.key, {}), pictures)
        for section in response.form.sections
    ]
    return FormRecord(
        pk=form.pk,
        title=version.instrument.title,
        code=version.instrument.code,
        version=version.number,
        sections=[section for section in sections if section.rated or section.yes_no or section.dual or section.other],
        whole=_part(scores.get("whole", {})),
    )


def _part(part: dict[str, Any]) -> Part:
    rated = part.get("mean") is not None
    return Part(
        n=part.get("n", 0),
        na=part.get("na", 0),
        mean=part["mean"] if rated else UNDEFINED,
        sd=show(part_sd(part)) if rated else UNDEFINED,
        level=part.get("level") or UNDEFINED,
        yes=part.get("yes"),
        no=part.get("no"),
        dual=part.get("dual"),
    )


def results_of(response: Response) -> tuple[Part, list[tuple[Section, Part]]]:
    """A form in numbers: the whole, and each section that has ratings or yes/no answers. Reads nothing."""
    parts = response.scores.get("sections", {})
    sections = [(section, _part(parts.get(section.key, {}))) for section in response.form.sections]
    return _part(response.scores.get("whole", {})), [(s, p) for s, p in sections if p.is_rated or p.yes or p.no]


def _section_record(section: Section, answers: dict, part: dict[str, Any], pictures: dict[str, Attachment]):
    rows: dict[str, list[Row]] = {"rated": [], "yes_no": [], "dual": [], "other": []}
    for question in section.questions:
        if question.source and not is_given(answers.get(question.key)):
            continue  # a fact that the head of the record already says
        kind = {"rating": "rated", "exist": "yes_no", "dual": "dual"}.get(question.type, "other")
        if question.type == "rating" and question.scale is not section.scale and question.scale is not None:
            kind = "other"  # on a scale of its own: it has no column in the section's table
        rows[kind].append(_row(question, answers, pictures))
    return SectionRecord(
        section=section,
        columns=list(section.scale.values) if section.scale and (rows["rated"] or rows["dual"]) else [],
        part=_part(part),
        **rows,
    )


def _row(question: Question, answers: dict, pictures: dict[str, Attachment]) -> Row:
    entry = answers.get(question.key) or {}
    value, na = entry.get("v"), "na" in entry
    row = Row(question, word=NOT_APPLICABLE if na else "")
    row.note = _value(answers, f"{question.key}.note") or ""
    row.photos = _pictures(_value(answers, f"{question.key}.photo"), pictures)
    exist = _value(answers, f"{question.key}.exist")
    row.exist = None if exist is None else bool(exist)
    match question.type:
        case "rating" if question.scale is not None:
            row.marks = [value == number for number, _word in question.scale.values]
            if value is not None:
                row.value, row.word = str(value), question.scale.word(value)
                row.text = f"{row.word} ({value})"
        case "exist":
            row.exist = None if value is None else bool(value)
        case "dual":
            row.current = _value(answers, f"{question.key}.current")
            row.desired = _value(answers, f"{question.key}.desired")
        case "photo":
            row.photos = _pictures(value, pictures)
        case "signature":
            row.signature = pictures.get((value or {}).get("image", ""))
            row.text = (value or {}).get("typed", "")
        case _:
            row.text = _plain(question, value, answers)
    if na:
        row.text = NOT_APPLICABLE
    return row


def _value(answers: dict, key: str):
    return (answers.get(key) or {}).get("v")


def _pictures(ids, pictures: dict[str, Attachment]) -> list[Attachment]:
    return [pictures[name] for name in ids or () if name in pictures]


def _plain(question: Question, value, answers: dict) -> str:
    """An answer as a person reads it; "" where there is none."""
    if value is None or value in ("", []):
        return ""
    if question.source:
        return str(value)
    other = _value(answers, f"{question.key}.other")
    words = {
        choice.value: choice.text + (f": {other}" if choice.specify and other else "") for choice in question.choices
    }
    match question.type:
        case "choice":
            return words.get(str(value), str(value))
        case "multi":
            return ", ".join(words.get(str(item), str(item)) for item in value)
        case "number":
            return f"{value} {question.unit}".strip()
        case "date":
            return long_date(date.fromisoformat(value))
        case _:
            return str(value)


# -- Findings, recommendations, who checked ------------------------------------------------------------------------


def findings_by_kind(visit: Visit) -> list[tuple[str, list[Finding]]]:
    """(heading, findings), strengths first; kinds without a finding are left out. One query."""
    findings = list(visit.findings.all())
    return [
        (str(label), rows) for kind, label in Finding.Kind.choices if (rows := [f for f in findings if f.kind == kind])
    ]


def recommendations_of(visit: Visit) -> list[Recommendation]:
    """The visit's recommendations with everything said about each. A fixed number of queries."""
    rows = list(visit.recommendations.select_related("carried_from__visit").order_by("pk").with_said())
    for row in rows:
        row.visit = visit
    return rows


def latest_replies(recommendation: Recommendation) -> dict[str, Any]:
    """The last entry of each kind of move, by its name: what the school says now. From what was prefetched."""
    return {entry.log.action: entry for entry in recommendation.entries.all()}


def latest_demand(recommendation: Recommendation):
    """The log row in which the supervisor last asked for more; None where that never was. From what was prefetched."""
    return next((log for log in reversed(recommendation.transitions.all()) if log.action == "ask_again"), None)


def followed_up(visit: Visit) -> list[dict[str, Any]]:
    """What earlier visits had left open and this one found: ``{"recommendation", "done", "text"}``, oldest first."""
    rows = []
    for recommendation in Recommendation.objects.marked_at(visit).with_said():
        seen = [entry.text for entry in recommendation.entries.all() if entry.log.data.get("into") == visit.pk]
        rows.append(
            {
                "recommendation": recommendation,
                "done": recommendation.state == "verified",
                "text": seen[-1] if seen else "",
            }
        )
    return rows


SIGNING = {"check": "ผู้ตรวจ", "release": "ผู้เผยแพร่", "acknowledge": "ผู้รับทราบ"}


def signing_logs(logs: Iterable) -> list[tuple[str, Any]]:
    """(“ผู้ตรวจ”, “ผู้เผยแพร่” or “ผู้รับทราบ”, log) of the decisions that stand: after the record was last sent."""
    standing: dict[str, Any] = {}
    for log in logs:
        if log.action in {"submit", "return"}:
            standing.clear()
        elif log.action in SIGNING:
            standing[log.action] = log
    return [(word, standing[name]) for name, word in SIGNING.items() if name in standing]


def is_draft(visit: Visit) -> bool:
    """Whether the record has not been given to the school yet."""
    return visit.state not in SEEN_BY_SCHOOL
