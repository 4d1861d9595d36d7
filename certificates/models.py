"""Batches of certificates, the certificates in them, and the register that numbers them."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from certificates.flows import BATCH, ISSUED, KINDS, MAKERS, WRITING
from documents.numbering import Counter
from jobs.models import MadeFile, MadeFileQuerySet
from thai.text import search_key, split_name
from workflows.machine import state_field
from workflows.models import Stateful

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Small letters and digits that nobody mistakes for each other when they are typed from paper."""
TOKEN = 12
"""59 bits: can't be guessed."""
CODE = 6
"""The beginning of the token, which together with the number finds a certificate too."""
NAME, ORGANISATION, TITLE, WORDING = 150, 200, 250, 400
"""How many characters of each the page holds."""


def new_token() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(TOKEN))


@dataclass(frozen=True)
class Signatory:
    """Who signs: ``acting_for`` is the post in whose stead, "" where it is the person's own."""

    name: str
    position: str
    acting_for: str = ""

    @property
    def lines(self) -> list[str]:
        """What stands under the name."""
        stead = ["รักษาราชการแทน", self.acting_for] if self.acting_for else []
        return [line for line in (self.position, *stead) if line]


class BatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``certificates.see_batch``."""
        return self.filter(area__in=user.areas_as(*MAKERS))


class Batch(Stateful):
    """ชุดเกียรติบัตร — certificates with the same words, issued by one approval. ``signers``: [name, position, acting_for]."""

    machine = BATCH
    LAYOUTS = [("landscape", "แนวนอน"), ("portrait", "แนวตั้ง")]

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    kind = models.CharField("ผู้รับเป็น", max_length=20, choices=[(key, label) for key, (label, _) in KINDS.items()])
    lead = models.CharField("ข้อความนำ", max_length=100, blank=True)
    title = models.CharField("กิจกรรมหรือชื่อรางวัล", max_length=TITLE)
    wording = models.TextField("ข้อความเพิ่มเติม", max_length=WORDING, blank=True)
    starts_on = models.DateField("วันจัดกิจกรรม", null=True, blank=True)
    ends_on = models.DateField("ถึงวันที่", null=True, blank=True)
    issued_on = models.DateField("ให้ไว้ ณ วันที่")
    layout = models.CharField("แนวกระดาษ", max_length=10, choices=LAYOUTS, default="landscape")
    signers = models.JSONField("ผู้ลงนาม", default=list, blank=True)
    source_text = models.CharField("ที่มา", max_length=250, blank=True)
    source_url = models.CharField("หน้าของที่มา", max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้จัดทำ", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("สร้างเมื่อ", default=timezone.now, editable=False)
    changed_at = models.DateTimeField("แก้ไขล่าสุดเมื่อ", default=timezone.now, editable=False)
    state = state_field(BATCH)

    objects = BatchQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["state", "revision"])
    _history_user: Any

    class Meta:
        verbose_name = "ชุดเกียรติบัตร"
        verbose_name_plural = "ชุดเกียรติบัตร"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BATCH.keys), name="certificate_batch_state_is_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=False, ends_on__gte=models.F("starts_on")),
                name="certificate_event_ends_after_it_starts",
                violation_error_message="วันสิ้นสุดกิจกรรมต้องไม่อยู่ก่อนวันเริ่ม",
            ),
        ]

    def __str__(self) -> str:
        return f"เกียรติบัตร{self.get_kind_display()} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("certificates:batch-detail", args=[self.pk])

    def save(self, *args, **kwargs):
        if not self._state.adding and self.state not in WRITING:
            raise ValidationError(f"ชุดเกียรติบัตรนี้อยู่ในสถานะ “{self.state_label}” จึงแก้ไขไม่ได้")
        super().save(*args, **kwargs)

    @property
    def is_writing(self) -> bool:
        return self.state in WRITING

    @property
    def is_issued(self) -> bool:
        return self.state == ISSUED

    @property
    def leading_words(self) -> str:
        """The words between the name and the title: the batch's own, or its kind's."""
        return self.lead or KINDS[self.kind][1]

    @property
    def wording_lines(self) -> list[str]:
        return [line for line in self.wording.split("\n") if line.strip()]

    @property
    def signatories(self) -> list[Signatory]:
        return [Signatory(*row) for row in self.signers]

    def content_for_digest(self) -> Any:
        words = ["kind", "lead", "title", "wording", "starts_on", "ends_on", "issued_on", "layout", "signers"]
        people = self.certificates.order_by("place").values_list("name", "organisation")
        return {name: getattr(self, name) for name in words} | {"recipients": [list(row) for row in people]}


class Register(Counter):
    """ทะเบียนคุมเลขที่ — the numbers of one office and calendar year."""

    class Meta:
        verbose_name = "ทะเบียนคุมเกียรติบัตร"
        verbose_name_plural = "ทะเบียนคุมเกียรติบัตร"
        ordering = ["area", "-year"]
        constraints = [models.UniqueConstraint(fields=["area", "year"], name="one_certificate_register_per_year")]

    def __str__(self) -> str:
        return f"ทะเบียนคุมเกียรติบัตร พ.ศ. {self.year}"


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``certificates.see_certificate``: those of the office, and one's own that were issued."""
        return self.filter(Q(batch__area__in=user.areas_as(*MAKERS)) | Q(user=user, number__isnull=False))

    def issued(self):
        return self.filter(number__isnull=False)

    def with_batch(self):
        """With everything that is printed or listed of one."""
        return self.select_related("batch__area", "register", "replaced_by__register")


