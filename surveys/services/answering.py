"""What stands behind the address of an answering page: taking an answer, letting the school correct it."""

import uuid as uuids
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from instruments.definition import Form, cached_form
from instruments.intake import Fault, WholeRefused, gaps, read_whole, unordered_number, write_whole
from instruments.models import Attachment, InstrumentVersion
from instruments.services import EVENTS_PER_BATCH, lock_response, record_answers, unlock_response
from instruments.slots import ATTACHED, FILE, PHOTO, Slot, question_of
from schools.queries import period_of
from surveys import storage
from surveys.flows import CLOSED, LINK, ONE, OPEN, SENT
from surveys.incoming import Incoming, begun
from surveys.models import LINK_TOKEN, SCHOOL_TOKEN, Survey, SurveyAnswer, SurveySchool
from surveys.services.telling import SurveyRefused, announce
from surveys.storage import Ready
from thai.dates import date_range, long_date, time_of_day
from thai.text import normalise

SENT_OTHERWISE = (
    "คำตอบที่ส่งจากหน้านี้ก่อนแล้วมาถึงและบันทึกไว้แล้ว ครั้งนี้ต่างจากที่บันทึกไว้จึงยังไม่ได้รับ หากเป็นคำตอบของผู้ตอบอีกคนโปรดกดส่งอีกครั้ง "
    "ระบบจะรับเป็นอีกชุดหนึ่ง หากเป็นคนเดิมไม่ต้องส่งซ้ำ"
)
CLOSED_MEANWHILE = "แบบสำรวจนี้ปิดรับคำตอบแล้วขณะที่ท่านกำลังส่ง หากยังจำเป็นต้องตอบโปรดแจ้งกลุ่มนิเทศฯ ให้ขยายเวลา"


class AnswerRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """An answer that is not taken; the message is a Thai sentence for whoever sent it. Nothing has been stored.

    ``as_another``: under another name it would be taken, as one answer more.
    """

    def __init__(self, message: str, *, as_another: bool = False) -> None:
        super().__init__(message)
        self.as_another = as_another


@dataclass
class Door:
    """What stands behind the address of an answering page: the survey, and the school where the address is a school's."""

    survey: Survey
    place: SurveySchool | None
    answer: SurveyAnswer | None = None
    """What the school has sent, where it may send only one."""

    @property
    def token(self) -> str:
        return self.place.token if self.place else self.survey.token

    @property
    def correcting(self) -> bool:
        """The office has opened the school's answer again."""
        return self.answer is not None and self.answer.reopened_at is not None

    def refusal(self, today: date | None = None) -> str:
        """Why no answer is taken here now, as a Thai sentence; empty where one is."""
        survey, today = self.survey, today or timezone.localdate()
        if self.correcting:
            return ""
        if self.answer is not None:
            return already_answered(self.answer)
        days = date_range(survey.opens_on, survey.closes_on)
        if survey.state == OPEN and today < survey.opens_on:
            return f"แบบสำรวจนี้ยังไม่ถึงวันเปิดรับคำตอบ เปิดรับ {days}"
        if survey.state == CLOSED and survey.closed_on:
            return f"แบบสำรวจนี้ปิดรับคำตอบแล้วเมื่อ {long_date(survey.closed_on)}"
        if survey.state != OPEN or today > survey.closes_on:
            return f"แบบสำรวจนี้หมดเวลารับคำตอบแล้ว เปิดรับ {days}"
        if self.place and not self.place.school.is_open(today):
            into = self.place.school.merged_into
            became = f"รวมกับ{into}แล้ว" if into else "ยุบเลิกแล้ว"
            return f"{self.place.school} {became} จึงไม่ต้องตอบแบบสำรวจนี้"
        return ""


def already_answered(answer: SurveyAnswer) -> str:
    """Who has answered for the school and when, and how it is corrected; of an anonymous survey only that it has."""
    if answer.survey.anonymous:
        return "โรงเรียนของท่านส่งคำตอบแล้ว แบบสำรวจนี้ไม่ระบุตัวผู้ตอบ จึงเปิดดูหรือแก้ไขคำตอบที่ส่งแล้วไม่ได้"
    who = f" โดย {answer.by}" if answer.by else ""
    when = f"{long_date(answer.submitted_on)}"
    if answer.submitted_at:
        when += f" เวลา {time_of_day(timezone.localtime(answer.submitted_at))}"
    return f"โรงเรียนของท่านส่งคำตอบแล้วเมื่อ {when}{who} หากต้องการแก้ไขโปรดแจ้งกลุ่มนิเทศฯ ให้เปิดให้แก้ไข"


