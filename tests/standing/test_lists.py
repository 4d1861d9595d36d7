"""Every list and every page of one record: the same number of queries for one row and for fifty, and whole when empty."""

from datetime import timedelta

import pytest
from django.core.management.color import no_style
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.services import Recipient, add_recipients, create_batch
from correspondence.services.papers import create_paper, submit
from correspondence.services.registers import enter
from cycles.models import Cycle
from documents import kinds
from handbook.models import Edition
from instruments.models import Instrument, InstrumentVersion
from networks.models import Network
from reminders.models import Message
from schools.models import ExamResult
from supervision.models import Finding
from tests.cycles.factories import make_cycle
from tests.handbook.factories import make_edition
from tests.standing.addresses import ADDRESSES
from tests.standing.district import (
    DUE,
    EVERYBODY,
    settle_batch,
    settle_office,
    settle_paper,
    settle_people,
    settle_plan,
    settle_visit,
)
from tests.supervision.factories import (
    make_group,
    make_instrument,
    make_item,
    make_person,
    make_plan,
    make_recommendation,
    make_school,
    make_user,
    make_visit,
)
from workflows.models import Notice
from workflows.services import perform

READ_ONLY = {"supervision:plan-pdf", "supervision:visit-pdf", "instruments:version-blank"}
LISTS = [
    ("supervision:visit-list", ""),
    ("supervision:plan-list", ""),
    ("supervision:recommendation-list", ""),
    ("schools:school-list", ""),
    ("schools:group-list", ""),
    ("schools:result-list", ""),
    ("schools:import-list", ""),
    ("instruments:instrument-list", ""),
    ("networks:network-list", ""),
    ("networks:evaluation-list", "?tab=all"),
    ("networks:scores-list", ""),
    ("cycles:board", "?show=all"),
    ("cycles:mine", ""),
    ("handbook:edition-list", ""),
    ("certificates:batch-list", ""),
    ("correspondence:paper-list", ""),
    ("certificates:mine", ""),
    ("workflows:notice-list", ""),
    ("reminders:mine", ""),
    ("reminders:outbox", ""),
    ("reports:summary", "?year=2570"),
]
PAGES = ["certificates:batch-detail", "correspondence:entry-list", "correspondence:paper-detail", "supervision:visit-detail", "supervision:plan-detail", "supervision:recommendation-detail",
         "schools:school-detail", "instruments:instrument-detail", "networks:network-detail", "cycles:cycle-detail",
         "handbook:edition", "handbook:process"]  # fmt: skip
READERS = {
    "supervision:visit-list": ["supervisor", "head", "school_head", "committee"],
    "supervision:recommendation-list": ["supervisor", "head", "school_head"],
    "certificates:mine": ["school_head"],
    "cycles:mine": ["school_head"],
}


@pytest.fixture
def quick_pdf(monkeypatch):
    monkeypatch.setattr(kinds, "render_pdf", lambda html, *args, **kwargs: b"%PDF-1.7")


@pytest.fixture
def office(world, quick_pdf):
    settle_people(world)
    settle_office(world)
    settle_visit(world, "released")
    settle_plan(world, "submitted")
    settle_batch(world, "draft")
    settle_paper(world, "signed", source=world.visit)
    return world


