"""What waits for people in supervision: for the home page and the reminders (``reminders.registry``)."""

from collections.abc import Iterator
from datetime import date

from django.db.models import F, Q
from django.urls import reverse

from accounts.flows import AREA_ROLES, SUPERVISION_STAFF, Role
from reminders import registry
from reminders.people import People
from reminders.registry import AHEAD, Duty, Kind
from supervision.flows import PLANNERS, SEEN_BY_SCHOOL
from supervision.models import Plan, Recommendation, Visit, VisitMember
from thai.dates import date_range, short_date

CHECKERS = (Role.WORKGROUP_HEAD, Role.GROUP_HEAD)
RELEASERS = (Role.GROUP_HEAD, Role.AREA_DIRECTOR)


def _visits(query: str):
    return lambda: f"{reverse('supervision:visit-list')}?{query}"


def _recommendations(query: str):
    return lambda: f"{reverse('supervision:recommendation-list')}?{query}"


def _plans(query: str):
    return lambda: f"{reverse('supervision:plan-list')}?{query}"


TO_ACKNOWLEDGE = Kind("visit-acknowledge", "ผลการนิเทศที่รอท่านรับทราบ", "envelope-open", _visits("state=released"))
TO_ANSWER = Kind("recommendation-answer", "ข้อเสนอแนะที่รอท่านตอบ", "chat-left-text", _recommendations("state=open"))
TO_REPORT = Kind(
    "recommendation-report", "ข้อเสนอแนะที่รอท่านรายงานผล", "hourglass-split", _recommendations("state=planned")
)
TO_DECIDE = Kind("plan-decide", "แผนที่รอท่านพิจารณา", "calendar-check", _plans("state=submitted"))
RETURNED = Kind(
    "visit-returned", "บันทึกที่ถูกส่งกลับให้แก้ไข", "arrow-counterclockwise", _visits("who=mine&state=returned"), urgent=True
)
PLAN_RETURNED = Kind(
    "plan-returned", "แผนของท่านที่ถูกส่งกลับ", "arrow-counterclockwise", _plans("state=returned"), urgent=True
)
TO_MAKE = Kind("visit-make", "การนิเทศของท่าน", "calendar-event", _visits("who=mine&state=planned"))
TO_WRITE = Kind("visit-write", "การนิเทศที่กำลังบันทึก", "pencil-square", _visits("who=mine&state=in_progress"))
TO_CHECK = Kind("visit-check", "บันทึกการนิเทศที่รอตรวจ", "clipboard-check", _visits("state=submitted"))
TO_RELEASE = Kind("visit-release", "บันทึกที่ตรวจแล้ว รอส่งผลให้โรงเรียน", "send-check", _visits("state=checked"))
TO_VERIFY = Kind(
    "recommendation-verify",
    "ผลการดำเนินการที่โรงเรียนรายงาน รอยืนยัน",
    "patch-check",
    _recommendations("state=reported&mine=1"),
)


def register() -> None:
    registry.add(of_schools, TO_ACKNOWLEDGE, TO_ANSWER, TO_REPORT)
    registry.add(plans, TO_DECIDE, PLAN_RETURNED)
    registry.add(of_teams, RETURNED, TO_MAKE, TO_WRITE)
    registry.add(to_check_and_release, TO_CHECK, TO_RELEASE)
    registry.add(to_verify, TO_VERIFY)


def of_schools(people: People, today: date) -> Iterator[Duty]:
    """What schools have to read, to answer and to report. Two queries."""
    heads = people.of_schools(Role.SCHOOL_HEAD)
    if not heads:
        return
    released = (
        Visit.objects.filter(school__in=heads, state="released")
        .select_related("school")
        .only("state", "revision", "visited_on", "purpose", "school__name")
    )
    for visit in released.order_by("starts_on", "pk"):
        for user in heads[visit.school_id]:
            yield _of_visit(user, visit, TO_ACKNOWLEDGE)
    waiting = (
        Recommendation.objects.filter(
            school__in=heads, state__in=("open", "reopened", "planned"), visit__state__in=SEEN_BY_SCHOOL
        )
        .select_related("school")
        .only("state", "revision", "text", "due_on", "school__name")
    )
    for recommendation in waiting.order_by("due_on", "pk"):
        kind = TO_REPORT if recommendation.state == "planned" else TO_ANSWER
        for user in heads[recommendation.school_id]:
            yield _of_recommendation(user, recommendation, kind, due_on=recommendation.due_on)


