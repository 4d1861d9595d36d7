"""Who makes certificates, who issues and revokes them, and who sees one."""

import rules

from accounts.rules import holds_in_area
from certificates.flows import ISSUERS, MAKERS


@rules.predicate
def made_it(user, batch) -> bool:
    return batch is not None and batch.made_by_id == user.pk


@rules.predicate
def was_given_it(user, certificate) -> bool:
    return certificate is not None and certificate.is_issued and certificate.user_id == user.pk


makes = holds_in_area(*MAKERS)
decides = holds_in_area(*ISSUERS)

rules.add_perm("certificates.see_batch", makes)
rules.add_perm("certificates.see_certificate", makes | was_given_it)
rules.add_perm("certificates.write_batch", makes)
"""Asked with a batch, or with the area office for which one would be."""
rules.add_perm("certificates.withdraw_batch", makes & made_it)
rules.add_perm("certificates.decide_batch", decides & ~made_it)
rules.add_perm("certificates.revoke_certificate", decides)
"""Asked with a certificate: to revoke it, and to issue a corrected copy in its place."""
