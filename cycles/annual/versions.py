"""What was submitted, frozen; what is told of a report now; and what everybody may check of an approved one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models.fields.json import KT

from accounts.models import User
from cycles.annual.chapters import Book, book_of
from cycles.annual.gathering import gather
from cycles.annual.keeping import Kept, kept_passages
from cycles.annual.passages import Passage
from cycles.annual.words import passages_of
from cycles.models import Report, ReportVersion
from workflows.digests import digest_of
from workflows.models import TransitionLog

TEXTS = ("title", "preface", "summary", "problems", "suggestions")


@dataclass(frozen=True)
class Annual:
    """The report as it is told: its facts, its typed texts, its paragraphs (key → words, and those for everybody)."""

    data: Mapping[str, Any]
    texts: Mapping[str, str]
    words: Mapping[str, str]
    public_words: Mapping[str, str]
    passages: Mapping[str, Kept] = field(default_factory=dict)
    """With their edits, while the report is written."""
    version: ReportVersion | None = None

    def book(self, records: Any, *, public: bool) -> Book:
        words = self.public_words if public else self.words
        return book_of(self.data, self.texts, lambda key: words.get(key, ""), records, public=public)

    def told(self, key: str, *, public: bool) -> str:
        return (self.public_words if public else self.words).get(key, "")

    def content(self) -> dict[str, Any]:
        """What is frozen, and what the digest is of."""
        return {"data": self.data, "texts": self.texts, "words": self.words, "public_words": self.public_words}


def annual_of(report: Report) -> Annual:
    """As of this moment while it is written, else as it was submitted; worked out once for one copy of the report."""
    key = (report.state, report.revision, report.version)
    known = report.__dict__.get("_annual")
    if known is None or known[0] != key:
        known = report.__dict__["_annual"] = (key, _annual_of(report))
    return known[1]


def _annual_of(report: Report) -> Annual:
    version = None if report.is_written else present_version(report)
    if version is not None:
        kept = version.content
        return Annual(kept["data"], kept["texts"], kept["words"], kept["public_words"], version=version)
    return live(report)


def live(report: Report) -> Annual:
    """As of this moment, with the paragraphs that people wrote."""
    data = gather(report.cycle)
    passages = kept_passages(report, passages_of(data))
    return Annual(
        data,
        {name: getattr(report, name) for name in TEXTS},
        {key: one.text for key, one in passages.items()},
        {key: text for key, one in passages.items() if (text := one.public_text)},
        passages,
    )


def present_version(report: Report) -> ReportVersion | None:
    """The last that was submitted."""
    return report.versions.order_by("-number").select_related("approval").first()


def freeze(report: Report, annual: Annual, *, by: User) -> ReportVersion:
    """Keep facts and words as ``annual`` tells them: the next version of the report. Called within the move that submits
    it.
    """
    content = annual.content() | {"records": report.present_records()}
    last = report.versions.order_by("-number").first()
    return ReportVersion.objects.create(
        report=report, number=last.number + 1 if last else 1, content=content, digest=digest_of(content), made_by=by
    )


def note_approval(report: Report, log: TransitionLog) -> None:
    """The last version holds from this move on."""
    version = present_version(report)
    if version is not None:
        ReportVersion.objects.filter(pk=version.pk, approval__isnull=True).update(approval=log)


def stale_passages(report: Report, passages: Mapping[str, Passage] | None = None) -> list[Kept]:
    """Written paragraphs that say other numbers than those of now. One query where nobody wrote any."""
    if not report.passage_edits.exists():
        return []
    found = kept_passages(report, passages_of(gather(report.cycle)) if passages is None else passages)
    return [one for one in found.values() if one.is_stale]


# -- What everybody may check --------------------------------------------------------------------------------------

PRESENT, REPLACED, WITHDRAWN, REVISED = "present", "replaced", "withdrawn", "revised"
STANDINGS = {
    PRESENT: "เป็นฉบับปัจจุบัน",
    REPLACED: "มีฉบับใหม่แทนแล้ว",
    WITHDRAWN: "ถูกถอนแล้ว",
    REVISED: "อยู่ระหว่างปรับแก้",
}


def version_by(token: str) -> ReportVersion | None:
    """The approved version with this code; None for any other."""
    found = ReportVersion.objects.select_related("report__area", "report__cycle", "approval__by").defer("content")
    found = found.annotate(title=KT("content__texts__title"))  # as it was approved; the report's own may be rewritten
    return found.filter(token=token[:60].replace("\0", ""), approval__isnull=False).first()


def standing_of(version: ReportVersion) -> str:
    """One of ``STANDINGS``."""
    report = version.report
    if report.versions.filter(number__gt=version.number, approval__isnull=False).exists():
        return REPLACED
    if report.state == "withdrawn":
        return WITHDRAWN
    return PRESENT if report.is_delivered else REVISED


def signers_of(version: ReportVersion) -> list[TransitionLog]:
    """The moves that endorsed and approved the version, in order."""
    if version.approval is None:
        return []
    moves = version.report.transitions.filter(action__in=("endorse", "approve"), at__gte=version.made_at)
    return list(moves.filter(at__lte=version.approval.at).select_related("by").order_by("at", "pk"))
