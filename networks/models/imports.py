"""Sheets of members brought in: what was previewed, what was decided, what became of each row."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from schools.models.imports import ImportState


class MemberImport(models.Model):
    """One sheet of members. Nothing of it reaches the network before ``state`` is confirmed.

    ``table`` holds the rows as they were read and ``report`` the outcome of each, both gzipped JSON (``schools.imports``);
    ``plan_digest`` tells whether a later reading would do the same.
    """

    network = models.ForeignKey("networks.Network", on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField("ชื่อไฟล์", max_length=200)
    unused_columns = models.JSONField("คอลัมน์ที่ไม่ได้ใช้", default=list)
    table = models.BinaryField(default=bytes)
    report = models.BinaryField(default=bytes)
    plan_digest = models.CharField(max_length=64)
    created = models.PositiveIntegerField("เพิ่มใหม่", default=0)
    unchanged = models.PositiveIntegerField("มีอยู่แล้ว", default=0)
    refused = models.PositiveIntegerField("ไม่รับ", default=0)
    state = models.CharField("สถานะ", max_length=10, choices=ImportState.choices, default=ImportState.PREVIEWED)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("อัปโหลดเมื่อ", auto_now_add=True)
    decided_at = models.DateTimeField("ยืนยันเมื่อ", null=True)

    class Meta:
        verbose_name = "การนำเข้าสมาชิก"
        verbose_name_plural = "การนำเข้าสมาชิก"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return f"สมาชิกจากไฟล์ {self.file_name}"

    def get_absolute_url(self) -> str:
        return reverse("networks:member-import-detail", args=[self.network_id, self.pk])
