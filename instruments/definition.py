"""A form: its definition as one JSON document, and the parsed form that is worked with.

    {"scales": {"level5": {"title": …, "values": [{"v": 5, "t": "มากที่สุด"}, …],
                           "bands": [{"min": "4.51", "label": "มากที่สุด"}, …], "dual": false, "holistic": false}},
     "lists": {"districts": {"title": …, "items": [{"v": "1001", "t": "พระนคร", "attrs": {"province": "10"}}, …]}},
     "note": …,
     "sections": [{"key": "B", "title": …, "intro": …, "scale": "level5", "show_when": …,
                   "repeat": {"label": "ครูคนที่", "min": 0, "max": 30}, "questions": [
         {"key": "B1", "type": "rating", "text": …, "hint": …, "required": true, "allow_na": true, "weight": "1",
          "with_exist": true, "with_evidence": true, "long": true, "min": "0", "max": "100", "decimals": 0, "unit": "คน",
          "photos": 4, "files": 1, "note_label": …, "source": "school", "scale": …, "levels": {"5": …},
          "choices": [{"v": "1", "t": …, "specify": true}] or "list": "districts" or "master": "schools",
          "filter": …, "look": "menu", "correct": "1", "rows": [{"key": "r1", "text": …}], "expr": …,
          "show_when": …, "required_when": …, "must_hold": …, "must_message": …, "follows": "OLD", "break": true}]}]}

A question with ``source`` is a fact that the owner of the response already knows (school, period, team …): it is shown,
and asked only where the fact is missing. A scale that is ``holistic`` is a judgement and is never averaged. A section
with ``repeat`` is asked once for each of its rows. ``show_when`` and the other conditions are written in the language
of ``instruments.logic``. ``follows`` and ``break`` say how the trend of the version before goes on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from instruments import logic, masters
from instruments import slots as kinds
from instruments.slots import Slot
from workflows.digests import digest_of

NOTE_LABEL = "หลักฐาน/ร่องรอย"
MENU_FROM = 20
"""More choices than these are shown as a drop-down."""


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
    def rows_slot(self) -> str:
        """The slot with the ids of the rows of a repeating section."""
        return f"{self.key}.rows"

    def rows(self, answers: Mapping[str, Any]) -> list[str]:
        """The rows that a response has of this section, in their order; one without a name where it doesn't repeat."""
        return (answers.get(self.rows_slot) or {}).get("v") or [] if self.repeat else [""]


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
        if found is None or not found.repeat or not kinds.ROW_ID.fullmatch(row):
            return None
        return replace(found, key=key)

    @property
    def repeats(self) -> bool:
        return any(section.repeat for section in self.sections)


# -- Parsing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Parts:
    """What sections and questions share."""

    scales: Mapping[str, Scale]
    lists: Mapping[str, tuple[Choice, ...]]
    unit: int


