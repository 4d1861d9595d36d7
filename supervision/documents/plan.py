"""The plan on paper: what it says, its schedule by month, its team, and who proposed, endorsed and approved it."""

from itertools import groupby

from documents.kinds import document_kind
from supervision.models import Plan
from thai.baht import baht_text
from thai.dates import date_range, long_date
from thai.numerals import format_decimal
from workflows.models import Approval, TransitionLog
from workflows.services import approvals_of


@document_kind(
    "plan",
    label="แผนนิเทศ",
    model=Plan,
    template="documents/plan.html",
    queryset=lambda user: Plan.objects.visible_to(user).select_related("area", "owner"),
    title=lambda plan: plan.title,
    record_code=lambda plan: plan.record_code,
    filename=lambda plan: f"แผนนิเทศ {plan.period_label} {plan.record_code}.pdf",
)
def plan_document(plan: Plan, user) -> dict:
    """Everything the plan says; the number of queries does not grow with its schedule."""
    plan = Plan.objects.select_related("area", "owner").get(pk=plan.pk)
    items = list(plan.items.select_related("school", "lead").prefetch_related("team", "instruments"))
    numbered = list(enumerate(items, start=1))
    present = _present(plan)
    return {
        "plan": plan,
        "office": plan.area.name,
        "unit": plan.area.group_name,
        "subtitle": _period(plan),
        "watermark": watermark_of(plan),
        "facts": _facts(plan, items),
        "texts": [(label, text) for label, text in plan.required_texts() if text.strip()],
        "months": [
            (first, list(rows)) for first, rows in groupby(numbered, key=lambda pair: pair[1].starts_on.replace(day=1))
        ],
        "instruments": sorted(
            {instrument for item in items for instrument in item.instruments.all()}, key=lambda i: (i.code, i.pk)
        ),
        "team": list(plan.team.all()),
        "signatures": signatures_of(plan, present),
        "signed": any(approval.log for approval in present),
        "digest": present[-1].log.digest[:16] if present and present[-1].log else "",
    }


def _period(plan: Plan) -> str:
    """The period, unless the title says it already."""
    return "" if plan.period_label in plan.title else plan.period_label


def _facts(plan: Plan, items: list) -> list[tuple]:
    """The grid under the title: (label, value) or (label, value, "wide")."""
    schools = len({item.school_id for item in items})
    return [
        ("ช่วงของแผน", plan.period_label),
        ("ตั้งแต่วันที่", date_range(plan.starts_on, plan.ends_on)),
        ("ผู้จัดทำแผน", f"{plan.owner} {plan.owner.signing_position}".strip()),
        ("จำนวนการนิเทศ", f"{schools:,} โรงเรียน {len(items):,} ครั้ง"),
        ("งบประมาณ", _budget(plan), "wide"),
    ]


def _budget(plan: Plan) -> str:
    if not plan.budget:
        return "ไม่ใช้งบประมาณ"
    source = f" จาก{plan.budget_source}" if plan.budget_source else ""
    return f"{format_decimal(plan.budget, 2)} บาท ({baht_text(plan.budget)}){source}"


def watermark_of(plan: Plan) -> str:
    return {"approved": "", "discarded": "ยกเลิก"}.get(plan.state, "ร่าง")


def _present(plan: Plan) -> list[Approval]:
    """The approvals of the last round, where the plan was sent."""
    approvals = list(approvals_of(plan)) if plan.state in {"submitted", "approved"} else []
    last = max((approval.round for approval in approvals), default=0)
    return [approval for approval in approvals if approval.round == last]


def signatures_of(plan: Plan, present: list[Approval] | None = None) -> list[dict]:
    """Who proposed the plan and who decided on it, with an empty line for whom it still waits."""
    return [_proposer(plan), *map(_signature, _present(plan) if present is None else present)]


def _proposer(plan: Plan) -> dict:
    """The owner, with the day of the submission that is being or was decided."""
    log = plan.transitions.filter(action="submit").order_by("-at", "-pk").first()
    sent = log if plan.state in {"submitted", "approved"} else None
    return {
        "role": "ผู้เสนอแผน",
        "name": str(plan.owner),
        "position": plan.owner.signing_position,
        "date": long_date(sent.at) if sent else "",
    }


def _signature(approval: Approval) -> dict:
    """Who decided and in whose stead; an empty line for whom the plan still waits."""
    log = approval.log
    if log is None:
        return {"role": f"ผู้{approval.label}", "position": approval.get_role_display()}
    return {
        "role": f"ผู้{approval.label}",
        "name": str(log.by),
        "position": _position(log),
        "date": long_date(log.at),
    }


def _position(log: TransitionLog) -> str:
    """The person's own position at that time, with the office held for another where that is so."""
    if log.acting:
        return f"{log.position} {log.role_title}".strip()
    return log.position or log.role_title
