"""What a handbook says: one JSON document, read into frozen dataclasses that know their numbers.

    title, document_no, unit, concept, objectives [{key, text}]
    laws       [{key, title, standing, note}]
    groups     [{key, title, tasks: [{key, title, steps: [{key, text, parts: [{key, text}]}], results: [{key, text}],
                 laws: [law key], corrections: [{where, original, fixed, note, inferred}]}]}]
    processes  [{key, task, title, year, objectives, scope, definitions: [{key, term, text}], responsible,
                 steps: [{key, short, text, detail, standard, window, forms: [form key], parts, decision}],
                 forms: [{key, title, instruments: [code]}], laws, corrections}]

Everything is known by a key that it keeps through all editions; numbers (task 2.1, step 3, part 3.2) are counted from
the order. A document may be unfinished while it is edited: what is missing reads as empty, ``handbook.checking`` names it.
"""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from thai.dates import MONTHS, common_year

STANDINGS = {
    "in_force": "ใช้บังคับ",
    "superseded": "ถูกแทนที่แล้ว",
    "unverified": "ยังไม่ได้ตรวจสอบ",
    "principle": "หลักการทางวิชาการ",
}
"""Whether what a task or a process refers to still holds."""
SUPERSEDED = "superseded"
ACADEMIC, FISCAL = "academic", "fiscal"
YEARS = {FISCAL: "ปีงบประมาณ", ACADEMIC: "ปีการศึกษา"}
"""The kind of year by which the rounds of a process are counted."""
MONTHLY, EACH_SEMESTER, EACH_ROUND = "months", "semester", "round"
WINDOWS = {"": "ไม่กำหนดเวลา", MONTHLY: "ช่วงเดือน", EACH_SEMESTER: "ทุกภาคเรียน", EACH_ROUND: "ทุกรอบการนิเทศ"}
OFFSETS = {-1: "ปีก่อนหน้า", 0: "ปีเดียวกับรอบ", 1: "ปีถัดไป"}
"""Calendar years relative to the number of the round's year."""


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered sentence: an objective, an expected result, a part of a step."""

    key: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a task, with its parts."""

    key: str
    number: str
    text: str
    parts: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Law:
    key: str
    title: str
    standing: str
    note: str

    @property
    def standing_label(self) -> str:
        return STANDINGS.get(self.standing, "")

    @property
    def is_superseded(self) -> bool:
        return self.standing == SUPERSEDED


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the printed original that was mended; ``inferred`` where the right word is a guess."""

    where: str
    original: str
    fixed: str
    note: str
    inferred: bool


@dataclass(frozen=True, slots=True)
class Task:
    """งาน. ``process`` is the key of its detailed process, empty where it has none."""

    key: str
    number: str
    title: str
    steps: tuple[Step, ...]
    results: tuple[Line, ...]
    laws: tuple[Law, ...]
    corrections: tuple[Correction, ...]
    group: str
    process: str

    @property
    def part_count(self) -> int:
        return sum(len(step.parts) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Group:
    """กลุ่มงาน. A group that is one task of the same name (งานธุรการ) is numbered and shown as that task."""

    key: str
    number: str
    title: str
    tasks: tuple[Task, ...]
    is_one_task: bool


@dataclass(frozen=True, slots=True)
class Window:
    """When a step is due. Months stand in calendar years relative to the round's year: 0 the same, 1 the next."""

    kind: str = ""
    from_month: int = 1
    to_month: int = 1
    from_year: int = 0
    to_year: int = 0
    times: int = 1

    @property
    def label(self) -> str:
        """As the handbook prints it; empty where no time is set."""
        if self.kind == EACH_SEMESTER:
            return f"ภาคเรียนละ {self.times} ครั้ง"
        if self.kind == EACH_ROUND:
            return "ทุกรอบการนิเทศ"
        if self.kind != MONTHLY:
            return ""
        first, last = MONTHS[self.from_month - 1], MONTHS[self.to_month - 1]
        if (self.from_month, self.from_year) == (self.to_month, self.to_year):
            return first
        return f"{first}–{last}"

    @property
    def year_note(self) -> str:
        """Which year the months are of, where it is not simply the round's own."""
        if self.kind != MONTHLY or not (self.from_year or self.to_year):
            return ""
        if self.from_year == self.to_year:
            return OFFSETS[self.from_year]
        return f"{OFFSETS[self.from_year]} ถึง{OFFSETS[self.to_year]}"

    def days(self, year: int) -> tuple[date, date] | None:
        """First and last day for the round of that year (พ.ศ.); None unless the window is one of months."""
        if self.kind != MONTHLY:
            return None
        first, last = common_year(year + self.from_year), common_year(year + self.to_year)
        end = calendar.monthrange(last, self.to_month)[1]
        return date(first, self.from_month, 1), date(last, self.to_month, end)