class Certificate(models.Model):
    """เกียรติบัตร — of one recipient. Until its batch is issued a line of the list; then numbered, and never changed again.

    A wrong one is revoked, and a corrected copy ``replaces`` it under a number of its own.
    """

    batch = models.ForeignKey(Batch, verbose_name="ชุดเกียรติบัตร", on_delete=models.PROTECT, related_name="certificates")
    place = models.PositiveIntegerField("ลำดับ")
    name = models.CharField("ชื่อผู้รับ", max_length=NAME)
    organisation = models.CharField("โรงเรียนหรือหน่วยงาน", max_length=ORGANISATION, blank=True)
    key = models.CharField(max_length=NAME + ORGANISATION, editable=False)
    """Name and organisation as they are compared: two equal ones are one recipient."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="บัญชีของผู้รับ", on_delete=models.PROTECT, null=True, blank=True,
        related_name="certificates",
    )  # fmt: skip
    register = models.ForeignKey(Register, verbose_name="ทะเบียน", on_delete=models.PROTECT, null=True, editable=False)
    number = models.PositiveIntegerField("เลขที่", null=True, editable=False)
    token = models.CharField("รหัสในที่อยู่", max_length=TOKEN, null=True, unique=True, editable=False)
    issued_at = models.DateTimeField("ออกเมื่อ", null=True, editable=False)
    revoked_at = models.DateTimeField("เพิกถอนเมื่อ", null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้เพิกถอน", on_delete=models.PROTECT, null=True, related_name="+",
        editable=False,
    )  # fmt: skip
    revoke_reason = models.TextField("เหตุผลที่เพิกถอน", blank=True, editable=False)
    replaces = models.OneToOneField(
        "self", verbose_name="ออกแทน", on_delete=models.PROTECT, null=True, related_name="replaced_by", editable=False
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "เกียรติบัตร"
        verbose_name_plural = "เกียรติบัตร"
        ordering = ["batch", "place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["register", "number"], name="certificate_number_is_used_once"),
            models.UniqueConstraint(
                fields=["batch", "key"],
                condition=Q(number__isnull=True),
                name="one_line_per_certificate_recipient",
                violation_error_message="มีผู้รับชื่อนี้จากหน่วยงานนี้ในชุดนี้แล้ว",
            ),
            models.CheckConstraint(
                condition=Q(register__isnull=True, number__isnull=True, token__isnull=True, issued_at__isnull=True)
                | Q(register__isnull=False, number__gte=1, token__isnull=False, issued_at__isnull=False),
                name="certificate_is_issued_whole_or_not",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoke_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False, number__isnull=False) & ~Q(revoke_reason="")),
                name="certificate_is_revoked_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["user", "-issued_at"], name="certificates_of_a_person")]

    def __str__(self) -> str:
        return f"เกียรติบัตรของ{self.name}"

    def get_absolute_url(self) -> str:
        return reverse("certificates:certificate-detail", args=[self.pk])

    def save(self, *args, **kwargs):
        self._refuse_if_issued("แก้ไข")
        self.key = key_of(self.name, self.organisation)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self._refuse_if_issued("ลบ")
        return super().delete(*args, **kwargs)

    def _refuse_if_issued(self, deed: str) -> None:
        if self.pk and Certificate.objects.issued().filter(pk=self.pk).exists():
            raise ValidationError(f"เกียรติบัตรที่ออกแล้ว{deed}ไม่ได้ หากไม่ถูกต้องให้เพิกถอนหรือออกฉบับแก้ไข")

    @property
    def area_id(self) -> int:
        return self.batch.area_id

    @property
    def is_issued(self) -> bool:
        return self.number is not None

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def full_number(self) -> str:
        """15/2569, or nothing before the issue."""
        return f"{self.number}/{self.register.year}" if self.register else ""

    @property
    def code(self) -> str:
        """What is typed beside the number where the QR code can't be read."""
        return (self.token or "")[:CODE].upper()


class BatchFileQuerySet(MadeFileQuerySet):
    def visible_to(self, user):
        """The files of the batches that the person may see."""
        return self.filter(batch__in=Batch.objects.visible_to(user))


class BatchFile(MadeFile):
    """ไฟล์เกียรติบัตรทั้งชุด — all valid certificates of a large batch in one PDF."""

    extension = "pdf"

    batch = models.ForeignKey(Batch, verbose_name="ชุดเกียรติบัตร", on_delete=models.CASCADE, related_name="files")
    made_of = models.CharField(max_length=40, editable=False)
    """Which certificates it is of: one of others is out of date."""

    objects = BatchFileQuerySet.as_manager()

    class Meta(MadeFile.Meta):
        verbose_name = "ไฟล์เกียรติบัตรทั้งชุด"
        verbose_name_plural = "ไฟล์เกียรติบัตรทั้งชุด"

    def __str__(self) -> str:
        return str(self.batch)

    def get_absolute_url(self) -> str:
        return reverse("certificates:batch-file-detail", args=[self.pk])

    @property
    def subject(self) -> str:
        return str(self.batch)

    @property
    def other(self) -> tuple[str, str]:
        """Back to what it is the file of."""
        return self.batch.get_absolute_url(), "กลับไปที่ชุดเกียรติบัตร"


def key_of(name: str, organisation: str) -> str:
    """Equal for what a person reads as the same recipient: spaces, digits and the shortness of the prefix however typed."""
    person = split_name(name)
    return f"{search_key(person.full_prefix + person.first + person.last)}|{search_key(organisation)}"[
        : NAME + ORGANISATION
    ]
