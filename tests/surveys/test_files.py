"""Pictures, documents and drawn signatures that come with an answer: taken whole or not at all, read by who may."""

import base64
import io
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageDraw

from instruments.models import Attachment
from surveys.services import reopen_answer
from tests.instruments.every_type import make_every_type
from tests.surveys.conftest import jpeg
from workflows.services import perform

pytestmark = pytest.mark.django_db
REQUIRED = {"a-A1": "1", "a-A5": "40", "a-A6": "37", "a-B1": "4", "row-T": "row1", "a-T1@row1": "นางสาวดวงใจ"}


@pytest.fixture
def survey(world, make_survey):
    return make_survey(version=make_every_type())


@pytest.fixture
def address(survey, world):
    return reverse("surveys:answer", args=[survey.places.get(school=world.school).token])


def data(**more):
    return REQUIRED | {"id": str(uuid.uuid4())} | more


def text_file(name="แผน.txt"):
    return SimpleUploadedFile(name, "แผนการสอน".encode(), "text/html")


def drawing():
    image, out = Image.new("RGBA", (300, 120)), io.BytesIO()
    ImageDraw.Draw(image).line((20, 20, 250, 90), fill=(16, 48, 107, 255), width=6)
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def content_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def stored():
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


@pytest.mark.parametrize("way", ["", "send/"])
def test_photos_documents_and_a_drawn_signature_are_kept_by_either_way(client, survey, address, way):
    files = {"file-A11": text_file(), "file-A12": [jpeg(), jpeg("#123456")], "draw-S1": drawing()}

    answer = client.post(f"{address}{way}", data(**files))

    assert answer.status_code == (200 if way else 302)
    answers = survey.answers.get().response.answers
    assert [len(answers[key]["v"]) for key in ("A11", "A12")] == [1, 2]
    assert set(answers["S1"]["v"]) == {"image"}
    kinds = Attachment.objects.filter(response__survey_answer__survey=survey).values_list("kind", flat=True)
    assert sorted(kinds) == ["file", "photo", "photo", "signature"]


def test_a_file_that_is_none_is_refused_at_its_question_and_nothing_stays_behind(client, survey, address):
    before = stored()
    answer = client.post(
        f"{address}send/",
        data(**{"file-A12": SimpleUploadedFile("x.jpg", b"nothing", "image/jpeg"), "file-A11": text_file()}),
    )

    assert answer.status_code == 422
    assert answer.json()["faults"][0]["key"] == "A12"
    assert "โปรด" in answer.json()["faults"][0]["message"]
    assert not survey.answers.exists()
    assert stored() == before


def test_a_second_press_leaves_no_second_files(client, survey, address):
    same = data()
    client.post(f"{address}send/", same | {"file-A12": jpeg()})
    before = stored()

    again = client.post(f"{address}send/", same | {"file-A12": jpeg()})

    assert again.status_code == 200
    assert survey.answers.count() == 1
    assert stored() == before


@pytest.mark.parametrize(
    ("slot", "value"),
    [("A12", [str(uuid.uuid4())]), ("A11", [str(uuid.uuid4())]), ("S1", {"image": str(uuid.uuid4())})],
)
def test_a_picture_of_somebody_else_can_not_be_named(client, survey, address, slot, value):
    answer = client.post(
        f"{address}send/", {"id": str(uuid.uuid4()), "answers": {slot: value}}, content_type="application/json"
    )

    assert answer.status_code == 422
    assert not survey.answers.exists()


def test_a_row_of_pictures_only_is_a_row(client, survey, address):
    client.post(address, data(**{"row-T": ["row1", "row2x"], "file-T3.photo@row2x": jpeg(), "a-T1@row2x": "นายมานะ"}))

    answers = survey.answers.get().response.answers
    assert answers["T.rows"]["v"] == ["row1", "row2x"]
    assert len(answers["T3.photo@row2x"]["v"]) == 1


def test_a_corrected_answer_keeps_its_files_gains_new_ones_and_loses_those_taken_away(client, world, survey, address):
    files = {"file-A11": text_file(), "file-A12": [jpeg(), jpeg("#123456")], "draw-S1": drawing()}
    client.post(address, data(**files))
    answer = survey.answers.get()
    first, second = answer.response.answers["A12"]["v"]
    signature = answer.response.answers["S1"]["v"]
    reopen_answer(answer, by=world.supervisor, reason="โปรดตรวจภาพ")
    shown = client.get(address).content.decode()
    assert f"{address}files/{first}/thumb/" in shown
    assert "แผน.txt" in shown

    sent = client.post(f"{address}send/", data(**{"a-A5": "41", "rm-A12": first, "file-A12": jpeg("#777777")}))

    assert sent.status_code == 200
    answer.refresh_from_db()
    kept = answer.response.answers
    assert first not in kept["A12"]["v"]
    assert kept["A12"]["v"][0] == second
    assert (len(kept["A12"]["v"]), len(kept["A11"]["v"]), kept["A5"]["v"]) == (2, 1, "41")
    assert kept["S1"]["v"] == signature
    assert answer.reopened_at is None


def test_a_correction_that_is_sent_twice_is_taken_once(client, world, survey, address):
    client.post(address, data())
    answer = survey.answers.get()
    reopen_answer(answer, by=world.supervisor, reason="โปรดตรวจ")
    assert f'name="id" value="{answer.uuid}"' in client.get(address).content.decode()
    again = data(id=str(answer.uuid), **{"a-A5": "41"})

    first, second = client.post(f"{address}send/", again), client.post(f"{address}send/", again)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()


def test_pictures_are_read_by_the_office_and_from_the_schools_own_address_only(client, world, survey, address):
    client.post(address, data(**{"file-A12": jpeg()}))
    answer = survey.answers.get()
    picture = Attachment.objects.get(response=answer.response)
    other = survey.places.get(school=world.other_school).token
    of_office = reverse("surveys:answer-read-file", args=[survey.pk, answer.pk, picture.pk])

    own = client.get(f"{address}files/{picture.pk}/")
    assert own.status_code == 200
    assert not Image.open(io.BytesIO(content_of(own))).getexif()
    assert client.get(reverse("surveys:answer-file", args=[other, picture.pk])).status_code == 404
    assert client.get(of_office).status_code == 302
    for user, status in ((world.supervisor, 200), (world.school_head, 200), (world.other_school_head, 404)):
        client.force_login(user)
        shown = client.get(of_office)
        assert shown.status_code == status
        content_of(shown)


def test_a_refused_late_post_writes_no_file(client, world, survey, address):
    perform(survey, "close", by=world.head)
    before = stored()

    late = client.post(address, data(**{"file-A12": jpeg(), "a-A3": "ที่พิมพ์ไว้"}))

    assert late.status_code == 409
    assert "ที่พิมพ์ไว้" in late.content.decode()
    assert stored() == before
