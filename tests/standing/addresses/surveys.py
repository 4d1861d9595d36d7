"""Surveys."""

from django.utils import timezone

from surveys.flows import SENT as SURVEY_SENT
from surveys.flows import SURVEY
from tests.standing.addresses.table import DONE, NOBODY, PLANNERS, Address, both, moves
from tests.standing.district import DUE, EVERYBODY, FAR, OFFICE


def sees_survey(state: str) -> frozenset[str]:
    return OFFICE | (frozenset({"committee", "school_head"}) if state in SURVEY_SENT else NOBODY)


def edits_survey(state: str) -> frozenset[str]:
    return PLANNERS if state == "draft" else NOBODY


def survey(name: str, **options) -> Address:
    options.setdefault("args", lambda world: [world.survey.pk])
    return Address(f"surveys:{name}", of="survey", **{"sees": sees_survey, **options})


def by_link(name: str) -> Address:
    """About the survey by link, which is open whatever becomes of the other one."""
    return survey(name, args=lambda world: [world.link_survey.pk], sees=OFFICE)


SURVEY_MOVES = {
    "open": ({"draft"}, PLANNERS),
    "close": ({"open"}, PLANNERS),
    "discard": ({"draft"}, PLANNERS),
}


def of_place(world) -> list:
    return [world.survey.pk, world.place.pk]


def of_token(world) -> list:
    return [world.link_survey.token]


def survey_data(world) -> dict:
    day = timezone.localdate().isoformat()
    return {
        "version": world.version.pk, "title": "ใหม่", "opens_on": day, "closes_on": day, "audience": "schools",
        "per_school": "one", "reach": "all",
    }  # fmt: skip


ADDRESSES: list[Address] = [
    # Surveys: made by the office, answered by the school and by whoever has the link
    Address("surveys:survey-list"),
    *both(Address, "surveys:survey-create", does=PLANNERS | FAR, data=survey_data),
    survey("survey-detail", ok=DONE),
    *both(survey, "survey-edit", does=edits_survey, data=survey_data),
    *moves(survey, "survey-transition", SURVEY, SURVEY_MOVES, lambda world: [world.survey.pk]),
    *both(
        survey, "survey-extend", does=PLANNERS,
        data=lambda world: {"closes_on": DUE.isoformat(), "reason": "ขอเวลา", "revision": world.survey.revision},
    ),
    survey("survey-remind", method="post", does=PLANNERS, ok=frozenset({302})),
    survey("survey-schools", sees=OFFICE),
    *both(
        survey, "survey-schools-add", does=PLANNERS, data=lambda world: {"schools": [world.other_school.pk]},
    ),
    *both(survey, "answer-reopen", args=of_place, does=PLANNERS, data=lambda world: {"reason": "โปรดตรวจ"}),
    survey("answer-keep", args=of_place, method="post", does=PLANNERS, ok=frozenset({302})),
    survey(
        "answer-read", args=lambda w: [w.survey.pk, w.survey_answer.pk],
        sees=OFFICE | frozenset({"committee", "school_head"}),
    ),
    *(
        survey(name, args=lambda w: [w.survey.pk, w.survey_answer.pk, w.survey_picture.pk],
            sees=OFFICE | frozenset({"committee", "school_head"}))
        for name in ("answer-read-file", "answer-read-thumb")
    ),
    *(
        survey(name, args=lambda w: [w.place.token, w.survey_picture.pk],
            sees=lambda state: EVERYBODY if state in SURVEY_SENT else NOBODY, signed_out=frozenset({200, 404}))
        for name in ("answer-file", "answer-thumb")
    ),
    *(by_link(name) for name in ("survey-share", "survey-qr", "survey-poster")),
    survey("survey-share", sees=NOBODY),
    survey("answer", args=of_token, sees=EVERYBODY, open=True),
    survey(
        "answer", args=of_token, sees=EVERYBODY, method="post", ok=frozenset({422}), signed_out=frozenset({422})
    ),
    survey(
        "answer-send", args=of_token, sees=EVERYBODY, method="post", ok=frozenset({422}), signed_out=frozenset({422})
    ),
    survey("answer-sent", args=of_token, sees=EVERYBODY, open=True),
    survey(
        "answer-receipt", args=lambda w: [w.place.token, w.survey_answer.uuid],
        sees=lambda state: EVERYBODY if state in SURVEY_SENT else NOBODY, signed_out=frozenset({200, 404}),
    ),
]  # fmt: skip
