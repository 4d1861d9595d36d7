"""Typed Thai comes out in one form, is found however it was typed, and sorts as in a dictionary."""

import random
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from thai import text
from thai.text import (
    clusters,
    name_sort_key,
    normalise,
    normalise_code,
    search_key,
    shortened,
    split_name,
    thai_sort_key,
)

thai_text = st.text(
    alphabet=[chr(code) for code in range(0x0E01, 0x0E5B) if code < 0x0E3B or code > 0x0E3F]
    + list(" a1\u200b\u0301é\n")
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("น\u0e4dา", "นำ"),
        ("น\u0e4d\u0e49า", "น้ำ"),
        ("น\u0e49\u0e4dา", "น้ำ"),
        ("นำ\u0e49", "น้ำ"),
        ("น้ำ", "น้ำ"),
        ("เเม่", "แม่"),
        ("ท\u0e48\u0e35", "ที่"),
        ("ป\u0e48\u0e39", "ปู่"),
        ("ท\u0e35\u0e48\u0e48", "ที่"),
        ("ท\u0e35\uf70a", "ที่"),
        ("ส\u0e34ทธ\u0e4c\u0e34", "สิทธิ์"),
        ("  โรงเรียน\u200b \u00a0 วัด\tดอน\u0007 ", "โรงเรียน วัด ดอน"),
        ("ก\u202e\u061c\ufffe\uffff\ufdd0\U0010ffffข", "กข"),
        ("cafe\u0301", "café"),
        ("บรรทัดหนึ่ง\r\nบรรทัดสอง", "บรรทัดหนึ่ง บรรทัดสอง"),
    ],
)
def test_what_looks_the_same_is_stored_the_same(typed, stored):
    assert normalise(typed) == stored


def test_lines_stay_where_several_are_written():
    assert normalise(" ก \r\n\r\n\r\n\r\n ข\u2028ค ", multiline=True) == "ก\n\nข\nค"


def test_sara_am_is_never_taken_apart():
    assert normalise("ทำน้ำ") == "ทำน้ำ" != unicodedata.normalize("NFKC", "ทำน้ำ")


@settings(max_examples=400, deadline=None)
@given(typed=thai_text)
@example(typed="\u0301\u0e34\u0e38")
def test_normal_form_is_reached_at_once(typed):
    for multiline in (False, True):
        once = normalise(typed, multiline=multiline)
        assert normalise(once, multiline=multiline) == once
        assert unicodedata.is_normalized("NFC", once)


def test_codes_have_arabic_digits_and_no_spaces():
    assert normalise_code(" ๑๐๑๐ 7200\u200b01 ") == "1010720001"
    assert normalise_code("ศธ ๐๔๐๐๓–๑") == "ศธ04003-1"


@pytest.mark.parametrize(
    ("typed", "written"), [("๒๕๖๔", "แผนปี 2564"), ("น\u0e4dา", "การนำเสนอ"), ("วัดดอน", "วัด ดอน"), ("OBEC", "obec")]
)
def test_a_search_finds_it_however_it_was_typed(typed, written):
    assert search_key(typed) in search_key(written)


ORDERED = [
    "",
    "2",
    "10",
    "A4",
    "b",
    "กก",
    "กรด",
    "กลุ่ม 2",
    "กลุ่ม 10",
    "กะ",
    "กัน",
    "กา",
    "ก่า",
    "ก้า",
    "กาล",
    "กำ",
    "เก",
    "เก่ง",
    "เกิด",
    "แก",
    "โก",
    "ใกล้",
    "ไก่",
    "ขา",
    "เขา",
    "ปา",
    "ป่า",
    "ป้า",
    "ปาก",
    "เป็ด",
    "รัก",
    "ฤดู",
    "ลา",
    "วันที่",
    "วัว",
    "สมชาย ใจดี",
    "สมชายกร",
    "หมู",
    "อา",
    "ฮา",
]


def test_names_sort_as_in_a_dictionary():
    shuffled = random.Random(1).sample(ORDERED, len(ORDERED))

    assert sorted(shuffled, key=thai_sort_key) == ORDERED


