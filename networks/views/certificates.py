"""From a meeting, an activity or a network to the certificates for its people."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.http import Request
from certificates.services import CertificateRefused
from networks.models import Network
from networks.services.certificates import certificates_for, certificates_for_model_teachers
from networks.views.activities import visible_activity
from networks.views.meetings import visible_meeting


@require_POST
def meeting_certificates(request: Request, pk: int) -> HttpResponse:
    return _made(request, visible_meeting(request, pk), certificates_for)


@require_POST
def activity_certificates(request: Request, pk: int) -> HttpResponse:
    return _made(request, visible_activity(request, pk), certificates_for)


@require_POST
def network_certificates(request: Request, pk: int) -> HttpResponse:
    network = get_object_or_404(Network.objects.visible_to(request.user).select_related("area"), pk=pk)
    return _made(request, network, certificates_for_model_teachers)


def _made(request: Request, record, make) -> HttpResponse:
    try:
        batch = make(record, by=request.user)
    except CertificateRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{record.get_absolute_url()}#certificates")
    messages.success(request, "ทำร่างเกียรติบัตรแล้ว โปรดตรวจรายชื่อและข้อความก่อนเสนอขออนุมัติ")
    return redirect(batch)
