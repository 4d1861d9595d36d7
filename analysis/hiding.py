"""What is not shown of an anonymous survey: numbers over so few answers that one could tell who gave them."""

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

LEAST = 5
NOTICE = "น้อยกว่า 5 จึงไม่แสดง"
COVERED = "ซ่อนไว้ เพราะมีคำตอบที่น้อยกว่า 5 ซึ่งอาจคำนวณย้อนหาได้"
"""Of one answer among others: it may be many, and hide a few beside it."""


def hidden_cells(
    counts: Mapping[Any, int], within: Sequence[Mapping[Any, Hashable]] = (), also: AbstractSet[Any] = frozenset()
) -> set[Any]:
    """The cells of a table that must not be shown: those under five, and one more where a single one hides alone.

    Who knows the total takes the others from it; so a lonely hidden cell takes the next smallest with it. The same
    holds in each part of the table that has a total of its own: ``within`` says for each such division to which part
    a cell belongs (schools within their group, within their size). Empty cells hide nobody and stay.
    ``also``: cells that another table hides.
    """
    hidden = {cell for cell, count in counts.items() if 0 < count < LEAST or cell in also}
    divisions = [dict.fromkeys(counts, ""), *within]
    parts = [part for division in divisions for part in _parts(counts, division)]
    while True:
        lonely = next((part for part in parts if _tells(part, counts, hidden)), None)
        if lonely is None:
            return hidden
        left = [cell for cell in lonely if cell not in hidden]
        hidden.add(min(left, key=lambda cell: (not counts[cell], counts[cell], str(cell))))


def _parts(counts: Mapping[Any, int], division: Mapping[Any, Hashable]) -> list[list[Any]]:
    found: dict[Hashable, list[Any]] = {}
    for cell in counts:
        found.setdefault(division.get(cell, ""), []).append(cell)
    return list(found.values())


def _tells(cells: list[Any], counts: Mapping[Any, int], hidden: set[Any]) -> bool:
    """Whether what is hidden of these cells can be told from their total: one alone, or too few together."""
    gone = [cell for cell in cells if cell in hidden]
    return 0 < len(gone) < len(cells) and (len(gone) == 1 or sum(counts[cell] for cell in gone) < LEAST)
