"""Bars of 100 percent: how often each answer was given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.charts.base import LONG, SHADES, is_dark, plain

LABEL_ROOM = 9
"""Percent of a stacked bar below which a part is too narrow for its label."""


@dataclass(frozen=True)
class Stack:
    """One stacked bar: how many fall to each part, in the order of the chart's parts."""

    name: str
    counts: Sequence[int]
    note: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Part:
    """One part of one stacked bar, in percent of its length. ``label`` is empty where there is no room."""

    start: str
    size: str
    color: str
    middle: int
    label: str
    light: bool


@dataclass(frozen=True)
class StackedChart:
    """Frequencies as bars of 100 percent. ``parts``: what the counts are of, e.g. the words of a scale."""

    title: str
    parts: Sequence[str]
    stacks: Sequence[Stack]
    heading: str = "รายการ"
    kind = "stacks"

    @property
    def colors(self) -> list[str]:
        shades = SHADES.get(len(self.parts)) or SHADES[max(SHADES)]
        return [shades[at * len(shades) // len(self.parts)] for at in range(len(self.parts))]

    @property
    def is_long(self) -> bool:
        return len(self.stacks) > LONG

    def legend(self) -> list[tuple[str, str]]:
        return list(zip(self.parts, self.colors, strict=True))

    def rows(self) -> Iterator[tuple[Stack, list[Part]]]:
        for stack in self.stacks:
            made, start, total = [], Decimal(0), stack.total
            for count, color in zip(stack.counts, self.colors, strict=True):
                if count:
                    size = Decimal(100 * count) / total
                    label = str(count) if size >= LABEL_ROOM else ""
                    middle = round(start + size / 2)
                    made.append(Part(plain(start), plain(size), color, middle, label, is_dark(color)))
                    start += size
            yield stack, made
