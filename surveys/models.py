"""A survey, the schools it asks, and what came back."""

import secrets
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import SUPERVISION_STAFF, Role
from instruments.definition import Form
from instruments.masters import MASTERS
from instruments.slots import PHOTO
from surveys.flows import CLOSED, LINK, MANY, ONE, OPEN, SCHOOLS, SENT, SURVEY
from workflows.machine import State, state_field
from workflows.models import Stateful

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Small letters and digits that nobody mistakes for each other when they are typed from paper."""
SCHOOL_TOKEN, LINK_TOKEN = 18, 16
"""Their length tells them apart; 79 bits and more can't be guessed."""
IDENTIFYING = {
    "signature": "ลายมือชื่อ",
    "photo": "ภาพถ่าย",
    "place": "พิกัดที่ตั้ง",
    "file": "การแนบไฟล์ (ไฟล์เอกสารมีชื่อผู้จัดทำอยู่ภายใน)",
}
"""Question types that tell who answers, whatever is promised."""


def new_token(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def school_token() -> str:
    return new_token(SCHOOL_TOKEN)


def link_token() -> str:
    return new_token(LINK_TOKEN)


def refused_questions(form: Form, *, anonymous: bool) -> list[str]:
    """Why this form can't be sent as a survey, as Thai sentences; empty where it can."""
    found = []
    for question in form.questions.values():
        where = f"ข้อ {question.number} “{question.text[:60]}”"
        if question.master and MASTERS[question.master].personal:
            found.append(f"{where} ให้เลือกจากทะเบียนบุคลากร ซึ่งเปิดให้เฉพาะผู้ที่มีบัญชี โปรดเปลี่ยนเป็นช่องพิมพ์")
        elif anonymous and question.type in IDENTIFYING:
            found.append(f"{where} เป็น{IDENTIFYING[question.type]} ซึ่งทำให้รู้ว่าใครตอบ โปรดเลือกแบบอื่นหรือไม่ใช้ “ไม่ระบุตัวผู้ตอบ”")
        elif anonymous and any(slot.kind == PHOTO for slot in question.slots):
            found.append(f"{where} ให้แนบภาพหลักฐาน ซึ่งทำให้รู้ว่าใครตอบ โปรดเลือกแบบอื่นหรือไม่ใช้ “ไม่ระบุตัวผู้ตอบ”")
    return found


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``surveys.see_survey``."""
        heads, teachers = user.schools_as(Role.SCHOOL_HEAD), user.schools_as(Role.TEACHER)
        found = Q(area__in=user.areas_as(*SUPERVISION_STAFF)) | Q(
            area__in=user.areas_as(Role.COMMITTEE), state__in=SENT
        )
        if heads or teachers:
            of_head = SurveySchool.objects.filter(school__in=heads).values("survey")
            of_teacher = SurveySchool.objects.filter(school__in=teachers).values("survey")
            found |= Q(state__in=SENT) & (Q(pk__in=of_head) | Q(pk__in=of_teacher, per_school=MANY))
        return self.filter(found)

    def taking_answers(self, today: date):
        return self.filter(state=OPEN, opens_on__lte=today, closes_on__gte=today)


class Survey(Stateful):
    """แบบสำรวจ — a form sent to schools, or to everybody who has the link, for a window of days.

    ``anonymous`` is a promise: nothing that is kept tells who answered or when within the day. Of a survey sent to
    schools the school stays known, and its page says so.
    """

    machine = SURVEY
    _history_user: Any

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    version = models.ForeignKey("instruments.InstrumentVersion", verbose_name="แบบที่ใช้", on_delete=models.PROTECT)
    collection = models.OneToOneField(
        "instruments.Collection", verbose_name="รอบเก็บข้อมูล", on_delete=models.PROTECT, null=True, editable=False
    )
    """Made when the survey is sent."""
    title = models.CharField("ชื่อแบบสำรวจ", max_length=250)
    message = models.TextField("ข้อความถึงผู้ตอบ", blank=True)
    opens_on = models.DateField("เปิดรับตั้งแต่วันที่")
    closes_on = models.DateField("ถึงวันที่")
    audience = models.CharField(
        "ผู้ตอบ", max_length=10, choices=[(SCHOOLS, "โรงเรียนที่เลือก"), (LINK, "ทุกคนที่มีลิงก์หรือ QR")], default=SCHOOLS
    )
    per_school = models.CharField(
        "จำนวนคำตอบ", max_length=10, choices=[(ONE, "โรงเรียนละหนึ่งชุด"), (MANY, "ตอบได้หลายชุด")], default=ONE
    )
    anonymous = models.BooleanField("ไม่ระบุตัวผู้ตอบ", default=False)
    tryout = models.BooleanField("ทดลองใช้", default=False)
    """Its answers are not counted in the office's statistics; a version in review may be tried out."""
    remind_days = models.PositiveSmallIntegerField("เตือนก่อนปิดรับ (วัน)", default=3)
    token = models.CharField(max_length=20, unique=True, default=link_token, editable=False)
    state = state_field(SURVEY)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้จัดทำ", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("สร้างเมื่อ", default=timezone.now, editable=False)
    closed_on = models.DateField("ปิดรับเมื่อ", null=True, editable=False)
    """The day on which the office closed it by hand."""

    objects = SurveyQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["state", "revision", "token"])

    class Meta:
        verbose_name = "แบบสำรวจ"
        verbose_name_plural = "แบบสำรวจ"
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opens_on")),
                name="survey_closes_after_it_opens",
                violation_error_message="วันปิดรับต้องไม่อยู่ก่อนวันเปิดรับ",
            ),
            models.CheckConstraint(
                condition=~Q(audience=LINK, per_school=ONE),
                name="survey_by_link_takes_many",
                violation_error_message="แบบสำรวจด้วยลิงก์รับได้หลายชุด",
            ),
            models.CheckConstraint(condition=Q(state__in=SURVEY.keys), name="survey_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("surveys:survey-detail", args=[self.pk])

    @property
    def today(self) -> date:
        return timezone.localdate()

    @property
    def record_code(self) -> str:
        return f"SV-{self.pk:05d}"

    @property
    def status(self) -> State:
        """The state as people know it: an open survey before and after its days says so."""
        known = self.machine.state(self.state)
        if self.state == OPEN and self.today < self.opens_on:
            return State(OPEN, "ยังไม่ถึงวันเปิดรับ", tone="info")
        if self.state == OPEN and self.today > self.closes_on:
            return State(OPEN, "หมดเวลารับคำตอบ", tone="dark")
        return known

    @property
    def takes_answers(self) -> bool:
        return self.state == OPEN and self.opens_on <= self.today <= self.closes_on

    @property
    def days_left(self) -> int:
        return (self.closes_on - self.today).days

    @property
    def last_day(self) -> date:
        """The day up to which schools count: today while it runs, afterwards the day it ended."""
        ended = self.closed_on if self.state == CLOSED and self.closed_on else self.closes_on
        return min(self.today, ended)

    @property
    def reminds_on(self) -> date | None:
        """From this day on schools that have not answered are reminded; None where nobody is."""
        return self.closes_on - timedelta(days=self.remind_days) if self.remind_days else None

    def form_problems(self) -> list[str]:
        """What keeps the chosen form from being sent, as Thai sentences."""
        found = refused_questions(self.version.form, anonymous=self.anonymous)
        allowed = ("published", "in_review") if self.tryout else ("published",)
        if self.version.state not in allowed:
            label = self.version.state_label
            found.append(
                f"แบบ “{self.version.instrument.title}” ฉบับที่ {self.version.number} อยู่ในสถานะ “{label}” โปรดเลือกฉบับอื่น"
            )
        return found

    def asks(self, user) -> bool:
        """Whether the survey waits for a school that this person may answer for."""
        heads = user.schools_as(Role.SCHOOL_HEAD)
        schools = heads | user.schools_as(Role.TEACHER) if self.per_school == MANY else heads
        return bool(schools) and self.places.filter(school__in=schools).exists()


class SurveySchoolQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``surveys.see_place``."""
        return self.filter(
            Q(survey__area__in=user.areas_as(*SUPERVISION_STAFF))
            | Q(school__in=user.schools_as(Role.SCHOOL_HEAD), survey__state__in=SENT)
            | Q(school__in=user.schools_as(Role.TEACHER), survey__state__in=SENT, survey__per_school=MANY)
        )


class SurveySchool(models.Model):
    """One school that a survey asks, with an address of its own for the answering page."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="places")
    school = models.ForeignKey("schools.School", verbose_name="สถานศึกษา", on_delete=models.PROTECT, related_name="+")
    token = models.CharField(max_length=20, unique=True, default=school_token, editable=False)
    reminded_at = models.DateTimeField("เตือนล่าสุดเมื่อ", null=True, editable=False)
    auto_reminded_on = models.DateField("เตือนอัตโนมัติเมื่อ", null=True, editable=False)
    """Each school is reminded by itself once for each closing day; ``auto_reminded_for`` is that day."""
    auto_reminded_for = models.DateField(null=True, editable=False)

    objects = SurveySchoolQuerySet.as_manager()

    class Meta:
        verbose_name = "โรงเรียนในแบบสำรวจ"
        verbose_name_plural = "โรงเรียนในแบบสำรวจ"
        ordering = ["school__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "school"], name="survey_asks_a_school_once", violation_error_message="มีโรงเรียนนี้แล้ว"
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.school}"

    @property
    def area_id(self) -> int:
        return self.survey.area_id


class SurveyAnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``surveys.see_answer``."""
        return self.filter(
            Q(survey__area__in=user.areas_as(*SUPERVISION_STAFF, Role.COMMITTEE))
            | Q(place__school__in=user.schools_as(Role.SCHOOL_HEAD), survey__anonymous=False)
            | Q(by=user.pk, survey__anonymous=False)
        )


class SurveyAnswer(models.Model):
    """One answer that was sent. ``uuid`` is the device's own name for it, so that a second press counts once.

    Of an anonymous survey neither ``by`` nor ``submitted_at`` is known, only the day.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="answers")
    place = models.ForeignKey(SurveySchool, on_delete=models.PROTECT, related_name="sent", null=True)
    response = models.OneToOneField("instruments.Response", on_delete=models.PROTECT, related_name="survey_answer")
    uuid = models.UUIDField("รหัสที่เครื่องตั้ง")
    sole = models.BooleanField("ชุดเดียวของโรงเรียน")
    submitted_on = models.DateField("วันที่ส่ง")
    submitted_at = models.DateTimeField("ส่งเมื่อ", null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้ส่ง", on_delete=models.PROTECT, related_name="+", null=True
    )
    reopened_at = models.DateTimeField("เปิดให้แก้ไขเมื่อ", null=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reopen_reason = models.TextField("เหตุผลที่เปิดให้แก้ไข", blank=True)

    objects = SurveyAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "คำตอบแบบสำรวจ"
        verbose_name_plural = "คำตอบแบบสำรวจ"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "uuid"], name="one_survey_answer_per_uuid"),
            models.UniqueConstraint(fields=["place"], condition=Q(sole=True), name="one_answer_of_a_school"),
        ]

    def __str__(self) -> str:
        return f"คำตอบที่ {self.pk} ของ {self.survey}"

    @property
    def area_id(self) -> int:
        return self.survey.area_id

    @property
    def school_id(self) -> int | None:
        return self.place.school_id if self.place else None
