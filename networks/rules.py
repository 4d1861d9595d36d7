"""Who may see and change a network; the list form of seeing is ``Network.objects.visible_to``."""

import rules

from accounts.flows import AREA_ROLES, NETWORK_ROLES, SUPERVISION_STAFF, Role
from accounts.rules import holds_in_area, is_area_director, is_committee, is_group_head, is_supervision_staff
from networks.flows.evaluation import PLANNERS


@rules.predicate
def leads_network(user, network) -> bool:
    return network is not None and network.pk in user.networks_as(*NETWORK_ROLES)


@rules.predicate
def belongs_to_network(user, network) -> bool:
    """The person is a member today, or works in a school that is."""
    return network is not None and network.members.current().of_person(user).exists()


rules.add_perm("networks.see_network", holds_in_area(*sorted(AREA_ROLES)) | leads_network | belongs_to_network)
rules.add_perm("networks.manage_network", is_supervision_staff)
"""Asked with a network or, for a new one, with its area office: what it is, who leads it, when it ends."""
rules.add_perm("networks.keep_network", is_supervision_staff | leads_network)
"""Its members other than those who lead it, its pairs and its documents."""

# -- Meetings and activities ---------------------------------------------------------------------------------------


@rules.predicate
def leads_its_network(user, gathering) -> bool:
    return gathering is not None and gathering.network_id in user.networks_as(*NETWORK_ROLES)


@rules.predicate
def is_announced(user, meeting) -> bool:
    return meeting is not None and meeting.announced_at is not None


@rules.predicate
def is_concerned(user, gathering) -> bool:
    """The person sees a network that meets or acts, or was asked in person."""
    return gathering is not None and gathering.is_for(user)


@rules.predicate
def took_the_chair(user, meeting) -> bool:
    return meeting is not None and meeting.chair_id == user.pk


@rules.predicate
def wrote_the_minutes(user, meeting) -> bool:
    return meeting is not None and meeting.minutes_by_id == user.pk


arranges = holds_in_area(*SUPERVISION_STAFF, Role.CLERK) | leads_its_network
rules.add_perm("networks.see_meeting", arranges | (is_announced & (is_committee | is_concerned)))
rules.add_perm("networks.run_meeting", arranges)
rules.add_perm(
    "networks.approve_minutes",
    (is_group_head | is_area_director | (arranges & took_the_chair)) & ~wrote_the_minutes,
)
rules.add_perm("networks.see_activity", arranges | is_concerned)
rules.add_perm("networks.run_activity", arranges)
rules.add_perm("networks.reopen_activity", is_group_head | is_area_director)

# -- Evaluation ----------------------------------------------------------------------------------------------------


@rules.predicate
def is_confirmed(user, evaluation) -> bool:
    return evaluation is not None and evaluation.state == "confirmed"


@rules.predicate
def is_not_discarded(user, evaluation) -> bool:
    return evaluation is not None and evaluation.state != "discarded"


@rules.predicate
def sees_its_network(user, evaluation) -> bool:
    return evaluation is not None and user.has_perm("networks.see_network", evaluation.network)


@rules.predicate
def is_asked_to_fill(user, evaluation) -> bool:
    return evaluation is not None and evaluation.evaluator_id == user.pk


@rules.predicate
def sent_it(user, evaluation) -> bool:
    return evaluation is not None and evaluation.submitted_by_id == user.pk


runs_evaluations = holds_in_area(*PLANNERS)
rules.add_perm("networks.run_evaluation", runs_evaluations)
"""Open rounds, hand over, call off; asked with an evaluation or an area office (``area_id``)."""
rules.add_perm("networks.see_evaluation", is_supervision_staff | leads_its_network | (is_confirmed & sees_its_network))
rules.add_perm("networks.fill_evaluation", runs_evaluations | (leads_its_network & is_asked_to_fill))
rules.add_perm("networks.decide_evaluation", (is_group_head | is_area_director) & ~sent_it)
rules.add_perm("networks.write_direction", (runs_evaluations | leads_its_network) & is_not_discarded)
