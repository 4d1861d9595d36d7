"""One visit to one school: its team, forms, findings, photographs and signatures."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import SCHOOL_ROLES, SUPERVISION_STAFF, Role
from instruments.models import Response
from instruments.services import form_gaps, unsettled_count
from supervision.flows import SEEN_BY_SCHOOL, VISIT
from workflows.machine import state_field
from workflows.models import Stateful


class VisitQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``supervision.see_visit``."""
        return self.filter(
            Q(area__in=user.areas_as(*SUPERVISION_STAFF, Role.CLERK))
            | Q(area__in=user.areas_as(Role.COMMITTEE), state__in=SEEN_BY_SCHOOL)
            | Q(school__in=user.schools_as(*SCHOOL_ROLES), state__in=SEEN_BY_SCHOOL)
        )

    def of_team(self, user):
        """Visits on whose team the person is. Asked row by row, so that a page of an ordered list is cheap."""
        return self.filter(models.Exists(VisitMember.objects.filter(visit=models.OuterRef("pk"), user=user)))

    def for_list(self):
        return self.select_related("school", "school__group").prefetch_related("members__user")


class Visit(Stateful):
    """การนิเทศหนึ่งครั้ง — one team, one school, one window of days.

    ``starts_on``–``ends_on`` is what was planned, ``visited_on`` the day it happened. The periods are stored,
    derived from the day by ``schools.queries.period_of``, because the year table may change later.
    """

    machine = VISIT

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="visits"
    )
    school = models.ForeignKey(
        "schools.School", verbose_name="สถานศึกษา", on_delete=models.PROTECT, related_name="visits"
    )
    plan_item = models.OneToOneField(
        "supervision.PlanItem", verbose_name="กำหนดการในแผน", on_delete=models.PROTECT, null=True, related_name="visit"
    )
    purpose = models.CharField("ประเด็นการนิเทศ", max_length=300)
    starts_on = models.DateField("กำหนดตั้งแต่วันที่")
    ends_on = models.DateField("กำหนดถึงวันที่")
    visited_on = models.DateField("วันที่นิเทศ", null=True, blank=True)
    fiscal_year = models.PositiveSmallIntegerField("ปีงบประมาณ", editable=False)
    academic_year = models.PositiveSmallIntegerField("ปีการศึกษา", editable=False)
    semester = models.PositiveSmallIntegerField("ภาคเรียนที่", editable=False)
    hosts = models.TextField("ผู้รับการนิเทศ", blank=True, help_text="ชื่อ ตำแหน่ง บรรทัดละหนึ่งคน")
    summary = models.TextField("สรุปผลการนิเทศ", blank=True)
    unsigned_reason = models.CharField("เหตุที่ผู้รับการนิเทศไม่ได้ลงนาม", max_length=300, blank=True)
    state = state_field(VISIT)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = VisitQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["state", "revision"])

    class Meta:
        verbose_name = "การนิเทศ"
        verbose_name_plural = "การนิเทศ"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="visit_ends_after_it_starts",
                violation_error_message="วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม",
            ),
            models.CheckConstraint(condition=Q(state__in=VISIT.keys), name="visit_state_is_known"),
        ]
        indexes = [
            models.Index(fields=["area", "-starts_on", "-id"]),
            models.Index(fields=["area", "state", "-starts_on"]),
            models.Index(fields=["school", "-starts_on"]),
        ]

    def __str__(self) -> str:
        return f"การนิเทศ{self.school}"

    def get_absolute_url(self) -> str:
        return reverse("supervision:visit-detail", args=[self.pk])

    @property
    def record_code(self) -> str:
        """The code printed on the record; unique, never re-used."""
        return f"NT-{self.fiscal_year}-{self.pk:05d}"

    @cached_property
    def team_ids(self) -> set[int]:
        """Users on the team; from the prefetched members where there are any."""
        return {member.user_id for member in self.members.all()}

    @cached_property
    def lead_id(self) -> int | None:
        return next((member.user_id for member in self.members.all() if member.is_lead), None)

    def had_on_team(self, user) -> bool:
        """Whether the person ever was on the team, by the members' history."""
        return VisitMember.history.filter(visit_id=self.pk, user_id=user.pk).exists()

    def form_gaps(self) -> str:
        """What required answers are missing, as one Thai sentence; empty where nothing is."""
        return " ".join(
            f"“{form.response.version.instrument.title}” {gaps}"
            for form in self.forms.select_related("response__version__instrument")
            if (gaps := form_gaps(form.response))
        )

    def unsettled_answers(self) -> int:
        """How many answers two people gave differently and nobody has settled."""
        return sum(unsettled_count(form.response) for form in self.forms.select_related("response"))

    def content_for_digest(self) -> dict:
        return {
            "school": self.school_id,
            "day": self.visited_on,
            "purpose": self.purpose,
            "hosts": self.hosts,
            "summary": self.summary,
            "team": sorted(self.team_ids),
            "answers": [
                [form.response.version_id, form.response.answers]
                for form in self.forms.select_related("response").order_by("pk")
            ],
            "findings": list(self.findings.order_by("pk").values_list("kind", "text")),
            "recommendations": list(self.recommendations.order_by("pk").values_list("text", "owner", "due_on")),
            "photos": list(self.photos.order_by("pk").values_list("sha256", "caption")),
        }


