"""Networks, their evaluations, and what they do."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from networks.flows.gatherings import ACTIVITY, MEETING
from networks.services.attendance import token_of as check_in_token
from tests.standing.addresses.table import AREA, DONE, JSON, NOBODY, PLANNERS, REFUSED, Address, both, moves, today
from tests.standing.district import DUE, EVERYBODY, FAR, OFFICE, SCHOOL
from tests.supervision.pictures import photograph

NETWORK_SEERS = AREA | SCHOOL | {"network_lead"}
NETWORK_KEEPERS = OFFICE | {"network_lead"}
ARRANGERS = OFFICE | {"clerk", "network_lead"}
"""Who arrange what a network does."""
DIRECTING = PLANNERS | {"network_lead"}
"""Who write what a network is to do after an evaluation."""


def network(name: str, *, more: Callable[[Any], list] = lambda world: [], **options) -> Address:
    """About the network that the school belongs to: who keeps it changes it."""
    options.setdefault("args", lambda world: [world.network.pk, *more(world)])
    return Address(f"networks:{name}", **{"sees": NETWORK_SEERS, "does": NETWORK_KEEPERS, **options})


def evaluation(name: str, *more: str, **options) -> Address:
    """About the evaluation that the supervisor fills."""
    options.setdefault("args", lambda world: [world.evaluation.pk, *more])
    return Address(f"networks:evaluation-{name}", **{"sees": OFFICE | {"network_lead"}, **options})


def judged(name: str, **options) -> Address:
    """About the confirmed one, which the network's members read."""
    options.setdefault("args", lambda world: [world.judged.pk])
    return Address(f"networks:{name}", **{"sees": AREA | SCHOOL | {"network_lead"}, **options})


def sees_meeting(state: str) -> frozenset[str]:
    return ARRANGERS | (NETWORK_SEERS if state != "draft" else NOBODY)


def meeting(name: str, *, more: Callable[[Any], list] = lambda world: [], **options) -> Address:
    options.setdefault("args", lambda world: [world.meeting.pk, *more(world)])
    if options.get("sees") == NOBODY:
        options["does"] = NOBODY
    return Address(f"networks:meeting-{name}", of="meeting", **{"sees": sees_meeting, "does": ARRANGERS, **options})


def activity(name: str, *, more: Callable[[Any], list] = lambda world: [], **options) -> Address:
    options.setdefault("args", lambda world: [world.activity.pk, *more(world)])
    if options.get("sees") == NOBODY:
        options["does"] = NOBODY
    return Address(f"networks:activity-{name}", of="activity", **{"sees": NETWORK_SEERS, "does": ARRANGERS, **options})


MEETING_MOVES = {
    "announce": ({"draft"}, ARRANGERS),
    "hold": ({"announced"}, ARRANGERS),
    "approve": ({"held"}, {"head", "director"}),
    "cancel": ({"draft", "announced"}, ARRANGERS),
}
ACTIVITY_MOVES = {
    "hold": ({"planned"}, ARRANGERS),
    "report": ({"held"}, ARRANGERS),
    "reopen": ({"reported"}, {"head", "director"}),
    "cancel": ({"planned"}, ARRANGERS),
}


def network_data(world) -> dict:
    return {"name": "เครือข่ายใหม่", "kind": "club", "level": "area", "purpose": "พัฒนา", "started_on": "2020-01-01"}


def meeting_data(world) -> dict:
    return {"title": "ประชุมใหม่", "kind": "meeting", "network": world.network.pk, "starts_on": today()}


def agenda_data(world) -> dict:
    return {"agenda-TOTAL_FORMS": "1", "agenda-INITIAL_FORMS": "0", "agenda-0-title": "เรื่องใหม่"}


def activity_data(world) -> dict:
    return {
        "title": "กิจกรรมใหม่", "kind": "club", "network": world.network.pk, "starts_on": today(), "objective": "ก"
    }  # fmt: skip


def _minutes_for(state: str) -> frozenset[str]:
    """Approved ones for everybody concerned, before that for those who write them."""
    return {"announced": ARRANGERS, "held": ARRANGERS, "minuted": ARRANGERS | NETWORK_SEERS}.get(state, NOBODY)


