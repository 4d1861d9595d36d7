"""What is stored of the quality of forms: experts' marks, try-outs, lessons rated by two."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.flows import Role
from appraisal.rules import RATERS, STAFF
from instruments.definition import Form, cached_form


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``appraisal.see_review``."""
        return self.filter(area__in=user.areas_as(*STAFF))


class ContentReview(models.Model):
    """การตรวจสอบความตรงเชิงเนื้อหา — one round in which experts mark each question of a form as it stood then.

    ``definition`` is the form as it was handed to them: a draft that is edited meanwhile changes nothing here.
    """

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    version = models.ForeignKey(
        "instruments.InstrumentVersion",
        verbose_name="ฉบับของเครื่องมือ",
        on_delete=models.PROTECT,
        related_name="content_reviews",
    )
    definition = models.JSONField("แบบที่ให้ตรวจ", editable=False)
    content_hash = models.CharField("ลายนิ้วมือของแบบ", max_length=64, editable=False)
    note = models.TextField("คำชี้แจงถึงผู้เชี่ยวชาญ", blank=True, max_length=4000)
    due_on = models.DateField("รับผลถึงวันที่")
    """Links that are made from now on work until the end of this day."""
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้เปิดรอบตรวจ", on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField("เปิดเมื่อ", default=timezone.now, editable=False)
    closed_at = models.DateTimeField("ปิดเมื่อ", null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "การตรวจสอบความตรงเชิงเนื้อหา"
        verbose_name_plural = "การตรวจสอบความตรงเชิงเนื้อหา"
        ordering = ["-opened_at", "-pk"]

    def __str__(self) -> str:
        return f"IOC {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("appraisal:review-detail", args=[self.pk])

    @property
    def form(self) -> Form:
        """The form as the experts see it."""
        return cached_form(self.content_hash, lambda: self.definition)


class Expert(models.Model):
    """ผู้เชี่ยวชาญ — somebody without an account who marks the questions of one round by a link of their own.

    The link carries a signed token; only its hash is kept, and with the secret key of the installation the office
    can show the link again. ``nonce`` makes a renewed link another one.
    """

    review = models.ForeignKey(ContentReview, verbose_name="รอบตรวจ", on_delete=models.PROTECT, related_name="experts")
    place = models.PositiveSmallIntegerField("คนที่")
    name = models.CharField("ชื่อและนามสกุล", max_length=200)
    position = models.CharField("ตำแหน่งและสังกัด", max_length=300, blank=True)
    email = models.EmailField("อีเมล", blank=True)
    nonce = models.CharField(max_length=32, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField("ลิงก์ใช้ได้ถึง")
    revoked_at = models.DateTimeField("เพิกถอนเมื่อ", null=True, editable=False)
    mailed_at = models.DateTimeField("ส่งอีเมลเมื่อ", null=True, editable=False)
    opened_at = models.DateTimeField("เปิดลิงก์ครั้งแรกเมื่อ", null=True, editable=False)
    saved_at = models.DateTimeField("บันทึกล่าสุดเมื่อ", null=True, editable=False)
    sent_at = models.DateTimeField("ส่งผลเมื่อ", null=True, editable=False)
    signature = models.CharField("ลงชื่อ", max_length=200, blank=True, editable=False)
    remark = models.TextField("ข้อเสนอแนะเพิ่มเติม", blank=True, max_length=4000)

    class Meta:
        verbose_name = "ผู้เชี่ยวชาญ"
        verbose_name_plural = "ผู้เชี่ยวชาญ"
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["review", "place"], name="one_expert_per_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def standing(self) -> tuple[str, str]:
        """How far this expert is, in Thai, and the tone in which it is shown."""
        if self.sent_at:
            return "ส่งผลแล้ว", "success"
        if self.revoked_at:
            return "เพิกถอนลิงก์แล้ว", "dark"
        if self.is_expired:
            return "ลิงก์หมดอายุ", "danger"
        if self.saved_at:
            return "กำลังตรวจ", "info"
        return ("เปิดลิงก์แล้ว", "info") if self.opened_at else ("ยังไม่เปิดลิงก์", "secondary")


class ExpertMark(models.Model):
    """One expert on one question: +1 fits, 0 not sure, −1 does not fit; the comment may stand alone."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="marks")
    question = models.CharField("ข้อ", max_length=40)
    mark = models.SmallIntegerField("คะแนน", null=True)
    comment = models.TextField("ข้อเสนอแนะ", blank=True)

    class Meta:
        verbose_name = "ผลการตรวจรายข้อ"
        verbose_name_plural = "ผลการตรวจรายข้อ"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["expert", "question"], name="one_mark_per_expert_and_question"),
            models.CheckConstraint(condition=Q(mark__isnull=True) | Q(mark__in=[-1, 0, 1]), name="mark_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.mark}"


class TryOutQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``appraisal.see_tryout``."""
        return self.filter(area__in=user.areas_as(*STAFF))


class TryOut(models.Model):
    """การทดลองใช้ — answers from which the reliability of a form is worked out.

    They come from a collection of the system or were typed in from paper (``matrix``: a row per person, a column per
    item of ``columns``, None where nothing was answered). ``definition`` is the form as it was tried out: a draft that is
    mended afterwards changes nothing here.
    """

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    version = models.ForeignKey(
        "instruments.InstrumentVersion", verbose_name="ฉบับของเครื่องมือ", on_delete=models.PROTECT, related_name="tryouts"
    )
    definition = models.JSONField("แบบที่ทดลองใช้", editable=False)
    content_hash = models.CharField("ลายนิ้วมือของแบบ", max_length=64, editable=False)
    title = models.CharField("ชื่อการทดลองใช้", max_length=300)
    collection = models.ForeignKey(
        "instruments.Collection", verbose_name="รอบเก็บข้อมูล", on_delete=models.PROTECT, related_name="+", null=True
    )
    columns: Any = models.JSONField("ข้อของตาราง", default=list)
    matrix: Any = models.JSONField("ตารางคำตอบ", default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("บันทึกเมื่อ", default=timezone.now, editable=False)

    objects = TryOutQuerySet.as_manager()

    class Meta:
        verbose_name = "การทดลองใช้"
        verbose_name_plural = "การทดลองใช้"
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("appraisal:tryout-detail", args=[self.pk])

    @property
    def form(self) -> Form:
        """The form as it was tried out."""
        return cached_form(self.content_hash, lambda: self.definition)


class PairQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``appraisal.see_pair``: the head's own area, and what a rater was asked to rate."""
        seen = Q(area__in=user.areas_as(Role.GROUP_HEAD))
        if user.areas_as(*RATERS):
            seen |= Q(first=user.pk) | Q(second=user.pk)
        return self.filter(seen)


class AgreementPair(models.Model):
    """ความสอดคล้องของผู้นิเทศ — one lesson or school that two people rate, neither knowing what the other gives."""

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    version = models.ForeignKey(
        "instruments.InstrumentVersion", verbose_name="แบบที่ใช้", on_delete=models.PROTECT, related_name="pairs"
    )
    subject = models.CharField("สิ่งที่ประเมินร่วมกัน", max_length=300)
    school = models.ForeignKey(
        "schools.School", verbose_name="สถานศึกษา", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    on = models.DateField("วันที่ประเมิน")
    first = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้ประเมินคนที่ 1", on_delete=models.PROTECT, related_name="+"
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้ประเมินคนที่ 2", on_delete=models.PROTECT, related_name="+"
    )
    collection = models.ForeignKey("instruments.Collection", on_delete=models.PROTECT, related_name="+")
    first_response = models.OneToOneField("instruments.Response", on_delete=models.PROTECT, related_name="+")
    second_response = models.OneToOneField("instruments.Response", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("มอบหมายเมื่อ", default=timezone.now, editable=False)

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = "การประเมินร่วมของผู้นิเทศ"
        verbose_name_plural = "การประเมินร่วมของผู้นิเทศ"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(first=F("second")),
                name="two_different_raters",
                violation_error_message="ผู้ประเมินสองคนต้องไม่ใช่คนเดียวกัน",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("appraisal:pair-detail", args=[self.pk])

    def response_of(self, user) -> Any:
        """The rater's own response; None for anybody else."""
        return {self.first_id: self.first_response, self.second_id: self.second_response}.get(user.pk)

    @property
    def both_sent(self) -> bool:
        return self.first_response.is_locked and self.second_response.is_locked
