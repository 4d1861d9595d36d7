"""How the pages of the builder load a draft and answer. Each works as a plain page; the browser module asks the same
addresses.

A request that accepts JSON is answered with what has changed on the page it came from: rows, order, what is to be
mended, and the panel where it is another one.
"""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.http import Request, wants_json
from builder import services
from builder.editing import Draft, EditRefused, Removed
from builder.outline import Outline, outline
from builder.queries import published_facts
from builder.scales import PRESETS
from builder.services import Edited
from instruments.checking import TYPES
from instruments.flows import DRAFT
from instruments.models import InstrumentVersion
from thai.dates import time_of_day

REFUSED, CONFLICT = 422, 409
UNDO = "builder.undo"
UNDO_STEPS = 10
UNDO_SIZE = 300_000
"""Characters of JSON that a session carries for the way back."""


def changeable(request: Request, pk: int) -> InstrumentVersion:
    """A version that this person may change, in whatever state."""
    visible = InstrumentVersion.objects.visible_to(request.user).select_related("instrument", "instrument__area")
    version = get_object_or_404(visible, pk=pk)
    if not request.user.has_perm("instruments.change_version", version):
        if version.area_id is None and request.user.has_perm("builder.create_form"):
            raise PermissionDenied(
                "แบบนี้เป็นเครื่องมือกลางที่หลายเขตใช้ร่วมกัน จึงแก้ไขโดยตรงไม่ได้ ใช้ “ทำสำเนาเป็นของเขต” ในหน้าของเครื่องมือแล้วแก้ไขฉบับของท่าน"
            )
        raise PermissionDenied(
            "บัญชีของท่านไม่มีสิทธิ์แก้ไขแบบ ผู้แก้ไขได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน และผู้อำนวยการกลุ่มนิเทศฯ ของเขตเจ้าของแบบ"
        )
    return version


def draft_of(version: InstrumentVersion) -> Draft:
    return Draft(version.definition, published_facts(version.instrument))


def _wants_panel(request: Request) -> bool:
    """Whether only the panel is asked for, by the page that stands around it already."""
    return request.headers.get("x-builder") == "panel"


def address(version: InstrumentVersion, name: str = "form-edit", *more: str) -> str:
    return reverse(f"builder:{name}", args=[version.pk, *more])


def page_context(version: InstrumentVersion, draft: Draft, **more: Any) -> dict[str, Any]:
    return {
        "version": version,
        "instrument": version.instrument,
        "draft": draft,
        "base": address(version),
        "types": TYPES.items(),
        **more,
    }


