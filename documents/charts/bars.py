"""Horizontal bars: means, percents, differences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.charts.base import LONG, Number, plain, share, ticks


@dataclass(frozen=True)
class Bar:
    """One bar. ``text`` is the number as printed ("-" where ``value`` is None), ``note`` a word beside it."""

    name: str
    value: Number | None
    text: str = ""
    note: str = ""
    strong: bool = False
    """A total among its parts."""

    @property
    def number(self) -> str:
        return self.text or ("-" if self.value is None else f"{self.value:f}")


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars from ``low`` to ``high``, beginning at zero where zero lies between.

    ``headings``: of the names, the numbers and the notes, for the table.
    """

    title: str
    bars: Sequence[Bar]
    low: Number = 0
    high: Number = 5
    headings: tuple[str, str, str] = ("รายการ", "ค่าเฉลี่ย", "ระดับ")
    unit: str = ""
    kind = "bars"

    @property
    def axis(self) -> list[Decimal]:
        return ticks(self.low, self.high)

    @property
    def grid(self) -> list[str]:
        """Left edges of the grid lines, the last one still inside the drawing."""
        return [plain(min(share(tick, self.low, self.high), Decimal("99.75"))) for tick in self.axis]

    @property
    def has_notes(self) -> bool:
        return any(bar.note for bar in self.bars)

    @property
    def is_long(self) -> bool:
        """Whether it may be broken over pages."""
        return len(self.bars) > LONG

    def rows(self) -> Iterator[tuple[Bar, str, str]]:
        """Each bar with where it begins and how long it is, in percent."""
        base = max(Decimal(self.low), min(Decimal(0), Decimal(self.high)))
        for bar in self.bars:
            ends = sorted((base, base if bar.value is None else Decimal(bar.value)))
            first, last = (share(end, self.low, self.high) for end in ends)
            yield bar, plain(first), plain(last - first)
