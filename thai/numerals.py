"""Numbers as Thais write and read them: Thai digits both ways, thousands commas, rounding half up."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_TO_THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

# What keeps its Arabic digits in an official letter: addresses on the net, and any word with a Latin letter in it
# (form codes such as F-5.1-1, "A4", "bkk1.go.th").
_LATIN_WORD = r"[A-Za-z0-9._/:@%?=&#+~-]*[A-Za-z][A-Za-z0-9._/:@%?=&#+~-]*"
_KEPT = re.compile(rf"https?://[^\s<>\"'“”]+|{_LATIN_WORD}")
_KEPT_IN_HTML = re.compile(rf"</?[A-Za-z][^>]*>|<!--.*?-->|&#?\w+;|https?://[^\s<>\"'“”]+|{_LATIN_WORD}", re.DOTALL)

_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?|[+-]?\.[0-9]+")


class ThaiNumberError(ValueError):
    """The text is not a number; the message is a Thai sentence for the person who typed it."""


def to_arabic(text: str) -> str:
    """The text with each Thai digit turned into its Arabic one."""
    return text.translate(_TO_ARABIC)


def to_thai(text: str) -> str:
    """The text with every Arabic digit turned into its Thai one, wherever it stands."""
    return text.translate(_TO_THAI)


def to_thai_digits(text: str, *, html: bool = False) -> str:
    """The text as an official letter prints it: Thai digits, but not inside URLs, e-mail addresses and Latin words.

    With ``html`` the tags and character entities of the text are left alone as well.
    """
    kept = _KEPT_IN_HTML if html else _KEPT
    parts: list[str] = []
    position = 0
    for match in kept.finditer(text):
        parts += [to_thai(text[position : match.start()]), match.group()]
        position = match.end()
    parts.append(to_thai(text[position:]))
    return "".join(parts)


def round_half_up(value: Decimal | float | str, places: int = 2) -> Decimal:
    """The value with so many decimals, halves away from zero (2.345 → 2.35), as Thai reports round.

    A float counts as the decimal number it prints as, so 4.505 gives 4.51 although its binary value is below.
    """
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def format_decimal(value: Decimal | float | str | None, places: int = 2, *, commas: bool = True) -> str:
    """The number with exactly so many decimals, rounded half up; "-" where there is none to show."""
    if value is None:
        return "-"
    rounded = round_half_up(value, places)
    if rounded == 0:
        rounded = abs(rounded)  # never "-0.00"
    return f"{rounded:,f}" if commas else f"{rounded:f}"


def format_number(value: Decimal | float | str | None, places: int | None = None) -> str:
    """The number with thousands commas; its own decimals unless ``places`` says how many. "-" for None."""
    if value is None:
        return "-"
    if places is not None:
        return format_decimal(value, places)
    return f"{Decimal(str(value)):,f}"


def thai_number(value: Decimal | float | str | None, places: int | None = None) -> str:
    """The number in Thai digits with commas: 1234.50 → ๑,๒๓๔.๕๐."""
    return to_thai(format_number(value, places))


def parse_decimal(text: str) -> Decimal:
    """Read a number typed with Thai or Arabic digits, with or without thousands commas in their right places."""
    plain = re.sub(r"\s+", "", to_arabic(text)).replace("−", "-")
    if not _PLAIN_NUMBER.fullmatch(plain):
        raise ThaiNumberError(f"อ่านจำนวน “{text.strip()[:40]}” ไม่ได้ โปรดพิมพ์เป็นตัวเลข เช่น 1,234.50")
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation as error:  # more digits than Decimal can hold
        raise ThaiNumberError("จำนวนนี้ยาวเกินไป โปรดตรวจสอบอีกครั้ง") from error


def parse_integer(text: str) -> int:
    """Read a whole number typed with Thai or Arabic digits and commas; "12.0" counts, "12.5" does not."""
    number = parse_decimal(text)
    if number != number.to_integral_value():
        raise ThaiNumberError("โปรดพิมพ์เป็นจำนวนเต็ม ไม่มีทศนิยม")
    return int(number)
