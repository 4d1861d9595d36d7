"""The calendar of supervision on paper: of a plan, or of the visits that a person chose in the list."""

from typing import Any

from documents.kinds import document_kind
from documents.wording import text_of, wording, wording_kind
from supervision.documents.plan import signatures_of, watermark_of
from supervision.models import Plan
from supervision.queries.calendar import Calendar, lines_of_plan, lines_of_visits, parts_of, total_of

wording_kind("visit-calendar", label="ปฏิทินการนิเทศ", paper="announcement")
wording(
    "visit-calendar",
    "note",
    label="หมายเหตุท้ายปฏิทิน",
    default="กำหนดการอาจเปลี่ยนแปลงตามความจำเป็นของทางราชการ โดย{office} แจ้งให้สถานศึกษาทราบล่วงหน้า",
    fields={"office": ("ชื่อสำนักงาน", "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาตัวอย่าง")},
)


def _title(printed: Plan | Calendar) -> str:
    """It says the days, where some were chosen; of a plan those are its period."""
    return f"ปฏิทินการนิเทศ {printed.span if isinstance(printed, Calendar) else printed.period_label}".strip()


@document_kind(
    "visit-calendar",
    label="ปฏิทินการนิเทศ",
    model=Plan,
    template="documents/visit_calendar.html",
    queryset=lambda user: Plan.objects.visible_to(user).select_related("area", "owner"),
    title=_title,
    record_code=lambda printed: "" if isinstance(printed, Calendar) else printed.record_code,
    filename=lambda printed: (
        f"{_title(printed)} {'' if isinstance(printed, Calendar) else printed.record_code}".strip()
    ),
)
def visit_calendar(printed: Plan | Calendar, user) -> dict[str, Any]:
    """The lines by month with their totals; only the calendar of a plan is signed."""
    if isinstance(printed, Calendar):
        lines, offices = lines_of_visits(printed.visits, outside=printed.outside), printed.offices
        own: dict[str, Any] = {"subtitle": printed.about, "empty": "ไม่มีการนิเทศในช่วงและเงื่อนไขที่เลือก"}
    else:
        lines, offices = lines_of_plan(printed), [printed.area]
        own = {
            "subtitle": printed.title,
            "empty": "แผนนี้ยังไม่มีกำหนดการนิเทศ",
            "watermark": watermark_of(printed),
            "signatures": signatures_of(printed),
        }
    area = offices[0] if len(offices) == 1 else None
    office = ", ".join(office.name for office in offices)
    instruments = {instrument.pk: instrument for line in lines for instrument in line.instruments}
    return own | {
        "office": office,
        "unit": area.group_name if area else "",
        "parts": parts_of(lines),
        "total": total_of(lines),
        "instruments": sorted(instruments.values(), key=lambda one: (one.code, one.pk)),
        "note": text_of(area, "visit-calendar", "note", office=area.name if area else "สำนักงานเขตพื้นที่การศึกษา"),
    }
