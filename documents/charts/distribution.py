"""How many schools, or answers, fall to each level of quality, and where their mean lies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.charts.base import Number, percent, plain, share, ticks, top
from documents.charts.lines import Label

HEAD = 30
"""Percent of the drawing above the highest column: for its numbers and the word of the mean."""
GAP = Decimal(14)
"""Percent of a column's room that stays free on both sides of it."""
EDGE = 14
"""Percent from the edge within which the word of the mean stands beside its line, not over it."""


@dataclass(frozen=True)
class Level:
    """One level: how many fall to it, and the lowest and highest value that belong to it."""

    name: str
    count: int
    low: Number
    high: Number
    said: str = ""
    """The range in words, where its ends would say something else."""

    @property
    def range(self) -> str:
        return self.said or f"{self.low}–{self.high}"


@dataclass(frozen=True)
class DistributionChart:
    """A column for each level, from the lowest to the highest, with n and percent; a line where the mean lies.

    Columns are equally wide whatever the range of their level, and the mean stands within its own. ``unit``: what is
    counted; ``of``: what the mean is of.
    """

    title: str
    levels: Sequence[Level]
    mean: Decimal | None = None
    sd: Decimal | None = None
    unit: str = "โรงเรียน"
    of: str = "ค่าเฉลี่ยของโรงเรียน"
    heading: str = "ระดับ"
    kind = "distribution"

    @property
    def n(self) -> int:
        return sum(level.count for level in self.levels)

    @property
    def is_wide(self) -> bool:
        """Whether a phone must scroll it sideways."""
        return len(self.levels) > 6

    @property
    def axis(self) -> list[tuple[Decimal, int]]:
        """Whole numbers with their height in percent from the top."""
        return [(tick, round(self._y(tick))) for tick in ticks(0, self._top) if tick == int(tick)]

    @property
    def grid(self) -> list[str]:
        return [plain(self._y(tick)) for tick, _ in self.axis]

    def columns(self) -> Iterator[tuple[str, str, str, str]]:
        """x, y, width and height of each column, in percent."""
        width = self._room - 2 * GAP * self._room / 100
        for at, level in enumerate(self.levels):
            y = self._y(level.count)
            yield plain(self._room * at + GAP * self._room / 100), plain(y), plain(width), plain(100 - y)

    def labels(self) -> Iterator[tuple[Label, str]]:
        """How many stand on each column, and what percent that is."""
        for at, level in enumerate(self.levels):
            x = round(self._room * at + self._room / 2)
            yield Label(str(level.count), x, round(self._y(level.count))), percent(level.count, self.n)

    @property
    def mean_at(self) -> Decimal | None:
        """Where the mean lies from left to right, in percent."""
        if self.mean is None or not self.levels:
            return None
        at = max((at for at, level in enumerate(self.levels) if level.low <= self.mean), default=0)
        level = self.levels[at]
        within = share(self.mean, level.low, level.high) if level.high > level.low else Decimal(50)
        return self._room * (at + within / 100)

    @property
    def mean_mark(self) -> tuple[str, str, int, str] | None:
        """The left edges of the mean's line and of the white around it, where its word stands, and to which side."""
        if self.mean_at is None:
            return None
        line = min(max(self.mean_at, Decimal("0.8")), Decimal("99.2"))
        side = "after" if line < EDGE else "before" if line > 100 - EDGE else "over"
        return plain(line - Decimal("0.3")), plain(line - Decimal("0.8")), round(line), side

    def table(self) -> Iterator[tuple[str, str, int, str]]:
        """Name, range, how many and what percent of each level."""
        for level in self.levels:
            yield level.name, level.range, level.count, percent(level.count, self.n)

    @property
    def total(self) -> str:
        """Of all, as a percent."""
        return percent(self.n, self.n)

    @property
    def _room(self) -> Decimal:
        return Decimal(100) / len(self.levels)

    @property
    def _top(self) -> Decimal:
        return top(level.count for level in self.levels)

    def _y(self, count: Number) -> Decimal:
        return 100 - share(count, 0, self._top) * (100 - HEAD) / 100
