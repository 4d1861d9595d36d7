"""Tables as files, row by row in bounded memory: a workbook (XLSX), or CSV files in a ZIP.

The workbook is written here and not by a library because an answers file has millions of cells: XlsxWriter's
constant-memory mode takes seven times as long and openpyxl's write-only mode thirteen (`python -m bench.export`), for
what is one repetitive sheet of numbers and inline strings. What is written is read back with openpyxl by the tests.
"""

import csv
import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any, Protocol
from xml.sax.saxutils import escape, quoteattr

from analysis.exports.cells import Cell
from schools.exports import harmless

SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
SHEET_BYTES = 1_800_000_000
"""A sheet's XML stays below what a ZIP of the old kind holds: not every spreadsheet reads the new kind."""
CELL_CHARACTERS = 32_767
KNOWN_TEXTS = 20_000
KNOWN_LENGTH = 120

Row = list[Cell]


class TooWide(Exception):  # noqa: N818 -- a refusal, not a fault
    """More columns than a sheet of Excel has; the message is a Thai sentence."""


class Sheet(Protocol):
    """One table while it is written. ``rows`` counts what went in, without the headings.

    What is written belongs to the sheet: it may change the rows.
    """

    rows: int

    def write(self, rows: Iterable[Row]) -> None: ...


class Book(Protocol):
    """A file of tables. The first table streams straight into the file; the others wait beside it until the end."""

    def table(self, name: str, short: str, headings: Sequence[str], words: Sequence[int] | None = None) -> Sheet:
        """``words``: the columns that may hold anything but whole numbers and harmless words; else all may."""

    def close(self) -> None: ...
    def discard(self) -> None:
        """Let go of everything; what was written is worth nothing."""


class Known(dict):
    """Texts that were made ready before, as long as there are not too many."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, text: str) -> str:
        ready = self.make(text)
        if len(text) <= KNOWN_LENGTH and len(self) < KNOWN_TEXTS:
            self[text] = ready
        return ready


# -- CSV -----------------------------------------------------------------------------------------------------------


def _clock(value: time) -> str:
    return f"{value:%H:%M}"


def _plain(value: Decimal) -> str:
    return f"{value:f}"


class CsvSheet:
    def __init__(self, out: IO[bytes], headings: Sequence[str], words: Sequence[int] | None):
        self.out, self.rows = out, 0
        self._words = range(len(headings)) if words is None else words
        self._shown: dict[type, Callable[[Any], Any]] = {
            str: Known(harmless).__getitem__,
            time: _clock,
            Decimal: _plain,
        }
        self._write([[harmless(heading) for heading in headings]], "\ufeff")

    def write(self, rows: Iterable[Row]) -> None:
        shown = self._shown.get
        lines = list(rows)
        for row in lines:
            for place in self._words:
                if make := shown(row[place].__class__):
                    row[place] = make(row[place])
        self._write(lines)
        self.rows += len(lines)

    def _write(self, lines: list[list[Cell]], mark: str = "") -> None:
        text = io.StringIO(newline="")
        text.write(mark)
        csv.writer(text).writerows(lines)
        self.out.write(text.getvalue().encode())


class _Zipped:
    """What both kinds of files share: a ZIP whose first part is open while the others wait in temporary files."""

    def __init__(self, target: IO[bytes]):
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._open: IO[bytes] | None = None
        self._waiting: list[tuple[str, IO[bytes]]] = []

    def _begin(self, path: str, *, streams: bool, large: bool = False) -> IO[bytes]:
        if streams:
            self._open = self._zip.open(path, "w", force_zip64=large)
            return self._open
        out = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the book
        self._waiting.append((path, out))
        return out

    def _end(self) -> None:
        if self._open:
            self._open.close()
            self._open = None

    def _take_in(self, *, large: bool = False) -> None:
        self._end()
        for path, waiting in self._waiting:
            with waiting, self._zip.open(path, "w", force_zip64=large) as out:
                waiting.seek(0)
                shutil.copyfileobj(waiting, out)

    def discard(self) -> None:
        for part in (self._open, *(waiting for _, waiting in self._waiting), self._zip):
            with suppress(OSError, ValueError):
                if part:
                    part.close()


class CsvBook(_Zipped):
    """One CSV for each table (UTF-8 with the mark by which Excel knows it), in a ZIP."""

    def __init__(self, target: IO[bytes]):
        super().__init__(target)
        self._names: set[str] = set()

    def table(self, name: str, short: str, headings: Sequence[str], words: Sequence[int] | None = None) -> CsvSheet:
        first = not self._names
        out = self._begin(f"{_unlike(short, self._names)}.csv", streams=first, large=True)
        return CsvSheet(out, headings, words)

    def close(self) -> None:
        self._take_in(large=True)
        self._zip.close()


def _unlike(name: str, taken: set[str], most: int = 100) -> str:
    """A name that differs from the others even where capitals don't count."""
    made, count = name[:most], 1
    while made.casefold() in taken:
        count += 1
        tail = f" ({count})"
        made = name[: most - len(tail)] + tail
    taken.add(made.casefold())
    return made


