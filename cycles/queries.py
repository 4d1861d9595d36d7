"""Reads of cycles worth a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from cycles.models import Cycle, CycleStep, Report
from schools.models import School
from thai.dates import today_in_bangkok


@dataclass(frozen=True)
class BoardRow:
    """One cycle on the board, with its steps in order."""

    cycle: Cycle
    steps: list[CycleStep]

    @property
    def present(self) -> CycleStep | None:
        return next((step for step in self.steps if step.number == self.cycle.present), None)

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.is_done for step in self.steps)


def board_rows(cycles: Iterable[Cycle]) -> list[BoardRow]:
    """The rows of one page of the board, at two queries more whatever their number.

    Each cycle knows its steps, without what people wrote in them, and each step its person in charge.
    """
    known = {cycle.pk: cycle for cycle in cycles}
    found: dict[int, list[CycleStep]] = {pk: [] for pk in known}
    steps = list(
        CycleStep.objects.filter(cycle__in=known)
        .only("cycle", "number", "key", "name", "owner", "starts_on", "ends_on", "late_reason")
        .order_by("cycle", "number")
    )
    people = User.objects.in_bulk({step.owner_id for step in steps if step.owner_id})
    for step in steps:
        step.cycle, step.owner = known[step.cycle_id], people.get(step.owner_id or 0)
        found[step.cycle_id].append(step)
    for pk, cycle in known.items():
        cycle.all_steps = found[pk]
    return [BoardRow(cycle, found[pk]) for pk, cycle in known.items()]


def late(cycles: QuerySet[Cycle]) -> QuerySet[Cycle]:
    """Those whose present step is past its window."""
    present = CycleStep.objects.filter(cycle=OuterRef("pk"), state=OuterRef("state"), ends_on__lt=today_in_bangkok())
    return cycles.filter(Exists(present))


def in_charge(cycles: QuerySet[Cycle], user) -> QuerySet[Cycle]:
    """Those with a step that is this person's."""
    return cycles.filter(pk__in=CycleStep.objects.filter(owner=user).values("cycle"))


def step_with_key(cycle: Cycle, key: str) -> CycleStep | None:
    return next((step for step in cycle.all_steps if step.key == key), None)


def priorities_of(cycle: Cycle, key: str) -> list[dict[str, Any]]:
    """The priorities chosen at the step with this key, as frozen where it is done; empty where there is none."""
    step = step_with_key(cycle, key)
    return list(step.kept.get("priorities") or []) if step else []


def delivery_counts(report: Report) -> dict[str, int]:
    """To how many schools and partners the report was sent, who opened it, and how many open schools lack it."""
    counts = report.deliveries.aggregate(
        schools=Count("pk", filter=Q(school__isnull=False, sent_at__isnull=False)),
        schools_opened=Count("pk", filter=Q(school__isnull=False, opened_at__isnull=False)),
        partners=Count("pk", filter=Q(school__isnull=True, sent_at__isnull=False)),
        partners_opened=Count("pk", filter=Q(school__isnull=True, opened_at__isnull=False)),
        unsent=Count("pk", filter=Q(sent_at__isnull=True)),
    )
    got = report.deliveries.filter(school__isnull=False, sent_at__isnull=False).values("school")
    left = School.objects.open_on().filter(area=report.area_id).exclude(pk__in=got).count()
    return {**counts, "schools_left": left}
