"""The lifecycle of a cycle: one state for each step of its process, made from the process's own table.

A process of n steps, of which one may decide, gives one machine. P-5.1 has six steps and P-5.2 seven; both decide at the
fifth (ปกติ or ปรับปรุง). An edition of the handbook may change that; the machine follows.
"""

from collections.abc import Callable
from functools import lru_cache

from accounts.flows import Role
from workflows.machine import Machine, State, Transition, move
from workflows.services import nobody_has_decided, open_approvals, role_whose_turn_it_is

FINISHED, CANCELLED = "finished", "cancelled"
OVER = (FINISHED, CANCELLED)
STAFF = (Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD)
"""Who work on the steps of a cycle."""
KEEPERS = (Role.WORKGROUP_HEAD, Role.GROUP_HEAD)
"""Who open a cycle, set its windows and say who is in charge."""
DECIDERS = (Role.GROUP_HEAD, Role.AREA_DIRECTOR)
"""Who say ปกติ or ปรับปรุง, open a step again, give a cycle up."""
READERS = (*STAFF, Role.AREA_DIRECTOR, Role.COMMITTEE, Role.CLERK)

COMPLETE, IMPROVE, REOPEN, CARRY_ON, CANCEL = "complete_", "improve_", "reopen_", "carry_on", "cancel"

EFFECTS: dict[str, Callable] = {}
"""What else changes with a move, by the beginning of its name; filled by ``cycles.services`` for every machine."""


def step_state(number: int) -> str:
    return f"step_{number}"


def step_number(state: str) -> int:
    """The step a cycle stands at; 0 where it is over."""
    return int(state.removeprefix("step_")) if state.startswith("step_") else 0


def gate_holds(cycle) -> str | None:
    """What is missing before the present step is done, in sentences; the page shows each with a link."""
    return " ".join(gap.sentence for gap in cycle.gaps()) or None


@lru_cache
def cycle_machine(steps: int, decides: int) -> Machine:
    """The machine of a process of that many steps; ``decides`` is the number of the step that decides, 0 for none."""
    numbers = range(1, steps + 1)
    transitions = []
    for number in numbers:
        if number == decides:
            continue
        last = number == steps
        transitions.append(
            move(
                f"{COMPLETE}{number}", "จบรอบการดำเนินงาน" if last else f"จบขั้นที่ {number}", source=step_state(number),
                target=FINISHED if last else step_state(number + 1), permission="cycles.complete_step", roles=STAFF,
                guards=(gate_holds,), tone="success", icon="check2-all" if last else "check2",
                confirm="เมื่อจบรอบแล้วจะเปิดขั้นใดอีกไม่ได้ สิ่งที่ต้องแก้ไขให้ทำในรอบถัดไป" if last else "",
            )
        )  # fmt: skip
    if decides:
        transitions.append(_carry_on(decides, steps))
        transitions += [_improve(decides, target) for target in range(1, decides)]
    transitions += [
        move(
            f"{REOPEN}{number}", f"เปิดขั้นที่ {number} อีกครั้ง", source=[step_state(n) for n in numbers if n > number],
            target=step_state(number), permission="cycles.reopen_step", roles=(Role.GROUP_HEAD,), reason=True,
            tone="outline-secondary", icon="arrow-counterclockwise",
        )
        for number in range(1, steps)
    ]  # fmt: skip
    transitions.append(
        move(
            CANCEL, "ยกเลิกรอบ", source=[step_state(n) for n in numbers], target=CANCELLED, permission="cycles.reopen_step",
            roles=(Role.GROUP_HEAD,), reason=True, tone="outline-danger", icon="x-circle",
        )
    )  # fmt: skip
    machine = Machine(
        name=f"cycle_{steps}_{decides}",
        label=f"รอบการดำเนินงาน {steps} ขั้น",
        initial=step_state(1),
        states=(
            *(State(step_state(n), f"ขั้นที่ {n}", tone="info") for n in numbers),
            State(FINISHED, "เสร็จสิ้น", tone="success", final=True),
            State(CANCELLED, "ยกเลิก", tone="dark", final=True),
        ),
        transitions=tuple(transitions),
    )
    for beginning, effect in EFFECTS.items():
        machine.effect(*(t.name for t in transitions if t.name.startswith(beginning)))(effect)
    return machine


