"""An official paper: its words, its chain, its number."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import AREA_ROLES, Role
from correspondence.flows import (
    ADDRESSED,
    HEADS,
    NUMBERED,
    NUMBERED_PLAINLY,
    OFFICE,
    PAPER,
    REGISTERED_IN,
    ROUTING,
    WRITING,
    PaperKind,
    Secrecy,
    Urgency,
)
from correspondence.models.registers import PARTY, REF, SUBJECT, Entry
from workflows.machine import state_field
from workflows.models import Approval, Stateful

BODY, LISTED = 20_000, 2_000
"""How many characters the paragraphs of a paper hold, some eight pages; and each of its lists of other papers."""


class LetterCode(models.Model):
    """รหัสตัวพยัญชนะและเลขประจำของเจ้าของเรื่อง (ข้อ 31): what stands before the number of an office's letters."""

    area = models.OneToOneField(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    code = models.CharField("รหัสหนังสือ", max_length=40, help_text="เช่น ศธ 04009")

    class Meta:
        verbose_name = "รหัสหนังสือของสำนักงาน"
        verbose_name_plural = "รหัสหนังสือของสำนักงาน"

    def __str__(self) -> str:
        return self.code


def _approvals():
    kind = ContentType.objects.get_for_model(Paper)
    return Approval.objects.filter(content_type=kind, object_id=models.OuterRef("pk"))


class PaperQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``correspondence.see_paper``: what is secret, for its maker, its chain and the heads."""
        checks = user.areas_as(Role.WORKGROUP_HEAD)
        in_chain = Q(models.Exists(_approvals().filter(role=Role.WORKGROUP_HEAD)), area__in=checks) if checks else Q()
        return self.filter(area__in=user.areas_as(*OFFICE)).filter(
            Q(secrecy=Secrecy.NONE) | Q(made_by=user) | Q(area__in=user.areas_as(*HEADS)) | (in_chain or Q(pk__in=[]))
        )

    def with_next_role(self):
        """Each paper with ``next_role``: whose turn it is in the chain, where the paper is on its way."""
        waiting = _approvals().filter(log__isnull=True).order_by("-round", "place")
        return self.annotate(
            next_role=models.Case(
                models.When(state=ROUTING, then=models.Subquery(waiting.values("role")[:1])),
                output_field=models.CharField(),
            )
        )

    def awaiting(self, user):
        """The list form of ``correspondence.decide_paper``: papers whose next word is this person's."""
        turn = Q(pk__in=[])
        for role in AREA_ROLES:
            if areas := user.areas_as(role):
                turn |= Q(next_role=role, area__in=areas)
        return self.with_next_role().filter(turn).exclude(kind=PaperKind.MEMO, made_by=user)


class Paper(Stateful):
    """หนังสือราชการ — drafted, routed along its chain, signed under a number, and from then on never changed.

    ``body``, ``refers`` and ``enclosures`` are a paragraph or an item to a line. ``chain``: [role, what is asked], the
    last of which signs or decides. ``items``: the bodies of an order, [{heading, lines: [{name, position, role}], duty}].
    """

    machine = PAPER
    _history_user: Any
    next_role: str | None = None
    """Annotated by ``with_next_role``."""

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField("ชนิดหนังสือ", max_length=12, choices=PaperKind.choices, editable=False)
    subject = models.CharField("เรื่อง", max_length=SUBJECT)
    to = models.CharField("เรียน", max_length=PARTY, blank=True)
    refers = models.TextField("อ้างถึง", blank=True)
    enclosures = models.TextField("สิ่งที่ส่งมาด้วย", blank=True)
    body = models.TextField("ข้อความ", max_length=BODY, blank=True)
    closing = models.CharField("คำลงท้าย", max_length=80, blank=True)
    authority = models.CharField("ผู้ออกคำสั่งหรือประกาศ", max_length=PARTY, blank=True)
    items = models.JSONField("คณะบุคคล", default=list, blank=True)
    from_day = models.DateField("ใช้บังคับตั้งแต่วันที่", null=True, blank=True)
    urgency = models.CharField("ชั้นความเร็ว", max_length=12, choices=Urgency.choices, blank=True)
    secrecy = models.CharField("ชั้นความลับ", max_length=12, choices=Secrecy.choices, blank=True)
    contact_unit = models.CharField("ส่วนราชการเจ้าของเรื่อง", max_length=PARTY, blank=True)
    contact_phone = models.CharField("โทร.", max_length=60, blank=True)
    contact_fax = models.CharField("โทรสาร", max_length=60, blank=True)
    contact_email = models.EmailField("ไปรษณีย์อิเล็กทรอนิกส์", blank=True)
    copies = models.CharField("สำเนาส่ง", max_length=PARTY, blank=True)
    chain = models.JSONField("สายการเสนอ", default=list)
    draft = models.CharField(max_length=40, blank=True, editable=False)
    source_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True, editable=False)
    source_id = models.PositiveBigIntegerField(null=True, editable=False)
    source = GenericForeignKey("source_type", "source_id")
    """The record of which the paper speaks, where it was drafted from one."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้จัดทำ", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("สร้างเมื่อ", default=timezone.now, editable=False)
    ask = models.UUIDField(null=True, unique=True, editable=False)
    """Made with the page on which it was first written, so that saving that page twice is one paper."""
    version = models.PositiveIntegerField(default=0, editable=False)
    """Counts the changes of its words, so that nobody writes over another."""
    entry = models.OneToOneField(
        Entry, verbose_name="รายการในทะเบียน", on_delete=models.PROTECT, null=True, related_name="paper", editable=False
    )
    number = models.CharField("ที่", max_length=REF, blank=True, editable=False)
    day = models.DateField("ลงวันที่", null=True, editable=False)
    state = state_field(PAPER)

    objects = PaperQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["state", "revision", "ask", "version", "entry", "number", "day"])

    class Meta:
        verbose_name = "หนังสือราชการ"
        verbose_name_plural = "หนังสือราชการ"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PAPER.keys), name="paper_state_is_known"),
            models.CheckConstraint(condition=Q(secrecy__in=Secrecy.values), name="paper_secrecy_may_be_held"),
            models.CheckConstraint(
                condition=Q(entry__isnull=True, day__isnull=True, number="")
                | (Q(entry__isnull=False, day__isnull=False) & ~Q(number="")),
                name="paper_is_numbered_whole_or_not",
            ),
        ]
        indexes = [models.Index(fields=["source_type", "source_id"], name="papers_of_a_record")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} เรื่อง {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("correspondence:paper-detail", args=[self.pk])

    def save(self, *args, **kwargs):
        if not self._state.adding and self.state not in WRITING:
            raise ValidationError(f"หนังสือนี้อยู่ในสถานะ “{self.state_label}” จึงแก้ไขไม่ได้")
        super().save(*args, **kwargs)

    @property
    def is_writing(self) -> bool:
        return self.state in WRITING

    @property
    def is_numbered(self) -> bool:
        return self.state in NUMBERED

    @property
    def record_code(self) -> str:
        """The code by which the product knows the paper; its own number stands on it."""
        return f"LT-{self.pk:05d}"

    @property
    def paragraphs(self) -> list[str]:
        return [line for line in self.body.splitlines() if line.strip()]

    @property
    def links(self) -> list[tuple[str, str]]:
        """[(role, what is asked)] along the chain."""
        return [(role, asked) for role, asked in self.chain]

    @property
    def next_role_label(self) -> str:
        """Who decides next, in words; for papers read with ``with_next_role``."""
        return Role(self.next_role).label if self.next_role else ""

    def required_texts(self) -> list[tuple[str, str]]:
        """(label, text) of what a paper must say before it is submitted."""
        to = [("เรียน", self.to)] if self.kind in ADDRESSED else []
        return [("เรื่อง", self.subject), *to, ("ข้อความ", self.body)]

    def lacks_code(self) -> bool:
        """Its number follows the code of the office, which has none yet."""
        if REGISTERED_IN[PaperKind(self.kind)] in NUMBERED_PLAINLY:
            return False
        return not LetterCode.objects.filter(area=self.area_id).exists()

    def content_for_digest(self) -> dict:
        return {
            name: getattr(self, name)
            for name in (
                "kind", "subject", "to", "refers", "enclosures", "body", "closing", "authority", "items", "from_day",
                "urgency", "secrecy", "contact_unit", "contact_phone", "contact_fax", "contact_email", "copies", "chain",
            )
        }  # fmt: skip