def grow(world, number: int) -> None:
    """So many more of everything, within the reach of everybody who reads."""
    for _ in range(number):
        lead = make_person("supervisor", area=world.area, first_name="คนใหม่")
        school = make_school(world.area, group=make_group(world.area))
        ExamResult.objects.create(
            school=school, academic_year=2568, exam="nt", grade="p3", subject="thai", mean=50, tested=9
        )
        make_recommendation(make_visit(school, lead, team=[world.supervisor], state="released"), due_on=DUE)
        more = make_visit(world.school, world.supervisor, team=[lead], state="released", instruments=[world.instrument])
        make_recommendation(more, due_on=DUE)
        make_recommendation(world.visit, due_on=DUE)
        Finding.objects.create(visit=world.visit, kind="strength", text="เด่น")
        plan = make_plan(world.area, make_user("เจ้าของ"), state="submitted")
        make_item(plan, school, lead, instruments=[world.instrument])
        make_item(world.plan, school, lead, team=[world.colleague], instruments=[world.instrument])
        make_instrument(world.area)
        make_edition(world.area, fiscal_year=2560, number=Edition.objects.count())
        make_cycle(world.area, world.head, edition=world.edition, year=2400 + Cycle.objects.count())
        Network.objects.create(area=world.area, name=f"เครือข่าย {lead.pk}", kind="club", started_on=DUE)
        Message.objects.bulk_create(
            Message(user=user, channel="email", day=DUE + timedelta(Message.objects.count()), status=Message.FAILED)
            for user in (world.head, world.supervisor, lead)
        )
        name = f"นาย{lead.pk} ใจดี"
        add_recipients(world.batch, [Recipient(name, user=lead)], by=world.supervisor)
        fields = {"area": world.area, "by": world.supervisor, "subject": "แจ้งผล"}
        submit(create_paper(kind="letter", source=world.visit, to="โรงเรียน", body="ด้วย", **fields), by=world.supervisor)
        enter(world.area, "in", by=world.clerk, sender="สพฐ.", subject="แจ้งกำหนดการ", secrecy="secret")
        given = [Recipient(name, user=world.school_head)]
        batch = create_batch(area=world.area, by=world.supervisor, title="อบรม", kind="award", recipients=given)
        perform(batch, "submit", by=world.supervisor)
        perform(batch, "issue", by=world.director)
        Notice.objects.bulk_create(
            Notice(user=user, text="ข่าว", url="/menu/") for user in (world.head, world.supervisor)
        )


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
        if hasattr(response, "streaming_content"):
            b"".join(response.streaming_content)
    assert response.status_code == 200, url
    return len(queries)


def costs(world, who: str, urls: list[str]) -> dict[str, int]:
    client = Client()
    client.force_login(getattr(world, who))
    for url in urls:
        client.get(url)
    return {url: cost(client, url) for url in urls}


@pytest.mark.parametrize("who", ["head", "supervisor", "school_head", "committee"])
def test_a_page_costs_the_same_for_one_row_and_for_fifty(office, who):
    urls = []
    for name, query in LISTS:
        if who in READERS.get(name, ["head"]):
            urls.append(reverse(name) + query)
    for address in ADDRESSES:
        if address.name in PAGES and address.method == "get":
            state = {"visit": "released", "plan": "submitted", "recommendation": "open"}.get(address.of, "")
            if who in address.who_does(state):
                urls.append(reverse(address.name, args=address.args(office)))
    grow(office, 1)
    one = costs(office, who, urls)

    grow(office, 49)

    fifty = costs(office, who, urls)
    assert fifty == one


def without_forms():
    """Empty the tables of forms as ``flush`` does: published ones are deleted in no other way."""
    connection.check_constraints()
    tables = [Instrument._meta.db_table, InstrumentVersion._meta.db_table]
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables, allow_cascade=True):
            cursor.execute(statement)


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_every_page_without_a_record_stands_in_an_empty_office(world, who):
    """The people are there and nothing else: no visit, no plan, no school's data."""
    settle_people(world)
    without_forms()
    client = Client()
    client.force_login(getattr(world, who))
    wrong = []

    for address in ADDRESSES:
        if address.of or address.method != "get" or who not in address.who_does(""):
            continue
        try:
            args = address.args(world)
            if any(isinstance(value, int) for value in args) and "detail" not in address.name:
                continue
            url = reverse(address.name, args=args)
        except AttributeError:
            continue  # about a record that an empty office does not have
        if "instruments:" in url or ("/instruments/" in url and args):
            continue
        response = client.get(url)
        if hasattr(response, "streaming_content"):
            b"".join(response.streaming_content)
        if response.status_code not in address.ok:
            wrong.append(f"{address}: {response.status_code}")

    assert "\n".join(wrong) == ""
