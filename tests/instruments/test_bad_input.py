"""What no honest device sends: nothing of it breaks a page, nothing of it is stored as if it were an answer."""

import threading
import uuid

import pytest
from django.db import connection
from django.test import RequestFactory

from instruments.endpoints import poll_json, save_json, upload_json
from instruments.filling import moment
from instruments.models import AnswerBatch, Attachment, Response
from instruments.queries import replay
from instruments.services import open_response
from tests.instruments.helpers import event
from tests.instruments.test_endpoints import batch, call
from tests.instruments.test_pictures import picture, signature_url
from tests.supervision.factories import make_instrument, make_version


def send_raw(response, user, body):
    request = RequestFactory().post("/x/", body, content_type="application/json")
    request.user = user
    return save_json(request, Response.objects.get(pk=response.pk)).status_code


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, '{"events": ' + "[" * 50_000])
def test_json_as_deep_as_a_well_is_refused(response, supervisor, body):
    assert send_raw(response, supervisor, body) == 422


@pytest.mark.parametrize("added", [[{}], [[]], [{"a": 1}], [None, []]])
def test_pictures_that_are_no_names_are_refused(response, supervisor, added):
    odd = event("B1.photo", add=added)

    status, heard = call(save_json, response, supervisor, batch(odd, user=supervisor))

    assert (status, [item["id"] for item in heard["refused"]]) == (200, [odd["id"]])


@pytest.mark.parametrize("part", ["add", "remove"])
def test_what_is_nested_deep_in_a_list_keeps_no_later_answer_away(response, supervisor, part):
    well = "[" * 900 + "]" * 900
    body = (
        f'{{"batch": "{uuid.uuid4()}", "events": [{{"id": "{uuid.uuid4()}", "key": "B1.photo", "{part}": [{well}]}}]}}'
    )

    assert send_raw(response, supervisor, body) == 200

    (said,) = AnswerBatch.objects.get().events
    assert "refused" in said
    assert isinstance(said["raw"], str)
    assert replay(response) == {}


def test_refused_events_that_build_on_each_other_are_walked_once(response, supervisor, colleague):
    one, other = str(uuid.uuid4()), str(uuid.uuid4())
    call(save_json, response, supervisor, batch(event("B1", 3), user=supervisor))
    circle = [event("B1", "x", id=one, base=other), event("B1", "x", id=other, base=one)]
    call(save_json, response, supervisor, batch(*circle, user=supervisor))

    status, heard = call(save_json, response, colleague, batch(event("B1", 4, base=one), user=colleague))

    assert (status, [item["key"] for item in heard["conflicts"]]) == (200, ["B1"])


@pytest.mark.parametrize("device", ["a\x00b", "\ud800", "\udfff" * 100], ids=["zero", "half a pair", "many halves"])
def test_a_device_with_an_unstorable_name_is_heard(response, supervisor, device):
    status, _ = call(save_json, response, supervisor, batch(event("B1", 4), user=supervisor, device=device))

    assert status == 200
    assert AnswerBatch.objects.get().device.isprintable()


IMPOSSIBLE = [
    "2026-99-99T99:99:99Z",
    "2026-02-30T10:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-01-01T00:00:00+99:99",
]


@pytest.mark.parametrize("at", IMPOSSIBLE)
def test_a_time_that_no_clock_shows_is_replaced_by_the_servers(response, supervisor, at):
    first = event("A1", "ก") | {"at": at}
    second = event("A1", "ข") | {"at": at}

    call(save_json, response, supervisor, batch(first, second, user=supervisor))

    entry = Response.objects.get(pk=response.pk).answers["A1"]
    assert all(moment(item["at"]).endswith("น.") for item in (entry, *entry["rivals"]))


@pytest.mark.parametrize("at", [*IMPOSSIBLE, "", "x"])
def test_a_time_that_cannot_be_read_is_left_out(at):
    assert moment(at) == ""


@pytest.mark.parametrize("revision", ["²", "9" * 5000, "๑", "-1", "x"])
def test_a_revision_that_is_no_number_gives_no_changes(response, supervisor, revision):
    status, _ = call(poll_json, response, supervisor, {"revision": revision}, method="get")

    assert status == 200


@pytest.mark.parametrize("revision", ["²", "9" * 5000])
def test_a_picture_is_taken_whatever_the_page_says_it_has_seen(response, supervisor, revision):
    data = {"slot": "B1.photo", "file": picture((40, 40)), "uuid": str(uuid.uuid4()), "revision": revision}

    status, _ = call(upload_json, response, supervisor, data, form=True)

    assert status == 200


@pytest.mark.parametrize("base", ["x", "\x00", "[]"])
def test_a_signature_on_a_base_that_is_no_event_is_refused(office, supervisor, base):
    response, slot = with_signature(office, supervisor)
    data = {"slot": slot, "signature": signature_url(), "uuid": str(uuid.uuid4()), "base": base}

    status, heard = call(upload_json, response, supervisor, data, form=True)

    assert (status, Attachment.objects.count()) == (422, 0)
    assert heard["message"]


def with_signature(office, by):
    """A response of a form that asks for a signature, and the slot it goes into."""
    question = {"key": "S1", "type": "signature", "text": "ลงชื่อ"}
    definition = {"scales": {}, "sections": [{"key": "S", "title": "ตอน", "questions": [question]}]}
    version = make_version(make_instrument(), number=2, definition=definition)
    return open_response(version, area=office, by=by), "S1"


def test_a_signature_under_the_name_of_anothers_picture_is_refused(office, supervisor):
    response, slot = with_signature(office, supervisor)
    other, _ = with_signature(office, supervisor)
    data = {"slot": slot, "signature": signature_url(), "uuid": str(uuid.uuid4())}
    assert call(upload_json, other, supervisor, data, form=True)[0] == 200

    status, heard = call(upload_json, response, supervisor, data, form=True)

    assert status == 422
    assert "ซ้ำ" in heard["message"]


@pytest.mark.django_db(transaction=True)
def test_a_picture_sent_twice_at_the_same_moment_is_kept_once(response, supervisor):
    name, heard = str(uuid.uuid4()), []
    start = threading.Barrier(2)

    def upload():
        data = {"slot": "B1.photo", "file": picture((40, 40)), "uuid": name}
        start.wait()
        try:
            heard.append(call(upload_json, response, supervisor, data, form=True)[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert heard == [200, 200]
    assert Response.objects.get(pk=response.pk).answers["B1.photo"]["v"] == [name]
    assert Attachment.objects.count() == 1
