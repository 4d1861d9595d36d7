"""A form as an XLSForm workbook, with a sheet of our own from which it comes back exactly."""

import io
import json
from collections.abc import Mapping
from typing import Any

import xlsxwriter

from builder.xlsform.layout import SURVEY_COLUMNS, layout, visible
from builder.xlsform.reading import OWN_SHEET
from instruments.models import InstrumentVersion

_PIECE = 30_000
_WIDTHS = {"type": 26, "name": 18, "label": 60, "hint": 30, "relevant": 30, "constraint": 30, "calculation": 30}


def export_workbook(
    form: InstrumentVersion | Mapping[str, Any], *, title: str = "", code: str = "", number: int = 0
) -> bytes:
    """The .xlsx of a version, or of a definition with the title and code given."""
    if isinstance(form, InstrumentVersion):
        instrument = form.instrument
        definition = form.definition
        title, code, number = title or instrument.title, code or instrument.code, number or form.number
    else:
        definition = form
    made = layout(definition)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    try:
        survey = [line.cells for line in made.survey]
        _write(
            book,
            "survey",
            [name for name in SURVEY_COLUMNS if name in _REQUIRED or any(name in row for row in survey)],
            survey,
        )
        _write(
            book,
            "choices",
            ["list_name", "name", "label", *made.columns],
            [row for item in made.lists for row in item.rows],
        )
        settings = {
            "form_title": visible(title or code or "แบบ"),
            "form_id": visible(code or "form"),
            "version": str(number or 1),
        }
        _write(book, "settings", list(settings), [settings])
        _write_own(book, definition)
    finally:
        book.close()
    return buffer.getvalue()


_REQUIRED = ("type", "name", "label")


def _write(book: xlsxwriter.Workbook, name: str, columns: list[str], rows: list[dict[str, str]]) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bg_color": "#E9ECEF"})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, head)
        sheet.set_column(place, place, _WIDTHS.get(column, 18), body)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            if row.get(column):
                sheet.write_string(number, place, row[column], body)


def _write_own(book: xlsxwriter.Workbook, definition: Mapping[str, Any]) -> None:
    """Part, key, place, piece: each piece begins with a mark, so that no spreadsheet takes it for a number."""
    sheet = book.add_worksheet(OWN_SHEET)
    text = json.dumps(definition, ensure_ascii=True, separators=(",", ":"))
    pieces = [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]
    for number, piece in enumerate(pieces):
        for place, value in enumerate(("form", "definition", str(number), f"|{piece}")):
            sheet.write_string(number, place, value)
    sheet.hide()
