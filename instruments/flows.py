"""The life of a version of an instrument."""

from accounts.flows import Role
from instruments.checking import problems
from workflows.machine import Machine, State, move

DRAFT, PUBLISHED, RETIRED = "draft", "published", "retired"


def definition_is_whole(version) -> str | None:
    """A form that can't be filled is not published; the sentence names the first things to mend."""
    found = problems(version.definition)
    if not found:
        return None
    more = f" และอีก {len(found) - 3} เรื่อง" if len(found) > 3 else ""
    return f"แบบนี้ยังเผยแพร่ไม่ได้ โปรดแก้ไขก่อน: {' '.join(found[:3])}{more}"


VERSION = Machine(
    name="instrument_version",
    label="ฉบับของเครื่องมือ",
    initial=DRAFT,
    states=(
        State(DRAFT, "ฉบับร่าง", tone="secondary"),
        State(PUBLISHED, "เผยแพร่แล้ว", tone="success"),
        State(RETIRED, "เลิกใช้แล้ว", tone="dark", final=True),
    ),
    transitions=(
        move(
            "publish", "เผยแพร่", source=DRAFT, target=PUBLISHED, permission="instruments.publish_version",
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
