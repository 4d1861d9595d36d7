"""Editions of the handbook, and what is always true of them."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from handbook.content import Book, read
from handbook.flows import AREA_READERS, DRAFT, DRAFT_READERS, EDITION, IN_REVIEW, PUBLISHED
from handbook.reach import areas_reached
from thai.years import fiscal_year
from workflows.digests import digest_of
from workflows.machine import state_field
from workflows.models import Stateful


class EditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``handbook.see_edition``: drafts for the supervision staff, the rest for everybody."""
        areas = user.areas_as(*AREA_READERS) | areas_reached(user)
        return self.filter(Q(area__in=user.areas_as(*DRAFT_READERS)) | Q(area__in=areas, state=PUBLISHED))

    def for_list(self):
        """Without the documents, newest first."""
        return self.defer("content").select_related("area", "changed_by").order_by("-fiscal_year", "-number")

    def in_force(self, on=None):
        """Published editions of years that have begun by the day (default: today), the one in force first."""
        year = fiscal_year(on or timezone.localdate())
        return self.filter(state=PUBLISHED, fiscal_year__lte=year).order_by("-fiscal_year", "-number")


class Edition(Stateful):
    """ฉบับของคู่มือ — the handbook of one fiscal year. Published, it never changes; what runs on it goes on as it was.

    ``number`` counts the editions within the year. ``content`` is the document of ``handbook.content``; ``touched``
    says of each part of a draft who changed it last: {place: [user id, moment]}.
    """

    machine = EDITION

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    fiscal_year = models.PositiveSmallIntegerField("ปีงบประมาณ")
    number = models.PositiveSmallIntegerField("ฉบับที่", default=1)
    content = models.JSONField("เนื้อหา", default=dict)
    content_hash = models.CharField("ลายนิ้วมือของเนื้อหา", max_length=64, editable=False)
    touched = models.JSONField("แก้ไขล่าสุด", default=dict, editable=False)
    based_on = models.ForeignKey(
        "self", verbose_name="ปรับปรุงจาก", on_delete=models.PROTECT, null=True, blank=True, related_name="successors"
    )
    created_at = models.DateTimeField("เริ่มเมื่อ", default=timezone.now, editable=False)
    changed_at = models.DateTimeField("แก้ไขล่าสุดเมื่อ", default=timezone.now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="แก้ไขล่าสุดโดย",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    published_at = models.DateTimeField("เผยแพร่เมื่อ", null=True, blank=True, editable=False)
    state = state_field(EDITION)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = "ฉบับของคู่มือ"
        verbose_name_plural = "คู่มือการปฏิบัติงาน"
        ordering = ["area", "-fiscal_year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "fiscal_year", "number"],
                name="one_handbook_per_year_and_number",
                violation_error_message="มีคู่มือฉบับนี้ของปีงบประมาณนี้แล้ว",
            ),
            models.UniqueConstraint(
                fields=["area", "fiscal_year"],
                condition=Q(state__in=(DRAFT, IN_REVIEW)),
                name="one_handbook_draft_per_year",
                violation_error_message="ปีงบประมาณนี้มีฉบับร่างอยู่แล้ว",
            ),
            models.CheckConstraint(condition=Q(state__in=EDITION.keys), name="handbook_edition_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"คู่มือ ปีงบประมาณ {self.fiscal_year} ฉบับที่ {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("handbook:edition", args=[self.pk])

    @cached_property
    def book(self) -> Book:
        """The parsed content."""
        return read(self.content)

    @property
    def name(self) -> str:
        """ปีงบประมาณ 2570, with which edition of the year where it is not the first."""
        return f"ปีงบประมาณ {self.fiscal_year}" + (f" ฉบับที่ {self.number}" if self.number > 1 else "")

    @property
    def is_published(self) -> bool:
        return self.state == PUBLISHED

    @property
    def is_draft(self) -> bool:
        return self.state == DRAFT

    def save(self, *args, **kwargs):
        if not self._state.adding and self.state != DRAFT:
            if self.state == IN_REVIEW:
                raise ValidationError("ฉบับนี้รอเผยแพร่จึงแก้ไขไม่ได้ โปรดให้ผู้อำนวยการกลุ่มนิเทศฯ ส่งกลับแก้ไขก่อน")
            raise ValidationError("คู่มือที่เผยแพร่แล้วแก้ไขไม่ได้ โปรดเริ่มฉบับใหม่จากฉบับนี้")
        if "content" in self.__dict__:
            self.content_hash = digest_of(self.content)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        if self.state != DRAFT:
            raise ValidationError("ลบได้เฉพาะฉบับร่าง คู่มือที่เผยแพร่แล้วเก็บไว้เสมอ")
        return super().delete(*args, **kwargs)

    def content_for_digest(self) -> Any:
        return {"fiscal_year": self.fiscal_year, "number": self.number, "content": self.content}
