"""The office's pages of content validation: open a round, hand out links, read what came of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from appraisal.forms import ExpertForm, ExpertRows, ExtendForm, ReviewForm
from appraisal.models import ContentReview, Expert
from appraisal.queries.reviews import LEAST, invited, judged, result_of
from appraisal.services.reviews import (
    ReviewRefused,
    add_expert,
    close_review,
    extend_link,
    mail_link,
    open_review,
    renew_link,
    revoke_link,
    token_of,
)
from documents.kinds import document_response
from instruments.flows import DRAFT, EDITORS, IN_REVIEW
from instruments.models import Instrument, InstrumentVersion
from schools.models import AreaOffice

REFUSED = 422


def own_area(request: Request, instrument: Instrument, roles=EDITORS) -> AreaOffice:
    """The office for which the person works on this form: the form's own, or the person's for a shared form."""
    areas = request.user.areas_as(*roles)
    wanted = areas if instrument.area_id is None else areas & {instrument.area_id}
    if not wanted:
        raise PermissionDenied
    return AreaOffice.objects.get(pk=min(wanted))


def _review(request: Request, pk: int) -> ContentReview:
    reviews = ContentReview.objects.visible_to(request.user).select_related("version__instrument", "area", "opened_by")
    return get_object_or_404(reviews, pk=pk)


def _may_run(request: Request, review: ContentReview) -> None:
    if not request.user.has_perm("appraisal.run_review", review):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def review_new(request: Request, pk: int) -> HttpResponse:
    """Open a round on this version, with the first experts."""
    versions = InstrumentVersion.objects.visible_to(request.user).select_related("instrument")
    version = get_object_or_404(versions, pk=pk)
    area = own_area(request, version.instrument)
    form = ReviewForm(request.POST or None)
    experts = ExpertRows(request.POST or None, prefix="expert")
    refusal = ""
    if request.method == "POST" and form.is_valid() and experts.is_valid():
        named = [row.cleaned_data for row in experts if row.cleaned_data.get("name")]
        try:
            review = open_review(version, area=area, by=request.user, experts=named, **form.cleaned_data)
        except ReviewRefused as error:
            refusal = str(error)
        else:
            messages.success(request, "เปิดรอบตรวจแล้ว โปรดส่งลิงก์ให้ผู้เชี่ยวชาญแต่ละคน")
            return redirect(review)
    context = {
        "version": version,
        "instrument": version.instrument,
        "form": form,
        "experts": experts,
        "refusal": refusal,
        "unready": "" if version.state in (DRAFT, IN_REVIEW) else version.state_label,
        "questions": 0 if version.problems else len(judged(version.form)),
    }
    status = REFUSED if request.method == "POST" else 200
    return render(request, "appraisal/review_new.html", context, status=status)


@require_safe
def review_detail(request: Request, pk: int) -> HttpResponse:
    return _page(request, _review(request, pk))


def _page(request: Request, review: ContentReview, *, form: ExpertForm | None = None) -> HttpResponse:
    """Who has answered, the links, and the table of marks."""
    experts = list(review.experts.order_by("place"))
    may_run = request.user.has_perm("appraisal.run_review", review)
    result = result_of(review)
    context = {
        "review": review,
        "version": review.version,
        "instrument": review.version.instrument,
        "rows": [
            {
                "expert": expert,
                "standing": expert.standing,
                "url": link_of(request, expert) if may_run and not expert.revoked_at and not expert.sent_at else "",
            }
            for expert in experts
        ],
        "invited": invited(experts),
        "result": result,
        "least": LEAST,
        "may_run": may_run and not review.closed_at,
        "form": form or ExpertForm(),
        "changed": [row for row in result.rows if row.changed],
        "questions": len(result.rows),
    }
    return render(request, "appraisal/review_detail.html", context, status=REFUSED if form else 200)


def link_of(request: Request, expert: Expert) -> str:
    return request.build_absolute_uri(reverse("appraisal:expert-page", args=[token_of(expert)]))


@require_POST
def expert_add(request: Request, pk: int) -> HttpResponse:
    review = _review(request, pk)
    _may_run(request, review)
    form = ExpertForm(request.POST)
    if form.is_valid():
        try:
            add_expert(review, by=request.user, **form.cleaned_data)
        except ReviewRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "เพิ่มผู้เชี่ยวชาญแล้ว โปรดส่งลิงก์ให้")
            return redirect(review)
    return _page(request, review, form=form)


@require_POST
def expert_act(request: Request, pk: int, action: str) -> HttpResponse:
    """Renew, revoke, extend or mail the link of one expert."""
    expert = get_object_or_404(Expert.objects.select_related("review"), pk=pk)
    review = _review(request, expert.review_id)
    _may_run(request, review)
    expert.review = review
    try:
        match action:
            case "renew":
                renew_link(expert, by=request.user)
                told = f"ออกลิงก์ใหม่ให้{expert.name}แล้ว ลิงก์เดิมใช้ไม่ได้อีก"
            case "revoke":
                revoke_link(expert, by=request.user)
                told = f"เพิกถอนลิงก์ของ{expert.name}แล้ว"
            case "extend":
                form = ExtendForm(request.POST)
                if not form.is_valid():
                    raise ReviewRefused("โปรดระบุวันที่ที่ขยายถึง เช่น 30/11/2569")  # noqa: TRY301 -- told like every refusal
                extend_link(expert, until=form.cleaned_data["until"], by=request.user)
                told = f"ขยายเวลาให้{expert.name}แล้ว"
            case "mail":
                mail_link(expert, url=link_of(request, expert))
                told = f"ส่งลิงก์ไปที่ {expert.email} แล้ว"
            case _:
                raise Http404
    except ReviewRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, told)
    return redirect(review)


@require_POST
def review_close(request: Request, pk: int) -> HttpResponse:
    review = _review(request, pk)
    _may_run(request, review)
    close_review(review, by=request.user)
    messages.success(request, "ปิดรอบตรวจแล้ว ผลที่ส่งมาแล้วยังอยู่ครบ")
    return redirect(review)


@require_safe
def review_form_pdf(request: Request, pk: int) -> HttpResponse:
    """The form to be marked by hand."""
    return document_response(request, "ioc-form", _review(request, pk))


@require_safe
def review_result_pdf(request: Request, pk: int) -> HttpResponse:
    return document_response(request, "ioc-result", _review(request, pk))
