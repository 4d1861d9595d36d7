"""How many of all were reached: apart by group or size, or month by month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.charts.base import LONG, percent, plain, share


@dataclass(frozen=True)
class Covered:
    """One row: ``done`` of ``total``; ``done`` is None of a month that is still to come.

    ``new``: how many of ``done`` came with this row; ``expected``: how many were to be reached by then; ``missing``:
    the names of those that were not.
    """

    name: str
    done: int | None
    total: int
    new: int = 0
    expected: int | None = None
    missing: Sequence[str] = ()
    strong: bool = False
    """The whole among its parts."""

    @property
    def text(self) -> str:
        """ "8 จาก 10 (80.00)" """
        return "-" if self.done is None else f"{self.number} จาก {self.total:,} ({self.percent})"

    @property
    def number(self) -> str:
        return "-" if self.done is None else f"{self.done:,}"

    @property
    def percent(self) -> str:
        return "-" if self.done is None else percent(self.done, self.total)


@dataclass(frozen=True)
class Reach:
    """What is drawn of one row, in percent of the whole: how long it is up to then and what came with it; the left edges
    of the mark and of the white around it, empty where there is none."""

    old: str
    new: str
    mark: str
    halo: str


@dataclass(frozen=True)
class CoverageChart:
    """Bars that fill as far as was reached. A thin mark says how far it should be (``expected`` names it).

    ``new`` names what came with a row, where rows go on from each other; empty where they stand apart. Names of who was
    not reached go into the table.
    """

    title: str
    rows: Sequence[Covered]
    heading: str = "รายการ"
    reached: str = "ได้รับการนิเทศแล้ว"
    expected: str = "ตามแผน"
    missed: str = "ยังไม่ได้รับการนิเทศ"
    new: str = ""
    unit: str = "โรงเรียน"
    kind = "coverage"

    @property
    def is_long(self) -> bool:
        return len(self.rows) > LONG

    @property
    def has_marks(self) -> bool:
        return any(row.expected is not None for row in self.rows)

    @property
    def names(self) -> int:
        """How many were not reached, and are named."""
        return len({name for row in self.rows for name in row.missing})

    def reaches(self) -> Iterator[tuple[Covered, Reach]]:
        for row in self.rows:
            done = _share(row.done or 0, row.total)
            old = _share(max((row.done or 0) - row.new, 0), row.total) if self.new else done
            mark = _share(row.expected, row.total) if row.expected is not None and row.total else None
            at = None if mark is None else min(max(mark, Decimal("0.8")), Decimal("99.2"))
            edges = ("", "") if at is None else (plain(at - Decimal("0.3")), plain(at - Decimal("0.8")))
            yield row, Reach(plain(old), plain(done - old), *edges)


def _share(part: int, whole: int) -> Decimal:
    return share(part, 0, whole) if whole else Decimal(0)
