"""What is stored of forms and answers, and what is always true of it."""

import json
import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from instruments.checking import problems, question_count
from instruments.definition import Form, cached_form
from instruments.files import EXTENSIONS
from instruments.flows import DRAFT, IN_REVIEW, PUBLISHED, RETIRED, VERSION
from instruments.rules import READERS
from workflows.digests import digest_of
from workflows.machine import state_field
from workflows.models import AppendOnly, AppendOnlyQuerySet, Stateful


class InstrumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``instruments.see_instrument``."""
        areas = user.areas_as(*READERS)
        return self.filter(Q(area__in=areas) | Q(area__isnull=True)) if areas else self.none()

    def with_versions(self):
        """With the published version (``current``) and all versions, without their definitions."""
        versions = InstrumentVersion.objects.defer("definition").order_by("-number")
        return self.prefetch_related(models.Prefetch("versions", queryset=versions))


class Instrument(models.Model):
    """เครื่องมือ — a form under one code through all its versions. Without an area it serves every office."""

    area = models.ForeignKey(
        "schools.AreaOffice",
        verbose_name="สำนักงานเขตพื้นที่",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text="เว้นว่างเมื่อเป็นเครื่องมือกลางที่ทุกเขตใช้ร่วมกัน",
    )
    code = models.CharField(
        "รหัสเครื่องมือ",
        max_length=30,
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", "รหัสใช้อักษรอังกฤษ ตัวเลข จุด และขีดเท่านั้น")],
    )
    title = models.CharField("ชื่อเครื่องมือ", max_length=300)
    form_of = models.CharField("แบบของงาน", max_length=100, blank=True, help_text="รหัสแบบในคู่มือ เช่น F-5.1-1")
    unit_of_analysis = models.CharField("หน่วยวิเคราะห์", max_length=200, blank=True)
    respondent = models.CharField("ผู้กรอก", max_length=200, blank=True)
    signers = models.JSONField("ผู้ลงนาม", default=list, blank=True, help_text='รายการตำแหน่งผู้ลงนาม เช่น ["ผู้นิเทศ"]')

    objects = InstrumentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "เครื่องมือ"
        verbose_name_plural = "เครื่องมือ"
        ordering = ["code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "code"],
                name="one_instrument_code_per_area",
                violation_error_message="มีเครื่องมือที่ใช้รหัสนี้แล้ว",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(area__isnull=True),
                name="one_shared_instrument_per_code",
                violation_error_message="มีเครื่องมือกลางที่ใช้รหัสนี้แล้ว",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("instruments:instrument-detail", args=[self.pk])

    @property
    def current(self) -> "InstrumentVersion | None":
        """The newest published version, from what ``with_versions`` fetched where it did."""
        return next((v for v in sorted(self.versions.all(), key=lambda v: -v.number) if v.state == PUBLISHED), None)


class InstrumentVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``instruments.see_version``."""
        areas = user.areas_as(*READERS)
        return self.filter(Q(instrument__area__in=areas) | Q(instrument__area__isnull=True)) if areas else self.none()

    def published(self):
        """Versions with which a new response may begin."""
        return self.filter(state=PUBLISHED)

    def usable_in(self, area):
        """The newest published version of each instrument that the area may use, by code."""
        newest = (
            InstrumentVersion.objects.filter(instrument=models.OuterRef("instrument"), state=PUBLISHED)
            .order_by("-number")
            .values("pk")[:1]
        )
        return (
            self.filter(Q(instrument__area=area) | Q(instrument__area__isnull=True), pk=models.Subquery(newest))
            .select_related("instrument")
            .defer("definition")
            .order_by("instrument__code")
        )


