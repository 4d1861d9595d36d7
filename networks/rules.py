"""Who may see a network; the list form is ``Network.objects.visible_to``."""

import rules

from accounts.flows import AREA_ROLES, NETWORK_ROLES, SCHOOL_ROLES
from accounts.rules import holds_in_area


@rules.predicate
def leads_network(user, network) -> bool:
    return network is not None and network.pk in user.networks_as(*NETWORK_ROLES)


@rules.predicate
def works_in_member_school(user, network) -> bool:
    schools = user.schools_as(*SCHOOL_ROLES)
    return network is not None and bool(schools) and network.memberships.current().filter(school__in=schools).exists()


rules.add_perm("networks.see_network", holds_in_area(*sorted(AREA_ROLES)) | leads_network | works_in_member_school)
