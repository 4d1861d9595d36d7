"""Who may begin a form. Who may change one is known to ``instruments.rules``."""

import rules

from instruments.flows import EDITORS


@rules.predicate
def writes_forms(user) -> bool:
    return bool(user.areas_as(*EDITORS))


rules.add_perm("builder.create_form", writes_forms)
