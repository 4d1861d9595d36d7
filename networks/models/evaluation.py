"""How a network is judged: rounds, one evaluation a network and round, the rule of the area, what is to be developed."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import NETWORK_ROLES, SUPERVISION_STAFF
from instruments.models import Response
from instruments.services import form_gaps, unsettled_count
from networks.flows.evaluation import EVALUATION, FILLING, IMPROVE, NORMAL
from networks.models.network import Network
from thai.years import semester_label
from workflows.machine import state_field
from workflows.models import Stateful


class Outcome(models.TextChoices):
    """What an evaluation comes to."""

    NORMAL = NORMAL, "ปกติ"
    IMPROVE = IMPROVE, "ปรับปรุง"


class RoundKind(models.TextChoices):
    BEFORE = "before", "ก่อนการพัฒนา"
    ROUND = "round", "ระหว่างการพัฒนา"
    AFTER = "after", "หลังการพัฒนา"


ROUND_ORDER = {RoundKind.BEFORE: 0, RoundKind.ROUND: 1, RoundKind.AFTER: 2}
"""How the rounds of a semester follow each other."""


class EvaluationRound(models.Model):
    """รอบการประเมิน — networks that are judged together, on one version of one form, in one semester.

    Its collection lets the answers of the round be read together, as those of a survey are.
    """

    area = models.ForeignKey("schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT)
    academic_year = models.PositiveSmallIntegerField("ปีการศึกษา")
    semester = models.PositiveSmallIntegerField("ภาคเรียนที่", choices=[(1, "1"), (2, "2")])
    kind = models.CharField("ช่วงที่ประเมิน", max_length=10, choices=RoundKind.choices)
    number = models.PositiveSmallIntegerField("ครั้งที่", default=0, help_text="ใช้กับการประเมินระหว่างการพัฒนา")
    version = models.ForeignKey(
        "instruments.InstrumentVersion", verbose_name="แบบที่ใช้", on_delete=models.PROTECT, related_name="+"
    )
    collection = models.OneToOneField("instruments.Collection", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("เปิดเมื่อ", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "รอบการประเมินเครือข่าย"
        verbose_name_plural = "รอบการประเมินเครือข่าย"
        ordering = ["-academic_year", "-semester", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "academic_year", "semester", "kind", "number"],
                name="one_evaluation_round_of_a_kind",
                violation_error_message="มีรอบการประเมินนี้แล้ว",
            ),
            models.CheckConstraint(
                condition=Q(kind=RoundKind.ROUND, number__gte=1)
                | Q(kind__in=[RoundKind.BEFORE, RoundKind.AFTER], number=0),
                name="numbered_rounds_have_a_number",
                violation_error_message="การประเมินระหว่างการพัฒนาต้องระบุครั้งที่ตั้งแต่ 1 ขึ้นไป",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {semester_label(self.academic_year, self.semester)}"

    @property
    def label(self) -> str:
        return f"{self.get_kind_display()} ครั้งที่ {self.number}" if self.number else self.get_kind_display()

    @property
    def short(self) -> str:
        """For the axis of a chart."""
        word = f"ครั้งที่ {self.number}" if self.number else self.get_kind_display().removesuffix("การพัฒนา")
        return f"{word} {self.semester}/{self.academic_year}"

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Where it stands in time: before, the numbered ones, after, semester by semester."""
        return self.academic_year, self.semester, ROUND_ORDER[RoundKind(self.kind)], self.number


class EvaluationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``networks.see_evaluation``.

        The area's supervision staff and the network's lead always; whoever else sees the network once it is confirmed.
        """
        return self.filter(
            Q(area__in=user.areas_as(*SUPERVISION_STAFF))
            | Q(network__in=user.networks_as(*NETWORK_ROLES))
            | Q(state="confirmed", network__in=Network.objects.visible_to(user).values("pk"))
        )

    def in_semester(self, academic_year: int, semester: int):
        return self.filter(round__academic_year=academic_year, round__semester=semester)

    def standing(self):
        """Those that were not called off."""
        return self.exclude(state="discarded")

    def waiting_for(self, user):
        """Those that this person was asked to fill and has still to send."""
        return self.filter(evaluator=user.pk, state__in=FILLING)

    def for_list(self):
        return self.select_related("network", "round", "evaluator").defer("result")


class Evaluation(Stateful):
    """การประเมินเครือข่าย — one network judged in one round, on the round's form.

    ``result`` is fixed when it is sent: the statistics of each section and the whole, the rule as it stood that day and
    what it says in words. ``proposal`` is the rule's, ``decision`` a person's; both stay.
    """

    machine = EVALUATION

    area = models.ForeignKey("schools.AreaOffice", on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(EvaluationRound, on_delete=models.PROTECT, related_name="evaluations")
    network = models.ForeignKey(Network, verbose_name="เครือข่าย", on_delete=models.PROTECT, related_name="evaluations")
    response = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="network_evaluation")
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้ประเมิน", on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField("ส่งผลภายในวันที่")
    state = state_field(EVALUATION)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )
    result: Any = models.JSONField("ผล ณ วันที่ส่ง", default=dict, editable=False)
    mean = models.DecimalField("ค่าเฉลี่ยรวม", max_digits=4, decimal_places=2, null=True, editable=False)
    level = models.CharField("ระดับ", max_length=100, blank=True, editable=False)
    proposal = models.CharField("ผลตามเกณฑ์", max_length=10, choices=Outcome.choices, blank=True, editable=False)
    """Empty where the rule has nothing to say: no ratings, or a form with another scale."""
    decision = models.CharField("ผลที่ยืนยัน", max_length=10, choices=Outcome.choices, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EvaluationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["state", "revision", "result"])

    class Meta:
        verbose_name = "การประเมินเครือข่าย"
        verbose_name_plural = "การประเมินเครือข่าย"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "network"],
                condition=~Q(state="discarded"),
                name="one_evaluation_per_network_and_round",
                violation_error_message="มีการประเมินเครือข่ายนี้ในรอบนี้แล้ว",
            ),
            models.CheckConstraint(condition=Q(state__in=EVALUATION.keys), name="evaluation_state_is_known"),
        ]
        indexes = [
            models.Index(fields=["area", "state"], name="evaluation_by_area_and_state"),
            models.Index(fields=["network", "state"], name="evaluation_by_network"),
        ]

    def __str__(self) -> str:
        return f"การประเมิน{self.network} {self.round}"

    def get_absolute_url(self) -> str:
        return reverse("networks:evaluation-detail", args=[self.pk])

    @property
    def is_late(self) -> bool:
        return self.state in FILLING and self.due_on < timezone.localdate()

    @property
    def outcome(self) -> str:
        """The decision, or while it waits the proposal."""
        return self.decision or self.proposal

    def form_gaps(self) -> str:
        return form_gaps(self.response)

    def unsettled_answers(self) -> int:
        return unsettled_count(self.response)

    def content_for_digest(self) -> Any:
        return {
            "network": self.network_id,
            "round": self.round_id,
            "version": self.response.version_id,
            "answers": self.response.answers,
        }


class DecisionRule(models.Model):
    """เกณฑ์ตัดสินผลการประเมินเครือข่าย of an area: least means, on a scale of 1 to 5, for the outcome ปกติ.

    An area without one of its own judges by ``default_rule``. A changed rule changes no evaluation that was sent.
    """

    area = models.OneToOneField(
        "schools.AreaOffice", on_delete=models.CASCADE, related_name="network_rule", editable=False
    )
    whole_min = models.DecimalField(
        "ค่าเฉลี่ยรวมไม่ต่ำกว่า", max_digits=3, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(5))],
    )  # fmt: skip
    section_min = models.DecimalField(
        "ค่าเฉลี่ยของทุกด้านไม่ต่ำกว่า", max_digits=3, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(5))],
    )  # fmt: skip
    source = models.TextField("ที่มาของเกณฑ์", max_length=1000)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "เกณฑ์ตัดสินผลการประเมินเครือข่าย"
        verbose_name_plural = "เกณฑ์ตัดสินผลการประเมินเครือข่าย"
        constraints = [
            models.CheckConstraint(
                condition=Q(whole_min__isnull=False) | Q(section_min__isnull=False),
                name="decision_rule_asks_something",
                violation_error_message="โปรดกำหนดค่าเฉลี่ยรวมหรือค่าเฉลี่ยรายด้านอย่างน้อยหนึ่งอย่าง",
            )
        ]

    def __str__(self) -> str:
        asked = []
        if self.whole_min is not None:
            asked.append(f"ค่าเฉลี่ยรวมตั้งแต่ {self.whole_min:.2f}")
        if self.section_min is not None:
            asked.append(f"ไม่มีด้านใดต่ำกว่า {self.section_min:.2f}")
        return f"ปกติ เมื่อ{' และ'.join(asked)} มิฉะนั้น ปรับปรุง"


DEFAULT_SOURCE = (
    "ค่าเริ่มต้นของแบบ INS-07 ตามเกณฑ์แปลผล 5 ระดับของบุญชม ศรีสะอาด (2545: 103): 3.51 คือจุดเริ่มของระดับมาก และ 2.51 "
    "คือจุดเริ่มของระดับปานกลาง เครือข่ายที่ปกติจึงอยู่ในระดับมากขึ้นไปในภาพรวม โดยไม่มีด้านใดอยู่ในระดับน้อย สำนักงานปรับเกณฑ์ได้"
)


def default_rule(area_id: int) -> DecisionRule:
    """The rule that INS-07 proposes, unsaved."""
    return DecisionRule(area_id=area_id, whole_min=Decimal("3.51"), section_min=Decimal("2.51"), source=DEFAULT_SOURCE)


class Direction(models.Model):
    """แนวทางพัฒนา — what a network is to do after an evaluation, by whom and by when; done on a day, with what came of it.

    Seen by whoever sees its evaluation.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="directions")
    text = models.TextField("แนวทางพัฒนา", max_length=2000)
    owner = models.CharField("ผู้รับผิดชอบ", max_length=200)
    due_on = models.DateField("ภายในวันที่")
    done_on = models.DateField("ดำเนินการแล้วเมื่อ", null=True, blank=True)
    outcome = models.TextField("ผลที่เกิดขึ้น", max_length=2000, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "แนวทางพัฒนาเครือข่าย"
        verbose_name_plural = "แนวทางพัฒนาเครือข่าย"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["evaluation", "done_on"], name="direction_open")]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_late(self) -> bool:
        return self.done_on is None and self.due_on < timezone.localdate()
