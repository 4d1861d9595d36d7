"""Events as a device makes them, and questions as a page shows them."""

import itertools
import uuid

from instruments.filling import Page, row_views
from instruments.services import record_answers

_count = itertools.count(1)


def event(key, value=None, *, base=None, **more):
    """One event with a fresh id; ``na=True``, ``clear=True``, ``settles=[…]`` replace or join the value."""
    made = {"id": str(uuid.uuid4()), "key": key, "at": "2026-11-21T10:00:00+07:00", "base": base} | more
    if value is not None:
        made["v"] = value
    return made


def send(response, *events, by, batch=None):
    return record_answers(response, batch=batch or uuid.uuid4(), events=list(events), by=by)


def section_views(section, answers, *, facts=None):
    """The questions of a section as a page has them, those of a repeating one for each row after the other."""
    return [view for row in row_views(section, Page(answers, facts=facts or {})) for view in row.questions]
