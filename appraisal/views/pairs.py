"""Two supervisors rate the same lesson: the head names them and reads how far they agree, each rater fills alone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.flows import Role
from accounts.http import Request, wants_json
from appraisal.forms import PairForm
from appraisal.models import AgreementPair
from appraisal.queries.pairs import of_all, of_one, sent_with
from appraisal.services.pairs import PairRefused, create_pair, send_rating
from documents.kinds import document_response
from instruments.attachments import attachment_response
from instruments.endpoints import for_answers, poll_json, save_json, save_post, upload_json
from instruments.filling import names_of, pictures_of
from instruments.models import Attachment, Response
from instruments.queries import open_conflicts, progress
from instruments.services import form_gaps
from instruments.statistics.agreement import ICC_SOURCE, KAPPA_SOURCE
from schools.models import AreaOffice

REFUSED = 422
SENT = "ท่านส่งผลของรายการนี้แล้ว จึงแก้ไขไม่ได้"


# -- The head ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def pair_new(request: Request) -> HttpResponse:
    areas = request.user.areas_as(Role.GROUP_HEAD)
    if not areas:
        raise PermissionDenied
    area = AreaOffice.objects.get(pk=min(areas))
    form = PairForm(request.POST or None, area=area, initial={"version": request.GET.get("version")})
    if request.method == "POST" and form.is_valid():
        try:
            pair = create_pair(area=area, by=request.user, **form.cleaned_data)
        except PairRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "มอบหมายแล้ว ผู้ประเมินทั้งสองคนได้รับแจ้งเตือน")
            return redirect(pair)
    return render(
        request, "appraisal/pair_new.html", {"form": form, "area": area}, status=REFUSED if form.is_bound else 200
    )


def _pair(request: Request, pk: int) -> AgreementPair:
    pairs = AgreementPair.objects.visible_to(request.user).select_related(
        "version__instrument",
        "school",
        "area",
        "first",
        "second",
        "first_response__version",
        "second_response__version",
    )
    return get_object_or_404(pairs, pk=pk)


@require_safe
def pair_detail(request: Request, pk: int) -> HttpResponse:
    """For the head how far both agree, once both have sent; for a rater the own task and nothing of the other's."""
    pair = _pair(request, pk)
    reads = request.user.has_perm("appraisal.run_pair", pair)
    own = pair.response_of(request.user)
    together = sent_with(pair) if reads and pair.both_sent else []
    context = {
        "pair": pair,
        "instrument": pair.version.instrument,
        "reads": reads,
        "own": own,
        "gaps": form_gaps(own) if own and not own.is_locked else "",
        "done": progress(own.form, own.answers, own.scores) if own else None,
        "groups": of_one(pair) if together else [],
        "pooled": of_all(together) if len(together) > 1 else [],
        "together": together,
        "kappa_source": KAPPA_SOURCE,
        "icc_source": ICC_SOURCE,
    }
    return render(request, "appraisal/pair_detail.html", context)


@require_safe
def pair_pdf(request: Request, pk: int) -> HttpResponse:
    pair = _pair(request, pk)
    if not request.user.has_perm("appraisal.run_pair", pair):
        raise PermissionDenied
    if not pair.both_sent:
        messages.error(request, "ผู้ประเมินยังส่งผลไม่ครบสองคน จึงยังไม่มีผลให้พิมพ์")
        return redirect(pair)
    return document_response(request, "agreement", pair)


# -- A rater -------------------------------------------------------------------------------------------------------


def _own(request: Request, pk: int) -> tuple[AgreementPair, Response]:
    """The pair and this rater's own response; for everybody else, the head too, there is none."""
    pair = _pair(request, pk)
    response = pair.response_of(request.user)
    if response is None or not request.user.has_perm("appraisal.fill_pair", pair):
        raise Http404
    return pair, response


@require_safe
def pair_fill(request: Request, pk: int) -> HttpResponse:
    """The whole form on one page, or as it was sent."""
    pair, response = _own(request, pk)
    if response.is_locked:
        messages.info(request, SENT)
        return redirect(pair)
    form = response.form
    context = {
        "pair": pair,
        "response": response,
        "instrument": pair.version.instrument,
        "shown": form.sections,
        "facts": facts_of(pair),
        "progress": progress(form, response.answers, response.scores),
        "pictures": pictures_of(response),
        "names": names_of(response.answers),
        "conflicts": open_conflicts(form, response.answers),
        "photo_base": reverse("appraisal:pair-file-add", args=[pk]),
    }
    return render(request, "appraisal/pair_fill.html", context)


def facts_of(pair: AgreementPair) -> dict[str, str]:
    return {"school": str(pair.school)} if pair.school else {}


@for_answers
@require_POST
def pair_fill_save(request: Request, pk: int) -> HttpResponse:
    """Answers as JSON from the module, or the whole form as an ordinary post."""
    pair, response = _own(request, pk)
    if wants_json(request):
        return save_json(request, response)
    if response.is_locked:
        messages.error(request, SENT)
        return redirect(pair)
    _outcome, sentences = save_post(request, response)
    for sentence in sentences:
        messages.error(request, sentence)
    if sentences:
        return redirect("appraisal:pair-fill", pk)
    messages.success(request, "บันทึกคำตอบแล้ว")
    return redirect(pair) if request.POST.get("go") == "done" else redirect("appraisal:pair-fill", pk)


@require_POST
def pair_send(request: Request, pk: int) -> HttpResponse:
    """Hand the rater's own response in; after that it can't be changed."""
    pair, _response = _own(request, pk)
    try:
        send_rating(pair, by=request.user)
    except PairRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "ส่งผลการประเมินแล้ว")
    return redirect(pair)


@for_answers
@require_safe
def pair_fill_changes(request: Request, pk: int) -> HttpResponse:
    return poll_json(request, _own(request, pk)[1])


@for_answers
@require_POST
def pair_file_add(request: Request, pk: int) -> HttpResponse:
    """One evidence photo or drawn signature."""
    return upload_json(request, _own(request, pk)[1], photo_base=request.path)


@require_safe
def pair_file(request: Request, pk: int, uuid, *, thumb: bool = False) -> HttpResponseBase:
    """A picture of the rater's own answers."""
    _pair_of, response = _own(request, pk)
    return attachment_response(get_object_or_404(Attachment, pk=uuid, response=response), thumb=thumb)