def show_page(
    request: Request, version: InstrumentVersion, draft: Draft, panel: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The builder with its outline, and the panel beside it where one is open."""
    context = page_context(
        version, draft, outline=outline(draft), undo=_undo_label(request, version), presets=PRESETS.items()
    )
    return render(request, "builder/form_edit.html", context | (panel or {}), status=status)


def show_panel(
    request: Request, version: InstrumentVersion, draft: Draft, panel: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The panel alone or the page around it, as it was asked for."""
    if wants_json(request):
        html = _panel_html(request, version, draft, panel)
        return JsonResponse({"panel": html, "message": panel.get("refusal", "")}, status=status)
    if _wants_panel(request):
        return HttpResponse(_panel_html(request, version, draft, panel), status=status)
    return show_page(request, version, draft, panel, status)


def _panel_html(request: Request, version: InstrumentVersion, draft: Draft, panel: dict[str, Any]) -> str:
    return render_to_string(panel["panel_template"], page_context(version, draft, **panel), request=request)


def _changes(request: Request, edited: Edited, panel: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a page that showed the draft as it was must show now; the whole outline where it showed something older."""
    version, after = edited.version, outline(edited.draft)
    seen = request.POST.get("revision", "")
    one_behind = seen in (str(version.revision), str(version.revision - 1))
    made: dict[str, Any] = {
        "revision": version.revision,
        "order": after.order,
        "count": after.question_count,
        "troubles": fragment(request, "builder/_troubles.html", version, edited.draft, outline=after),
        "undo": _undo_label(request, version),
        "at": time_of_day(timezone.localtime()),
    }
    if one_behind:
        before = outline(edited.before)
        made["rows"], made["sections"] = _changed_parts(request, edited, before, after)
    else:
        made["outline"] = fragment(request, "builder/_outline.html", version, edited.draft, outline=after)
    if panel is not None:
        made["panel"] = _panel_html(request, version, edited.draft, panel)
    return made


def fragment(request: Request, template: str, version: InstrumentVersion, draft: Draft, **more: Any) -> str:
    return render_to_string(template, page_context(version, draft, **more), request=request)


def _changed_parts(request: Request, edited: Edited, before: Outline, after: Outline):
    """HTML of rows and of sections that are new or look different."""
    old_rows, base = before.rows, address(edited.version)
    rows = {
        key: render_to_string("builder/_row.html", {"row": row, "base": base})
        for key, row in after.rows.items()
        if old_rows.get(key) != row
    }
    old = {section.key: section for section in before.sections}
    sections = {
        section.key: fragment(request, "builder/_section.html", edited.version, edited.draft, section=section)
        for section in after.sections
        if section.key not in old
    }
    heads = {
        section.key: fragment(request, "builder/_section_head.html", edited.version, edited.draft, section=section)
        for section in after.sections
        if section.key in old and (old[section.key] != section or old[section.key].place != section.place)
    }
    return rows, {"new": sections, "heads": heads}


def done(
    request: Request,
    edited: Edited,
    message: str,
    *,
    go: str,
    panel: dict[str, Any] | None = None,
    focus: str = "",
    was: str = "",
    alone: str = "",
) -> HttpResponse:
    """The change was made. ``was``: how the piece that was saved looks now, from which the browser module makes its next
    save; ``alone``: how the question is seen by who fills it in."""
    if wants_json(request):
        told = {"message": message, "focus": focus, "url": go, "was": was, "alone": alone}
        return JsonResponse(_changes(request, edited, panel) | told)
    messages.success(request, message)
    return redirect(go)


def refuse(request: Request, error: EditRefused, go: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"message": str(error)}, status=REFUSED)
    messages.error(request, str(error))
    return redirect(go)


def operate(
    request: Request, pk: int, change: Callable[[Draft], Any], answer: Callable[[Edited], HttpResponse]
) -> HttpResponse:
    """One change without a form of its own: made, or refused with the sentence that says why."""
    version = changeable(request, pk)
    try:
        edited = services.edit(version, by=request.user, change=change)
    except EditRefused as error:
        return refuse(request, error, address(version) if version.state == DRAFT else version.get_absolute_url())
    return answer(edited)


def locked(request: Request, version: InstrumentVersion) -> HttpResponse | None:
    """Where to go with a version that is no draft."""
    if version.state == DRAFT:
        return None
    return refuse(request, EditRefused(services.locked_sentence(version)), version.get_absolute_url())


def gone(request: Request, error: EditRefused) -> HttpResponse:
    """A piece that somebody deleted meanwhile: whoever types into it is told, whoever asks for its page finds none."""
    if wants_json(request):
        return JsonResponse({"message": str(error)}, status=REFUSED)
    raise Http404(str(error)) from error


def step_asked(request: Request) -> int:
    return 1 if request.POST.get("by") == "1" else -1 if request.POST.get("by") == "-1" else 0


def differing(form, theirs) -> list[dict[str, str]]:
    """What both sides say where they differ, label by label."""
    found = []
    for name, field in form.fields.items():
        mine, other = form[name].value(), theirs[name].value() if name in theirs.fields else ""
        if _said(mine) != _said(other):
            found.append({"label": field.label, "mine": _said(mine), "theirs": _said(other)})
    return found


def _said(value: Any) -> str:
    if isinstance(value, bool) or value in ("on", None):
        return "ใช่" if value in (True, "on") else ""
    return str(value).replace("\r\n", "\n").strip()


def remember(request: Request, version: InstrumentVersion, removed: Removed | dict[str, Any], label: str) -> None:
    """Keep what was taken away in the person's session, the last few steps of each draft."""
    kept = request.session.get(UNDO, {})
    steps = kept.get(str(version.pk), [])
    piece = removed.as_json() if isinstance(removed, Removed) else removed
    steps = [*steps, {"label": label, **piece}][-UNDO_STEPS:]
    while len(steps) > 1 and len(json.dumps(steps)) > UNDO_SIZE:
        steps = steps[1:]
    request.session[UNDO] = {**dict(list(kept.items())[-4:]), str(version.pk): steps}


def _undo_label(request: Request, version: InstrumentVersion) -> str:
    steps = request.session.get(UNDO, {}).get(str(version.pk), [])
    return steps[-1]["label"] if steps else ""
