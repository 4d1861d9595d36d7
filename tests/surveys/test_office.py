"""The office's side: who counts, who is reminded, what may be changed and by whom."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from schools.services import merge_school
from surveys.incoming import Incoming
from surveys.models import Survey
from surveys.queries import places_of, rate_of, rates_of, waiting_for
from surveys.services import SurveyRefused, extend_survey, remind, remind_due, take_answer
from surveys.services.reminding import BETWEEN_REMINDERS
from tests.surveys.conftest import WHOLE
from thai.dates import date_and_time
from workflows.models import Notice
from workflows.services import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(door):
    def take(survey, school, times=1):
        for _ in range(times):
            take_answer(door(survey, school), Incoming(uuid.uuid4(), dict(WHOLE)))

    return take


def both(survey):
    """The rate of one survey and of a list of them are the same."""
    one = rate_of(survey)
    many = rates_of([survey])[survey.pk]
    assert (one.asked, one.answered, one.answers, one.left) == (many.asked, many.answered, many.answers, many.left)
    return one


# -- Who counts ----------------------------------------------------------------------------------------------------


def test_a_school_that_merged_before_it_answered_does_not_spoil_the_rate(world, make_survey, answers):
    survey = make_survey()
    answers(survey, world.school)
    assert both(survey).percent == 50

    merge_school(world.other_school, into=world.school, on=timezone.localdate(), by=world.head)

    rate = both(survey)
    assert (rate.percent, rate.asked, rate.waiting, rate.left) == (100, 1, 0, 1)
    assert [place.row.school for place in places_of(survey, wanted="waiting")] == []
    assert sorted(place.gone for place in places_of(survey)) == [False, True]


def test_a_school_that_answered_and_then_closed_still_counts(world, make_survey, answers):
    survey = make_survey()
    answers(survey, world.other_school)

    merge_school(world.other_school, into=world.school, on=timezone.localdate(), by=world.head)

    assert (both(survey).asked, both(survey).answered, both(survey).left) == (2, 1, 0)


def test_a_school_that_closes_after_the_survey_ended_still_has_not_answered(world, make_survey):
    survey = make_survey()
    today = timezone.localdate()
    Survey.objects.filter(pk=survey.pk).update(opens_on=today - timedelta(9), closes_on=today - timedelta(5))
    survey.refresh_from_db()
    type(world.school).objects.filter(pk=world.school.pk).update(closed_on=today - timedelta(1))
    assert (both(survey).asked, both(survey).left) == (2, 0)

    type(world.school).objects.filter(pk=world.school.pk).update(closed_on=today - timedelta(6))
    assert (both(survey).asked, both(survey).left) == (1, 1)


def test_a_survey_of_no_schools_left_has_no_rate_and_a_page(world, make_survey, signed_in):
    survey = make_survey()
    survey.places.all().delete()

    assert both(survey).percent == 0
    for name in ("survey-detail", "survey-schools"):
        assert signed_in(world.supervisor).get(reverse(f"surveys:{name}", args=[survey.pk])).status_code == 200


def test_the_whole_of_an_anonymous_survey_gives_no_single_school_away(world, make_survey, answers, signed_in):
    survey = make_survey(anonymous=True, per_school="many")
    answers(survey, world.school, 3)
    page = signed_in(world.supervisor)
    address = reverse("surveys:survey-schools", args=[survey.pk])
    assert rate_of(survey).tells_too_much
    assert "จะรู้จำนวนของโรงเรียนที่ตอบน้อยกว่า 5 ชุด" in page.get(address).content.decode()

    answers(survey, world.other_school, 2)

    assert not rate_of(survey).tells_too_much
    shown = page.get(address).content.decode()
    assert "<b>5</b>คำตอบทั้งหมด" in shown
    assert shown.count("1–4 ชุด") == 2


# -- Reminders -----------------------------------------------------------------------------------------------------


def test_only_schools_that_have_not_answered_are_reminded_by_news_and_letter(
    world, make_survey, answers, mailoutbox, django_capture_on_commit_callbacks
):
    survey = make_survey()
    world.other_school.email = "other@school.example"
    world.other_school.save()
    answers(survey, world.school)
    Notice.objects.all().delete()

    with django_capture_on_commit_callbacks(execute=True):
        done = remind(survey, by=world.supervisor)

    token = survey.places.get(school=world.other_school).token
    assert (done.schools, done.letters, done.failed) == (1, 1, [])
    assert token in mailoutbox[0].body
    assert "ภายใน" in mailoutbox[0].body
    assert {notice.user for notice in Notice.objects.all()} == {world.other_school_head}
    answers(survey, world.other_school)
    with pytest.raises(SurveyRefused, match="ทุกโรงเรียนตอบแล้ว"):
        remind(survey, by=world.supervisor)


def test_the_automatic_reminder_comes_once_for_a_closing_day(world, make_survey):
    today = timezone.localdate()
    survey = make_survey(opens_on=today, closes_on=today + timedelta(7), remind_days=3)
    assert remind_due(today + timedelta(3)).schools == 0
    assert remind_due(today + timedelta(4)).schools == 2
    assert remind_due(today + timedelta(5)).schools == 0

    extend_survey(survey, closes_on=today + timedelta(20), by=world.supervisor, reason="ขยาย")

    assert remind_due(today + timedelta(6)).schools == 0
    assert remind_due(today + timedelta(17)).schools == 2


def test_the_automatic_letter_goes_to_the_school_and_not_twice_to_its_head(world, make_survey, mailoutbox):
    world.school.email, world.school_head.email = "school@school.example", "head@school.example"
    world.school.save()
    world.school_head.save()
    survey = make_survey(schools=[world.school], remind_days=6)

    remind_due(survey.closes_on - timedelta(1))
    survey.places.update(reminded_at=timezone.now() - BETWEEN_REMINDERS)
    remind(survey, by=world.supervisor)

    assert [letter.to for letter in mailoutbox] == [
        ["school@school.example"], ["school@school.example", "head@school.example"],
    ]  # fmt: skip


def test_the_command_for_the_nightly_reminder_runs_and_says_what_it_did(world, make_survey, capsys):
    make_survey(
        remind_days=30, opens_on=timezone.localdate() - timedelta(40), closes_on=timezone.localdate() + timedelta(2)
    )

    call_command("send_survey_reminders")
    first = capsys.readouterr().out
    call_command("send_survey_reminders")

    assert "2" in first
    assert capsys.readouterr().out != first


def test_one_letter_that_can_not_leave_keeps_no_other_back(world, make_survey, monkeypatch):
    survey = make_survey()
    for school in (world.school, world.other_school):
        school.email = f"s{school.pk}@school.example"
        school.save()

    def broken(self, *args, **kwargs):
        raise OSError("no line")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", broken)
    done = remind(survey, by=world.supervisor)

    assert (done.schools, done.letters) == (2, 0)
    assert len(done.failed) >= 2
    assert remind(survey, by=world.supervisor).schools == 2, "what did not leave may be sent again at once"


def test_a_second_press_within_the_hour_reminds_nobody_twice_and_says_when_it_may_be_sent_again(
    world, make_survey, signed_in, mailoutbox
):
    survey = make_survey(schools=[world.school])
    world.school.email = "school@school.example"
    world.school.save()
    client, page = signed_in(world.supervisor), reverse("surveys:survey-remind", args=[survey.pk])
    client.post(page)
    sent = survey.places.get().reminded_at

    refused = client.post(page, follow=True).content.decode()

    assert (len(mailoutbox), survey.places.get().reminded_at) == (1, sent)
    assert f"ไปแล้วเมื่อ {date_and_time(sent)}" in refused
    assert f"ได้ตั้งแต่ {date_and_time(sent + BETWEEN_REMINDERS)}" in refused

    survey.places.update(reminded_at=sent - BETWEEN_REMINDERS)
    client.post(page)
    assert len(mailoutbox) == 2


def test_a_school_that_was_not_reminded_within_the_hour_is_reminded_beside_one_that_was(world, make_survey):
    survey = make_survey()
    remind(survey, by=world.supervisor)
    survey.places.filter(school=world.other_school).update(reminded_at=None)

    assert remind(survey, by=world.supervisor).schools == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_in_one_moment_one_reminds_and_the_other_is_told(world, make_survey, monkeypatch):
    survey = make_survey()
    gate, told = threading.Barrier(2), []
    look = User.has_perm

    def together(person, *args):
        allowed = look(person, *args)
        gate.wait(timeout=30)
        return allowed

    def press() -> None:
        try:
            told.append(remind(Survey.objects.get(pk=survey.pk), by=User.objects.get(pk=world.supervisor.pk)).schools)
        except SurveyRefused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    monkeypatch.setattr(User, "has_perm", together)
    presses = [threading.Thread(target=press) for _ in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join(timeout=60)

    assert sorted(isinstance(answer, str) for answer in told) == [False, True]
    assert 2 in told
    assert Notice.objects.filter(text__contains="ยังรอคำตอบ").count() == 2


# -- Who may -------------------------------------------------------------------------------------------------------


def test_people_of_another_office_find_nothing(world, make_survey, signed_in):
    survey, link = make_survey(), make_survey(audience="link")
    client = signed_in(world.far_supervisor)
    for name, record in (
        ("survey-detail", survey), ("survey-schools", survey), ("survey-edit", survey), ("survey-extend", survey),
        ("survey-schools-add", survey), ("survey-share", link), ("survey-qr", link), ("survey-poster", link),
    ):  # fmt: skip
        assert client.get(reverse(f"surveys:{name}", args=[record.pk])).status_code == 404, name
    assert client.post(reverse("surveys:survey-remind", args=[survey.pk])).status_code == 404


def test_schools_of_another_office_can_not_be_asked(world, make_survey, signed_in):
    today = timezone.localdate()
    data = {
        "version": world.instrument.current.pk, "title": "แบบ", "opens_on": today.isoformat(), "audience": "schools",
        "closes_on": today.isoformat(), "per_school": "one", "reach": "picked", "schools": [world.far_school.pk],
    }  # fmt: skip

    answer = signed_in(world.supervisor).post(reverse("surveys:survey-create"), data)

    assert answer.status_code == 422
    assert not Survey.objects.exists()


def test_what_was_sent_is_not_edited_and_days_do_not_go_back(world, make_survey, signed_in):
    survey = make_survey()
    client = signed_in(world.supervisor)

    assert client.get(reverse("surveys:survey-edit", args=[survey.pk])).status_code == 302
    back = {"closes_on": timezone.localdate().isoformat(), "reason": "เร็วขึ้น"}
    answer = client.post(reverse("surveys:survey-extend", args=[survey.pk]), back)

    assert answer.status_code == 422
    assert "ปิดรับคำตอบ" in answer.content.decode()


def test_a_school_waits_until_it_has_answered_and_while_its_answer_is_open(world, make_survey, answers):
    survey = make_survey()
    assert [place.survey for place in waiting_for(world.school_head)] == [survey]

    answers(survey, world.school)
    assert not waiting_for(world.school_head)

    perform(survey, "close", by=world.head)
    assert not waiting_for(world.other_school_head)
