"""Official papers drafted from what networks do: invitations, the order that appoints a committee, the announcement."""

from accounts.models import User
from correspondence.drafts import OFFICE, Words, draft, passages, words
from networks.models import Activity, Meeting, MemberKind, Network
from networks.models.gatherings import Gathering
from thai.dates import date_range, long_date, time_of_day

GATHERING = {
    **OFFICE,
    "host": ("ผู้จัดร่วม", "ร่วมกับเครือข่ายตัวอย่าง"),
    "kind": ("ชนิดการประชุมหรือกิจกรรม", "ประชุมเชิงปฏิบัติการ"),
    "title": ("ชื่อเรื่อง", "การพัฒนาเครือข่ายการนิเทศ"),
    "when": ("วันและเวลา", "5 มกราคม 2570 เวลา 09.00 น."),
    "place": ("สถานที่", "ณ ห้องประชุมสำนักงานเขต"),
}
NETWORK = {**OFFICE, "network": ("ชื่อเครือข่าย", "เครือข่ายการนิเทศตัวอย่าง")}
INVITING = {
    "subject": "ขอเชิญเข้าร่วม{kind} {title}",
    "to": "ผู้อำนวยการโรงเรียนและผู้มีรายชื่อแนบท้าย",
    "cause": "ด้วย{office} {host} กำหนดจัด{kind} เรื่อง {title} ในวันที่ {when} {place} เพื่อพัฒนาและแลกเปลี่ยนเรียนรู้ร่วมกันของเครือข่ายการนิเทศ",
    "purpose": "ในการนี้ จึงขอเชิญท่านหรือผู้แทนเข้าร่วมตามวัน เวลา และสถานที่ดังกล่าว และลงทะเบียนโดยสแกนรหัส QR ที่หน้างาน",
    "ending": "จึงเรียนมาเพื่อโปรดทราบและเข้าร่วม หรือแจ้งผู้เกี่ยวข้องเข้าร่วมโดยพร้อมเพรียงกัน",
}


def _when(gathering: Gathering) -> str:
    days = date_range(gathering.starts_on, gathering.ends_on)
    if gathering.starts_at is None:
        return days
    until = f" ถึง {time_of_day(gathering.ends_at)}" if gathering.ends_at else ""
    return f"{days} เวลา {time_of_day(gathering.starts_at)}{until}"


def _of_gathering(gathering: Meeting | Activity, kind: str) -> dict[str, str]:
    return {
        "office": gathering.area.name,
        "host": f"ร่วมกับ{gathering.network}" if gathering.network else f"โดย{gathering.area.group_name}",
        "kind": kind,
        "title": gathering.title,
        "when": _when(gathering),
        "place": f"ณ {gathering.place}" if gathering.place else "",
    }


def is_called(gathering: Gathering) -> bool:
    return gathering.state in ("draft", "announced", "planned")


passages("meeting-invitation", "หนังสือเชิญประชุม (งานสารบรรณ)", "letter", GATHERING, **INVITING)
passages("activity-invitation", "หนังสือเชิญเข้าร่วมกิจกรรมเครือข่าย", "letter", GATHERING, **INVITING)


@draft("meeting-invitation", kind="letter", model="networks.Meeting", label="หนังสือเชิญประชุม", applies=is_called)
def meeting_invitation(meeting: Meeting, by: User) -> Words:
    number = f"{meeting.title} ครั้งที่ {meeting.number}" if meeting.number else meeting.title
    kind = meeting.get_kind_display()
    values = _of_gathering(meeting, kind) | {"title": number.removeprefix(kind).strip()}
    said = words(meeting.area, "meeting-invitation", tuple(INVITING), **values)
    agenda = [f"ระเบียบวาระที่ {item.place} {item.title}" for item in meeting.agenda.all()]
    online = [f"เข้าร่วมทางออนไลน์ได้ที่ {meeting.online_link}"] if meeting.online_link else []
    return {
        "subject": said["subject"],
        "to": said["to"],
        "enclosures": ["ระเบียบวาระการประชุม จำนวน 1 ฉบับ"] if agenda else [],
        "body": [said["cause"], *agenda, said["purpose"], *online, said["ending"]],
    }


