"""Form fields read what Thais type, refuse in Thai, and show the date back in words without any script."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from hypothesis import given, settings
from hypothesis import strategies as st

from thai.fields import ThaiCharField, ThaiCodeField, ThaiDateField, ThaiDecimalField, ThaiIntegerField

AUG_5 = date(2026, 8, 5)


class VisitLike(forms.Form):
    visited_on = ThaiDateField(label="วันที่นิเทศ", first=date(2026, 1, 1), last=date(2026, 12, 31), help_text="วันแรก")
    pupils = ThaiIntegerField(label="จำนวนนักเรียน", required=False, min_value=0)
    budget = ThaiDecimalField(label="งบประมาณ", required=False, decimal_places=2)
    topic = ThaiCharField(label="เรื่อง", required=False)
    notes = ThaiCharField(label="บันทึก", required=False, widget=forms.Textarea)
    code = ThaiCodeField(label="รหัส", required=False)


def test_thai_typing_becomes_clean_python():
    form = VisitLike(
        {
            "visited_on": "พุธ ๕ ส.ค. ๖๙",
            "pupils": "๑,๒๓๔",
            "budget": "1,234.50",
            "topic": " น\u0e4d\u0e49า  ดื่ม ",
            "notes": "ก \r\nข",
            "code": "๑๐๑๐ ๗๒๐๐๐๑",
        }
    )

    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "visited_on": AUG_5,
        "pupils": 1234,
        "budget": Decimal("1234.50"),
        "topic": "น้ำ ดื่ม",
        "notes": "ก\nข",
        "code": "1010720001",
    }


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("visited_on", "", "โปรดระบุวันที่ เช่น 5/8/2569"),
        ("visited_on", "  ", "โปรดระบุวันที่ เช่น 5/8/2569"),
        ("visited_on", "29 ก.พ. 2568", "ปี พ.ศ. 2568 เดือนกุมภาพันธ์มี 28 วัน จึงไม่มีวันที่ 29 โปรดตรวจสอบวันที่อีกครั้ง"),
        ("visited_on", "31/12/2568", "ต้องเป็นวันที่ 1 มกราคม 2569 หรือหลังจากนั้น"),
        ("visited_on", "1/1/2570", "ต้องเป็นวันที่ 31 ธันวาคม 2569 หรือก่อนหน้านั้น"),
        ("pupils", "สิบ", "อ่านจำนวน “สิบ” ไม่ได้ โปรดพิมพ์เป็นตัวเลข เช่น 1,234.50"),
        ("pupils", "1.5", "โปรดพิมพ์เป็นจำนวนเต็ม ไม่มีทศนิยม"),
        ("budget", "1,23", "อ่านจำนวน “1,23” ไม่ได้ โปรดพิมพ์เป็นตัวเลข เช่น 1,234.50"),
    ],
)
def test_each_refusal_is_a_thai_sentence(field, typed, sentence):
    form = VisitLike({"visited_on": "5/8/2569", field: typed})

    assert form.errors == {field: [sentence]}


def test_a_stored_date_is_shown_in_buddhist_years_and_said_in_words():
    html = str(VisitLike(initial={"visited_on": AUG_5})["visited_on"])

    assert 'value="5 ส.ค. 2569"' in html
    assert ">วันพุธที่ 5 สิงหาคม 2569</output>" in html
    assert 'data-first="2026-01-01"' in html
    assert 'data-last="2026-12-31"' in html
    assert 'aria-describedby="id_visited_on_helptext id_visited_on_in_words"' in html


def test_a_moment_is_shown_as_its_date_in_thailand():
    html = str(VisitLike(initial={"visited_on": datetime(2026, 8, 4, 20, tzinfo=UTC)})["visited_on"])

    assert 'value="5 ส.ค. 2569"' in html


def test_what_was_typed_stays_and_is_said_back_when_the_form_is_shown_again():
    html = str(VisitLike({"visited_on": "5/8/69", "pupils": "x"})["visited_on"])

    assert 'value="5/8/69"' in html
    assert ">วันพุธที่ 5 สิงหาคม 2569</output>" in html


def test_a_date_that_cannot_be_read_is_not_said_back():
    html = str(VisitLike({"visited_on": '29/2/68"><script>'})["visited_on"])

    assert "<script>" not in html
    assert "></output>" in html


def test_a_date_typed_another_way_is_no_change():
    assert not VisitLike({"visited_on": "๕/๘/๖๙"}, initial={"visited_on": AUG_5}).has_changed()
    assert VisitLike({"visited_on": "6/8/69"}, initial={"visited_on": AUG_5}).has_changed()


def test_an_optional_date_may_be_left_empty():
    assert ThaiDateField(required=False).clean("") is None


@settings(max_examples=150, deadline=None)
@given(day=st.dates(date(1941, 1, 1), date(2100, 12, 31)))
def test_what_the_field_shows_can_be_typed_back(day):
    field = ThaiDateField()

    assert field.clean(field.widget.format_value(day)) == day


def test_a_page_with_a_date_loads_its_module_and_style():
    media = str(VisitLike().media)

    assert 'src="/static/js/thai-date.js" type="module"' in media
    assert "/static/css/thai-date.css" in media


def test_number_fields_let_thai_digits_in_and_bring_up_the_number_pad():
    html = str(VisitLike(initial={"pupils": 12})["pupils"])

    assert 'type="text"' in html
    assert 'inputmode="numeric"' in html
