"""A person's news, and the shared answer to a pressed transition button."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import Request
from workflows.models import Notice, Stateful
from workflows.services import TransitionError, mark_read, perform

REASON_KEPT = "workflows.reason"


def kept_for(obj: Stateful, name: str) -> str:
    """The one button that a refused reason belongs to: that of this record and this transition."""
    return f"{obj._meta.label_lower}.{obj.pk}.{name}"


def answer_transition(request: Request, obj: Stateful, name: str) -> HttpResponse:
    """Perform the transition that the form on the record's page asks for, and go back to the record.

    The caller has loaded ``obj`` out of ``visible_to``. A refused reason is kept for the next page, so that
    nothing typed is lost.
    """
    if name not in obj.machine or obj.machine[name].automatic:
        raise Http404
    seen = request.POST.get("revision", "")[:9]
    reason = request.POST.get("reason", "")
    try:
        log = perform(obj, name, by=request.user, reason=reason, seen=int(seen) if seen.isdecimal() else None)
    except TransitionError as error:
        messages.error(request, str(error))
        if reason:
            request.session[REASON_KEPT] = {"of": kept_for(obj, name), "reason": reason[:10_000]}
    else:
        messages.success(request, f"{log.label.removesuffix('แล้ว')}เรียบร้อยแล้ว")
    return redirect(obj.get_absolute_url() if type(obj).objects.visible_to(request.user).filter(pk=obj.pk) else "home")


@require_safe
def notice_list(request: Request) -> HttpResponse:
    notices = Notice.objects.filter(user=request.user)
    page = Paginator(notices, 30).get_page(request.GET.get("page"))
    return render(request, "workflows/notice_list.html", {"page": page})


@require_POST
def notice_open(request: Request, pk: int) -> HttpResponse:
    """Mark one piece of news as read and go where it points."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    mark_read(request.user, notice.pk)
    return redirect(notice.url)


@require_POST
def notice_read_all(request: Request) -> HttpResponse:
    mark_read(request.user)
    return redirect("workflows:notice-list")
