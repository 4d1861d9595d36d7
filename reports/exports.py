"""Lists as files: CSV that Excel opens in Thai, and XLSX; written row by row, whatever their number."""

import csv
import tempfile
from collections.abc import Iterable, Iterator

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook

from accounts.flows import AREA_ROLES
from accounts.models import User
from schools.exports import harmless
from supervision.models import Recommendation, Visit
from thai.dates import numeric_date

Cells = list[str | int]

VISIT_HEADINGS = [
    "รหัสบันทึก",
    "รหัสโรงเรียน",
    "โรงเรียน",
    "กลุ่มโรงเรียน",
    "ประเด็นการนิเทศ",
    "กำหนดตั้งแต่",
    "กำหนดถึง",
    "วันที่นิเทศ",
    "ปีงบประมาณ",
    "ปีการศึกษา",
    "ภาคเรียนที่",
    "คณะผู้นิเทศ (คนแรกเป็นหัวหน้า)",
    "สถานะ",
]
RECOMMENDATION_HEADINGS = [
    "รหัสบันทึก",
    "รหัสโรงเรียน",
    "โรงเรียน",
    "ข้อเสนอแนะ",
    "ผู้รับผิดชอบ",
    "ภายในวันที่",
    "สถานะ",
    "วันที่นิเทศ",
    "ปีงบประมาณ",
]


def _date(day) -> str:
    return numeric_date(day) if day else ""


def _batches(rows) -> Iterator:
    return rows.iterator(chunk_size=1000)


def visit_rows(user: User, year: int | None) -> Iterator[Cells]:
    """The visits that the person may see, in the words of the person's own side."""
    inside = user.areas_as(*AREA_ROLES)
    visits = Visit.objects.visible_to(user).select_related("school", "school__group").prefetch_related("members__user")
    if year:
        visits = visits.filter(fiscal_year=year)
    yield [*VISIT_HEADINGS]
    for visit in _batches(visits.order_by("starts_on", "pk")):
        yield [
            visit.record_code,
            visit.school.obec_code,
            visit.school.name,
            str(visit.school.group or ""),
            visit.purpose,
            _date(visit.starts_on),
            _date(visit.ends_on),
            _date(visit.visited_on),
            visit.fiscal_year,
            visit.academic_year,
            visit.semester,
            ", ".join(str(member.user) for member in visit.members.all()),
            visit.status.label if visit.area_id in inside else visit.status.outside_label,
        ]


def recommendation_rows(user: User, year: int | None) -> Iterator[Cells]:
    """The recommendations that the person may see."""
    inside = user.areas_as(*AREA_ROLES)
    rows = Recommendation.objects.visible_to(user).select_related("school", "visit")
    if year:
        rows = rows.filter(visit__fiscal_year=year)
    yield [*RECOMMENDATION_HEADINGS]
    for row in _batches(rows.order_by("visit__starts_on", "visit_id", "pk")):
        yield [
            row.visit.record_code,
            row.school.obec_code,
            row.school.name,
            row.text,
            row.owner,
            _date(row.due_on),
            row.status.label if row.area_id in inside else row.status.outside_label,
            _date(row.visit.visited_on),
            row.visit.fiscal_year,
        ]


class _Line:
    """What csv.writer writes into: it hands each line straight on."""

    def write(self, text: str) -> str:
        return text


def csv_response(rows: Iterable[Cells], filename: str) -> StreamingHttpResponse:
    """A download that is sent while it is read; starts with a BOM so that Excel reads Thai."""
    writer = csv.writer(_Line())
    lines = (writer.writerow([harmless(cell) for cell in row]) for row in rows)
    response = StreamingHttpResponse(_with_bom(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response


def _with_bom(lines: Iterable[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from lines


def xlsx_response(rows: Iterable[Cells], filename: str) -> FileResponse:
    """A workbook written through a temporary file, so that memory does not grow with the rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("ข้อมูล")
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 -- FileResponse closes it
    book.save(target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{filename}.xlsx")
