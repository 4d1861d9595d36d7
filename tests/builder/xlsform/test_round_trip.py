"""Out and in again: the same form; and what goes out, pyxform takes."""

import copy
import io

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from builder.xlsform import export_workbook, import_definition, read
from instruments.checking import problems
from instruments.reference import read as reference
from tests.instruments.every_type import EVERY_TYPE

FORMS = {item["code"]: item["definition"] for item in reference()} | {"EVERY": EVERY_TYPE}


def round_trip(definition):
    return import_definition(read(export_workbook(definition, title="แบบ", code="X"), "x.xlsx"))


def edited(data, change):
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return import_definition(read(buffer.getvalue(), "x.xlsx"))


def without_our_sheet(book):
    del book["nithet_form"]


def cell(book, name, column, sheet="survey"):
    """The cell of the row with this name."""
    page = book[sheet]
    heads = [head.value for head in page[1]]
    row = next(row for row in page.iter_rows(min_row=2) if row[heads.index("name")].value == name)
    return row[heads.index(column)]


@pytest.mark.parametrize("code", FORMS)
def test_a_shipped_form_comes_back_exactly(code):
    made = round_trip(FORMS[code])
    assert made.definition == FORMS[code]
    assert made.counts["changed"] == made.counts["left"] == 0
    assert made.problems == []


@pytest.mark.parametrize("code", FORMS)
def test_pyxform_converts_a_shipped_form(code):
    made = convert(export_workbook(FORMS[code], title="แบบ", code=code), file_type=".xlsx")
    assert [warning for warning in made.warnings if "max-pixels" not in warning] == []
    assert "<h:html" in made.xform


@pytest.mark.parametrize("code", FORMS)
def test_a_form_that_lost_our_sheet_elsewhere_is_still_taken_whole(code):
    made = edited(export_workbook(FORMS[code], title="แบบ", code=code), without_our_sheet)
    assert made.problems == []
    assert made.counts["left"] == 0
    asked = {q["key"]: q for section in made.definition["sections"] for q in section["questions"]}
    for section in FORMS[code]["sections"]:
        for question in section["questions"]:
            if question["type"] == "rating":
                assert asked[question["key"]]["type"] == "rating"


def test_an_edited_label_is_taken_and_all_else_stays():
    def change(book):
        cell(book, "B1", "label").value = "ข้อความใหม่"

    made = edited(export_workbook(EVERY_TYPE), change)
    wanted = copy.deepcopy(EVERY_TYPE)
    wanted["sections"][2]["questions"][0]["text"] = "ข้อความใหม่"
    assert made.definition == wanted


def test_an_edited_condition_replaces_ours():
    def change(book):
        cell(book, "A13", "relevant").value = "${A5} > 10"
        cell(book, "C", "relevant").value = None
        cell(book, "A5", "constraint").value = ". <= 99"

    made = edited(export_workbook(EVERY_TYPE), change)
    asked = {q["key"]: q for section in made.definition["sections"] for q in section["questions"]}
    assert asked["A13"]["show_when"] == "A5 > 10"
    assert asked["A13"]["required_when"] == 'A1 = "2"'
    assert (asked["A5"].get("min"), asked["A5"]["max"]) == (None, "99")
    assert "show_when" not in made.definition["sections"][4]
    assert asked["B1"] == EVERY_TYPE["sections"][2]["questions"][0]


def test_an_added_row_and_a_removed_row_count():
    def change(book):
        sheet = book["survey"]
        row = cell(book, "A3", "name").row
        sheet.delete_rows(row)
        sheet.insert_rows(row)
        for place, value in enumerate(["integer", "NEW", "จำนวนครู"], start=1):
            sheet.cell(row, place, value)

    made = edited(export_workbook(EVERY_TYPE), change)
    keys = [question["key"] for question in made.definition["sections"][0]["questions"]]
    assert keys == ["A0", "A1", "A2", "NEW", *(q["key"] for q in EVERY_TYPE["sections"][0]["questions"][4:])]
    assert made.problems == []


def test_edited_choices_reach_scale_list_and_question():
    def change(book):
        sheet = book["choices"]
        for row in sheet.iter_rows(min_row=2):
            text = {("level5_na", "5"): "ดีเยี่ยม", ("districts", "1001"): "เขตพระนคร", ("A1", "2"): "ออนไลน์"}.get(
                (row[0].value, row[1].value)
            )
            row[2].value = text or row[2].value
        sheet.append(["A1", "3", "ผสมผสาน"])

    made = edited(export_workbook(EVERY_TYPE), change)
    asked = {q["key"]: q for section in made.definition["sections"] for q in section["questions"]}
    assert made.definition["scales"]["level5"]["values"][0] == {"v": 5, "t": "ดีเยี่ยม"}
    assert made.definition["lists"]["districts"]["items"][0] == {
        "v": "1001",
        "t": "เขตพระนคร",
        "attrs": {"province": "10"},
    }
    assert [choice["t"] for choice in asked["A1"]["choices"]] == ["เยี่ยมชั้นเรียน", "ออนไลน์", "อื่น ๆ", "ผสมผสาน"]
    assert asked["A1"]["choices"][2]["specify"]
    assert made.problems == []


