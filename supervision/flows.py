"""The three lifecycles of supervision as tables: the plan, the visit, the recommendation.

Each guard answers with the Thai sentence that explains what is missing, or None. The words of ``outside`` are
what the school reads.
"""

from accounts.flows import Role
from workflows.machine import Machine, State, move
from workflows.services import nobody_has_decided, open_approvals, role_whose_turn_it_is

# -- Plan ----------------------------------------------------------------------------------------------------------

PLANNERS = (Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD)
"""Who writes plans and goes on visits."""
PLAN_APPROVERS = ((Role.GROUP_HEAD, "เห็นชอบ"), (Role.AREA_DIRECTOR, "อนุมัติ"))
"""The chain of an office that has not set its own: [(role, word)]."""


def plan_says_why(plan) -> str | None:
    empty = [label for label, text in plan.required_texts() if not text.strip()]
    return f"โปรดกรอก{'และ'.join(empty)}ของแผนก่อนส่ง" if empty else None


def plan_has_schedule(plan) -> str | None:
    return None if plan.items.exists() else "แผนยังไม่มีกำหนดการนิเทศ โปรดเพิ่มโรงเรียนอย่างน้อย 1 แห่ง"


def schedule_lies_in_period(plan) -> str | None:
    outside = plan.items.filter(starts_on__lt=plan.starts_on) | plan.items.filter(ends_on__gt=plan.ends_on)
    names = [item.school.name for item in outside.select_related("school")[:3]]
    return f"กำหนดการของ{' '.join(names)} อยู่นอกช่วงของแผน โปรดแก้ช่วงวันที่" if names else None


def schedule_is_whole(plan) -> str | None:
    missing = plan.items.filter(instruments__isnull=True).select_related("school").distinct()
    names = [item.school.name for item in missing[:3]]
    return f"กำหนดการของ{' '.join(names)} ยังไม่ได้เลือกเครื่องมือนิเทศ" if names else None


def schools_are_open(plan) -> str | None:
    closed = [
        item.school.name for item in plan.items.select_related("school") if not item.school.is_open(item.starts_on)
    ]
    return f"{' '.join(closed[:3])} ยุบเลิกหรือรวมแล้วก่อนวันนิเทศ โปรดนำออกจากกำหนดการ" if closed else None


def instruments_are_published(plan) -> str | None:
    titles = plan.unpublished_instruments()
    return f"เครื่องมือ “{'” “'.join(titles[:3])}” ไม่มีฉบับที่เผยแพร่ โปรดเลือกเครื่องมืออื่นหรือเผยแพร่ก่อน" if titles else None


def leads_are_in_office(plan) -> str | None:
    names = sorted({str(user) for user in plan.leads_out_of_office()})
    return f"{' '.join(names[:3])} ไม่ได้เป็นผู้นิเทศของเขตในขณะนี้ โปรดเลือกหัวหน้าคณะใหม่" if names else None


PLAN = Machine(
    name="plan",
    label="แผนนิเทศ",
    initial="draft",
    states=(
        State("draft", "ร่าง"),
        State("submitted", "รอการพิจารณา", tone="info"),
        State("returned", "ส่งกลับแก้ไข", tone="warning"),
        State("approved", "อนุมัติแล้ว", tone="success", final=True),
        State("discarded", "ยกเลิก", tone="dark", final=True),
    ),
    transitions=(
        move(
            "submit", "ส่งขออนุมัติ", source=["draft", "returned"], target="submitted",
            permission="supervision.edit_plan", roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD), icon="send",
            guards=(
                plan_says_why, plan_has_schedule, schedule_is_whole, schedule_lies_in_period, schools_are_open,
                instruments_are_published, leads_are_in_office,
            ),
        ),
        move(
            "endorse", "เห็นชอบและเสนอต่อ", source="submitted", target="submitted", permission="supervision.decide_plan",
            roles=(Role.WORKGROUP_HEAD, Role.GROUP_HEAD, Role.AREA_DIRECTOR, Role.COMMITTEE), digest=True,
            applies=lambda plan: len(open_approvals(plan)) > 1, turn=role_whose_turn_it_is, tone="success", icon="check2",
        ),
        move(
            "approve", "อนุมัติแผน", source="submitted", target="approved", permission="supervision.decide_plan",
            roles=(Role.AREA_DIRECTOR, Role.GROUP_HEAD, Role.WORKGROUP_HEAD, Role.COMMITTEE), digest=True,
            applies=lambda plan: len(open_approvals(plan)) == 1, turn=role_whose_turn_it_is, tone="success", icon="check2-all",
            guards=(schools_are_open, instruments_are_published, leads_are_in_office),
            confirm="เมื่ออนุมัติแล้ว ระบบจะสร้างการนิเทศตามกำหนดการทั้งหมดและแจ้งคณะนิเทศทันที",
        ),
        move(
            "return", "ส่งกลับแก้ไข", source="submitted", target="returned", permission="supervision.decide_plan",
            roles=(Role.GROUP_HEAD, Role.AREA_DIRECTOR, Role.WORKGROUP_HEAD, Role.COMMITTEE), reason=True,
            turn=role_whose_turn_it_is, tone="outline-danger", icon="arrow-counterclockwise",
        ),
        move(
            "withdraw", "ถอนเรื่องกลับมาแก้ไข", source="submitted", target="draft", permission="supervision.withdraw_plan",
            roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD), applies=nobody_has_decided,
            tone="outline-secondary", icon="arrow-return-left",
        ),
        move(
            "discard", "ยกเลิกแผน", source=["draft", "returned"], target="discarded", permission="supervision.edit_plan",
            roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD), reason=True, tone="outline-danger", icon="x-circle",
        ),
    ),
)  # fmt: skip


