"""The plan of networks of one cycle of P-5.2: what is planned stands in its step, here stands its approval."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cycles.flows import NETWORK_PLAN
from cycles.kinds import Gap
from cycles.models.cycle import Cycle, CycleStep
from workflows.machine import state_field
from workflows.models import Stateful, TransitionLog

PLANNED = ("rationale", "activities", "left_out")
"""What of the step's content is the plan, and is approved."""


class NetworkPlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``cycles.see_network_plan``."""
        return self.filter(cycle__in=Cycle.objects.visible_to(user))


class NetworkPlan(Stateful):
    """แผนส่งเสริมเครือข่าย — objectives and activities for each kind of network, approved by the group head."""

    machine = NETWORK_PLAN

    cycle = models.OneToOneField(Cycle, on_delete=models.PROTECT, related_name="network_plan")
    step = models.OneToOneField(CycleStep, on_delete=models.PROTECT, related_name="network_plan")
    state = state_field(NETWORK_PLAN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = NetworkPlanQuerySet.as_manager()

    class Meta:
        verbose_name = "แผนส่งเสริมเครือข่าย"
        verbose_name_plural = "แผนส่งเสริมเครือข่าย"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NETWORK_PLAN.keys), name="network_plan_state_is_known")
        ]

    def __str__(self) -> str:
        return f"แผนส่งเสริมและสนับสนุนเครือข่าย {self.cycle.year_name}"

    def get_absolute_url(self) -> str:
        return reverse("cycles:network-plan", args=[self.pk])

    @property
    def area_id(self) -> int:
        return self.cycle.area_id

    @property
    def is_written(self) -> bool:
        """Whether what is planned may be changed now."""
        return self.state in ("draft", "returned")

    def gaps_of_content(self) -> list[Gap]:
        """What is missing in the plan itself, its approval aside."""
        kind: Any = self.step.kind
        return kind.gaps_of_content(self.step)

    def content_for_digest(self) -> dict[str, Any]:
        content = CycleStep.objects.values_list("content", flat=True).get(pk=self.step_id)
        return {"cycle": self.cycle_id, **{name: content.get(name) for name in PLANNED}}

    def last_log(self, action: str) -> TransitionLog | None:
        return self.transitions.filter(action=action).select_related("by").order_by("-at", "-pk").first()

    def is_as(self, log: TransitionLog | None) -> bool:
        """Whether the plan still says what it said at that move."""
        return log is not None and log.digest == self.content_digest()