def _carry_on(decides: int, steps: int) -> Transition:
    return move(
        CARRY_ON, "ปกติ ดำเนินการขั้นต่อไป", source=step_state(decides),
        target=FINISHED if decides == steps else step_state(decides + 1), permission="cycles.decide", roles=DECIDERS,
        guards=(gate_holds,), tone="success", icon="check2",
    )  # fmt: skip


def _improve(decides: int, target: int) -> Transition:
    def goes_back_there(cycle) -> bool:
        return cycle.improve_to == target

    return move(
        f"{IMPROVE}{target}", f"ปรับปรุง กลับไปขั้นที่ {target}", source=step_state(decides), target=step_state(target),
        permission="cycles.decide", roles=DECIDERS, guards=(gate_holds,), applies=goes_back_there, reason=True,
        tone="outline-danger", icon="arrow-repeat",
    )  # fmt: skip


# -- The plan of networks (P-5.2 step 2) ---------------------------------------------------------------------------


def network_plan_is_whole(plan) -> str | None:
    missing = [gap.text for gap in plan.gaps_of_content()]
    return " ".join(missing) or None


def network_plan_is_as_submitted(plan) -> str | None:
    if plan.is_as(plan.last_log("submit")):
        return None
    return "แผนถูกแก้ไขหลังส่งขออนุมัติ โปรดให้ผู้จัดทำถอนเรื่องแล้วส่งฉบับล่าสุดอีกครั้ง"


def its_step_is_open(plan) -> str | None:
    return None if plan.step.is_open else "ขั้นจัดทำแผนจบแล้ว หากจำเป็นให้ผู้อำนวยการกลุ่มนิเทศฯ เปิดขั้นนั้นอีกครั้งพร้อมเหตุผลก่อน"


NETWORK_PLAN = Machine(
    name="network-plan",
    label="แผนส่งเสริมเครือข่าย",
    initial="draft",
    states=(
        State("draft", "ร่าง"),
        State("submitted", "รอการอนุมัติ", tone="info"),
        State("returned", "ส่งกลับแก้ไข", tone="warning"),
        State("approved", "อนุมัติแล้ว", tone="success"),
    ),
    transitions=(
        move(
            "submit", "ส่งขออนุมัติ", source=["draft", "returned"], target="submitted",
            permission="cycles.propose_network_plan", roles=STAFF, guards=(its_step_is_open, network_plan_is_whole),
            digest=True, icon="send",
        ),
        move(
            "approve", "อนุมัติแผน", source="submitted", target="approved", permission="cycles.decide_network_plan",
            roles=DECIDERS, guards=(network_plan_is_as_submitted,), digest=True, tone="success", icon="check2-all",
        ),
        move(
            "return", "ส่งกลับแก้ไข", source="submitted", target="returned", permission="cycles.decide_network_plan",
            roles=DECIDERS, reason=True, tone="outline-danger", icon="arrow-counterclockwise",
        ),
        move(
            "withdraw", "ถอนเรื่องกลับมาแก้ไข", source="submitted", target="draft",
            permission="cycles.propose_network_plan", roles=STAFF, tone="outline-secondary", icon="arrow-return-left",
        ),
        move(
            "revise", "แก้ไขแผนที่อนุมัติแล้ว", source="approved", target="draft",
            permission="cycles.propose_network_plan", roles=STAFF, guards=(its_step_is_open,), reason=True,
            tone="outline-secondary", icon="pencil",
        ),
    ),
)  # fmt: skip


# -- The report ----------------------------------------------------------------------------------------------------

