"""What waits for people in cycles (``reminders.registry``): the present step, plans and reports to be decided."""

from collections.abc import Iterator
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, OuterRef, Subquery
from django.urls import reverse

from accounts.flows import Role
from accounts.models import RoleAssignment
from cycles.flows import APPROVERS, DECIDERS, OVER, STAFF
from cycles.models import CycleStep, NetworkPlan, PlanOpinion, Report
from reminders import registry
from reminders.people import People
from reminders.registry import AHEAD, Duty, Kind
from workflows.models import Approval

OPINION_STEP = ("P-5.1", "s3")
"""The step at which the committee is asked about the plan."""


def _board(query: str = ""):
    return lambda: reverse("cycles:board") + query


REPORT_RETURNED = Kind(
    "cycle-report-returned", "รายงานของรอบที่ถูกส่งกลับให้แก้ไข", "arrow-counterclockwise", _board(), urgent=True
)
PLAN_RETURNED = Kind(
    "network-plan-returned", "แผนส่งเสริมเครือข่ายที่ถูกส่งกลับ", "arrow-counterclockwise", _board(), urgent=True
)
STEP = Kind("cycle-step", "ขั้นของรอบการดำเนินงานที่ครบกำหนด", "signpost-split", _board("?show=mine"))
REPORT_TO_DECIDE = Kind("cycle-report-decide", "รายงานของรอบที่รอท่านพิจารณา", "journal-check", _board())
PLAN_TO_DECIDE = Kind("network-plan-decide", "แผนส่งเสริมเครือข่ายที่รอท่านพิจารณา", "calendar-check", _board())
OPINION = Kind("plan-opinion", "แผนนิเทศที่รอความเห็นของท่าน", "chat-square-text", _board())


def register() -> None:
    registry.add(reports, REPORT_RETURNED, REPORT_TO_DECIDE)
    registry.add(network_plans, PLAN_RETURNED, PLAN_TO_DECIDE)
    registry.add(steps, STEP)
    registry.add(opinions, OPINION)


def steps(people: People, today: date) -> Iterator[Duty]:
    """The step at which each cycle stands, from two weeks before its window ends: for the person in charge as long as
    in office, or else for the group heads. Two queries."""
    staff, heads = people.in_area(*STAFF), people.in_area(Role.GROUP_HEAD)
    if not staff:
        return
    found = (
        CycleStep.objects.filter(cycle__area=people.area_id, state=F("cycle__state"), ends_on__lte=today + AHEAD)
        .select_related("cycle")
        .defer("content", "sources", "notes")
        .order_by("ends_on", "pk")
    )
    in_office = set(
        RoleAssignment.objects.holders(*STAFF, area_id=people.area_id, on=today).values_list("pk", flat=True)
    )
    for step in found:
        for user in staff & {step.owner_id} if step.owner_id in in_office else heads:
            key, note = f"cycle-step-{step.pk}-{step.cycle.round}", "" if step.owner_id else "ยังไม่กำหนดผู้รับผิดชอบ"
            yield Duty(
                user, key, str(step), step.get_absolute_url(), step.ends_on, STEP.key,
                detail=" · ".join(filter(None, (str(step.cycle), note))),
            )  # fmt: skip


def reports(people: People, today: date) -> Iterator[Duty]:
    """Reports that wait for a decision of the role whose turn it is, never of their maker; and those that came back to
    their maker. One query."""
    if not people.in_area(*APPROVERS, *STAFF):
        return
    waiting = Approval.objects.filter(
        content_type=ContentType.objects.get_for_model(Report), object_id=OuterRef("pk"), log__isnull=True
    ).order_by("-round", "place")
    found = (
        Report.objects.filter(area=people.area_id, state__in=("submitted", "returned"))
        .annotate(turn=Subquery(waiting.values("role")[:1]))
        .select_related("cycle")
        .only("title", "state", "made_by", "cycle__title", "cycle__year_kind", "cycle__year", "cycle__state")
    )
    for report in found.order_by("pk"):
        if report.state == "returned":
            users, kind = people.in_area(*STAFF) & {report.made_by_id}, REPORT_RETURNED
        else:
            users, kind = people.in_area(report.turn or "") - {report.made_by_id}, REPORT_TO_DECIDE
        for user in users:
            key = f"cycle-report-{report.pk}-{kind.key}"
            yield Duty(user, key, report.title, report.get_absolute_url(), None, kind.key, detail=str(report.cycle))


def network_plans(people: People, today: date) -> Iterator[Duty]:
    """Plans of networks for whoever decides them, never who sent them; and those that came back. One query."""
    staff, deciders = people.in_area(*STAFF), people.in_area(*DECIDERS)
    if not (staff or deciders):
        return
    found = NetworkPlan.objects.filter(cycle__area=people.area_id, state__in=("submitted", "returned"))
    for plan in found.exclude(cycle__state__in=OVER).select_related("cycle").order_by("pk"):
        sender = plan.submitted_by_id or plan.made_by_id
        if plan.state == "returned":
            users, kind = staff & {sender}, PLAN_RETURNED
        else:
            users, kind = deciders - {sender}, PLAN_TO_DECIDE
        for user in users:
            key = f"network-plan-{plan.pk}-{kind.key}"
            yield Duty(user, key, str(plan), plan.get_absolute_url(), None, kind.key, detail=str(plan.cycle))


def opinions(people: People, today: date) -> Iterator[Duty]:
    """Approved plans for each member of the committee who has not spoken on them, while the step is open. Two queries."""
    members = people.in_area(Role.COMMITTEE)
    if not members:
        return
    process, key = OPINION_STEP
    asked = CycleStep.objects.filter(
        cycle__area=people.area_id, cycle__process=process, key=key, cycle__plan__state="approved"
    )
    waiting = asked.exclude(cycle__state__in=OVER).select_related("cycle__plan").defer("content", "sources", "notes")
    found = [step for step in waiting.order_by("ends_on", "pk") if step.is_open]
    spoken = PlanOpinion.objects.filter(cycle__in=[step.cycle_id for step in found], by__in=members)
    given = set(spoken.order_by().values_list("cycle", "plan", "by"))
    for step in found:
        plan = step.cycle.plan
        for user in members:
            if plan and (step.cycle_id, plan.pk, user) not in given:
                url = f"{step.get_absolute_url()}#opinions"
                yield Duty(
                    user, f"plan-opinion-{step.cycle_id}-{plan.pk}", plan.title, url, step.ends_on, OPINION.key,
                    detail=str(step.cycle),
                )  # fmt: skip
