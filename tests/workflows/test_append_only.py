"""What was logged stays as it was written: for the model, its querysets, cascades and plain SQL."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from supervision.models import Visit
from tests.supervision.factories import make_visit
from workflows.guards import append_only_models
from workflows.models import TransitionLog
from workflows.services import perform


@pytest.fixture
def log(world) -> TransitionLog:
    return perform(make_visit(world.school, world.supervisor), "postpone", by=world.supervisor, reason="ฝนตก")


def test_a_log_row_is_neither_changed_nor_deleted(log):
    log.reason = "แก้ทีหลัง"

    with pytest.raises(ValidationError, match="แก้ไขย้อนหลังไม่ได้"):
        log.save()
    with pytest.raises(ValidationError, match="ลบไม่ได้"):
        log.delete()
    assert TransitionLog.objects.get().reason == "ฝนตก"


@pytest.mark.parametrize(
    "write",
    [
        lambda log: TransitionLog.objects.update(reason="แก้ทีหลัง"),
        lambda log: TransitionLog.objects.bulk_update([log], ["reason"]),
        lambda log: TransitionLog.objects.all().delete(),
        lambda log: TransitionLog.objects.filter(pk=log.pk).delete(),
        lambda log: log.target.transitions.all().delete(),
        lambda log: log.target.delete(),
        lambda log: Visit.objects.filter(pk=log.object_id).delete(),
    ],
    ids=["update", "bulk_update", "delete all", "delete some", "through the record", "with the record", "with records"],
)
def test_no_queryset_and_no_cascade_reaches_a_log_row(log, write):
    with pytest.raises(ValidationError), transaction.atomic():
        write(log)

    assert TransitionLog.objects.get().reason == "ฝนตก"
    assert Visit.objects.filter(pk=log.object_id).exists()


def test_plain_sql_cannot_change_a_log_row(log):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE workflows_transitionlog SET reason = 'x'")

    assert TransitionLog.objects.get().reason == "ฝนตก"


def test_plain_sql_cannot_delete_a_log_row_where_the_database_can_tell_it_from_a_flush(log):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'workflows_transitionlog_kept'")
            assert "BEFORE UPDATE" in cursor.fetchone()[0]
        return
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM workflows_transitionlog")


def test_every_append_only_table_has_its_guard(db):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        guards = {name for (name,) in cursor.fetchall()}

    assert TransitionLog in append_only_models()
    assert {f"{model._meta.db_table}_kept" for model in append_only_models()} <= guards


def test_a_record_without_history_can_still_be_taken_away(world):
    visit = make_visit(world.school, world.supervisor)

    visit.delete()

    assert not Visit.objects.exists()
