"""Files that are no XLSForm, broken ones, and forms larger than a form may be: a Thai sentence, never a traceback."""

import contextlib
import io
import re
import zipfile

import pytest

from builder.xlsform import XlsFormRefused, import_definition, read
from tests.builder.xlsform.making import xlsx

WHOLE = xlsx({"survey": "type | name | label\ntext | a | ชื่อ"})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "ว่างเปล่า"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "รูปภาพ (PNG)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "รูปภาพ (JPEG)"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04 not a zip", "เสียหาย"),
        (WHOLE[: len(WHOLE) // 2], "เสียหาย"),
        (zipped(word__document_xml="<w/>"), "Word"),
        (zipped(content_xml="<office/>"), ".ods"),
        (zipped(anything="x"), "zip"),
        (zipped(xl__workbook_xml="<not excel"), "เสียหาย"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "รหัสผ่าน"),
        (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0" * 600, "เสียหาย"),
        (OLE + b"\0" * 600, "ไม่ใช่สมุดงาน"),
        (b"<html><table><tr><td>type</td></tr></table></html>", "หน้าเว็บ"),
        (b"\x00\x01\x02\x03" * 50, "ไม่ใช่แบบฟอร์ม"),
        (b"just some words", "XLSForm"),
        (b"PK\x03\x04" + b"x" * 21 * 2**20, "ใหญ่เกิน"),
        (zipped(xl__workbook_xml=b"<x>" + b" " * 90_000_000 + b"</x>"), "คลาย"),
        (xlsx({"Sheet1": "a | b\n1 | 2", "Sheet2": "c\n3"}), "ไม่พบแผ่นงานชื่อ survey"),
        (xlsx({"รายชื่อ": "ที่ | โรงเรียน\n1 | ก"}), "ไม่มีคอลัมน์ type"),
        (xlsx({"survey": "type | name | label"}), "ยังไม่มีข้อคำถาม"),
        (xlsx({"survey": [], "choices": "list_name | name | label\na | b | c"}), "survey"),
        (xlsx({"survey": "type | name | label\nstart | s |\ngeotrace | g | เส้นทาง"}), "ไม่มีข้อคำถามใด"),
    ],
    ids=range(23),
)  # fmt: skip
def test_a_file_that_cannot_be_taken_is_refused_in_thai(data, said):
    with pytest.raises(XlsFormRefused) as refused:
        import_definition(read(data, "form.xlsx"))
    assert said in str(refused.value)
    assert not re.search(r"Traceback|Error|Exception", str(refused.value))


def test_a_path_that_is_no_file_is_refused(tmp_path):
    with pytest.raises(XlsFormRefused, match="ไม่พบไฟล์"):
        read(tmp_path / "none.xlsx")


def test_five_thousand_questions_are_too_many():
    data = xlsx({"survey": [["type", "name", "label"], *(["text", f"q{n}", f"ข้อ {n}"] for n in range(5000))]})
    with pytest.raises(XlsFormRefused, match="5,000 ข้อ"):
        import_definition(read(data))


def test_a_list_of_thirty_thousand_choices_is_refused_with_the_way_out():
    choices = [["list_name", "name", "label"], *(["school", str(n), f"โรงเรียน {n}"] for n in range(30_000))]
    data = xlsx({"survey": "type | name | label\nselect_one school | s | โรงเรียน", "choices": choices})
    with pytest.raises(XlsFormRefused, match=r"30,000 ตัวเลือก.*ทะเบียน"):
        import_definition(read(data))


def test_the_same_list_is_passed_over_where_no_question_uses_it():
    choices = [["list_name", "name", "label"], *(["school", str(n), f"โรงเรียน {n}"] for n in range(5_500))]
    made = import_definition(read(xlsx({"survey": "type | name | label\ntext | s | โรงเรียน", "choices": choices})))
    assert made.counts == {"taken": 1, "changed": 0, "left": 5_500}


def claiming(data, size):
    """The workbook, its sheets saying that they are as large as ``size``."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="%s"' % size, old.read(name))
            new.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("size", [b"A1", b"A1:A2", b"A1:XFD1048576"])
def test_a_sheet_is_read_whole_whatever_it_says_of_its_size(size):
    data = claiming(xlsx({"survey": "type | name | label\ntext | a | ก\ntext | b | ข"}), size)
    assert b'<dimension ref="%s"' % size in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    made = import_definition(read(data))
    assert [question["text"] for question in made.definition["sections"][0]["questions"]] == ["ก", "ข"]


@pytest.mark.parametrize(("empty", "keys"), [(5_000, ["a", "b"]), (5_001, ["a"])])
def test_a_sheet_ends_after_five_thousand_empty_rows(empty, keys):
    rows = [["type", "name", "label"], ["text", "a", "ก"], *[[]] * empty, ["text", "b", "ข"]]
    made = import_definition(read(xlsx({"survey": rows})))
    assert [question["key"] for question in made.definition["sections"][0]["questions"]] == keys
    assert [row["row"] for row in made.report] == [2, empty + 3][: len(keys)]


def test_an_xml_bomb_does_not_unfold():
    bomb = '<!DOCTYPE w [<!ENTITY a "' + "x" * 1000 + '">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(6)
    ) + "]><workbook>&g;</workbook>"  # fmt: skip
    with pytest.raises(XlsFormRefused):
        read(zipped(xl__workbook_xml=bomb, _Content_Types__xml="<x/>"))


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.8, 0.95])
def test_an_old_workbook_cut_short_is_refused_or_read_but_never_breaks(cut):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("survey")
    for number, row in enumerate([["type", "name", "label"], *[["text", f"q{n}", "ข้อ"] for n in range(200)]]):
        for place, value in enumerate(row):
            sheet.write(number, place, value)
    buffer = io.BytesIO()
    book.save(buffer)
    data = buffer.getvalue()
    with contextlib.suppress(XlsFormRefused):
        assert import_definition(read(data[: int(len(data) * cut)], "form.xls")).definition["sections"]