# -- Visit ---------------------------------------------------------------------------------------------------------

SEEN_BY_SCHOOL = ("released", "acknowledged", "closed")
"""The states in which a visit and its record exist for the school (and for the committee)."""
FILLING = ("in_progress", "returned")
"""The states in which the team writes."""


def visit_day_is_known(visit) -> str | None:
    return None if visit.visited_on else "โปรดระบุวันที่นิเทศจริง"


def forms_are_filled(visit) -> str | None:
    return visit.form_gaps() or None


def answers_are_settled(visit) -> str | None:
    count = visit.unsettled_answers()
    return f"มี {count} ข้อที่ผู้นิเทศสองคนตอบไม่ตรงกัน โปรดเลือกคำตอบก่อนส่ง" if count else None


def summary_is_written(visit) -> str | None:
    return None if visit.summary.strip() else "โปรดเขียนสรุปผลการนิเทศ"


def both_sides_signed(visit) -> str | None:
    sides = set(visit.signatures.values_list("side", flat=True))
    missing = []
    if "supervisor" not in sides:
        missing.append("ผู้นิเทศยังไม่ได้ลงนาม")
    if "school" not in sides and not visit.unsigned_reason.strip():
        missing.append("ผู้รับการนิเทศยังไม่ได้ลงนาม (หากไม่สะดวกลงนามโปรดระบุเหตุผล)")
    return " ".join(missing) or None


def recommendations_are_settled(visit) -> str | None:
    count = visit.recommendations.exclude(state__in=("verified", "carried_over")).count()
    return f"ยังมีข้อเสนอแนะที่ค้างอยู่ {count} ข้อ ต้องยืนยันผลหรือยกไปติดตามในการนิเทศครั้งต่อไปก่อน" if count else None


