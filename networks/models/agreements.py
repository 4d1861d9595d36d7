"""Agreements and orders of a network, as files."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class AgreementKind(models.TextChoices):
    AGREEMENT = "agreement", "ข้อตกลงความร่วมมือ"
    ORDER = "order", "คำสั่งแต่งตั้ง"
    OTHER = "other", "เอกสารอื่น"


def agreement_path(agreement: "Agreement", name: str) -> str:
    """Where a file is kept; its name tells nobody what it is."""
    return f"networks/{agreement.network_id}/{agreement.uuid}.{name.rpartition('.')[2]}"


class AgreementQuerySet(models.QuerySet):
    def kept(self):
        """Those that were not taken off the page."""
        return self.filter(removed_at__isnull=True)


class Agreement(models.Model):
    """ข้อตกลงความร่วมมือ or คำสั่งแต่งตั้ง, as it was signed. Taken off the page, the file is kept and given to nobody."""

    network = models.ForeignKey("networks.Network", on_delete=models.PROTECT, related_name="agreements")
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("ประเภทเอกสาร", max_length=10, choices=AgreementKind.choices)
    title = models.CharField("เรื่อง", max_length=300)
    number = models.CharField("เลขที่", max_length=60, blank=True, help_text="เช่น 125/2569")
    dated_on = models.DateField("ลงวันที่")
    file = models.FileField("ไฟล์", upload_to=agreement_path)
    name = models.CharField("ชื่อไฟล์", max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "เอกสารของเครือข่าย"
        verbose_name_plural = "เอกสารของเครือข่าย"
        ordering = ["-dated_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.title}"
