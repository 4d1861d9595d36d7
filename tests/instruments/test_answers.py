"""Recording answers: nothing is lost, nothing counts twice, nothing is settled silently."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from instruments.models import AnswerBatch, InstrumentVersion, Response
from instruments.queries import changes_since, progress, replay
from instruments.services import (
    AnswersRefused,
    ResponseLocked,
    form_gaps,
    lock_response,
    new_draft,
    record_answers,
    unlock_response,
    unsettled_count,
)
from tests.instruments.helpers import event, send


def values(response):
    response.refresh_from_db()
    return {key: entry.get("v") for key, entry in response.answers.items()}


def test_an_answer_is_checked_logged_and_scored_at_once(response, supervisor):
    outcome = send(response, event("B1", "๔"), event("B1.exist", "มี"), event("B1.note", " คำสั่ง  ที่ 1 "), by=supervisor)

    assert values(response) == {"B1": 4, "B1.exist": 1, "B1.note": "คำสั่ง ที่ 1"}
    assert [item["key"] for item in outcome.saved] == ["B1", "B1.exist", "B1.note"]
    assert (
        response.scores["sections"]["B"] | {"mean": "4.00", "level": "มาก", "n": 1, "yes": 1, "no": 0}
        == (response.scores["sections"]["B"])
    )
    assert outcome.progress["sections"]["B"] == {"answered": 1, "total": 6, "missing": 5}
    assert (outcome.revision, response.revision, AnswerBatch.objects.count()) == (1, 1, 1)


def test_a_batch_sent_twice_changes_nothing(response, supervisor):
    batch, rating = uuid.uuid4(), event("B1", 4)
    send(response, rating, by=supervisor, batch=batch)

    again = send(response, rating, by=supervisor, batch=batch)

    assert [item["id"] for item in again.duplicates] == [rating["id"]]
    assert (again.revision, AnswerBatch.objects.count()) == (1, 1)


def test_an_event_sent_again_in_another_batch_changes_nothing_even_when_it_was_replaced(response, supervisor):
    first = event("B1", 4)
    second = event("B1", 5, base=first["id"])
    send(response, first, second, by=supervisor)

    again = send(response, first, second, by=supervisor)

    assert len(again.duplicates) == 2
    assert values(response) == {"B1": 5}
    assert AnswerBatch.objects.count() == 1


def test_two_people_who_change_one_answer_are_both_kept_until_somebody_settles(response, supervisor, colleague):
    mine, theirs = event("B1", 3), event("B1", 4)
    send(response, mine, by=supervisor)

    outcome = send(response, theirs, by=colleague)

    assert values(response) == {"B1": 3}
    assert [rival["v"] for rival in response.answers["B1"]["rivals"]] == [4]
    shown = outcome.as_json()["conflicts"][0]
    assert (shown["current"]["name"], shown["rivals"][0]["name"]) == ("สมชาย", "สมหญิง")
    assert unsettled_count(response) == 1

    send(response, event("B1", 4, base=mine["id"], settles=[theirs["id"]]), by=supervisor)

    assert values(response) == {"B1": 4}
    assert unsettled_count(response) == 0


def test_saying_the_same_is_no_conflict(response, supervisor, colleague):
    send(response, event("B1", 3), by=supervisor)
    same = event("B1", 3)

    assert send(response, same, by=colleague).conflicts == []

    send(response, event("B1", 5, base=same["id"]), by=colleague)
    assert values(response) == {"B1": 5}
    assert unsettled_count(response) == 0


def test_a_rival_who_thinks_again_ends_the_conflict(response, supervisor, colleague):
    send(response, event("B1", 3), by=supervisor)
    rival = event("B1", 4)
    send(response, rival, by=colleague)

    send(response, event("B1", 3, base=rival["id"]), by=colleague)

    assert unsettled_count(response) == 0


def test_an_invalid_value_is_refused_in_thai_and_what_was_typed_stays_in_the_log(response, supervisor):
    wrong = event("next_followup", "30/2/2569")

    outcome = send(response, wrong, event("B1", 9), event("nowhere", 1), event("B2", 5), by=supervisor)

    assert [item["key"] for item in outcome.refused] == ["next_followup", "B1", "nowhere"]
    assert all(item["message"] for item in outcome.refused)
    assert AnswerBatch.objects.get().events[0]["raw"] == "30/2/2569"
    assert values(response) == {"B2": 5}


def test_building_on_a_refused_event_is_no_conflict(response, supervisor):
    good = event("B1", 4)
    bad = event("B1", 9, base=good["id"])
    send(response, good, bad, by=supervisor)

    outcome = send(response, event("B1", 5, base=bad["id"]), by=supervisor)

    assert (values(response), outcome.conflicts) == ({"B1": 5}, [])


def test_text_that_no_database_can_store_is_kept_readable(response, supervisor):
    outcome = send(response, event("strength", "ดี\x00มาก\ud800"), event("B1", "\x00\ud800"), by=supervisor)

    assert values(response) == {"strength": "ดีมาก?"}
    assert outcome.refused[0]["key"] == "B1"


def test_not_applicable_is_an_answer_that_is_left_out_of_n(response, supervisor):
    send(response, event("B1", 4), event("B2", na=True), by=supervisor)

    part = response.scores["sections"]["B"]
    assert (part["n"], part["na"], part["mean"]) == (1, 1, "4.00")
    assert progress(response.form, response.answers, response.scores)["sections"]["B"]["answered"] == 2


def test_an_answer_can_be_cleared(response, supervisor):
    first = event("B1", 4)
    send(response, first, by=supervisor)

    send(response, event("B1", clear=True, base=first["id"]), by=supervisor)

    assert values(response) == {"B1": None}
    assert response.scores["sections"]["B"]["n"] == 0
    assert progress(response.form, response.answers, response.scores)["answered"] == 0


def test_a_locked_response_refuses_with_a_sentence_and_takes_answers_again_when_returned(response, supervisor):
    lock_response(response, by=supervisor)

    with pytest.raises(ResponseLocked, match="ปิดรับ"):
        send(response, event("B1", 4), by=supervisor)

    unlock_response(response, by=supervisor)
    assert send(response, event("B1", 4), by=supervisor).revision == 1


@pytest.mark.parametrize("events", [None, "x", [1], [{"id": "x", "key": "B1"}], [{"key": "B1", "v": 1}], [{}]])
def test_what_is_no_list_of_events_is_refused_whole(response, supervisor, events):
    with pytest.raises(AnswersRefused):
        record_answers(response, batch=uuid.uuid4(), events=events, by=supervisor)

    assert not AnswerBatch.objects.exists()


def test_a_poll_hears_of_what_others_changed_and_of_nothing_else(response, supervisor, colleague):
    send(response, event("B1", 4), by=supervisor)
    seen = response.revision
    assert changes_since(response, seen)["answers"] == {}

    send(response, event("B2", 5), by=colleague)

    news = changes_since(response, seen)
    assert (news["revision"], {key: entry["v"] for key, entry in news["answers"].items()}) == (2, {"B2": 5})


def test_one_answer_costs_few_queries(response, supervisor, django_assert_max_num_queries):
    rating = event("B1", 4)
    with django_assert_max_num_queries(6):  # savepoint, read, log, write, release, and the form where it is new
        send(response, rating, by=supervisor)


def test_the_gaps_are_named_in_one_sentence(response, supervisor):
    assert form_gaps(response).startswith("ยังไม่ได้ตอบข้อที่ต้องตอบ 26 ข้อ")
    answers = [event(key, 4) for key, question in response.form.questions.items() if question.type == "rating"]

    send(response, *answers, by=supervisor)

    assert form_gaps(response) == ""
    assert replay(response) == response.answers


def test_the_log_can_be_neither_changed_nor_deleted(response, supervisor):
    send(response, event("B1", 4), by=supervisor)
    batch = AnswerBatch.objects.get()

    with pytest.raises(ValidationError):
        batch.save()
    with pytest.raises(ValidationError):
        batch.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        QuerySet(AnswerBatch).update(payload="[]")


def test_a_published_version_can_be_neither_changed_nor_deleted(instruments):
    version = instruments["INS-01"]
    with pytest.raises(ValidationError):
        version.save()
    with pytest.raises(ValidationError):
        version.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        InstrumentVersion.objects.filter(pk=version.pk).update(definition={})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE instruments_instrumentversion SET id = 999999 WHERE id = %s",
        "INSERT OR REPLACE INTO instruments_instrumentversion SELECT id, revision, instrument_id, number, '{}', content_hash, "
        "question_count, created_at, published_at, state FROM instruments_instrumentversion WHERE id = %s",
        "UPDATE OR REPLACE instruments_instrumentversion SET number = 1 WHERE number = 2 AND instrument_id = "
        "(SELECT instrument_id FROM instruments_instrumentversion WHERE id = %s)",
    ],
)
def test_no_other_row_takes_the_place_of_a_published_version(instruments, supervisor, statement):
    version = instruments["INS-01"]
    new_draft(version, by=supervisor)
    if "REPLACE" in statement and connection.vendor != "sqlite":
        statement = "UPDATE instruments_instrumentversion SET number = number + 10 WHERE id = %s"

    with pytest.raises(DatabaseError, match="publish"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [version.pk])

    assert InstrumentVersion.objects.get(pk=version.pk).definition == version.definition


def test_a_response_begins_on_a_published_version_only(instruments, office, supervisor):
    draft = InstrumentVersion(instrument=instruments["INS-01"].instrument, number=2, definition={"sections": []})
    draft.save()
    from instruments.services import open_response

    with pytest.raises(AnswersRefused, match="ฉบับร่าง"):
        open_response(draft, area=office, by=supervisor)
    assert not Response.objects.exists()
