"""What meetings print: the invitation with its list, and the minutes in the form of the regulation.

The invitation is an external letter (แบบที่ 1), รายงานการประชุม follows แบบที่ 11 of ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ พ.ศ. 2526; official papers are in Thai digits.
"""

from typing import Any

from documents.kinds import document_kind
from documents.official import director, letterhead
from documents.wording import text_of, wording, wording_kind
from networks.models import Meeting, Participant
from thai.dates import date_range, in_bangkok, time_of_day

_WITH = ("area", "network", "chair", "made_by")


def _visible(user):
    return Meeting.objects.visible_to(user).select_related(*_WITH)


def _when(meeting: Meeting) -> str:
    text = date_range(meeting.starts_on, meeting.ends_on, style="official")
    if meeting.starts_at:
        text += f" เวลา {time_of_day(meeting.starts_at, thai_digits=True)}"
        if meeting.ends_at:
            text += f" ถึง {time_of_day(meeting.ends_at, thai_digits=True)}"
    return text


def _rows(people) -> list[dict[str, str]]:
    return [
        {"name": str(row), "position": row.post, "place": row.place if row.name else "", "note": row.note}
        for row in people
    ]


def _people(meeting: Meeting) -> list[Participant]:
    return list(meeting.participants.select_related("school"))


_MEETING = {
    "kind": ("ชนิดการประชุม", "ประชุมเชิงปฏิบัติการ"),
    "title": ("เรื่องของการประชุม", "การพัฒนาเครือข่ายการนิเทศ"),
}
_INVITATION = "network-invitation"
wording_kind(_INVITATION, label="หนังสือเชิญประชุมเครือข่าย", paper="letter")
wording(_INVITATION, "subject", label="เรื่อง", default="ขอเชิญเข้าร่วม{kind} {title} {number}", fields={
    **_MEETING, "number": ("ครั้งที่", "ครั้งที่ 1/2570"),
})  # fmt: skip
wording(_INVITATION, "to", label="เรียน", default="ผู้มีรายชื่อแนบท้าย")
wording(
    _INVITATION,
    "purpose",
    label="เหตุที่มีหนังสือ",
    default="ด้วย{office} {host} กำหนดจัด{kind} เรื่อง {title} ในวันที่ {when} {where}",
    fields={
        "office": ("ชื่อสำนักงาน", "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาตัวอย่าง"),
        "host": ("ผู้จัดร่วม", "ร่วมกับเครือข่ายตัวอย่าง"),
        **_MEETING,
        "when": ("วันและเวลา", "๕ มกราคม ๒๕๗๐ เวลา ๐๙.๐๐ น."),
        "where": ("สถานที่", "ณ ห้องประชุมโรงเรียนวัดตัวอย่าง"),
    },
)
wording(
    _INVITATION,
    "request",
    label="ความประสงค์",
    default="จึงเรียนมาเพื่อโปรดเข้าร่วมประชุมตามวัน เวลา และสถานที่ดังกล่าว หรือมอบหมายผู้แทนเข้าร่วม "
    "และโปรดลงทะเบียนโดยสแกน QR ที่หน้างาน",
)
wording(_INVITATION, "closing", label="คำลงท้าย", default="ขอแสดงความนับถือ")


