"""Expressions, names, labels and settings as other people write them."""

import pytest

from tests.builder.xlsform.making import CHANGED, LEFT, TAKEN, imported

# -- Expressions and the rest of a row -----------------------------------------------------------------------------


def test_required_in_all_its_spellings():
    rows = [
        ["text", f"q{n}", "ข้อ", value]
        for n, value in enumerate(["yes", "TRUE", "true()", True, 1, "no", "false()", None, "${q0} = 'ก'"])
    ]
    form = imported([["type", "name", "label", "required"], *rows])
    assert [bool(q.get("required")) for q in form.questions.values()] == [True] * 5 + [False] * 4
    assert form["q8"]["required_when"] == 'q0 = "ก"'


def test_a_constraint_is_bounds_where_it_is_only_that():
    form = imported(
        "type | name | label | constraint | constraint_message\ninteger | a | ก | . >= 0 and . <= 120 |\ninteger | b | ข | . > 0 and . < ${a} | น้อยกว่าก\ntext | c | ค | regex(., '[0-9]{10}') | สิบหลัก",
    )
    assert (form["a"]["min"], form["a"]["max"]) == ("0", "120")
    assert (form["b"]["must_hold"], form["b"]["must_message"]) == (". > 0 and . < a", "น้อยกว่าก")
    assert form["c"]["must_hold"] == 'matches(., "[0-9]{10}")'


def test_a_condition_that_cannot_be_taken_leaves_the_question_without_it_and_shows_the_expression():
    form = imported(
        "type | name | label | relevant\ntext | a | ก |\ntext | b | ข | pulldata('x', 'y', 'z', ${a}) = '1'"
    )
    assert "show_when" not in form["b"]
    outcome, reason = form.row(3)
    assert outcome == CHANGED
    assert "pulldata('x'" in reason
    assert "แสดงเมื่อ" in reason


def test_a_formula_that_cannot_be_taken_takes_what_hangs_on_it_along():
    form = imported("""
        type | name | label | calculation | relevant
        text | a | ก | |
        calculate | x | | once(random()) |
        calculate | y | | ${x} + 1 |
        text | b | ข | | ${y} > 2
        """)
    assert list(form.questions) == ["a", "b"]
    assert [form.row(n)[0] for n in (3, 4, 5)] == [LEFT, LEFT, CHANGED]


def test_circles_are_cut():
    form = imported("""
        type | name | label | relevant | calculation
        text | a | ก | ${b} = 'x' |
        text | b | ข | ${a} = 'x' |
        calculate | c | | | ${d} + 1
        calculate | d | | | ${c} + 1
        calculate | e | | | ${e} + 1
        """)
    assert list(form.questions) == ["a", "b"]
    assert "เป็นวง" in form.row(2)[1] + form.row(3)[1]
    assert "เป็นวง" in form.row(4)[1]


def test_a_comparison_of_the_wrong_types_is_dropped_not_fatal():
    form = imported(
        "type | name | label | relevant\ngeopoint | p | จุด |\ntext | a | ก | ${p} > 3\nimage | i | ภาพ |\ntext | b | ข | ${i} != ''"
    )
    assert "show_when" not in form["a"]
    assert form["b"]["show_when"] == "answered(i)"


def test_a_hidden_constant_stands_where_it_is_named():
    form = imported(
        """
        type | name | label | default | calculation | relevant
        hidden | kind | | north
        hidden | least | | 3
        hidden | moving | | today()
        integer | n | ก
        calculate | both | | | concat(${kind}, '-', ${n})
        text | t | ข | | | ${n} >= ${least}
        text | u | ค | | | ${moving} = 'x'
        """
    )
    assert form.row(2) == (LEFT, "ระบบไม่มีข้อซ่อน จึงใช้ค่าคงที่ “north” แทนในเงื่อนไขและสูตรที่อ้างถึง")
    assert form["both"]["expr"] == 'concat("north", "-", text(n))'
    assert form["t"]["show_when"] == "n >= 3"
    assert "show_when" not in form["u"]


def test_the_text_of_a_choice_and_a_written_date_are_computed():
    form = imported(
        """
        type | name | label | calculation
        select_one yn | c | ก
        date | d | ข
        calculate | said | | jr:choice-name(${c}, '${c}')
        calculate | day | | format-date(${d}, '%d/%m/%Y')
        """,
        "list_name | name | label\nyn | 1 | ใช่\nyn | 0 | ไม่",
    )
    assert form["said"]["expr"] == 'if(c = "1", "ใช่", if(c = "0", "ไม่", ""))'
    assert form["day"]["expr"] == (
        'if(answered(d), concat(if(day(d) < 10, "0", ""), text(day(d)), "/", '
        'if(month(d) < 10, "0", ""), text(month(d)), "/", text(year(d))), "")'
    )
    assert form.row(4) == form.row(5) == (TAKEN, "")


