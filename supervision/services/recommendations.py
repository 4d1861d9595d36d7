"""Recommendations: written with a visit, answered by the school, verified, and followed at the next visit."""

import uuid
from collections.abc import Iterable
from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from instruments.files import Document
from supervision.flows import VISIT
from supervision.models import Recommendation, RecommendationEntry, RecommendationFile, Visit
from supervision.services.evidence import read_evidence
from supervision.services.visit_records import refusal_to_write
from thai.text import normalise
from workflows.digests import stamp_of
from workflows.services import TransitionError, perform

TEXT_LIMIT = 10_000

# -- While the visit is written ------------------------------------------------------------------------------------


@transaction.atomic
def write_recommendation(visit: Visit, *, text: str, owner: str, due_on: date, by: User) -> Recommendation:
    """Add one recommendation to a visit that its team is writing. Raises ``TransitionError`` (Thai).

    The same words sent again, by a button pressed twice or on a bad line, are the same recommendation.
    """
    _refuse_unless_writing(visit, by)
    text, owner = _checked(text, owner, due_on)
    said = Recommendation.objects.filter(visit=visit, text=text, owner=owner, due_on=due_on, carried_from=None).first()
    return said or Recommendation.objects.create(
        visit=visit, area_id=visit.area_id, school_id=visit.school_id, text=text, owner=owner, due_on=due_on
    )


def recommendation_stamp(recommendation: Recommendation) -> str:
    """What a page carries along to say which wording its reader saw."""
    return stamp_of([recommendation.text, recommendation.owner, recommendation.due_on])


@transaction.atomic
def edit_recommendation(
    recommendation: Recommendation, *, text: str, owner: str, due_on: date, by: User, seen: str = ""
) -> Recommendation:
    """Change what the recommendation says, while its visit is being written. Raises ``TransitionError`` (Thai).

    ``seen`` is the ``recommendation_stamp`` that the person's page carried; where somebody saved since, nothing is
    written.
    """
    _refuse_unless_writing(recommendation.visit, by)
    recommendation.refresh_from_db(fields=["text", "owner", "due_on"])
    if seen and seen != recommendation_stamp(recommendation):
        raise TransitionError(
            f"ระหว่างที่ท่านพิมพ์ มีผู้อื่นแก้ไขข้อเสนอแนะข้อนี้เป็น “{recommendation.text[:300]}” (ผู้รับผิดชอบ {recommendation.owner}) "
            "ข้อความของท่านยังอยู่ในหน้านี้ โปรดเทียบกันแล้วกดบันทึกอีกครั้ง"
        )
    recommendation.text, recommendation.owner = _checked(text, owner, due_on)
    recommendation.due_on = due_on
    recommendation.save()
    return recommendation


@transaction.atomic
def remove_recommendation(recommendation: Recommendation, *, by: User) -> None:
    """Take a recommendation out of a visit that is being written. One that was carried over stays."""
    _refuse_unless_writing(recommendation.visit, by)
    if recommendation.carried_from_id is not None:
        raise TransitionError(
            "ข้อนี้ยกมาจากการนิเทศครั้งก่อน จึงลบไม่ได้ เพื่อไม่ให้เรื่องที่ค้างอยู่หายไป ท่านแก้ไขข้อความ ผู้รับผิดชอบ และวันครบกำหนดได้"
        )
    if recommendation.transitions.exists():
        raise TransitionError("ข้อเสนอแนะนี้มีการดำเนินการแล้ว จึงลบไม่ได้")
    recommendation.delete()


def _refuse_unless_writing(visit: Visit, by: User) -> None:
    """Asks the database, in the caller's transaction: the record may have been sent a moment ago."""
    fresh = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if reason := refusal_to_write(fresh, by):
        raise TransitionError(reason)


def _checked(text: str, owner: str, due_on: date | None) -> tuple[str, str]:
    text, owner = _text(text, "โปรดเขียนข้อเสนอแนะ"), normalise(owner)
    if not owner:
        raise TransitionError("โปรดระบุผู้รับผิดชอบ เช่น ฝ่ายวิชาการ เพื่อให้โรงเรียนทราบว่าเป็นงานของใคร")
    if due_on is None:
        raise TransitionError("โปรดระบุวันครบกำหนด เพื่อให้ติดตามได้")
    return text, owner[:200]


def _text(text: str, missing: str) -> str:
    text = normalise(text, multiline=True)
    if not text:
        raise TransitionError(missing)
    if len(text) > TEXT_LIMIT:
        raise TransitionError(f"ข้อความยาวเกิน {TEXT_LIMIT:,} ตัวอักษร (พิมพ์มา {len(text):,}) โปรดย่อหรือแนบเป็นเอกสาร")
    return text


# -- What the school says ------------------------------------------------------------------------------------------


@transaction.atomic
def answer_plan(
    recommendation: Recommendation, *, text: str, due_on: date, by: User, seen: int | None = None
) -> RecommendationEntry:
    """The school says what it will do and by when. May be said anew until the result is reported.

    ``seen`` is the revision that the person's page showed. Raises ``TransitionError`` (Thai).
    """
    text = _text(text, "โปรดเขียนว่าโรงเรียนจะดำเนินการอย่างไร")
    if due_on is None:
        raise TransitionError("โปรดระบุวันที่จะดำเนินการให้แล้วเสร็จ")
    log = perform(recommendation, "plan", by=by, seen=seen)
    return RecommendationEntry.objects.create(recommendation=recommendation, log=log, text=text, due_on=due_on)


