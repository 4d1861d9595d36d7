"""The forms that are being made: list, beginning, outline, facts, revising, discarding, undoing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from builder import services
from builder.editing import Draft, EditRefused, Published
from builder.forms.facts import FactsForm, NewForm
from builder.queries import forms_to_copy, unfinished_forms
from builder.services import ChangedMeanwhile
from builder.views.answering import (
    REFUSED,
    UNDO,
    address,
    changeable,
    differing,
    done,
    draft_of,
    locked,
    page_context,
    refuse,
    show_page,
)
from instruments import logic
from instruments.flows import EDITORS
from instruments.models import InstrumentVersion
from schools.models import AreaOffice
from workflows.digests import stamp_of


@require_safe
def form_list(request: Request) -> HttpResponse:
    """Forms that are being written or reviewed."""
    versions = list(unfinished_forms(request.user))
    may = {v.pk for v in versions if request.user.has_perm("instruments.change_version", v)}
    context = {"versions": versions, "may": may, "may_create": request.user.has_perm("builder.create_form")}
    return render(request, "builder/form_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def form_new(request: Request) -> HttpResponse:
    """Begin a form: with nothing, or as a copy of one that the person may read."""
    if not request.user.has_perm("builder.create_form"):
        raise PermissionDenied(
            "บัญชีของท่านไม่มีสิทธิ์สร้างแบบ ผู้สร้างได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน และผู้อำนวยการกลุ่มนิเทศฯ หากควรมีสิทธิ์ โปรดแจ้งผู้ดูแลระบบของเขต"
        )
    areas = AreaOffice.objects.filter(pk__in=request.user.areas_as(*EDITORS)).order_by("pk")
    sources = list(forms_to_copy(request.user))
    initial = _copied_facts(sources, request.GET.get("copy", ""))
    form = NewForm(request.POST if request.method == "POST" else None, areas=areas, sources=sources, initial=initial)
    if form.is_valid():
        source = next((v for v in sources if str(v.pk) == form.cleaned_data["source"]), None)
        definition = dict(source.definition) if source else {"scales": {}, "sections": []}
        definition |= {"note": form.cleaned_data["note"]} if form.cleaned_data["note"] else {}
        try:
            version = services.begin_form(
                form.facts, area=form.cleaned_data["area"], by=request.user, definition=definition
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, "สร้างแบบเป็นฉบับร่างแล้ว เพิ่มตอนและข้อคำถามได้เลย")
            return redirect("builder:form-edit", version.pk)
    status = REFUSED if form.is_bound else 200
    return render(request, "builder/form_new.html", {"form": form, "copied": bool(initial)}, status=status)


def _copied_facts(sources: list[InstrumentVersion], wanted: str) -> dict[str, Any]:
    source = next((version for version in sources if str(version.pk) == wanted), None)
    if source is None:
        return {}
    shown = FactsForm.shown(source.instrument, source.definition.get("note", ""))
    return shown | {"code": "", "source": str(source.pk)}


@require_safe
def form_edit(request: Request, pk: int) -> HttpResponse:
    """The builder: the outline of the form, and what is still to be mended."""
    version = changeable(request, pk)
    return locked(request, version) or show_page(request, version, draft_of(version))


@require_http_methods(["GET", "HEAD", "POST"])
def form_facts(request: Request, pk: int) -> HttpResponse:
    """What the form is called, who fills it, who signs."""
    version = changeable(request, pk)
    if answer := locked(request, version):
        return answer
    shown = FactsForm.shown(version.instrument, version.definition.get("note", ""))
    now = stamp_of(services.facts_now(version))
    form = FactsForm(request.POST if request.method == "POST" else None, initial=shown)
    rivals: list[dict[str, str]] = []
    if form.is_valid():
        was, note = request.POST.get("was", ""), form.cleaned_data["note"]
        try:
            services.save_facts(version, form.facts, note=note, was=was, by=request.user)
        except ChangedMeanwhile:
            rivals = differing(form, FactsForm(initial=shown))
        except EditRefused as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.refuse(error)
            version.instrument.refresh_from_db()
        else:
            messages.success(request, "บันทึกข้อมูลของแบบแล้ว")
            return redirect("builder:form-edit", version.pk)
    context = page_context(version, draft_of(version), form=form, was=now, rivals=rivals)
    return render(request, "builder/form_facts.html", context, status=REFUSED if form.is_bound else 200)


@require_POST
def form_revise(request: Request, pk: int) -> HttpResponse:
    """Begin the next version from this one, or go on with the one that is being written."""
    draft, is_new = services.revise(changeable(request, pk), by=request.user)
    if is_new:
        messages.success(request, f"เริ่มฉบับที่ {draft.number} เป็นฉบับร่างแล้ว ฉบับที่ใช้อยู่ยังใช้ได้ตามเดิมจนกว่าฉบับใหม่จะเผยแพร่")
    return redirect("builder:form-edit", draft.pk)


@require_POST
def form_discard(request: Request, pk: int) -> HttpResponse:
    version = changeable(request, pk)
    try:
        services.discard(version, by=request.user)
    except EditRefused as error:
        return refuse(request, error, version.get_absolute_url())
    messages.success(request, f"ลบฉบับร่าง {version.instrument.code} ฉบับที่ {version.number} แล้ว")
    return redirect("builder:form-list")


@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    """Put back what this person deleted last in this draft."""
    version = changeable(request, pk)
    kept = request.session.get(UNDO, {})
    steps = kept.get(str(version.pk), [])
    if not steps:
        return refuse(request, EditRefused("ไม่มีการลบที่เลิกทำได้แล้ว"), address(version))
    try:
        edited = services.edit(version, by=request.user, change=lambda draft: draft.restore(steps[-1]))
    except EditRefused as error:
        return refuse(request, error, address(version))
    request.session[UNDO] = {**kept, str(version.pk): steps[:-1]}
    return done(request, edited, f"เลิกทำแล้ว: {steps[-1]['label']}", go=address(version), focus=edited.result)


@require_POST
def check(request: Request, pk: int) -> HttpResponse:
    """What is wrong with one condition, and where: ``{"message", "at", "type"}``; an empty message where nothing is."""
    version = changeable(request, pk)
    place, prop, text = (request.POST.get(name, "")[:5000] for name in ("place", "property", "text"))
    checked = logic.check_text(Draft(version.definition, Published()).definition, place, prop, text)
    found = checked.problem
    return JsonResponse(
        {"message": found.message if found else "", "at": found.at if found else -1, "type": checked.label}
    )
