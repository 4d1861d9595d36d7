"""Workbooks as other people make them, and questions to what became of them."""

import io

import openpyxl

from builder.xlsform import import_definition, read
from builder.xlsform.report import CHANGED, LEFT, TAKEN

__all__ = ["CHANGED", "LEFT", "TAKEN", "Taken", "imported", "table", "xlsx"]

YES_NO = "list_name | name | label\nyn | 1 | ใช่\nyn | 0 | ไม่ใช่"
PLACES = """
list_name | name | label | province
province | 10 | กรุงเทพมหานคร |
province | 12 | นนทบุรี |
district | 1001 | พระนคร | 10
district | 1002 | ดุสิต | 10
district | 1201 | เมืองนนทบุรี | 12
"""


def table(text):
    """“a | b” a line, the first being the header; an empty cell is an empty cell, “-” an empty row."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return [[] if line == "-" else [cell.strip() or None for cell in line.split("|")] for line in lines]


def xlsx(sheets):
    """The .xlsx of {name: rows or table text}."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(table(rows) if isinstance(rows, str) else rows, start=1):
            for place, value in enumerate(row, start=1):
                if value is not None:
                    sheet.cell(number, place, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class Taken:
    def __init__(self, data, filename="form.xlsx"):
        self.book = read(data, filename)
        self.imported = import_definition(self.book)
        self.definition = self.imported.definition
        self.sections = self.definition["sections"]
        self.questions = {question["key"]: question for section in self.sections for question in section["questions"]}

    def __getitem__(self, key):
        return self.questions[key]

    def row(self, number, sheet="survey"):
        """(outcome, reason) of one row."""
        found = [row for row in self.imported.report if (row["sheet"], row["row"]) == (sheet, number)]
        assert len(found) == 1, f"row {number} of {sheet} is reported {len(found)} times"
        return found[0]["outcome"], found[0]["reason"]


def imported(survey, choices=None, settings=None, **more):
    """What is taken of these sheets. Every row that holds something is reported once, and what is made is whole."""
    sheets = {"survey": survey} | {k: v for k, v in {"choices": choices, "settings": settings}.items() if v} | more
    made = Taken(xlsx(sheets))
    held = [(sheet.name, row.number) for sheet in made.book.sheets for row in [*sheet.above, *sheet.rows]]
    assert sorted(held) == sorted((row["sheet"], row["row"]) for row in made.imported.report)
    assert all(row["reason"] for row in made.imported.report if row["outcome"] != TAKEN)
    assert made.imported.problems == []
    return made


def one(kind, **cells):
    """A form of one question of this type, and what became of it."""
    cells = {"type": kind, "name": "q", "label": "ข้อ"} | cells
    return imported([list(cells), list(cells.values())], choices=YES_NO)
