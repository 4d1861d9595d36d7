"""What waits for people about evaluations (``reminders.registry``): to fill, to confirm, to do afterwards."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from accounts.flows import Role
from accounts.models import RoleAssignment
from networks.flows.evaluation import DECIDERS, PLANNERS
from networks.models import Direction, Evaluation
from reminders import registry
from reminders.people import People
from reminders.registry import AHEAD, Duty, Kind

RETURNED = Kind(
    "evaluation-returned", "ผลการประเมินเครือข่ายที่ถูกส่งกลับแก้ไข", "arrow-counterclockwise",
    lambda: reverse("networks:evaluation-list"), urgent=True,
)  # fmt: skip
TO_FILL = Kind("evaluation-fill", "เครือข่ายที่รอท่านประเมิน", "clipboard-check", lambda: reverse("networks:evaluation-list"))
TO_CONFIRM = Kind(
    "evaluation-confirm", "ผลการประเมินเครือข่ายที่รอยืนยัน", "check2-circle",
    lambda: f"{reverse('networks:evaluation-list')}?tab=decide",
)  # fmt: skip
TO_DO = Kind("network-direction", "แนวทางพัฒนาเครือข่ายที่ถึงกำหนด", "signpost", lambda: reverse("networks:evaluation-list"))


def register() -> None:
    registry.add(evaluations, RETURNED, TO_FILL, TO_CONFIRM)
    registry.add(directions, TO_DO)


def evaluations(people: People, today: date) -> Iterator[Duty]:
    """For the evaluator what is still to be sent, as long as the office or the network is his or hers; for the heads
    what waits to be confirmed, but nobody's own: what the only head sent, for the director. Two queries."""
    staff, leads = people.in_area(*PLANNERS), people.of_networks(Role.NETWORK_LEAD)
    deciders = people.in_area(*DECIDERS)
    if not (staff or leads or deciders):
        return
    found = (
        Evaluation.objects.filter(area=people.area_id, state__in=("open", "returned", "submitted"))
        .select_related("network", "round")
        .defer("result")
        .order_by("due_on", "pk")
    )
    heads = set(RoleAssignment.objects.holders(Role.GROUP_HEAD, area_id=people.area_id).values_list("pk", flat=True))
    for one in found:
        key, url, name = f"evaluation-{one.pk}", one.get_absolute_url(), str(one.network)
        if one.state != "submitted":
            if one.evaluator_id in staff | leads.get(one.network_id, frozenset()):
                kind = RETURNED if one.state == "returned" else TO_FILL
                yield Duty(one.evaluator_id, key, name, url, one.due_on, kind.key, detail=str(one.round))
            continue
        for user in deciders & (heads - {one.submitted_by_id} or deciders - {one.submitted_by_id}):
            yield Duty(user, f"{key}-confirm", name, url, None, TO_CONFIRM.key, detail=str(one.round))


def directions(people: People, today: date) -> Iterator[Duty]:
    """For the leads what their network is still to do, from two weeks before its day. One query."""
    leads = people.of_networks(Role.NETWORK_LEAD)
    if not leads:
        return
    found = (
        Direction.objects.filter(
            evaluation__area=people.area_id, evaluation__network__in=list(leads), done_on__isnull=True,
            due_on__lte=today + AHEAD,
        )
        .exclude(evaluation__state="discarded").select_related("evaluation__network").defer("evaluation__result")
    )  # fmt: skip
    for direction in found:
        evaluation = direction.evaluation
        url = reverse("networks:direction-edit", args=[evaluation.pk, direction.pk])
        for user in leads[evaluation.network_id]:
            yield Duty(
                user, f"direction-{direction.pk}", str(direction), url, direction.due_on, TO_DO.key,
                detail=str(evaluation.network),
            )  # fmt: skip
