"""Evaluations: the list, a round, one evaluation with its decision and directions, and the filling of its form."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.flows import AREA_ROLES, Role
from accounts.http import Request, wants_json
from documents.kinds import document_response
from instruments.attachments import attachment_response
from instruments.endpoints import for_answers, poll_json, save_json, save_post, upload_json
from instruments.filling import names_of, pictures_of, to_do, typed_and_refused
from instruments.models import Attachment, Response
from instruments.queries import open_conflicts, progress
from instruments.results import read
from networks.flows.evaluation import EVALUATION, FILLING, PLANNERS
from networks.forms.evaluation import (
    DecisionForm,
    DirectionEditForm,
    DirectionForm,
    HandOverForm,
    RoundForm,
    RuleForm,
    network_of,
)
from networks.models import Direction, Evaluation, default_rule
from networks.queries.evaluation import PER_PAGE, present_semester, semester_choices
from networks.queries.judging import Numbers, judge, numbers_of_scores, rule_of
from networks.services.evaluation import (
    EvaluationRefusedError,
    add_direction,
    change_direction,
    confirm,
    hand_over,
    open_round,
    refusal_to_fill,
    set_rule,
)
from schools.models import AreaOffice
from thai.text import normalise
from thai.years import semester_label
from workflows.services import TransitionError
from workflows.views import answer_transition

REFUSED = 422


# -- The list ------------------------------------------------------------------------------------------------------


@require_safe
def evaluation_list(request: Request) -> HttpResponse:
    """Evaluations the person may see; one who is asked to fill some, or to decide, finds those first."""
    user = request.user
    visible = Evaluation.objects.visible_to(user)
    mine, waiting = visible.waiting_for(user), visible.filter(state="submitted")
    decides = bool(user.areas_as(Role.GROUP_HEAD, Role.AREA_DIRECTOR))
    tabs = [("mine", "รอฉันประเมิน", mine.count())] if user.holds(*PLANNERS, Role.NETWORK_LEAD) else []
    if decides:
        tabs.append(("decide", "รอยืนยันผล", waiting.count()))
    tabs.append(("all", "ทั้งหมด", None))
    keys = [key for key, _, _ in tabs]
    tab = request.GET.get("tab", "")
    if tab not in keys:
        tab = next((key for key, _, count in tabs if count), "all")
    evaluations = {"mine": mine, "decide": waiting}.get(tab, visible)
    wanted = {name: normalise(request.GET.get(name, "")) for name in ("q", "state", "period")}
    if wanted["q"]:
        evaluations = evaluations.filter(network__name__icontains=wanted["q"])
    if tab == "all" and wanted["state"] in EVALUATION.keys:
        evaluations = evaluations.filter(state=wanted["state"])
    if period := _period(wanted["period"]):
        evaluations = evaluations.in_semester(*period)
    page = Paginator(evaluations.for_list().order_by("due_on" if tab != "all" else "-due_on", "pk"), PER_PAGE)
    areas = user.areas_as(*AREA_ROLES)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "tabs": tabs,
        "tab": tab,
        "wanted": wanted,
        "states": EVALUATION.choices(),
        "periods": [
            (f"{year}-{semester}", semester_label(year, semester)) for year, semester in semester_choices(areas)
        ],
        "may_open": user.holds(*PLANNERS),
        "keeps_rule": user.holds(Role.GROUP_HEAD),
    }
    return render(request, "networks/evaluation_list.html", context)


def _period(text: str) -> tuple[int, int] | None:
    year, _, semester = text.partition("-")
    return (int(year), int(semester)) if year.isdecimal() and len(year) == 4 and semester in ("1", "2") else None


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_new(request: Request) -> HttpResponse:
    """Open a round for all networks, or with ``?network=`` for that one."""
    areas = request.user.areas_as(*PLANNERS)
    if not areas:
        raise PermissionDenied
    network = None
    if named := request.GET.get("network", ""):
        network = network_of(named, request.user)
        if network is None or network.area_id not in areas:
            raise Http404
    area = network.area if network else AreaOffice.objects.get(pk=min(areas))
    form = RoundForm(
        request.POST or None, area=area, user=request.user, period=present_semester(area.pk), network=network
    )
    if request.method == "POST" and form.is_valid():
        try:
            opened = open_round(area=area, by=request.user, networks=[network] if network else None, **form.as_wanted())
        except EvaluationRefusedError as error:
            form.add_error(None, str(error))
        else:
            more = f" ยังเหลืออีก {opened.left:,} เครือข่าย โปรดเปิดรอบนี้ซ้ำเพื่อเพิ่มให้ครบ" if opened.left else ""
            messages.success(request, f"เปิด{opened.round} {len(opened.made):,} เครือข่ายแล้ว ผู้ประเมินได้รับแจ้งแล้ว{more}")
            return redirect(opened.made[0] if network else "networks:evaluation-list")
    context = {"form": form, "area": area, "network": network, "rule": rule_of(area.pk)}
    return render(request, "networks/evaluation_new.html", context, status=REFUSED if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_rule(request: Request) -> HttpResponse:
    """The rule by which the person's area judges; only the group head changes it."""
    areas = request.user.areas_as(*AREA_ROLES)
    if not areas:
        raise Http404
    area = AreaOffice.objects.get(pk=min(areas))
    rule = rule_of(area.pk)
    may_set = area.pk in request.user.areas_as(Role.GROUP_HEAD)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    form = RuleForm(request.POST or None, instance=rule) if may_set else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            set_rule(area, by=request.user, **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกเกณฑ์แล้ว ใช้กับผลที่ส่งหลังจากนี้ ผลที่ส่งแล้วไม่เปลี่ยน")
            return redirect("networks:evaluation-rule")
    stored = rule_of(area.pk)
    context = {"form": form, "rule": stored, "default": default_rule(area.pk), "area": area}
    return render(
        request, "networks/evaluation_rule.html", context, status=REFUSED if form is not None and form.is_bound else 200
    )


# -- One evaluation ------------------------------------------------------------------------------------------------


def visible_evaluation(request: Request, pk: int) -> Evaluation:
    """The evaluation where this person may see it; what may not be seen does not exist."""
    found = Evaluation.objects.visible_to(request.user).select_related("area", "network", "round", "evaluator")
    return get_object_or_404(found, pk=pk)


def _response(evaluation: Evaluation) -> Response:
    found = Response.objects.select_related("version__instrument").defer("version__definition")
    return found.get(pk=evaluation.response_id)


@require_safe
def evaluation_detail(request: Request, pk: int) -> HttpResponse:
    """How far it is, what its numbers say by the rule, the decision, and the directions for development."""
    return _detail(request, visible_evaluation(request, pk))


def _detail(
    request: Request,
    evaluation: Evaluation,
    *,
    decision: DecisionForm | None = None,
    direction: DirectionForm | None = None,
) -> HttpResponse:
    user = request.user
    response = evaluation.response = _response(evaluation)
    sent = bool(evaluation.result)
    form = response.form
    numbers = Numbers.of_json(evaluation.result) if sent else numbers_of_scores(form, response.scores)
    done = progress(form, response.answers, response.scores)
    rule = rule_of(evaluation.area_id)
    foretold = None
    if not sent and evaluation.state in FILLING and not done["missing"]:
        foretold = judge(rule, numbers, form.whole_scale)
    logs = list(evaluation.transitions.select_related("by"))
    may_decide = evaluation.state == "submitted" and user.has_perm("networks.decide_evaluation", evaluation)
    context = {
        "evaluation": evaluation,
        "response": response,
        "instrument": response.version.instrument,
        "numbers": numbers,
        "progress": done,
        "rule_words": evaluation.result.get("rule") or str(rule),
        "grounds": evaluation.result.get("grounds", []),
        "foretold": foretold,
        "logs": logs,
        "confirmed": next((log for log in reversed(logs) if log.action == "confirm"), None),
        "returned": logs[-1] if logs and logs[-1].action == "return" else None,
        "may_fill": refusal_to_fill(evaluation, user) is None,
        "may_run": evaluation.state in FILLING and user.has_perm("networks.run_evaluation", evaluation),
        "may_direct": user.has_perm("networks.write_direction", evaluation),
        "decision_form": (
            decision or DecisionForm(initial={"decision": evaluation.proposal, "revision": evaluation.revision})
            if may_decide
            else None
        ),
        "own_work": evaluation.state == "submitted"
        and evaluation.submitted_by_id == user.pk
        and user.holds(Role.GROUP_HEAD, Role.AREA_DIRECTOR),
        "directions": list(evaluation.directions.select_related("made_by")),
        "direction_form": direction or DirectionForm(),
        "direction_open": direction is not None,
        "said": _said(response) if sent or evaluation.state in FILLING else [],
    }
    bound = (decision is not None and decision.is_bound) or (direction is not None and direction.is_bound)
    return render(request, "networks/evaluation_detail.html", context, status=REFUSED if bound else 200)


def _said(response: Response) -> list[tuple[str, str]]:
    """What was written in words in sections that are not rated: (question, answer), to write directions from."""
    return [
        (row.question.text, row.text)
        for found, row in read(response).rows
        if not found.section.rated and not found.section.repeat
        if row.question.type == "text" and row.question.long and row.text
    ]


@require_POST
def evaluation_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, visible_evaluation(request, pk), name)


