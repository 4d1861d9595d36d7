"""A radar: the sections of a form as axes, one beside another or before and after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, pi, sin

from documents.charts.bars import Bar, BarChart
from documents.charts.base import STYLES, Number, cut, plain, share, ticks
from documents.charts.lines import Label, Mark, Series

FEWEST, MOST = 3, 10
"""Axes of a radar: of fewer there is no shape, of more nobody reads it."""
LETTERS = "กขคงจฉชซฌญ"
"""Name the axes: titles of sections are long and begin with numbers of their own."""
Point = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class RadarChart:
    """Values of the axes (3 to 10) for each series, from ``low`` in the middle to ``high``.

    An axis bears a letter, which the table beside the shape tells with the whole name and the numbers: so a name of any
    length fits on a phone and on paper. ``whole``: one value for each series, of all axes together; it is no axis.
    """

    title: str
    axes: Sequence[str]
    series: Sequence[Series]
    low: Number = 0
    high: Number = 5
    whole: Sequence[Number | None] = ()
    heading: str = "ด้าน"
    kind = "radar"

    size, middle, radius, letters = 300, 150, 116, 136
    """Of the drawing: its sides, its middle, how far the axes and their letters reach."""

    @property
    def height(self) -> int:
        """Of the drawing: down to the lowest letter."""
        lowest = max(self._at(axis, Decimal(self.letters))[1] for axis in range(len(self.axes)))
        return round(lowest) + self.size - self.middle - self.letters

    @property
    def rings(self) -> list[str]:
        """The corners of each ring, one for each number of the axis."""
        steps = ticks(self.low, self.high)[1:]
        return [_points(self._at(axis, self._length(step)) for axis in range(len(self.axes))) for step in steps]

    @property
    def spokes(self) -> list[tuple[str, str]]:
        """Where each axis ends."""
        ends = (self._at(axis, Decimal(self.radius)) for axis in range(len(self.axes)))
        return [(plain(x), plain(y)) for x, y in ends]

    def scale(self) -> Iterator[tuple[Decimal, int]]:
        """The numbers along the first axis, with their height in percent."""
        for step in ticks(self.low, self.high):
            yield step, round(100 * self._at(0, self._length(step))[1] / self.height)

    def names(self) -> Iterator[Label]:
        """The letter at the end of each axis, in percent of the drawing."""
        for axis, letter in zip(range(len(self.axes)), LETTERS, strict=False):
            x, y = self._at(axis, Decimal(self.letters))
            yield Label(letter, round(100 * x / self.size), round(100 * y / self.height))

    def shapes(self) -> Iterator[tuple[str, str, str]]:
        """Corners, colour and dashes of every series that has a value on all axes, the first one on top."""
        for series, (color, dashes, _) in self._backwards():
            if None not in series.values:
                yield _points(self._points_of(series)), color, dashes

    def lines(self) -> Iterator[tuple[str, str, str]]:
        """Points, colour and dashes of what may be joined of the others: nothing across a missing value."""
        for series, (color, dashes, _) in self._backwards():
            if None in series.values:
                for stretch in self._stretches(series.values):
                    if len(stretch) > 1:
                        yield _points(stretch), color, dashes

    def marks(self) -> Iterator[Mark]:
        for series, (color, _, shape) in self._backwards():
            for x, y in self._points_of(series):
                yield Mark(cut(x), cut(y), shape, color)

    def legend(self) -> Iterator[tuple[str, str, str, Mark]]:
        """Name, colour, dashes and mark of each series."""
        for series, (color, dashes, shape) in zip(self.series, STYLES, strict=False):
            yield series.name, color, dashes, Mark(Decimal(20), Decimal(8), shape, color)

    def table(self) -> Iterator[tuple[str, str, list[str]]]:
        """The letter and name of each axis with its numbers; at last the whole, which has no letter."""
        for axis, (letter, name) in enumerate(zip(LETTERS, self.axes, strict=False)):
            yield letter, name, [_text(series.values[axis]) for series in self.series]
        if self.whole:
            yield "", "ภาพรวม", [_text(value) for value in self.whole]

    def _backwards(self) -> list[tuple[Series, tuple[str, str, str]]]:
        return list(zip(self.series, STYLES, strict=False))[::-1]

    def _length(self, value: Number) -> Decimal:
        return share(value, self.low, self.high) * self.radius / 100

    def _at(self, axis: int, length: Decimal) -> Point:
        """The place so far from the middle along an axis; the first goes up, the others follow clockwise."""
        turn = 2 * pi * axis / len(self.axes)
        return self.middle + length * Decimal(sin(turn)), self.middle - length * Decimal(cos(turn))

    def _points_of(self, series: Series) -> list[Point]:
        return [self._at(axis, self._length(value)) for axis, value in enumerate(series.values) if value is not None]

    def _stretches(self, values: Sequence[Number | None]) -> list[list[Point]]:
        """Neighbours that have values; the last axis is a neighbour of the first."""
        first = values.index(None)
        stretches: list[list[Point]] = [[]]
        for step in range(1, len(values) + 1):
            axis = (first + step) % len(values)
            value = values[axis]
            if value is None:
                stretches.append([])
            else:
                stretches[-1].append(self._at(axis, self._length(value)))
        return stretches


def radar_chart(
    title: str,
    axes: Sequence[str],
    series: Sequence[Series],
    *,
    low: Number = 0,
    high: Number = 5,
    whole: Sequence[Number | None] = (),
    heading: str = "ด้าน",
) -> RadarChart | BarChart:
    """A radar of 3 to 10 axes; of fewer or more, bars, each axis with its series one below another."""
    if FEWEST <= len(axes) <= MOST:
        return RadarChart(title, axes, series, low, high, whole, heading)
    rows = [(name, [one.values[at] for one in series], False) for at, name in enumerate(axes)]
    rows += [("ภาพรวม", list(whole), True)] if whole else []
    bars = [
        Bar(f"{name} · {one.name}" if len(series) > 1 else name, value, _text(value), strong=strong)
        for name, values, strong in rows
        for one, value in zip(series, values, strict=True)
    ]
    return BarChart(title, bars, low, high, (heading, "ค่าเฉลี่ย", ""))


def _points(places) -> str:
    return " ".join(f"{plain(x)},{plain(y)}" for x, y in places)


def _text(value: Number | None) -> str:
    return "-" if value is None else f"{Decimal(value):.2f}"
