"""Who may see and change instruments, and see answers."""

import rules

from accounts.flows import SUPERVISION_STAFF, Role
from accounts.rules import holds_in_area
from instruments.flows import EDITORS
from schools.models import AreaOffice

READERS = (*SUPERVISION_STAFF, Role.COMMITTEE)
"""The people of the office who look at instruments; schools meet a form only in a record that is theirs."""


@rules.predicate
def reads_instrument(user, instrument) -> bool:
    """A shared instrument is read by the staff of any office, an office's own by its staff."""
    if instrument is None:
        return False
    areas = user.areas_as(*READERS)
    return bool(areas) if instrument.area_id is None else instrument.area_id in areas


def writes_instrument(*roles: Role) -> rules.Predicate:
    """An office's own form is written by its people. A shared one only where a single office uses the system: among
    several, an office makes a copy of its own."""

    @rules.predicate(f"writes_instrument:{'|'.join(roles)}")
    def writes(user, instrument) -> bool:
        if instrument is None:
            return False
        areas = user.areas_as(*roles)
        if instrument.area_id is not None:
            return instrument.area_id in areas
        return bool(areas) and AreaOffice.objects.count() == 1

    return writes


@rules.predicate
def may_open(user, answers) -> bool:
    """What belongs to a sealed collection is seen by whoever opened the response alone."""
    if answers is None:
        return False
    response = getattr(answers, "response", answers)
    return response.collection is None or not response.collection.sealed or response.opened_by_id == user.pk


@rules.predicate
def is_unsealed(user, collection) -> bool:
    return collection is not None and not collection.sealed


rules.add_perm("instruments.see_instrument", reads_instrument)
rules.add_perm("instruments.see_version", reads_instrument)
"""A version is asked as its instrument is: it knows the same ``area_id``."""
rules.add_perm("instruments.change_version", writes_instrument(*EDITORS))
rules.add_perm("instruments.publish_version", writes_instrument(Role.GROUP_HEAD))
rules.add_perm("instruments.see_response", holds_in_area(*READERS) & may_open)
"""Directly; the owner of a response (a visit, a survey) opens it to others through its own rules."""
rules.add_perm("instruments.see_collection", holds_in_area(*READERS) & is_unsealed)
rules.add_perm("instruments.see_attachment", holds_in_area(*READERS) & may_open)
rules.add_perm("instruments.see_batch", holds_in_area(*READERS) & may_open)
