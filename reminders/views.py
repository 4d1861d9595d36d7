"""One's own reminders, the office's outbox, and the door at which LINE knocks."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.flows import Role
from accounts.http import Request
from reminders import line
from reminders.forms import PreferenceForm
from reminders.models import CHANNELS, LineCode, LineLink, Message
from reminders.queries import preference_of
from reminders.services.linking import (
    LINKED,
    NOT_LINKED,
    ReminderRefused,
    answer_on_line,
    forget_line_account,
    link_by_code,
    new_line_code,
    set_preference,
    unlink_line,
)
from reminders.services.sending import retry_message
from thai.text import normalise


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Request) -> HttpResponse:
    """The person's switches, the link to LINE, and every reminder that was sent to them."""
    user = request.user
    form = PreferenceForm(request.POST or None, instance=preference_of(user))
    if request.method == "POST" and form.is_valid():
        set_preference(by=user, **form.cleaned_data)
        messages.success(request, "บันทึกการตั้งค่าการเตือนแล้ว")
        return redirect("reminders:mine")
    sent = Message.objects.filter(user=user)
    code = LineCode.objects.filter(user=user).first()
    return render(
        request,
        "reminders/mine.html",
        {
            "form": form,
            "line_configured": line.is_configured(),
            "line_account": line.account(),
            "line_url": line.add_friend_url(),
            "link": LineLink.objects.filter(user=user).first(),
            "code": code if code and code.is_valid else None,
            "page": Paginator(sent, 20).get_page(request.GET.get("page")),
            "keeps_outbox": _keeps_outbox(request),
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def line_code(request: Request) -> HttpResponse:
    try:
        new_line_code(by=request.user)
    except ReminderRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("reminders:mine")


@require_POST
def line_unlink(request: Request) -> HttpResponse:
    unlink_line(by=request.user)
    messages.success(request, "ยกเลิกการเชื่อมบัญชี LINE แล้ว ระบบจะไม่เตือนทาง LINE อีก")
    return redirect("reminders:mine")


# -- The office's outbox -------------------------------------------------------------------------------------------


def _keeps_outbox(request: Request) -> bool:
    return request.user.is_staff or request.user.holds(Role.GROUP_HEAD)


@require_safe
def outbox(request: Request) -> HttpResponse:
    """Who was reminded when and by what, and what could not be sent and why. What was said is the person's own."""
    if not _keeps_outbox(request):
        raise Http404
    wanted = {name: request.GET.get(name, "") for name in ("q", "status", "channel")}
    found = Message.objects.in_outbox_of(request.user).select_related("user").defer("body", "told")
    if wanted["status"] in Message.STATUSES:
        found = found.filter(status=wanted["status"])
    if wanted["channel"] in dict(CHANNELS):
        found = found.filter(channel=wanted["channel"])
    for word in normalise(wanted["q"]).split():
        found = found.filter(Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word))
    return render(
        request,
        "reminders/outbox.html",
        {
            "page": Paginator(found, 30).get_page(request.GET.get("page")),
            "wanted": wanted,
            "statuses": [(key, label) for key, (label, _tone) in Message.STATUSES.items()],
            "channels": CHANNELS,
            "today": timezone.localdate(),
            "line_configured": line.is_configured(),
        },
    )


@require_POST
def message_retry(request: Request, pk: int) -> HttpResponse:
    message = get_object_or_404(Message.objects.in_outbox_of(request.user), pk=pk)
    try:
        retry_message(message, by=request.user)
    except ReminderRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"ส่งข้อความถึง{message.user}ใหม่แล้ว ผลการส่งแสดงในรายการนี้")
    return redirect("reminders:outbox")


# -- LINE ----------------------------------------------------------------------------------------------------------


@csrf_exempt
@login_not_required
@require_POST
def line_webhook(request: HttpRequest) -> HttpResponse:
    """What people send to the office's LINE account: a code links it, blocking the account unlinks it."""
    if not line.is_configured():
        raise Http404
    if not line.is_from_line(request.body, request.headers.get("X-Line-Signature", "")):
        return HttpResponseForbidden()
    try:
        events = json.loads(request.body)["events"]
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    for event in events:
        _answer(event)
    return HttpResponse()


def _answer(event: dict) -> None:
    """One event. Groups are nobody's account, and what LINE delivers again was answered before."""
    source = event.get("source", {})
    sender = source.get("userId", "")
    if source.get("type") != "user" or not sender or len(sender) > 64:
        return
    if event.get("type") == "unfollow":
        forget_line_account(sender)
    elif event.get("type") == "message" and event.get("message", {}).get("type") == "text":
        linked = link_by_code(event["message"].get("text", ""), sender)
        if not event.get("deliveryContext", {}).get("isRedelivery"):
            answer_on_line.enqueue(str(event.get("replyToken", "")), LINKED if linked else NOT_LINKED)
