"""Verbs of the plans of a cycle: begin one from what was found, choose one, say what the committee thinks of it."""

import re
import secrets
from datetime import date

from django.db import transaction

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from cycles.flows import CANCELLED, NETWORK_PLAN
from cycles.models import SUGGEST, Cycle, CycleStep, NetworkPlan, PlanOpinion
from cycles.queries import priorities_of, step_with_key
from cycles.services.cycles import CycleRefusedError, write_step
from schools.models import School
from supervision.models import Plan, Recommendation
from supervision.services.plans import create_plan
from thai.dates import today_in_bangkok
from thai.text import normalise
from workflows.models import TransitionLog
from workflows.services import NotAllowedError, tell

_NUMBER = re.compile(r"^\s*[0-9๐-๙]+[.)]\s*")
_VERBS = ("พัฒนา", "ส่งเสริม", "ยกระดับ", "ลด", "เพิ่ม", "สร้าง", "แก้")


def new_row_key() -> str:
    """What a row of a step's list is known by, whatever becomes of its place and its words."""
    return secrets.token_hex(4)


# -- The plan of supervision ---------------------------------------------------------------------------------------


@transaction.atomic
def begin_plan(step: CycleStep, *, by: User) -> Plan:
    """A draft of the cycle's year, written from what the steps before found, and tied to the cycle.

    One objective for each priority; the reasons and the analysis become its rationale. Raises ``CycleRefusedError``
    where the cycle has a plan, and ``supervision.services.plans.PlanRefusedError``.
    """
    step = write_step(step, by=by)
    cycle = step.cycle
    if cycle.plan_id:
        raise CycleRefusedError("รอบนี้มีแผนแล้ว เปิดแผนนั้นเพื่อแก้ไข หรือเลือกแผนอื่นแทน")
    priorities = priorities_of(cycle, "s2")
    rows = [
        {"key": new_row_key(), "text": _objective(row["text"]), "priority": row["key"], "target": ""}
        for row in priorities
    ]
    plan = create_plan(
        area=cycle.area,
        by=by,
        title=f"แผนนิเทศ ติดตาม และประเมินผลการจัดการศึกษา ปีงบประมาณ {cycle.year}",
        period=Plan.Period.FISCAL_YEAR,
        year=cycle.year,
        rationale=_rationale(cycle, priorities),
        objectives="\n".join(f"{number}. {row['text']}" for number, row in enumerate(rows, start=1)),
        targets=_targets(cycle),
    )
    Cycle.objects.filter(pk=cycle.pk).update(plan=plan)
    write_step(step, by=by, content={"objectives": rows or _rows_of(plan)})
    return plan


def _objective(text: str) -> str:
    if text.startswith("เพื่อ"):
        return text
    return f"เพื่อ{text}" if text.startswith(_VERBS) else f"เพื่อพัฒนา{text}"


def _rationale(cycle: Cycle, priorities: list[dict]) -> str:
    """What was found, in the words of those who found it, with the index of each priority."""
    parts = []
    for key, names in (("s1", ("findings", "problems")), ("s2", ("problems",))):
        step = step_with_key(cycle, key)
        parts += [step.kept[name] for name in names if step and step.kept.get(name)]
    guideline = _guideline(cycle)
    if guideline:
        parts.append(f"แนวทางจากรอบก่อน\n{guideline}")
    lines = [
        " ".join(
            part for part in (f"{number}.", row["text"], row["pni"] and f"(PNI {row['pni']})", row["reason"]) if part
        )
        for number, row in enumerate(priorities, start=1)
    ]
    if lines:
        parts.append("สิ่งสำคัญที่เลือกจากการศึกษาสภาพปัญหาและความต้องการ\n" + "\n".join(lines))
    return "\n\n".join(parts)


def _guideline(cycle: Cycle) -> str:
    """What the cycle before wrote for this one when it decided."""
    before = cycle.before
    if before is None or not before.decides:
        return ""
    return str(before.step(before.decides).kept.get("guideline") or "")


def _targets(cycle: Cycle) -> str:
    """What can be counted: the schools, and those with recommendations that are still open."""
    schools = School.objects.filter(area=cycle.area).open_on().count()
    waiting = Recommendation.objects.filter(area=cycle.area).still_open().order_by().values("school").distinct().count()
    lines = [f"สถานศึกษาในสังกัด {schools} แห่งได้รับการนิเทศตามแผน"]
    if waiting:
        lines.append(f"สถานศึกษาที่มีข้อเสนอแนะค้างดำเนินการ {waiting} แห่งได้รับการติดตามครบทุกแห่ง")
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


