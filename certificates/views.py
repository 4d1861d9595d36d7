"""The office's pages of certificates, and each person's own."""

from math import ceil
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from certificates import services
from certificates.documents import Part
from certificates.flows import MAKERS, SUBMITTED
from certificates.forms import BatchForm, ListForm, RecipientForm, ReissueForm, RevokeForm
from certificates.making import AT_ONCE, batch_files, made_of, valid_in
from certificates.models import Batch, BatchFile, Certificate
from certificates.recipients import Line, Recipient, judge, read_text, text_of_sheet
from certificates.services import CertificateRefused, stamp
from documents.kinds import document_response
from jobs.making import FileRefused
from jobs.pages import in_the_browser
from schools.models import AreaOffice
from schools.tabular import TableError
from schools.uploads import SizeLimit, upload_limited
from thai.text import normalise, search_key
from workflows.views import answer_transition

REFUSED = 422
MOST_BYTES = 2 * 1024 * 1024


@require_safe
def batch_list(request: Request) -> HttpResponse:
    """The office's batches, newest first."""
    if not request.user.holds(*MAKERS):
        raise Http404
    batches = Batch.objects.visible_to(request.user).select_related("area", "made_by")
    text, state = normalise(request.GET.get("q", "")), request.GET.get("state", "")
    if text:
        batches = batches.filter(title__icontains=text)
    batches = batches.filter(state=state) if state in Batch.machine.keys else batches.exclude(state="cancelled")
    people = Count("certificates", filter=Q(certificates__replaces__isnull=True))
    revoked = Count("certificates", filter=Q(certificates__revoked_at__isnull=False))
    context = {
        "page": Paginator(batches.annotate(people=people, revoked=revoked).order_by("-pk"), 20).get_page(
            request.GET.get("page")
        ),
        "wanted": {"q": text, "state": state},
        "states": Batch.machine.choices(),
    }
    return render(request, "certificates/batch_list.html", context)


def _batch(request: Request, pk: int) -> Batch:
    return get_object_or_404(Batch.objects.visible_to(request.user).select_related("area", "made_by"), pk=pk)


@require_safe
def batch_detail(request: Request, pk: int) -> HttpResponse:
    """The words of a batch, its list or its certificates, and what is to be done with it."""
    batch = _batch(request, pk)
    lines = batch.certificates.select_related(
        "register", "user", "replaces__register", "replaced_by__register"
    ).order_by("place", "pk")
    text = normalise(request.GET.get("q", ""))
    if text:
        lines = lines.filter(key__contains=search_key(text))
    counts = batch.certificates.aggregate(
        valid=Count("pk", filter=Q(revoked_at__isnull=True)), revoked=Count("revoked_at")
    )
    context = {
        "batch": batch,
        "page": Paginator(lines, 50).get_page(request.GET.get("page")),
        "wanted": text,
        "counts": counts,
        "sample": batch.certificates.order_by("place").first() if not batch.is_issued else None,
        "may_revoke": request.user.has_perm("certificates.revoke_certificate", batch),
        "waits_for_another": batch.state == SUBMITTED and request.user.pk == batch.made_by_id,
        "logs": list(batch.transitions.select_related("by")),
        **(_in_parts(batch, counts["valid"]) if batch.is_issued and counts["valid"] > AT_ONCE else {}),
    }
    return render(request, "certificates/batch_detail.html", context)


