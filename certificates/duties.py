"""Certificates that wait for people: for the home page and the reminders (``reminders.registry``)."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from certificates.flows import ISSUERS, MAKERS, RETURNED, SUBMITTED
from certificates.models import Batch
from reminders import registry
from reminders.people import People
from reminders.registry import Duty, Kind

TO_ISSUE = Kind(
    "certificates-issue", "เกียรติบัตรที่รอท่านอนุมัติ", "award",
    lambda: f"{reverse('certificates:batch-list')}?state={SUBMITTED}",
)  # fmt: skip
TO_MEND = Kind(
    "certificates-returned", "เกียรติบัตรของท่านที่ถูกส่งกลับ", "arrow-counterclockwise",
    lambda: f"{reverse('certificates:batch-list')}?state={RETURNED}", urgent=True,
)  # fmt: skip


def register() -> None:
    registry.add(batches, TO_ISSUE, TO_MEND)


def batches(people: People, today: date) -> Iterator[Duty]:
    """Batches that somebody is to issue, never who wrote them, and those that came back to who did. One query."""
    issuers, makers = people.in_area(*ISSUERS), people.in_area(*MAKERS)
    if not issuers | makers:
        return
    found = Batch.objects.filter(area=people.area_id, state__in=(SUBMITTED, RETURNED)).select_related("made_by")
    for batch in found.order_by("pk"):
        if batch.state == RETURNED:
            users, kind = makers & {batch.made_by_id}, TO_MEND
        else:
            users, kind = issuers - {batch.made_by_id}, TO_ISSUE
        detail = f"{batch.get_kind_display()} · {batch.made_by}"
        for user in users:
            key = f"certificates-{batch.pk}-{kind.key}"
            yield Duty(user, key, batch.title, batch.get_absolute_url(), None, kind.key, detail=detail)
