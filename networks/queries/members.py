"""Reads of networks that have a name: whom one may find, how many belong, who leads."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from accounts.models import RoleAssignment, User
from networks.models import LEADING, Member, MemberKind, Network
from schools.models import AreaOffice, School
from thai.text import normalise

FOUND = 20
"""How many people or schools a search shows."""


def people_of(area: AreaOffice | int) -> QuerySet[User]:
    """Active accounts that hold a role today in the area, in a school or in a network of it."""
    area_id = area if isinstance(area, int) else area.pk
    today = RoleAssignment.objects.active().filter(Q(area=area_id) | Q(school__area=area_id) | Q(network__area=area_id))
    return User.objects.filter(is_active=True, pk__in=today.values("user"))


def find_people(area: AreaOffice | int, text: str) -> list[tuple[User, School | None]]:
    """People of the area by name, account or position, each with the school where the person works today."""
    people = people_of(area)
    for word in normalise(text).split()[:5]:
        people = people.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__iexact=word)
            | Q(position__icontains=word)
        )
    found = list(people[:FOUND])
    schools = schools_of(found)
    return [(person, schools.get(person.pk)) for person in found]


def schools_of(people: Iterable[User]) -> dict[int, School]:
    """The school in which each of the people works today, by the person's id."""
    rows = RoleAssignment.objects.active().filter(user__in=[person.pk for person in people], school__isnull=False)
    return {row.user_id: row.school for row in rows.select_related("school").order_by("-pk") if row.school}


def find_schools(area: AreaOffice | int, text: str) -> list[tuple[School, School]]:
    """Open schools of the area by name, code or place, in the shape of ``find_people``."""
    schools = School.objects.filter(area=area).open_on().matching(normalise(text))
    return [(school, school) for school in schools.select_related("group")[:FOUND]]


def attach_members(networks: Iterable[Network]) -> list[Network]:
    """Give each network the numbers of today's members (``people``, ``schools``, ``others``) and its ``leads``.

    Two queries whatever their number. Who holds two roles counts once.
    """
    networks = list(networks)
    current = Member.objects.current().filter(network__in=[network.pk for network in networks])
    counts: dict[int, Counter[str]] = {network.pk: Counter() for network in networks}
    rows = current.values("network", "kind").annotate(number=Count("identity", distinct=True)).order_by()
    for row in rows:
        counts[row["network"]][row["kind"]] = row["number"]
    leads: dict[int, list[Member]] = {network.pk: [] for network in networks}
    for member in current.filter(role__in=LEADING).select_related("user", "school"):
        leads[member.network_id].append(member)
    for network in networks:
        found = counts[network.pk]
        network.people, network.schools = found[MemberKind.PERSON], found[MemberKind.SCHOOL]
        network.others = found[MemberKind.AGENCY] + found[MemberKind.COMMUNITY]
        network.leads = leads[network.pk]
    return networks
