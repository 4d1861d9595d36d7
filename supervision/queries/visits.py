"""The list of visits: its tabs, its filters, and its pages.

An office may have a hundred thousand visits. A page is found by the last row of the page before it (a keyset), never
by counting to it, and the number of rows is counted only up to ``COUNTED``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Q
from django.utils import timezone

from accounts.flows import AREA_ROLES, SCHOOL_ROLES, Role
from accounts.models import User
from instruments.queries import progress
from schools.models import School
from supervision.flows import FILLING, SEEN_BY_SCHOOL, VISIT
from supervision.models import Visit, VisitForm, VisitMember
from supervision.models.visit import VisitQuerySet
from thai.dates import common_year, date_range, month_and_year, weekday_date
from thai.years import fiscal_year, fiscal_year_label, school_period, semester_label

COUNTED = 1000
PER_PAGE = 25
AHEAD = ("planned", "postponed", *FILLING)
"""The states in which a visit still waits for its team."""


@dataclass(frozen=True)
class Tab:
    """One view of the list. ``ascending`` puts the oldest first: what should have been done comes first."""

    key: str
    label: str
    roles: frozenset[str]
    states: tuple[str, ...] = ()
    mine: bool = False
    ascending: bool = False
    empty: str = "ยังไม่มีการนิเทศ"

    def narrow(self, visits: VisitQuerySet, user: User) -> VisitQuerySet:
        if self.states:
            visits = visits.filter(state__in=self.states)
        return visits.of_team(user) if self.mine else visits


MAKERS = frozenset({Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD})
TABS = (
    Tab(
        "mine", "งานของฉัน", MAKERS, AHEAD, mine=True, ascending=True,
        empty="ไม่มีการนิเทศของท่านที่ต้องทำในขณะนี้ เมื่อแผนได้รับอนุมัติ การนิเทศของท่านจะปรากฏที่นี่",
    ),
    Tab(
        "check", "รอตรวจ", frozenset({Role.WORKGROUP_HEAD, Role.GROUP_HEAD}), ("submitted",), ascending=True,
        empty="ไม่มีบันทึกที่รอตรวจ",
    ),
    Tab(
        "release", "รอเผยแพร่", frozenset({Role.GROUP_HEAD, Role.AREA_DIRECTOR}), ("checked",), ascending=True,
        empty="ไม่มีบันทึกที่รอส่งผลให้โรงเรียน",
    ),
    Tab(
        "acknowledge", "รอรับทราบ", frozenset({Role.SCHOOL_HEAD}), ("released",),
        empty="ไม่มีผลการนิเทศที่รอท่านรับทราบ ผลที่รับทราบแล้วดูได้ที่แท็บ “ทั้งหมด”",
    ),
    Tab("all", "ทั้งหมด", frozenset({*AREA_ROLES, *SCHOOL_ROLES})),
)  # fmt: skip


def tabs_for(user: User) -> list[Tab]:
    """The tabs of the person's roles, the one to open first in front."""
    return [tab for tab in TABS if user.holds(*tab.roles)] or [TABS[-1]]


def is_outside(user: User) -> bool:
    """Whether the person reads visits from the school's side, in the school's words."""
    return not user.holds(*AREA_ROLES)


def state_choices(user: User) -> list[tuple[str, str]]:
    """The states that the person can meet, in the words of his or her side."""
    outside = is_outside(user)
    sees_all = user.holds(*AREA_ROLES - {Role.COMMITTEE})
    return [pair for pair in VISIT.choices(outside=outside) if sees_all or pair[0] in SEEN_BY_SCHOOL]


def period_choices(today: date | None = None) -> list[tuple[str, str]]:
    """Fiscal years and semesters of late, newest first, then the months of this fiscal year:
    [("f2570", "ปีงบประมาณ 2570"), ("s2569-2", …), ("m2026-10", "ตุลาคม 2569"), …].
    """
    today = today or timezone.localdate()
    year, school_year = fiscal_year(today), school_period(today).year
    years = [(f"f{y}", f"ปีงบประมาณ {y}") for y in range(year + 1, year - 4, -1)]
    semesters = [(f"s{y}-{s}", f"ภาคเรียนที่ {s}/{y}") for y in range(school_year, school_year - 3, -1) for s in (2, 1)]
    months = [date(common_year(year) - (month > 9), month, 1) for month in (10, 11, 12, *range(1, 10))]
    return years + semesters + [(f"m{first:%Y-%m}", month_and_year(first)) for first in months]


