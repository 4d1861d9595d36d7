"""The other side: a school and a network see their year, what is asked of them and what came of it, and nothing else."""

from datetime import timedelta
from itertools import count

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cycles.models import Cycle, Delivery
from cycles.outside import WORDS
from cycles.services.cycles import choose_source
from cycles.services.reports import begin_report
from networks.models import Member, Network
from surveys.services import create_survey
from tests.cycles.factories import make_cycle
from tests.networks.gatherings import make_activity, make_meeting, make_participant
from tests.standing.district import settle_people
from tests.supervision.factories import FIRST_DAY, LONG_AGO, assign, make_recommendation, make_school, make_visit, put
from workflows.services import perform

URL = reverse("cycles:mine")
DAY = timedelta(days=1)
YEARS = count(2400)
SECRET = "ความเห็นภายในสำนักงาน"


@pytest.fixture
def office(world, edition):
    with time_machine.travel(f"{FIRST_DAY}T07:00:00+07:00", tick=False):
        world.edition = edition
        yield settle_people(world)


def survey_of(world, school, title="ความต้องการรับการนิเทศ"):
    survey = create_survey(
        area=world.area, by=world.supervisor, version=world.instrument.current, title=title, schools=[school],
        opens_on=FIRST_DAY, closes_on=FIRST_DAY + 5 * DAY, audience="schools", per_school="one", anonymous=False,
    )  # fmt: skip
    perform(survey, "open", by=world.supervisor)
    return survey


def running(world, process="P-5.1", *, year=None, at=2, ends_on=FIRST_DAY + 30 * DAY) -> Cycle:
    year = year or next(YEARS)
    cycle = make_cycle(world.area, world.head, edition=world.edition, process=process, year=year, at=at)
    cycle.rows.update(owner=world.supervisor, starts_on=FIRST_DAY - 90 * DAY, ends_on=ends_on, notes=SECRET)
    return Cycle.objects.get(pk=cycle.pk)


def page_of(signed_in, user) -> str:
    response = signed_in(user).get(URL)
    assert response.status_code == 200
    return response.content.decode()


def side_of(signed_in, user):
    return signed_in(user).get(URL).context["side"]


def test_every_step_of_the_shipped_handbook_has_words_of_their_own(world, edition):
    steps = {(process, step.key) for process in ("P-5.1", "P-5.2") for step in edition.book.process(process).steps}

    assert set(WORDS) == steps


def test_a_school_reads_where_the_year_is_and_what_is_asked_of_it_alone(office, signed_in):
    world = office
    cycle = running(world, year=2570)
    mine, theirs = survey_of(world, world.school), survey_of(world, world.other_school, "ของโรงเรียนอื่น")
    choose_source(cycle.step(2), "surveys", [mine.pk, theirs.pk], by=world.supervisor)
    visit = make_visit(world.school, world.supervisor, state="released", visited_on=FIRST_DAY)
    make_recommendation(visit, "จัดทำปฏิทิน", due_on=FIRST_DAY + DAY)
    make_visit(world.school, world.supervisor, purpose="นัดครั้งหน้า", starts_on=FIRST_DAY + 9 * DAY)
    for state in ("in_progress", "submitted"):
        make_visit(world.school, world.supervisor, state=state, purpose=SECRET)
    make_visit(world.other_school, world.supervisor, purpose="ของโรงเรียนอื่น")
    make_visit(world.other_school, world.supervisor, state="released", purpose="ของโรงเรียนอื่น")

    page, (year,) = page_of(signed_in, world.school_head), side_of(signed_in, world.school_head).years

    assert (year.here.name, year.until) == ("สำรวจความต้องการ", FIRST_DAY + 30 * DAY)
    assert [(ask.verb, ask.due_on) for ask in year.asks] == [
        ("ตอบข้อเสนอแนะ", FIRST_DAY + DAY), ("ตอบแบบสำรวจ", FIRST_DAY + 5 * DAY), ("อ่านและรับทราบผลการนิเทศ", None),
    ]  # fmt: skip
    assert [appointment.purpose for appointment in year.appointments] == ["นัดครั้งหน้า"]
    assert [came.text for came in year.came] == [visit.purpose, "ข้อเสนอแนะ 1 เรื่อง ดำเนินการแล้ว 0 เรื่อง"]
    for hidden in (SECRET, "ของโรงเรียนอื่น", "ล่าช้า", "ผู้รับผิดชอบ"):
        assert hidden not in page
    asked = [ask.verb for ask in side_of(signed_in, world.teacher).years[0].asks]
    assert asked == []


