"""Statistics by the Thai conventions: halves rounded up, two decimals, n always, "-" where undefined.

Sums of whole numbers stay whole until the last step, so that a mean of 901/200 is 4.51 and never 4.50.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import isqrt

UNDEFINED = "-"


def ratio(numerator: int, denominator: int, places: int = 2) -> int:
    """numerator / denominator in units of 10^-places, halves away from zero; the denominator is above zero."""
    scaled = abs(numerator) * 10**places
    rounded = (2 * scaled + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def as_decimal(units: int | None, places: int = 2) -> Decimal | None:
    """Units of 10^-places as a Decimal with exactly so many decimals."""
    return None if units is None else Decimal(units).scaleb(-places)


def show(value: Decimal | None) -> str:
    """The number as a table prints it; "-" where it is undefined."""
    return UNDEFINED if value is None else f"{value:f}"


def deviation(n: int, total: int, squares: int, *, population: bool = False) -> int | None:
    """Standard deviation in hundredths from n, Σx and Σx²; None where it is undefined (n below 2, or 1 for σ).

    The sample S.D. divides by n−1, the population's σ by n. The root is rounded exactly, halves up.
    """
    divisor = n * (n if population else n - 1)
    if divisor <= 0:
        return None
    spread = n * squares - total * total
    return (isqrt(40_000 * spread // divisor) + 1) // 2


@dataclass(frozen=True, slots=True)
class Summary:
    """n, Σx and Σx² of whole-number answers: all that x̄ and S.D. need, and they add up."""

    n: int = 0
    total: int = 0
    squares: int = 0

    @classmethod
    def of(cls, values: Iterable[int]) -> "Summary":
        values = list(values)
        return cls(len(values), sum(values), sum(value * value for value in values))

    @classmethod
    def of_frequencies(cls, counts: Mapping[int, int]) -> "Summary":
        """From {value: how many}."""
        return cls(
            sum(counts.values()),
            sum(value * count for value, count in counts.items()),
            sum(value * value * count for value, count in counts.items()),
        )

    def __add__(self, other: "Summary") -> "Summary":
        """The pooled summary of both groups."""
        return Summary(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def hundredths(self) -> int | None:
        """The mean, rounded, in hundredths: what a level is decided on."""
        return ratio(self.total, self.n) if self.n else None

    @property
    def mean(self) -> Decimal | None:
        return as_decimal(self.hundredths)

    @property
    def sd(self) -> Decimal | None:
        """Sample standard deviation (n−1)."""
        return as_decimal(deviation(self.n, self.total, self.squares))

    @property
    def sigma(self) -> Decimal | None:
        """Standard deviation of a whole population (n)."""
        return as_decimal(deviation(self.n, self.total, self.squares, population=True))


def mean_of_means(groups: Iterable[Summary]) -> Decimal | None:
    """The mean of the groups' exact means, each group counting once; not the pooled mean."""
    means = [Decimal(group.total) / group.n for group in groups if group.n]
    if not means:
        return None
    return (sum(means, Decimal(0)) / len(means)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def percent(part: int, whole: int) -> Decimal | None:
    """Part of whole in percent with two decimals; None where there is nothing to be a part of."""
    return as_decimal(ratio(100 * part, whole)) if whole else None


def frequencies(values: Iterable[int], scale: Iterable[int]) -> list[tuple[int, int, Decimal | None]]:
    """(value, how many, percent) for each value of the scale, in its order."""
    values = list(values)
    return [(point, values.count(point), percent(values.count(point), len(values))) for point in scale]


def pni_modified(current: Decimal | None, desired: Decimal | None, places: int = 3) -> Decimal | None:
    """PNI modified = (I − D) / D; None where D is missing or zero."""
    if current is None or desired is None or not current:
        return None
    return ((desired - current) / current).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
