"""Sections of a draft: their panel, adding, moving, copying, deleting."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import Request
from builder import services
from builder.editing import EditRefused, Piece, facts_of
from builder.forms.sections import SectionForm
from builder.services import ChangedMeanwhile, Edited
from builder.views.answering import (
    CONFLICT,
    REFUSED,
    address,
    changeable,
    differing,
    done,
    draft_of,
    gone,
    locked,
    operate,
    remember,
    show_panel,
    step_asked,
)
from thai.text import normalise
from workflows.digests import stamp_of


def _section_panel(form: SectionForm, section: Piece, **more: Any) -> dict[str, Any]:
    return {
        "panel_template": "builder/_section_panel.html",
        "open_key": f"@{section['key']}",
        "form": form,
        "section": section,
        "was": stamp_of(facts_of(section)),
        **more,
    }


@require_POST
def section_add(request: Request, pk: int) -> HttpResponse:
    title = normalise(request.POST.get("title", ""))[:500]

    def answer(edited: Edited) -> HttpResponse:
        key, draft = edited.result, edited.draft
        section = draft.section(key)
        panel = _section_panel(SectionForm(draft=draft, section=section), section)
        return done(
            request, edited, "เพิ่มตอนแล้ว", go=address(edited.version, "section", key), panel=panel, focus=f"@{key}"
        )

    return operate(request, pk, lambda draft: draft.add_section({"title": title}), answer)


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: Request, pk: int, key: str) -> HttpResponse:
    """One section: look at it, or save what was typed."""
    version = changeable(request, pk)
    if answer := locked(request, version):
        return answer
    draft = draft_of(version)
    try:
        now = draft.section(key)
    except EditRefused as error:
        return gone(request, error)
    if request.method != "POST":
        return show_panel(request, version, draft, _section_panel(SectionForm(draft=draft, section=now), now))
    form = SectionForm(request.POST, draft=draft, section=now)
    if not form.is_valid():
        return show_panel(request, version, draft, _section_panel(form, now), REFUSED)
    try:
        edited = services.save_section(version, key, form.values, was=request.POST.get("was", ""), by=request.user)
    except ChangedMeanwhile as error:
        theirs = SectionForm(draft=draft, section=now)
        refused = _section_panel(form, now, refusal=str(error), rivals=differing(form, theirs))
        return show_panel(request, version, draft, refused, CONFLICT)
    except EditRefused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return show_panel(request, version, draft, _section_panel(form, now, refusal=str(error)), REFUSED)
    after = edited.draft.section(edited.result)
    panel: dict[str, Any] | None = None
    if edited.result != key or form.values["scale"] != after.get("scale", ""):
        panel = _section_panel(SectionForm(draft=edited.draft, section=after), after)
    go = address(version, "section", edited.result)
    return done(request, edited, "บันทึกตอนแล้ว", go=go, panel=panel, was=stamp_of(facts_of(after)))


@require_POST
def section_move(request: Request, pk: int, key: str) -> HttpResponse:
    by, after = step_asked(request), request.POST.get("after")

    def answer(edited: Edited) -> HttpResponse:
        place = next(n for n, s in enumerate(edited.draft.sections, start=1) if s["key"] == key)
        message = f"ย้ายเป็นตอนที่ {place} แล้ว"
        return done(request, edited, message, go=f"{address(edited.version)}#section-{key}", focus=f"@{key}")

    return operate(request, pk, lambda draft: draft.move_section(key, by=by, after=after), answer)


@require_POST
def section_copy(request: Request, pk: int, key: str) -> HttpResponse:
    return operate(
        request,
        pk,
        lambda draft: draft.duplicate_section(key),
        lambda edited: done(
            request,
            edited,
            "ทำสำเนาตอนแล้ว",
            go=address(edited.version, "section", edited.result),
            focus=f"@{edited.result}",
        ),
    )


@require_POST
def section_delete(request: Request, pk: int, key: str) -> HttpResponse:
    def answer(edited: Edited) -> HttpResponse:
        title = edited.result.piece.get("title") or key
        remember(request, edited.version, edited.result, f"ลบตอน “{title[:60]}”")
        return done(request, edited, f"ลบตอน “{title}” แล้ว", go=address(edited.version))

    return operate(request, pk, lambda draft: draft.delete_section(key), answer)
