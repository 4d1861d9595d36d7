"""Results of forms and surveys as the report tells them: the statistics are those of ``analysis``, nothing is worked out
here."""

from collections.abc import Iterable, Sequence
from typing import Any

from analysis.periods import Period
from analysis.queries import (
    GROUP,
    SCHOOL,
    SIZE,
    Book,
    Breakdown,
    FormSummary,
    Measure,
    Reading,
    Result,
    Row,
    SectionResult,
    breakdown_of,
    comparison_of,
    measures_of,
    summary_of,
    trend_of,
)
from analysis.queries.numbers import Part
from instruments.definition import Scale
from instruments.models import Instrument, InstrumentVersion
from schools.models import AreaOffice
from surveys.models import Survey

NOTHING: dict[str, Any] = {"n": None, "mean": None, "sd": None, "level": ""}
"""Of what nobody answered, and of what may not be shown."""


def form_facts(
    area: AreaOffice, instrument: Instrument, versions: Sequence[InstrumentVersion], period: Period
) -> dict[str, Any]:
    """One form of the plan in the cycle's year: as a whole, by section and question, apart, over the years.

    A fixed number of queries, whatever the number of answers.
    """
    reading = Reading(instrument, area, tuple(versions), (period,))
    book = Book.of(versions)
    found = _facts(f"f{instrument.pk}", instrument, summary_of(reading, book))
    whole = next((measure for measure in measures_of(book) if measure.kind == "rating" and not measure.key), None)
    if whole is None or not found["responses"]:
        return found
    by_school = breakdown_of(reading, book, whole, SCHOOL)
    return {
        **found,
        "coverage": by_school.coverage,
        "columns": [section.label for section in by_school.sections],
        "by": {
            "school": _rows(by_school),
            "group": _rows(breakdown_of(reading, book, whole, GROUP)),
            "size": _rows(breakdown_of(reading, book, whole, SIZE)),
        },
        "before": _compared(reading, book, period),
        "trend": _trend(reading, book, whole, period),
    }


def survey_facts(survey: Survey, area: AreaOffice, label: str) -> dict[str, Any]:
    """One survey; where its people are not known, what could be told of a few is left out."""
    version = survey.version
    reading = Reading(version.instrument, area, (version,), collection=survey.collection)
    summary = summary_of(reading, Book.of([version]))
    return {**_facts(f"s{survey.pk}", version.instrument, summary), "title": survey.title, "kind": label}


def _facts(key: str, instrument: Instrument, summary: FormSummary) -> dict[str, Any]:
    scale = summary.whole.scale
    low, high = scale.bounds if scale else (1, 5)
    return {
        "key": key,
        "code": instrument.code,
        "title": instrument.title,
        "responses": summary.responses,
        "low": low,
        "high": high,
        "bands": bands_of(scale),
        "whole": part_facts(summary.whole, hidden=summary.whole_is_hidden),
        "sections": [_section(section) for section in summary.averaged],
        "questions": sum(len(section.averaged) for section in summary.averaged),
    }


def bands_of(scale: Scale | None) -> list[dict[str, Any]]:
    """The levels of the scale, the highest first, each with the least mean in hundredths."""
    return [{"least": least, "label": label} for least, label in scale.bands] if scale else []


def part_facts(part: Part | None, *, hidden: bool = False) -> dict[str, Any]:
    if part is None or hidden or not part.n:
        return dict(NOTHING)
    return {"n": part.n, "mean": part.mean, "sd": part.sd, "level": part.level}


def _section(found: SectionResult) -> dict[str, Any]:
    return {
        "key": found.section.key,
        "title": found.section.title,
        "rank": found.rank,
        **part_facts(found.part, hidden=found.is_hidden),
        "lines": [_line(result) for result in found.averaged],
        "spread": _spread(found),
    }


def _line(found: Result) -> dict[str, Any]:
    return {
        "number": found.line.number,
        "text": found.line.text,
        "rank": found.rank,
        **part_facts(found.part, hidden=found.is_hidden),
    }


def _spread(found: SectionResult) -> dict[str, Any] | None:
    """How often each step was given to each question; None where steps differ or some may not be shown."""
    rated = found.averaged
    if not rated or len({result.line.scale.values if result.line.scale else () for result in rated}) != 1:
        return None
    if any(result.is_hidden or any(f.is_hidden for f in result.frequencies) for result in rated):
        return None
    return {
        "labels": [frequency.label for frequency in rated[0].frequencies],
        "rows": [[frequency.count for frequency in result.frequencies] for result in rated],
        "percents": [[frequency.percent for frequency in result.frequencies] for result in rated],
    }


def _rows(found: Breakdown) -> list[dict[str, Any]]:
    return [_row(row) for row in found.rows]


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "rank": row.rank,
        "responses": row.responses,
        **part_facts(row.part, hidden=row.is_hidden),
        "means": [None if row.is_hidden else part.mean for part in row.parts],
        "levels": ["" if row.is_hidden else part.level for part in row.parts],
    }


def _compared(reading: Reading, book: Book, period: Period) -> dict[str, Any] | None:
    """The year before beside this one: the whole and the sections. None where that year has no answers."""
    earlier = Period(period.kind, period.year - 1, period.semester)
    found = comparison_of(reading, book, earlier, period)
    if not found.responses[0]:
        return None
    return {
        "label": earlier.label,
        "responses": found.responses[0],
        "rows": [
            {
                "title": row.name,
                "whole": row.strong,
                "before": row.before.mean,
                "after": row.after.mean,
                "change": row.comparison.difference,
            }
            for row in found.rows
            if row.comparison and (row.strong or row.is_section)
        ],
    }


def _trend(reading: Reading, book: Book, whole: Measure, period: Period) -> list[dict[str, Any]]:
    """The whole over the years up to this one; ``cut``: why it may not be joined to what stands before."""
    points: Iterable = trend_of(reading.over(), book, whole, period.kind).points
    return [
        {"label": point.period.short, "cut": point.cut, **part_facts(point.row.part)}
        for point in points
        if point.period.year <= period.year
    ][-6:]
