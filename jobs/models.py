"""What is stored of a file that one person asked for: how far it is, and where it lies."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

KEPT = timedelta(days=7)
"""How long a finished file is kept."""
DEAD_AFTER = timedelta(minutes=3)
"""A running job that says nothing for this long has lost its worker."""
NOBODY_WORKS_AFTER = timedelta(seconds=8)
"""A job that waits for this long while none runs waits for a worker that isn't there."""


class MadeFileQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(status__in=(MadeFile.WAITING, MadeFile.RUNNING))

    def dead(self):
        """Said to be running, by a worker that has been silent for too long."""
        return self.filter(status=MadeFile.RUNNING, beat_at__lt=timezone.now() - DEAD_AFTER)


def file_path(job: "MadeFile", _name: str) -> str:
    """An unguessable place."""
    return f"{job._meta.model_name}s/{uuid.uuid4().hex}.{job.extension}"


class MadeFile(models.Model):
    """One file that one person asked for. Written by ``jobs.making`` alone; a subclass says what it is made of."""

    WAITING, RUNNING, DONE, FAILED, CANCELLED, GONE = "waiting", "running", "done", "failed", "cancelled", "gone"
    STATUSES = [
        (WAITING, "รอคิว"),
        (RUNNING, "กำลังเขียนไฟล์"),
        (DONE, "ไฟล์พร้อมแล้ว"),
        (FAILED, "ไม่สำเร็จ"),
        (CANCELLED, "ยกเลิกแล้ว"),
        (GONE, "ลบไฟล์แล้ว"),
    ]

    ask = models.UUIDField(editable=False)
    """Made with the page that asks, so that asking twice is asking once."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้ขอ", on_delete=models.PROTECT, related_name="+", editable=False
    )
    status = models.CharField("สถานะ", max_length=10, choices=STATUSES, default=WAITING, editable=False)
    attempt = models.PositiveIntegerField("ครั้งที่", default=0, editable=False)
    """Which attempt is running: an earlier one that wakes up again finds that it is not meant."""
    total = models.PositiveIntegerField("ทั้งหมด", default=0, editable=False)
    done = models.PositiveIntegerField("เขียนแล้ว", default=0, editable=False)
    message = models.TextField("เหตุที่ไม่สำเร็จ", blank=True, editable=False)
    file = models.FileField("ไฟล์", upload_to=file_path, max_length=200, blank=True, editable=False)
    size = models.PositiveBigIntegerField("ขนาด (ไบต์)", default=0, editable=False)
    sha256 = models.CharField("ลายนิ้วมือของไฟล์", max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField("ขอเมื่อ", default=timezone.now, editable=False)
    beat_at = models.DateTimeField("ความเคลื่อนไหวล่าสุด", null=True, editable=False)
    finished_at = models.DateTimeField("เสร็จเมื่อ", null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["by", "ask"], name="one_%(class)s_per_ask")]
        indexes = [models.Index(fields=["status", "beat_at"], name="%(class)s_by_status")]

    @property
    def extension(self) -> str:
        raise NotImplementedError

    def get_absolute_url(self) -> str:
        raise NotImplementedError

    @property
    def is_unfinished(self) -> bool:
        return self.status in (self.WAITING, self.RUNNING)

    @property
    def kept_until(self):
        """When the file will be deleted."""
        return self.finished_at + KEPT if self.finished_at else None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    @property
    def waits_for_nobody(self) -> bool:
        """Whether it has been waiting for so long that no worker seems to be there; asks the database."""
        if self.status != self.WAITING or timezone.now() - (self.beat_at or self.created_at) < NOBODY_WORKS_AFTER:
            return False
        alive = timezone.now() - DEAD_AFTER
        return not type(self)._default_manager.filter(status=self.RUNNING, beat_at__gte=alive).exists()

    @property
    def is_dead(self) -> bool:
        return self.status == self.RUNNING and self.beat_at is not None and timezone.now() - self.beat_at > DEAD_AFTER
