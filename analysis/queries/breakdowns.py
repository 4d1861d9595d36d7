"""One measure told apart: by school, group, size, semester, year, supervisor, version."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Q

from accounts.models import User
from analysis.hiding import LEAST
from analysis.periods import Period
from analysis.queries.book import Book, Group, Line, group_of, grouped, responses_in
from analysis.queries.numbers import Frequency, Need, Part, pooled, pooled_need, result_of
from analysis.queries.privacy import Veil
from analysis.queries.reading import FREQUENCY, GROUP, NO_GROUP, OFFICE, PERSON, SCHOOL, SIZE, Reading
from instruments.definition import Scale
from instruments.models import Tally
from instruments.statistics import percent, ranks
from schools.queries import calendar_for, size_labels
from thai.text import name_sort_key, thai_sort_key


@dataclass(frozen=True)
class Measure:
    """What a table or a trend is about: the whole, a section, or one line."""

    key: str
    """"" for the whole, "@B" for a section, else the key of a line."""
    label: str
    kind: str
    """rating, number (with a mean), need, or frequency."""
    lines: tuple[Line, ...]
    scale: Scale | None = None


def measures_of(book: Book) -> list[Measure]:
    """Everything that can be told apart: the whole, each section, each question with an answer that counts."""
    found = []
    rated = tuple(line for line in book.lines.values() if line.kind == "rating" and line.is_averaged)
    if rated and book.form.whole_scale:
        found.append(Measure("", "ภาพรวมทั้งแบบ", "rating", rated, book.form.whole_scale))
    duals = tuple(line for line in book.lines.values() if line.kind == "dual" and line.is_averaged)
    if duals and len({line.scale.bounds for line in duals if line.scale}) == 1:
        found.append(Measure("@@", "ความต้องการจำเป็นทั้งแบบ", "need", duals, duals[0].scale))
    for section, lines in book.sections:
        own = tuple(line for line in lines if line.kind == "rating" and line.is_averaged)
        if own and section.averaged:
            found.append(Measure(f"@{section.key}", section.dimension, "rating", own, section.averaged))
    for line in book.lines.values():
        if line.kind == "dual" and line.is_averaged:
            found.append(Measure(line.key, named(line), "need", (line,), line.scale))
        elif line.is_averaged:
            found.append(Measure(line.key, named(line), line.kind, (line,), line.scale))
        elif line.kind in ("rating", "exist", "choice", "multi"):
            found.append(Measure(line.key, named(line), FREQUENCY, (line,), line.scale))
    return found


def named(line: Line) -> str:
    return f"ข้อ {line.number} {line.text}"


@dataclass
class Row:
    """One row of a table that tells results apart."""

    name: str
    responses: int = 0
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    """Of each of the table's ``sections``."""
    need: Need | None = None
    frequencies: list[Frequency] = field(default_factory=list)
    n: int = 0
    rank: int | None = None
    note: str = ""
    is_hidden: bool = False
    order: Any = 0

    @property
    def value(self) -> Decimal | None:
        """What the row is ranked and drawn by."""
        if self.is_hidden:
            return None
        return self.part.mean if self.part else self.need.modified if self.need else None

    def in_columns(self, labels: Sequence[str]) -> list[Frequency]:
        """The frequencies under the headings of the table: a choice that nobody here made counts nothing."""
        by_label = {frequency.label: frequency for frequency in self.frequencies}
        return [by_label.get(label) or Frequency("", label, 0, percent(0, self.n)) for label in labels]


@dataclass
class Breakdown:
    by: str
    measure: Measure
    rows: list[Row]
    total: Row
    coverage: str = ""
    """How many of the schools that there were have a result."""
    unavailable: str = ""
    """Why it can't be told apart like this, as a Thai sentence."""
    sections: tuple[Measure, ...] = ()
    """Where the whole is told apart: its sections, each a column, so that one sees who is weak in what."""

    @property
    def labels(self) -> list[str]:
        return [frequency.label for frequency in self.total.frequencies]


