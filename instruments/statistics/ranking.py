"""ลำดับที่, needs (PNI) and progress: what is first, and what has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from .exact import Number, rounded, rounded_root
from .summary import Summary


class Ordered(Protocol):
    def __lt__(self, other, /) -> bool: ...


def ranks(values: Iterable[Ordered | None]) -> list[int | None]:
    """ลำดับที่, the highest first: equals share a rank and the next rank is skipped (1, 2, 2, 4).

    Give the values as they are printed, so that what looks equal is ranked as equal. None has no rank.
    """
    values = list(values)
    ordered = sorted((value for value in values if value is not None), reverse=True)
    first = {}
    for place, value in enumerate(ordered, start=1):
        first.setdefault(value, place)
    return [None if value is None else first[value] for value in values]


def pni_modified(current: Number | None, desired: Number | None, places: int = 3) -> Decimal | None:
    """PNI modified = (I − D) / D, the need as a share of what there is; three decimals.

    I (``desired``) is the mean of สภาพที่ควรจะเป็น, D (``current``) that of สภาพที่เป็นอยู่. None where one is missing
    or D is zero. Source: นงลักษณ์ วิรัชชัย และสุวิมล ว่องวาณิช.
    """
    if current is None or desired is None or not current:
        return None
    return rounded((Fraction(desired) - Fraction(current)) / Fraction(current), places)


def pni(current: Number | None, desired: Number | None, places: int = 2) -> Decimal | None:
    """PNI = (I − D) × I, the older index: the need weighed by its importance; its order may differ.

    None where one is missing. Source: นงลักษณ์ วิรัชชัย และสุวิมล ว่องวาณิช.
    """
    if current is None or desired is None:
        return None
    return rounded((Fraction(desired) - Fraction(current)) * Fraction(desired), places)


def change(before: Number | None, after: Number | None) -> Decimal | None:
    """Progress as a difference: after − before, two decimals; None where one is missing."""
    return None if before is None or after is None else rounded(Fraction(after) - Fraction(before))


def percent_change(before: Number | None, after: Number | None) -> Decimal | None:
    """ร้อยละการเปลี่ยนแปลง = (after − before) / before × 100, two decimals; None where one is missing or before is zero."""
    if before is None or after is None or not before:
        return None
    return rounded(100 * (Fraction(after) - Fraction(before)) / abs(Fraction(before)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same question in two periods. All figures come from the exact means, so that nothing is rounded twice."""

    before: Summary
    after: Summary

    @property
    def difference(self) -> Decimal | None:
        return change(self.before.exact_mean, self.after.exact_mean)

    @property
    def percent(self) -> Decimal | None:
        return percent_change(self.before.exact_mean, self.after.exact_mean)

    @property
    def effect(self) -> Decimal | None:
        """Cohen's d = (x̄₂ − x̄₁) / S.D. pooled over both; 0.20 small, 0.50 medium, 0.80 large.

        None where a period has fewer than two answers or nothing varies. Source: Cohen (1988), two independent groups.
        """
        spread = self.before.variance, self.after.variance
        if spread[0] is None or spread[1] is None:
            return None
        first, second = self.before.n - 1, self.after.n - 1
        pooled = (first * spread[0] + second * spread[1]) / (first + second)
        if not pooled:
            return None
        gap = Fraction(self.after.total) / self.after.n - Fraction(self.before.total) / self.before.n
        size = rounded_root(gap * gap / pooled)
        return -size if gap < 0 and size else size


def compare(before: Summary, after: Summary) -> Comparison:
    """n, x̄, S.D. of both periods, their difference, percent of change and effect size."""
    return Comparison(before, after)
