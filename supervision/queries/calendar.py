"""The calendar of supervision: visits, and lines of a plan that have none yet, in the order of their days."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django.utils import timezone

from accounts.models import User
from instruments.models import Instrument
from schools.models import AreaOffice
from supervision.flows import VISIT
from supervision.models import Plan, Visit, VisitForm
from supervision.models.visit import VisitQuerySet
from supervision.queries.visits import Tab, filtered, is_outside, period_choices
from thai.dates import date_range, long_date
from thai.years import fiscal_year

LONGEST = 600
"""How many visits are printed in one calendar: some fifteen seconds of a busy server."""


@dataclass(slots=True)
class Line:
    """One visit, or one line of a plan. What was put off keeps its former days and has no day of its own."""

    school_id: int
    starts_on: date
    ends_on: date
    school: str
    group: str
    purpose: str
    people: list[str]
    """The lead first."""
    state: str
    instruments: list[Instrument] = field(default_factory=list)
    is_put_off: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one month, or those without a day (``first`` is None), with what they come to."""

    first: date | None
    rows: list[tuple[int, Line]]
    """Each with its number in the whole calendar."""

    @property
    def total(self) -> str:
        return total_of([line for _, line in self.rows])


@dataclass(frozen=True)
class Calendar:
    """The visits that a person chose in the list, as they are printed."""

    span: str
    """“ปีงบประมาณ 2570”, “ธันวาคม 2569”, “1–15 ธันวาคม 2569”."""
    about: str
    """What else was chosen; empty where nothing was."""
    visits: VisitQuerySet
    offices: list[AreaOffice]
    outside: bool


def total_of(lines: list[Line]) -> str:
    """“5 ครั้ง 4 โรงเรียน ยกเลิก 1 ครั้ง”: what was called off is counted apart."""
    held = [line for line in lines if not line.is_cancelled]
    words = f"{len(held):,} ครั้ง {len({line.school_id for line in held}):,} โรงเรียน"
    return words + (f" (ยกเลิก {len(lines) - len(held):,} ครั้ง)" if len(held) < len(lines) else "")


def parts_of(lines: Iterable[Line]) -> list[Part]:
    """By month in the order of the days; what was put off comes last."""
    ordered = sorted(lines, key=lambda line: (line.is_put_off, line.starts_on, line.ends_on))
    rows = list(enumerate(ordered, start=1))
    months = groupby(rows, key=lambda row: None if row[1].is_put_off else row[1].starts_on.replace(day=1))
    return [Part(first, list(found)) for first, found in months]


def lines_of_plan(plan: Plan) -> list[Line]:
    """What the plan's visits are now, and its lines that have none, because nobody approved it yet."""
    visits = lines_of_visits(Visit.objects.filter(plan_item__plan=plan))
    waiting = plan.items.filter(visit__isnull=True).select_related("school__group", "lead")
    return visits + [
        Line(
            item.school_id, item.starts_on, item.ends_on, str(item.school), _group(item.school), item.purpose,
            [str(item.lead), *map(str, item.team.all())], "รออนุมัติแผน" if plan.state != "discarded" else plan.state_label,
            sorted(item.instruments.all(), key=lambda one: one.code), is_cancelled=plan.state == "discarded",
        )
        for item in waiting.prefetch_related("team", "instruments")
    ]  # fmt: skip


def lines_of_visits(visits: VisitQuerySet, *, outside: bool = False) -> list[Line]:
    """A line for each visit; ``outside`` in the school's words. Four queries, however many there are."""
    found = list(visits.order_by("starts_on", "pk").for_list())
    forms: dict[int, list[Instrument]] = {}
    fillings = VisitForm.objects.filter(visit__in=[visit.pk for visit in found]).order_by("place", "pk")
    pairs = list(fillings.values_list("visit", "response__version__instrument"))
    instruments = Instrument.objects.in_bulk({instrument for _, instrument in pairs})
    for visit_pk, instrument in pairs:
        forms.setdefault(visit_pk, []).append(instruments[instrument])
    return [_line(visit, forms.get(visit.pk, []), outside=outside) for visit in found]


def _line(visit: Visit, instruments: list[Instrument], *, outside: bool) -> Line:
    state = VISIT.state(visit.state)
    return Line(
        visit.school_id, visit.visited_on or visit.starts_on, visit.visited_on or visit.ends_on, str(visit.school),
        _group(visit.school), visit.purpose, [str(member.user) for member in visit.members.all()],
        state.outside_label if outside else state.label, instruments,
        is_put_off=visit.state == "postponed", is_cancelled=visit.state == "cancelled",
    )  # fmt: skip


def _group(school: Any) -> str:
    return school.group.name if school.group else ""


# -- What was chosen in the list -----------------------------------------------------------------------------------


def chosen_calendar(user: User, tab: Tab, wanted: dict[str, Any]) -> Calendar:
    """The visits of this tab by these filters; of the present fiscal year where neither says which of all the years."""
    if not tab.states and not wanted.keys() & {"period", "since", "until"}:
        wanted = wanted | {"period": f"f{fiscal_year(timezone.localdate())}"}
    visits = filtered(tab.narrow(Visit.objects.visible_to(user), user), wanted, user)
    offices = AreaOffice.objects.filter(pk__in=visits.order_by().values("area").distinct())
    return Calendar(_span(wanted), _about(user, tab, wanted), visits, list(offices), is_outside(user))


def _span(wanted: dict[str, Any]) -> str:
    """The days that were chosen, in words."""
    since, until = wanted.get("since"), wanted.get("until")
    days = [dict(period_choices()).get(wanted.get("period", ""), "")]
    if since and until and since <= until:
        days.append(date_range(since, until))
    else:
        days.append(f"ตั้งแต่วันที่ {long_date(since)}" if since else "")
        days.append(f"ถึงวันที่ {long_date(until)}" if until else "")
    return " ".join(filter(None, days))


def _about(user: User, tab: Tab, wanted: dict[str, Any]) -> str:
    state = VISIT.state(wanted["state"]) if wanted.get("state") else None
    parts = [
        tab.label if tab.states or tab.mine else "",
        (state.outside_label if is_outside(user) else state.label) if state else "",
        f"ผู้นิเทศ {user}" if tab.mine or wanted.get("who") == "mine" else "",
        f"ค้นหา “{wanted['q']}”" if wanted.get("q") else "",
    ]
    return " · ".join(filter(None, parts))
