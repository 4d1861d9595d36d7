"""Verbs of instruments: open a response, record answers, lock, publish."""

import json
import re
import uuid as uuids
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from instruments import events as log_of
from instruments import queries, slots, storage, tallies
from instruments.definition import Form, Question, Section, cached_form
from instruments.differences import without_mapping
from instruments.flows import IN_REVIEW, PUBLISHED, VERSION
from instruments.models import AnswerBatch, Attachment, Collection, InstrumentVersion, Response
from instruments.scoring import score
from schools.models import AreaOffice, School
from schools.queries import period_of
from thai.dates import in_bangkok
from thai.text import normalise
from thai.years import SchoolYear

EVENTS_PER_BATCH = 5_000
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)")
_ATTEMPTS = 4


class AnswersRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """A batch that can't be taken at all; the message is a Thai sentence. Nothing of it has been stored."""


class ResponseLocked(AnswersRefused):
    """The response takes no more answers."""


@dataclass
class Outcome:
    """What became of a batch. ``as_json`` is what the browser module reads."""

    revision: int
    saved: list[dict[str, Any]] = field(default_factory=list)
    duplicates: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    scores: dict[str, Any] = field(default_factory=dict)
    progress: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "revision": self.revision,
            "at": timezone.localtime().isoformat(timespec="seconds"),
            "saved": self.saved,
            "duplicates": self.duplicates,
            "refused": self.refused,
            "conflicts": with_names(self.conflicts),
            "scores": self.scores,
            "progress": self.progress,
        }


