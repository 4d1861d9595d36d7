"""Questions and choices as other people make them: what is taken, what is changed, what is left, and that each row says so."""

import pytest

from tests.builder.xlsform.making import CHANGED, LEFT, PLACES, TAKEN, YES_NO, imported, one

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
