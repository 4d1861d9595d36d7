"""P-5.1 step 3: the plan of supervision, each objective tied to a priority, its approval, the committee's opinion."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Count
from django.urls import reverse

from accounts.flows import Role
from cycles.kinds import Gap, StepKind, step_kind
from cycles.models import CycleStep, PlanOpinion
from cycles.queries import priorities_of
from cycles.steps.rows import RowSet, RowsForm
from supervision.models import Plan, Recommendation
from thai.fields import ThaiCharField
from thai.text import search_key
from workflows.services import approvals_of

MOST_SCHOOLS = 30


# -- Priorities and what answers them, for the plans of both processes -----------------------------------------------


def _why_not_fields(form: "AnswersPrioritiesForm") -> dict[str, forms.Field]:
    return {
        "priority": forms.ChoiceField(label="สิ่งสำคัญ", choices=[("", "เลือก"), *form.choices_of_priorities]),
        "reason": ThaiCharField(label="เหตุผลที่ไม่มีในแผน", max_length=1000, widget=forms.Textarea(attrs={"rows": 2})),
    }


WHY_NOT = RowSet("left_out", "สิ่งสำคัญที่ไม่ได้อยู่ในแผน", "รายการ", "priority", _why_not_fields, spare=1, ordered=False)


class AnswersPrioritiesForm(RowsForm):
    """Rows of a plan, each tied to a priority of the step ``asked_at``; what has none says why."""

    asked_at = "s2"

    def __init__(self, *args, step: CycleStep, **kwargs):
        priorities = priorities_of(step.cycle, self.asked_at)
        self.choices_of_priorities = [(row["key"], f"{n}. {row['text']}") for n, row in enumerate(priorities, start=1)]
        super().__init__(*args, step=step, **kwargs)


def tied(priorities: Iterable[dict], rows: Iterable[dict], left_out: Iterable[dict]) -> list[dict[str, Any]]:
    """Each priority with the rows of the plan that answer it, or with why none does."""
    rows = list(rows)
    reasons = {row["priority"]: row["reason"] for row in left_out}
    return [
        {**priority, "rows": [row for row in rows if row.get("priority") == priority["key"]],
         "why_not": reasons.get(priority["key"], "")}
        for priority in priorities
    ]  # fmt: skip


def untied_gaps(step: CycleStep, priorities: list[dict[str, Any]], rows: str, word: str) -> list[Gap]:
    """What is missing between priorities and the plan; ``rows`` is where the form keeps what answers them."""
    if not priorities:
        return [Gap("ยังไม่มีสิ่งสำคัญที่เลือกจากการศึกษาความต้องการ", step.in_charge, step.cycle.get_absolute_url(), "ไปขั้นก่อน")]
    url = f"{step.get_absolute_url()}#id_{rows}"
    return [
        Gap(f"สิ่งสำคัญ “{row['text']}” ยังไม่มี{word} และยังไม่ได้บอกเหตุผลที่ไม่มี", step.in_charge, url, f"เพิ่ม{word}หรือเหตุผล")
        for row in priorities
        if not row["rows"] and not row["why_not"]
    ]


# -- The step ------------------------------------------------------------------------------------------------------


def _objective_fields(form: AnswersPrioritiesForm) -> dict[str, forms.Field]:
    return {
        "text": ThaiCharField(label="วัตถุประสงค์", max_length=500, widget=forms.Textarea(attrs={"rows": 2})),
        "priority": forms.ChoiceField(
            label="ตอบสิ่งสำคัญ", choices=[("", "ไม่ได้มาจากสิ่งสำคัญที่เลือก"), *form.choices_of_priorities]
        ),
        "target": ThaiCharField(label="เป้าหมาย", max_length=500),
    }


class PlanStepForm(AnswersPrioritiesForm):
    no_opinion = ThaiCharField(
        label="เหตุผลที่ยังไม่มีความเห็นของ ก.ต.ป.น.", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="กรอกเฉพาะเมื่อจบขั้นโดยไม่มีความเห็นของคณะกรรมการ",
    )  # fmt: skip

    needed = ("objectives",)
    order = ("objectives", "left_out", "no_opinion")
    row_sets = (RowSet("objectives", "วัตถุประสงค์ของแผน", "วัตถุประสงค์", "text", _objective_fields), WHY_NOT)


@step_kind("P-5.1", "s3")
class SupervisionPlan(StepKind):
    template = "cycles/steps/plan.html"
    document = "cycles/steps/plan_document.html"
    styles = ("css/charts.css", "css/analysis.css", "css/cycle-steps.css")
    title = "แผนและความเห็น"
    form = PlanStepForm

    def gather(self, step: CycleStep) -> dict[str, Any]:
        """The plan as it stands, priorities with their objectives, opinions, schools that still have work to do."""
        plan = step.cycle.plan
        content = step.content
        objectives = [{**row, "in_plan": _says(plan, row["text"])} for row in content.get("objectives") or []]
        priorities = priorities_of(step.cycle, "s2")
        known = {row["key"] for row in priorities}
        return {
            "plan": plan and plan_facts(plan),
            "priorities": tied(priorities, objectives, content.get("left_out") or []),
            "others": [row for row in objectives if row["priority"] not in known],
            "opinions": opinion_facts(step) if plan else [],
            "schools": school_facts(step),
        }

    def gaps(self, step: CycleStep, facts: dict[str, Any]) -> list[Gap]:
        url = step.get_absolute_url()
        found = untied_gaps(step, facts["priorities"], "objectives", "วัตถุประสงค์")
        plan = facts["plan"]
        if plan is None:
            return [*found, Gap("รอบนี้ยังไม่มีแผนนิเทศ", step.in_charge, f"{url}#plan", "เริ่มหรือเลือกแผน")]
        if plan["state"] != "approved":
            who = plan["waits_for"] or plan["owner"]
            page = reverse("supervision:plan-detail", args=[plan["pk"]])
            found.append(Gap(f"แผนยังไม่ได้รับอนุมัติ (สถานะ “{plan['label']}”)", who, page, "เปิดแผน"))
        elif not facts["opinions"] and not (step.content.get("no_opinion") or "").strip():
            found.append(
                Gap(
                    "ยังไม่มีความเห็นของคณะกรรมการ ก.ต.ป.น. และยังไม่ได้บอกเหตุผลที่ไม่มี", Role.COMMITTEE.label,
                    f"{url}#opinions", "ดูความเห็น",
                )
            )  # fmt: skip
        return found


def plan_facts(plan: Plan) -> dict[str, Any]:
    """What the step shows of the plan, with its chain of approval."""
    approvals = list(approvals_of(plan))
    last = max((row.round for row in approvals), default=0)
    present = [row for row in approvals if row.round == last] if plan.state in ("submitted", "approved") else []
    waits = next((row for row in present if row.log is None), None)
    counts = plan.items.aggregate(visits=Count("pk"), schools=Count("school", distinct=True))
    return {
        "pk": plan.pk,
        "title": plan.title,
        "code": plan.record_code,
        "state": plan.state,
        "label": plan.state_label,
        "owner": str(plan.owner),
        "period": plan.period_label,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "budget": plan.budget,
        **counts,
        "waits_for": waits.get_role_display() if waits else "",
        "chain": [
            {
                "label": row.label,
                "role": row.get_role_display(),
                "by": str(row.log.by) if row.log else "",
                "at": row.log.at if row.log else None,
            }
            for row in present
        ],
    }


def _says(plan: Plan | None, text: str) -> bool:
    """Whether the plan's own objectives say this, however it was spaced."""
    return plan is not None and search_key(text) in search_key(plan.objectives)


