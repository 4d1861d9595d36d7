"""The rows of a repeating section: those there are, those that are offered, what they are called."""

import secrets

from instruments.definition import Section
from instruments.scoring import Answers
from instruments.slots import at_row

NEW_ROW = "row0new0"
"""Stands in the pattern of a row that the browser makes new rows of; the name of no row."""


def new_row() -> str:
    """The id of a new row of a repeating section."""
    return secrets.token_hex(4)


def offered_rows(section: Section, answers: Answers) -> list[str]:
    """The rows that a page shows: those there are, and where they are too few, new ones to begin with."""
    rows = list(section.rows(answers))
    if section.repeat is None or len(rows) >= section.repeat.least:
        return rows
    taken = {key.partition("@")[2] for key in answers} | set(rows)
    number = 0
    while len(rows) < section.repeat.least:
        number += 1
        if (name := f"row{number}") not in taken:
            rows.append(name)
    return rows


def row_title(section: Section, row: str, answers: Answers) -> str:
    """What the first text of the row says: usually a name."""
    key = title_slot(section)
    value = answers.get(at_row(key, row), {}).get("v") if key else None
    return value.splitlines()[0][:80] if isinstance(value, str) and value else ""


def title_slot(section: Section) -> str:
    """The slot that names a row; "" where the section asks for no text."""
    return next((q.key for q in section.questions if q.type == "text" and not q.source), "") if section.repeat else ""
