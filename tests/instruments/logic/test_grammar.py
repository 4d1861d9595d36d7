"""What may be written, what is refused and where, and that nothing typed can bring the parser down."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from instruments.logic import FUNCTIONS, LogicError, parse, problems, rename, rename_text, settle, sheet, unparse
from instruments.logic.grammar import ARITIES, parsed
from tests.instruments.logic.helpers import question, section


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("1 + 2 * 3", ["+", ["n", "1"], ["*", ["n", "2"], ["n", "3"]]]),
        ("1 - 2 - 3", ["-", ["-", ["n", "1"], ["n", "2"]], ["n", "3"]]),
        ("not A = 1 and B", ["and", ["not", ["=", ["q", "A"], ["n", "1"]]], ["q", "B"]]),
        ("a or b and c", ["or", ["q", "a"], ["and", ["q", "b"], ["q", "c"]]]),
        ("-A * 2", ["*", ["neg", ["q", "A"]], ["n", "2"]]),
        ("B1.exist = 1", ["=", ["q", "B1.exist"], ["n", "1"]]),
        (". > .5", [">", ["self"], ["n", "0.5"]]),
        ("choice.province = A2", ["=", ["choice", "province"], ["q", "A2"]]),
        ('selected(A3,"ก ข")', ["call", "selected", ["q", "A3"], ["t", "ก ข"]]),
        ("'it''s' = “ดี”", ["=", ["t", "it's"], ["t", "ดี"]]),
        ("๑๐.๕๐ ≥ 010", [">=", ["n", "10.5"], ["n", "10"]]),
        ("A == 1 or A <> 2", ["or", ["=", ["q", "A"], ["n", "1"]], ["!=", ["q", "A"], ["n", "2"]]]),
        ("true() and not(false)", ["and", ["b", True], ["not", ["b", False]]]),
        ("sum + count(sum)", ["+", ["q", "sum"], ["call", "count", ["q", "sum"]]]),
    ],
)
def test_what_is_written_becomes_a_tree(text, tree):
    assert parse(text) == tree
    assert parse(unparse(tree)) == tree


@pytest.mark.parametrize(
    ("text", "at", "sentence"),
    [
        ("", 0, "ยังไม่ได้เขียนอะไร"),
        ("A = ", 4, "เขียนยังไม่จบ"),
        ("(A = 1", 0, "ขาดวงเล็บปิด"),
        ("sum(A, B", 3, "ขาดวงเล็บปิด"),
        ("A = 1)", 5, "มีวงเล็บปิดเกิน"),
        ("A, B", 1, "จุลภาค"),
        ("A 1", 2, "ขาดเครื่องหมายหรือคำเชื่อม"),
        ("sum(A B)", 6, "ขาดวงเล็บปิด หรือขาดเครื่องหมาย"),
        ("() = 1", 1, "ในวงเล็บยังว่าง"),
        ("A + * 2", 4, "ขาดค่าหรือรหัสข้อก่อน “*”"),
        ("1 < A < 3", 6, "เปรียบเทียบต่อกันไม่ได้"),
        ("A = 1 and foo(2)", 10, "ไม่รู้จักคำสั่ง “foo”"),
        ("averge(1) + meen(2)", 0, "คำสั่งที่ใช้ได้ ได้แก่ if selected"),
        ("meen(2)", 0, "หมายถึง “mean”"),
        ("if(A, 1)", 0, "คำสั่ง if ต้องมี 3 ค่า แต่เขียนมา 2 ค่า"),
        ("today(1)", 0, "คำสั่ง today ต้องมีวงเล็บว่าง"),
        ('A = "ก', 4, "ขาดเครื่องหมายคำพูดปิด"),
        ("A = ดี", 4, "ข้อความภาษาไทยต้องอยู่ในเครื่องหมายคำพูด"),
        ("A && B", 2, "ให้เขียน “and” แทน"),
        ("${A} = 1", 0, "ให้อ้างคำตอบด้วยรหัสข้อ"),
        ("A = 1;", 5, "ไม่รู้จักเครื่องหมาย “;”"),
        ("A = 1234567890123456", 4, "ยาวเกินไป"),
        ("A = 0.12345678901", 4, "ยาวเกินไป"),
        ("A" * 2001, 2000, "ยาวเกิน 2,000 ตัวอักษร"),
        ("(" * 500, 51, "ซ้อนกันเกิน 50 ชั้น"),
        ("not " * 500, 204, "ซ้อนกันเกิน 50 ชั้น"),
        ("-" * 2000, 51, "ซ้อนกันเกิน 50 ชั้น"),
        ("abs(" * 400, 204, "ซ้อนกันเกิน 50 ชั้น"),
        ("+".join(["1"] * 1000), 399, "ต่อกันยาวเกินไป"),
    ],
)
def test_what_is_wrong_is_said_in_thai_where_it_is(text, at, sentence):
    with pytest.raises(LogicError) as refusal:
        parse(text)
    assert (refusal.value.at, sentence in refusal.value.message) == (at, True), str(refusal.value)


WORDS = st.sampled_from(
    [*FUNCTIONS, *"()+-*/=<>,.'\"๑ก{|", "and", "or", "not", "mod", "!=", "A1", "B1.exist", "2.5", '"ก"']
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=30).map(" ".join)))
@example("(" * 1999)
@example("sum(1+" * 330)
def test_anything_typed_is_a_tree_or_a_sentence_with_its_place(text):
    result = parsed(text)
    if isinstance(result, LogicError):
        assert 0 <= result.at <= len(text)
        assert result.message
    else:
        assert parse(unparse(result.tree)) == result.tree


def from_deep(frames, call):
    return call() if frames == 0 else from_deep(frames - 1, call)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 49 + "1" + ")" * 49,
        "+".join(["1"] * 199),
        "sum(1+1+1," * 48 + "1" + ")" * 48,
        "1+1+1+1+1+sum(" * 30 + "1" + ")" * 30,
        "if(1 = 1, 1, " * 49 + "1" + ")" * 49,
    ],
)
def test_the_deepest_that_is_accepted_is_checked_and_computed_even_deep_inside_a_request(text):
    definition = {"sections": [section("A", question("X", "calc", expr=text))]}

    def whole():
        assert problems(definition) == []
        return settle(json.loads(json.dumps(sheet(definition))), {}, "2026-11-21").calc

    assert from_deep(250, whole).keys() == {"X"}


def test_a_renamed_question_takes_its_slots_along():
    names = {"B1": "C9", "M1.r1": "M1.r7", "sum": "total"}
    text = 'sum(B1, B1.exist,  M1.r1, M1.r2, B11, sum) > 1 and "B1" != choice.B1'

    assert rename_text(text, names) == 'sum(C9, C9.exist,  M1.r7, M1.r2, B11, total) > 1 and "B1" != choice.B1'
    assert rename(parse(text), names) == parse(rename_text(text, names))


def test_what_cannot_be_read_is_left_alone_when_a_question_is_renamed():
    assert rename_text('B1 = "ก', {"B1": "C1"}) == 'B1 = "ก'


def test_every_function_is_explained_with_an_example_that_can_be_read():
    assert ARITIES.keys() == FUNCTIONS.keys()
    for name, (explanation, example_text) in FUNCTIONS.items():
        assert explanation
        assert name in json.dumps(parse(example_text))
