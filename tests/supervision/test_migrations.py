"""Answers from before there were statistics count like those to come."""

import json
from importlib import import_module

from django.apps import apps

from instruments.models import Response, Tally
from instruments.services import lock_response, record_answers
from tests.supervision.factories import make_visit

answers_of_visits_count = import_module("supervision.migrations.0002_answers_of_visits_count")
ID = "00000000-0000-4000-8000-{:012d}"


def test_visits_that_ended_before_there_were_sums_are_counted_as_if_they_ended_today(world):
    ended, called_off, at_work = (
        make_visit(world.school, world.supervisor, instruments=[world.instrument], state=state)
        for state in ("closed", "cancelled", "in_progress")
    )
    for number, visit in enumerate((ended, called_off, at_work)):
        event = {"id": ID.format(10 + number), "key": "A1", "v": 3}
        record_answers(visit.forms.get().response, batch=ID.format(number), events=[event], by=world.supervisor)
    for visit in (ended, called_off):
        lock_response(visit.forms.get().response, by=world.supervisor, counted=visit == ended)
    today = sums()
    assert today
    Tally.objects.all().delete()
    Response.objects.update(tallied=False)

    answers_of_visits_count.count(apps, None)

    assert sums() == today
    assert list(Response.objects.filter(tallied=True)) == [ended.forms.get().response]


def sums():
    return {row.key: (row.responses, json.loads(row.counts)) for row in Tally.objects.all()}
