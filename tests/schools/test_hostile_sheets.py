"""Workbooks that no Excel wrote."""

import io
import re
import zipfile

import openpyxl
import pytest

from schools.resources import RESOURCES
from schools.tabular import TableError, read_table


def workbook_with(change) -> bytes:
    """A small register whose sheet went through ``change`` (bytes to bytes)."""
    book = openpyxl.Workbook()
    book.active.append(["รหัสโรงเรียน", "ชื่อโรงเรียน"])
    book.active.append(["1099000001", "วัดใหม่"])
    plain, changed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                content = change(content)
            target.writestr(member, content)
    return changed.getvalue()


def workbook_with_a_row_numbered(number: int) -> bytes:
    return workbook_with(lambda sheet: re.sub(rb'r="([AB]?)2"', rb'r="\g<1>%d"' % number, sheet))


def test_a_row_far_below_is_read():
    table = read_table(workbook_with_a_row_numbered(5_000), RESOURCES["schools"].columns)

    assert [number for number, _ in table.rows] == [5_000]


def test_a_row_numbered_beyond_every_sheet_does_not_keep_the_reader_for_days():
    with pytest.raises(TableError, match="ยังไม่มีแถวข้อมูล"):
        read_table(workbook_with_a_row_numbered(99_999_999_999), RESOURCES["schools"].columns)


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: re.sub(rb't="(s|inlineStr)">.*?</c>', b't="s"><v>99</v></c>', sheet),
        lambda sheet: sheet.replace(b'r="A2"', b'r="!!"'),
        lambda sheet: sheet[:-40],
    ],
    ids=["a text that is not there", "a cell without a place", "cut off"],
)
def test_a_broken_sheet_is_said_to_be_broken(change):
    with pytest.raises(TableError, match="เสียหาย"):
        read_table(workbook_with(change), RESOURCES["schools"].columns)
