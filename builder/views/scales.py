"""Scales and lists of choices that the questions of a draft share."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from builder import services
from builder.editing import EditRefused
from builder.forms.scales import ListForm, ScaleForm
from builder.scales import PRESETS
from builder.services import ChangedMeanwhile
from builder.views.answering import (
    REFUSED,
    address,
    changeable,
    differing,
    done,
    draft_of,
    locked,
    operate,
    page_context,
)
from thai.text import normalise
from workflows.digests import stamp_of


@require_safe
def scales(request: Request, pk: int) -> HttpResponse:
    """The scales and lists of the form."""
    version = changeable(request, pk)
    return locked(request, version) or render(
        request, "builder/scales.html", page_context(version, draft_of(version), presets=PRESETS.items())
    )


@require_POST
def scale_add(request: Request, pk: int) -> HttpResponse:
    preset = request.POST.get("preset", "")
    return operate(
        request,
        pk,
        lambda draft: draft.add_scale(preset),
        lambda edited: done(request, edited, "เพิ่มมาตราส่วนแล้ว", go=address(edited.version, "scale", edited.result)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def scale(request: Request, pk: int, key: str) -> HttpResponse:
    """One scale with its steps and the bands by which its means are read."""
    version = changeable(request, pk)
    if answer := locked(request, version):
        return answer
    draft = draft_of(version)
    now = draft.scales.get(key)
    if not isinstance(now, dict):
        raise Http404
    form = ScaleForm(request.POST if request.method == "POST" else None, scale=now)
    rivals: list[dict[str, str]] = []
    if form.is_valid():
        try:
            services.save_scale(version, key, form.values, was=request.POST.get("was", ""), by=request.user)
        except ChangedMeanwhile as error:
            rivals = [{"label": "ฉบับของผู้อื่น", "mine": _scale_said(form.values), "theirs": _scale_said(error.theirs)}]
        except EditRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกมาตราส่วนแล้ว")
            return redirect("builder:scales", version.pk)
    context = page_context(version, draft, form=form, scale=now, scale_key=key, was=stamp_of(now), rivals=rivals)
    return render(request, "builder/scale.html", context, status=REFUSED if form.is_bound else 200)


def _scale_said(values: Any) -> str:
    steps = " · ".join(f"{value['v']} {value['t']}" for value in values.get("values") or ())
    return f"{values.get('title', '')}\n{steps}\n" + " · ".join(
        f"{band['min']} {band['label']}" for band in values.get("bands") or ()
    )


@require_POST
def scale_delete(request: Request, pk: int, key: str) -> HttpResponse:
    return operate(
        request,
        pk,
        lambda draft: draft.delete_scale(key),
        lambda edited: done(request, edited, "ลบมาตราส่วนแล้ว", go=address(edited.version, "scales")),
    )


@require_POST
def list_add(request: Request, pk: int) -> HttpResponse:
    title = normalise(request.POST.get("title", ""))[:300] or "รายการตัวเลือก"
    return operate(
        request,
        pk,
        lambda draft: draft.add_list(title, []),
        lambda edited: done(request, edited, "เพิ่มรายการแล้ว", go=address(edited.version, "list", edited.result)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def choice_list(request: Request, pk: int, key: str) -> HttpResponse:
    """One list of choices that questions share."""
    version = changeable(request, pk)
    if answer := locked(request, version):
        return answer
    draft = draft_of(version)
    if key not in draft.lists:
        raise Http404
    now = draft.lists[key]
    taken = draft.published.lists.get(key, frozenset())
    form = ListForm(request.POST if request.method == "POST" else None, shared=now, taken=taken)
    rivals: list[dict[str, str]] = []
    if form.is_valid():
        try:
            services.save_list(version, key, form.values, was=request.POST.get("was", ""), by=request.user)
        except ChangedMeanwhile:
            rivals = differing(form, ListForm(shared=now))
        except EditRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"บันทึกรายการแล้ว มี {len(form.values['items']):,} ตัวเลือก")
            return redirect("builder:scales", version.pk)
    context = page_context(version, draft, form=form, list_key=key, was=stamp_of(now), rivals=rivals)
    return render(request, "builder/choice_list.html", context, status=REFUSED if form.is_bound else 200)


@require_POST
def list_delete(request: Request, pk: int, key: str) -> HttpResponse:
    return operate(
        request,
        pk,
        lambda draft: draft.delete_list(key),
        lambda edited: done(request, edited, "ลบรายการแล้ว", go=address(edited.version, "scales")),
    )
