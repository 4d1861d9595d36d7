"""The two statements of an answer that a page sends: whether it may be taken now, and that it was.

They say what ``services.door_of`` with ``Door.refusal`` and the model would; ``tests/surveys/test_intake.py`` holds both
together. Where the first finds nothing, the slow way says why.
"""

import uuid as uuids
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection

_COLUMNS = "s.id, s.area_id, s.version_id, v.content_hash, s.collection_id, s.anonymous, s.per_school"
_OPEN = "s.state = 'open' AND s.opens_on <= %s AND s.closes_on >= %s"
_BY_LINK = f"""
    SELECT {_COLUMNS}, NULL, NULL FROM surveys_survey s
    JOIN instruments_instrumentversion v ON v.id = s.version_id
    WHERE s.token = %s AND s.audience = 'link' AND {_OPEN}
"""  # noqa: S608 -- constants of this module
_OF_SCHOOL = f"""
    SELECT {_COLUMNS}, p.id, p.school_id FROM surveys_surveyschool p
    JOIN surveys_survey s ON s.id = p.survey_id
    JOIN instruments_instrumentversion v ON v.id = s.version_id
    JOIN schools_school h ON h.id = p.school_id
    WHERE p.token = %s AND {_OPEN}
    AND (h.opened_on IS NULL OR h.opened_on <= %s) AND (h.closed_on IS NULL OR h.closed_on > %s)
    AND (s.per_school <> 'one' OR NOT EXISTS (SELECT 1 FROM surveys_surveyanswer a WHERE a.place_id = p.id AND a.sole))
"""  # noqa: S608 -- constants of this module
_KEEP = """
    INSERT INTO surveys_surveyanswer ({id}survey_id, place_id, response_id, uuid, sole, submitted_on, submitted_at,
        by_id, reopen_reason)
    SELECT {number}s.id, %s, %s, %s, %s, %s, %s, %s, '' FROM surveys_survey s WHERE s.id = %s AND s.state = 'open'
"""
_KEEP_NEXT = _KEEP.format(id="", number="")
_KEEP_NUMBERED = _KEEP.format(id="id, ", number="%s, ")


@dataclass(frozen=True, slots=True)
class Ready:
    """An answering page that takes an answer now, and all that is needed to write one."""

    survey_id: int
    area_id: int
    version_id: int
    content_hash: str
    collection_id: int
    anonymous: bool
    per_school: str
    place_id: int | None
    school_id: int | None


def ready(token: str, today: date, *, by_link: bool) -> Ready | None:
    """The page of this address where it takes an answer now; None where it is to be asked why not."""
    day = connection.ops.adapt_datefield_value(today)
    with connection.cursor() as cursor:
        if by_link:
            cursor.execute(_BY_LINK, [token, day, day])
        else:
            cursor.execute(_OF_SCHOOL, [token, day, day, day, day])
        row = cursor.fetchone()
    if row is None:
        return None
    found = Ready(*row)
    return found if connection.vendor == "postgresql" else replace(found, anonymous=bool(found.anonymous))


def keep_answer(
    page: Ready, *, response_id: int, uuid: uuids.UUID, on: date, at: datetime | None, by: int | None
) -> bool:
    """Write that an answer was sent; False where the survey was closed since it was asked for.

    Of an anonymous survey the row bears the number of its response, which tells nothing of when it came. Raises
    ``IntegrityError`` where it was sent before, or another one of the school.
    """
    sent_at = None if at is None else connection.ops.adapt_datetimefield_value(at)
    day = connection.ops.adapt_datefield_value(on)
    values: list[Any] = [page.place_id, response_id, uuid.hex, page.per_school == "one", day, sent_at, by]
    with connection.cursor() as cursor:
        if page.anonymous:
            cursor.execute(_KEEP_NUMBERED, [response_id, *values, page.survey_id])
        else:
            cursor.execute(_KEEP_NEXT, [*values, page.survey_id])
        return cursor.rowcount == 1
