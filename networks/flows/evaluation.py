"""The lifecycle of the evaluation of one network."""

from accounts.flows import Role
from workflows.machine import Machine, State, move

PLANNERS = (Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD)
"""Who of the area office opens rounds, fills and writes directions."""
DECIDERS = (Role.GROUP_HEAD, Role.AREA_DIRECTOR)
"""Who confirms a result; nobody the one they sent themselves."""
FILLING = ("open", "returned")
"""The states in which an evaluation is written."""
NORMAL, IMPROVE = "normal", "improve"
"""What step 5 of P-5.2 decides: ปกติ goes on to the directions, ปรับปรุง goes back to developing the network."""


def form_is_filled(evaluation) -> str | None:
    return evaluation.form_gaps() or None


def answers_are_settled(evaluation) -> str | None:
    count = evaluation.unsettled_answers()
    return f"มี {count} ข้อที่ผู้ประเมินสองคนตอบไม่ตรงกัน โปรดเลือกคำตอบก่อนส่ง" if count else None


EVALUATION = Machine(
    name="evaluation",
    label="การประเมินเครือข่าย",
    initial="open",
    states=(
        State("open", "กำลังประเมิน", tone="info"),
        State("submitted", "รอยืนยันผล", tone="primary"),
        State("returned", "ส่งกลับแก้ไข", tone="warning"),
        State("confirmed", "ยืนยันผลแล้ว", tone="success"),
        State("discarded", "ยกเลิก", tone="dark", final=True),
    ),
    transitions=(
        move(
            "submit", "ส่งผลการประเมิน", source=FILLING, target="submitted", permission="networks.fill_evaluation",
            roles=(*PLANNERS, Role.NETWORK_LEAD), guards=(form_is_filled, answers_are_settled), digest=True, icon="send",
            confirm="เมื่อส่งแล้วจะแก้คำตอบไม่ได้ เว้นแต่ผู้ยืนยันผลส่งกลับแก้ไข",
        ),
        move(
            "confirm", "ยืนยันผลการประเมิน", source="submitted", target="confirmed",
            permission="networks.decide_evaluation", roles=DECIDERS, digest=True, tone="success", icon="check2-circle",
            automatic=True,
        ),
        move(
            "return", "ส่งกลับแก้ไข", source="submitted", target="returned", permission="networks.decide_evaluation",
            roles=DECIDERS, reason=True, tone="outline-danger", icon="arrow-counterclockwise",
        ),
        move(
            "reconsider", "พิจารณาผลใหม่", source="confirmed", target="submitted",
            permission="networks.decide_evaluation", roles=DECIDERS, reason=True, tone="outline-secondary",
            icon="arrow-return-left",
        ),
        move(
            "discard", "ยกเลิกการประเมินนี้", source=FILLING, target="discarded", permission="networks.run_evaluation",
            roles=PLANNERS, reason=True, tone="outline-danger", icon="x-circle",
        ),
    ),
)  # fmt: skip
