"""Who may do what in supervision. A list form (``visible_to``) stands beside each ``see_…`` predicate."""

import rules

from accounts.flows import SUPERVISION_STAFF
from accounts.rules import (
    holds_in_area,
    is_area_director,
    is_clerk,
    is_committee,
    is_group_head,
    is_school_head,
    is_supervision_staff,
    is_teacher,
    is_workgroup_head,
)
from supervision.flows import FILLING, PLANNERS, SEEN_BY_SCHOOL
from workflows.services import open_approvals

# -- Plans ---------------------------------------------------------------------------------------------------------


@rules.predicate
def owns_plan(user, plan) -> bool:
    return plan is not None and plan.owner_id == user.pk


@rules.predicate
def is_drafting_plan(user, plan) -> bool:
    return plan is not None and plan.state in {"draft", "returned"}


@rules.predicate
def plan_left_the_desk(user, plan) -> bool:
    """The committee and the clerk read what was submitted, not drafts."""
    return plan is not None and plan.state in {"submitted", "approved"}


@rules.predicate
def is_next_approver(user, plan) -> bool:
    """It is the turn of a role that the user holds over the plan's area."""
    if plan is None or plan.state != "submitted":
        return False
    waiting = open_approvals(plan)
    return bool(waiting) and plan.area_id in user.areas_as(waiting[0].role)


may_plan = holds_in_area(*PLANNERS)

rules.add_perm("supervision.create_plan", may_plan)
"""Asked with the area office for which the plan would be."""
rules.add_perm("supervision.see_plan", is_supervision_staff | ((is_committee | is_clerk) & plan_left_the_desk))
rules.add_perm("supervision.edit_plan", may_plan & (owns_plan | is_group_head))
rules.add_perm("supervision.write_plan", may_plan & (owns_plan | is_group_head) & is_drafting_plan)
rules.add_perm("supervision.withdraw_plan", may_plan & owns_plan)
rules.add_perm("supervision.decide_plan", is_next_approver & ~owns_plan)

# -- Visits --------------------------------------------------------------------------------------------------------


@rules.predicate
def is_on_team(user, visit) -> bool:
    return visit is not None and user.pk in visit.team_ids


@rules.predicate
def was_on_team(user, visit) -> bool:
    """On the team, now or before: who leaves it does not become a judge of the visit."""
    return visit is not None and (user.pk in visit.team_ids or visit.had_on_team(user))


@rules.predicate
def leads_team(user, visit) -> bool:
    return visit is not None and user.pk == visit.lead_id


@rules.predicate
def is_released(user, visit) -> bool:
    return visit is not None and visit.state in SEEN_BY_SCHOOL


@rules.predicate
def is_being_written(user, visit) -> bool:
    return visit is not None and visit.state in FILLING


works_in_area = holds_in_area(*SUPERVISION_STAFF)

rules.add_perm(
    "supervision.see_visit",
    is_supervision_staff | is_clerk | (is_released & (is_committee | is_school_head | is_teacher)),
)
rules.add_perm("supervision.conduct_visit", works_in_area & is_on_team)
rules.add_perm("supervision.write_visit", works_in_area & is_on_team & is_being_written)
rules.add_perm("supervision.lead_visit", works_in_area & (leads_team | is_group_head))
rules.add_perm("supervision.check_visit", (is_workgroup_head | is_group_head) & ~was_on_team)
rules.add_perm("supervision.release_visit", (is_group_head | is_area_director) & ~was_on_team)
rules.add_perm("supervision.acknowledge_visit", is_school_head & is_released)
rules.add_perm("supervision.close_visit", works_in_area & (leads_team | is_group_head))
rules.add_perm("supervision.cancel_visit", works_in_area & (leads_team | is_group_head))

# -- Recommendations -----------------------------------------------------------------------------------------------


@rules.predicate
def its_visit_is_released(user, recommendation) -> bool:
    return recommendation is not None and recommendation.visit.state in SEEN_BY_SCHOOL


@rules.predicate
def is_on_its_team(user, recommendation) -> bool:
    """On the team of the recommendation's visit, or of a later visit to the same school that is being written."""
    if recommendation is None:
        return False
    return user.pk in recommendation.visit.team_ids or recommendation.is_followed_by(user)


rules.add_perm(
    "supervision.see_recommendation",
    is_supervision_staff | is_clerk | (its_visit_is_released & (is_committee | is_school_head | is_teacher)),
)
rules.add_perm("supervision.answer_recommendation", is_school_head & its_visit_is_released)
rules.add_perm(
    "supervision.verify_recommendation", works_in_area & its_visit_is_released & (is_on_its_team | is_group_head)
)
