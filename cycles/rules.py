"""Who may do what with a cycle. The list form of ``see_cycle`` is ``Cycle.objects.visible_to``."""

import rules

from accounts.flows import Role
from accounts.rules import holds_in_area
from cycles.flows import DECIDERS, KEEPERS, OFF_THE_DESK, READERS, STAFF
from workflows.services import open_approvals


@rules.predicate
def is_in_charge(user, cycle) -> bool:
    """In charge of the step at which the cycle stands."""
    return cycle is not None and cycle.present_owner_id == user.pk


rules.add_perm("cycles.see_cycle", holds_in_area(*READERS))
rules.add_perm("cycles.keep_cycle", holds_in_area(*KEEPERS))
"""Open a cycle (asked with the area office), set windows, owners and where ปรับปรุง leads."""
rules.add_perm("cycles.work_on_step", holds_in_area(*STAFF))
rules.add_perm("cycles.complete_step", holds_in_area(*KEEPERS) | (holds_in_area(*STAFF) & is_in_charge))
rules.add_perm("cycles.decide", holds_in_area(*DECIDERS))
rules.add_perm("cycles.reopen_step", holds_in_area(Role.GROUP_HEAD))


@rules.predicate
def sent_it(user, plan) -> bool:
    return plan is not None and plan.submitted_by_id == user.pk


rules.add_perm("cycles.give_opinion", holds_in_area(Role.COMMITTEE))
"""Asked with the cycle: say what the committee thinks of its plan."""
rules.add_perm("cycles.see_network_plan", holds_in_area(*READERS))
rules.add_perm("cycles.propose_network_plan", holds_in_area(*STAFF))
rules.add_perm("cycles.decide_network_plan", holds_in_area(*DECIDERS) & ~sent_it)
"""Nobody decides the plan that they sent themselves."""


# -- Reports -------------------------------------------------------------------------------------------------------


@rules.predicate
def left_the_desk(user, report) -> bool:
    """The committee and the clerk read what was submitted, not drafts."""
    return report is not None and report.state in OFF_THE_DESK


@rules.predicate
def is_next_approver(user, report) -> bool:
    """It is the turn of a role that the user holds over the report's area."""
    if report is None or report.state != "submitted":
        return False
    waiting = open_approvals(report)
    return bool(waiting) and report.area_id in user.areas_as(waiting[0].role)


@rules.predicate
def made_report(user, report) -> bool:
    return report is not None and report.made_by_id == user.pk


works_for_it = holds_in_area(*STAFF, Role.AREA_DIRECTOR)

rules.add_perm("cycles.see_report", works_for_it | (holds_in_area(Role.COMMITTEE, Role.CLERK) & left_the_desk))
"""The list form is ``Report.objects.visible_to``; whoever got a report reads it by its link."""
rules.add_perm("cycles.write_report", holds_in_area(*STAFF))
"""Asked with the cycle before there is a report; in which states it is written, says the report."""
rules.add_perm("cycles.decide_report", is_next_approver & ~made_report)
rules.add_perm("cycles.publish_report", holds_in_area(*DECIDERS))
rules.add_perm("cycles.send_report", holds_in_area(*STAFF) | (holds_in_area(Role.CLERK) & left_the_desk))