# -- XLSX ----------------------------------------------------------------------------------------------------------

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no XML holds."""
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""A workbook writes characters as _x000D_; a text that only looks like it must not be read so."""
_FIRST_DAY, _FIRST_SAFE_DAY = date(1899, 12, 30).toordinal(), date(1900, 3, 1)
_HEAD, _DAY, _CLOCK, _MOMENT, _QUOTED = 1, 2, 3, 4, 5
"""Places in cellXfs of _STYLES."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# 041E is Thai and 07 the Buddhist calendar: Excel shows 21 พ.ย. 2569 and still counts with the date.
_STYLES = f"""{_XML}<styleSheet xmlns="{_MAIN}">\
<numFmts count="3"><numFmt numFmtId="164" formatCode="[$-107041E]d mmm yyyy;@"/>\
<numFmt numFmtId="165" formatCode="hh:mm;@"/><numFmt numFmtId="166" formatCode="[$-107041E]d mmm yyyy hh:mm;@"/></numFmts>\
<fonts count="2"><font><sz val="10"/><name val="Tahoma"/></font><font><b/><sz val="10"/><name val="Tahoma"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFE3EEF1"/></patternFill></fill></fills>\
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>\
<cellXfs count="6"><xf fontId="0"/>\
<xf fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>\
<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>\
<xf numFmtId="166" applyNumberFormat="1"/><xf quotePrefix="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def _text_cell(text: str, style: int = 0) -> str:
    """The end of an inline string's cell. A leading = + - @ is marked as typed text, so that editing the cell does
    not make a formula of it."""
    text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > CELL_CHARACTERS // 2:
        text = _cut(text)
    if not style and text.lstrip()[:1] in {"=", "+", "-", "@"}:
        style = _QUOTED
    kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    styled = f' s="{style}"' if style else ""
    return f'"{styled} t="inlineStr"><is><t{kept}>{escape(_ESCAPED.sub("_x005F_", text))}</t></is></c>'


def _cut(text: str) -> str:
    """As much of a text as a cell holds; Excel counts in units of UTF-16."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL_CHARACTERS:
        return text
    note = " …(ยาวเกินหนึ่งช่องของ Excel ดูข้อความเต็มในไฟล์ CSV)"
    return units[: 2 * (CELL_CHARACTERS - len(note))].decode("utf-16-le", "ignore") + note


def _day_cell(value: date) -> str:
    if value < _FIRST_SAFE_DAY:  # Excel believes in 29 February 1900
        return _text_cell(value.isoformat())
    return f'" s="{_DAY}"><v>{value.toordinal() - _FIRST_DAY}</v></c>'


def _clock_cell(value: time) -> str:
    return f'" s="{_CLOCK}"><v>{(value.hour * 60 + value.minute) / 1440!r}</v></c>'


def _moment_cell(value: datetime) -> str:
    part = (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    return f'" s="{_MOMENT}"><v>{value.toordinal() - _FIRST_DAY + part!r}</v></c>'


def _number_cell(value: Decimal) -> str:
    """A number; as text where Excel, which keeps 15 digits, would change it."""
    digits = value.as_tuple().digits
    if len(digits) > 15 and any(digits[15:]):
        return _text_cell(f"{value:f}")
    return f'"><v>{value:f}</v></c>'


def letters_of(place: int) -> str:
    """A, B … Z, AA …: the name of a column counted from 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