@pytest.mark.parametrize(
    "ours",
    ["not json", "[]", '{"sections": 3}', '{"sections": [{"key": "A"}]}', '{"sections": [{"key": "A", "questions": [3]}]}',
     '{"sections": [], "note": NaN}', '{"note": "\\u0000", "sections": []}', "[" * 5000, '{"sections": [], "scales": []}'],
)  # fmt: skip
def test_our_sheet_with_nonsense_in_it_is_passed_over(ours):
    def change(book):
        page = book["nithet_form"]
        page.delete_rows(1, page.max_row)
        page.append(["form", "definition", "0", f"|{ours}"])

    made = edited(export_workbook(EVERY_TYPE), change)
    assert made.problems == []
    assert made.counts["taken"] > 50


# -- Random forms --------------------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40).filter(
    lambda t: t.strip()
)
TYPES = ["rating", "exist", "dual", "choice", "multi", "text", "number", "date", "time", "photo", "file", "place", "matrix",
         "note", "calc", "signature"]  # fmt: skip


@st.composite
def forms(draw):
    values = draw(st.lists(st.integers(-9, 99), min_size=2, max_size=5, unique=True))
    scale = {"title": draw(words), "values": [{"v": v, "t": draw(words)} for v in values], "bands": []}
    items = draw(st.lists(words.map(str.strip), min_size=1, max_size=5, unique=True))
    shared = [{"v": value, "t": draw(words), "attrs": {"zone": draw(words), "label": "x"}} for value in items]
    sections, numbers, picks = [], [], []
    for place in range(draw(st.integers(1, 3))):
        section = {"key": f"S{place}", "title": draw(words), "scale": "s", "questions": []}
        if draw(st.booleans()):
            section["intro"] = draw(words)
        if place and draw(st.booleans()):
            section["repeat"] = {"label": draw(words), "min": 0, "max": draw(st.integers(1, 9))}
        if numbers and draw(st.booleans()):
            section["show_when"] = f"{numbers[0]} > 1"
        for number in range(draw(st.integers(1, 4))):
            question = draw(question_of(f"Q{place}_{number}", numbers, picks))
            section["questions"].append(question)
            if not section.get("repeat"):
                numbers += [question["key"]] * (question["type"] == "number")
                picks += [(question["key"], choice["v"]) for choice in question.get("choices", [])[:1]]
        sections.append(section)
    made = {"scales": {"s": scale}, "lists": {"ข้อ": {"title": draw(words), "items": shared}}, "sections": sections}
    return made | ({"note": draw(words)} if draw(st.booleans()) else {})


@st.composite
def question_of(draw, key, numbers, picks):
    kind = draw(st.sampled_from(TYPES))
    question = {"key": key, "type": kind, "text": draw(words)}
    if draw(st.booleans()):
        question |= {
            "hint": draw(words),
            "required": draw(st.booleans()),
            "allow_na": draw(st.booleans()),
            "weight": "1.5",
        }
    if kind in ("choice", "multi"):
        chosen = draw(st.sampled_from(["own", "list", "master"]))
        if chosen == "own":
            values = draw(st.lists(words.map(str.strip), min_size=1, max_size=4, unique=True))
            question["choices"] = [{"v": value, "t": draw(words)} for value in values]
            question["choices"][-1]["specify"] = True
        elif chosen == "list":
            question |= {"list": "ข้อ", "look": "menu", "filter": 'choice.zone != "ก"'}
        else:
            question["master"] = "grades"
    elif kind == "matrix":
        question["rows"] = [{"key": f"r{n}", "text": draw(words)} for n in range(draw(st.integers(1, 3)))]
    elif kind == "calc":
        question |= {"expr": f"sum({numbers[0]}, 1) / 3" if numbers else "1 + 2", "decimals": 3, "unit": draw(words)}
    elif kind == "number":
        question |= {
            "min": "0",
            "max": "10.5",
            "decimals": 1,
            "unit": draw(words),
            "must_hold": ". != 3",
            "must_message": draw(words),
        }
    elif kind == "rating":
        question |= {
            "with_exist": draw(st.booleans()),
            "with_evidence": draw(st.booleans()),
            "levels": {"1": draw(words)},
        }
    elif kind == "text":
        question |= {"long": draw(st.booleans()), "max_length": 100}
    if numbers and draw(st.booleans()):
        question["show_when"] = f"{numbers[0]} >= 2 or not answered({numbers[0]})"
    if picks and kind not in ("note", "calc") and draw(st.booleans()):
        name, value = draw(st.sampled_from(picks))
        question["required_when"] = 'selected({}, "{}")'.format(name, value.replace('"', '""'))
    return question


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(forms())
def test_any_form_comes_back_exactly_and_pyxform_converts_it(definition):
    assert problems(definition) == []
    data = export_workbook(definition, title="แบบ", code="X")
    assert import_definition(read(data, "x.xlsx")).definition == definition
    convert(data, file_type=".xlsx")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(forms())
def test_any_form_without_our_sheet_is_taken_without_a_problem(definition):
    made = edited(export_workbook(definition, title="แบบ", code="X"), without_our_sheet)
    assert made.problems == []


def test_words_that_look_like_a_zero_byte_come_back():
    definition = copy.deepcopy(reference()[0]["definition"])
    definition["sections"][0]["questions"][0]["hint"] = "พิมพ์ \\u0000 ตามนี้"
    definition["lists"] = {"สี": {"title": "สี", "items": [{"v": "1", "t": "แดง"}]}}
    data = export_workbook(definition, title="แบบ", code="X")
    assert import_definition(read(data, "x.xlsx")).definition == definition
