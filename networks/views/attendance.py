"""The door of a meeting or an activity: who is asked, the code on the screen, the list of who came, the public page."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request, said_too_often, sealed, too_often
from accounts.models import User
from documents.kinds import document_response
from documents.qr import qr_svg
from networks.documents.attendance import KINDS, AttendanceList
from networks.forms.gatherings import CheckInForm, InviteForm, WalkInForm
from networks.models import Activity, Gathering, Meeting, Participant
from networks.queries.gatherings import attendance_of, guest_of
from networks.services.attendance import (
    GatheringRefused,
    add_walk_in,
    check_in,
    gathering_by,
    invite,
    mark_list,
    renew_link,
    take_off_list,
    token_of,
)
from networks.views.activities import own_activity, visible_activity
from networks.views.gatherings import REFUSED
from networks.views.meetings import own_meeting, visible_meeting
from schools.models import School
from thai.text import search_key

ROWS = 100
TOO_OFTEN = said_too_often("การลงทะเบียน", "กดอีกครั้ง ข้อความที่พิมพ์ยังอยู่")
_OWN = {"meeting": own_meeting, "activity": own_activity}
_VISIBLE: dict[str, Callable[..., Any]] = {"meeting": visible_meeting, "activity": visible_activity}


def _context(gathering: Gathering) -> dict:
    """What the pages of both kinds need: the record, and the addresses that hang on its kind."""
    names = ("attendance", "attendance-pdf", "walk-in", "invite", "invite-remove", "qr", "qr-image", "qr-renew")
    return {
        "gathering": gathering,
        "names": {name.replace("-", "_"): f"networks:{gathering.word}-{name}" for name in names},
    }


def _address(gathering: Gathering, name: str) -> str:
    return reverse(f"networks:{gathering.word}-{name}", args=[gathering.pk])


# -- Asking --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def invite_people(request: Request, pk: int, word: str) -> HttpResponse:
    """Whom to ask, and who has been asked."""
    gathering = _OWN[word](request, pk)
    if gathering.state not in gathering.at_the_door and gathering.state != "draft":
        messages.error(request, f"{gathering.noun}นี้อยู่ในสถานะ “{gathering.state_label}” จึงเชิญเพิ่มไม่ได้แล้ว")
        return redirect(gathering)
    form = InviteForm(request.POST or None, gathering=gathering)
    if request.method == "POST" and form.is_valid():
        try:
            number = invite(gathering, form.chosen, by=request.user)
        except GatheringRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"เพิ่มในรายชื่อแล้ว {number} ราย" if number else "ทุกรายที่เลือกอยู่ในรายชื่อแล้ว")
            return redirect(_address(gathering, "invite"))
    rows = gathering.participants.select_related("school")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = _context(gathering) | {"form": form, "page": page, "count": attendance_of(gathering)}
    return render(request, "networks/attendance_invite.html", context, status=REFUSED if form.errors else 200)


@require_POST
def invite_remove(request: Request, pk: int, word: str, row_pk: int) -> HttpResponse:
    gathering = _OWN[word](request, pk)
    row = get_object_or_404(gathering.participants, pk=row_pk)
    try:
        take_off_list(row, by=request.user)
    except GatheringRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"นำ {row} ออกจากรายชื่อแล้ว")
    return redirect(_address(gathering, "invite"))


# -- The list ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: Request, pk: int, word: str) -> HttpResponse:
    """The list at the door: who came is ticked. Who only reads the record reads the list as it is."""
    gathering = _VISIBLE[word](request, pk)
    may_run = request.user.has_perm(f"networks.run_{word}", gathering)
    if request.method == "POST":
        _OWN[word](request, pk)
        return _mark(request, gathering)
    text = search_key(request.GET.get("q", ""))
    rows = gathering.participants.select_related("school")
    if not may_run:
        rows = rows.came()
    if text:
        rows = rows.filter(search_text__contains=text)
    context = _context(gathering) | {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "q": request.GET.get("q", ""),
        "count": attendance_of(gathering),
        "may_run": may_run,
        "may_mark": may_run and gathering.takes_attendance,
    }
    return render(request, "networks/attendance_list.html", context)


@require_safe
def attendance_pdf(request: Request, pk: int, word: str) -> HttpResponse:
    """The list as a document; the address may ask for the sheet to sign on (``?as=sheet``) or for who came (``?as=list``)."""
    gathering: Meeting | Activity = _VISIBLE[word](request, pk)
    wanted = request.GET.get("as", "")
    if wanted == "sheet":
        _OWN[word](request, pk)
    asked = (
        AttendanceList(gathering, wanted == "sheet") if wanted in ("sheet", "list") else AttendanceList.due(gathering)
    )
    return document_response(request, KINDS[word], asked)


def _mark(request: Request, gathering: Gathering) -> HttpResponse:
    ticked = {
        name: [int(pk) for pk in request.POST.getlist(name) if pk.isdecimal() and len(pk) < 12]
        for name in ("came", "was")
    }
    try:
        changed = mark_list(gathering, by=request.user, **ticked)
    except GatheringRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"บันทึกแล้ว เปลี่ยน {changed} รายการ" if changed else "ไม่มีรายการที่เปลี่ยน")
    query = request.GET.urlencode()
    return redirect(f"{_address(gathering, 'attendance')}{'?' if query else ''}{query}")


@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: Request, pk: int, word: str) -> HttpResponse:
    """Somebody who came and is on no list."""
    gathering = _OWN[word](request, pk)
    form = WalkInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row, new = add_walk_in(gathering, by=request.user, **form.cleaned_data)
        except GatheringRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"ลงชื่อ {row} แล้ว" if new else f"{row} ลงทะเบียนไว้แล้ว")
            return redirect(_address(gathering, "walk-in"))
    context = _context(gathering) | {"form": form, "places": _places(gathering), "count": attendance_of(gathering)}
    return render(request, "networks/attendance_walk_in.html", context, status=REFUSED if form.errors else 200)


def _places(gathering: Gathering) -> list[str]:
    """The names of the area's schools, to choose from while typing."""
    names = School.objects.filter(area=gathering.area_id).open_on().values_list("name", flat=True)
    return [f"โรงเรียน{name}" for name in names]


