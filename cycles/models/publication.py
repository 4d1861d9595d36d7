"""The report of a cycle, to whom it was sent, and who opened it."""

import secrets
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import Role
from cycles.flows import DELIVERED, OFF_THE_DESK, PUBLISHED, REPORT, STAFF, WRITTEN
from cycles.models.cycle import Cycle, StepRecord
from workflows.machine import state_field
from workflows.models import Stateful


def public_slug() -> str:
    """A short address that says nothing and can't be guessed before the report is published."""
    return secrets.token_hex(8)


def delivery_token() -> str:
    return secrets.token_urlsafe(24)


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``cycles.see_report``."""
        return self.filter(
            Q(area__in=user.areas_as(*STAFF, Role.AREA_DIRECTOR))
            | Q(area__in=user.areas_as(Role.COMMITTEE, Role.CLERK), state__in=OFF_THE_DESK)
        )

    def published(self):
        """What everybody may read."""
        return self.filter(state=PUBLISHED)


class Report(Stateful):
    """รายงานผลการดำเนินงาน — of one cycle: what people write about it, and the records of its steps that it prints.

    ``records`` are the primary keys of the frozen records that it tells of, kept when it is submitted, as are its facts
    and words (``versions``): what is approved says the same for ever, even where a step is opened again.
    """

    machine = REPORT
    _history_user: Any

    area = models.ForeignKey("schools.AreaOffice", on_delete=models.PROTECT, related_name="+")
    cycle = models.OneToOneField(Cycle, verbose_name="รอบการดำเนินงาน", on_delete=models.PROTECT, related_name="report")
    title = models.CharField("ชื่อรายงาน", max_length=400)
    preface = models.TextField("คำนำ", blank=True)
    summary = models.TextField("บทสรุปสำหรับผู้บริหาร", blank=True)
    problems = models.TextField("ปัญหาและอุปสรรค", blank=True)
    suggestions = models.TextField("ข้อเสนอแนะ", blank=True)
    records = models.JSONField(default=list, editable=False)
    slug = models.CharField(max_length=32, unique=True, default=public_slug, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    """Counts the changes of its texts, so that nobody writes over another."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้รายงาน", on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("จัดทำเมื่อ", default=timezone.now, editable=False)
    published_at = models.DateTimeField("เผยแพร่เมื่อ", null=True, editable=False)
    state = state_field(REPORT)

    objects = ReportQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["state", "revision", "slug", "version", "records"])

    class Meta:
        verbose_name = "รายงานผลการดำเนินงาน"
        verbose_name_plural = "รายงานผลการดำเนินงาน"
        ordering = ["-made_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=REPORT.keys), name="cycle_report_state_is_known")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("cycles:report-detail", args=[self.pk])

    @property
    def public_url(self) -> str:
        return reverse("cycles:public-report", args=[self.slug])

    @property
    def record_code(self) -> str:
        """The code printed on the report; unique, never re-used."""
        return f"CR-{self.cycle.year}-{self.pk:05d}"

    @property
    def is_written(self) -> bool:
        """Whether its texts may be changed now."""
        return self.state in WRITTEN

    @property
    def is_delivered(self) -> bool:
        """Whether it may be sent and read by whoever got it."""
        return self.state in DELIVERED

    @property
    def is_published(self) -> bool:
        return self.state == PUBLISHED

    @property
    def is_of_last_step(self) -> bool:
        """Whether every step before the report's own is done."""
        return self.cycle.is_finished or self.cycle.present == self.cycle.steps

    def required_texts(self) -> list[tuple[str, str]]:
        """(label, text) of what a report must say before it is submitted."""
        return [("คำนำ", self.preface), ("บทสรุปสำหรับผู้บริหาร", self.summary)]

    def present_records(self) -> list[int]:
        """The last frozen record of each step that is done, in order."""
        rows = StepRecord.objects.filter(step__cycle=self.cycle_id).order_by("pk").values_list("step__number", "pk")
        last = dict(rows)
        return [last[number] for number in sorted(last) if number < self.cycle.steps]

    @cached_property
    def step_records(self) -> list[StepRecord]:
        """The records that it tells of, step by step: those kept, or those of this moment while it is written."""
        wanted = self.present_records() if self.is_written else self.records
        found = StepRecord.objects.filter(pk__in=wanted).select_related("step", "log", "log__by")
        rows = sorted(found, key=lambda record: record.step.number)
        for record in rows:
            record.step.cycle = self.cycle
        return rows

    @property
    def version_digest(self) -> str:
        """The digest of the facts and words that were last submitted."""
        versions: Any = self.versions
        return versions.order_by("-number").values_list("digest", flat=True).first() or ""

    def content_for_digest(self) -> dict:
        return {
            "cycle": self.cycle_id,
            "title": self.title,
            "texts": [self.preface, self.summary, self.problems, self.suggestions],
            "records": self.records,
            "version": self.version_digest,
        }


class Delivery(models.Model):
    """The report on its way to one school or one agency: the personal link, when it was sent, opened, asked after."""

    NEWS, MAIL, LINK = "news", "mail", "link"
    CHANNELS = [(NEWS, "แจ้งเตือนในระบบ"), (MAIL, "อีเมล"), (LINK, "คัดลอกลิงก์")]

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="deliveries")
    school = models.ForeignKey(
        "schools.School", verbose_name="โรงเรียน", on_delete=models.PROTECT, null=True, related_name="+"
    )
    agency = models.CharField("หน่วยงาน", max_length=200, blank=True)
    email = models.EmailField("อีเมล", blank=True)
    channel = models.CharField("ช่องทาง", max_length=4, choices=CHANNELS)
    token = models.CharField(max_length=40, unique=True, default=delivery_token, editable=False)
    sent_at = models.DateTimeField("ส่งเมื่อ", null=True)
    """None where it could not be handed over yet."""
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField("เตือนเมื่อ", null=True)
    opened_at = models.DateTimeField("เปิดอ่านครั้งแรกเมื่อ", null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """The person of the school who opened it signed in; None where only the link is known."""

    class Meta:
        verbose_name = "การส่งรายงาน"
        verbose_name_plural = "การส่งรายงาน"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "school"], name="one_delivery_per_school"),
            models.UniqueConstraint(
                fields=["report", "email"], condition=Q(school__isnull=True), name="one_delivery_per_partner"
            ),
        ]

    def __str__(self) -> str:
        return self.to

    @property
    def to(self) -> str:
        return str(self.school) if self.school else self.agency

    @property
    def url(self) -> str:
        return reverse("cycles:delivered-report", args=[self.token])
