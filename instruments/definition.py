"""A form: its definition as one JSON document, what may be wrong with it, and the parsed form that is worked with.

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
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from instruments import slots as kinds
from instruments.slots import Slot

TYPES = {
    "rating": "มาตราส่วนประมาณค่า",
    "exist": "มี/ไม่มี",
    "dual": "สภาพที่เป็นอยู่และที่ควรจะเป็น",
    "choice": "เลือกหนึ่งข้อ",
    "multi": "เลือกได้หลายข้อ",
    "text": "ข้อความ",
    "number": "จำนวน",
    "date": "วันที่",
    "photo": "ภาพถ่าย",
    "signature": "ลายมือชื่อ",
}
SCALED = ("rating", "dual")
NOTE_LABEL = "หลักฐาน/ร่องรอย"
QUESTION_LIMIT = 1000
CHOICE_LIMIT = 500
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_SOURCE = re.compile(r"[a-z][a-z_]{0,29}")


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
    """The form of a definition without ``problems``; a definition with problems may raise anything."""
    scales = {key: _scale(key, data) for key, data in definition.get("scales", {}).items()}
    unit = _weight_unit(definition)
    sections = tuple(_section(data, scales, unit) for data in definition["sections"])
    questions = {question.key: question for section in sections for question in section.questions}
    return Form(
        sections=sections,
        scales=scales,
        slots={slot.key: slot for question in questions.values() for slot in question.slots},
        questions=questions,
        whole_scale=_whole_scale(sections),
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
            sorted(((int(Decimal(band["min"]) * 100), band["label"]) for band in data.get("bands", [])), reverse=True)
        ),
        dual=bool(data.get("dual")),
        holistic=bool(data.get("holistic")),
    )


def _weight_unit(definition: dict) -> int:
    """The power of ten that makes every weight whole."""
    places = 0
    for section in definition["sections"]:
        for question in section["questions"]:
            exponent = Decimal(str(question.get("weight", 1))).normalize().as_tuple().exponent
            places = max(places, -int(exponent))
    return 10**places


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
        weight=int(Decimal(str(item.get("weight", 1))) * unit),
        scale=scale if kind in SCALED else None,
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
            assert scale is not None
            add("", kinds.RATING, text, kinds.rating_cleaner(dict(scale.values)), takes_na=na)
        case "dual":
            assert scale is not None
            clean = kinds.rating_cleaner(dict(scale.values))
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
            clean = kinds.number_cleaner(_decimal(item.get("min")), _decimal(item.get("max")), int(item.get("decimals", 0)))
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
        add(".note", kinds.TEXT, f"{text} ({item.get('note_label') or NOTE_LABEL})", kinds.text_cleaner(2000, multiline=True))
        if limit and kind != "photo":
            add(".photo", kinds.PHOTO, f"{text} (ภาพหลักฐาน)", kinds.photo_cleaner(limit), limit=limit)
    return tuple(made), main


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _whole_scale(sections: tuple[Section, ...]) -> Scale | None:
    """The first averaged scale, where all averaged ratings run over the same values; else None."""
    used = [
        q.scale for section in sections for q in section.questions
        if q.type == "rating" and q.scale and not q.scale.holistic
    ]  # fmt: skip
    if not used or len({scale.bounds for scale in used}) > 1:
        return None
    return used[0]


# -- What may be wrong ---------------------------------------------------------------------------------------------


def problems(definition: Any) -> list[str]:
    """Thai sentences, one for each thing that must be mended before the form can be used; empty where it is whole."""
    if not isinstance(definition, dict) or not isinstance(definition.get("sections"), list):
        return ["แบบต้องมีอย่างน้อยหนึ่งตอน"]
    scales = definition.get("scales", {})
    if not isinstance(scales, dict):
        return ["มาตราส่วนของแบบไม่อยู่ในรูปที่อ่านได้"]
    found: list[str] = []
    for key, scale in scales.items():
        found += _scale_problems(key, scale)
    if not definition["sections"]:
        found.append("แบบต้องมีอย่างน้อยหนึ่งตอน")
    total = sum(len(s["questions"]) for s in definition["sections"] if isinstance(s, dict) and isinstance(s.get("questions"), list))
    if total > QUESTION_LIMIT:
        return [f"แบบนี้มี {total:,} ข้อ เกินกว่าที่แบบหนึ่งชุดรับได้ ({QUESTION_LIMIT:,} ข้อ) โปรดแบ่งเป็นหลายแบบ"]
    seen: set[str] = set()
    section_keys: set[str] = set()
    for place, section in enumerate(definition["sections"], start=1):
        found += _section_problems(place, section, scales, seen, section_keys)
    return found


def _scale_problems(key: str, scale: Any) -> list[str]:
    name = f"มาตราส่วน “{key}”"
    if not isinstance(scale, dict) or not _is_text(scale.get("title")):
        return [f"{name} ต้องมีชื่อ"]
    values = scale.get("values")
    if not isinstance(values, list) or len(values) < 2:
        return [f"{name} ต้องมีอย่างน้อยสองระดับ"]
    if not all(isinstance(i, dict) and isinstance(i.get("v"), int) and _is_text(i.get("t")) for i in values):
        return [f"{name} ทุกระดับต้องมีคะแนนเป็นจำนวนเต็มและมีคำเรียก"]
    found = []
    if len({item["v"] for item in values}) != len(values):
        found.append(f"{name} มีคะแนนซ้ำกัน")
    bands = scale.get("bands", [])
    minima = [_band_minimum(band) for band in bands] if isinstance(bands, list) else [None]
    if None in minima:
        found.append(f"เกณฑ์แปลผลของ{name} ต้องมีค่าต่ำสุดไม่เกินสองตำแหน่งทศนิยมและมีคำเรียก")
    elif minima and len(set(minima)) != len(minima):
        found.append(f"เกณฑ์แปลผลของ{name} มีค่าต่ำสุดซ้ำกัน")
    elif minima and min(m for m in minima if m is not None) > min(item["v"] for item in values):
        found.append(f"เกณฑ์แปลผลของ{name} ไม่ครอบคลุมคะแนนต่ำสุด")
    return found


def _band_minimum(band: Any) -> Decimal | None:
    if not isinstance(band, dict) or not _is_text(band.get("label")):
        return None
    try:
        least = Decimal(str(band.get("min")))
    except InvalidOperation:
        return None
    return least if least.is_finite() and -int(least.normalize().as_tuple().exponent) <= 2 else None


def _section_problems(place: int, section: Any, scales: dict, seen: set[str], section_keys: set[str]) -> list[str]:
    if not isinstance(section, dict) or not isinstance(section.get("questions"), list):
        return [f"ตอนที่ {place} ไม่อยู่ในรูปที่อ่านได้"]
    found = []
    if not _is_text(section.get("title")):
        found.append(f"ตอนที่ {place} ต้องมีชื่อ")
    if not isinstance(section.get("key"), str) or not _KEY.fullmatch(section["key"]):
        found.append(f"ตอนที่ {place} ต้องมีรหัสเป็นอักษรอังกฤษหรือตัวเลข ขึ้นต้นด้วยอักษร")
    elif section["key"] in section_keys:
        found.append(f"รหัสตอน “{section['key']}” ซ้ำกัน")
    else:
        section_keys.add(section["key"])
    if not section["questions"]:
        found.append(f"ตอนที่ {place} ยังไม่มีข้อคำถาม")
    if section.get("scale") and section["scale"] not in scales:
        found.append(f"ตอนที่ {place} ใช้มาตราส่วน “{section['scale']}” ซึ่งไม่มีในแบบ")
    for number, question in enumerate(section["questions"], start=1):
        name = f"ตอนที่ {place} ข้อ {number}"
        if not isinstance(question, dict):
            found.append(f"{name} ไม่อยู่ในรูปที่อ่านได้")
            continue
        found += _question_problems(name, question, section.get("scale"), scales, seen)
    return found


def _question_problems(name: str, question: dict, section_scale: Any, scales: dict, seen: set[str]) -> list[str]:
    found = []
    key, kind = question.get("key"), question.get("type")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        found.append(f"{name} ต้องมีรหัสเป็นอักษรอังกฤษหรือตัวเลข ขึ้นต้นด้วยอักษร")
    elif key in seen:
        found.append(f"{name} ใช้รหัส “{key}” ซ้ำกับข้ออื่น")
    else:
        seen.add(key)
    if not _is_text(question.get("text")):
        found.append(f"{name} ยังไม่มีข้อความของข้อคำถาม")
    if kind not in TYPES:
        return [*found, f"{name} เป็นชนิด “{kind}” ซึ่งระบบไม่รู้จัก"]
    source = question.get("source")
    if source and (not isinstance(source, str) or not _SOURCE.fullmatch(source)):
        found.append(f"{name} อ้างแหล่งข้อมูลที่อ่านไม่ได้")
    if kind in SCALED and question.get("scale", section_scale) not in scales:
        found.append(f"{name} ต้องมีมาตราส่วน")
    if kind in ("choice", "multi") and not source:
        found += _choice_problems(name, question.get("choices"))
    for limit in ("min", "max", "weight"):
        if question.get(limit) not in (None, "") and not _is_number(question[limit]):
            found.append(f"{name} มีค่า {limit} ที่ไม่ใช่จำนวน")
    if _is_number(question.get("weight")) and Decimal(str(question["weight"])) <= 0:
        found.append(f"{name} ต้องมีน้ำหนักมากกว่า 0")
    low, high = question.get("min"), question.get("max")
    if _is_number(low) and _is_number(high) and Decimal(str(low)) > Decimal(str(high)):
        found.append(f"{name} มีค่าต่ำสุดมากกว่าค่าสูงสุด")
    for whole, most in (("decimals", 6), ("photos", kinds.PHOTO_LIMIT), ("max_length", kinds.TEXT_LIMIT)):
        value = question.get(whole, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            found.append(f"{name} มีค่า {whole} นอกช่วง 0–{most:,}")
    return found


def _choice_problems(name: str, choices: Any) -> list[str]:
    if not isinstance(choices, list) or not choices:
        return [f"{name} ยังไม่มีตัวเลือก"]
    if len(choices) > CHOICE_LIMIT:
        return [f"{name} มี {len(choices):,} ตัวเลือก เกินกว่าที่ข้อหนึ่งรับได้ ({CHOICE_LIMIT} ตัวเลือก)"]
    if not all(isinstance(c, dict) and _is_text(str(c.get("v", ""))) and _is_text(c.get("t")) for c in choices):
        return [f"{name} ทุกตัวเลือกต้องมีค่าและข้อความ"]
    if len({str(choice["v"]) for choice in choices}) != len(choices):
        return [f"{name} มีตัวเลือกที่ค่าซ้ำกัน"]
    if sum(bool(choice.get("specify")) for choice in choices) > 1:
        return [f"{name} มีตัวเลือก “ระบุ” มากกว่าหนึ่ง"]
    return []


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= 2000


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False
