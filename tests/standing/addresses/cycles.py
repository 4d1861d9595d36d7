"""Cycles and their report."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.standing.addresses.table import AREA, NOBODY, OK, PLANNERS, REFUSED, Address, both
from tests.standing.district import OFFICE, SCHOOL

KEEPERS = frozenset({"workgroup_head", "head"})
"""Who open cycles and set their times and people."""


def cycle(name: str, *, more: Sequence[Any] = (), **options) -> Address:
    """About the cycle that the office has just opened."""
    options.setdefault("args", lambda world: [world.cycle.pk, *more])
    return Address(f"cycles:{name}", **{"sees": AREA, **options})


def step(name: str, last: Callable[[Any], list] = lambda world: [], **options) -> Address:
    """About its first step."""
    options.setdefault("args", lambda world: [world.cycle.pk, 1, *last(world)])
    return cycle(name, **{"does": PLANNERS, "method": "post", "ok": frozenset({302}), **options})


def report(name: str, *, more: Sequence[Any] = (), **options) -> Address:
    """About its report, a draft that the office alone reads."""
    options.setdefault("args", lambda world: [world.report.pk, *more])
    return Address(f"cycles:{name}", **{"sees": OFFICE, **options})


ADDRESSES: list[Address] = [
    # Cycles: read by the office, its committee and clerk; the staff work on steps, two keep times, the head decides
    Address("cycles:board"),
    Address("cycles:mine", sees=SCHOOL | {"other_school_head", "network_lead"}),
    *both(Address, "cycles:cycle-open", does=KEEPERS | {"far_head"}, data=lambda w: {"process": "P-5.2", "year": "2570"}),
    *(cycle(name) for name in ("cycle-detail", "cycle-pdf")),
    *both(cycle, "schedule", does=KEEPERS, data=lambda w: {}),
    cycle("cycle-transition", more=["cancel"], does=frozenset({"head"}), method="post", data=lambda w: {"reason": "เปิดผิดปี"}, ok=frozenset({302})),
    cycle("cycle-transition", more=["no-such-move"], sees=NOBODY, does=NOBODY, method="post"),
    *(step(name, method="get", does=AREA, ok=OK) for name in ("step", "step-pdf")),
    Address("cycles:step", args=lambda w: [w.cycle.pk, 99], sees=NOBODY, does=NOBODY),
    step("step-write", data=lambda w: {"findings": "นักเรียนลดลง"}),
    step("step-source", lambda w: ["no-such-source"], sees=NOBODY, does=NOBODY),
    cycle("plan-begin", method="post", does=PLANNERS, ok=frozenset({302})),
    cycle("plan-tie", method="post", does=PLANNERS, ok=frozenset({302})),
    *both(cycle, "plan-opinion", does=frozenset({"committee"}), data=lambda w: {"verdict": "agree", "given_on": "1/11/2569"}, sent=REFUSED),
    Address("cycles:network-plan-begin", method="post", args=lambda w: [w.network_cycle.pk], sees=AREA, does=PLANNERS, ok=frozenset({302})),
    Address("cycles:network-plan-begin", method="post", args=lambda w: [w.cycle.pk], sees=NOBODY, does=NOBODY),
    Address("cycles:network-plan", args=lambda w: [w.network_plan.pk], sees=AREA),
    Address("cycles:network-plan-transition", method="post", args=lambda w: [w.network_plan.pk, "submit"], sees=AREA, does=PLANNERS, ok=REFUSED),
    step("step-notes", data=lambda w: {"notes": "บันทึก"}),
    step("step-checks", data=lambda w: {}),
    step("check-remove", lambda w: [w.check.pk], does=KEEPERS),
    step("evidence-add", data=lambda w: {"title": "ลิงก์", "url": "https://example.org/"}),
    step("evidence-file", lambda w: [w.evidence.pk], method="get", does=AREA, ok=OK),
    step("evidence-remove", lambda w: [w.evidence.pk], does=frozenset({"supervisor", *KEEPERS})),
    cycle("needs-report", more=[2], sees=AREA, does=NOBODY),
    cycle("needs-report", more=[1], sees=NOBODY),
    cycle("appointment-order", more=[4]),
    cycle("appointment-order", more=[1], sees=NOBODY),
    cycle("report-begin", method="post", does=PLANNERS, ok=frozenset({302})),
    report("report-detail"),
    *both(report, "report-edit", does=PLANNERS, data=lambda w: {"title": "รายงาน", "preface": "ก", "summary": "ข"}),
    *(report("report-transition", more=[move], does=NOBODY, method="post") for move in ("submit", "publish")),
    report("report-transition", more=["no-such-move"], sees=NOBODY, does=NOBODY, method="post"),
    report("report-pdf"),
    *(report(name, more=more, ok=frozenset({200, 302})) for name, more in (("passages", []), ("passage-edit", ["background"]))),
    report("passage-edit", more=["background"], method="post", ok=frozenset({302}), data=lambda w: {"what": "take", "seen": "0"}),
    Address("cycles:report-file-detail", args=lambda w: [w.report_file.pk], sees=OFFICE),
    Address("cycles:report-file-download", args=lambda w: [w.report_file.pk], sees=OFFICE),
    *(
        Address(f"cycles:report-file-{act}", method="post", args=lambda w: [w.report_file.pk], sees=OFFICE, ok=frozenset({302}))
        for act in ("cancel", "here", "again")
    ),
    Address("cycles:verify-report", args=lambda w: [w.report_version.token], open=True),
    report("deliveries"),
    report("report-send", more=["schools"], does=NOBODY, method="post"),
    Address(
        "cycles:delivery-by-hand", method="post", args=lambda w: [w.published.pk, w.delivery.pk], sees=AREA,
        does=PLANNERS | {"clerk"}, ok=frozenset({302}),
    ),
    Address("cycles:public-list", open=True),
    *(Address(f"cycles:{name}", args=lambda w: [w.published.slug], open=True) for name in ("public-report", "public-pdf")),
    *(
        Address(f"cycles:{name}", args=lambda w: [w.delivery.token], open=True)
        for name in ("delivered-report", "delivered-pdf")
    ),
]  # fmt: skip
