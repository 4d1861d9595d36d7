"""Results of forms: the list of forms, and one form seen as a summary, told apart, compared or over time."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.http import Request
from analysis.asking import KINDS, VIEWS, Asked, asked, query_of
from analysis.documents import context_of
from analysis.queries import BY, forms_with_results
from analysis.sheets import workbook_of
from documents.kinds import document_response, safe_filename
from instruments.models import Instrument
from instruments.rules import READERS

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def form_list(request: Request) -> HttpResponse:
    """The forms whose results the person may read, with how many finished responses each has."""
    if not request.user.areas_as(*READERS):
        raise Http404
    return render(request, "analysis/form_list.html", {"forms": forms_with_results(request.user)})


def _asked(request: Request, pk: int) -> tuple[Instrument, Asked | None]:
    instrument = get_object_or_404(Instrument.objects.visible_to(request.user).select_related("area"), pk=pk)
    return instrument, asked(request.user, instrument, request.GET)


@require_safe
def form_summary(request: Request, pk: int) -> HttpResponse:
    """The results of one form as the address asks for them."""
    instrument, found = _asked(request, pk)
    if found is None:
        return render(request, "analysis/form_empty.html", {"instrument": instrument})
    tabs = [(key, label, query_of(request.GET, view=key or None, sort=None)) for key, label in VIEWS.items()]
    context = {
        "instrument": instrument,
        "asked": found,
        "tabs": tabs,
        "by_choices": BY.items(),
        "kind_choices": KINDS.items(),
        "query": query_of(request.GET),
        "may_export": request.user.has_perm("analysis.export_answers", found.reading.area),
        "sortable": True,
        **context_of(found),
    }
    return render(request, "analysis/form_summary.html", context)


@require_safe
def form_summary_xlsx(request: Request, pk: int) -> HttpResponse:
    """What the page of the same address shows, as a workbook."""
    instrument, found = _asked(request, pk)
    if found is None:
        raise Http404
    response = HttpResponse(workbook_of(found), content_type=XLSX)
    name = safe_filename(f"สรุปผล {instrument.code} {instrument.title}.xlsx")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def form_summary_pdf(request: Request, pk: int) -> HttpResponse:
    """What the page of the same address shows, on paper."""
    _, found = _asked(request, pk)
    if found is None:
        raise Http404
    return document_response(request, "form-summary", found)
