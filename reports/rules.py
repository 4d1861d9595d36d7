"""Who may have a dossier: the supervision staff of its area, each their own."""

import rules

from accounts.rules import is_supervision_staff


@rules.predicate
def asked_for_it(user, dossier) -> bool:
    return dossier is not None and dossier.by_id == user.pk


rules.add_perm("reports.see_dossier", asked_for_it & is_supervision_staff)
