"""What networks show on the page of a school: those it belongs to today, and its pairs."""

from django.db.models import Q

from accounts.http import Request
from networks.models import Member, Network, Pair
from schools.models import School


def networks_panel(request: Request, school: School) -> tuple[str, dict] | None:
    """The school's terms and pairs in networks that the person may see. Two queries. None where there are none."""
    visible = Network.objects.visible_to(request.user)
    terms = list(
        Member.objects.current()
        .filter(kind="school", school=school, network__in=visible)
        .select_related("network")
        .order_by("network__sort_key", "rank")
    )
    pairs = list(
        Pair.objects.current()
        .filter(Q(elder=school) | Q(younger=school), network__in=visible)
        .select_related("network", "elder", "younger")
    )
    if not terms and not pairs:
        return None
    return "networks/_school_panel.html", {"terms": terms, "pairs": pairs}