def _plain(token: str) -> str:
    return "".join(letter for letter in token.lower() if letter.isalnum())


def door_of(token: str) -> Door | None:
    """What an address leads to; None where it leads nowhere. Letters typed large or with spaces and dashes are read."""
    token = _plain(token)
    surveys = Survey.objects.filter(state__in=SENT).select_related("area", "collection", "version__instrument")
    surveys = surveys.defer("version__definition")
    if len(token) == LINK_TOKEN:
        survey = surveys.filter(token=token, audience=LINK).first()
        return Door(survey, None) if survey else None
    if len(token) != SCHOOL_TOKEN:
        return None
    place = (
        SurveySchool.objects.filter(token=token, survey__state__in=SENT)
        .select_related("school__merged_into", "survey__area", "survey__collection", "survey__version__instrument")
        .defer("survey__version__definition")
        .first()
    )
    if place is None:
        return None
    answer = None
    if place.survey.per_school == ONE:
        answer = SurveyAnswer.objects.filter(place=place, sole=True).select_related("by").first()
        if answer is not None:
            answer.survey = place.survey
    return Door(place.survey, place, answer)


def take_answer(door: Door, found: Incoming, *, by: User | None = None) -> uuids.UUID:
    """Take one whole answer, in one transaction; answers the name under which it is kept.

    ``found.uuid`` is the device's own name for it: sent again it counts once, even after the survey closed; what says
    something else under the same name is never taken for it. ``by`` is kept where the survey is not anonymous. Raises
    ``AnswerRefused`` where none is taken now, and ``WholeRefused`` where this one is not whole.
    """
    survey = door.survey
    author = None if survey.anonymous else by
    known = None if door.correcting else _known(survey.pk, door.place.pk if door.place else None, found.uuid)
    if known is not None and _holds(known, found):
        return found.uuid
    if refusal := door.refusal():
        raise AnswerRefused(refusal)
    if door.correcting:
        with _files_of(found.attachments):
            return _correct(door, found, by=author)
    page = Ready(
        survey.pk, survey.area_id, survey.version_id, survey.version.content_hash, survey.collection_id or 0,
        survey.anonymous, survey.per_school, door.place.pk if door.place else None,
        door.place.school_id if door.place else None,
    )  # fmt: skip
    return take_at(page, found, by=author)


@contextmanager
def _files_of(attachments: Iterable[Attachment]) -> Iterator[None]:
    """Files know nothing of transactions: where one is taken back, those that it wrote go too."""
    try:
        yield
    except BaseException:
        for attachment in attachments:
            for stored in (attachment.file, attachment.thumbnail):
                if stored and stored._committed:  # type: ignore[attr-defined]
                    stored.delete(save=False)
        raise


def page_of(token: str) -> Ready | None:
    """The page of this address where it takes an answer now, at the cost of one statement; else ``door_of`` says why."""
    token = _plain(token)
    if len(token) not in (LINK_TOKEN, SCHOOL_TOKEN):
        return None
    return storage.ready(token, timezone.localdate(), by_link=len(token) == LINK_TOKEN)


def form_of(page: Ready) -> Form:
    return cached_form(
        page.content_hash,
        lambda: InstrumentVersion.objects.values_list("definition", flat=True).get(pk=page.version_id),
    )