@require_POST
def evaluation_confirm(request: Request, pk: int) -> HttpResponse:
    """Decide ปกติ or ปรับปรุง; what was typed stays on the page where it is refused."""
    evaluation = visible_evaluation(request, pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            confirm(
                evaluation, decision=data["decision"], reason=data["reason"], by=request.user, seen=data["revision"]
            )
        except TransitionError as error:
            form.add_error(None, str(error))
            messages.error(request, str(error))
        else:
            messages.success(request, "ยืนยันผลการประเมินแล้ว ผู้ประเมินและประธานเครือข่ายได้รับแจ้งแล้ว")
            return redirect(evaluation)
    evaluation = visible_evaluation(request, pk)
    return _detail(request, evaluation, decision=form)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_edit(request: Request, pk: int) -> HttpResponse:
    """Give it to another person, or another last day."""
    evaluation = visible_evaluation(request, pk)
    if not request.user.has_perm("networks.run_evaluation", evaluation) or evaluation.state not in FILLING:
        messages.error(request, "ผู้ที่เปลี่ยนผู้ประเมินได้คือศึกษานิเทศก์และหัวหน้าของเขตพื้นที่ ก่อนส่งผลการประเมิน")
        return redirect(evaluation)
    form = HandOverForm(request.POST or None, evaluation=evaluation)
    if request.method == "POST" and form.is_valid():
        try:
            hand_over(evaluation, by=request.user, **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกผู้ประเมินและกำหนดส่งแล้ว")
            return redirect(evaluation)
    context = {"form": form, "evaluation": evaluation, "title": "ผู้ประเมินและกำหนดส่ง"}
    return render(request, "networks/evaluation_form.html", context, status=REFUSED if form.is_bound else 200)


# -- Directions ----------------------------------------------------------------------------------------------------


@require_POST
def direction_add(request: Request, pk: int) -> HttpResponse:
    evaluation = visible_evaluation(request, pk)
    form = DirectionForm(request.POST)
    if form.is_valid():
        try:
            add_direction(evaluation, by=request.user, **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
            messages.error(request, str(error))
        else:
            messages.success(request, "บันทึกแนวทางพัฒนาแล้ว")
            return redirect(f"{evaluation.get_absolute_url()}#directions")
    return _detail(request, evaluation, direction=form)


@require_http_methods(["GET", "HEAD", "POST"])
def direction_edit(request: Request, pk: int, direction_pk: int) -> HttpResponse:
    """Rewrite a direction, or say when it was done and what came of it."""
    evaluation = visible_evaluation(request, pk)
    direction = get_object_or_404(Direction, pk=direction_pk, evaluation=evaluation)
    if not request.user.has_perm("networks.write_direction", evaluation):
        messages.error(request, "ผู้ที่แก้ไขแนวทางพัฒนาได้คือศึกษานิเทศก์ของเขตและประธานเครือข่าย")
        return redirect(f"{evaluation.get_absolute_url()}#directions")
    form = DirectionEditForm(request.POST or None, instance=direction)
    if request.method == "POST" and form.is_valid():
        try:
            change_direction(direction, values=form.cleaned_data, by=request.user)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกแนวทางพัฒนาแล้ว")
            return redirect(f"{evaluation.get_absolute_url()}#directions")
    context = {"form": form, "evaluation": evaluation, "title": "แนวทางพัฒนา"}
    return render(request, "networks/evaluation_form.html", context, status=REFUSED if form.is_bound else 200)


# -- Filling the form ----------------------------------------------------------------------------------------------


@require_safe
def evaluation_fill(request: Request, pk: int) -> HttpResponse:
    """The whole form on one page to be filled, or, where this person can't write now, to be read."""
    evaluation = visible_evaluation(request, pk)
    response = _response(evaluation)
    form = response.form
    context: dict[str, Any] = {
        "evaluation": evaluation,
        "response": response,
        "instrument": response.version.instrument,
        "progress": progress(form, response.answers, response.scores),
        "refusal": refusal_to_fill(evaluation, request.user),
        "photo_base": reverse("networks:evaluation-file-add", args=[pk]),
    }
    if context["refusal"]:
        return render(request, "networks/evaluation_read.html", context | {"reading": read(response)})
    left = to_do(form, response.answers, response.scores)
    context |= {
        "shown": form.sections,
        "pictures": pictures_of(response),
        "names": names_of(response.answers),
        "conflicts": open_conflicts(form, response.answers),
        "to_do": left,
        "to_do_count": sum(len(items) for _, items in left),
        "refused": request.session.pop(_kept(pk), {}),
    }
    return render(request, "networks/evaluation_fill.html", context)


def _kept(pk: int) -> str:
    """Where the session keeps what was posted and refused until the page is shown again."""
    return f"refused-evaluation-{pk}"


@for_answers
@require_POST
def evaluation_fill_save(request: Request, pk: int) -> HttpResponse:
    """Answers as JSON from the module, or the whole form as an ordinary post."""
    evaluation = visible_evaluation(request, pk)
    refusal = refusal_to_fill(evaluation, request.user)
    if wants_json(request):
        if refusal:
            return JsonResponse({"message": refusal}, status=409)
        return save_json(request, Response(pk=evaluation.response_id))
    if refusal:
        messages.error(request, refusal)
        return redirect(evaluation)
    outcome, sentences = save_post(request, _response(evaluation))
    if outcome and outcome.refused:
        request.session[_kept(pk)] = typed_and_refused(request.POST, outcome.refused)
    for sentence in sentences:
        messages.error(request, sentence)
    if sentences:
        return redirect("networks:evaluation-fill", pk)
    messages.success(request, "บันทึกคำตอบแล้ว")
    return redirect(evaluation) if request.POST.get("go") == "done" else redirect("networks:evaluation-fill", pk)


@for_answers
@require_safe
def evaluation_fill_changes(request: Request, pk: int) -> HttpResponse:
    return poll_json(request, _response(visible_evaluation(request, pk)))


@for_answers
@require_POST
def evaluation_file_add(request: Request, pk: int) -> HttpResponse:
    """One evidence photo, document or drawn signature."""
    evaluation = visible_evaluation(request, pk)
    if refusal := refusal_to_fill(evaluation, request.user):
        return JsonResponse({"message": refusal}, status=409)
    return upload_json(request, _response(evaluation), photo_base=request.path)


@require_safe
def evaluation_file(request: Request, pk: int, uuid, *, thumb: bool = False) -> HttpResponseBase:
    """A picture or document of an answer, for whoever may see the evaluation."""
    evaluation = visible_evaluation(request, pk)
    return attachment_response(get_object_or_404(Attachment, pk=uuid, response=evaluation.response_id), thumb=thumb)


@require_safe
def evaluation_pdf(request: Request, pk: int) -> HttpResponse:
    """The filled form as PDF."""
    evaluation = visible_evaluation(request, pk)
    response = Response.objects.select_related("version__instrument", "area", "school", "person", "opened_by")
    return document_response(request, "filled-form", response.get(pk=evaluation.response_id))
