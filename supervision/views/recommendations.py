"""Recommendations: the list, one with all that was said about it, and what team, school and supervisor do with it.

What the visit's page shows of them is made here too: ``team_context`` for the team's partials, ``school_visit_page``
for those who see a visit only once it is released.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request, private_file
from accounts.models import User
from documents.kinds import document_response
from supervision.flows import FILLING, SEEN_BY_SCHOOL
from supervision.forms.recommendations import (
    CarryForm,
    PlanAnswerForm,
    RecommendationEditForm,
    RecommendationFilter,
    RecommendationForm,
    ReportForm,
    SettleForm,
    recommendation_initial,
)
from supervision.models import Recommendation, RecommendationFile, Visit
from supervision.queries.beside import beside_charts
from supervision.queries.recommendations import narrowed, page_of, reads_from_outside
from supervision.queries.record import (
    findings_by_kind,
    followed_up,
    form_readings,
    latest_demand,
    latest_replies,
    recommendations_of,
)
from supervision.services import recommendations as services
from supervision.services.visit_records import refusal_to_write
from workflows.services import TransitionError
from workflows.views import answer_transition

OUTSIDE_STEPS = {
    "release": "สำนักงานเขตพื้นที่ส่งผลการนิเทศให้โรงเรียน",
    "acknowledge": "โรงเรียนรับทราบผลการนิเทศ",
    "close": "ติดตามข้อเสนอแนะครบถ้วน เสร็จสิ้นการนิเทศ",
}
"""What the school reads of a visit's history; every other step is the office's own affair."""

# -- The list and one recommendation -------------------------------------------------------------------------------


@require_safe
def recommendation_list(request: Request) -> HttpResponse:
    """Recommendations the person may see, the longest due first; what still waits, unless asked for otherwise."""
    outside = reads_from_outside(request.user)
    asked = request.GET.copy()
    if "state" not in asked:
        asked["state"] = "waiting"
    form = RecommendationFilter(asked, outside=outside)
    wanted = {name: form.value(name) for name in ("state", "q", "overdue", "mine")}
    school = request.GET.get("school", "")
    wanted["school"] = int(school) if school.isdecimal() and len(school) < 18 else None
    rows = narrowed(Recommendation.objects.visible_to(request.user), request.user, **wanted)
    return render(
        request,
        "supervision/recommendation_list.html",
        {
            "page": page_of(rows, request.GET.get("page")),
            "form": form,
            "outside": outside,
            "one_school": outside and len({a.school_id for a in request.user.assignments_today}) == 1,
            "narrowed": any(wanted[name] for name in ("q", "overdue", "mine", "school")),
            "state": wanted["state"],
        },
    )


@require_safe
def recommendation_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _visible(request, pk))


def _visible(request: Request, pk: int) -> Recommendation:
    rows = Recommendation.objects.visible_to(request.user).select_related(
        "visit__school__group", "school", "carried_from__visit", "carried_to__visit"
    )
    return get_object_or_404(rows.prefetch_related("visit__members"), pk=pk)


def _detail(request: Request, recommendation: Recommendation, *, status: int = 200, **bound) -> HttpResponse:
    """The page of one recommendation; ``bound`` are forms that were refused and keep what was typed."""
    outside = reads_from_outside(request.user, recommendation)
    steps = (
        recommendation.transitions.select_related("by", "entry").prefetch_related("entry__files").order_by("at", "pk")
    )
    context = {
        "recommendation": recommendation,
        "visit": recommendation.visit,
        "outside": outside,
        "steps": steps,
        "linked": _linked(request.user, recommendation),
        **answer_forms(request.user, recommendation, **bound),
    }
    return render(request, "supervision/recommendation_detail.html", context, status=status)


def _linked(user: User, recommendation: Recommendation) -> list[tuple[str, Recommendation]]:
    """The recommendations of earlier and later visits that this one continues, where the person may open them."""
    neighbours = [
        ("ยกมาจาก", recommendation.carried_from),
        ("ติดตามต่อใน", getattr(recommendation, "carried_to", None)),
    ]
    return [(word, row) for word, row in neighbours if row and user.has_perm("supervision.see_recommendation", row)]


def answer_forms(user: User, recommendation: Recommendation, **bound) -> dict:
    """``{"plan_form", "report_form"}`` that the person may fill in now; None where there is nothing to say."""
    may = user.has_perm("supervision.answer_recommendation", recommendation)
    machine, prefix = recommendation.machine, f"r{recommendation.pk}"
    forms = {"plan_form": bound.get("plan_form"), "report_form": bound.get("report_form")}
    if may and machine["plan"].applies_to(recommendation):
        forms["plan_form"] = forms["plan_form"] or PlanAnswerForm(prefix=f"{prefix}plan")
    if may and machine["report"].applies_to(recommendation):
        forms["report_form"] = forms["report_form"] or ReportForm(prefix=f"{prefix}report")
    return forms


# -- The school answers, the supervisor decides --------------------------------------------------------------------


@require_POST
def recommendation_plan(request: Request, pk: int) -> HttpResponse:
    """The school says what it will do. What was refused stays on the page as it was typed."""
    recommendation = _visible(request, pk)
    form = PlanAnswerForm(request.POST, prefix=f"r{pk}plan")

    def act():
        services.answer_plan(recommendation, by=request.user, seen=_seen(request), **form.cleaned_data)

    return _answer(request, recommendation, form, act, name="plan_form", done="ส่งแผนการดำเนินการเรียบร้อยแล้ว")


@require_POST
def recommendation_report(request: Request, pk: int) -> HttpResponse:
    """The school reports what it did, with evidence. A refused file refuses all of it, and the text stays."""
    recommendation = _visible(request, pk)
    form = ReportForm(request.POST, request.FILES, prefix=f"r{pk}report")

    def act():
        services.report_done(recommendation, by=request.user, seen=_seen(request), **form.cleaned_data)

    return _answer(request, recommendation, form, act, name="report_form", done="ส่งรายงานผลการดำเนินการเรียบร้อยแล้ว")


def _answer(
    request: Request, recommendation: Recommendation, form, act: Callable, *, name: str, done: str
) -> HttpResponse:
    refused = _try(form, act)
    if refused:
        return _detail(request, _visible(request, recommendation.pk), status=422, **{name: form})
    messages.success(request, done)
    return redirect(recommendation)


def _try(form, act: Callable) -> bool:
    """Whether the form or the service refused; the sentence then stands in the form."""
    if not form.is_valid():
        return True
    try:
        act()
    except TransitionError as error:
        form.add_error(None, str(error))
        return True
    return False


def _seen(request: Request) -> int | None:
    """The revision that the person's page showed."""
    seen = request.POST.get("revision", "")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else None


