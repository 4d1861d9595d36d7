"""Activities of networks: planned, held, reported with photographs and what was learnt."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.flows import NETWORK_ROLES
from accounts.http import Request, private_file
from instruments.images import PictureRefused
from networks.forms.gatherings import ActivityForm, ReportForm
from networks.models import ARRANGERS, Activity, ActivityFile, Network
from networks.queries.certificates import certificates_panel
from networks.queries.gatherings import attendance_of, with_counts
from networks.services.attendance import GatheringRefused
from networks.services.gatherings import (
    FILE_LIMIT,
    PLAN,
    REPORT,
    add_file,
    caption_file,
    create_activity,
    remove_file,
    save_report,
    update_activity,
)
from networks.views.gatherings import REFUSED, answer_page, may_arrange, narrowed
from workflows.views import answer_transition


@require_safe
def activity_list(request: Request) -> HttpResponse:
    """Activities that the person may see, the newest first."""
    rows, context = narrowed(request, Activity.objects.visible_to(request.user))
    wanted = context["wanted"]
    wanted["semester"] = request.GET.get("semester") if request.GET.get("semester") in ("1", "2") else ""
    rows = rows.filter(**{name: wanted[name] for name in ("semester", "network") if wanted[name]})
    page = Paginator(with_counts(rows.select_related("network")), 20).get_page(request.GET.get("page"))
    return render(request, "networks/activity_list.html", context | {"page": page})


def visible_activity(request: Request, pk: int) -> Activity:
    activities = Activity.objects.visible_to(request.user).select_related("area", "network", "made_by")
    return get_object_or_404(activities, pk=pk)


def own_activity(request: Request, pk: int) -> Activity:
    """One that the person may arrange; who may only read it is refused."""
    activity = visible_activity(request, pk)
    if not request.user.has_perm("networks.run_activity", activity):
        raise PermissionDenied
    return activity


@require_safe
def activity_detail(request: Request, pk: int) -> HttpResponse:
    activity = visible_activity(request, pk)
    may_run = request.user.has_perm("networks.run_activity", activity)
    files = list(activity.files.all())
    context = {
        "activity": activity,
        "may_run": may_run,
        "may_edit": may_run and activity.state == "planned",
        "may_report": may_run and activity.takes_attendance,
        "photos": [row for row in files if row.is_photo],
        "documents": [row for row in files if not row.is_photo],
        "file_limit": FILE_LIMIT,
        "files": len(files),
        "count": attendance_of(activity),
        "certificates": certificates_panel(activity, request.user),
        "own": activity.participants.filter(user=request.user).first(),
        "logs": list(activity.transitions.select_related("by")) if may_run else [],
    }
    return render(request, "networks/activity_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_create(request: Request) -> HttpResponse:
    """The plan of a new activity; first of which network, where that was not said."""
    mine = Network.objects.filter(area__in=request.user.areas_as(*ARRANGERS)) | Network.objects.filter(
        pk__in=request.user.networks_as(*NETWORK_ROLES)
    )
    mine = mine.standing("running")
    if not may_arrange(request):
        raise PermissionDenied
    choices = list(mine)
    asked = request.POST.get("network") or request.GET.get("network")
    if asked:
        network = get_object_or_404(mine, pk=asked) if asked.isdecimal() and len(asked) < 10 else None
    else:
        network = choices[0] if len(choices) == 1 else None
    if network is None:
        return render(request, "networks/activity_form.html", {"choices": choices})
    form = ActivityForm(request.POST or None, network=network)
    if request.method == "POST" and form.is_valid():
        try:
            activity = create_activity(network=network, by=request.user, **form.values)
        except GatheringRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกแผนกิจกรรมแล้ว")
            return redirect(activity)
    context = {"form": form, "network": network}
    return render(request, "networks/activity_form.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def activity_edit(request: Request, pk: int) -> HttpResponse:
    activity = own_activity(request, pk)
    if activity.state != "planned":
        messages.error(request, "กิจกรรมที่จัดแล้วแก้ไขแผนไม่ได้ เขียนผลที่ต่างจากแผนไว้ในรายงานผล")
        return redirect(activity)
    form = ActivityForm(request.POST or None, network=activity.network, activity=activity)
    return answer_page(
        request, activity, PLAN, form, update_activity, said="บันทึกแผนกิจกรรมแล้ว", network=activity.network
    )


@require_http_methods(["GET", "HEAD", "POST"])
def activity_report(request: Request, pk: int) -> HttpResponse:
    activity = own_activity(request, pk)
    if not activity.takes_attendance:
        messages.error(request, "เขียนรายงานผลได้ตั้งแต่วันจัดกิจกรรม จนกว่าจะส่งรายงาน")
        return redirect(activity)
    form = ReportForm(request.POST or None, activity=activity)
    return answer_page(request, activity, REPORT, form, save_report, said="บันทึกรายงานผลแล้ว", anchor="#report")


@require_POST
def activity_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, visible_activity(request, pk), name)


# -- Photographs and documents -------------------------------------------------------------------------------------


@require_POST
def activity_file_add(request: Request, pk: int) -> HttpResponse:
    """One file or several at once; each that can't be taken is named with the reason."""
    activity = own_activity(request, pk)
    files = request.FILES.getlist("file")
    saved = 0
    for upload in files:
        try:
            add_file(activity, upload, caption=request.POST.get("caption", ""), by=request.user)
        except (PictureRefused, GatheringRefused) as error:
            messages.error(request, f"{upload.name}: {error}")
        else:
            saved += 1
    if not files:
        messages.error(request, "โปรดเลือกภาพหรือไฟล์ก่อน แล้วกดแนบอีกครั้ง")
    if saved:
        messages.success(request, f"แนบแล้ว {saved} รายการ")
    return redirect(f"{activity.get_absolute_url()}#files")


@require_safe
def activity_file(request: Request, pk: int, file_pk: int) -> HttpResponseBase:
    """A photograph (small with ``?thumb=1``), or a document to be kept."""
    activity = visible_activity(request, pk)
    row = get_object_or_404(ActivityFile, activity=activity, pk=file_pk)
    if row.is_photo:
        return private_file(row.thumbnail if "thumb" in request.GET else row.file, "image/jpeg")
    name = content_disposition_header(as_attachment=True, filename=row.name)
    return private_file(row.file, row.content_type, disposition=name or "attachment")


def _own_file(request: Request, pk: int, file_pk: int) -> ActivityFile:
    activity = own_activity(request, pk)
    return get_object_or_404(ActivityFile.objects.select_related("activity"), activity=activity, pk=file_pk)


@require_POST
def activity_file_caption(request: Request, pk: int, file_pk: int) -> HttpResponse:
    row = _own_file(request, pk, file_pk)
    try:
        caption_file(row, request.POST.get("caption", ""), by=request.user)
    except GatheringRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "บันทึกคำบรรยายแล้ว")
    return redirect(f"{row.activity.get_absolute_url()}#files")


@require_POST
def activity_file_delete(request: Request, pk: int, file_pk: int) -> HttpResponse:
    row = _own_file(request, pk, file_pk)
    try:
        remove_file(row, by=request.user)
    except GatheringRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "ลบแล้ว")
    return redirect(f"{row.activity.get_absolute_url()}#files")
