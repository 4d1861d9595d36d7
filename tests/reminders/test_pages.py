"""One's own switches and messages, and the outbox of the office."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from reminders.models import Message, Preference
from tests.supervision.factories import FIRST_DAY, make_visit

MINE, OUTBOX = "/reminders/", "/reminders/outbox/"


@pytest.fixture
def reminded(day, world):
    make_visit(world.school, world.supervisor, starts_on=FIRST_DAY)
    make_visit(world.far_school, world.far_supervisor, starts_on=FIRST_DAY)
    call_command("send_reminders")
    return Message.objects.get(user=world.supervisor)


def test_a_person_switches_channels_and_chooses_the_days(world, signed_in):
    client = signed_in(world.supervisor)
    assert "checked" in client.get(MINE).content.decode()

    assert client.post(MINE, {"line": "on", "days_ahead": "7"}).status_code == 302
    kept = Preference.objects.get(user=world.supervisor)
    assert (kept.email, kept.line, kept.days_ahead) == (False, True, 7)

    assert client.post(MINE, {"days_ahead": "99"}).status_code == 422
    assert Preference.objects.get(user=world.supervisor) == kept


def test_what_was_sent_is_read_by_the_person_and_by_nobody_else(reminded, world, signed_in):
    assert "วัดสุทธิ" in signed_in(world.supervisor).get(MINE).content.decode()
    assert "วัดสุทธิ" not in signed_in(world.head).get(MINE).content.decode()
    assert "วัดสุทธิ" not in signed_in(world.head).get(OUTBOX).content.decode()


def test_the_outbox_holds_the_messages_of_ones_own_office(reminded, world, signed_in):
    def listed(user, query=""):
        return [message.user for message in signed_in(user).get(OUTBOX + query).context["page"]]

    assert listed(world.head) == [world.supervisor]
    assert listed(world.far_head) == [world.far_supervisor]
    assert listed(world.head, "?q=สมใจ&status=sent&channel=email") == [world.supervisor]
    assert listed(world.head, "?status=failed") == []
    assert signed_in(world.supervisor).get(OUTBOX).status_code == 404


def test_who_keeps_the_outbox_sees_why_and_sends_again(reminded, world, signed_in, mailoutbox):
    Message.objects.filter(pk=reminded.pk).update(status=Message.FAILED, reason="เซิร์ฟเวอร์อีเมลไม่รับข้อความ (554)")
    retry = reverse("reminders:message-retry", args=[reminded.pk])
    assert signed_in(world.far_head).post(retry).status_code == 404
    client = signed_in(world.head)
    page = client.get(OUTBOX).content.decode()
    assert "(554)" in page
    assert retry in page
    before = len(mailoutbox)

    client.post(retry)

    assert len(mailoutbox) == before + 1
    assert retry not in client.get(OUTBOX).content.decode()