def with_names(conflicts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Conflicts with the name of each author beside the answer; one query where there are any."""
    if not conflicts:
        return []
    ids = {entry["by"] for item in conflicts for entry in [item["current"], *item["rivals"]]}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}
    return [
        item
        | {
            "current": item["current"] | {"name": names.get(item["current"]["by"], "")},
            "rivals": [rival | {"name": names.get(rival["by"], "")} for rival in item["rivals"]],
        }
        for item in conflicts
    ]


def _conflict(key: str, entry: dict[str, Any]) -> dict[str, Any]:
    current = {name: value for name, value in entry.items() if name not in ("rivals", "same")}
    return {"key": key, "current": current, "rivals": entry["rivals"]}


def form_gaps(response: Response) -> str:
    """What keeps the form from being finished, as Thai sentences: required answers that are missing, answers that
    break a condition of the form; empty where nothing does."""
    form, answers, scores = response.form, response.answers, response.scores
    sentences = []
    if missing := queries.missing_required(form, answers, scores):
        sentences.append(f"ยังไม่ได้ตอบข้อที่ต้องตอบ {len(missing)} ข้อ ได้แก่ {_named_first(missing)}")
    for section in queries.short_of_rows(form, answers, scores):
        least = section.repeat.least if section.repeat else 0
        sentences.append(f"{section.title} ต้องกรอกอย่างน้อย {least} ชุด")
    if broken := queries.broken_conditions(form, answers, scores):
        sentences.append(f"มีคำตอบที่ไม่เป็นไปตามเงื่อนไข {len(broken)} ข้อ ได้แก่ {_named_first(broken)}")
    return " ".join(sentences)


def _named_first(found: list[tuple[Question, Section]]) -> str:
    named = ", ".join(f"ข้อ {question.number} ของ{section.title}" for question, section in found[:3])
    return named + (f" และอีก {len(found) - 3} ข้อ" if len(found) > 3 else "")


def unsettled_count(response: Response) -> int:
    """How many answers two people gave differently and nobody has settled."""
    return sum("rivals" in entry for entry in response.answers.values())


# -- A response ----------------------------------------------------------------------------------------------------


def open_response(
    version: InstrumentVersion,
    *,
    area: AreaOffice,
    by: User | None,
    collection: Collection | None = None,
    school: School | None = None,
    on: date | None = None,
    person: User | None = None,
    calendar: Sequence[SchoolYear] | None = None,
) -> Response:
    """Begin a response for one office on a published version, or on one in review where it is only tried out.

    ``school``, ``on`` (the day it is about) and ``person`` (in whose work it counts) say where it counts in the
    statistics; ``calendar`` is ``schools.queries.calendar_for(area)``, handed in by whoever opens many. Nobody is
    written down (``by=None``) where it is anonymous.
    """
    tried_out = collection is not None and not collection.counted and version.state == IN_REVIEW
    if version.state != PUBLISHED and not tried_out:
        raise AnswersRefused(f"{version.instrument.code} ฉบับที่ {version.number} {version.state_label} จึงเริ่มกรอกไม่ได้")
    response = Response(version=version, area=area, opened_by=by, collection=collection)
    _place(response, school, on, person, calendar)
    response.scores = score(version.form, {})
    response.save()
    return response


def _place(response: Response, school, on: date | None, person, calendar: Sequence[SchoolYear] | None = None) -> None:
    response.school, response.on, response.person = school, on, person
    if on is not None:
        period = period_of(response.area_id, on, calendar=None if calendar is None else list(calendar))
        response.academic_year, response.semester = period.academic_year, period.semester
        response.fiscal_year = period.fiscal_year


@transaction.atomic
def describe_response(response: Response, *, school: School | None, on: date | None, person: User | None) -> None:
    """Say anew what a response is about; where it is counted already, it is counted anew."""
    fresh = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    if (fresh.school_id, fresh.on, fresh.person_id) == (school and school.pk, on, person and person.pk):
        return
    before = copy(fresh)
    _place(fresh, school, on, person)
    fresh.save(update_fields=["school", "on", "person", "academic_year", "semester", "fiscal_year"])
    tallies.move(before, fresh)
    response.refresh_from_db()


@transaction.atomic
def lock_response(response: Response, *, by: User | None, counted: bool = True) -> None:
    """Take no more answers, and count these in the statistics unless nothing came of it (a visit called off).

    What is on its way from a device is refused with a sentence and stays on the device.
    """
    now = timezone.now()
    Response.objects.filter(pk=response.pk, locked_at__isnull=True).update(locked_at=now)
    response.refresh_from_db()
    if counted:
        tallies.add(response)


@transaction.atomic
def unlock_response(response: Response, *, by: User) -> None:
    """Take answers again, e.g. when the record was returned for correction; until it is closed they don't count."""
    Response.objects.filter(pk=response.pk).update(locked_at=None)
    response.refresh_from_db()
    tallies.take(response)


def record_answers(
    response: Response, *, batch: uuids.UUID | str, events: Any, by: User | None, device: str = ""
) -> Outcome:
    """Take one batch of changes from one device: check, log, apply and score it in one transaction.

    Sending a batch or an event again changes nothing. An invalid value is not applied, but what was typed stays in
    the log with its refusal. ``response`` is brought up to date in place. Raises ``AnswersRefused`` (Thai) where
    nothing can be taken: a locked response, a batch that is no list of events.
    """
    try:
        batch = batch if isinstance(batch, uuids.UUID) else uuids.UUID(str(batch))
    except ValueError:
        raise AnswersRefused("รหัสของชุดคำตอบที่ส่งมาไม่ถูกต้อง โปรดเปิดหน้าใหม่แล้วลองอีกครั้ง") from None
    rows = _shaped(events)
    device = normalise(device[:64].encode("utf-8", "replace").decode())
    for _ in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                outcome = _record(response, batch, rows, by, device)
        except IntegrityError:  # the same batch arrived twice at the same moment: look again
            continue
        if outcome is not None:
            return outcome
    raise AnswersRefused("ขณะนี้มีผู้บันทึกชุดคำตอบนี้พร้อมกันหลายคน ระบบจะลองส่งอีกครั้งให้เอง")


def _shaped(events: Any) -> list[dict[str, Any]]:
    """The events with ids, keys and times that are safe to keep; raises where they are not events at all."""
    malformed = "ข้อมูลคำตอบที่ส่งมาอ่านไม่ได้ โปรดเปิดหน้าใหม่แล้วลองอีกครั้ง"
    if not isinstance(events, list | tuple):
        raise AnswersRefused(malformed)
    if len(events) > EVENTS_PER_BATCH:
        raise AnswersRefused(
            f"ส่งคำตอบมาครั้งเดียว {len(events):,} รายการ มากเกินไป โปรดแบ่งส่งครั้งละไม่เกิน {EVENTS_PER_BATCH:,}"
        )
    now = timezone.now().isoformat(timespec="seconds")
    is_uuid, is_moment = slots.UUID.fullmatch, _ISO_MOMENT.fullmatch
    rows = []
    for event in events:
        try:
            row = {"id": event["id"], "key": event["key"], "at": event.get("at"), "base": event.get("base")}
            if not is_uuid(row["id"]) or (row["base"] is not None and not is_uuid(row["base"])):
                raise AnswersRefused(malformed)
            if row["at"].__class__ is not str or not is_moment(row["at"]) or not _exists(row["at"]):
                row["at"] = now
            if row["key"].__class__ is not str or len(row["key"]) > 80:
                raise AnswersRefused(malformed)
            if event.get("clear"):
                row["clear"] = True
            elif event.get("na"):
                row["na"] = True
            elif "add" in event or "remove" in event:
                row["add"], row["remove"] = list(event.get("add") or []), list(event.get("remove") or [])
            else:
                row["v"] = event.get("v")
            if settles := event.get("settles"):
                row["settles"] = [name for name in settles if isinstance(name, str) and is_uuid(name)]
        except (TypeError, KeyError, AttributeError):
            raise AnswersRefused(malformed) from None
        rows.append(row)
    return rows


@lru_cache(maxsize=1000)
def _exists(moment: str) -> bool:
    """Whether clocks in Thailand can show the moment: no 30 February, no hour 99, nothing beyond the years of dates."""
    try:
        in_bangkok(datetime.fromisoformat(moment))
    except (ValueError, OverflowError):
        return False
    return True


def _record(
    response: Response, batch: uuids.UUID, rows: list[dict[str, Any]], by: User | None, device: str
) -> Outcome | None:
    """One attempt inside a transaction; None where another writer came between (SQLite locks the whole, so never)."""
    stored = storage.read_locked(response.pk, batch)
    answers, revision, scores = stored.answers, stored.revision, stored.scores
    form = cached_form(
        stored.content_hash,
        lambda: InstrumentVersion.objects.values_list("definition", flat=True).get(pk=stored.version_id),
    )
    if stored.knows_batch:
        outcome = Outcome(revision, duplicates=[_named(row, answers) for row in rows])
        return _finished(
            outcome, response, form, answers=answers, revision=revision, scores=scores, at=response.updated_at
        )
    if stored.is_locked:
        raise ResponseLocked("ชุดคำตอบนี้ปิดรับการแก้ไขแล้ว คำตอบที่ยังไม่ได้ส่งยังเก็บอยู่ในเครื่องนี้ หากต้องแก้ไขโปรดขอให้หัวหน้ากลุ่มส่งกลับแก้ไข")
    outcome = Outcome(revision)
    author = None if by is None else by.pk
    logged = _apply_all(response.pk, form, answers, rows, by=author, outcome=outcome)
    if not logged:
        return _finished(
            outcome, response, form, answers=answers, revision=revision, scores=scores, at=response.updated_at
        )
    now = timezone.now()
    if len(outcome.refused) < len(logged):
        scores = score(form, answers)
    claimed = storage.write(
        response.pk,
        batch=batch,
        events=logged,
        answers=answers,
        scores=scores,
        revision=revision + 1,
        device=device,
        by=author,
        at=now,
    )
    if not claimed:
        transaction.set_rollback(True)
        return None
    return _finished(outcome, response, form, answers=answers, revision=revision + 1, scores=scores, at=now)


def _named(row: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "key": row["key"], "e": answers.get(row["key"], {}).get("e")}


def _finished(outcome: Outcome, response: Response, form: Form, *, answers, revision: int, scores, at) -> Outcome:
    response.answers, response.revision, response.scores, response.updated_at = answers, revision, scores, at
    outcome.revision = revision
    outcome.scores = scores
    outcome.progress = queries.progress(form, answers, scores)
    return outcome


def _apply_all(
    response_id: int,
    form: Form,
    answers: dict[str, Any],
    rows: list[dict[str, Any]],
    *,
    by: int | None,
    outcome: Outcome,
) -> list[dict[str, Any]]:
    """Apply every event of a batch; return what goes into the log."""
    logged: list[dict[str, Any]] = []
    earlier: log_of.Index | None = None

    def index() -> log_of.Index:
        nonlocal earlier
        if earlier is None:
            earlier = queries.log_index(AnswerBatch.objects.filter(response=response_id).order_by("revision"))
        return earlier | {event["id"]: (event["base"], "refused" in event) for event in logged}

    in_batch: set[str] = set()
    find, apply = form.slot, log_of.apply
    for row in rows:
        key = row["key"]
        if row["id"] in in_batch:
            outcome.duplicates.append(_named(row, answers))
            continue
        slot = find(key)
        try:
            if slot is None:
                raise ValueError("ไม่พบข้อคำถามนี้ในแบบฉบับนี้ โปรดเปิดหน้าใหม่")  # noqa: TRY301 -- caught like every refusal
            if "v" in row:
                row["v"] = slot.clean(row["v"])
            elif "clear" not in row:
                _check_special(slot, row, answers)
            if slot.kind in slots.ATTACHED:
                _check_attachments(response_id, row)
        except ValueError as error:
            if row["id"] in index():
                outcome.duplicates.append(_named(row, answers))
                continue
            in_batch.add(row["id"])
            logged.append(_refused(row, str(error)))
            outcome.refused.append({"id": row["id"], "key": key, "message": str(error)})
            continue
        status = apply(answers, row, by, index)
        if status == log_of.DUPLICATE:
            outcome.duplicates.append(_named(row, answers))
            continue
        in_batch.add(row["id"])
        logged.append(row)
        if status == log_of.CONFLICT:
            outcome.conflicts.append(_conflict(key, answers[key]))
        else:
            outcome.saved.append(_named(row, answers))
    return logged


_SAID = ("v", "add", "remove")
"""What an event says; of one that is refused it is kept as text, for it may be anything that JSON can be."""


def _refused(row: dict[str, Any], message: str) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in _SAID}
    if said := {name: row[name] for name in _SAID if name in row}:
        value = said.get("v", said)
        kept["raw"] = value if isinstance(value, str) else _as_json(value)[:10_000]
    return kept | {"refused": message}


