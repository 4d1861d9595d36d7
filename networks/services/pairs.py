"""Verbs of paired schools: pair two member schools, write what for and until when."""

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from networks.models import MemberKind, Network, Pair
from networks.services.keeping import NetworkRefusedError, hold, require_unchanged, require_within, write
from schools.models import School

FIELDS = ("purpose", "started_on", "ended_on")


@transaction.atomic
def add_pair(network: Network, *, by: User, elder: School, younger: School, **fields) -> Pair:
    """Pair two schools of the network. Raises ``NotKeeperError`` or ``NetworkRefusedError``."""
    held = hold(network, by=by)
    pair = Pair(network=held, elder=elder, younger=younger, **fields)
    _save(pair, by=by)
    return pair


@transaction.atomic
def update_pair(pair: Pair, *, by: User, seen: str = "", **fields) -> Pair:
    """Write what the pair develops and its days. Raises as ``add_pair``, and ``ChangedMeanwhileError``."""
    hold(pair.network, by=by)
    current = Pair.objects.select_related("network", "elder", "younger").get(pk=pair.pk)
    require_unchanged(current, FIELDS, seen)
    for name, value in fields.items():
        setattr(current, name, value)
    _save(current, by=by)
    return current


def _save(pair: Pair, *, by: User) -> None:
    network = pair.network
    if network.ended_on and pair.ended_on is None:
        pair.ended_on = network.ended_on
    require_within(network, pair.started_on, pair.ended_on, what="คู่พัฒนา")
    for school in (pair.elder, pair.younger):
        members = network.members.current(pair.started_on).filter(kind=MemberKind.SCHOOL, school=school)
        if not members.exists():
            raise NetworkRefusedError(f"ในวันเริ่ม {school}ยังไม่เป็นสมาชิกของเครือข่าย โปรดเพิ่มเป็นสมาชิกก่อน หรือเปลี่ยนวันเริ่ม")
    both = Q(elder=pair.elder, younger=pair.younger) | Q(elder=pair.younger, younger=pair.elder)
    others = network.pairs.filter(both, Q(ended_on__isnull=True) | Q(ended_on__gte=pair.started_on))
    if pair.ended_on is not None:
        others = others.filter(started_on__lte=pair.ended_on)
    if others.exclude(pk=pair.pk).exists():
        raise NetworkRefusedError("สองโรงเรียนนี้เป็นคู่พัฒนากันในช่วงนั้นอยู่แล้ว โปรดเปลี่ยนวัน หรือแก้ไขคู่เดิม")
    write(pair, by=by)
