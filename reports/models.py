"""What is stored of dossiers: of what, for whom, and what went in; how far one is, ``jobs`` knows."""

from django.db import models
from django.urls import reverse

from accounts.flows import SUPERVISION_STAFF
from jobs.models import MadeFile, MadeFileQuerySet


class DossierQuerySet(MadeFileQuerySet):
    def visible_to(self, user):
        """The list form of ``reports.see_dossier``."""
        return self.filter(by=user, area__in=user.areas_as(*SUPERVISION_STAFF))


class Dossier(MadeFile):
    """แฟ้มหลักฐาน — all that is kept of one visit, school, network or cycle in one ZIP, for an audit or the archive."""

    VISIT, SCHOOL, NETWORK, CYCLE = "visit", "school", "network", "cycle"
    KINDS = [(VISIT, "การนิเทศ"), (SCHOOL, "สถานศึกษา"), (NETWORK, "เครือข่าย"), (CYCLE, "รอบการดำเนินงาน")]

    extension = "zip"

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    kind = models.CharField("แฟ้มของ", max_length=10, choices=KINDS)
    object_id = models.BigIntegerField(editable=False)
    subject = models.CharField("เรื่อง", max_length=300)
    contents = models.JSONField("สิ่งที่อยู่ในแฟ้ม", default=list, editable=False)
    """[{path, title, size (bytes, None where the file is lost), sha256}] in order, without the index itself."""

    objects = DossierQuerySet.as_manager()

    class Meta(MadeFile.Meta):
        verbose_name = "แฟ้มหลักฐาน"
        verbose_name_plural = "แฟ้มหลักฐาน"

    def __str__(self) -> str:
        return f"แฟ้มหลักฐาน{self.get_kind_display()} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("reports:dossier-detail", args=[self.pk])

    @property
    def record_code(self) -> str:
        return f"DS-{self.pk:05d}"

    @property
    def missing(self) -> list[dict]:
        """What should be in it and is no longer in the store."""
        return [row for row in self.contents if row["size"] is None]
