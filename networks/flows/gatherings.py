"""The life of what networks do: their meetings and their activities."""

from accounts.flows import SUPERVISION_STAFF, Role
from thai.dates import long_date
from workflows.machine import Machine, State, move

RUNNERS = (*SUPERVISION_STAFF, Role.CLERK, Role.NETWORK_LEAD)
"""Who arranges what a network does: the office's staff, and the lead of the network itself."""
APPROVERS = (Role.GROUP_HEAD, Role.AREA_DIRECTOR, Role.WORKGROUP_HEAD, Role.SUPERVISOR, Role.CLERK, Role.NETWORK_LEAD)
"""In which role minutes are approved: the group head and the director always, the others where they took the chair."""

# -- Meetings ------------------------------------------------------------------------------------------------------


def meeting_is_ahead(meeting) -> str | None:
    return None if meeting.ends_on >= meeting.today else "วันประชุมผ่านไปแล้ว โปรดแก้ไขวันประชุมก่อนแจ้ง"


def place_is_known(meeting) -> str | None:
    if meeting.place.strip() or meeting.online_link:
        return None
    return "ยังไม่ได้ระบุสถานที่หรือลิงก์ประชุมออนไลน์ โปรดแก้ไขการประชุม"


def agenda_is_written(meeting) -> str | None:
    return None if meeting.agenda.exists() else "ยังไม่มีระเบียบวาระ โปรดเพิ่มอย่างน้อย 1 วาระ"


def somebody_is_invited(meeting) -> str | None:
    if meeting.participants.filter(invited=True).exists():
        return None
    return "ยังไม่ได้เชิญใคร โปรดเลือกผู้รับเชิญอย่างน้อย 1 คนหรือ 1 โรงเรียน"


def day_has_come(gathering) -> str | None:
    return None if gathering.starts_on <= gathering.today else f"ยังไม่ถึงวันจัด ({long_date(gathering.starts_on)})"


def somebody_came(gathering) -> str | None:
    if gathering.participants.filter(attended_at__isnull=False).exists():
        return None
    return "ยังไม่มีผู้ลงทะเบียนเข้าร่วม โปรดลงชื่อผู้มาในหน้ารายชื่อ หรือให้ผู้เข้าร่วมสแกน QR"


def minutes_are_whole(meeting) -> str | None:
    missing = meeting.gaps_of_minutes()
    return f"รายงานการประชุมยังขาด {' '.join(missing)} โปรดเขียนให้ครบก่อนรับรอง" if missing else None


MEETING = Machine(
    name="network-meeting",
    label="การประชุมเครือข่าย",
    initial="draft",
    states=(
        State("draft", "ร่าง"),
        State("announced", "แจ้งเชิญแล้ว", tone="info"),
        State("held", "ประชุมแล้ว รอรับรองรายงาน", "ประชุมแล้ว", tone="warning"),
        State("minuted", "รับรองรายงานแล้ว", tone="success", final=True),
        State("cancelled", "ยกเลิก", tone="dark", final=True),
    ),
    transitions=(
        move(
            "announce", "แจ้งการประชุม", source="draft", target="announced", permission="networks.run_meeting",
            roles=RUNNERS, icon="megaphone", tone="success",
            guards=(meeting_is_ahead, place_is_known, agenda_is_written, somebody_is_invited),
            confirm="ผู้รับเชิญที่มีบัญชีได้รับแจ้งทันที หากเปลี่ยนวัน เวลา หรือสถานที่ภายหลัง ระบบแจ้งให้ทราบอีกครั้ง",
        ),
        move(
            "hold", "ประชุมเสร็จแล้ว", source="announced", target="held", permission="networks.run_meeting",
            roles=RUNNERS, icon="check2", guards=(day_has_come, somebody_came),
        ),
        move(
            "approve", "รับรองรายงานการประชุม", source="held", target="minuted", permission="networks.approve_minutes",
            roles=APPROVERS, icon="check2-all", tone="success", digest=True, guards=(minutes_are_whole,),
            confirm="เมื่อรับรองแล้ว รายงานการประชุมเปิดให้ผู้เกี่ยวข้องอ่าน และแก้ไขไม่ได้อีก",
        ),
        move(
            "cancel", "ยกเลิกการประชุม", source=["draft", "announced"], target="cancelled",
            permission="networks.run_meeting", roles=RUNNERS, reason=True, icon="x-circle", tone="outline-danger",
        ),
    ),
)  # fmt: skip

# -- Activities ----------------------------------------------------------------------------------------------------


def report_is_written(activity) -> str | None:
    missing = activity.gaps_of_report()
    return f"รายงานผลยังขาด {' '.join(missing)} โปรดเขียนให้ครบก่อนส่ง" if missing else None


ACTIVITY = Machine(
    name="network-activity",
    label="กิจกรรมพัฒนาเครือข่าย",
    initial="planned",
    states=(
        State("planned", "ตามแผน"),
        State("held", "จัดแล้ว รอรายงานผล", tone="warning"),
        State("reported", "รายงานผลแล้ว", tone="success"),
        State("cancelled", "ยกเลิก", tone="dark", final=True),
    ),
    transitions=(
        move(
            "hold", "จัดกิจกรรมแล้ว", source="planned", target="held", permission="networks.run_activity",
            roles=RUNNERS, icon="check2", guards=(day_has_come, somebody_came),
        ),
        move(
            "report", "ส่งรายงานผล", source="held", target="reported", permission="networks.run_activity",
            roles=RUNNERS, icon="send", tone="success", guards=(report_is_written,),
        ),
        move(
            "reopen", "ให้แก้ไขรายงาน", source="reported", target="held", permission="networks.reopen_activity",
            roles=(Role.GROUP_HEAD, Role.AREA_DIRECTOR), reason=True, icon="arrow-counterclockwise",
            tone="outline-secondary",
        ),
        move(
            "cancel", "ยกเลิกกิจกรรม", source="planned", target="cancelled", permission="networks.run_activity",
            roles=RUNNERS, reason=True, icon="x-circle", tone="outline-danger",
        ),
    ),
)  # fmt: skip
