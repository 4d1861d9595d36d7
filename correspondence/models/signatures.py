"""A person's own signature as a picture."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


def signature_path(signature: "SignatureImage", name: str) -> str:
    """An unguessable place; the same picture never changes."""
    return f"signatures/{uuid.uuid4().hex}.png"


class SignatureImage(models.Model):
    """ภาพลายมือชื่อ — kept by its owner, placed by its owner alone. One that was placed on a paper stays with that paper."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="เจ้าของ", on_delete=models.PROTECT, related_name="signature_images"
    )
    file = models.FileField("ภาพ", upload_to=signature_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField("บันทึกเมื่อ", default=timezone.now)
    placed = models.BooleanField("ใช้ลงนามแล้ว", default=False)
    removed_at = models.DateTimeField("นำออกเมื่อ", null=True)

    class Meta:
        verbose_name = "ภาพลายมือชื่อ"
        verbose_name_plural = "ภาพลายมือชื่อ"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(removed_at__isnull=True), name="one_present_signature_each"
            )
        ]

    def __str__(self) -> str:
        return f"ลายมือชื่อของ{self.user}"
