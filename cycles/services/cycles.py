"""Verbs of a cycle: open it, say who does what by when, write its steps, freeze what is done, go round again."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import RoleAssignment, User
from cycles.flows import CANCELLED, CARRY_ON, COMPLETE, EFFECTS, IMPROVE, REOPEN, STAFF, step_number, step_state
from cycles.models import Cycle, CycleStep, StepCheck, StepEvidence, StepRecord
from cycles.windows import proposed
from handbook.models import Edition
from handbook.queries import edition_in_force
from instruments.files import EXTENSIONS, FileRefused, read_document
from schools.models import AreaOffice
from schools.queries import calendar_for
from thai.text import normalise
from workflows.models import TransitionLog
from workflows.services import NotAllowedError, TransitionError, tell

MOST_EVIDENCE = 30
"""Files and links that one step keeps."""


class CycleRefusedError(TransitionError):
    """The cycle or its step was not changed; the message is a Thai sentence that says why and what to do."""


class ChangedMeanwhileError(CycleRefusedError):
    """Somebody else wrote the step since the person's page was made; nothing was written."""


# -- Opening -------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_cycle(area: AreaOffice, process: str, year: int, *, by: User, edition: Edition | None = None) -> Cycle:
    """A cycle of the process for that year (พ.ศ.), on the edition in force, its windows computed, nobody in charge yet.

    The person in charge of a step in the cycle before is in charge again where still in office. Raises
    ``CycleRefusedError``: no handbook in force, no such process, a cycle of that year is there already.
    """
    if not by.has_perm("cycles.keep_cycle", area):
        raise NotAllowedError("ท่านไม่มีสิทธิ์เปิดรอบการดำเนินงาน ผู้ที่เปิดได้คือหัวหน้ากลุ่มงานหรือผู้อำนวยการกลุ่มนิเทศฯ")
    edition = edition or edition_in_force(area)
    if edition is None:
        raise CycleRefusedError("สำนักงานยังไม่มีคู่มือที่เผยแพร่ โปรดให้ผู้อำนวยการกลุ่มนิเทศฯ เผยแพร่คู่มือก่อนเปิดรอบ")
    try:
        table = edition.book.process(process)
    except LookupError:
        raise CycleRefusedError(f"คู่มือที่ใช้อยู่ ({edition.name}) ไม่มีกระบวนงาน {process} โปรดเลือกกระบวนงานอื่น") from None
    before = Cycle.objects.filter(area=area, process=process, year__lt=year).exclude(state=CANCELLED)
    last = before.order_by("-year", "-pk").first()
    decides = next((step.number for step in table.steps if step.decision), 0)
    decision = table.steps[decides - 1].decision if decides else None
    cycle = Cycle(
        area=area, edition=edition, process=process, title=table.title, year_kind=table.year, year=year,
        steps=len(table.steps), decides=decides, improve_to=decision.improve if decision else 0, before=last, opened_by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            cycle.save()
    except IntegrityError:
        raise CycleRefusedError(f"มีรอบของ {process} {cycle.year_name} อยู่แล้ว โปรดเปิดจากกระดานรอบการดำเนินงาน") from None
    rows = last.all_steps if last else []
    windows = proposed(table, year, calendar_for(area), [(row.starts_on, row.ends_on) for row in rows])
    owners = {row.key: row.owner_id for row in rows}
    in_office = set(RoleAssignment.objects.holders(*STAFF, area_id=area.pk).values_list("pk", flat=True))
    for step, (first, until) in zip(table.steps, windows, strict=True):
        owner = owners.get(step.key)
        row = CycleStep.objects.create(
            cycle=cycle, number=step.number, key=step.key, state=step_state(step.number), name=step.short or step.text,
            owner_id=owner if owner in in_office else None, starts_on=first, ends_on=until,
        )  # fmt: skip
        lines = [step.standard or step.text, *(part.text for part in step.parts)]
        StepCheck.objects.bulk_create(
            StepCheck(step=row, place=place, text=text[:500]) for place, text in enumerate(lines, 1) if text
        )
    return cycle


# -- Writing a step ------------------------------------------------------------------------------------------------


def _locked(step: CycleStep, *, by: User, permission: str = "cycles.work_on_step") -> CycleStep:
    """The step as it is stored, under the lock of its cycle, if this person may change it now."""
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("area", "edition").get(pk=step.cycle_id)
    if not by.has_perm(permission, cycle):
        raise NotAllowedError("ท่านไม่มีสิทธิ์แก้ไขขั้นนี้ ผู้ที่ดำเนินการได้คือผู้รับผิดชอบขั้น หัวหน้ากลุ่มงาน หรือผู้อำนวยการกลุ่มนิเทศฯ")
    if cycle.is_over:
        raise CycleRefusedError(f"รอบนี้{cycle.state_label}แล้วจึงแก้ไขไม่ได้ สิ่งที่ต้องแก้ไขให้ทำในรอบถัดไป")
    current = cycle.step(step.number)
    if not current.is_open:
        raise CycleRefusedError(
            f"ขั้นที่ {step.number} ดำเนินการเสร็จแล้วจึงแก้ไขไม่ได้ หากจำเป็นให้ผู้อำนวยการกลุ่มนิเทศฯ เปิดขั้นนี้อีกครั้งพร้อมเหตุผล"
        )
    return current


def _require_seen(current: CycleStep, seen: int | None) -> None:
    if seen is not None and seen != current.version:
        who = f"{current.changed_by} " if current.changed_by else "ผู้ใช้อีกคน"
        raise ChangedMeanwhileError(
            f"ขณะที่ท่านพิมพ์ {who}ได้บันทึกขั้นนี้ไปก่อนแล้ว ข้อความของท่านยังอยู่ด้านล่าง โปรดเทียบกับที่บันทึกไว้ แล้วกดบันทึกอีกครั้งเพื่อใช้ของท่าน"
        )


def _save(step: CycleStep, *, by: User, fields: Iterable[str]) -> CycleStep:
    step.version += 1
    step.changed_by, step.changed_at = by, timezone.now()
    step.save(update_fields=[*fields, "version", "changed_by", "changed_at"])
    return step


@transaction.atomic
def write_step(
    step: CycleStep, *, by: User, content: Mapping[str, Any] | None = None, notes: str | None = None, seen: int | None = None
) -> CycleStep:  # fmt: skip
    """Keep what people added. ``seen`` is the version that the person's page showed.

    Raises ``ChangedMeanwhileError`` where somebody wrote since.
    """
    current = _locked(step, by=by)
    _require_seen(current, seen)
    if content is not None:
        current.content = {**current.content, **content}
    if notes is not None:
        current.notes = normalise(notes, multiline=True)
    return _save(current, by=by, fields=("content", "notes"))


@transaction.atomic
def choose_source(
    step: CycleStep, name: str, keys: Iterable[int], *, by: User, offered: Iterable[int] | None = None
) -> CycleStep:
    """Say which of the office's records the step draws from; the caller took them out of ``visible_to``.

    ``offered`` are those that the person could choose from: what is chosen beside them stays. None: all.
    """
    current = _locked(step, by=by)
    kept = set() if offered is None else set(current.sources.get(name, [])) - set(offered)
    current.sources = {**current.sources, name: sorted(kept | set(keys))}
    return _save(current, by=by, fields=("sources",))


@transaction.atomic
def schedule_step(
    step: CycleStep, *, by: User, starts_on: date, ends_on: date, owner: User | None, late_reason: str = "",
    seen: int | None = None,
) -> CycleStep:  # fmt: skip
    """Set the window, the person in charge and why it is late. Who is newly in charge hears of it.

    ``seen`` as for ``write_step``.
    """
    current = _locked(step, by=by, permission="cycles.keep_cycle")
    _require_seen(current, seen)
    if ends_on < starts_on:
        raise CycleRefusedError("วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม")
    if owner and not RoleAssignment.objects.holders(*STAFF, area_id=current.area_id).filter(pk=owner.pk).exists():
        raise CycleRefusedError(f"{owner} ไม่ได้เป็นศึกษานิเทศก์ของเขตนี้ในขณะนี้ โปรดเลือกผู้อื่น")
    is_new = owner is not None and owner.pk not in (current.owner_id, by.pk)
    current.starts_on, current.ends_on, current.owner = starts_on, ends_on, owner
    current.late_reason = normalise(late_reason, multiline=True)
    _save(current, by=by, fields=("starts_on", "ends_on", "owner", "late_reason"))
    if owner and is_new:
        text = f"ท่านเป็นผู้รับผิดชอบ{current} ของ{current.cycle}"
        transaction.on_commit(lambda: tell([owner], text, current.get_absolute_url()))
    return current


@transaction.atomic
def set_improve_to(cycle: Cycle, target: int, *, by: User) -> Cycle:
    """Say to which step ปรับปรุง leads in this cycle; the handbook's usual reading is step 4."""
    current = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if not by.has_perm("cycles.keep_cycle", current):
        raise NotAllowedError("ท่านไม่มีสิทธิ์ตั้งค่ารอบนี้ ผู้ที่ตั้งได้คือหัวหน้ากลุ่มงานหรือผู้อำนวยการกลุ่มนิเทศฯ")
    if current.is_over or not 1 <= target < current.decides:
        raise CycleRefusedError("เลือกขั้นที่จะกลับไปได้เฉพาะขั้นก่อนการตัดสิน และเฉพาะรอบที่ยังดำเนินการอยู่")
    current.improve_to = target
    current.save(update_fields=["improve_to"])
    return current


@transaction.atomic
def mark_checks(step: CycleStep, marks: Mapping[int, tuple[bool, str]], *, by: User) -> None:
    """Tick the quality standard: {primary key of the line: (met, remark)}."""
    current = _locked(step, by=by)
    now = timezone.now()
    for check in current.checks.all():
        met, remark = marks.get(check.pk, (check.met, check.remark))
        remark = normalise(remark)[:300]
        if (met, remark) == (check.met, check.remark):
            continue
        check.met, check.remark, check.by, check.at = met, remark, by, now
        check.save()


@transaction.atomic
def add_check(step: CycleStep, text: str, *, by: User) -> StepCheck:
    """One more line of the standard, the office's own."""
    current = _locked(step, by=by, permission="cycles.keep_cycle")
    text = normalise(text)[:500]
    if not text:
        raise CycleRefusedError("โปรดพิมพ์รายการที่ต้องตรวจ")
    last = current.checks.order_by("-place").first()
    return current.checks.create(place=(last.place if last else 0) + 1, text=text)


@transaction.atomic
def remove_check(check: StepCheck, *, by: User) -> None:
    """Take away a line that the office added; the handbook's own stay, so that nobody opens the gate by removing them."""
    check.step = _locked(check.step, by=by, permission="cycles.keep_cycle")
    if not check.is_own:
        raise CycleRefusedError("รายการนี้เป็นมาตรฐานของคู่มือจึงนำออกไม่ได้ หากไม่เหมาะให้ปรับปรุงในคู่มือฉบับถัดไป")
    check.delete()


@transaction.atomic
def add_evidence(step: CycleStep, *, by: User, title: str, upload=None, url: str = "") -> StepEvidence:
    """A product or evidence: a file (20 MB at most, checked by its content) or a link. Raises ``CycleRefusedError``."""
    current = _locked(step, by=by)
    if current.evidence.count() >= MOST_EVIDENCE:
        raise CycleRefusedError(f"แนบได้ไม่เกิน {MOST_EVIDENCE} รายการต่อขั้น โปรดรวมเป็นไฟล์เดียวหรือนำรายการที่ไม่ใช้ออกก่อน")
    made = StepEvidence(step=current, round=current.cycle.round, by=by, url=url)
    if upload:
        try:
            document = read_document(upload)
        except FileRefused as refusal:
            raise CycleRefusedError(f"แนบไฟล์ไม่ได้: {refusal}") from None
        made.name, made.content_type = document.name, document.content_type
        made.size, made.sha256 = len(document.content), document.sha256
        made.file.save(f"file.{EXTENSIONS[document.content_type]}", ContentFile(document.content), save=False)
    elif not url:
        raise CycleRefusedError("โปรดเลือกไฟล์หรือใส่ลิงก์ของผลงาน")
    made.title = normalise(title)[:200] or made.name or url[:200]
    made.save()
    return made


@transaction.atomic
def remove_evidence(evidence: StepEvidence, *, by: User) -> None:
    """Take away what was attached by mistake; what a done step was frozen with stays."""
    current = _locked(evidence.step, by=by)
    if evidence.by_id != by.pk and not by.has_perm("cycles.keep_cycle", current.cycle):
        raise NotAllowedError(f"ผู้ที่นำออกได้คือผู้แนบ ({evidence.by}) หัวหน้ากลุ่มงาน หรือผู้อำนวยการกลุ่มนิเทศฯ")
    last = current.records.select_related("log").order_by("-pk").first()
    if last and evidence.at <= last.log.at:
        raise CycleRefusedError("หลักฐานนี้เป็นส่วนหนึ่งของบันทึกที่จบขั้นไปแล้วจึงนำออกไม่ได้ โปรดแนบฉบับใหม่เพิ่มแทน")
    evidence.delete()


# -- What happens with a move --------------------------------------------------------------------------------------


def _effect(beginning: str):
    def register(function):
        EFFECTS[beginning] = function
        return function

    return register


@_effect(COMPLETE)
def _freeze(cycle: Cycle, log: TransitionLog) -> None:
    """Keep the step that was left as it is now."""
    step = cycle.step(step_number(log.from_state))
    StepRecord.objects.create(
        step=step,
        round=cycle.round,
        facts=step.gathered(),
        content=step.content | {"notes": step.notes},
        checks=[[check.text, check.met, check.remark] for check in step.checks.all()],
        evidence=[[item.title, item.name or item.url, item.sha256] for item in step.evidence.all()],
        log=log,
    )
    del cycle.all_steps  # they speak of the step that was left as open


_effect(CARRY_ON)(_freeze)


@_effect(IMPROVE)
def _go_round_again(cycle: Cycle, log: TransitionLog) -> None:
    """Freeze the evaluation that led to it, count the round, and have the steps gone through again checked anew."""
    _freeze(cycle, log)
    Cycle.objects.filter(pk=cycle.pk).update(round=cycle.round + 1)
    cycle.round += 1
    _check_again(cycle, range(step_number(log.to_state), step_number(log.from_state) + 1))


@_effect(REOPEN)
def _open_again(cycle: Cycle, log: TransitionLog) -> None:
    _check_again(cycle, [step_number(log.to_state)])


def _check_again(cycle: Cycle, numbers: Iterable[int]) -> None:
    lines = StepCheck.objects.filter(step__cycle=cycle, step__number__in=numbers)
    lines.update(met=False, by=None, at=None)
    cycle.__dict__.pop("all_steps", None)