def report_done(
    recommendation: Recommendation, *, text: str, files: Iterable = (), by: User, seen: int | None = None
) -> RecommendationEntry:
    """The school reports what it did, with photographs or PDF files as evidence.

    Files are checked before anything is written; where anything is refused nothing at all is kept, neither rows
    nor files. Raises ``EvidenceError`` or ``TransitionError`` (Thai).
    """
    text = _text(text, "โปรดเขียนว่าโรงเรียนได้ดำเนินการอะไรและเกิดผลอย่างไร")
    evidence = read_evidence(files)
    stored: list = []
    try:
        with transaction.atomic():
            log = perform(recommendation, "report", by=by, seen=seen)
            entry = RecommendationEntry.objects.create(recommendation=recommendation, log=log, text=text)
            for item in evidence:
                _keep(entry, item, by, stored)
    except BaseException:
        for file in stored:
            file.storage.delete(file.name)
        raise
    return entry


def _keep(entry: RecommendationEntry, item: Document, by: User, stored: list) -> RecommendationFile:
    """Store one file; ``stored`` is told of it at once, so that a failure can take it back."""
    row = RecommendationFile(
        entry=entry,
        uuid=uuid.uuid4(),
        name=item.name,
        content_type=item.content_type,
        size=len(item.content),
        sha256=item.sha256,
        by=by,
    )
    row.file.save(f"evidence.{item.extension}", ContentFile(item.content), save=False)
    stored.append(row.file)
    if item.thumbnail:
        row.thumbnail.save("thumbnail.jpg", ContentFile(item.thumbnail), save=False)
        stored.append(row.thumbnail)
    row.save(force_insert=True)
    return row


# -- What the supervisor says --------------------------------------------------------------------------------------


def verify(recommendation: Recommendation, *, by: User, seen: int | None = None):
    """The reported result stands. Returns the log row."""
    return perform(recommendation, "verify", by=by, seen=seen)


def ask_again(recommendation: Recommendation, *, reason: str, by: User, seen: int | None = None):
    """The school is asked to do more; ``reason`` says what is missing. Returns the log row."""
    return perform(recommendation, "ask_again", by=by, reason=reason, seen=seen)


@transaction.atomic
def settle(
    recommendation: Recommendation, *, into: Visit, text: str, by: User, seen: int | None = None
) -> RecommendationEntry:
    """A later visit, ``into``, saw that it is done: ``text`` says what was seen. Raises ``TransitionError`` (Thai).

    A result that the school has reported already is verified with the same words.
    """
    text = _text(text, "โปรดเขียนสิ่งที่พบ เพื่อเป็นหลักฐานว่าโรงเรียนดำเนินการแล้ว")
    _refuse_unless_follows(recommendation, into, by)
    name = "verify" if recommendation.state == "reported" else "settle"
    log = perform(recommendation, name, by=by, reason=text, seen=seen, data={"into": into.pk})
    return RecommendationEntry.objects.create(recommendation=recommendation, log=log, text=text)


@transaction.atomic
def carry_over(
    recommendation: Recommendation, *, into: Visit, due_on: date, by: User, seen: int | None = None
) -> Recommendation:
    """Close it here and ask it anew in the visit ``into``, with a new day. Returns the new recommendation."""
    if due_on is None:
        raise TransitionError("โปรดระบุวันครบกำหนดใหม่ เพื่อให้ติดตามได้")
    _refuse_unless_follows(recommendation, into, by)
    perform(recommendation, "carry_over", by=by, seen=seen, data={"into": into.pk})
    return Recommendation.objects.create(
        visit=into,
        area_id=into.area_id,
        school_id=into.school_id,
        text=recommendation.text,
        owner=recommendation.owner,
        due_on=due_on,
        carried_from=recommendation,
    )


def _refuse_unless_follows(recommendation: Recommendation, into: Visit, by: User) -> None:
    _refuse_unless_writing(into, by)
    if recommendation.school_id != into.school_id or recommendation.visit_id == into.pk:
        raise TransitionError("ข้อเสนอแนะนี้ไม่ใช่ของการนิเทศครั้งก่อนของโรงเรียนนี้ โปรดเปิดหน้าใหม่แล้วตรวจสอบอีกครั้ง")


@VISIT.effect("cancel")
def _refuse_to_lose_what_was_carried(visit: Visit, log) -> None:
    """A cancelled visit is never released, and what was carried into it would be lost with it."""
    count = visit.recommendations.filter(carried_from__isnull=False).count()
    if count:
        raise TransitionError(
            f"การนิเทศนี้รับข้อเสนอแนะที่ค้างจากครั้งก่อนมาติดตามแล้ว {count} ข้อ จึงยกเลิกไม่ได้ โปรดบันทึกเท่าที่ได้ติดตามแล้วส่งบันทึกให้ตรวจแทน"
        )
