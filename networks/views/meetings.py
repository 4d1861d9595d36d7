"""Meetings of networks: made, announced, held, minuted."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.flows import NETWORK_ROLES
from accounts.http import Request
from documents.kinds import document_response, get_kind
from networks.forms.gatherings import MeetingForm, MinutesForm, agenda_forms
from networks.models import ARRANGERS, Meeting, Network
from networks.queries.certificates import certificates_panel
from networks.queries.gatherings import attendance_of, networks_of, with_counts
from networks.services.attendance import GatheringRefused
from networks.services.gatherings import (
    AGENDA,
    DETAILS,
    MINUTES,
    GatheringChanged,
    create_meeting,
    save_agenda,
    save_minutes,
    stamp_of,
    update_meeting,
)
from networks.views.gatherings import CONFLICT, REFUSED, answer_page, narrowed, wanted_network
from schools.models import AreaOffice
from workflows.views import answer_transition

BEFORE = ("draft", "announced")
"""The states in which what was asked for may still change."""


@require_safe
def meeting_list(request: Request) -> HttpResponse:
    """Meetings that the person may see, the newest first."""
    rows, context = narrowed(request, Meeting.objects.visible_to(request.user))
    if network := context["wanted"]["network"]:
        asked = Meeting.others.through.objects.filter(network=network).values("meeting")
        rows = rows.filter(Q(network=network) | Q(pk__in=asked))
    page = Paginator(with_counts(rows.select_related("network", "area")), 20).get_page(request.GET.get("page"))
    return render(request, "networks/meeting_list.html", context | {"page": page})


def visible_meeting(request: Request, pk: int) -> Meeting:
    meetings = Meeting.objects.visible_to(request.user).select_related("area", "network", "chair", "made_by")
    return get_object_or_404(meetings, pk=pk)


def own_meeting(request: Request, pk: int) -> Meeting:
    """One that the person may arrange; who may only read it is refused."""
    meeting = visible_meeting(request, pk)
    if not request.user.has_perm("networks.run_meeting", meeting):
        raise PermissionDenied
    return meeting


@require_safe
def meeting_detail(request: Request, pk: int) -> HttpResponse:
    """The meeting as it stands; its minutes for whoever was not there only when they are approved."""
    meeting = visible_meeting(request, pk)
    may_run = request.user.has_perm("networks.run_meeting", meeting)
    own = meeting.participants.filter(user=request.user).first()
    context = {
        "meeting": meeting,
        "may_run": may_run,
        "may_edit": may_run and meeting.state in BEFORE,
        "may_minute": may_run and meeting.state in ("announced", "held") and meeting.starts_on <= meeting.today,
        "reads_minutes": may_run or meeting.state == "minuted",
        "networks": [] if meeting.for_all else list(networks_of(meeting)),
        "agenda": list(meeting.agenda.all()),
        "count": attendance_of(meeting),
        "own": own,
        "certificates": certificates_panel(meeting, request.user),
        "logs": list(meeting.transitions.select_related("by")) if may_run else [],
    }
    return render(request, "networks/meeting_detail.html", context)


def _office_of(request: Request) -> AreaOffice:
    """The office for which the person arranges: the one asked for, or the first of them."""
    led = Network.objects.filter(pk__in=request.user.networks_as(*NETWORK_ROLES)).values("area")
    offices = AreaOffice.objects.filter(pk__in=request.user.areas_as(*ARRANGERS)) | AreaOffice.objects.filter(
        pk__in=led
    )
    asked = request.POST.get("area") or request.GET.get("area") or ""
    found = list(offices)
    if not found:
        raise PermissionDenied
    return next((office for office in found if str(office.pk) == asked), found[0])


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_create(request: Request) -> HttpResponse:
    area = _office_of(request)
    form = MeetingForm(request.POST or None, area=area, user=request.user)
    if request.method == "GET" and (network := wanted_network(request)):
        form.initial["network"] = network.pk
    if request.method == "POST" and form.is_valid():
        try:
            meeting = create_meeting(area=area, by=request.user, **form.values)
        except GatheringRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกร่างการประชุมแล้ว ต่อไปโปรดเขียนระเบียบวาระและเลือกผู้รับเชิญ")
            return redirect("networks:meeting-agenda", meeting.pk)
    context = {"form": form, "area": area}
    return render(request, "networks/meeting_form.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_edit(request: Request, pk: int) -> HttpResponse:
    meeting = own_meeting(request, pk)
    if meeting.state not in BEFORE:
        messages.error(request, "การประชุมที่จัดแล้วแก้ไขรายละเอียดการเชิญไม่ได้ แก้ไขได้เฉพาะรายงานการประชุม")
        return redirect(meeting)
    form = MeetingForm(request.POST or None, area=meeting.area, user=request.user, meeting=meeting)
    return answer_page(request, meeting, DETAILS, form, update_meeting, said="บันทึกการประชุมแล้ว", area=meeting.area)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_agenda(request: Request, pk: int) -> HttpResponse:
    """The agenda; “เพิ่มวาระ” saves it and offers two more places."""
    meeting = own_meeting(request, pk)
    if meeting.status.final:
        messages.error(request, f"การประชุมนี้อยู่ในสถานะ “{meeting.state_label}” จึงแก้ไขวาระไม่ได้แล้ว")
        return redirect(meeting)
    formset = agenda_forms(meeting, request.POST or None)
    seen, refusal, status = request.POST.get("seen") or stamp_of(meeting, AGENDA), "", 200
    if request.method == "POST" and formset.is_valid():
        try:
            save_agenda(meeting, formset.values, by=request.user, seen=seen)
        except GatheringRefused as error:
            refusal, status = str(error), REFUSED
            if isinstance(error, GatheringChanged):
                seen, status = error.stamp, CONFLICT
        else:
            messages.success(request, "บันทึกระเบียบวาระแล้ว")
            return redirect("networks:meeting-agenda", pk) if "more" in request.POST else redirect(meeting)
    elif formset.is_bound:
        status = REFUSED
    context = {"meeting": meeting, "formset": formset, "refusal": refusal, "seen": seen}
    return render(request, "networks/meeting_agenda.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_minutes(request: Request, pk: int) -> HttpResponse:
    meeting = own_meeting(request, pk)
    if meeting.state not in ("announced", "held") or meeting.starts_on > meeting.today:
        messages.error(request, "เขียนรายงานการประชุมได้ตั้งแต่วันประชุม หลังจากแจ้งการประชุมแล้ว จนกว่าจะรับรองรายงาน")
        return redirect(meeting)
    form = MinutesForm(request.POST or None, meeting=meeting, user=request.user)
    return answer_page(
        request, meeting, MINUTES, form, save_minutes, said="บันทึกรายงานการประชุมแล้ว", anchor="#minutes",
        count=attendance_of(meeting),
    )  # fmt: skip


@require_POST
def meeting_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, visible_meeting(request, pk), name)


@require_safe
def meeting_pdf(request: Request, pk: int, kind: str) -> HttpResponse:
    """The invitation for who may see the meeting; its minutes once approved, before that for who writes them."""
    meeting = get_object_or_404(get_kind(kind).objects(request.user), pk=pk)
    is_draft = kind == "network-minutes" and meeting.state != "minuted"
    if is_draft and not (
        meeting.state in meeting.at_the_door and request.user.has_perm("networks.run_meeting", meeting)
    ):
        raise Http404
    return document_response(request, kind, meeting)
