"""The statements of a saved answer, written out: an answer is saved at every touch of a form, by everybody at once.

Building them anew through the ORM costs several times what the database needs to carry them out. They say what the
ORM would say; ``tests/instruments/test_storage.py`` holds both together on each database.
"""

import json
import uuid as uuids
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from instruments.models import Response

_READ = """
    SELECT r.version_id, v.content_hash, r.answers, r.revision, r.scores, r.locked_at,
           EXISTS(SELECT 1 FROM instruments_answerbatch b WHERE b.response_id = r.id AND b.uuid = %s)
    FROM instruments_response r
    JOIN instruments_instrumentversion v ON v.id = r.version_id
    WHERE r.id = %s
"""
_LOG = """
    INSERT INTO instruments_answerbatch (response_id, uuid, revision, device, by_id, received_at, payload)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_KEEP = """
    UPDATE instruments_response SET answers = %s, scores = %s, revision = %s, updated_at = %s
    WHERE id = %s AND revision = %s
"""


_NEW = """
    INSERT INTO instruments_response ({id}version_id, area_id, collection_id, school_id, opened_by_id, "on", academic_year,
        semester, fiscal_year, answers, scores, revision, tallied, created_at, updated_at, locked_at)
    VALUES ({number}%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 1, %s, %s, %s, %s) RETURNING id
"""
_LOG_OF_NEW = """
    INSERT INTO instruments_answerbatch ({id}response_id, uuid, revision, device, by_id, received_at, payload)
    SELECT {number}id, %s::uuid, 1, '', %s, %s::timestamptz, %s FROM new RETURNING response_id
"""
_NEXT, _NUMBERED = {"id": "", "number": ""}, {"id": "id, ", "number": "%s, "}


@dataclass(slots=True)
class Stored:
    """What a response holds now, and whether a batch has arrived before."""

    version_id: int
    content_hash: str
    answers: dict[str, Any]
    revision: int
    scores: dict[str, Any]
    is_locked: bool
    knows_batch: bool


def read_locked(response_id: int, batch: uuids.UUID) -> Stored:
    """The response as it is, held until the transaction ends (SQLite holds the whole file). Raises ``DoesNotExist``."""
    hold = "FOR UPDATE OF r" if connection.features.has_select_for_update_of else ""
    with connection.cursor() as cursor:
        cursor.execute(_READ + hold, [batch.hex, response_id])
        row = cursor.fetchone()
    if row is None:
        raise Response.DoesNotExist
    version_id, digest, answers, revision, scores, locked_at, known = row
    return Stored(
        version_id, digest, json.loads(answers), revision, json.loads(scores), locked_at is not None, bool(known)
    )


def write(
    response_id: int,
    *,
    batch: uuids.UUID,
    events: list[dict[str, Any]],
    answers: dict[str, Any],
    scores: dict[str, Any],
    revision: int,
    device: str,
    by: int | None,
    at: datetime,
) -> bool:
    """Log the batch as ``revision`` and keep what the log adds up to now.

    False where the response has moved on from the revision before: the caller then takes the transaction back.
    Raises ``IntegrityError`` where the batch or the revision is there already.
    """
    moment = connection.ops.adapt_datetimefield_value(at)
    payload = json.dumps(events, ensure_ascii=True, separators=(",", ":"))
    log: list[Any] = [response_id, batch.hex, revision, device, by, moment, payload]
    keep: list[Any] = [json.dumps(answers), json.dumps(scores), revision, moment, response_id, revision - 1]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # one way over the wire for both
            cursor.execute(f"{_LOG};{_KEEP}", [*log, *keep])
        else:
            cursor.execute(_LOG, log)
            cursor.execute(_KEEP, keep)
        return cursor.rowcount == 1


def write_new(
    response: Response, *, batch: uuids.UUID, events: str, answers: str, scores: str, by: int | None, at: datetime
) -> None:
    """Write a response that is whole already, closed and marked as counted, with its one batch; gives it its number.

    ``events``, ``answers`` and ``scores`` are JSON text. ``at`` is every moment that is kept of it. A number that it
    bears already is that of its batch too.
    """
    moment = connection.ops.adapt_datetimefield_value(at)
    new = [
        response.version_id, response.area_id, response.collection_id, response.school_id, by,
        connection.ops.adapt_datefield_value(response.on), response.academic_year, response.semester,
        response.fiscal_year, answers, scores, True, moment, moment, moment,
    ]  # fmt: skip
    log: list[Any] = [batch.hex, by, moment, events]
    number, shape = ([], _NEXT) if response.pk is None else ([response.pk], _NUMBERED)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # one way over the wire for both
            statement = f"WITH new AS ({_NEW.format(**shape)}) {_LOG_OF_NEW.format(**shape)}"
            cursor.execute(statement, [*number, *new, *number, *log])
            response.pk = cursor.fetchone()[0]
        else:
            cursor.execute(_NEW.format(**shape), [*number, *new])
            response.pk = cursor.fetchone()[0]
            cursor.execute(
                "INSERT INTO instruments_answerbatch "  # noqa: S608 -- constants
                f"({shape['id']}response_id, uuid, revision, device, by_id, received_at, payload) "
                f"VALUES ({shape['number']}%s, %s, 1, '', %s, %s, %s)",
                [*number, response.pk, *log],
            )
