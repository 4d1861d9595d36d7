"""Workbooks that no Excel wrote."""

import io
import zipfile

import openpyxl
import pytest

from schools.resources import RESOURCES
from schools.tabular import TableError, read_table


def workbook_with_a_row_numbered(number: int) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["รหัสโรงเรียน", "ชื่อโรงเรียน"])
    book.active.append(["1099000001", "วัดใหม่"])
    plain, changed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b'<row r="2"', b'<row r="%d"' % number)
                content = content.replace(b'r="A2"', b'r="A%d"' % number).replace(b'r="B2"', b'r="B%d"' % number)
            target.writestr(member, content)
    return changed.getvalue()


def test_a_row_far_below_is_read():
    table = read_table(workbook_with_a_row_numbered(5_000), RESOURCES["schools"].columns)

    assert [number for number, _ in table.rows] == [5_000]


def test_a_row_numbered_beyond_every_sheet_does_not_keep_the_reader_for_days():
    with pytest.raises(TableError, match="ยังไม่มีแถวข้อมูล"):
        read_table(workbook_with_a_row_numbered(99_999_999_999), RESOURCES["schools"].columns)
