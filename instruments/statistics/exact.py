"""Numbers without rounding error: whole numbers and fractions until the last step, halves away from zero.

So a mean of 901/200 is 4.51 and never 4.50, and what is undefined is None and prints "-".
"""

from decimal import Decimal
from fractions import Fraction
from math import isqrt

Number = int | Fraction | Decimal
UNDEFINED = "-"


def ratio(numerator: int | Fraction, denominator: int | Fraction, places: int = 2) -> int:
    """numerator / denominator in units of 10^-places, halves away from zero; the denominator is above zero."""
    scaled = abs(numerator) * 10**places
    units = (2 * scaled + denominator) // (2 * denominator)
    return units if numerator >= 0 else -units


def as_decimal(units: int | None, places: int = 2) -> Decimal | None:
    """Units of 10^-places as a Decimal with exactly so many decimals."""
    return None if units is None else Decimal(units).scaleb(-places)


def rounded(value: Number | None, places: int = 2) -> Decimal | None:
    """The number with so many decimals, halves away from zero; None stays None."""
    return None if value is None else Decimal(ratio(Fraction(value), 1, places)).scaleb(-places)


def rounded_root(square: Fraction, places: int = 2) -> Decimal:
    """√square with so many decimals, rounded exactly; ``square`` is not below zero."""
    return Decimal((isqrt(4 * 10 ** (2 * places) * square.numerator // square.denominator) + 1) // 2).scaleb(-places)


def show(value: Decimal | None) -> str:
    """The number as a table prints it; "-" where it is undefined."""
    return UNDEFINED if value is None else f"{value:f}"


def show_signed(value: Decimal | None) -> str:
    """A difference as a table prints it: with its sign, zero without one."""
    return UNDEFINED if value is None else f"{value:+f}" if value else f"{abs(value):f}"
