"""The one table of all addresses: who may open each, in which state of the record, and what it answers.

A person who does not see the record gets 404, exactly as for a record that does not exist. One who sees it and may
not do what the address does is told so (``TOLD``) and nothing changes. ``sees`` and ``does`` are sets of names of
``tests.standing.district`` or functions of the record's state that give one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from supervision.flows import FILLING, PLAN, RECOMMENDATION, SEEN_BY_SCHOOL, VISIT
from tests.standing.district import DUE, EVERYBODY, FAR, OFFICE, SCHOOL, VISITED
from tests.supervision.pictures import drawn_signature, photograph

OK = frozenset({200})
DONE = frozenset({200, 302})
REFUSED = frozenset({302, 409, 422})
"""Allowed to try, and told in the answer why it can't be done now."""
TOLD = frozenset({302, 403, 404, 409, 422})
Who = frozenset[str] | Callable[[str], frozenset[str]]

NOBODY: frozenset[str] = frozenset()
AREA = OFFICE | {"committee", "clerk"}
REGISTER = frozenset({"head", "clerk"})
"""Who keep the register of schools."""
TEAM = frozenset({"supervisor", "colleague"})
LEADERS = frozenset({"supervisor", "head"})
PLANNERS = OFFICE - {"director"}
PLAN_WRITERS = frozenset({"supervisor", "head"})


def sees_visit(state: str) -> frozenset[str]:
    return OFFICE | {"clerk"} | (SCHOOL | {"committee"} if state in SEEN_BY_SCHOOL else NOBODY)


def writes_visit(state: str) -> frozenset[str]:
    return TEAM if state in FILLING else NOBODY


def sees_plan(state: str) -> frozenset[str]:
    return OFFICE | ({"committee", "clerk"} if state in ("submitted", "approved") else NOBODY)


def writes_plan(state: str) -> frozenset[str]:
    return PLAN_WRITERS if state in ("draft", "returned") else NOBODY


def released(state: str) -> frozenset[str]:
    """Recommendations are walked on a released visit, and on visits in each state with an open one."""
    return OFFICE | SCHOOL | {"clerk", "committee"}


@dataclass(frozen=True)
class Address:
    """One address with one method. ``of``: the record whose states are walked, "" where there is none."""

    name: str
    of: str = ""
    args: Callable[[Any], list] = lambda world: []
    sees: Who = EVERYBODY
    does: Who | None = None
    method: str = "get"
    data: Callable[[Any], dict] = lambda world: {}
    ok: frozenset[int] = OK
    told: frozenset[int] = TOLD
    open: bool = False
    """Whether a person who is not signed in may open it."""
    signed_out: frozenset[int] = frozenset({302})
    headers: dict = field(default_factory=dict)

    def who_sees(self, state: str) -> frozenset[str]:
        return self.sees(state) if callable(self.sees) else self.sees

    def who_does(self, state: str) -> frozenset[str]:
        if self.does is None:
            return self.who_sees(state)
        return self.does(state) if callable(self.does) else self.does

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.name}"


def visit(name: str, **options) -> Address:
    options.setdefault("args", lambda world: [world.visit.pk])
    return Address(f"supervision:{name}", of="visit", **{"sees": sees_visit, **options})


def plan(name: str, **options) -> Address:
    options.setdefault("args", lambda world: [world.plan.pk])
    return Address(f"supervision:{name}", of="plan", **{"sees": sees_plan, **options})


def recommendation(name: str, **options) -> Address:
    options.setdefault("args", lambda world: [world.recommendation.pk])
    return Address(f"supervision:{name}", of="recommendation", **{"sees": released, **options})


def both(make: Callable, name: str, **options) -> list[Address]:
    """An address with a form: to be looked at, and to be sent."""
    data = options.pop("data")
    sent = options.pop("sent", DONE | REFUSED)
    return [make(name, **options), make(name, method="post", data=data, **(options | {"ok": sent}))]


# -- Moves: who may make which in which state ----------------------------------------------------------------------

