"""What is stored of files of answers: who asked for which; how far it is, ``jobs`` knows."""

from django.db import models
from django.urls import reverse

from accounts.flows import SUPERVISION_STAFF
from jobs.models import MadeFile, MadeFileQuerySet


class ExportQuerySet(MadeFileQuerySet):
    def visible_to(self, user):
        """The list form of ``analysis.see_export``."""
        return self.filter(by=user, area__in=user.areas_as(*SUPERVISION_STAFF))


class Export(MadeFile):
    """ไฟล์คำตอบ — every answer of one form, as one person chose them."""

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    instrument = models.ForeignKey("instruments.Instrument", verbose_name="เครื่องมือ", on_delete=models.PROTECT)
    wanted = models.JSONField("สิ่งที่ขอ", default=dict, editable=False)
    """``analysis.exports.selection.Selection`` as JSON."""

    objects = ExportQuerySet.as_manager()

    class Meta(MadeFile.Meta):
        verbose_name = "ไฟล์คำตอบ"
        verbose_name_plural = "ไฟล์คำตอบ"

    def __str__(self) -> str:
        return f"ไฟล์คำตอบของ {self.instrument}"

    def get_absolute_url(self) -> str:
        return reverse("analysis:export-detail", args=[self.pk])

    @property
    def extension(self) -> str:
        return "zip" if self.wanted.get("file") == "csv" else "xlsx"

    @property
    def subject(self) -> str:
        return str(self.instrument)

    @property
    def other(self) -> tuple[str, str]:
        """Where another file of the same form is asked for."""
        return reverse("analysis:export-new", args=[self.instrument_id]), "ขอไฟล์อื่นของแบบนี้"
