"""P-5.1 step 2 and P-5.2 step 1: what schools need, and the networks that there are."""

from typing import Any

from django.db.models import Count
from django.utils import timezone

from cycles.kinds import step_kind
from cycles.models import CycleStep
from cycles.steps.asking import AskingStep
from networks.models import LEADING, Kind, Level, Member, MemberKind, Network, Pair

MOST_NAMED = 20


@step_kind("P-5.1", "s2")
class Needs(AskingStep):
    template = "cycles/steps/needs.html"
    document = "cycles/steps/needs_document.html"
    styles = ("css/charts.css", "css/analysis.css", "css/cycle-steps.css")
    title = "รายงานสภาพปัญหาและความต้องการ"


@step_kind("P-5.2", "s1")
class NetworkNeeds(AskingStep):
    """The needs of networks beside what is known of those that there are."""

    template = "cycles/steps/network_needs.html"
    document = "cycles/steps/network_needs_document.html"
    styles = ("css/charts.css", "css/analysis.css", "css/cycle-steps.css")
    title = "สารสนเทศและความต้องการของเครือข่าย"

    def gather(self, step: CycleStep) -> dict[str, Any]:
        return {**super().gather(step), "networks": network_facts(step.area_id)}


def network_facts(area_id: int) -> dict[str, Any]:
    """The networks that work today: how many of each kind and level, with whom, and which need to be set in order.

    Seven queries, however many networks.
    """
    today = timezone.localdate()
    running = Network.objects.filter(area=area_id).standing("running", today)
    counts = {
        (row["kind"], row["level"]): row["n"]
        for row in running.order_by().values("kind", "level").annotate(n=Count("pk"))
    }
    current = Member.objects.current(today).filter(network__in=running)
    members = dict(
        current.order_by().values("kind").annotate(n=Count("identity", distinct=True)).values_list("kind", "n")
    )
    leading = Member.objects.filter(role__in=LEADING)
    led = leading.current(today).values("network")
    leaderless = running.exclude(pk__in=led)
    ended = leaderless.filter(pk__in=leading.filter(left_on__lt=today).values("network"))
    return {
        "on": today,
        "total": sum(counts.values()),
        "levels": [level.label for level in Level],
        "kinds": [
            {
                "kind": kind.label,
                "cells": (cells := [counts.get((kind.value, level.value), 0) for level in Level]),
                "total": sum(cells),
            }
            for kind in Kind
        ],
        "members": [{"kind": kind.label, "n": members.get(kind.value, 0)} for kind in MemberKind],
        "pairs": Pair.objects.current(today).filter(network__in=running).count(),
        "leaderless": leaderless.count(),
        "leaderless_names": [
            {"pk": pk, "name": name} for pk, name in leaderless.values_list("pk", "name")[:MOST_NAMED]
        ],
        "ended": list(ended.values_list("pk", flat=True)[:MOST_NAMED]),
    }
