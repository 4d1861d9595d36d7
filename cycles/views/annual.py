"""Pages of the annual report: its paragraphs, its file, and where everybody checks an approved version."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import Request, said_too_often, sealed, too_often
from cycles.annual.keeping import Kept, orphans, write_passage
from cycles.annual.making import file_of, report_files
from cycles.annual.versions import STANDINGS, annual_of, signers_of, standing_of, version_by
from cycles.models import PassageEdit, Report, ReportFile, ReportVersion
from cycles.services.cycles import ChangedMeanwhileError
from cycles.views.cycles import REFUSED
from cycles.views.reports import CONFLICT, visible_report
from documents.kinds import document_response
from jobs.making import FileRefused
from jobs.pages import in_the_browser
from schools.uploads import SizeLimit
from workflows.services import TransitionError

CHAPTERS = {
    0: "บทสรุปสำหรับผู้บริหาร", 1: "บทที่ 1 บทนำ", 3: "บทที่ 3 วิธีดำเนินการ", 4: "บทที่ 4 ผลการดำเนินงาน",
    5: "บทที่ 5 สรุป อภิปราย และข้อเสนอแนะ",
}  # fmt: skip
MOST_HISTORY = 30
MOST_UPLOADED = 100 * 1024 * 1024
TOO_OFTEN = said_too_often("การตรวจสอบ")


# -- The file ------------------------------------------------------------------------------------------------------


@require_safe
def report_pdf(request: Request, pk: int) -> HttpResponseBase:
    """The whole report: the file that was made of what it says, at once where it is small, else where it is made.

    Another format is made when it is asked for (``documents.kinds.FORMATS``).
    """
    report = visible_report(request, pk)
    if request.GET.get("format", "pdf") != "pdf":
        return document_response(request, ReportFile.WHOLE, report)
    made, wanted = file_of(report, ReportFile.WHOLE)
    if made is None:
        try:
            made = report_files.ask_once(by=request.user, report=report, kind=ReportFile.WHOLE, says=wanted)
        except FileRefused as error:
            messages.error(request, str(error))
            return redirect(report)
    if made.status != ReportFile.DONE:
        return redirect(made)
    return in_the_browser(report_files, made)


def own_files(request: Request):
    return ReportFile.objects.visible_to(request.user).select_related("report", "by")


# -- Paragraphs ----------------------------------------------------------------------------------------------------


def _written(request: Request, pk: int) -> Report | None:
    """The report where this person may write it now; None where it is only read."""
    report = visible_report(request, pk)
    if report.is_written and request.user.has_perm("cycles.write_report", report):
        return report
    messages.error(request, f"รายงานอยู่ในสถานะ “{report.state_label}” หรือท่านไม่มีสิทธิ์แก้ไข จึงเปิดอ่านได้อย่างเดียว")
    return None


@require_safe
def passage_list(request: Request, pk: int) -> HttpResponse:
    """Every paragraph that the program wrote, what people wrote in its place, and where that disagrees with the numbers."""
    report = _written(request, pk)
    if report is None:
        return redirect("cycles:report-detail", pk)
    found = annual_of(report).passages
    rows: dict[int, list[Kept]] = {}
    for one in found.values():
        rows.setdefault(one.passage.chapter, []).append(one)
    context = {
        "report": report,
        "cycle": report.cycle,
        "chapters": [(CHAPTERS.get(number, ""), rows[number]) for number in sorted(rows)],
        "edited": sum(one.is_edited for one in found.values()),
        "stale": [one for one in found.values() if one.is_stale],
        "orphans": orphans(report, {key: one.passage for key, one in found.items()}),
    }
    return render(request, "cycles/reports/passages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def passage_edit(request: Request, pk: int, key: str) -> HttpResponse:
    """Write one paragraph anew, keep what was written though numbers changed, or take the program's words."""
    report = _written(request, pk)
    if report is None:
        return redirect("cycles:report-detail", pk)
    kept = annual_of(report).passages.get(key)
    if kept is None:
        raise Http404
    typed, refusal, status, seen = kept.text, "", 200, kept.seen
    if request.method == "POST":
        what = request.POST.get("what", "write")
        typed = "" if what == "take" else kept.text if what == "keep" else request.POST.get("text", "")
        sent = request.POST.get("seen", "")[:18]
        try:
            write_passage(
                report,
                kept.passage,
                typed,
                by=request.user,
                seen=int(sent) if sent.isdecimal() else 0,
                of=request.POST.get("of", ""),
            )
        except TransitionError as error:
            refusal, status = str(error), CONFLICT if isinstance(error, ChangedMeanwhileError) else REFUSED
        else:
            done = {"take": "ใช้ข้อความของโปรแกรมแล้ว", "keep": "ยืนยันว่าใช้ข้อความเดิมกับตัวเลขปัจจุบันแล้ว"}
            messages.success(request, done.get(what, "บันทึกย่อหน้าแล้ว"))
            return redirect("cycles:passages", report.pk)
    context = {
        "report": report,
        "one": kept,
        "typed": typed,
        "refusal": refusal,
        "seen": seen,
        "history": PassageEdit.objects.filter(report=report, key=key)
        .select_related("by")
        .order_by("-pk")[:MOST_HISTORY],
    }
    return render(request, "cycles/reports/passage_form.html", context, status=status)


# -- Everybody -----------------------------------------------------------------------------------------------------


@login_not_required
@csrf_exempt  # nothing is changed: a file is compared
@require_http_methods(["GET", "HEAD", "POST"])
def verify_report(request: HttpRequest, token: str) -> HttpResponse:
    """What the version of this code is, whether it holds, and whether a file that somebody has is the office's."""
    if too_often(request, "report-checks", settings.VERIFICATIONS_PER_MINUTE):
        return _page("cycles/reports/verify_lost.html", {"refusal": TOO_OFTEN}, status=429)
    version = version_by(token)
    if version is None:
        return _page("cycles/reports/verify_lost.html", {}, status=404)
    standing = standing_of(version)
    context = {
        "version": version,
        "report": version.report,
        "standing": standing,
        "words": STANDINGS[standing],
        "signers": signers_of(version),
        **_compared(request, version),
    }
    return _page("cycles/reports/verify.html", context)


def _compared(request: HttpRequest, version: ReportVersion) -> dict:
    """Whether the file that was sent is one that the product printed of this version."""
    if request.method != "POST":
        return {}
    request.upload_handlers.insert(0, limit := SizeLimit(request, MOST_UPLOADED))  # before anything is stored
    sent = request.FILES.get("file")
    if sent is None or limit.exceeded:
        return {"refusal": "โปรดเลือกไฟล์ PDF ของรายงาน (ไม่เกิน 100 MB) แล้วกดตรวจอีกครั้ง"}
    found = hashlib.sha256()
    for chunk in sent.chunks():
        found.update(chunk)
    return {"same": version.files.filter(sha256=found.hexdigest()).exists(), "compared": True}


def _page(template: str, context: dict, status: int = 200) -> HttpResponse:
    """Rendered without the request: neither session nor menu have a part in it."""
    return sealed(HttpResponse(render_to_string(template, context), status=status), posts=False)