def take_at(page: Ready, found: Incoming, *, by: User | None = None) -> uuids.UUID:
    """As ``take_answer``, for a page that took answers a moment ago; that it still does is seen when one is written."""
    now = timezone.now()
    on = timezone.localdate(now)
    moment = _beginning_of(on) if page.anonymous else now
    author = None if page.anonymous or by is None else by.pk
    form = form_of(page)
    at = timezone.localtime(moment).isoformat(timespec="seconds")
    whole = read_whole(form, begun(form, found), found.na, at=at, by=author)
    for attachment in found.attachments:
        attachment.at, attachment.uploaded_by_id = moment, author
    whole.attachments += found.attachments
    period = _period(page.area_id, on)
    version = InstrumentVersion(pk=page.version_id, content_hash=page.content_hash)
    try:
        with _files_of(whole.attachments), transaction.atomic():
            response = write_whole(
                whole, version=version, collection_id=page.collection_id, area_id=page.area_id,
                school_id=page.school_id, by=author, batch=found.uuid, moment=moment, on=on, period=period,
                number=unordered_number() if page.anonymous else None,
            )  # fmt: skip
            if not storage.keep_answer(
                page, response_id=response, uuid=found.uuid, on=on, at=None if page.anonymous else now, by=author
            ):
                raise AnswerRefused(CLOSED_MEANWHILE)
    except IntegrityError:
        return _lost_the_race(page, found)
    return found.uuid


def _period(area: int, day: date) -> tuple[int, int, int]:
    """Academic year, semester and fiscal year of today; the office's calendar is read once a minute."""
    key = f"survey-period:{area}:{day}"
    found = cache.get(key)
    if found is None:
        period = period_of(area, day)
        found = (period.academic_year, period.semester, period.fiscal_year)
        cache.set(key, found, 60)
    return found


def _beginning_of(day: date) -> datetime:
    """Times of an anonymous answer are cut to the day."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _known(survey: int, place: int | None, uuid: uuids.UUID) -> SurveyAnswer | None:
    answers = SurveyAnswer.objects.select_related("response__version")
    return answers.filter(survey=survey, place=place, uuid=uuid).first()


def _holds(answer: SurveyAnswer, found: Incoming) -> bool:
    """Whether what is sent is what this answer says already. What is attached bears a new name each time: it is counted."""
    form, held = answer.response.form, answer.response.answers
    sent = Incoming(found.uuid, begun(form, found), found.na).typed(form)
    if found.attachments and len(found.attachments) != Attachment.objects.filter(response=answer.response_id).count():
        return False
    return _said(form, sent) == _said(form, held)


def _said(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What answers say, without what is attached; what is empty says nothing."""
    return {
        key: entry.get("v", "na" in entry)
        for key, entry in answers.items()
        if (slot := form.slot(key))
        and slot.kind not in ATTACHED
        and (entry.get("v") not in (None, "", []) or "na" in entry)
    }


def _lost_the_race(page: Ready, found: Incoming) -> uuids.UUID:
    """The same answer was here already, or somebody else of the school was a moment earlier."""
    known = _known(page.survey_id, page.place_id, found.uuid)
    if known is not None and _holds(known, found):
        return found.uuid
    if known is not None and page.per_school != ONE:
        raise AnswerRefused(SENT_OTHERWISE, as_another=True)
    other = SurveyAnswer.objects.filter(place=page.place_id, sole=True).select_related("survey", "by").first()
    if page.place_id is None or other is None:
        raise AnswerRefused("บันทึกคำตอบไม่สำเร็จ คำตอบยังอยู่ในหน้านี้ โปรดกดส่งอีกครั้ง")
    raise AnswerRefused(already_answered(other))


@transaction.atomic
def _correct(door: Door, found: Incoming, *, by: User | None) -> uuids.UUID:
    """What the school sends again after the office opened its answer: changes of the same response, whole once more.

    The answer keeps its name, so that a correction that is sent twice is known too.
    """
    assert door.answer is not None  # noqa: S101 -- ``correcting`` says so
    answer = SurveyAnswer.objects.select_for_update().get(pk=door.answer.pk)
    if answer.reopened_at is None:
        raise AnswerRefused(already_answered(door.answer))
    response = answer.response
    for attachment in found.attachments:
        attachment.response, attachment.uploaded_by = response, by
        attachment.save(force_insert=True)
    values = begun(response.form, found, held=response.answers)
    moment = timezone.now().isoformat(timespec="seconds")
    events = []
    for key in dict.fromkeys([*values, *found.na, *response.answers]):
        slot, entry = response.form.slot(key), response.answers.get(key, {})
        if slot is not None and (change := _change(slot, entry, values.get(key), found, is_na=key in found.na)):
            events.append({"id": str(uuids.uuid4()), "key": key, "at": moment, "base": entry.get("e")} | change)
    for start in range(0, len(events), EVENTS_PER_BATCH):
        batch = events[start : start + EVENTS_PER_BATCH]
        outcome = record_answers(response, batch=uuids.uuid4(), events=batch, by=by)
        if outcome.refused:
            labels = {slot.key: slot for row in outcome.refused if (slot := response.form.slot(row["key"]))}
            raise WholeRefused(
                [Fault(question_of(row["key"]), labels[row["key"]].label, row["message"]) for row in outcome.refused]
            )
    if missing := gaps(response.form, response.answers, response.scores):
        raise WholeRefused(missing)
    lock_response(response, by=by)
    answer.reopened_at = answer.reopened_by = None
    answer.submitted_on, answer.submitted_at = timezone.localdate(), timezone.now()
    answer.by = by or answer.by
    answer.save()
    return answer.uuid


