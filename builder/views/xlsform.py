"""XLSForm in the browser: a file is read, shown row by row and as a form, and only then kept as a draft."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import Request
from builder.forms.importing import ImportForm, KeepForm
from builder.xlsform import Imported, XlsFormRefused, export_workbook, import_definition, read, save_import
from instruments.definition import parse
from instruments.flows import DRAFT, EDITORS, IN_REVIEW
from instruments.models import Instrument, InstrumentVersion
from instruments.preview import whole_part
from schools.models import AreaOffice

REFUSED = 422
SALT = "builder.xlsform"
HOURS = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OUTCOMES = {
    "taken": ("รับแล้ว", "success"),
    "changed": ("รับโดยปรับ", "warning"),
    "left": ("ไม่ได้รับ", "danger"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def xlsform_import(request: Request) -> HttpResponse:
    """Choose a file; what was read of it travels in the page, signed, until it is kept."""
    if not request.user.has_perm("builder.create_form"):
        raise PermissionDenied(
            "บัญชีของท่านไม่มีสิทธิ์นำเข้าแบบ ผู้นำเข้าได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน และผู้อำนวยการกลุ่มนิเทศฯ หากควรมีสิทธิ์ โปรดแจ้งผู้ดูแลระบบของเขต"
        )
    if request.method != "POST":
        return render(request, "builder/xlsform_import.html", {"form": ImportForm()})
    if "content" in request.POST:
        return _keep(request)
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            imported = import_definition(read(file, file.name))
        except XlsFormRefused as refusal:
            form.add_error("file", str(refusal))
            said = {"form": form, "filename": file.name, "noted": _said(refusal.report), "columns": refusal.columns}
            return render(request, "builder/xlsform_import.html", said, status=REFUSED)
        else:
            facts = KeepForm(
                initial={"code": request.GET.get("code") or imported.code, "title": imported.title},
                areas=_areas(request),
            )
            return _report(request, imported, facts, file.name)
    return render(request, "builder/xlsform_import.html", {"form": form}, status=REFUSED)


def _areas(request: Request):
    return AreaOffice.objects.filter(pk__in=request.user.areas_as(*EDITORS)).order_by("pk")


def _standing(request: Request, facts: KeepForm) -> dict[str, Any] | None:
    """The form of the office that has this code already: what is read would be its next version."""
    area = facts["area"].value()
    areas = _areas(request).filter(pk=area) if str(area or "").isdigit() else _areas(request)
    code = str(facts["code"].value() or "").strip()
    instrument = Instrument.objects.filter(area__in=areas, code=code).prefetch_related("versions").first()
    if instrument is None:
        return None
    versions = instrument.versions.all()
    return {
        "instrument": instrument,
        "begun": next((version for version in versions if version.state in (DRAFT, IN_REVIEW)), None),
        "next": max((version.number for version in versions), default=0) + 1,
    }


def _report(
    request: Request, imported: Imported, facts: KeepForm, filename: str = "", status: int = 200
) -> HttpResponse:
    """What became of each row, and the form as it would be filled."""
    made, left_out = whole_part(imported.definition)
    rows = _said(imported.report)
    content = signing.dumps(_as_json(imported, request, filename), salt=SALT, compress=True)
    counts = imported.counts
    context = {
        "imported": imported,
        "filename": filename,
        "facts": facts,
        "standing": _standing(request, facts),
        "noted": [row for row in rows if row["outcome"] != "taken"],
        "taken": [row for row in rows if row["outcome"] == "taken"],
        "tallies": [(label, counts[key]) for key, (label, _) in OUTCOMES.items()],
        "preview": parse(made) if made["sections"] else None,
        "left_out": left_out,
        "content": content,
    }
    return render(request, "builder/xlsform_report.html", context, status=status)


def _said(report: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "said": OUTCOMES[row["outcome"]]} for row in report]


def _as_json(imported: Imported, request: Request, filename: str) -> dict[str, Any]:
    return {
        "by": request.user.pk,
        "filename": filename,
        "definition": imported.definition,
        "title": imported.title,
        "code": imported.code,
        "report": imported.report,
        "columns": imported.columns,
        "problems": imported.problems,
    }


def _keep(request: Request) -> HttpResponse:
    """Keep what was read as a draft, under the code and title that the person gave."""
    try:
        kept = signing.loads(request.POST["content"], salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        kept = {}
    if kept.pop("by", None) != request.user.pk:
        form = ImportForm({})
        form.add_error("file", "ผลการอ่านไฟล์นี้หมดอายุหรือไม่ใช่ของท่าน โปรดเลือกไฟล์แล้วอ่านใหม่อีกครั้ง")
        return render(request, "builder/xlsform_import.html", {"form": form}, status=REFUSED)
    filename = kept.pop("filename", "")
    imported = Imported(**kept)
    facts = KeepForm(request.POST, areas=_areas(request))
    if facts.is_valid():
        typed = facts.cleaned_data
        try:
            _refuse_second_draft(typed["area"], typed["code"])
            version = save_import(
                imported, area=typed["area"], by=request.user, code=typed["code"], title=typed["title"]
            )
        except XlsFormRefused as refusal:
            facts.add_error("code", str(refusal))
        else:
            kept_title = version.instrument.title
            other = "" if kept_title == typed["title"] else f" แบบนี้มีอยู่ก่อนแล้วจึงใช้ชื่อเดิม “{kept_title}” แก้ชื่อได้ที่ข้อมูลของแบบ"
            messages.success(request, f"นำเข้าเป็นฉบับร่างแล้ว: {version.instrument.code} ฉบับที่ {version.number}{other}")
            return redirect("builder:form-edit", version.pk)
    return _report(request, imported, facts, filename, REFUSED)


def _refuse_second_draft(area: AreaOffice, code: str) -> None:
    """An office goes on with the draft that it has begun."""
    begun = InstrumentVersion.objects.filter(
        instrument__area=area, instrument__code=code, state__in=(DRAFT, IN_REVIEW)
    ).first()
    if begun:
        raise XlsFormRefused(
            f"แบบ {code} มีฉบับที่ {begun.number} กำลังจัดทำอยู่แล้ว โปรดใช้รหัสอื่น หรือเผยแพร่หรือลบฉบับนั้นก่อน แล้วนำเข้าใหม่"
        )


@require_safe
def xlsform_export(request: Request, pk: int) -> HttpResponse:
    """A version as an XLSForm workbook, which comes back as the same form."""
    versions = InstrumentVersion.objects.visible_to(request.user).select_related("instrument")
    version = get_object_or_404(versions, pk=pk)
    made, left_out = whole_part(version.definition)
    if left_out or not made["sections"]:
        messages.error(request, "แบบนี้ยังไม่ครบ จึงยังส่งออกเป็น XLSForm ไม่ได้ โปรดแก้ไขเรื่องที่ค้างอยู่ก่อน")
        return redirect(version)
    response = HttpResponse(export_workbook(version), content_type=XLSX)
    name = f"{version.instrument.code}-v{version.number}.xlsx"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response
