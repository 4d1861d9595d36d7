"""Every address × every person × every state of the record, by the one table. A new address that is not in it fails."""

import logging
import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse

from documents import kinds
from tests.networks.gatherings import settle_activity, settle_meeting
from tests.standing.addresses import ADDRESSES, STATES, Address
from tests.standing.district import (
    EVERYBODY,
    settle_batch,
    settle_office,
    settle_paper,
    settle_people,
    settle_plan,
    settle_survey,
    settle_visit,
)
from tests.supervision.factories import put


def names(resolver=None, space: tuple[str, ...] = ()) -> set[str]:
    """Every name in the address book, the Django admin's own left out."""
    found = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            if entry.namespace != "admin":
                found |= names(entry, (*space, *([entry.namespace] if entry.namespace else [])))
        else:
            found.add(":".join([*space, entry.name or f"without a name: {entry.pattern}"]))
    return found


def test_every_address_of_the_product_stands_in_the_table():
    missing = sorted(names() - {address.name for address in ADDRESSES})

    assert missing == [], f"add to tests/standing/addresses/ who may open: {', '.join(missing)}"


def test_the_table_names_no_address_that_is_gone():
    assert {address.name for address in ADDRESSES} - names() == set()


# -- The walk ------------------------------------------------------------------------------------------------------


WRITING = re.compile(r'^(INSERT INTO|UPDATE|DELETE FROM) "(?!django_session)')


def ask(client: Client, world, address: Address) -> tuple[int, list[str]]:
    """The answer to one request and what it wrote, undone at once, so that the next one meets the same district."""
    url = reverse(address.name, args=address.args(world))
    written: list[str] = []

    def note(execute, sql, params, many, context):
        if WRITING.match(sql):
            written.append(sql[:80])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        if address.method == "post" and address.headers:
            response = client.post(url, data={}, content_type="application/json", headers=address.headers)
        else:
            response = getattr(client, address.method)(url, address.data(world), headers=address.headers)
        if hasattr(response, "streaming_content"):
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response.status_code, written


def verdict(client: Client, world, address: Address, who: str, state: str) -> str:
    """Empty where the answer is the table's, else what was wrong."""
    status, written = ask(client, world, address)
    case = f"{address} {address.args(world)} by {who} while {state or 'standing'}: {status}"
    if who in address.who_does(state):
        return "" if status in address.ok else f"{case}, expected one of {sorted(address.ok)}"
    if written:
        return f"{case} and this was WRITTEN: {written}"
    if who in address.who_sees(state):
        return "" if status in address.told else f"{case}, expected to be told so"
    return "" if status == 404 else f"{case}, expected 404"


@pytest.fixture
def quick_pdf(monkeypatch, caplog):
    """Who may print is asked here, not what is printed; the refusals that are asked for fill no log."""
    caplog.set_level(logging.CRITICAL, logger="django.request")
    monkeypatch.setattr(kinds, "render_pdf", lambda html, *args, **kwargs: b"%PDF-1.7")


@pytest.fixture
def district(world, quick_pdf):
    settle_people(world)
    settle_office(world)
    return world


def settle(district, of: str, state: str) -> None:
    if of == "plan":
        settle_plan(district, state)
    elif of == "visit":
        settle_visit(district, state)
    elif of == "survey":
        settle_survey(district, state)
    elif of == "meeting":
        settle_meeting(district, state)
    elif of == "activity":
        settle_activity(district, state)
    elif of == "batch":
        settle_batch(district, state)
    elif of == "paper":
        settle_paper(district, state)
    elif of == "recommendation":
        settle_visit(district, "released")
        district.recommendation = put(district.recommendation, state)


TELLING = {
    "": "",
    "visit": "released",
    "plan": "approved",
    "recommendation": "open",
    "survey": "open",
    "meeting": "announced",
    "activity": "held",
    "batch": "issued",
    "paper": "signed",
}
"""The state of each record in which most people see it."""


def cases() -> Iterator:
    """(kind of record, its state, who): the office's own addresses a person at a time, the others all people at once.

    Which states allow what is decided in Python: every state is walked on SQLite, the first and the telling one on
    PostgreSQL, where the same queries must find the same records.
    """
    for of, states in STATES.items():
        for state in states:
            if connection.vendor == "postgresql" and state not in {states[0], TELLING[of]}:
                continue
            for people in sorted([who] for who in EVERYBODY) if of == "" else [sorted(EVERYBODY)]:
                yield pytest.param(of, state, people, id=f"{of}-{state}" if of else f"office-{people[0]}")


@pytest.mark.parametrize(("of", "state", "people"), cases())
def test_each_person_gets_what_the_table_says(district, of, state, people):
    settle(district, of, state)
    addresses = [address for address in ADDRESSES if address.of == of]
    wrong = []

    for who in people:
        client = Client()
        client.force_login(getattr(district, who))
        for address in addresses:
            if address.name == "accounts:logout":
                continue
            wrong.append(verdict(client, district, address, who, state))

    assert "\n".join(sentence for sentence in wrong if sentence) == ""


@pytest.mark.parametrize(("of", "state"), TELLING.items(), ids=lambda name: name or "office")
def test_who_is_not_signed_in_is_led_to_the_sign_in_from_every_closed_address(district, of, state):
    settle(district, of, state)
    client = Client()
    wrong = []

    for address in [address for address in ADDRESSES if address.of == of]:
        status, written = ask(client, district, address)
        expected = {200} if address.open else address.signed_out
        if status not in expected or written:
            wrong.append(f"{address}: {status}, expected {sorted(expected)}, nothing written: {written}")

    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("of", ["visit", "plan", "recommendation", "survey", "meeting", "activity", ""])
def test_a_record_that_does_not_exist_answers_as_one_of_others(district, of):
    """By number: nobody learns which records there are."""
    client = Client()
    client.force_login(district.head)
    settle(district, of, STATES[of][0])
    wrong = []

    for address in [address for address in ADDRESSES if address.of == of]:
        args = address.args(district)
        if not args or not isinstance(args[0], int):
            continue
        url = reverse(address.name, args=[987654321, *args[1:]])
        status = getattr(client, address.method)(url).status_code
        if status != 404:
            wrong.append(f"{address}: {status}")

    assert "\n".join(wrong) == ""


def test_only_the_named_methods_are_answered(district):
    """GET changes nothing: what a POST does can't be done by following a link."""
    client = Client()
    client.force_login(district.head)
    settle_visit(district, "released")
    settle_plan(district, "draft")
    settle_survey(district, "open")
    settle_batch(district, "draft")
    settle_meeting(district, "announced")
    settle_activity(district, "held")
    settle_paper(district, "draft")
    looked_at = {address.name for address in ADDRESSES if address.method == "get"}
    wrong = []

    for address in ADDRESSES:
        if address.name in looked_at or address.name == "accounts:logout":
            continue
        status = client.get(reverse(address.name, args=address.args(district))).status_code
        if status not in {404, 405}:
            wrong.append(f"GET {address.name}: {status}")

    assert "\n".join(wrong) == ""


def test_the_admin_is_for_administrators(district):
    client = Client()
    for who in sorted(EVERYBODY):
        client.force_login(getattr(district, who))
        expected = 200 if who == "admin" else 302
        assert client.get(reverse("admin:index")).status_code == expected, who
