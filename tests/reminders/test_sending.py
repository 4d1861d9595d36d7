"""One message a day at most, of what waits at that moment, to whoever wants it."""

import smtplib
import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import RoleAssignment
from reminders.models import EMAIL, LINE, LineLink, Message, Preference
from reminders.services.linking import ReminderRefused
from reminders.services.sending import PAUSES, deliver_due, queue_reminders, retry_message
from tests.supervision.factories import FIRST_DAY, make_recommendation, make_visit, put

DAY = timedelta(days=1)


@pytest.fixture
def overdue(day, world):
    """One thing that is late, of one person: the head of the school."""
    visit = make_visit(world.school, world.supervisor, state="closed", starts_on=FIRST_DAY - 30 * DAY)
    return make_recommendation(visit, due_on=FIRST_DAY - 3 * DAY)


def remind():
    queue_reminders()
    return deliver_due()


def outcome() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("channel", "status"))


# -- What is said, and to whom -------------------------------------------------------------------------------------


def test_a_letter_says_what_is_late_due_and_due_soon_with_its_links(overdue, world, mailoutbox, settings):
    settings.SITE_URL = "https://nithet.example.go.th/"
    visit = overdue.visit
    make_recommendation(visit, "จัดมุมอ่าน", due_on=FIRST_DAY)
    make_recommendation(visit, "ปรับหลักสูตร", state="planned", due_on=FIRST_DAY + 2 * DAY)
    make_recommendation(visit, "ยังอีกนาน", due_on=FIRST_DAY + 30 * DAY)

    call_command("send_reminders")

    (letter,) = mailoutbox
    assert letter.to == [world.school_head.email]
    assert letter.subject == "งานที่รอท่าน: เลยกำหนด 1 เรื่อง ครบกำหนดวันนี้ 1 เรื่อง ใกล้ครบกำหนด 1 เรื่อง"
    assert f"https://nithet.example.go.th{overdue.get_absolute_url()}" in letter.body
    assert "เลยกำหนด 3 วัน (28 พ.ย. 2569)" in letter.body
    assert letter.body.index("จัดทำปฏิทินนิเทศภายใน") < letter.body.index("จัดมุมอ่าน") < letter.body.index("ปรับหลักสูตร")
    assert "ยังอีกนาน" not in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert outcome() == [(EMAIL, Message.SENT)]


def test_nobody_has_two_messages_on_a_day_and_nothing_unchanged_is_said_again_within_a_week(
    overdue, world, day, mailoutbox
):
    remind()
    remind()
    assert len(mailoutbox) == 1

    counts = []
    for away in range(1, 10):
        day.move_to(f"{FIRST_DAY + away * DAY}T07:00:00+07:00")
        remind()
        counts.append(len(mailoutbox))
    assert counts == [1, 1, 1, 1, 1, 1, 2, 2, 2]

    make_recommendation(overdue.visit, "เรื่องใหม่", due_on=FIRST_DAY + 10 * DAY)
    day.move_to(f"{FIRST_DAY + 10 * DAY}T07:00:00+07:00")
    remind()
    assert "ครบกำหนดวันนี้ 1 เรื่อง" in mailoutbox[-1].subject
    assert len(mailoutbox) == 3


def test_what_is_done_between_queueing_and_sending_is_left_out_or_the_message_withdrawn(overdue, world, mailoutbox):
    other = make_recommendation(overdue.visit, "อีกเรื่อง", due_on=FIRST_DAY)
    queue_reminders()
    put(overdue, "verified")
    deliver_due()
    assert "จัดทำปฏิทินนิเทศภายใน" not in mailoutbox[0].body

    Message.objects.all().delete()
    queue_reminders()
    put(other, "verified")
    deliver_due()

    assert len(mailoutbox) == 1
    assert outcome() == [(EMAIL, Message.WITHDRAWN)]


@pytest.mark.parametrize("when", ["before", "after queueing"])
@pytest.mark.parametrize("why", ["switched off", "no address", "out of office", "account closed"])
def test_who_does_not_want_it_or_is_not_there_is_not_written_to(overdue, world, mailoutbox, why, when):
    if when == "after queueing":
        queue_reminders()
    if why == "switched off":
        Preference.objects.create(user=world.school_head, email=False)
    elif why == "no address":
        world.school_head.email = ""
        world.school_head.save()
    elif why == "out of office":
        RoleAssignment.objects.filter(user=world.school_head).update(ends_on=FIRST_DAY - DAY)
    else:
        world.school_head.is_active = False
        world.school_head.save()

    remind()

    assert mailoutbox == []
    assert outcome() == ([] if when == "before" else [(EMAIL, Message.WITHDRAWN)])


