"""The comparison of all networks in a semester as a spreadsheet."""

from collections.abc import Iterable

from import_export.formats import base_formats
from tablib import Dataset

from networks.models import Outcome
from networks.queries.evaluation import SemesterRow
from schools.exports import harmless

HEADINGS = [
    "เครือข่าย", "รูปแบบ", "ก่อน (รอบ)", "ก่อน x̄", "ล่าสุด (รอบ)", "ล่าสุด x̄", "ระดับ", "ผลต่าง", "ผลตามเกณฑ์",
    "ผลที่ยืนยัน", "สถานะ",
]  # fmt: skip


def scores_as_file(rows: Iterable[SemesterRow], kind: str) -> tuple[bytes, str]:
    """The rows as (bytes, content type); ``kind`` is csv (UTF-8 with the mark that Excel needs) or xlsx."""
    table = Dataset(headers=HEADINGS)
    for row in rows:
        table.append([harmless(cell) if isinstance(cell, str) else cell for cell in _cells(row)])
    if kind == "csv":
        return base_formats.CSV().export_data(table).encode("utf-8-sig"), "text/csv; charset=utf-8"
    return base_formats.XLSX().export_data(table), base_formats.XLSX.CONTENT_TYPE


def _cells(row: SemesterRow) -> list:
    before, last = row.before, row.last
    return [
        row.network.name,
        row.network.get_kind_display(),
        str(before.round) if before else "",
        "" if before is None or before.mean is None else before.mean,
        str(last.round) if last else "",
        "" if last is None or last.mean is None else last.mean,
        last.level if last else "",
        "" if row.difference is None else row.difference,
        Outcome(last.proposal).label if last and last.proposal else "",
        Outcome(last.decision).label if last and last.decision else "",
        last.state_label if last else "ยังไม่ประเมิน",
    ]
