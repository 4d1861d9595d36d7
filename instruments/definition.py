"""A form: its definition as one JSON document, and the parsed form that is worked with.

    {"scales": {"level5": {"title": …, "values": [{"v": 5, "t": "มากที่สุด"}, …],
                           "bands": [{"min": "4.51", "label": "มากที่สุด"}, …], "dual": false, "holistic": false}},
     "sections": [{"key": "B", "title": …, "scale": "level5", "questions": [
         {"key": "B1", "type": "rating", "text": …, "hint": …, "required": true, "allow_na": true, "weight": "1",
          "with_exist": true, "with_evidence": true, "choices": [{"v": "1", "t": …, "specify": true}], "long": true,
          "min": "0", "max": "100", "decimals": 0, "unit": "คน", "photos": 4, "note_label": …, "source": "school", "scale": …}]}]}

A question with ``source`` is a fact that the owner of the response already knows (school, period, team …): it is shown,
and asked only where the fact is missing. A scale that is ``holistic`` is a judgement and is never averaged.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from instruments import slots as kinds
from instruments.slots import Slot

NOTE_LABEL = "หลักฐาน/ร่องรอย"


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

    @property
    def counts(self) -> bool:
        """Whether it is counted in progress: facts are not, they are known already."""
        return not self.source

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


@dataclass(frozen=True, slots=True)
class Form:
    """A parsed definition; never changes. ``slots`` finds a slot by key, ``questions`` a question."""

    sections: tuple[Section, ...]
    scales: Mapping[str, Scale]
    slots: Mapping[str, Slot]
    questions: Mapping[str, Question]
    whole_scale: Scale | None = None
    """The scale by which the whole is read: set where all averaged ratings share their range."""
    content_hash: str = field(default="", compare=False)

    def section(self, key: str) -> Section:
        return next(section for section in self.sections if section.key == key)


def content_hash(definition: Any) -> str:
    """SHA-256, hex, of the definition: two versions with the same hash ask the same."""
    text = json.dumps(definition, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# -- Parsing -------------------------------------------------------------------------------------------------------


def parse(definition: dict, digest: str = "") -> Form:
    """The form of a definition without problems (``checking.problems``); one with problems may raise anything."""
    scales = {key: _scale(key, data) for key, data in definition.get("scales", {}).items()}
    unit = _weight_unit(definition)
    sections = tuple(_section(data, scales, unit) for data in definition["sections"])
    questions = {question.key: question for section in sections for question in section.questions}
    return Form(
        sections=sections,
        scales=scales,
        slots={slot.key: slot for question in questions.values() for slot in question.slots},
        questions=questions,
        whole_scale=_averaged_scale(questions.values()),
        content_hash=digest or content_hash(definition),
    )


_forms: dict[str, Form] = {}


def cached_form(digest: str, definition) -> Form:
    """The form with this hash, parsed once in a process; ``definition`` is a function that fetches the JSON."""
    form = _forms.get(digest)
    if form is None:
        if len(_forms) > 300:
            _forms.pop(next(iter(_forms)))
        form = _forms[digest] = parse(definition(), digest)
    return form


def _scale(key: str, data: dict) -> Scale:
    return Scale(
        key=key,
        title=data["title"],
        values=tuple((int(item["v"]), item["t"]) for item in data["values"]),
        bands=tuple(
            sorted(
                ((int(Decimal(str(band["min"])) * 100), band["label"]) for band in data.get("bands", [])), reverse=True
            )
        ),
        dual=bool(data.get("dual")),
        holistic=bool(data.get("holistic")),
    )


def _weight_unit(definition: dict) -> int:
    """The power of ten that makes every weight whole."""
    places = 0
    for section in definition["sections"]:
        for question in section["questions"]:
            places = max(places, -int(_weight(question).normalize().as_tuple().exponent))
    return 10**places


def _weight(item: dict) -> Decimal:
    return _decimal(item.get("weight")) or Decimal(1)


def _section(data: dict, scales: Mapping[str, Scale], unit: int) -> Section:
    section_scale = scales.get(data.get("scale", ""))
    questions = tuple(
        _question(item, data["key"], number, scales.get(item.get("scale", ""), section_scale), unit)
        for number, item in enumerate(data["questions"], start=1)
    )
    return Section(
        key=data["key"],
        title=data["title"],
        questions=questions,
        scale=section_scale,
        averaged=_averaged_scale(questions),
        rated=tuple(
            (question.key, question.weight)
            for question in questions
            if question.type == "rating" and question.scale and not question.scale.holistic
        ),
        yes_no=tuple(
            question.key if question.type == "exist" else f"{question.key}.exist"
            for question in questions
            if question.type == "exist" or question.with_exist
        ),
        dual=tuple((f"{q.key}.current", f"{q.key}.desired") for q in questions if q.type == "dual"),
    )


def _question(item: dict, section: str, number: int, scale: Scale | None, unit: int) -> Question:
    key, kind = item["key"], item["type"]
    choices = tuple(Choice(str(c["v"]), c["t"], bool(c.get("specify"))) for c in item.get("choices", []))
    question_slots, main = _slots(item, section, scale, choices)
    return Question(
        key=key,
        type=kind,
        text=item["text"],
        section=section,
        number=number,
        slots=question_slots,
        main=main,
        hint=item.get("hint", ""),
        required=bool(item.get("required")) and not item.get("source"),
        allow_na=bool(item.get("allow_na")),
        weight=int(_weight(item) * unit),
        scale=scale if kind in ("rating", "dual") else None,
        choices=choices,
        with_exist=bool(item.get("with_exist")) and kind == "rating",
        with_evidence=bool(item.get("with_evidence")),
        long=bool(item.get("long", True)),
        unit=item.get("unit", ""),
        photos=int(item.get("photos", 4)),
        note_label=item.get("note_label") or NOTE_LABEL,
        source=item.get("source", ""),
    )


def _slots(item: dict, section: str, scale: Scale | None, choices: tuple[Choice, ...]):
    key, kind, text = item["key"], item["type"], item["text"]
    na = bool(item.get("allow_na"))
    values = dict(scale.values) if scale else {}
    made: list[Slot] = []

    def add(suffix: str, slot_kind: str, label: str, clean, **more) -> None:
        made.append(Slot(key + suffix, slot_kind, key, section, label, clean, **more))

    texts = {choice.value: choice.text for choice in choices}
    main: tuple[str, ...] = (key,)
    if item.get("source"):
        add("", kinds.TEXT, text, kinds.text_cleaner(500, multiline=False))
        return tuple(made), main
    match kind:
        case "rating":
            add("", kinds.RATING, text, kinds.rating_cleaner(values), takes_na=na)
        case "dual":
            clean = kinds.rating_cleaner(values)
            main = (f"{key}.current", f"{key}.desired")
            add(".current", kinds.RATING, f"{text} (สภาพที่เป็นอยู่)", clean, takes_na=na)
            add(".desired", kinds.RATING, f"{text} (สภาพที่ควรจะเป็น)", clean, takes_na=na)
        case "exist":
            add("", kinds.EXIST, text, kinds.clean_exist, takes_na=na)
        case "choice":
            add("", kinds.CHOICE, text, kinds.choice_cleaner(texts), takes_na=na)
        case "multi":
            add("", kinds.MULTI, text, kinds.multi_cleaner(texts), takes_na=na)
        case "text":
            long = bool(item.get("long", True))
            limit = int(item.get("max_length", kinds.TEXT_LIMIT if long else 500))
            add("", kinds.TEXT, text, kinds.text_cleaner(limit, multiline=long), takes_na=na)
        case "number":
            clean = kinds.number_cleaner(
                _decimal(item.get("min")), _decimal(item.get("max")), int(item.get("decimals", 0))
            )
            add("", kinds.NUMBER, text, clean, takes_na=na)
        case "date":
            add("", kinds.DATE, text, kinds.clean_date, takes_na=na)
        case "photo":
            limit = int(item.get("photos", 4))
            add("", kinds.PHOTO, text, kinds.photo_cleaner(limit), limit=limit, takes_na=na)
        case "signature":
            add("", kinds.SIGNATURE, text, kinds.clean_signature, takes_na=na)
    if any(choice.specify for choice in choices):
        add(".other", kinds.TEXT, f"{text} (ระบุ)", kinds.text_cleaner(500, multiline=False))
    if kind == "rating" and item.get("with_exist"):
        add(".exist", kinds.EXIST, f"{text} (มี/ไม่มี)", kinds.clean_exist)
    if item.get("with_evidence"):
        limit = int(item.get("photos", 4))
        add(
            ".note",
            kinds.TEXT,
            f"{text} ({item.get('note_label') or NOTE_LABEL})",
            kinds.text_cleaner(2000, multiline=True),
        )
        if limit and kind != "photo":
            add(".photo", kinds.PHOTO, f"{text} (ภาพหลักฐาน)", kinds.photo_cleaner(limit), limit=limit)
    return tuple(made), main


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _averaged_scale(questions: Iterable[Question]) -> Scale | None:
    """The first averaged scale, where all averaged ratings run over the same values; else None."""
    used = [q.scale for q in questions if q.type == "rating" and q.scale and not q.scale.holistic]
    return used[0] if len({scale.bounds for scale in used}) == 1 else None