@dataclass(frozen=True, slots=True)
class Form:
    """A form that the handbook names, with the codes of the instruments that the office uses for it."""

    key: str
    title: str
    instruments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """After this step: ปกติ goes on, ปรับปรุง goes back to the step numbered ``improve``."""

    improve: int
    note: str


@dataclass(frozen=True, slots=True)
class ProcessStep:
    """One step of a detailed process: what is done, how good it must be, when, and with which forms."""

    key: str
    number: int
    short: str
    text: str
    detail: str
    standard: str
    window: Window
    forms: tuple[Form, ...]
    parts: tuple[Line, ...]
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Definition:
    key: str
    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Process:
    """คู่มือขั้นตอนการดำเนินงาน of one task. ``year``: by which kind of year its rounds are counted."""

    key: str
    task: str
    title: str
    year: str
    objectives: tuple[Line, ...]
    scope: str
    definitions: tuple[Definition, ...]
    responsible: str
    steps: tuple[ProcessStep, ...]
    forms: tuple[Form, ...]
    laws: tuple[Law, ...]
    corrections: tuple[Correction, ...]

    def step(self, number: int) -> ProcessStep:
        """Raises LookupError where the process has no such step."""
        if not 1 <= number <= len(self.steps):
            raise LookupError(f"{self.key} has no step {number}")
        return self.steps[number - 1]

    @property
    def has_windows(self) -> bool:
        return any(step.window.kind for step in self.steps)

    @property
    def year_label(self) -> str:
        return YEARS.get(self.year, "")


@dataclass(frozen=True, slots=True)
class Book:
    """The whole handbook."""

    title: str
    document_no: str
    unit: str
    concept: str
    objectives: tuple[Line, ...]
    laws: tuple[Law, ...]
    groups: tuple[Group, ...]
    processes: tuple[Process, ...]

    @property
    def tasks(self) -> Iterator[Task]:
        return (task for group in self.groups for task in group.tasks)

    # Each raises LookupError where the handbook has no such part.

    def task(self, key: str) -> Task:
        return _named(self.tasks, key)

    def group(self, key: str) -> Group:
        return _named(self.groups, key)

    def process(self, key: str) -> Process:
        return _named(self.processes, key)

    def law(self, key: str) -> Law:
        return _named(self.laws, key)

    def referring_to(self, law: str) -> list[Task | Process]:
        """Tasks and processes that name the law."""
        parts: list[Task | Process] = [*self.tasks, *self.processes]
        return [part for part in parts if any(item.key == law for item in part.laws)]

    @property
    def counts(self) -> dict[str, int]:
        tasks = list(self.tasks)
        return {
            "groups": len(self.groups),
            "tasks": len(tasks),
            "steps": sum(len(task.steps) for task in tasks),
            "parts": sum(task.part_count for task in tasks),
            "results": sum(len(task.results) for task in tasks),
            "laws": len(self.laws),
            "processes": len(self.processes),
        }


def _named(parts, key: str):
    for part in parts:
        if part.key == key:
            return part
    raise LookupError(f"the handbook has no part {key}")


# -- Reading -------------------------------------------------------------------------------------------------------


