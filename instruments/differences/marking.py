"""Two texts side by side, what differs marked word by word, although Thai writes no spaces between words."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from thai.text import clusters

_LINES_SHOWN = 40
_ISLAND = 3
"""A stretch of fewer clusters that happens to be equal between two changes is read with them, not as an island."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``marked`` where the other side has something else."""

    text: str
    marked: bool = False


Lines = tuple[tuple[Piece, ...], ...]


def side_by_side(old: Sequence[str], new: Sequence[str]) -> tuple[Lines, Lines]:
    """Lines of both sides; of long lists only those that differ."""
    first: list[tuple[Piece, ...]] = []
    second: list[tuple[Piece, ...]] = []
    brief = max(len(old), len(new)) > _LINES_SHOWN
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            if not brief:
                first += [(Piece(line),) for line in old[a:b]]
                second += [(Piece(line),) for line in new[c:d]]
            continue
        for place in range(max(b - a, d - c)):
            was = old[a + place] if a + place < b else None
            now = new[c + place] if c + place < d else None
            left, right = word_difference(was or "", now or "")
            if was is not None:
                first.append(left)
            if now is not None:
                second.append(right)
    return _shortened(first), _shortened(second)


def _shortened(lines: list[tuple[Piece, ...]]) -> Lines:
    if len(lines) <= _LINES_SHOWN:
        return tuple(lines)
    return (*lines[:_LINES_SHOWN], (Piece(f"และอีก {len(lines) - _LINES_SHOWN:,} รายการ"),))


def word_difference(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, those marked that the other one lacks; together they are the whole texts."""
    if not old or not new:
        return _whole(old), _whole(new)
    first, second = clusters(old), clusters(new)
    if len(first) * len(second) > 4_000_000:  # two long pages: marking them word by word would take too long
        return _whole(old), _whole(new)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    codes = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(codes):
        between = 0 < place < len(codes) - 1
        same = tag == "equal" and not (between and b - a < _ISLAND and "".join(first[a:b]).strip())
        left.append(("".join(first[a:b]), not same))
        right.append(("".join(second[c:d]), not same))
    return _joined(left), _joined(right)


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, marked=True),) if text else ()


def _joined(pieces: list[tuple[str, bool]]) -> tuple[Piece, ...]:
    made: list[Piece] = []
    for text, marked in pieces:
        if not text:
            continue
        if made and made[-1].marked == marked:
            made[-1] = Piece(made[-1].text + text, marked)
        else:
            made.append(Piece(text, marked))
    return tuple(made)