def _as_json(value: Any) -> str:
    try:
        return json.dumps(value, default=str)
    except RecursionError:  # read with the last of the stack, too deep to be written
        return "[…]"


def _check_special(slot: slots.Slot, row: dict[str, Any], answers: dict[str, Any]) -> None:
    if "na" in row and not slot.takes_na:
        raise ValueError("ข้อนี้ตอบ “ไม่เกี่ยวข้อง” ไม่ได้")
    if "add" in row:
        if slot.kind not in slots.LISTED:
            raise ValueError("ข้อนี้แนบภาพไม่ได้")
        slot.clean(row["add"])
        if not all(isinstance(item, str) for item in row["remove"]):
            raise ValueError("ข้อมูลของรายการที่ลบออกไม่ถูกต้อง โปรดเปิดหน้าใหม่แล้วลบอีกครั้ง")
        held = answers.get(slot.key, {}).get("v", [])
        left = [item for item in dict.fromkeys([*held, *row["add"]]) if item not in row["remove"]]
        if len(left) > slot.limit and row["add"]:
            raise ValueError(slots.too_many(slot.kind, slot.limit))


def _check_attachments(response_id: int, row: dict[str, Any]) -> None:
    """Pictures that an answer names must be this response's own."""
    value = row.get("v")
    ids = row.get("add") or (value if isinstance(value, list) else [])
    if isinstance(value, dict) and "image" in value:
        ids = [value["image"]]
    if ids and Attachment.objects.filter(response=response_id, pk__in=ids).count() != len(set(ids)):
        raise ValueError("ไม่พบไฟล์ภาพของข้อนี้ โปรดแนบภาพอีกครั้ง")


# -- Versions ------------------------------------------------------------------------------------------------------


@VERSION.effect("publish")
def _stamp_publication(version: InstrumentVersion, log) -> None:
    InstrumentVersion.objects.filter(pk=version.pk).update(published_at=log.at)
    version.published_at = log.at


@transaction.atomic
def new_draft(version: InstrumentVersion, *, by: User) -> InstrumentVersion:
    """A draft that starts as a copy of ``version``, under the next number; how that one was mapped to its own
    predecessor is left out. The caller has checked the right."""
    last = version.instrument.versions.order_by("-number").values_list("number", flat=True).first() or 0
    definition = without_mapping(version.definition)
    draft = InstrumentVersion(instrument=version.instrument, number=last + 1, definition=definition)
    draft.save()
    return draft


@VERSION.effect("rework")
def _go_on_in_a_new_draft(version: InstrumentVersion, log) -> None:
    """What was tried out stays as it was answered; it is mended in the version after it."""
    new_draft(version, by=log.by)
