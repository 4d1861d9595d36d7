"""How many of an office's schools the visits of a plan have reached: by group, by size, month by month."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from schools.models import School
from schools.queries import size_labels, size_of, with_pupils
from supervision.models import Plan, PlanItem
from thai.dates import today_in_bangkok
from thai.text import thai_sort_key

NO_GROUP = "ไม่อยู่ในกลุ่มโรงเรียน"
NOT_REACHED = ("planned", "postponed", "cancelled")
"""The states of a visit in which nobody has been at the school yet."""


@dataclass(frozen=True)
class _Place:
    """A school: when a visit was first planned there, and when one first was; None where neither was."""

    name: str
    group: str
    size: str
    planned: date | None
    reached: date | None


def coverage_of(plan: Plan) -> dict[str, Any]:
    """Plain data: ``total`` schools, how many the plan means to ``planned`` and has ``reached``; ``groups``, ``sizes`` and
    ``months`` apart. Two queries, where the plan has its ``area``.

    All schools of the office count that are open today (after the plan, on its last day), and closed ones that were
    reached before. Months are cumulative; of those to come ``reached`` is None. A visit that was called off is no
    longer planned.
    """
    today = today_in_bangkok()
    places = _places(plan, min(today, plan.ends_on))
    labels = size_labels(plan.area.size_bands)
    return {
        "total": len(places),
        "planned": sum(place.planned is not None for place in places),
        "reached": sum(place.reached is not None for place in places),
        "groups": _apart(places, lambda place: place.group, lambda name: (name == NO_GROUP, thai_sort_key(name))),
        "sizes": _apart(places, lambda place: place.size, labels.index),
        "months": _months(places, today),
    }


def _places(plan: Plan, day: date) -> list[_Place]:
    planned: dict[int, date] = {}
    reached: dict[int, date] = {}
    items = PlanItem.objects.filter(plan=plan).order_by()
    for school, starts_on, state, visited_on, visit_on in items.values_list(
        "school", "starts_on", "visit__state", "visit__visited_on", "visit__starts_on"
    ):
        if state != "cancelled":
            planned[school] = min(planned.get(school, starts_on), starts_on)
        if state is not None and state not in NOT_REACHED:
            on = visited_on or visit_on or starts_on
            reached[school] = min(reached.get(school, on), on)
    schools: Any = with_pupils(School.objects.filter(area=plan.area_id)).select_related("group")
    return [
        _Place(
            school.name,
            school.group.name if school.group else NO_GROUP,
            size_of(school.pupils, plan.area.size_bands),
            planned.get(school.pk),
            reached.get(school.pk),
        )
        for school in sorted(schools, key=lambda school: thai_sort_key(school.name))
        if school.is_open(day) or school.pk in reached
    ]


def _apart(places: Iterable[_Place], of: Callable[[_Place], str], order: Callable) -> list[dict[str, Any]]:
    found: dict[str, list[_Place]] = {}
    for place in places:
        found.setdefault(of(place), []).append(place)
    return [
        {
            "name": name,
            "total": len(found[name]),
            "planned": sum(place.planned is not None for place in found[name]),
            "reached": sum(place.reached is not None for place in found[name]),
            "missing": [
                {"name": place.name, "planned": place.planned is not None}
                for place in found[name]
                if place.reached is None
            ],
        }
        for name in sorted(found, key=order)
    ]


def _months(places: list[_Place], today: date) -> list[dict[str, Any]]:
    """From the first month in which a school was planned or reached to the last; none where neither ever was."""
    planned, reached = (_by_month(place.planned for place in places), _by_month(place.reached for place in places))
    known = sorted({*planned, *reached})
    rows: list[dict[str, Any]] = []
    month, meant, done = known[0] if known else today, 0, 0
    while known and month <= known[-1]:
        meant, done = meant + planned.get(month, 0), done + reached.get(month, 0)
        is_to_come = month > today
        rows.append(
            {
                "month": month,
                "planned": meant,
                "reached": None if is_to_come else done,
                "new": 0 if is_to_come else reached.get(month, 0),
            }
        )
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return rows


def _by_month(days: Iterable[date | None]) -> Mapping[date, int]:
    counts: dict[date, int] = {}
    for day in days:
        if day is not None:
            counts[day.replace(day=1)] = counts.get(day.replace(day=1), 0) + 1
    return counts
