"""Verbs of the handbook: begin an edition, change a draft, never over the head of somebody else."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from handbook.editing import Content, Draft, EditRefused, Piece
from handbook.flows import DRAFT, EDITION, IN_REVIEW
from handbook.models import Edition
from handbook.reference import shipped
from schools.models import AreaOffice
from thai.dates import date_and_time
from workflows.digests import digest_of, stamp_of
from workflows.services import tell

T = TypeVar("T")


class ChangedMeanwhile(EditRefused):
    """Somebody else has changed the same part since this person's page was made; ``theirs`` is how it is now."""

    def __init__(self, theirs: Piece, who: str) -> None:
        super().__init__(f"{who}แก้ไขส่วนนี้หลังจากที่ท่านเปิดหน้า ข้อความที่ท่านพิมพ์ยังอยู่ครบ โปรดเทียบกับของผู้อื่นแล้วเลือกว่าจะใช้ของใคร")
        self.theirs = theirs


@dataclass
class Edited(Generic[T]):
    """A change that was made, and what it answered."""

    edition: Edition
    draft: Draft
    result: T


def locked_sentence(edition: Edition) -> str:
    """Why an edition that is no draft can't be changed, and what to do instead."""
    if edition.state == IN_REVIEW:
        return "ฉบับนี้รอเผยแพร่จึงแก้ไขไม่ได้ หากต้องแก้ไข โปรดใช้ “ส่งกลับแก้ไข” ในหน้าของฉบับนี้ก่อน"
    return "คู่มือฉบับนี้เผยแพร่แล้วจึงแก้ไขไม่ได้ ใช้ “เริ่มฉบับใหม่” ในหน้าฉบับทั้งหมดเพื่อปรับปรุงจากฉบับนี้"


# -- Editions ------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_edition(area: AreaOffice, *, fiscal_year: int, by: User) -> tuple[Edition, bool]:
    """The draft of that year and whether it is new: one that is being written already is gone on with.

    It starts as a copy of the newest published edition up to that year, without the corrections of that one's printed
    original; an office without any starts from the handbook that comes with the product.
    """
    AreaOffice.objects.select_for_update(no_key=True).get(pk=area.pk)
    begun = Edition.objects.filter(area=area, fiscal_year=fiscal_year, state__in=(DRAFT, IN_REVIEW)).first()
    if begun:
        return begun, False
    same_year = Edition.objects.filter(area=area, fiscal_year=fiscal_year)
    number = (same_year.aggregate(last=Max("number"))["last"] or 0) + 1
    published = Edition.objects.filter(area=area, fiscal_year__lte=fiscal_year, state="published")
    base = published.order_by("-fiscal_year", "-number").first()
    content = without_corrections(base.content if base else shipped())
    edition = Edition(area=area, fiscal_year=fiscal_year, number=number, content=content, based_on=base, changed_by=by)
    edition.save()
    return edition, True


def without_corrections(content: Mapping[str, Any]) -> Content:
    """The document with nothing about the printed original of an earlier edition."""
    made = copy.deepcopy(dict(content))
    for part in (*(task for group in made["groups"] for task in group["tasks"]), *made["processes"]):
        part.pop("corrections", None)
    return made


@transaction.atomic
def discard(edition: Edition, *, by: User) -> None:
    """Throw a draft away that was never handed in. Raises EditRefused."""
    fresh = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if fresh.state != DRAFT:
        raise EditRefused(locked_sentence(fresh))
    if fresh.transitions.exists():
        raise EditRefused("ฉบับร่างนี้เคยเสนอเผยแพร่แล้ว จึงลบไม่ได้ เพราะต้องเก็บประวัติไว้ ท่านแก้ไขต่อได้ตามปกติ")
    fresh.delete()


@EDITION.effect("publish")
def _stamp_publication(edition: Edition, log) -> None:
    Edition.objects.filter(pk=edition.pk).update(published_at=log.at)
    edition.published_at = log.at


# -- Changing a draft ----------------------------------------------------------------------------------------------


