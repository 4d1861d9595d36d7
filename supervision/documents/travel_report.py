"""The travel report of a visit, or of a journey of several, as a memo to be signed by hand, in the words of the draft of
the same name.
"""

from typing import Any

from accounts.models import User
from correspondence.documents import expected_signer
from correspondence.flows import PaperKind
from correspondence.services.papers import usual_chain
from documents.kinds import NothingToPrint, document_kind
from documents.official import letterhead
from supervision.models import Visit
from supervision.papers import travel_report as words_of
from supervision.queries.journeys import Journey, reporter_of, why_not_held


def _journey(printed: Visit | Journey) -> Journey:
    return printed if isinstance(printed, Journey) else Journey(printed, [])


def _filename(printed: Visit | Journey) -> str:
    journey = _journey(printed)
    more = f" และอีก {len(journey.others)} ครั้ง" if journey.others else ""
    return f"รายงานการเดินทางไปราชการ {journey.visit.school.name}{more} {journey.visit.record_code}.pdf"


@document_kind(
    "travel-report",
    label="รายงานการเดินทางไปราชการ",
    model=Visit,
    template="documents/official/memo.html",
    queryset=lambda user: Visit.objects.visible_to(user).select_related("area", "school", "plan_item__plan"),
    record_code=lambda printed: _journey(printed).visit.record_code,
    filename=_filename,
)
def travel_report(printed: Visit | Journey, user: User | None) -> dict[str, Any]:
    """A memo without number and day, with room for the words of its reporter's superiors.

    Raises NothingToPrint where the visit was not held.
    """
    journey = _journey(printed)
    visit = journey.visit
    if reason := why_not_held(visit):
        raise NothingToPrint(reason)
    reporter = reporter_of(visit, user)
    said = words_of(visit, reporter, *journey.others)
    said["paragraphs"] = said.pop("body")
    return {
        **letterhead(visit.area),
        **said,
        "unit": visit.area.group_name,
        "signer": {"name": str(reporter), "position": reporter.signing_position},
        "endorsements": [
            {"asked": asked, **expected_signer(visit.area, role)}
            for role, asked in usual_chain(PaperKind.MEMO, by=reporter, area_id=visit.area_id, asked=said.pop("asked"))
        ],
    }
