"""Words are found however they were typed, wherever they stand, and shown with their marks whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.content import read
from handbook.reference import shipped
from handbook.searching import marked, search, words_of

BOOK = read(shipped())


def places(query: str) -> list[tuple[str, str]]:
    return [(part.key or part.kind, hit.what) for part in search(BOOK, query) for hit in part.hits]


@pytest.mark.parametrize("query", ["พ.ศ. 2544", "พ.ศ. ๒๕๔๔", "พ.ศ.2544", " พ.ศ.  ๒๕๔๔ "])
def test_digits_and_spaces_may_be_typed_in_any_way(query):
    assert ("2.2", "กฎหมายอ้างอิง") in places(query)


def test_a_word_typed_with_its_marks_in_another_order_is_found():
    assert places("พ\u0e49\u0e37นฐาน") == places("พ\u0e37\u0e49นฐาน") != []
    assert places("จัดทํา") == places("จัดทำ") != []


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("กัลยาณมิตร", ("5.1", "ข้อ 4.1")),
        ("คลังข้อสอบมาตรฐานการศึกษา", ("3.4", "ขั้นตอนที่ 6")),
        ("องค์กรเครือข่ายอย่างเป็นระบบ", ("5.2", "ผลที่คาดหวังข้อ 1")),
        ("นโยบายและจุดเน้น", ("P-5.1", "ขั้นที่ 3 มาตรฐานคุณภาพงาน")),
        ("สารบรรณอิเล็กทรอนิกส์", ("laws", "ใช้บังคับ")),
        ("มกราคม", ("P-5.2", "ขั้นที่ 1 ระยะเวลา")),
        ("home school", ("2.2", "ขั้นตอนที่ 6")),
        ("F-5.2-2", ("P-5.2", "แบบที่ใช้")),
        ("นอกระบบและตามอัธยาศัย", ("about", "แนวคิด")),
    ],
)
def test_steps_standards_results_laws_forms_and_times_are_searched(query, place):
    assert place in places(query)


def test_every_word_must_stand_in_the_sentence():
    both = places("เครือข่าย ชุมชน")

    assert set(both) < set(places("เครือข่าย"))
    assert ("5.2", "ข้อ 3.2") in both


def test_nothing_asked_and_nothing_found_are_both_empty():
    assert search(BOOK, "  ") == []
    assert search(BOOK, "ไดโนเสาร์") == []


def test_what_was_found_is_marked_and_the_sentence_stays_whole():
    runs = marked("แบบสํารวจ พ.ศ. ๒๕๔๔ เครือข่าย", words_of("2544"))

    assert [(run.text, run.found) for run in runs] == [
        ("แบบสํารวจ พ.ศ. ", False), ("๒๕๔๔", True), (" เครือข่าย", False),
    ]  # fmt: skip


def test_a_mark_is_never_parted_from_its_letter():
    assert [(run.text, run.found) for run in marked("ที่", words_of("ท"))] == [("ที่", True)]


@given(st.text("กขคงเแโาิีุ่้ำ 0๑aB", max_size=30), st.text("กขคงเแา่ 0๑ab", max_size=6))
def test_marking_never_changes_a_sentence(text, query):
    assert "".join(run.text for run in marked(text, words_of(query))) == text
