"""What became of each question from one version of a form to the next, and whether its trend goes on.

Pure: two definitions in, a ``Differences`` out; drafts that are not whole yet are compared as far as they can be read.

A question keeps its key. Where its words, type, scale or choices changed, the person who revises the form says whether
it still means the same: ``follows`` with its own key where it does, ``break`` where it does not; until then it is
undecided. A question under a new key may continue an old one (``follows: OLD``). Where the values can't be compared at
all, as on a scale of another range, the trend is cut and nobody is asked.
"""

from instruments.differences.comparing import candidates, differences, moved_keys
from instruments.differences.mapping import decided, without_mapping
from instruments.differences.marking import Piece, side_by_side, word_difference
from instruments.differences.results import (
    ADDED,
    BEGINS,
    CHANGED,
    CONTINUES,
    CUT,
    DROPPED,
    SAME,
    Change,
    Differences,
    Place,
    QuestionChange,
)

__all__ = [
    "ADDED", "BEGINS", "CHANGED", "CONTINUES", "CUT", "DROPPED", "SAME", "Change", "Differences", "Piece", "Place",
    "QuestionChange", "candidates", "decided", "differences", "moved_keys", "side_by_side", "without_mapping",
    "word_difference",
]  # fmt: skip
