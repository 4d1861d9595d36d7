"""n, mean, S.D., frequencies, percent: what every table of results is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isqrt

from .exact import as_decimal, ratio, rounded


def deviation(n: int, total: int | Fraction, squares: int | Fraction, *, population: bool = False) -> int | None:
    """Standard deviation in hundredths from n, Σx and Σx²; None where it is undefined (n below 2, or 1 for σ).

    S.D. = √(Σ(x − x̄)² / (n − 1)); the population's σ divides by n. The root is rounded exactly, halves up.
    """
    divisor = n * (n if population else n - 1)
    if divisor <= 0:
        return None
    spread = n * squares - total * total
    return (isqrt(40_000 * spread // divisor) + 1) // 2


@dataclass(frozen=True, slots=True)
class Summary:
    """n, Σx and Σx² of exact answers: all that x̄ and S.D. need, and they add up.

    Ratings are whole numbers; answers with decimals come as fractions.
    """

    n: int = 0
    total: int | Fraction = 0
    squares: int | Fraction = 0

    @classmethod
    def of(cls, values: Iterable[int | Fraction]) -> "Summary":
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

    def __sub__(self, other: "Summary") -> "Summary":
        """The summary of what is left when ``other``, a part of this group, is taken out."""
        return Summary(self.n - other.n, self.total - other.total, self.squares - other.squares)

    @property
    def exact_mean(self) -> Fraction | None:
        """x̄ = Σx / n, not rounded."""
        return Fraction(self.total) / self.n if self.n else None

    @property
    def variance(self) -> Fraction | None:
        """S.D.² (n − 1), not rounded; None where n is below 2."""
        if self.n < 2:
            return None
        return Fraction(self.n * self.squares - self.total * self.total) / (self.n * (self.n - 1))

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
    means = [mean for group in groups if (mean := group.exact_mean) is not None]
    return rounded(sum(means, Fraction(0)) / len(means)) if means else None


def weighted_mean(groups: Iterable[tuple[int, Decimal | int | Fraction]]) -> Decimal | None:
    """Σnᵢx̄ᵢ / Σnᵢ of (n, mean) pairs: the mean of an area from the means of its schools.

    The pooled mean of all persons, as far as the given means are exact. None where Σn is zero.
    """
    groups = list(groups)
    n = sum(count for count, _ in groups)
    return rounded(sum((count * Fraction(mean) for count, mean in groups), Fraction(0)) / n) if n else None


def percent(part: int, whole: int) -> Decimal | None:
    """Part of whole in percent with two decimals; None where there is nothing to be a part of."""
    return as_decimal(ratio(100 * part, whole)) if whole else None


def frequencies(values: Iterable[int], scale: Iterable[int]) -> list[tuple[int, int, Decimal | None]]:
    """(value, how many, percent) for each value of the scale, in its order."""
    values = list(values)
    return [(point, values.count(point), percent(values.count(point), len(values))) for point in scale]
