"""What the builder prints: a version beside the one before it."""

from typing import Any

from documents.kinds import document_kind
from instruments.differences import differences
from instruments.flows import DRAFT, IN_REVIEW
from instruments.models import InstrumentVersion


@document_kind(
    "version-changes",
    label="แบบเปรียบเทียบฉบับ",
    model=InstrumentVersion,
    template="documents/version_changes.html",
    queryset=lambda user: InstrumentVersion.objects.visible_to(user).select_related("instrument"),
    record_code=lambda version: f"{version.instrument.code}-{version.number}",
)
def version_changes(version: InstrumentVersion, user) -> dict[str, Any]:
    """Each question that differs, old beside new, with what becomes of its trend."""
    base = version.predecessor
    found = differences(base.definition, version.definition) if base else None
    return {
        "version": version,
        "base": base,
        "found": found,
        "shown": [q for q in found.questions if q.kind != "same" or q.moved] if found else [],
        "undecided": found.undecided_sentence if found else "",
        "subtitle": str(version.instrument),
        "watermark": "ฉบับร่าง" if version.state in (DRAFT, IN_REVIEW) else "",
        "office": version.instrument.area.name if version.instrument.area else "",
        "decisions": [log for log in version.transitions.select_related("by") if log.action in ("submit", "publish")],
    }
