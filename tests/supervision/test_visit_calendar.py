"""The calendar of supervision on paper: of a plan as it stands now, and of the visits that a person chose in the list."""

import io
import re
from datetime import date, timedelta

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.kinds import document_html, render_document
from supervision.queries import calendar
from supervision.views import visits as visit_pages
from tests.documents.reading import packed
from tests.supervision.factories import FIRST_DAY, make_item, make_plan, make_school, make_visit, put

LIST = "supervision:visit-calendar"


@pytest.fixture
def plan(world):
    return make_plan(world.area, world.supervisor, state="approved")


@pytest.fixture
def planned(plan, world):
    """A function that makes a line of the plan with its visit, in a state."""

    def make(state="planned", **visit):
        item = make_item(plan, world.school, world.supervisor, instruments=[world.instrument])
        return make_visit(
            world.school, world.supervisor, plan_item=item, instruments=[world.instrument], state=state, **visit
        )

    return make


def said(html: str) -> str:
    return packed(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S))


def of_list(client, address: str) -> tuple[int, str]:
    """(status, what the calendar of the list says)."""
    response = client.get(address)
    pages = pypdf.PdfReader(io.BytesIO(response.content)).pages if response.status_code == 200 else []
    return response.status_code, packed("".join(page.extract_text() for page in pages))


def test_visits_stand_by_month_where_they_are_now_with_totals_and_what_was_put_off_comes_last(plan, planned, world):
    planned("postponed", starts_on=date(2026, 11, 3))
    planned("released", starts_on=date(2026, 12, 7), visited_on=date(2026, 12, 9))
    planned("cancelled", starts_on=date(2026, 12, 21))
    planned(starts_on=date(2027, 1, 18), team=[world.colleague])

    text = said(document_html("visit-calendar", plan)[0])

    order = [
        "ปฏิทินการนิเทศ ปีงบประมาณ 2570", "ธันวาคม 2569", "1 วันพุธที่ 9 ธันวาคม 2569", "โรงเรียนวัดสุทธิ", "ส่งผลให้โรงเรียนแล้ว",
        "21–22 ธันวาคม 2569", "ยกเลิก", "รวมเดือนธันวาคม 2569 1 ครั้ง 1 โรงเรียน (ยกเลิก 1 ครั้ง)", "มกราคม 2570",
        "18–19 มกราคม 2570", str(world.colleague), "รวมเดือนมกราคม 2570 1 ครั้ง", "ยังไม่กำหนดวัน", "เดิม 3–4 พฤศจิกายน 2569",
        "รวมทั้งสิ้น 3 ครั้ง 1 โรงเรียน (ยกเลิก 1 ครั้ง)", world.instrument.title, "หมายเหตุ", "ผู้เสนอแผน",
    ]  # fmt: skip
    places = [text.find(packed(words)) for words in order]
    assert -1 not in places, [words for words, place in zip(order, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_a_plan_that_nobody_approved_shows_its_lines_as_waiting_on_a_draft(world):
    plan = make_plan(world.area, world.supervisor)
    make_item(plan, world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument])

    html = document_html("visit-calendar", plan)[0]

    assert packed(f"{world.supervisor} {world.colleague} รออนุมัติแผน") in said(html)
    assert 'class="watermark">ร่าง<' in html


def test_an_empty_plan_says_so(plan):
    text = said(document_html("visit-calendar", plan)[0])

    assert packed("แผนนี้ยังไม่มีกำหนดการนิเทศ") in text
    assert packed("รวม") not in text


@pytest.mark.parametrize("lines", [1, 8, 9, 10, 11, 12])
def test_heads_repeat_on_every_page_and_signatures_never_stand_alone(plan, planned, lines):
    for number in range(lines):
        planned(starts_on=FIRST_DAY + timedelta(days=number))

    pages = [
        packed(page.extract_text())
        for page in pypdf.PdfReader(io.BytesIO(render_document("visit-calendar", plan).content)).pages
    ]

    assert all("สถานศึกษา" in page for page in pages if "โรงเรียนวัดสุทธิ" in page)
    assert "ผู้เสนอแผน" in pages[-1]
    assert packed("รวมเดือนธันวาคม 2569") in pages[-1]
    assert "โรงเรียนวัดสุทธิ" in pages[-1]


def test_it_costs_the_same_for_one_line_and_for_twenty(plan, planned, django_assert_num_queries, world):
    planned()
    document_html("visit-calendar", plan)  # what is asked once in the life of the program
    with CaptureQueriesContext(connection) as one:
        document_html("visit-calendar", plan)
    for number in range(20):
        make_visit(
            make_school(world.area), world.supervisor, team=[world.colleague], instruments=[world.instrument],
            plan_item=make_item(plan, world.school, world.supervisor), starts_on=FIRST_DAY + timedelta(days=number),
        )  # fmt: skip
    with django_assert_num_queries(len(one)):
        document_html("visit-calendar", plan)


def test_the_calendar_of_a_plan_is_open_to_those_who_see_the_plan(client, plan, planned, people):
    planned()
    plan = put(plan, "draft")
    address = reverse("supervision:plan-calendar", args=[plan.pk])
    answers = {}
    for name, person in people.items():
        client.force_login(person)
        answers[name] = client.get(address).status_code

    readers = {name for name, person in people.items() if person.has_perm("supervision.see_plan", plan)}
    assert {name for name, status in answers.items() if status == 200} == readers
    assert set(answers.values()) == {200, 404}


# -- What was chosen in the list -----------------------------------------------------------------------------------


@pytest.fixture
def visits(world):
    """Of the present fiscal year (2570) one released and one ahead, of the year before one."""
    return [
        make_visit(world.school, world.supervisor, state="released", starts_on=date(2026, 11, 2)),
        make_visit(world.other_school, world.colleague, starts_on=date(2026, 12, 14)),
        make_visit(world.far_school, world.far_supervisor, starts_on=date(2026, 12, 15)),
        make_visit(world.school, world.supervisor, state="closed", starts_on=date(2026, 6, 1), purpose="ปีก่อน"),
    ]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: date(2026, 11, 20))


