"""Reading files: whatever an office sends is a table, or gets a sentence that helps."""

import io
import zipfile

import openpyxl
import pytest

from schools import tabular
from schools.columns import ENROLMENT_COLUMNS, SCHOOL_COLUMNS
from schools.tabular import TableError, read_table

HEAD = "รหัสโรงเรียน 10 หลัก,ชื่อสถานศึกษา(ไทย),ตำบล"
LINES = f"{HEAD}\r\n1010720019,วัดชนะสงคราม,ชนะสงคราม\r\n1010720007,น้ำพุ,บ้านพานถม\r\n"


def workbook(rows, **sheets) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, extra in sheets.items():
        sheet = book.create_sheet(name)
        for row in extra:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        LINES.encode("utf-8"),
        LINES.encode("utf-8-sig"),
        LINES.encode("cp874"),
        LINES.encode("tis-620"),
        LINES.encode("utf-16"),
        LINES.encode("utf-16-le"),
        LINES.encode("utf-16-be"),
        LINES.replace("\r\n", "\n").encode(),
        LINES.replace(",", ";").encode(),
        LINES.replace(",", "\t").encode("utf-16"),
        LINES.replace(",", "|").encode(),
        ("sep=;\r\n" + LINES.replace(",", ";")).encode("cp874"),
        ("ทะเบียนโรงเรียน\r\n\r\n" + LINES).encode(),
        workbook([line.split(",") for line in LINES.splitlines()]),
        workbook([["ปก"], ["หน้าแรก"]], ข้อมูล=[line.split(",") for line in LINES.splitlines()]),
    ],
    ids=[
        "utf8",
        "bom",
        "cp874",
        "tis620",
        "utf16",
        "utf16le",
        "utf16be",
        "lf",
        "semicolon",
        "tab",
        "bar",
        "sep",
        "title",
        "xlsx",
        "second-sheet",
    ],
)
def test_every_usual_encoding_and_separator_gives_the_same_table(data):
    table = read_table(data, SCHOOL_COLUMNS)

    assert table.columns == ["obec_code", "name", "subdistrict", "beyond"]
    assert [cells[:3] for _, cells in table.rows] == [
        ["1010720019", "วัดชนะสงคราม", "ชนะสงคราม"],
        ["1010720007", "น้ำพุ", "บ้านพานถม"],
    ]


def test_row_numbers_are_those_of_the_spreadsheet():
    table = read_table(f"ชื่อเรื่อง\n{HEAD}\n\n1010720019,ก,\n,,\n1010720007,ข,\n".encode(), SCHOOL_COLUMNS)
    assert [number for number, _ in table.rows] == [4, 6]


def test_numbers_in_a_workbook_are_codes_without_a_decimal_point():
    table = read_table(workbook([["obec_code_10", "name_th"], [1010720019, "ก"], [1010720007.0, "ข"]]), SCHOOL_COLUMNS)
    assert [cells[0] for _, cells in table.rows] == ["1010720019", "1010720007"]


def test_columns_without_use_are_named_and_never_guessed():
    table = read_table("obec_code_10,name_th,ชื่อสถานศึกษา(อังกฤษ),seq\n1,ก,A,1\n".encode(), SCHOOL_COLUMNS)
    assert table.unused == ["ชื่อสถานศึกษา(อังกฤษ)", "seq"]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("รหัสโรงเรียน 10 หลัก", "obec_code"),
        ("รหัสโรงเรียน ๑๐ หลัก", "obec_code"),
        ("obec_code_10", "obec_code"),
        ("รหัส Smis 8 หลัก", "smis_code"),
        ("ระดับที่เปิดสอน (ปีปัจจุบัน)", "levels"),
        ("อีเมล์", "email"),
        ("เครือข่ายพัฒนาคุณภาพการศึกษา", "group"),
        ("รหัส สพท.", "area_code"),
        ("รหัส Obec 6 หลัก", None),
    ],
)
def test_headings_are_known_in_thai_and_english(heading, column):
    assert SCHOOL_COLUMNS.find(heading) == column