class InstrumentVersion(Stateful):
    """ฉบับของเครื่องมือ — one definition. Once published its definition never changes; retiring replaces deleting."""

    machine = VERSION

    instrument = models.ForeignKey(
        Instrument, verbose_name="เครื่องมือ", on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField("ฉบับที่", default=1)
    definition = models.JSONField("นิยามของแบบ", default=dict)
    content_hash = models.CharField("ลายนิ้วมือของแบบ", max_length=64, editable=False)
    question_count = models.PositiveIntegerField("จำนวนข้อ", default=0, editable=False)
    created_at = models.DateTimeField("สร้างเมื่อ", default=timezone.now, editable=False)
    published_at = models.DateTimeField("เผยแพร่เมื่อ", null=True, blank=True, editable=False)
    state = state_field(VERSION)

    objects = InstrumentVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "ฉบับของเครื่องมือ"
        verbose_name_plural = "ฉบับของเครื่องมือ"
        ordering = ["instrument", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "number"],
                name="one_version_per_number",
                violation_error_message="มีฉบับที่ใช้เลขนี้แล้ว",
            ),
            models.CheckConstraint(condition=Q(state__in=VERSION.keys), name="instrument_version_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} ฉบับที่ {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("instruments:version-detail", args=[self.pk])

    @property
    def area_id(self) -> int | None:
        """The office that owns the form; None for a shared one."""
        return self.instrument.area_id

    @property
    def form(self) -> Form:
        """The parsed form; parsed once in a process for each different definition."""
        return cached_form(self.content_hash, lambda: self.definition)

    @property
    def predecessor(self) -> "InstrumentVersion | None":
        """The version that was in force before this one, with which it is compared; None for the first."""
        earlier = InstrumentVersion.objects.filter(
            instrument=self.instrument_id, number__lt=self.number, state__in=(PUBLISHED, RETIRED)
        )
        return earlier.order_by("-number").first()

    @property
    def problems(self) -> list[str]:
        """What must be mended before the version can be published, as Thai sentences."""
        return problems(self.definition)

    def save(self, *args, **kwargs):
        if not self._state.adding and self.state != DRAFT:
            if self.state == IN_REVIEW:
                raise ValidationError("ฉบับนี้อยู่ระหว่างตรวจสอบจึงแก้ไขไม่ได้ โปรดให้ผู้อำนวยการกลุ่มนิเทศฯ ส่งกลับแก้ไขก่อน")
            raise ValidationError("ฉบับที่เผยแพร่แล้วแก้ไขไม่ได้ โปรดสร้างฉบับร่างใหม่จากฉบับนี้")
        if "definition" in self.__dict__:
            self.content_hash = digest_of(self.definition)
            self.question_count = question_count(self.definition)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        if self.state != DRAFT:
            raise ValidationError("ลบได้เฉพาะฉบับร่าง ฉบับที่เผยแพร่แล้วใช้ “เลิกใช้” แทน")
        return super().delete(*args, **kwargs)

    def content_for_digest(self) -> Any:
        return {"instrument": self.instrument.code, "number": self.number, "definition": self.definition}


class CollectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``instruments.see_collection``: the office's own staff; a sealed one is nobody's to read."""
        return self.open().filter(area__in=user.areas_as(*READERS))

    def open(self):
        """Those whose answers are read together: in summaries, in files, as a try-out."""
        return self.filter(sealed=False)


class Collection(models.Model):
    """รอบเก็บข้อมูล — responses that were gathered together, by one survey or one try-out, and are read together.

    Whoever gathers them (a survey, a try-out) points here. Of an anonymous one nothing tells who answered, and
    numbers over fewer than five responses are not shown.
    """

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    title = models.CharField("ชื่อรอบเก็บข้อมูล", max_length=300)
    anonymous = models.BooleanField("ไม่ระบุตัวผู้ตอบ", default=False)
    counted = models.BooleanField("นับในสถิติของสำนักงาน", default=True, help_text="การทดลองใช้ไม่นับในสถิติของสำนักงาน")
    sealed = models.BooleanField("ปิดผนึก", default=False, editable=False)
    """Each response is seen by whoever opened it alone, and is in no summary and no file; what comes of them together is
    shown by the owner (a joint rating of two supervisors: to the head)."""
    created_at = models.DateTimeField("สร้างเมื่อ", default=timezone.now, editable=False)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = "รอบเก็บข้อมูล"
        verbose_name_plural = "รอบเก็บข้อมูล"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed=False) | Q(counted=False),
                name="sealed_is_not_counted",
                violation_error_message="คำตอบที่ปิดผนึกไม่นับในสถิติของสำนักงาน",
            )
        ]

    def __str__(self) -> str:
        return self.title


def _seen_by(user, response: str = "") -> Q:
    """The answers of the offices that the person reads; of a sealed collection only what the person opened.

    ``response``: the way from what is filtered to its response, e.g. "response__".
    """
    unsealed = Q(**{f"{response}collection": None}) | Q(**{f"{response}collection__sealed": False})
    return Q(**{f"{response}area__in": user.areas_as(*READERS)}) & (unsealed | Q(**{f"{response}opened_by": user.pk}))


class ResponseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``instruments.see_response``: the office's own staff. Owners open it to others."""
        return self.filter(_seen_by(user))


class Response(models.Model):
    """ชุดคำตอบ — one filling of one version.

    ``answers`` and ``scores`` are what the log of batches adds up to, kept current in the same transaction by
    ``instruments.services.record_answers`` and by nothing else. What the response is about (a visit, a survey) is
    known to its owner, which points here.
    """

    version = models.ForeignKey(
        InstrumentVersion, verbose_name="ฉบับของเครื่องมือ", on_delete=models.PROTECT, related_name="responses"
    )
    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    answers = models.JSONField("คำตอบปัจจุบัน", default=dict, editable=False)
    scores = models.JSONField("ผลคะแนน", default=dict, editable=False)
    revision = models.PositiveIntegerField("ครั้งที่บันทึก", default=0, editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้เปิดชุดคำตอบ", on_delete=models.PROTECT, related_name="+", null=True
    )
    """Nobody where the response is anonymous."""
    collection = models.ForeignKey(
        Collection,
        verbose_name="รอบเก็บข้อมูล",
        on_delete=models.PROTECT,
        related_name="responses",
        null=True,
        editable=False,
    )
    school = models.ForeignKey(
        "schools.School",
        verbose_name="สถานศึกษา",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    on = models.DateField("วันที่ของคำตอบ", null=True, editable=False)
    """The day it is about; the year and the semester follow from it."""
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ผู้รับผิดชอบ",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    """The supervisor in whose work it counts."""
    academic_year = models.PositiveSmallIntegerField("ปีการศึกษา", default=0, editable=False)
    semester = models.PositiveSmallIntegerField("ภาคเรียนที่", default=0, editable=False)
    fiscal_year = models.PositiveSmallIntegerField("ปีงบประมาณ", default=0, editable=False)
    tallied = models.BooleanField("นับในสถิติแล้ว", default=False, editable=False)
    created_at = models.DateTimeField("เปิดเมื่อ", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("บันทึกล่าสุดเมื่อ", default=timezone.now, editable=False)
    locked_at = models.DateTimeField("ปิดรับคำตอบเมื่อ", null=True, editable=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = "ชุดคำตอบ"
        verbose_name_plural = "ชุดคำตอบ"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["area", "version", "on"], name="response_by_form_and_day")]

    def __str__(self) -> str:
        return f"ชุดคำตอบที่ {self.pk}"

    @property
    def form(self) -> Form:
        return self.version.form

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


class BatchQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user):
        """The list form of ``instruments.see_batch``."""
        return self.filter(_seen_by(user, "response__"))


class AnswerBatch(AppendOnly):
    """What one device sent at once: the log of a response is its batches in the order of ``revision``.

    ``payload`` is JSON text, not a JSON column: it is read only to replay, costs less to write, and keeps whatever
    was typed, even what a JSON column refuses.
    """

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="batches")
    uuid = models.UUIDField("รหัสชุดที่ส่ง")
    revision = models.PositiveIntegerField("ครั้งที่บันทึก")
    device = models.CharField("อุปกรณ์", max_length=64, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้ตอบ", on_delete=models.PROTECT, related_name="+", null=True
    )
    """Nobody where the response is anonymous."""
    received_at = models.DateTimeField("รับเมื่อ", default=timezone.now)
    payload = models.TextField("เหตุการณ์")

    objects = BatchQuerySet.as_manager()  # type: ignore[misc]  # the plugin takes a narrower manager for another one

    class Meta:
        verbose_name = "บันทึกการตอบ"
        verbose_name_plural = "บันทึกการตอบ"
        ordering = ["response", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["response", "uuid"], name="one_batch_per_uuid"),
            models.UniqueConstraint(fields=["response", "revision"], name="one_batch_per_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.response} ครั้งที่ {self.revision}"

    @property
    def area_id(self) -> int:
        return self.response.area_id

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events in the order in which they were applied; a refused one carries ``refused`` (the sentence)."""
        return json.loads(self.payload)


def attachment_path(attachment: "Attachment", _name: str) -> str:
    """An unguessable place, in folders of at most a few thousand files."""
    name = attachment.pk.hex
    return f"answers/{name[:2]}/{name}-{uuid.uuid4().hex}.{attachment.extension}"


def thumbnail_path(attachment: "Attachment", _name: str) -> str:
    name = attachment.pk.hex
    return f"answers/{name[:2]}/{name}-{uuid.uuid4().hex}-thumb.jpg"


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``instruments.see_attachment``. Owners of the response open it to others."""
        return self.filter(_seen_by(user, "response__"))


class Attachment(models.Model):
    """What was attached to a response: a photo or drawn signature, already checked, made smaller and stripped of its
    metadata, or a document as it came."""

    PHOTO, SIGNATURE, FILE = "photo", "signature", "file"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(Response, verbose_name="ชุดคำตอบ", on_delete=models.PROTECT, related_name="attachments")
    slot = models.CharField("ช่อง", max_length=80)
    kind = models.CharField("ชนิด", max_length=10, choices=[(PHOTO, "ภาพถ่าย"), (SIGNATURE, "ลายมือชื่อ"), (FILE, "เอกสาร")])
    file = models.FileField("แฟ้ม", upload_to=attachment_path, max_length=200)
    thumbnail = models.FileField("ภาพย่อ", upload_to=thumbnail_path, max_length=200, blank=True)
    sha256 = models.CharField("ลายนิ้วมือของแฟ้ม", max_length=64)
    content_type = models.CharField("ชนิดแฟ้ม", max_length=100)
    width = models.PositiveIntegerField("กว้าง (จุด)", default=0)
    height = models.PositiveIntegerField("สูง (จุด)", default=0)
    size = models.PositiveIntegerField("ขนาด (ไบต์)")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้แนบ", on_delete=models.PROTECT, related_name="+", null=True
    )
    at = models.DateTimeField("แนบเมื่อ", default=timezone.now)
    original_name = models.CharField("ชื่อแฟ้มเดิม", max_length=200, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "ไฟล์แนบของคำตอบ"
        verbose_name_plural = "ไฟล์แนบของคำตอบ"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.slot}"

    @property
    def area_id(self) -> int:
        return self.response.area_id

    @property
    def extension(self) -> str:
        return EXTENSIONS.get(self.content_type, "bin")


class Tally(models.Model):
    """ยอดสะสม — how often each answer was given: all that counts, x̄ and S.D. need, kept current as responses are closed.

    One row adds up the closed responses to one version in one collection and one period: of the whole office
    (``ref`` is a shard, so that closing responses at once don't wait for each other), of one school, or of one
    supervisor. Written by ``instruments.tallies`` alone.
    """

    OFFICE, SCHOOL, PERSON = "office", "school", "person"

    key = models.CharField("รหัสยอด", max_length=120, unique=True)
    version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="tallies")
    area = models.ForeignKey("schools.AreaOffice", on_delete=models.PROTECT, related_name="+")
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="tallies", null=True)
    academic_year = models.PositiveSmallIntegerField("ปีการศึกษา")
    semester = models.PositiveSmallIntegerField("ภาคเรียนที่")
    fiscal_year = models.PositiveSmallIntegerField("ปีงบประมาณ")
    kind = models.CharField("ของ", max_length=10)
    ref = models.PositiveBigIntegerField("ส่วน")
    responses = models.PositiveIntegerField("จำนวนชุดคำตอบ", default=0)
    counts = models.TextField("จำนวนของแต่ละคำตอบ", default="{}")

    class Meta:
        verbose_name = "ยอดสะสม"
        verbose_name_plural = "ยอดสะสม"
        indexes = [models.Index(fields=["version", "area", "kind"], name="tally_by_form")]

    def __str__(self) -> str:
        return self.key
