"""The questions and sections that conditions name."""

import itertools
import re
from collections.abc import Mapping
from typing import Any

from builder.editing.pieces import Piece
from instruments.logic import TITLES, grammar
from instruments.logic.names import EXPRESSIONS


def mentions(text: Any) -> list[str]:
    """The questions and sections that a condition names, also in one that can't be read to its end."""
    if not isinstance(text, str) or not text.strip():
        return []
    try:
        words = grammar.tokens(text)
    except grammar.LogicError:
        return sorted(set(re.findall(r"(?<![\w.\"'])[A-Za-z][A-Za-z0-9_]*", text)) - grammar.FUNCTIONS.keys())
    found = []
    for word, following in itertools.pairwise(words):
        head = word.value.partition(".")[0]
        if word.kind == "name" and head not in grammar.RESERVED and following.value != "(":
            found.append(head)
    return list(dict.fromkeys(found))


def rename_in(piece: Piece, names: Mapping[str, str]) -> None:
    for name in EXPRESSIONS:
        if isinstance(piece.get(name), str):
            piece[name] = grammar.rename_text(piece[name], names)


def settle(place: str, piece: Piece, names: Mapping[str, str]) -> list[str]:
    """Conditions of a copy follow its new keys; one that refers to a question left behind is taken out and told."""
    left = []
    known = {name.partition(".")[0] for name in names}
    for name in EXPRESSIONS:
        strangers = [each for each in mentions(piece.get(name)) if each not in known]
        if strangers:
            owner = f"ตอน {place[1:]}" if place.startswith("@") else f"ข้อ {place}"
            left.append(f"{owner}: ไม่ได้นำ “{TITLES[name]}” มาด้วย เพราะอ้างถึง {', '.join(strangers)} ซึ่งไม่ได้คัดลอกมา")
            del piece[name]
        elif isinstance(piece.get(name), str):
            piece[name] = grammar.rename_text(piece[name], names)
    return left
