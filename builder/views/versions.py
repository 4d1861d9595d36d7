"""The page of a version beside the one before it: differences, trends, the moves from draft to published."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import Request
from builder.versions import DecisionsRefusedError, decide, rows
from documents.kinds import document_response
from instruments.differences import differences
from instruments.flows import DRAFT, PUBLISHED, RETIRED
from instruments.models import InstrumentVersion
from workflows.views import answer_transition

REFUSED = 422


def _version(request: Request, pk: int) -> InstrumentVersion:
    versions = InstrumentVersion.objects.visible_to(request.user).select_related("instrument")
    return get_object_or_404(versions, pk=pk)


@require_safe
def version_changes(request: Request, pk: int) -> HttpResponse:
    """What differs from the version before, what must be decided, and what can be done with the version now."""
    return _page(request, _version(request, pk))


def _page(request: Request, version: InstrumentVersion, *, chosen=None, refusal: str = "") -> HttpResponse:
    base = version.predecessor
    found = differences(base.definition, version.definition) if base else None
    logs = list(version.transitions.select_related("by"))
    may_decide = version.state == DRAFT and request.user.has_perm("instruments.change_version", version)
    shown = rows(base, version, found, chosen or {}) if base and found else []
    context = {
        "version": version,
        "instrument": version.instrument,
        "base": base,
        "found": found,
        "rows": shown,
        "may_decide": may_decide,
        "may_revise": version.state in (PUBLISHED, RETIRED)
        and request.user.has_perm("instruments.change_version", version)
        and not version.instrument.versions.filter(number__gt=version.number).exists(),
        "asks": may_decide and any(row.options for row in shown),
        "undecided": found.undecided_sentence if found else "",
        "refusal": refusal,
        "logs": logs,
        "sealed": [log for log in logs if log.digest],
        "returned": logs[-1] if logs and version.state == DRAFT and logs[-1].action == "return" else None,
    }
    return render(request, "builder/version_changes.html", context, status=REFUSED if refusal else 200)


@require_POST
def version_decide(request: Request, pk: int) -> HttpResponse:
    """Keep what was decided on the trends; refused decisions come back as they were picked."""
    version = _version(request, pk)
    if not request.user.has_perm("instruments.change_version", version):
        raise PermissionDenied
    chosen = {name[2:]: str(value) for name, value in request.POST.items() if name.startswith("d-")}
    seen = request.POST.get("revision", "")[:9]
    try:
        left = decide(
            version, chosen, rest=request.POST.get("rest", ""),
            seen=int(seen) if seen.isdecimal() else None,
        )  # fmt: skip
    except DecisionsRefusedError as error:
        return _page(request, _version(request, pk), chosen=chosen, refusal=str(error))
    if left:
        messages.warning(request, f"บันทึกแล้ว ยังเหลือข้อที่ต้องตัดสินใจอีก {left} ข้อ")
    else:
        messages.success(request, "บันทึกการตัดสินใจเรื่องแนวโน้มแล้ว")
    return redirect("builder:version-changes", pk)


@require_POST
def version_transition(request: Request, pk: int, name: str) -> HttpResponse:
    """Back to the page of the version; where the move began a new draft, on to that."""
    version = _version(request, pk)
    answer_transition(request, version, name)
    if name == "rework" and version.state == RETIRED:
        draft = version.instrument.versions.filter(state=DRAFT).latest("number")
        return redirect("builder:form-edit", draft.pk)
    return redirect("builder:version-changes", pk)


@require_safe
def version_changes_pdf(request: Request, pk: int) -> HttpResponse:
    """The comparison as PDF."""
    return document_response(request, "version-changes", _version(request, pk))
