"""LINE: who is linked, what is pushed, what LINE answers. Its server stands on this machine."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.urls import reverse

from reminders.models import LINE, LineCode, LineLink, Message, Preference
from reminders.services.linking import TRIES_AN_HOUR, link_by_code, new_line_code
from reminders.services.sending import deliver_due, queue_reminders
from tests.supervision.factories import FIRST_DAY, make_recommendation, make_visit
from workflows.models import Notice

WEBHOOK = "/reminders/line/webhook/"


@pytest.fixture
def linked(day, world, line):
    """The head of the school has one thing that is late, LINE linked and no mail."""
    visit = make_visit(world.school, world.supervisor, state="closed", starts_on=FIRST_DAY - timedelta(days=30))
    make_recommendation(visit, "ให้จัดทำแผนลับเฉพาะ", due_on=FIRST_DAY - timedelta(days=3))
    Preference.objects.create(user=world.school_head, email=False)
    return LineLink.objects.create(user=world.school_head, line_user_id="U-head")


def call(client, *events, secret="secret-of-the-office", **changes):
    body = json.dumps({"destination": "x", "events": list(events)}).encode()
    signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    headers = {"X-Line-Signature": signature} | changes
    return client.post(WEBHOOK, body, content_type="application/json", headers=headers)


def text(said, sender="U-new", **more):
    return {
        "type": "message", "replyToken": "r", "source": {"type": "user", "userId": sender},
        "message": {"type": "text", "text": said}, **more,
    }  # fmt: skip


# -- Pushing -------------------------------------------------------------------------------------------------------


def test_a_reminder_is_pushed_once_with_the_token_and_a_key_and_without_what_was_advised(linked, line):
    queue_reminders()
    deliver_due()
    deliver_due()

    message = Message.objects.get()
    ((path, headers, body),) = line.asked
    assert path == "/v2/bot/message/push"
    assert headers["Authorization"] == "Bearer token-of-the-office"
    assert headers["X-Line-Retry-Key"] == str(message.retry_key)
    assert body["to"] == "U-head"
    assert "โรงเรียนวัดสุทธิ เลยกำหนด 3 วัน" in body["messages"][0]["text"]
    assert "ลับเฉพาะ" not in body["messages"][0]["text"]
    assert (message.channel, message.status) == (LINE, Message.SENT)


@pytest.mark.parametrize(
    ("code", "said", "status", "reason"),
    [
        (400, "The property, 'to', is invalid", Message.FAILED, "LINE ไม่รับข้อความนี้ (400: The property"),
        (401, "Authentication failed", Message.FAILED, "LINE_CHANNEL_TOKEN"),
        (409, "The retry key is already accepted", Message.SENT, ""),
        (429, "You have reached your monthly limit.", Message.FAILED, "ครบจำนวนข้อความของเดือนนี้"),
        (429, "The API rate limit has been exceeded", Message.QUEUED, "(429)"),
        (500, "", Message.QUEUED, "(500)"),
        (302, "", Message.FAILED, "(302"),
    ],
)
def test_what_line_answers_is_final_or_for_now(linked, line, code, said, status, reason):
    line.answers.append((code, {"message": said}))
    queue_reminders()
    deliver_due()

    message = Message.objects.get()
    assert message.status == status
    assert reason in message.reason
    assert len(line.asked) == 1


def test_what_is_tried_again_bears_the_same_key(linked, line, day):
    line.answers.append((503, {}))
    queue_reminders()
    deliver_due()
    day.shift(timedelta(minutes=6))
    deliver_due()

    assert len({headers["X-Line-Retry-Key"] for _path, headers, _body in line.asked}) == 1
    assert len(line.asked) == 2
    assert Message.objects.get().status == Message.SENT


def test_where_line_can_not_be_reached_the_message_waits(linked, settings):
    settings.LINE_API_URL = "http://127.0.0.1:9"
    queue_reminders()
    deliver_due()

    assert Message.objects.get().status == Message.QUEUED


@pytest.mark.parametrize("why", ["unlinked", "switched off", "not configured"])
def test_without_a_link_or_a_switch_or_a_channel_nothing_is_pushed(linked, line, settings, why):
    if why == "unlinked":
        linked.delete()
    elif why == "switched off":
        Preference.objects.update(line=False)
    else:
        settings.LINE_CHANNEL_TOKEN = ""
    queue_reminders()
    deliver_due()

    assert (line.asked, Message.objects.count()) == ([], 0)


# -- Linking -------------------------------------------------------------------------------------------------------


def test_a_code_of_the_page_sent_to_line_links_the_account_once(world, line, signed_in, client):
    client = signed_in(world.teacher)
    client.post(reverse("reminders:line-code"))
    shown = LineCode.objects.get(user=world.teacher).shown
    assert shown in client.get(reverse("reminders:mine")).content.decode()

    assert call(client, text(f" {shown.lower()} ")).status_code == 200
    assert call(client, text(shown, sender="U-thief")).status_code == 200

    assert LineLink.objects.get().line_user_id == "U-new"
    assert Notice.objects.get(user=world.teacher).text.startswith("เชื่อมบัญชี LINE")
    assert [(path, body["messages"][0]["text"][:6]) for path, _headers, body in line.asked] == [
        ("/v2/bot/message/reply", "เชื่อม"), ("/v2/bot/message/reply", "รหัสนี"),
    ]  # fmt: skip
    client.post(reverse("reminders:line-unlink"))
    assert not LineLink.objects.exists()


@pytest.mark.parametrize("changes", [{"secret": "another"}, {"X-Line-Signature": ""}, {"X-Line-Signature": "é"}])
def test_a_call_that_line_did_not_sign_does_nothing(world, line, client, changes):
    code = new_line_code(by=world.teacher)

    assert call(client, text(code.code), **changes).status_code == 403
    assert not LineLink.objects.exists()


def test_without_a_channel_there_is_no_door_and_no_code(world, client, signed_in):
    assert call(client, text("ABCD2345")).status_code == 404
    page = signed_in(world.teacher).post(reverse("reminders:line-code"), follow=True).content.decode()
    assert "ยังไม่ได้เชื่อมกับ LINE Official Account" in page
    assert not LineCode.objects.exists()


def test_a_code_grows_old_and_guessing_is_stopped(world, line, day):
    code = new_line_code(by=world.teacher)
    day.shift(timedelta(minutes=16))
    assert link_by_code(code.code, "U-late") is None

    fresh = new_line_code(by=world.teacher)
    for _ in range(TRIES_AN_HOUR):
        assert link_by_code("AAAAAAAA", "U-guess") is None
    assert link_by_code(fresh.code, "U-guess") is None
    assert link_by_code(fresh.code, "U-honest") == world.teacher


def test_one_line_account_reminds_one_person_and_blocking_unlinks(world, line, client):
    for person in (world.teacher, world.head):
        link_by_code(new_line_code(by=person).code, "U-both")
    assert [link.user for link in LineLink.objects.all()] == [world.head]

    gone = {"type": "unfollow", "source": {"type": "user", "userId": "U-both"}}
    assert call(client, gone, {"type": "join", "source": {"type": "group", "groupId": "C"}}).status_code == 200
    assert not LineLink.objects.exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff"])
def test_a_signed_call_that_says_nothing_is_refused(line, client, db, body):
    signature = base64.b64encode(hmac.digest(b"secret-of-the-office", body, hashlib.sha256)).decode()

    assert (
        client.post(WEBHOOK, body, content_type="application/json", headers={"X-Line-Signature": signature}).status_code
        == 400
    )
