"""Amounts of money in words, as Thai contracts, plans and receipts write them."""

from decimal import Decimal

from thai.numerals import round_half_up

_DIGITS = ("ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")


def baht_text(amount: Decimal | float | str) -> str:
    """1250.50 → หนึ่งพันสองร้อยห้าสิบบาทห้าสิบสตางค์; whole baht end in บาทถ้วน. Satang are rounded half up."""
    value = round_half_up(amount, 2)
    sign = "ลบ" if value < 0 else ""
    baht, satang = divmod(int(abs(value) * 100), 100)
    if not satang:
        return f"{sign}{number_in_words(baht)}บาทถ้วน"
    return f"{sign}{number_in_words(baht) + 'บาท' if baht else ''}{number_in_words(satang)}สตางค์"


def number_in_words(number: int) -> str:
    """21 → ยี่สิบเอ็ด; 1_000_001 → หนึ่งล้านเอ็ด. Raises ValueError for a negative number."""
    if number < 0:
        raise ValueError("จำนวนต้องไม่ติดลบ")
    if number == 0:
        return _DIGITS[0]
    millions, rest = divmod(number, 1_000_000)
    return (f"{number_in_words(millions)}ล้าน" if millions else "") + _below_a_million(rest, after=bool(millions))


def _below_a_million(number: int, *, after: bool) -> str:
    """``after``: a higher figure stands before, so that a final one is read เอ็ด."""
    words = ""
    for place, digit in reversed(list(enumerate(int(digit) for digit in reversed(str(number))))):
        if digit == 0:
            continue
        if place == 1 and digit == 1:
            word = "สิบ"
        elif place == 1 and digit == 2:
            word = "ยี่สิบ"
        elif place == 0 and digit == 1 and (words or after):
            word = "เอ็ด"
        else:
            word = _DIGITS[digit] + _PLACES[place]
        words += word
    return words