REPORT_APPROVERS = ((Role.GROUP_HEAD, "เห็นชอบ"), (Role.AREA_DIRECTOR, "อนุมัติ"))
"""The chain of an office that has not set its own: [(role, word)]."""
APPROVERS = (Role.WORKGROUP_HEAD, Role.GROUP_HEAD, Role.AREA_DIRECTOR, Role.COMMITTEE)
WRITTEN = ("draft", "returned")
"""The states in which a report is written."""
OFF_THE_DESK = ("submitted", "approved", "published", "withdrawn")
"""The states in which the committee and the clerk read it."""
DELIVERED = ("approved", "published")
"""The states in which it may be sent, and in which those to whom it was sent read it."""
PUBLISHED = "published"


def report_says_enough(report) -> str | None:
    empty = [label for label, text in report.required_texts() if not text.strip()]
    return f"โปรดกรอก{'และ'.join(empty)}ของรายงานก่อนส่ง" if empty else None


def earlier_steps_are_done(report) -> str | None:
    """A report tells what was frozen; what is still being worked on is not."""
    if report.is_of_last_step:
        return None
    return "รอบการดำเนินงานยังไม่ถึงขั้นรายงาน โปรดจบขั้นก่อนหน้าให้ครบก่อนส่งรายงานขออนุมัติ"


REPORT = Machine(
    name="cycle_report",
    label="รายงานผลการดำเนินงาน",
    initial="draft",
    states=(
        State("draft", "ร่าง"),
        State("submitted", "รอการพิจารณา", tone="info"),
        State("returned", "ส่งกลับแก้ไข", tone="warning"),
        State("approved", "อนุมัติแล้ว", tone="primary"),
        State(PUBLISHED, "เผยแพร่แล้ว", tone="success"),
        State("withdrawn", "ถอนจากการเผยแพร่", tone="dark"),
    ),
    transitions=(
        move(
            "submit", "ส่งขออนุมัติ", source=WRITTEN, target="submitted", permission="cycles.write_report", roles=STAFF,
            guards=(report_says_enough, earlier_steps_are_done), icon="send",
        ),
        move(
            "endorse", "เห็นชอบและเสนอต่อ", source="submitted", target="submitted", permission="cycles.decide_report",
            roles=APPROVERS, digest=True, applies=lambda report: len(open_approvals(report)) > 1, turn=role_whose_turn_it_is,
            tone="success", icon="check2",
        ),
        move(
            "approve", "อนุมัติรายงาน", source="submitted", target="approved", permission="cycles.decide_report",
            roles=APPROVERS, digest=True, applies=lambda report: len(open_approvals(report)) == 1,
            turn=role_whose_turn_it_is, guards=(earlier_steps_are_done,), tone="success", icon="check2-all",
        ),
        move(
            "return", "ส่งกลับแก้ไข", source="submitted", target="returned", permission="cycles.decide_report",
            roles=APPROVERS, reason=True, turn=role_whose_turn_it_is, tone="outline-danger", icon="arrow-counterclockwise",
        ),
        move(
            "recall", "ถอนเรื่องกลับมาแก้ไข", source="submitted", target="draft", permission="cycles.write_report", roles=STAFF,
            applies=nobody_has_decided, tone="outline-secondary", icon="arrow-return-left",
        ),
        move(
            "publish", "เผยแพร่ต่อสาธารณะ", source="approved", target=PUBLISHED, permission="cycles.publish_report",
            roles=DECIDERS, tone="success", icon="globe2",
            confirm="ทุกคนที่เปิดหน้าเผยแพร่จะอ่านและดาวน์โหลดรายงานฉบับสาธารณะได้ทันที",
        ),
        move(
            "withdraw", "ถอนจากการเผยแพร่", source=DELIVERED, target="withdrawn", permission="cycles.publish_report",
            roles=DECIDERS, reason=True, tone="outline-danger", icon="x-circle",
        ),
        move(
            "revise", "ปรับแก้แล้วเสนอใหม่", source="withdrawn", target="draft", permission="cycles.write_report", roles=STAFF,
            applies=lambda report: not report.cycle.is_over, icon="pencil",
        ),
    ),
)  # fmt: skip