@transaction.atomic
def tie_plan(step: CycleStep, plan: Plan, *, by: User) -> None:
    """Say which plan is the cycle's. Where nobody wrote objectives yet, those of the plan are taken over.

    Raises ``CycleRefusedError``.
    """
    step = write_step(step, by=by)
    cycle = step.cycle
    if plan.area_id != cycle.area_id or plan.state == "discarded":
        raise CycleRefusedError("เลือกได้เฉพาะแผนของสำนักงานนี้ที่ยังไม่ถูกยกเลิก")
    others = Cycle.objects.filter(plan=plan, process=cycle.process).exclude(pk=cycle.pk).exclude(state=CANCELLED)
    if other := others.first():
        raise CycleRefusedError(f"แผนนี้เป็นแผนของ{other}อยู่แล้ว โปรดเลือกแผนอื่นหรือคัดลอกเป็นแผนใหม่")
    Cycle.objects.filter(pk=cycle.pk).update(plan=plan)
    if not step.content.get("objectives"):
        write_step(step, by=by, content={"objectives": _rows_of(plan)})
    if plan.state == "approved":
        transaction.on_commit(lambda: ask_committee(cycle, plan))


def _rows_of(plan: Plan) -> list[dict]:
    lines = (_NUMBER.sub("", line).strip() for line in plan.objectives.splitlines())
    return [{"key": new_row_key(), "text": line[:500], "priority": "", "target": ""} for line in lines if line][:12]


def ask_committee(cycle: Cycle, plan: Plan) -> None:
    """Tell the members of the committee that the plan waits for their opinion."""
    step = step_with_key(cycle, "s3")
    if step is None or not step.is_open:
        return
    members = RoleAssignment.objects.holders(Role.COMMITTEE, area_id=cycle.area_id)
    tell(members, f"{plan} ได้รับอนุมัติแล้ว รอความเห็นของคณะกรรมการ", step.get_absolute_url())


def why_no_opinion(plan: Plan, step: CycleStep) -> str:
    """Why the committee's opinion on the plan cannot be taken now, as a sentence; empty when it can."""
    if plan.state != "approved":
        return f"แผนยังไม่ได้รับอนุมัติ (สถานะ “{plan.state_label}”) เมื่ออนุมัติแล้วจึงให้ความเห็นได้"
    if not step.is_open:
        return "ขั้นจัดทำแผนจบแล้วจึงรับความเห็นเพิ่มไม่ได้ โปรดแจ้งผู้อำนวยการกลุ่มนิเทศฯ"
    return ""


@transaction.atomic
def give_opinion(cycle: Cycle, *, by: User, verdict: str, text: str, given_on: date) -> PlanOpinion:
    """Keep a member's opinion on the cycle's plan as it is now. A later one stands in place of the earlier.

    Raises ``CycleRefusedError``: no plan, not approved yet, the step is done, a suggestion without words.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle.pk)
    if not by.has_perm("cycles.give_opinion", cycle):
        raise NotAllowedError("ผู้ให้ความเห็นต่อแผนได้คือกรรมการ ก.ต.ป.น. ของเขตพื้นที่นี้")
    step = step_with_key(cycle, "s3")
    plan = Plan.objects.filter(pk=cycle.plan_id).first() if cycle.plan_id else None
    if plan is None or step is None:
        raise CycleRefusedError("รอบนี้ยังไม่มีแผนให้พิจารณา")
    if refusal := why_no_opinion(plan, step):
        raise CycleRefusedError(refusal)
    text = normalise(text, multiline=True)
    if verdict == SUGGEST and not text:
        raise CycleRefusedError("โปรดพิมพ์ข้อเสนอแนะ")
    if given_on > today_in_bangkok():
        raise CycleRefusedError("วันที่ให้ความเห็นต้องไม่อยู่ในอนาคต")
    return PlanOpinion.objects.create(
        cycle=cycle, plan=plan, verdict=verdict, text=text, given_on=given_on, by=by, position=by.signing_position,
        digest=plan.content_digest(),
    )  # fmt: skip


# -- The plan of networks ------------------------------------------------------------------------------------------


@transaction.atomic
def begin_network_plan(step: CycleStep, *, by: User) -> NetworkPlan:
    """What carries the approval of the plan that the step holds; there is one for each cycle."""
    step = write_step(step, by=by)
    plan, _ = NetworkPlan.objects.get_or_create(cycle=step.cycle, step=step, defaults={"made_by": by})
    return plan


@NETWORK_PLAN.effect("submit")
def _keep_who_sent_it(plan: NetworkPlan, log: TransitionLog) -> None:
    NetworkPlan.objects.filter(pk=plan.pk).update(submitted_by=log.by)
    plan.submitted_by = log.by
