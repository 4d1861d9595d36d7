"""The plan of a fiscal year or semester, and its schedule."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import AREA_ROLES, SUPERVISION_STAFF, Role
from accounts.models import RoleAssignment, User
from instruments.models import Instrument
from supervision.flows import PLAN, PLANNERS
from workflows.machine import state_field
from workflows.models import Approval, Stateful


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``supervision.see_plan``."""
        return self.filter(
            Q(area__in=user.areas_as(*SUPERVISION_STAFF))
            | Q(area__in=user.areas_as(Role.COMMITTEE, Role.CLERK), state__in=("submitted", "approved"))
        )

    def with_next_role(self):
        """Each plan with ``next_role``: whose turn it is in the chain, where the plan is submitted."""
        waiting = Approval.objects.filter(
            content_type=ContentType.objects.get_for_model(Plan), object_id=models.OuterRef("pk"), log__isnull=True
        ).order_by("-round", "place")
        return self.annotate(
            next_role=models.Case(
                models.When(state="submitted", then=models.Subquery(waiting.values("role")[:1])),
                output_field=models.CharField(),
            )
        )

    def awaiting(self, user):
        """The list form of ``supervision.decide_plan``: plans whose next decision is this person's."""
        turn = Q(pk__in=[])
        for role in AREA_ROLES:
            if areas := user.areas_as(role):
                turn |= Q(next_role=role, area__in=areas)
        return self.with_next_role().filter(turn).exclude(owner=user)

    def for_list(self):
        """What one line of the list shows, at a fixed number of queries; without the long texts."""
        lines = PlanItem.objects.filter(plan=models.OuterRef("pk")).order_by().values("plan")
        return (
            self.with_next_role()
            .select_related("owner", "area")
            .defer("rationale", "objectives", "targets", "methods")
            .annotate(
                lines=Coalesce(models.Subquery(lines.values(n=models.Count("pk"))), 0),
                schools=Coalesce(models.Subquery(lines.values(n=models.Count("school", distinct=True))), 0),
            )
        )