@require_POST
def recommendation_transition(request: Request, pk: int, name: str) -> HttpResponse:
    """Verify, or ask for more."""
    return answer_transition(request, _visible(request, pk), name)


# -- The team writes -----------------------------------------------------------------------------------------------


def team_context(user: User, visit: Visit) -> dict:
    """What ``_recommendations.html`` and ``_earlier_recommendations.html`` need, beside ``visit`` itself.

    A fixed number of queries. ``earlier`` and ``marked`` are empty once the visit is no longer being written.
    """
    may_write = user.has_perm("supervision.write_visit", visit)
    return {
        "recommendations": recommendations_of(visit),
        "may_write": may_write,
        "recommendation_form": _new_form(visit) if may_write else None,
        "earlier": list(Recommendation.objects.visible_to(user).left_from_before(visit))
        if visit.state in ("planned", "postponed", *FILLING)
        else [],
        "marked": list(Recommendation.objects.visible_to(user).marked_at(visit)),
    }


def _new_form(visit: Visit, data=None, **kwargs) -> RecommendationForm:
    return RecommendationForm(data, earliest=visit.visited_on or visit.starts_on, prefix="new", **kwargs)


def _visible_visit(request: Request, pk: int) -> Visit:
    visits = Visit.objects.visible_to(request.user).select_related("school", "area")
    return get_object_or_404(visits.prefetch_related("members__user"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_add(request: Request, visit_pk: int) -> HttpResponse:
    """Add a recommendation to the visit."""
    visit = _visible_visit(request, visit_pk)
    if (away := _turned_away(request, visit)) is not None:
        return away
    form = _new_form(visit, request.POST or None)

    def act():
        services.write_recommendation(visit, by=request.user, **form.cleaned_data)

    return _team_page(request, visit, form, act, title="เพิ่มข้อเสนอแนะ", done="เพิ่มข้อเสนอแนะแล้ว")


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_edit(request: Request, pk: int) -> HttpResponse:
    """Change a recommendation while its visit is being written."""
    recommendation = _visible(request, pk)
    visit = recommendation.visit
    if (away := _turned_away(request, visit)) is not None:
        return away
    form = RecommendationEditForm(
        request.POST or None,
        earliest=visit.visited_on or visit.starts_on,
        initial=recommendation_initial(recommendation),
    )

    def act():
        try:
            services.edit_recommendation(recommendation, by=request.user, **form.cleaned_data)
        except TransitionError:
            # What stands there now has been shown with the refusal; the next press means to replace it.
            data = request.POST.copy()
            data["seen"] = services.recommendation_stamp(recommendation)
            form.data = data
            raise

    return _team_page(request, visit, form, act, title="แก้ไขข้อเสนอแนะ", done="แก้ไขข้อเสนอแนะแล้ว")


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_remove(request: Request, pk: int) -> HttpResponse:
    """Ask once more, then take the recommendation out."""
    recommendation = _visible(request, pk)
    if (away := _turned_away(request, recommendation.visit)) is not None:
        return away
    if request.method == "POST":
        try:
            services.remove_recommendation(recommendation, by=request.user)
        except TransitionError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "ลบข้อเสนอแนะแล้ว")
        return _to_recommendations(recommendation.visit)
    return render(request, "supervision/recommendation_remove.html", {"recommendation": recommendation})


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_settle(request: Request, visit_pk: int, pk: int) -> HttpResponse:
    """At the next visit: it was seen to be done."""
    visit, recommendation = _visible_visit(request, visit_pk), _visible(request, pk)
    if (away := _turned_away(request, visit)) is not None:
        return away
    form = SettleForm(request.POST or None, prefix=f"settle{pk}")

    def act():
        services.settle(recommendation, into=visit, by=request.user, seen=_seen(request), **form.cleaned_data)

    return _team_page(
        request, visit, form, act, title="พบว่าดำเนินการแล้ว", done="บันทึกว่าดำเนินการแล้ว", about=recommendation
    )


@require_http_methods(["GET", "HEAD", "POST"])
def recommendation_carry(request: Request, visit_pk: int, pk: int) -> HttpResponse:
    """At the next visit: it is followed on, with a new day."""
    visit, recommendation = _visible_visit(request, visit_pk), _visible(request, pk)
    if (away := _turned_away(request, visit)) is not None:
        return away
    form = CarryForm(request.POST or None, earliest=visit.visited_on or visit.starts_on, prefix=f"carry{pk}")

    def act():
        services.carry_over(recommendation, into=visit, by=request.user, seen=_seen(request), **form.cleaned_data)

    return _team_page(
        request, visit, form, act, title="ยกไปติดตามในครั้งนี้", done="ยกข้อเสนอแนะมาติดตามในครั้งนี้แล้ว", about=recommendation
    )


def _turned_away(request: Request, visit: Visit) -> HttpResponse | None:
    """Who can't write in the visit now is told why. A form that was sent goes on, so that its page keeps the text."""
    refusal = refusal_to_write(visit, request.user)
    if refusal is None or request.method == "POST":
        return None
    if reads_from_outside(request.user, visit):
        raise Http404
    messages.error(request, refusal)
    return redirect(visit)


def _team_page(
    request: Request, visit: Visit, form, act: Callable, *, title: str, done: str, about=None
) -> HttpResponse:
    """Show the form, or act on it and go back to the visit."""
    if request.method == "POST" and not _try(form, act):
        messages.success(request, done)
        return _to_recommendations(visit)
    status = 422 if request.method == "POST" else 200
    context = {"visit": visit, "form": form, "title": title, "about": about}
    return render(request, "supervision/recommendation_form.html", context, status=status)


def _to_recommendations(visit: Visit) -> HttpResponse:
    return redirect(f"{visit.get_absolute_url()}#recommendations")


# -- The school's page of a visit ----------------------------------------------------------------------------------


def school_visit_page(request: Request, visit: Visit) -> HttpResponse:
    """A released visit as the school (and the committee) reads it.

    The page of a visit answers with this where ``reads_from_outside(user, visit)``; ``visit`` came out of
    ``visible_to``, so it is released.
    """
    user = request.user
    recommendations = recommendations_of(visit)
    forms = form_readings(visit)
    beside = beside_charts(visit, [form.response for form, _ in forms], user)
    steps = visit.transitions.filter(action__in=OUTSIDE_STEPS, to_state__in=SEEN_BY_SCHOOL).select_related("by")
    context = {
        "visit": visit,
        "members": visit.members.select_related("user"),
        "findings": findings_by_kind(visit),
        "forms": [(form, reading, beside.get(form.response_id)) for form, reading in forms],
        "followed_up": followed_up(visit),
        "photos": list(visit.photos.all()),
        "items": [
            {
                "recommendation": row,
                "said": latest_replies(row),
                "asked": latest_demand(row),
                **answer_forms(user, row),
            }
            for row in recommendations
        ],
        "waiting": sum(row.is_open and row.state != "reported" for row in recommendations),
        "steps": [{"log": log, "label": OUTSIDE_STEPS[log.action]} for log in steps],
        "form_media": PlanAnswerForm().media,
    }
    return render(request, "supervision/_school_visit.html", context)


# -- Files and the printed record ----------------------------------------------------------------------------------


@require_safe
def recommendation_file(request: Request, uuid) -> FileResponse:
    """One piece of evidence: a photograph is shown, a PDF is only ever saved, whatever is inside it."""
    visible = Recommendation.objects.visible_to(request.user)
    row = get_object_or_404(RecommendationFile, uuid=uuid, entry__recommendation__in=visible)
    small = "thumb" in request.GET and bool(row.thumbnail)
    header = content_disposition_header(as_attachment=not row.is_image, filename=row.name) or "inline"
    if small:
        return private_file(row.thumbnail, "image/jpeg", disposition=header)
    return private_file(row.file, row.content_type, disposition=header)


@require_safe
def visit_pdf(request: Request, pk: int) -> HttpResponse:
    """The printed record of a visit."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user), pk=pk)
    return document_response(request, "visit-record", visit)
