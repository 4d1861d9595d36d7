"""No row of a file goes without a word, wherever it stands and however odd the sheet is."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from builder.xlsform import XlsFormRefused, import_definition, read
from tests.builder.xlsform.making import LEFT, TAKEN, Taken, imported, table, xlsx


def rows(form, sheet):
    return {row["row"]: (row["outcome"], row["reason"]) for row in form.imported.report if row["sheet"] == sheet}


def test_rows_below_many_empty_ones_are_read():
    form = imported([*table("type | name | label\ntext | a | ก"), *[[]] * 90, ["text", "b", "ข"]])
    assert [*form.questions] == ["a", "b"]
    assert form.row(93) == (TAKEN, "")


def test_columns_behind_many_empty_ones_are_read():
    form = imported([["type", "name", *[None] * 40, "label"], ["text", "a", *[None] * 40, "ก"]])
    assert form["a"]["text"] == "ก"
    assert form.imported.columns == []


def test_a_row_with_words_under_no_header_is_left_and_the_column_is_named():
    form = imported(
        [["type", "name", "label"], ["text", "a", "ก"], [None, None, None, "ลอย"]],
        [["list_name", "name", "label"], [None, None, None, "ลอย"]],
    )
    assert form.row(3) == (LEFT, "เป็นแถวหมายเหตุ ไม่มีชนิดและชื่อข้อ")
    assert form.row(2, "choices")[0] == LEFT
    assert {(note["sheet"], note["name"]) for note in form.imported.columns} == {
        ("survey", "D (ไม่มีหัวคอลัมน์)"),
        ("choices", "D (ไม่มีหัวคอลัมน์)"),
    }


def test_a_row_with_words_only_under_a_doubled_header_is_left():
    form = imported([["type", "name", "label", "label"], ["text", "a", "ก"], [None, None, None, "ลอย"]])
    assert form.row(3)[0] == LEFT


def test_titles_above_the_headers_of_any_sheet_are_left_and_the_rest_is_read():
    title = [["แบบสำรวจ"], []]
    form = Taken(
        xlsx(
            {
                "survey": title + table("type | name | label\nselect_one yn | a | ก"),
                "choices": title + table("list_name | name | label\nyn | y | ใช่"),
                "settings": title + table("form_title | form_id\nชื่อแบบ | F1"),
            }
        )
    )
    assert form.imported.title == "ชื่อแบบ"
    assert form["a"]["choices"] == [{"v": "y", "t": "ใช่"}]
    for sheet in ("survey", "choices", "settings"):
        assert rows(form, sheet) == {1: (LEFT, "อยู่เหนือแถวหัวคอลัมน์ จึงถือเป็นชื่อเรื่อง"), 4: (TAKEN, "")}


def test_rows_of_entities_and_osm_are_left():
    form = Taken(
        xlsx(
            {
                "survey": "type | name | label\ntext | tree | ต้นไม้",
                "entities": "list_name | label\ntrees | ${tree}",
                "osm": "list name | name | label\ntags | building | อาคาร",
            }
        )
    )
    assert rows(form, "entities") == {2: (LEFT, "ระบบไม่ใช้แผ่น entities ของ XLSForm")}
    assert rows(form, "osm") == {2: (LEFT, "ระบบไม่ใช้แผ่น osm ของ XLSForm")}


def test_a_cell_in_the_last_corner_of_a_sheet_costs_little():
    data = xlsx({"survey": "type | name | label\ntext | a | ก"})
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            corner = b'<row r="900000"><c r="XFD900000" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
            new.writestr(name, old.read(name).replace(b"</sheetData>", corner))
    assert [*Taken(buffer.getvalue()).questions] == ["a"]


@pytest.mark.parametrize(
    ("kind", "why"), [("cascading_select city", "choice_filter"), ("include", "ไฟล์เดียว"), ("osm tags", "OpenStreetMap")]
)
def test_types_of_long_ago_are_left_with_what_to_do_instead(kind, why):
    form = imported(f"type | name | label\n{kind} | x | ก\ntext | b | ข")
    assert form.row(2)[0] == LEFT
    assert why in form.row(2)[1]


NOTHING = {
    "survey": "type | name | label\nbegin group | g | กลุ่ม\ngeotrace | t | ทาง\nend group\nstart | s",
    "choices": "list_name | name | label\nyn | y | ใช่",
    "settings": "form_title | form_id\nชื่อ | F1",
}


def test_a_form_of_which_nothing_can_be_taken_says_why_of_each_row():
    with pytest.raises(XlsFormRefused, match="เส้นทาง") as refusal:
        import_definition(read(xlsx(NOTHING), "x.xlsx"))
    report = refusal.value.report
    assert [(row["sheet"], row["row"]) for row in report] == [
        *(("survey", number) for number in range(2, 6)),
        ("choices", 2),
        ("settings", 2),
    ]
    assert all(row["outcome"] == LEFT and row["reason"] for row in report)


@pytest.mark.django_db
def test_a_refusal_has_the_keys_of_every_report(tmp_path, capsys):
    path = tmp_path / "form.xlsx"
    path.write_bytes(xlsx({"survey": "type | name | label\ntext | a | ก"}))
    call_command("import_xlsform", str(path), "--dry-run", "--report", "json")
    good = json.loads(capsys.readouterr().out)
    path.write_bytes(xlsx(NOTHING))
    with pytest.raises(CommandError) as refusal:
        call_command("import_xlsform", str(path), "--dry-run", "--report", "json")
    nothing = json.loads(capsys.readouterr().out)
    assert refusal.value.returncode == 1
    assert good.keys() == nothing.keys()
    assert (good["error"], nothing["saved"], nothing["version"]) == ("", False, None)
    assert nothing["counts"] == {"taken": 0, "changed": 0, "left": 6}
