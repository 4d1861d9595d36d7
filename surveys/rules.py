"""Who makes surveys, who is asked, who reads what came out."""

import rules

from accounts.flows import SUPERVISION_STAFF
from accounts.rules import holds_in_area, is_committee, is_school_head, is_supervision_staff, is_teacher
from surveys.flows import MAKERS, MANY, SENT


@rules.predicate
def is_sent(user, survey) -> bool:
    return survey is not None and survey.state in SENT


@rules.predicate
def asks_own_school(user, survey) -> bool:
    """The survey waits for a school of this person: of a head always, of a teacher where several may answer."""
    return survey is not None and survey.asks(user)


@rules.predicate
def survey_of_place_is_sent(user, place) -> bool:
    return place is not None and place.survey.state in SENT


@rules.predicate
def several_may_answer(user, place) -> bool:
    return place is not None and place.survey.per_school == MANY


@rules.predicate
def sent_by_own_school(user, answer) -> bool:
    """What a named answer says is known to the school's head and to whoever sent it; of an anonymous one to nobody."""
    if answer is None or answer.survey.anonymous:
        return False
    return answer.by_id == user.pk or answer.school_id in user.schools_as("school_head")


runs = holds_in_area(*MAKERS)
rules.add_perm("surveys.make_survey", runs)
"""Asked with the area office for which the survey would be."""
rules.add_perm("surveys.run_survey", runs)
rules.add_perm("surveys.see_survey", is_supervision_staff | (is_sent & (is_committee | asks_own_school)))
rules.add_perm(
    "surveys.see_place",
    holds_in_area(*SUPERVISION_STAFF)
    | (survey_of_place_is_sent & (is_school_head | (is_teacher & several_may_answer))),
)
rules.add_perm("surveys.see_answer", is_supervision_staff | is_committee | sent_by_own_school)
