"""Between a page and the answers: how a question is shown with its answer, and what a plain posted form says.

The browser module sends events itself; without JavaScript the same inputs arrive as an ordinary post. Each slot has an
input ``a-SLOT`` (files: ``file-SLOT``, pictures to take away: ``rm-SLOT``), each question may have ``na-QUESTION``,
and ``was-SLOT`` remembers what the page showed, so that only what this person changed becomes an event.
"""

import json
import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from instruments import slots
from instruments.definition import Form, Question, Section
from instruments.models import Attachment, Response
from instruments.queries import is_answered
from instruments.scoring import Answers
from instruments.slots import Slot
from thai.dates import in_bangkok, long_date, numeric_date, time_of_day
from thai.numerals import format_number

Facts = Mapping[str, str]
"""What the owner of a response knows already, by source: school, period, round, dates, team, hosts."""

_SEPARATOR = "\x1f"
_signer = Signer(salt="instruments.shown")


@dataclass(frozen=True)
class SlotView:
    """One slot with its present answer, for a template."""

    slot: Slot
    entry: dict[str, Any]

    @property
    def key(self) -> str:
        return self.slot.key

    @property
    def name(self) -> str:
        return f"a-{self.slot.key}"

    @property
    def dom_id(self) -> str:
        return f"a-{self.slot.key.replace('.', '-')}"

    @property
    def value(self) -> Any:
        return self.entry.get("v")

    @property
    def text(self) -> str:
        """The value as it stands in a text input: a date in Buddhist years, a typed signature's name."""
        value = self.value
        if value is None:
            return ""
        if self.slot.kind == slots.DATE:
            return numeric_date(date.fromisoformat(value))
        if self.slot.kind == slots.SIGNATURE:
            return value.get("typed", "")
        return str(value)

    @property
    def is_na(self) -> bool:
        return "na" in self.entry

    @property
    def event(self) -> str:
        """The id of the event that gave the answer; empty where there is none."""
        return self.entry.get("e", "")

    @property
    def was(self) -> str:
        """What the page shows now, signed against slips: given back by a plain post."""
        return _signed(json.dumps([self.event or None, raw_of(self.slot, self.entry), self.is_na], ensure_ascii=True))


@lru_cache(maxsize=2000)
def _signed(text: str) -> str:
    """Kept, because most slots of most pages are empty and remember the same."""
    return _signer.sign(text)


@dataclass(frozen=True)
class QuestionView:
    """One question with its answers, for ``instruments/_question.html``."""

    question: Question
    answers: Answers
    facts: Facts
    pictures: Mapping[str, Attachment]
    names: Mapping[int, str]

    @property
    def key(self) -> str:
        return self.question.key

    def _view(self, suffix: str = "") -> SlotView | None:
        key = self.question.key + suffix
        slot = next((slot for slot in self.question.slots if slot.key == key), None)
        return None if slot is None else SlotView(slot, self.answers.get(key, {}))

    @property
    def main(self) -> SlotView | None:
        return self._view()

    @property
    def current(self) -> SlotView | None:
        return self._view(".current")

    @property
    def desired(self) -> SlotView | None:
        return self._view(".desired")

    @property
    def exist(self) -> SlotView | None:
        return self._view(".exist")

    @property
    def note(self) -> SlotView | None:
        return self._view(".note")

    @property
    def photo(self) -> SlotView | None:
        return self._view(".photo")

    @property
    def other(self) -> SlotView | None:
        return self._view(".other")

    @property
    def slot_views(self) -> list[SlotView]:
        return [SlotView(slot, self.answers.get(slot.key, {})) for slot in self.question.slots]

    @property
    def fact(self) -> str:
        """What the owner knows of this question; empty where it must be asked."""
        return self.facts.get(self.question.source, "") if self.question.source else ""

    @property
    def is_na(self) -> bool:
        return any("na" in self.answers.get(key, {}) for key in self.question.main)

    @property
    def is_answered(self) -> bool:
        return is_answered(self.question, self.answers)

    @property
    def has_evidence(self) -> bool:
        """Whether something is under the fold already."""
        return any(view is not None and view.value for view in (self.note, self.photo))

    @property
    def conflicts(self) -> list[dict[str, Any]]:
        """What two people answered differently: ``[{slot, label, options: [{e, name, text, at}]}]``."""
        found = []
        for slot in self.question.slots:
            entry = self.answers.get(slot.key, {})
            if "rivals" in entry:
                options = [
                    {
                        "e": item["e"],
                        "name": self.names.get(item["by"], ""),
                        "text": answer_text(self.question, slot, item) or "ไม่ตอบ",
                        "at": moment(item["at"]),
                    }
                    for item in (entry, *entry["rivals"])
                ]
                found.append({"slot": slot.key, "label": slot.label, "options": options})
        return found

    def photos_of(self, view: SlotView | None) -> list[Attachment]:
        ids = (view.value or []) if view else []
        return [self.pictures[item] for item in ids if item in self.pictures]

    @property
    def photo_list(self) -> list[Attachment]:
        return self.photos_of(self.main if self.question.type == "photo" else self.photo)

    @property
    def signature(self) -> Attachment | None:
        value = self.main.value if self.main else None
        return self.pictures.get(value["image"]) if isinstance(value, dict) and "image" in value else None


