"""Verbs of the builder: begin a form, change a draft, never over the head of somebody else."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import User
from builder.editing import Definition, Draft, EditRefused, Piece, empty, facts_of
from builder.queries import published_facts
from instruments.checking import question_count
from instruments.flows import DRAFT, IN_REVIEW
from instruments.models import Instrument, InstrumentVersion
from instruments.services import new_draft
from schools.models import AreaOffice
from workflows.digests import digest_of, stamp_of

T = TypeVar("T")


class ChangedMeanwhile(EditRefused):
    """Somebody else has changed the same piece since this person's page was made; ``theirs`` is how it is now."""

    def __init__(self, theirs: Piece) -> None:
        super().__init__("มีผู้อื่นแก้ไขส่วนนี้หลังจากที่ท่านเปิดหน้า ข้อความที่ท่านพิมพ์ยังอยู่ครบ โปรดเลือกว่าจะใช้ของใคร")
        self.theirs = theirs


@dataclass
class Edited(Generic[T]):
    """A change that was made: the draft before and after it, and what the change answered."""

    version: InstrumentVersion
    before: Draft
    draft: Draft
    result: T


def locked_sentence(version: InstrumentVersion) -> str:
    """Why a version that is no draft can't be changed, and what to do instead."""
    if version.state == IN_REVIEW:
        return "ฉบับนี้อยู่ระหว่างตรวจสอบจึงแก้ไขไม่ได้ หากต้องแก้ไข โปรดให้ผู้ตรวจส่งกลับแก้ไขก่อน"
    return "ฉบับนี้เผยแพร่แล้วจึงแก้ไขไม่ได้ ใช้ “ปรับปรุงเป็นฉบับใหม่” ในหน้าของเครื่องมือเพื่อเริ่มฉบับร่างใหม่จากฉบับนี้"


DELETED = "ฉบับร่างนี้ถูกลบไปเมื่อสักครู่ จึงยังไม่ได้บันทึก โปรดคัดลอกข้อความที่ท่านพิมพ์ไว้ แล้วถามผู้ร่วมจัดทำก่อนเริ่มแบบใหม่"


@transaction.atomic
def edit(version: InstrumentVersion, *, by: User, change: Callable[[Draft], T]) -> Edited[T]:
    """Make one change on the draft as it is now, whole or not at all. The caller has checked the right of ``by``.

    The row is locked meanwhile, so that two people who change different questions both succeed. Raises EditRefused.
    """
    fresh = _held(version)
    if fresh.state != DRAFT:
        raise EditRefused(locked_sentence(fresh))
    published = published_facts(fresh.instrument)
    before, draft = Draft(fresh.definition, published), Draft(fresh.definition, published)
    result = change(draft)
    if draft.definition != fresh.definition:
        write_draft(fresh, draft.definition)
    return Edited(fresh, before, draft, result)


def write_draft(version: InstrumentVersion, definition: Definition) -> None:
    """Keep the definition of a draft whose row the caller has locked. ``save`` leaves the revision alone, so it is
    counted here."""
    version.definition, version.revision = definition, version.revision + 1
    version.content_hash, version.question_count = digest_of(definition), question_count(definition)
    InstrumentVersion.objects.filter(pk=version.pk, state=DRAFT).update(
        definition=definition,
        content_hash=version.content_hash,
        question_count=version.question_count,
        revision=version.revision,
    )


def _held(version: InstrumentVersion) -> InstrumentVersion:
    """The row as it is now, ours until the transaction ends. Raises EditRefused where somebody has just deleted it."""
    rows = InstrumentVersion.objects.select_for_update(of=("self",)).select_related("instrument")
    try:
        return rows.get(pk=version.pk)
    except InstrumentVersion.DoesNotExist:
        raise EditRefused(DELETED) from None


def save_question(
    version: InstrumentVersion, key: str, values: Mapping[str, Any], *, was: str, by: User
) -> Edited[str]:
    """Change a question that looked like ``was`` (its stamp) when the person began. Raises ChangedMeanwhile."""

    def change(draft: Draft) -> str:
        _unchanged(draft.question(key), was)
        return draft.change_question(key, _with_scale(draft, values))

    return edit(version, by=by, change=change)


def save_section(version: InstrumentVersion, key: str, values: Mapping[str, Any], *, was: str, by: User) -> Edited[str]:
    def change(draft: Draft) -> str:
        _unchanged(facts_of(draft.section(key)), was)
        return draft.change_section(key, _with_scale(draft, values))

    return edit(version, by=by, change=change)


def save_scale(version: InstrumentVersion, key: str, values: Mapping[str, Any], *, was: str, by: User) -> Edited[None]:
    def change(draft: Draft) -> None:
        _unchanged(draft.scales.get(key), was)
        draft.change_scale(key, values)

    return edit(version, by=by, change=change)


