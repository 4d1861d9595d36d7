"""The day's reminders: queued once for each person and channel, written and sent one by one.

``queue_reminders`` decides who is told something today; ``deliver_due`` sends. Between the two the work goes on, so a
message is written only when it is sent, from what waits then; where nothing does any more it is withdrawn.
"""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from accounts.models import User
from reminders import line
from reminders.models import CHANNELS, EMAIL, LINE, LineLink, Message, Preference
from reminders.queries import duties_of, duties_of_everybody, preference_of, told_lately
from reminders.services.linking import ReminderRefused
from reminders.wording import letter_of, marks_of, told_of

PAUSES = [timedelta(minutes=minutes) for minutes in (5, 15, 60, 240)]
"""After each try that failed for now; after the last one it has failed."""
LOST_AFTER = timedelta(minutes=15)
"""A message that is being sent so long is nobody's any more: its process has died."""


class NotNow(Exception):  # noqa: N818 -- to be tried again
    """The message could not leave; the text is a Thai sentence for the outbox."""


class Never(Exception):  # noqa: N818 -- a refusal, not a fault
    """The message can't leave and would not later; the text is a Thai sentence for the outbox."""


# -- Queueing ------------------------------------------------------------------------------------------------------


def queue_reminders(day: date | None = None, *, dry_run: bool = False) -> list[Message]:
    """Queue a message for everybody who is to be told something on the day; run again it adds nothing for who has one.

    A person is written to when something stands otherwise than when it was last told: it is due soon, due, late, or new
    among what waits without a day; what stands unchanged is repeated after a week. Answers the messages that are new,
    with ``dry_run`` those that would be. A fixed number of queries for each area.
    """
    day = day or timezone.localdate()
    waiting = duties_of_everybody(day)
    users = User.objects.filter(is_active=True).in_bulk(waiting)
    preferences = {found.user_id: found for found in Preference.objects.filter(user__in=waiting)}
    linked = set(LineLink.objects.filter(user__in=waiting).values_list("user", flat=True))
    had = set(Message.objects.filter(day=day).values_list("user", "channel"))
    told = told_lately(waiting, day)
    new = []
    for pk, user in users.items():
        preference = preferences.get(pk) or Preference(user=user)
        marks = marks_of(told_of(waiting[pk], day, preference.days_ahead))
        for channel, _label in CHANNELS:
            can = bool(user.email) if channel == EMAIL else pk in linked and line.is_configured()
            if not can or not preference.wants(channel) or (pk, channel) in had:
                continue
            if set(marks) - told.get((pk, channel), set()):
                new.append(Message(user=user, channel=channel, day=day, told=marks))
    if not dry_run:
        Message.objects.bulk_create(new, ignore_conflicts=True)
    return new


# -- Sending -------------------------------------------------------------------------------------------------------


@dataclass
class Delivered:
    """What became of the messages whose turn it was."""

    sent: int = 0
    withdrawn: int = 0
    failed: int = 0
    later: int = 0


def deliver_due(mail: BaseEmailBackend | None = None) -> Delivered:
    """Send every queued message whose time has come; ``mail`` in place of the configured connection.

    Any number of processes may do it at once: whoever claims a message sends it. What must wait is handed to the
    worker, and is taken up by the next run too.
    """
    _settle_the_lost()
    mail = mail or get_connection()
    done = Delivered()
    waiting = Message.objects.filter(status=Message.QUEUED, try_at__lte=timezone.now()).order_by("try_at", "pk")
    for pk in list(waiting.values_list("pk", flat=True)):
        match deliver(pk, mail):
            case Message.SENT:
                done.sent += 1
            case Message.WITHDRAWN:
                done.withdrawn += 1
            case Message.FAILED:
                done.failed += 1
            case Message.QUEUED:
                done.later += 1
    if done.later:
        _call_again()
    return done


@task()
def deliver_reminders() -> None:
    """The background's part: what was put off, or is to be tried again."""
    deliver_due()


def _call_again() -> None:
    first = Message.objects.filter(status=Message.QUEUED).order_by("try_at").values_list("try_at", flat=True).first()
    if first is not None and deliver_reminders.get_backend().supports_defer:
        deliver_reminders.using(run_after=max(first, timezone.now())).enqueue()


def deliver(pk: int, mail: BaseEmailBackend) -> str | None:
    """Claim one message, write it and send it; answers its status, None where another process has it."""
    now = timezone.now()
    claimed = Message.objects.filter(pk=pk, status=Message.QUEUED, try_at__lte=now).update(
        status=Message.SENDING, claimed_at=now, tries=F("tries") + 1
    )
    if not claimed:
        return None
    message = Message.objects.select_related("user").get(pk=pk)
    try:
        sent_by = _written(message)
        sent_by(mail)
    except Never as refusal:
        return _settle(message, Message.FAILED, str(refusal))
    except NotNow as refusal:
        return _put_off(message, str(refusal), now)
    except _Withdrawn as why:
        return _settle(message, Message.WITHDRAWN, str(why))
    message.sent_at = timezone.now()
    return _settle(message, Message.SENT, "")


class _Withdrawn(Exception):  # noqa: N818 -- the ordinary end of what is no longer needed
    """There is nothing to say to the person by this channel now; the text is a Thai sentence."""


