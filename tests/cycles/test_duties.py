"""What waits for whom in cycles and in what networks do: told alike for an office and for one person, and openable."""

from datetime import timedelta
from itertools import count

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cycles.models import Cycle, NetworkPlan
from cycles.services.plans import give_opinion
from cycles.services.reports import begin_report, write_report
from networks.models import Member, Network
from reminders.queries import duties_of, duties_of_everybody
from tests.cycles.factories import make_cycle
from tests.networks.gatherings import make_activity, make_meeting, make_participant
from tests.standing.district import settle_people
from tests.supervision.factories import FIRST_DAY, LONG_AGO, make_plan, make_school, put
from workflows.services import perform

DAY = timedelta(days=1)
YEARS = count(2400)


def running(world, edition, *, at=1, process="P-5.1", owner=None, ends_on=FIRST_DAY - DAY, **fields) -> Cycle:
    cycle = make_cycle(world.area, world.head, edition=edition, process=process, year=next(YEARS), at=at, **fields)
    cycle.rows.update(owner=owner, starts_on=ends_on - 30 * DAY, ends_on=ends_on)
    return Cycle.objects.get(pk=cycle.pk)


def submitted(world, edition):
    cycle = running(world, edition, at=6, owner=world.supervisor, ends_on=FIRST_DAY + 60 * DAY)
    report = begin_report(cycle, by=world.supervisor)
    write_report(report, {"preface": "คำนำ", "summary": "สรุป"}, by=world.supervisor)
    perform(report, "submit", by=world.supervisor)
    return report


def fill(world, edition, school=None) -> None:
    """One of each thing that can wait in cycles, in meetings and in activities, around ``FIRST_DAY``."""
    running(world, edition, owner=world.supervisor)
    running(world, edition)
    put(submitted(world, edition), "returned")
    submitted(world, edition)
    plan = make_plan(world.area, world.supervisor, state="approved")
    running(world, edition, at=3, plan=plan, owner=world.colleague, ends_on=FIRST_DAY + 60 * DAY)
    for state in ("submitted", "returned"):
        cycle = running(world, edition, process="P-5.2", at=2, owner=world.colleague, ends_on=FIRST_DAY + 60 * DAY)
        made = NetworkPlan.objects.create(
            cycle=cycle, step=cycle.step(2), made_by=world.supervisor, submitted_by=world.supervisor
        )
        put(made, state)
    name = f"เครือข่าย {next(YEARS)}"
    other = Network.objects.create(area=world.area, name=name, kind="club", started_on=LONG_AGO)
    for network in (other, world.network):
        Member.objects.create(network=network, kind="school", school=school or world.other_school, joined_on=LONG_AGO)
        meeting = make_meeting(world, "announced", day=FIRST_DAY + DAY, network=network)
        make_participant(meeting, user=world.teacher)
        make_participant(meeting, name="", school=school or world.other_school, organisation="")
        make_meeting(world, "held", day=FIRST_DAY - DAY, network=network)
        whole = make_meeting(
            world, "held", day=FIRST_DAY - DAY, network=network, opened_at="09:00", closed_at="12:00",
            minutes_taker="ก", direction="ข", chair=world.network_lead, minutes_by=world.head,
        )  # fmt: skip
        whole.agenda.update(resolution="รับทราบ")
        for state in ("planned", "held"):
            make_activity(world, state, day=FIRST_DAY - DAY, network=network)


@pytest.fixture
def office(world):
    with time_machine.travel(f"{FIRST_DAY}T07:00:00+07:00", tick=False):
        yield settle_people(world)


def kinds(user, today=FIRST_DAY) -> list[str]:
    user.__dict__.pop("assignments_today", None)
    return sorted({duty.kind for duty in duties_of(user, today)})


def test_each_is_told_of_what_is_theirs_alike_alone_and_together_and_its_page_opens(office, edition, client):
    world = office
    fill(world, edition)
    everybody = {name: user for name, user in vars(world).items() if type(user).__name__ == "User"}

    together = duties_of_everybody(FIRST_DAY)

    assert {user.pk: sorted(map(repr, duties_of(user))) for user in everybody.values() if duties_of(user)} == {
        user: sorted(map(repr, duties)) for user, duties in together.items()
    }
    assert {name: kinds(user) for name, user in everybody.items() if kinds(user)} == {
        "supervisor": [
            "activity-hold", "activity-report", "cycle-report-returned", "cycle-step", "meeting-minutes",
            "network-plan-returned",
        ],
        "head": ["cycle-report-decide", "cycle-step", "network-plan-decide"],
        "director": ["meeting-approve", "network-plan-decide"],
        "committee": ["plan-opinion"],
        "network_lead": ["activity-hold", "activity-report", "meeting-approve", "meeting-minutes"],
        "teacher": ["meeting-come"],
        "other_school_head": ["meeting-come"],
    }  # fmt: skip
    for user in everybody.values():
        client.force_login(user)
        for duty in duties_of(user):
            assert client.get(duty.url).status_code == 200, (user, duty)


def test_an_office_costs_the_same_for_one_of_each_and_for_many(office, edition):
    world = office
    fill(world, edition)
    duties_of_everybody(FIRST_DAY)  # from here on the content types are known
    with CaptureQueriesContext(connection) as few:
        one = duties_of_everybody(FIRST_DAY)
    for _ in range(3):
        fill(world, edition, make_school(world.area))

    with CaptureQueriesContext(connection) as many:
        more = duties_of_everybody(FIRST_DAY)

    assert sum(map(len, more.values())) > 3 * sum(map(len, one.values()))
    assert len(many) == len(few)


def test_a_step_waits_from_two_weeks_before_its_end_for_the_head_where_who_is_in_charge_left(office, edition):
    world = office
    cycle = running(world, edition, owner=world.colleague, ends_on=FIRST_DAY)

    assert {days: kinds(world.colleague, FIRST_DAY - days * DAY) for days in (15, 14, 0, -9)} == {
        15: [], 14: ["cycle-step"], 0: ["cycle-step"], -9: ["cycle-step"],
    }  # fmt: skip
    assert kinds(world.head) == []
    world.colleague.assignments.update(ends_on=FIRST_DAY - DAY)
    assert [duty.due_on for duty in duties_of(world.head)] == [FIRST_DAY]
    put(cycle, "cancelled")
    assert kinds(world.head) == []


def test_what_is_decided_said_or_reported_no_longer_waits(office, edition):
    world = office
    report = submitted(world, edition)
    assert kinds(world.head) == ["cycle-report-decide"]
    assert kinds(world.director) == []
    perform(report, "endorse", by=world.head)
    assert (kinds(world.head), kinds(world.director)) == ([], ["cycle-report-decide"])

    plan = make_plan(world.area, world.supervisor, state="approved")
    cycle = running(world, edition, at=3, plan=plan, owner=world.supervisor, ends_on=FIRST_DAY + 60 * DAY)
    assert kinds(world.committee) == ["plan-opinion"]
    give_opinion(cycle, by=world.committee, verdict="agree", text="", given_on=FIRST_DAY)
    assert kinds(world.committee) == []

    activity = make_activity(world, "held", day=FIRST_DAY)
    meeting = make_meeting(world, "announced", day=FIRST_DAY)
    guest = make_participant(meeting, user=world.school_head)
    assert kinds(world.school_head) == ["meeting-come"]
    assert kinds(world.network_lead) == ["activity-report"]
    put(activity, "reported")
    guest.attended_at = meeting.announced_at
    guest.save()
    assert (kinds(world.school_head), kinds(world.network_lead)) == ([], [])