@document_kind(
    _INVITATION,
    label="หนังสือเชิญประชุมเครือข่าย",
    model=Meeting,
    template="documents/network_invitation.html",
    queryset=_visible,
    title=lambda meeting: f"ขอเชิญเข้าร่วม{meeting.get_kind_display()}",
    record_code=lambda meeting: meeting.record_code,
    filename=lambda meeting: f"หนังสือเชิญ {meeting.title} {meeting.record_code}.pdf",
)
def network_invitation(meeting: Meeting, user) -> dict[str, Any]:
    """The letter, its agenda and the list of who is asked; who was asked personally sees the list too."""
    area = meeting.area
    marks = {"draft": "ฉบับร่าง", "cancelled": "ยกเลิก"}
    agenda, invited = list(meeting.agenda.all()), _rows(row for row in _people(meeting) if row.invited)
    same = {"kind": meeting.get_kind_display(), "title": meeting.title}
    host = f"ร่วมกับ{meeting.network}" if meeting.network else f"โดย{area.group_name}"
    where = [
        f"ณ {meeting.place}" if meeting.place else "",
        meeting.online_link and f"และประชุมออนไลน์ที่ {meeting.online_link}",
    ]
    return letterhead(area) | {
        "meeting": meeting,
        "watermark": marks.get(meeting.state, ""),
        "day": in_bangkok(meeting.announced_at).date() if meeting.announced_at else None,
        "subject": text_of(
            area, _INVITATION, "subject", **same, number=f"ครั้งที่ {meeting.number}" if meeting.number else ""
        ),
        "to": text_of(area, _INVITATION, "to"),
        "enclosures": [
            *(["ระเบียบวาระการประชุม จำนวน 1 ฉบับ"] if agenda else []),
            f"รายชื่อผู้ได้รับเชิญ {len(invited)} ราย จำนวน 1 ฉบับ",
        ],
        "paragraphs": [
            *text_of(
                area, _INVITATION, "purpose", office=area.name, host=host, when=_when(meeting), **same,
                where=" ".join(filter(None, where)),
            ).splitlines(),
            *meeting.message.splitlines(),
            *text_of(area, _INVITATION, "request").splitlines(),
        ],
        "closing": text_of(area, _INVITATION, "closing"),
        "signer": director(area),
        "agenda": agenda,
        "invited": invited,
    }  # fmt: skip


_MINUTES = "network-minutes"
wording_kind(_MINUTES, label="รายงานการประชุมเครือข่าย", paper="minutes")
wording(
    _MINUTES,
    "chair",
    label="ประโยคเปิดประชุม",
    default="{chair} เป็นประธานในที่ประชุม",
    fields={"chair": ("ประธานในที่ประชุม", "นายสมชาย ใจดี")},
)
wording(_MINUTES, "direction", label="หัวข้อของแนวทางที่ตกลงกัน", default="แนวทางการพัฒนาที่ตกลงร่วมกัน")
wording(
    _MINUTES,
    "approved",
    label="คำรับรองท้ายรายงาน",
    default="ผู้ตรวจรายงานการประชุมรับรองรายงานนี้ในระบบนิเทศ รหัสตรวจสอบเนื้อหา {digest}",
    fields={"digest": ("รหัสตรวจสอบเนื้อหา", "3f9a5c77d0e1b246")},
)


@document_kind(
    _MINUTES,
    label="รายงานการประชุมเครือข่าย",
    model=Meeting,
    template="documents/network_minutes.html",
    queryset=_visible,
    title=lambda meeting: "รายงานการประชุม",
    record_code=lambda meeting: meeting.record_code,
    filename=lambda meeting: f"รายงานการประชุม {meeting.title} {meeting.record_code}.pdf",
)
def network_minutes(meeting: Meeting, user) -> dict[str, Any]:
    """Who came and who did not, the agenda with its resolutions, the agreed direction, and who approved it."""
    people = _people(meeting)
    approval = meeting.transitions.select_related("by").filter(action="approve").last()
    taker = {"role": "ผู้จดรายงานการประชุม", "name": meeting.minutes_taker}
    checker = {"role": "ผู้ตรวจรายงานการประชุม", "name": "", "position": ""}
    if approval:
        checker |= {"name": str(approval.by), "position": approval.position}
        checker["date"] = date_range(in_bangkok(approval.at).date(), None, style="official")
    area, chair, digest = meeting.area, meeting.chaired_by, approval.digest[:16] if approval else ""
    online = "และประชุมออนไลน์" if meeting.online_link else ""
    return {
        "area": area,
        "meeting": meeting,
        "body": meeting.title,
        "round": meeting.number,
        "place": f"{meeting.place} {online}".strip(),
        "opened": time_of_day(meeting.opened_at) if meeting.opened_at else "",
        "closed": time_of_day(meeting.closed_at) if meeting.closed_at else "",
        "chair": text_of(area, _MINUTES, "chair", chair=chair) if chair else "",
        "direction": text_of(area, _MINUTES, "direction"),
        "watermark": "" if approval else "ฉบับร่าง",
        "when": date_range(meeting.starts_on, meeting.ends_on, style="official"),
        "agenda": list(meeting.agenda.all()),
        "came": _rows(row for row in people if row.attended_at and row.invited),
        "joined": _rows(row for row in people if row.attended_at and not row.invited),
        "absent": _rows(row for row in people if row.invited and not row.attended_at),
        "signatures": [taker, checker],
        "approved": text_of(area, _MINUTES, "approved", digest=digest) if approval else "",
    }