def plans(people: People, today: date) -> Iterator[Duty]:
    """Plans that wait for a decision of the role whose turn it is, never of their owner; and those that came back to
    their owner. One query."""
    if not people.in_area(*AREA_ROLES):
        return
    found = Plan.objects.filter(area=people.area_id, state__in=("submitted", "returned")).with_next_role()
    for plan in found.defer("rationale", "objectives", "targets", "methods").order_by("pk"):
        if plan.state == "returned":
            users, kind = people.in_area(*PLANNERS) & {plan.owner_id}, PLAN_RETURNED
        else:
            users, kind = people.in_area(plan.next_role or "") - {plan.owner_id}, TO_DECIDE
        for user in users:
            key = f"plan-{plan.pk}-{kind.key}"
            yield Duty(user, key, plan.title, plan.get_absolute_url(), None, kind.key, detail=plan.period_label)


def of_teams(people: People, today: date) -> Iterator[Duty]:
    """Visits to make, to write and to mend: what came back is the lead's. One query.

    A visit is due on its first day, once that has come on its last.
    """
    staff = people.in_area(*SUPERVISION_STAFF)
    if not staff:
        return
    members = (
        VisitMember.objects.filter(user__in=staff, visit__area=people.area_id)
        .filter(
            Q(visit__state="planned", visit__starts_on__lte=today + AHEAD)
            | Q(visit__state="in_progress")
            | Q(visit__state="returned", is_lead=True)
        )
        .select_related("visit__school")
        .defer("visit__summary", "visit__hosts")
        .order_by("visit__starts_on", "visit__pk")
    )
    for member in members:
        visit = member.visit
        if visit.state == "planned":
            due_on = visit.starts_on if today < visit.starts_on else visit.ends_on
            note = f"กำหนด {date_range(visit.starts_on, visit.ends_on, style='short')}"
            yield _of_visit(member.user_id, visit, TO_MAKE, due_on=due_on, note=note)
        else:
            yield _of_visit(member.user_id, visit, RETURNED if visit.state == "returned" else TO_WRITE)


def to_check_and_release(people: People, today: date) -> Iterator[Duty]:
    """Records that wait to be checked or released, for whoever may and never was on the team. Three queries."""
    who = {"submitted": people.in_area(*CHECKERS), "checked": people.in_area(*RELEASERS)}
    states = [state for state, users in who.items() if users]
    if not states:
        return
    visits = list(
        Visit.objects.filter(area=people.area_id, state__in=states)
        .select_related("school")
        .defer("summary", "hosts")
        .order_by("visited_on", "pk")
    )
    teams: dict[int, set[int]] = {}
    for members in (VisitMember.objects, VisitMember.history):
        of_visits = members.filter(visit__in=[visit.pk for visit in visits])
        for visit_id, user_id in of_visits.order_by().values_list("visit_id", "user_id"):
            teams.setdefault(visit_id, set()).add(user_id)
    for visit in visits:
        for user in who[visit.state] - teams.get(visit.pk, set()):
            yield _of_visit(user, visit, TO_CHECK if visit.state == "submitted" else TO_RELEASE)


def to_verify(people: People, today: date) -> Iterator[Duty]:
    """What schools have reported, for the team of the visit. One query."""
    staff = people.in_area(*SUPERVISION_STAFF)
    if not staff:
        return
    reported = Recommendation.objects.filter(
        area=people.area_id, state="reported", visit__state__in=SEEN_BY_SCHOOL, visit__members__user__in=staff
    )
    rows = reported.select_related("school").annotate(member=F("visit__members__user")).order_by("due_on", "pk")
    for recommendation in rows:
        yield _of_recommendation(recommendation.member, recommendation, TO_VERIFY)


def _of_visit(user: int, visit: Visit, kind: Kind, *, due_on: date | None = None, note: str = "") -> Duty:
    if not note and visit.visited_on:
        note = f"นิเทศเมื่อ {short_date(visit.visited_on)}"
    url = visit.get_absolute_url()
    return Duty(user, f"visit-{visit.pk}-{kind.key}", str(visit.school), url, due_on, kind.key, visit.purpose, note)


def _of_recommendation(user: int, found: Recommendation, kind: Kind, *, due_on: date | None = None) -> Duty:
    key = f"recommendation-{found.pk}-{kind.key}"
    return Duty(user, key, str(found.school), found.get_absolute_url(), due_on, kind.key, found.text)
