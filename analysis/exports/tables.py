"""The columns of a form through all its versions: one table for the responses, one for each repeating section."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.exports.cells import Cell, Entry, Part, Reader, Wording, as_it_is, number, parts_of
from instruments.definition import Form, Question, Section

MAIN = ""
"""The key of the table with one row a response."""

KINDS = {
    "rating": "คะแนน",
    "exist": "มี/ไม่มี",
    "choice": "เลือกหนึ่งข้อ",
    "multi": "เลือกได้หลายข้อ",
    "picked": "ตัวเลือกหนึ่งของข้อที่เลือกได้หลายข้อ",
    "text": "ข้อความ",
    "number": "ตัวเลข",
    "date": "วันที่",
    "time": "เวลา",
    "photo": "ภาพ",
    "file": "ไฟล์",
    "signature": "ลายมือชื่อ",
    "calc": "คำนวณ",
    "rows": "จำนวนแถวของส่วนที่กรอกซ้ำ",
    "about": "ข้อมูลของชุดคำตอบ",
}
"""What a column holds, in the words of the codebook."""


@dataclass
class Column:
    """One column; ``versions`` are the numbers of the versions that ask for it, highest first (none: always there)."""

    key: str
    title: str
    kind: str = "about"
    section: str = ""
    versions: list[int] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """How one version fills one column."""

    place: int
    slot: str
    question: str
    read: Reader


@dataclass
class Plan:
    """How the answers to one version become a row of one table."""

    steps: list[Step] = field(default_factory=list)
    always: list[Step] = field(default_factory=list)
    """Columns that say something of a missing answer too."""
    calculated: list[tuple[int, str]] = field(default_factory=list)
    sections: dict[str, list[str]] = field(default_factory=dict)
    """The questions of each section."""
    facts: list[int] = field(default_factory=list)
    """Columns whose questions the record answers by itself: school, team …"""
    not_applicable: str = ""
    _quick: tuple[list[tuple[int, str]], list[str], list[tuple[int, str, str, Reader]]] = ([], [], [])

    def settle(self) -> None:
        """The steps made ready: they are gone through for every cell of the file."""
        plain = [step for step in self.steps if step.read is as_it_is]
        others = [(s.place, s.slot, s.question, s.read) for s in self.steps if s.read is not as_it_is]
        self._quick = ([(s.place, s.question) for s in plain], [s.slot for s in plain], others)

    def fill(self, row: list[Cell], answers: Mapping[str, Entry], scores: Mapping[str, Any], at: str = "") -> None:
        """Put the answers (in the row ``at`` of a repeating section, "@k7x2") where they belong; the hidden stay out."""
        hidden = self._hidden(scores, at)
        get, na = answers.get, self.not_applicable
        plain, slots, others = self._quick
        entries = map(get, [slot + at for slot in slots] if at else slots)
        for (place, question), entry in zip(plain, entries, strict=True):
            if entry is not None and question not in hidden:
                row[place] = entry.get("v", na if "na" in entry else None)
        for place, slot, question, read in others:
            if (entry := get(slot + at)) is not None and question not in hidden:
                row[place] = read(entry)
        for step in self.always:
            if step.question not in hidden:
                row[step.place] = step.read(get(step.slot + at) or {})
        if self.calculated and (calc := scores.get("calc")):
            for place, question in self.calculated:
                if question not in hidden:
                    row[place] = number(calc.get(question + at))

    def forget(self, row: list[Cell]) -> None:
        """Take the facts of an anonymous response out again: they may say whose it is."""
        for place in self.facts:
            row[place] = None

    def _hidden(self, scores: Mapping[str, Any], at: str) -> frozenset[str]:
        """The questions of this table that conditions hide (in this row), with those of hidden sections."""
        found = scores.get("hidden")
        if not found:
            return frozenset()
        names = {name.removesuffix(at) for name in found if name.endswith(at)} if at else set(found)
        names.update(name for name in found if "@" not in name)
        for section, questions in self.sections.items():
            if f"@{section}" in found:
                names.update(questions)
        return frozenset(names)


@dataclass
class Table:
    """``plans`` by version; ``section`` is the key of the repeating section, MAIN for the responses."""

    section: str
    title: str
    columns: list[Column]
    plans: dict[int, Plan] = field(default_factory=dict)
    _places: dict[tuple[str, str], int] = field(default_factory=dict)

    def plan(self, version: int) -> Plan:
        return self.plans.setdefault(version, Plan())

    def place(self, slot: str, part: str, make: Column, version: int) -> int:
        """The column of this part of a slot: made by the newest version that has it, shared by all."""
        found = self._places.get((slot, part))
        if found is None:
            found = self._places[slot, part] = len(self.columns)
            self.columns.append(make)
        column = self.columns[found]
        column.versions.append(version)
        column.choices = make.choices | column.choices
        return found

    @property
    def words(self) -> list[int]:
        """The columns that hold anything but small whole numbers and the word for “not applicable”."""
        return [place for place, column in enumerate(self.columns) if column.kind not in ("rating", "picked", "rows")]

    def headings(self, *, keys: bool, newest: int) -> list[str]:
        """One heading for each column, no two alike; what the newest version dropped says who had it."""
        if keys:
            return _unlike([column.key for column in self.columns], [""] * len(self.columns))
        return _unlike([_titled(column, newest) for column in self.columns], [column.key for column in self.columns])


def _titled(column: Column, newest: int) -> str:
    if not column.versions or newest in column.versions:
        return column.title
    return f"{column.title} (เฉพาะ{versions_in_words(column.versions)})"


def versions_in_words(numbers: Iterable[int]) -> str:
    """ฉบับที่ 1–3, 5"""
    runs: list[list[int]] = []
    for value in sorted(set(numbers)):
        if runs and value == runs[-1][1] + 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    return "ฉบับที่ " + ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)


def _unlike(headings: list[str], keys: list[str]) -> list[str]:
    """Headings that were alike are told apart by the key, and by a number where that is not enough."""
    alike = (
        {heading for heading in headings if headings.count(heading) > 1} if len(set(headings)) < len(headings) else ()
    )
    taken: set[str] = set()
    made = []
    for heading, key in zip(headings, keys, strict=True):
        shown = f"{heading} [{key}]" if heading in alike and key else heading
        unique, count = shown, 1
        while unique in taken:
            count += 1
            unique = f"{shown} ({count})"
        taken.add(unique)
        made.append(unique)
    return made


# -- From the versions ---------------------------------------------------------------------------------------------


def tables_of(
    versions: Iterable[tuple[int, int, Form]], wording: Wording, *, about: list[Column], about_row: list[Column]
) -> dict[str, Table]:
    """The tables of these versions (id, number, form), newest first: what one of them has is never left out.

    ``about`` and ``about_row`` are the columns that stand before the answers of a response and of a row.
    """
    tables = {MAIN: Table(MAIN, "คำตอบ", list(about))}
    for pk, version, form in versions:
        tables[MAIN].plan(pk)
        for section in form.sections:
            if section.repeat:
                rows = Column(section.rows_slot, f"{section.title} (จำนวนแถว)", "rows", section.title)
                main = tables[MAIN]
                main.plan(pk).steps.append(
                    Step(main.place(section.rows_slot, "", rows, version), section.rows_slot, "", _count)
                )
                main.plan(pk).sections.setdefault(section.key, []).append("")
                table = tables.setdefault(section.key, Table(section.key, section.title, list(about_row)))
            else:
                table = tables[MAIN]
            for question in section.questions:
                _add_question(table, (pk, version), section, question, wording)
    for table in tables.values():
        for plan in table.plans.values():
            plan.not_applicable = wording.not_applicable
            plan.settle()
    return tables


def _count(entry: Entry) -> Cell:
    return len(entry.get("v") or ())


def _add_question(
    table: Table, numbered: tuple[int, int], section: Section, question: Question, wording: Wording
) -> None:
    pk, version = numbered
    plan = table.plan(pk)
    plan.sections.setdefault(section.key, []).append(question.key)
    if question.type == "calc":
        column = Column(question.key, _with_unit(question), "calc", section.title)
        plan.calculated.append((table.place(question.key, "", column, version), question.key))
    for slot in question.slots:
        for part in parts_of(slot, question, wording):
            title = (_with_unit(question) if slot.key == question.key else slot.label) + part.title
            column = Column(slot.key + part.key, title, part.kind, section.title, choices=dict(part.choices))
            place = table.place(slot.key, part.key, column, version)
            _add_step(plan, Step(place, slot.key, question.key, part.read), part, question)


def _add_step(plan: Plan, step: Step, part: Part, question: Question) -> None:
    (plan.always if part.always else plan.steps).append(step)
    if question.source:
        plan.facts.append(step.place)


def _with_unit(question: Question) -> str:
    return f"{question.text} ({question.unit})" if question.unit else question.text
