"""Who may read and write the handbook."""

import rules

from accounts.flows import Role
from accounts.rules import holds_in_area
from handbook.flows import AREA_READERS, DRAFT_READERS, EDITORS, PUBLISHED
from handbook.reach import areas_reached


@rules.predicate
def is_published(user, edition) -> bool:
    return edition is not None and edition.state == PUBLISHED


@rules.predicate
def works_with_its_office(user, edition) -> bool:
    """For the office, or in a school or network of it."""
    return edition is not None and (
        edition.area_id in user.areas_as(*AREA_READERS) or edition.area_id in areas_reached(user)
    )


rules.add_perm("handbook.see_edition", holds_in_area(*DRAFT_READERS) | (is_published & works_with_its_office))
rules.add_perm("handbook.change_edition", holds_in_area(*EDITORS))
"""Asked with an edition, or with the office for which one would be begun."""
rules.add_perm("handbook.publish_edition", holds_in_area(Role.GROUP_HEAD))
