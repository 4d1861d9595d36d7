"""ทำเนียบเครือข่าย: the networks that work today, by kind, with who belongs to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Case, IntegerField, QuerySet, Value, When

from networks.models import Kind, Member, Network
from networks.models.network import RUNNING, NetworkQuerySet
from networks.queries.members import attach_members
from schools.models import AreaOffice


@dataclass(frozen=True)
class Directory:
    """What is printed: the networks of one area, by kind, perhaps only some of them (``narrowed`` says which)."""

    area: AreaOffice
    networks: tuple[Network, ...]
    narrowed: str = ""

    @property
    def pk(self) -> int:
        return self.area.pk


def in_directory_order(networks: NetworkQuerySet) -> QuerySet[Network]:
    """Those that work today, by kind in the handbook's order and by name."""
    places = [When(kind=kind, then=Value(place)) for place, kind in enumerate(Kind)]
    place = Case(*places, default=Value(len(places)), output_field=IntegerField())
    return networks.standing(RUNNING).annotate(place=place).order_by("place", "sort_key", "pk")


def attach_everybody(networks: Iterable[Network]) -> list[Network]:
    """As ``attach_members``, and ``listed``: every member of today, in order. Three queries whatever their number."""
    networks = attach_members(networks)
    listed: dict[int, list[Member]] = {network.pk: [] for network in networks}
    members = Member.objects.current().filter(network__in=list(listed)).select_related("user", "school")
    for member in members.order_by("rank", "sort_key", "pk"):
        listed[member.network_id].append(member)
    for network in networks:
        network.listed = listed[network.pk]
    return networks


def by_kind(networks: Iterable[Network]) -> list[tuple[str, list[Network]]]:
    """Networks in the directory's order, under the names of their kinds."""
    return [(str(Kind(kind).label), list(rows)) for kind, rows in groupby(networks, key=lambda one: one.kind)]
