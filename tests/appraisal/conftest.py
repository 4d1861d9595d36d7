"""One draft of an office's own form, with ratings, a note and a fact, that experts may look at."""

import copy
from datetime import timedelta

import pytest
from django.utils import timezone

from appraisal.services.reviews import add_expert, open_review
from instruments.models import Instrument, InstrumentVersion
from tests.supervision.factories import DEFINITION


@pytest.fixture
def draft(world):
    """Questions A1, A2 (ratings), B1 (text) are marked; N1 (a note) and F1 (a fact) are not."""
    definition = copy.deepcopy(DEFINITION)
    definition["sections"][1]["questions"] += [
        {"key": "N1", "type": "note", "text": "ขอบคุณ"},
        {"key": "F1", "type": "text", "text": "โรงเรียน", "source": "school"},
    ]
    instrument = Instrument.objects.create(area=world.area, code="OBS-1", title="แบบสังเกตการสอน")
    return InstrumentVersion.objects.create(instrument=instrument, definition=definition)


@pytest.fixture
def review(world, draft):
    return open_review(draft, area=world.area, by=world.supervisor, due_on=timezone.localdate() + timedelta(days=14))


@pytest.fixture
def experts(world, review):
    names = ["ผศ.ดร.วันดี", "รศ.ดร.ชาติ", "ดร.ปัญญา"]
    return [
        add_expert(review, name=name, position="มหาวิทยาลัยราชภัฏ", email=f"e{n}@example.ac.th", by=world.supervisor)
        for n, name in enumerate(names)
    ]
