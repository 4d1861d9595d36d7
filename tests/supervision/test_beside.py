"""The radar of a visit: its sections beside the school's visit before, and beside the office where nobody can be told."""

import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.charts import RadarChart
from documents.kinds import document_html
from instruments.services import describe_response, lock_response, record_answers
from supervision.queries.beside import LEAST_SCHOOLS, beside_charts
from tests.supervision.factories import DEFINITION, make_instrument, make_school, make_visit, put

pytestmark = pytest.mark.django_db

FIRST, SECOND = date(2026, 6, 9), date(2026, 9, 1)
"""Both in semester 1/2569, which is over by the end of November 2026."""
LONG_AFTER = "2026-11-25"


def three_sections() -> dict:
    (rated, *_), scales = DEFINITION["sections"], DEFINITION["scales"]
    sections = [
        {**rated, "key": key, "title": f"ด้าน {key}", "questions": [{**rated["questions"][0], "key": f"{key}1"}]}
        for key in "ABC"
    ]
    return {"scales": scales, "sections": sections}


@pytest.fixture
def form(world):
    return make_instrument(definition=three_sections())


def rated(world, school, day, values, form, state="released"):
    """A visit of that day whose sections were rated so, counted as a submitted one is."""
    visit = make_visit(school, world.supervisor, instruments=[form], state="in_progress", starts_on=day, visited_on=day)
    response = visit.forms.get().response
    events = [{"id": str(uuid.uuid4()), "key": f"{key}1", "v": v} for key, v in zip("ABC", values, strict=True)]
    assert record_answers(response, batch=uuid.uuid4(), events=events, by=world.supervisor).refused == []
    response.refresh_from_db()
    describe_response(response, school=school, on=day, person=world.supervisor)
    lock_response(response, by=world.supervisor)
    return put(visit, state)


def beside(visit, user, **options) -> dict[str, list[str]]:
    """What is drawn, series by series, as text."""
    responses = [form.response for form in visit.forms.select_related("response__version")]
    charts = beside_charts(visit, responses, user, **options)
    return {series.name: [str(v) for v in series.values] for chart in charts.values() for series in chart.series}


def test_a_visit_stands_beside_the_released_one_before_it(world, form):
    rated(world, world.school, date(2026, 5, 20), (1, 1, 1), form)
    rated(world, world.school, FIRST, (2, 3, 4), form)
    rated(world, world.school, date(2026, 7, 1), (5, 5, 5), form, state="submitted")
    rated(world, world.other_school, date(2026, 7, 1), (5, 5, 5), form)
    now = rated(world, world.school, SECOND, (3, 4, 5), form)

    for reader in (world.supervisor, world.school_head, None):
        assert beside(now, reader) == {
            "ครั้งนี้ 1 ก.ย. 2569": ["3.00", "4.00", "5.00"],
            "ครั้งก่อน 9 มิ.ย. 2569": ["2.00", "3.00", "4.00"],
        }
    (chart,) = beside_charts(now, [now.forms.get().response], None).values()
    assert isinstance(chart, RadarChart)
    assert [str(value) for value in chart.whole] == ["4.00", "3.00"]


def test_there_is_no_radar_of_a_first_visit_nor_of_one_that_is_still_filled(world, form):
    first = rated(world, world.school, FIRST, (2, 3, 4), form)
    assert beside(first, world.supervisor) == {}
    again = rated(world, world.school, SECOND, (3, 4, 5), form, state="returned")
    assert beside(again, world.supervisor) == {}, "who still rates is not shown what was given"
    assert beside(put(again, "submitted"), world.supervisor) != {}


@pytest.mark.parametrize(
    ("schools", "today", "office_reads", "school_reads"),
    [
        (LEAST_SCHOOLS, LONG_AFTER, True, True),
        (LEAST_SCHOOLS - 1, LONG_AFTER, False, False),
        (LEAST_SCHOOLS, "2026-09-30", True, False),
    ],
    ids=["five schools of a semester that is over", "four schools", "while the semester goes on"],
)
def test_the_mean_of_the_office_stands_beside_a_school_only_where_it_tells_no_other(
    world, form, time_machine, schools, today, office_reads, school_reads
):
    time_machine.move_to(f"{today} 09:00+07:00")
    for number in range(schools - 1):
        rated(world, make_school(world.area, f"ที่ {number}"), FIRST, (5, 4, 3), form)
    rated(world, make_school(world.far_area), FIRST, (1, 1, 1), form)
    visit = rated(world, world.school, SECOND, (5, 4, 3), form)

    office = {f"ทั้งสำนักงาน ({schools} โรงเรียน)": ["5.00", "4.00", "3.00"]}
    own = {"ครั้งนี้ 1 ก.ย. 2569": ["5.00", "4.00", "3.00"]}
    assert beside(visit, world.supervisor) == (own | office if office_reads else {})
    assert beside(visit, world.school_head) == (own | office if school_reads else {})
    assert beside(visit, world.supervisor, office=False) == {}, "what is printed says tomorrow what it says today"


def test_the_radar_is_on_the_page_of_the_office_on_that_of_the_school_and_in_the_record(world, form, signed_in):
    rated(world, world.school, FIRST, (2, 3, 4), form)
    visit = rated(world, world.school, SECOND, (3, 4, 5), form)
    for reader in (world.head, world.school_head):
        page = signed_in(reader).get(visit.get_absolute_url()).content.decode()
        assert "chart-radar" in page
        assert "ครั้งก่อน 9 มิ.ย. 2569" in page
    assert "chart-radar" in document_html("visit-record", visit, world.school_head)[0]


def test_it_costs_the_same_however_many_forms_and_visits_there_are(world, form):
    rated(world, world.school, FIRST, (2, 3, 4), form)
    visit = rated(world, world.school, SECOND, (3, 4, 5), form)

    def cost() -> int:
        responses = [each.response for each in visit.forms.select_related("response__version")]
        with CaptureQueriesContext(connection) as caught:
            assert beside_charts(visit, responses, world.supervisor)
        return len(caught)

    cost()  # who the reader is, is remembered
    few = cost()
    for place in range(2, 5):
        other = make_instrument(definition=three_sections())
        rated(world, world.school, FIRST, (1, 2, 3), other)
        rated(world, world.school, SECOND, (1, 2, 3), other).forms.update(visit=visit, place=place)
    assert cost() == few
