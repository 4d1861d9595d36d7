"""A version beside the one before it: what differs, and what is decided about each trend."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from builder.services import DELETED, write_draft
from instruments.differences import (
    ADDED,
    CONTINUES,
    CUT,
    Differences,
    Place,
    QuestionChange,
    candidates,
    decided,
    differences,
)
from instruments.flows import DRAFT
from instruments.models import InstrumentVersion

FROM = "from:"
"""How a chosen answer names an old question: ``from:KEY``."""


class DecisionsRefusedError(Exception):
    """Decisions that could not be kept; the message is a Thai sentence."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way in which the trend of a question may go on, as a radio button."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One question on the page of a version: what became of it, and what may be decided."""

    question: QuestionChange
    options: tuple[Option, ...] = ()


def rows(
    base: InstrumentVersion, version: InstrumentVersion, found: Differences, chosen: Mapping[str, str]
) -> list[Row]:
    """What the page shows of each question that is not the same. ``chosen``: what was picked and not kept yet."""
    return [
        Row(question, _options(base, version, found, question, chosen.get(question.key)))
        for question in found.questions
        if question.kind != "same" or question.moved
    ]


def _options(
    base: InstrumentVersion,
    version: InstrumentVersion,
    found: Differences,
    question: QuestionChange,
    picked: str | None,
) -> tuple[Option, ...]:
    if question.is_note or question.kind == "dropped":
        return ()
    if question.kind == ADDED:
        offered = candidates(base.definition, version.definition, question.key)
        taken = found.replaced - {question.ancestor}
        now = picked if picked is not None else FROM + question.ancestor if question.ancestor else "begins"
        made = [("begins", "ข้อใหม่ ไม่ต่อแนวโน้มของข้อใด")]
        made += [
            (FROM + key, f"แทนข้อเดิม {_named(place, text)} (ต่อแนวโน้ม)")
            for key, place, text in offered
            if key not in taken
        ]
        return tuple(Option(value, label, value == now) for value, label in made) if len(made) > 1 else ()
    if not question.asked:
        return ()
    if question.forced:
        return (Option(CUT, "ตัดแนวโน้ม", chosen=True),)
    now = picked if picked is not None else question.decision
    return (
        Option(CONTINUES, "ความหมายเดิม ต่อแนวโน้มเดิม", now == CONTINUES),
        Option(CUT, "ความหมายเปลี่ยน ตัดแนวโน้ม", now == CUT),
    )


def _named(place: Place, text: str) -> str:
    return f"{place} “{text[:60]}{'…' if len(text) > 60 else ''}”"


def decide(version: InstrumentVersion, chosen: Mapping[str, str], *, rest: str = "", seen: int | None) -> int:
    """Write what was decided on each trend into the draft; return how many questions still wait.

    ``chosen``: question key → ``continues`` | ``cut`` | ``begins`` | ``from:OLD``. ``rest`` is taken for every question
    that is asked and has no choice. ``seen`` is the revision that the person's page showed. Raises
    ``DecisionsRefusedError`` (Thai) where the draft is no draft any more or somebody changed it meanwhile.
    The caller has checked the right.
    """
    with transaction.atomic():
        fresh = InstrumentVersion.objects.select_for_update().filter(pk=version.pk).first()
        if fresh is None:
            raise DecisionsRefusedError(DELETED)
        if fresh.state != DRAFT:
            raise DecisionsRefusedError(f"ฉบับนี้{fresh.state_label}แล้ว จึงตัดสินใจเรื่องแนวโน้มไม่ได้ หากต้องแก้ไขโปรดส่งกลับแก้ไขก่อน")
        if seen != fresh.revision:
            raise DecisionsRefusedError(
                "มีผู้แก้ไขฉบับร่างนี้หลังจากที่ท่านเปิดหน้านี้ ตัวเลือกของท่านยังอยู่ด้านล่าง โปรดตรวจข้อความล่าสุดแล้วกดบันทึกอีกครั้ง"
            )
        base = fresh.predecessor
        if base is None:
            return 0
        found = differences(base.definition, fresh.definition)
        definition = decided(fresh.definition, dict(_decisions(base, fresh, found, chosen, rest)))
        if definition != fresh.definition:
            write_draft(fresh, definition)
        return len(differences(base.definition, definition).undecided)


def _decisions(base, version, found: Differences, chosen: Mapping[str, str], rest: str):
    """(key, (decision, old key)) for every question about which something was said."""
    taken: set[str] = set()
    for question in found.questions:
        picked = chosen.get(question.key, "")
        if question.kind == ADDED:
            old = picked.removeprefix(FROM) if picked.startswith(FROM) else ""
            offered = (
                {key for key, _, _ in candidates(base.definition, version.definition, question.key)} if old else ()
            )
            if old in offered and old not in taken:
                taken.add(old)
                yield question.key, (CONTINUES, old)
            elif picked:
                yield question.key, ("", "")
        elif question.asked and question.forced:
            yield question.key, (CUT, "")
        elif question.asked and (said := picked or (rest if question.undecided else "")) in (CONTINUES, CUT):
            yield question.key, (said, question.old_key)
