"""Money in words, checked against an independent implementation."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythainlp.util import bahttext

from thai.baht import baht_text, number_in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "ศูนย์บาทถ้วน"),
        ("1", "หนึ่งบาทถ้วน"),
        ("11", "สิบเอ็ดบาทถ้วน"),
        ("21", "ยี่สิบเอ็ดบาทถ้วน"),
        ("101", "หนึ่งร้อยเอ็ดบาทถ้วน"),
        ("1250.50", "หนึ่งพันสองร้อยห้าสิบบาทห้าสิบสตางค์"),
        ("0.25", "ยี่สิบห้าสตางค์"),
        ("49750", "สี่หมื่นเก้าพันเจ็ดร้อยห้าสิบบาทถ้วน"),
        ("1000001", "หนึ่งล้านเอ็ดบาทถ้วน"),
        ("9999999999.99", "เก้าพันเก้าร้อยเก้าสิบเก้าล้านเก้าแสนเก้าหมื่นเก้าพันเก้าร้อยเก้าสิบเก้าบาทเก้าสิบเก้าสตางค์"),
    ],
)
def test_an_amount_is_read_as_a_thai_reads_it(amount, words):
    assert baht_text(Decimal(amount)) == words


def test_half_a_satang_is_rounded_up():
    assert baht_text("1.005") == "หนึ่งบาทหนึ่งสตางค์"


@given(st.integers(min_value=1, max_value=999_999))
def test_whole_amounts_agree_with_another_implementation(baht):
    assert baht_text(baht) == bahttext(baht)


def test_a_negative_number_has_no_words():
    with pytest.raises(ValueError, match="ติดลบ"):
        number_in_words(-1)
