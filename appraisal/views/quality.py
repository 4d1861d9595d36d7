"""Quality of forms at a glance: rounds of experts, try-outs and joint ratings, of one form or of all."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.flows import Role
from accounts.http import Request
from appraisal.queries.pairs import pairs_for_list, pairs_to_rate
from appraisal.queries.reviews import reviews_for_list
from appraisal.queries.tryouts import tryouts_for_list
from instruments.flows import DRAFT, EDITORS, IN_REVIEW
from instruments.models import Instrument

SHOWN = 30


@require_safe
def quality(request: Request) -> HttpResponse:
    """What this person may see; ``?instrument=`` narrows it to one form and offers what can be begun for it."""
    if not request.user.has_perm("appraisal.open_quality"):
        raise Http404
    reviews, tryouts, pairs = (make(request.user) for make in (reviews_for_list, tryouts_for_list, pairs_for_list))
    mine = pairs_to_rate(request.user)
    instrument, versions = None, []
    chosen = request.GET.get("instrument", "")
    if chosen:
        instruments = Instrument.objects.visible_to(request.user).with_versions()
        instrument = get_object_or_404(instruments, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0)
        versions = list(instrument.versions.all())
        reviews, tryouts, pairs = (rows.filter(version__instrument=instrument) for rows in (reviews, tryouts, pairs))
        mine = mine.filter(version__instrument=instrument)
    areas = request.user.areas_as(*EDITORS)
    writes = bool(areas) and (instrument is None or instrument.area_id is None or instrument.area_id in areas)
    context = {
        "instrument": instrument,
        "reviews": list(reviews[:SHOWN]),
        "tryouts": list(tryouts[:SHOWN]),
        "pairs": list(pairs[:SHOWN]),
        "mine": list(mine),
        "instruments": [] if instrument else list(Instrument.objects.visible_to(request.user)),
        "drafts": [version for version in versions if version.state in (DRAFT, IN_REVIEW)] if writes else [],
        "tried": versions[:2] if writes else [],
        "may_pair": request.user.holds(Role.GROUP_HEAD),
    }
    return render(request, "appraisal/quality.html", context)
