"""A form over its versions: what is counted of it, and what its questions were before."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.lineage import Ancestor, Versions, lineage
from analysis.queries.reading import GIVEN
from instruments.definition import Form, Question, Scale, Section
from instruments.models import InstrumentVersion, Tally
from instruments.tallies import HIDDEN, Counts, merge, total


@dataclass(frozen=True)
class Line:
    """One thing that is counted: a question, a line of a matrix, the มี/ไม่มี of a rating."""

    key: str
    kind: str
    """rating, exist, choice, multi, number, dual, or given (words, dates, pictures: only how many)."""
    number: str
    text: str
    question: Question
    section: Section

    @property
    def scale(self) -> Scale | None:
        return self.question.scale

    @property
    def is_averaged(self) -> bool:
        """Whether a mean says something: never of a holistic judgement."""
        return self.kind == "number" or (
            self.kind in ("rating", "dual") and self.scale is not None and not self.scale.holistic
        )

    @property
    def slots(self) -> tuple[str, ...]:
        return (f"{self.key}.current", f"{self.key}.desired") if self.kind == "dual" else (self.key,)


def lines_of(section: Section) -> Iterator[Line]:
    """What is counted of a section, in its order."""
    for question in section.questions:
        number, text, key = str(question.number), question.text, question.key
        if question.type == "note" or question.source:
            continue
        if question.type == "matrix":
            for place, line in enumerate(question.lines, start=1):
                words = f"{text}: {line.text}"
                yield Line(f"{key}.{line.key}", "rating", f"{number}.{place}", words, question, section)
            continue
        kind = {"calc": "number"}.get(question.type, question.type)
        kinds = ("rating", "exist", "choice", "multi", "number", "dual")
        yield Line(key, kind if kind in kinds else GIVEN, number, text, question, section)
        if question.with_exist:
            yield Line(f"{key}.exist", "exist", number, f"{text} (มี/ไม่มี)", question, section)


Group = dict[int, tuple[int, Counts]]
"""What is read together: {version: (responses, counts)}."""


class Book:
    """A form over its versions: the newest says what is asked, earlier ones add what goes on in it."""

    def __init__(self, versions: Versions):
        self.versions = versions
        self.forms = dict(versions)
        self.form: Form = versions[0][1]
        self.sections = [(section, list(lines_of(section))) for section in self.form.sections]
        self.lines = {line.key: line for _, lines in self.sections for line in lines}
        self._paths: dict[str, list[Ancestor]] = {}

    @classmethod
    def of(cls, versions: Sequence[InstrumentVersion]) -> "Book":
        """Of the versions of a form, the newest first."""
        return cls([(version.pk, version.form) for version in versions])

    def path(self, slot: str) -> list[Ancestor]:
        found = self._paths.get(slot)
        if found is None:
            found = self._paths[slot] = lineage(self.versions, slot)
        return found

    def counts(self, group: Group, slot: str, era: int = 0) -> dict[str, Any]:
        """The counts of a slot with those of its ancestors of the same era."""
        together: dict[str, Any] = {}
        for step in self.path(slot):
            if step.era == era and step.version in group:
                merge(together, group[step.version][1].get(step.slot, {}), 1)
        return together

    def asked(self, group: Group, line: Line) -> int:
        """How often the question was asked: of every response, or of every row of a repeating section."""
        asked = 0
        for step in self.path(line.slots[0]):
            if step.era or step.version not in group:
                continue
            responses, counts = group[step.version]
            question = step.slot.partition(".")[0]
            section = self.forms[step.version].questions[question].section
            repeats = self.forms[step.version].section(section).repeat
            asked += counts.get(f"{section}.rows", {}).get("n", 0) if repeats else responses
            asked -= counts.get(question, {}).get(HIDDEN, 0)
        return asked

    def dropped(self, group: Group) -> list[int]:
        """The versions that hold answers to questions which the newest has no more."""
        taken: dict[int, set[str]] = {}
        for line in self.lines.values():
            for slot in line.slots:
                for step in self.path(slot):
                    if not step.era:
                        taken.setdefault(step.version, set()).add(step.slot)
        found = []
        for version, form in self.versions[1:]:
            if version in group:
                slots = {slot for section in form.sections for line in lines_of(section) for slot in line.slots}
                if any(group[version][1].get(slot) for slot in slots - taken.get(version, set())):
                    found.append(version)
        return found


def grouped(rows: Iterable[Tally], key: Callable[[Tally], Hashable]) -> dict[Any, Group]:
    """The rows added up by what ``key`` says of each; rows of which it says None are left out."""
    sorted_rows: dict[Any, dict[int, list[Tally]]] = {}
    for row in rows:
        where = key(row)
        if where is not None:
            sorted_rows.setdefault(where, {}).setdefault(row.version_id, []).append(row)
    return {where: {v: total(of) for v, of in by_version.items()} for where, by_version in sorted_rows.items()}


def group_of(rows: Iterable[Tally]) -> Group:
    return grouped(rows, lambda row: "").get("", {})


def responses_in(group: Group) -> int:
    return sum(responses for responses, _ in group.values())
