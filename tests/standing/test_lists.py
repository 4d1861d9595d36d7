"""Every list and every page of one record: the same number of queries for one row and for fifty, and whole when empty."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents import kinds
from supervision.models import Finding
from tests.standing.addresses import ADDRESSES
from tests.standing.district import (
    DUE,
    EVERYBODY,
    settle_office,
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

READ_ONLY = {"supervision:plan-pdf", "supervision:visit-pdf", "instruments:version-blank"}
LISTS = [
    ("supervision:visit-list", ""),
    ("supervision:plan-list", ""),
    ("supervision:recommendation-list", ""),
    ("schools:school-list", ""),
    ("schools:group-list", ""),
    ("schools:import-list", ""),
    ("instruments:instrument-list", ""),
    ("networks:network-list", ""),
    ("workflows:notice-list", ""),
    ("reports:summary", "?year=2570"),
]
PAGES = ["supervision:visit-detail", "supervision:plan-detail", "supervision:recommendation-detail",
         "schools:school-detail", "instruments:instrument-detail", "networks:network-detail"]  # fmt: skip
READERS = {
    "supervision:visit-list": ["supervisor", "head", "school_head", "committee"],
    "supervision:recommendation-list": ["supervisor", "head", "school_head"],
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
    return world


def grow(world, number: int) -> None:
    """So many more of everything, within the reach of everybody who reads."""
    for _ in range(number):
        lead = make_person("supervisor", area=world.area, first_name="คนใหม่")
        school = make_school(world.area, group=make_group(world.area))
        make_recommendation(make_visit(school, lead, team=[world.supervisor], state="released"), due_on=DUE)
        more = make_visit(world.school, world.supervisor, team=[lead], state="released", instruments=[world.instrument])
        make_recommendation(more, due_on=DUE)
        make_recommendation(world.visit, due_on=DUE)
        Finding.objects.create(visit=world.visit, kind="strength", text="เด่น")
        plan = make_plan(world.area, make_user("เจ้าของ"), state="submitted")
        make_item(plan, school, lead, instruments=[world.instrument])
        make_item(world.plan, school, lead, team=[world.colleague], instruments=[world.instrument])
        make_instrument(world.area)
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


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_every_page_without_a_record_stands_in_an_empty_office(world, who):
    """The people are there and nothing else: no visit, no plan, no school's data."""
    from instruments.models import Instrument, InstrumentVersion

    settle_people(world)
    InstrumentVersion.objects.all().delete()
    Instrument.objects.all().delete()
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
