"""The home page of each role, the year in numbers, and lists as files."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.flows import AREA_ROLES, SCHOOL_ROLES, SUPERVISION_STAFF, Role
from accounts.http import Request
from reports.exports import csv_response, recommendation_rows, visit_rows, xlsx_response
from reports.first_steps import first_steps
from reports.queries import desk_of, released_lately, summary_of, years_with_visits
from thai.years import fiscal_year

SUMMARY_READERS = (*SUPERVISION_STAFF, Role.COMMITTEE)
ROWS = {"visits": visit_rows, "recommendations": recommendation_rows}
WRITERS = {"csv": csv_response, "xlsx": xlsx_response}


@require_safe
def home(request: Request) -> HttpResponse:
    """What waits for the person today; where nothing does, what is new."""
    user = request.user
    steps = first_steps(user)
    return render(
        request,
        "reports/home.html",
        {
            "steps": steps,
            "steps_done": all(step.count for step in steps),
            "desk": desk_of(user),
            "released": released_lately(user),
            "has_role": bool(user.assignments_today),
            "only_school": bool(user.assignments_today) and not any(a.area_id for a in user.assignments_today),
            "only_network": user.holds(Role.NETWORK_LEAD) and not user.holds(*AREA_ROLES, *SCHOOL_ROLES),
            "today": timezone.localdate(),
            "may_plan": user.holds(Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD),
            "may_register": user.holds(Role.CLERK),
        },
    )


def _year(request: Request) -> int | None:
    """The year of พ.ศ. that the address asks for; None where it asks for none or for nonsense."""
    asked = request.GET.get("year", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 else None


@require_safe
def summary(request: Request) -> HttpResponse:
    """One fiscal year: coverage, progress by group and supervisor, what became of the recommendations."""
    if not request.user.holds(*SUMMARY_READERS):
        raise Http404
    this_year = fiscal_year(timezone.localdate())
    years = sorted({this_year, *years_with_visits(request.user)}, reverse=True)
    asked = _year(request)
    year = asked if asked in years else this_year
    context = {
        "summary": summary_of(request.user, year),
        "years": years,
        "may_have_dossiers": request.user.holds(*SUPERVISION_STAFF),
    }
    return render(request, "reports/summary.html", context)


@require_safe
def export(request: Request, what: str, form: str) -> HttpResponseBase:
    """The visits or recommendations that the person may see, of one fiscal year (?year=) or of all, as a file."""
    if what not in ROWS or form not in WRITERS:
        raise Http404
    year = _year(request)
    return WRITERS[form](ROWS[what](request.user, year), f"{what}-{year or 'all'}")
