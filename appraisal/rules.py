"""Who may look at the quality of forms, and who may see what two supervisors gave."""

import rules

from accounts.flows import SUPERVISION_STAFF, Role
from accounts.rules import holds_in_area
from instruments.flows import EDITORS

STAFF = SUPERVISION_STAFF
RATERS = (Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD)


@rules.predicate
def rates(user, pair) -> bool:
    return pair is not None and user.pk in (pair.first_id, pair.second_id) and bool(user.areas_as(*RATERS))


@rules.predicate
def is_staff_somewhere(user) -> bool:
    return bool(user.areas_as(*STAFF))


heads = holds_in_area(Role.GROUP_HEAD)

rules.add_perm("appraisal.open_quality", is_staff_somewhere)
"""The page that lists what is known of the quality of forms; what it lists follows its own rules."""
rules.add_perm("appraisal.see_review", holds_in_area(*STAFF))
rules.add_perm("appraisal.run_review", holds_in_area(*EDITORS))
"""Open a round of content validation, invite experts, close it."""
rules.add_perm("appraisal.see_tryout", holds_in_area(*STAFF))
rules.add_perm("appraisal.run_tryout", holds_in_area(*EDITORS))
rules.add_perm("appraisal.see_pair", heads | rates)
"""A rater meets the own task and nothing else of it."""
rules.add_perm("appraisal.run_pair", heads)
"""Name the raters, and read how far they agree: the head alone."""
rules.add_perm("appraisal.fill_pair", rates)
