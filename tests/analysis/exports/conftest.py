import uuid
from datetime import date

import pytest

from instruments.services import lock_response, open_response, record_answers
from tests.instruments.every_type import ANSWERS, make_every_type
from tests.instruments.helpers import event


@pytest.fixture
def every_type(world):
    return make_every_type()


@pytest.fixture
def answered(world):
    """Fill in a version; finished unless ``finish=False``."""

    def fill(version, answers=ANSWERS, *, by=world.supervisor, finish=True, area=world.area, na=(), **about):
        about = {"school": world.school, "on": date(2026, 11, 18), "person": world.supervisor} | about
        response = open_response(version, area=area, by=by, **about)
        events = [event(key, value) for key, value in answers.items()] + [event(key, na=True) for key in na]
        if events:
            outcome = record_answers(response, batch=uuid.uuid4(), events=events, by=by)
            assert outcome.refused == []
        if finish:
            lock_response(response, by=by)
        return response

    return fill
