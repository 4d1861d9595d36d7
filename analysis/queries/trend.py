"""One measure over time, across the versions of its form."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.lineage import eras
from analysis.periods import Period
from analysis.queries.book import Book, Group, grouped
from analysis.queries.breakdowns import Measure, Row, measures_of, row_of
from analysis.queries.reading import Reading


@dataclass
class Point:
    period: Period
    row: Row
    cut: str = ""
    """Why nothing may be joined to what stands before."""


@dataclass
class Trend:
    measure: Measure
    points: list[Point]
    unavailable: str = ""


def trend_of(reading: Reading, book: Book, measure: Measure, kind: str) -> Trend:
    """The measure over all periods of a kind, cut where a version begins whose question is another one.

    Where both sides of a cut fall into one period, the later version speaks for it.
    """
    if reading.anonymous:
        return Trend(measure, [], "แบบสอบถามที่ไม่ระบุตัวผู้ตอบแสดงแนวโน้มไม่ได้ เพื่อไม่ให้ย้อนหาตัวผู้ตอบได้")
    slots = [slot for line in measure.lines for slot in line.slots]
    era_of = _eras_of(book, slots)
    groups = grouped(reading.rows_in_scope(), lambda row: Period.of_row(kind, row))
    points: list[Point] = []
    last = None
    for period in sorted(groups):
        group = groups[period]
        known = [era_of[version] for version in group if version in era_of and group[version][0]]
        if not known:
            continue
        era = min(known)
        chosen = {version: part for version, part in group.items() if era_of.get(version) == era}
        row = _row_of_era(book, chosen, measure, era)
        if row.value is None:
            continue
        cut = "" if last is None or era == last else "ข้อคำถามเปลี่ยน"
        points.append(Point(period, row, cut))
        last = era
    return Trend(measure, points)


def _eras_of(book: Book, slots: Sequence[str]) -> dict[int, int]:
    if len(slots) == 1:
        return {step.version: step.era for step in book.path(slots[0])}
    return eras(book.versions, slots)


def _row_of_era(book: Book, group: Group, measure: Measure, era: int) -> Row:
    """The measure as the versions of one era asked it: by their own questions where it is a section or the whole."""
    if not era:
        return row_of(book, group, measure, "")
    versions = [pair for pair in book.versions if pair[0] in group]
    old = Book(versions)
    if measure.key.startswith("@") or not measure.key:
        found = next((other for other in measures_of(old) if other.key == measure.key), None)
    else:
        steps = {step.version: step.slot for step in book.path(measure.lines[0].slots[0])}
        key = steps.get(versions[0][0], "").removesuffix(".current" if measure.kind == "need" else "")
        found = next((other for other in measures_of(old) if other.key == key), None)
    return row_of(old, group, found, "") if found else Row("")
