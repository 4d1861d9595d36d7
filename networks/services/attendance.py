"""Verbs of the door: ask people, let them check in by link, put down who came."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypeVar

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from networks.models import Activity, Gathering, Meeting, Participant
from networks.models.attendance import name_key, place_key
from networks.models.gatherings import new_nonce
from networks.queries.gatherings import Guest, guest_of, people_to_tell
from schools.models import School
from thai.text import normalise
from workflows.services import TransitionError, tell

Kind = TypeVar("Kind", bound=Gathering)
MOST = 3000
"""How many people one gathering takes; beyond it somebody plays with the link."""
_signer = Signer(salt="networks.check-in", sep=".")
_MODELS: dict[str, type[Meeting] | type[Activity]] = {"m": Meeting, "a": Activity}


class GatheringRefused(TransitionError):  # noqa: N818 -- a refusal, not a fault
    """What can't be done with a meeting or an activity; the message is a Thai sentence for the person who asked."""


# -- The link ------------------------------------------------------------------------------------------------------


def token_of(gathering: Gathering) -> str:
    """The token of the present check-in link: signed, worth nothing outside the days of the gathering."""
    return _signer.sign(f"{gathering.word[0]}{gathering.pk}-{gathering.nonce}")


def gathering_by(token: str) -> Gathering | None:
    """What a check-in link leads to; None for one that was never given or has been renewed."""
    try:
        where, _, nonce = _signer.unsign(token).partition("-")
    except BadSignature:
        return None
    model = _MODELS.get(where[:1])
    if model is None or not where[1:].isdecimal():
        return None
    return model.objects.filter(pk=int(where[1:]), nonce=nonce).select_related("area", "network").first()


@transaction.atomic
def renew_link(gathering: Gathering, *, by: User) -> None:
    """Make every link given out before worthless, where it went to people it was not meant for."""
    fresh = writable(gathering, by)
    fresh.nonce = new_nonce()
    fresh.save(update_fields=["nonce"])


def writable(gathering: Kind, by: User) -> Kind:
    """The record as it is now, locked until the transaction ends. Raises ``GatheringRefused``."""
    fresh = type(gathering).objects.select_for_update(of=("self",)).get(pk=gathering.pk)
    if not by.has_perm(f"networks.run_{gathering.word}", fresh):
        raise GatheringRefused(f"ท่านจัดการ{gathering.noun}นี้ไม่ได้ ผู้ที่ทำได้คือเจ้าหน้าที่ของเขตและประธาน/ผู้ประสานงานเครือข่ายที่จัด")
    if fresh.status.final or fresh.state == "reported":
        raise GatheringRefused(f"{gathering.noun}นี้อยู่ในสถานะ “{fresh.state_label}” จึงแก้ไขไม่ได้แล้ว")
    return fresh


# -- Checking in ---------------------------------------------------------------------------------------------------


def check_in(
    gathering: Gathering, *, name: str = "", place: str = "", position: str = "", user: User | None = None
) -> tuple[Participant, bool]:
    """Put down somebody who came by the link: an account, or a typed name with school or organisation.

    Answers the row and whether it is new; checking in again changes nothing. A typed name that was asked is that
    person, and the first who comes for a school that was asked to send somebody is whom it sent. Raises
    ``GatheringRefused`` where nobody checks in now or something is missing.
    """
    if refusal := gathering.refusal_to_check_in():
        raise GatheringRefused(refusal)
    if user is not None:
        return _put_down(gathering, guest_of(user), how=Participant.How.ACCOUNT)
    name, place = normalise(name)[:150], normalise(place)[:200]
    if len(name_key(name)) < 2:
        raise GatheringRefused("โปรดพิมพ์ชื่อและนามสกุล")
    if not place:
        raise GatheringRefused("โปรดพิมพ์หรือเลือกโรงเรียนหรือหน่วยงาน")
    school = school_named(gathering.area_id, place)
    guest = Guest(None, name, normalise(position)[:150], school, "" if school else place)
    return _put_down(gathering, guest, how=Participant.How.TYPED)


def school_named(area_id: int, place: str) -> School | None:
    """The school of the area that the typed words name; None where it is something else."""
    wanted = place_key(place)
    return next(
        (school for school in School.objects.filter(area=area_id).open_on() if place_key(school.name) == wanted), None
    )


def _put_down(
    gathering: Gathering, guest: Guest, *, how: str, by: User | None = None, note: str = ""
) -> tuple[Participant, bool]:
    now = timezone.now()
    try:
        with transaction.atomic():
            known = _row_of(gathering, guest)
            if known is not None and known.attended_at is not None:
                return known, False
            if known is None:
                if gathering.participants.count() >= MOST:
                    raise GatheringRefused(f"{gathering.noun}นี้มีรายชื่อครบ {MOST} รายการแล้ว โปรดแจ้งผู้จัด")
                known = _new_row(gathering, guest)
            elif not known.name:  # a school asked to send somebody: this is whom it sent
                known.name, known.position = guest.name[:150], guest.position[:150]
            known.user = known.user or guest.user
            known.note = note or known.note
            _mark(known, now, how, by)
            return known, True
    except IntegrityError:  # the same person, in the same moment
        known = _row_of(gathering, guest)
        if known is None:
            raise
        return known, False


