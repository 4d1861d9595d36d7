"""What the pages of meetings, activities and networks show of the certificates made for their people."""

from typing import Any

from accounts.models import User
from certificates.queries import batches_from
from networks.models import Activity, Meeting, Network

OVER = ("held", "minuted", "reported")
"""The states in which it is known who came."""


def certificates_panel(record: Meeting | Activity | Network, user: User) -> dict[str, Any] | None:
    """The batches made for the record, for ``networks/_certificates.html``: one query; None where the person makes none."""
    if not user.has_perm("certificates.write_batch", record.area):
        return None
    return {
        "batches": list(batches_from(record.get_absolute_url())),
        "may_make": isinstance(record, Network) or record.state in OVER,
    }
