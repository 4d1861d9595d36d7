"""What waits for people in correspondence: for the home page and the reminders (``reminders.registry``)."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from accounts.flows import AREA_ROLES
from correspondence.flows import OFFICE, RETURNED, ROUTING, PaperKind
from correspondence.models import Paper
from reminders import registry
from reminders.people import People
from reminders.registry import Duty, Kind

TO_DECIDE = Kind(
    "paper-decide",
    "หนังสือที่รอความเห็นหรือลายมือชื่อของท่าน",
    "pen",
    lambda: f"{reverse('correspondence:paper-list')}?who=waiting",
)
TO_MEND = Kind(
    "paper-returned", "หนังสือของท่านที่ถูกส่งกลับ", "arrow-counterclockwise",
    lambda: f"{reverse('correspondence:paper-list')}?who=mine&state=returned", urgent=True,
)  # fmt: skip


def register() -> None:
    registry.add(papers, TO_DECIDE, TO_MEND)


def papers(people: People, today: date) -> Iterator[Duty]:
    """Papers that wait for the role whose turn it is, and those that came back to who wrote them. One query.

    Duties are told by mail too, so a secret paper is not named.
    """
    if not people.in_area(*AREA_ROLES):
        return
    found = Paper.objects.filter(area=people.area_id, state__in=(ROUTING, RETURNED)).with_next_role()
    for paper in found.only(
        "kind", "subject", "urgency", "secrecy", "made_by_id", "state", "revision", "area_id"
    ).order_by("pk"):
        if paper.state == RETURNED:
            users, kind = people.in_area(*OFFICE) & {paper.made_by_id}, TO_MEND
        else:
            users, kind = people.in_area(paper.next_role or ""), TO_DECIDE
            if paper.kind == PaperKind.MEMO:
                users -= {paper.made_by_id}
        note = paper.get_urgency_display() if paper.urgency else ""
        text = f"หนังสือชั้น{paper.get_secrecy_display()}" if paper.secrecy else paper.subject
        for user in users:
            key = f"paper-{paper.pk}-{kind.key}"
            yield Duty(
                user, key, text, paper.get_absolute_url(), None, kind.key, detail=paper.get_kind_display(), note=note
            )  # fmt: skip
