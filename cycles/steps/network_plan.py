"""P-5.2 step 2: the plan of networks, by kind, tied to the priorities, approved by the group head."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MinValueValidator

from accounts.flows import Role
from cycles.kinds import Gap, StepKind, step_kind
from cycles.models import CycleStep, NetworkPlan
from cycles.queries import priorities_of
from cycles.steps.plan import WHY_NOT, AnswersPrioritiesForm, tied, untied_gaps
from cycles.steps.rows import RowSet
from networks.models import Kind
from thai.fields import ThaiCharField, ThaiDateField, ThaiDecimalField

ASKED_AT = "s1"
NEEDED = {
    "kind": "รูปแบบเครือข่าย", "objective": "วัตถุประสงค์", "target": "เป้าหมาย", "starts_on": "วันเริ่ม",
    "ends_on": "วันสิ้นสุด", "owner": "ผู้รับผิดชอบ",
}  # fmt: skip


def _activity_fields(form: AnswersPrioritiesForm) -> dict[str, forms.Field]:
    return {
        "activity": ThaiCharField(label="กิจกรรม", max_length=300),
        "kind": forms.ChoiceField(label="รูปแบบเครือข่าย", choices=[("", "เลือก"), *Kind.choices]),
        "priority": forms.ChoiceField(
            label="ตอบสิ่งสำคัญ", choices=[("", "ไม่ได้มาจากสิ่งสำคัญที่เลือก"), *form.choices_of_priorities]
        ),
        "objective": ThaiCharField(label="วัตถุประสงค์", max_length=500, widget=forms.Textarea(attrs={"rows": 2})),
        "target": ThaiCharField(label="เป้าหมาย", max_length=300),
        "starts_on": ThaiDateField(label="ตั้งแต่วันที่"),
        "ends_on": ThaiDateField(label="ถึงวันที่"),
        "budget": ThaiDecimalField(
            label="งบประมาณ (บาท)", max_digits=12, decimal_places=2,
            validators=[MinValueValidator(0, "งบประมาณต้องไม่ติดลบ")],
        ),
        "owner": ThaiCharField(label="ผู้รับผิดชอบ", max_length=200),
    }  # fmt: skip


class NetworkPlanForm(AnswersPrioritiesForm):
    rationale = ThaiCharField(label="หลักการและเหตุผล", max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))

    asked_at = ASKED_AT
    needed = ("rationale", "activities")
    order = ("rationale", "activities", "left_out")
    row_sets = (
        RowSet("activities", "วัตถุประสงค์และกิจกรรม", "กิจกรรม", "activity", _activity_fields, spare=1, most=30),
        WHY_NOT,
    )

    def clean(self):
        values = super().clean()
        plan = NetworkPlan.objects.filter(step=self.step.pk).first()
        if plan and not plan.is_written:
            how = "ถอนเรื่องกลับมา" if plan.state == "submitted" else "กด “แก้ไขแผนที่อนุมัติแล้ว” พร้อมเหตุผล"
            raise forms.ValidationError(f"แผนอยู่ในสถานะ “{plan.state_label}” จึงแก้ไขไม่ได้ โปรด{how}ในหน้าการอนุมัติแผนก่อน")
        for row in values["activities"]:
            if row["starts_on"] and row["ends_on"] and row["ends_on"] < row["starts_on"]:
                self.add_error(None, f"กิจกรรม “{row['activity']}” วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม")
        return values


@step_kind("P-5.2", "s2")
class PlanOfNetworks(StepKind):
    template = "cycles/steps/network_plan.html"
    document = "cycles/steps/network_plan_document.html"
    styles = ("css/charts.css", "css/analysis.css", "css/cycle-steps.css")
    title = "แผนส่งเสริมและสนับสนุนเครือข่าย"
    form = NetworkPlanForm

    def gather(self, step: CycleStep) -> dict[str, Any]:
        rows = step.content.get("activities") or []
        labels = dict(Kind.choices)
        kinds = [
            {
                "kind": labels.get(kind, "ยังไม่ได้เลือกรูปแบบ"),
                "activities": (own := [row for row in rows if row["kind"] == kind]),
                "budget": _budget(own),
            }
            for kind in [*Kind.values, ""]
            if any(row["kind"] == kind for row in rows)
        ]
        return {
            "priorities": tied(priorities_of(step.cycle, ASKED_AT), rows, step.content.get("left_out") or []),
            "kinds": kinds,
            "activities": len(rows),
            "budget": _budget(rows),
            "approval": approval_facts(step),
        }

    def gaps_of_content(self, step: CycleStep) -> list[Gap]:
        """What is missing in the plan itself; asked before it is sent for approval too."""
        url = f"{step.get_absolute_url()}#id_activities"
        rows = step.content.get("activities") or []
        priorities = tied(priorities_of(step.cycle, ASKED_AT), rows, step.content.get("left_out") or [])
        found = untied_gaps(step, priorities, "activities", "กิจกรรม")
        for row in rows:
            missing = [label for name, label in NEEDED.items() if not row.get(name)]
            if missing:
                found.append(Gap(f"กิจกรรม “{row['activity']}” ยังไม่มี{' '.join(missing)}", step.in_charge, url, "กรอก"))
        if not rows:
            found.append(Gap("แผนยังไม่มีกิจกรรม", step.in_charge, url, "เพิ่มกิจกรรม"))
        return found

    def gaps(self, step: CycleStep, facts: dict[str, Any]) -> list[Gap]:
        found = self.gaps_of_content(step)
        approval = facts["approval"]
        url = f"{step.get_absolute_url()}#approval"
        if approval is None:
            found.append(Gap("แผนยังไม่ได้เสนอขออนุมัติ", step.in_charge, url, "เสนอแผน"))
        elif approval["state"] != "approved":
            head = Role.GROUP_HEAD.label
            who = head if approval["state"] == "submitted" else step.in_charge
            found.append(Gap(f"แผนยังไม่ได้รับอนุมัติ (สถานะ “{approval['label']}”)", who, url, "เปิดการอนุมัติ"))
        elif not approval["as_approved"]:
            found.append(Gap("แผนถูกแก้ไขหลังอนุมัติ จึงต้องขออนุมัติใหม่", step.in_charge, url, "ขออนุมัติใหม่"))
        return found


def _budget(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(row["budget"]) for row in rows if row.get("budget")), Decimal(0))


def approval_facts(step: CycleStep) -> dict[str, Any] | None:
    """Where the approval of the plan stands; None before it was proposed."""
    plan = NetworkPlan.objects.filter(step=step.pk).select_related("cycle", "submitted_by").first()
    if plan is None:
        return None
    log = plan.last_log("approve") if plan.state == "approved" else None
    return {
        "pk": plan.pk,
        "state": plan.state,
        "label": plan.state_label,
        "sent_by": str(plan.submitted_by) if plan.submitted_by else "",
        "by": str(log.by) if log else "",
        "role": log.role_title if log else "",
        "position": log.position if log else "",
        "at": log.at if log else None,
        "as_approved": plan.is_as(log),
    }
