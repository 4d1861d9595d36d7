"""An XLSForm file as rows. Whatever it claims to be, it is read with pyxform's own reader or refused in Thai."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import openpyxl
import xlrd
import xlsxwriter
from openpyxl.utils import get_column_letter
from pyxform.aliases import list_header, settings_header, survey_header
from pyxform.xls2json_backends import (
    csv_to_dict,
    is_markdown_table,
    md_to_dict,
    xls_value_to_unicode,
    xlsx_to_dict,
    xlsx_value_to_str,
)
from xlsxwriter.worksheet import Worksheet

from builder.xlsform.refusal import XlsFormRefused

FILE_LIMIT = 20 * 2**20
UNPACKED_LIMIT = 60 * 2**20
ROW_LIMIT = 50_000
COLUMN_LIMIT = 400
GAP_LIMIT = 5_000
"""After so many empty rows a sheet has ended: some are formatted down to the millionth row."""
OWN_SHEET = "nithet_form"
SHEETS = ("survey", "choices", "settings", "external_choices")
FOREIGN = ("entities", "osm")
"""Sheets of XLSForm that nothing here answers to: each of their rows is left."""

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_PICTURES = {
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
}
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_SAVE_AS = "โปรดเปิดไฟล์ใน Excel แล้วบันทึกเป็น .xlsx อีกครั้ง หรือดาวน์โหลดแบบจาก KoboToolbox/ODK ใหม่"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``name`` is the standard one (aliases and letter case settled), ``language`` of a translation."""

    header: str
    name: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` as Excel shows it; ``cells`` by header, only those that hold something."""

    number: int
    cells: dict[str, str]


@dataclass(slots=True)
class Sheet:
    name: str
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    """Headers that mean the same as a column to their left."""
    above: list[Row] = field(default_factory=list)
    """What stands over the row of headers."""

    def has(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)


@dataclass(slots=True)
class Workbook:
    """The sheets of an XLSForm. ``own`` is what our export wrote beside them: {(part, key): JSON text}."""

    filename: str
    survey: Sheet
    choices: Sheet
    settings: Sheet
    external_choices: Sheet
    foreign: tuple[Sheet, ...] = ()
    other_sheets: tuple[str, ...] = ()
    own: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return self.survey, self.choices, self.settings, self.external_choices


def read(source: "bytes | str | Path | IO[bytes]", filename: str = "") -> Workbook:
    """The workbook of a path, bytes or an open file. Raises ``XlsFormRefused`` (Thai) where it is no XLSForm."""
    data, filename = _content(source, filename)
    kind = _kind(data, filename)
    try:
        raw, own = _READERS[kind](data)
    except XlsFormRefused:
        raise
    except Exception as error:  # a stranger's file breaks its reader in any way it likes
        raise _unreadable(error) from error
    book = _workbook(raw, own, filename)
    _check(book)
    return book


def _content(source: Any, filename: str) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        data = source
    elif isinstance(source, str | Path):
        path = Path(source)
        filename = filename or path.name
        if not path.is_file():
            raise XlsFormRefused(f"ไม่พบไฟล์ “{path}” โปรดตรวจสอบชื่อและที่อยู่ของไฟล์")
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    else:
        filename = filename or str(getattr(source, "name", "") or "")
        data = source.read(FILE_LIMIT + 1)
    if not data:
        raise XlsFormRefused("ไฟล์นี้ว่างเปล่า โปรดเลือกไฟล์แบบฟอร์ม (.xlsx หรือ .xls) อีกครั้ง")
    if len(data) > FILE_LIMIT:
        raise XlsFormRefused(f"ไฟล์นี้ใหญ่เกิน {FILE_LIMIT // 2**20} เมกะไบต์ โปรดลบรูปภาพและแผ่นงานที่ไม่ใช้ออกก่อน")
    return data, Path(filename).name


def _unreadable(error: Exception) -> XlsFormRefused:
    if "encrypt" in str(error).lower():
        return XlsFormRefused("ไฟล์นี้ตั้งรหัสผ่านไว้ โปรดเอารหัสผ่านออกแล้วบันทึกใหม่ก่อนนำเข้า")
    return XlsFormRefused(f"อ่านไฟล์นี้ไม่ได้ ไฟล์อาจเสียหายหรือส่งมาไม่ครบ {_SAVE_AS}")


# -- What the file really is ---------------------------------------------------------------------------------------


def _kind(data: bytes, filename: str) -> str:
    """“xlsx”, “xls”, “csv” or “md”, by content: the name of a file proves nothing."""
    for magic, name in _PICTURES.items():
        if data.startswith(magic) and (magic != b"BM" or b"\0" in data[:64]):
            raise XlsFormRefused(f"ไฟล์นี้เป็นรูปภาพ ({name}) ไม่ใช่แบบฟอร์ม XLSForm โปรดเลือกไฟล์ .xlsx หรือ .xls")
    if data.startswith(b"%PDF"):
        raise XlsFormRefused("ไฟล์นี้เป็นเอกสาร PDF ไม่ใช่แบบฟอร์ม XLSForm โปรดเลือกไฟล์ .xlsx หรือ .xls")
    if data.startswith(_ZIP):
        return _zip_kind(data)
    if data.startswith(_OLE):
        if _wide("EncryptedPackage") in data:
            raise _unreadable(ValueError("encrypted"))
        if _wide("Workbook") in data or _wide("Book") in data:
            return "xls"
        raise XlsFormRefused(f"ไฟล์นี้ไม่ใช่สมุดงาน Excel {_SAVE_AS}")
    if data.startswith(_BIFF):
        return "xls"
    text = _decoded(data)
    start = text[:2000].lstrip().lower()
    if start.startswith(("<!doctype", "<html", "<?xml", "<table")):
        raise XlsFormRefused(f"ไฟล์นี้เป็นหน้าเว็บหรือ XML ที่ใช้นามสกุลของ Excel {_SAVE_AS}")
    if text.count("\ufffd") > len(text) // 20 or "\0" in text[:5000]:
        raise XlsFormRefused(f"ไฟล์นี้ไม่ใช่แบบฟอร์ม XLSForm ที่อ่านได้ {_SAVE_AS}")
    if Path(filename).suffix.lower() == ".md" or (is_markdown_table(text) and start.startswith("|")):
        return "md"
    return "csv"


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _unreadable(error) from error
    names = {entry.filename.lower() for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise _unreadable(ValueError("encrypted"))
    if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT or len(entries) > 5000:
        raise XlsFormRefused(
            f"ไฟล์นี้เมื่อคลายแล้วใหญ่เกิน {UNPACKED_LIMIT // 2**20} เมกะไบต์ จึงไม่เปิดเพื่อความปลอดภัย โปรดลบแผ่นงานและแถวที่ไม่ใช้ออก"
        )
    if "xl/workbook.xml" in names:
        return "xlsx"
    found = "สมุดงานแบบ .xlsb" if "xl/workbook.bin" in names else ""
    found = found or ("ไฟล์ของ LibreOffice (.ods)" if "content.xml" in names else "")
    found = found or ("เอกสาร Word" if "word/document.xml" in names else "ไฟล์บีบอัด (zip)")
    raise XlsFormRefused(f"ไฟล์นี้เป็น{found} ไม่ใช่สมุดงาน Excel ที่อ่านได้ {_SAVE_AS}")


def _wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def _decoded(data: bytes) -> str:
    encodings = ["utf-8-sig", "cp874"]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings.insert(0, "utf-16")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


# -- Reading -------------------------------------------------------------------------------------------------------

Raw = dict[str, Any]
Own = dict[tuple[str, str], str]


Table = list[tuple[int, list[Any]]]
"""The rows that hold something, each under its number in the file."""


def _read_xlsx(data: bytes) -> tuple[Raw, Own]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    tables: list[tuple[str, Table]] = []
    known = {sheet.title.strip().lower() for sheet in book.worksheets}
    try:
        for sheet in book.worksheets:
            if "survey" in known and sheet.title.strip().lower() not in (*SHEETS, *FOREIGN, OWN_SHEET):
                tables.append((sheet.title, []))  # named, not read
                continue
            sheet.reset_dimensions()  # what a file says of its own size is often wrong
            tables.append((sheet.title, _filled(sheet.iter_rows(values_only=True))))
    finally:
        book.close()
    return _tidied(tables), _own_rows(tables)


def _filled(rows: Iterable[Sequence[Any]]) -> Table:
    made: Table = []
    last = 0
    for number, row in enumerate(rows, start=1):
        values = [None if isinstance(value, str) and not value.strip() else value for value in row[:COLUMN_LIMIT]]
        while values and values[-1] is None:
            values.pop()
        if values:
            made.append((number, values))
            last = number
        elif number - last > GAP_LIMIT:
            break
    return made


def _read_xls(data: bytes) -> tuple[Raw, Own]:
    """Through xlrd ourselves first: pyxform lets it print its doubts about old files on standard output."""
    book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
    tables = [(sheet.name, _filled(_xls_rows(sheet, book.datemode))) for sheet in book.sheets()]
    return _tidied(tables), _own_rows(tables)


def _xls_rows(sheet: xlrd.sheet.Sheet, datemode: int) -> Iterator[list[str | None]]:
    for number in range(sheet.nrows):
        row: list[str | None] = []
        for cell in sheet.row(number):
            if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR) or cell.value == "":
                row.append(None)
                continue
            try:
                row.append(xls_value_to_unicode(cell.value, cell.ctype, datemode))
            except (ValueError, OverflowError, xlrd.xldate.XLDateError):
                row.append(str(cell.value))
        yield row


def _read_csv(data: bytes) -> tuple[Raw, Own]:
    """Both kinds: pyxform's (a first column that names the sheet) and a plain table of questions."""
    text = _decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count) if any(sign in first for sign in ",;\t") else _delimiter(text)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if rows and _is_header("survey", rows[0]):
        rows = [["survey"], *(["", *row] for row in rows)]
    names = {row[0].strip().lower() for row in rows if row and row[0].strip()}
    if "survey" not in names:
        raise XlsFormRefused(
            "ไฟล์ข้อความนี้ไม่ใช่แบบฟอร์ม XLSForm: แถวแรกต้องมีหัวคอลัมน์ type, name, label หรือคอลัมน์แรกบอกชื่อแผ่น survey"
        )
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([row[0].strip().lower(), *row[1:]] if row else [] for row in rows)
    content = buffer.getvalue()
    return csv_to_dict((content if content.count(",") >= 4 else content + ",,,,\n").encode()), {}


def _delimiter(text: str) -> str:
    return max(",;\t", key=text[:5000].count)


def _read_md(data: bytes) -> tuple[Raw, Own]:
    return md_to_dict(_decoded(data).encode()), {}


_READERS = {"xlsx": _read_xlsx, "xls": _read_xls, "csv": _read_csv, "md": _read_md}


_HEADS = {
    "survey": ({"type"}, {"name", "label"}),
    "choices": ({"list_name"}, {"name", "label"}),
    "external_choices": ({"list_name"}, {"name", "label"}),
    "settings": ({"form_title", "form_id", "version", "default_language", "style"},) * 2,
}
"""How the row of headers of a sheet is known: one of each."""


def _is_header(sheet: str, cells: Iterable[Any]) -> bool:
    names = {_column(str(cell), _ALIASES[sheet]).name for cell in cells if cell not in (None, "")}
    return all(names & wanted for wanted in _HEADS[sheet])


def _tidied(tables: list[tuple[str, Table]]) -> Raw:
    """What pyxform reads after the quirks it stops at are mended: doubled, numeric or missing headers, a title above
    the headers, many empty rows, spaces in the name of a sheet. ``numbers`` keeps where each row stood, ``above``
    what stood over the headers."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    numbers: dict[str, list[int]] = {}
    above: dict[str, Table] = {}
    names: list[str] = []
    known = {title.strip().lower() for title, _ in tables}
    heads = {title for title, rows in tables if any(_is_header("survey", row) for _, row in rows[:20])}
    for title, rows in tables:
        names.append(title)
        name = title.strip().lower()
        if name not in (*SHEETS, *FOREIGN) and (len(tables) == 1 or ("survey" not in known and title in heads)):
            name = "survey"
        if name not in (*SHEETS, *FOREIGN) or name in numbers:
            continue
        start = next((n for n, (_, row) in enumerate(rows[:20]) if name in SHEETS and _is_header(name, row)), 0)
        above[name], held = rows[:start], rows[start + 1 :]
        numbers[name] = [number for number, _ in held]
        headers = _headers(rows[start][1] if rows else [], held)
        _write(book.add_worksheet(name), headers, held)
    if not numbers:
        book.add_worksheet("survey")
    book.close()
    return xlsx_to_dict(buffer.getvalue()) | {"numbers": numbers, "above": above, "sheet_names": names}


_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CELL_LIMIT = 32_767


def _headers(row: list[Any], rows: Table) -> dict[int, str]:
    """The header of each column that has one or holds anything: pyxform passes over a column without, stops at many
    of them, and refuses a sheet that has one twice."""
    used = {place for _, values in rows for place, value in enumerate(values) if value is not None}
    given = {place: xlsx_value_to_str(value) for place, value in enumerate(row) if value is not None}
    places = sorted(used | given.keys())
    names = [given.get(place) or f"{get_column_letter(place + 1)} (ไม่มีหัวคอลัมน์)" for place in places]
    return dict(zip(places, _unique(names), strict=True))


def _write(sheet: Worksheet, headers: dict[int, str], rows: Table) -> None:
    for column, (place, header) in enumerate(headers.items()):
        sheet.write_string(0, column, header)
        for number, (_, values) in enumerate(rows, start=1):
            value = values[place] if place < len(values) else None
            if value is not None and (text := _ILLEGAL.sub("", xlsx_value_to_str(value))):
                sheet.write_string(number, column, text[:_CELL_LIMIT])


def _unique(headers: list[str]) -> list[str]:
    seen: set[str] = set()
    made: list[str] = []
    for header in headers:
        plain = name = " ".join(_ILLEGAL.sub("", header).split()) or "?"
        number = 2
        while name in seen:
            name = f"{plain} ({number})"
            number += 1
        seen.add(name)
        made.append(name)
    return made


# -- Our own sheet -------------------------------------------------------------------------------------------------


def _own_rows(tables: list[tuple[str, Table]]) -> Own:
    """What our export wrote: rows of part, key, place, piece of JSON."""
    own: Own = {}
    for _, row in next((rows for name, rows in tables if name == OWN_SHEET), []):
        if len(row) >= 4 and all(isinstance(cell, str) for cell in (row[0], row[1], row[3])):
            place = (row[0], row[1])
            own[place] = own.get(place, "") + row[3][1:]  # each piece begins with a mark that keeps it text
    return own


# -- Sheets with settled columns -----------------------------------------------------------------------------------

_ALIASES = {
    "survey": survey_header,
    "choices": list_header,
    "external_choices": list_header,
    "settings": settings_header,
    **dict.fromkeys(FOREIGN, list_header),
}
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[\s\u00a0\u200b-\u200f\ufeff]+")
_BIND = {
    "jr:constraintmsg": "constraint_message",
    "jr:requiredmsg": "required_message",
    "jr:noapperrorstring": "no_app_error_string",
    "jr:count": "repeat_count",
    "readonly": "read_only",
    "calculate": "calculation",
    "relevance": "relevant",
    "list name": "list_name",
    "title": "form_title",
    "id_string": "form_id",
}
_TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message", "required_message", "media")
_MEDIA = ("image", "big-image", "audio", "video")
_KNOWN = {
    *_TRANSLATED, "type", "name", "list_name", "required", "relevant", "constraint", "calculation", "read_only", "default",
    "appearance", "parameters", "choice_filter", "repeat_count", "trigger", "disabled", "form_title", "form_id",
    "default_language", "version",
}  # fmt: skip


def _column(header: str, aliases: dict[str, Any]) -> Column:
    """“Label :: Thai (th)” → label in Thai; “bind::relevant” → relevant; an unknown column keeps its name."""
    clean = _SPACES.sub(" ", header).strip(" *")
    doubled = re.sub(r" \(\d+\)$", "", clean)
    tokens = [token.strip() for token in (doubled.split("::") if "::" in doubled else _single(doubled))]
    name = "_".join(tokens[0].split()).lower()
    rest = tokens[1:]
    if name in ("bind", "control", "body", "instance", "media") and rest:
        name = rest.pop(0).lower()
        if name not in _MEDIA and rest:
            rest = rest[:1]
    else:
        alias = aliases.get(name)
        if isinstance(alias, tuple):
            name = alias[1].lower()
        elif alias:
            name = alias
    name = _BIND.get(name.lower(), name)
    if name in _MEDIA:
        return Column(header, "media", ":".join([name, *rest[:1]]))
    if name not in _KNOWN or (rest and name not in _TRANSLATED):
        return Column(header, doubled)
    return Column(header, name, rest[0] if rest else "")


def _single(header: str) -> list[str]:
    """The old way with one colon: “label:English”; “jr:count” stays whole."""
    head, colon, tail = header.partition(":")
    if not colon or head.strip().lower() == "jr":
        return [header]
    if head.strip().lower() in ("bind", "control", "body", "instance", "media"):
        inner, colon, language = tail.partition(":")
        return [head, tail] if inner.strip() == "jr" or not colon else [head, inner, language]
    return [head, tail]


def _sheet(name: str, raw: Raw) -> Sheet:
    headers = list((raw.get(f"{name}_header") or [{}])[0])
    sheet = Sheet(name)
    seen: set[tuple[str, str]] = set()
    for header in headers:
        if header in ("", "None"):
            continue
        column = _column(header, _ALIASES[name])
        if (column.name, column.language) in seen:
            sheet.doubled.append(re.sub(r" \(\d+\)$", "", header))
            continue
        seen.add((column.name, column.language))
        sheet.columns.append(column)
    numbers = raw.get("numbers", {}).get(name)
    wanted = {column.header for column in sheet.columns}
    for place, cells in enumerate(raw.get(name) or []):
        held = {key: text for key, value in cells.items() if value not in (None, "") and (text := _cell(value))}
        if held:
            kept = {key: text for key, text in held.items() if key in wanted}
            sheet.rows.append(Row(numbers[place] if numbers else place + 2, kept))
    for number, values in raw.get("above", {}).get(name, ()):
        sheet.above.append(Row(number, {"": " ".join(_cell(value) for value in values if value is not None)}))
    return sheet


def _cell(value: Any) -> str:
    text = _CONTROLS.sub("", str(value).replace("\u00a0", " ").replace("\r\n", "\n"))
    return text.strip(" \t\n\u200b\ufeff")


def _workbook(raw: Raw, own: Own, filename: str) -> Workbook:
    raw = {key.strip().lower() if isinstance(key, str) else key: value for key, value in raw.items()}
    survey, choices, settings, external = (_sheet(name, raw) for name in SHEETS)
    foreign = tuple(_sheet(name, raw) for name in FOREIGN if raw.get(name))
    found = [name for name in raw.get("sheet_names") or () if name]
    other = tuple(name for name in found if name.strip().lower() not in (*SHEETS, *FOREIGN, OWN_SHEET))
    return Workbook(filename, survey, choices, settings, external, foreign, other, own)


def _check(book: Workbook) -> None:
    found = ", ".join(f"“{name}”" for name in book.other_sheets[:8]) or "ไม่มี"
    if not book.survey.columns:
        raise XlsFormRefused(
            f"ไม่พบแผ่นงานชื่อ survey ที่มีหัวคอลัมน์ในไฟล์นี้ (แผ่นอื่นที่พบ: {found}) แบบฟอร์ม XLSForm ต้องมีแผ่น survey ที่มีคอลัมน์ type, name และ label"
        )
    if not book.survey.has("type"):
        headers = ", ".join(f"“{column.header}”" for column in book.survey.columns[:8])
        raise XlsFormRefused(
            f"แผ่น survey ไม่มีคอลัมน์ type ซึ่งบอกชนิดของข้อคำถาม (หัวคอลัมน์ที่พบ: {headers}) โปรดตรวจสอบว่าแถวแรกเป็นหัวคอลัมน์ type, name, label"
        )
    if not book.survey.rows:
        raise XlsFormRefused("แผ่น survey มีแต่หัวคอลัมน์ ยังไม่มีข้อคำถาม โปรดเพิ่มข้อคำถามอย่างน้อยหนึ่งแถว")
    for sheet in book.sheets:
        if len(sheet.rows) > ROW_LIMIT:
            raise XlsFormRefused(
                f"แผ่น {sheet.name} มี {len(sheet.rows):,} แถว เกินกว่าที่รับได้ ({ROW_LIMIT:,} แถว) โปรดตัดรายการที่ไม่ใช้ออกหรือแบ่งเป็นหลายไฟล์"
            )
