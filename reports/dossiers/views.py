"""Asking for a dossier: what would be in it, and the person's own files."""

import uuid
from collections import Counter

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.flows import SUPERVISION_STAFF
from accounts.http import Request
from jobs.making import FileRefused
from jobs.pages import ask_of
from reports.dossiers.making import ask_for, dossiers, may_ask
from reports.dossiers.subjects import SUBJECTS
from reports.models import Dossier


def own_dossiers(request: Request):
    return Dossier.objects.visible_to(request.user).select_related("area", "by")


@require_safe
def dossier_list(request: Request) -> HttpResponse:
    """The person's own dossiers, running and finished."""
    if not request.user.areas_as(*SUPERVISION_STAFF):
        raise Http404
    found = own_dossiers(request).defer("contents")
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    return render(request, "reports/dossier_list.html", {"page": page, "running": found.unfinished().exists()})


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_new(request: Request, kind: str, pk: int) -> HttpResponse:
    """What the dossier of this record would hold; asking for it makes it."""
    if kind not in SUBJECTS:
        raise Http404
    subject = get_object_or_404(SUBJECTS[kind].model.objects.visible_to(request.user), pk=pk)
    if not may_ask(request.user, subject):
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            made = ask_for(kind, subject, ask=ask_of(request), by=request.user)
        except FileRefused as error:
            refusal = str(error)
        else:
            return redirect(f"{made.get_absolute_url()}?begin=1" if made.status == Dossier.DONE else made)
    wanted = Dossier(kind=kind, object_id=pk, area_id=subject.area_id, by=request.user)
    planned = dossiers.pieces(wanted)
    wanted.total = len(planned)
    context = {
        "subject": SUBJECTS[kind].name(subject),
        "kind": dict(Dossier.KINDS)[kind],
        "back": subject.get_absolute_url(),
        "folders": list(Counter(path.partition("/")[0] for path, _ in planned).items()),
        "total": wanted.total,
        "waits": not dossiers.is_small(wanted),
        "ask": uuid.uuid4(),
        "refusal": refusal,
    }
    return render(request, "reports/dossier_new.html", context, status=422 if refusal else 200)
