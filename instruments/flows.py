"""The life of a version of an instrument."""

from accounts.flows import Role
from instruments.checking import problems
from instruments.differences import differences
from workflows.machine import Machine, State, move

EDITORS = (Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD)
"""Who write the office's forms."""
DRAFT, IN_REVIEW, PUBLISHED, RETIRED = "draft", "in_review", "published", "retired"


def definition_is_whole(version) -> str | None:
    """A form that can't be filled is not published; the sentence names the first things to mend."""
    found = problems(version.definition)
    if not found:
        return None
    more = f" และอีก {len(found) - 3} เรื่อง" if len(found) > 3 else ""
    return f"แบบนี้ยังเผยแพร่ไม่ได้ โปรดแก้ไขก่อน: {' '.join(found[:3])}{more}"


def trends_are_decided(version) -> str | None:
    """Whoever reviews a new version reads what becomes of the trend of each question that was rewritten."""
    base = version.predecessor
    waiting = differences(base.definition, version.definition).undecided_sentence if base else ""
    return f"{waiting} โปรดเลือกที่หน้าเปรียบเทียบฉบับว่าความหมายเดิมหรือตัดแนวโน้ม" if waiting else None


def was_tried_out(version) -> bool:
    """Answers stay with the form that was asked: a version that has any is never opened for changes again."""
    return version.responses.exists()


def was_not_tried_out(version) -> bool:
    return not was_tried_out(version)


VERSION = Machine(
    name="instrument_version",
    label="ฉบับของเครื่องมือ",
    initial=DRAFT,
    states=(
        State(DRAFT, "ฉบับร่าง", tone="secondary"),
        State(IN_REVIEW, "รอตรวจสอบ", tone="info"),
        State(PUBLISHED, "เผยแพร่แล้ว", tone="success"),
        State(RETIRED, "เลิกใช้แล้ว", tone="dark", final=True),
    ),
    transitions=(
        move(
            "submit", "ส่งตรวจสอบ", source=DRAFT, target=IN_REVIEW, permission="instruments.change_version",
            roles=EDITORS, guards=[definition_is_whole, trends_are_decided], tone="primary", icon="send",
            confirm="ระหว่างตรวจสอบจะแก้ไขข้อคำถามไม่ได้ จนกว่าจะส่งกลับแก้ไขหรือเผยแพร่",
        ),
        move(
            "return", "ส่งกลับแก้ไข", source=IN_REVIEW, target=DRAFT, permission="instruments.change_version",
            roles=EDITORS, reason=True, applies=was_not_tried_out, tone="warning", icon="arrow-counterclockwise",
        ),
        move(
            "rework", "ปรับปรุงหลังทดลองใช้", source=IN_REVIEW, target=RETIRED, permission="instruments.change_version",
            roles=EDITORS, reason=True, applies=was_tried_out, tone="warning", icon="arrow-repeat",
            confirm="ฉบับนี้มีคำตอบจากการทดลองใช้แล้วจึงไม่เปิดให้แก้ไข คำตอบและผลวิเคราะห์ยังอยู่ครบ ระบบจะเริ่มฉบับร่างถัดไปจากฉบับนี้ให้แก้ไขต่อ",
        ),
        move(
            "publish", "เผยแพร่", source=IN_REVIEW, target=PUBLISHED, permission="instruments.publish_version",
            roles=[Role.GROUP_HEAD], guards=[definition_is_whole], digest=True, tone="success", icon="check2-circle",
            confirm="เมื่อเผยแพร่แล้วจะแก้ไขข้อคำถามของฉบับนี้ไม่ได้อีก",
        ),
        move(
            "retire", "เลิกใช้", source=PUBLISHED, target=RETIRED, permission="instruments.publish_version",
            roles=[Role.GROUP_HEAD], reason=True, tone="warning", icon="archive",
            confirm="ชุดคำตอบเดิมยังคงอยู่และเปิดอ่านได้ตามเดิม แต่จะเริ่มกรอกชุดใหม่ด้วยฉบับนี้ไม่ได้",
        ),
    ),
)  # fmt: skip