def member_data(world) -> dict:
    return {"name": "นางใหม่ ใจดี", "role": "member", "joined_on": today()}


ADDRESSES: list[Address] = [
    # Networks
    Address("networks:network-list"),
    # Evaluations: one that is filled, for the office and the lead; one that is confirmed, for whoever sees the network
    Address("networks:evaluation-list"),
    Address("networks:scores-list"),
    Address("networks:scores-export", args=lambda w: ["csv"]),
    Address("networks:scores-export", args=lambda w: ["xlsx"]),
    Address("networks:scores-export", args=lambda w: ["pdf"], sees=NOBODY),
    *(
        Address(f"networks:{name}", args=lambda w: [w.network.pk], sees=AREA | SCHOOL | {"network_lead"})
        for name in ("network-scores", "network-scores-pdf")
    ),
    *both(Address, "networks:evaluation-new", does=PLANNERS | FAR, data=lambda w: {}),
    Address("networks:evaluation-rule", sees=AREA | FAR),
    Address(
        "networks:evaluation-rule", method="post", sees=AREA | FAR, does=frozenset({"head", "far_head"}),
        data=lambda w: {"whole_min": "3.00", "source": "มติ"}, ok=frozenset({302}),
    ),
    *(evaluation(name) for name in ("detail", "fill", "pdf", "fill-changes")),
    evaluation("fill-changes", headers=JSON, signed_out=frozenset({401})),
    evaluation("transition", "submit", does=PLANNERS, method="post", ok=frozenset({302})),
    evaluation("transition", "confirm", sees=NOBODY, method="post"),
    evaluation("transition", "no-such-move", sees=NOBODY, method="post"),
    *both(
        lambda name, **options: evaluation(name, does=PLANNERS, **options), "edit",
        data=lambda w: {"evaluator": w.colleague.pk, "due_on": DUE.isoformat()},
    ),
    evaluation("fill-save", does=PLANNERS, method="post", ok=DONE),
    evaluation(
        "fill-save", does=PLANNERS, method="post", headers=JSON, ok=DONE | REFUSED, signed_out=frozenset({401})
    ),
    evaluation(
        "file-add", does=PLANNERS, method="post", data=lambda w: {"slot": "A1", "file": photograph()}, ok=DONE | REFUSED
    ),
    evaluation("file", args=lambda w: [w.evaluation.pk, w.evaluation_picture.pk]),
    evaluation("file-thumb", args=lambda w: [w.evaluation.pk, w.evaluation_picture.pk]),
    judged("evaluation-detail"),
    judged("evaluation-fill"),
    judged("evaluation-confirm", does=NOBODY, method="post", data=lambda w: {"decision": "normal"}),
    judged(
        "evaluation-transition", args=lambda w: [w.judged.pk, "reconsider"], does=frozenset({"head", "director"}),
        method="post", data=lambda w: {"reason": "หลักฐานใหม่"}, ok=frozenset({302}),
    ),
    judged(
        "direction-add", does=DIRECTING, method="post", ok=frozenset({302}),
        data=lambda w: {"text": "จัดเวที", "owner": "ประธาน", "due_on": DUE.isoformat()},
    ),
    *both(
        lambda name, **options: judged(name, does=DIRECTING, **options), "direction-edit",
        args=lambda w: [w.judged.pk, w.direction.pk],
        data=lambda w: {"text": "จัดเวที", "owner": "ประธาน", "due_on": DUE.isoformat()},
    ),
    network("network-detail", does=None),
    Address("networks:network-create", does=OFFICE | FAR),
    Address("networks:network-create", method="post", does=OFFICE | FAR, data=network_data, ok=frozenset({302})),
    *both(network, "network-edit", does=OFFICE, data=network_data),
    Address("networks:directory"),
    Address("networks:directory-pdf", ok=DONE),
    Address("networks:directory-xlsx"),
    *both(network, "member-add", data=member_data),
    *both(network, "member-edit", more=lambda w: [w.member.pk], data=member_data),
    *both(network, "member-end", more=lambda w: [w.member.pk], data=lambda w: {"on": today()}),
    network("member-remove", more=lambda w: [w.member.pk], method="post", ok=DONE),
    *both(network, "pair-add", data=lambda w: {"elder": w.school.pk, "younger": w.network_pair.younger_id, "purpose": "อ่าน"}),
    *both(network, "pair-edit", more=lambda w: [w.network_pair.pk], data=lambda w: {"purpose": "คิดเลข", "started_on": today()}),
    *both(
        network, "agreement-add",
        data=lambda w: {"kind": "order", "title": "คำสั่ง", "dated_on": today(), "upload": photograph()},
    ),
    network("agreement-file", more=lambda w: [w.agreement.uuid], does=None),
    network("agreement-remove", more=lambda w: [w.agreement.uuid], method="post", ok=DONE),
    *both(network, "member-import", data=lambda w: {"file": ContentFile("ชื่อสมาชิก\nนางดี".encode(), "a.csv")}),
    network("member-import-template"),
    network("network-report", does=None),
    network("member-import-detail", more=lambda w: [w.sheet.pk]),
    network("member-import-confirm", more=lambda w: [w.sheet.pk], method="post", ok=DONE),
    network("member-import-cancel", more=lambda w: [w.sheet.pk], method="post", ok=DONE),
    # What networks do: meetings and activities, and their doors
    Address("networks:meeting-list"),
    Address("networks:activity-list"),
    Address("networks:meeting-create", does=ARRANGERS | FAR),
    Address(
        "networks:meeting-create", method="post", does=ARRANGERS | FAR, data=meeting_data, ok=DONE | REFUSED
    ),
    Address("networks:activity-create", does=ARRANGERS | FAR),
    Address("networks:activity-create", method="post", does=ARRANGERS, data=activity_data, ok=DONE),
    Address("networks:check-in", of="meeting", args=lambda w: [check_in_token(w.meeting)], open=True, sees=EVERYBODY),
    Address("networks:check-in", args=lambda world: ["no-such-link"], sees=NOBODY, signed_out=frozenset({404})),
    meeting("detail", does=None),
    *both(meeting, "edit", data=meeting_data, ok=DONE),
    *both(meeting, "agenda", data=agenda_data, ok=DONE),
    *both(meeting, "minutes", data=lambda w: {"direction": "ทำแผน"}, ok=DONE),
    meeting("minutes-pdf", sees=_minutes_for, does=None),
    meeting("invitation-pdf", does=None),
    *moves(meeting, "transition", MEETING, MEETING_MOVES, lambda world: [world.meeting.pk]),
    activity("detail", does=None),
    meeting("certificates", method="post", does=OFFICE | {"clerk"}, ok=frozenset({302})),
    activity("certificates", method="post", does=OFFICE | {"clerk"}, ok=frozenset({302})),
    network("network-certificates", method="post", does=OFFICE | {"clerk"}, ok=frozenset({302})),
    *both(activity, "edit", data=activity_data, ok=DONE),
    *both(activity, "report", data=lambda w: {"result": "ได้ผล"}, ok=DONE),
    *moves(activity, "transition", ACTIVITY, ACTIVITY_MOVES, lambda world: [world.activity.pk]),
    activity("file-add", method="post", data=lambda w: {"file": photograph()}, ok=DONE),
    activity("file", more=lambda w: [w.activity_photo.pk], does=None),
    activity("file-caption", more=lambda w: [w.activity_photo.pk], method="post", ok=DONE),
    activity("file-delete", more=lambda w: [w.activity_photo.pk], method="post", ok=DONE),
    *(
        row
        for make in (meeting, activity)
        for row in (
            make("attendance", does=None),
            make("attendance-pdf", does=None),
            make("attendance", method="post", data=lambda w: {"came": [w.guest.pk]}, ok=DONE),
            *both(make, "walk-in", data=lambda w: {"name": "นายมา จริง", "place": "วัด"}),
            *both(make, "invite", data=lambda w: {"people": "นางแขก รับเชิญ"}, ok=DONE),
            make("invite-remove", more=lambda w: [w.guest.pk], method="post", ok=DONE),
            make("qr"),
            make("qr-image"),
            make("qr-renew", method="post", ok=DONE),
        )
    ),
]  # fmt: skip