def _change(slot: Slot, entry: Mapping[str, Any], raw: Any, found: Incoming, *, is_na: bool) -> dict[str, Any] | None:
    """What the page's inputs change of one answer; None where nothing. What is attached stays until it is removed."""
    old = entry.get("v")
    if is_na:
        return None if "na" in entry else {"na": True}
    if slot.kind in (PHOTO, FILE):
        gone = [name for name in found.removed.get(slot.key, ()) if name in (old or ())]
        return {"add": raw or [], "remove": gone} if raw or gone else None
    if raw in (None, "", []):
        is_drawn = isinstance(old, dict) and "image" in old
        return {"clear": True} if (old not in (None, "", []) or "na" in entry) and not is_drawn else None
    return {"v": raw} if old is None or _cleaned(slot, raw) != old else None


def _cleaned(slot, raw: Any) -> Any:
    try:
        return slot.clean(raw)
    except ValueError:
        return None


@transaction.atomic
def reopen_answer(answer: SurveyAnswer, *, by: User, reason: str) -> None:
    """Let the school correct what it has sent; until it sends again it does not count. Raises ``SurveyRefused``."""
    fresh = SurveyAnswer.objects.select_for_update(of=("self",)).select_related("survey", "place").get(pk=answer.pk)
    if not by.has_perm("surveys.run_survey", fresh.survey):
        raise SurveyRefused("ท่านเปิดให้แก้ไขคำตอบไม่ได้ ผู้ที่ทำได้คือศึกษานิเทศก์และผู้อำนวยการกลุ่มนิเทศฯ")
    if fresh.survey.anonymous or not fresh.sole or fresh.place is None:
        raise SurveyRefused("เปิดให้แก้ไขได้เฉพาะแบบสำรวจที่ตอบโรงเรียนละหนึ่งชุดและระบุตัวผู้ตอบ")
    if fresh.reopened_at is not None:
        raise SurveyRefused("คำตอบนี้เปิดให้แก้ไขอยู่แล้ว รอโรงเรียนส่งใหม่")
    if not (reason := normalise(reason, multiline=True)):
        raise SurveyRefused("โปรดระบุเหตุผลที่เปิดให้แก้ไข เพื่อให้โรงเรียนทราบว่าต้องแก้อะไร")
    unlock_response(fresh.response, by=by)
    fresh.reopened_at, fresh.reopened_by, fresh.reopen_reason = timezone.now(), by, reason
    fresh.save()
    announce([fresh.place], f"แบบสำรวจ “{fresh.survey.title}” เปิดให้แก้ไขคำตอบ: {' '.join(reason.split())[:80]}")


@transaction.atomic
def keep_answer(answer: SurveyAnswer, *, by: User) -> None:
    """Take back that an answer may be corrected: it counts again as it was sent."""
    fresh = SurveyAnswer.objects.select_for_update(of=("self",)).select_related("survey").get(pk=answer.pk)
    if not by.has_perm("surveys.run_survey", fresh.survey):
        raise SurveyRefused("ท่านเปลี่ยนคำตอบนี้ไม่ได้ ผู้ที่ทำได้คือศึกษานิเทศก์และผู้อำนวยการกลุ่มนิเทศฯ")
    if fresh.reopened_at is None:
        raise SurveyRefused("คำตอบนี้ไม่ได้เปิดให้แก้ไข หรือโรงเรียนส่งใหม่แล้ว")
    lock_response(fresh.response, by=by)
    fresh.reopened_at = fresh.reopened_by = None
    fresh.save()
