"""The list of schools and the page of one: facts, pupils, history, editing, closing, merging."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import Request
from schools.exports import schools_as_file
from schools.forms import CloseForm, MergeForm, SchoolFilter, SchoolForm
from schools.imports import may_import_all_areas
from schools.models import AreaOffice, School
from schools.panels import panels_for
from schools.queries import enrolment_by_year, revisions_of, size_of
from schools.results import results_of
from schools.services import RegisterError, close_school, merge_school, update_school

PER_PAGE = 25


@require_safe
def school_list(request: Request) -> HttpResponse:
    form = SchoolFilter(request.GET, user=request.user)
    schools = form.narrow(School.objects.visible_to(request.user)).select_related("area", "group")
    page = Paginator(schools, PER_PAGE).get_page(request.GET.get("page"))
    for school in page:
        school.size_label = size_of(school.pupils, school.area.size_bands)
    context = {
        "page": page,
        "form": form,
        "filtered": any(request.GET.get(name) for name in ("q", "area", "group", "status", "size")),
        "narrowed": any(request.GET.get(name) for name in ("area", "group", "status", "size")),
        "may_manage": AreaOffice.objects.managed_by(request.user).exists(),
        "may_import": may_import_all_areas(request.user),
        "query": request.GET.urlencode(),
    }
    return render(request, "schools/school_list.html", context)


@require_safe
def school_export(request: Request, kind: str) -> HttpResponse:
    """The list as it is narrowed on the page, all of it, as CSV or XLSX."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    form = SchoolFilter(request.GET, user=request.user)
    schools = form.narrow(School.objects.visible_to(request.user)).select_related("area", "group", "merged_into")
    content, content_type = schools_as_file(schools, kind)
    name = f"schools-{timezone.localdate():%Y%m%d}.{kind}"
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_safe
def school_detail(request: Request, pk: int) -> HttpResponse:
    schools = School.objects.visible_to(request.user).select_related("area", "group", "merged_into")
    school = get_object_or_404(schools, pk=pk)
    years = enrolment_by_year(school)
    context = {
        "school": school,
        "years": years,
        "size_label": size_of(years[0].total if years else None, school.area.size_bands),
        "merged_from": school.merged_from.all(),
        "merged_into_visible": school.merged_into_id
        and School.objects.visible_to(request.user).filter(pk=school.merged_into_id).exists(),
        "may_manage": request.user.has_perm("schools.manage_schools", school),
        "results": results_of(school),
        "panels": panels_for(request, school),
    }
    if context["may_manage"]:
        context["revisions"] = revisions_of(school)
    return render(request, "schools/school_detail.html", context)


def _managed_school(request: Request, pk: int) -> School:
    return get_object_or_404(School.objects.managed_by(request.user).select_related("area", "group"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def school_edit(request: Request, pk: int) -> HttpResponse:
    school = _managed_school(request, pk)
    form = SchoolForm(request.POST or None, instance=school)
    if request.method == "POST" and form.is_valid():
        try:
            update_school(form.instance, by=request.user)
        except (RegisterError, ValidationError) as error:
            form.add_error(None, str(error) if isinstance(error, RegisterError) else error)
        else:
            messages.success(request, "บันทึกข้อมูลโรงเรียนแล้ว")
            return redirect(school)
    shown = get_object_or_404(School, pk=school.pk)
    status = 422 if form.errors else 200
    return render(
        request, "schools/school_form.html", {"school": shown, "form": form, "title": "แก้ไขข้อมูลโรงเรียน"}, status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def school_close(request: Request, pk: int) -> HttpResponse:
    school = _managed_school(request, pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_school(school, form.cleaned_data["on"], by=request.user)
        except RegisterError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกการยุบเลิกแล้ว ผลงานเดิมของโรงเรียนยังอยู่ครบ")
            return redirect(school)
    return _closing_page(request, school, form, "ยุบเลิกโรงเรียน", "ยุบเลิกโรงเรียน")


@require_http_methods(["GET", "HEAD", "POST"])
def school_merge(request: Request, pk: int) -> HttpResponse:
    school = _managed_school(request, pk)
    form = MergeForm(request.POST or None, school=school)
    if request.method == "POST" and form.is_valid():
        try:
            merge_school(school, form.cleaned_data["into"], form.cleaned_data["on"], by=request.user)
        except RegisterError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกการรวมโรงเรียนแล้ว ผลงานเดิมของโรงเรียนยังอยู่ครบ")
            return redirect(school)
    return _closing_page(request, school, form, "รวมกับโรงเรียนอื่น", "รวมโรงเรียน")


def _closing_page(request: Request, school: School, form, title: str, button: str) -> HttpResponse:
    context = {"school": school, "form": form, "title": title, "button": button, "closing": True}
    return render(request, "schools/school_form.html", context, status=422 if form.errors else 200)
