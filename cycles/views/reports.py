"""Pages of reports: writing and approval, to whom they are sent, what those read, and what everybody reads."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request, said_too_often, sealed, too_often
from accounts.models import RoleAssignment, User
from cycles.annual.making import public_file
from cycles.annual.versions import annual_of, present_version, stale_passages
from cycles.forms import PartnersForm, ReportForm
from cycles.models import Delivery, Report
from cycles.queries import delivery_counts
from cycles.services.cycles import ChangedMeanwhileError
from cycles.services.reports import (
    Sent,
    begin_report,
    delivery_by,
    hand_over_by_hand,
    open_delivery,
    remind,
    send_to_partners,
    send_to_schools,
    write_report,
)
from cycles.steps.asking import AskingStep
from cycles.views.cycles import REFUSED, visible_cycle, visible_step
from documents.kinds import RenderedDocument, document_response, pdf_response
from workflows.services import TransitionError, approvals_of, open_approvals
from workflows.views import answer_transition

CONFLICT = 409
PER_PAGE = 50
PDFS_PER_MINUTE = 30
"""Files that one address may ask for within a minute without an account."""
KEPT_FOR = 24 * 60 * 60


# -- The office ----------------------------------------------------------------------------------------------------


@require_safe
def appointment_order(request: Request, pk: int, number: int) -> HttpResponse:
    """The order that appoints the team, from the step's own words and the plan."""
    step = visible_step(request, pk, number)
    if "order_number" not in getattr(step.kind.form, "base_fields", {}):
        raise Http404
    return document_response(request, "appointment-order", step)


@require_safe
def needs_report(request: Request, pk: int, number: int) -> HttpResponse:
    """What schools need, of a step that asks them; refused as long as nobody has answered."""
    step = visible_step(request, pk, number)
    if not isinstance(step.kind, AskingStep):
        raise Http404
    return document_response(request, "needs-report", step)


