"""Pages of instruments: the list, one instrument with its versions, a version as it will look, its blank form."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from documents.kinds import document_response
from instruments.checking import problems
from instruments.definition import parse
from instruments.models import Instrument, InstrumentVersion
from instruments.preview import whole_part
from instruments.queries import instruments_for


@require_safe
def instrument_list(request) -> HttpResponse:
    """Every instrument the person's office may use, with the version in force."""
    return render(request, "instruments/instrument_list.html", {"instruments": instruments_for(request.user)})


@require_safe
def instrument_detail(request, pk: int) -> HttpResponse:
    """One instrument: what it is for, its versions, and the newest one as it will look."""
    instrument = get_object_or_404(Instrument.objects.visible_to(request.user).with_versions(), pk=pk)
    versions = list(instrument.versions.all())
    shown = instrument.current or (versions[0] if versions else None)
    definition = shown.definition if shown else {}
    return render(
        request,
        "instruments/instrument_detail.html",
        {
            "instrument": instrument,
            "versions": versions,
            "shown": shown,
            "form": shown.form if shown and not problems(definition) else None,
            "shown_note": definition.get("note", ""),
        },
    )


@require_safe
def version_detail(request, pk: int) -> HttpResponse:
    """One version as it will look on a phone; what is put in is not kept. Of a draft is shown what is whole."""
    version = get_object_or_404(InstrumentVersion.objects.visible_to(request.user).select_related("instrument"), pk=pk)
    definition, left_out = whole_part(version.definition)
    form = parse(definition) if left_out or definition is not version.definition else version.form
    context = {"version": version, "form": form, "left_out": left_out, "problems": version.problems}
    return render(request, "instruments/version_detail.html", context)


@require_safe
def version_blank(request, pk: int) -> HttpResponse:
    """The blank form as PDF, to be filled by hand; of an unfinished draft its page says what is missing."""
    version = get_object_or_404(InstrumentVersion.objects.visible_to(request.user).select_related("instrument"), pk=pk)
    if version.problems:
        messages.error(request, "แบบนี้ยังไม่ครบ จึงยังพิมพ์แบบเปล่าไม่ได้ โปรดแก้ไขเรื่องที่ค้างอยู่ก่อน")
        return redirect(version)
    return document_response(request, "blank-form", version)