class VisitMember(models.Model):
    """One supervisor on the team; exactly one leads."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้นิเทศ", on_delete=models.PROTECT, related_name="visit_memberships"
    )
    is_lead = models.BooleanField("หัวหน้าคณะ", default=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "ผู้นิเทศ"
        verbose_name_plural = "คณะผู้นิเทศ"
        ordering = ["-is_lead", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "user"], name="one_membership_per_visit_user", violation_error_message="อยู่ในคณะแล้ว"
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(is_lead=True),
                name="one_lead_per_visit",
                violation_error_message="คณะหนึ่งมีหัวหน้าได้คนเดียว",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}{' (หัวหน้าคณะ)' if self.is_lead else ''}"


class VisitForm(models.Model):
    """One instrument filled in one visit; the response keeps the version it was begun on."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="forms")
    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="visit_form")
    place = models.PositiveSmallIntegerField("ลำดับ", default=1)

    class Meta:
        verbose_name = "แบบนิเทศของการนิเทศ"
        verbose_name_plural = "แบบนิเทศของการนิเทศ"
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return f"{self.response} ใน{self.visit}"


class Finding(models.Model):
    """ข้อค้นพบ of a visit."""

    class Kind(models.TextChoices):
        STRENGTH = "strength", "จุดเด่น/ผลงานที่เป็นแบบอย่าง"
        IMPROVE = "improve", "จุดที่ควรพัฒนา/ปัญหาอุปสรรค"
        REQUEST = "request", "ความต้องการรับการสนับสนุน"

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField("ประเภท", max_length=10, choices=Kind.choices)
    text = models.TextField("ข้อค้นพบ")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "ข้อค้นพบ"
        verbose_name_plural = "ข้อค้นพบ"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]


def visit_file_path(instance, filename: str) -> str:
    """An unguessable path; the name that was uploaded is never a path."""
    return f"visits/{instance.visit_id}/{instance.uuid}.{filename.rsplit('.', 1)[-1]}"


class VisitPhoto(models.Model):
    """A photograph of the visit as a whole, upright, small, without its place."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="photos")
    uuid = models.UUIDField(unique=True, editable=False)
    image = models.FileField("ภาพ", upload_to=visit_file_path)
    thumbnail = models.FileField(upload_to=visit_file_path)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    caption = models.CharField("คำบรรยายภาพ", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "ภาพกิจกรรม"
        verbose_name_plural = "ภาพกิจกรรม"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.caption or "ภาพกิจกรรม"


class Signature(models.Model):
    """One side's signature on the visit, drawn or typed, with what the content was when it was given."""

    class Side(models.TextChoices):
        SUPERVISOR = "supervisor", "ผู้นิเทศ"
        SCHOOL = "school", "ผู้รับการนิเทศ"

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="signatures")
    side = models.CharField("ฝ่าย", max_length=10, choices=Side.choices)
    uuid = models.UUIDField(unique=True, editable=False)
    name = models.CharField("ชื่อ–สกุล", max_length=200)
    position = models.CharField("ตำแหน่ง", max_length=200, blank=True)
    image = models.FileField("ลายมือชื่อ", upload_to=visit_file_path, blank=True)
    digest = models.CharField("ลายนิ้วมือของเนื้อหา", max_length=64)
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้รับลายมือชื่อ", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("ลงนามเมื่อ", default=timezone.now)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "ลายมือชื่อ"
        verbose_name_plural = "ลายมือชื่อ"
        ordering = ["side", "pk"]
        constraints = [models.UniqueConstraint(fields=["visit", "side"], name="one_signature_per_visit_side")]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.name}"