def row_of(
    book: Book, group: Group, measure: Measure, name: str, *, sections: Sequence[Measure] = (), anonymous: bool = False
) -> Row:
    """One row: of the whole, of a section or of a question; of the whole also each of its ``sections``."""
    results = [result_of(book, group, line, anonymous=anonymous) for line in measure.lines]
    row = Row(name, responses_in(group))
    if measure.kind == FREQUENCY:
        row.frequencies, row.n = results[0].frequencies, results[0].n
    elif measure.kind == "need":
        row.need = pooled_need(results)
        row.n = min(row.need.current.n, row.need.desired.n) if row.need else 0
    elif measure.kind == "number":
        row.part = results[0].part
        row.n = results[0].n
    else:
        row.part = pooled(results, measure.scale)
        row.n = row.part.n
        by_line = {result.line.key: result for result in results}
        row.parts = tuple(pooled([by_line[line.key] for line in part.lines], part.scale) for part in sections)
    row.is_hidden = anonymous and (0 < row.responses < LEAST or any(result.is_hidden for result in results))
    return row


def breakdown_of(reading: Reading, book: Book, measure: Measure, by: str) -> Breakdown:
    """The measure by school, group, size, semester, year, supervisor or version, in the order of the register."""
    empty = Breakdown(by, measure, [], Row("รวม"))
    if by in (SCHOOL, GROUP, SIZE) and reading.scope == PERSON:
        empty.unavailable = "แยกตามโรงเรียนภายในงานของผู้นิเทศคนเดียวไม่ได้ โปรดเลือก “ทั้งสำนักงาน” ในช่อง “ของ” ก่อน"
        return empty
    if by == PERSON and reading.scope not in (OFFICE, PERSON):
        empty.unavailable = "แยกตามผู้นิเทศได้เฉพาะทั้งสำนักงาน โปรดเลือก “ทั้งสำนักงาน” ในช่อง “ของ” ก่อน"
        return empty
    if reading.anonymous and by not in (SCHOOL, GROUP, SIZE):
        empty.unavailable = "แบบสอบถามที่ไม่ระบุตัวผู้ตอบแยกได้ตามโรงเรียน กลุ่มโรงเรียน และขนาดโรงเรียนเท่านั้น เพื่อไม่ให้ย้อนหาตัวผู้ตอบได้"
        return empty
    if reading.anonymous and by != SCHOOL and reading.scope != OFFICE:
        empty.unavailable = (
            "แบบสอบถามที่ไม่ระบุตัวผู้ตอบแยกย่อยภายในกลุ่มหรือขนาดได้เฉพาะรายโรงเรียน โปรดเลือก “ทั้งสำนักงาน” ในช่อง “ของ” ก่อน"
        )
        return empty
    rows, names, order = _divided(reading, by)
    groups = grouped(rows, names)
    sections = () if reading.anonymous else _sections_of(book, measure)
    made = []
    for where, group in groups.items():
        row = row_of(book, group, measure, str(where[1]), sections=sections, anonymous=reading.anonymous)
        row.note, row.order = where[2] if len(where) > 2 else "", order(where)
        if row.responses:
            made.append((where[0], row))
    veil = Veil(reading, book) if reading.anonymous else None
    if veil is not None:
        hidden = veil.hidden(by, measure.lines)
        for where, row in made:
            row.is_hidden = row.is_hidden or where in hidden
            if measure.kind == FREQUENCY and not veil.shows_frequencies(by, measure.lines[0]):
                row.frequencies = [replace(frequency, is_hidden=True) for frequency in row.frequencies]
    shown = [row for _, row in sorted(made, key=lambda pair: pair[1].order)]
    for row, place in zip(shown, ranks(row.value for row in shown), strict=True):
        row.rank = place
    everything = group_of(reading.rows_in_scope())
    whole = row_of(book, everything, measure, "รวม", sections=sections, anonymous=reading.anonymous)
    if veil is not None:
        whole.is_hidden = whole.is_hidden or veil.hides(*measure.lines)
        if measure.kind == FREQUENCY and reading.scope != OFFICE:
            clear = veil.shows_frequencies(reading.scope, measure.lines[0])
            whole.frequencies = [replace(f, is_hidden=f.is_hidden or not clear) for f in whole.frequencies]
    coverage = _coverage(reading, {pk for pk, _ in made}) if by == SCHOOL else ""
    return Breakdown(by, measure, shown, whole, coverage, sections=sections)