def zip_of(**members) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "ว่างเปล่า"),
        (b" \r\n ", "ว่างเปล่า"),
        (b"\x89PNG\r\n\x1a\n\0\0", "รูปภาพ"),
        (b"\xff\xd8\xff\xe0\0\0JFIF", "รูปภาพ"),
        (b"%PDF-1.7 ...", "PDF"),
        ("<html><table><tr><td>รหัส</td></tr></table>".encode(), "หน้าเว็บ"),
        (b'<?xml version="1.0"?><Workbook/>', "หน้าเว็บ"),
        (OLE, "บันทึกเป็น” ชนิด .xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "รหัสผ่าน"),
        (OLE + "WordDocument".encode("utf-16-le"), "Word"),
        (zip_of(word__document_xml="<x/>"), "Word"),
        (zip_of(content_xml="<x/>"), "OpenDocument"),
        (zip_of(a_txt="x"), "ไฟล์บีบอัด"),
        (zip_of(xl__workbook_xml="no xml"), "เสียหาย"),
        (b"PK\x03\x04 and then nothing", "เสียหาย"),
        (b"\x00\x01\x02\x03\xff\xfe\x80" * 50, "อ่านไฟล์นี้เป็นข้อความไม่ได้"),
        ("ชื่อ,อายุ\nสมชาย,5\n".encode(), "ขาดคอลัมน์ รหัสโรงเรียน 10 หลัก, ชื่อสถานศึกษา(ไทย) · คอลัมน์ที่พบในไฟล์: ชื่อ, อายุ"),
        ("รหัสโรงเรียน 10 หลัก,ตำบล\n1,ก\n".encode(), "ขาดคอลัมน์ ชื่อสถานศึกษา(ไทย)"),
        (f"{HEAD}\n".encode(), "มีแต่หัวตาราง"),
        (f'{HEAD}\n1,"{"ก" * 200_000}'.encode(), "เครื่องหมายคำพูด"),
        (workbook([]), "ไม่พบหัวตาราง"),
    ],
    ids=lambda value: value[:24].strip() if isinstance(value, str) else None,
)
def test_what_is_no_table_is_refused_with_a_sentence_that_helps(data, sentence):
    with pytest.raises(TableError) as refusal:
        read_table(data, SCHOOL_COLUMNS)
    assert sentence in str(refusal.value)


def test_a_locked_zip_member_is_said_to_have_a_password():
    data = bytearray(workbook([["a"]]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(signature, place + 1)) >= 0:
            data[place + offset] |= 1
    with pytest.raises(TableError, match="รหัสผ่าน"):
        read_table(bytes(data), SCHOOL_COLUMNS)


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(monkeypatch):
    monkeypatch.setattr(tabular, "MAX_UNPACKED", 1_000_000)
    bomb = zip_of(xl__workbook_xml="<x/>", xl__worksheets__sheet1_xml=b" " * 1_000_000)
    assert len(bomb) < 2_000
    with pytest.raises(TableError, match="ใหญ่ผิดปกติ"):
        read_table(bomb, SCHOOL_COLUMNS)


def test_more_rows_than_the_limit_are_refused(monkeypatch):
    monkeypatch.setattr(tabular, "MAX_ROWS", 3)
    with pytest.raises(TableError, match="มีเกิน 3 แถว"):
        read_table((HEAD + "\n" + "1010720019,ก,ข\n" * 4).encode(), SCHOOL_COLUMNS)


def test_a_file_over_the_limit_is_refused_before_it_is_looked_at():
    with pytest.raises(TableError, match="ใหญ่เกิน 20 MB"):
        read_table(b"x" * (tabular.MAX_BYTES + 1), SCHOOL_COLUMNS)


def test_enrolment_headings_of_emis_are_known():
    table = read_table(
        "รหัสโรงเรียน,ปีการศึกษา,ชั้น/เพศ,ชาย,หญิง,รวม,ห้องเรียน\n1,2569,ป.1,1,2,3,1\n".encode(), ENROLMENT_COLUMNS
    )
    assert table.columns == ["obec_code", "academic_year", "grade", "male", "female", "total", "rooms", "beyond"]
