"""Kept statistics equal a recount of the answers, whatever is closed and opened again, in whatever order."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal as D
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instruments import tallies
from instruments.definition import parse
from instruments.models import Collection, Instrument, InstrumentVersion, Response, Tally
from instruments.scoring import score
from instruments.services import lock_response, open_response, unlock_response
from schools.models import School
from tests.instruments.every_type import make_every_type, make_filled
from tests.instruments.random_forms import NUMBERS, answers_for, definitions


def make_version(definition, code="RANDOM"):
    instrument, _ = Instrument.objects.get_or_create(code=code, area=None, defaults={"title": "แบบสุ่ม"})
    version = InstrumentVersion.objects.create(
        instrument=instrument, number=instrument.versions.count() + 1, definition=definition
    )
    InstrumentVersion.objects.filter(pk=version.pk).update(state="published")
    return InstrumentVersion.objects.get(pk=version.pk)


def make_response(version, area, answers, **place):
    response = open_response(version, area=area, by=None, **place)
    response.answers, response.scores = answers, score(version.form, answers)
    response.save()
    return response


def kept(**where):
    """What is kept: {key: (responses, counts)}, without rows that have come to nothing."""
    rows = {row.key: (row.responses, json.loads(row.counts)) for row in Tally.objects.filter(**where)}
    return {key: row for key, row in rows.items() if row != (0, {})}


@pytest.fixture
def school(office):
    return School.objects.create(area=office, name="วัดสุทธิ", obec_code="1010720001")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_kept_statistics_equal_a_recount_after_any_closing_and_opening(data, office, school, supervisor):
    Tally.objects.all().delete()
    Response.objects.all().delete()
    definition = data.draw(definitions())
    version = make_version(definition)
    form = parse(definition)
    places = [{}, {"school": school}, {"person": supervisor, "on": date(2026, 6, 1)}, {"on": date(2026, 12, 1)}]
    responses = [
        make_response(version, office, data.draw(answers_for(form)), **data.draw(st.sampled_from(places)))
        for _ in range(data.draw(st.integers(1, 4)))
    ]
    for at, closes in data.draw(st.lists(st.tuples(st.integers(0, len(responses) - 1), st.booleans()), max_size=10)):
        response = Response.objects.get(pk=responses[at].pk)
        if closes:
            lock_response(response, by=supervisor)
        else:
            unlock_response(response, by=supervisor)

    assert tallies.recount(version.pk, mend=False) == []
    closed = Response.objects.filter(version=version, locked_at__isnull=False).count()
    assert tallies.total(Tally.objects.filter(version=version, kind=Tally.OFFICE))[0] == closed

    for response in Response.objects.filter(version=version):
        unlock_response(response, by=supervisor)
    assert kept() == {}


@given(st.lists(NUMBERS, max_size=30), st.randoms(use_true_random=False))
def test_sums_of_numbers_are_exact_and_leave_no_trace(numbers, random):
    parts = [{"n": 1, "sum": text, "sq": str(D(text) * D(text))} for text in numbers]
    part: dict = {}
    for more in parts:
        tallies.merge(part, more, 1)

    assert D(part.get("sum", "0")) == sum(map(D, numbers), D(0))
    for more in random.sample(parts, len(parts)):
        tallies.merge(part, more, -1)
    assert part == {}


def test_every_kind_of_question_is_counted_in_its_own_way(office, supervisor, settings):
    response = make_filled(office, supervisor)

    counts = tallies.counts_of(response.form, response.answers, response.scores)

    assert counts["A1"] == {"=9": 1}
    assert counts["A1.other"] == {"n": 1}
    assert counts["A2"] == {"n": 1, "=1": 1, "=3": 1}
    assert counts["A5"] == {"n": 1, "sum": "40", "sq": "1600"}
    assert counts["A7"] == {"n": 1, "sum": "92.5", "sq": "8556.25"}
    assert counts["A13"] == {"hidden": 1}
    assert (counts["B1"], counts["B1.exist"], counts["B3"]) == ({"4": 1}, {"1": 1}, {"1": 1})
    assert (counts["B4.r1"], counts["B4.r2"]) == ({"4": 1}, {"5": 1})
    assert (counts["B5.current"], counts["B5.desired"]) == ({"3": 1}, {"5": 1})
    assert (counts["T.rows"], counts["T3"]) == ({"n": 2}, {"4": 1, "2": 1})
    assert counts["T4"] == {"n": 2, "sum": "37", "sq": "689"}
    assert (counts["T5"], counts["C1"]) == ({"hidden": 1, "n": 1}, {"hidden": 1})
    assert (counts["A8"], counts["A10"], counts["S1"]) == ({"n": 1}, {"n": 1}, {"n": 1})


def test_closing_counts_once_and_opening_takes_away_once(office, school, supervisor):
    response = make_filled(office, supervisor)

    for _ in range(2):
        lock_response(response, by=supervisor)
    assert [row.responses for row in Tally.objects.all()] == [1]
    tallies.add(response)
    assert [row.responses for row in Tally.objects.all()] == [1]

    for _ in range(2):
        unlock_response(response, by=supervisor)
    assert kept() == {}


def test_a_response_counts_for_its_office_its_school_and_its_supervisor(office, school, supervisor):
    version = make_every_type()
    response = make_response(version, office, {"B2": {"v": 4}}, school=school, person=supervisor, on=date(2026, 6, 1))

    lock_response(response, by=supervisor)

    rows = {row.kind: row for row in Tally.objects.all()}
    assert {kind: row.ref for kind, row in rows.items()} == {
        "office": response.pk % tallies.SHARDS, "school": school.pk, "person": supervisor.pk,
    }  # fmt: skip
    assert {(row.academic_year, row.semester, row.fiscal_year) for row in rows.values()} == {(2569, 1, 2569)}


def test_moving_a_counted_response_moves_its_counts(office, school, supervisor):
    version = make_every_type()
    before = make_response(version, office, {"B2": {"v": 4}}, school=school)
    open_one = make_response(version, office, {"B2": {"v": 1}}, school=school)
    lock_response(before, by=supervisor)
    for response in (before, open_one):
        after = Response.objects.get(pk=response.pk)
        after.school, after.person = None, supervisor
        after.save()
        tallies.move(response, after)

    assert {key.split(":")[6] for key in kept()} == {"office", "person"}
    assert tallies.recount(version.pk, mend=False) == []


def test_each_collection_is_kept_apart(office, supervisor):
    version = make_every_type()
    survey = Collection.objects.create(area=office, title="แบบสอบถาม")
    for collection in (None, survey):
        lock_response(make_response(version, office, {"B2": {"v": 4}}, collection=collection), by=supervisor)

    assert sorted(row.collection_id or 0 for row in Tally.objects.all()) == [0, survey.pk]


def test_the_command_prints_what_differs_and_mends_it(office, supervisor):
    response = make_filled(office, supervisor)
    lock_response(response, by=supervisor)
    row = Tally.objects.get()
    right = row.counts
    Tally.objects.filter(pk=row.pk).update(responses=3, counts='{"B2":{"1":7}}')
    Tally.objects.create(key="stray", version=response.version, area=office, academic_year=0, semester=0,
                         fiscal_year=0, kind="office", ref=1, responses=9)  # fmt: skip

    out = StringIO()
    with pytest.raises(CommandError, match="2 รายการ"):
        call_command("recount_statistics", "--check", stdout=out)
    assert "เก็บไว้ 3 ชุด นับใหม่ได้ 1 ชุด" in out.getvalue()
    assert Tally.objects.get(pk=row.pk).responses == 3

    call_command("recount_statistics", stdout=StringIO())
    mended = Tally.objects.get(pk=row.pk)
    assert (mended.responses, json.loads(mended.counts)) == (1, json.loads(right))
    out = StringIO()
    call_command("recount_statistics", "--check", stdout=out)
    assert "ตรงกับคำตอบทั้งหมด" in out.getvalue()


def test_a_lost_row_is_made_again(office, supervisor):
    lock_response(make_filled(office, supervisor), by=supervisor)
    before = kept()
    Tally.objects.all().delete()

    call_command("recount_statistics", "--instrument", "EVERY", stdout=StringIO())

    assert kept() == before
    with pytest.raises(CommandError, match="ไม่พบ"):
        call_command("recount_statistics", "--instrument", "NONE")


@pytest.mark.django_db(transaction=True)
def test_many_people_closing_at_once_lose_nothing():
    from schools.models import AreaOffice

    office = AreaOffice.objects.create(code="1001", name="เขตทดสอบ", short_name="สพป.ทดสอบ")
    school = School.objects.create(area=office, name="วัดสุทธิ", obec_code="1010720001")
    version = make_every_type()
    responses = [make_response(version, office, {"B2": {"v": 4}}, school=school) for _ in range(24)]

    def close_and_open(response):
        try:
            lock_response(response, by=None)
            if response.pk % 3 == 0:
                unlock_response(response, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(close_and_open, responses))

    closed = sum(response.pk % 3 != 0 for response in responses)
    responses_kept, counts = tallies.total(Tally.objects.filter(kind=Tally.SCHOOL))
    assert (responses_kept, counts["B2"]) == (closed, {"4": closed})
    assert tallies.recount(version.pk, mend=False) == []
