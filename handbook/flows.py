"""The life of an edition of the handbook."""

from accounts.flows import AREA_ROLES, SUPERVISION_STAFF, Role
from handbook.checking import problems
from workflows.machine import Machine, State, move

EDITORS = (Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD)
"""Who write the office's handbook."""
DRAFT_READERS = SUPERVISION_STAFF
AREA_READERS = tuple(sorted(AREA_ROLES))
"""Whoever works for the office reads what is published, and so do its schools and networks."""
DRAFT, IN_REVIEW, PUBLISHED = "draft", "in_review", "published"


def content_is_whole(edition) -> str | None:
    """Nothing half-written is published; the sentence names the first things to mend."""
    found = problems(edition.book)
    if not found:
        return None
    more = f" และอีก {len(found) - 3} เรื่อง" if len(found) > 3 else ""
    return f"คู่มือยังเผยแพร่ไม่ได้ โปรดแก้ไขก่อน: {' · '.join(found[:3])}{more}"


def something_changed(edition) -> str | None:
    """An edition within a year is made because something is to change; a new year's may well say the same."""
    base = edition.based_on
    if base is None or base.fiscal_year != edition.fiscal_year or base.content_hash != edition.content_hash:
        return None
    return f"ฉบับร่างนี้ยังเหมือน{base}ทุกข้อ โปรดแก้ไขสิ่งที่ต้องการปรับปรุงก่อน หรือลบฉบับร่าง"


EDITION = Machine(
    name="handbook_edition",
    label="ฉบับของคู่มือ",
    initial=DRAFT,
    states=(
        State(DRAFT, "ฉบับร่าง", tone="secondary"),
        State(IN_REVIEW, "รอเผยแพร่", tone="info"),
        State(PUBLISHED, "เผยแพร่แล้ว", tone="success", final=True),
    ),
    transitions=(
        move(
            "submit", "เสนอเผยแพร่", source=DRAFT, target=IN_REVIEW, permission="handbook.change_edition",
            roles=EDITORS, guards=[content_is_whole, something_changed], tone="primary", icon="send",
            confirm="ระหว่างรอเผยแพร่จะแก้ไขไม่ได้ จนกว่าผู้อำนวยการกลุ่มนิเทศฯ จะเผยแพร่หรือส่งกลับแก้ไข",
        ),
        move(
            "return", "ส่งกลับแก้ไข", source=IN_REVIEW, target=DRAFT, permission="handbook.change_edition",
            roles=EDITORS, reason=True, tone="warning", icon="arrow-counterclockwise",
        ),
        move(
            "publish", "เผยแพร่", source=IN_REVIEW, target=PUBLISHED, permission="handbook.publish_edition",
            roles=[Role.GROUP_HEAD], guards=[content_is_whole], digest=True, tone="success", icon="check2-circle",
            confirm="เมื่อเผยแพร่แล้วจะแก้ไขฉบับนี้ไม่ได้อีก การปรับปรุงครั้งต่อไปทำเป็นฉบับใหม่",
        ),
    ),
)  # fmt: skip
