"""Bringing in a file, step by step and without scripts: choose, look, confirm, see what became of it."""

import csv
import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from schools.exports import harmless
from schools.forms import ImportForm
from schools.imports import (
    ImportRefusedError,
    cancel_import,
    confirm_import,
    may_import_all_areas,
    outcomes_of,
    preview_import,
    rows_of,
)
from schools.models import AreaOffice, ImportJob, ImportKind, ImportState
from schools.resources import CHANGE, CREATE, REFUSE, RESOURCES, SAME
from schools.tabular import MAX_BYTES, TableError
from schools.uploads import SizeLimit, upload_limited

PER_PAGE = 50
WARN = "warn"
EXAMPLES = {
    ImportKind.SCHOOLS: (
        "obec_code",
        "smis_code",
        "name",
        "levels",
        "subdistrict",
        "district",
        "province",
        "phone",
        "email",
        "group",
    ),
    ImportKind.ENROLMENT: ("obec_code", "academic_year", "grade", "male", "female", "rooms"),
    ImportKind.RESULTS: (
        "obec_code",
        "academic_year",
        "exam",
        "grade",
        "subject",
        "tested",
        "mean",
        "sd",
        "full_score",
        "state",
        "level",
        "new_basis",
        "note",
    ),
}


def _may_import(request: Request) -> bool:
    return may_import_all_areas(request.user) or AreaOffice.objects.managed_by(request.user).exists()


@require_safe
def import_list(request: Request) -> HttpResponse:
    if not _may_import(request):
        raise Http404
    jobs = ImportJob.objects.visible_to(request.user).for_list()
    page = Paginator(jobs, 20).get_page(request.GET.get("page"))
    return render(request, "schools/import_list.html", {"page": page})


@upload_limited(MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: Request, limit: SizeLimit) -> HttpResponse:
    if not _may_import(request):
        raise Http404
    kind = request.GET.get("kind")
    form = ImportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        areas=AreaOffice.objects.managed_by(request.user),
        all_areas=may_import_all_areas(request.user),
        initial={"kind": kind if kind in ImportKind.values else ImportKind.SCHOOLS},
    )
    if request.method == "POST":
        if limit.exceeded:
            form.refuse_size()
        elif form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                job = preview_import(
                    form.cleaned_data["kind"],
                    upload.read(),
                    file_name=upload.name,
                    area=form.cleaned_data["area"],
                    by=request.user,
                )
            except TableError as error:
                form.add_error("file", str(error))
            else:
                return redirect(job)
    columns = {label: RESOURCES[kind].columns for kind, label in ImportKind.choices}
    context = {
        "form": form,
        "columns": [
            (label, [(names[0].rstrip("…"), column in known.required) for column, names in known.headings.items()])
            for label, known in columns.items()
        ],
        "kinds": ImportKind.choices,
    }
    return render(request, "schools/import_new.html", context, status=422 if form.errors else 200)


@require_safe
def import_template(request: Request, kind: str) -> HttpResponse:
    """An empty table with the headings that the import knows best."""
    if kind not in ImportKind.values or not _may_import(request):
        raise Http404
    known = RESOURCES[kind].columns
    rows = [[known.label(column).rstrip("…") for column in EXAMPLES[ImportKind(kind)]]]
    return _csv(rows, f"template-{kind}.csv")


@require_safe
def import_detail(request: Request, pk: int) -> HttpResponse:
    """The preview before the decision; afterwards what became of each row."""
    job = get_object_or_404(
        ImportJob.objects.visible_to(request.user).select_related("area", "uploaded_by", "decided_by"), pk=pk
    )
    tabs = [
        (CREATE, "สร้างใหม่", job.created),
        (CHANGE, "เปลี่ยนแปลง", job.changed),
        (SAME, "คงเดิม", job.unchanged),
        (REFUSE, "ไม่รับ", job.refused),
        (WARN, "มีข้อสังเกต", job.warned),
    ]
    show = request.GET.get("show", "")
    outcomes = outcomes_of(job)
    if show == WARN:
        outcomes = [row for row in outcomes if row.warnings]
    elif show in (CREATE, CHANGE, SAME, REFUSE):
        outcomes = [row for row in outcomes if row.kind == show]
    else:
        show = ""
    context = {
        "job": job,
        "tabs": tabs,
        "show": show,
        "page": Paginator(outcomes, PER_PAGE).get_page(request.GET.get("page")),
        "waiting": job.state == ImportState.PREVIEWED,
        "nothing_to_do": not (job.created or job.changed),
    }
    return render(request, "schools/import_detail.html", context)


@require_POST
def import_confirm(request: Request, pk: int) -> HttpResponse:
    job = get_object_or_404(ImportJob.objects.visible_to(request.user).select_related("area"), pk=pk)
    try:
        confirm_import(job, by=request.user)
    except ImportRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"นำเข้าแล้ว สร้างใหม่ {job.created:,} แถว เปลี่ยนแปลง {job.changed:,} แถว ไม่รับ {job.refused:,} แถว"
        )
    return redirect(job)


@require_POST
def import_cancel(request: Request, pk: int) -> HttpResponse:
    job = get_object_or_404(ImportJob.objects.visible_to(request.user).select_related("area"), pk=pk)
    try:
        cancel_import(job, by=request.user)
    except ImportRefusedError as error:
        messages.error(request, str(error))
        return redirect(job)
    messages.success(request, "ยกเลิกแล้ว ไม่มีข้อมูลใดในทะเบียนเปลี่ยนแปลง")
    return redirect("schools:import-list")


@require_safe
def import_refused(request: Request, pk: int) -> HttpResponse:
    """The refused rows as they stood in the file, with the reason beside each: mend them and bring them in again."""
    job = get_object_or_404(ImportJob.objects.visible_to(request.user), pk=pk)
    known = RESOURCES[job.kind].columns
    columns, cells = rows_of(job)
    rows = [["แถวที่ในไฟล์เดิม", "เหตุผลที่ไม่รับ", *(known.label(column).rstrip("…") for column in columns)]]
    rows += [
        [str(outcome.row), " · ".join(outcome.reasons), *cells.get(outcome.row, [])]
        for outcome in outcomes_of(job)
        if outcome.kind == REFUSE
    ]
    return _csv(rows, f"refused-{job.pk}.csv")


def _csv(rows: list[list[str]], name: str) -> HttpResponse:
    """CSV in UTF-8 with the mark that Excel needs to read Thai; no cell is taken for a formula."""
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