@transaction.atomic
def edit(edition: Edition, *, by: User, change: Callable[[Draft], T]) -> Edited[T]:
    """Make one change on the draft as it is now, whole or not at all. The caller has checked the right of ``by``.

    The row is locked meanwhile, so that two people who change different parts both succeed. Raises EditRefused.
    """
    fresh = Edition.objects.select_for_update(of=("self",)).select_related("area", "based_on").get(pk=edition.pk)
    if fresh.state != DRAFT:
        raise EditRefused(locked_sentence(fresh))
    draft = Draft(fresh.content, fresh.based_on.content if fresh.based_on else None)
    result = change(draft)
    if draft.content != fresh.content:
        now = timezone.now()
        fresh.touched |= {place: [by.pk, now.isoformat()] for place in draft.touched}
        # ``save`` leaves the revision alone, so it is counted here; the row is ours until the transaction ends.
        Edition.objects.filter(pk=fresh.pk, state=DRAFT).update(
            content=draft.content,
            content_hash=digest_of(draft.content),
            touched=fresh.touched,
            changed_at=now,
            changed_by=by,
            revision=fresh.revision + 1,
        )
        fresh.refresh_from_db()
    return Edited(fresh, draft, result)


def save_piece(
    edition: Edition, place: str, values: Mapping[str, Any], *, was: str, over: str, by: User
) -> Edited[None]:
    """Change a part that looked like ``was`` (its stamp) when the person began. Raises ChangedMeanwhile.

    ``over``: the stamp of what somebody else wrote meanwhile, where the person has read it and decided to put the
    own words in its place; that somebody is told.
    """

    def change(draft: Draft) -> None:
        now = stamp_of(draft.piece(place))
        if was and now not in (was, over):
            raise ChangedMeanwhile(draft.piece(place), last_touched(edition, place) or "มีผู้อื่น")
        if over and now == over:
            _tell_who_was_overwritten(edition, place, draft.title_of(place), by)
        draft.replace(place, values)

    return edit(edition, by=by, change=change)


def last_touched(edition: Edition, place: str) -> str:
    """Who changed the part last and when, in words; empty where nobody has."""
    found = Edition.objects.filter(pk=edition.pk).values_list("touched", flat=True).first() or {}
    if place not in found:
        return ""
    pk, moment = found[place]
    who = User.objects.filter(pk=pk).first()
    at = datetime.fromisoformat(moment)
    return f"{who} (เมื่อ {date_and_time(at, style='short')}) " if who else ""


def _tell_who_was_overwritten(edition: Edition, place: str, title: str, by: User) -> None:
    pk, _ = (Edition.objects.values_list("touched", flat=True).get(pk=edition.pk)).get(place, (None, ""))
    others = User.objects.filter(pk=pk, is_active=True).exclude(pk=by.pk)
    text = f"{by}บันทึกทับสิ่งที่ท่านแก้ใน{edition} “{title}” โปรดตรวจดู"
    transaction.on_commit(lambda: tell(others, text, edition.get_absolute_url()))


def add_part(edition: Edition, kind: str, values: Mapping[str, Any], *, within: str, by: User) -> Edited[str]:
    return edit(edition, by=by, change=lambda draft: draft.add(kind, values, within=within))


def move_part(edition: Edition, place: str, step: int, *, by: User) -> Edited[bool]:
    return edit(edition, by=by, change=lambda draft: draft.move(place, step))


def remove_part(edition: Edition, place: str, *, was: str, by: User) -> Edited[str]:
    """Take a part out that looked like ``was``; answers how it was called."""

    def change(draft: Draft) -> str:
        if was and stamp_of(draft.piece(place)) != was:
            raise EditRefused("มีผู้อื่นแก้ไขส่วนนี้หลังจากที่ท่านเปิดหน้า จึงยังไม่ได้นำออก โปรดอ่านใหม่แล้วตัดสินใจอีกครั้ง")
        title = draft.title_of(place)
        draft.remove(place)
        return title

    return edit(edition, by=by, change=change)