def test_without_days_it_is_the_calendar_of_this_fiscal_year_and_only_of_what_one_sees(client, world, visits):
    client.force_login(world.head)
    status, text = of_list(client, reverse(LIST))

    assert status == 200
    assert packed("ปฏิทินการนิเทศ ปีงบประมาณ 2570") in text
    assert all(packed(str(visit.school)) in text for visit in visits[:2])
    assert packed(str(world.far_school)) not in text
    assert packed("รวมทั้งสิ้น 2 ครั้ง 2 โรงเรียน") in text
    assert "ปีก่อน" not in text

    client.force_login(world.school_head)
    _, text = of_list(client, reverse(LIST))
    assert packed(str(world.school)) in text
    assert packed(str(world.other_school)) not in text


def test_the_filters_of_the_list_are_those_of_its_calendar(client, world, visits):
    client.force_login(world.head)
    _, month = of_list(client, f"{reverse(LIST)}?tab=all&period=m2026-12")
    _, state = of_list(client, f"{reverse(LIST)}?tab=all&state=released")
    _, days = of_list(client, f"{reverse(LIST)}?tab=all&since=1/6/2569&until=30/6/2569")
    _, nothing = of_list(client, f"{reverse(LIST)}?tab=all&period=m2027-05")

    assert packed("ปฏิทินการนิเทศ ธันวาคม 2569") in month
    assert packed(str(world.other_school)) in month
    assert packed("พฤศจิกายน 2569") not in month
    assert packed("ส่งผลให้โรงเรียนแล้ว") in state
    assert packed(str(world.other_school)) not in state
    assert packed("1–30 มิถุนายน 2569") in days
    assert "ปีก่อน" in days
    assert packed("ไม่มีการนิเทศในช่วงและเงื่อนไขที่เลือก") in nothing


def test_the_list_links_the_calendar_of_what_it_shows_and_nothing_where_it_shows_nothing(client, world, visits):
    client.force_login(world.head)
    page = client.get(f"{reverse('supervision:visit-list')}?tab=all&period=m2026-12").content.decode()
    empty = client.get(f"{reverse('supervision:visit-list')}?tab=all&period=m2027-05").content.decode()

    link = f"{reverse(LIST)}?tab=all&amp;period=m2026-12"
    assert f'href="{link}"' in page
    assert f'href="{link}&amp;format=docx"' in page
    assert reverse(LIST) not in empty


def test_more_than_one_file_holds_is_refused_with_what_to_do(client, world, visits, monkeypatch):
    monkeypatch.setattr(visit_pages, "LONGEST", 1)
    client.force_login(world.head)

    refused = client.get(f"{reverse(LIST)}?tab=all")

    assert refused.status_code == 403
    assert "เลือกช่วงเวลาให้สั้นลง" in refused.content.decode()
    assert client.get(f"{reverse(LIST)}?tab=all&period=m2026-12").status_code == 200


def test_a_school_reads_the_state_in_its_own_words(world, visits):
    line = calendar.lines_of_visits(type(visits[0]).objects.filter(pk=visits[0].pk), outside=True)[0]

    assert line.state == visits[0].machine.state("released").outside_label
