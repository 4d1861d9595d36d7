"""Verbs of membership: take in, write, end, take a mistaken entry back.

Two terms of one member in one role never share a day. It is checked here, under the lock of the network
(``hold``), because SQLite has no constraint for it; the database itself refuses two terms from the same day.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from networks.models import PERSONAL, Member, MemberKind, MemberRole, Network
from networks.queries.members import people_of, schools_of
from networks.services.keeping import (
    NetworkRefusedError,
    NotKeeperError,
    author,
    hold,
    require_unchanged,
    require_within,
    write,
)
from schools.models import School
from thai.dates import short_date

FIELDS = ("name", "organisation", "contact", "expertise", "joined_on", "left_on")


@transaction.atomic
def add_member(
    network: Network, *, by: User, kind: str, user: User | None = None, school: School | None = None, **fields
) -> Member:
    """A new term. ``fields``: role, joined_on, left_on and what was typed. A person's school is looked up.

    Who leads and has an account is given the network's page for the term. Raises ``NotKeeperError`` or
    ``NetworkRefusedError``.
    """
    return enter(hold(network, by=by), by=by, kind=kind, user=user, school=school, **fields)


def enter(
    held: Network,
    *,
    by: User,
    kind: str,
    user: User | None = None,
    school: School | None = None,
    dry_run: bool = False,
    **fields,
) -> Member:
    """What ``add_member`` does, on a network that the caller holds; with ``dry_run`` all is checked, nothing written."""
    _require_of_area(held, user, school)
    if user is not None and school is None:
        school = schools_of([user]).get(user.pk)
    member = Member(network=held, kind=kind, user=user, school=school, **fields)
    if held.ended_on and member.left_on is None:
        member.left_on = held.ended_on
    _check(member, by=by)
    if not dry_run:
        write(member, by=by)
        give_page(member, by=by)
    return member


@transaction.atomic
def update_member(member: Member, *, by: User, seen: str = "", **fields) -> Member:
    """Write the days and what was typed of a term; who it is and in which role stays.

    Raises ``NotKeeperError``, ``ChangedMeanwhileError`` or ``NetworkRefusedError``.
    """
    current = _hold_member(member, by=by)
    require_unchanged(current, FIELDS, seen)
    for name, value in fields.items():
        setattr(current, name, value)
    _check(current, by=by)
    write(current, by=by)
    give_page(current, by=by)
    _end_pairs(current, by=by)
    return current


@transaction.atomic
def end_member(member: Member, *, on: date, by: User) -> Member:
    """``on`` is the last day that counts. The term stays in the list of the past, and its page ends with it."""
    current = _hold_member(member, by=by)
    return update_member(current, by=by, left_on=on)


@transaction.atomic
def remove_member(member: Member, *, by: User) -> None:
    """Take back an entry made by mistake, on the day it was made. Raises ``NetworkRefusedError`` on a later day."""
    current = _hold_member(member, by=by)
    _require_may_appoint(current, by=by)
    if timezone.localdate(current.created_at) != timezone.localdate():
        raise NetworkRefusedError(
            f"รายการนี้บันทึกไว้ตั้งแต่ {short_date(timezone.localdate(current.created_at))} จึงลบไม่ได้ โปรดใช้ “สิ้นสุดวาระ” แทน "
            "เพื่อให้ประวัติยังอยู่ครบ"
        )
    assignment = current.assignment
    author(current, by)
    current.delete()
    if assignment is not None:
        author(assignment, by)
        assignment.delete()


def give_page(member: Member, *, by: User) -> None:
    """Bring the role that opens the network's page in line with the term of who leads and has an account."""
    if not (member.leads and member.user_id):
        return
    given = {"user_id": member.user_id, "role": Role.NETWORK_LEAD, "network_id": member.network_id}
    assignment = member.assignment or _given_by_hand(member, given) or RoleAssignment(**given)
    if assignment.pk and (assignment.starts_on, assignment.ends_on) == (member.joined_on, member.left_on):
        return
    assignment.starts_on, assignment.ends_on = member.joined_on, member.left_on
    author(assignment, by)
    assignment.save()
    if member.assignment_id is None:
        Member.objects.filter(pk=member.pk).update(assignment=assignment)
        member.assignment = assignment


