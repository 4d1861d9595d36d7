"""Sheets as Excel makes them, and what else people send for a workbook."""

import datetime as dt
import io

import openpyxl
import pytest

from tests.builder.xlsform.making import LEFT, TAKEN, YES_NO, Taken, imported, table, xlsx

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
