"""The page of whoever answers: what it takes, what it refuses and in which words."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from instruments.models import AnswerBatch, Response, Tally
from instruments.queries import replay
from schools.services import merge_school
from surveys.incoming import Incoming
from surveys.models import SurveyAnswer
from surveys.services import AnswerRefused, extend_survey, keep_answer, reopen_answer, take_answer
from tests.surveys.conftest import WHOLE, posted
from workflows.services import perform

pytestmark = pytest.mark.django_db


def page(survey, school=None):
    return reverse("surveys:answer", args=[survey.token if school is None else survey.places.get(school=school).token])


def send(client, address, **answers):
    return client.post(
        f"{address}send/",
        {"id": str(uuid.uuid4()), "answers": answers or WHOLE},
        content_type="application/json",
    )


def test_a_school_answers_without_an_account_and_reads_what_it_sent(client, world, make_survey):
    survey = make_survey()
    address = page(survey, world.school)
    assert "ตอบในนาม" in client.get(address).content.decode()

    response = client.post(address, posted(), follow=True)

    said = response.content.decode()
    assert response.status_code == 200
    assert "ครูใช้สื่อได้ดี" in said
    assert re.search(r">5</strong>\s*มากที่สุด", said)
    answer = survey.answers.get()
    assert answer.response.school == world.school
    assert answer.response.collection == survey.collection
    assert answer.response.is_locked
    assert replay(answer.response) == answer.response.answers
    assert Tally.objects.filter(collection=survey.collection, kind="office").get().responses == 1


def test_whoever_is_signed_in_at_the_school_is_kept_with_the_answer(signed_in, world, make_survey):
    survey = make_survey()

    send(signed_in(world.school_head), page(survey, world.school))

    assert survey.answers.get().by == world.school_head


def test_somebody_of_another_school_is_not_taken_for_this_one(signed_in, world, make_survey):
    survey = make_survey()

    send(signed_in(world.other_school_head), page(survey, world.school))

    assert survey.answers.get().by is None


def test_what_is_missing_is_said_and_what_was_typed_stays(client, world, make_survey):
    survey = make_survey()
    address = page(survey, world.school)

    plain = client.post(address, posted(B1="พิมพ์ไว้แล้ว"))
    script = send(client, address, B1="พิมพ์ไว้แล้ว")

    assert plain.status_code == script.status_code == 422
    assert "พิมพ์ไว้แล้ว" in plain.content.decode()
    assert "ยังไม่ได้ตอบ" in plain.content.decode()
    assert [fault["key"] for fault in script.json()["faults"]] == ["A1"]
    assert not survey.answers.exists()
    assert not Response.objects.filter(collection=survey.collection).exists()


def test_a_value_that_no_question_takes_is_refused_with_its_reason(client, world, make_survey):
    survey = make_survey()

    answer = send(client, page(survey, world.school), A1="9")

    assert answer.status_code == 422
    assert answer.json()["faults"] == [
        {"key": "A1", "label": "จัดกิจกรรมการเรียนรู้เชิงรุก", "message": "โปรดเลือกคะแนนจาก 5, 4, 3, 2, 1"}
    ]


def test_a_double_press_counts_once(client, world, make_survey):
    survey = make_survey(audience="link")
    data = posted()

    first = client.post(page(survey), data)
    second = client.post(page(survey), data)

    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert survey.answers.count() == 1
    assert Tally.objects.get(collection=survey.collection, kind="office").responses == 1


@pytest.mark.parametrize("way", ["plain", "script"])
@pytest.mark.parametrize("anonymous", [False, True])
def test_another_answer_under_the_name_of_the_first_is_never_taken_for_it(client, world, make_survey, way, anonymous):
    survey = make_survey(audience="link", anonymous=anonymous)
    first = posted()
    client.post(page(survey), first)
    other = posted(A1="1", A2="1", B1="ของอีกคน") | {"id": first["id"]}
    answers = {name[2:]: value for name, value in other.items() if name.startswith("a-")}

    def press(name):
        if way == "plain":
            return client.post(page(survey), other | {"id": name})
        body = {"id": name, "answers": answers}
        return client.post(page(survey) + "send/", body, content_type="application/json")

    told = press(first["id"])
    again = re.search(r'name="id" value="([^"]+)"', told.content.decode())[1] if way == "plain" else told.json()["id"]
    taken = press(again)

    assert (told.status_code, taken.status_code) == (409, 302 if way == "plain" else 200)
    assert "อีกชุดหนึ่ง" in (told.content.decode() if way == "plain" else told.json()["message"])
    assert way == "script" or "ของอีกคน" in told.content.decode()
    said = [answer.response.answers["B1"]["v"] for answer in survey.answers.select_related("response")]
    assert sorted(said) == sorted([WHOLE["B1"], "ของอีกคน"])


def test_a_school_that_changes_what_it_sent_by_the_same_page_is_told_how_to_correct_it(client, world, make_survey):
    survey = make_survey()
    first = posted()
    client.post(page(survey, world.school), first)

    told = client.post(page(survey, world.school), first | {"a-B1": "เปลี่ยนใจ"})

    assert told.status_code == 409
    assert "เปิดให้แก้ไข" in told.content.decode()
    assert "เปลี่ยนใจ" in told.content.decode()


def test_a_second_answer_of_a_school_is_told_of_the_first(client, signed_in, world, make_survey):
    survey = make_survey()
    address = page(survey, world.school)
    send(signed_in(world.school_head), address)
    client.logout()

    closed = client.get(address).content.decode()
    again = send(client, address)
    plain = client.post(address, posted(A1="3", B1="ข้อความที่พิมพ์"))

    assert str(world.school_head) in closed
    assert again.status_code == 409
    assert "เปิดให้แก้ไข" in again.json()["message"]
    assert plain.status_code == 409
    assert "ข้อความที่พิมพ์" in plain.content.decode()
    assert survey.answers.count() == 1


def test_two_of_one_school_at_once_one_wins_and_the_other_is_told(world, make_survey, door):
    survey = make_survey()
    early, late = door(survey, world.school), door(survey, world.school)
    take_answer(early, Incoming(uuid.uuid4(), dict(WHOLE)), by=world.school_head)

    with pytest.raises(AnswerRefused, match="ส่งคำตอบแล้ว"):
        take_answer(late, Incoming(uuid.uuid4(), dict(WHOLE)))

    assert survey.answers.count() == 1
    assert Response.objects.filter(collection=survey.collection).count() == 1


@pytest.mark.parametrize(("opens", "closes", "said"), [(2, 5, "ยังไม่ถึงวันเปิดรับ"), (-9, -2, "หมดเวลารับคำตอบ")])
def test_outside_its_days_the_page_says_when_it_was_open_and_whom_to_ask(
    client, world, make_survey, opens, closes, said
):
    today = timezone.localdate()
    survey = make_survey(audience="link", opens_on=today, closes_on=today)
    type(survey).objects.filter(pk=survey.pk).update(
        opens_on=today + timedelta(days=opens), closes_on=today + timedelta(days=closes)
    )

    shown = client.get(page(survey)).content.decode()
    sent = send(client, page(survey))

    assert said in shown
    assert "เปิดรับ" in shown
    assert "สอบถาม" in shown
    assert sent.status_code == 409
    assert not survey.answers.exists()


def test_a_closed_survey_takes_nothing_until_it_is_extended(client, world, make_survey):
    survey = make_survey(audience="link")
    perform(survey, "close", by=world.head)
    assert send(client, page(survey)).status_code == 409

    extend_survey(survey, closes_on=timezone.localdate() + timedelta(days=9), by=world.head, reason="โรงเรียนขอเพิ่มเวลา")

    assert send(client, page(survey)).status_code == 200


def test_a_merged_school_is_told_with_whom(client, world, make_survey):
    survey = make_survey()
    address = page(survey, world.other_school)
    merge_school(world.other_school, into=world.school, on=timezone.localdate(), by=world.head)

    shown = client.get(address).content.decode()

    assert f"รวมกับ{world.school}" in shown
    assert send(client, address).status_code == 409


def test_the_office_opens_an_answer_and_the_school_sends_it_corrected(client, world, make_survey):
    survey = make_survey()
    address = page(survey, world.school)
    send(client, address)
    answer = survey.answers.get()
    reopen_answer(answer, by=world.supervisor, reason="โปรดตรวจข้อ 1")
    assert not Tally.objects.filter(collection=survey.collection, responses__gt=0).exists()
    shown = client.get(address).content.decode()
    assert "โปรดตรวจข้อ 1" in shown
    assert "ครูใช้สื่อได้ดี" in shown

    response = send(client, address, A1="2", B1="แก้ไขแล้ว")

    assert response.status_code == 200
    answer.refresh_from_db()
    held = {key: entry.get("v") for key, entry in answer.response.answers.items()}
    assert held == {"A1": 2, "A2": None, "B1": "แก้ไขแล้ว"}
    assert answer.reopened_at is None
    assert answer.response.is_locked
    assert replay(answer.response) == answer.response.answers
    assert Tally.objects.get(collection=survey.collection, kind="office").responses == 1
    assert send(client, address).status_code == 409


def test_the_office_may_keep_the_answer_as_it_was(client, world, make_survey):
    survey = make_survey()
    send(client, page(survey, world.school))
    answer = survey.answers.get()
    reopen_answer(answer, by=world.supervisor, reason="โปรดตรวจ")

    keep_answer(answer, by=world.supervisor)

    assert Tally.objects.get(collection=survey.collection, kind="office").responses == 1


@pytest.mark.parametrize("token", ["x", "a" * 16, "a" * 18, "a" * 400, "ก" * 18, "%00"])
def test_a_wrong_address_leads_nowhere(client, world, make_survey, token):
    make_survey()
    make_survey(audience="link")

    shown = client.get(reverse("surveys:answer", args=[token]))
    assert (shown.status_code, "ขอลิงก์ใหม่" in shown.content.decode()) == (404, True)
    assert client.post(reverse("surveys:answer-send", args=[token])).status_code == 404


def test_a_draft_has_no_page_yet(client, world, make_survey):
    survey = make_survey(state="draft", audience="link")

    assert client.get(page(survey)).status_code == 404


def test_the_address_of_a_school_survey_itself_opens_nothing(client, world, make_survey):
    assert client.get(page(make_survey())).status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"id": "x", "answers": {}}', b"[" * 100_000, b"\xff\xfe", b'{"id": 5, "answers": 5}',
     b'{"id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "answers": {"A1": "5"}, "na": [5]}'],
)  # fmt: skip
def test_what_is_no_answer_is_refused_in_thai(client, world, make_survey, body):
    survey = make_survey(audience="link")

    answer = client.post(f"{page(survey)}send/", body, content_type="application/json")

    assert answer.status_code == 422
    assert "โปรด" in answer.json()["message"]
    assert not survey.answers.exists()


def test_a_huge_post_is_refused_before_it_is_read(client, world, make_survey):
    survey = make_survey(audience="link")

    answer = client.post(f"{page(survey)}send/", b"x" * (2 * 1024 * 1024 + 1), content_type="application/json")

    assert answer.status_code == 413


def test_the_page_of_an_answer_is_kept_by_no_robot_and_no_cache(client, world, make_survey):
    shown = client.get(page(make_survey(audience="link")))

    assert "noindex" in shown["X-Robots-Tag"]
    assert "no-store" in shown["Cache-Control"]
    assert shown["Referrer-Policy"] == "no-referrer"


def test_an_answer_costs_the_same_however_many_there_are(client, world, make_survey, django_assert_max_num_queries):
    survey = make_survey(audience="link")
    for _ in range(3):
        send(client, page(survey))

    with django_assert_max_num_queries(14):
        assert send(client, page(survey)).status_code == 200

    assert survey.answers.count() == 4
    assert AnswerBatch.objects.filter(response__collection=survey.collection).count() == 4
    assert SurveyAnswer.objects.count() == 4