@require_POST
def report_begin(request: Request, pk: int) -> HttpResponse:
    """The report of the cycle: begun where there is none, else where it is."""
    cycle = visible_cycle(request, pk)
    try:
        report = begin_report(cycle, by=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect(cycle)
    return redirect("cycles:report-edit" if report.is_written else "cycles:report-detail", report.pk)


def visible_report(request: Request, pk: int) -> Report:
    visible = Report.objects.visible_to(request.user).select_related("area", "cycle__area", "cycle__edition", "made_by")
    return get_object_or_404(visible, pk=pk)


@require_safe
def report_detail(request: Request, pk: int) -> HttpResponse:
    """What the report says, where it stands in its chain, to whom it went."""
    report = visible_report(request, pk)
    waiting = open_approvals(report) if report.state == "submitted" else []
    turn = waiting[0] if waiting else None
    may_write = report.is_written and request.user.has_perm("cycles.write_report", report)
    context = {
        "report": report,
        "cycle": report.cycle,
        "records": report.step_records,
        "may_write": may_write,
        "stale": stale_passages(report) if may_write else [],
        "version": present_version(report) if report.is_delivered else None,
        "may_send": report.is_delivered and request.user.has_perm("cycles.send_report", report),
        "counts": delivery_counts(report),
        "approvals": list(approvals_of(report)),
        "turn": turn,
        "next_people": list(
            RoleAssignment.objects.holders(turn.role, area_id=report.area_id).exclude(pk=report.made_by_id)[:5]
        )
        if turn
        else [],
        "logs": list(report.transitions.select_related("by")),
    }
    return render(request, "cycles/reports/report_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_edit(request: Request, pk: int) -> HttpResponse:
    """The texts of the report; nothing typed is lost where somebody else saved first."""
    report = visible_report(request, pk)
    if not report.is_written or not request.user.has_perm("cycles.write_report", report):
        messages.error(request, f"รายงานอยู่ในสถานะ “{report.state_label}” หรือท่านไม่มีสิทธิ์แก้ไข จึงเปิดอ่านได้อย่างเดียว")
        return redirect(report)
    form = ReportForm(request.POST or None, instance=report)
    status, seen = 200, report.version
    if request.method == "POST":
        status = REFUSED
        if form.is_valid():
            typed = request.POST.get("seen", "")[:9]
            try:
                write_report(report, form.cleaned_data, by=request.user, seen=int(typed) if typed.isdecimal() else None)
            except TransitionError as error:
                form.add_error(None, str(error))
                status = CONFLICT if isinstance(error, ChangedMeanwhileError) else REFUSED
                seen = Report.objects.values_list("version", flat=True).get(pk=report.pk)
            else:
                messages.success(request, "บันทึกรายงานแล้ว")
                return redirect(report)
    context = {"report": report, "form": form, "seen": seen, "records": report.step_records}
    return render(request, "cycles/reports/report_form.html", context, status=status)


@require_POST
def report_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, visible_report(request, pk), name)


SHOWN = {"": "ทั้งหมด", "unopened": "ยังไม่เปิดอ่าน", "opened": "เปิดอ่านแล้ว", "unsent": "ยังส่งไม่ถึง"}


@require_safe
def deliveries(request: Request, pk: int) -> HttpResponse:
    return _deliveries(request, visible_report(request, pk))


def _deliveries(request: Request, report: Report, *, form: forms.Form | None = None, status: int = 200) -> HttpResponse:
    shown = request.GET.get("show", "")
    rows = report.deliveries.select_related("school", "opened_by")
    rows = {
        "unopened": lambda: rows.filter(opened_at__isnull=True, sent_at__isnull=False),
        "opened": lambda: rows.filter(opened_at__isnull=False),
        "unsent": lambda: rows.filter(sent_at__isnull=True),
    }.get(shown, rows.all)()
    context = {
        "report": report,
        "page": Paginator(rows.order_by(F("school__sort_key").asc(nulls_last=True), "pk"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "counts": delivery_counts(report),
        "shown": shown if shown in SHOWN else "",
        "choices": SHOWN.items(),
        "may_send": report.is_delivered and request.user.has_perm("cycles.send_report", report),
        "form": form or PartnersForm(),
        "base": request.build_absolute_uri("/")[:-1],
    }
    return render(request, "cycles/reports/deliveries.html", context, status=status)


@require_POST
def report_send(request: Request, pk: int, what: str) -> HttpResponse:
    """To the schools, to partners that are typed, or a reminder to whoever has not opened it."""
    report = visible_report(request, pk)
    form = None
    try:
        if what == "schools":
            done = send_to_schools(report, by=request.user)
        elif what == "remind":
            done = remind(report, by=request.user)
        elif what == "partners":
            form = PartnersForm(request.POST)
            if not form.is_valid():
                return _deliveries(request, report, form=form, status=REFUSED)
            done = send_to_partners(report, form.cleaned_data["partners"], by=request.user)
        else:
            raise Http404
    except TransitionError as error:
        if form is None:
            messages.error(request, str(error))
            return redirect("cycles:deliveries", report.pk)
        form.add_error(None, str(error))
        return _deliveries(request, report, form=form, status=REFUSED)
    _say(request, done)
    return redirect("cycles:deliveries", report.pk)


def _say(request: Request, done: Sent) -> None:
    parts = [f"ถึงโรงเรียน {done.schools:,} แห่ง"] if done.schools else []
    parts += [f"อีเมล {done.letters:,} ฉบับ"] if done.letters else []
    if parts:
        messages.success(request, f"ส่งแล้ว {' '.join(parts)}")
    elif not done.failed:
        messages.info(request, "ทุกแห่งได้รับรายงานแล้ว ไม่มีรายการใหม่ที่ต้องส่ง")
    if done.without_head:
        messages.warning(
            request,
            f"โรงเรียน {done.without_head:,} แห่งยังไม่มีผู้บริหารในระบบและไม่มีอีเมล โปรดคัดลอกลิงก์ส่งทางช่องทางอื่นแล้วกด “ส่งเองแล้ว”",
        )
    if done.failed:
        messages.error(request, f"ส่งอีเมลไม่สำเร็จ: {', '.join(done.failed[:5])} โปรดตรวจที่อยู่หรือการตั้งค่าอีเมล แล้วกดส่งอีกครั้ง")


@require_POST
def delivery_by_hand(request: Request, pk: int, delivery: int) -> HttpResponse:
    """The link was given by another way."""
    report = visible_report(request, pk)
    found = get_object_or_404(Delivery, report=report, pk=delivery)
    try:
        hand_over_by_hand(found, by=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"บันทึกว่าส่งลิงก์ถึง{found.to}แล้ว")
    return redirect("cycles:deliveries", report.pk)


# -- Whoever got it ------------------------------------------------------------------------------------------------


def _delivered(request: HttpRequest, token: str) -> Delivery | None:
    delivery = delivery_by(token)
    if delivery and request.method == "GET":
        open_delivery(delivery, user=request.user if isinstance(request.user, User) else None)
    return delivery


@login_not_required
@require_safe
def delivered_report(request: HttpRequest, token: str) -> HttpResponse:
    """What was sent, by the personal link; the first time is remembered."""
    delivery = _delivered(request, token)
    if delivery is None:
        return sealed(render(request, "cycles/reports/public_lost.html", status=404))
    context = _to_read(delivery.report) | {"delivery": delivery}
    return sealed(render(request, "cycles/reports/public_report.html", context))


@login_not_required
@require_safe
def delivered_pdf(request: HttpRequest, token: str) -> HttpResponse:
    delivery = _delivered(request, token)
    if delivery is None:
        return sealed(render(request, "cycles/reports/public_lost.html", status=404))
    return sealed(_public_pdf(request, delivery.report))


# -- Everybody -----------------------------------------------------------------------------------------------------


def _published():
    return Report.objects.published().select_related("area", "cycle__area", "cycle__edition")


def _to_read(report: Report) -> dict[str, Any]:
    """The same book as the edition for everybody, see ``cycle-report-public``."""
    annual = annual_of(report)
    return {
        "report": report,
        "cycle": report.cycle,
        "texts": annual.texts,
        "executive": annual.told("executive", public=True),
        "book": annual.book((), public=True),
    }


@login_not_required
@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """All published reports, the newest first."""
    page = Paginator(_published().order_by("-published_at", "-pk"), 20).get_page(request.GET.get("page"))
    return render(request, "cycles/reports/public_list.html", {"page": page})


@login_not_required
@require_safe
def public_report(request: HttpRequest, slug: str) -> HttpResponse:
    """One published report; what is not published does not exist here."""
    report = _published().filter(slug=slug).first()
    if report is None:
        return render(request, "cycles/reports/public_lost.html", status=404)
    return render(request, "cycles/reports/public_report.html", _to_read(report))


@login_not_required
@require_safe
def public_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    report = _published().filter(slug=slug).first()
    if report is None:
        return render(request, "cycles/reports/public_lost.html", status=404)
    return _public_pdf(request, report)


def _public_pdf(request: HttpRequest, report: Report) -> HttpResponse:
    """Printed once for all who ask: what it says does not change while it may be read."""
    if too_often(request, "public-report", PDFS_PER_MINUTE):
        text = said_too_often("การขอไฟล์")
        return render(request, "cycles/reports/public_lost.html", {"refusal": text}, status=429)
    key = f"cycle-report:{report.pk}:{report.revision}"
    made: RenderedDocument | None = cache.get(key)
    if made is None:
        made = public_file(report)
        cache.set(key, made, KEPT_FOR)
    return pdf_response(made, download=True)