def read(content: Mapping[str, Any]) -> Book:
    """The document as a book; references to what is not there are left out."""
    laws = {
        item["key"]: Law(item["key"], item.get("title", ""), item.get("standing", ""), item.get("note", ""))
        for item in content.get("laws", ())
    }
    processes = tuple(_process(item, laws) for item in content.get("processes", ()))
    of_task = {process.task: process.key for process in processes}
    return Book(
        title=content.get("title", ""),
        document_no=content.get("document_no", ""),
        unit=content.get("unit", ""),
        concept=content.get("concept", ""),
        objectives=_lines(content.get("objectives", ())),
        laws=tuple(laws.values()),
        groups=tuple(_group(place, item, laws, of_task) for place, item in enumerate(content.get("groups", ()), 1)),
        processes=processes,
    )


def _lines(items: Sequence[Mapping[str, Any]], before: str = "") -> tuple[Line, ...]:
    return tuple(Line(item["key"], f"{before}{n}", item.get("text", "")) for n, item in enumerate(items, 1))


def _laws(keys: Sequence[str], laws: Mapping[str, Law]) -> tuple[Law, ...]:
    return tuple(laws[key] for key in keys if key in laws)


def _corrections(items: Sequence[Mapping[str, Any]]) -> tuple[Correction, ...]:
    return tuple(
        Correction(
            item.get("where", ""),
            item.get("original", ""),
            item.get("fixed", ""),
            item.get("note", ""),
            bool(item.get("inferred")),
        )
        for item in items
    )


def _group(place: int, item: Mapping[str, Any], laws: Mapping[str, Law], of_task: Mapping[str, str]) -> Group:
    rows = item.get("tasks", ())
    title = item.get("title", "")
    is_one = len(rows) == 1 and rows[0].get("title") == title
    tasks = tuple(
        Task(
            key=row["key"],
            number=str(place) if is_one else f"{place}.{n}",
            title=row.get("title", ""),
            steps=tuple(
                Step(step["key"], str(k), step.get("text", ""), _lines(step.get("parts", ()), f"{k}."))
                for k, step in enumerate(row.get("steps", ()), 1)
            ),
            results=_lines(row.get("results", ())),
            laws=_laws(row.get("laws", ()), laws),
            corrections=_corrections(row.get("corrections", ())),
            group=item["key"],
            process=of_task.get(row["key"], ""),
        )
        for n, row in enumerate(rows, 1)
    )
    return Group(item["key"], str(place), title, tasks, is_one)


def _process(item: Mapping[str, Any], laws: Mapping[str, Law]) -> Process:
    forms = {
        row["key"]: Form(row["key"], row.get("title", ""), tuple(row.get("instruments", ())))
        for row in item.get("forms", ())
    }
    rows = item.get("steps", ())
    numbers = {row["key"]: n for n, row in enumerate(rows, 1)}
    return Process(
        key=item["key"],
        task=item.get("task", ""),
        title=item.get("title", ""),
        year=item.get("year", FISCAL),
        objectives=_lines(item.get("objectives", ())),
        scope=item.get("scope", ""),
        definitions=tuple(
            Definition(row["key"], row.get("term", ""), row.get("text", "")) for row in item.get("definitions", ())
        ),
        responsible=item.get("responsible", ""),
        steps=tuple(_process_step(n, row, forms, numbers) for n, row in enumerate(rows, 1)),
        forms=tuple(forms.values()),
        laws=_laws(item.get("laws", ()), laws),
        corrections=_corrections(item.get("corrections", ())),
    )


def _process_step(
    number: int, row: Mapping[str, Any], forms: Mapping[str, Form], numbers: Mapping[str, int]
) -> ProcessStep:
    decision = row.get("decision")
    improve = numbers.get(decision.get("improve", ""), 0) if decision else 0
    return ProcessStep(
        key=row["key"],
        number=number,
        short=row.get("short", ""),
        text=row.get("text", ""),
        detail=row.get("detail", ""),
        standard=row.get("standard", ""),
        window=Window(**(row.get("window") or {})),
        forms=tuple(forms[key] for key in row.get("forms", ()) if key in forms),
        parts=_lines(row.get("parts", ()), f"{number}."),
        decision=Decision(improve, decision.get("note", "")) if decision else None,
    )
