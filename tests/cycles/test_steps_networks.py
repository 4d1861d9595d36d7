"""P-5.2, steps 3 to 6: what each gathers, what it misses, and when its gate holds."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cycles.models import Cycle
from cycles.services.cycles import choose_source, write_step
from networks.models import Network
from networks.services.evaluation import add_direction, confirm
from tests.cycles.factories import make_cycle
from tests.handbook.factories import make_edition
from tests.networks.evaluations import answer, make_evaluation, make_form, send
from tests.networks.gatherings import make_activity, make_meeting, make_participant
from tests.supervision.factories import LONG_AGO, put

YEAR = 2568
"""An academic year whose semesters have both begun."""


@pytest.fixture
def network(world):
    world.network = Network.objects.create(area=world.area, name="เครือข่ายวัง", kind="club", started_on=LONG_AGO)
    return world.network


@pytest.fixture
def cycle(world, network):
    return make_cycle(world.area, world.head, edition=make_edition(world.area), process="P-5.2", year=YEAR, at=3)


def at(cycle, number):
    """The step as a page would read it now."""
    return Cycle.objects.get(pk=cycle.pk).step(number)


def gaps(cycle, number):
    return " ".join(gap.text for gap in at(cycle, number).gaps)


def test_the_meeting_step_asks_for_a_chosen_meeting_with_approved_minutes(world, cycle):
    assert "ยังไม่ได้เลือกการประชุม" in gaps(cycle, 3)
    meeting = make_meeting(world, "held", direction="นิเทศเพื่อนช่วยเพื่อน")
    make_participant(meeting, came=True)
    choose_source(at(cycle, 3), "meetings", [meeting.pk], by=world.supervisor)

    assert "ยังไม่ได้รับรองรายงานการประชุม" in gaps(cycle, 3)
    assert at(cycle, 3).facts["meetings"][0]["direction"] == ""  # the committee reads it when it is approved
    put(meeting, "minuted")
    write_step(at(cycle, 3), by=world.supervisor, content={"direction": "ร่วมกันพัฒนา"})

    facts = at(cycle, 3).facts["meetings"][0]
    assert (facts["came"], facts["direction"]) == (1, "นิเทศเพื่อนช่วยเพื่อน")
    assert "การประชุม" not in gaps(cycle, 3)
    assert "แนวทาง" not in gaps(cycle, 3).replace("มาตรฐาน “แนวทางการพัฒนา”", "")


def test_the_development_step_counts_one_activity_a_semester_for_every_network_or_a_reason(world, cycle):
    assert "ยังไม่มีกิจกรรมพัฒนาเครือข่าย" in gaps(cycle, 4)
    make_activity(world, "held", academic_year=YEAR, semester=1)
    make_activity(world, "planned", academic_year=YEAR, semester=2)

    said = gaps(cycle, 4)
    assert "ภาคเรียนที่ 2/2568 ยังมี 1 เครือข่าย" in said
    assert "ภาคเรียนที่ 1/2568 ยังมี" not in said
    assert "ยังไม่ได้รายงานผล 1" in said
    write_step(at(cycle, 4), by=world.supervisor, content={"reason": "น้ำท่วม", "summary": "ครูแลกเปลี่ยน"})
    assert "ภาคเรียนที่ 2/2568" not in gaps(cycle, 4)


def test_the_judging_step_shows_the_proposal_of_the_rule_and_asks_for_every_network(world, cycle, network):
    assert "ยังไม่มีผลการประเมิน" in gaps(cycle, 5)
    version = make_form(2, 2)
    evaluations = [make_evaluation(network, world.supervisor, version, year=YEAR, semester=n) for n in (1, 2)]
    for evaluation in evaluations:
        answer(evaluation, world.supervisor, A=[2, 2], B=[2, 2])
        send(evaluation, world.supervisor)

    facts = at(cycle, 5).facts
    assert facts["proposal"]["key"] == "improve"
    assert facts["proposal"]["improving"]["names"] == ["เครือข่ายวัง"]
    assert "ไม่มีผลยืนยัน" in gaps(cycle, 5)
    for evaluation in evaluations:
        evaluation.refresh_from_db()
        confirm(evaluation, decision="improve", by=world.head)
    assert "ไม่มีผลยืนยัน" not in gaps(cycle, 5)
    assert "เหตุผลประกอบการตัดสิน" in gaps(cycle, 5)
    assert "ต้องปรับปรุง 1 เครือข่ายยังไม่มีแนวทาง" in gaps(cycle, 6)
    evaluation = type(evaluations[0]).objects.get(pk=evaluations[0].pk)
    add_direction(evaluation, by=world.supervisor, text="จับคู่โรงเรียน", owner="ประธาน", due_on=date(2031, 1, 1))
    assert "ยังไม่มีแนวทาง" not in gaps(cycle, 6)
    assert at(cycle, 6).facts["open"][0]["text"] == "จับคู่โรงเรียน"


@pytest.mark.parametrize("number", [3, 4, 5, 6])
def test_the_pages_and_documents_open_empty_and_cost_the_same_with_more_networks(signed_in, world, cycle, number):
    client = signed_in(world.supervisor)
    page = reverse("cycles:step", args=[cycle.pk, number])

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    cost()
    alone = cost()
    for place in range(5):
        world.network = Network.objects.create(
            area=world.area, name=f"เครือข่ายที่ {place}", kind="level", started_on=LONG_AGO
        )
        make_activity(world, "reported", academic_year=YEAR, semester=1)
    assert cost() == alone
    assert client.get(reverse("cycles:step-pdf", args=[cycle.pk, number])).content.startswith(b"%PDF-")
