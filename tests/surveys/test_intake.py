"""The quick way of a whole answer leaves what the slow one would leave, on each database."""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from instruments.intake import WholeRefused, read_whole
from instruments.models import AnswerBatch, Response, Tally
from instruments.queries import replay
from instruments.services import lock_response, open_response, record_answers
from surveys.incoming import Incoming
from surveys.models import SurveyAnswer
from surveys.services import page_of, take_answer, take_at
from tests.instruments.every_type import ANSWERS, make_every_type
from workflows.services import perform

pytestmark = pytest.mark.django_db
OWN = {"answers", "scores", "created_at", "updated_at", "locked_at", "id", "collection_id"}


def said(answers):
    return {key: {name: entry.get(name) for name in ("v", "na", "by")} for key, entry in answers.items()}


def test_the_quick_way_leaves_what_three_services_leave(world, make_survey, door):
    version = make_every_type()
    survey = make_survey(version=version, schools=[world.school])
    na = next(slot.key for slot in version.form.slots.values() if slot.takes_na and not slot.repeat)
    answers = {key: value for key, value in ANSWERS.items() if key != na}
    take_answer(door(survey, world.school), Incoming(uuid.uuid4(), dict(answers), [na]), by=world.school_head)
    quick = survey.answers.get().response

    slow = open_response(
        version, area=world.area, by=world.school_head, collection=survey.collection, school=world.school,
        on=timezone.localdate(),
    )  # fmt: skip
    events = [
        {"id": str(uuid.uuid4()), "key": key, "at": "2026-11-21T10:00:00+07:00", "base": None}
        | ({"add": value} if key == "T.rows" else {"v": value})
        for key, value in answers.items()
    ]
    events.append({"id": str(uuid.uuid4()), "key": na, "at": "2026-11-21T10:00:00+07:00", "base": None, "na": True})
    assert record_answers(slow, batch=uuid.uuid4(), events=events, by=world.school_head).refused == []
    lock_response(slow, by=world.school_head)

    rows = {row["id"]: row for row in Response.objects.filter(pk__in=[quick.pk, slow.pk]).values()}
    assert {k: v for k, v in rows[quick.pk].items() if k not in OWN} == {
        k: v for k, v in rows[slow.pk].items() if k not in OWN
    }
    quick.refresh_from_db()
    slow.refresh_from_db()
    assert said(quick.answers) == said(slow.answers)
    assert quick.scores == slow.scores
    assert replay(quick) == quick.answers
    held = {tally.ref: tally for tally in Tally.objects.filter(collection=survey.collection, kind="office")}
    whole = [json.loads(tally.counts) for tally in held.values()]
    assert sum(tally.responses for tally in held.values()) == 2
    assert len(whole) == 1 or whole[0] == whole[1]
    batch = AnswerBatch.objects.get(response=quick)
    assert (batch.revision, batch.by, batch.device) == (1, world.school_head, "")


@pytest.mark.parametrize("audience", ["schools", "link"])
def test_the_quick_look_agrees_with_the_slow_one(world, make_survey, door, audience):
    survey = make_survey(audience=audience)
    school = world.school if audience == "schools" else None
    token = door(survey, school).token

    assert page_of(token) is not None
    assert door(survey, school).refusal() == ""
    take_answer(door(survey, school), Incoming(uuid.uuid4(), {"A1": 5}))
    assert (page_of(token) is None) == bool(door(survey, school).refusal()) == (audience == "schools")
    perform(survey, "close", by=world.head)
    assert page_of(token) is None
    assert door(survey, school).refusal() != ""


def test_a_school_that_is_closed_is_not_ready(world, make_survey, door):
    survey = make_survey()
    type(world.school).objects.filter(pk=world.school.pk).update(closed_on=timezone.localdate())

    assert page_of(door(survey, world.school).token) is None
    assert door(survey, world.school).refusal() != ""


def test_an_answer_that_finds_its_page_taken_meanwhile_changes_nothing(world, make_survey, door):
    survey = make_survey()
    page = page_of(door(survey, world.school).token)
    name = uuid.uuid4()
    take_at(page, Incoming(name, {"A1": 5}))

    assert take_at(page, Incoming(name, {"A1": 5})) == name

    assert SurveyAnswer.objects.count() == Response.objects.filter(collection=survey.collection).count() == 1
    assert (
        sum(Tally.objects.filter(collection=survey.collection, kind="office").values_list("responses", flat=True)) == 1
    )


def test_an_answer_takes_few_statements(world, make_survey, door):
    page = page_of(door(make_survey(audience="link")).token)
    take_at(page, Incoming(uuid.uuid4(), {"A1": 5}))
    # Another shard of the office's sum may be begun; the second time round every row is there.
    for _ in range(8):
        take_at(page, Incoming(uuid.uuid4(), {"A1": 5}))

    with CaptureQueriesContext(connection) as queries:
        take_at(page, Incoming(uuid.uuid4(), {"A1": 5}))

    assert len([q for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]]) <= 5


def test_a_whole_answer_that_is_not_whole_names_each_question():
    form = make_every_type().form

    with pytest.raises(WholeRefused) as refused:
        read_whole(form, {"A5": "สี่สิบ", "nonsense@x": 1}, [], at="2026-11-21T00:00:00+07:00")

    keys = [fault.key for fault in refused.value.faults]
    assert keys[:2] == ["A5", ""]
    assert "A1" in keys