class Plan(Stateful):
    """แผนนิเทศ of one fiscal year or one semester; approved, it makes its visits."""

    machine = PLAN
    _history_user: Any
    next_role: str | None = None
    """Annotated by ``with_next_role``."""

    class Period(models.TextChoices):
        FISCAL_YEAR = "fiscal", "ทั้งปีงบประมาณ"
        SEMESTER_1 = "semester1", "ภาคเรียนที่ 1"
        SEMESTER_2 = "semester2", "ภาคเรียนที่ 2"

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="plans"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้จัดทำแผน", on_delete=models.PROTECT, related_name="plans_owned"
    )
    title = models.CharField("ชื่อแผน", max_length=250)
    period = models.CharField("ช่วงของแผน", max_length=12, choices=Period.choices, default=Period.FISCAL_YEAR)
    year = models.PositiveSmallIntegerField("ปี (พ.ศ.)", help_text="ปีงบประมาณของแผนทั้งปี หรือปีการศึกษาของแผนรายภาคเรียน")
    starts_on = models.DateField("ตั้งแต่วันที่")
    ends_on = models.DateField("ถึงวันที่")
    rationale = models.TextField("หลักการและเหตุผล", blank=True)
    objectives = models.TextField("วัตถุประสงค์", blank=True)
    targets = models.TextField("เป้าหมาย", blank=True)
    methods = models.TextField("วิธีดำเนินการ", blank=True)
    budget = models.DecimalField(
        "งบประมาณ (บาท)", max_digits=12, decimal_places=2, default=0,
        validators=[MinValueValidator(0, "งบประมาณต้องไม่ติดลบ")],
    )  # fmt: skip
    budget_source = models.CharField("แหล่งงบประมาณ", max_length=200, blank=True)
    team = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="คณะผู้รับผิดชอบ", related_name="plans_joined", blank=True
    )
    state = state_field(PLAN)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PlanQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["state", "revision"], m2m_fields=[team])

    class Meta:
        verbose_name = "แผนนิเทศ"
        verbose_name_plural = "แผนนิเทศ"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="plan_ends_after_it_starts",
                violation_error_message="วันสิ้นสุดของแผนต้องไม่อยู่ก่อนวันเริ่ม",
            ),
            models.CheckConstraint(condition=Q(state__in=PLAN.keys), name="plan_state_is_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("supervision:plan-detail", args=[self.pk])

    @property
    def record_code(self) -> str:
        """The code printed on the plan; unique, never re-used."""
        return f"PL-{self.year}-{self.pk:05d}"

    @property
    def period_label(self) -> str:
        """“ปีงบประมาณ 2569” or “ภาคเรียนที่ 1/2569”."""
        if self.period == self.Period.FISCAL_YEAR:
            return f"ปีงบประมาณ {self.year}"
        return f"{self.get_period_display()}/{self.year}"

    @property
    def next_role_label(self) -> str:
        """Who decides next, in words; for plans read with ``with_next_role``."""
        return Role(self.next_role).label if self.next_role else ""

    def unpublished_instruments(self) -> list[str]:
        """Titles of instruments in the schedule that have no published version to fill."""
        chosen = Instrument.objects.filter(plan_items__plan=self)
        return list(chosen.exclude(versions__state="published").distinct().values_list("title", flat=True))

    def leads_out_of_office(self) -> list[User]:
        """Leads of the schedule who do not go on visits for the area any more."""
        in_office = RoleAssignment.objects.holders(*PLANNERS, area_id=self.area_id)
        return list(User.objects.filter(plan_items_led__plan=self).exclude(pk__in=in_office).distinct())

    def required_texts(self) -> list[tuple[str, str]]:
        """(label, text) of what a plan must say before it is submitted."""
        return [
            ("หลักการและเหตุผล", self.rationale),
            ("วัตถุประสงค์", self.objectives),
            ("เป้าหมาย", self.targets),
            ("วิธีดำเนินการ", self.methods),
        ]

    def content_for_digest(self) -> dict:
        return {
            "title": self.title,
            "period": [self.period, self.year, self.starts_on, self.ends_on],
            "texts": [text for _label, text in self.required_texts()],
            "budget": [str(self.budget), self.budget_source],
            "team": sorted(self.team.values_list("pk", flat=True)),
            "items": [
                item.content_for_digest() for item in self.items.order_by("pk").prefetch_related("team", "instruments")
            ],
        }


class PlanItem(models.Model):
    """One line of the schedule: a school, a window of days, a purpose, a team, its instruments."""

    _history_user: Any

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    school = models.ForeignKey(
        "schools.School", verbose_name="สถานศึกษา", on_delete=models.PROTECT, related_name="plan_items"
    )
    starts_on = models.DateField("ตั้งแต่วันที่")
    ends_on = models.DateField("ถึงวันที่")
    purpose = models.CharField("ประเด็นการนิเทศ", max_length=300)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="หัวหน้าคณะ", on_delete=models.PROTECT, related_name="plan_items_led"
    )
    team = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="คณะผู้นิเทศ", related_name="plan_items_joined", blank=True
    )
    instruments = models.ManyToManyField(
        "instruments.Instrument", verbose_name="เครื่องมือนิเทศ", related_name="plan_items", blank=True
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "กำหนดการนิเทศ"
        verbose_name_plural = "กำหนดการนิเทศ"
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="plan_item_ends_after_it_starts",
                violation_error_message="วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม",
            )
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.purpose}"

    def content_for_digest(self) -> list:
        return [
            self.school_id, self.starts_on, self.ends_on, self.purpose, self.lead_id,
            sorted(user.pk for user in self.team.all()), sorted(instrument.pk for instrument in self.instruments.all()),
        ]  # fmt: skip
