"""Pages of a plan: the list, the plan read as a document, its form, its schedule."""

from datetime import date
from decimal import Decimal
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from accounts.models import RoleAssignment
from documents.kinds import document_response
from schools.models import AreaOffice
from supervision.charts import coverage_charts
from supervision.flows import PLANNERS
from supervision.forms.plans import PlanFilterForm, PlanForm, PlanItemForm, PlanItemsForm, item_initial, plan_initial
from supervision.models import Plan, PlanItem
from supervision.queries.coverage import coverage_of
from supervision.services.plans import (
    EditConflictError,
    NotPlannerError,
    PlanRefusedError,
    add_item,
    add_items_in_bulk,
    copy_plan,
    create_plan,
    refusal_to_write,
    remove_item,
    update_item,
    update_plan,
)
from thai.dates import today_in_bangkok
from thai.numerals import format_number
from thai.text import normalise
from workflows.services import approvals_of
from workflows.views import answer_transition

REFUSED = 422
SHOWN_WHOLE = 40
"""Lines of a schedule up to which every month is shown open."""


# -- The list ------------------------------------------------------------------------------------------------------


@require_safe
def plan_list(request: Request) -> HttpResponse:
    """What waits for this person's decision on top, then every plan the person may see."""
    visible = Plan.objects.visible_to(request.user)
    filters = PlanFilterForm(request.GET)
    wanted = filters.wanted
    plans = visible.for_list()
    if text := normalise(wanted.get("q", "")):
        plans = plans.filter(Q(title__icontains=text) | Q(owner__first_name__icontains=text))
    if "year" in wanted:
        plans = plans.filter(year=wanted["year"])
    if "state" in wanted:
        plans = plans.filter(state=wanted["state"])
    if "who" in wanted:
        plans = plans.filter(Q(owner=request.user) | Q(pk__in=request.user.plans_joined.values("pk")))
    context = {
        "page": Paginator(plans, 20).get_page(request.GET.get("page")),
        "awaiting": list(visible.awaiting(request.user).select_related("owner", "area")),
        "filters": filters,
        "wanted": wanted,
        "years": list(visible.order_by("-year").values_list("year", flat=True).distinct()),
        "states": Plan.machine.choices(),
        "may_create": request.user.holds(*PLANNERS),
        "many_areas": len({a.area_id for a in request.user.assignments_today if a.area_id}) > 1,
    }
    return render(request, "supervision/plan_list.html", context)


# -- One plan ------------------------------------------------------------------------------------------------------


@require_safe
def plan_detail(request: Request, pk: int) -> HttpResponse:
    """The plan as a document: texts, schedule by month, approvals, and the visits it made."""
    plan = get_object_or_404(
        Plan.objects.visible_to(request.user).with_next_role().select_related("area", "owner"), pk=pk
    )
    items = list(plan.items.select_related("school", "lead", "visit").prefetch_related("team", "instruments"))
    approvals = list(approvals_of(plan))
    logs = list(plan.transitions.select_related("by"))
    context = {
        "plan": plan,
        "months": _months(items, asked=request.GET.get("month", "")),
        "items": items,
        "schools": len({item.school_id for item in items}),
        "team": plan.team.all(),
        "rounds": _rounds(plan, approvals),
        "next_people": _next_people(plan),
        "returned": next((log for log in reversed(logs) if log.action == "return"), None),
        "logs": logs,
        "may_write": request.user.has_perm("supervision.write_plan", plan),
        "may_copy": request.user.has_perm("supervision.create_plan", plan.area),
        "coverage": list(coverage_charts(coverage_of(plan))) if plan.state == "approved" and items else [],
    }
    return render(request, "supervision/plan_detail.html", context)


def _months(items: list[PlanItem], *, asked: str) -> list[dict]:
    """The schedule by month. A long one shows the month that was asked for, or the first that is not over."""
    months = [
        {"first": first, "key": f"{first:%Y-%m}", "items": list(rows)}
        for first, rows in groupby(items, key=lambda item: item.starts_on.replace(day=1))
    ]
    this_month = f"{today_in_bangkok():%Y-%m}"
    upcoming = [month["key"] for month in months if month["key"] >= this_month]
    wanted = asked or next(iter(upcoming), "")
    for month in months:
        month["open"] = len(items) <= SHOWN_WHOLE or month["key"] == wanted
    return months


