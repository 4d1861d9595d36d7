"""Lines over periods: how something goes on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from documents.charts.base import STYLES, Number, cut, plain, share, ticks


@dataclass(frozen=True)
class Series:
    """One line: a value for each period, None where there is none."""

    name: str
    values: Sequence[Number | None]


@dataclass(frozen=True)
class Mark:
    """One point of a line, in the units of the drawing."""

    x: Decimal
    y: Decimal
    shape: str
    color: str

    @property
    def points(self) -> str:
        """The corners of a mark that is not round."""
        corners = {
            "square": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
            "diamond": ((0, -7), (7, 0), (0, 7), (-7, 0)),
            "triangle": ((0, -7), (7, 5), (-7, 5)),
        }[self.shape]
        return " ".join(f"{self.x + x},{self.y + y}" for x, y in corners)


@dataclass(frozen=True)
class Label:
    text: str
    x: int
    y: int
    below: bool = False


@dataclass(frozen=True)
class LineChart:
    """Lines over periods. ``breaks``: {position of a period: why nothing may be joined to what stands before it}.

    ``notes`` stand under the names of the periods, e.g. "n = 37".
    """

    title: str
    periods: Sequence[str]
    series: Sequence[Series]
    low: Number = 0
    high: Number = 5
    breaks: Mapping[int, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    heading: str = "ช่วงเวลา"
    kind = "lines"

    width, height = 520, 240

    @property
    def axis(self) -> list[tuple[Decimal, int]]:
        """Each tick with its height in percent from the top."""
        return [(tick, self._percent(tick)) for tick in ticks(self.low, self.high)]

    @property
    def grid(self) -> list[str]:
        return [plain(self._y(tick)) for tick, _ in self.axis]

    @property
    def is_wide(self) -> bool:
        """Whether a phone must scroll it sideways."""
        return len(self.periods) > 5

    @property
    def shows_labels(self) -> bool:
        """Numbers stand at the points of one or two lines; of more they would cover each other, and go below."""
        return len(self.series) <= 2

    @property
    def columns(self) -> list[tuple[str, str, str, bool]]:
        """Name, note and break of each period, and whether the words of the break go to the left of its line."""
        notes = [*self.notes, *[""] * (len(self.periods) - len(self.notes))]
        return [
            (name, notes[at], self.breaks.get(at, ""), 2 * at > len(self.periods))
            for at, name in enumerate(self.periods)
        ]

    @property
    def break_lines(self) -> list[str]:
        return [plain(Decimal(self.width) * at / len(self.periods)) for at in sorted(self.breaks) if at]

    def lines(self) -> Iterator[tuple[str, str, str]]:
        """Points, colour and dashes of every stretch that may be joined."""
        for number, series in enumerate(self.series):
            color, dashes, _ = STYLES[number % len(STYLES)]
            for stretch in self._stretches(series.values):
                if len(stretch) > 1:
                    yield " ".join(f"{plain(x)},{plain(y)}" for x, y in stretch), color, dashes

    def marks(self) -> Iterator[Mark]:
        for number, series in enumerate(self.series):
            color, _, shape = STYLES[number % len(STYLES)]
            for at, value in enumerate(series.values):
                if value is not None:
                    yield Mark(cut(self._x(at)), cut(self._y(value)), shape, color)

    def labels(self) -> Iterator[Label]:
        """The number at each point: above the higher of two, below the lower."""
        for number, series in enumerate(self.series):
            rival = self.series[1 - number].values if len(self.series) == 2 else None
            for at, value in enumerate(series.values):
                if value is not None:
                    other = rival[at] if rival else None
                    below = other is not None and (value < other or (value == other and number == 1))
                    x = int((2 * at + 1) * 50 / len(self.periods))
                    yield Label(f"{value:f}", x, self._percent(value), below)

    def legend(self) -> Iterator[tuple[str, str, str, Mark]]:
        """Name, colour, dashes and mark of each line; nothing to explain where there is one."""
        if len(self.series) > 1:
            for number, series in enumerate(self.series):
                color, dashes, shape = STYLES[number % len(STYLES)]
                yield series.name, color, dashes, Mark(Decimal(20), Decimal(8), shape, color)

    def table(self) -> Iterator[tuple[str, list[str], str]]:
        """Period, the number of each line, and the break before it."""
        for at, (name, _, why, _) in enumerate(self.columns):
            values = [series.values[at] for series in self.series]
            yield name, ["-" if value is None else f"{value:f}" for value in values], why

    def _x(self, at: int) -> Decimal:
        return Decimal(self.width * (2 * at + 1)) / (2 * len(self.periods))

    def _y(self, value: Number) -> Decimal:
        return (100 - share(value, self.low, self.high)) * self.height / 100

    def _percent(self, value: Number) -> int:
        return round(100 - share(value, self.low, self.high))

    def _stretches(self, values: Sequence[Number | None]) -> list[list[tuple[Decimal, Decimal]]]:
        stretches: list[list[tuple[Decimal, Decimal]]] = [[]]
        for at, value in enumerate(values):
            if value is None or at in self.breaks:
                stretches.append([])
            if value is not None:
                stretches[-1].append((self._x(at), self._y(value)))
        return stretches
