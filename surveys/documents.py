"""What surveys print: a poster with the QR code, to be hung up or shown on a screen."""

from typing import Any

from django.urls import reverse

from accounts.http import site_url
from documents.kinds import document_kind
from documents.qr import qr_address
from surveys.flows import LINK
from surveys.models import Survey


@document_kind(
    "survey-poster",
    label="โปสเตอร์แบบสำรวจ",
    model=Survey,
    template="documents/survey_poster.html",
    queryset=lambda user: Survey.objects.visible_to(user).filter(audience=LINK).select_related("area"),
    title=lambda survey: survey.title,
    record_code=lambda survey: survey.record_code,
    word=False,
)
def survey_poster(survey: Survey, user) -> dict[str, Any]:
    """A large code, the window of days, and the address to be typed by whoever can't read codes."""
    link = getattr(survey, "link", "") or f"{site_url()}{reverse('surveys:answer', args=[survey.token])}"
    return {
        "survey": survey,
        "link": link.partition("://")[2],
        "qr": qr_address(link),
        "office": survey.area.name,
    }
