"""A visit that is being written, and what its pages are asked with."""

import json
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.supervision.factories import make_visit

DEVICE = "tablet"


@pytest.fixture
def visit(world):
    """A visit that สมใจ and มานะ are writing, with one form."""
    return make_visit(
        world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument], state="in_progress"
    )


def url(name, visit, *more, **query):
    address = reverse(f"supervision:{name}", args=[visit.pk, *more])
    return f"{address}?{urlencode(query)}" if query else address


def events(key, value, number=1):
    return [{"id": f"00000000-0000-4000-8000-{number:012d}", "key": key, "v": value, "base": None}]


def save(client, visit, events, *, number=1, **more):
    """What the module of the page sends."""
    data = {"batch": f"10000000-0000-4000-8000-{number:012d}", "events": events, "device": DEVICE, "revision": 0}
    address = url("visit-form-save", visit, visit.forms.get().pk)
    return client.post(
        address, json.dumps(data | more), content_type="application/json", headers={"accept": "application/json"}
    )


def answers(visit):
    return {key: entry.get("v") for key, entry in visit.forms.get().response.answers.items()}


def status(client, address):
    response = client.get(address)
    if response.streaming:
        assert b"".join(response.streaming_content)
    return response.status_code


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)
