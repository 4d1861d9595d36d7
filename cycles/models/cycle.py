"""Cycles of the handbook's processes: where each stands, what each step holds, and what was frozen when it was done."""

import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cycles.flows import CANCELLED, FINISHED, OVER, READERS, cycle_machine, step_number, step_state
from cycles.kinds import Gap, StepKind, kind_of
from handbook.content import YEARS, Process, ProcessStep
from thai.dates import today_in_bangkok
from workflows.machine import Machine
from workflows.models import AppendOnly, Stateful, TransitionLog

MOST_STEPS = 20
KEPT_FOR = 3600
"""Seconds for which a process that was read out of its edition is kept."""


class CycleQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``cycles.see_cycle``."""
        return self.filter(area__in=user.areas_as(*READERS))

    def running(self):
        return self.exclude(state__in=OVER)


class Cycle(Stateful):
    """รอบการดำเนินงาน — one process of the handbook in one year of the office, from its first step to its report.

    ``round`` counts how often the steps before the decision were gone through; ``improve_to`` is where ปรับปรุง leads.
    ``steps`` and ``decides`` are those of the process in its edition, which never changes.
    """

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="cycles"
    )
    edition = models.ForeignKey(
        "handbook.Edition", verbose_name="ฉบับของคู่มือ", on_delete=models.PROTECT, related_name="cycles"
    )
    process = models.CharField("กระบวนงาน", max_length=40)
    title = models.CharField("ชื่อ", max_length=400)
    year_kind = models.CharField("ชนิดของปี", max_length=10, choices=list(YEARS.items()), editable=False)
    year = models.PositiveSmallIntegerField("ปี (พ.ศ.)")
    steps = models.PositiveSmallIntegerField("จำนวนขั้น", editable=False)
    decides = models.PositiveSmallIntegerField("ขั้นที่ตัดสิน", editable=False)
    improve_to = models.PositiveSmallIntegerField("ปรับปรุงแล้วกลับไปขั้นที่")
    round = models.PositiveSmallIntegerField("รอบที่", default=1, editable=False)
    before = models.ForeignKey(
        "self", verbose_name="รอบก่อน", on_delete=models.PROTECT, null=True, blank=True, related_name="following"
    )
    plan = models.ForeignKey(
        "supervision.Plan",
        verbose_name="แผนนิเทศ",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="cycles",
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้เปิดรอบ", on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField("เปิดเมื่อ", default=timezone.now, editable=False)
    state = models.CharField("สถานะ", max_length=30, default=step_state(1), editable=False, db_index=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = "รอบการดำเนินงาน"
        verbose_name_plural = "รอบการดำเนินงาน"
        ordering = ["-year", "process", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "process", "year"],
                condition=~Q(state=CANCELLED),
                name="one_cycle_of_a_process_per_year",
                violation_error_message="มีรอบของกระบวนงานนี้ในปีนี้แล้ว",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*map(step_state, range(1, MOST_STEPS + 1)), *OVER]), name="cycle_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.year_name}"

    def get_absolute_url(self) -> str:
        return reverse("cycles:cycle-detail", args=[self.pk])

    @property
    def machine(self) -> Machine:  # type: ignore[override]
        return cycle_machine(self.steps or 1, self.decides or 0)

    @classmethod
    def machines(cls) -> list[Machine]:
        """Those of the shipped handbook: P-5.1 and P-5.2."""
        return [cycle_machine(6, 5), cycle_machine(7, 5)]

    @property
    def year_name(self) -> str:
        """ปีงบประมาณ 2570 or ปีการศึกษา 2569, as the process counts."""
        return f"{self.get_year_kind_display()} {self.year}"

    @property
    def record_code(self) -> str:
        """The code printed on what the cycle prints; unique, never re-used."""
        return f"CY-{self.year}-{self.pk:05d}"

    @property
    def present(self) -> int:
        """The number of the step at which the cycle stands; 0 where it is over."""
        return step_number(self.state)

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_finished(self) -> bool:
        return self.state == FINISHED

    @cached_property
    def handbook(self) -> Process:
        """The process as its edition has it; kept between requests, because an edition in use never changes."""
        key = f"handbook-process:{self.edition_id}:{self.process}"
        found = cache.get(key)
        if found is None:
            found = self.edition.book.process(self.process)
            cache.set(key, found, KEPT_FOR)
        return found

    @cached_property
    def all_steps(self) -> list["CycleStep"]:
        """Every step with its person in charge, in order; each knows this cycle."""
        found = list(self.rows.select_related("owner").order_by("number"))
        for step in found:
            step.cycle = self
        return found

    def step(self, number: int) -> "CycleStep":
        """Raises LookupError where there is no such step."""
        if not 1 <= number <= len(self.all_steps):
            raise LookupError(f"the cycle has no step {number}")
        return self.all_steps[number - 1]

    @property
    def present_step(self) -> "CycleStep | None":
        return self.step(self.present) if self.present else None

    @property
    def present_owner_id(self) -> int | None:
        step = self.present_step
        return step.owner_id if step else None

    def gaps(self) -> list[Gap]:
        """What is missing before the present step is done."""
        step = self.present_step
        return step.gaps if step else []


class CycleStep(models.Model):
    """One step of a cycle: its window, who is in charge, what people wrote, what it draws from.

    ``content`` is what the step's form keeps; ``version`` counts the changes, so that nobody writes over another.
    ``sources`` names records chosen for it: {name: [primary key]}.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveSmallIntegerField("ขั้นที่")
    key = models.CharField(max_length=40, editable=False)
    state = models.CharField(max_length=30, editable=False)
    """The state of a cycle that stands here."""
    name = models.CharField("ขั้นตอน", max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ผู้รับผิดชอบ",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    starts_on = models.DateField("ตั้งแต่วันที่")
    ends_on = models.DateField("ถึงวันที่")
    late_reason = models.TextField("เหตุที่ล่าช้า", blank=True)
    notes = models.TextField("บันทึก", blank=True)
    content = models.JSONField("เนื้อหา", default=dict, encoder=DjangoJSONEncoder, editable=False)
    sources = models.JSONField("แหล่งข้อมูล", default=dict, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "ขั้นของรอบ"
        verbose_name_plural = "ขั้นของรอบ"
        ordering = ["cycle", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="one_step_per_number"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="cycle_step_ends_after_it_starts",
                violation_error_message="วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม",
            ),
        ]

    def __str__(self) -> str:
        return f"ขั้นที่ {self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("cycles:step", args=[self.cycle_id, self.number])

    @property
    def area_id(self) -> int:
        return self.cycle.area_id

    @property
    def kind(self) -> StepKind:
        return kind_of(self.cycle.process, self.key)

    @property
    def handbook(self) -> ProcessStep:
        return self.cycle.handbook.step(self.number)

    @property
    def in_charge(self) -> str:
        """Who can mend what is missing, in words."""
        return str(self.owner) if self.owner else "หัวหน้ากลุ่มงานหรือผู้อำนวยการกลุ่มนิเทศฯ"

    @property
    def is_present(self) -> bool:
        return self.cycle.present == self.number

    @property
    def is_done(self) -> bool:
        return self.cycle.is_finished or 0 < self.number < self.cycle.present

    @property
    def is_open(self) -> bool:
        """May be worked on: the present step, and those after it, which may be prepared."""
        return not self.cycle.is_over and self.number >= self.cycle.present

    @property
    def days_late(self) -> int:
        """Days past the end of its window while it is not done; 0 where it is in time."""
        if self.is_done or self.cycle.is_over:
            return 0
        return max((today_in_bangkok() - self.ends_on).days, 0)

    @cached_property
    def record(self) -> "StepRecord | None":
        """What was frozen when the step was last done; None while it is open."""
        return self.records.order_by("-pk").first() if self.is_done else None

    def gathered(self) -> dict[str, Any]:
        """What the step gathers, as of this moment, as plain JSON."""
        return json.loads(json.dumps(self.kind.gather(self), cls=DjangoJSONEncoder))

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the step gathers: frozen where it is done, of this moment where it is open."""
        return self.record.facts if self.record else self.gathered()

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What people added: as frozen where the step is done."""
        return self.record.content if self.record else self.content

    @cached_property
    def gaps(self) -> list[Gap]:
        """Everything that is missing before this step is done."""
        url = self.get_absolute_url()
        found = list(self.kind.gaps(self, self.facts))
        if self.kind.form:
            found += [
                Gap(f"ยังไม่ได้กรอก “{label}”", self.in_charge, f"{url}#id_{name}", "กรอก")
                for name, label in self.kind.form.missing(self.content)
            ]
        unmet = [check.text for check in self.checks.all() if not check.met]
        found += [
            Gap(f"ยังไม่ได้ยืนยันมาตรฐาน “{text}”", self.in_charge, f"{url}#checks", "ตรวจตามมาตรฐาน") for text in unmet
        ]
        return found


class StepCheck(models.Model):
    """One line of the quality standard of a step, ticked by whoever saw that it holds."""

    step = models.ForeignKey(CycleStep, on_delete=models.CASCADE, related_name="checks")
    place = models.PositiveSmallIntegerField("ลำดับ")
    text = models.CharField("รายการ", max_length=500)
    met = models.BooleanField("เป็นไปตามมาตรฐาน", default=False)
    remark = models.CharField("หมายเหตุ", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "รายการตรวจตามมาตรฐาน"
        verbose_name_plural = "รายการตรวจตามมาตรฐาน"
        ordering = ["step", "place"]
        constraints = [models.UniqueConstraint(fields=["step", "place"], name="one_check_per_place")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_own(self) -> bool:
        """Whether the office added it; the handbook's own lines stay."""
        step = self.step.handbook
        return self.text not in {text[:500] for text in (step.standard or step.text, *(p.text for p in step.parts))}


def evidence_path(evidence: "StepEvidence", filename: str) -> str:
    return f"cycles/{evidence.step.cycle_id}/{evidence.sha256[:32]}.{filename.rpartition('.')[2]}"


class StepEvidence(models.Model):
    """ผลงานหรือหลักฐาน of a step: a file, or a page elsewhere."""

    step = models.ForeignKey(CycleStep, on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField("ชื่อผลงานหรือหลักฐาน", max_length=200)
    url = models.URLField("ลิงก์", blank=True, max_length=500)
    file = models.FileField("ไฟล์", upload_to=evidence_path, blank=True)
    name = models.CharField(max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    round = models.PositiveSmallIntegerField("รอบที่", default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "ผลงานหรือหลักฐาน"
        verbose_name_plural = "ผลงานหรือหลักฐาน"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class StepRecord(AppendOnly):
    """What a step was when it was done, as of that moment: gathered, written, checked. Done again, it gets another."""

    step = models.ForeignKey(CycleStep, on_delete=models.PROTECT, related_name="records")
    round = models.PositiveSmallIntegerField("รอบที่")
    facts = models.JSONField("ข้อมูลที่รวบรวม", default=dict, encoder=DjangoJSONEncoder)
    content = models.JSONField("เนื้อหา", default=dict, encoder=DjangoJSONEncoder)
    checks = models.JSONField("การตรวจตามมาตรฐาน", default=list)
    evidence = models.JSONField("ผลงานและหลักฐาน", default=list)
    log = models.OneToOneField(TransitionLog, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "บันทึกของขั้น"
        verbose_name_plural = "บันทึกของขั้น"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step} รอบที่ {self.round}"