def filtered(visits: VisitQuerySet, wanted: dict[str, Any], user: User) -> VisitQuerySet:
    """Narrow by the cleaned values of the filter: q, state, period, who, since, until."""
    if state := wanted.get("state"):
        visits = visits.filter(state=state)
    if period := wanted.get("period"):
        if period.startswith("f"):
            visits = visits.filter(fiscal_year=int(period[1:]))
        elif period.startswith("m"):
            year, month = map(int, period[1:].split("-"))
            visits = visits.filter(
                starts_on__gte=date(year, month, 1), starts_on__lt=date(year + month // 12, month % 12 + 1, 1)
            )
        else:
            year, semester = period[1:].split("-")
            visits = visits.filter(academic_year=int(year), semester=int(semester))
    if wanted.get("who") == "mine":
        visits = visits.of_team(user)
    if since := wanted.get("since"):
        visits = visits.filter(starts_on__gte=since)
    if until := wanted.get("until"):
        visits = visits.filter(starts_on__lte=until)
    if text := wanted.get("q"):
        # The few schools first: their visits then come off the index of the school.
        schools = School.objects.visible_to(user).matching(text)
        visits = visits.filter(school__in=list(schools.values_list("pk", flat=True)[:500]))
    return visits


@dataclass(frozen=True, slots=True)
class Appointment:
    """The days that are set for a visit, as its school is told of them beforehand."""

    school: School
    starts_on: date
    ends_on: date
    purpose: str
    lead: User


def appointments_of(schools: Iterable[int], today: date) -> list[Appointment]:
    """When and for what these schools are visited next, the nearest first; nothing of what is being written.

    One query.
    """
    leads = VisitMember.objects.filter(
        is_lead=True, visit__school__in=schools, visit__state="planned", visit__ends_on__gte=today
    ).select_related("user", "visit__school")
    return [
        Appointment(row.visit.school, row.visit.starts_on, row.visit.ends_on, row.visit.purpose, row.user)
        for row in leads.order_by("visit__starts_on", "visit__pk")
    ]


@dataclass(slots=True)
class VisitRow:
    """One line of the list. Plain values: a page of model instances would cost several times as much."""

    pk: int
    starts_on: date
    ends_on: date
    visited_on: date | None
    purpose: str
    state: str
    school: str
    group: str | None
    lead: str = ""
    others: int = 0
    """How many are on the team beside its lead."""

    @property
    def mark(self) -> str:
        """Where the row stands in the order; the neighbouring page is found by it."""
        return f"{self.starts_on}.{self.pk}"


@dataclass
class VisitPage:
    """One page of rows with the marks from which its neighbours are found."""

    rows: list[VisitRow]
    total: int | None
    """How many rows there are in all, counted up to ``COUNTED`` + 1; None where it was not asked."""
    before: str = ""
    after: str = ""

    @property
    def is_capped(self) -> bool:
        return self.total is not None and self.total > COUNTED

    @property
    def counted(self) -> int:
        return COUNTED


def page_of(
    visits: VisitQuerySet, *, after: str = "", before: str = "", ascending: bool = False, count: bool = True
) -> VisitPage:
    """The rows after, or before, a mark (``2026-12-01.17``); a mark that can't be read gives the first page.

    Two queries, and a third where rows are to be counted: as many for one row as for a full page.
    """
    mark, backwards = _mark(before), True
    if mark is None:
        mark, backwards = _mark(after), False
    up = ascending != backwards
    found = visits
    if mark is not None:
        day, pk = mark
        side, edge = ("gt", "gte") if up else ("lt", "lte")
        found = visits.filter(
            Q(**{f"starts_on__{side}": day}) | Q(starts_on=day, **{f"pk__{side}": pk}), **{f"starts_on__{edge}": day}
        )
    order = ("starts_on", "pk") if up else ("-starts_on", "-pk")
    columns = found.order_by(*order).values_list(
        "pk", "starts_on", "ends_on", "visited_on", "purpose", "state", "school__name", "school__group__name"
    )
    rows = [VisitRow(*values) for values in columns[: PER_PAGE + 1]]
    more = len(rows) > PER_PAGE
    rows = rows[:PER_PAGE]
    if backwards:
        rows.reverse()
    _name_teams(rows)
    page = VisitPage(rows, None)
    if count:
        page.total = visits.order_by()[: COUNTED + 1].count()
    if rows and (mark is not None if not backwards else more):
        page.before = rows[0].mark
    if rows and (backwards or more):
        page.after = rows[-1].mark
    return page


_TEAMS = """
    SELECT m.visit_id, m.is_lead, u.prefix, u.first_name, u.last_name
    FROM supervision_visitmember m
    JOIN accounts_user u ON u.id = m.user_id
    WHERE m.visit_id IN ({})
"""


def _name_teams(rows: list[VisitRow]) -> None:
    """Write the lead's name and the size of the team into the rows; one written-out statement for the busiest page."""
    by_visit = {row.pk: row for row in rows}
    if not by_visit:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TEAMS.format(", ".join(["%s"] * len(by_visit))), list(by_visit))
        members = cursor.fetchall()
    for visit, is_lead, prefix, first, last in members:
        if is_lead:
            by_visit[visit].lead = f"{prefix}{first} {last}".strip()
        else:
            by_visit[visit].others += 1


