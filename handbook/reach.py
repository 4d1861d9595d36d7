"""The offices that a person of a school or a network works with; they read those offices' handbooks."""

from accounts.flows import NETWORK_ROLES, SCHOOL_ROLES
from accounts.models import RoleAssignment, User
from schools.models import School


def areas_reached(user: User) -> frozenset[int]:
    schools, networks = user.schools_as(*SCHOOL_ROLES), user.networks_as(*NETWORK_ROLES)
    found: set[int] = set()
    if schools:
        found |= set(School.objects.filter(pk__in=schools).values_list("area_id", flat=True))
    if networks:
        of_networks = RoleAssignment.objects.filter(network__in=networks).values_list("network__area_id", flat=True)
        found |= set(of_networks)
    return frozenset(found)
