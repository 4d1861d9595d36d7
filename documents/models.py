"""What an area office changes about its papers: the words of a kind, and the fonts they are printed in.

Both are reached through the office alone: who keeps its register (`AreaOffice.objects.managed_by`) keeps these too.
"""

from typing import Any

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class Wording(models.Model):
    """A passage of a kind of paper as one office wants it, instead of the text it comes with (documents/wording.py)."""

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="wordings"
    )
    kind = models.CharField("ชนิดเอกสาร", max_length=60)
    key = models.CharField("ส่วนของเอกสาร", max_length=60)
    text = models.TextField("ข้อความ")

    history = HistoricalRecords()
    _history_user: Any

    class Meta:
        verbose_name = "ข้อความมาตรฐานของเอกสาร"
        verbose_name_plural = "ข้อความมาตรฐานของเอกสาร"
        ordering = ["area", "kind", "key"]
        constraints = [models.UniqueConstraint(fields=["area", "kind", "key"], name="one_wording_each")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class FontFace(models.TextChoices):
    REGULAR = "regular", "ตัวธรรมดา"
    BOLD = "bold", "ตัวหนา"
    ITALIC = "italic", "ตัวเอน"
    BOLD_ITALIC = "bold-italic", "ตัวหนาเอน"


class OfficeFont(models.Model):
    """One face of the font that an office brought for its official papers (TH SarabunPSK or TH Sarabun New)."""

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="fonts"
    )
    face = models.CharField("แบบตัว", max_length=12, choices=FontFace.choices)
    name = models.CharField("ชื่อแบบอักษร", max_length=200)
    file = models.FileField("ไฟล์", upload_to="fonts/", max_length=200)
    digest = models.CharField("SHA-256 ของไฟล์", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้นำเข้า", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("นำเข้าเมื่อ", auto_now=True)

    history = HistoricalRecords()
    _history_user: Any

    class Meta:
        verbose_name = "แบบอักษรของสำนักงาน"
        verbose_name_plural = "แบบอักษรของสำนักงาน"
        ordering = ["area", "face"]
        constraints = [models.UniqueConstraint(fields=["area", "face"], name="one_font_a_face")]

    def __str__(self) -> str:
        return f"{self.name} {self.get_face_display()}"
