"""Who may see what the answers say, and take the answers out."""

import rules

from accounts.flows import SUPERVISION_STAFF
from accounts.rules import holds_in_area

may_export = holds_in_area(*SUPERVISION_STAFF)
"""The committee reads results; every single answer is for those who do, check and approve supervision."""


@rules.predicate
def asked_for_it(user, export) -> bool:
    return export is not None and export.by_id == user.pk


rules.add_perm("analysis.export_answers", may_export)
rules.add_perm("analysis.see_export", asked_for_it & may_export)
"""A file is for whoever asked for it, for as long as that person may have the answers."""