# -- The code ------------------------------------------------------------------------------------------------------


def _link(request: HttpRequest, gathering: Gathering) -> str:
    return request.build_absolute_uri(reverse("networks:check-in", args=[token_of(gathering)]))


@require_safe
def qr(request: Request, pk: int, word: str) -> HttpResponse:
    """The code, as large as the screen or a sheet of A4 allows."""
    gathering = _OWN[word](request, pk)
    context = _context(gathering) | {"link": _link(request, gathering), "refusal": gathering.refusal_to_check_in()}
    return render(request, "networks/attendance_qr.html", context)


@require_safe
def qr_image(request: Request, pk: int, word: str) -> HttpResponse:
    gathering = _OWN[word](request, pk)
    response = HttpResponse(qr_svg(_link(request, gathering)), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-cache"
    return response


@require_POST
def qr_renew(request: Request, pk: int, word: str) -> HttpResponse:
    gathering = _OWN[word](request, pk)
    try:
        renew_link(gathering, by=request.user)
    except GatheringRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "เปลี่ยนลิงก์และ QR แล้ว ของเดิมใช้ลงทะเบียนไม่ได้อีก")
    return redirect(_address(gathering, "qr"))


# -- The public page -----------------------------------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_page(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link says who is there; a person with an account presses one button. Names nobody else."""
    gathering = gathering_by(token)
    if gathering is None:
        return sealed(render(request, "networks/attendance_lost.html", status=404))
    user = request.user if isinstance(request.user, User) else None
    form = CheckInForm(request.POST if "typed" in request.POST else None)
    row: Participant | None = None
    refusal, status, new = gathering.refusal_to_check_in(), 200, False
    if request.method == "POST" and not refusal:
        try:
            row, new, refusal, status = _received(request, gathering, form, user)
        except GatheringRefused as error:
            refusal, status = str(error), REFUSED
    context = {
        "gathering": gathering,
        "form": form,
        "row": row,
        "new": new,
        "refusal": refusal,
        "closed": bool(gathering.refusal_to_check_in()),
        "guest": guest_of(user) if user else None,
        "came": user and gathering.participants.came().filter(user=user).first(),
        "places": _places(gathering) if not row else [],
        "token": token,
    }
    return sealed(render(request, "networks/attendance_check_in.html", context, status=status))


def _received(
    request: HttpRequest, gathering: Gathering, form: CheckInForm, user: User | None
) -> tuple[Participant | None, bool, str, int]:
    """(row, new, refusal, status) of what was sent. Raises ``GatheringRefused``."""
    if too_often(request, "check-in", settings.ANSWERS_PER_MINUTE):
        return None, False, TOO_OFTEN, 429
    if user is not None and "typed" not in request.POST:
        return *check_in(gathering, user=user), "", 200
    if not form.is_bound or not form.is_valid():
        return None, False, "", REFUSED
    return *check_in(gathering, **form.cleaned_data), "", 200
