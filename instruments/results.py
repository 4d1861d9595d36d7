"""A filled form as people read it: each answer in words, each section with n, x̄, S.D., level. The one reading of a
response, for every page and every printed record.

What a condition hides is left out. A repeating section is read row by row; its numbers are over all rows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from instruments import masters
from instruments.definition import Question, Section
from instruments.filling import Facts, answer_text, row_title, shown_number
from instruments.models import Attachment, Response
from instruments.queries import is_given
from instruments.scoring import Answers, part_sd
from instruments.slots import at_row
from instruments.statistics import UNDEFINED, show

NOT_APPLICABLE = "ไม่เกี่ยวข้อง"


@dataclass
class Line:
    """One line of a matrix with its answer; ``marks``: for each column of the scale, whether it is the answer."""

    text: str
    value: int | None
    word: str
    marks: list[bool]


@dataclass
class Row:
    """One question with its answer, in whatever shapes it is shown."""

    question: Question
    text: str = ""
    """The whole answer in words; empty where there is none."""
    value: int | None = None
    """The rating itself, where it is one."""
    word: str = ""
    marks: list[bool] = field(default_factory=list)
    exist: bool | None = None
    current: int | None = None
    desired: int | None = None
    lines: list[Line] = field(default_factory=list)
    level: str = ""
    """What the given rating means for this question (rubric)."""
    note: str = ""
    is_na: bool = False
    broken: str = ""
    """Which condition of the form the answer breaks."""
    photos: list[Attachment] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    signature: Attachment | None = None

    @property
    def is_answered(self) -> bool:
        return bool(self.text or self.photos or self.files or self.signature or self.is_na)


@dataclass
class Part:
    """The statistics of a section or of the whole, ready to be shown: "-" where undefined."""

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
class Block:
    """Answers of one kind that follow each other in the form and so share a table.

    ``kind``: "rated" (on the scale of the section), "yes_no", "dual", "matrix" (one question), "other" (no table).
    ``is_last``: no later block of the group is of this kind, so the numbers of the section stand under it.
    """

    kind: str
    rows: list[Row]
    is_last: bool = False

    @property
    def with_exist(self) -> bool:
        return any(row.question.with_exist for row in self.rows)


@dataclass
class Group:
    """The answers of a section, or of one row of a repeating one, in the order of the form."""

    heading: str
    rows: list[Row]
    blocks: list[Block]

    @property
    def is_rated(self) -> bool:
        return any(block.kind == "rated" for block in self.blocks)


@dataclass
class SectionReading:
    section: Section
    groups: list[Group]
    part: Part
    columns: list[tuple[int, str]]
    """(value, word) of the scale, as printed over the columns; empty where nothing is rated on it."""

    @property
    def lines(self) -> list[tuple[Group, list[Row | None]]]:
        """The rows of a repeating section as lines of one table under ``asked``: None where a row is not asked that.

        Empty where the section does not repeat, or where an answer would not fit into a cell.
        """
        if not fits_a_line(self.section):
            return []
        made = []
        for group in self.groups:
            by_key = {row.question.key: row for row in group.rows}
            made.append((group, [by_key.get(question.key) for question in self.asked]))
        return made

    @property
    def asked(self) -> list[Question]:
        return [question for question in self.section.questions if question.type != "note"]

    @property
    def is_rated(self) -> bool:
        return bool(self.section.rated)

    @property
    def rows(self) -> Iterator[Row]:
        return (row for group in self.groups for row in group.rows)


@dataclass
class Reading:
    """A response as it is read: every section that is asked, and the whole."""

    response: Response
    sections: list[SectionReading]
    whole: Part

    @property
    def rows(self) -> Iterator[tuple[SectionReading, Row]]:
        return ((section, row) for section in self.sections for row in section.rows)


_ON_A_LINE = frozenset({"rating", "exist", "number", "date", "time", "choice", "text", "calc"})


def fits_a_line(section: Section) -> bool:
    """Whether a row of a repeating section can stand on one line of a table across the page."""
    asked = [question for question in section.questions if question.type != "note"]
    return (
        section.repeat is not None
        and len(asked) <= 7
        and all(q.type in _ON_A_LINE and not (q.type == "text" and q.long) and not q.with_evidence for q in asked)
        and not any(q.with_exist for q in asked)
    )


def read_responses(responses: Iterable[Response], *, facts: Facts | None = None) -> list[Reading]:
    """Each response as it is read. A fixed number of queries, however many responses, answers and pictures.

    The responses bring their version and instrument. ``facts``: what the owner knows, shown as the answer of the
    questions that name it; without, such questions are read only where something was typed.
    """
    responses = list(responses)
    attached: dict[str, Attachment] = {
        str(found.pk): found
        for found in Attachment.objects.filter(response__in=[response.pk for response in responses])
    }
    words = _register_words(responses)
    return [_Reader(response, facts, attached, words).reading() for response in responses]


def read(response: Response, *, facts: Facts | None = None) -> Reading:
    """One response as it is read."""
    return read_responses([response], facts=facts)[0]


def numbers_of(response: Response) -> tuple[Part, list[tuple[Section, Part]]]:
    """A response in numbers: the whole, and each section that has ratings or yes/no answers. Reads nothing."""
    parts = response.scores.get("sections", {})
    sections = [(section, as_part(parts.get(section.key))) for section in response.form.sections]
    return as_part(response.scores.get("whole")), [(s, p) for s, p in sections if p.is_rated or p.yes or p.no]


def as_part(part: Mapping[str, Any] | None) -> Part:
    """A part of ``Response.scores`` as it is shown."""
    part = part or {}
    rated = part.get("mean") is not None
    return Part(
        n=part.get("n", 0),
        na=part.get("na", 0),
        mean=part["mean"] if rated else UNDEFINED,
        sd=show(part_sd(dict(part))) if rated else UNDEFINED,
        level=part.get("level") or UNDEFINED,
        yes=part.get("yes"),
        no=part.get("no"),
        dual=part.get("dual"),
    )


def _register_words(responses: list[Response]) -> dict[str, dict[str, str]]:
    """What the answered values of each register are called: one query a register."""
    held: dict[str, set[str]] = {}
    for response in responses:
        registers = {q.key: q.master for q in response.form.questions.values() if q.master}
        if not registers:
            continue
        for key, entry in response.answers.items():
            if master := registers.get(key.partition("@")[0]):
                value = entry.get("v")
                held.setdefault(master, set()).update(value if isinstance(value, list) else [value] if value else [])
    return {master: masters.find(master, values) for master, values in held.items()}


class _Reader:
    """Reads one response with what was fetched for all of them."""

    def __init__(self, response: Response, facts: Facts | None, attached, words):
        self.response, self.facts, self.attached, self.words = response, facts, attached, words
        self.answers: Answers = response.answers
        scores = response.scores
        self.hidden, self.calc = frozenset(scores.get("hidden", ())), scores.get("calc", {})
        self.broken = scores.get("broken", {})

    def reading(self) -> Reading:
        parts = self.response.scores.get("sections", {})
        sections = [
            self.section(section, as_part(parts.get(section.key)))
            for section in self.response.form.sections
            if f"@{section.key}" not in self.hidden
        ]
        return Reading(
            self.response,
            [section for section in sections if any(group.rows for group in section.groups)],
            as_part(self.response.scores.get("whole")),
        )

    def section(self, section: Section, part: Part) -> SectionReading:
        groups = []
        for number, row in enumerate(section.rows(self.answers), start=1):
            heading = ""
            if section.repeat:
                heading = f"{section.repeat.label} {number} {row_title(section, row, self.answers)}".strip()
            groups.append(self.group(section, row, heading))
        on_scale = any(group.is_rated for group in groups)
        return SectionReading(section, groups, part, list(section.scale.values) if section.scale and on_scale else [])

    def group(self, section: Section, row: str, heading: str) -> Group:
        rows = [self.row(question, row) for question in section.questions if self.is_read(question, row)]
        blocks: list[Block] = []
        for item in rows:
            kind = _kind(item.question, section)
            if blocks and blocks[-1].kind == kind != "matrix":
                blocks[-1].rows.append(item)
            else:
                blocks.append(Block(kind, [item]))
        for block in {block.kind: block for block in blocks}.values():
            block.is_last = True
        return Group(heading, rows, blocks)

    def is_read(self, question: Question, row: str) -> bool:
        key = at_row(question.key, row) if row else question.key
        if question.type == "note" or key in self.hidden:
            return False
        if question.source and not is_given(self.answers.get(key)):
            return self.facts is not None  # else a fact that the head of the record says already
        return True

    def row(self, question: Question, row: str) -> Row:
        def entry(suffix: str = "") -> dict[str, Any]:
            key = question.key + suffix
            return self.answers.get(at_row(key, row) if row else key) or {}

        key = at_row(question.key, row) if row else question.key
        main = entry()
        value = main.get("v")
        found = Row(question, note=entry(".note").get("v") or "", broken=self.broken.get(key, ""))
        found.is_na = any("na" in entry(slot.removeprefix(question.key)) for slot in question.main)
        found.photos = self.held(entry(".photo").get("v"))
        exist = entry(".exist").get("v")
        found.exist = None if exist is None else bool(exist)
        if question.source:
            found.text = (self.facts or {}).get(question.source, "") or (value or "")
            return found
        match question.type:
            case "rating" if question.scale is not None:
                found.marks = [value == number for number, _word in question.scale.values]
                if value is not None:
                    found.value, found.word = value, question.scale.word(value)
                    found.level = question.levels.get(value, "")
                    found.text = f"{found.word} ({value})"
            case "exist":
                found.exist = None if value is None else bool(value)
                found.text = "" if value is None else "มี" if value else "ไม่มี"
            case "dual":
                found.current, found.desired = entry(".current").get("v"), entry(".desired").get("v")
                said = [
                    f"{word} {number}"
                    for word, number in (("สภาพที่เป็นอยู่", found.current), ("สภาพที่ควรจะเป็น", found.desired))
                    if number is not None
                ]
                found.text = " · ".join(said)
            case "matrix":
                found.lines = [_line(question, line.text, entry(f".{line.key}").get("v")) for line in question.lines]
                found.text = ", ".join(f"{line.text} {line.value}" for line in found.lines if line.value is not None)
            case "photo":
                found.photos = self.held(value)
            case "file":
                found.files = self.held(value)
                found.text = ", ".join(item.original_name for item in found.files)
            case "signature":
                found.signature = self.attached.get((value or {}).get("image", ""))
                found.text = (value or {}).get("typed", "")
            case "calc":
                number = shown_number(self.calc.get(key, ""), question.decimals)
                found.text = f"{number} {question.unit}".strip() if number else ""
            case _:
                found.text = self.plain(question, main, entry(".other").get("v") or "")
        if found.is_na:
            found.text = found.word = NOT_APPLICABLE
        return found

    def plain(self, question: Question, entry: Mapping[str, Any], other: str) -> str:
        words: dict[str, str] | None = self.words.get(question.master)
        if other:
            words = {c.value: f"{c.text}: {other}" if c.specify else c.text for c in question.choices}
        slot = next(slot for slot in question.slots if slot.key == question.key)
        return answer_text(question, slot, {"v": entry.get("v")}, words)

    def held(self, ids: Iterable[str] | None) -> list[Attachment]:
        return [self.attached[name] for name in ids or () if name in self.attached]


def _line(question: Question, text: str, value: int | None) -> Line:
    scale = question.scale
    marks = [value == number for number, _word in scale.values] if scale else []
    return Line(text, value, scale.word(value) if scale and value is not None else "", marks)


def _kind(question: Question, section: Section) -> str:
    """The table that a question is read in; a rating on a scale of its own has no column in the section's table."""
    if question.type == "rating" and not question.source:
        return "rated" if question.scale == section.scale and section.scale is not None else "other"
    kinds = {"exist": "yes_no", "dual": "dual", "matrix": "matrix"}
    return "other" if question.source else kinds.get(question.type, "other")
