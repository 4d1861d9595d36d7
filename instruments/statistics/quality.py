"""Quality of an instrument before it is used: IOC, reliability, difficulty and discrimination."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .exact import rounded, rounded_root
from .summary import Summary

IOC_LEAST = Decimal("0.50")
IOC_EXPERTS = 3
ALPHA_LEAST = Decimal("0.70")
ITEM_TOTAL_LEAST, ITEM_TOTAL_TOLERATED = Decimal("0.30"), Decimal("0.20")
DIFFICULTY_RANGE = Decimal("0.20"), Decimal("0.80")
DISCRIMINATION_LEAST = Decimal("0.20")

Matrix = Sequence[Sequence[int]]
"""A row per person, a column per item; complete: who left an item out is left out by the caller, and counted."""


@dataclass(frozen=True, slots=True)
class Congruence:
    """IOC of one question. ``passes`` is None where fewer than three experts have judged."""

    n: int
    total: int

    @property
    def value(self) -> Decimal | None:
        return rounded(Fraction(self.total, self.n)) if self.n else None

    @property
    def passes(self) -> bool | None:
        if self.n < IOC_EXPERTS:
            return None
        return Fraction(self.total, self.n) >= Fraction(IOC_LEAST)


def ioc(ratings: Sequence[int]) -> Congruence:
    """IOC = ΣR / N of the experts' R ∈ {+1, 0, −1}; 0.50 and above is congruent, three experts at least.

    The decision is made on the exact value. Raises ValueError for any other rating.
    Source: Rovinelli and Hambleton (1977); the limit as used in Thai instrument development.
    """
    if any(rating not in (-1, 0, 1) for rating in ratings):
        raise ValueError("IOC takes +1, 0 and -1 only")
    return Congruence(len(ratings), sum(ratings))


def cronbach_alpha(matrix: Matrix, places: int = 3) -> Decimal | None:
    """Cronbach's α = k/(k−1) · (1 − ΣSᵢ²/Sₜ²): how far the items measure the same; 0.70 and above is accepted.

    None with fewer than two items or persons, or where all persons have the same total. Source: Cronbach (1951).
    """
    k = _items(matrix)
    if k < 2:
        return None
    whole = Summary.of(sum(row) for row in matrix).variance
    if not whole:
        return None
    parts = sum((_variance(matrix, item) for item in range(k)), Fraction(0))
    return rounded(Fraction(k, k - 1) * (1 - parts / whole), places)


def alphas_without(matrix: Matrix, places: int = 3) -> list[Decimal | None]:
    """α of the others for each item left out: higher than α of all means that the item does harm. One pass per item."""
    k = _items(matrix)
    if k < 3:
        return [None] * k
    parts = [_variance(matrix, item) for item in range(k)]
    totals = [sum(row) for row in matrix]
    found = []
    for item, part in enumerate(parts):
        rest = Summary.of(total - row[item] for total, row in zip(totals, matrix, strict=True)).variance
        share = (sum(parts, Fraction(0)) - part) / rest if rest else None
        found.append(None if share is None else rounded(Fraction(k - 1, k - 2) * (1 - share), places))
    return found


def item_total(matrix: Matrix, item: int) -> Decimal | None:
    """Corrected item-total correlation: Pearson's r of one item (0-based) with the sum of all the others.

    0.30 and above is good, 0.20 tolerated, below it the item is rewritten. The item itself is left out of the total,
    because it would agree with itself. None where the item or the rest does not vary.
    """
    pairs = [(row[item], sum(row) - row[item]) for row in matrix]
    return correlation(pairs) if _items(matrix) > 1 else None


def correlation(pairs: Sequence[tuple[int, int]], places: int = 2) -> Decimal | None:
    """Pearson's r of whole-number pairs; None with fewer than two pairs or where one side does not vary."""
    n = len(pairs)
    x, y = Summary.of(a for a, _ in pairs), Summary.of(b for _, b in pairs)
    spread = (n * x.squares - x.total * x.total) * (n * y.squares - y.total * y.total)
    if not spread:
        return None
    together = n * sum(a * b for a, b in pairs) - x.total * y.total
    size = rounded_root(Fraction(together * together) / spread, places)
    return -size if together < 0 and size else size


def difficulty(right: int, n: int) -> Decimal | None:
    """p = R / N, the share of right answers of an item of a test; 0.20–0.80 is usable. None where nobody answered."""
    return rounded(Fraction(right, n)) if n else None


@dataclass(frozen=True, slots=True)
class Discrimination:
    """r of one item, with the size of each group that it comes from."""

    group: int
    upper: Fraction
    lower: Fraction

    @property
    def value(self) -> Decimal | None:
        return rounded((self.upper - self.lower) / self.group) if self.group else None


def discrimination(totals: Sequence[int], right: Sequence[bool], *, percent: int = 50) -> Discrimination:
    """r = (R_U − R_L) / n of a group: do the better pupils get the item right more often; 0.20 and above is good.

    Upper and lower group are each ``percent`` (27 or 50) of the persons by their total, halves rounded up but never
    more than half of all. Where several persons share the total at the edge of a group, each counts with the same
    fraction, so that the order in which persons are listed changes nothing. Source: Kelley (1939) for 27 percent.
    """
    n = len(totals)
    group = min((2 * percent * n + 100) // 200, n // 2)
    return Discrimination(
        group, _right_in(totals, right, group, best=True), _right_in(totals, right, group, best=False)
    )


def _right_in(totals: Sequence[int], right: Sequence[bool], group: int, *, best: bool) -> Fraction:
    """Right answers among the ``group`` best (or weakest) persons."""
    if not group:
        return Fraction(0)
    edge = sorted(totals, reverse=best)[group - 1]
    inside = [hit for total, hit in zip(totals, right, strict=True) if (total > edge if best else total < edge)]
    tied = [hit for total, hit in zip(totals, right, strict=True) if total == edge]
    return sum(inside) + Fraction(sum(tied) * (group - len(inside)), len(tied))


def kr20(matrix: Matrix, places: int = 2) -> Decimal | None:
    """KR-20 = k/(k−1) · (1 − Σpq/S²) of a test of right (1) and wrong (0) answers; S² of the totals divides by N.

    The variance divides by N (not N−1), as p·q does, and any table that shows KR-20 says so. None with fewer than two
    items or where all totals are the same. Source: Kuder and Richardson (1937).
    """
    n, k = len(matrix), _items(matrix)
    if k < 2:
        return None
    whole = Summary.of(sum(row) for row in matrix)
    spread = Fraction(n * whole.squares - whole.total * whole.total) / (n * n)
    if not spread:
        return None
    shares = [Fraction(sum(row[item] for row in matrix), n) for item in range(k)]
    return rounded(Fraction(k, k - 1) * (1 - sum((p * (1 - p) for p in shares), Fraction(0)) / spread), places)


def _items(matrix: Matrix) -> int:
    """How many items the matrix has; 0 where there is nobody. Raises ValueError where a row is longer than another."""
    lengths = {len(row) for row in matrix}
    if len(lengths) > 1:
        raise ValueError("every person answers every item")
    return lengths.pop() if lengths else 0


def _variance(matrix: Matrix, item: int) -> Fraction:
    return Summary.of(row[item] for row in matrix).variance or Fraction(0)
