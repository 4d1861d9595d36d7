"""Every change that a person may make to a form, on its definition and nothing else.

``Draft`` works on a copy and keeps the form in order: keys stay unique, conditions follow a renamed key, a question that
others refer to is not deleted. A form may be unfinished all the while; ``instruments.checking`` lists what it lacks.
"""

from builder.editing.conditions import mentions
from builder.editing.copying import copy_in
from builder.editing.draft import Draft, EditRefused, Published, Removed
from builder.editing.pieces import PROPERTIES, Definition, Piece, empty, facts_of

__all__ = [
    "PROPERTIES", "Definition", "Draft", "EditRefused", "Piece", "Published", "Removed", "copy_in", "empty",
    "facts_of", "mentions",
]  # fmt: skip
