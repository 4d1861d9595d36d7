"""What a visit asks of a school, and what the school did about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import SCHOOL_ROLES, SUPERVISION_STAFF, Role
from supervision.flows import FILLING, OPEN_RECOMMENDATION, RECOMMENDATION, SEEN_BY_SCHOOL
from workflows.machine import state_field
from workflows.models import AppendOnly, Stateful, TransitionLog


class RecommendationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``supervision.see_recommendation``."""
        return self.filter(
            Q(area__in=user.areas_as(*SUPERVISION_STAFF, Role.CLERK))
            | Q(area__in=user.areas_as(Role.COMMITTEE), visit__state__in=SEEN_BY_SCHOOL)
            | Q(school__in=user.schools_as(*SCHOOL_ROLES), visit__state__in=SEEN_BY_SCHOOL)
        )

    def still_open(self):
        """Released to the school and not settled yet."""
        return self.filter(state__in=OPEN_RECOMMENDATION, visit__state__in=SEEN_BY_SCHOOL)

    def overdue(self, on=None):
        """Waiting for the school past the day on which it was due; what it has reported waits for the office."""
        return self.still_open().exclude(state="reported").filter(due_on__lt=on or timezone.localdate())

    def left_from_before(self, visit):
        """What earlier visits to the school left open, the longest due first: to be marked at ``visit``."""
        return (
            self.still_open()
            .filter(school_id=visit.school_id, visit__starts_on__lte=visit.starts_on)
            .exclude(visit=visit.pk)
            .select_related("visit")
            .order_by("due_on", "pk")
        )

    def marked_at(self, visit):
        """What earlier visits left open and ``visit`` found done or took over."""
        return (
            self.filter(school_id=visit.school_id, transitions__data__into=visit.pk)
            .exclude(visit=visit.pk)
            .select_related("visit", "carried_to")
            .order_by("pk")
        )

    def with_said(self):
        """With everything that was said and shown about each, for a page that lists them whole."""
        return self.prefetch_related("entries__log__by", "entries__files", "transitions")


class Recommendation(Stateful):
    """ข้อเสนอแนะ — one thing a visit asks the school to do, by whom and by when."""

    machine = RECOMMENDATION

    visit = models.ForeignKey("supervision.Visit", on_delete=models.PROTECT, related_name="recommendations")
    area = models.ForeignKey("schools.AreaOffice", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, related_name="recommendations")
    text = models.TextField("ข้อเสนอแนะ")
    owner = models.CharField("ผู้รับผิดชอบ", max_length=200, help_text="เช่น ฝ่ายวิชาการ ครูประจำชั้น ป.1")
    due_on = models.DateField("ภายในวันที่", null=True, blank=True)
    carried_from = models.OneToOneField(
        "self", verbose_name="ยกมาจาก", on_delete=models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    state = state_field(RECOMMENDATION)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RecommendationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["state", "revision"])

    class Meta:
        verbose_name = "ข้อเสนอแนะ"
        verbose_name_plural = "ข้อเสนอแนะ"
        ordering = ["visit", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RECOMMENDATION.keys), name="recommendation_state_is_known")
        ]
        indexes = [models.Index(fields=["school", "state"]), models.Index(fields=["area", "state", "due_on"])]

    def __str__(self) -> str:
        return self.text[:100]

    def get_absolute_url(self) -> str:
        return reverse("supervision:recommendation-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_RECOMMENDATION

    @property
    def is_overdue(self) -> bool:
        waits = self.is_open and self.state != "reported"
        return waits and self.due_on is not None and self.due_on < timezone.localdate()

    def is_followed_by(self, user) -> bool:
        """Whether the person is on the team of a later visit to the school that is being written."""
        return (
            type(self.visit)
            .objects.filter(school_id=self.school_id, state__in=FILLING, members__user=user)
            .exclude(pk=self.visit_id)
            .exists()
        )


class RecommendationEntry(AppendOnly):
    """What was said with one step: the school's plan or report, the supervisor's finding."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="entries")
    log = models.OneToOneField(TransitionLog, on_delete=models.PROTECT, related_name="entry")
    text = models.TextField("รายละเอียด")
    due_on = models.DateField("จะดำเนินการภายในวันที่", null=True, blank=True)

    class Meta:
        verbose_name = "การดำเนินการตามข้อเสนอแนะ"
        verbose_name_plural = "การดำเนินการตามข้อเสนอแนะ"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:80]


def evidence_path(instance, filename: str) -> str:
    """An unguessable path; the name that was uploaded is never a path."""
    return f"recommendations/{instance.entry.recommendation_id}/{instance.uuid}.{filename.rsplit('.', 1)[-1]}"


class RecommendationFile(models.Model):
    """Evidence: a photograph or a PDF, checked by its content."""

    entry = models.ForeignKey(RecommendationEntry, on_delete=models.PROTECT, related_name="files")
    uuid = models.UUIDField(unique=True, editable=False)
    file = models.FileField("หลักฐาน", upload_to=evidence_path)
    thumbnail = models.FileField("ภาพย่อ", upload_to=evidence_path, blank=True)
    name = models.CharField("ชื่อไฟล์", max_length=200)
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "หลักฐาน"
        verbose_name_plural = "หลักฐาน"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
