"""From an uploaded file to a table of texts, or a Thai sentence that says why not and what to do instead.

What a file is, is decided by its content and never by its name: offices send pages of the web named .xls and
pictures named .csv. Nothing here touches the database.
"""

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

import openpyxl

from schools.columns import ColumnSet
from thai.text import normalise

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 100
MAX_CELL = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
"""Bytes that an .xlsx may unpack to. 100,000 rows of a register come to about 60 MB."""
SHEET_ROWS = 1_048_576
"""The rows a sheet of Excel has. A file that numbers a row beyond them would have the gap before it read for days."""
HEADER_SEARCH = 15
"""Offices put titles above the headings; this many rows are searched for them."""

SAVE_AS = "โปรดเปิดไฟล์ใน Excel แล้วเลือก “บันทึกเป็น” ชนิด Excel (.xlsx) หรือ CSV UTF-8 แล้วนำเข้าอีกครั้ง"

_SIGNATURES = (
    (b"%PDF", "ไฟล์นี้เป็นเอกสาร PDF ไม่ใช่ตาราง"),
    (b"\x89PNG", "ไฟล์นี้เป็นรูปภาพ ไม่ใช่ตาราง"),
    (b"\xff\xd8\xff", "ไฟล์นี้เป็นรูปภาพ ไม่ใช่ตาราง"),
    (b"GIF8", "ไฟล์นี้เป็นรูปภาพ ไม่ใช่ตาราง"),
    (b"RIFF", "ไฟล์นี้เป็นรูปภาพหรือเสียง ไม่ใช่ตาราง"),
    (b"BM", "ไฟล์นี้เป็นรูปภาพ ไม่ใช่ตาราง"),
    (b"{\\rtf", "ไฟล์นี้เป็นเอกสาร RTF ไม่ใช่ตาราง"),
    (b"Rar!", "ไฟล์นี้เป็นไฟล์บีบอัด โปรดแตกไฟล์ก่อน"),
    (b"7z\xbc\xaf", "ไฟล์นี้เป็นไฟล์บีบอัด โปรดแตกไฟล์ก่อน"),
    (b"\x1f\x8b", "ไฟล์นี้เป็นไฟล์บีบอัด โปรดแตกไฟล์ก่อน"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|table|meta|\?xml|!--)", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")
_THAI_OR_PLAIN = re.compile("[\t\r\n -~ก-๛“”‘’–—…]")


class TableError(ValueError):
    """The file is no table that can be imported; the message is a Thai sentence for the person who chose it."""


@dataclass(frozen=True)
class Table:
    """The known columns of a file: ``rows`` are (row number in the file, texts in the order of ``columns``)."""

    columns: list[str]
    rows: list[tuple[int, list[str]]]
    unused: list[str] = field(default_factory=list)
    """Headings of the file that the import does not use."""


def too_large() -> str:
    return f"ไฟล์ใหญ่เกิน {MAX_BYTES // 1024 // 1024} MB จึงยังไม่ได้อ่าน โปรดแบ่งไฟล์ หรือลบรูปภาพและแผ่นงานที่ไม่เกี่ยวข้องออกก่อน"


def read_table(data: bytes, columns: ColumnSet) -> Table:
    """Read CSV (UTF-8, UTF-16 or Windows-874; comma, semicolon, tab or bar) or XLSX. Raises `TableError`."""
    if len(data) > MAX_BYTES:
        raise TableError(too_large())
    if not data.strip():
        raise TableError("ไฟล์นี้ว่างเปล่า โปรดตรวจสอบว่าเลือกถูกไฟล์")
    if data.startswith(_OLE):
        raise TableError(_what_ole_is(data))
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_xlsx(data, columns)
    for signature, what in _SIGNATURES:
        if data.startswith(signature) and (signature != b"BM" or b"\x00" in data[:64]):
            raise TableError(f"{what} {SAVE_AS}")
    return _read_text(data, columns)


