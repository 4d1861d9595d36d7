"""Cells as Excel and its kin read them: nothing is a formula, nothing is lost."""

import io
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from analysis.exports import books
from analysis.exports.books import CsvBook, TooWide, XlsxBook, letters_of
from tests.analysis.exports.reading import csv_tables, sheet_rows, workbook, written
from tests.instruments.every_type import ANSWERS


def test_a_workbook_has_numbers_as_numbers_and_dates_as_thai_dates(world, every_type, answered):
    response = answered(every_type)

    _, data = written(every_type, world.area, keys=True, values=True)

    book = workbook(data)
    assert book.sheetnames == ["answers", "T", "คำอธิบาย"]
    (row,) = sheet_rows(book["answers"])
    assert row["B1"] == 4
    assert row["A5"] == 40
    assert row["A7"] == 92.5
    assert row["A1"] == "9"
    assert row["A8"] == datetime.fromisoformat("2026-10-05")
    assert row["A9"] == time(8, 30)
    assert row["A10.lat"] == 13.756331
    assert row["_response"] == response.pk
    assert row["_date"] == datetime.fromisoformat("2026-11-18")
    assert row["A4"] == ANSWERS["A4"]
    place = [cell.value for cell in book["answers"][1]].index("_date")
    assert "107041E" in book["answers"][2][place].number_format  # Thai words and the Buddhist year
    assert [line["_row_id"] for line in sheet_rows(book["T"])] == ["k7x2", "m3p9"]
    assert book["answers"].freeze_panes == "A2"


HOSTILE = [
    "=1+1",
    "+66812345678",
    "-",
    "@SUM(A1)",
    '=cmd|" /C calc"!A0',
    " =1",
    "_x0041_",
    "a\rb",
    "<b>&\"'",
    "ก\u0e33 ",
    "\n",
]


def test_no_cell_is_ever_a_formula_and_every_text_is_whole():
    target = io.BytesIO()
    book = XlsxBook(target)
    book.table("คำ[ตอบ]*", "answers", ["=หัว", "b"]).write([[words, None] for words in HOSTILE])
    book.close()
    read = workbook(target.getvalue())

    cells = [row[0] for row in read.worksheets[0].iter_rows(min_row=2)]

    assert [unescape(cell.value) for cell in cells] == [words.replace("\r", "\n") for words in HOSTILE]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells[:6]] == [True] * 6
    assert read.worksheets[0]["A1"].value == "=หัว"
    assert read.worksheets[0]["A1"].data_type == "s"


def test_no_line_of_a_csv_begins_a_formula():
    target = io.BytesIO()
    book = CsvBook(target)
    book.table("คำตอบ", "answers", ["=หัว"]).write([[words] for words in HOSTILE])
    book.close()

    (table,) = csv_tables(target.getvalue()).values()

    cells = [next(iter(row.values())) for row in table] + list(table[0])
    assert [cell for cell in cells if cell.strip()[:1] in {"=", "+", "-", "@"} - {""} and cell.strip()] == []


def test_what_xlsx_keeps_of_numbers_dates_and_long_texts():
    row = [
        Decimal("12345678901234567.5"), Decimal("-0.0000001"), 10**14, date(1899, 12, 31), date(2026, 11, 21),
        datetime.fromisoformat("2026-11-21T14:05:09"), time(23, 59), "ก" * 40_000, "\x00ก\ufffe", None,
    ]  # fmt: skip
    target = io.BytesIO()
    book = XlsxBook(target)
    book.table("x", "x", [letters_of(place) for place in range(10)]).write([row])
    book.close()

    (read,) = sheet_rows(workbook(target.getvalue()).worksheets[0])

    assert read["A"] == "12345678901234567.5"
    assert (read["B"], read["C"]) == (-1e-7, 10**14)
    assert (read["D"], read["E"]) == ("1899-12-31", datetime.fromisoformat("2026-11-21"))
    assert (read["F"], read["G"]) == (datetime.fromisoformat("2026-11-21T14:05:09"), time(23, 59))
    assert len(read["H"]) == 32_767
    assert "CSV" in read["H"]
    assert read["I"] == "ก"


@pytest.mark.parametrize(
    ("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
)
def test_columns_have_the_names_of_excel(place, name):
    assert letters_of(place) == name


def test_rows_go_on_in_further_sheets(monkeypatch):
    monkeypatch.setattr(books, "SHEET_ROWS", 4)
    target = io.BytesIO()
    book = XlsxBook(target)
    first, second = book.table("คำตอบ", "a", ["n"]), book.table("แถว", "b", ["m"])
    first.write([[n] for n in range(7)])
    second.write([[n] for n in range(4)])
    book.close()

    read = workbook(target.getvalue())

    assert {sheet.title: [row["n" if "n" in row else "m"] for row in sheet_rows(sheet)] for sheet in read} == {
        "คำตอบ": [0, 1, 2], "แถว": [0, 1, 2], "คำตอบ (2)": [3, 4, 5], "คำตอบ (3)": [6], "แถว (2)": [3],
    }  # fmt: skip
    assert (first.rows, second.rows) == (7, 4)


def test_more_columns_than_excel_has_are_refused_with_a_sentence():
    with pytest.raises(TooWide, match="CSV"):
        XlsxBook(io.BytesIO()).table("x", "x", ["n"] * 16_385)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), st.integers(-(10**15), 10**15), st.text()), min_size=3, max_size=3)))
def test_whatever_is_written_is_read_back(rows):
    target = io.BytesIO()
    book = XlsxBook(target)
    book.table("x", "x", ["a", "b", "c"]).write(rows)
    book.close()

    sheet = openpyxl.load_workbook(io.BytesIO(target.getvalue())).worksheets[0]

    def kept(cell):
        if not isinstance(cell, str):
            return cell
        return books._UNPRINTABLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))

    read = [
        [unescape(cell) if isinstance(cell, str) else cell for cell in line]
        for line in sheet.iter_rows(min_row=2, max_col=3, values_only=True)
    ]
    assert read + [[None] * 3] * (len(rows) - len(read)) == [[kept(cell) for cell in row] for row in rows]
