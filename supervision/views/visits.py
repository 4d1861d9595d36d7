"""Pages of a visit: the list, one visit, making it, moving its day, its team, the text of its record."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from correspondence import drafts
from documents.kinds import document_response
from instruments.results import numbers_of
from schools.models import School
from supervision.flows import FILLING
from supervision.forms.visits import (
    FindingFormSet,
    VisitCreateForm,
    VisitDaysForm,
    VisitFilterForm,
    VisitFormsForm,
    VisitRecordForm,
    VisitTeamForm,
    areas_to_make_in,
    findings_initial,
)
from supervision.models import Signature, Visit
from supervision.papers import further_visits
from supervision.queries.beside import beside_charts
from supervision.queries.calendar import LONGEST, chosen_calendar
from supervision.queries.journeys import Journey, why_not_held
from supervision.queries.recommendations import reads_from_outside
from supervision.queries.record import findings_by_kind
from supervision.queries.visits import (
    Tab,
    VisitPage,
    filtered,
    forms_of,
    is_outside,
    page_of,
    period_choices,
    state_choices,
    tabs_for,
)
from supervision.services.visit_records import PHOTO_LIMIT, refusal_to_write, save_record
from supervision.services.visits import (
    MAKERS,
    RecordChangedError,
    create_visit,
    refusal_to_set_forms,
    reschedule_visit,
    set_forms,
    set_team,
)
from supervision.views.recommendations import school_visit_page, team_context
from workflows.services import TransitionError
from workflows.views import answer_transition

# -- The list ------------------------------------------------------------------------------------------------------


@require_safe
def visit_list(request: Request) -> HttpResponse:
    """The visits that this person may see, tab by tab; the first tab is what waits for the person."""
    user = request.user
    tabs = tabs_for(user)
    filters, wanted = _filters(request)
    chosen = request.GET.get("tab", "")
    fallback = tabs[-1] if wanted else tabs[0]  # what is searched for is searched everywhere
    tab = next((tab for tab in tabs if tab.key == chosen), fallback)
    page = _tab_page(request, tab, wanted)
    if not page.rows and not chosen and not wanted:  # nothing of one's own: open where work of others waits
        waiting = ((other, _tab_page(request, other, wanted)) for other in tabs if other.states and other != tab)
        tab, page = next(((other, found) for other, found in waiting if found.rows), (tab, page))
    outside = is_outside(user)
    scopes = {(assignment.area_id, assignment.school_id) for assignment in user.assignments_today}
    opened = filters if filters and (set(wanted) - {"q"} or filters.errors) else None
    context = {
        "page": page,
        "tabs": tabs,
        "tab": tab,
        "wanted": wanted,
        "panel": _filter_panel(opened, tab, user, wanted) if opened else _closed_panel(tab, user),
        "outside": outside,
        "may_create": user.holds(*MAKERS),
        "one_school": outside and len(scopes) == 1,
    }
    return render(request, "supervision/visit_list.html", context)


def _filters(request: Request) -> tuple[VisitFilterForm | None, dict]:
    """The filters of the address with their clean values; None and nothing where it names none."""
    asked = set(request.GET) - {"tab", "after", "before", "format", "download"}
    filters = VisitFilterForm(request.GET, user=request.user) if asked else None
    return filters, filters.wanted if filters else {}


@require_safe
def visit_calendar(request: Request) -> HttpResponse:
    """What the list shows under this tab and these filters, by month on paper; without a tab all that one may see."""
    tabs = tabs_for(request.user)
    tab = next((tab for tab in tabs if tab.key == request.GET.get("tab")), tabs[-1])
    calendar = chosen_calendar(request.user, tab, _filters(request)[1])
    if (count := calendar.visits.count()) > LONGEST:
        raise PermissionDenied(
            f"การนิเทศที่เลือกมี {count:,} ครั้ง ยาวเกินกว่าจะพิมพ์ในไฟล์เดียว ({LONGEST:,} ครั้ง) โปรดกลับไปเลือกช่วงเวลาให้สั้นลง เช่น ทีละเดือน"
        )
    return document_response(request, "visit-calendar", calendar)


def _tab_page(request: Request, tab: Tab, wanted: dict) -> VisitPage:
    user = request.user
    return page_of(
        filtered(tab.narrow(Visit.objects.visible_to(user), user), wanted, user),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        ascending=tab.ascending,
        count=bool(wanted) or not tab.mine,
    )


def _filter_panel(filters: VisitFilterForm, tab: Tab, user, wanted: dict) -> SafeString:
    context = {
        "filters": filters,
        "tab": tab,
        "wanted": wanted,
        "states": state_choices(user),
        "periods": period_choices(),
        "may_create": user.holds(*MAKERS),
    }
    return render_to_string("supervision/_visit_filters.html", context)


def _closed_panel(tab: Tab, user) -> SafeString:
    """The panel with nothing chosen, made once a day for all whose choices are the same."""
    key = (timezone.localdate(), tab.key, tuple(state_choices(user)), user.holds(*MAKERS))
    if key not in _panels:
        if len(_panels) > 50:
            _panels.clear()
        _panels[key] = _filter_panel(VisitFilterForm({}, user=user), tab, user, {})
    return _panels[key]


_panels: dict[tuple, SafeString] = {}


# -- One visit -----------------------------------------------------------------------------------------------------


def visible_visit(request: Request, pk: int) -> Visit:
    """The visit, where this person may see it; what may not be seen does not exist."""
    visits = Visit.objects.visible_to(request.user).select_related("area", "school__group", "plan_item__plan")
    return get_object_or_404(visits.prefetch_related("members__user"), pk=pk)


@require_safe
def visit_detail(request: Request, pk: int) -> HttpResponse:
    """The whole visit on one page, as the office works with it; from outside, the released record."""
    visit = visible_visit(request, pk)
    user = request.user
    if reads_from_outside(user, visit):
        return school_visit_page(request, visit)
    digest = visit.content_digest()
    signatures = {signature.side: signature for signature in visit.signatures.all()}
    forms = forms_of(visit)
    beside = beside_charts(visit, [row["response"] for row in forms], user)
    for row in forms:
        row["whole"], row["sections"] = numbers_of(row["response"])
        row["beside"] = beside.get(row["response"].pk)
    logs = list(visit.transitions.select_related("by"))
    may_lead = user.has_perm("supervision.lead_visit", visit)
    unheld = why_not_held(visit)
    context = {
        "visit": visit,
        "forms": forms,
        "findings": findings_by_kind(visit),
        "photos": list(visit.photos.all()),
        "signatures": [
            {"side": side, "given": given, "is_stale": given is not None and given.digest != digest}
            for side in Signature.Side
            for given in [signatures.get(side.value)]
        ],
        "logs": logs,
        "halted": next((log for log in reversed(logs) if log.to_state == visit.state), None)
        if visit.state in ("postponed", "cancelled", "returned")
        else None,
        "is_ahead": visit.state in ("planned", "postponed"),
        "may_reschedule": may_lead and visit.state in ("planned", "postponed"),
        "may_set_team": may_lead and visit.state in ("planned", "postponed", *FILLING),
        "may_set_forms": refusal_to_set_forms(visit, user) is None,
        "photo_limit": PHOTO_LIMIT,
        "why_not_held": unheld,
        "further": [] if unheld else further_visits(visit, user),
        **team_context(user, visit),
    }
    context["is_begun"] = visit.state not in UNBEGUN or _holds_anything(visit, context)
    return render(request, "supervision/visit_detail.html", context)


UNBEGUN = ("planned", "postponed", "cancelled")
"""The states of a visit that did not take place (yet): the parts of its record are shown where they hold anything."""


def _holds_anything(visit: Visit, page: dict) -> bool:
    answered = any(row["progress"]["answered"] for row in page["forms"])
    written = visit.visited_on or visit.summary or page["findings"] or page["photos"] or page["recommendations"]
    return bool(answered or written or any(side["given"] for side in page["signatures"]))


@require_safe
def visit_travel_report(request: Request, pk: int) -> HttpResponse:
    """The memo within the office that reports the journey, with the visits of it that are chosen; before the visit was
    held, what is missing."""
    visit = visible_visit(request, pk)
    if reads_from_outside(request.user, visit):
        raise Http404
    if reason := why_not_held(visit):
        messages.error(request, reason)
        return redirect(visit)
    further = drafts.chosen(further_visits(visit, request.user), request.GET)
    return document_response(request, "travel-report", Journey(visit, drafts.records_of(further)))


@require_POST
def visit_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, visible_visit(request, pk), name)


# -- Making and moving ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def visit_create(request: Request) -> HttpResponse:
    """A visit that no plan foresaw. Whoever serves several offices says for which one with ``?area=``."""
    areas = list(areas_to_make_in(request.user))
    if not areas:
        messages.error(request, "ผู้ที่สร้างการนิเทศได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน และผู้อำนวยการกลุ่มนิเทศฯ")
        return redirect("supervision:visit-list")
    area = next((area for area in areas if str(area.pk) == request.GET.get("area")), areas[0])
    initial = {}
    if (school := request.GET.get("school", "")).isdecimal() and len(school) < 18:
        initial["school"] = School.objects.visible_to(request.user).filter(area=area, pk=school).first()
    form = VisitCreateForm(request.POST or None, initial=initial, user=request.user, area=area)
    if request.method == "POST" and form.is_valid():
        try:
            visit = create_visit(by=request.user, **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "สร้างการนิเทศเรียบร้อยแล้ว")
            return redirect(visit)
    status = 422 if form.is_bound else 200
    return render(request, "supervision/visit_create.html", {"form": form, "area": area, "areas": areas}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_reschedule(request: Request, pk: int) -> HttpResponse:
    visit = visible_visit(request, pk)
    if not request.user.has_perm("supervision.lead_visit", visit):
        return _not_the_leader(request, visit)
    initial = {"starts_on": visit.starts_on, "ends_on": visit.ends_on}
    form = VisitDaysForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            reschedule_visit(visit, by=request.user, **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "กำหนดวันใหม่เรียบร้อยแล้ว")
            return redirect(visit)
    context = {"visit": visit, "form": form}
    return render(request, "supervision/visit_reschedule.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_team(request: Request, pk: int) -> HttpResponse:
    visit = visible_visit(request, pk)
    if not request.user.has_perm("supervision.lead_visit", visit):
        return _not_the_leader(request, visit)
    form = VisitTeamForm(request.POST or None, visit=visit)
    if request.method == "POST" and form.is_valid():
        try:
            set_team(visit, by=request.user, **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกคณะนิเทศเรียบร้อยแล้ว")
            return redirect(visit)
    context = {"visit": visit, "form": form}
    return render(request, "supervision/visit_team.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_forms(request: Request, pk: int) -> HttpResponse:
    """Which instruments are filled on this visit; a form that the plan did not foresee joins here."""
    visit = visible_visit(request, pk)
    if reads_from_outside(request.user, visit):
        raise Http404
    if refusal := refusal_to_set_forms(visit, request.user):
        messages.error(request, refusal)
        return redirect(visit)
    form = VisitFormsForm(request.POST or None, visit=visit)
    if request.method == "POST" and form.is_valid():
        try:
            set_forms(visit, by=request.user, **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกแบบนิเทศของการนิเทศนี้แล้ว")
            return redirect(visit)
    context = {"visit": visit, "form": form, "is_begun": visit.state in FILLING}
    return render(request, "supervision/visit_forms.html", context, status=422 if form.is_bound else 200)


def _not_the_leader(request: Request, visit: Visit) -> HttpResponse:
    """Whoever sees the visit but does not lead it is told who may arrange it."""
    if reads_from_outside(request.user, visit):
        raise Http404
    messages.error(request, "ท่านกำหนดวันหรือคณะนิเทศไม่ได้ ผู้ที่กำหนดได้คือหัวหน้าคณะและผู้อำนวยการกลุ่มนิเทศฯ")
    return redirect(visit)


# -- The text of the record ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def visit_edit(request: Request, pk: int) -> HttpResponse:
    """The day, the hosts, the summary and the findings. A refused save shows what was typed, nothing is lost."""
    visit = visible_visit(request, pk)
    if reads_from_outside(request.user, visit):
        raise Http404
    refusal = refusal_to_write(visit, request.user)
    if refusal and request.method != "POST":
        messages.info(request, refusal)
        return redirect(visit)
    form = VisitRecordForm(request.POST or None, visit=visit)
    findings = FindingFormSet(request.POST or None, initial=findings_initial(visit), prefix="findings")
    current: dict = {}
    if request.method == "POST" and form.is_valid() & findings.is_valid():
        rows = [row for row in findings.cleaned_data if row]
        try:
            save_record(visit, by=request.user, changes=form.changes, seen=form.seen, findings=rows)
        except RecordChangedError as error:
            form.add_error(None, str(error))
            current = {form.fields[name].label: value for name, value in error.current.items()}
            form.look_again(error.current)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกเรียบร้อยแล้ว")
            return redirect(f"{visit.get_absolute_url()}?saved=record#record")
    context = {"visit": visit, "form": form, "findings": findings, "current": current}
    return render(request, "supervision/visit_edit.html", context, status=422 if form.is_bound else 200)