def test_how_long_before_is_ones_own_choice(day, world, mailoutbox):
    make_visit(world.school, world.supervisor, team=[world.colleague], starts_on=FIRST_DAY + 7 * DAY)
    Preference.objects.create(user=world.colleague, days_ahead=7)

    remind()

    assert [letter.to for letter in mailoutbox] == [[world.colleague.email]]


def test_a_dry_run_names_who_would_be_told_and_leaves_nothing(overdue, world, mailoutbox, capsys):
    call_command("send_reminders", dry_run=True)

    assert str(world.school_head) in capsys.readouterr().out
    assert (len(mailoutbox), Message.objects.count()) == (0, 0)


# -- What goes wrong -----------------------------------------------------------------------------------------------


class Broken:
    """A mail server that fails in its own way, and counts how often it was asked."""

    def __init__(self, error):
        self.error, self.asked = error, 0

    def send_messages(self, letters):
        self.asked += 1
        raise self.error


def test_a_server_that_is_away_is_tried_again_later_and_later_and_then_no_more(overdue, day):
    server = Broken(ConnectionRefusedError())
    queue_reminders()
    for pause in [*PAUSES, timedelta(0)]:
        assert deliver_due(server).later + deliver_due(server).later <= 1
        day.shift(pause + timedelta(seconds=1))

    message = Message.objects.get()
    assert (server.asked, message.status, message.tries) == (5, Message.FAILED, 5)
    assert message.reason.startswith("ลองส่ง 5 ครั้งแล้วไม่สำเร็จ: ติดต่อเซิร์ฟเวอร์อีเมลไม่ได้")


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no such")}), Message.FAILED, "(550)"),
        (smtplib.SMTPRecipientsRefused({"a": (451, b"later")}), Message.QUEUED, "(451)"),
        (smtplib.SMTPDataError(554, b"spam"), Message.FAILED, "(554)"),
        (smtplib.SMTPAuthenticationError(535, b"no"), Message.QUEUED, "EMAIL_URL"),
        (smtplib.SMTPServerDisconnected(), Message.QUEUED, "ติดต่อเซิร์ฟเวอร์อีเมลไม่ได้"),
    ],
)
def test_a_refusal_is_final_or_for_now_and_says_so(overdue, error, status, said):
    queue_reminders()
    deliver_due(Broken(error))

    message = Message.objects.get()
    assert message.status == status
    assert said in message.reason


def test_one_that_can_not_leave_keeps_no_other_back(overdue, world, mailoutbox, day):
    make_visit(world.school, world.supervisor, starts_on=FIRST_DAY)
    queue_reminders()
    world.school_head.email = "two@lines\nexample"
    world.school_head.save()

    done = deliver_due()

    assert (done.sent, done.failed) == (1, 1)


def test_a_failed_message_is_sent_again_on_its_day_by_who_keeps_the_outbox(overdue, world, day, mailoutbox):
    queue_reminders()
    deliver_due(Broken(smtplib.SMTPDataError(554, b"")))
    message = Message.objects.get()
    with pytest.raises(ReminderRefused, match="ผู้อำนวยการกลุ่มนิเทศฯ"):
        retry_message(message, by=world.school_head)

    retry_message(message, by=world.head)

    assert len(mailoutbox) == 1
    with pytest.raises(ReminderRefused, match="ไม่ได้อยู่ในสถานะ"):
        retry_message(message, by=world.head)
    day.shift(DAY)
    with pytest.raises(ReminderRefused, match="ของวันก่อน"):
        retry_message(message, by=world.head)


def test_a_message_of_yesterday_is_not_sent_today(overdue, day, mailoutbox):
    queue_reminders()
    day.shift(DAY)

    assert remind().withdrawn == 1
    assert len(mailoutbox) == 1
    assert sorted(outcome()) == [(EMAIL, Message.SENT), (EMAIL, Message.WITHDRAWN)]


def test_what_a_dead_process_left_is_sent_once_more_by_line_and_never_by_mail(overdue, world, line, mailoutbox):
    LineLink.objects.create(user=world.school_head, line_user_id="U1")
    queue_reminders()
    Message.objects.update(status=Message.SENDING, claimed_at=timezone.now() - timedelta(hours=1))

    deliver_due()

    assert sorted(outcome()) == [(EMAIL, Message.FAILED), (LINE, Message.SENT)]
    assert (len(mailoutbox), len(line.asked)) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_send_one_message(overdue, world):
    gate, sent = threading.Barrier(3), []

    class Slow:
        def send_messages(self, letters):
            sent.extend(letters)
            return len(letters)

    def run():
        gate.wait(timeout=30)
        try:
            queue_reminders()
            deliver_due(Slow())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(sent) == 1
    assert outcome() == [(EMAIL, Message.SENT)]
