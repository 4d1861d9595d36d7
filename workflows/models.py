"""What a moving record is, and what is remembered of each move and each approval."""

import hashlib
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from accounts.flows import AREA_ROLES, Role
from workflows.machine import Machine, State


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise ValidationError("บันทึกนี้เพิ่มได้อย่างเดียว แก้ไขย้อนหลังไม่ได้")


class AppendOnly(models.Model):
    """A row that is written once: neither changed nor deleted.

    The model and its queryset refuse in Thai, ``workflows.guards`` refuses what goes round them: a cascade, a
    bulk write, a statement of one's own.
    """

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise ValidationError("บันทึกนี้เพิ่มได้อย่างเดียว แก้ไขย้อนหลังไม่ได้")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError("บันทึกนี้เพิ่มได้อย่างเดียว ลบไม่ได้")


class TransitionLog(AppendOnly):
    """One move of one record: who, in which role, from where to where, when and why."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey()
    action = models.CharField("การดำเนินการ", max_length=40)
    label = models.CharField("ข้อความ", max_length=120)
    from_state = models.CharField("จากสถานะ", max_length=30)
    to_state = models.CharField("เป็นสถานะ", max_length=30)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="ผู้ดำเนินการ", on_delete=models.PROTECT)
    role = models.CharField("ในบทบาท", max_length=20, choices=Role.choices)
    acting = models.BooleanField("รักษาราชการแทน", default=False)
    position = models.CharField("ตำแหน่งขณะนั้น", max_length=250, blank=True)
    at = models.DateTimeField("เมื่อ", default=timezone.now)
    reason = models.TextField("เหตุผล", blank=True)
    digest = models.CharField("ลายนิ้วมือของเนื้อหา", max_length=64, blank=True)
    data = models.JSONField("ข้อมูลประกอบ", default=dict, blank=True)

    class Meta:
        verbose_name = "ประวัติการเปลี่ยนสถานะ"
        verbose_name_plural = "ประวัติการเปลี่ยนสถานะ"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id", "at"])]

    def __str__(self) -> str:
        return f"{self.label} · {self.by}"

    @property
    def role_title(self) -> str:
        """The role in words, with รักษาราชการแทน where the person acted in another's stead."""
        label = self.get_role_display()
        return f"รักษาราชการแทน{label}" if self.acting else label


class Stateful(models.Model):
    """A record with a lifecycle. Subclasses set ``machine`` and a ``state`` column made by ``state_field``.

    ``state`` and ``revision`` are written by ``workflows.services.perform`` and by nothing else; saving a
    changed state is refused.
    """

    machine: ClassVar[Machine]
    state: Any
    if TYPE_CHECKING:
        objects: Any

        @property
        def area_id(self) -> Any:
            """A column in most kinds, worked out in others."""

    def get_absolute_url(self) -> str:
        """The page of the record; each kind has one."""
        raise NotImplementedError

    @classmethod
    def machines(cls) -> list[Machine]:
        """The machines by which records of this kind move: one, unless the record itself says which."""
        return [cls.machine]

    revision = models.PositiveIntegerField(default=0, editable=False)
    transitions = GenericRelation(TransitionLog)

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db, field_names, values, **kwargs):
        instance = super().from_db(db, field_names, values, **kwargs)
        instance._loaded_state = instance.__dict__.get("state")
        return instance

    def refresh_from_db(self, using=None, fields=None, from_queryset=None):
        """As Django's, and what was worked out from the old row is forgotten with it."""
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)
        if fields is None or "state" in fields:
            self._loaded_state = self.__dict__.get("state")
        if fields is None:
            for name in [n for n in self.__dict__ if isinstance(getattr(type(self), n, None), cached_property)]:
                del self.__dict__[name]

    def save(self, *args, **kwargs):
        expected = getattr(self, "_loaded_state", None) or self.machine.initial
        if self.__dict__.get("state", expected) != expected:
            raise ValidationError("สถานะเปลี่ยนได้ด้วยการดำเนินการตามขั้นตอนเท่านั้น")
        if not self._state.adding:
            # Another person may have moved the record since this copy was read: never write its state back.
            named = kwargs.get("update_fields")
            if named is None:
                named = [field.name for field in self._meta.concrete_fields if not field.primary_key]
            kwargs["update_fields"] = [name for name in named if name not in {"state", "revision"}]
        super().save(*args, **kwargs)
        self._loaded_state = self.__dict__.get("state", expected)

    @property
    def status(self) -> State:
        return self.machine.state(self.state)

    @property
    def state_label(self) -> str:
        return self.status.label

    def content_for_digest(self) -> Any:
        """What an approval approves: JSON-able, complete, in a fixed order."""
        raise NotImplementedError(f"{type(self).__name__} is approved and must say what its content is")

    def content_digest(self) -> str:
        """SHA-256 of the content, hex: two records with the same digest say the same."""
        text = json.dumps(self.content_for_digest(), cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class ApprovalRule(models.Model):
    """One link of an office's approval chain for a kind of document, in the office's own order.

    ``kind`` is the model's label, e.g. ``supervision.plan``. An office without rules uses the kind's default.
    """

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.CASCADE)
    kind = models.CharField(
        "ประเภทเอกสาร",
        max_length=60,
        choices=[("supervision.plan", "แผนนิเทศ"), ("cycles.report", "รายงานผลการดำเนินงาน")],
    )
    place = models.PositiveSmallIntegerField("ลำดับ")
    role = models.CharField("ผู้พิจารณา", max_length=20, choices=[c for c in Role.choices if c[0] in AREA_ROLES])
    label = models.CharField("การพิจารณา", max_length=60, default="เห็นชอบ", help_text="เช่น เห็นชอบ อนุมัติ รับทราบ")

    class Meta:
        verbose_name = "สายการอนุมัติ"
        verbose_name_plural = "สายการอนุมัติ"
        ordering = ["area", "kind", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "kind", "place"],
                name="one_approver_per_place",
                violation_error_message="ลำดับนี้มีผู้พิจารณาแล้ว",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ลำดับที่ {self.place}: {self.get_role_display()}"


class Approval(models.Model):
    """One link of the chain as it was for one submission: whose turn, and what was decided."""

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey()
    round = models.PositiveSmallIntegerField("รอบที่")
    place = models.PositiveSmallIntegerField("ลำดับ")
    role = models.CharField("ผู้พิจารณา", max_length=20, choices=Role.choices)
    label = models.CharField("การพิจารณา", max_length=60)
    log = models.OneToOneField(TransitionLog, on_delete=models.PROTECT, null=True, related_name="approval")

    class Meta:
        verbose_name = "การพิจารณา"
        verbose_name_plural = "การพิจารณา"
        ordering = ["round", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "round", "place"], name="one_approval_per_place_and_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.get_role_display()})"


class Notice(models.Model):
    """News for one person about one record; written after the move has been committed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    text = models.CharField("ข้อความ", max_length=300)
    url = models.CharField("หน้า", max_length=300)
    at = models.DateTimeField("เมื่อ", default=timezone.now)
    read_at = models.DateTimeField("อ่านเมื่อ", null=True, blank=True)

    class Meta:
        verbose_name = "แจ้งเตือน"
        verbose_name_plural = "แจ้งเตือน"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["user", "read_at", "-at"])]

    def __str__(self) -> str:
        return self.text
