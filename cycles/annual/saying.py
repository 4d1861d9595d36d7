"""How a sentence is made of numbers: each number that it says is kept as a fact, under a name that people read."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from zlib import crc32

from instruments.statistics import percent, show, show_signed
from thai.numerals import format_number

NAMED = 3
"""So many are named one by one; of more it is said how many there are."""


class Said:
    """The facts of one paragraph: what each number in it is, and how it is printed."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.facts: dict[str, str] = {}

    def number(self, label: str, value: int | None) -> str:
        """A count with thousands commas."""
        return self.text(label, format_number(value or 0))

    def share(self, label: str, part: int, whole: int) -> str:
        """Part of whole in percent, two decimals; "-" of nothing."""
        return self.text(label, show(percent(part, whole)))

    def mean(self, label: str, value: Any) -> str:
        return self.text(label, show(decimal(value)))

    def change(self, label: str, value: Any) -> str:
        """The size of a difference; its direction is said in words and kept with its sign."""
        found = decimal(value)
        self.facts[label] = show_signed(found)
        return show(abs(found)) if found is not None else "-"

    def text(self, label: str, value: str) -> str:
        """A name or a word that follows from the numbers, e.g. a level or which section is the highest."""
        self.facts[label] = value
        return value

    def stats(self, label: str, part: Mapping[str, Any]) -> str:
        """ "(x̄ = 3.90, S.D. = 0.82)"; without the S.D. where one answer has none."""
        found = f"x̄ = {self.mean(f'x̄ {label}', part['mean'])}"
        if part.get("sd") is not None:
            found += f", S.D. = {self.mean(f'S.D. {label}', part['sd'])}"
        return f"({found})"

    def one_of(self, *ways: str) -> str:
        """One of several ways to say the same: always the same one in the same paragraph."""
        return ways[crc32(self.key.encode()) % len(ways)]


def decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def joined(names: Iterable[str], *, unit: str = "รายการ") -> str:
    """ "ก ข และค": three at most by name, of more how many there are besides."""
    found = list(names)
    if len(found) > NAMED + 1:
        return f"{' '.join(found[:NAMED])} และอีก {len(found) - NAMED} {unit}"
    if len(found) < 2:
        return "".join(found)
    return f"{' '.join(found[:-1])} และ{' ' if found[-1].startswith('“') else ''}{found[-1]}"


def best(rows: Sequence[Mapping[str, Any]], name: str = "mean", *, least: bool = False) -> list[Mapping[str, Any]]:
    """Every row that has the highest (or the lowest) value; those without a value are left out."""
    known = [(value, row) for row in rows if (value := decimal(row[name])) is not None]
    if not known:
        return []
    edge = (min if least else max)(value for value, _ in known)
    return [row for value, row in known if value == edge]


def with_mean(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["mean"] is not None]


def of_levels(rows: Sequence[Mapping[str, Any]], bands: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """How many rows have each level, the highest first; levels that none has are left out."""
    counts = [(band["label"], sum(row["level"] == band["label"] for row in rows)) for band in bands]
    return [(label, count) for label, count in counts if count]
