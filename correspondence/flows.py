"""What the regulation on correspondence names: registers, papers, urgency, secrecy; who does what; the life of a paper.

ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ พ.ศ. 2526 และที่แก้ไขเพิ่มเติม
"""

from django.db import models

from accounts.flows import SUPERVISION_STAFF, Role
from workflows.machine import Machine, State, move
from workflows.services import nobody_has_decided, open_approvals, role_whose_turn_it_is

OFFICE = (*SUPERVISION_STAFF, Role.CLERK)
"""Who reads the registers and writes papers."""
KEEPERS = (Role.CLERK, Role.GROUP_HEAD)
"""Who keeps the registers: takes numbers for what comes and goes, cancels one."""
HEADS = (Role.GROUP_HEAD, Role.AREA_DIRECTOR)
"""Who reads what is secret, whoever wrote it."""


class RegisterKind(models.TextChoices):
    """ทะเบียน: each has its own numbers of the calendar year."""

    IN = "in", "ทะเบียนหนังสือรับ"
    OUT = "out", "ทะเบียนหนังสือส่ง"
    CIRCULAR = "circular", "ทะเบียนหนังสือเวียน"
    ORDER = "order", "ทะเบียนคำสั่ง"
    ANNOUNCEMENT = "announcement", "ทะเบียนประกาศ"


class Urgency(models.TextChoices):
    """ชั้นความเร็ว (ข้อ 28)."""

    NONE = "", "ปกติ"
    URGENT = "urgent", "ด่วน"
    VERY_URGENT = "very_urgent", "ด่วนมาก"
    MOST_URGENT = "most_urgent", "ด่วนที่สุด"


class Secrecy(models.TextChoices):
    """ชั้นความลับ (ระเบียบว่าด้วยการรักษาความลับของทางราชการ พ.ศ. 2544) that may be held here."""

    NONE = "", "ปกติ"
    SECRET = "secret", "ลับ"
    VERY_SECRET = "very_secret", "ลับมาก"


NOT_HELD = "top_secret"
"""ลับที่สุด: can be chosen in a form, so that the refusal can say why; never stored."""
NOT_HELD_WHY = (
    "หนังสือชั้น “ลับที่สุด” เก็บหรือจัดทำในระบบอิเล็กทรอนิกส์ไม่ได้ ตามระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ (ฉบับที่ 4) พ.ศ. 2564 "
    "โปรดดำเนินการด้วยกระดาษ ลงทะเบียนลับแยกเล่ม และปรึกษานายทะเบียนข้อมูลข่าวสารลับของสำนักงาน"
)


# -- Official papers -----------------------------------------------------------------------------------------------


class PaperKind(models.TextChoices):
    """What kind of official paper it is; each has a form of its own in the regulation."""

    MEMO = "memo", "บันทึกข้อความ"
    LETTER = "letter", "หนังสือภายนอก"
    CIRCULAR = "circular", "หนังสือเวียน"
    ORDER = "order", "คำสั่ง"
    ANNOUNCEMENT = "announcement", "ประกาศ"


REGISTERED_IN = {
    PaperKind.MEMO: RegisterKind.OUT,
    PaperKind.LETTER: RegisterKind.OUT,
    PaperKind.CIRCULAR: RegisterKind.CIRCULAR,
    PaperKind.ORDER: RegisterKind.ORDER,
    PaperKind.ANNOUNCEMENT: RegisterKind.ANNOUNCEMENT,
}
"""From which register a paper takes its number."""
ADDRESSED = (PaperKind.MEMO, PaperKind.LETTER, PaperKind.CIRCULAR)
"""Kinds that are written to somebody."""
WITH_CONTACT = (PaperKind.LETTER, PaperKind.CIRCULAR)
"""Kinds under which stands who is in charge and how to reach them."""

ENDORSERS = (Role.WORKGROUP_HEAD, Role.GROUP_HEAD)
"""Who may stand in the chain before the last link, in this order."""
DECIDERS = (Role.AREA_DIRECTOR, Role.GROUP_HEAD)
"""Who may be the last link: signs, approves, takes note."""
ENDORSING_WORDS = ("เพื่อโปรดทราบ", "เพื่อโปรดพิจารณา", "เห็นควรอนุมัติ", "เห็นควรลงนาม", "เห็นชอบ")
USUAL_ENDORSEMENT = {"อนุมัติ": "เห็นควรอนุมัติ", "ทราบ": "เพื่อโปรดทราบ", "ลงนาม": "เห็นควรลงนาม"}
"""What who stands before the last link says most often, by what is asked of the last."""
DECIDING_WORDS = {
    "อนุมัติ": ("อนุมัติ", "อนุญาต", "เห็นชอบ", "ทราบ"),
    "ทราบ": ("ทราบ", "ทราบ ดำเนินการตามเสนอ"),
    "ลงนาม": ("ลงนามแล้ว",),
}
"""What the last link says, by what is asked of it."""