def _in_parts(batch: Batch, valid: int) -> dict[str, Any]:
    """How a batch that is too large to be printed at once can be had."""
    of = {"batch": batch, "made_of": made_of(batch)}
    return {
        "parts": range(1, ceil(valid / AT_ONCE) + 1),
        "made": batch_files.made(**of),
        "being_made": BatchFile.objects.filter(**of).unfinished().first(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def batch_create(request: Request) -> HttpResponse:
    """A new draft for the office one works for; who works for several says for which."""
    offices = list(AreaOffice.objects.filter(pk__in=request.user.areas_as(*MAKERS)))
    if not offices:
        raise Http404
    asked = request.POST.get("area") or request.GET.get("area") or ""
    area = next((office for office in offices if str(office.pk) == asked), offices[0])
    form = BatchForm(request.POST if request.method == "POST" else None, area=area)
    if request.method == "POST" and form.is_valid():
        try:
            batch = services.create_batch(area=area, by=request.user, **form.values)
        except CertificateRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกร่างแล้ว ขั้นต่อไปเพิ่มรายชื่อผู้รับ")
            return redirect("certificates:recipients-add", batch.pk)
    context = {"form": form, "area": area, "offices": offices if len(offices) > 1 else []}
    return render(request, "certificates/batch_form.html", context, status=REFUSED if form.errors else 200)


def _writable(request: Request, pk: int) -> Batch:
    """A batch that is being written. Where it is not, the person is told on its page (``PermissionDenied`` says why)."""
    batch = _batch(request, pk)
    if not batch.is_writing:
        raise PermissionDenied(f"ชุดเกียรติบัตรนี้อยู่ในสถานะ “{batch.state_label}” จึงแก้ไขไม่ได้ เปิดหน้าของชุดนี้เพื่อดูสิ่งที่ทำได้")
    return batch


@require_http_methods(["GET", "HEAD", "POST"])
def batch_edit(request: Request, pk: int) -> HttpResponse:
    batch = _writable(request, pk)
    form = BatchForm(request.POST or None, area=batch.area, batch=batch)
    seen = request.POST.get("seen") or stamp(batch)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_batch(batch, by=request.user, seen=request.POST.get("seen", ""), **form.values)
        except CertificateRefused as error:
            form.add_error(None, str(error))
            if isinstance(error, services.ChangedMeanwhile):
                seen = stamp(_batch(request, pk))  # saving once more is meant
        else:
            messages.success(request, "บันทึกข้อความของเกียรติบัตรแล้ว")
            return redirect(batch)
    context = {"form": form, "batch": batch, "area": batch.area, "seen": seen}
    return render(request, "certificates/batch_form.html", context, status=REFUSED if form.errors else 200)


@require_POST
def batch_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, _batch(request, pk), name)


@require_safe
def batch_pdf(request: Request, pk: int) -> HttpResponseBase:
    """The batch on paper: whole where it is small or its file is made, else the part that the address names."""
    batch = _batch(request, pk)
    if not batch.is_issued:
        raise PermissionDenied("ชุดนี้ยังไม่ได้ออก จึงพิมพ์ทั้งชุดไม่ได้ ดูตัวอย่างหนึ่งฉบับได้ในหน้าของชุด")
    valid = valid_in(batch).count()
    if (part := request.GET.get("part", "")[:3]).isdecimal():
        if not 0 < int(part) <= ceil(valid / AT_ONCE):
            raise Http404
        return document_response(request, "certificate-batch", Part(batch, int(part), AT_ONCE))
    if valid <= AT_ONCE:
        return document_response(request, "certificate-batch", batch)
    made = batch_files.made(batch=batch, made_of=made_of(batch))
    if made is None:
        raise PermissionDenied("ไฟล์ทั้งชุดยังไม่พร้อม โปรดเปิดหน้าของชุดนี้เพื่อดูความคืบหน้า หรือพิมพ์เป็นส่วน")
    return in_the_browser(batch_files, made)


@require_POST
def batch_file(request: Request, pk: int) -> HttpResponse:
    """Have the whole batch made as one file, whose page says how far it is."""
    batch = _batch(request, pk)
    if not batch.is_issued:
        raise PermissionDenied("ชุดนี้ยังไม่ได้ออก จึงจัดทำไฟล์ทั้งชุดไม่ได้")
    of = {"batch": batch, "made_of": made_of(batch)}
    try:
        return redirect(batch_files.made(**of) or batch_files.ask_once(by=request.user, **of))
    except FileRefused as error:
        messages.error(request, str(error))
        return redirect(batch)


def own_files(request: Request):
    return BatchFile.objects.visible_to(request.user).select_related("batch", "by")


# -- The list ------------------------------------------------------------------------------------------------------


@upload_limited(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def recipients_add(request: Request, limit: SizeLimit, pk: int) -> HttpResponse:
    """Paste a list or choose a sheet, look at what was understood, add it. What was typed stays until it is added."""
    batch = _writable(request, pk)
    form = ListForm(request.POST or None, request.FILES or None)
    lines: list[Line] = []
    if request.method == "POST":
        if limit.exceeded:
            form.add_error("file", "ไฟล์ใหญ่เกิน 2 MB จึงยังไม่ได้อ่าน โปรดเหลือเฉพาะตารางรายชื่อแล้วเลือกอีกครั้ง")
        elif form.is_valid():
            form, lines = _understood(form, batch)
            taken = [Recipient(line.name, line.organisation) for line in lines if line.is_taken]
            if "add" in request.POST and taken and not any(line.fault for line in lines):
                try:
                    added = services.add_recipients(batch, taken, by=request.user)
                except CertificateRefused as error:
                    form.add_error(None, str(error))
                else:
                    messages.success(request, f"เพิ่มรายชื่อแล้ว {added:,} คน")
                    return redirect(batch)
    context = {
        "batch": batch,
        "form": form,
        "lines": lines,
        "taken": sum(line.is_taken for line in lines),
        "faults": [line for line in lines if line.fault],
        "merged": [line for line in lines if line.merged],
        "noted": [line for line in lines if line.note],
    }
    wrong = form.errors or context["faults"]
    return render(request, "certificates/recipients_add.html", context, status=REFUSED if wrong else 200)


def _understood(form: ListForm, batch: Batch) -> tuple[ListForm, list[Line]]:
    """The form with the whole list as text, and each line of it judged."""
    text, upload = form.cleaned_data["text"], form.cleaned_data["file"]
    if upload:
        try:
            text = "\n".join(filter(None, [text, text_of_sheet(upload.read())]))
        except TableError as error:
            form.add_error("file", str(error))
            return form, []
        form = ListForm({"text": text})
        form.is_valid()
    lines = judge(read_text(text), held=services.held_by(batch))
    if not lines:
        form.add_error("text", "ยังไม่มีรายชื่อ โปรดวางรายชื่อบรรทัดละ 1 คน หรือเลือกไฟล์")
    return form, lines


def _line(request: Request, pk: int, line_pk: int) -> Certificate:
    batch = _writable(request, pk)
    return get_object_or_404(batch.certificates.select_related("batch"), pk=line_pk)


@require_http_methods(["GET", "HEAD", "POST"])
def recipient_edit(request: Request, pk: int, line_pk: int) -> HttpResponse:
    line = _line(request, pk, line_pk)
    form = RecipientForm(request.POST or None, initial={"name": line.name, "organisation": line.organisation})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_recipient(line, by=request.user, **form.cleaned_data)
        except CertificateRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "แก้ไขรายชื่อแล้ว")
            return redirect("certificates:batch-detail", pk)
    context = {"form": form, "line": line, "batch": line.batch}
    return render(request, "certificates/recipient_form.html", context, status=REFUSED if form.errors else 200)


@require_POST
def recipient_remove(request: Request, pk: int, line_pk: int) -> HttpResponse:
    line = _line(request, pk, line_pk)
    try:
        services.remove_recipient(line, by=request.user)
    except CertificateRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"นำ {line.name} ออกจากรายชื่อแล้ว")
    return redirect("certificates:batch-detail", pk)