def _back_to_schedule(plan: Plan, day: date) -> HttpResponse:
    """The plan's page at the month of that day."""
    return redirect(f"{plan.get_absolute_url()}?month={day:%Y-%m}#month-{day:%Y-%m}")


def _rounds(plan: Plan, approvals: list) -> list[dict]:
    """The approvals by round, newest first. What nobody decided waits in the present round and lapsed in the others."""
    rounds = [
        {"number": number, "approvals": list(rows)} for number, rows in groupby(approvals, key=lambda row: row.round)
    ]
    for place, round_ in enumerate(reversed(rounds)):
        round_["waits"] = place == 0 and plan.state == "submitted"
    return rounds[::-1]


def _next_people(plan: Plan) -> list:
    """Who could decide next, by name; empty where nobody holds the role or nothing waits."""
    if not plan.next_role:
        return []
    return list(RoleAssignment.objects.holders(plan.next_role, area_id=plan.area_id).exclude(pk=plan.owner_id))


@require_POST
def plan_transition(request: Request, pk: int, name: str) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), pk=pk)
    return answer_transition(request, plan, name)


@require_safe
def plan_pdf(request: Request, pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user), pk=pk)
    return document_response(request, "plan", plan)


@require_safe
def plan_calendar(request: Request, pk: int) -> HttpResponse:
    """The plan's visits by month, on paper."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("area", "owner"), pk=pk)
    return document_response(request, "visit-calendar", plan)


# -- Writing it ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def plan_create(request: Request) -> HttpResponse:
    """A new draft for the office one plans for; who plans for several says for which."""
    offices = AreaOffice.objects.filter(pk__in=request.user.areas_as(*PLANNERS))
    if not offices:
        raise PermissionDenied
    asked = request.POST.get("area") or request.GET.get("area") or ""
    area = next((office for office in offices if str(office.pk) == asked), offices[0])
    form = PlanForm(request.POST or None, area=area)
    if request.method == "POST" and form.is_valid():
        try:
            plan = create_plan(area=area, by=request.user, **form.values)
        except PlanRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกร่างแผนแล้ว ต่อไปโปรดเพิ่มกำหนดการนิเทศ")
            return redirect(plan)
    context = {"form": form, "area": area, "offices": offices if len(offices) > 1 else []}
    return render(request, "supervision/plan_form.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: Request, pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("area", "owner"), pk=pk)
    if (away := _turned_away(request, plan)) is not None:
        return away
    form = PlanForm(request.POST or None, area=plan.area, plan=plan)
    conflict: list[dict] = []
    if request.method == "POST" and form.is_valid():
        try:
            update_plan(plan, by=request.user, seen=form.cleaned_data["seen"], **form.values)
        except EditConflictError as error:
            conflict = _take_over(form, error, plan_initial(error.current))
        except PlanRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกแผนแล้ว")
            return redirect(plan)
    context = {"form": form, "plan": plan, "area": plan.area, "conflict": conflict}
    return render(request, "supervision/plan_form.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def plan_copy(request: Request, pk: int) -> HttpResponse:
    """Ask, then make next year's draft out of this plan."""
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("area", "owner"), pk=pk)
    if not request.user.has_perm("supervision.create_plan", plan.area):
        raise PermissionDenied
    if request.method == "POST":
        try:
            copied = copy_plan(plan, by=request.user)
        except PlanRefusedError as error:
            messages.error(request, str(error))
            return redirect(plan)
        messages.success(request, f"สร้างร่างแผนของ{copied.plan.period_label}จากแผนนี้แล้ว โปรดตรวจสอบวันและคณะผู้นิเทศ")
        for sentence in copied.left_out:
            messages.warning(request, sentence)
        return redirect(copied.plan)
    return render(request, "supervision/plan_copy.html", {"plan": plan, "year": plan.year + 1})


