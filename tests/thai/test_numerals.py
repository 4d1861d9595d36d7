"""Thai digits in and out; halves are rounded up; numbers are read as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thai import numerals
from thai.numerals import ThaiNumberError, parse_decimal, parse_integer, thai_number, to_thai_digits


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="0123456789,. กขค", max_size=30))
def test_digits_go_to_thai_and_back(text):
    assert numerals.to_arabic(numerals.to_thai(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ที่ ศธ 04003/123 ลงวันที่ 5", "ที่ ศธ ๐๔๐๐๓/๑๒๓ ลงวันที่ ๕"),
        ("ดู https://bkk1.go.th/2569/a?b=1 ภายใน 7 วัน", "ดู https://bkk1.go.th/2569/a?b=1 ภายใน ๗ วัน"),
        ("อีเมล 1somchai.99@obec.go.th โทร 0 2354 5252", "อีเมล 1somchai.99@obec.go.th โทร ๐ ๒๓๕๔ ๕๒๕๒"),
        ("แบบ F-5.1-1 กระดาษ A4 จำนวน 12 แผ่น", "แบบ F-5.1-1 กระดาษ A4 จำนวน ๑๒ แผ่น"),
        ("bkk1.go.th", "bkk1.go.th"),
    ],
)
def test_official_text_has_thai_digits_except_in_addresses_and_latin_words(text, shown):
    assert to_thai_digits(text) == shown


def test_tags_and_entities_of_html_are_left_alone():
    assert to_thai_digits('<td colspan="2">2 &#39;x&#39; 3</td>', html=True) == '<td colspan="2">๒ &#39;x&#39; ๓</td>'


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("4.505", 2, "4.51"),
        (4.505, 2, "4.51"),
        ("2.345", 2, "2.35"),
        ("-2.5", 0, "-3"),
        (None, 2, "-"),
        ("-0.001", 2, "0.00"),
        (1234567, 2, "1,234,567.00"),
    ],
)
def test_halves_are_rounded_up(value, places, shown):
    assert numerals.format_decimal(value, places) == shown


def test_numbers_are_written_with_commas_in_thai_digits():
    assert thai_number(Decimal("1234.50")) == "๑,๒๓๔.๕๐"
    assert thai_number(1234567) == "๑,๒๓๔,๕๖๗"
    assert thai_number(Decimal("1234.5"), 2) == "๑,๒๓๔.๕๐"
    assert thai_number(None) == "-"
    assert numerals.format_decimal(1234, 1, commas=False) == "1234.0"


@pytest.mark.parametrize(
    ("typed", "number"),
    [("๑,๒๓๔.๕๐", "1234.50"), ("1 234", "1234"), ("-5", "-5"), ("−5", "-5"), (".5", "0.5"), ("0012", "12")],
)
def test_numbers_are_read_as_people_type_them(typed, number):
    assert parse_decimal(typed) == Decimal(number)


@pytest.mark.parametrize("typed", ["", "1,23", "12,34,567", "1.2.3", "สิบ", "1e5", "NaN", "Infinity", "5 คน", "--1"])
def test_what_is_no_number_is_refused_in_thai(typed):
    with pytest.raises(ThaiNumberError, match="โปรดพิมพ์เป็นตัวเลข"):
        parse_decimal(typed)


def test_whole_numbers_have_no_decimals():
    assert parse_integer("๑,๐๐๐") == 1000
    assert parse_integer("12.0") == 12
    with pytest.raises(ThaiNumberError, match="จำนวนเต็ม"):
        parse_integer("12.5")


@settings(max_examples=100, deadline=None)
@given(number=st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_a_number_shown_can_be_typed_back(number):
    assert parse_decimal(thai_number(number)) == number
