"""The record of a visit on paper: facts, every form with its statistics, findings, recommendations, signatures."""

from urllib.parse import quote

from documents.kinds import document_kind
from instruments.documents import answer_photos
from supervision.models import Signature, Visit
from supervision.queries.beside import beside_charts
from supervision.queries.recommendations import reads_from_outside
from supervision.queries.record import (
    findings_by_kind,
    followed_up,
    form_readings,
    is_draft,
    latest_demand,
    latest_replies,
    recommendations_of,
    signing_logs,
)
from supervision.queries.visits import facts_of
from thai.dates import date_range, long_date

PHOTOS_A_PAGE = 6


@document_kind(
    "visit-record",
    label="บันทึกผลการนิเทศ",
    model=Visit,
    template="documents/visit_record.html",
    queryset=lambda user: Visit.objects.visible_to(user).select_related("area", "school__group"),
    record_code=lambda visit: visit.record_code,
    filename=lambda visit: f"บันทึกผลการนิเทศ {visit.school.name} {visit.record_code}.pdf",
)
def visit_record(visit: Visit, user) -> dict:
    """Everything the record says to this reader; the number of queries does not grow with what is in it."""
    visit = Visit.objects.select_related("area", "school__group").prefetch_related("members__user").get(pk=visit.pk)
    released = not is_draft(visit)
    forms = form_readings(visit)
    beside = beside_charts(visit, [form.response for form, _ in forms], user, office=False)
    return {
        "visit": visit,
        "office": visit.area.name,
        "unit": visit.area.group_name,
        "subtitle": str(visit.school),
        "watermark": _watermark(visit),
        "facts": _facts(visit),
        "forms": [(reading, beside.get(form.response_id)) for form, reading in forms],
        "findings": findings_by_kind(visit),
        "followed_up": followed_up(visit),
        "recommendations": _recommendations(visit, user, released=released),
        "released": released,
        "photo_pages": _photo_pages(visit, forms),
        "signatures": _signatures(visit),
        "unsigned_reason": visit.unsigned_reason,
        "decisions": signing_logs(visit.transitions.select_related("by")),
    }


def _watermark(visit: Visit) -> str:
    if visit.state == "cancelled":
        return "ยกเลิก"
    return "ฉบับร่าง" if is_draft(visit) else ""


def _facts(visit: Visit) -> list[tuple]:
    """The grid under the title: (label, value) or (label, value, "wide")."""
    school, known = visit.school, facts_of(visit)
    codes = school.obec_code + (f" (SMIS {school.smis_code})" if school.smis_code else "")
    planned = date_range(visit.starts_on, visit.ends_on)
    return [
        ("สถานศึกษา", str(school)),
        ("รหัสโรงเรียน", codes),
        ("กลุ่มโรงเรียน", str(school.group) if school.group else "-"),
        ("ครั้งที่ (ในภาคเรียน)", known["round"]),
        ("วันที่นิเทศ", long_date(visit.visited_on) if visit.visited_on else f"กำหนด {planned}"),
        ("ช่วงเวลา", known["period"]),
        ("ประเด็นการนิเทศ", visit.purpose, "wide"),
        ("คณะผู้นิเทศ", known["team"], "wide"),
        ("ผู้รับการนิเทศ", known["hosts"] or "-", "wide"),
    ]


def _recommendations(visit: Visit, user, *, released: bool) -> list[dict]:
    """Each recommendation with its state and, once the school has the record, what the school said."""
    outside = user is not None and reads_from_outside(user, visit)
    rows = []
    for recommendation in recommendations_of(visit):
        status, said = recommendation.status, latest_replies(recommendation)
        demand = latest_demand(recommendation)
        rows.append(
            {
                "recommendation": recommendation,
                "state": (status.outside_label if outside else status.label) if released else "",
                "plan": said.get("plan") if released else None,
                "report": said.get("report") if released else None,
                "seen": said.get("settle") or said.get("verify") if released else None,
                "demand": demand if released and recommendation.state == "reopened" else None,
            }
        )
    return rows


def _photo_pages(visit: Visit, forms) -> list[list[dict]]:
    """The small pictures of the visit and then of its answers, at most six on a page."""
    photos = [
        {"src": _media(photo.thumbnail or photo.image), "caption": photo.caption or "ภาพกิจกรรม"}
        for photo in visit.photos.all()
    ]
    for _form, reading in forms:
        photos += answer_photos(reading)
    return [photos[start : start + PHOTOS_A_PAGE] for start in range(0, len(photos), PHOTOS_A_PAGE)]


def _signatures(visit: Visit) -> list[dict]:
    """Both sides, with an empty line for the one that has not signed and gave no reason."""
    given = {signature.side: signature for signature in visit.signatures.all()}
    lines = []
    for side, role in Signature.Side.choices:
        signature = given.get(side)
        if signature is not None:
            lines.append(
                {
                    "role": str(role),
                    "name": signature.name,
                    "position": signature.position,
                    "image": _media(signature.image) if signature.image else "",
                    "date": long_date(signature.at),
                }
            )
        elif side == Signature.Side.SUPERVISOR or not visit.unsigned_reason:
            lines.append({"role": str(role)})
    return lines


def _media(stored) -> str:
    return f"media:{quote(stored.name)}"
