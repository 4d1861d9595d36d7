"""The written-out statements of a saved answer say what the ORM would say, on each database."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from instruments import storage
from instruments.models import AnswerBatch, Response
from instruments.services import lock_response
from tests.instruments.helpers import event, send

pytestmark = pytest.mark.django_db


def log(response, **changes):
    """Write the next revision of a response as it stands, with the changes."""
    values = {
        "batch": uuid.uuid4(), "events": [], "answers": response.answers, "scores": response.scores,
        "revision": response.revision + 1, "device": "เครื่องหนึ่ง", "by": response.opened_by_id, "at": timezone.now(),
    }  # fmt: skip
    return storage.write(response.pk, **values | changes)


def test_what_is_read_is_what_the_model_holds(response, supervisor):
    batch = uuid.uuid4()
    send(response, event("B1", 4), by=supervisor, batch=batch)
    row = Response.objects.get(pk=response.pk)

    with transaction.atomic():
        stored = storage.read_locked(response.pk, batch)
        fresh = storage.read_locked(response.pk, uuid.uuid4())

    assert stored == storage.Stored(
        row.version_id,
        row.version.content_hash,
        row.answers,
        row.revision,
        row.scores,
        is_locked=False,
        knows_batch=True,
    )
    assert fresh.knows_batch is False


def test_a_locked_response_is_read_as_locked(response, supervisor):
    lock_response(response, by=supervisor)

    with transaction.atomic():
        assert storage.read_locked(response.pk, uuid.uuid4()).is_locked is True


def test_a_response_that_is_not_there_does_not_exist(db):
    with transaction.atomic(), pytest.raises(Response.DoesNotExist):
        storage.read_locked(987_654, uuid.uuid4())


def test_what_is_written_is_read_back_through_the_models(response, supervisor):
    events = [{"id": str(uuid.uuid4()), "key": "B1", "v": "ภาษาไทย \x00 'อัญประกาศ' %s"}]
    answers, scores, at, batch = (
        {"B1": {"v": "ภาษาไทย % ''"}},
        {"whole": {"mean": "4.00"}},
        timezone.now(),
        uuid.uuid4(),
    )

    assert log(response, batch=batch, events=events, answers=answers, scores=scores, at=at, by=supervisor.pk) is True

    row, logged = Response.objects.get(pk=response.pk), AnswerBatch.objects.get()
    assert (row.answers, row.scores, row.revision, row.updated_at) == (answers, scores, 1, at)
    assert (logged.response, logged.uuid, logged.revision, logged.device) == (row, batch, 1, "เครื่องหนึ่ง")
    assert (logged.by, logged.received_at, logged.events) == (supervisor, at, events)


def test_a_response_that_has_moved_on_is_not_written_over(response, supervisor):
    send(response, event("B1", 4), by=supervisor)

    assert log(response, revision=response.revision + 5, answers={}) is False

    assert Response.objects.get(pk=response.pk).answers == response.answers


def test_the_same_batch_is_never_logged_twice(response):
    batch = uuid.uuid4()
    log(response, batch=batch)
    response.refresh_from_db()

    with pytest.raises(IntegrityError), transaction.atomic():
        log(response, batch=batch)

    assert Response.objects.get(pk=response.pk).revision == 1