@draft("activity-invitation", kind="letter", model="networks.Activity", label="หนังสือเชิญร่วมกิจกรรม", applies=is_called)
def activity_invitation(activity: Activity, by: User) -> Words:
    said = words(activity.area, "activity-invitation", tuple(INVITING), **_of_gathering(activity, "กิจกรรม"))
    facts = [f"วัตถุประสงค์ {' '.join(activity.objective.split())}"] if activity.objective.strip() else []
    whom = [f"กลุ่มเป้าหมาย {activity.target_group}"] if activity.target_group else []
    return {
        "subject": said["subject"],
        "to": said["to"],
        "body": [said["cause"], *facts, *whom, said["purpose"], said["ending"]],
    }


# -- Networks ------------------------------------------------------------------------------------------------------


def is_running(network: Network) -> bool:
    return network.standing != "ended"


passages(
    "network-order", "คำสั่งแต่งตั้งคณะกรรมการเครือข่าย", "order", NETWORK,
    subject="แต่งตั้งคณะกรรมการ{network}",
    cause="เพื่อให้การดำเนินงานของ{network} ในสังกัด{office} เป็นไปด้วยความเรียบร้อย บรรลุเป้าหมายร่วมกัน และเกิดการพัฒนาอย่างต่อเนื่อง",
    purpose="จึงแต่งตั้งคณะกรรมการเครือข่าย ดังต่อไปนี้",
    duty="วางแผน ดำเนินกิจกรรม นิเทศและพัฒนาสมาชิก ติดตามประเมินผล และรายงานผลการดำเนินงานของเครือข่ายต่อสำนักงานเขตพื้นที่การศึกษา",
)  # fmt: skip


@draft("network-order", kind="order", model="networks.Network", label="คำสั่งแต่งตั้งคณะกรรมการ", applies=is_running)
def network_order(network: Network, by: User) -> Words:
    """The people among today's members, leaders first; a school or an agency sits on no committee."""
    said = words(
        network.area,
        "network-order",
        ("subject", "cause", "purpose", "duty"),
        office=network.area.name,
        network=str(network),
    )
    members = (
        network.members.current()
        .filter(kind=MemberKind.PERSON)
        .select_related("user", "school")
        .order_by("rank", "sort_key", "pk")
    )
    lines = [
        {"name": member.shown_name, "position": member.affiliation, "role": member.get_role_display()}
        for member in members
    ]
    return {
        "subject": said["subject"],
        "body": [said["cause"], said["purpose"]],
        "items": [{"heading": f"คณะกรรมการ{network}", "lines": lines, "duty": said["duty"]}],
    }


passages(
    "network-announcement", "ประกาศจัดตั้งเครือข่าย", "announcement", NETWORK,
    subject="จัดตั้ง{network}",
    cause="ด้วย{office} ส่งเสริมให้บุคลากร สถานศึกษา หน่วยงาน และชุมชน ร่วมกันพัฒนาการนิเทศและคุณภาพการศึกษาในรูปแบบเครือข่าย",
    purpose="จึงประกาศจัดตั้ง{network} เพื่อให้ผู้เกี่ยวข้องทราบและให้ความร่วมมือโดยทั่วกัน",
)  # fmt: skip


@draft(
    "network-announcement", kind="announcement", model="networks.Network", label="ประกาศจัดตั้งเครือข่าย", applies=is_running
)
def network_announcement(network: Network, by: User) -> Words:
    said = words(
        network.area,
        "network-announcement",
        ("subject", "cause", "purpose"),
        office=network.area.name,
        network=str(network),
    )
    about = [
        f"รูปแบบ {network.get_kind_display()} ระดับ{network.get_level_display()} เริ่มดำเนินงานตั้งแต่วันที่ {long_date(network.started_on)}"
    ]
    if network.purpose.strip():
        about.append(f"เป้าหมายร่วม {' '.join(network.purpose.split())}")
    return {"subject": said["subject"], "body": [said["cause"], *about, said["purpose"]]}
