"""The annual report of a cycle: paragraphs that people wrote anew, what was submitted, files that were made of it."""

import secrets

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils import timezone

from accounts.flows import Role
from cycles.flows import STAFF
from cycles.models.publication import Report
from jobs.models import MadeFile, MadeFileQuerySet
from workflows.models import AppendOnly, TransitionLog


def version_token() -> str:
    return secrets.token_urlsafe(16)


class PassageEdit(AppendOnly):
    """What somebody wrote in the place of a paragraph of the program's; the last one of each key holds.

    ``facts`` are the numbers that the program's paragraph said at that moment. An empty ``text`` takes the program's
    words again.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="passage_edits")
    key = models.CharField("ย่อหน้า", max_length=60)
    text = models.TextField("ข้อความ", blank=True)
    facts = models.JSONField("ตัวเลขขณะนั้น", default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="ผู้แก้ไข", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("เมื่อ", default=timezone.now)

    class Meta:
        verbose_name = "การแก้ไขย่อหน้าของรายงาน"
        verbose_name_plural = "การแก้ไขย่อหน้าของรายงาน"
        ordering = ["pk"]
        indexes = [models.Index(fields=["report", "key"], name="edit_by_passage")]

    def __str__(self) -> str:
        return f"{self.report} · {self.key}"


class ReportVersion(models.Model):
    """ฉบับของรายงาน — facts and words as they were submitted; approved, it can be checked by everybody who has its code.

    ``content`` never changes. ``approval`` is the move that approved it; without one it never held.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("ฉบับที่")
    content = models.JSONField("เนื้อหา", encoder=DjangoJSONEncoder, editable=False)
    digest = models.CharField("ลายนิ้วมือของเนื้อหา", max_length=64, editable=False)
    token = models.CharField(max_length=40, unique=True, default=version_token, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("ส่งเมื่อ", default=timezone.now)
    approval = models.OneToOneField(TransitionLog, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "ฉบับของรายงาน"
        verbose_name_plural = "ฉบับของรายงาน"
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="one_report_version_per_number")]

    def __str__(self) -> str:
        return f"{self.report} ฉบับที่ {self.number}"

    @property
    def public_url(self) -> str:
        return reverse("cycles:verify-report", args=[self.token])

    @property
    def short_digest(self) -> str:
        """The first sixteen letters, in fours: what a person compares."""
        return " ".join(self.digest[at : at + 4] for at in range(0, 16, 4))


class ReportFileQuerySet(MadeFileQuerySet):
    def visible_to(self, user):
        """Files of the reports that the person may see; who reads no drafts, none that was asked for before the last sending."""
        seen = self.filter(report__in=Report.objects.visible_to(user))
        sent = ReportVersion.objects.filter(report=models.OuterRef("report")).order_by("-number").values("made_at")[:1]
        at_the_desk = models.Q(report__area__in=user.areas_as(*STAFF, Role.AREA_DIRECTOR))
        return seen.filter(at_the_desk | models.Q(created_at__gte=models.Subquery(sent)))


class ReportFile(MadeFile):
    """ไฟล์ของรายงาน — the PDF of one edition of a report; ``says`` is the digest of what it says.

    Whoever asks for what was printed already gets that file. ``version`` where it is one that was approved: then ``sha256``
    tells whether a file that somebody holds is the office's.
    """

    WHOLE, PUBLIC = "cycle-report", "cycle-report-public"
    KINDS = [(WHOLE, "ฉบับสมบูรณ์"), (PUBLIC, "ฉบับเผยแพร่")]

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField("ชนิด", max_length=30, choices=KINDS, editable=False)
    says = models.CharField("ลายนิ้วมือของเนื้อหา", max_length=64, db_index=True, editable=False)
    version = models.ForeignKey(
        ReportVersion, on_delete=models.PROTECT, null=True, related_name="files", editable=False
    )

    objects = ReportFileQuerySet.as_manager()

    class Meta(MadeFile.Meta):
        verbose_name = "ไฟล์ของรายงาน"
        verbose_name_plural = "ไฟล์ของรายงาน"

    def __str__(self) -> str:
        return f"{self.report} ({self.get_kind_display()})"

    def get_absolute_url(self) -> str:
        return reverse("cycles:report-file-detail", args=[self.pk])

    @property
    def extension(self) -> str:
        return "pdf"

    @property
    def subject(self) -> str:
        return str(self)

    @property
    def other(self) -> tuple[str, str]:
        """Back to what it is the file of."""
        return self.report.get_absolute_url(), "กลับไปที่รายงาน"
