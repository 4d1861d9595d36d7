"""What waits for people about meetings and activities (``reminders.registry``): to come, to hold, to report."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.flows import AREA_ROLES, NETWORK_ROLES, SCHOOL_ROLES, Role
from networks.models import Activity, Gathering, Meeting, Member, MemberKind, Participant
from networks.models.gatherings import ARRANGERS
from reminders import registry
from reminders.people import People
from reminders.registry import AHEAD, Duty, Kind
from thai.dates import date_range


def _activities():
    return reverse("networks:activity-list")


def _meetings():
    return reverse("networks:meeting-list")


TO_COME = Kind("meeting-come", "การประชุมเครือข่ายที่ท่านได้รับเชิญ", "people", _meetings)
MINUTES = Kind("meeting-minutes", "การประชุมเครือข่ายที่รอรายงานการประชุม", "journal-text", _meetings)
TO_APPROVE = Kind("meeting-approve", "รายงานการประชุมเครือข่ายที่รอท่านรับรอง", "check2-all", _meetings)
TO_HOLD = Kind("activity-hold", "กิจกรรมเครือข่ายที่ถึงกำหนดจัด", "calendar-event", _activities)
TO_REPORT = Kind("activity-report", "กิจกรรมเครือข่ายที่จัดแล้ว รอรายงานผล", "pencil-square", _activities)


def register() -> None:
    registry.add(invitations, TO_COME)
    registry.add(to_arrange, TO_HOLD, TO_REPORT, MINUTES)
    registry.add(to_approve, TO_APPROVE)


def invitations(people: People, today: date) -> Iterator[Duty]:
    """Meetings of the next two weeks to which the person was asked, or whose school was and sees it. Four queries.

    Until the person has checked in.
    """
    everybody = people.in_area(*AREA_ROLES).union(
        *people.of_schools(*SCHOOL_ROLES).values(), *people.of_networks(*NETWORK_ROLES).values()
    )
    heads = people.of_schools(Role.SCHOOL_HEAD)
    meetings = Meeting.objects.filter(
        area=people.area_id, state="announced", starts_on__lte=today + AHEAD, ends_on__gte=today
    )
    coming = {meeting.pk: meeting for meeting in meetings.select_related("network").prefetch_related("others")}
    asked = Participant.objects.filter(meeting__in=coming, invited=True, attended_at__isnull=True)
    rows = asked.filter(Q(user__in=everybody) | Q(school__in=heads, user__isnull=True, name=""))
    schools = {row.school_id for row in rows if not row.user_id}
    belong: dict[int, set[int]] = {}
    """{school: networks of which it is a member today}; a school that is in none of them sees no meeting."""
    members = Member.objects.current(today).filter(kind=MemberKind.SCHOOL, school__in=schools)
    for school, network in members.order_by().values_list("school", "network"):
        belong.setdefault(school or 0, set()).add(network)
    for row in rows:
        meeting = coming[row.meeting_id or 0]
        users = {row.user_id} if row.user_id else heads[row.school_id or 0]
        if not row.user_id and not _concerns(meeting, belong.get(row.school_id or 0, set())):
            continue
        for user in users:
            place = meeting.place or ("ประชุมออนไลน์" if meeting.online_link else "")
            detail = " · ".join(filter(None, (_by_whom(meeting), place)))
            yield _of_gathering(user or 0, meeting, TO_COME, due_on=max(meeting.starts_on, today), detail=detail)


def _concerns(meeting: Meeting, networks: set[int]) -> bool:
    if meeting.for_all:
        return bool(networks)
    return bool(networks & {meeting.network_id, *(network.pk for network in meeting.others.all())})


def to_arrange(people: People, today: date) -> Iterator[Duty]:
    """For the leads of the network, and for who made it where the office did: activities to hold and to report, meetings
    whose minutes are not whole. Two queries."""
    office, leads = people.in_area(*ARRANGERS), people.of_networks(Role.NETWORK_LEAD)
    if not (office or leads):
        return
    ours = Q(network__in=leads) | Q(made_by__in=office)
    due = Q(state="planned", starts_on__lte=today + AHEAD) | Q(state="held")
    activities = Activity.objects.filter(ours & due, area=people.area_id).select_related("network")
    for activity in activities.order_by("starts_on", "pk"):
        kind = TO_REPORT if activity.state == "held" else TO_HOLD
        day = activity.starts_on if today < activity.starts_on else activity.ends_on
        for user in _arrangers(activity, office, leads):
            due_on = None if activity.state == "held" else day
            yield _of_gathering(user, activity, kind, due_on=due_on, detail=str(activity.network))
    held = Meeting.objects.filter(ours, area=people.area_id, state="held").without_whole_minutes()
    for meeting in held.select_related("network").order_by("starts_on", "pk"):
        for user in _arrangers(meeting, office, leads):
            yield _of_gathering(user, meeting, MINUTES, due_on=None, detail=_by_whom(meeting))


def to_approve(people: People, today: date) -> Iterator[Duty]:
    """Whole minutes for the group head, the director, and who took the chair and arranges; never for who wrote them.
    One query."""
    deciders, office = people.in_area(Role.GROUP_HEAD, Role.AREA_DIRECTOR), people.in_area(*ARRANGERS)
    leads = people.of_networks(*NETWORK_ROLES)
    if not (deciders or office or leads):
        return
    held = Meeting.objects.filter(area=people.area_id, state="held").with_whole_minutes()
    for meeting in held.select_related("network").order_by("starts_on", "pk"):
        arrangers = office | leads.get(meeting.network_id or 0, frozenset())
        for user in (deciders | (arrangers & {meeting.chair_id})) - {meeting.minutes_by_id}:
            yield _of_gathering(user, meeting, TO_APPROVE, due_on=None, detail=_by_whom(meeting))


def _by_whom(meeting: Meeting) -> str:
    return str(meeting.network or "สำนักงานเขตพื้นที่")


def _arrangers(gathering: Gathering, office: frozenset[int], leads: dict[int, frozenset[int]]) -> frozenset[int]:
    return leads.get(gathering.network_id, frozenset()) | (office & {gathering.made_by_id})


def _of_gathering(user: int, gathering: Gathering, kind: Kind, *, due_on: date | None, detail: str) -> Duty:
    note = f"กำหนด {date_range(gathering.starts_on, gathering.ends_on, style='short')}"
    key = f"{gathering.word}-{gathering.pk}-{kind.key}"
    return Duty(user, key, gathering.title, gathering.get_absolute_url(), due_on, kind.key, detail, note)
