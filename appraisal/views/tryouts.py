"""Pages of a try-out: bring in the answers, read the item analysis."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import Request
from appraisal.forms import TryOutForm
from appraisal.items import items_of
from appraisal.models import TryOut
from appraisal.queries.tryouts import analysis_of
from appraisal.services.tryouts import TryOutRefused, create_tryout
from appraisal.views.reviews import own_area
from documents.kinds import document_response
from instruments.flows import DRAFT, IN_REVIEW
from instruments.models import InstrumentVersion

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
def tryout_new(request: Request, pk: int) -> HttpResponse:
    """Answers from a collection, or a table pasted out of a spreadsheet; what was pasted stays where it is refused."""
    versions = InstrumentVersion.objects.visible_to(request.user).select_related("instrument")
    version = get_object_or_404(versions, pk=pk)
    area = own_area(request, version.instrument)
    form = TryOutForm(
        request.POST or None, version=version, area=area, initial={"collection": request.GET.get("collection")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            tryout = create_tryout(version, area=area, by=request.user, **form.cleaned_data)
        except TryOutRefused as error:
            form.add_error("table" if not form.cleaned_data.get("collection") else None, str(error))
        else:
            return redirect(tryout)
    context = {
        "version": version,
        "instrument": version.instrument,
        "form": form,
        "items": [] if version.problems else items_of(version.form),
        "waits": version.state == DRAFT,
        "asks": version.state == IN_REVIEW,
    }
    return render(request, "appraisal/tryout_new.html", context, status=REFUSED if request.method == "POST" else 200)


def _tryout(request: Request, pk: int) -> TryOut:
    tryouts = TryOut.objects.visible_to(request.user)
    return get_object_or_404(
        tryouts.select_related("version__instrument", "collection", "area", "made_by").defer("version__definition"),
        pk=pk,
    )


@require_safe
def tryout_detail(request: Request, pk: int) -> HttpResponse:
    tryout = _tryout(request, pk)
    context = {
        "tryout": tryout,
        "instrument": tryout.version.instrument,
        "version": tryout.version,
        "analysis": analysis_of(tryout),
    }
    return render(request, "appraisal/tryout_detail.html", context)


@require_safe
def tryout_pdf(request: Request, pk: int) -> HttpResponse:
    return document_response(request, "tryout-result", _tryout(request, pk))
