"""What waits for a person today, and what a year of supervision adds up to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Window
from django.urls import reverse
from django.utils import timezone

from accounts.flows import AREA_ROLES, SUPERVISION_STAFF, Role
from accounts.models import User
from schools.models import School
from supervision.flows import SEEN_BY_SCHOOL
from supervision.models import Plan, Recommendation, Visit, VisitMember
from thai.dates import date_range, short_date
from thai.text import name_sort_key, thai_sort_key
from thai.years import fiscal_year_range
from workflows.models import Approval

SHOWN = 5
"""How many records of each kind the home page names; the rest is one press away."""
SOON = timedelta(days=14)


@dataclass
class Waiting:
    """One record that waits, as a line of the home page."""

    url: str
    name: str
    detail: str
    when: str


@dataclass
class Work:
    """One kind of thing that waits for the person: how many there are, the first of them, and where all are."""

    title: str
    icon: str
    records: Sequence[Waiting]
    count: int
    url: str
    late: bool = False
    outside: bool = False


def _work(title: str, icon: str, records: QuerySet, url: str, **options) -> Work:
    """One query, however many wait: each of the first rows brings the number of all."""
    first = list(records.annotate(in_all=Window(Count("*")))[:SHOWN])
    return Work(title, icon, [_line(record) for record in first], first[0].in_all if first else 0, url, **options)


def _line(record: Plan | Visit | Recommendation) -> Waiting:
    if isinstance(record, Plan):
        return Waiting(record.get_absolute_url(), record.title, record.period_label, "")
    if isinstance(record, Recommendation):
        when = f"ภายใน {short_date(record.due_on)}" if record.due_on else ""
        return Waiting(record.get_absolute_url(), str(record.school), record.text, when)
    when = f"นิเทศเมื่อ {short_date(record.visited_on)}" if record.visited_on else ""
    when = when or f"กำหนด {date_range(record.starts_on, record.ends_on, style='short')}"
    return Waiting(record.get_absolute_url(), str(record.school), record.purpose, when)


def plans_to_decide(user: User) -> QuerySet[Plan]:
    """Submitted plans whose next link of the chain is a role that the person holds there; never one's own."""
    turn = (
        Approval.objects.filter(
            content_type=ContentType.objects.get_for_model(Plan), object_id=OuterRef("pk"), log__isnull=True
        )
        .order_by("-round", "place")
        .values("role")[:1]
    )
    mine = Q(pk__in=[])
    for assignment in user.assignments_today:
        if assignment.area_id is not None:
            mine |= Q(area_id=assignment.area_id, turn=assignment.role)
    return (
        Plan.objects.visible_to(user)
        .filter(state="submitted")
        .exclude(owner=user)
        .annotate(turn=Subquery(turn))
        .filter(mine)
    )