VISIT_MOVES = {
    "start": ({"planned", "postponed"}, TEAM),
    "submit": (set(FILLING), LEADERS),
    "check": ({"submitted"}, {"workgroup_head", "head"}),
    "release": ({"checked"}, {"head", "director"}),
    "return": ({"submitted", "checked"}, {"workgroup_head", "head"}),
    "acknowledge": ({"released"}, {"school_head"}),
    "close": ({"acknowledged"}, LEADERS),
    "postpone": ({"planned"}, LEADERS),
    "cancel": ({"planned", "postponed", "in_progress"}, LEADERS),
}
PLAN_MOVES = {
    "submit": ({"draft", "returned"}, PLAN_WRITERS),
    "endorse": ({"submitted"}, {"head"}),
    "approve": (set(), NOBODY),
    "return": ({"submitted"}, {"head"}),
    "withdraw": ({"submitted"}, {"supervisor"}),
    "discard": ({"draft", "returned"}, PLAN_WRITERS),
}
RECOMMENDATION_MOVES = {
    "verify": ({"reported"}, TEAM | {"head"}),
    "ask_again": ({"reported"}, TEAM | {"head"}),
}


def moves(make: Callable, name: str, machine, table: dict, args: Callable) -> list[Address]:
    """One row for each transition, those that are only part of something else included: they answer 404."""
    rows = []
    for transition in machine.transitions:
        key = transition.name
        if transition.automatic:
            assert key not in table
            rows.append(make(name, method="post", args=_with(args, key), sees=NOBODY))
            continue
        states, people = table[key]
        rows.append(
            make(
                name,
                method="post",
                args=_with(args, key),
                does=_in_states(frozenset(states), frozenset(people)),
                data=lambda world: {"reason": "เพราะจำเป็น"},
                ok=frozenset({302}),
            )
        )
    rows.append(make(name, method="post", args=_with(args, "no-such-move"), sees=NOBODY))
    return rows


def _with(args: Callable, key: str) -> Callable:
    return lambda world: [*args(world), key]


def _in_states(states: frozenset[str], people: frozenset[str]) -> Callable[[str], frozenset[str]]:
    return lambda state: people if state in states else NOBODY


def of_form(world) -> list:
    return [world.visit.pk, world.form.pk]


def of_attachment(world) -> list:
    return [*of_form(world), world.attachment.pk]


def of_photo(world) -> list:
    return [world.visit.pk, world.photo.pk]


def of_item(world) -> list:
    return [world.plan.pk, world.item.pk]


def of_earlier(world) -> list:
    return [world.visit.pk, world.earlier.pk]


JSON = {"accept": "application/json"}
RECOMMEND = {"text": "จัดมุมอ่าน", "owner": "ฝ่ายวิชาการ", "due_on": DUE.isoformat()}
LINE = {"starts_on": "2026-12-01", "ends_on": "2026-12-02", "purpose": "ติดตาม"}


def plan_data(world) -> dict:
    return {
        "title": "แผนใหม่", "period": "fiscal", "year": "2570", "rationale": "ก", "objectives": "ก",
        "targets": "ก", "methods": "ก",
    }  # fmt: skip


def line_data(world) -> dict:
    return LINE | {"school": world.school.pk, "lead": world.supervisor.pk, "instruments": [world.instrument.pk]}


def record_data(world) -> dict:
    return {
        "visited_on": VISITED.isoformat(), "hosts": "คนใหม่", "summary": "เขียนใหม่",
        "findings-TOTAL_FORMS": "0", "findings-INITIAL_FORMS": "0",
    }  # fmt: skip


def school_data(world) -> dict:
    return {"name": "ชื่อใหม่"}


