"""Results as a workbook: what the page shows, numbers as numbers, every sheet with what it is of."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

from analysis.asking import Asked
from analysis.hiding import COVERED, NOTICE
from analysis.queries import (
    BY,
    FREQUENCY,
    Breakdown,
    Frequency,
    Need,
    Part,
    PeriodsCompared,
    Result,
    Row,
    Trend,
)

Cell = str | int | Decimal | None
_FORBIDDEN = str.maketrans(dict.fromkeys(map(chr, [*range(9), 11, 12, *range(14, 32)])))
EMPTY: Sequence[Cell] = ()


class _Sheet:
    def __init__(self, book: "_Workbook", name: str):
        self.book, self.sheet, self.line = book, book.book.add_worksheet(name), 0
        for label, text in book.facts:
            self.sheet.write_string(self.line, 0, label, book.bold)
            self.sheet.write_string(self.line, 1, _clean(text))
            self.line += 1
        self.line += 1

    def head(self, headings: Sequence[str], widths: Sequence[int] = ()) -> None:
        for column, heading in enumerate(headings):
            self.sheet.write_string(self.line, column, heading, self.book.head)
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width if column else max(width, 18))  # holds the facts above too
        self.line += 1
        self.sheet.freeze_panes(self.line, 2)
        self.first, self.columns = self.line, len(headings)

    def row(self, cells: Iterable[Cell], *, bold: bool = False) -> None:
        for column, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                self.sheet.write_string(self.line, column, _clean(cell), self.book.bold if bold else self.book.text)
            elif isinstance(cell, Decimal):
                places = -int(cell.as_tuple().exponent)
                self.sheet.write_number(self.line, column, float(cell), self.book.places(places, bold=bold))
            else:
                self.sheet.write_number(self.line, column, cell, self.book.bold if bold else None)
        self.line += 1

    def filter(self) -> None:
        """Let the columns be sorted and filtered in the program that opens the file."""
        if self.line > self.first:
            self.sheet.autofilter(self.first - 1, 0, self.line - 1, self.columns - 1)


class _Workbook:
    def __init__(self, facts: Sequence[tuple[str, str]]):
        self.target = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.target, {"in_memory": True, "strings_to_formulas": False})
        self.facts = facts
        self.bold = self.book.add_format({"bold": True})
        self.text = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.head = self.book.add_format({"bold": True, "bg_color": "#e1edf0", "border": 1, "text_wrap": True})
        self._places: dict[tuple[int, bool], Any] = {}

    def places(self, count: int, *, bold: bool) -> Any:
        key = (count, bold)
        if key not in self._places:
            self._places[key] = self.book.add_format({"num_format": "0." + "0" * count if count else "0", "bold": bold})
        return self._places[key]


def _clean(text: str) -> str:
    return text.translate(_FORBIDDEN)[:32_000]


def workbook_of(asked: Asked) -> bytes:
    """The summary, the frequencies and what the page shows besides."""
    summary = asked.summary
    facts = [*asked.facts, ("จำนวนชุดคำตอบ", NOTICE if summary.is_hidden else str(summary.responses))]
    book = _Workbook(facts)
    _summary(_Sheet(book, "สรุป"), asked)
    _frequencies(_Sheet(book, "ความถี่"), asked)
    if summary.needs:
        _needs(_Sheet(book, "ความต้องการจำเป็น"), asked)
    if asked.breakdown and not asked.breakdown.unavailable:
        _breakdown(_Sheet(book, "จำแนกตาม"), asked, asked.breakdown)
    if asked.comparison and asked.comparison.rows:
        _comparison(_Sheet(book, "เทียบสองช่วง"), asked.comparison)
    if asked.trend and not asked.trend.unavailable:
        _trend(_Sheet(book, "แนวโน้ม"), asked.trend)
    book.book.close()
    return book.target.getvalue()


def _part(part: Part | None, *, hidden: bool) -> list[Cell]:
    """n, mean, S.D., level."""
    if hidden:
        return [NOTICE, None, None, None]
    return [part.n, part.mean, part.sd, part.level] if part else [None] * 4


def _summary(sheet: _Sheet, asked: Asked) -> None:
    headings = ["ข้อ", "รายการ", "n", "ค่าเฉลี่ย", "S.D.", "ระดับ", "ลำดับที่", "ไม่เกี่ยวข้อง", "ไม่ตอบ"]
    sheet.head(headings, [8, 60, 10, 10, 10, 14, 10, 12, 10])
    for section in asked.summary.sections:
        shown = section.averaged and section.part.scale
        part = _part(section.part, hidden=section.is_hidden) if shown else []
        sheet.row([section.section.key, section.section.title, *part, section.rank if shown else None], bold=True)
        for result in asked.ordered(section.results):
            if result.need is None:
                sheet.row(_line(result))
    if asked.summary.whole.scale:
        sheet.row(["รวม", "ภาพรวม", *_part(asked.summary.whole, hidden=asked.summary.whole_is_hidden)], bold=True)


def _line(result: Result) -> list[Cell]:
    line = result.line
    part = result.part
    cells = _part(part, hidden=result.is_hidden) if part or result.is_hidden else [result.n, None, None, None]
    left = [None, None] if result.is_hidden else [result.na, result.missing]
    return [line.number, line.text, *cells, result.rank, *left]


def _frequencies(sheet: _Sheet, asked: Asked) -> None:
    sheet.head(["ข้อ", "รายการ", "คำตอบ", "จำนวน", "ร้อยละ"], [8, 60, 30, 10, 10])
    for section in asked.summary.sections:
        for result in section.results:
            for frequency in result.frequencies:
                sheet.row([result.line.number, result.line.text, frequency.label, *_counted(result, frequency)])
    sheet.filter()


def _counted(result: Result, frequency: Frequency) -> list[Cell]:
    if result.is_hidden or frequency.is_hidden:
        return [NOTICE if result.is_hidden else COVERED, None]
    return [frequency.count, frequency.percent]


def _needs(sheet: _Sheet, asked: Asked) -> None:
    sheet.head(
        ["ข้อ", "รายการ", *_NEED, "ลำดับที่ (PNI ปรับปรุง)", "ลำดับที่ (PNI)"], [8, 60, 8, 12, 10, 8, 12, 10, 14, 10, 12, 10]
    )
    for result in asked.ordered(asked.summary.needs):
        cells = _need(result.need, hidden=result.is_hidden)
        sheet.row([result.line.number, result.line.text, *cells, result.rank, result.older_rank])
    sheet.filter()


_NEED = ("n (D)", "เป็นอยู่ (D)", "S.D. (D)", "n (I)", "ควรเป็น (I)", "S.D. (I)", "PNI ปรับปรุง", "PNI")


def _need(need: Need | None, *, hidden: bool) -> list[Cell]:
    if hidden:
        return [NOTICE, *[None] * 7]
    if need is None:
        return [None] * 8
    current, desired = need.current, need.desired
    return [current.n, current.mean, current.sd, desired.n, desired.mean, desired.sd, need.modified, need.older]


def _breakdown(sheet: _Sheet, asked: Asked, found: Breakdown) -> None:
    sheet.row(["เรื่อง", found.measure.label])
    if found.coverage:
        sheet.row(["ความครอบคลุม", found.coverage])
    first = [BY[found.by], "หมายเหตุ", "ชุดคำตอบ"]
    if found.measure.kind == FREQUENCY:
        columns = [text for label in found.labels for text in (label, f"{label} (ร้อยละ)")]
        sheet.head([*first, "n", *columns], [36, 24, 12])
    elif found.measure.kind == "need":
        sheet.head([*first, *_NEED, "ลำดับที่"], [36, 24, 12])
    else:
        sections = [section.label for section in found.sections]
        widths = [36, 24, 12, 10, 10, 10, 14, 10, *(18 for _ in sections)]
        sheet.head([*first, "n", "ค่าเฉลี่ย", "S.D.", "ระดับ", "ลำดับที่", *sections], widths)
    for row in asked.ordered(found.rows):
        sheet.row(_apart(row, found))
    sheet.filter()
    sheet.row(_apart(found.total, found), bold=True)


def _apart(row: Row, found: Breakdown) -> list[Cell]:
    if row.is_hidden:
        return [row.name, row.note, NOTICE]
    first: list[Cell] = [row.name, row.note, row.responses]
    if found.measure.kind == FREQUENCY:
        cells = [cell for frequency in row.in_columns(found.labels) for cell in _of_frequency(frequency)]
        return [*first, row.n, *cells]
    if found.measure.kind == "need":
        return [*first, *_need(row.need, hidden=False), row.rank]
    return [*first, *_part(row.part, hidden=False), row.rank, *(part.mean if part else None for part in row.parts)]


def _of_frequency(frequency: Frequency) -> list[Cell]:
    return [COVERED, None] if frequency.is_hidden else [frequency.count, frequency.percent]


def _comparison(sheet: _Sheet, found: PeriodsCompared) -> None:
    before, after = found.before.label, found.after.label
    columns = [f"{name} {label}" for label in (before, after) for name in ("n", "ค่าเฉลี่ย", "S.D.")]
    sheet.head(
        ["รายการ", *columns, "ผลต่าง", "ร้อยละการเปลี่ยนแปลง", "ขนาดอิทธิพล (d)"], [60, 12, 12, 12, 12, 12, 12, 10, 14, 14]
    )
    for row in found.rows:
        comparison = row.comparison
        change = (comparison.difference, comparison.percent, comparison.effect) if comparison else EMPTY
        cells = [row.before.n, row.before.mean, row.before.sd, row.after.n, row.after.mean, row.after.sd]
        sheet.row([row.name, *cells, *change], bold=row.strong or row.is_section)


def _trend(sheet: _Sheet, found: Trend) -> None:
    sheet.row(["เรื่อง", found.measure.label])
    needs = found.measure.kind == "need"
    sheet.head(["ช่วงเวลา", "หมายเหตุ", "ชุดคำตอบ", *(_NEED if needs else ("n", "ค่าเฉลี่ย", "S.D.", "ระดับ"))], [24, 40, 12])
    for point in found.points:
        cells = _need(point.row.need, hidden=False) if needs else _part(point.row.part, hidden=False)
        note = f"{point.cut} เทียบกับช่วงก่อนหน้าไม่ได้" if point.cut else ""
        sheet.row([point.period.label, note, point.row.responses, *cells])
