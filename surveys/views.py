"""The office's pages of surveys, and the list of a school's own."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.flows import SUPERVISION_STAFF, Role
from accounts.http import Request
from documents.kinds import document_response
from documents.qr import qr_svg
from instruments.attachments import attachment_response
from instruments.models import Attachment, InstrumentVersion
from schools.models import AreaOffice
from surveys.flows import LINK, MAKERS, ONE, SCHOOLS
from surveys.forms import AddSchoolsForm, ExtendForm, SurveyForm
from surveys.models import Survey, SurveyAnswer, SurveySchool
from surveys.public import reading_of
from surveys.queries import places_for, places_of, rate_of, rates_of, waiting_for
from surveys.services import (
    SurveyRefused,
    add_schools,
    create_survey,
    extend_survey,
    keep_answer,
    remind,
    reopen_answer,
    update_survey,
)
from thai.text import normalise
from workflows.views import answer_transition

REFUSED = 422
OFFICE = (*SUPERVISION_STAFF, Role.COMMITTEE)


@require_safe
def survey_list(request: Request) -> HttpResponse:
    """The office's surveys; for a school those that ask it, what still waits on top."""
    if not request.user.holds(*OFFICE):
        return _list_of_school(request)
    surveys = Survey.objects.visible_to(request.user).filter(area__in=request.user.areas_as(*OFFICE))
    surveys = (
        surveys.exclude(state="discarded").select_related("area", "version__instrument").defer("version__definition")
    )
    text, state = normalise(request.GET.get("q", "")), request.GET.get("state", "")
    if text:
        surveys = surveys.filter(title__icontains=text)
    if state in Survey.machine.keys:
        surveys = surveys.filter(state=state)
    page = Paginator(surveys, 20).get_page(request.GET.get("page"))
    rates = rates_of(page.object_list)
    for survey in page.object_list:
        survey.rate = rates[survey.pk]
    context = {
        "page": page,
        "wanted": {"q": text, "state": state},
        "states": [(key, label) for key, label in Survey.machine.choices() if key != "discarded"],
        "may_create": request.user.holds(*MAKERS),
    }
    return render(request, "surveys/survey_list.html", context)


def _list_of_school(request: Request) -> HttpResponse:
    places = places_for(request.user)
    page = Paginator(places, 20).get_page(request.GET.get("page"))
    sent = SurveyAnswer.objects.visible_to(request.user).filter(place__in=[place.pk for place in page.object_list])
    own: dict[int, SurveyAnswer] = {}
    for answer in sent.select_related("by", "survey").order_by("pk"):
        if answer.place_id is not None:
            own[answer.place_id] = answer
    for place in page.object_list:
        place.own = own.get(place.pk)  # type: ignore[attr-defined]
    context = {
        "page": page,
        "waiting": list(waiting_for(request.user)),
        "of_school": request.user.holds(Role.SCHOOL_HEAD, Role.TEACHER),
    }
    return render(request, "surveys/school_list.html", context)


def _survey(request: Request, pk: int) -> Survey:
    surveys = Survey.objects.visible_to(request.user).select_related(
        "area", "version__instrument", "collection", "made_by"
    )
    return get_object_or_404(surveys.defer("version__definition"), pk=pk)


def _own(request: Request, pk: int, permission: str = "surveys.run_survey") -> Survey:
    survey = _survey(request, pk)
    if not request.user.has_perm(permission, survey):
        raise PermissionDenied
    return survey


@require_safe
def survey_detail(request: Request, pk: int) -> HttpResponse:
    """How the survey stands: rate, window, what to do next. A school is led to its own place in it."""
    survey = _survey(request, pk)
    if survey.area_id not in request.user.areas_as(*OFFICE):
        place = SurveySchool.objects.visible_to(request.user).filter(survey=survey).order_by("pk").first()
        if place is None:
            raise Http404
        return redirect("surveys:answer", place.token)
    may_run = request.user.has_perm("surveys.run_survey", survey)
    staff = survey.area_id in request.user.areas_as(*SUPERVISION_STAFF)
    context = {
        "survey": survey,
        "rate": rate_of(survey),
        "may_run": may_run,
        "staff": staff,
        "problems": survey.form_problems() if survey.state == "draft" else [],
        "results": _results(survey),
        "logs": list(survey.transitions.select_related("by")) if staff else [],
        "extend": ExtendForm(initial={"closes_on": None}) if may_run else None,
        "link": _link(request, survey) if survey.audience == LINK and staff else "",
    }
    return render(request, "surveys/survey_detail.html", context)


