"""What supervision shows on the page of a school: its last visits, and what is still open."""

from django.urls import reverse

from accounts.http import Request
from schools.models import School
from supervision.models import Recommendation, Visit
from supervision.queries.recommendations import reads_from_outside
from supervision.queries.visits import MAKERS

SHOWN = 5


def visits_panel(request: Request, school: School) -> tuple[str, dict] | None:
    """The newest visits that the person may see, in the words of his or her side. Two queries.

    None where the person sees none and could make none.
    """
    user = request.user
    visits = list(Visit.objects.visible_to(user).filter(school=school)[:SHOWN])
    may_create = school.area_id in user.areas_as(*MAKERS) and not school.closed_on
    if not visits and not may_create:
        return None
    return "supervision/_school_panel.html", {
        "visits": visits,
        "open": Recommendation.objects.visible_to(user).filter(school=school).still_open().count(),
        "outside": reads_from_outside(user, school),
        "create_url": f"{reverse('supervision:visit-create')}?area={school.area_id}&school={school.pk}"
        if may_create
        else "",
    }
