"""The life of a survey. Its window of days opens and closes it by itself; the office may close it before, or extend it."""

from instruments.flows import EDITORS
from workflows.machine import Machine, State, move

MAKERS = EDITORS
"""Who sends surveys."""
DRAFT, OPEN, CLOSED, DISCARDED = "draft", "open", "closed", "discarded"
SENT = (OPEN, CLOSED)
"""The states in which a survey exists for those who are asked, and for the committee."""
SCHOOLS, LINK = "schools", "link"
ONE, MANY = "one", "many"


def window_is_ahead(survey) -> str | None:
    return None if survey.closes_on >= survey.today else "วันปิดรับคำตอบผ่านไปแล้ว โปรดแก้ไขช่วงวันก่อนเปิดรับคำตอบ"


def somebody_is_asked(survey) -> str | None:
    if survey.audience == LINK or survey.places.exists():
        return None
    return "ยังไม่ได้เลือกโรงเรียนที่จะตอบ โปรดแก้ไขแล้วเลือกอย่างน้อย 1 โรงเรียน"


def form_may_be_answered(survey) -> str | None:
    return " ".join(survey.form_problems()) or None


def form_is_not_being_rewritten(survey) -> str | None:
    if survey.version.state != "draft":
        return None
    return "แบบที่ใช้ถูกส่งกลับไปเป็นฉบับร่างและอาจถูกแก้ไขแล้ว จึงเปิดรับคำตอบต่อไม่ได้ โปรดสร้างแบบสำรวจใหม่เมื่อแบบพร้อม"


SURVEY = Machine(
    name="survey",
    label="แบบสำรวจ",
    initial=DRAFT,
    states=(
        State(DRAFT, "ร่าง"),
        State(OPEN, "เปิดรับคำตอบ", tone="success"),
        State(CLOSED, "ปิดรับคำตอบแล้ว", tone="dark"),
        State(DISCARDED, "ยกเลิกร่าง", tone="dark", final=True),
    ),
    transitions=(
        move(
            "open", "ส่งแบบสำรวจ", source=DRAFT, target=OPEN, permission="surveys.run_survey", roles=MAKERS,
            guards=(form_may_be_answered, somebody_is_asked, window_is_ahead), tone="success", icon="send",
            confirm="เมื่อส่งแล้วจะเปลี่ยนแบบ ผู้ตอบ และการระบุตัวผู้ตอบไม่ได้อีก โรงเรียนที่เลือกไว้จะได้รับแจ้งทันที",
        ),
        move(
            "close", "ปิดรับคำตอบ", source=OPEN, target=CLOSED, permission="surveys.run_survey", roles=MAKERS,
            tone="outline-danger", icon="lock", confirm="ผู้ที่ยังไม่ได้ส่งจะตอบไม่ได้อีก หากจำเป็นขยายเวลาภายหลังได้",
        ),
        move(
            "extend", "ขยายเวลา", source=[OPEN, CLOSED], target=OPEN, permission="surveys.run_survey", roles=MAKERS,
            guards=(form_is_not_being_rewritten,), reason=True, automatic=True,
        ),
        move(
            "discard", "ยกเลิกร่าง", source=DRAFT, target=DISCARDED, permission="surveys.run_survey", roles=MAKERS,
            tone="outline-danger", icon="x-circle", confirm="ร่างนี้จะไม่แสดงในรายการอีก และนำกลับมาไม่ได้",
        ),
    ),
)  # fmt: skip
