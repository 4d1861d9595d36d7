"""What the names of a form are, read from a definition in any state: what is not in order is passed over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

NUMBER, TEXT, BOOLEAN, DATE, TIME = "number", "text", "boolean", "date", "time"
THING, DUAL, NOTE, ANY = "thing", "dual", "note", "any"
"""A place or signature: given or not; a dual rating without .current/.desired; a note; not known."""
LIST = "list:"
"""Before the type of the items: ``list:number``."""

_SIMPLE = {
    "rating": NUMBER,
    "exist": NUMBER,
    "number": NUMBER,
    "choice": TEXT,
    "multi": LIST + TEXT,
    "text": TEXT,
    "date": DATE,
    "time": TIME,
    "photo": LIST + TEXT,
    "file": LIST + TEXT,
    "place": THING,
    "signature": THING,
    "matrix": LIST + NUMBER,
    "dual": DUAL,
    "note": NOTE,
    "calc": ANY,
}
EXPRESSIONS = ("show_when", "required_when", "must_hold", "filter", "expr")
"""The properties that are written in the language."""


@dataclass(frozen=True, slots=True)
class Name:
    """What can be named in an expression. ``type`` is that of one row where the section repeats."""

    name: str
    type: str
    question: str
    """Empty for the rows of a repeating section (``G.rows``)."""
    section: str
    group: str = ""
    """The key of the repeating section it belongs to."""
    choices: tuple[str, ...] | None = None
    """The values that an answer can have; None where they are not the form's to know."""
    rows: tuple[str, ...] = ()
    """The slots of a matrix."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands. ``key``: a question, or ``@SECTION``."""

    key: str
    property: str
    text: Any
    section: str
    group: str = ""
    question: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. ``key``: a question, or ``@SECTION``; ``at`` counts characters of the expression from 0."""

    key: str
    property: str
    at: int
    message: str


@dataclass(slots=True)
class Outline:
    names: dict[str, Name] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    questions: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    """Key: (section, the question's JSON), in the order of the form."""
    sections: dict[str, str] = field(default_factory=dict)
    """Key: the same key again where it repeats, else an empty text."""
    lists: Mapping[str, Any] = field(default_factory=dict)


def outline(definition: Any) -> Outline:
    """Reads any JSON; never raises."""
    made = Outline()
    if not isinstance(definition, dict):
        return made
    lists = definition.get("lists")
    made.lists = lists if isinstance(lists, dict) else {}
    for section in dicts(definition.get("sections")):
        key = section.get("key")
        if not isinstance(key, str) or not key or key in made.sections:
            continue
        group = key if section.get("repeat") not in (None, False, "", []) else ""
        made.sections[key] = group
        if group:
            made.names[f"{key}.rows"] = Name(f"{key}.rows", LIST + TEXT, "", key)
        if written(section.get("show_when")):
            made.places.append(Place(f"@{key}", "show_when", section["show_when"], key))
        for question in dicts(section.get("questions")):
            _add_question(made, question, key, group)
    return made


def _add_question(made: Outline, question: Mapping[str, Any], section: str, group: str) -> None:
    key = question.get("key")
    if not isinstance(key, str) or not key or key in made.questions:
        return
    made.questions[key] = (section, question)
    for name in _names(key, question, section, group, made.lists):
        made.names.setdefault(name.name, name)
    made.places += [
        Place(key, name, question[name], section, group, question)
        for name in EXPRESSIONS
        if written(question.get(name))
    ]


def _names(key: str, question: Mapping[str, Any], section: str, group: str, lists: Mapping[str, Any]) -> Iterator[Name]:
    kind = question.get("type")
    if question.get("source"):
        yield Name(key, TEXT, key, section, group)
        return
    if not isinstance(kind, str) or kind not in _SIMPLE:
        yield Name(key, ANY, key, section, group)
        return
    rows = [row["key"] for row in dicts(question.get("rows")) if isinstance(row.get("key"), str)]
    slots = tuple(f"{key}.{row}" for row in rows) if kind == "matrix" else ()
    values = tuple(value for value, _ in items(question, lists)) if kind in ("choice", "multi") else None
    if question.get("master"):
        values = None
    yield Name(key, _SIMPLE[kind], key, section, group, choices=values, rows=slots)
    for slot in slots:
        yield Name(slot, NUMBER, key, section, group)
    if kind == "dual":
        yield Name(f"{key}.current", NUMBER, key, section, group)
        yield Name(f"{key}.desired", NUMBER, key, section, group)
    if kind == "rating" and question.get("with_exist"):
        yield Name(f"{key}.exist", NUMBER, key, section, group)
    if kind in ("choice", "multi") and any(choice.get("specify") for choice in choices(question, lists)):
        yield Name(f"{key}.other", TEXT, key, section, group)
    if question.get("with_evidence") and kind != "note":
        yield Name(f"{key}.note", TEXT, key, section, group)
        if kind != "photo" and question.get("photos") != 0:
            yield Name(f"{key}.photo", LIST + TEXT, key, section, group)


def choices(question: Mapping[str, Any], lists: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The choices of a question: its own, or those of the list it names."""
    name = question.get("list")
    if isinstance(name, str) and name:
        shared = lists.get(name)
        return dicts(shared.get("items") if isinstance(shared, dict) else None)
    return dicts(question.get("choices"))


def items(question: Mapping[str, Any], lists: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """(value, attributes) of every choice; attributes as text."""
    for choice in choices(question, lists):
        value = _as_text(choice.get("v"))
        if value is None:
            continue
        attributes = choice.get("attrs")
        pairs = attributes.items() if isinstance(attributes, dict) else ()
        yield value, {name: said for name, given in pairs if (said := _as_text(given)) is not None}


def _as_text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if value.__class__ is int and abs(value) < 10**15 else None


def dicts(value: Any) -> Iterator[dict[str, Any]]:
    """What of a list can be read; nothing of what is no list."""
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())


def written(value: Any) -> bool:
    """Whether an expression is there at all."""
    return bool(value.strip()) if isinstance(value, str) else value not in (None, False, [], {})
