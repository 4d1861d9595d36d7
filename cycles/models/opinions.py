"""What the committee (ก.ต.ป.น.) says of a plan."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from cycles.models.cycle import Cycle
from workflows.models import AppendOnly, AppendOnlyQuerySet

AGREE, SUGGEST = "agree", "suggest"
VERDICTS = [(AGREE, "เห็นชอบ"), (SUGGEST, "มีข้อเสนอแนะ")]


class PlanOpinionQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user):
        """The opinions of the cycles that the person sees."""
        return self.filter(cycle__in=Cycle.objects.visible_to(user))


class PlanOpinion(AppendOnly):
    """ความเห็นของกรรมการ — one member's opinion on the plan of a cycle; a later one stands in place of the earlier.

    ``digest`` says what the plan said when it was read.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="opinions")
    plan = models.ForeignKey("supervision.Plan", on_delete=models.PROTECT, related_name="opinions")
    verdict = models.CharField("ความเห็น", max_length=10, choices=VERDICTS)
    text = models.TextField("ข้อเสนอแนะ", blank=True)
    given_on = models.DateField("วันที่ให้ความเห็น")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    position = models.CharField("ตำแหน่งขณะนั้น", max_length=250, blank=True)
    digest = models.CharField("ลายนิ้วมือของแผน", max_length=64)
    at = models.DateTimeField("บันทึกเมื่อ", default=timezone.now)

    objects = PlanOpinionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "ความเห็นต่อแผน"
        verbose_name_plural = "ความเห็นต่อแผน"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} · {self.by}"