def _what_ole_is(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "ไฟล์นี้ถูกเข้ารหัสหรือตั้งรหัสผ่านไว้ โปรดเปิดใน Excel ยกเลิกรหัสผ่าน บันทึก แล้วนำเข้าอีกครั้ง"
    if "WordDocument".encode("utf-16-le") in data:
        return f"ไฟล์นี้เป็นเอกสาร Word ไม่ใช่ตาราง {SAVE_AS}"
    return "ไฟล์นี้เป็น Excel รุ่นเก่า (.xls) ซึ่งระบบไม่รับ โปรดเปิดใน Excel แล้วเลือก “บันทึกเป็น” ชนิด .xlsx แล้วนำเข้าอีกครั้ง"


# -- Text ----------------------------------------------------------------------------------------------------------


def decode(data: bytes) -> str:
    """The text of a CSV in whichever of the usual encodings it is. Raises `TableError`."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            candidates: tuple[str, ...] = (encoding,)
            break
    else:
        start = data[:4096]
        if b"\x00" in start:
            # UTF-16 without its mark: the high bytes of digits, commas and line ends are zero.
            candidates = ("utf-16-le",) if start[1::2].count(0) >= start[0::2].count(0) else ("utf-16-be",)
        else:
            candidates = ("utf-8", "cp874")
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Bytes that were guessed to be UTF-16 always decode; only words tell whether the guess was right.
        guessed = candidates[0].startswith("utf-16-")
        if not _CONTROLS.search(text) and (
            not guessed or len(_THAI_OR_PLAIN.findall(text[:1000])) > 0.9 * len(text[:1000])
        ):
            return text
    raise TableError(f"อ่านไฟล์นี้เป็นข้อความไม่ได้ อาจไม่ใช่ไฟล์ตาราง หรือใช้รหัสอักขระที่ระบบไม่รู้จัก {SAVE_AS}")


def _read_text(data: bytes, columns: ColumnSet) -> Table:
    text = decode(data)
    if _MARKUP.match(text):
        raise TableError(f"ไฟล์นี้เป็นหน้าเว็บ (HTML/XML) ที่ตั้งชื่อเป็นไฟล์ตาราง {SAVE_AS}")
    lines = text.splitlines()
    stated = re.fullmatch(r"sep=(.)", lines[0].strip()) if lines else None
    delimiter = stated.group(1) if stated else _delimiter(text, columns)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return _table(reader, columns)
    except csv.Error as error:
        raise TableError(f"อ่านแถวที่ {reader.line_num} ของไฟล์ไม่ได้ เครื่องหมายคำพูดอาจเปิดค้างไว้ {SAVE_AS}") from error


def _delimiter(text: str, columns: ColumnSet) -> str:
    """The separator under which the most headings are known; a comma where none is."""

    def known(candidate: str) -> int:
        rows = islice(csv.reader(io.StringIO(text[:65_536], newline=""), delimiter=candidate), HEADER_SEARCH)
        try:
            return max((len(columns.match(row)) for row in rows), default=0)
        except csv.Error:
            return 0

    return max(",;\t|", key=known)


# -- XLSX ----------------------------------------------------------------------------------------------------------


def _read_xlsx(data: bytes, columns: ColumnSet) -> Table:
    try:
        _check_archive(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that no import looks at
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            first_error: TableError | None = None
            for sheet in sheets:
                try:
                    return _table(_sheet_rows(sheet), columns)
                except TableError as error:
                    first_error = first_error or error
    except TableError:
        raise
    except Exception as error:  # a broken workbook breaks the reader in any way it likes
        raise TableError(f"ไฟล์ Excel นี้เสียหายหรือเปิดไม่ได้ {SAVE_AS}") from error
    raise first_error or TableError("ไฟล์ Excel นี้ไม่มีแผ่นงานที่อ่านได้ โปรดตรวจสอบว่าเลือกถูกไฟล์")


def _check_archive(data: bytes) -> None:
    """Refuse what is no workbook, is locked, or would unpack to more than a register can be."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        names = {member.filename for member in members}
        if any(member.flag_bits & 1 for member in members):
            raise TableError("ไฟล์นี้ตั้งรหัสผ่านไว้ โปรดเปิดใน Excel ยกเลิกรหัสผ่าน บันทึก แล้วนำเข้าอีกครั้ง")
        if "xl/workbook.bin" in names:
            raise TableError(f"ไฟล์นี้เป็น Excel ชนิดไบนารี (.xlsb) {SAVE_AS}")
        if "xl/workbook.xml" not in names:
            what = (
                "ไฟล์ Word"
                if "word/document.xml" in names
                else "ไฟล์ OpenDocument"
                if "content.xml" in names
                else "ไฟล์บีบอัด"
            )
            raise TableError(f"ไฟล์นี้เป็น{what} ไม่ใช่ Excel (.xlsx) {SAVE_AS}")
        # A member that unpacks to more than it declares is cut off and fails its checksum.
        if sum(member.file_size for member in members) > MAX_UNPACKED or len(members) > 5_000:
            raise TableError(
                "ไฟล์ Excel นี้ขยายออกแล้วใหญ่ผิดปกติ ระบบจึงไม่เปิดอ่าน โปรดคัดลอกเฉพาะตารางไปไว้ในไฟล์ใหม่แล้วนำเข้าอีกครั้ง"
            )


def _sheet_rows(sheet) -> Iterator[list[str]]:
    for row in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS, max_row=SHEET_ROWS):
        yield [_cell_text(value) for value in row]