# -- Its schedule ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def item_add(request: Request, pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("area", "owner"), pk=pk)
    if (away := _turned_away(request, plan)) is not None:
        return away
    form = PlanItemForm(request.POST or None, plan=plan, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            item = add_item(plan, by=request.user, **form.values)
        except PlanRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"เพิ่มกำหนดการของ{item.school}แล้ว")
            more = "again" in request.POST
            return redirect("supervision:plan-item-add", plan.pk) if more else _back_to_schedule(plan, item.starts_on)
    return render(request, "supervision/plan_item_form.html", {"form": form, "plan": plan}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def item_add_many(request: Request, pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("area", "owner"), pk=pk)
    if (away := _turned_away(request, plan)) is not None:
        return away
    form = PlanItemsForm(request.POST or None, plan=plan, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            items = add_items_in_bulk(plan, by=request.user, **form.values)
        except PlanRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"เพิ่มกำหนดการ {len(items)} แห่งแล้ว โปรดตรวจสอบวันของแต่ละแห่ง")
            return _back_to_schedule(plan, items[0].starts_on)
    return render(request, "supervision/plan_items_form.html", {"form": form, "plan": plan}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def item_edit(request: Request, pk: int, item_pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("area", "owner"), pk=pk)
    item = get_object_or_404(PlanItem.objects.select_related("school", "lead"), plan=plan, pk=item_pk)
    if (away := _turned_away(request, plan)) is not None:
        return away
    form = PlanItemForm(request.POST or None, plan=plan, user=request.user, item=item)
    conflict: list[dict] = []
    if request.method == "POST" and form.is_valid():
        try:
            written = update_item(item, by=request.user, seen=form.cleaned_data["seen"], **form.values)
        except EditConflictError as error:
            conflict = _take_over(form, error, item_initial(error.current))
        except PlanRefusedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"บันทึกกำหนดการของ{written.school}แล้ว")
            return _back_to_schedule(plan, written.starts_on)
    context = {"form": form, "plan": plan, "item": item, "conflict": conflict}
    return render(request, "supervision/plan_item_form.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def item_delete(request: Request, pk: int, item_pk: int) -> HttpResponse:
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("area", "owner"), pk=pk)
    item = get_object_or_404(PlanItem.objects.select_related("school", "lead"), plan=plan, pk=item_pk)
    if (away := _turned_away(request, plan)) is not None:
        return away
    if request.method == "POST":
        try:
            remove_item(item, by=request.user)
        except PlanRefusedError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"ลบกำหนดการของ{item.school}แล้ว")
        return _back_to_schedule(plan, item.starts_on)
    return render(request, "supervision/plan_item_delete.html", {"plan": plan, "item": item})


# -- What these pages share -------------------------------------------------------------------------------------------


def _turned_away(request: Request, plan: Plan) -> HttpResponse | None:
    """Who may not write this plan is told so. A form that was sent goes on, so that its page can keep what was typed."""
    refusal = refusal_to_write(plan, by=request.user)
    if isinstance(refusal, NotPlannerError):
        raise refusal
    if refusal is None or request.method == "POST":
        return None
    messages.error(request, str(refusal))
    return redirect(plan)


def _status(form) -> int:
    return REFUSED if form.is_bound and form.errors else 200


def _take_over(form, error: EditConflictError, stored: dict) -> list[dict]:
    """Show both: the typed values stay in the form, what is stored stands beside. Saving again is then meant."""
    form.add_error(None, str(error))
    form.data = form.data.copy()
    form.data["seen"] = stored["seen"]
    rows = []
    for name, field in form.fields.items():
        if name == "seen":
            continue
        typed = form.cleaned_data.get(name)
        if _plain(typed) == _plain(stored.get(name)):
            continue
        rows.append({"label": field.label, "stored": _said(field, stored.get(name)), "typed": _said(field, typed)})
    return rows


def _plain(value):
    """Choices as the keys they stand for, so that typed and stored values can be compared."""
    if hasattr(value, "pk"):
        return value.pk
    if isinstance(value, str | None):
        return value or ""
    try:
        return sorted(_plain(one) for one in value)
    except TypeError:
        return value


def _said(field, value) -> str:
    """A value in words, as the form shows it."""
    choices = getattr(field, "queryset", None)
    if choices is not None:
        keys = _plain(value)
        chosen = choices.filter(pk__in=keys if isinstance(keys, list) else [keys] if keys else [])
        return ", ".join(str(one) for one in chosen)
    if getattr(field, "choices", None):
        return dict(field.choices).get(value, value)
    if isinstance(value, Decimal):
        return format_number(value, 2)
    return field.widget.format_value(value) or ""