def work_of(user: User, *, today: date | None = None) -> list[Work]:
    """Everything that waits for the person now, most pressing first; empty kinds are left out."""
    today = today or timezone.localdate()
    visits = Visit.objects.visible_to(user).select_related("school")
    recommendations = Recommendation.objects.visible_to(user).select_related("school", "visit")
    visit_list, recommendation_list = reverse("supervision:visit-list"), reverse("supervision:recommendation-list")
    found: list[Work] = []

    if user.holds(Role.SCHOOL_HEAD):
        mine = user.schools_as(Role.SCHOOL_HEAD)
        found += [
            _work(
                "ผลการนิเทศที่รอท่านรับทราบ",
                "envelope-open",
                visits.filter(school__in=mine, state="released").order_by("starts_on"),
                f"{visit_list}?state=released",
                outside=True,
            ),
            _work(
                "ข้อเสนอแนะที่เลยกำหนด",
                "exclamation-triangle",
                recommendations.filter(school__in=mine).overdue(today).order_by("due_on"),
                f"{recommendation_list}?overdue=1",
                late=True,
                outside=True,
            ),
            _work(
                "ข้อเสนอแนะที่รอท่านตอบ",
                "chat-left-text",
                recommendations.filter(school__in=mine, state__in=("open", "reopened"), visit__state__in=SEEN_BY_SCHOOL)
                .exclude(due_on__lt=today)
                .order_by("due_on"),
                f"{recommendation_list}?state=open",
                outside=True,
            ),
            _work(
                "กำลังดำเนินการตามแผน รอรายงานผล",
                "hourglass-split",
                recommendations.filter(school__in=mine, state="planned").exclude(due_on__lt=today).order_by("due_on"),
                f"{recommendation_list}?state=planned",
                outside=True,
            ),
        ]
    if user.holds(*AREA_ROLES):
        found.append(
            _work(
                "แผนที่รอท่านพิจารณา",
                "calendar-check",
                plans_to_decide(user),
                reverse("supervision:plan-list") + "?state=submitted",
            )
        )
    if user.holds(*SUPERVISION_STAFF):
        led = Exists(VisitMember.objects.filter(visit=OuterRef("pk"), user=user, is_lead=True))
        own = Exists(VisitMember.objects.filter(visit=OuterRef("pk"), user=user))
        to_check = visits.filter(~own, area__in=user.areas_as(Role.WORKGROUP_HEAD, Role.GROUP_HEAD), state="submitted")
        to_release = visits.filter(~own, area__in=user.areas_as(Role.GROUP_HEAD, Role.AREA_DIRECTOR), state="checked")
        found += [
            _work(
                "บันทึกที่ถูกส่งกลับให้แก้ไข",
                "arrow-counterclockwise",
                visits.filter(led, state="returned"),
                f"{visit_list}?who=mine&state=returned",
                late=True,
            ),
            _work(
                "แผนของท่านที่ถูกส่งกลับ",
                "arrow-counterclockwise",
                Plan.objects.filter(owner=user, state="returned"),
                reverse("supervision:plan-list") + "?state=returned",
                late=True,
            ),
            _work(
                "บันทึกการนิเทศที่รอตรวจ",
                "clipboard-check",
                to_check.order_by("visited_on"),
                f"{visit_list}?state=submitted",
            ),
            _work(
                "บันทึกที่ตรวจแล้ว รอส่งผลให้โรงเรียน",
                "send-check",
                to_release.order_by("visited_on"),
                f"{visit_list}?state=checked",
            ),
            _work(
                "การนิเทศที่เลยกำหนดและยังไม่เริ่ม",
                "exclamation-triangle",
                visits.filter(own, state="planned", ends_on__lt=today).order_by("starts_on"),
                f"{visit_list}?who=mine&state=planned",
                late=True,
            ),
            _work(
                "การนิเทศที่กำลังบันทึก",
                "pencil-square",
                visits.filter(own, state="in_progress").order_by("starts_on"),
                f"{visit_list}?who=mine&state=in_progress",
            ),
            _work(
                "การนิเทศของท่านในสองสัปดาห์นี้",
                "calendar-event",
                visits.filter(own, state="planned", ends_on__gte=today, starts_on__lte=today + SOON).order_by(
                    "starts_on"
                ),
                f"{visit_list}?who=mine&state=planned",
            ),
            _work(
                "ผลการดำเนินการที่โรงเรียนรายงาน รอยืนยัน",
                "patch-check",
                recommendations.filter(state="reported", visit__members__user=user).order_by("due_on"),
                f"{recommendation_list}?state=reported&mine=1",
            ),
        ]
    return [work for work in found if work.count]


def released_lately(user: User, number: int = 8) -> QuerySet[Visit]:
    """The newest records that the schools have received, as far as the person may see them."""
    return (
        Visit.objects.visible_to(user)
        .filter(state__in=SEEN_BY_SCHOOL)
        .select_related("school")
        .order_by("-visited_on", "-pk")[:number]
    )


# -- The year in numbers -------------------------------------------------------------------------------------------

