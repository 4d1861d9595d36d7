"""Who may be reminded: the people in office in one area, with what each holds there."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.models import RoleAssignment, User

Row = tuple[int, str, int | None, int | None, int | None]


class People:
    """The active people who hold a role in the area on the day, or one of them alone.

    Whoever asks what waits for them asks in the same words for a whole office and for one person's home page; who is
    out of office or whose account is closed is not among them.
    """

    def __init__(self, area_id: int, rows: Iterable[Row]):
        self.area_id = area_id
        self._rows = list(rows)

    def in_area(self, *roles: str) -> frozenset[int]:
        """Ids of those who hold one of the roles over the area itself."""
        return frozenset(user for user, role, area, _school, _network in self._rows if area and role in roles)

    def of_schools(self, *roles: str) -> dict[int, frozenset[int]]:
        """{school: ids of those who hold one of the roles there}."""
        return self._by(3, roles)

    def of_networks(self, *roles: str) -> dict[int, frozenset[int]]:
        """{network: ids of those who hold one of the roles there}."""
        return self._by(4, roles)

    def _by(self, column: int, roles: tuple[str, ...]) -> dict[int, frozenset[int]]:
        found: dict[int, set[int]] = {}
        for row in self._rows:
            scope = row[column]
            if isinstance(scope, int) and row[1] in roles:
                found.setdefault(scope, set()).add(row[0])
        return {scope: frozenset(users) for scope, users in found.items()}


def everybody(today: date) -> list[People]:
    """Each area's people, in one query."""
    return _grouped(RoleAssignment.objects.active(today).filter(user__is_active=True))


def alone(user: User, today: date) -> list[People]:
    """The person alone, once for each area in which he or she holds a role; empty out of office."""
    if not user.is_active:
        return []
    return _grouped(RoleAssignment.objects.active(today).filter(user=user))


def _grouped(assignments) -> list[People]:
    rows = (
        assignments.annotate(office=Coalesce("area_id", "school__area_id", "network__area_id"))
        .order_by("office", "pk")
        .values_list("office", "user_id", "role", "area_id", "school_id", "network_id")
    )
    found: dict[int, list[Row]] = {}
    for office, *row in rows:
        found.setdefault(office, []).append(tuple(row))
    return [People(area_id, its) for area_id, its in found.items()]


def in_offices(areas: Iterable[int], today: date):
    """Ids of the people who hold a role in one of the areas, its schools or its networks, for a filter."""
    areas = list(areas)
    return (
        RoleAssignment.objects.active(today)
        .filter(Q(area__in=areas) | Q(school__area__in=areas) | Q(network__area__in=areas))
        .values("user")
    )
