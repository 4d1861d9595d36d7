"""What is shown to one person stays with that person: no browser and no proxy keeps it."""

import pytest
from django.urls import reverse

from supervision.services.visit_records import add_photo
from tests.supervision.factories import make_visit
from tests.supervision.pictures import photograph


@pytest.fixture
def visit(world):
    return make_visit(world.school, world.supervisor, instruments=[world.instrument], state="in_progress")


def pages(visit):
    form = [visit.pk, visit.forms.get().pk]
    return [
        reverse("home"),
        reverse("accounts:profile"),
        reverse("workflows:notice-list"),
        reverse("supervision:visit-list"),
        reverse("supervision:visit-detail", args=[visit.pk]),
        reverse("supervision:visit-form", args=form),
        reverse("supervision:visit-form-changes", args=form),
        reverse("schools:school-list"),
        reverse("schools:school-export", args=["csv"]),
        "/no/such/page/",
    ]


def test_no_page_of_a_signed_in_person_is_kept_by_a_browser_or_a_proxy(client, world, visit):
    client.force_login(world.supervisor)

    kept = {page: client.get(page).get("Cache-Control", "") for page in pages(visit)}

    assert {page for page, said in kept.items() if "private" not in said or "no-store" not in said} == set()


def test_a_picture_is_kept_by_the_browser_of_its_reader_alone(client, world, visit):
    photo = add_photo(visit, photograph(), by=world.supervisor)
    client.force_login(world.supervisor)

    answer = client.get(reverse("supervision:visit-photo", args=[visit.pk, photo.pk]))

    assert answer["Cache-Control"].startswith("private")
    assert "no-store" not in answer["Cache-Control"]
    answer.close()
