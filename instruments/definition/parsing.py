"""From the JSON of a definition to the form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from instruments import logic
from instruments.definition.form import Choice, Form, Line, Question, Repeat, Scale, Section
from instruments.definition.question_slots import NOTE_LABEL, PHOTOS, decimal, slots_of
from instruments.slots import ROW_LIMIT, ROWS, Slot, rows_cleaner
from workflows.digests import digest_of

MENU_FROM = 20
"""More choices than these are shown as a drop-down."""


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
            most = section.repeat.most
            slots[section.rows_slot] = Slot(
                section.rows_slot, ROWS, "", section.key, section.title, rows_cleaner(most), limit=most
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
    return decimal(item.get("weight")) or Decimal(1)


def _choices(items: Iterable[dict]) -> tuple[Choice, ...]:
    return tuple(
        Choice(str(c["v"]), c["t"], bool(c.get("specify")), {k: str(v) for k, v in (c.get("attrs") or {}).items()})
        for c in items
    )


def _section(data: dict, parts: _Parts) -> Section:
    section_scale = parts.scales.get(data.get("scale") or "")
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
        repeat=_repeat(data.get("repeat")),
    )


def _repeat(data: dict | None) -> Repeat | None:
    if not data:
        return None
    return Repeat(data.get("label") or "ชุดที่", int(data.get("min") or 0), int(data.get("max") or ROW_LIMIT))


def _question(item: dict, section: dict, number: int, scale: Scale | None, parts: _Parts) -> Question:
    key, kind = item["key"], item["type"]
    choices = parts.lists[item["list"]] if item.get("list") else _choices(item.get("choices") or ())
    question_slots, main = slots_of(item, section["key"], scale, choices)
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
        photos=int(item.get("photos", PHOTOS)),
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


def _averaged_scale(questions: Iterable[Question]) -> Scale | None:
    """The first averaged scale, where all averaged ratings run over the same values; else None."""
    used = [q.scale for q in questions if q.type in ("rating", "matrix") and q.scale and not q.scale.holistic]
    return used[0] if len({scale.bounds for scale in used}) == 1 else None