def _results(survey: Survey) -> dict[str, str]:
    """Where the answers of this round are summed up and taken out; empty where there is nothing yet."""
    if survey.collection_id is None:
        return {}
    pages = (("summary", "analysis:form-summary"), ("export", "analysis:export-new"))
    form = [survey.version.instrument_id]
    return {key: f"{reverse(name, args=form)}?collection={survey.collection_id}" for key, name in pages}


def _link(request: Request, survey: Survey) -> str:
    return request.build_absolute_uri(reverse("surveys:answer", args=[survey.token]))


@require_http_methods(["GET", "HEAD", "POST"])
def survey_create(request: Request) -> HttpResponse:
    """A new draft for the office one works for; who works for several says for which."""
    offices = list(AreaOffice.objects.filter(pk__in=request.user.areas_as(*MAKERS)))
    if not offices:
        raise PermissionDenied
    asked = request.POST.get("area") or request.GET.get("area") or ""
    area = next((office for office in offices if str(office.pk) == asked), offices[0])
    start = None
    if (wanted := request.GET.get("version", "")).isdecimal() and len(wanted) < 10:
        start = (
            InstrumentVersion.objects.visible_to(request.user).select_related("instrument").filter(pk=wanted).first()
        )
    form = SurveyForm(request.POST or None, area=area, start=start)
    if request.method == "POST" and form.is_valid():
        try:
            survey = create_survey(area=area, by=request.user, **form.values)
        except SurveyRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกร่างแบบสำรวจแล้ว โปรดตรวจสอบแล้วกด “ส่งแบบสำรวจ”")
            return redirect(survey)
    context = {"form": form, "area": area, "offices": offices if len(offices) > 1 else []}
    return render(request, "surveys/survey_form.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_edit(request: Request, pk: int) -> HttpResponse:
    survey = _own(request, pk)
    if survey.state != "draft":
        messages.error(request, "แบบสำรวจที่ส่งแล้วแก้ไขไม่ได้ ใช้ “ขยายเวลา” หรือ “เพิ่มโรงเรียน” แทน")
        return redirect(survey)
    form = SurveyForm(request.POST or None, area=survey.area, survey=survey)
    if request.method == "POST" and form.is_valid():
        try:
            update_survey(survey, by=request.user, **form.values)
        except SurveyRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกแบบสำรวจแล้ว")
            return redirect(survey)
    context = {"form": form, "survey": survey, "area": survey.area}
    return render(request, "surveys/survey_form.html", context, status=REFUSED if form.errors else 200)


@require_POST
def survey_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, _survey(request, pk), name)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_extend(request: Request, pk: int) -> HttpResponse:
    survey = _own(request, pk)
    form = ExtendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("revision", "")[:9]
        try:
            extend_survey(
                survey, closes_on=form.cleaned_data["closes_on"], reason=form.cleaned_data["reason"], by=request.user,
                seen=int(seen) if seen.isdecimal() else None,
            )  # fmt: skip
        except SurveyRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "ขยายเวลาเรียบร้อยแล้ว โรงเรียนที่ยังไม่ตอบได้รับแจ้งแล้ว")
            return redirect(survey)
    return render(
        request, "surveys/survey_extend.html", {"form": form, "survey": survey}, status=REFUSED if form.errors else 200
    )


@require_POST
def survey_remind(request: Request, pk: int) -> HttpResponse:
    survey = _own(request, pk)
    try:
        done = remind(survey, by=request.user)
    except SurveyRefused as error:
        messages.error(request, str(error))
    else:
        mail = f" ส่งอีเมล {done.letters} ฉบับ" if done.letters else ""
        messages.success(request, f"เตือนแล้ว {done.schools} โรงเรียน แจ้งในระบบ {done.people} คน{mail}")
        if done.failed:
            messages.warning(request, f"ส่งอีเมลไม่สำเร็จ {len(done.failed)} ที่อยู่ โปรดตรวจสอบการตั้งค่าอีเมลกับผู้ดูแลระบบ")
    return redirect("surveys:survey-schools", pk)