def _mark(row: Participant, at: datetime, how: str, by: User | None) -> None:
    row.attended_at, row.how, row.marked_by = at, how, by
    row.save()


def _new_row(gathering: Gathering, guest: Guest, *, invited: bool = False) -> Participant:
    row = Participant(
        user=guest.user, name=guest.name[:150], position=guest.position[:150], school=guest.school,
        organisation=guest.organisation[:200], invited=invited, **{gathering.word: gathering},
    )  # fmt: skip
    row.set_keys()
    return row


def _row_of(gathering: Gathering, guest: Guest) -> Participant | None:
    """The row that is this person already, or the empty place of the school or body that sends this person."""
    new = _new_row(gathering, guest)
    rows = gathering.participants
    if own := rows.filter(key=new.key).first():
        return own
    wanted, where = name_key(guest.name), place_key(new.place)
    for row in rows.filter(search_text__contains=wanted).exclude(name="").order_by("pk"):
        is_somebody_else = guest.user is not None and row.user_id not in (None, guest.user.pk)
        theirs = place_key(row.place)
        if name_key(row.name) == wanted and not is_somebody_else and (theirs == where or not theirs or not where):
            return row
    waiting = rows.filter(name="", attended_at__isnull=True, school=guest.school)
    return next((row for row in waiting if place_key(row.place) == where), None)


# -- The organiser's list ------------------------------------------------------------------------------------------


@transaction.atomic
def mark_list(gathering: Gathering, *, came: Collection[int], was: Collection[int], by: User) -> int:
    """Write what the organiser ticked; answers how many rows changed.

    ``came`` are the rows ticked now and ``was`` those that the page showed as ticked: only what the organiser changed
    is written, so that people who scanned the code meanwhile stay as they are.
    """
    fresh = writable(gathering, by)
    if not fresh.takes_attendance:
        raise GatheringRefused(f"ยังลงชื่อผู้มาไม่ได้ ลงได้ตั้งแต่วันจัด ({fresh.days}) หลังจากแจ้งแล้ว จนกว่าจะปิดรายงาน")
    came, was = set(came), set(was)
    arrived = fresh.participants.filter(pk__in=came - was, attended_at__isnull=True)
    left = fresh.participants.filter(pk__in=was - came, attended_at__isnull=False)
    changed = left.update(attended_at=None, how="", marked_by=None)
    return changed + arrived.update(attended_at=timezone.now(), how=Participant.How.LIST, marked_by=by)


@transaction.atomic
def add_walk_in(
    gathering: Gathering, *, name: str, place: str, position: str = "", note: str = "", by: User
) -> tuple[Participant, bool]:
    """Put down somebody who came and was on no list; as ``check_in`` for who is known already."""
    fresh = writable(gathering, by)
    if not fresh.takes_attendance:
        raise GatheringRefused(f"ยังเพิ่มผู้มาไม่ได้ เพิ่มได้ตั้งแต่วันจัด ({fresh.days}) หลังจากแจ้งแล้ว จนกว่าจะปิดรายงาน")
    name, place = normalise(name)[:150], normalise(place)[:200]
    school = school_named(fresh.area_id, place) if place else None
    guest = Guest(None, name, normalise(position)[:150], school, "" if school else place)
    return _put_down(fresh, guest, how=Participant.How.LIST, by=by, note=normalise(note)[:200])


# -- Asking people -------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(gathering: Gathering, guests: Iterable[Guest], *, by: User) -> int:
    """Ask these people and schools; answers how many are new. Those of an announced meeting are told at once."""
    fresh = writable(gathering, by)
    rows = {row.key: row for row in fresh.participants.all()}
    new: list[Participant] = []
    for guest in guests:
        row = _new_row(fresh, guest, invited=True)
        known = rows.setdefault(row.key, row)
        if known is row or not known.invited:
            known.invited = True
            known.save()
            new.append(known)
    if isinstance(fresh, Meeting) and fresh.state == "announced":
        announce_to(fresh, new)
    return len(new)


@transaction.atomic
def take_off_list(participant: Participant, *, by: User) -> None:
    """Take somebody off the list who did not come."""
    gathering = participant.meeting or participant.activity
    if gathering is None:
        raise LookupError(participant.pk)
    writable(gathering, by)
    gone, _ = Participant.objects.filter(Q(pk=participant.pk), attended_at__isnull=True).delete()
    if not gone:
        raise GatheringRefused(f"{participant} ลงทะเบียนเข้าร่วมแล้ว จึงนำชื่อออกไม่ได้ หากลงผิดโปรดเอาเครื่องหมาย “มา” ออกก่อน")


def announce_to(meeting: Meeting, rows: Iterable[Participant], *, text: str = "") -> None:
    """Tell those of the rows who have accounts, once the change is certain."""
    people = list(people_to_tell(rows))
    words = text or f"ขอเชิญ{meeting.get_kind_display()} “{meeting.title}” {meeting.days}"
    url = reverse("networks:meeting-detail", args=[meeting.pk])
    transaction.on_commit(lambda: tell(people, words, url), robust=True)
