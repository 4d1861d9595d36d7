"""Pages of the handbook: what it says, where a word stands in it, on the screen and on paper."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import Request
from documents.kinds import document_response
from handbook.chart import flow_chart
from handbook.content import Process, Task
from handbook.documents import Part
from handbook.flows import EDITORS
from handbook.models import Edition
from handbook.queries import home_edition, in_force_ids, standing
from handbook.searching import search, words_of
from instruments.models import Instrument
from schools.models import AreaOffice


def visible_edition(request: Request, pk: int) -> Edition:
    visible = Edition.objects.visible_to(request.user).select_related("area", "based_on", "changed_by")
    return get_object_or_404(visible, pk=pk)


def frame(request: Request, edition: Edition) -> dict[str, Any]:
    """What every page of an edition shows around its own content."""
    today = timezone.localdate()
    may_change = request.user.has_perm("handbook.change_edition", edition)
    return {
        "edition": edition,
        "book": edition.book,
        "standing": standing(edition, in_force_ids([edition.area_id], today), today),
        "may_edit": may_change and edition.is_draft,
        "may_change": may_change,
    }


@require_safe
def home(request: Request) -> HttpResponse:
    """The edition in force of one's office; a person without any is told what to do."""
    edition = home_edition(request.user)
    if edition is None:
        offices = AreaOffice.objects.filter(pk__in=request.user.areas_as(*EDITORS))
        return render(request, "handbook/no_edition.html", {"offices": offices})
    return _contents(request, edition)


@require_safe
def edition(request: Request, pk: int) -> HttpResponse:
    return _contents(request, visible_edition(request, pk))


def _contents(request: Request, edition: Edition) -> HttpResponse:
    query = request.GET.get("q", "")[:200]
    found = search(edition.book, query)
    context = frame(request, edition) | {
        "q": query,
        "asked": bool(words_of(query)),
        "found": found,
        "hit_count": sum(len(part.hits) for part in found),
        "logs": edition.transitions.select_related("by") if request.user.has_perm("handbook.change_edition", edition) else None,
        "may_discard": edition.is_draft and request.user.has_perm("handbook.change_edition", edition)
        and not edition.transitions.exists(),
    }  # fmt: skip
    return render(request, "handbook/edition.html", context)


def _task(edition: Edition, key: str) -> Task:
    try:
        return edition.book.task(key)
    except LookupError as error:
        raise Http404 from error


def _process(edition: Edition, key: str) -> Process:
    try:
        return edition.book.process(key)
    except LookupError as error:
        raise Http404 from error


@require_safe
def task(request: Request, pk: int, key: str) -> HttpResponse:
    edition = visible_edition(request, pk)
    shown = _task(edition, key)
    tasks = list(edition.book.tasks)
    here = tasks.index(shown)
    context = frame(request, edition) | {
        "task": shown,
        "group": edition.book.group(shown.group),
        "before": tasks[here - 1] if here else None,
        "after": tasks[here + 1] if here + 1 < len(tasks) else None,
    }
    return render(request, "handbook/task.html", context)


@require_safe
def process(request: Request, pk: int, key: str) -> HttpResponse:
    edition = visible_edition(request, pk)
    shown = _process(edition, key)
    codes = {code for form in shown.forms for code in form.instruments}
    instruments = {
        item.code: item
        for item in Instrument.objects.visible_to(request.user).filter(code__in=codes)
        if item.area_id in (None, edition.area_id)
    }
    of_task = next((task for task in edition.book.tasks if task.key == shown.task), None)
    context = frame(request, edition) | {
        "process": shown,
        "task": of_task,
        "chart": flow_chart(shown),
        "forms": [(form, [(code, instruments.get(code)) for code in form.instruments]) for form in shown.forms],
    }
    return render(request, "handbook/process.html", context)


@require_safe
def laws(request: Request, pk: int) -> HttpResponse:
    edition = visible_edition(request, pk)
    rows = [(law, edition.book.referring_to(law.key)) for law in edition.book.laws]
    return render(request, "handbook/laws.html", frame(request, edition) | {"rows": rows})


# -- On paper ------------------------------------------------------------------------------------------------------


@require_safe
def edition_pdf(request: Request, pk: int) -> HttpResponse:
    return document_response(request, "handbook", visible_edition(request, pk))


@require_safe
def task_pdf(request: Request, pk: int, key: str) -> HttpResponse:
    edition = visible_edition(request, pk)
    return document_response(request, "handbook", Part(edition, task=_task(edition, key)))


@require_safe
def process_pdf(request: Request, pk: int, key: str) -> HttpResponse:
    edition = visible_edition(request, pk)
    return document_response(request, "handbook", Part(edition, process=_process(edition, key)))
