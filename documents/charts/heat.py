"""A table whose cells are shaded: who is weak in what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.charts.base import LONG

MOST_HEAT = 5
"""Shades of a heat map (css/charts.css)."""


@dataclass(frozen=True)
class HeatRow:
    """One row of a heat map: what is printed in each cell, and its shade; 0 where there is nothing to shade."""

    name: str
    texts: Sequence[str]
    shades: Sequence[int]


@dataclass(frozen=True)
class HeatChart:
    """Numbers in a table whose cells are the darker the higher they are: who is weak in what.

    Every cell says its number, so that it is read in grey and aloud; ``legend``: (shade, word) from the highest down,
    shades from 1 (lightest) to 5.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[HeatRow]
    heading: str = "รายการ"
    legend: Sequence[tuple[int, str]] = ()
    kind = "heat"

    @property
    def is_long(self) -> bool:
        return len(self.rows) > LONG

    def lines(self) -> Iterator[tuple[str, list[tuple[str, int]]]]:
        """The name and the (text, shade) of the cells of each row."""
        for row in self.rows:
            shades = [min(max(shade, 0), MOST_HEAT) for shade in row.shades]
            yield row.name, list(zip(row.texts, shades, strict=True))
