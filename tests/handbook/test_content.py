"""The shipped handbook says what the office's printed one says, and numbers, windows and references follow from it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.checking import problems
from handbook.content import Window, read
from handbook.reference import shipped
from thai.text import normalise
from workflows.digests import digest_of


@pytest.fixture(scope="module")
def book():
    return read(shipped())


def every_text(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from every_text(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from every_text(inner)


def test_the_shipped_handbook_is_whole_with_every_step_of_the_original(book):
    assert book.counts == {
        "groups": 7, "tasks": 21, "steps": 105, "parts": 18, "results": 26, "laws": 17, "processes": 2,
    }  # fmt: skip
    assert problems(book) == []
    assert [len(process.steps) for process in book.processes] == [6, 7]


def test_each_task_has_the_steps_that_the_table_of_the_handbook_gives(book):
    steps = {task.number: len(task.steps) for task in book.tasks}

    assert steps == {
        "1": 6, "2.1": 5, "2.2": 9, "2.3": 5, "3.1": 4, "3.2": 4, "3.3": 4, "3.4": 7, "4.1": 6, "4.2": 3,
        "5.1": 5, "5.2": 4, "5.3": 4, "5.4": 3, "6.1": 7, "6.2": 8, "6.3": 5, "6.4": 5, "7.1": 5, "7.2": 4, "7.3": 2,
    }  # fmt: skip


def test_every_text_is_in_the_form_in_which_it_would_be_stored():
    assert [text for text in every_text(shipped()) if text != normalise(text)] == []


def test_numbers_are_counted_from_the_order_and_keys_stay():
    content = shipped()
    content["groups"].insert(0, content["groups"].pop(4))

    book = read(content)

    assert [task.number for task in book.groups[0].tasks] == ["1.1", "1.2", "1.3", "1.4"]
    assert book.task("5.1").number == "1.1"
    assert book.task("5.1").steps[3].parts[1].number == "4.2"


def test_a_process_tells_its_windows_forms_and_way_back(book):
    process = book.process("P-5.2")

    assert [step.window.label for step in process.steps] == [
        "มกราคม–เมษายน", "เมษายน", "พฤษภาคม", "ภาคเรียนละ 1 ครั้ง", "ภาคเรียนละ 1 ครั้ง", "ทุกรอบการนิเทศ", "มีนาคม–เมษายน",
    ]  # fmt: skip
    assert process.step(1).window.days(2569) == (date(2026, 1, 1), date(2026, 4, 30))
    assert process.step(7).window.days(2569) == (date(2027, 3, 1), date(2027, 4, 30))
    assert process.step(4).window.days(2569) is None
    assert [(step.number, step.decision.improve) for step in process.steps if step.decision] == [(5, 4)]
    assert [form.instruments for form in process.step(1).forms] == [("INS-06",)]
    assert process.year == "academic"
    with pytest.raises(LookupError):
        process.step(8)


def test_the_last_day_of_a_window_is_the_last_of_its_month():
    assert Window("months", 2, 2, 1, 1).days(2566) == (date(2024, 2, 1), date(2024, 2, 29))


def test_laws_know_whether_they_hold_and_who_names_them(book):
    old = {law.key for law in book.laws if law.is_superseded}

    assert {"curriculum_2544", "security_2517", "iqa_notice_2545", "inspector_2539"} <= old
    assert all(book.law(key).note for key in old)
    assert [task.number for task in book.referring_to("curriculum_2544")] == ["2.2"]


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lambda c: c["groups"][4]["tasks"][0]["steps"].clear(), "งานที่ 5.1 ยังไม่มีขั้นตอน"),
        (lambda c: c["groups"][0]["tasks"][0]["results"].clear(), "งานที่ 1 ยังไม่มีผลที่คาดหวัง"),
        (lambda c: c["groups"][6]["tasks"].clear(), "กลุ่มงานที่ 7 กลุ่มงานเลขานุการ"),
        (lambda c: c["processes"][1]["steps"][2].update(standard=""), "กระบวนงาน P-5.2 ขั้นที่ 3 ยังไม่มีมาตรฐานคุณภาพงาน"),
        (lambda c: c["processes"][1]["steps"][4]["decision"].update(improve="s7"), "กลับไปขั้นใดที่อยู่ก่อนหน้า"),
        (lambda c: c["processes"][1]["steps"][0]["window"].update(from_year=1), "กำหนดเวลาสิ้นสุดก่อนเริ่ม"),
        (lambda c: c.update(title=""), "คู่มือยังไม่มีชื่อ"),
    ],
)
def test_what_is_missing_is_named_with_its_place(harm, sentence):
    content = shipped()
    harm(content)

    assert any(sentence in problem for problem in problems(read(content)))


@given(st.dictionaries(st.sampled_from(["title", "concept", "unit"]), st.text(max_size=40)))
def test_an_unfinished_document_can_always_be_read(facts):
    book = read(facts)

    assert book.title == facts.get("title", "")
    assert problems(book)


def test_the_same_words_have_the_same_fingerprint_in_whatever_order():
    content = shipped()

    assert digest_of(dict(reversed(content.items()))) == digest_of(content)
    assert digest_of({**content, "unit": "อื่น"}) != digest_of(content)