def _mark(text: str) -> tuple[date, int] | None:
    day, _, pk = text.partition(".")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None


# -- One visit -----------------------------------------------------------------------------------------------------


_FORM = """
    SELECT f.response_id, v.revision, v.area_id, v.school_id, v.state, m.user_id, m.is_lead
    FROM supervision_visitform f
    JOIN supervision_visit v ON v.id = f.visit_id
    LEFT JOIN supervision_visitmember m ON m.visit_id = v.id
    WHERE f.id = %s AND v.id = %s
"""
_VISIT_COLUMNS = ["id", "revision", "area_id", "school_id", "state"]
"""In the order of the model's columns, as ``from_db`` takes them."""


def form_with_visit(visit_pk: int, form_pk: int) -> VisitForm | None:
    """The form with what the rules ask of its visit (state, area, school, team); None where there is no such form.

    One written-out statement, because every saved answer begins with it. The caller asks ``supervision.see_visit``:
    of one visit it says what ``visible_to`` says of a list.
    """
    if max(visit_pk, form_pk) > BigIntegerField.MAX_BIGINT:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_FORM, [form_pk, visit_pk])
        rows = cursor.fetchall()
    if not rows:
        return None
    response_id, *visit_values = rows[0][:5]
    visit = Visit.from_db(connection.alias, _VISIT_COLUMNS, [visit_pk, *visit_values])
    visit.team_ids = {user for *_, user, _lead in rows if user is not None}
    visit.lead_id = next((user for *_, user, is_lead in rows if is_lead), None)
    form = VisitForm.from_db(connection.alias, ["id", "visit_id", "response_id"], [form_pk, visit_pk, response_id])
    form.visit = visit
    return form


def forms_of(visit: Visit) -> list[dict[str, Any]]:
    """The visit's forms in order: ``{"form", "response", "version", "instrument", "progress", "percent"}``."""
    rows = []
    forms = visit.forms.select_related("response__version__instrument").defer("response__version__definition")
    for form in forms:
        done = progress(form.response.form, form.response.answers, form.response.scores)
        rows.append(
            {
                "form": form,
                "response": form.response,
                "version": form.response.version,
                "instrument": form.response.version.instrument,
                "progress": done,
                "percent": round(100 * done["answered"] / done["total"]) if done["total"] else 100,
            }
        )
    return rows


def facts_of(visit: Visit) -> dict[str, str]:
    """What the record knows already, by the sources that questions of a form may name."""
    team = visit.members.all().select_related("user")
    return {
        "school": str(visit.school),
        "period": f"{semester_label(visit.academic_year, visit.semester)} {fiscal_year_label(visit.fiscal_year)}",
        "round": str(round_of(visit)),
        "dates": weekday_date(visit.visited_on) if visit.visited_on else date_range(visit.starts_on, visit.ends_on),
        "team": ", ".join(f"{member.user}{' (หัวหน้าคณะ)' if member.is_lead else ''}" for member in team),
        "hosts": ", ".join(line.strip() for line in visit.hosts.splitlines() if line.strip()),
    }


def round_of(visit: Visit) -> int:
    """Which visit to the school it is within its semester; what was cancelled does not count."""
    earlier = Visit.objects.filter(
        Q(starts_on__lt=visit.starts_on) | Q(starts_on=visit.starts_on, pk__lt=visit.pk),
        school=visit.school_id,
        academic_year=visit.academic_year,
        semester=visit.semester,
    )
    return earlier.exclude(state="cancelled").count() + 1