@require_safe
def survey_schools(request: Request, pk: int) -> HttpResponse:
    """Who has answered and who has not; of an anonymous survey numbers only."""
    survey = _survey(request, pk)
    if survey.area_id not in request.user.areas_as(*SUPERVISION_STAFF) or survey.audience != SCHOOLS:
        raise Http404
    wanted = request.GET.get("show", "")
    context = {
        "survey": survey,
        "rate": rate_of(survey),
        "places": places_of(survey, wanted=wanted),
        "wanted": wanted,
        "may_run": request.user.has_perm("surveys.run_survey", survey),
        "sole": survey.per_school == ONE,
    }
    return render(request, "surveys/survey_schools.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_schools_add(request: Request, pk: int) -> HttpResponse:
    survey = _own(request, pk)
    form = AddSchoolsForm(request.POST or None, survey=survey)
    if request.method == "POST" and form.is_valid():
        try:
            number = add_schools(survey, form.cleaned_data["schools"], by=request.user)
        except SurveyRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"เพิ่มโรงเรียนแล้ว {number} แห่ง และแจ้งให้ทราบแล้ว")
            return redirect("surveys:survey-schools", pk)
    return render(
        request,
        "surveys/survey_schools_add.html",
        {"form": form, "survey": survey},
        status=REFUSED if form.errors else 200,
    )


def _sole_answer(request: Request, pk: int, place_pk: int) -> SurveyAnswer:
    survey = _own(request, pk)
    answers = SurveyAnswer.objects.visible_to(request.user).select_related("survey", "place__school")
    return get_object_or_404(answers, survey=survey, place=place_pk, sole=True)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_reopen(request: Request, pk: int, place_pk: int) -> HttpResponse:
    """Ask why, then let the school correct what it sent."""
    answer = _sole_answer(request, pk, place_pk)
    refusal, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            reopen_answer(answer, by=request.user, reason=reason)
        except SurveyRefused as error:
            refusal = str(error)
        else:
            messages.success(request, f"เปิดให้{answer.place.school}แก้ไขคำตอบแล้ว" if answer.place else "เปิดให้แก้ไขแล้ว")
            return redirect("surveys:survey-schools", pk)
    context = {"answer": answer, "survey": answer.survey, "refusal": refusal, "reason": reason}
    return render(request, "surveys/answer_reopen.html", context, status=REFUSED if refusal else 200)


@require_POST
def answer_keep(request: Request, pk: int, place_pk: int) -> HttpResponse:
    answer = _sole_answer(request, pk, place_pk)
    try:
        keep_answer(answer, by=request.user)
    except SurveyRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "ใช้คำตอบเดิมของโรงเรียนตามที่ส่งไว้")
    return redirect("surveys:survey-schools", pk)


def _named_answer(request: Request, pk: int, answer_pk: int) -> SurveyAnswer:
    """A single answer; of an anonymous survey nobody reads one."""
    answers = SurveyAnswer.objects.visible_to(request.user).filter(survey=pk, survey__anonymous=False)
    return get_object_or_404(
        answers.select_related("survey", "place__school", "by", "response__version__instrument"), pk=answer_pk
    )


@require_safe
def answer_read(request: Request, pk: int, answer_pk: int) -> HttpResponse:
    """What one school sent."""
    answer = _named_answer(request, pk, answer_pk)
    context = {"answer": answer, "survey": answer.survey, "reading": reading_of(answer)}
    context["back"] = answer.survey.area_id in request.user.areas_as(*OFFICE)
    return render(request, "surveys/answer_read.html", context)


@require_safe
def answer_file(request: Request, pk: int, answer_pk: int, uuid, *, thumb: bool = False) -> HttpResponseBase:
    """A picture or document of an answer, for whoever may read it."""
    answer = _named_answer(request, pk, answer_pk)
    return attachment_response(get_object_or_404(Attachment, pk=uuid, response=answer.response_id), thumb=thumb)


# -- Sharing -------------------------------------------------------------------------------------------------------


def _shared(request: Request, pk: int) -> Survey:
    survey = _survey(request, pk)
    staff = survey.area_id in request.user.areas_as(*SUPERVISION_STAFF)
    if not staff or survey.audience != LINK or survey.collection_id is None:
        raise Http404
    return survey


@require_safe
def survey_share(request: Request, pk: int) -> HttpResponse:
    """Link, QR and poster of a survey that anybody with the link may answer."""
    survey = _shared(request, pk)
    return render(request, "surveys/survey_share.html", {"survey": survey, "link": _link(request, survey)})


@require_safe
def survey_qr(request: Request, pk: int) -> HttpResponse:
    survey = _shared(request, pk)
    response = HttpResponse(qr_svg(_link(request, survey)), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=3600"
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{survey.record_code}-qr.svg"'
    return response


@require_safe
def survey_poster(request: Request, pk: int) -> HttpResponse:
    survey = _shared(request, pk)
    survey.link = _link(request, survey)  # type: ignore[attr-defined]  # the document prints the address people used
    return document_response(request, "survey-poster", survey)
