"""A parsed form: its sections, questions, scales, choices. Nothing here changes once it is made."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from instruments.slots import ROW_ID, Slot


def ranges(bands: Sequence[tuple[int, str]], highest: int) -> list[tuple[str, Decimal, Decimal]]:
    """Each level of a scale up to ``highest`` with the lowest and the highest mean that has it, the highest first.

    ``bands``: as those of a ``Scale``.
    """
    tops = [highest * 100, *(least - 1 for least, _ in bands)]
    return [
        (label, Decimal(least).scaleb(-2), Decimal(most).scaleb(-2))
        for (least, label), most in zip(bands, tops, strict=False)
    ]


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale and how its means are read. ``bands``: (least mean in hundredths, label), highest first."""

    key: str
    title: str
    values: tuple[tuple[int, str], ...]
    bands: tuple[tuple[int, str], ...]
    dual: bool = False
    holistic: bool = False

    def word(self, value: int) -> str:
        """What one value of the scale is called."""
        return next((text for number, text in self.values if number == value), "")

    def level(self, hundredths: int) -> str | None:
        """The band of a mean that has already been rounded to two decimals; None for a scale without bands."""
        for least, label in self.bands:
            if hundredths >= least:
                return label
        return None

    @property
    def bounds(self) -> tuple[int, int]:
        numbers = [number for number, _ in self.values]
        return min(numbers), max(numbers)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    specify: bool = False
    attrs: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What a ``filter`` asks of it, e.g. the province of a district."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a matrix; its slot is ``QUESTION.key``."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often a section is asked: "ครูคนที่ 1", "ครูคนที่ 2" …"""

    label: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``main`` are the slots that decide whether it is answered."""

    key: str
    type: str
    text: str
    section: str
    number: int
    slots: tuple[Slot, ...]
    main: tuple[str, ...]
    hint: str = ""
    required: bool = False
    allow_na: bool = False
    weight: int = 1
    """In the smallest common unit of the form's weights, so that scores stay in whole numbers."""
    scale: Scale | None = None
    choices: tuple[Choice, ...] = ()
    with_exist: bool = False
    with_evidence: bool = False
    long: bool = True
    unit: str = ""
    photos: int = 4
    note_label: str = ""
    source: str = ""
    levels: Mapping[int, str] = field(default_factory=dict, hash=False)
    """What each step of the scale means for this question (rubric)."""
    list_key: str = ""
    master: str = ""
    menu: bool = False
    """Whether the choices are shown as a drop-down."""
    filtered: bool = False
    correct: str = ""
    lines: tuple[Line, ...] = ()
    files: int = 1
    decimals: int = 0
    follows: str = ""
    cut: bool = False
    """Whether the trend of the version before ends here, although the key is the same."""

    @property
    def counts(self) -> bool:
        """Whether it is counted in progress: facts are known already, notes and calculated values ask nothing."""
        return bool(self.main) and not self.source

    @property
    def ancestor(self) -> str:
        """The key in the version before whose trend this question continues; empty where the trend begins here."""
        return "" if self.cut else self.follows or self.key

    @property
    def specify(self) -> Choice | None:
        """The choice that asks for words (อื่น ๆ ระบุ)."""
        return next((choice for choice in self.choices if choice.specify), None)


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    questions: tuple[Question, ...]
    scale: Scale | None = None
    """The scale that its questions share unless they name their own."""
    averaged: Scale | None = None
    """The scale by which the section's mean is read; None where its ratings share no range."""
    rated: tuple[tuple[str, int], ...] = ()
    """(slot, weight) of every rating that is averaged."""
    yes_no: tuple[str, ...] = ()
    dual: tuple[tuple[str, str], ...] = ()
    intro: str = ""
    repeat: Repeat | None = None

    @property
    def dimension(self) -> str:
        """What charts, tables and sentences of results call it; the form itself keeps its title."""
        return dimension_name(self.title)

    @property
    def rows_slot(self) -> str:
        """The slot with the ids of the rows of a repeating section."""
        return f"{self.key}.rows"

    def rows(self, answers: Mapping[str, Any]) -> list[str]:
        """The rows that a response has of this section, in their order; one without a name where it doesn't repeat."""
        return (answers.get(self.rows_slot) or {}).get("v") or [] if self.repeat else [""]


_PART = re.compile(r"^(ตอนที่ \d+|\d+\.\d+) +(?=\S)")


def dimension_name(title: str) -> str:
    """The title of a section without the number of its part: “ตอนที่ 2 ด้านปัจจัยนำเข้า” is ด้านปัจจัยนำเข้า."""
    return _PART.sub("", title)


@dataclass(frozen=True, slots=True)
class Form:
    """A parsed definition; never changes. ``slot`` finds a slot by key, ``questions`` a question.

    ``slots`` has every slot once: one of a repeating section without its row.
    """

    sections: tuple[Section, ...]
    scales: Mapping[str, Scale]
    slots: Mapping[str, Slot]
    questions: Mapping[str, Question]
    whole_scale: Scale | None = None
    """The scale by which the whole is read: set where all averaged ratings share their range."""
    content_hash: str = field(default="", compare=False)
    sheet: Mapping[str, Any] | None = field(default=None, compare=False)
    """The conditions and calculations as ``instruments.logic`` evaluates them; None for a form without any."""
    lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict, compare=False)

    def section(self, key: str) -> Section:
        return next(section for section in self.sections if section.key == key)

    def slot(self, key: str) -> Slot | None:
        """The slot of this key, of a row of a repeating section too ("B1@k7x2"); None where the form has none."""
        found = self.slots.get(key)
        if found is not None:
            return None if found.repeat else found
        base, at, row = key.partition("@")
        found = self.slots.get(base) if at else None
        if found is None or not found.repeat or not ROW_ID.fullmatch(row):
            return None
        return replace(found, key=key)

    @property
    def repeats(self) -> bool:
        return any(section.repeat for section in self.sections)
