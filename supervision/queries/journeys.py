"""Visits that were held, and those of one person that were one journey: on one day, or on days that follow each other."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min, Q

from accounts.models import User
from supervision.models import Visit

LONGEST = timedelta(days=6)
"""How far from the day of a visit the others of its journey may be."""


@dataclass(frozen=True)
class Journey:
    """A visit with others that are reported together with it."""

    visit: Visit
    others: list[Visit]


def why_not_held(visit: Visit) -> str | None:
    """Why there is nothing to report of the visit yet and what to do, in Thai; None where it was held and summed up."""
    if visit.state == "cancelled":
        return "การนิเทศนี้ถูกยกเลิก จึงไม่มีผลให้รายงาน หากได้เดินทางไปแล้ว โปรดจัดทำบันทึกข้อความที่หน้างานสารบรรณ"
    missing = [] if visit.visited_on else ["วันที่นิเทศจริง"]
    missing += [] if visit.summary.strip() else ["สรุปผลการนิเทศ"]
    if not missing:
        return None
    return f"ยังรายงานไม่ได้ เพราะการนิเทศนี้ยังไม่มี{'และ'.join(missing)} โปรดให้คณะผู้นิเทศเริ่มการนิเทศและเขียนบันทึกที่หน้าของการนิเทศก่อน"


def was_held(visit: Visit) -> bool:
    return why_not_held(visit) is None


def day_of(visit: Visit) -> date:
    """The day on which it was held; before that is known, the day that was set."""
    return visit.visited_on or visit.starts_on


def reporter_of(visit: Visit, user: User | None) -> User:
    """Who reports the journey: the person who asks, where on the team; else its lead."""
    team = [member.user for member in visit.members.select_related("user").order_by("-is_lead", "pk")]
    return user if user in team else team[0]


def visits_beside(visit: Visit, user: User) -> list[Visit]:
    """The other visits that its reporter held on the same day or on days in a row with it, as far as the person who asks
    sees them, in their order.
    """
    if visit.visited_on is None:
        return []
    near = Visit.objects.visible_to(user).of_team(reporter_of(visit, user)).exclude(pk=visit.pk)
    near = near.filter(area=visit.area_id, visited_on__range=(visit.visited_on - LONGEST, visit.visited_on + LONGEST))
    others = [other for other in near.select_related("area", "school", "plan_item__plan") if was_held(other)]
    held_on, days = {other.visited_on for other in others}, {visit.visited_on}
    for step in (timedelta(days=1), timedelta(days=-1)):
        day = visit.visited_on + step
        while day in held_on:
            days.add(day)
            day += step
    return in_order([other for other in others if other.visited_on in days])


def in_order(visits: list[Visit]) -> list[Visit]:
    """By the day and, within one, by the time at which they were begun."""
    if len(visits) < 2:
        return visits
    begun = dict(
        Visit.objects.filter(pk__in=[visit.pk for visit in visits])
        .order_by()
        .annotate(begun=Min("transitions__at", filter=Q(transitions__action="start")))
        .values_list("pk", "begun")
    )
    return sorted(visits, key=lambda visit: (day_of(visit), begun[visit.pk] or visit.created_at, visit.pk))
