"""A small office with answers, so that every test of analysis speaks of the same schools."""

import itertools
from datetime import date
from types import SimpleNamespace

import pytest

from analysis.queries import Book, Reading, versions_read
from instruments.models import Collection, Instrument, InstrumentVersion
from instruments.scoring import score
from instruments.services import lock_response, open_response
from schools.models import Enrolment
from tests.supervision.factories import make_group, make_school

FIRST_TERM, SECOND_TERM, NEXT_YEAR = date(2026, 6, 1), date(2026, 12, 1), date(2027, 6, 1)
"""Semesters 1/2569, 2/2569 and 1/2570."""
LEVELS = [{"v": 5, "t": "มากที่สุด"}, {"v": 4, "t": "มาก"}, {"v": 3, "t": "ปานกลาง"}, {"v": 2, "t": "น้อย"}, {"v": 1, "t": "น้อยที่สุด"}]  # fmt: skip
BANDS = [
    {"min": "4.51", "label": "มากที่สุด"}, {"min": "3.51", "label": "มาก"}, {"min": "2.51", "label": "ปานกลาง"},
    {"min": "1.51", "label": "น้อย"}, {"min": "1.00", "label": "น้อยที่สุด"},
]  # fmt: skip
_number = itertools.count(1)


def rating(key, text="", **more):
    return {"key": key, "type": "rating", "text": text or f"ข้อ {key}", "allow_na": True} | more


def form_of(*questions, title="ด้านการจัดการเรียนรู้"):
    """A form of one section "A" on the scale of five."""
    return {
        "scales": {"level5": {"title": "ระดับ", "values": LEVELS, "bands": BANDS}},
        "sections": [{"key": "A", "title": title, "scale": "level5", "questions": list(questions)}],
    }


@pytest.fixture
def forms(db):
    """Make a published version: the first of a new form, or the next one of ``of``."""

    def make(definition, of=None, area=None, state="published"):
        instrument = of or Instrument.objects.create(
            code=f"STAT-{next(_number)}", title="แบบสังเกตการจัดการเรียนรู้", area=area
        )
        version = InstrumentVersion.objects.create(
            instrument=instrument, number=instrument.versions.count() + 1, definition=definition
        )
        InstrumentVersion.objects.filter(pk=version.pk).update(state=state)
        return InstrumentVersion.objects.select_related("instrument").get(pk=version.pk)

    return make


@pytest.fixture
def answer(world):
    """Record and close one response: ``answer(version, {"A1": 5}, school=…, on=…, person=…)``; "na" is not applicable."""

    def record(version, values, **place):
        response = open_response(version, area=place.pop("area", world.area), by=None, **place)
        response.answers = {key: {"na": True} if value == "na" else {"v": value} for key, value in values.items()}
        response.scores = score(version.form, response.answers)
        response.save()
        lock_response(response, by=None)
        return response

    return record


@pytest.fixture
def survey(world):
    def make(**more):
        return Collection.objects.create(area=world.area, **{"title": "ความพึงพอใจ"} | more)

    return make


@pytest.fixture
def read(world):
    """The reading of a form by the office, and its book."""

    def make(version, **more):
        versions = tuple(more.pop("versions", None) or versions_read(version.instrument))
        return Reading(version.instrument, world.area, versions, **more), Book.of(versions)

    return make


@pytest.fixture
def district(world):
    """Six schools: three in each of two groups, each with pupils (100 to 600)."""
    second = make_group(world.area, "กลุ่มโรงเรียนธนบุรี")
    names = ["กขค", "ขคง", "คงจ", "งจฉ", "จฉช", "ฉชซ"]
    schools = [make_school(world.area, name, group=world.group if at < 3 else second) for at, name in enumerate(names)]
    for at, school in enumerate(schools, start=1):
        Enrolment.objects.create(school=school, academic_year=2569, grade="p1", male=50 * at, female=50 * at, rooms=1)
    return SimpleNamespace(schools=schools, first=world.group, second=second)