def test_a_late_office_and_a_step_of_its_own_are_told_in_plain_words(office, signed_in):
    world = office
    late = running(world, ends_on=FIRST_DAY - DAY)
    own = running(world, at=3)
    own.rows.filter(number=3).update(key="x9", name="ขั้นของเรา")

    years = {year.cycle.pk: year for year in side_of(signed_in, world.school_head).years}

    assert years[late.pk].until is None
    assert "ขั้นของเรา" in years[own.pk].words.now


def test_a_network_reads_what_it_has_to_do_and_what_came_of_its_year(office, signed_in):
    world = office
    running(world)
    cycle = running(world, "P-5.2", year=2569, at=4)
    make_activity(world, "held", day=FIRST_DAY - DAY)
    meeting = make_meeting(world, "minuted", day=FIRST_DAY - DAY, title="ประชุมแล้ว")
    invited = make_meeting(world, "announced", day=FIRST_DAY + DAY, title="ประชุมครั้งหน้า")
    make_participant(invited, user=world.network_lead)
    other = Network.objects.create(area=world.area, name="เครือข่ายอื่น", kind="club", started_on=LONG_AGO)
    make_activity(world, "held", network=other, title="ของเครือข่ายอื่น")
    make_meeting(world, "minuted", network=other, title="ของเครือข่ายอื่น")

    page, (year,) = page_of(signed_in, world.network_lead), side_of(signed_in, world.network_lead).years

    assert year.cycle == cycle
    assert [(ask.verb, ask.what) for ask in year.asks] == [
        ("เข้าร่วมประชุม", "ประชุมครั้งหน้า"),
        ("รายงานผลกิจกรรม", "เปิดชั้นเรียน"),
    ]
    assert [came.text for came in year.came] == [meeting.title, f"{world.network} จัดกิจกรรมแล้ว 1 ครั้ง"]
    assert "ของเครือข่ายอื่น" not in page
    assert {y.cycle.process for y in side_of(signed_in, world.school_head).years} == {"P-5.1", "P-5.2"}


def test_the_last_finished_year_leads_to_the_report_that_was_sent_or_published_never_to_a_draft(office, signed_in):
    world = office
    older, last = running(world, year=2567), running(world, year=2568)
    report = begin_report(last, by=world.supervisor)
    for cycle in (older, last):
        put(cycle, "finished")
    assert [(y.cycle, y.report_url) for y in side_of(signed_in, world.school_head).years] == [(last, "")]
    put(report, "published")
    assert side_of(signed_in, world.teacher).years[0].report_url == report.public_url
    sent = Delivery.objects.create(
        report=report, school=world.school, channel="news", sent_by=world.head, sent_at=report.made_at
    )

    assert side_of(signed_in, world.school_head).years[0].report_url == sent.url
    assert side_of(signed_in, world.other_school_head).years[0].report_url == report.public_url
    assert reverse("cycles:mine") in signed_in(world.school_head).get("/").content.decode()


def test_it_is_no_page_of_the_office_and_says_so_where_nothing_has_begun(office, signed_in):
    world = office
    for person in (world.head, world.committee, world.stranger):
        assert signed_in(person).get(URL).status_code == 404
    make_cycle(world.far_area, world.far_head, edition=world.edition, year=2570)
    survey_of(world, world.school)

    assert "ยังไม่ได้เริ่มงานของปีนี้" in page_of(signed_in, world.school_head)
    assert [ask.verb for ask in side_of(signed_in, world.school_head).others] == ["ตอบแบบสำรวจ"]
    assert len({ask.url for ask in side_of(signed_in, world.school_head).others}) == 1


def test_the_page_costs_the_same_however_much_there_is(office, signed_in):
    world = office
    client = signed_in(world.school_head)

    def grow(school) -> None:
        running(world, year=2570 if school == world.school else None)
        running(world, "P-5.2", year=2569 if school == world.school else None)
        put(running(world), "finished")
        survey_of(world, school)
        visit = make_visit(school, world.supervisor, state="released", visited_on=FIRST_DAY)
        make_recommendation(visit)
        make_visit(school, world.supervisor)
        network = Network.objects.create(
            area=world.area, name=f"เครือข่าย {next(YEARS)}", kind="club", started_on=LONG_AGO
        )
        Member.objects.create(network=network, kind="school", school=school, joined_on=LONG_AGO)
        make_activity(world, "held", network=network)
        make_meeting(world, "minuted", network=network)
        make_participant(make_meeting(world, "announced", network=network), name="", school=school, organisation="")

    grow(world.school)
    client.get(URL)
    with CaptureQueriesContext(connection) as few:
        client.get(URL)
    for _ in range(3):
        school = make_school(world.area)
        assign(world.school_head, "school_head", school=school)
        grow(school)
    client.get(URL)

    with CaptureQueriesContext(connection) as many:
        client.get(URL)

    assert len(many) == len(few)
