"""What a plain posted form says."""

import uuid as uuids
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from instruments import slots
from instruments.definition import Form
from instruments.filling.rows import new_row
from instruments.filling.shown import SEPARATOR, was_shown
from instruments.scoring import Answers
from instruments.slots import Slot, question_of


def form_events_from_post(form: Form, answers: Answers, post) -> list[dict[str, Any]]:
    """The events that a plain post of these inputs means: one for each slot that this person changed.

    ``post`` is a QueryDict. Slots that were not on the page are left alone. What the page showed comes back in
    ``was-SLOT``, so an answer that somebody else gave meanwhile is neither taken over nor contradicted by accident.
    """
    now = timezone.now().isoformat(timespec="seconds")
    settled = _settlements(answers, post.getlist("settle"), now)
    done = {event["key"] for event in settled}
    said = [
        event for slot in _posted_slots(form, post) if slot.key not in done for event in _slot_events(form, slot, post)
    ]
    rows = _row_events(form, answers, said, post)
    return settled + [{"id": str(uuids.uuid4()), "at": now, "base": None} | event for event in (*rows, *said)]


def typed_and_refused(post, refused: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """What the post said of the slots that were refused, with the reasons: ``Page.refused``, fit for a session."""
    return {
        item["key"]: [post[f"a-{item['key']}"][:4000], item["message"]]
        for item in refused
        if f"a-{item['key']}" in post
    }


def _posted_slots(form: Form, post) -> Iterator[Slot]:
    for name in post:
        if name.startswith("was-") and (slot := form.slot(name.removeprefix("was-"))) is not None:
            yield slot


def _row_events(form: Form, answers: Answers, said: list[dict[str, Any]], post) -> Iterator[dict[str, Any]]:
    """Rows that this post adds (by the button, or by the first answer in one that was offered) and takes away."""
    for section in form.sections:
        if not section.repeat:
            continue
        gone = post.getlist(f"rm-{section.rows_slot}")
        there = {*section.rows(answers), *gone}
        slots_of = {slot.key for question in section.questions for slot in question.slots}
        begun = [row for event in said for base, _, row in [event["key"].partition("@")] if row and base in slots_of]
        if new := [row for row in dict.fromkeys(begun) if row not in there]:
            yield {"key": section.rows_slot, "add": new}
        if section.key in post.getlist("row-add"):
            shown = [row for row in post.getlist(f"row-{section.key}") if row not in there and row not in new]
            yield {"key": section.rows_slot, "add": [*shown, new_row()]}
        if gone:
            yield {"key": section.rows_slot, "remove": gone}


def _slot_events(form: Form, slot: Slot, post) -> Iterator[dict[str, Any]]:
    shown = was_shown(post.get(f"was-{slot.key}"))
    if shown is None:
        return
    base, was_raw, was_na = shown
    event: dict[str, Any] = {"key": slot.key, "base": base}
    if slot.kind in slots.LISTED:
        if gone := post.getlist(f"rm-{slot.key}"):
            yield event | {"remove": gone}
        return
    question = question_of(slot.key)
    is_main = slot.key.partition("@")[0] in form.questions[slot.question].main
    posted = (
        [item for item in post.getlist(f"a-{slot.key}") if item]
        if slot.kind == slots.MULTI
        else post.getlist(f"a-{slot.key}")
    )
    raw = SEPARATOR.join(posted) if slot.kind == slots.MULTI else (posted[-1] if posted else "").replace("\r\n", "\n")
    na = is_main and slot.takes_na and f"na-{question}" in post
    if was_na and raw and raw != was_raw:  # an answer given now outweighs the mark that stood there
        na = False
    if question in post.getlist("clear") and is_main:
        if base is not None and (was_raw or was_na):
            yield event | {"clear": True}
    elif na and not was_na:
        yield event | {"na": True}
    elif not na and (raw != was_raw or (was_na and raw)):
        yield event | _said(slot, raw, posted)
    elif not na and was_na:
        yield event | {"clear": True}


def _settlements(answers: Answers, chosen: list[str], now: str) -> list[dict[str, Any]]:
    """``settle=SLOT|EVENT``: of the answers that contradict each other, take that one."""
    events = []
    for choice in chosen:
        key, _, name = choice.partition("|")
        entry = answers.get(key, {})
        picked = next((item for item in (entry, *entry.get("rivals", [])) if item.get("e") == name), None)
        if picked is None or "rivals" not in entry:
            continue
        event: dict[str, Any] = {"id": str(uuids.uuid4()), "key": key, "at": now, "base": entry["e"]}
        event["settles"] = [rival["e"] for rival in entry["rivals"]]
        if "v" in picked:
            event["v"] = picked["v"]
        else:
            event["na" if "na" in picked else "clear"] = True
        events.append(event)
    return events


def _said(slot: Slot, raw: str, posted: list[str]) -> dict[str, Any]:
    if not raw.strip():
        return {"clear": True}
    return {"v": posted if slot.kind == slots.MULTI else raw}
