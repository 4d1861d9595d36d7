"""Who may see and change the master data of schools."""

import rules

from accounts.flows import AREA_ROLES, SCHOOL_ROLES, Role
from accounts.rules import holds_in_area

in_area = holds_in_area(*sorted(AREA_ROLES))
keeps_register = holds_in_area(Role.CLERK, Role.GROUP_HEAD)


@rules.predicate
def in_school(user, school) -> bool:
    """The user works in the school itself."""
    return school is not None and school.pk in user.schools_as(*SCHOOL_ROLES)


@rules.predicate
def in_school_of_area(user, area) -> bool:
    """The user works in a school of the area office."""
    return area is not None and area.schools.filter(pk__in=user.schools_as(*SCHOOL_ROLES)).exists()


@rules.predicate
def in_school_of_group(user, group) -> bool:
    """The user works in a school of the group."""
    return group is not None and group.schools.filter(pk__in=user.schools_as(*SCHOOL_ROLES)).exists()


@rules.predicate
def own_import_of_all_areas(user, job) -> bool:
    """An administrator's own import across all areas."""
    return job is not None and job.area_id is None and job.uploaded_by_id == user.pk


@rules.predicate
def sees_owner_of_result(user, result) -> bool:
    """The user sees the school whose result it is, or the area that is compared with it."""
    if result is None:
        return False
    if result.school_id:
        return user.has_perm("schools.see_school", result.school)
    return user.has_perm("schools.see_area", result.area)


rules.add_perm("schools.see_school", in_area | in_school)
rules.add_perm("schools.see_area", in_area | in_school_of_area)
rules.add_perm("schools.see_group", in_area | in_school_of_group)
rules.add_perm("schools.see_result", sees_owner_of_result)
rules.add_perm("schools.manage_schools", keeps_register)
"""Asked with an area office, or with a school or group of it: editing, import, enrolment, closing."""
rules.add_perm("schools.see_import", keeps_register | own_import_of_all_areas)