def _given_by_hand(member: Member, given: dict[str, Any]) -> RoleAssignment | None:
    """What an administrator gave for the same days before the term was written down; the term takes it over."""
    of_terms = Member.objects.filter(network=member.network_id, assignment__isnull=False).values("assignment")
    first, last = member.joined_on, member.left_on
    rows = RoleAssignment.objects.filter(**given).exclude(pk__in=of_terms)
    rows = rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
    return (rows if last is None else rows.filter(starts_on__lte=last)).first()


def _hold_member(member: Member, *, by: User) -> Member:
    hold(member.network, by=by)
    return Member.objects.select_related("network", "user", "school", "assignment").get(pk=member.pk)


def _require_of_area(network: Network, user: User | None, school: School | None) -> None:
    if user is not None and not people_of(network.area_id).filter(pk=user.pk).exists():
        raise NetworkRefusedError(f"{user} ไม่ได้เป็นบุคลากรของเขตพื้นที่นี้ โปรดเลือก “พิมพ์ชื่อเอง” แทน")
    if school is not None and school.area_id != network.area_id:
        raise NetworkRefusedError(f"{school} ไม่ได้อยู่ในเขตพื้นที่นี้ โปรดเลือก “พิมพ์ชื่อเอง” แทน")


def _require_may_appoint(member: Member, *, by: User) -> None:
    """Who leads is appointed by the office: nobody prolongs the own term, or hands the page on."""
    if member.leads and not by.has_perm("networks.manage_network", member.network):
        raise NotKeeperError(
            f"{member.get_role_display()}ของเครือข่ายแต่งตั้งและสิ้นสุดวาระโดยศึกษานิเทศก์ของเขตพื้นที่ โปรดแจ้งศึกษานิเทศก์"
        )


def _check(member: Member, *, by: User) -> None:
    """Raises ``NetworkRefusedError`` for a term that can't be: who may appoint, its days, its neighbours."""
    network = member.network
    _require_may_appoint(member, by=by)
    if member.kind != MemberKind.PERSON and member.role in PERSONAL:
        raise NetworkRefusedError(f"บทบาท{member.get_role_display()}เป็นของบุคคล โปรดเพิ่มบุคคลนั้นเป็นสมาชิกแทน")
    require_within(network, member.joined_on, member.left_on, what="วาระ")
    member.set_keys()
    if (other := Member.objects.overlapping(member).first()) is not None:
        raise NetworkRefusedError(
            f"{member.shown_name}เป็น{member.get_role_display()}อยู่แล้ว ({other.term}) วาระในบทบาทเดียวกันซ้อนกันไม่ได้ "
            "โปรดเปลี่ยนวัน หรือแก้ไขวาระเดิม"
        )
    if member.role == MemberRole.CHAIR and (chair := _other_chair(member)) is not None:
        raise NetworkRefusedError(
            f"ในช่วงนั้น{chair.shown_name}เป็นประธานอยู่แล้ว ({chair.term}) เครือข่ายมีประธานได้คราวละหนึ่งคน โปรดสิ้นสุดวาระเดิมก่อน"
        )


def _other_chair(member: Member) -> Member | None:
    rows = member.network.members.filter(role=MemberRole.CHAIR).exclude(pk=member.pk)
    rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gte=member.joined_on))
    if member.left_on is not None:
        rows = rows.filter(joined_on__lte=member.left_on)
    return rows.select_related("user", "school").first()


def _end_pairs(member: Member, *, by: User) -> None:
    """A school that leaves leaves its pairs on the same day, unless another term of it goes on."""
    last = member.left_on
    if last is None or member.kind != MemberKind.SCHOOL or member.school_id is None:
        return
    longer = Q(left_on__isnull=True) | Q(left_on__gt=last)
    others = member.network.members.filter(longer, kind=MemberKind.SCHOOL, school=member.school_id)
    if others.exclude(pk=member.pk).exists():
        return
    pairs = member.network.pairs.filter(Q(elder=member.school_id) | Q(younger=member.school_id))
    for pair in pairs.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=last)).select_related("elder", "younger"):
        if pair.started_on > last:
            raise NetworkRefusedError(
                f"{member.shown_name}เป็นคู่พัฒนา ({pair}) ตั้งแต่ {short_date(pair.started_on)} ซึ่งอยู่หลังวันสิ้นสุดวาระ "
                "โปรดแก้วันของคู่พัฒนาก่อน"
            )
        pair.ended_on = last
        write(pair, by=by)