VISIT = Machine(
    name="visit",
    label="การนิเทศ",
    initial="planned",
    states=(
        State("planned", "ตามกำหนดการ"),
        State("in_progress", "กำลังนิเทศ", tone="info"),
        State("submitted", "รอตรวจ", tone="info"),
        State("returned", "ส่งกลับแก้ไข", tone="warning"),
        State("checked", "ตรวจแล้ว รอเผยแพร่", tone="primary"),
        State("released", "ส่งผลให้โรงเรียนแล้ว", "รอโรงเรียนรับทราบ", tone="warning"),
        State("acknowledged", "โรงเรียนรับทราบแล้ว", "รับทราบแล้ว", tone="success"),
        State("closed", "เสร็จสิ้น", "เสร็จสิ้น", tone="success", final=True),
        State("postponed", "เลื่อน", tone="warning"),
        State("cancelled", "ยกเลิก", tone="dark", final=True),
    ),
    transitions=(
        move(
            "start", "เริ่มการนิเทศ", source=["planned", "postponed"], target="in_progress",
            permission="supervision.conduct_visit", roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD), icon="play-fill",
        ),
        move(
            "submit", "ส่งบันทึกให้ตรวจ", source=["in_progress", "returned"], target="submitted",
            permission="supervision.lead_visit", roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD), icon="send", digest=True,
            guards=(visit_day_is_known, forms_are_filled, answers_are_settled, summary_is_written, both_sides_signed),
        ),
        move(
            "check", "ตรวจแล้ว ถูกต้อง", source="submitted", target="checked", permission="supervision.check_visit",
            roles=(Role.WORKGROUP_HEAD, Role.GROUP_HEAD), tone="success", icon="check2", digest=True,
        ),
        move(
            "release", "ส่งผลให้โรงเรียน", source="checked", target="released", permission="supervision.release_visit",
            roles=(Role.GROUP_HEAD, Role.AREA_DIRECTOR), tone="success", icon="send-check", digest=True,
            confirm="โรงเรียนจะเห็นบันทึกนี้ทันที และแก้ไขเนื้อหาไม่ได้อีก",
        ),
        move(
            "return", "ส่งกลับแก้ไข", source=["submitted", "checked"], target="returned",
            permission="supervision.check_visit", roles=(Role.WORKGROUP_HEAD, Role.GROUP_HEAD), reason=True,
            tone="outline-danger", icon="arrow-counterclockwise",
        ),
        move(
            "acknowledge", "รับทราบผลการนิเทศ", source="released", target="acknowledged",
            permission="supervision.acknowledge_visit", roles=(Role.SCHOOL_HEAD,), tone="success", icon="check2-circle", digest=True,
            confirm="การรับทราบหมายถึงได้รับและอ่านผลแล้ว ไม่ได้หมายถึงเห็นด้วยทุกข้อ ท่านให้ความเห็นได้ในแต่ละข้อเสนอแนะ",
        ),
        move(
            "close", "ปิดการนิเทศ", source="acknowledged", target="closed", permission="supervision.close_visit",
            roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD), guards=(recommendations_are_settled,), icon="archive",
        ),
        move(
            "postpone", "เลื่อนการนิเทศ", source="planned", target="postponed", permission="supervision.lead_visit",
            roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD), reason=True, tone="outline-secondary", icon="calendar-x",
        ),
        move(
            "reschedule", "กำหนดวันใหม่", source=["planned", "postponed"], target="planned",
            permission="supervision.lead_visit", roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD), automatic=True,
        ),
        move(
            "cancel", "ยกเลิกการนิเทศ", source=["planned", "postponed", "in_progress"], target="cancelled",
            permission="supervision.cancel_visit", roles=(Role.GROUP_HEAD, Role.SUPERVISOR, Role.WORKGROUP_HEAD), reason=True,
            tone="outline-danger", icon="x-circle",
        ),
    ),
)  # fmt: skip


# -- Recommendation ------------------------------------------------------------------------------------------------

OPEN_RECOMMENDATION = ("open", "planned", "reported", "reopened")
"""The states in which a recommendation still waits for somebody."""

RECOMMENDATION = Machine(
    name="recommendation",
    label="ข้อเสนอแนะ",
    initial="open",
    states=(
        State("open", "รอแผนของโรงเรียน", "รอท่านตอบ", tone="warning"),
        State("planned", "โรงเรียนวางแผนแล้ว", "ดำเนินการตามแผน", tone="info"),
        State("reported", "โรงเรียนรายงานผลแล้ว", "รอศึกษานิเทศก์ยืนยัน", tone="primary"),
        State("reopened", "ขอให้ดำเนินการเพิ่ม", "ขอให้ดำเนินการเพิ่ม", tone="warning"),
        State("verified", "ยืนยันผลแล้ว", "ยืนยันผลแล้ว", tone="success", final=True),
        State("carried_over", "ยกไปครั้งต่อไป", "ติดตามต่อในการนิเทศครั้งใหม่", tone="dark", final=True),
    ),
    transitions=(
        move(
            "plan", "ตอบแผนการดำเนินการ", source=["open", "planned", "reopened"], target="planned",
            permission="supervision.answer_recommendation", roles=(Role.SCHOOL_HEAD,), automatic=True,
        ),
        move(
            "report", "รายงานผลการดำเนินการ", source=["planned", "reopened"], target="reported",
            permission="supervision.answer_recommendation", roles=(Role.SCHOOL_HEAD,), automatic=True,
        ),
        move(
            "verify", "ยืนยันผล", source="reported", target="verified", permission="supervision.verify_recommendation",
            roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD), tone="success", icon="check2-circle",
        ),
        move(
            "ask_again", "ขอให้ดำเนินการเพิ่ม", source="reported", target="reopened",
            permission="supervision.verify_recommendation", roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD),
            reason=True, tone="outline-danger", icon="arrow-counterclockwise",
        ),
        move(
            "carry_over", "ยกไปติดตามในครั้งนี้", source=["open", "planned", "reported", "reopened"], target="carried_over",
            permission="supervision.verify_recommendation", roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD),
            automatic=True,
        ),
        move(
            "settle", "พบว่าดำเนินการแล้ว", source=["open", "planned", "reopened"], target="verified",
            permission="supervision.verify_recommendation", roles=(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD),
            reason=True, automatic=True,
        ),
    ),
)  # fmt: skip
