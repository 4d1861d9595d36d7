"""Who may see and change instruments, and see answers."""

import rules

from accounts.flows import SUPERVISION_STAFF, Role
from accounts.rules import holds_in_area

READERS = (*SUPERVISION_STAFF, Role.COMMITTEE)
"""The people of the office who look at instruments; schools meet a form only in a record that is theirs."""
EDITORS = (Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD)


@rules.predicate
def reads_instrument(user, instrument) -> bool:
    """A shared instrument is read by the staff of any office, an office's own by its staff."""
    if instrument is None:
        return False
    areas = user.areas_as(*READERS)
    return bool(areas) if instrument.area_id is None else instrument.area_id in areas


rules.add_perm("instruments.see_instrument", reads_instrument)
rules.add_perm("instruments.see_version", reads_instrument)
"""A version is asked as its instrument is: it knows the same ``area_id``."""
rules.add_perm("instruments.change_version", holds_in_area(*EDITORS))
rules.add_perm("instruments.publish_version", holds_in_area(Role.GROUP_HEAD))
rules.add_perm("instruments.see_response", holds_in_area(*READERS))
"""Directly; the owner of a response (a visit, a survey) opens it to others through its own rules."""
rules.add_perm("instruments.see_attachment", holds_in_area(*READERS))
rules.add_perm("instruments.see_batch", holds_in_area(*READERS))
