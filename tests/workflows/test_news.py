"""News for one person: shown to nobody else, read once, and a press leads where it points."""

import pytest
from django.urls import reverse

from tests.supervision.factories import make_user
from workflows.models import Notice
from workflows.services import mark_read, tell

LIST = "/notices/"


@pytest.fixture
def reader(db):
    return make_user("ผู้อ่าน")


def test_news_reaches_each_person_and_is_cut_to_its_column(reader):
    other = make_user("อีกคน")

    tell([reader, other], "ก" * 400, "/menu/")

    assert [len(n.text) for n in Notice.objects.all()] == [300, 300]
    assert (reader.notices.count(), other.notices.count()) == (1, 1)


def test_marking_read_counts_only_ones_own_unread_news(reader):
    other = make_user("อีกคน")
    tell([reader, reader, other], "ข่าว", "/menu/")
    first = reader.notices.first()

    assert mark_read(other, first.pk) == 0
    assert mark_read(reader, first.pk) == 1
    assert mark_read(reader) == 1
    assert mark_read(reader) == 0
    assert other.notices.filter(read_at__isnull=True).count() == 1


def test_the_list_shows_ones_own_news_newest_first_with_a_bell_that_counts(signed_in, reader):
    tell([reader], "เรื่องแรก", "/menu/")
    tell([reader], "เรื่องที่สอง", "/menu/")
    tell([make_user("อีกคน")], "เรื่องของคนอื่น", "/menu/")

    page = signed_in(reader).get(LIST)

    assert [notice.text for notice in page.context["page"]] == ["เรื่องที่สอง", "เรื่องแรก"]
    assert page.context["unread_notices"] == 2
    assert "เรื่องของคนอื่น" not in page.content.decode()


def test_opening_a_piece_of_news_marks_it_and_leads_to_its_page(signed_in, reader):
    tell([reader], "โปรดอ่าน", reverse("menu"))
    notice = reader.notices.get()

    response = signed_in(reader).post(f"{LIST}{notice.pk}/open/")

    assert (response.status_code, response["Location"]) == (302, reverse("menu"))
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_the_news_of_another_person_does_not_exist(signed_in, reader):
    tell([make_user("อีกคน")], "ลับ", "/menu/")
    notice = Notice.objects.get()

    assert signed_in(reader).post(f"{LIST}{notice.pk}/open/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_everything_is_marked_read_with_one_press(signed_in, reader):
    tell([reader, reader], "ข่าว", "/menu/")

    page = signed_in(reader).post(f"{LIST}read/", follow=True)

    assert page.context["unread_notices"] == 0
    assert not Notice.objects.filter(read_at__isnull=True).exists()


def test_a_person_without_news_is_told_what_will_stand_here(signed_in, reader):
    assert "ยังไม่มีแจ้งเตือน" in signed_in(reader).get(LIST).content.decode()
