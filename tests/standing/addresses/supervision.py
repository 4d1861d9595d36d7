"""Plans, visits and recommendations."""

from supervision.flows import FILLING, PLAN, RECOMMENDATION, SEEN_BY_SCHOOL, VISIT
from tests.standing.addresses.table import DONE, JSON, NOBODY, PLANNERS, REFUSED, TEAM, Address, both, in_states, moves
from tests.standing.district import DUE, FAR, OFFICE, SCHOOL, VISITED
from tests.supervision.pictures import drawn_signature, photograph

LEADERS = frozenset({"supervisor", "head"})
PLAN_WRITERS = frozenset({"supervisor", "head"})


def sees_visit(state: str) -> frozenset[str]:
    return OFFICE | {"clerk"} | (SCHOOL | {"committee"} if state in SEEN_BY_SCHOOL else NOBODY)


def writes_visit(state: str) -> frozenset[str]:
    return TEAM if state in FILLING else NOBODY


def reports_journey(state: str) -> frozenset[str]:
    return NOBODY if state == "cancelled" else OFFICE | {"clerk"}


def sets_forms(state: str) -> frozenset[str]:
    return TEAM | {"head"} if state in ("planned", "postponed", *FILLING) else NOBODY


def sees_plan(state: str) -> frozenset[str]:
    return OFFICE | ({"committee", "clerk"} if state in ("submitted", "approved") else NOBODY)


def writes_plan(state: str) -> frozenset[str]:
    return PLAN_WRITERS if state in ("draft", "returned") else NOBODY


def released(state: str) -> frozenset[str]:
    """Recommendations are walked on a released visit, and on visits in each state with an open one."""
    return OFFICE | SCHOOL | {"clerk", "committee"}


def visit(name: str, **options) -> Address:
    options.setdefault("args", lambda world: [world.visit.pk])
    return Address(f"supervision:{name}", of="visit", **{"sees": sees_visit, **options})


def plan(name: str, **options) -> Address:
    options.setdefault("args", lambda world: [world.plan.pk])
    return Address(f"supervision:{name}", of="plan", **{"sees": sees_plan, **options})


def recommendation(name: str, **options) -> Address:
    options.setdefault("args", lambda world: [world.recommendation.pk])
    return Address(f"supervision:{name}", of="recommendation", **{"sees": released, **options})


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


ADDRESSES: list[Address] = [
    # Plans
    Address("supervision:plan-list"),
    Address("supervision:plan-create", does=PLANNERS | FAR),
    Address("supervision:plan-create", method="post", does=PLANNERS | FAR, data=plan_data, ok=frozenset({302})),
    plan("plan-detail"),
    plan("plan-pdf"),
    plan("plan-calendar"),
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
    Address("supervision:visit-calendar"),
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
    visit("visit-travel-report", does=reports_journey),
    *both(visit, "visit-edit", does=writes_visit, data=record_data),
    *both(
        visit, "visit-reschedule", does=LEADERS,
        data=lambda world: {"starts_on": "2026-12-08", "ends_on": "2026-12-08", "reason": "ฝนตก"},
    ),
    *both(
        visit, "visit-team", does=LEADERS,
        data=lambda world: {"lead": world.supervisor.pk, "team": [world.colleague.pk, world.bystander.pk]},
    ),
    *both(visit, "visit-forms", does=sets_forms, data=lambda world: {"versions": [world.version.pk]}),
    *both(
        visit, "visit-sign", does=writes_visit,
        data=lambda world: {"side": "school", "name": "นางใหม่ ใจดี", "position": "", "drawing": drawn_signature(3)},
    ),
    visit("visit-form", args=of_form),
    visit("visit-form-pdf", args=of_form),
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
        does=in_states(frozenset({"open", "planned", "reopened"}), frozenset({"school_head"})),
        data=lambda world: {
            f"r{world.recommendation.pk}plan-text": "จะทำ", f"r{world.recommendation.pk}plan-due_on": DUE.isoformat()
        },
    ),
    recommendation(
        "recommendation-report", method="post", ok=frozenset({302}),
        does=in_states(frozenset({"planned", "reopened"}), frozenset({"school_head"})),
        data=lambda world: {f"r{world.recommendation.pk}report-text": "ทำแล้ว"},
    ),
    *moves(
        recommendation, "recommendation-transition", RECOMMENDATION, RECOMMENDATION_MOVES,
        lambda world: [world.recommendation.pk],
    ),
]  # fmt: skip
