"""What is stored of reminders: each person's switches, the link to LINE, and the outbox."""

import secrets
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.flows import Role
from reminders.people import in_offices
from reminders.registry import AHEAD

EMAIL, LINE = "email", "line"
CHANNELS = [(EMAIL, "อีเมล"), (LINE, "LINE")]
DAYS_AHEAD = 3
CODE_LASTS = timedelta(minutes=15)
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody mistakes for each other."""


class Preference(models.Model):
    """One person's switches; who has none stored has both channels on and is told three days before."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_preference")
    email = models.BooleanField("เตือนทางอีเมล", default=True)
    line = models.BooleanField("เตือนทาง LINE", default=True)
    days_ahead = models.PositiveSmallIntegerField(
        "เตือนล่วงหน้า", default=DAYS_AHEAD, validators=[MaxValueValidator(AHEAD.days)]
    )

    class Meta:
        verbose_name = "การตั้งค่าการเตือน"
        verbose_name_plural = "การตั้งค่าการเตือน"

    def __str__(self) -> str:
        return f"การเตือนของ {self.user}"

    def wants(self, channel: str) -> bool:
        return self.email if channel == EMAIL else self.line


class LineLink(models.Model):
    """The LINE account that a person has linked. One LINE account reminds one person."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="line_link")
    line_user_id = models.CharField("ผู้ใช้ LINE", max_length=64, unique=True)
    linked_at = models.DateTimeField("เชื่อมเมื่อ", default=timezone.now)

    class Meta:
        verbose_name = "การเชื่อมบัญชี LINE"
        verbose_name_plural = "การเชื่อมบัญชี LINE"

    def __str__(self) -> str:
        return f"LINE ของ {self.user}"


def new_code() -> str:
    """Eight letters: with fifteen minutes to guess and a few tries for each LINE account, enough."""
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


class LineCode(models.Model):
    """What a signed-in person sends to the office's LINE account to link it: works once, for a quarter of an hour."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="line_code")
    code = models.CharField(max_length=8, unique=True, default=new_code)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "รหัสเชื่อม LINE"
        verbose_name_plural = "รหัสเชื่อม LINE"

    def __str__(self) -> str:
        return f"รหัสเชื่อม LINE ของ {self.user}"

    @property
    def is_valid(self) -> bool:
        return self.made_at + CODE_LASTS > timezone.now()

    @property
    def ends_at(self):
        return self.made_at + CODE_LASTS

    @property
    def shown(self) -> str:
        return f"{self.code[:4]}-{self.code[4:]}"


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``reminders.see_message``."""
        return self.all() if user.is_staff else self.filter(Q(user=user) | self._of_office(user))

    def in_outbox_of(self, user):
        """The list form of ``reminders.retry_message``: without what is one's own alone."""
        return self.all() if user.is_staff else self.filter(self._of_office(user))

    @staticmethod
    def _of_office(user) -> Q:
        areas = user.areas_as(Role.GROUP_HEAD)
        return Q(user__in=in_offices(areas, timezone.localdate())) if areas else Q(pk__in=[])


class Message(models.Model):
    """One reminder to one person by one channel on one day: the outbox.

    What it says is written at the moment of sending, so that nothing is in it that was done before. That there is one
    row a day is held by the database, whoever runs the command however often.
    """

    QUEUED, SENDING, SENT, FAILED, WITHDRAWN = "queued", "sending", "sent", "failed", "withdrawn"
    STATUSES = {
        QUEUED: ("รอส่ง", "info"),
        SENDING: ("กำลังส่ง", "info"),
        SENT: ("ส่งแล้ว", "success"),
        FAILED: ("ส่งไม่สำเร็จ", "danger"),
        WITHDRAWN: ("ไม่ส่ง", "dark"),
    }

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้รับ", on_delete=models.CASCADE, related_name="reminders"
    )
    channel = models.CharField("ช่องทาง", max_length=5, choices=CHANNELS)
    day = models.DateField("วันที่")
    status = models.CharField(
        "สถานะ", max_length=10, default=QUEUED, choices=[(key, label) for key, (label, _tone) in STATUSES.items()]
    )
    subject = models.CharField("เรื่อง", max_length=200, blank=True)
    body = models.TextField("ข้อความ", blank=True)
    told = models.JSONField("เรื่องที่เตือน", default=list)
    """The duties in it, each with how it stood; what was told lately is not by itself a reason for another message."""
    reason = models.CharField("เหตุผล", max_length=300, blank=True)
    """Why it was not sent, or not yet, as a Thai sentence."""
    tries = models.PositiveSmallIntegerField("จำนวนครั้งที่ลองส่ง", default=0)
    try_at = models.DateTimeField("ส่งได้ตั้งแต่", default=timezone.now)
    claimed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField("ส่งเมื่อ", null=True, editable=False)
    retry_key = models.UUIDField(default=uuid.uuid4, editable=False)
    """LINE takes a message with the same key once, however often it is sent within 24 hours."""

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "ข้อความเตือน"
        verbose_name_plural = "ข้อความเตือน"
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "channel", "day"],
                name="one_reminder_a_day",
                violation_error_message="วันนี้มีข้อความเตือนถึงผู้นี้ทางช่องทางนี้แล้ว",
            )
        ]
        indexes = [models.Index(fields=["status", "try_at"]), models.Index(fields=["day"])]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} ถึง {self.user} {self.day:%Y-%m-%d}"

    @property
    def tone(self) -> str:
        return self.STATUSES[self.status][1]
