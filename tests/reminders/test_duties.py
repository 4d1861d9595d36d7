"""What waits for whom: one account of it, for a whole office and for one person alone."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import RoleAssignment
from instruments.models import Instrument
from reminders.people import everybody
from reminders.queries import duties_of, duties_of_everybody
from reminders.registry import collect
from surveys.services import create_survey
from tests.supervision.factories import (
    FIRST_DAY,
    assign,
    make_plan,
    make_recommendation,
    make_user,
    make_version,
    make_visit,
    put,
)
from workflows.services import perform

DAY = timedelta(days=1)


def fill(world, school=None) -> None:
    """One of each thing that can wait, around ``FIRST_DAY``."""
    school = school or world.school
    for state in ("planned", "in_progress", "returned", "submitted", "checked"):
        make_visit(school, world.supervisor, team=[world.colleague], state=state)
    visit = make_visit(school, world.supervisor, state="released", visited_on=FIRST_DAY)
    for state in ("open", "planned", "reported", "reopened", "verified"):
        make_recommendation(visit, state=state, due_on=FIRST_DAY - DAY)
    make_plan(world.area, world.supervisor, state="submitted")
    make_plan(world.area, world.supervisor, state="returned")
    form = Instrument.objects.create(code=f"F-{visit.pk}", title="แบบใหม่", area=world.area)
    perform(make_version(form, state="draft"), "submit", by=world.supervisor)
    for anonymous in (True, False):
        survey = create_survey(
            area=world.area, by=world.supervisor, version=world.instrument.current, title="ความต้องการ", schools=[school],
            opens_on=FIRST_DAY, closes_on=FIRST_DAY + 5 * DAY, audience="schools", per_school="many",
            anonymous=anonymous,
        )  # fmt: skip
        perform(survey, "open", by=world.supervisor)


def test_a_whole_office_and_each_person_alone_are_told_the_same(day, world, people):
    fill(world)

    together = duties_of_everybody(FIRST_DAY)

    assert {user.pk: sorted(map(repr, duties_of(user))) for user in people.values() if duties_of(user)} == {
        user: sorted(map(repr, duties)) for user, duties in together.items()
    }
    assert {name for name, user in people.items() if user.pk in together} == {
        "supervisor", "colleague", "head", "workgroup_head", "director", "school_head",
    }  # fmt: skip


def test_nobody_is_reminded_of_a_page_that_would_not_open(day, world, people, client):
    fill(world)

    for user in people.values():
        client.force_login(user)
        for duty in duties_of(user):
            assert client.get(duty.url).status_code == 200, (user, duty)


def test_an_office_costs_the_same_for_one_of_each_and_for_many(day, world):
    fill(world)
    few = CaptureQueriesContext(connection)
    with few:
        one = duties_of_everybody(FIRST_DAY)
    for place in range(3):
        assign(make_user(f"คนที่ {place}"), "supervisor", area=world.area)
        assign(make_user(f"ครูใหญ่ที่ {place}"), "school_head", school=world.other_school)
        fill(world)
        fill(world, world.other_school)

    with CaptureQueriesContext(connection) as many:
        more = duties_of_everybody(FIRST_DAY)

    assert sum(map(len, more.values())) > 3 * sum(map(len, one.values()))
    assert len(many) == len(few)


def test_who_was_ever_on_the_team_is_not_asked_to_check_its_record(day, world):
    visit = make_visit(world.school, world.supervisor, state="submitted")
    visit.members.create(user=world.head)
    visit.members.get(user=world.head).delete()

    assert duties_of(world.head) == []
    assert [duty.kind for duty in duties_of(world.workgroup_head)] == ["visit-check"]


@pytest.mark.parametrize("how", ["left", "not yet", "closed account"])
def test_who_is_not_in_office_today_has_no_duties(day, world, how):
    make_visit(world.school, world.supervisor)
    assert duties_of(world.supervisor) != []
    held = RoleAssignment.objects.filter(user=world.supervisor)
    if how == "left":
        held.update(ends_on=FIRST_DAY - DAY)
    elif how == "not yet":
        held.update(starts_on=FIRST_DAY + DAY)
    else:
        world.supervisor.is_active = False
        world.supervisor.save()

    assert duties_of(world.supervisor) == []
    assert duties_of_everybody(FIRST_DAY) == {}


def test_a_visit_is_due_on_its_first_day_and_then_on_its_last(day, world):
    make_visit(world.school, world.supervisor, starts_on=FIRST_DAY, ends_on=FIRST_DAY + 3 * DAY)

    due = {
        away: [duty.due_on for duty in duties_of(world.supervisor, FIRST_DAY + away * DAY)] for away in (-15, -1, 1, 9)
    }

    assert due == {-15: [], -1: [FIRST_DAY], 1: [FIRST_DAY + 3 * DAY], 9: [FIRST_DAY + 3 * DAY]}


def test_of_an_anonymous_survey_the_head_is_reminded_until_somebody_answered_and_a_teacher_never(day, world):
    fill(world)
    survey = [duty for duty in duties_of(world.school_head) if duty.kind == "survey-answer"]
    assert len(survey) == 2
    assert duties_of(world.teacher) == []


def test_a_person_of_two_offices_hears_of_both_and_of_each_thing_once(day, world):
    assign(world.supervisor, "group_head", area=world.far_area)
    fill(world)
    far = make_plan(world.far_area, world.far_supervisor, state="submitted")

    duties = duties_of(world.supervisor)

    assert len({duty.key for duty in duties}) == len(duties)
    assert far.get_absolute_url() in {duty.url for duty in duties}
    assert len(everybody(FIRST_DAY)) == 2


def test_what_is_done_no_longer_waits(day, world):
    visit = make_visit(world.school, world.supervisor, state="released")
    recommendation = make_recommendation(visit, due_on=FIRST_DAY)
    assert len(duties_of(world.school_head)) == 2

    put(visit, "acknowledged")
    put(recommendation, "verified")

    assert duties_of(world.school_head) == []
    assert all(not collect(people, FIRST_DAY) for people in everybody(FIRST_DAY))


def test_a_rater_is_due_on_the_day_of_the_lesson_until_the_rating_is_sent(day, world):
    from appraisal.services.pairs import create_pair
    from instruments.services import lock_response

    pair = create_pair(
        area=world.area, by=world.head, version=world.instrument.current, subject="คาบคณิต ป.3", on=FIRST_DAY,
        first=world.supervisor, second=world.colleague, school=None,
    )  # fmt: skip
    assert [duty.due_on for duty in duties_of(world.supervisor)] == [FIRST_DAY]
    assert [duty.url for duty in duties_of(world.colleague)] == [reverse("appraisal:pair-fill", args=[pair.pk])]

    lock_response(pair.first_response, by=world.supervisor)

    assert (duties_of(world.supervisor), len(duties_of(world.colleague))) == ([], 1)
