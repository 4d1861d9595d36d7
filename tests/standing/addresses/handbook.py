"""The handbook."""

from collections.abc import Sequence

from tests.standing.addresses.table import AREA, NOBODY, PLANNERS, Address, both
from tests.standing.district import OFFICE, SCHOOL

BOOK_READERS = AREA | SCHOOL | {"other_school_head", "network_lead"}
"""Whoever works for the office or with it reads its published handbook."""


def book(name: str, *, more: Sequence[str] = (), **options) -> Address:
    """About the handbook that the office works by."""
    options.setdefault("args", lambda world: [world.edition.pk, *more])
    return Address(f"handbook:{name}", **{"sees": BOOK_READERS, **options})


def book_draft(name: str, *, more: Sequence[str] = (), **options) -> Address:
    """About next year's handbook, which the office is writing."""
    options.setdefault("args", lambda world: [world.edition_draft.pk, *more])
    return Address(f"handbook:{name}", **{"sees": OFFICE, "does": PLANNERS, **options})


ADDRESSES: list[Address] = [
    # The handbook: read by everybody who works with the office, written by its staff, published by the head
    Address("handbook:home"),
    Address("handbook:edition-list"),
    Address(
        "handbook:edition-begin", method="post", args=lambda w: [w.area.pk], sees=AREA | SCHOOL | {"other_school_head"},
        does=PLANNERS, data=lambda w: {"fiscal_year": "2570"}, ok=frozenset({302}),
    ),
    *(book(name) for name in ("edition", "edition-pdf", "edition-changes", "laws")),
    *(book(name, more=["5.1"]) for name in ("task", "task-pdf")),
    *(book(name, more=["P-5.1"]) for name in ("process", "process-pdf")),
    book("task", more=["9.9"], sees=NOBODY),
    *(book_draft(name, does=OFFICE) for name in ("edition", "edition-pdf", "edition-changes", "laws")),
    # What is published is changed by nobody.
    book("edit", does=NOBODY),
    book("part", more=["task:5.1"], does=NOBODY),
    book("part", more=["task:5.1"], does=NOBODY, method="post", data=lambda w: {"title": "อื่น", "group": "g5"}),
    book("part-move", more=["task:5.1"], does=NOBODY, method="post"),
    book("part-remove", more=["law:press_2529"], does=NOBODY, method="post"),
    book("part-add", more=["group"], does=NOBODY, method="post", data=lambda w: {"title": "ใหม่"}),
    book("edition-discard", does=NOBODY, method="post"),
    book("edition-transition", more=["publish"], does=NOBODY, method="post"),
    book_draft("edit"),
    *both(book_draft, "part", more=["task:5.1"], data=lambda w: {"title": "ใหม่", "group": "g5"}),
    book_draft("part-move", more=["task:5.1"], method="post", ok=frozenset({302})),
    book_draft("part-remove", more=["task:6.4"], method="post", ok=frozenset({302})),
    book_draft("part-add", more=["group"], method="post", data=lambda w: {"title": "ใหม่"}, ok=frozenset({302})),
    book_draft("edition-discard", method="post", ok=frozenset({302})),
    book_draft("edition-transition", more=["submit"], method="post", ok=frozenset({302})),
    book_draft("edition-transition", more=["publish"], does=NOBODY, method="post"),
    book_draft("edition-transition", more=["no-such-move"], sees=NOBODY, does=NOBODY, method="post"),
]  # fmt: skip