def _cell_text(value) -> str:
    """What a person sees in the cell; whole numbers without the .0 that spreadsheets keep."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


# -- Both ----------------------------------------------------------------------------------------------------------


def _table(rows: Iterable[list[str]], columns: ColumnSet) -> Table:
    numbered = enumerate(rows, 1)
    head, number = [], 0
    best: list[str] = []
    for number, cells in islice(numbered, HEADER_SEARCH):  # noqa: B007 -- the number goes on being used
        found = columns.match(cells)
        if all(column in found for column in columns.required):
            head = cells
            break
        if len(found) > len(columns.match(best)) or not any(best):
            best = cells
    if not head:
        raise TableError(_wrong_columns(best, columns))
    names = list(found)
    places = [found[name] for name in names]
    width = len(head)
    result: list[tuple[int, list[str]]] = []
    for number, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        if len(result) >= MAX_ROWS:
            raise TableError(f"ไฟล์นี้มีเกิน {MAX_ROWS:,} แถว โปรดแบ่งเป็นหลายไฟล์แล้วนำเข้าทีละไฟล์")
        beyond = any(cell.strip() for cell in cells[width:])
        result.append(
            (number, [_cut(cells[place]) if place < len(cells) else "" for place in places] + ["1" if beyond else ""])
        )
    if not result:
        raise TableError("ไฟล์นี้มีแต่หัวตาราง ยังไม่มีแถวข้อมูล โปรดตรวจสอบว่าเลือกถูกไฟล์")
    unused = [normalise(cell) for place, cell in enumerate(head) if cell.strip() and place not in places]
    return Table([*names, "beyond"], result, unused)


def _cut(cell: str) -> str:
    return cell if len(cell) <= MAX_CELL else cell[:MAX_CELL]


def _wrong_columns(cells: list[str], columns: ColumnSet) -> str:
    found = columns.match(cells)
    missing = ", ".join(columns.label(column) for column in columns.required if column not in found)
    present = ", ".join(normalise(cell)[:40] for cell in cells if cell.strip())
    if not present:
        return "ไม่พบหัวตารางในไฟล์นี้ โปรดตรวจสอบว่าเลือกถูกไฟล์"
    return f"ไฟล์นี้ขาดคอลัมน์ {missing} · คอลัมน์ที่พบในไฟล์: {present[:600]} · โปรดแก้หัวตารางให้ตรง หรือดาวน์โหลดแม่แบบไปใช้"