DONE = (*SEEN_BY_SCHOOL, "submitted", "checked")
"""States in which the supervision itself has happened and been handed in."""


@dataclass
class Row:
    label: str
    planned: int = 0
    done: int = 0
    late: int = 0

    @property
    def percent(self) -> int:
        """Whole per cent, a half rounded up."""
        return (200 * self.done + self.planned) // (2 * self.planned) if self.planned else 0


@dataclass
class Summary:
    """One fiscal year (พ.ศ.) as the person may see it. Cancelled visits are not counted."""

    year: int
    total: Row
    states: list[tuple[str, int]]
    by_group: list[Row] = field(default_factory=list)
    by_supervisor: list[Row] = field(default_factory=list)
    schools_open: int = 0
    schools_visited: int = 0
    recommendations: list[tuple[str, int]] = field(default_factory=list)
    overdue: int = 0


def _in_thai_order(rows: Iterable[Row], key: Callable[[str], str] = thai_sort_key) -> list[Row]:
    return sorted(rows, key=lambda row: key(row.label))


def summary_of(user: User, year: int, *, today: date | None = None) -> Summary:
    """Coverage, progress and follow-up of the year: a fixed number of queries, whatever the number of rows.

    A school counts as open when it was open on the last day of the year that has passed: a school closed since
    then counts until the day it closed.
    """

    today = today or timezone.localdate()
    areas = user.areas_as(*SUPERVISION_STAFF, Role.COMMITTEE)
    visits = Visit.objects.visible_to(user).filter(area__in=areas, fiscal_year=year).exclude(state="cancelled")
    counts = {
        "planned": Count("pk", distinct=True),
        "done": Count("pk", filter=Q(state__in=DONE), distinct=True),
        "late": Count("pk", filter=Q(state__in=("planned", "postponed"), ends_on__lt=today), distinct=True),
    }
    labels = dict(Visit.machine.choices())
    states = {row["state"]: row["n"] for row in visits.values("state").order_by().annotate(n=Count("pk"))}
    day = min(today, fiscal_year_range(year).end)
    schools = School.objects.filter(area__in=areas).open_on(day)
    follow_up = Recommendation.objects.visible_to(user).filter(
        area__in=areas, visit__fiscal_year=year, visit__state__in=SEEN_BY_SCHOOL
    )
    by_state = {row["state"]: row["n"] for row in follow_up.values("state").order_by().annotate(n=Count("pk"))}
    return Summary(
        year=year,
        total=Row("ทั้งหมด", **visits.aggregate(**counts)),
        states=[(labels[key], states[key]) for key in Visit.machine.keys if key in states],
        by_group=_in_thai_order(
            Row(row["school__group__name"] or "ยังไม่จัดกลุ่ม", row["planned"], row["done"], row["late"])
            for row in visits.values("school__group", "school__group__name").order_by().annotate(**counts)
        ),
        by_supervisor=_in_thai_order(
            (
                Row(
                    f"{row['members__user__prefix']}{row['members__user__first_name']} "
                    f"{row['members__user__last_name']}".strip(),
                    row["planned"],
                    row["done"],
                    row["late"],
                )
                for row in visits.filter(members__isnull=False)
                .values(
                    "members__user", "members__user__prefix", "members__user__first_name", "members__user__last_name"
                )
                .order_by()
                .annotate(**counts)
            ),
            key=name_sort_key,
        ),
        schools_open=schools.count(),
        schools_visited=schools.filter(pk__in=visits.filter(state__in=DONE).values("school")).count(),
        recommendations=[(label, by_state[key]) for key, label in Recommendation.machine.choices() if key in by_state],
        overdue=follow_up.overdue(today).count(),
    )


def years_with_visits(user: User) -> list[int]:
    """Fiscal years (พ.ศ.) that have visits the person may see, newest first."""
    return list(
        Visit.objects.visible_to(user).values_list("fiscal_year", flat=True).order_by("-fiscal_year").distinct()
    )
