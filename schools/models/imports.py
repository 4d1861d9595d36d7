"""Files brought in: what was previewed, what was decided, what became of each row."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from schools.models.register import MANAGERS, AreaOffice


class ImportKind(models.TextChoices):
    SCHOOLS = "schools", "ทะเบียนสถานศึกษา"
    ENROLMENT = "enrolment", "จำนวนนักเรียน"
    RESULTS = "results", "ผลการทดสอบระดับชาติ"


class ImportState(models.TextChoices):
    PREVIEWED = "previewed", "รอยืนยัน"
    CONFIRMED = "confirmed", "นำเข้าแล้ว"
    CANCELLED = "cancelled", "ยกเลิกแล้ว"


class ImportJobQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Imports into the areas one keeps, and one's own imports across all areas."""
        return self.filter(Q(area__in=user.areas_as(*MANAGERS)) | Q(area__isnull=True, uploaded_by_id=user.pk))

    def for_list(self):
        return self.select_related("area", "uploaded_by", "decided_by").defer("table", "report")


class ImportJob(models.Model):
    """One file brought in: what was previewed, what the person decided, and what became of each row.

    Nothing of the file reaches the register before ``state`` is confirmed. ``area`` is empty for an
    administrator's import across all areas. ``table`` holds the rows as they were read and ``report`` the
    outcome of each, both gzipped JSON; ``plan_digest`` tells whether a later reading would do the same.
    """

    kind = models.CharField("ประเภทข้อมูล", max_length=12, choices=ImportKind.choices)
    area = models.ForeignKey(
        AreaOffice,
        verbose_name="สำนักงานเขตพื้นที่",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
    )
    file_name = models.CharField("ชื่อไฟล์", max_length=200)
    file_digest = models.CharField("SHA-256 ของไฟล์", max_length=64)
    unused_columns = models.JSONField("คอลัมน์ที่ไม่ได้ใช้", default=list)
    table = models.BinaryField(default=bytes)
    report = models.BinaryField(default=bytes)
    plan_digest = models.CharField(max_length=64)
    created = models.PositiveIntegerField("สร้างใหม่", default=0)
    changed = models.PositiveIntegerField("เปลี่ยนแปลง", default=0)
    unchanged = models.PositiveIntegerField("คงเดิม", default=0)
    refused = models.PositiveIntegerField("ไม่รับ", default=0)
    warned = models.PositiveIntegerField("มีข้อสังเกต", default=0)
    state = models.CharField("สถานะ", max_length=10, choices=ImportState.choices, default=ImportState.PREVIEWED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้นำเข้า", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("อัปโหลดเมื่อ", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้ยืนยัน", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField("ยืนยันเมื่อ", null=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = "การนำเข้าข้อมูล"
        verbose_name_plural = "การนำเข้าข้อมูล"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} จากไฟล์ {self.file_name}"

    def get_absolute_url(self) -> str:
        return reverse("schools:import-detail", args=[self.pk])

    @property
    def rows(self) -> int:
        return self.created + self.changed + self.unchanged + self.refused