# -- One certificate -----------------------------------------------------------------------------------------------


def _certificate(request: Request, pk: int) -> Certificate:
    visible = Certificate.objects.visible_to(request.user).with_batch()
    return get_object_or_404(visible.select_related("revoked_by", "replaces__register"), pk=pk)


@require_safe
def mine(request: Request) -> HttpResponse:
    """The certificates that the person was given."""
    own = Certificate.objects.visible_to(request.user).issued().filter(user=request.user).with_batch()
    page = Paginator(own.order_by("-issued_at", "-pk"), 20).get_page(request.GET.get("page"))
    return render(request, "certificates/mine.html", {"page": page})


@require_safe
def certificate_detail(request: Request, pk: int) -> HttpResponse:
    certificate = _certificate(request, pk)
    staff = certificate.area_id in request.user.areas_as(*MAKERS)
    if not certificate.is_issued:
        return redirect(certificate.batch)
    may_revoke = not certificate.is_revoked and request.user.has_perm("certificates.revoke_certificate", certificate)
    context = {"certificate": certificate, "batch": certificate.batch, "staff": staff, "may_revoke": may_revoke}
    return render(request, "certificates/certificate_detail.html", context)


@require_safe
def certificate_pdf(request: Request, pk: int) -> HttpResponse:
    certificate = _certificate(request, pk)
    if certificate.is_revoked:
        raise PermissionDenied("เกียรติบัตรนี้ถูกเพิกถอนแล้วจึงพิมพ์ไม่ได้ หากมีฉบับแก้ไข เปิดหน้าของฉบับนี้เพื่อไปยังฉบับใหม่")
    return document_response(request, "certificate", certificate)


def _revocable(request: Request, pk: int) -> Certificate:
    certificate = _certificate(request, pk)
    if not request.user.has_perm("certificates.revoke_certificate", certificate):
        raise PermissionDenied("ผู้ที่เพิกถอนหรือออกฉบับแก้ไขได้คือผู้อำนวยการกลุ่มนิเทศฯ และผู้อำนวยการสำนักงานเขตพื้นที่")
    return certificate


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_revoke(request: Request, pk: int) -> HttpResponse:
    certificate = _revocable(request, pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke(certificate, by=request.user, **form.cleaned_data)
        except CertificateRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"เพิกถอนเกียรติบัตรเลขที่ {certificate.full_number} แล้ว หน้าตรวจสอบแสดงทันทีว่าใช้ไม่ได้")
            return redirect(certificate)
    context = {"certificate": certificate, "form": form}
    return render(request, "certificates/certificate_revoke.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_reissue(request: Request, pk: int) -> HttpResponse:
    """Revoke it and issue a corrected copy under a new number."""
    certificate = _revocable(request, pk)
    initial = {"name": certificate.name, "organisation": certificate.organisation}
    form = ReissueForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            copy = services.reissue(certificate, by=request.user, **form.cleaned_data)
        except CertificateRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"ออกฉบับแก้ไขเลขที่ {copy.full_number} แทนเลขที่ {certificate.full_number} แล้ว")
            return redirect(copy)
    context = {"certificate": certificate, "form": form}
    return render(request, "certificates/certificate_reissue.html", context, status=REFUSED if form.errors else 200)