def test_sort_keys_are_made_of_characters_every_database_orders_alike():
    keys = [thai_sort_key(word) for word in [*ORDERED, "é", "中文", "ก.", "ๆ"]]

    assert set("".join(keys)) <= set("0123456789abcdef")


def test_lao_chinese_and_accents_come_after_thai():
    assert sorted(["中文", "ฮา", "z"], key=thai_sort_key) == ["z", "ฮา", "中文"]


def test_the_databases_own_order_is_the_dictionarys(db):
    from django.db import connection

    shuffled = random.Random(2).sample(ORDERED, len(ORDERED))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE sorted_names (name varchar(50), sort_key varchar(200))")
        try:
            cursor.executemany(
                "INSERT INTO sorted_names VALUES (%s, %s)", [(word, thai_sort_key(word)) for word in shuffled]
            )
            cursor.execute("SELECT name FROM sorted_names ORDER BY sort_key")
            found = [row[0] for row in cursor.fetchall()]
        finally:
            cursor.execute("DROP TABLE sorted_names")

    assert found == ORDERED


@pytest.mark.parametrize(
    ("text", "longest", "told"),
    [
        ("โรงเรียนวัดดอนเมือง", 19, "โรงเรียนวัดดอนเมือง"),
        ("โรงเรียน วัดดอนเมือง", 14, "โรงเรียน…"),
        ("ก โรงเรียนวัดดอนเมือง", 12, "ก โรงเรียนวั…"),
        ("น้ำน้ำน้ำ", 7, "น้ำน้ำ…"),
        ("เก่งเก่งเก่ง", 9, "เก่งเก่ง…"),
        ("ศาสตร์ศาสตร์", 4, "ศาส…"),
        ("รวม 12,500 บาท", 7, "รวม…"),
        ("a" * 40, 10, "aaaaaaaaaa…"),
    ],
)
def test_a_long_text_is_told_by_its_beginning_and_no_syllable_is_torn(text, longest, told):
    assert shortened(text, longest) == told


@given(thai_text)
def test_clusters_are_the_whole_text(text):
    assert "".join(clusters(text)) == text


@pytest.mark.parametrize(
    ("typed", "parts", "full_prefix"),
    [
        ("นายสมชาย ใจดี", ("นาย", "สมชาย", "ใจดี"), "นาย"),
        ("นางสาว  เอมอร ณ อยุธยา", ("นางสาว", "เอมอร", "ณ อยุธยา"), "นางสาว"),
        ("น.ส.เอมอร ใจดี", ("น.ส.", "เอมอร", "ใจดี"), "นางสาว"),
        ("นางเอมอร", ("นาง", "เอมอร", ""), "นาง"),
        ("ดร.ปรีดา ก้าวหน้า", ("ดร.", "ปรีดา", "ก้าวหน้า"), "ดร."),
        ("ผศ. ดร. ปรีดา ก้าวหน้า", ("ผศ. ดร.", "ปรีดา", "ก้าวหน้า"), "ผู้ช่วยศาสตราจารย์ ดร."),
        ("ว่าที่ร้อยตรีหญิงสุดา ใจดี", ("ว่าที่ร้อยตรีหญิง", "สุดา", "ใจดี"), "ว่าที่ร้อยตรีหญิง"),
        ("ว่าที่ ร.ต. สมชาย ใจดี", ("ว่าที่ ร.ต.", "สมชาย", "ใจดี"), "ว่าที่ร้อยตรี"),
        ("นายิกา ใจดี", ("", "นายิกา", "ใจดี"), ""),
        ("สมศรี", ("", "สมศรี", ""), ""),
    ],
)
def test_a_prefix_is_parted_from_the_name(typed, parts, full_prefix):
    name = split_name(typed)

    assert tuple(name) == parts
    assert name.full_prefix == full_prefix
    assert split_name(str(name)) == name


def test_people_sort_by_first_name():
    people = ["นายวิชัย ใจดี", "นางสาวเกศรา ใจดี", "ว่าที่ ร.ต. ขจร ใจดี", "ดร.กานดา ใจดี"]

    assert sorted(people, key=name_sort_key) == [people[3], people[1], people[2], people[0]]


def test_every_written_out_prefix_is_recognised():
    for form in text._FULL_FORMS:
        assert split_name(f"{form} สมชาย ใจดี").prefix == form
