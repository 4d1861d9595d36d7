"""The door: the signed link, who is recognised, the organiser's list, and what strangers may try."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from networks.models import Participant
from networks.services.attendance import check_in, token_of
from tests.networks.gatherings import make_activity, make_meeting, make_participant
from tests.standing.district import settle_people

TODAY = timezone.localdate


@pytest.fixture
def office(world):
    return settle_people(world)


def door(gathering) -> str:
    return reverse("networks:check-in", args=[token_of(gathering)])


def typed(name, place="ชุมชนวัด", **more):
    return {"typed": "1", "name": name, "place": place, **more}


@pytest.mark.parametrize("make", [make_meeting, make_activity])
def test_a_stranger_checks_in_by_name_and_twice_is_once(client, office, make):
    gathering = make(office, "announced" if make is make_meeting else "planned")
    first = client.post(door(gathering), typed("นางสาวมานี  มีนา", "วัดสุทธิ", position="ครู")).content.decode()
    again = client.post(door(gathering), typed("มานี มีนา", "โรงเรียนวัดสุทธิ")).content.decode()

    row = gathering.participants.get()
    assert "ลงทะเบียนเรียบร้อยแล้ว" in first
    assert "ลงทะเบียนไว้แล้ว" in again
    assert (row.name, row.school, row.position, row.how, row.invited) == (
        "นางสาวมานี มีนา", office.school, "ครู", "typed", False
    )  # fmt: skip


def test_a_person_with_an_account_presses_one_button(signed_in, office):
    meeting = make_meeting(office, "announced")
    make_participant(meeting, str(office.teacher), organisation="", school=office.school)
    client = signed_in(office.teacher)

    shown = client.get(door(meeting)).content.decode()
    client.post(door(meeting))
    moment = meeting.participants.get().attended_at
    client.post(door(meeting))
    client.post(door(meeting), typed("ครูเพื่อน ร่วมงาน", "วัดสุทธิ"))

    assert str(office.teacher) in shown
    row = meeting.participants.get(user=office.teacher)
    assert (row.how, row.attended_at, row.invited) == ("account", moment, True)
    assert meeting.participants.count() == 2


def test_the_first_from_a_school_that_was_asked_is_whom_it_sent(client, office):
    meeting = make_meeting(office, "announced")
    asked = make_participant(meeting, "", organisation="", school=office.school)
    body = make_participant(meeting, "", organisation="สภาวัฒนธรรม")

    for name, place in [("นายหนึ่ง ก", "วัดสุทธิ"), ("นายสอง ข", "วัดสุทธิ"), ("นายสาม ค", "สภาวัฒนธรรม")]:
        client.post(door(meeting), typed(name, place))

    asked.refresh_from_db()
    body.refresh_from_db()
    assert (asked.name, body.name) == ("นายหนึ่ง ก", "นายสาม ค")
    assert meeting.participants.came().count() == 3


@pytest.mark.parametrize(
    ("state", "days", "said"),
    [("draft", 0, "ยังไม่เปิด"), ("announced", 1, "ยังไม่ถึงวันจัด"), ("announced", -1, "หมดเวลา"), ("held", -1, "หมดเวลา"),
     ("cancelled", 0, "ยกเลิก"), ("minuted", 0, "หมดเวลา")],
)  # fmt: skip
def test_the_link_lets_nobody_in_outside_the_days(client, office, state, days, said):
    meeting = make_meeting(office, state, day=TODAY() + timedelta(days=days))

    page = client.post(door(meeting), typed("นายมา สาย"))

    assert said in page.content.decode()
    assert not meeting.participants.exists()


def test_a_forged_or_renewed_link_leads_nowhere_and_names_nobody(client, signed_in, office):
    meeting = make_meeting(office, "announced")
    make_participant(meeting, "นายลับ เฉพาะ")
    old = door(meeting)
    assert "นายลับ" not in client.get(old).content.decode()
    assert client.get(old[:-3] + "xx/").status_code == 404

    signed_in(office.supervisor).post(reverse("networks:meeting-qr-renew", args=[meeting.pk]))
    meeting.refresh_from_db()

    assert client.get(old).status_code == 404
    assert client.get(door(meeting)).status_code == 200


def test_what_is_missing_is_said_and_what_was_typed_stays(client, office):
    meeting = make_meeting(office, "announced")

    page = client.post(door(meeting), typed("นายลืม หน่วยงาน", ""))

    assert page.status_code == 422
    assert "นายลืม หน่วยงาน" in page.content.decode()
    assert client.post(door(meeting), {}).status_code == 422
    assert not meeting.participants.exists()


def test_one_address_checks_in_as_often_as_a_hall_would_and_then_waits(client, settings, office):
    settings.ANSWERS_PER_MINUTE = 2
    meeting = make_meeting(office, "announced")
    sent = [client.post(door(meeting), typed(f"นายคน {n}"), REMOTE_ADDR="203.0.113.9") for n in range(3)]

    assert [page.status_code for page in sent] == [200, 200, 429]
    assert "นายคน 2" in sent[-1].content.decode()
    assert meeting.participants.count() == 2


def test_the_organiser_ticks_without_undoing_who_scanned_meanwhile(signed_in, office):
    meeting = make_meeting(office, "announced")
    ticked, wrong, scanned = (make_participant(meeting, f"นายคน {n}", came=n == 1) for n in range(3))
    client = signed_in(office.network_lead)
    check_in(meeting, name="นายคน 2", place="ชุมชนวัด")  # after the page was opened

    client.post(
        f"{meeting.get_absolute_url()}attendance/", {"came": [ticked.pk, "9" * 30, "9" * 5000], "was": [wrong.pk]}
    )

    came = {row.pk: row.how for row in meeting.participants.came()}
    assert came == {ticked.pk: "list", scanned.pk: "typed"}


def test_the_list_closes_with_the_record_and_opens_with_the_day(signed_in, office):
    client = signed_in(office.supervisor)
    ahead = make_meeting(office, "announced", day=TODAY() + timedelta(days=1))
    past = make_meeting(office, "held", day=TODAY() - timedelta(days=9))
    done = make_meeting(office, "minuted")
    for meeting, status in [(ahead, 422), (past, 302), (done, 422)]:
        address = f"{meeting.get_absolute_url()}attendance/add/"
        assert client.post(address, {"name": "นายมา จริง", "place": "วัด"}).status_code == status

    assert [row.meeting for row in Participant.objects.all()] == [past]


def test_who_came_is_not_taken_off_the_list(signed_in, office):
    meeting = make_meeting(office, "announced")
    here, away = make_participant(meeting, "นายมา", came=True), make_participant(meeting, "นายไม่มา")
    client = signed_in(office.supervisor)
    for row in (here, away):
        client.post(reverse("networks:meeting-invite-remove", args=[meeting.pk, row.pk]))

    assert list(meeting.participants.all()) == [here]


def test_the_list_finds_by_name_and_school_and_costs_the_same_for_many(signed_in, office, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    meeting = make_meeting(office, "announced")
    make_participant(meeting, "นายมานะ อดทน", school=office.school)
    client = signed_in(office.supervisor)
    pages = [f"{meeting.get_absolute_url()}{end}" for end in ("attendance/", "invite/", "minutes/", "")]
    for address in pages:
        client.get(address)
    costs = {}
    for address in pages:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs[address] = len(queries)
    for number in range(20):
        make_participant(meeting, f"นายคน {number}", school=office.other_school)

    for address in pages:
        with django_assert_num_queries(costs[address]):
            client.get(address)
    assert len(client.get(pages[0], {"q": "วัดสุทธิ"}).context["page"].object_list) == 1
    assert "เพิ่มผู้มา" in client.get(pages[0], {"q": "ไม่มีใคร"}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_taps_in_one_moment_are_one_person(world):
    office = settle_people(world)
    meeting = make_meeting(office, "announced")
    start, answers = Barrier(4), []

    def tap():
        start.wait()
        try:
            answers.append(check_in(meeting, name="นายรีบ กด", place="วัดสุทธิ")[1])
        finally:
            connections.close_all()

    threads = [Thread(target=tap) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False, False, False, True]
    assert meeting.participants.count() == 1
