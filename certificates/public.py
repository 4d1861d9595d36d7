"""The pages on which anybody verifies a certificate: without an account, and telling nothing that is not on the paper."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import said_too_often, sealed, too_often
from certificates.queries import found_by, verified

TOO_OFTEN = said_too_often("การตรวจสอบ")
NOT_FOUND = "ไม่พบเกียรติบัตรที่มีเลขที่และรหัสนี้ โปรดตรวจทีละตัวอักษร หรือใช้กล้องส่อง QR บนเกียรติบัตร"


def _too_often(request: HttpRequest) -> bool:
    return too_often(request, "certificate-checks", settings.VERIFICATIONS_PER_MINUTE)


@login_not_required
@require_safe
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Whether the certificate of this address holds, and what stands on it."""
    if _too_often(request):
        return _page("certificates/verify_form.html", {"refusal": TOO_OFTEN}, status=429)
    certificate = verified(token)
    if certificate is None:
        return _page("certificates/verify_lost.html", {}, status=404)
    return _page("certificates/verify.html", {"certificate": certificate, "batch": certificate.batch})


@login_not_required
@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Find a certificate by the number and the code that are typed from the paper."""
    number, code = (request.GET.get(name, "").strip()[:40] for name in ("number", "code"))
    typed = {"number": number, "code": code}
    if not (number or code):
        return _page("certificates/verify_form.html", {})
    if _too_often(request):
        return _page("certificates/verify_form.html", {"typed": typed, "refusal": TOO_OFTEN}, status=429)
    certificate = found_by(number, code)
    if certificate is None:
        return _page("certificates/verify_form.html", {"typed": typed, "refusal": NOT_FOUND}, status=404)
    return sealed(HttpResponseRedirect(reverse("certificates:verify", args=[certificate.token])), posts=False)


def _page(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Rendered without the request: neither session nor menu have a part in it."""
    return sealed(HttpResponse(render_to_string(template, context), status=status), posts=False)
