"""What reports print: the index of a dossier."""

from typing import Any

from documents.kinds import document_kind
from reports.models import Dossier
from thai.dates import date_and_time


@document_kind(
    "dossier-index",
    label="สารบัญแฟ้มหลักฐาน",
    model=Dossier,
    template="documents/dossier_index.html",
    title=str,
    record_code=lambda dossier: dossier.record_code,
)
def dossier_index(dossier: Dossier, user) -> dict[str, Any]:
    """What is in the file, in order, with the size and the digest of each."""
    return {
        "office": dossier.area.name,
        "unit": dossier.area.group_name,
        "dossier": dossier,
        "made": date_and_time(dossier.created_at),
        "total": sum(row["size"] or 0 for row in dossier.contents),
    }
