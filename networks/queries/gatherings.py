"""Reads of meetings and activities: who is in the networks concerned, who came, and how often each network acts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.flows import SCHOOL_ROLES, Role
from accounts.models import RoleAssignment, User
from networks.models import Activity, Gathering, Meeting, Member, MemberKind, Network, Participant
from schools.models import AreaOffice, School
from schools.queries import calendar_for
from thai.years import academic_year_range

DONE = ("held", "reported")
"""The states in which an activity has taken place."""


@dataclass(frozen=True)
class Guest:
    """Whom a gathering asks or receives: an account, a named person, or a school or body that sends somebody."""

    user: User | None = None
    name: str = ""
    position: str = ""
    school: School | None = None
    organisation: str = ""


def networks_of(meeting: Meeting) -> QuerySet[Network]:
    """The networks that a meeting concerns: the one that holds it, those that were asked, or all of the area."""
    if meeting.for_all:
        return Network.objects.filter(area=meeting.area_id).standing("running", meeting.starts_on)
    return Network.objects.filter(Q(pk=meeting.network_id) | Q(pk__in=meeting.others.values("pk")))


def members_of(networks: Iterable[Network] | QuerySet[Network]) -> list[Guest]:
    """Everybody who belongs to one of the networks today, once each, in the order of the directory. One query."""
    rows = Member.objects.filter(network__in=networks).current().select_related("user", "school")
    found: dict[str, Guest] = {}
    for row in rows.order_by("network__sort_key", "rank", "sort_key", "pk"):
        found.setdefault(row.identity, _as_guest(row))
    return list(found.values())


def _as_guest(row: Member) -> Guest:
    if row.kind == MemberKind.PERSON:
        position = row.user.signing_position if row.user else ""
        name = str(row.user) if row.user else row.name
        return Guest(row.user, name, position, row.school, row.organisation)
    return Guest(school=row.school, organisation="" if row.school_id else row.name)


def school_of(user: User) -> School | None:
    """The school in which the person works today."""
    return School.objects.filter(pk__in=user.schools_as(*SCHOOL_ROLES)).order_by("sort_key").first()


def guest_of(user: User) -> Guest:
    """A person with an account, with the school or office of today."""
    school = school_of(user)
    return Guest(user, str(user), user.signing_position, school, "" if school else user.office_name)


# -- Who came ------------------------------------------------------------------------------------------------------


def participants_of(gathering: Gathering) -> list[tuple[str, str, User | None]]:
    """(name, school or organisation, account) of everybody who came, by name; schools that sent nobody named are left
    out, for there is no name to write. One query."""
    rows = gathering.participants.came().exclude(name="", user__isnull=True).select_related("user", "school")
    return [(str(row), row.place, row.user) for row in rows]


@dataclass(frozen=True)
class Attendance:
    """Numbers of one meeting or activity."""

    invited: int
    came: int
    invited_came: int

    @property
    def absent(self) -> int:
        return self.invited - self.invited_came


def attendance_of(gathering: Gathering) -> Attendance:
    here = Q(attended_at__isnull=False)
    found = gathering.participants.aggregate(
        asked=Count("pk", filter=Q(invited=True)),
        came=Count("pk", filter=here),
        asked_came=Count("pk", filter=here & Q(invited=True)),
    )
    return Attendance(found["asked"], found["came"], found["asked_came"])


def with_counts(gatherings: QuerySet) -> QuerySet:
    """Meetings or activities with ``came``: how many people did."""
    return gatherings.annotate(came=Count("participants", filter=Q(participants__attended_at__isnull=False)))


def people_to_tell(rows: Iterable[Participant] | QuerySet[Participant]) -> QuerySet[User]:
    """The accounts behind these rows: of the people themselves, and of the heads of schools asked to send somebody."""
    rows = list(rows)
    own = {row.user_id for row in rows if row.user_id}
    schools = {row.school_id for row in rows if row.school_id and not row.name}
    heads = RoleAssignment.objects.active().filter(user=OuterRef("pk"), role=Role.SCHOOL_HEAD, school__in=schools)
    return User.objects.filter(Q(pk__in=own) | Exists(heads), is_active=True)


# -- How often each network acts -----------------------------------------------------------------------------------


@dataclass
class Semesters:
    """How many activities of a network took place in each semester of one academic year."""

    network: Network
    counts: dict[int, int] = field(default_factory=lambda: {1: 0, 2: 0})

    @property
    def first(self) -> int:
        return self.counts[1]

    @property
    def second(self) -> int:
        return self.counts[2]

    @property
    def missing(self) -> list[int]:
        """The semesters without one; the handbook asks for one in each."""
        return [semester for semester in (1, 2) if not self.counts[semester]]


def activities_per_semester(area: AreaOffice | int, academic_year: int) -> list[Semesters]:
    """For every network that worked in the academic year (พ.ศ.): its activities held in semester 1 and 2.

    Those that were planned or cancelled don't count; networks stand in the order of the alphabet. Three queries.
    """
    area_id = area if isinstance(area, int) else area.pk
    first, last = academic_year_range(academic_year, calendar_for(area_id))
    networks = Network.objects.filter(area=area_id, started_on__lte=last).exclude(ended_on__lt=first)
    rows = {network.pk: Semesters(network) for network in networks}
    counts = (
        Activity.objects.filter(area=area_id, academic_year=academic_year, state__in=DONE)
        .values("network", "semester")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for row in counts:
        if row["network"] in rows:
            rows[row["network"]].counts[row["semester"]] = row["n"]
    return list(rows.values())