def opinion_facts(step: CycleStep) -> list[dict[str, Any]]:
    """The latest opinion of each member on the cycle's present plan, in the order in which they were given."""
    rows = PlanOpinion.objects.filter(cycle=step.cycle_id, plan=step.cycle.plan_id).select_related("by").order_by("pk")
    latest = {row.by_id: row for row in rows}
    return [
        {
            "by": str(row.by),
            "position": row.position,
            "verdict": row.verdict,
            "label": row.get_verdict_display(),
            "text": row.text,
            "on": row.given_on,
        }
        for row in latest.values()
    ]


def school_facts(step: CycleStep) -> dict[str, Any]:
    """Schools with open recommendations, the most first, and which of them the plan visits. Three queries."""
    rows = Recommendation.objects.filter(area=step.area_id).still_open().order_by()
    found = rows.values("school", "school__name").annotate(n=Count("pk")).order_by("-n", "school__name")
    plan = step.cycle.plan
    visited = set(plan.items.values_list("school", flat=True)) if plan else set()
    shown = [
        {
            "pk": row["school"],
            "name": f"โรงเรียน{row['school__name']}",
            "n": row["n"],
            "in_plan": row["school"] in visited,
        }
        for row in found[:MOST_SCHOOLS]
    ]
    return {"rows": shown, "total": found.count()}
