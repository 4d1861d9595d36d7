"""Forms as other people make them: what is taken, what is changed, what is left, and that each row says so."""

import datetime as dt
import io

import openpyxl
import pytest

from tests.builder.xlsform.making import CHANGED, LEFT, TAKEN, Taken, imported, table, xlsx

YES_NO = "list_name | name | label\nyn | 1 | ใช่\nyn | 0 | ไม่ใช่"
PLACES = """
list_name | name | label | province
province | 10 | กรุงเทพมหานคร |
province | 12 | นนทบุรี |
district | 1001 | พระนคร | 10
district | 1002 | ดุสิต | 10
district | 1201 | เมืองนนทบุรี | 12
"""


def one(kind, **cells):
    """A form of one question of this type, and what became of it."""
    cells = {"type": kind, "name": "q", "label": "ข้อ"} | cells
    return imported([list(cells), list(cells.values())], choices=YES_NO)


# -- Types ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "made", "outcome"),
    [
        ("integer", {"type": "number", "decimals": 0}, TAKEN),
        ("int", {"type": "number"}, TAKEN),
        ("decimal", {"type": "number", "decimals": 6}, TAKEN),
        ("percentage", {"type": "number", "min": "0", "max": "100"}, TAKEN),
        ("range", {"type": "number", "min": "0", "max": "10"}, CHANGED),
        ("text", {"type": "text", "long": False}, TAKEN),
        ("string", {"type": "text"}, TAKEN),
        ("note", {"type": "note"}, TAKEN),
        ("date", {"type": "date"}, TAKEN),
        ("time", {"type": "time"}, TAKEN),
        ("dateTime", {"type": "date"}, CHANGED),
        ("geopoint", {"type": "place"}, TAKEN),
        ("gps", {"type": "place"}, TAKEN),
        ("image", {"type": "photo", "photos": 1}, TAKEN),
        ("photo", {"type": "photo"}, TAKEN),
        ("add image prompt", {"type": "photo"}, TAKEN),
        ("q picture", {"type": "photo"}, TAKEN),
        ("audio", {"type": "file"}, CHANGED),
        ("video", {"type": "file"}, CHANGED),
        ("file", {"type": "file", "files": 1}, TAKEN),
        ("barcode", {"type": "text"}, CHANGED),
        ("acknowledge", {"type": "choice", "choices": [{"v": "OK", "t": "รับทราบ"}]}, CHANGED),
        ("trigger", {"type": "choice"}, CHANGED),
        ("select_one yn", {"type": "choice", "choices": [{"v": "1", "t": "ใช่"}, {"v": "0", "t": "ไม่ใช่"}]}, TAKEN),
        ("Select One  YN", {"type": "choice"}, TAKEN),
        ("select one from yn", {"type": "choice"}, TAKEN),
        ("select1 yn", {"type": "choice"}, TAKEN),
        ("select_multiple yn", {"type": "multi"}, TAKEN),
        ("select all that apply from yn", {"type": "multi"}, TAKEN),
        ("rank yn", {"type": "multi"}, CHANGED),
        ("select_one_from_file schools.csv", {"type": "text"}, CHANGED),
        ("select_multiple_from_file schools.xml", {"type": "text"}, CHANGED),
        ("select_one schools.csv", {"type": "text"}, CHANGED),
        ("select_one ${q9}", {"type": "text"}, CHANGED),
        ("INTEGER ", {"type": "number"}, TAKEN),
    ],
)
def test_each_type_of_question_is_taken(kind, made, outcome):
    form = one(kind)
    assert form["q"] | made == form["q"]
    assert form.row(2)[0] == outcome


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("geotrace", "geopoint"), ("geoshape", "geopoint"), ("hidden", "ข้อซ่อน"), ("calculate", "ไม่มีสูตร"),
        ("xml-external", "ภายนอก"), ("csv-external", "ภายนอก"), ("osm", "OpenStreetMap"), ("start", "บันทึก"),
        ("end", "บันทึก"), ("today", "บันทึก"), ("deviceid", "บันทึก"), ("username", "บันทึก"), ("phonenumber", "บันทึก"),
        ("email", "บันทึก"), ("audit", "บันทึก"), ("simserial", "บันทึก"), ("subscriberid", "บันทึก"), ("start-geopoint", "บันทึก"),
        ("background-audio", "บันทึก"), ("background-geopoint", "บันทึก"), ("selekt_one yn", "ไม่รู้จักชนิด"),
        ("select_one", "ไม่ได้ระบุชื่อรายการ"), ("select_one nowhere", "ไม่มีรายการตัวเลือก “nowhere”"), ("end group", "begin"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_left_with_its_reason_and_the_rest_is_taken(kind, why):
    form = imported([["type", "name", "label"], [kind, "x", "ข้อ"], ["text", "q", "อื่น"]], choices=YES_NO)
    outcome, reason = form.row(2)
    assert outcome == LEFT
    assert why in reason
    assert list(form.questions) == ["q"]


@pytest.mark.parametrize(
    ("kind", "appearance", "made", "outcome"),
    [
        ("image", "signature", {"type": "signature"}, TAKEN),
        ("image", "draw", {"type": "photo"}, CHANGED),
        ("image", "annotate", {"type": "photo"}, CHANGED),
        ("text", "multiline", {"type": "text", "long": True}, TAKEN),
        ("text", "numbers", {"type": "text"}, CHANGED),
        ("select_one yn", "minimal", {"type": "choice", "look": "menu"}, TAKEN),
        ("select_one yn", "autocomplete", {"type": "choice", "look": "menu"}, TAKEN),
        ("select_one yn", "quick horizontal", {"type": "choice"}, CHANGED),
        ("select_one yn", "likert", {"type": "rating", "scale": "yn"}, TAKEN),
        ("select_multiple yn", "compact", {"type": "multi"}, CHANGED),
        ("date", "month-year", {"type": "date"}, CHANGED),
        ("geopoint", "placement-map", {"type": "place"}, TAKEN),
        ("integer", "w1", {"type": "number"}, CHANGED),
    ],
)
def test_appearances(kind, appearance, made, outcome):
    form = one(kind, appearance=appearance)
    assert form["q"] | made == form["q"]
    assert form.row(2)[0] == outcome


def test_a_likert_of_words_stays_a_choice():
    form = imported(
        "type | name | label | appearance\nselect_one l | q | ข้อ | likert",
        choices="list_name | name | label\nl | good | ดี\nl | bad | แย่",
    )
    assert form["q"]["type"] == "choice"
    assert form.row(2)[0] == CHANGED


def test_a_likert_with_a_not_applicable_is_a_rating_that_may_be_passed_over():
    form = imported(
        "type | name | label | appearance\nselect_one l | q | ข้อ | likert",
        choices="list_name | name | label\nl | 2 | ดี\nl | 1 | แย่\nl | na | ไม่เกี่ยวข้อง",
    )
    assert form["q"]["allow_na"]
    assert form.definition["scales"]["l"]["values"] == [{"v": 2, "t": "ดี"}, {"v": 1, "t": "แย่"}]


def test_a_date_with_time_becomes_two_questions_under_one_row():
    form = imported("type | name | label | required\ndatetime | when | เมื่อใด | yes\ntext | b | ต่อ |")
    assert [(q["key"], q["type"], q.get("required")) for q in form.questions.values()][:2] == [
        ("when", "date", True),
        ("when_time", "time", True),
    ]


def test_a_range_keeps_its_bounds_and_says_what_became_of_the_step():
    form = one("range", parameters="start=0 end=5; step=0.5")
    assert form["q"] | {"min": "0", "max": "5", "decimals": 1} == form["q"]
    assert "0.5" in form.row(2)[1]


def test_or_other_becomes_a_choice_that_asks_for_words_and_can_be_named():
    form = imported(
        "type | name | label | relevant\nselect_one yn or_other | q | ข้อ |\ntext | why | ทำไม | ${q_other} != ''",
        choices=YES_NO,
    )
    assert form["q"]["choices"][-1] == {"v": "other", "t": "อื่น ๆ (ระบุ)", "specify": True}
    assert form["why"]["show_when"] == "answered(q.other)"


def test_a_read_only_question_with_a_formula_is_a_calculated_value():
    form = imported(
        "type | name | label | calculation | read_only\ninteger | a | ก | |\ninteger | b | ข | ${a} * 2 | yes\ninteger | c | ค | ${a} | "
    )
    assert form["b"] | {"type": "calc", "expr": "a * 2"} == form["b"]
    assert form["c"]["type"] == "number"
    assert form.row(4)[0] == CHANGED


# -- Groups and repeats --------------------------------------------------------------------------------------------


def test_groups_become_sections_and_what_stands_outside_gets_one_of_its_own():
    form = imported("""
        type | name | label
        text | a | ก
        begin group | g | กลุ่มหนึ่ง
        text | b | ข
        end group | |
        text | c | ค
        """)
    assert [(s["title"], [q["key"] for q in s["questions"]]) for s in form.sections] == [
        ("ข้อทั่วไป", ["a"]), ("กลุ่มหนึ่ง", ["b"]), ("ข้อทั่วไป", ["c"]),
    ]  # fmt: skip


def test_nested_groups_are_flattened_with_joined_titles_and_joined_conditions():
    form = imported("""
        type | name | label | relevant
        integer | n | จำนวน |
        begin_group | outer | นอก | ${n} > 1
        text | a | ก |
        begin_group | inner | ใน | ${n} > 2
        text | b | ข |
        end_group | | |
        text | c | ค |
        end_group | | |
        """)
    assert [(s["title"], s.get("show_when")) for s in form.sections] == [
        ("ข้อทั่วไป", None), ("นอก", "n > 1"), ("นอก › ใน", "n > 1 and n > 2"), ("นอก (ต่อ)", "n > 1"),
    ]  # fmt: skip
    assert len({s["key"] for s in form.sections}) == 4
    assert form.row(5)[0] == CHANGED


def test_a_group_without_a_label_is_no_section_but_its_condition_holds():
    form = imported(
        "type | name | label | relevant\ninteger | n | จำนวน |\nbegin group | g | | ${n} = 1\ntext | a | ก | ${n} < 9\nend group | | |"
    )
    assert len(form.sections) == 1
    assert form["a"]["show_when"] == "n = 1 and n < 9"
    assert form.row(3)[0] == CHANGED


def test_a_repeat_inside_a_group_is_a_repeating_section():
    form = imported("""
        type | name | label | repeat_count | calculation
        begin group | g | โรงเรียน | |
        begin repeat | teachers | ครู | 3 |
        text | name | ชื่อ | |
        integer | age | อายุ | |
        end repeat | | | |
        end group | | | |
        calculate | total | รวม | | sum(${age})
        calculate | many | กี่คน | | count(${teachers})
        """)
    section = form.sections[0]
    assert section["title"] == "โรงเรียน › ครู"
    assert section["repeat"] == {"label": "ครู", "min": 3, "max": 3}
    assert form["total"]["expr"] == "sum(age)"
    assert form["many"]["expr"] == "count(teachers.rows)"


def test_a_repeat_in_a_repeat_is_asked_once_a_row_and_says_so():
    form = imported("""
        type | name | label
        begin repeat | house | บ้าน
        text | a | ก
        begin repeat | person | คน
        text | b | ข
        end repeat | |
        end repeat | |
        """)
    assert [q["key"] for q in form.sections[0]["questions"]] == ["a", "person", "b"]
    assert form["person"]["type"] == "note"
    assert "ซ้อน" in form.row(4)[1]


def test_a_group_in_a_repeat_is_a_heading_and_its_condition_goes_on_its_questions():
    form = imported("""
        type | name | label | relevant
        begin repeat | r | ครู |
        integer | n | จำนวน |
        begin group | g | รายละเอียด | ${n} > 0
        text | a | ก |
        end group | | |
        end repeat | | |
        """)
    assert [(q["type"], q.get("show_when")) for q in form.sections[0]["questions"]] == [
        ("number", None),
        ("note", "n > 0"),
        ("text", "n > 0"),
    ]


def test_a_repeat_count_that_is_computed_leaves_the_number_to_the_person():
    form = imported(
        "type | name | label | repeat_count\ninteger | n | จำนวน |\nbegin repeat | r | ครู | ${n}\ntext | a | ก |\nend repeat | | |"
    )
    assert form.sections[1]["repeat"] == {"label": "ครู"}
    assert form.row(3)[0] == CHANGED


def test_a_missing_end_closes_at_the_end_and_a_wrong_one_closes_what_it_can():
    form = imported(
        "type | name | label\nbegin group | g | ก\nbegin repeat | r | ข\ntext | a | ค\nend group | |\nbegin group | h | ง\ntext | b | จ"
    )
    assert [s["title"] for s in form.sections] == ["ก › ข", "ง"]
    assert form.row(3)[0] == CHANGED
    assert "ไม่มีแถวปิดกลุ่ม" in form.row(6)[1]


def test_a_group_of_which_nothing_is_taken_is_left():
    form = imported("type | name | label\nbegin group | g | ก\ngeotrace | x | ข\nend group | |\ntext | a | ค")
    assert form.row(2)[0] == LEFT
    assert [s["title"] for s in form.sections] == [form.imported.title]


def test_kobo_score_and_rank():
    form = imported("""
        type | name | label | kobo--score-choices | kobo--rank-items | required
        begin_score | m | ความพึงพอใจ | yn | | true
        score__row | s1 | สถานที่ | | |
        score__row | s2 | อาหาร | | |
        end_score | | | | |
        begin_rank | r | อันดับ | | yn |
        rank__level | r1 | ที่หนึ่ง | | |
        end_rank | | | | |
        """, choices=YES_NO)  # fmt: skip
    assert form["m"]["rows"] == [{"key": "s1", "text": "สถานที่"}, {"key": "s2", "text": "อาหาร"}]
    assert form["r1"]["type"] == "choice"


# -- Choices -------------------------------------------------------------------------------------------------------


def test_a_cascade_becomes_a_shared_list_with_a_filter():
    form = imported(
        "type | name | label | choice_filter\nselect_one province | p | จังหวัด |\nselect_one district | d | อำเภอ | province = ${p}",
        choices=PLACES,
    )
    assert form["d"]["list"] == "district"
    assert form["d"]["filter"] == "choice.province = p"
    assert form.definition["lists"]["district"]["items"][0] == {"v": "1001", "t": "พระนคร", "attrs": {"province": "10"}}
    assert form.row(3) == (TAKEN, "")


def test_a_cascade_of_external_choices_as_the_un_makes_them():
    form = imported(
        "type | name | label::English | label::French | choice_filter\nselect_one adm1 | adm1 | Region | Région |\nselect_one_external adm2 | adm2 | District | District | adm1=${adm1}",
        choices="list name | name | label::English | label::French\nadm1 | R1 | North | Nord\nadm1 | R2 | South | Sud",
        external_choices="list_name | name | label | adm1\nadm2 | D1 | Alpha | R1\nadm2 | D2 | Beta | R2",
    )
    assert form["adm1"]["text"] == "Region"
    assert form["adm2"]["filter"] == "choice.adm1 = adm1"
    assert [note["name"] for note in form.imported.columns] == ["label::French", "label::French"]


def test_a_filter_by_name_and_one_by_a_column_that_is_not_there():
    form = imported(
        "type | name | label | choice_filter\nselect_one province | p | จังหวัด |\nselect_one district | d | อำเภอ | name != '1001'\nselect_one district | e | อำเภอ | region = ${p}",
        choices=PLACES,
    )
    assert form["d"]["filter"] == 'choice.name != "1001"'
    assert "filter" not in form["e"]
    assert "region" in form.row(4)[1]


def test_a_column_name_that_is_no_name_of_ours_is_mapped():
    form = imported(
        "type | name | label | choice_filter\nselect_one a | a | ก |\nselect_one b | b | ข | parent-a = ${a}",
        choices="list_name | name | label | parent-a\na | 1 | หนึ่ง |\nb | 2 | สอง | 1",
    )
    assert form["b"]["filter"] == "choice.parent_a = a"


def test_broken_rows_of_choices_are_reported_one_by_one():
    form = imported(
        "type | name | label\nselect_one l | q | ข้อ",
        choices="list_name | name | label\nl | 1 | หนึ่ง\nl | 1 | ซ้ำ\nl | | ไม่มีค่า\nl | 2 |\n | 3 | สาม\nother | 9 | ไม่ใช้\n | | คำอธิบาย",
    )
    assert [form.row(n, "choices")[0] for n in range(2, 9)] == [TAKEN, LEFT, LEFT, CHANGED, CHANGED, LEFT, LEFT]
    assert [choice["v"] for choice in form["q"]["choices"]] == ["1", "2", "3"]


def test_a_long_list_used_twice_is_kept_once():
    choices = [["list_name", "name", "label"], *(["big", f"c{n}", f"ตัวเลือก {n}"] for n in range(600))]
    form = imported("type | name | label\nselect_one big | a | ก\nselect_multiple big | b | ข", choices=choices)
    assert form["a"]["list"] == form["b"]["list"] == "big"
    assert len(form.definition["lists"]["big"]["items"]) == 600


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


# -- Sheets as Excel makes them ------------------------------------------------------------------------------------


def test_quirks_of_headers():
    form = Taken(
        xlsx(
            {
                " Survey ": [
                    ["Type", " NAME ", "Caption", "Relevance", None, "comments", "label"],
                    ["integer", "a", "ก", None, "x", "ดี", "ข"],
                    ["text", "b", "ค", "${a}=1"],
                ]
            }
        )
    )
    assert form["b"]["show_when"] == "a = 1"
    assert form["a"]["text"] == "ก"
    assert {note["name"] for note in form.imported.columns} == {"E (ไม่มีหัวคอลัมน์)", "comments", "label"}


def test_doubled_headers_keep_the_first_column():
    form = imported([["type", "name", "label", "label"], ["text", "a", "แรก", "หลัง"]])
    assert form["a"]["text"] == "แรก"
    assert form.imported.columns[0]["name"] == "label"


def test_a_title_above_the_header_and_the_row_numbers_of_excel():
    form = imported([["แบบสำรวจ 2569"], [], ["type", "name", "label"], [], ["text", "a", "ก"]])
    assert form.row(5) == (TAKEN, "")


def test_empty_rows_comment_rows_and_disabled_rows():
    form = imported("""
        type | name | label | disabled
        text | a | ก |
        -
        -
         | | ส่วนที่สองเริ่มที่นี่ |
         | ขาดชนิด | ข้อ |
        text | b | ข | yes
        text | c | ค | no
        """)
    assert list(form.questions) == ["a", "c"]
    assert [form.row(n)[0] for n in (5, 6, 7, 8)] == [LEFT, LEFT, LEFT, TAKEN]


def test_numbers_booleans_and_dates_as_cells():

    form = imported(
        [["type", "name", "label"], ["integer", 1, 2.0], ["text", 2.5, True], ["text", "d", dt.date(2026, 5, 16)]]
    )
    assert [(q["key"], q["text"]) for q in form.questions.values()][:2] == [("q_1", "2"), ("q_2_5", "TRUE")]


def test_spaces_that_do_not_break_and_quotes_that_are_clever():
    form = imported(
        [
            ["type\u00a0", "name", "label", "relevant"],
            ["select_one\u00a0yn ", " a ", "\u00a0ก\u200b ", None],
            ["text", "b", "ข", "${a}\u00a0=\u00a0‘1’"],
        ],
        choices=YES_NO,
    )
    assert form["a"]["text"] == "ก"
    assert form["b"]["show_when"] == 'a = "1"'


def test_merged_cells_formulas_and_cells_beyond():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "survey"
    for row in (
        ["type", "name", "label"],
        ["text", "a", "ก"],
        ["text", "b", "=CONCATENATE(A1,B1)"],
        ["text", "c", "ค"],
    ):
        sheet.append(row)
    sheet.merge_cells("A3:A4")
    sheet["Z900"] = "โน้ต"
    buffer = io.BytesIO()
    book.save(buffer)
    form = Taken(buffer.getvalue())
    assert list(form.questions) == ["a", "b"]
    assert form["b"]["text"] == "b"
    assert form.row(4)[0] == LEFT


def test_other_sheets_are_named_and_not_read():
    form = Taken(xlsx({"survey": "type | name | label\ntext | a | ก", "คำอธิบาย": "อ่านก่อน", "Sheet3": [["y"]]}))
    assert [note["sheet"] for note in form.imported.columns] == ["คำอธิบาย", "Sheet3"]


def test_the_only_sheet_need_not_be_called_survey():
    assert list(Taken(xlsx({"Sheet1": "type | name | label\ntext | a | ก"})).questions) == ["a"]


def test_a_formula_at_the_start_of_a_label_stays_text():
    assert imported([["type", "name", "label"], ["text", "a", "-1+1 ใช่หรือไม่"]])["a"]["text"] == "-1+1 ใช่หรือไม่"


# -- Other files ---------------------------------------------------------------------------------------------------

PLAIN = "type,name,label,required\ninteger,a,จำนวน,yes\ntext,b,ชื่อ,\n"


@pytest.mark.parametrize("data", [PLAIN.encode(), PLAIN.encode("utf-8-sig"), PLAIN.encode("cp874"), PLAIN.encode("utf-16"),
                                  PLAIN.replace(",", ";").encode(), PLAIN.replace(",", "\t").encode(), PLAIN.replace("\n", "\r\n").encode()])  # fmt: skip
def test_a_plain_table_as_csv(data):
    form = Taken(data, "แบบ.csv")
    assert [(q["key"], q["text"]) for q in form.questions.values()] == [("a", "จำนวน"), ("b", "ชื่อ")]


def test_a_csv_with_sheets_in_its_first_column_as_pyxform_writes_it():
    form = Taken(
        "survey\n,type,name,label\n,select_one l,a,ก\nchoices\n,list_name,name,label\n,l,1,ใช่\n".encode(), "x.csv"
    )
    assert form["a"]["choices"] == [{"v": "1", "t": "ใช่"}]


def test_a_markdown_table():
    form = Taken(
        "| survey |\n| | type | name | label |\n| | select_one l | a | ก |\n| choices |\n| | list_name | name | label |\n| | l | 1 | ใช่ |\n".encode(),
        "x.md",
    )
    assert form["a"]["choices"] == [{"v": "1", "t": "ใช่"}]


def test_an_old_workbook(capsys):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    for name, rows in (("survey", "type | name | label | label\nselect_one l | a | ก |\nbegin repeat | r | ครู |\ntext | b | ข |\nend repeat | | |"),
                       ("choices", "list name | name | label\nl | 1 | ใช่"), ("settings", "form_title | form_id\nแบบเก่า | OLD")):  # fmt: skip
        sheet = book.add_sheet(name)
        for number, row in enumerate(table(rows)):
            for place, value in enumerate(row):
                sheet.write(number, place, 1 if value == "1" else value)
    buffer = io.BytesIO()
    book.save(buffer)
    form = Taken(buffer.getvalue() + b"\0" * 7, "old.xls")
    assert form.imported.title == "แบบเก่า"
    assert form["a"]["choices"] == [{"v": "1", "t": "ใช่"}]
    assert form.sections[1]["repeat"] == {"label": "ครู"}
    assert capsys.readouterr().out == ""


def test_the_name_of_a_file_proves_nothing():
    data = xlsx({"survey": "type | name | label\ntext | a | ก"})
    assert list(Taken(data, "form.xls").questions) == list(Taken(data, "form.csv").questions) == ["a"]


def test_a_thousand_questions_that_hang_on_each_other_are_read():
    rows = [["integer", f"q{n}", f"ข้อ {n}", f"${{q{n - 1}}} > {n}" if n else None] for n in range(1000)]
    form = imported([["type", "name", "label", "relevant"], *rows])
    assert len(form.questions) == 1000