def _written(message: Message) -> Callable[[BaseEmailBackend], None]:
    """Write the message from what waits now, keep it, and answer what sends it. Raises ``_Withdrawn``."""
    user, today = message.user, timezone.localdate()
    preference = preference_of(user)
    link = LineLink.objects.filter(user=user).first() if message.channel == LINE else None
    if message.day != today:
        raise _Withdrawn("พ้นวันแล้ว ระบบเตือนเรื่องที่ยังค้างในข้อความของวันถัดไป")
    if not preference.wants(message.channel):
        raise _Withdrawn("ผู้รับปิดการเตือนทางช่องทางนี้แล้ว")
    if message.channel == EMAIL and not user.email:
        raise _Withdrawn("ผู้รับไม่มีอีเมลในระบบแล้ว")
    if message.channel == LINE and link is None:
        raise _Withdrawn("ผู้รับยกเลิกการเชื่อมบัญชี LINE แล้ว")
    letter = letter_of(
        user, duties_of(user, today), today=today, days_ahead=preference.days_ahead, channel=message.channel
    )
    if letter is None:
        raise _Withdrawn("เรื่องที่จะเตือนเสร็จก่อนส่ง หรือผู้รับไม่ได้อยู่ในหน้าที่แล้ว")
    message.subject, message.body, message.told = letter.subject, letter.body, letter.told
    message.save(update_fields=["subject", "body", "told"])
    if link is not None:
        return lambda mail: _push(link.line_user_id, message)
    return lambda mail: _mail(message, mail)


def _push(to: str, message: Message) -> None:
    try:
        line.push(to, message.body, key=message.retry_key)
    except line.LineRefused as refusal:
        raise Never(str(refusal)) from refusal
    except line.LineBusy as refusal:
        raise NotNow(str(refusal)) from refusal


def _mail(message: Message, mail: BaseEmailBackend) -> None:
    letter = EmailMessage(
        message.subject,
        message.body,
        None,
        [message.user.email],
        connection=mail,
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        letter.send()
    except smtplib.SMTPAuthenticationError as error:
        raise NotNow("เข้าเซิร์ฟเวอร์อีเมลไม่ได้ โปรดให้ผู้ดูแลระบบตรวจ EMAIL_URL") from error
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()), (0, b""))[0]
        refused = NotNow if 400 <= code < 500 else Never
        raise refused(f"เซิร์ฟเวอร์อีเมลไม่รับที่อยู่ {message.user.email} ({code})") from error
    except smtplib.SMTPResponseException as error:
        refused = Never if error.smtp_code >= 500 else NotNow
        raise refused(f"เซิร์ฟเวอร์อีเมลไม่รับข้อความ ({error.smtp_code})") from error
    except OSError as error:
        raise NotNow("ติดต่อเซิร์ฟเวอร์อีเมลไม่ได้ ระบบจะลองส่งอีกครั้ง") from error
    except ValueError as error:
        raise Never(f"ที่อยู่อีเมล {message.user.email} ไม่ถูกรูปแบบ โปรดให้ผู้ดูแลระบบแก้ไข") from error


def _settle(message: Message, status: str, reason: str) -> str:
    message.status, message.reason = status, reason[:300]
    message.save(update_fields=["status", "reason", "sent_at"])
    return status


def _put_off(message: Message, reason: str, now: datetime) -> str:
    if message.tries > len(PAUSES):
        return _settle(message, Message.FAILED, f"ลองส่ง {message.tries} ครั้งแล้วไม่สำเร็จ: {reason}")
    message.try_at = now + PAUSES[message.tries - 1]
    message.save(update_fields=["try_at"])
    return _settle(message, Message.QUEUED, reason)


def _settle_the_lost() -> None:
    """What a process left when it died in the middle of sending.

    LINE takes the same message once, so it is sent again. A letter may have left, and two on one day are one too many.
    """
    lost = Message.objects.filter(status=Message.SENDING, claimed_at__lt=timezone.now() - LOST_AFTER)
    lost.filter(channel=LINE).update(status=Message.QUEUED, try_at=timezone.now())
    lost.filter(channel=EMAIL).update(
        status=Message.FAILED, reason="ระบบหยุดกลางคันขณะส่ง จึงไม่ทราบว่าอีเมลออกไปแล้วหรือไม่ โปรดสอบถามผู้รับก่อนส่งซ้ำ"
    )


def retry_message(message: Message, *, by: User) -> None:
    """Let a message of today that failed be sent again. Raises ``ReminderRefused``."""
    if not by.has_perm("reminders.retry_message", message):
        raise ReminderRefused("ท่านสั่งส่งข้อความนี้ใหม่ไม่ได้ ผู้ที่ทำได้คือผู้อำนวยการกลุ่มนิเทศฯ และผู้ดูแลระบบ")
    if message.day != timezone.localdate():
        raise ReminderRefused("ข้อความนี้เป็นของวันก่อน จึงไม่ส่งซ้ำ เรื่องที่ยังค้างอยู่ระบบจะเตือนในข้อความของวันถัดไปเอง")
    again = Message.objects.filter(pk=message.pk, status=Message.FAILED).update(
        status=Message.QUEUED, tries=0, try_at=timezone.now(), reason=""
    )
    if not again:
        raise ReminderRefused("ข้อความนี้ไม่ได้อยู่ในสถานะส่งไม่สำเร็จแล้ว โปรดเปิดหน้าใหม่เพื่อดูสถานะล่าสุด")
    deliver_reminders.enqueue()
