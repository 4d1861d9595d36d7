"""The travel report of a visit as a memo to be signed by hand, in the words of the draft of the same name."""

from typing import Any

from accounts.models import User
from correspondence.documents import expected_signer
from correspondence.flows import PaperKind
from correspondence.services.papers import usual_chain
from documents.kinds import NothingToPrint, document_kind
from documents.official import letterhead
from supervision.models import Visit
from supervision.papers import travel_report as words_of
from supervision.papers import why_not_held


@document_kind(
    "travel-report",
    label="รายงานการเดินทางไปราชการ",
    model=Visit,
    template="documents/official/memo.html",
    queryset=lambda user: Visit.objects.visible_to(user).select_related("area", "school", "plan_item__plan"),
    record_code=lambda visit: visit.record_code,
    filename=lambda visit: f"รายงานการเดินทางไปราชการ {visit.school.name} {visit.record_code}.pdf",
)
def travel_report(visit: Visit, user: User | None) -> dict[str, Any]:
    """A memo without number and day, with room for the words of its reporter's superiors.

    Raises NothingToPrint where the visit was not held.
    """
    if reason := why_not_held(visit):
        raise NothingToPrint(reason)
    reporter = _reporter(visit, user)
    said = words_of(visit, reporter)
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


def _reporter(visit: Visit, user: User | None) -> User:
    """Who prints it, where on the team; else its lead."""
    team = [member.user for member in visit.members.select_related("user").order_by("-is_lead", "pk")]
    return user if user in team else team[0]