def test_metadata_can_be_named_only_as_the_day():
    form = imported(
        "type | name | label | constraint | relevant\ntoday | today | |\nusername | who | |\ndate | d | วันที่ | . <= ${today} |\ntext | a | ก | | ${who} = 'x'"
    )
    assert form["d"]["must_hold"] == ". <= today()"
    assert "show_when" not in form["a"]


def test_names_that_are_no_keys_are_mapped_and_references_follow():
    form = imported("""
        type | name | label | relevant
        integer | _age | อายุ |
        integer | household-size | คน | ${_age} > 1
        integer | 2nd.visit | ครั้ง | ${household-size} > 1
        text | ชื่อ | ชื่อ | ${2nd.visit} = 1
        text | and | และ | ${ชื่อ} != ''
        text | x23456789012345678901234567890123456789012345 | ยาว | ${and} = 'y'
        """)
    keys = list(form.questions)
    assert keys == [
        "q_age",
        "household_size",
        "q_2nd_visit",
        "q",
        "q_and",
        "x234567890123456789012345678901234567890"[:40],
    ]
    assert [q.get("show_when") for q in form.questions.values()] == [
        None, "q_age > 1", "household_size > 1", "q_2nd_visit = 1", "answered(q)", 'q_and = "y"',
    ]  # fmt: skip
    assert all(form.row(n)[0] == CHANGED for n in range(2, 8))


def test_doubled_and_missing_names():
    form = imported(
        "type | name | label | relevant\ninteger | a | ก |\ninteger | a | ข |\ninteger | | ค |\nnote | | หมายเหตุ |\ntext | b | ง | ${a} = 1"
    )
    assert list(form.questions) == ["a", "a_2", "q4", "q5", "b"]
    assert "ซ้ำกับแถว 2" in form.row(3)[1]
    assert form["b"]["show_when"] == "a = 1"


def test_what_a_row_has_beyond_what_we_know_is_named():
    form = imported(
        "type | name | label | default | trigger | media::image | required_message | read_only | guidance_hint | bind::odk:length | body::accuracyThreshold\n"
        "text | a | ก | 5 | ${b} | x.png | ต้องตอบ | yes | ช่วย | 3 | 10\ntext | b | ข"
    )
    reason = form.row(2)[1]
    assert all(word in reason for word in ("ค่าตั้งต้น", "trigger", "ภาพ", "ข้อความเตือน", "read_only", "guidance_hint"))
    assert form["a"]["hint"] == "ช่วย"
    assert [note["name"] for note in form.imported.columns] == ["bind::odk:length", "body::accuracyThreshold"]


def test_labels_with_markup_and_references_become_plain():
    form = imported("type | name | label\ntext | a | ก\ntext | b | <span style='color:red'>**สำคัญ** ${a}</span>")
    assert form["b"]["text"] == "สำคัญ [a]"
    assert form.row(3)[0] == CHANGED


def test_a_label_beyond_the_limit_is_cut_and_a_missing_one_is_the_name():
    form = imported([["type", "name", "label"], ["text", "a", "ก" * 2500], ["text", "b", None]])
    assert len(form["a"]["text"]) == 2000
    assert form["b"]["text"] == "b"
    assert form.row(2)[0] == form.row(3)[0] == CHANGED


# -- Languages and settings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "cells", "default", "text"),
    [
        (["label::English (en)", "label::ไทย (th)"], ["one", "หนึ่ง"], "English (en)", "หนึ่ง"),
        (["label::English (en)", "label::French (fr)"], ["one", "un"], "French (fr)", "un"),
        (["label::English", "label::French"], ["one", "un"], None, "one"),
        (["label", "label::French"], ["one", "un"], None, "one"),
        (["label", "label::Thai"], ["one", "หนึ่ง"], "English", "หนึ่ง"),
        (["label:English", "label:Thai"], ["one", None], None, "one"),
        (["Label :: English", "LABEL::thai"], ["one", "หนึ่ง"], None, "หนึ่ง"),
    ],
)
def test_which_language_is_taken(headers, cells, default, text):
    form = imported(
        [["type", "name", *headers], ["text", "a", *cells]],
        settings=[["form_title", "default_language"], ["แบบ", default]] if default else None,
    )
    assert form["a"]["text"] == text
    assert len([note for note in form.imported.columns if note["sheet"] == "survey"]) <= 1


def test_settings_give_title_and_code_and_say_what_is_not_used():
    form = imported(
        "type | name | label\ntext | a | ก",
        settings="form_title | form_id | version | style | instance_name\nแบบเยี่ยมบ้าน | บ้าน home visit/1 | 3 | pages | concat(${a})\nสอง | b | | |",
    )
    assert form.imported.title == "แบบเยี่ยมบ้าน"
    assert form.imported.code == "home-visit-1"
    assert form.row(2, "settings")[0] == CHANGED
    assert form.row(3, "settings")[0] == LEFT
