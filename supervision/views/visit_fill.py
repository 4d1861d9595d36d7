"""Filling a form at a school: one section at a time, each answer kept as it is given, with or without JavaScript."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request, wants_json
from documents.kinds import document_response
from instruments.attachments import attachment_response
from instruments.endpoints import for_answers, poll_json, save_json, save_post, upload_json
from instruments.filling import names_of, pictures_of, to_do, typed_and_refused
from instruments.models import Attachment, Response
from instruments.queries import open_conflicts, progress, short_of_rows
from instruments.results import read
from supervision.models import VisitForm
from supervision.queries.recommendations import reads_from_outside
from supervision.queries.visits import facts_of, form_with_visit
from supervision.services.visit_records import refusal_to_write
from supervision.views.visits import visible_visit

ALL = "all"
"""Asks for the whole form on one page: for a desk, and for a school where the line is bad."""


def _form(request: Request, pk: int, form_pk: int) -> VisitForm:
    """The form with what its rules ask of the visit, where this person may see the visit."""
    form = form_with_visit(pk, form_pk)
    if form is None or not request.user.has_perm("supervision.see_visit", form.visit):
        raise Http404
    return form


def _response(form: VisitForm) -> Response:
    """The response with its version, whose definition is fetched only where no process has parsed it yet."""
    responses = Response.objects.select_related("version").defer("version__definition")
    return responses.get(pk=form.response_id)


# -- The page ------------------------------------------------------------------------------------------------------


@require_safe
@gzip_page
def visit_form(request: Request, pk: int, form_pk: int) -> HttpResponse:
    """One section to be filled, or, where this person can't write now, all of the form to be read."""
    visit = visible_visit(request, pk)
    form = get_object_or_404(
        visit.forms.select_related("response__version__instrument").defer("response__version__definition"), pk=form_pk
    )
    response, definition = form.response, form.response.form
    form.visit = visit
    done = progress(definition, response.answers, response.scores)
    context = {
        "visit": visit,
        "visit_form": form,
        "response": response,
        "instrument": response.version.instrument,
        "progress": done,
        "outside": reads_from_outside(request.user, visit),
        "refusal": refusal_to_write(visit, request.user),
        "page_url": reverse("supervision:visit-form", args=[pk, form_pk]),
        "photo_base": reverse("supervision:visit-attachment-add", args=[pk, form_pk]),
    }
    if context["refusal"]:
        reading = read(response, facts=facts_of(visit))
        return render(request, "supervision/visit_form_read.html", context | {"reading": reading})

    hidden = response.scores.get("hidden", ())
    sections = [section for section in definition.sections if f"@{section.key}" not in hidden] or definition.sections[
        :1
    ]
    left = to_do(definition, response.answers, response.scores)
    chosen = request.GET.get("section", "")
    whole_form = chosen == ALL
    short = {section.key for section in short_of_rows(definition, response.answers, response.scores)}
    place = _place_of(chosen, sections, definition.sections)
    if place is None:
        place = _first_to_do(sections, done)
    section = sections[place]
    shown = list(sections) if whole_form else [section]
    context |= {
        "section": None if whole_form else section,
        "shown": shown,
        "section_key": ALL if whole_form else section.key,
        "facts": facts_of(visit) if any(q.source for part in shown for q in part.questions) else None,
        "pictures": pictures_of(response),
        "names": names_of(response.answers),
        "refused": request.session.pop(_kept(form_pk), {}),
        "steps": [
            {
                "section": step,
                "number": number,
                "done": done["sections"][step.key],
                "is_whole": step.key not in short and _is_whole(done["sections"][step.key]),
                "current": step is section and not whole_form,
            }
            for number, step in enumerate(sections, start=1)
        ],
        "number": place + 1,
        "before": sections[place - 1] if place and not whole_form else None,
        "after": sections[place + 1] if place + 1 < len(sections) and not whole_form else None,
        "to_do": left,
        "to_do_count": sum(len(items) for _, items in left),
        "conflicts": open_conflicts(definition, response.answers),
    }
    return render(request, "supervision/visit_form.html", context)


def _kept(form_pk: int) -> str:
    """Where the session keeps what was posted and refused until the page is shown again."""
    return f"refused-{form_pk}"


def _place_of(chosen: str, sections, all_sections) -> int | None:
    """Where the named section stands among those that are asked; of one that no answer asks for now, the next one."""
    keys = [section.key for section in all_sections]
    if chosen not in keys:
        return None
    after = keys[keys.index(chosen) :]
    return next((i for i, section in enumerate(sections) if section.key in after), len(sections) - 1)


def _is_whole(part: dict) -> bool:
    return part["answered"] == part["total"]


def _first_to_do(sections, done: dict) -> int:
    """The section to open when none is named: the first that is not finished."""
    parts = done["sections"]
    return next((i for i, s in enumerate(sections) if parts[s.key]["answered"] < parts[s.key]["total"]), 0)


@require_safe
def visit_form_pdf(request: Request, pk: int, form_pk: int) -> HttpResponse:
    """One filled form of the visit as PDF, for whoever may see the visit."""
    form = _form(request, pk, form_pk)
    response = Response.objects.select_related("version__instrument", "area", "school", "person", "opened_by")
    return document_response(request, "filled-form", response.get(pk=form.response_id))


# -- What the page sends -------------------------------------------------------------------------------------------


@for_answers
@require_POST
def visit_form_save(request: Request, pk: int, form_pk: int) -> HttpResponse:
    """Answers as JSON from the module, or the whole section as an ordinary post, which then goes on to ``go``."""
    form = _form(request, pk, form_pk)
    refusal = refusal_to_write(form.visit, request.user)
    if wants_json(request):
        return (
            JsonResponse({"message": refusal}, status=409)
            if refusal
            else save_json(request, Response(pk=form.response_id))
        )
    section = request.POST.get("go") or request.POST.get("section", "")
    if refusal:
        messages.error(request, refusal)
    else:
        outcome, sentences = save_post(request, _response(form))
        if outcome and outcome.refused:
            request.session[_kept(form_pk)] = typed_and_refused(request.POST, outcome.refused)
        for sentence in sentences:
            messages.error(request, sentence)
        if sentences:
            section = request.POST.get("section", "")
        else:
            messages.success(request, "บันทึกคำตอบแล้ว")
    if section == "done" or refusal:
        return redirect(form.visit)
    return redirect(f"{reverse('supervision:visit-form', args=[pk, form_pk])}?section={section}")


@for_answers
@require_safe
def visit_form_changes(request: Request, pk: int, form_pk: int) -> HttpResponse:
    """What others answered since the revision this page knows, and who else is here."""
    return poll_json(request, _response(_form(request, pk, form_pk)))


@for_answers
@require_http_methods(["POST"])
def visit_attachment_add(request: Request, pk: int, form_pk: int) -> HttpResponse:
    """One evidence photo or drawn signature of one question."""
    form = _form(request, pk, form_pk)
    if refusal := refusal_to_write(form.visit, request.user):
        return JsonResponse({"message": refusal}, status=409)
    return upload_json(request, _response(form), photo_base=request.path)


@require_safe
def visit_attachment(request: Request, pk: int, form_pk: int, uuid, *, thumb: bool = False) -> HttpResponseBase:
    """A picture of an answer, or its small form, for whoever may see the visit."""
    form = _form(request, pk, form_pk)
    attachment = get_object_or_404(Attachment, pk=uuid, response=form.response_id)
    return attachment_response(attachment, thumb=thumb)
