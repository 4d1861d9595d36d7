"""What a form may be, and what each slot takes."""

import pytest

from instruments.checking import problems
from instruments.definition import parse
from instruments.reference import read

SCALE = {
    "title": "ระดับ",
    "values": [{"v": 2, "t": "มาก"}, {"v": 1, "t": "น้อย"}],
    "bands": [{"min": "1.00", "label": "ก"}],
}


def form(*questions, **section):
    section = {"key": "A", "title": "ด้าน", "scale": "s", "questions": list(questions)} | section
    return {"scales": {"s": SCALE}, "sections": [section]}


RATING = {"key": "A1", "type": "rating", "text": "ข้อหนึ่ง"}


@pytest.mark.parametrize(("title", "dimension"), [
    ("ตอนที่ 2 ด้านปัจจัยนำเข้า", "ด้านปัจจัยนำเข้า"), ("2.1 หลักสูตร", "หลักสูตร"), ("ด้านที่ 2 หลักสูตร", "ด้านที่ 2 หลักสูตร"), ("ตอนที่ 2", "ตอนที่ 2"),
])  # fmt: skip
def test_results_call_a_section_by_its_name_without_the_number_of_its_part(title, dimension):
    section = parse(form(RATING, title=title)).sections[0]
    assert (section.title, section.dimension) == (title, dimension)


def test_a_whole_form_has_no_problems():
    assert problems(form(RATING)) == []


@pytest.mark.parametrize("item", read(), ids=lambda item: item["code"])
def test_every_shipped_form_is_whole_and_parses(item):
    assert problems(item["definition"]) == []
    assert parse(item["definition"]).questions


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        (None, "อย่างน้อยหนึ่งตอน"),
        ({"sections": []}, "อย่างน้อยหนึ่งตอน"),
        (form(), "ยังไม่มีข้อคำถาม"),
        (form(RATING, RATING), "ซ้ำกับข้ออื่น"),
        (form(RATING | {"type": "xyz"}), "ไม่รู้จัก"),
        (form(RATING | {"key": "ข้อ 1"}), "รหัสเป็นอักษรอังกฤษ"),
        (form(RATING | {"text": " "}), "ยังไม่มีข้อความ"),
        (form(RATING, scale="none"), "ไม่มีในแบบ"),
        (form({"key": "A1", "type": "choice", "text": "ก"}), "ยังไม่มีตัวเลือก"),
        (form({"key": "A1", "type": "choice", "text": "ก", "choices": [{"v": "1", "t": "ก"}] * 2}), "ค่าซ้ำกัน"),
        (form({"key": "A1", "type": "number", "text": "ก", "min": "9", "max": "1"}), "มากกว่าค่าสูงสุด"),
        (form({"key": "A1", "type": "photo", "text": "ก", "photos": 99}), "นอกช่วง"),
        (form(*[RATING | {"key": f"A{n}"} for n in range(5000)]), "5,000 ข้อ"),
        ({"scales": {"s": SCALE | {"bands": [{"min": "1.50", "label": "ก"}]}}, "sections": form(RATING)["sections"]},
         "ไม่ครอบคลุม"),
        ({"scales": {"s": {"title": "ก", "values": []}}, "sections": form(RATING)["sections"]}, "สองระดับ"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_thai(definition, sentence):
    assert any(sentence in problem for problem in problems(definition))


def test_a_question_is_named_by_the_number_that_the_form_shows():
    note = {"key": "N1", "type": "note", "text": ""}

    assert problems(form(note, RATING | {"text": ""})) == [
        "ตอนที่ 1 ข้อความชี้แจงที่ 1 ยังไม่มีข้อความของข้อคำถาม",
        "ตอนที่ 1 ข้อ 1 ยังไม่มีข้อความของข้อคำถาม",
    ]


def slot(question, key="A1"):
    return parse(form(question)).slots[key]


@pytest.mark.parametrize(
    ("question", "raw", "stored"),
    [
        (RATING, 2, 2),
        (RATING, "๒", 2),
        ({"key": "A1", "type": "exist", "text": "ก"}, "ไม่มี", 0),
        ({"key": "A1", "type": "number", "text": "ก", "decimals": 2}, "๑,๒๓๔.๕๐", "1234.5"),
        ({"key": "A1", "type": "number", "text": "ก"}, "100", "100"),
        ({"key": "A1", "type": "date", "text": "ก"}, "๒๑/๑๑/๒๕๖๙", "2026-11-21"),
        ({"key": "A1", "type": "date", "text": "ก"}, "2026-11-21", "2026-11-21"),
        ({"key": "A1", "type": "text", "text": "ก"}, "เเม่นํ้า\u200b  ", "แม่น้ำ"),
        ({"key": "A1", "type": "multi", "text": "ก", "choices": [{"v": "1", "t": "ก"}, {"v": "2", "t": "ข"}]},
         ["2", "1", "2"], ["1", "2"]),
        ({"key": "A1", "type": "signature", "text": "ก"}, "สมชาย ใจดี", {"typed": "สมชาย ใจดี"}),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_what_is_stored(question, raw, stored):
    assert slot(question).clean(raw) == stored


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        (RATING, 3), (RATING, True), (RATING, [1]), (RATING, None), (RATING, "มาก"),
        ({"key": "A1", "type": "exist", "text": "ก"}, 2),
        ({"key": "A1", "type": "number", "text": "ก", "max": 10}, "11"),
        ({"key": "A1", "type": "number", "text": "ก"}, "1.5"),
        ({"key": "A1", "type": "number", "text": "ก"}, "สิบ"),
        ({"key": "A1", "type": "number", "text": "ก"}, "9" * 500),
        ({"key": "A1", "type": "date", "text": "ก"}, "29/2/2568"),
        ({"key": "A1", "type": "date", "text": "ก"}, "2026-02-30"),
        ({"key": "A1", "type": "text", "text": "ก", "long": False}, "ก" * 501),
        ({"key": "A1", "type": "text", "text": "ก"}, 5),
        ({"key": "A1", "type": "choice", "text": "ก", "choices": [{"v": "1", "t": "ก"}]}, "2"),
        ({"key": "A1", "type": "multi", "text": "ก", "choices": [{"v": "1", "t": "ก"}]}, "1"),
        ({"key": "A1", "type": "photo", "text": "ก"}, ["../../etc/passwd"]),
        ({"key": "A1", "type": "signature", "text": "ก"}, {"image": "x"}),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_thai(question, raw):
    with pytest.raises(ValueError, match="[ก-๙]"):
        slot(question).clean(raw)


def test_a_question_opens_into_its_slots():
    whole = parse(
        form(RATING | {"with_exist": True, "with_evidence": True}, {"key": "A2", "type": "dual", "text": "ก"})
    )

    assert list(whole.slots) == ["A1", "A1.exist", "A1.note", "A1.photo", "A2.current", "A2.desired"]


def test_a_fact_takes_words_and_is_not_counted():
    question = parse(form({"key": "A1", "type": "text", "text": "โรงเรียน", "source": "school", "required": True}))

    assert (question.questions["A1"].counts, question.questions["A1"].required) == (False, False)


def test_the_shipped_choices_are_split_from_their_text():
    forms = {item["code"]: parse(item["definition"]) for item in read()}

    ways = forms["INS-01"].questions["A5"]
    status = forms["INS-04"].questions["A1"]
    assert (ways.text, [choice.text for choice in ways.choices][:2]) == ("วิธีการนิเทศ", ["เยี่ยมชั้นเรียน", "ประชุมปรึกษาหารือ"])
    assert (status.text, status.specify.text) == ("สถานภาพ", "อื่น ๆ")
