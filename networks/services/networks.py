"""Verbs of a network: begin it, write what it is, end it."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from networks.models import Network
from networks.services.keeping import NetworkRefusedError, NotKeeperError, hold, require_unchanged, write
from networks.services.members import give_page
from schools.models import AreaOffice
from thai.dates import short_date

FIELDS = ("name", "kind", "level", "purpose", "description", "started_on", "ended_on")


@transaction.atomic
def create_network(area: AreaOffice, *, by: User, **fields) -> Network:
    """A new network of the area. Raises ``NotKeeperError`` or ``NetworkRefusedError``."""
    if not by.has_perm("networks.manage_network", area):
        raise NotKeeperError(f"ท่านไม่ได้เป็นศึกษานิเทศก์ของ{area} จึงเพิ่มเครือข่ายไม่ได้ โปรดแจ้งศึกษานิเทศก์ของเขตพื้นที่")
    network = Network(area=area, **fields)
    write(network, by=by)
    return network


@transaction.atomic
def update_network(network: Network, *, by: User, seen: str = "", **fields) -> Network:
    """Write what the network is. With an end, the terms and pairs that would outlast it end on that day.

    Raises ``NotKeeperError``, ``ChangedMeanwhileError`` or ``NetworkRefusedError``.
    """
    current = hold(network, by=by)
    if not by.has_perm("networks.manage_network", current):
        raise NotKeeperError("ข้อมูลเครือข่ายแก้ไขโดยศึกษานิเทศก์ของเขตพื้นที่ โปรดแจ้งศึกษานิเทศก์")
    require_unchanged(current, FIELDS, seen)
    for name, value in fields.items():
        setattr(current, name, value)
    early = current.members.filter(joined_on__lt=current.started_on).first()
    if early is not None:
        raise NetworkRefusedError(
            f"มีสมาชิกที่เริ่มวาระก่อนวันเริ่มของเครือข่าย ({early.shown_name} {early.term}) โปรดแก้วันของสมาชิกก่อน"
        )
    write(current, by=by)
    if current.ended_on:
        _end_parts(current, by=by)
    return current


def _end_parts(network: Network, *, by: User) -> None:
    last = network.ended_on
    for member in network.members.filter(Q(left_on__isnull=True) | Q(left_on__gt=last)).select_related("assignment"):
        _require_begun(member.joined_on, network, member.shown_name)
        member.left_on = last
        write(member, by=by)
        give_page(member, by=by)
    for pair in network.pairs.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=last)):
        _require_begun(pair.started_on, network, str(pair))
        pair.ended_on = last
        write(pair, by=by)


def _require_begun(first: date, network: Network, name: str) -> None:
    if network.ended_on and first > network.ended_on:
        raise NetworkRefusedError(f"{name} เริ่ม {short_date(first)} ซึ่งอยู่หลังวันสิ้นสุดของเครือข่าย โปรดแก้วันของรายการนั้นก่อน")
