"""Files of answers read back: CSV with the standard library, workbooks with openpyxl."""

import csv
import io
import zipfile

import openpyxl

from analysis.exports.selection import Selection
from analysis.exports.writing import write_answers


def written(version_or_instrument, area, /, **options):
    """(what `write_answers` says, the bytes of the file)"""
    instrument = getattr(version_or_instrument, "instrument", version_or_instrument)
    target = io.BytesIO()
    result = write_answers(Selection(area=area.pk, instrument=instrument.pk, **options), target)
    return result, target.getvalue()


def csv_tables(data: bytes) -> dict[str, list[dict[str, str]]]:
    """The rows of each CSV of the ZIP by heading."""
    tables = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8")
            assert text.startswith("\ufeff"), name
            lines = list(csv.reader(io.StringIO(text[1:], newline="")))
            assert len(set(lines[0])) == len(lines[0]), "two headings are alike"
            assert {len(line) for line in lines} == {len(lines[0])}
            tables[name.removesuffix(".csv")] = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    return tables


def workbook(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def sheet_rows(sheet) -> list[dict]:
    """The rows of a sheet by heading; blank cells are left out."""
    lines = list(sheet.iter_rows(values_only=True))
    return [
        {name: value for name, value in zip(lines[0], line, strict=True) if value is not None} for line in lines[1:]
    ]


def exported(version_or_instrument, area, /, **options):
    """The tables of the CSV under keys and values, unless told otherwise."""
    _, data = written(version_or_instrument, area, **{"file": "csv", "keys": True, "values": True} | options)
    return csv_tables(data)


def content(export) -> bytes:
    with export.file.open("rb") as file:
        return file.read()


def downloaded(answer) -> bytes:
    """The file of a response that sends one."""
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)
