"""Scores of networks: one over time with its PDF, and all of the area in a semester with their file."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.flows import AREA_ROLES
from accounts.http import Request
from documents.kinds import document_response
from networks.models import Kind, Network
from networks.queries.evaluation import (
    PER_PAGE,
    RESULTS,
    networks_in_semester,
    present_semester,
    semester_choices,
    semester_rows,
    semester_summary,
)
from networks.queries.scores import scores_of
from networks.resources.evaluation import scores_as_file
from thai.text import normalise
from thai.years import semester_label


@require_safe
def network_scores(request: Request, pk: int) -> HttpResponse:
    """Before and after by section, and the course over all rounds; the address may name which two are compared."""
    network = get_object_or_404(Network.objects.visible_to(request.user).select_related("area"), pk=pk)
    return render(request, "networks/scores_network.html", {"network": network, "scores": _scores(request, network)})


@require_safe
def network_scores_pdf(request: Request, pk: int) -> HttpResponse:
    network = get_object_or_404(Network.objects.visible_to(request.user).select_related("area"), pk=pk)
    return document_response(request, "network-scores", _scores(request, network))


def _scores(request: Request, network: Network):
    return scores_of(network, request.user, before=request.GET.get("before", ""), after=request.GET.get("after", ""))


@require_safe
def scores_list(request: Request) -> HttpResponse:
    """Every network of the semester with its scores before and after, what it came to, or that it waits."""
    wanted = _wanted(request)
    year, semester = wanted["year"], wanted["semester"]
    networks = networks_in_semester(
        request.user, year, semester, text=wanted["q"], kind=wanted["kind"], result=wanted["result"]
    )
    page = Paginator(networks, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": semester_rows(request.user, page.object_list, year, semester),
        "wanted": wanted,
        "label": semester_label(year, semester),
        "kinds": Kind.choices,
        "results": RESULTS.items(),
        "periods": [(f"{y}-{s}", semester_label(y, s)) for y, s in semester_choices(_areas(request))],
        "summary": semester_summary(request.user, year, semester),
    }
    return render(request, "networks/scores_list.html", context)


@require_safe
def scores_export(request: Request, file: str) -> HttpResponse:
    """The comparison as it is narrowed on the page, all of it, as CSV or XLSX."""
    if file not in ("csv", "xlsx"):
        raise Http404
    wanted = _wanted(request)
    year, semester = wanted["year"], wanted["semester"]
    networks = networks_in_semester(
        request.user, year, semester, text=wanted["q"], kind=wanted["kind"], result=wanted["result"]
    )
    content, content_type = scores_as_file(semester_rows(request.user, networks, year, semester), file)
    name = f"network-scores-{year}-{semester}-{timezone.localdate():%Y%m%d}.{file}"
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _areas(request: Request) -> frozenset[int]:
    return request.user.areas_as(*AREA_ROLES)


def _wanted(request: Request) -> dict:
    """What the address asks for; without a semester, the present one."""
    year, _, semester = request.GET.get("period", "").partition("-")
    if year.isdecimal() and len(year) == 4 and semester in ("1", "2"):
        period = int(year), int(semester)
    else:
        period = present_semester(next(iter(_areas(request)), None))
    found = {name: normalise(request.GET.get(name, "")) for name in ("q", "kind", "result")}
    return found | {"year": period[0], "semester": period[1], "period": f"{period[0]}-{period[1]}"}
