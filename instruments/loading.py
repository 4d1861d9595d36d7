"""Put the instruments that come with the product into the database: found by code, safe to run at every start."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from instruments import reference
from instruments.checking import problems, question_count
from instruments.flows import PUBLISHED
from instruments.models import Instrument, InstrumentVersion
from workflows.digests import digest_of

_METADATA = ("title", "form_of", "unit_of_analysis", "respondent", "signers")


@transaction.atomic
def load_instruments() -> dict[str, int]:
    """Create what is missing as published version 1, renew the metadata of what is there, never touch a version.

    Returns how many instruments were created, updated and left unchanged. A definition that no version has yet
    becomes the next published version, unless the office has revised the form itself: then its own revision stands.
    Raises ValueError where a shipped form is broken.
    """
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    known = {item.code: item for item in Instrument.objects.filter(area__isnull=True)}
    for row in reference.read():
        if found := problems(row["definition"]):
            raise ValueError(f"{row['code']}: {' '.join(found)}")
        counts[_load(row, known.get(row["code"]))] += 1
    return counts


def _load(row: dict[str, Any], instrument: Instrument | None) -> str:
    metadata = {name: row[name] for name in _METADATA}
    result = "unchanged"
    if instrument is None:
        instrument = Instrument.objects.create(code=row["code"], **metadata)
        result = "created"
    elif any(getattr(instrument, name) != value for name, value in metadata.items()):
        for name, value in metadata.items():
            setattr(instrument, name, value)
        instrument.save()
        result = "updated"
    digest = digest_of(row["definition"])
    versions = list(instrument.versions.order_by("-number").defer("definition"))
    revised_here = any(version.transitions.exists() for version in versions[:1])
    if not revised_here and digest not in {version.content_hash for version in versions}:
        _publish_shipped(instrument, (versions[0].number if versions else 0) + 1, row["definition"], digest)
        result = "created" if result == "created" else "updated"
    return result


def _publish_shipped(instrument: Instrument, number: int, definition: dict[str, Any], digest: str) -> None:
    """A shipped version is born published: nobody's decision in this office, so no transition is logged for it."""
    version = InstrumentVersion(
        instrument=instrument,
        number=number,
        definition=definition,
        content_hash=digest,
        question_count=question_count(definition),
        state=PUBLISHED,
        published_at=timezone.now(),
    )
    InstrumentVersion.objects.bulk_create([version])
