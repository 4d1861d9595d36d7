"""From the entry of an answer to what stands in a cell: one reader for each column that a slot fills.

A cell is None (blank), text, int, Decimal, date, time, or datetime (Bangkok, without a zone).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from instruments import masters, slots
from instruments.definition import Question
from instruments.slots import Slot

Cell = None | str | int | Decimal | date | time | datetime
Entry = dict[str, Any]
Reader = Callable[[Entry], Cell]

NOT_APPLICABLE = ("NA", "ไม่เกี่ยวข้อง")
"""“Not applicable” as a code and as a word."""
BETWEEN = " | "
"""Stands between several choices, or several names, in one cell."""


@dataclass(frozen=True, slots=True)
class Part:
    """One column of a slot. ``key`` and ``title`` are added to the slot's; ``always`` reads a missing answer too."""

    key: str
    title: str
    read: Reader
    kind: str
    choices: dict[str, str] = field(default_factory=dict)
    always: bool = False


class RegisterTexts(dict):
    """The texts of a register's values (schools, people): the office's own at once, any other when it is met."""

    def __init__(self, name: str, area: int):
        super().__init__(masters.MASTERS[name].options(area))
        self.name = name

    def __missing__(self, value: str) -> str:
        self[value] = masters.find(self.name, [value]).get(value, value)
        return self[value]


@dataclass
class Wording:
    """How answers are put into words: labels or values, one more column for each choice or not."""

    labels: bool
    split: bool
    area: int
    file_names: dict[str, str] = field(default_factory=dict)
    """The names of attachments, by id, of the responses at hand; kept by whoever reads the responses."""
    _registers: dict[str, RegisterTexts] = field(default_factory=dict)

    @property
    def not_applicable(self) -> str:
        return NOT_APPLICABLE[self.labels]

    def register(self, name: str) -> RegisterTexts:
        if name not in self._registers:
            self._registers[name] = RegisterTexts(name, self.area)
        return self._registers[name]


def number(value: Any) -> Cell:
    """A stored number; what is none (a calculated text) stays as it is."""
    try:
        found = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return None if value is None else str(value)
    return found if found.is_finite() else str(value)


def day(value: Any) -> Cell:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return str(value)


def clock(value: Any) -> Cell:
    try:
        return time.fromisoformat(value)
    except (TypeError, ValueError):
        return str(value)


def parts_of(slot: Slot, question: Question, wording: Wording) -> list[Part]:
    """The columns that a slot of this version fills, in their order."""
    if slot.kind == slots.MULTI:
        return list(_multi(question, wording))
    if slot.kind == slots.PLACE:
        return [_place_part(name, title, wording) for name, title in _PLACE]
    if slot.kind in (slots.PHOTO, slots.FILE):
        return list(_attached(slot, wording))
    read, choices = _single(slot, question, wording)
    always = slot.kind == slots.SIGNATURE
    return [Part("", "", read if always else _or_na(read, wording), slot.kind, choices, always=always)]


def as_it_is(entry: Entry) -> Cell:
    """Stands for a value as it is stored; ``tables.Plan`` takes those out without a call for each."""
    return entry.get("v")


def _or_na(read: Callable[[Any], Cell] | None, wording: Wording) -> Reader:
    na = wording.not_applicable
    if read is None:
        return as_it_is

    def translated(entry: Entry) -> Cell:
        value = entry.get("v")
        return read(value) if value is not None else na if "na" in entry else None

    return translated


def _single(slot: Slot, question: Question, wording: Wording) -> tuple[Any, dict[str, str]]:
    """(how a value is read, None for as it is; the texts of its choices)."""
    match slot.kind:
        case slots.RATING:
            scale = question.scale
            return None, {str(value): text for value, text in scale.values} if scale else {}
        case slots.EXIST:
            return _word({1: "มี", 0: "ไม่มี"}) if wording.labels else None, {"1": "มี", "0": "ไม่มี"}
        case slots.CHOICE:
            texts = _texts(question, wording)
            return _word(texts) if wording.labels else None, _listed(question)
        case slots.NUMBER:
            return number, {}
        case slots.DATE:
            return day, {}
        case slots.TIME:
            return clock, {}
        case slots.SIGNATURE:
            words: tuple[Cell, Cell] = ("ไม่มี", "มี") if wording.labels else (0, 1)
            return lambda entry: words[bool(entry.get("v"))], {"1": "มี", "0": "ไม่มี"}
    return None, {}


def _word(texts: dict) -> Callable[[Any], Cell]:
    def read(value: Any) -> Cell:
        try:
            return texts[value]
        except (KeyError, TypeError):
            return str(value)

    return read


def _texts(question: Question, wording: Wording) -> dict[str, str]:
    return wording.register(question.master) if question.master else _listed(question)


def _listed(question: Question) -> dict[str, str]:
    return {choice.value: choice.text for choice in question.choices}


def _multi(question: Question, wording: Wording) -> Iterable[Part]:
    texts = _texts(question, wording)
    word = _word(texts) if wording.labels else str

    def joined(value: Any) -> Cell:
        return BETWEEN.join(str(word(item)) for item in value) if isinstance(value, list) else str(value)

    listed = _listed(question)
    yield Part("", "", _or_na(joined, wording), slots.MULTI, listed)
    if wording.split:
        for value, text in listed.items():
            yield Part(f"/{value}", f": {text}", _picked(value), "picked", {"1": "เลือก", "0": "ไม่เลือก"})


def _picked(value: str) -> Reader:
    def read(entry: Entry) -> Cell:
        held = entry.get("v")
        return None if held is None else int(value in held)

    return read


_PLACE = (("lat", "ละติจูด"), ("lon", "ลองจิจูด"), ("acc", "ความแม่นยำ เมตร"))


def _place_part(name: str, title: str, wording: Wording) -> Part:
    def read(value: Any) -> Cell:
        return number(value.get(name)) if isinstance(value, dict) else str(value)

    return Part(f".{name}", f" ({title})", _or_na(read, wording), slots.NUMBER)


def _attached(slot: Slot, wording: Wording) -> Iterable[Part]:
    names = wording.file_names

    def named(value: Any) -> Cell:
        return BETWEEN.join(names.get(item, "") or item for item in value) or None

    yield Part("", " (จำนวน)", _or_na(len, wording), slot.kind)
    yield Part(".names", " (ชื่อไฟล์)", lambda entry: named(entry.get("v") or []), slots.TEXT)
