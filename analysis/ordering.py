"""Results in the order that a person asks for; the same in the table, the chart, the paper and the workbook."""

from collections.abc import Iterable
from typing import Any

from analysis.queries import SectionResult
from thai.text import thai_sort_key


def ordered(rows: Iterable[Any], key: str, *, descending: bool) -> list:
    """By "number" as they come; else what has no value stands last, whichever way."""
    rows = list(rows)
    if key == "number":
        return rows[::-1] if descending else rows
    valued = [(value, row) for row in rows if (value := _value(row, key)) is not None]
    found = [row for _, row in sorted(valued, key=lambda pair: pair[0], reverse=descending)]
    return found + [row for row in rows if _value(row, key) is None]


def _value(row: Any, key: str) -> Any:
    if key == "name":
        return thai_sort_key(_name(row))
    if getattr(row, "is_hidden", False):
        return None
    part, need = getattr(row, "part", None), getattr(row, "need", None)
    match key:
        case "n":
            return part.n if part else getattr(row, "n", None)
        case "mean":
            return part.mean if part else need.modified if need else None
        case "sd":
            return part.sd if part else None
    return getattr(row, key, None)


def _name(row: Any) -> str:
    if isinstance(row, SectionResult):
        return row.section.title
    return row.line.text if hasattr(row, "line") else row.name
