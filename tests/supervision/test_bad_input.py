"""What no page of ours sends, and what comes twice: nothing of it is a fault of the product."""

import threading
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from supervision.models import VisitPhoto
from supervision.services.recommendations import write_recommendation
from supervision.services.visit_records import add_photo
from tests.supervision.factories import make_visit
from tests.supervision.pictures import photograph


@pytest.fixture
def visit(world):
    return make_visit(world.school, world.supervisor, instruments=[world.instrument], state="in_progress")


def test_a_caption_is_stored_in_the_form_of_every_text(client, world, visit):
    photo = add_photo(visit, photograph(), by=world.supervisor)
    client.force_login(world.supervisor)

    answer = client.post(
        reverse("supervision:visit-photo-caption", args=[visit.pk, photo.pk]), {"caption": "นํา\x00เสนอ  ผลงาน\x07"}
    )

    assert answer.status_code == 302
    assert VisitPhoto.objects.get().caption == "นำเสนอ ผลงาน"


def test_a_picture_under_the_name_of_another_visits_is_refused_in_words(client, world, visit):
    other = make_visit(world.school, world.supervisor, state="in_progress")
    known = add_photo(other, photograph(), by=world.supervisor)
    client.force_login(world.supervisor)

    answer = client.post(
        reverse("supervision:visit-photo-add", args=[visit.pk]),
        {"photo": photograph(), "uuid": str(known.uuid)},
        headers={"accept": "application/json"},
    )

    assert answer.status_code == 422
    assert "ซ้ำ" in answer.json()["message"]


def test_several_pictures_that_bear_one_name_are_all_kept(client, world, visit):
    """The plain form sends many at once; a name belongs to one picture only."""
    client.force_login(world.supervisor)

    client.post(
        reverse("supervision:visit-photo-add", args=[visit.pk]),
        {"photo": [photograph(), photograph()], "uuid": str(uuid.uuid4())},
    )

    assert visit.photos.count() == 2


@pytest.mark.parametrize("school", ["9" * 5000, "๑", "²", "-1", "x"])
def test_a_new_visit_opens_whatever_school_its_address_names(client, world, school):
    client.force_login(world.supervisor)

    assert client.get(reverse("supervision:visit-create"), {"school": school}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_picture_sent_twice_at_the_same_moment_is_kept_once(world, visit):
    address, name, heard = reverse("supervision:visit-photo-add", args=[visit.pk]), str(uuid.uuid4()), []
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(world.supervisor)
    start = threading.Barrier(2)

    def send(client):
        start.wait()
        try:
            answer = client.post(address, {"photo": photograph(), "uuid": name}, headers={"accept": "application/json"})
            heard.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert heard == [200, 200]
    assert [str(photo.uuid) for photo in VisitPhoto.objects.all()] == [name]


@pytest.mark.django_db(transaction=True)
def test_a_recommendation_sent_by_a_button_pressed_twice_stands_once(world, visit):
    start, failed = threading.Barrier(3), []

    def write():
        start.wait()
        try:
            write_recommendation(
                visit, text="จัดทำแผนการสอน", owner="ฝ่ายวิชาการ", due_on=date(2031, 1, 31), by=world.supervisor
            )
        except Exception as error:  # noqa: BLE001 -- shown by the assertion below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert visit.recommendations.count() == 1
