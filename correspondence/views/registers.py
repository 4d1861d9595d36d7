"""The registers: read, searched, printed, taken out; a line entered, corrected, cancelled."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import Request, private_file
from correspondence.documents import Month
from correspondence.flows import RegisterKind
from correspondence.forms.registers import CancelForm, EntryForm
from correspondence.models import Entry, Register
from correspondence.queries import entries_of, hide_secrets
from correspondence.resources import CONTENT_TYPE, register_as_workbook
from correspondence.services.refusals import LetterRefused
from correspondence.services.registers import ATTACHMENT_BYTES, NOT_KEEPER, cancel, correct, enter, stamp
from correspondence.views.offices import office_of
from documents.kinds import document_response, safe_filename
from instruments.files import FileRefused
from jobs.pages import ask_of
from schools.models import AreaOffice
from schools.uploads import SizeLimit, upload_limited
from thai.dates import MONTHS, buddhist_year
from thai.text import normalise

REFUSED = 422
LINES = 50
PRINTED_WHOLE = 1500
"""How many lines are printed in one file; longer registers are printed month by month."""


def _kind(kind: str) -> RegisterKind:
    try:
        return RegisterKind(kind)
    except ValueError:
        raise Http404 from None


def _register(request: Request, area: AreaOffice, kind: RegisterKind) -> tuple[Register, list[int]]:
    """The register of the year that the address names, or of this year; and the years that there are, newest first.

    Where no number was given yet it is one that is not stored.
    """
    found = list(Register.objects.visible_to(request.user).filter(area=area, kind=kind).order_by("-year"))
    this_year = buddhist_year(timezone.localdate().year)
    asked = request.GET.get("year", "")[:4]
    wanted = int(asked) if asked.isdecimal() else this_year
    register = next((one for one in found if one.year == wanted), None)
    if register is None and wanted != this_year:
        raise Http404
    years = sorted({this_year, *(one.year for one in found)}, reverse=True)
    return register or Register(area=area, kind=kind, year=this_year), years


@require_safe
def entry_list(request: Request, kind: str) -> HttpResponse:
    """One register of one year, newest number first."""
    area, offices = office_of(request)
    wanted = _kind(kind)
    register, years = _register(request, area, wanted)
    text = normalise(request.GET.get("q", ""))
    entries = entries_of(register, user=request.user, text=text) if register.pk else Entry.objects.none()
    page = Paginator(entries, LINES).get_page(request.GET.get("page"))
    lines = list(page.object_list)
    for entry in lines:
        entry.register = register
    page.object_list = hide_secrets(lines, request.user)
    context = {
        "area": area,
        "offices": offices,
        "kind": wanted,
        "kinds": RegisterKind,
        "register": register,
        "years": years,
        "months": list(enumerate(MONTHS, 1)),
        "text": text,
        "page": page,
        "incoming": wanted == RegisterKind.IN,
        "may_keep": request.user.has_perm("correspondence.keep_register", area),
        "is_this_year": register.year == buddhist_year(timezone.localdate().year),
    }
    return render(request, "correspondence/entry_list.html", context)


@require_safe
def register_workbook(request: Request, kind: str) -> HttpResponse:
    """The whole register of a year as XLSX."""
    area, _ = office_of(request)
    register, _ = _register(request, area, _kind(kind))
    entries = list(register.entries.order_by("number")) if register.pk else []
    response = HttpResponse(register_as_workbook(hide_secrets(entries, request.user)), content_type=CONTENT_TYPE)
    name = content_disposition_header(as_attachment=True, filename=safe_filename(f"{register}.xlsx"))
    response["Content-Disposition"] = name or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def register_pdf(request: Request, kind: str) -> HttpResponse:
    """The register on paper: whole, or the month that the address names."""
    area, _ = office_of(request)
    register, _ = _register(request, area, _kind(kind))
    if not register.pk:
        raise PermissionDenied(f"{register}ยังไม่มีรายการ จึงยังไม่มีสิ่งที่จะพิมพ์")
    register.area = area
    month = request.GET.get("month", "")[:2]
    if month:
        if not month.isdecimal() or not 1 <= int(month) <= 12:
            raise Http404
        return document_response(request, f"register-{kind}", Month(register, int(month)))
    if register.last > PRINTED_WHOLE:
        raise PermissionDenied(
            f"{register}มี {register.last:,} รายการ ยาวเกินกว่าจะพิมพ์ในไฟล์เดียว โปรดกลับไปเลือกพิมพ์ทีละเดือน หรือดาวน์โหลดทั้งปีเป็น Excel"
        )
    return document_response(request, f"register-{kind}", register)


@upload_limited(ATTACHMENT_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_create(request: Request, limit: SizeLimit, kind: str) -> HttpResponse:
    """Take today's next number for what came or goes."""
    area, _ = office_of(request)
    wanted = _kind(kind)
    if not request.user.has_perm("correspondence.keep_register", area):
        raise PermissionDenied(NOT_KEEPER)
    form, ask = EntryForm(*_sent(request), kind=wanted), ask_of(request)
    if request.method == "POST":
        if limit.exceeded:
            form.add_error("upload", TOO_LARGE)
        elif form.is_valid():
            try:
                entry = enter(area, wanted, by=request.user, ask=ask, **form.cleaned_data)
            except FileRefused as error:
                form.add_error("upload", str(error))
            except LetterRefused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"ลงทะเบียนแล้ว ได้{entry}")
                return redirect(entry)
    context = {"form": form, "area": area, "kind": wanted, "today": timezone.localdate(), "ask": ask}
    return render(request, "correspondence/entry_form.html", context, status=REFUSED if form.errors else 200)


