"""What waits for a person today, and what a year of supervision adds up to."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.flows import SUPERVISION_STAFF, Role
from accounts.models import User
from reminders.queries import duties_of, preference_of
from reminders.registry import Duty, Kind, kinds
from reminders.standing import Standing, in_days, standing_of
from schools.models import School
from supervision.flows import SEEN_BY_SCHOOL
from supervision.models import Recommendation, Visit
from thai.dates import short_date
from thai.text import name_sort_key, thai_sort_key
from thai.years import fiscal_year_range

SHOWN = 5
"""How many records of each kind the home page names; the rest is one press away."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits, as a line of the home page."""

    duty: Duty
    standing: Standing
    today: date

    @property
    def when(self) -> str:
        """The day or the days in words; empty where it waits without one."""
        return self.duty.note or (f"ภายใน {short_date(self.duty.due_on)}" if self.duty.due_on else "")

    @property
    def in_days(self) -> str:
        """How near its day is; empty while that is far."""
        near = self.duty.due_on if self.standing is not Standing.WAITING else None
        return in_days(near, self.today) if near else ""


@dataclass
class Work:
    """One kind of thing that waits for the person: the first of them, and where all are."""

    kind: Kind
    waiting: list[Waiting]

    @property
    def records(self) -> list[Waiting]:
        return self.waiting[:SHOWN]

    @property
    def count(self) -> int:
        return len(self.waiting)

    @property
    def url(self) -> str:
        return self.kind.page()

    @property
    def counts(self) -> list[tuple[Standing, int]]:
        """How many are late, due today and due soon, those that there are."""
        return _counted(self.waiting)

    @property
    def is_late(self) -> bool:
        return self.kind.urgent or self.waiting[0].standing is Standing.LATE


@dataclass
class Desk:
    """Everything that waits for one person now, the most pressing kind first."""

    work: list[Work]
    days_ahead: int

    @property
    def counts(self) -> list[tuple[Standing, int]]:
        """How many things are late, due today and due soon, over all kinds."""
        return _counted(waiting for work in self.work for waiting in work.waiting)


def _counted(waiting: Iterable[Waiting]) -> list[tuple[Standing, int]]:
    numbers = Counter(found.standing for found in waiting)
    return [(standing, numbers[standing]) for standing in sorted(numbers) if standing is not Standing.WAITING]


def desk_of(user: User, *, today: date | None = None) -> Desk:
    """What the apps say waits for the person, by kind; within a kind the nearest day first."""
    today = today or timezone.localdate()
    days_ahead = preference_of(user).days_ahead
    by_kind: dict[str, list[Waiting]] = {}
    for duty in duties_of(user, today):
        by_kind.setdefault(duty.kind, []).append(Waiting(duty, standing_of(duty, today, days_ahead), today))
    work = [
        Work(kind, sorted(by_kind[kind.key], key=lambda found: found.duty.due_on or date.max))
        for kind in kinds()
        if kind.key in by_kind
    ]
    work.sort(key=lambda found: (not found.is_late, found.waiting[0].standing))
    return Desk(work, days_ahead)


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
