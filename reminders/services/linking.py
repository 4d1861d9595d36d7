"""A person's switches, and how a LINE account becomes theirs.

The code is shown to the signed-in person and sent from the LINE account: whoever links has both in hand.
"""

import logging

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django_tasks import task

from accounts.models import User
from reminders import line
from reminders.models import LineCode, LineLink, Preference
from workflows.services import tell

logger = logging.getLogger(__name__)

TRIES_AN_HOUR = 10
"""Wrong codes of one LINE account; after that nothing it sends is looked at for the hour."""
LINKED = "เชื่อมบัญชี LINE นี้กับระบบนิเทศเรียบร้อยแล้ว ระบบจะเตือนงานของท่านที่นี่ไม่เกินวันละหนึ่งข้อความ"
NOT_LINKED = "รหัสนี้ใช้ไม่ได้หรือหมดเวลาแล้ว โปรดขอรหัสใหม่ในหน้า “การเตือนของฉัน” ของระบบนิเทศ แล้วส่งรหัสมาอีกครั้ง"


class ReminderRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """What was asked for can't be done; the message is a Thai sentence for the person who asked."""


def set_preference(*, by: User, email: bool, line: bool, days_ahead: int) -> Preference:
    """Keep the person's switches."""
    values = {"email": email, "line": line, "days_ahead": days_ahead}
    return Preference.objects.update_or_create(user=by, defaults=values)[0]


def new_line_code(*, by: User) -> LineCode:
    """A fresh code for the person; the one before it no longer works."""
    if not line.is_configured():
        raise ReminderRefused("ระบบนี้ยังไม่ได้เชื่อมกับ LINE Official Account โปรดแจ้งผู้ดูแลระบบของเขตพื้นที่หากต้องการใช้")
    with transaction.atomic():
        LineCode.objects.filter(user=by).delete()
        return LineCode.objects.create(user=by)


def unlink_line(*, by: User) -> None:
    """Nothing is sent to the person's LINE account any more; what waits to be sent is withdrawn when its turn comes."""
    LineLink.objects.filter(user=by).delete()
    LineCode.objects.filter(user=by).delete()


def forget_line_account(line_user_id: str) -> None:
    """The LINE account has blocked the office's."""
    LineLink.objects.filter(line_user_id=line_user_id).delete()


def link_by_code(text: str, line_user_id: str) -> User | None:
    """Link the LINE account that sent this text, where it is a code that works; answers whose code it was.

    The person is told inside the product, so that a link that somebody else made is noticed.
    """
    counted = f"line-code:{line_user_id}"
    if (cache.get_or_set(counted, 0, 3600) or 0) >= TRIES_AN_HOUR:
        return None
    written = "".join(letter for letter in text.upper() if letter.isalnum())
    with transaction.atomic():
        code = LineCode.objects.select_for_update(of=("self",)).select_related("user").filter(code=written).first()
        if code is not None and code.is_valid and code.user.is_active:
            LineLink.objects.filter(line_user_id=line_user_id).delete()
            LineLink.objects.update_or_create(user=code.user, defaults={"line_user_id": line_user_id})
            code.delete()
            tell(
                [code.user],
                "เชื่อมบัญชี LINE เพื่อรับการเตือนแล้ว หากท่านไม่ได้ทำเอง โปรดยกเลิกการเชื่อมทันที",
                reverse("reminders:mine"),
            )
            return code.user
    try:
        cache.incr(counted)
    except ValueError:  # gone in the same moment
        cache.set(counted, 1, 3600)
    return None


@task()
def answer_on_line(token: str, text: str) -> None:
    """Answer a person on LINE; an answer that can't be given is no loss, the page shows the link."""
    try:
        line.reply(token, text)
    except (line.LineRefused, line.LineBusy) as error:
        logger.warning("LINE reply: %s", error)