def _sections_of(book: Book, measure: Measure) -> tuple[Measure, ...]:
    """The sections whose means make up the whole; none where there is but one, or something else is told apart."""
    if measure.key or measure.kind != "rating":
        return ()
    found = tuple(other for other in measures_of(book) if other.key.startswith("@") and other.kind == "rating")
    return found if len(found) > 1 else ()


def _divided(reading: Reading, by: str) -> tuple[Iterable[Tally], Callable, Callable]:
    """The rows of a division, what says to which cell (id, name, note) a row belongs, and the order of cells."""
    if by in (SCHOOL, GROUP, SIZE):
        schools = {school.pk: school for school in reading.schools}
        rows = reading.rows.filter(kind=Tally.SCHOOL, ref__in=reading.school_ids)
        cells = {pk: _cell(replace(reading, scope=by), school, by) for pk, school in schools.items()}
        places = {name: place for place, name in enumerate(size_labels(reading.area.size_bands))}

        def in_order(where):
            if by == SIZE:
                return (places.get(where[0], 99), "")
            return (0, thai_sort_key(where[1])) if where[1] != NO_GROUP else (1, "")

        return rows, lambda row: cells.get(row.ref), in_order
    if by == PERSON:
        own = Q(ref=int(reading.ref)) if reading.scope == PERSON else Q()
        found = list(reading.rows.filter(own, kind=Tally.PERSON))
        people = {user.pk: str(user) for user in User.objects.filter(pk__in={row.ref for row in found})}
        return found, lambda row: (row.ref, people.get(row.ref, "")), lambda where: name_sort_key(where[1])
    if by == "version":
        numbers = {version.pk: version.number for version in reading.versions}
        return (
            reading.rows_in_scope(),
            lambda row: (row.version_id, f"ฉบับที่ {numbers[row.version_id]}"),
            lambda where: numbers[where[0]],
        )

    def of_period(row: Tally):
        period = Period.of_row(by, row)
        return (period, period.label) if period else None

    return reading.rows_in_scope(), of_period, lambda where: where[0]


def _cell(reading: Reading, school: Any, by: str) -> tuple:
    if by == SCHOOL:
        note = ""
        if school.closed_on:
            note = "รวมกับโรงเรียนอื่นแล้ว" if school.merged_into_id else "ยุบเลิกแล้ว"
        return school.pk, school.name, note
    where = reading.place_of(school)
    if by == SIZE:
        return where, where
    return where, school.group.name if school.group else NO_GROUP


def _coverage(reading: Reading, with_results: set[int]) -> str:
    """Of how many schools there are results; a school counts in a period until the day on which it closed."""
    in_scope = set(reading.school_ids)
    calendar = calendar_for(reading.area)
    ranges = [period.days(calendar) for period in reading.periods]
    there = 0
    for school in reading.schools:
        if school.pk not in in_scope:
            continue
        if ranges:
            was_open = any(
                (school.opened_on is None or school.opened_on <= days.end)
                and (school.closed_on is None or school.closed_on > days.start)
                for days in ranges
            )
        else:
            was_open = school.is_open()
        there += was_open or school.pk in with_results
    return f"มีผล {len(with_results)} จาก {there} โรงเรียน"