class XlsxSheet:
    """One table over as many sheets as its rows need."""

    def __init__(self, book: "XlsxBook", name: str, headings: Sequence[str], *, streams: bool):
        if len(headings) > SHEET_COLUMNS:
            raise TooWide(
                f"แบบนี้มี {len(headings):,} คอลัมน์ แต่แผ่นงานของ Excel มีได้ไม่เกิน {SHEET_COLUMNS:,} คอลัมน์ "
                "โปรดส่งออกเป็น CSV หรือไม่แยกคอลัมน์รายตัวเลือก หรือเลือกเฉพาะฉบับเดียว"
            )
        self.book, self.name, self.headings, self.streams = book, name, headings, streams
        self.rows = 0
        self._starts = [f'<c r="{letters_of(place)}' for place in range(len(headings))]
        self._begin()

    def _begin(self) -> None:
        self.out = self.book.begin_sheet(self.name, streams=self.streams)
        self._line, self._bytes = 1, 0
        columns = f'<cols><col min="1" max="{max(len(self.headings), 1)}" width="16" customWidth="1"/></cols>'
        head = "".join(
            f"{start}1{_text_cell(heading, _HEAD)}" for start, heading in zip(self._starts, self.headings, strict=True)
        )
        self._put(
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/>{columns}<sheetData><row r="1">{head}</row>'
        )

    def _put(self, text: str) -> None:
        data = text.encode()
        self._bytes += len(data)
        self.out.write(data)

    def write(self, rows: Iterable[Row]) -> None:
        made: list[str] = []
        line, texts = self._line, self.book.texts
        for row in rows:
            if line >= SHEET_ROWS or self._bytes > SHEET_BYTES:
                self._put("".join(made))
                made.clear()
                self.finish()
                self._begin()
                line = self._line
            line += 1
            made.append(f'<row r="{line}">')
            for start, cell in zip(self._starts, row, strict=True):
                kind = cell.__class__
                if cell is None:
                    pass
                elif kind is int:
                    made.append(f'{start}{line}"><v>{cell}</v></c>')
                elif kind is str:
                    made.append(f"{start}{line}{texts[cell]}")
                else:
                    made.append(f"{start}{line}{_CELLS[kind](cell)}")
            made.append("</row>")
            self.rows += 1
        self._line = line
        self._put("".join(made))

    def finish(self) -> None:
        self._put("</sheetData></worksheet>")
        self.book.end_sheet(streams=self.streams)


_CELLS: dict[type, Callable[[Any], str]] = {
    date: _day_cell,
    datetime: _moment_cell,
    time: _clock_cell,
    Decimal: _number_cell,
}


class XlsxBook(_Zipped):
    def __init__(self, target: IO[bytes]):
        super().__init__(target)
        self._names: set[str] = set()
        self._sheets: list[str] = []
        self._tables: list[XlsxSheet] = []
        self.texts = Known(_text_cell)

    def table(self, name: str, short: str, headings: Sequence[str], words: Sequence[int] | None = None) -> XlsxSheet:
        sheet = XlsxSheet(self, name, headings, streams=not self._tables)
        self._tables.append(sheet)
        return sheet

    def begin_sheet(self, name: str, *, streams: bool) -> IO[bytes]:
        clean = re.sub(r"[\[\]:*?/\\]", " ", _UNPRINTABLE.sub("", name)).strip().strip("'") or "แผ่นงาน"
        self._sheets.append(_unlike(clean, self._names, most=31))
        return self._begin(f"xl/worksheets/sheet{len(self._sheets)}.xml", streams=streams)

    def end_sheet(self, *, streams: bool) -> None:
        if streams:
            self._end()

    def close(self) -> None:
        for table in self._tables:
            table.finish()
        self._take_in()
        numbers = range(1, len(self._sheets) + 1)
        self._part(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
                for n in numbers
            )
            + "</Types>",
        )
        self._part(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        self._part(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
            + "".join(
                f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
                for n, name in zip(numbers, self._sheets, strict=True)
            )
            + "</sheets></workbook>",
        )
        self._part(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="rId{n}" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                for n in numbers
            )
            + f'<Relationship Id="rId{len(self._sheets) + 1}" Type="{_DOCUMENT}/styles" Target="styles.xml"/>'
            "</Relationships>",
        )
        self._zip.writestr("xl/styles.xml", _STYLES)
        self._zip.close()

    def _part(self, path: str, text: str) -> None:
        self._zip.writestr(path, _XML + text)


BOOKS: dict[str, type[CsvBook] | type[XlsxBook]] = {"csv": CsvBook, "xlsx": XlsxBook}