ADDRESSES: list[Address] = [
    # The frame
    Address("home"),
    Address("menu"),
    Address("healthz", open=True),
    Address("accounts:profile"),
    Address("accounts:login", open=True, ok=DONE),
    Address("accounts:logout", method="post", ok=frozenset({302})),
    Address("accounts:password-change"),
    Address("accounts:password-change", method="post", ok=OK),
    Address("accounts:password-changed"),
    Address("accounts:password-reset", open=True),
    Address("accounts:password-reset-sent", open=True),
    Address("accounts:password-set", args=lambda world: ["x", "y"], open=True),
    Address("accounts:password-set-done", open=True),
    Address("workflows:notice-list"),
    Address("workflows:notice-read-all", method="post", ok=frozenset({302})),
    Address(
        "workflows:notice-open", method="post", args=lambda world: [world.notice.pk], sees=frozenset({"head"}),
        ok=frozenset({302}),
    ),
    # The register of schools
    Address("schools:school-list"),
    Address("schools:school-export", args=lambda world: ["csv"]),
    Address("schools:school-export", args=lambda world: ["xlsx"]),
    Address("schools:school-export", args=lambda world: ["pdf"], sees=NOBODY),
    Address("schools:school-detail", args=lambda world: [world.school.pk], sees=AREA | SCHOOL),
    *both(
        Address, "schools:school-edit", args=lambda world: [world.school.pk], sees=REGISTER, data=school_data
    ),
    *both(
        Address, "schools:school-close", args=lambda world: [world.school.pk], sees=REGISTER,
        data=lambda world: {"on": "2026-11-01"},
    ),
    *both(
        Address, "schools:school-merge", args=lambda world: [world.school.pk], sees=REGISTER,
        data=lambda world: {"into": world.other_school.pk, "on": "2026-11-01"},
    ),
    Address("schools:group-list"),
    *both(
        Address, "schools:group-new", args=lambda world: [world.area.pk], sees=REGISTER,
        data=lambda world: {"name": "กลุ่มใหม่"},
    ),
    *both(
        Address, "schools:group-edit", args=lambda world: [world.group.pk], sees=REGISTER,
        data=lambda world: {"name": "ชื่อใหม่"},
    ),
    Address(
        "schools:group-delete", method="post", args=lambda world: [world.group.pk], sees=REGISTER, ok=frozenset({302})
    ),
    Address("schools:import-list", sees=REGISTER | {"far_head", "admin"}),
    Address("schools:import-new", sees=REGISTER | {"far_head", "admin"}),
    Address("schools:import-new", method="post", sees=REGISTER | {"far_head", "admin"}, ok=frozenset({422})),
    Address("schools:import-template", args=lambda world: ["schools"], sees=REGISTER | {"far_head", "admin"}),
    Address("schools:import-template", args=lambda world: ["nothing"], sees=NOBODY),
    Address("schools:import-detail", args=lambda world: [world.job.pk], sees=REGISTER),
    Address("schools:import-refused", args=lambda world: [world.job.pk], sees=REGISTER),
    Address(
        "schools:import-confirm", method="post", args=lambda world: [world.job.pk], sees=REGISTER, ok=frozenset({302})
    ),
    Address(
        "schools:import-cancel", method="post", args=lambda world: [world.job.pk], sees=REGISTER, ok=frozenset({302})
    ),
    # Instruments: shared ones are read in every office
    Address("instruments:instrument-list"),
    Address("instruments:instrument-detail", args=lambda w: [w.instrument.pk], sees=OFFICE | FAR | {"committee"}),
    Address("instruments:version-detail", args=lambda w: [w.version.pk], sees=OFFICE | FAR | {"committee"}),
    Address("instruments:version-blank", args=lambda w: [w.version.pk], sees=OFFICE | FAR | {"committee"}),
    # Networks and reports
    Address("networks:network-list"),
    Address("networks:network-detail", args=lambda w: [w.network.pk], sees=AREA | SCHOOL | {"network_lead"}),
    Address("reports:summary", sees=OFFICE | FAR | {"committee"}),
    *[
        Address("reports:export", args=lambda world, what=what, form=form: [what, form])
        for what in ("visits", "recommendations")
        for form in ("csv", "xlsx")
    ],
    Address("reports:export", args=lambda world: ["people", "csv"], sees=NOBODY),
    # Plans
    Address("supervision:plan-list"),
    Address("supervision:plan-create", does=PLANNERS | FAR),
    Address("supervision:plan-create", method="post", does=PLANNERS | FAR, data=plan_data, ok=frozenset({302})),
    plan("plan-detail"),
    plan("plan-pdf"),
    *both(plan, "plan-edit", does=writes_plan, data=plan_data),
    *both(plan, "plan-copy", does=PLANNERS, data=lambda world: {}),
    *both(plan, "plan-item-add", does=writes_plan, data=line_data),
    *both(
        plan, "plan-item-add-many", does=writes_plan,
        data=lambda world: line_data(world) | {"schools": [world.other_school.pk], "days": "1"},
    ),
    *both(plan, "plan-item-edit", args=of_item, does=writes_plan, data=line_data),
    *both(plan, "plan-item-delete", args=of_item, does=writes_plan, data=lambda world: {}),
    *moves(plan, "plan-transition", PLAN, PLAN_MOVES, lambda world: [world.plan.pk]),
    # Visits
    Address("supervision:visit-list"),
    Address("supervision:visit-create", does=PLANNERS | FAR),
    Address(
        "supervision:visit-create", method="post", does=frozenset({"supervisor", "head"}),
        data=lambda world: LINE | {
            "school": world.other_school.pk, "lead": world.supervisor.pk, "versions": [world.version.pk]
        },
        ok=frozenset({302}),
    ),
    visit("visit-detail"),
    visit("visit-pdf"),
    *both(visit, "visit-edit", does=writes_visit, data=record_data),
    *both(
        visit, "visit-reschedule", does=LEADERS,
        data=lambda world: {"starts_on": "2026-12-08", "ends_on": "2026-12-08", "reason": "ฝนตก"},
    ),
    *both(
        visit, "visit-team", does=LEADERS,
        data=lambda world: {"lead": world.supervisor.pk, "team": [world.colleague.pk, world.bystander.pk]},
    ),
    *both(
        visit, "visit-sign", does=writes_visit,
        data=lambda world: {"side": "school", "name": "นางใหม่ ใจดี", "position": "", "drawing": drawn_signature(3)},
    ),
    visit("visit-form", args=of_form),
    visit("visit-form-changes", args=of_form),
    visit("visit-form-changes", args=of_form, headers=JSON, signed_out=frozenset({401})),
    visit(
        "visit-form-save", args=of_form, method="post", does=writes_visit, data=lambda world: {"A1": "5"}, ok=DONE
    ),
    visit(
        "visit-form-save", args=of_form, method="post", does=writes_visit, headers=JSON, ok=DONE | REFUSED,
        signed_out=frozenset({401}),
    ),
    visit(
        "visit-attachment-add", args=of_form, method="post", does=writes_visit,
        data=lambda world: {"slot": "A1", "file": photograph()}, ok=DONE | REFUSED,
    ),
    visit("visit-attachment", args=of_attachment),
    visit("visit-attachment-thumb", args=of_attachment),
    visit(
        "visit-photo-add", method="post", does=writes_visit, data=lambda world: {"photo": photograph()}, ok=DONE
    ),
    visit("visit-photo", args=of_photo),
    visit(
        "visit-photo-caption", args=of_photo, method="post", does=writes_visit,
        data=lambda world: {"caption": "ห้องเรียน ป.1"}, ok=DONE,
    ),
    visit("visit-photo-delete", args=of_photo, method="post", does=writes_visit, ok=DONE),
    visit("visit-signature", args=lambda world: [world.visit.pk, "school"]),
    visit("visit-signature", args=lambda world: [world.visit.pk, "nobody"], sees=NOBODY),
    *moves(visit, "visit-transition", VISIT, VISIT_MOVES, lambda world: [world.visit.pk]),
    *both(
        visit, "recommendation-add", does=writes_visit,
        data=lambda world: {f"new-{key}": value for key, value in RECOMMEND.items()},
    ),
    *both(
        visit, "recommendation-settle", args=of_earlier, does=writes_visit,
        data=lambda world: {f"settle{world.earlier.pk}-text": "เห็นแล้ว"},
    ),
    *both(
        visit, "recommendation-carry", args=of_earlier, does=writes_visit,
        data=lambda world: {f"carry{world.earlier.pk}-due_on": DUE.isoformat()},
    ),
    # A recommendation as its visit goes through its states
    visit("recommendation-detail", args=lambda world: [world.recommendation.pk]),
    visit("recommendation-file", args=lambda world: [world.recommendation_file.uuid]),
    *both(
        visit, "recommendation-edit", args=lambda world: [world.recommendation.pk], does=writes_visit,
        data=lambda world: RECOMMEND,
    ),
    *both(
        visit, "recommendation-remove", args=lambda world: [world.recommendation.pk], does=writes_visit,
        data=lambda world: {},
    ),
    # A recommendation as it goes through its own
    Address("supervision:recommendation-list"),
    recommendation("recommendation-detail"),
    recommendation("recommendation-file", args=lambda world: [world.recommendation_file.uuid]),
    recommendation(
        "recommendation-plan", method="post", ok=frozenset({302}),
        does=_in_states(frozenset({"open", "planned", "reopened"}), frozenset({"school_head"})),
        data=lambda world: {
            f"r{world.recommendation.pk}plan-text": "จะทำ", f"r{world.recommendation.pk}plan-due_on": DUE.isoformat()
        },
    ),
    recommendation(
        "recommendation-report", method="post", ok=frozenset({302}),
        does=_in_states(frozenset({"planned", "reopened"}), frozenset({"school_head"})),
        data=lambda world: {f"r{world.recommendation.pk}report-text": "ทำแล้ว"},
    ),
    *moves(
        recommendation, "recommendation-transition", RECOMMENDATION, RECOMMENDATION_MOVES,
        lambda world: [world.recommendation.pk],
    ),
]  # fmt: skip

STATES = {"": [""], "visit": VISIT.keys, "plan": PLAN.keys, "recommendation": RECOMMENDATION.keys}
