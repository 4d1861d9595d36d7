"""The registers of an office and the lines in them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from correspondence.flows import HEADS, OFFICE, RegisterKind, Secrecy, Urgency
from documents.numbering import Counter
from schools.models import AreaOffice
from thai.text import search_key

REF, PARTY, SUBJECT, NOTE = 80, 250, 400, 500
"""How many characters a line holds of each."""


class RegisterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``correspondence.see_register``."""
        return self.filter(area__in=user.areas_as(*OFFICE))


class Register(Counter):
    """ทะเบียน — of one kind, office and calendar year; what it holds are its ``entries``, one for each number given."""

    kind = models.CharField("ทะเบียน", max_length=12, choices=RegisterKind.choices)

    objects = RegisterQuerySet.as_manager()

    class Meta:
        verbose_name = "ทะเบียนหนังสือ"
        verbose_name_plural = "ทะเบียนหนังสือ"
        ordering = ["area", "kind", "-year"]
        constraints = [models.UniqueConstraint(fields=["area", "kind", "year"], name="one_register_per_kind_and_year")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} พ.ศ. {self.year}"


def attachment_path(entry: "Entry", name: str) -> str:
    """Where a file is kept; its name tells nobody what it is."""
    return f"correspondence/{uuid.uuid4().hex}.{name.rpartition('.')[2]}"


class EntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``correspondence.see_entry``: what is secret, for who entered it, the heads, and its paper's."""
        from correspondence.models.papers import Paper  # noqa: PLC0415 -- papers stand on registers

        return self.filter(register__area__in=user.areas_as(*OFFICE)).filter(
            Q(secrecy=Secrecy.NONE)
            | Q(by=user)
            | Q(register__area__in=user.areas_as(*HEADS))
            | Q(pk__in=Paper.objects.visible_to(user).filter(entry__isnull=False).exclude(secrecy="").values("entry"))
        )


class Entry(models.Model):
    """One line of a register: the number, the day on which it was taken, and what was received, sent or announced.

    ``number`` and ``day`` are given by ``services.registers`` and never change; a number that was taken in vain is
    cancelled and stays.
    """

    _history_user: Any
    hidden = False
    """Whether the reader sees no more than the number (``queries.hide_secrets``)."""

    register = models.ForeignKey(Register, verbose_name="ทะเบียน", on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField("เลขทะเบียน", editable=False)
    day = models.DateField("วันที่ลงทะเบียน", editable=False)
    at = models.DateTimeField("ลงทะเบียนเมื่อ", default=timezone.now, editable=False)
    ref = models.CharField("ที่", max_length=REF, blank=True)
    dated_on = models.DateField("ลงวันที่", null=True, blank=True)
    sender = models.CharField("จาก", max_length=PARTY, blank=True)
    to = models.CharField("ถึง", max_length=PARTY, blank=True)
    subject = models.CharField("เรื่อง", max_length=SUBJECT)
    action = models.CharField("การปฏิบัติ", max_length=NOTE, blank=True)
    note = models.CharField("หมายเหตุ", max_length=NOTE, blank=True)
    urgency = models.CharField("ชั้นความเร็ว", max_length=12, choices=Urgency.choices, blank=True)
    secrecy = models.CharField("ชั้นความลับ", max_length=12, choices=Secrecy.choices, blank=True)
    file = models.FileField("ไฟล์แนบ", upload_to=attachment_path, max_length=200, blank=True, editable=False)
    file_name = models.CharField(max_length=200, blank=True, editable=False)
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    key = models.TextField(editable=False, blank=True)
    """What a search compares, beside the number."""
    ask = models.UUIDField(null=True, unique=True, editable=False)
    """Made with the page that asks for a number, so that asking twice is asking once; None of a paper's own line."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้ลงทะเบียน", on_delete=models.PROTECT, related_name="+", editable=False
    )
    cancelled_at = models.DateTimeField("ยกเลิกเมื่อ", null=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้ยกเลิก", on_delete=models.PROTECT, null=True, related_name="+",
        editable=False,
    )  # fmt: skip
    cancel_reason = models.CharField("เหตุผลที่ยกเลิก", max_length=NOTE, blank=True, editable=False)

    objects = EntryQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["key", "ask"])

    class Meta:
        verbose_name = "รายการในทะเบียน"
        verbose_name_plural = "รายการในทะเบียน"
        ordering = ["register", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["register", "number"], name="register_number_is_used_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="register_numbers_begin_at_one"),
            models.CheckConstraint(condition=Q(secrecy__in=Secrecy.values), name="entry_secrecy_may_be_held"),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancel_reason="")
                | (Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancel_reason="")),
                name="register_number_is_cancelled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register.get_kind_display()} เลขที่ {self.full_number}"

    def get_absolute_url(self) -> str:
        return reverse("correspondence:entry-detail", args=[self.pk])

    def save(self, *args, **kwargs):
        self.key = search_key(f"{self.ref} {self.sender} {self.to} {self.subject}")
        super().save(*args, **kwargs)

    @property
    def area(self) -> AreaOffice:
        return self.register.area

    @property
    def area_id(self) -> int:
        return self.register.area_id

    @property
    def full_number(self) -> str:
        """15/2569."""
        return f"{self.number}/{self.register.year}"

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None
