"""What waits for raters (``reminders.registry``)."""

from collections.abc import Iterator
from datetime import date

from django.db.models import F, Q
from django.urls import reverse

from appraisal.models import AgreementPair
from appraisal.rules import RATERS
from reminders import registry
from reminders.people import People
from reminders.registry import AHEAD, Duty, Kind

TO_RATE = Kind("pair-rate", "การประเมินร่วมที่รอผลจากท่าน", "people", lambda: reverse("appraisal:quality"))


def register() -> None:
    registry.add(to_rate, TO_RATE)


def to_rate(people: People, today: date) -> Iterator[Duty]:
    """Lessons that a rater has not sent a rating of, due on the day of the lesson. One query."""
    raters = people.in_area(*RATERS)
    if not raters:
        return
    pairs = (
        AgreementPair.objects.filter(Q(first__in=raters) | Q(second__in=raters), on__lte=today + AHEAD)
        .filter(area=people.area_id)
        .annotate(first_sent=F("first_response__locked_at"), second_sent=F("second_response__locked_at"))
        .exclude(first_sent__isnull=False, second_sent__isnull=False)
        .select_related("school")
        .order_by("on", "pk")
    )
    for pair in pairs:
        where = str(pair.school) if pair.school else ""
        for user, sent_at in ((pair.first_id, pair.first_sent), (pair.second_id, pair.second_sent)):
            if user in raters and sent_at is None:
                url = reverse("appraisal:pair-fill", args=[pair.pk])
                yield Duty(user, f"pair-{pair.pk}", pair.subject, url, pair.on, TO_RATE.key, detail=where)
