"""Pages of files of answers: which form, and what to choose; the pages of one file are those of ``jobs``."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.flows import SUPERVISION_STAFF
from analysis.exports.forms import ExportForm
from analysis.exports.jobs import ask_for
from analysis.models import Export
from instruments.models import Instrument
from jobs.making import FileRefused
from jobs.pages import ask_of
from schools.models import AreaOffice


def _areas(request):
    """The offices whose answers the person may take out; without one, the page does not exist."""
    areas = AreaOffice.objects.filter(pk__in=request.user.areas_as(*SUPERVISION_STAFF))
    if not areas:
        raise Http404
    return areas


def own_exports(request):
    """The person's own files."""
    return Export.objects.visible_to(request.user).select_related("instrument", "area")


@require_safe
def export_list(request) -> HttpResponse:
    """The person's own files, running and finished, and the forms whose answers can be had."""
    _areas(request)
    exports = own_exports(request)
    return render(
        request,
        "analysis/export_list.html",
        {
            "page": Paginator(exports, 20).get_page(request.GET.get("page")),
            "running": exports.unfinished().exists(),
            "instruments": Instrument.objects.visible_to(request.user).only("code", "title"),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def export_new(request, instrument: int) -> HttpResponse:
    """What goes into the file of one form, and how."""
    areas = _areas(request)
    of_form = get_object_or_404(Instrument.objects.visible_to(request.user), pk=instrument)
    posted = request.method == "POST"
    form = ExportForm(
        request.POST if posted else None,
        instrument=of_form,
        areas=areas,
        initial={name: value for name, value in request.GET.items() if name in ExportForm.base_fields},
    )
    refusal = ""
    if posted and form.is_valid():
        try:
            export = ask_for(form.chosen(), ask=ask_of(request), by=request.user)
        except FileRefused as error:
            refusal = str(error)
        else:
            return redirect(f"{export.get_absolute_url()}?begin=1" if export.status == Export.DONE else export)
    return render(
        request,
        "analysis/export_new.html",
        {"form": form, "instrument": of_form, "ask": ask_of(request), "refusal": refusal},
        status=422 if posted else 200,
    )
