"""What all charts share: colours that are told apart in grey, axes with round numbers, places in percent."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

Number = Decimal | int

INK, GRID = "#0f4c5c", "#ccd5d9"
SHADES = {
    1: ("#0f4c5c",),
    2: ("#0f4c5c", "#d7e4e8"),
    3: ("#0f4c5c", "#7fa8b4", "#dfe9ec"),
    4: ("#0f4c5c", "#4f8696", "#9dbfc9", "#e3ecef"),
    5: ("#0c3b48", "#2f6d7f", "#6b9caa", "#a9c7cf", "#e3ecef"),
    6: ("#0c3b48", "#245f70", "#4f8494", "#80abb8", "#b2ccd4", "#e6eef1"),
}
"""Shades of a stack by how many parts it has, dark to light: in grey they are still told apart."""
STYLES = (
    (INK, "", "circle"),
    ("#a3562a", "9 5", "square"),
    ("#5b5b5b", "2 5", "diamond"),
    ("#6a3d9a", "14 4 3 4", "triangle"),
)
"""Colour, dashes and mark of the first, second … line."""
LONG = 18
"""Rows beyond which a chart may be broken over pages."""


def ticks(low: Number, high: Number, most: int = 5) -> list[Decimal]:
    """Round numbers from ``low`` to ``high``, evenly spaced, in at most ``most`` steps that end at both and meet zero.

    Where no round step does, only the ends. Raises ValueError where high is not above low.
    """
    low, high = Decimal(low), Decimal(high)
    span = high - low
    if span <= 0:
        raise ValueError("the axis needs a highest value above its lowest")
    step = Decimal(1).scaleb(span.adjusted() - 1)
    for factor in (1, 2, Decimal("2.5"), 5, 10, 20, 25, 50, 100, 3, 4, 15, 30, 40):
        meets_zero = low >= 0 or high <= 0 or not low % (step * factor)
        if span / (step * factor) <= most and not span % (step * factor) and meets_zero:
            count = int(span / (step * factor))
            return [trim(low + number * step * factor) for number in range(count + 1)]
    return [trim(low), trim(high)]


def top(values: Iterable[Number | None]) -> Decimal:
    """A round number not below any of the values, for the end of an axis that begins at zero; 1 where there are none."""
    highest = max((Decimal(value) for value in values if value is not None), default=Decimal(0))
    if highest <= 0:
        return Decimal(1)
    unit = Decimal(1).scaleb(highest.adjusted())
    return trim(next(unit * factor for factor in (1, 2, 3, 4, 5, 6, 8, 10) if unit * factor >= highest))


def around_zero(values: Iterable[Number | None]) -> tuple[Decimal, Decimal]:
    """Ends of an axis that holds all values and zero; even on both sides where some are below zero."""
    known = [Decimal(value) for value in values if value is not None]
    high = top([abs(value) for value in known])
    return (-high if any(value < 0 for value in known) else Decimal(0)), high


def share(value: Number, low: Number, high: Number) -> Decimal:
    """Where the value lies between low and high, in percent; what lies outside is drawn at the edge."""
    found = 100 * (Decimal(value) - Decimal(low)) / (Decimal(high) - Decimal(low))
    return min(max(found, Decimal(0)), Decimal(100))


def is_dark(color: str) -> bool:
    """Whether white letters are read on it (contrast 4.5 and above)."""
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    light = sum(
        weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue))
    )
    return 1.05 / (light + 0.05) >= 4.5


def cut(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))


def plain(value: Decimal) -> str:
    """For an SVG attribute: two decimals, a point, no thousands."""
    return f"{cut(value):f}"


def trim(value: Decimal) -> Decimal:
    """Without zeros at the end, and never as 1E+2."""
    return Decimal(f"{value.normalize():f}")


def percent(part: int, whole: int) -> str:
    """Part of whole as it is printed, rounded half up; "-" of nothing."""
    if not whole:
        return "-"
    return f"{(Decimal(100 * part) / whole).quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