def save_list(version: InstrumentVersion, key: str, values: Mapping[str, Any], *, was: str, by: User) -> Edited[None]:
    def change(draft: Draft) -> None:
        _unchanged(draft.lists.get(key), was)
        draft.change_list(key, values)

    return edit(version, by=by, change=change)


def _unchanged(piece: Any, was: str) -> None:
    if was and stamp_of(piece) != was:
        raise ChangedMeanwhile(piece or {})


NEW_SCALE = "+"
"""Before the key of a usual scale that is taken into the form as it is chosen."""


def _with_scale(draft: Draft, values: Mapping[str, Any]) -> Mapping[str, Any]:
    wanted = values.get("scale") or ""
    if not wanted.startswith(NEW_SCALE):
        return values
    return {**values, "scale": draft.add_scale(wanted.removeprefix(NEW_SCALE))}


# -- Beginning -----------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_form(
    facts: Mapping[str, Any], *, area: AreaOffice, by: User, definition: Definition | None = None
) -> InstrumentVersion:
    """A new form of the office with its first draft. Raises ValidationError (Thai) by field; then nothing is kept.

    ``definition``: what it begins with; a copy starts its own trends.
    """
    instrument = Instrument(area=area, **facts)
    instrument.full_clean()
    instrument.save()
    version = InstrumentVersion(instrument=instrument, number=1, definition=_unrelated(definition or empty()))
    version.save()
    return version


def _unrelated(definition: Definition) -> Definition:
    made = copy.deepcopy(definition)
    for section in made.get("sections", []):
        for question in section.get("questions", []):
            question.pop("follows", None)
            question.pop("break", None)
    return made


FACTS = ("code", "title", "form_of", "unit_of_analysis", "respondent", "signers")


def facts_now(version: InstrumentVersion) -> dict[str, Any]:
    """What a form is called and who fills it, with what this version says of itself as a whole."""
    return {name: getattr(version.instrument, name) for name in FACTS} | {"note": version.definition.get("note", "")}


@transaction.atomic
def save_facts(version: InstrumentVersion, facts: Mapping[str, Any], *, note: str, was: str, by: User) -> None:
    """Change facts that looked like ``was`` when the person began: all of them, or none.

    Raises ValidationError (Thai) by field, ChangedMeanwhile, and EditRefused where the version is no draft any more.
    """
    instrument = Instrument.objects.select_for_update(of=("self",)).filter(pk=version.instrument_id).first()
    fresh = _held(version)
    if instrument is None:
        raise EditRefused(DELETED)
    _unchanged(facts_now(fresh), was)
    for name, value in facts.items():
        setattr(instrument, name, value)
    instrument.full_clean()
    instrument.save()
    edit(version, by=by, change=lambda draft: draft.set_note(note))


@transaction.atomic
def revise(version: InstrumentVersion, *, by: User) -> tuple[InstrumentVersion, bool]:
    """The draft in which a form is revised, and whether it is new: one that is being written already is gone on with."""
    Instrument.objects.select_for_update(of=("self",)).get(pk=version.instrument_id)
    begun = version.instrument.versions.filter(state__in=(DRAFT, IN_REVIEW)).order_by("-number").first()
    return (begun, False) if begun else (new_draft(version, by=by), True)


@transaction.atomic
def discard(version: InstrumentVersion, *, by: User) -> None:
    """Throw a draft away; a form that has no other version goes with it. Raises EditRefused."""
    # The form first, as ``save_facts`` does, so that neither waits for the other.
    Instrument.objects.select_for_update(of=("self",)).filter(pk=version.instrument_id).first()
    fresh = _held(version)
    if fresh.state != DRAFT:
        raise EditRefused(locked_sentence(fresh))
    if fresh.transitions.exists():
        raise EditRefused("ฉบับร่างนี้เคยส่งตรวจสอบแล้ว จึงลบไม่ได้ เพราะต้องเก็บประวัติการตรวจไว้ ท่านแก้ไขต่อได้ตามปกติ")
    instrument = fresh.instrument
    try:
        fresh.delete()
        if not instrument.versions.exists():
            instrument.delete()
    except ProtectedError as error:
        raise EditRefused(
            "ฉบับร่างนี้มีผลการตรวจของผู้เชี่ยวชาญหรือผลการทดลองใช้แล้ว จึงลบไม่ได้ เพราะต้องเก็บผลไว้เป็นหลักฐาน ท่านแก้ไขต่อได้ตามปกติ "
            "และดูผลได้ที่หน้าคุณภาพของเครื่องมือ"
        ) from error
    except ValidationError as error:
        raise EditRefused(" ".join(error.messages)) from error
