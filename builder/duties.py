"""What waits for people who make forms (``reminders.registry``)."""

from collections.abc import Iterator
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse

from accounts.flows import Role
from instruments.flows import DRAFT, EDITORS, IN_REVIEW
from instruments.models import InstrumentVersion
from reminders import registry
from reminders.people import People
from reminders.registry import Duty, Kind
from schools.models import AreaOffice
from workflows.models import TransitionLog

RETURNED = Kind(
    "form-returned",
    "แบบของท่านที่ถูกส่งกลับแก้ไข",
    "arrow-counterclockwise",
    lambda: reverse("builder:form-list"),
    urgent=True,
)
TO_REVIEW = Kind("form-review", "แบบที่รอท่านตรวจสอบ", "ui-checks", lambda: reverse("builder:form-list"))


def register() -> None:
    registry.add(forms, RETURNED, TO_REVIEW)


def forms(people: People, today: date) -> Iterator[Duty]:
    """Forms in review, for the head who publishes them (a shared one where the head's is the only office), and drafts
    that came back, for whoever sent them. Two queries."""
    editors, heads = people.in_area(*EDITORS), people.in_area(Role.GROUP_HEAD)
    if not editors:
        return
    log = TransitionLog.objects.filter(
        content_type=ContentType.objects.get_for_model(InstrumentVersion), object_id=OuterRef("pk")
    )
    found = (
        InstrumentVersion.objects.filter(
            Q(instrument__area=people.area_id) | Q(instrument__area=None), state__in=(DRAFT, IN_REVIEW)
        )
        .annotate(
            last=Subquery(log.order_by("-pk").values("action")[:1]),
            sender=Subquery(log.filter(action="submit").order_by("-pk").values("by")[:1]),
        )
        .filter(Q(state=IN_REVIEW) | Q(last="return", sender__in=editors))
        .select_related("instrument")
        .defer("definition")
    )
    is_lone = not AreaOffice.objects.exclude(pk=people.area_id).exists()
    for version in found.order_by("pk"):
        if version.state == DRAFT:
            users, kind = frozenset([version.sender]), RETURNED
        else:
            users, kind = heads if version.instrument.area_id or is_lone else frozenset(), TO_REVIEW
        url = reverse("builder:version-changes", args=[version.pk])
        detail = f"ฉบับที่ {version.number} · {version.question_count} ข้อ"
        for user in users:
            yield Duty(user, f"form-{version.pk}-{kind.key}", str(version.instrument), url, None, kind.key, detail)
