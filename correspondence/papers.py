"""The memo that lays an incoming letter before the heads, so that each says a word on it along the chain."""

from accounts.models import User
from correspondence.drafts import OFFICE, TO_DIRECTOR, Words, draft, passages, written
from correspondence.flows import RegisterKind
from correspondence.models import Entry
from thai.dates import long_date

INCOMING = {
    **OFFICE,
    "sender": ("ผู้ส่งหนังสือ", "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน"),
    "ref": ("ที่และวันที่ของหนังสือ", "ที่ ศธ 04009/ว 1234 ลงวันที่ 5 มกราคม 2570"),
    "title": ("เรื่องของหนังสือ", "การนิเทศภายในโรงเรียน"),
    "number": ("เลขทะเบียนรับ", "15/2570"),
}


def came_in(entry: Entry) -> bool:
    return entry.register.kind == RegisterKind.IN and not entry.is_cancelled


passages(
    "incoming-memo", "บันทึกเสนอหนังสือรับ", "memo", INCOMING,
    subject="{title}", to=TO_DIRECTOR,
    cause="ด้วย{office}ได้รับหนังสือจาก{sender} {ref} เรื่อง {title} ตามทะเบียนหนังสือรับ เลขที่ {number} รายละเอียดปรากฏตามหนังสือที่แนบ",
    ending="จึงเรียนมาเพื่อโปรดทราบและพิจารณา",
)  # fmt: skip


@draft("incoming-memo", kind="memo", model="correspondence.Entry", label="บันทึกเสนอหนังสือรับ", applies=came_in)
def incoming_memo(entry: Entry, by: User) -> Words:
    number = f"ที่ {entry.ref}" if entry.ref else ""
    day = f"ลงวันที่ {long_date(entry.dated_on)}" if entry.dated_on else ""
    ref = " ".join(filter(None, [number, day]))
    said = written(
        entry.area, "incoming-memo",
        office=entry.area.name, sender=entry.sender, ref=ref, title=entry.subject, number=entry.full_number,
    )  # fmt: skip
    letter = " ".join(filter(None, [f"หนังสือ{entry.sender}", ref, "จำนวน 1 ฉบับ"]))
    return said | {"asked": "ทราบ", "enclosures": [letter], "urgency": entry.urgency, "secrecy": entry.secrecy}
