"""Parts of a definition as plain JSON: what they may say, and how one is put in, moved and replaced."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from instruments.logic.names import dicts

Definition = dict[str, Any]
Piece = dict[str, Any]

_EVERY = ("key", "type", "text", "hint", "show_when", "follows", "break", "source")
_ANSWERED = (*_EVERY, "required", "required_when", "must_hold", "must_message", "allow_na")
_EVIDENCE = ("with_evidence", "note_label", "photos")
_CHOSEN = (*_ANSWERED, *_EVIDENCE, "choices", "list", "master", "filter", "look")
PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "rating": (*_ANSWERED, *_EVIDENCE, "scale", "weight", "with_exist", "levels"),
    "exist": (*_ANSWERED, *_EVIDENCE),
    "dual": (*_ANSWERED, *_EVIDENCE, "scale", "levels"),
    "choice": (*_CHOSEN, "correct"),
    "multi": _CHOSEN,
    "text": (*_ANSWERED, "long", "max_length"),
    "number": (*_ANSWERED, *_EVIDENCE, "min", "max", "decimals", "unit"),
    "date": _ANSWERED,
    "time": _ANSWERED,
    "photo": (*_ANSWERED, *_EVIDENCE),
    "file": (*_ANSWERED, "files"),
    "place": _ANSWERED,
    "matrix": (*_ANSWERED, *_EVIDENCE, "scale", "rows", "weight"),
    "note": _EVERY,
    "calc": (*_EVERY, "expr", "decimals", "unit"),
    "signature": _ANSWERED,
}
"""What a question of each type may say of itself; the rest is dropped when the type is changed."""


def facts_of(section: Mapping[str, Any]) -> Piece:
    """A section without its questions."""
    return {name: value for name, value in section.items() if name != "questions"}


def empty() -> Definition:
    return {"scales": {}, "sections": []}


def unmapped(question: Mapping[str, Any]) -> Piece:
    """A copy that says nothing of the version before."""
    return {name: value for name, value in copy.deepcopy(dict(question)).items() if name not in ("follows", "break")}


def shared(where: dict[str, Any], key: str, piece: Any, *, always: bool = False) -> str:
    """The key under which an equal piece stands already, or under which it now does."""
    if not always:
        for known, other in where.items():
            if other == piece:
                return known
    name, number = key, 2
    while name in where:
        name, number = f"{key}_{number}", number + 1
    where[name] = copy.deepcopy(piece)
    return name


def regular(definition: Any) -> Definition:
    """A copy in which sections and questions are dicts with keys and lists, so that it can be worked on."""
    made = copy.deepcopy(definition) if isinstance(definition, dict) else {}
    made["scales"] = as_dict(made.get("scales"))
    if "lists" in made:
        made["lists"] = {key: each for key, each in as_dict(made["lists"]).items() if isinstance(each, dict)}
    made["sections"] = list(dicts(made.get("sections")))
    section_keys: set[str] = set()
    question_keys: set[str] = set()
    for section in made["sections"]:
        _give_key(section, "S", section_keys)
        section["questions"] = list(dicts(section.get("questions")))
        for question in section["questions"]:
            _give_key(question, "Q", question_keys)
    return made


def _give_key(piece: Piece, prefix: str, keys: set[str]) -> None:
    key = piece.get("key")
    if not isinstance(key, str) or not key or key in keys:
        number = 1
        while f"{prefix}{number}" in keys:
            number += 1
        piece["key"] = f"{prefix}{number}"
    keys.add(piece["key"])


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def kept(values: Mapping[str, Any]) -> Piece:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def fitting(values: Mapping[str, Any], kind: str) -> Piece:
    return {name: value for name, value in values.items() if name in PROPERTIES[kind]}


def replace(piece: Piece, values: Mapping[str, Any], *, order: Sequence[str]) -> None:
    """In the order given first, so that two people's forms of the same content are equal as text."""
    merged = kept({**piece, **values})
    piece.clear()
    for name in order:
        if name in merged:
            piece[name] = merged.pop(name)
    piece |= merged
    for name in ("title", "text"):
        if name in order:
            piece.setdefault(name, "")


def insert(questions: list[Piece], piece: Piece, after: str | None) -> None:
    keys = [question["key"] for question in questions]
    place = 0 if after == "" else keys.index(after) + 1 if after in keys else len(keys)
    questions.insert(place, piece)


def move(pieces: list[Piece], piece: Piece, *, by: int, after: str | None) -> None:
    place = pieces.index(piece)
    pieces.remove(piece)
    if after is None:
        pieces.insert(max(0, min(len(pieces), place + by)), piece)
    elif after == piece["key"]:
        pieces.insert(place, piece)
    else:
        insert(pieces, piece, after)
