"""What strangers may try at the open page: often, late, at once, and with what was never offered."""

import uuid
from unittest.mock import patch

import pytest
from django.urls import reverse

from surveys.incoming import Incoming
from surveys.services import AnswerRefused, page_of, take_at
from tests.instruments.every_type import make_every_type
from tests.surveys.conftest import WHOLE, posted
from workflows.services import perform

pytestmark = pytest.mark.django_db


def send(client, address, name=None, **extra):
    data = {"id": str(name or uuid.uuid4()), "answers": WHOLE}
    return client.post(f"{address}send/", data, content_type="application/json", **extra)


@pytest.fixture
def link(make_survey):
    survey = make_survey(audience="link")
    return survey, reverse("surveys:answer", args=[survey.token])


def test_one_address_sends_as_often_as_a_school_would_and_then_waits(client, settings, link):
    settings.ANSWERS_PER_MINUTE = 3
    survey, address = link
    sent = [send(client, address, REMOTE_ADDR="203.0.113.9") for _ in range(5)]
    other = send(client, address, REMOTE_ADDR="203.0.113.10")
    plain = client.post(address, posted(A1="5", B1="พิมพ์ไว้แล้ว"), REMOTE_ADDR="203.0.113.9")

    assert [answer.status_code for answer in sent] == [200, 200, 200, 429, 429]
    assert "โปรดรอ 1 นาที" in sent[-1].json()["message"]
    assert other.status_code == 200
    assert plain.status_code == 429
    assert "พิมพ์ไว้แล้ว" in plain.content.decode()
    assert survey.answers.count() == 4


def test_the_machines_own_address_is_not_counted(client, settings, link):
    settings.ANSWERS_PER_MINUTE = 1
    assert [send(client, link[1]).status_code for _ in range(3)] == [200, 200, 200]


def test_the_page_leaves_neither_cookie_nor_session(client, link):
    _, address = link
    client.get(address)
    sent = send(client, address)
    client.get(sent.json()["url"])

    assert not client.cookies


def test_an_answer_that_arrived_is_known_again_after_the_survey_closed(client, world, link):
    survey, address = link
    name = uuid.uuid4()
    first = send(client, address, name)
    perform(survey, "close", by=world.head)

    again = send(client, address, name)

    assert (again.status_code, again.json()) == (200, first.json())
    assert send(client, address).status_code == 409
    assert survey.answers.count() == 1


def test_an_answer_on_its_way_while_the_survey_closes_is_refused_and_leaves_nothing(world, link):
    survey, _ = link
    page = page_of(survey.token)
    assert page is not None
    perform(survey, "close", by=world.head)

    with pytest.raises(AnswerRefused, match="ปิดรับคำตอบแล้วขณะที่ท่านกำลังส่ง"):
        take_at(page, Incoming(uuid.uuid4(), {"A1": 5}))

    assert not survey.collection.responses.exists()


def test_more_files_than_are_taken_is_said_in_thai(client, settings, link):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    many = posted() | {f"a-X{n}": "1" for n in range(20)}
    _, address = link

    assert client.post(address, many).status_code == 413
    assert "ขนาดใหญ่เกินกว่าที่รับได้" in client.post(f"{address}send/", many).json()["message"]


def test_the_numbers_of_anonymous_answers_say_nothing_of_their_order(client, make_survey):
    survey, named = make_survey(audience="link", anonymous=True), make_survey(audience="link")
    with patch("instruments.intake.secrets.randbits", side_effect=[900, 20, 500]):
        for _ in range(3):
            assert send(client, reverse("surveys:answer", args=[survey.token])).status_code == 200
    send(client, reverse("surveys:answer", args=[named.token]))

    assert set(survey.answers.values_list("pk", flat=True)) == {-901, -21, -501}
    assert all(answer.pk == answer.response_id for answer in survey.answers.all())
    assert all(answer.response.batches.get().pk == answer.pk for answer in survey.answers.all())
    assert named.answers.get().pk > 0


def test_a_thousand_questions_are_answered_at_once(client, world, make_survey):
    questions = [{"key": f"Q{n}", "type": "text", "text": f"ข้อ {n}", "required": True} for n in range(1000)]
    version = make_every_type({"sections": [{"key": "A", "title": "ทั้งหมด", "questions": questions}]}, code="LONG")
    survey = make_survey(version=version, audience="link")
    address = reverse("surveys:answer", args=[survey.token])
    values = {f"Q{n}": "คำตอบ" * 40 for n in range(1000)}

    assert client.get(address).status_code == 200
    data = {"id": str(uuid.uuid4()), "answers": values}
    assert client.post(f"{address}send/", data, content_type="application/json").status_code == 200
    plain = {"id": str(uuid.uuid4())} | {f"a-{key}": value for key, value in values.items()}
    assert client.post(address, plain).status_code == 302
    assert survey.answers.count() == 2
