"""The national tests: the schools of an area beside each other."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import Request
from schools.forms import ResultFilter
from schools.imports import may_import_all_areas
from schools.models import AreaOffice, School, Subject
from schools.results import area_means, benchmarks_of, paper_label, rows_of, sorted_rows


@require_safe
def result_list(request: Request) -> HttpResponse:
    """The schools that the person may see, by test, year and subject."""
    form = ResultFilter(request.GET, user=request.user)
    context = {
        "form": form,
        "area": form.area,
        "may_import": may_import_all_areas(request.user) or AreaOffice.objects.managed_by(request.user).exists(),
    }
    if form.area is not None and form.key is not None:
        mean = area_means(form.area, [form.year]).get((form.key, form.year))
        rows, note = rows_of(
            School.objects.visible_to(request.user).select_related("group"), form.area, form.key, form.year, mean=mean
        )
        if form.group is not None:
            rows = [row for row in rows if row.school.group_id == form.group.pk]
        context |= {
            "rows": sorted_rows(rows, form.sort),
            "note": note,
            "mean": mean,
            "benchmarks": benchmarks_of(form.area, form.key, form.year),
            "year": form.year,
            "sort": form.sort,
            "label": f"{paper_label(*form.key[:2])} {Subject(form.key[2]).label}",
            "with_result": sum(row.percent is not None for row in rows),
        }
    return render(request, "schools/result_list.html", context)
