"""What the results of an anonymous collection must not show of a place, whichever page asks."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from analysis.hiding import LEAST, hidden_cells
from analysis.queries.book import Book, Group, Line, group_of, grouped, responses_in
from analysis.queries.numbers import Result, n_of
from analysis.queries.reading import GROUP, SCHOOL, SIZE, Reading, place_in
from instruments.models import Tally
from instruments.tallies import HIDDEN
from schools.models import AreaOffice

PLACES = (SCHOOL, GROUP, SIZE)
_NO_VALUES = {"n", "na", "sum", "sq", HIDDEN}


class Veil:
    """Which places are hidden, for each line and each way of telling places apart.

    Decided on the whole office, whatever part of it is asked for, so that the table of all schools, the page of one
    school, the file and the paper hide the same, and two of them put together tell no more than one. What is hidden
    of a question is hidden of its section, and what is hidden of a section of the whole: nothing comes out by
    subtraction. Answers that name no school are a place of their own, because the total less all schools is theirs.
    """

    def __init__(self, reading: Reading, book: Book):
        self.reading, self.book = reading, book
        self._known: dict[tuple, set[Hashable]] = {}

    def hides(self, *lines: Line) -> bool:
        """Whether these together are hidden of the place that is read; never of the whole office."""
        scope, ref = self.reading.scope, self.reading.ref
        if scope not in PLACES:
            return False
        return (int(ref) if scope == SCHOOL else ref) in self.hidden(scope, lines)

    def cover(self, result: Result) -> None:
        """Hide of one line what may not be shown of the place that is read."""
        scope = self.reading.scope
        if scope in PLACES:
            result.is_hidden = result.is_hidden or self.hides(result.line)
            if result.frequencies and not self.shows_frequencies(scope, result.line):
                result.frequencies = [replace(frequency, is_hidden=True) for frequency in result.frequencies]

    def hidden(self, by: str, lines: Sequence[Line]) -> set[Hashable]:
        """The places of this division of which these lines together are hidden."""
        key = (by, *(line.key for line in lines))
        if key not in self._known:
            start: set[Hashable] = set()
            for part in _parts(lines):
                start |= self.hidden(by, part)
            tables = [self._table(by, responses_in)]
            tables += [self._table(by, self._answers(line, slot)) for line in lines for slot in line.slots]
            self._known[key] = _closed(tables, self._within if by == SCHOOL else [], start)
        return self._known[key]

    def shows_frequencies(self, by: str, line: Line) -> bool:
        """Whether each answer was given by nobody or by enough in every place: shown of all places or of none."""
        slot = line.slots[0]
        values = set(self.book.counts(self._office, slot)) - _NO_VALUES
        tables = [self._table(by, self._given(slot, value)) for value in values]
        return not any(0 < count < LEAST for table in tables for count in table.values())

    def _answers(self, line: Line, slot: str) -> Callable[[Group], int]:
        return lambda group: n_of(line, self.book.counts(group, slot))

    def _given(self, slot: str, value: str) -> Callable[[Group], int]:
        return lambda group: self.book.counts(group, slot).get(value, 0)

    def _table(self, by: str, count: Callable[[Group], int]) -> dict[Hashable, int]:
        """How many there are in each place, and in none (None)."""
        found: dict[Hashable, int] = {}
        for school, group in self._schools.items():
            cell = self._cells[by].get(school)
            found[cell] = found.get(cell, 0) + count(group)
        rest = count(self._office) - sum(found.values())
        return found | {None: found.get(None, 0) + rest} if rest else found

    @cached_property
    def _office(self) -> Group:
        return group_of(self.reading.rows.filter(kind=Tally.OFFICE))

    @cached_property
    def _schools(self) -> dict[int, Group]:
        return grouped(self.reading.rows.filter(kind=Tally.SCHOOL, responses__gt=0), lambda row: row.ref)

    @cached_property
    def _cells(self) -> dict[str, dict[Hashable, Hashable]]:
        schools = self.reading.schools
        group, size = self._within
        return {SCHOOL: {school.pk: school.pk for school in schools}, GROUP: group, SIZE: size}

    @cached_property
    def _within(self) -> list[dict[Hashable, Hashable]]:
        return divisions_of(self.reading.area, self.reading.schools)


def divisions_of(area: AreaOffice, schools: Iterable[Any]) -> list[dict[Hashable, Hashable]]:
    """In which group and in which size each school stands (``schools`` with ``pupils``): each has a total of its own."""
    schools = list(schools)
    return [{school.pk: place_in(by, school, area) for school in schools} for by in (GROUP, SIZE)]


def _parts(lines: Sequence[Line]) -> list[list[Line]]:
    """The sections of several lines, the lines of one section; a single line has no parts."""
    if len(lines) < 2:
        return []
    sections: dict[str, list[Line]] = {}
    for line in lines:
        sections.setdefault(line.section.key, []).append(line)
    return list(sections.values()) if len(sections) > 1 else [[line] for line in lines]


def _closed(tables: Sequence[dict], within: Sequence[dict], start: set[Hashable]) -> set[Hashable]:
    """The cells that are hidden in any of the tables, and so in all of them."""
    hidden = set(start)
    while True:
        known = len(hidden)
        for table in tables:
            hidden |= hidden_cells(table, within, hidden)
        if len(hidden) == known:
            return hidden