NUMBERED_PLAINLY = (RegisterKind.ORDER, RegisterKind.ANNOUNCEMENT)
"""Registers whose numbers stand alone, over the year; those of the others follow the office's code."""
CODE_IS_MISSING = (
    "สำนักงานยังไม่ได้กำหนดรหัสหนังสือ เช่น ศธ 04009 โปรดให้เจ้าหน้าที่ธุรการหรือผู้อำนวยการกลุ่มนิเทศฯ กำหนดที่หัวของหน้างานสารบรรณก่อน"
)

DRAFT, ROUTING, RETURNED, SIGNED, SENT, CANCELLED = "draft", "routing", "returned", "signed", "sent", "cancelled"
WRITING = (DRAFT, RETURNED)
"""The states in which a paper is written."""
NUMBERED = (SIGNED, SENT)
"""The states in which it has a number that stands."""


def words_are_there(paper) -> str | None:
    missing = [f"“{label}”" for label, text in paper.required_texts() if not text.strip()]
    return f"โปรดกรอก{'และ'.join(missing)}ก่อนเสนอ" if missing else None


def somebody_decides(paper) -> str | None:
    return None if paper.chain else "ยังไม่ได้ระบุสายการเสนอ โปรดแก้ไขหนังสือแล้วเลือกผู้พิจารณา"


def its_number_can_be_written(paper) -> str | None:
    return f"ยังออกเลขหนังสือไม่ได้ {CODE_IS_MISSING}" if paper.lacks_code() else None


def there_are_more(paper) -> bool:
    return len(open_approvals(paper)) > 1


def it_is_the_last(paper) -> bool:
    return len(open_approvals(paper)) == 1


PAPER = Machine(
    name="paper",
    label="หนังสือราชการ",
    initial=DRAFT,
    states=(
        State(DRAFT, "ร่าง"),
        State(ROUTING, "อยู่ระหว่างเสนอ", tone="info"),
        State(RETURNED, "ส่งกลับแก้ไข", tone="warning"),
        State(SIGNED, "ลงนามแล้ว", tone="success"),
        State(SENT, "ส่ง/เผยแพร่แล้ว", tone="success"),
        State(CANCELLED, "ยกเลิก", tone="dark", final=True),
    ),
    transitions=(
        move(
            "submit", "เสนอตามสาย", source=WRITING, target=ROUTING, permission="correspondence.submit_paper", roles=OFFICE,
            guards=(words_are_there, somebody_decides, its_number_can_be_written), digest=True, icon="send", automatic=True,
        ),
        move(
            "endorse", "ให้ความเห็นและเสนอต่อ", source=ROUTING, target=ROUTING, permission="correspondence.decide_paper",
            roles=(*ENDORSERS, Role.AREA_DIRECTOR), turn=role_whose_turn_it_is, applies=there_are_more, digest=True,
            tone="success", icon="check2", automatic=True,
        ),
        move(
            "sign", "ลงนามหรือสั่งการ", source=ROUTING, target=SIGNED, permission="correspondence.decide_paper",
            roles=(*DECIDERS, Role.WORKGROUP_HEAD), turn=role_whose_turn_it_is, applies=it_is_the_last, digest=True,
            guards=(words_are_there, its_number_can_be_written), tone="success", icon="pen", automatic=True,
        ),
        move(
            "return", "ส่งกลับแก้ไข", source=ROUTING, target=RETURNED, permission="correspondence.decide_paper",
            roles=(*ENDORSERS, Role.AREA_DIRECTOR), turn=role_whose_turn_it_is, reason=True, tone="outline-danger",
            icon="arrow-counterclockwise",
        ),
        move(
            "withdraw", "ถอนเรื่องกลับมาแก้ไข", source=ROUTING, target=DRAFT, permission="correspondence.submit_paper",
            roles=OFFICE, applies=nobody_has_decided, tone="outline-secondary", icon="arrow-return-left",
        ),
        move(
            "send", "บันทึกว่าส่งหรือเผยแพร่แล้ว", source=SIGNED, target=SENT, permission="correspondence.send_paper",
            roles=OFFICE, applies=lambda paper: paper.kind != PaperKind.MEMO, icon="envelope-check",
        ),
        move(
            "void", "ยกเลิกหนังสือและเลข", source=NUMBERED, target=CANCELLED, permission="correspondence.void_paper",
            roles=(Role.GROUP_HEAD, Role.CLERK, Role.AREA_DIRECTOR), reason=True, tone="outline-danger", icon="x-circle",
            confirm="เลขที่ออกแล้วยังแสดงในทะเบียนพร้อมคำว่า “ยกเลิก” และเหตุผล และไม่นำกลับมาใช้อีก",
        ),
        move(
            "discard", "เลิกทำฉบับนี้", source=WRITING, target=CANCELLED, permission="correspondence.write_paper", roles=OFFICE,
            reason=True, tone="outline-danger", icon="trash",
        ),
    ),
)  # fmt: skip