def _sent(request: Request) -> tuple[Any, ...]:
    """What a form is bound to: what was sent, be it nothing at all."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


TOO_LARGE = "ไฟล์ใหญ่เกิน 10 MB จึงยังไม่ได้รับ โปรดสแกนด้วยความละเอียดต่ำลงแล้วเลือกอีกครั้ง"


def _entry(request: Request, pk: int) -> Entry:
    visible = Entry.objects.visible_to(request.user).select_related("register__area", "by", "cancelled_by", "paper")
    return get_object_or_404(visible, pk=pk)


@require_safe
def entry_detail(request: Request, pk: int) -> HttpResponse:
    entry = _entry(request, pk)
    context: dict[str, Any] = {
        "entry": entry,
        "incoming": entry.register.kind == RegisterKind.IN,
        "may_keep": not entry.is_cancelled and request.user.has_perm("correspondence.keep_register", entry),
    }
    return render(request, "correspondence/entry_detail.html", context)


def _keepable(request: Request, pk: int) -> Entry:
    entry = _entry(request, pk)
    if not request.user.has_perm("correspondence.keep_register", entry):
        raise PermissionDenied(NOT_KEEPER)
    if entry.is_cancelled:
        raise PermissionDenied(
            f"เลขที่ {entry.full_number} ถูกยกเลิกแล้ว จึงแก้ไขไม่ได้ หากต้องใช้เลข โปรดลงทะเบียนใหม่เพื่อรับเลขถัดไป"
        )
    return entry


@upload_limited(ATTACHMENT_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def entry_edit(request: Request, limit: SizeLimit, pk: int) -> HttpResponse:
    """Correct what stands beside the number."""
    entry = _keepable(request, pk)
    form = EntryForm(*_sent(request), kind=entry.register.kind, entry=entry)
    seen = request.POST.get("seen") or stamp(entry)
    if request.method == "POST":
        if limit.exceeded:
            form.add_error("upload" if "upload" in form.fields else None, TOO_LARGE)
        elif form.is_valid():
            try:
                entry = correct(entry, by=request.user, seen=seen, **form.cleaned_data)
            except FileRefused as error:
                form.add_error("upload", str(error))
            except LetterRefused as error:
                form.add_error(None, str(error))
                seen = stamp(entry)  # saving once more is meant
            else:
                messages.success(request, "บันทึกรายการแล้ว")
                return redirect(entry)
    context = {"form": form, "entry": entry, "area": entry.register.area, "kind": entry.register.kind, "seen": seen}
    return render(request, "correspondence/entry_form.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_cancel(request: Request, pk: int) -> HttpResponse:
    entry = _keepable(request, pk)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel(entry, by=request.user, **form.cleaned_data)
        except LetterRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"ยกเลิกเลขที่ {entry.full_number} แล้ว เลขยังแสดงในทะเบียนพร้อมเหตุผล")
            return redirect(entry)
    context = {"form": form, "entry": entry}
    return render(request, "correspondence/entry_cancel.html", context, status=REFUSED if form.errors else 200)


@require_safe
def entry_file(request: Request, pk: int) -> HttpResponseBase:
    """The letter as it came."""
    entry = _entry(request, pk)
    if not entry.file:
        raise Http404
    name = content_disposition_header(as_attachment=True, filename=entry.file_name)
    return private_file(entry.file, "application/pdf", disposition=name or "attachment")