def pictures_of(response: Response) -> dict[str, Attachment]:
    """The response's pictures by id: one query for a whole page."""
    return {str(attachment.pk): attachment for attachment in response.attachments.all()}


def names_of(answers: Answers) -> dict[int, str]:
    """Names of the people whose answers contradict each other; no query where there are none."""
    ids = {item["by"] for entry in answers.values() if "rivals" in entry for item in (entry, *entry["rivals"])}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}


def section_views(
    section: Section,
    answers: Answers,
    *,
    facts: Facts | None = None,
    pictures: Mapping[str, Attachment] | None = None,
    names: Mapping[int, str] | None = None,
) -> list[QuestionView]:
    """The questions of a section with their answers, ready for the templates."""
    return [QuestionView(question, answers, facts or {}, pictures or {}, names or {}) for question in section.questions]


def page_state(response: Response, section: Section, names: Mapping[int, str]) -> dict[str, Any]:
    """What the browser module needs to know of a section's answers; ``form_section`` puts it on the page as JSON."""
    keys = [slot.key for question in section.questions for slot in question.slots]
    return {
        "revision": response.revision,
        "answers": {key: response.answers[key] for key in keys if key in response.answers},
        "names": {str(pk): name for pk, name in names.items()},
    }


def moment(iso: str) -> str:
    """The time of day of an ISO moment as Thais write it: "10.41 น."; empty where it can't be read."""
    try:
        at = parse_datetime(iso)
        return time_of_day(in_bangkok(at)) if at else ""
    except (ValueError, OverflowError):  # well formed, but no moment of any clock
        return ""


def answer_text(question: Question, slot: Slot, entry: Mapping[str, Any]) -> str:
    """An answer in words, for people to read: "4 มาก", "มี", "21/11/2569"; empty where there is none."""
    if "na" in entry:
        return "ไม่เกี่ยวข้อง"
    value = entry.get("v")
    if value is None or value in ("", []):
        return ""
    match slot.kind:
        case slots.RATING:
            return f"{value} {question.scale.word(value) if question.scale else ''}".strip()
        case slots.EXIST:
            return "มี" if value else "ไม่มี"
        case slots.CHOICE | slots.MULTI:
            texts = {choice.value: choice.text for choice in question.choices}
            picked: list[str] = value if isinstance(value, list) else [str(value)]
            return ", ".join(texts.get(item, item) for item in picked)
        case slots.DATE:
            return long_date(date.fromisoformat(value))
        case slots.NUMBER:
            return f"{format_number(value)} {question.unit}".strip()
        case slots.PHOTO:
            return f"ภาพ {len(value)} ภาพ"
        case slots.SIGNATURE:
            return value.get("typed", "ลงลายมือชื่อแล้ว")
    return str(value)


def raw_of(slot: Slot, entry: Mapping[str, Any]) -> str:
    """The answer as a plain form would post it, in one string."""
    value = entry.get("v")
    if value is None or slot.kind == slots.PHOTO:
        return ""
    if slot.kind == slots.MULTI:
        return _SEPARATOR.join(value)
    return SlotView(slot, dict(entry)).text


def form_events_from_post(form: Form, answers: Answers, post) -> list[dict[str, Any]]:
    """The events that a plain post of these inputs means: one for each slot that this person changed.

    ``post`` is a QueryDict. Slots that were not on the page are left alone. What the page showed comes back in
    ``was-SLOT``, so an answer that somebody else gave meanwhile is neither taken over nor contradicted by accident.
    """
    now = timezone.now().isoformat(timespec="seconds")
    cleared = set(post.getlist("clear"))
    events: list[dict[str, Any]] = []
    settled = _settlements(answers, post.getlist("settle"), now)
    events += settled
    for slot in form.slots.values():
        if any(event["key"] == slot.key for event in settled):
            continue
        shown = _shown(post.get(f"was-{slot.key}"))
        if shown is None:
            continue
        base, was_raw, was_na = shown
        event: dict[str, Any] = {"id": str(uuids.uuid4()), "key": slot.key, "at": now, "base": base}
        question = form.questions[slot.question]
        is_main = slot.key in question.main
        if slot.kind == slots.PHOTO:
            if gone := post.getlist(f"rm-{slot.key}"):
                events.append(event | {"remove": gone})
            continue
        posted = post.getlist(f"a-{slot.key}")
        raw = (
            _SEPARATOR.join(posted)
            if slot.kind == slots.MULTI
            else (posted[-1] if posted else "").replace("\r\n", "\n")
        )
        na = is_main and slot.takes_na and f"na-{question.key}" in post
        if was_na and raw and raw != was_raw:  # an answer given now outweighs the mark that stood there
            na = False
        if question.key in cleared and is_main:
            if base is not None and (was_raw or was_na):
                events.append(event | {"clear": True})
        elif na and not was_na:
            events.append(event | {"na": True})
        elif not na and (raw != was_raw or (was_na and raw)):
            events.append(event | _said(slot, raw, posted))
        elif not na and was_na:
            events.append(event | {"clear": True})
    return events


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


def _shown(signed: str | None) -> tuple[str | None, str, bool] | None:
    if signed is None:
        return None
    try:
        base, raw, na = json.loads(_signer.unsign(signed))
    except (BadSignature, ValueError):
        return None
    return base, raw, na
