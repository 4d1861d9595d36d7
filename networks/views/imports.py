"""Members from a sheet, step by step and without scripts: choose, look, confirm."""

import csv
import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from networks.forms.members import SheetForm
from networks.imports import cancel_members, confirm_members, outcomes_of, preview_members
from networks.models import MemberImport, MemberKind, MemberRole
from networks.resources.members import COLUMNS
from networks.services.keeping import NetworkRefusedError
from networks.views.members import MEMBERS, network_to_keep
from networks.views.networks import REFUSED
from schools.models.imports import ImportState
from schools.tabular import MAX_BYTES, TableError
from schools.uploads import SizeLimit, upload_limited

PER_PAGE = 50


@upload_limited(MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def member_import(request: Request, limit: SizeLimit, pk: int) -> HttpResponse:
    network = network_to_keep(request, pk)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if limit.exceeded:
            form.refuse_size()
        elif form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                job = preview_members(network, upload.read(), file_name=upload.name, by=request.user)
            except TableError as error:
                form.add_error("file", str(error))
            else:
                return redirect(job)
    context = {
        "network": network,
        "form": form,
        "columns": [(names[0], column in COLUMNS.required) for column, names in COLUMNS.headings.items()],
        "kinds": MemberKind.labels,
        "roles": MemberRole.labels,
    }
    return render(request, "networks/member_import.html", context, status=REFUSED if form.errors else 200)


@require_safe
def member_import_template(request: Request, pk: int) -> HttpResponse:
    """An empty table with the headings that the import knows best."""
    network_to_keep(request, pk)
    text = io.StringIO()
    csv.writer(text).writerow(COLUMNS.label(column) for column in COLUMNS.headings)
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="template-members.csv"'},
    )


def _job(request: Request, pk: int, job_pk: int) -> MemberImport:
    network = network_to_keep(request, pk)
    return get_object_or_404(network.imports.select_related("network__area", "uploaded_by"), pk=job_pk)


@require_safe
def member_import_detail(request: Request, pk: int, job_pk: int) -> HttpResponse:
    """The preview before the decision; afterwards what became of each row."""
    job = _job(request, pk, job_pk)
    outcomes = outcomes_of(job)
    show = request.GET.get("show", "")
    if show in {"create", "same", "refuse"}:
        outcomes = [row for row in outcomes if row.kind == show]
    context = {
        "job": job,
        "network": job.network,
        "show": show,
        "tabs": [
            ("create", "เพิ่มใหม่", job.created),
            ("same", "เป็นสมาชิกอยู่แล้ว", job.unchanged),
            ("refuse", "ไม่รับ", job.refused),
        ],
        "page": Paginator(outcomes, PER_PAGE).get_page(request.GET.get("page")),
        "waiting": job.state == ImportState.PREVIEWED,
    }
    return render(request, "networks/member_import_detail.html", context)


@require_POST
def member_import_confirm(request: Request, pk: int, job_pk: int) -> HttpResponse:
    job = _job(request, pk, job_pk)
    try:
        confirm_members(job, by=request.user)
    except NetworkRefusedError as error:
        messages.error(request, str(error))
        return redirect(job)
    messages.success(request, f"เพิ่มสมาชิกแล้ว {job.created:,} ราย ไม่รับ {job.refused:,} แถว")
    return redirect(job if job.refused else f"{job.network.get_absolute_url()}{MEMBERS}")


@require_POST
def member_import_cancel(request: Request, pk: int, job_pk: int) -> HttpResponse:
    job = _job(request, pk, job_pk)
    try:
        cancel_members(job, by=request.user)
    except NetworkRefusedError as error:
        messages.error(request, str(error))
        return redirect(job)
    messages.success(request, "ยกเลิกแล้ว ไม่มีสมาชิกรายใดเปลี่ยนแปลง")
    return redirect(job.network)
