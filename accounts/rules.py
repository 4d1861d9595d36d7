"""Who may, as predicates on (user, object). The building blocks that every app's rules are made of."""

import rules

from accounts.flows import SUPERVISION_STAFF, Role


def holds_in_area(*roles: str):
    """True where the user holds one of the roles over the object's area (``obj.area_id``)."""

    @rules.predicate(name=f"holds_in_area:{'|'.join(roles)}")
    def predicate(user, obj) -> bool:
        return obj is not None and obj.area_id in user.areas_as(*roles)

    return predicate


def holds_in_school(*roles: str):
    """True where the user holds one of the roles in the object's school (``obj.school_id``)."""

    @rules.predicate(name=f"holds_in_school:{'|'.join(roles)}")
    def predicate(user, obj) -> bool:
        return obj is not None and obj.school_id in user.schools_as(*roles)

    return predicate


is_supervision_staff = holds_in_area(*SUPERVISION_STAFF)
is_workgroup_head = holds_in_area(Role.WORKGROUP_HEAD)
is_group_head = holds_in_area(Role.GROUP_HEAD)
is_area_director = holds_in_area(Role.AREA_DIRECTOR)
is_committee = holds_in_area(Role.COMMITTEE)
is_clerk = holds_in_area(Role.CLERK)
is_school_head = holds_in_school(Role.SCHOOL_HEAD)
is_teacher = holds_in_school(Role.TEACHER)