def parse(definition: dict, digest: str = "") -> Form:
    """The form of a definition without problems (``checking.problems``); one with problems may raise anything."""
    scales = {key: _scale(key, data) for key, data in definition.get("scales", {}).items()}
    lists = {key: _choices(data["items"]) for key, data in (definition.get("lists") or {}).items()}
    parts = _Parts(scales, lists, _weight_unit(definition))
    sections = tuple(_section(data, parts) for data in definition["sections"])
    questions = {question.key: question for section in sections for question in section.questions}
    slots = {slot.key: slot for question in questions.values() for slot in question.slots}
    for section in sections:
        if section.repeat:
            clean = kinds.rows_cleaner(section.repeat.most)
            slots[section.rows_slot] = Slot(
                section.rows_slot, kinds.ROWS, "", section.key, section.title, clean, limit=section.repeat.most
            )
    return Form(
        sections=sections,
        scales=scales,
        slots=slots,
        questions=questions,
        whole_scale=_averaged_scale(questions.values()),
        content_hash=digest or digest_of(definition),
        sheet=logic.sheet(definition),
        lists=lists,
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


def _choices(items: Iterable[dict]) -> tuple[Choice, ...]:
    return tuple(
        Choice(str(c["v"]), c["t"], bool(c.get("specify")), {k: str(v) for k, v in (c.get("attrs") or {}).items()})
        for c in items
    )


def _section(data: dict, parts: "_Parts") -> Section:
    section_scale = parts.scales.get(data.get("scale") or "")
    repeat = data.get("repeat")
    made: list[Question] = []
    number = 0
    for item in data["questions"]:
        number += item["type"] != "note"  # a note is no question: it has no number
        scale = parts.scales.get(item.get("scale") or "", section_scale)
        made.append(_question(item, data, number, scale, parts))
    questions = tuple(made)
    return Section(
        key=data["key"],
        title=data["title"],
        questions=questions,
        scale=section_scale,
        averaged=_averaged_scale(questions),
        rated=tuple(
            (key, question.weight)
            for question in questions
            if question.type in ("rating", "matrix") and question.scale and not question.scale.holistic
            for key in question.main
        ),
        yes_no=tuple(
            question.key if question.type == "exist" else f"{question.key}.exist"
            for question in questions
            if question.type == "exist" or question.with_exist
        ),
        dual=tuple((f"{q.key}.current", f"{q.key}.desired") for q in questions if q.type == "dual"),
        intro=data.get("intro", ""),
        repeat=Repeat(
            repeat.get("label") or "ชุดที่", int(repeat.get("min") or 0), int(repeat.get("max") or kinds.ROW_LIMIT)
        )
        if repeat
        else None,
    )


def _question(item: dict, section: dict, number: int, scale: Scale | None, parts: "_Parts") -> Question:
    key, kind = item["key"], item["type"]
    choices = parts.lists[item["list"]] if item.get("list") else _choices(item.get("choices") or ())
    question_slots, main = _slots(item, section["key"], scale, choices)
    if section.get("repeat"):
        question_slots = tuple(replace(slot, repeat=section["key"]) for slot in question_slots)
    return Question(
        key=key,
        type=kind,
        text=item["text"],
        section=section["key"],
        number=number,
        slots=question_slots,
        main=main,
        hint=item.get("hint", ""),
        required=bool(item.get("required")) and not item.get("source"),
        allow_na=bool(item.get("allow_na")),
        weight=int(_weight(item) * parts.unit),
        scale=scale if kind in ("rating", "dual", "matrix") else None,
        choices=choices,
        with_exist=bool(item.get("with_exist")) and kind == "rating",
        with_evidence=bool(item.get("with_evidence")),
        long=bool(item.get("long", True)),
        unit=item.get("unit", ""),
        photos=int(item.get("photos", 4)),
        note_label=item.get("note_label") or NOTE_LABEL,
        source=item.get("source", ""),
        levels={int(step): text for step, text in (item.get("levels") or {}).items()},
        list_key=item.get("list") or "",
        master=item.get("master") or "",
        menu=item.get("look") == "menu" or len(choices) > MENU_FROM or bool(item.get("master")),
        filtered=bool(item.get("filter")),
        correct=str(item.get("correct") or ""),
        lines=tuple(Line(line["key"], line["text"]) for line in item.get("rows") or ()) if kind == "matrix" else (),
        files=int(item.get("files") or 1),
        decimals=int(item.get("decimals", 2 if kind == "calc" else 0)),
        follows=item.get("follows") or "",
        cut=bool(item.get("break")),
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
            master = item.get("master")
            add("", kinds.CHOICE, text, _master_cleaner(master) if master else kinds.choice_cleaner(texts), takes_na=na)
        case "multi":
            master = item.get("master")
            clean = _masters_cleaner(master) if master else kinds.multi_cleaner(texts)
            add("", kinds.MULTI, text, clean, takes_na=na)
        case "matrix":
            main = tuple(f"{key}.{line['key']}" for line in item["rows"])
            for line in item["rows"]:
                add(
                    f".{line['key']}",
                    kinds.RATING,
                    f"{text}: {line['text']}",
                    kinds.rating_cleaner(values),
                    takes_na=na,
                )
        case "time":
            add("", kinds.TIME, text, kinds.clean_time, takes_na=na)
        case "place":
            add("", kinds.PLACE, text, kinds.clean_place, takes_na=na)
        case "file":
            limit = int(item.get("files") or 1)
            add("", kinds.FILE, text, kinds.photo_cleaner(limit, kinds.FILE), limit=limit, takes_na=na)
        case "note" | "calc":
            main = ()
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
    if kind in ("choice", "multi") and any(choice.specify for choice in choices):
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


def _master_cleaner(name: str) -> kinds.Cleaner:
    def clean(raw: Any) -> str:
        if not masters.find(name, [raw]):
            raise ValueError("โปรดเลือกจากรายการในทะเบียน")
        return raw

    return clean


def _masters_cleaner(name: str) -> kinds.Cleaner:
    def clean(raw: Any) -> list[str]:
        picked = list(dict.fromkeys(raw)) if isinstance(raw, list) and all(isinstance(i, str) for i in raw) else None
        if picked is None or len(picked) > 500 or len(masters.find(name, picked)) != len(picked):
            raise ValueError("โปรดเลือกจากรายการในทะเบียน")
        return sorted(picked)

    return clean


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _averaged_scale(questions: Iterable[Question]) -> Scale | None:
    """The first averaged scale, where all averaged ratings run over the same values; else None."""
    used = [q.scale for q in questions if q.type in ("rating", "matrix") and q.scale and not q.scale.holistic]
    return used[0] if len({scale.bounds for scale in used}) == 1 else None
