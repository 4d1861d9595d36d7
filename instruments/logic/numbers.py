"""Exact numbers: an int that counts ten-thousand-millionths (10 decimals), the same in Python and in the browser.

Halves go away from zero. What would reach 10^15, and what is divided by zero, is None. ``static/js/logic.js`` has the
same functions on BigInt.
"""

import re
from functools import lru_cache
from typing import Any

from thai.numerals import to_arabic

DECIMALS = 10
ONE = 10**DECIMALS
_LIMIT = 10**15 * ONE

_PLAIN = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,30})?|[+-]?\.[0-9]{1,30}")


def within(value: int) -> int | None:
    """The value where it is of a size that can be kept."""
    return value if -_LIMIT < value < _LIMIT else None


def quotient(top: int, bottom: int) -> int:
    """Top by bottom, halves away from zero; bottom is not 0."""
    whole, rest = divmod(abs(top), abs(bottom))
    whole += 2 * rest >= abs(bottom)
    return whole if (top < 0) == (bottom < 0) else -whole


def rounded(value: int, places: int) -> int | None:
    """To so many decimals (−14 to 10; fewer than 0: to tens, hundreds …)."""
    step = 10 ** (DECIMALS - places)
    return within(quotient(value, step) * step)


@lru_cache(maxsize=10_000)
def read_text(text: str) -> int | None:
    """A number as people write it: Thai digits, commas and spaces around it are fine."""
    plain = to_arabic(text.strip(" \t\r\n")).replace(",", "")
    if not _PLAIN.fullmatch(plain):
        return None
    whole, _, fraction = plain.lstrip("+-").partition(".")
    value = int(whole or "0") * ONE + quotient(int((fraction or "0").ljust(30, "0")), 10 ** (30 - DECIMALS))
    return within(-value if plain.startswith("-") else value)


def read(value: Any) -> int | None:
    """A stored number: plain decimal text or a whole number of JSON."""
    if value.__class__ is int:
        return within(value * ONE)
    if isinstance(value, str):
        return read_text(value) if len(value) <= 60 else None
    if isinstance(value, float) and value.is_integer():
        return read(int(value))
    return None


def write(value: int) -> str:
    """Plain decimal text without needless zeros: "4.5", "12", "-0.25"."""
    whole, fraction = divmod(abs(value), ONE)
    digits = f"{fraction:0{DECIMALS}d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if digits else ''}{digits}"
