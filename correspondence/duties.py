"""What waits for people in correspondence: for the home page and the reminders (``reminders.registry``)."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date

from django.db.models import Q
from django.urls import reverse

from accounts.flows import AREA_ROLES, Role
from correspondence.flows import OFFICE, RETURNED, ROUTING, SIGNED, PaperKind
from correspondence.models import Paper
from correspondence.queries import UNSENT
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
TO_SEND = Kind(
    "paper-send",
    "หนังสือที่ลงนามแล้ว รอส่งหรือเผยแพร่",
    "envelope-check",
    lambda: f"{reverse('correspondence:paper-list')}?who=unsent",
)


def register() -> None:
    registry.add(papers, TO_DECIDE, TO_MEND, TO_SEND)


def papers(people: People, today: date) -> Iterator[Duty]:
    """Papers that wait for the role whose turn it is, those that came back to who wrote them, and those signed that the
    clerk has yet to send. One query.

    Duties are told by mail too, so a secret paper is not named.
    """
    if not people.in_area(*AREA_ROLES):
        return
    found = Paper.objects.filter(Q(state__in=(ROUTING, RETURNED)) | UNSENT, area=people.area_id).with_next_role()
    for paper in found.select_related("made_by").defer("body", "items", "refers", "enclosures").order_by("pk"):
        users, kind = _asked(paper, people)
        note = paper.get_urgency_display() if paper.urgency else ""
        text = f"หนังสือชั้น{paper.get_secrecy_display()}" if paper.secrecy else paper.subject
        for user in users:
            key = f"paper-{paper.pk}-{kind.key}"
            yield Duty(user, key, text, paper.get_absolute_url(), None, kind.key, detail=_told_apart(paper), note=note)


def _asked(paper: Paper, people: People) -> tuple[AbstractSet[int], Kind]:
    """For whom among the people this paper waits, and for what."""
    if paper.state == RETURNED:
        return people.in_area(*OFFICE) & {paper.made_by_id}, TO_MEND
    if paper.state == SIGNED:
        keepers = frozenset() if paper.secrecy else people.in_area(Role.CLERK)
        return keepers | (people.in_area(*OFFICE) & {paper.made_by_id}), TO_SEND
    users = people.in_area(paper.next_role or "")
    return (users - {paper.made_by_id} if paper.kind == PaperKind.MEMO else users), TO_DECIDE


def _told_apart(paper: Paper) -> str:
    """What tells papers of one subject apart: to whom and by whom; of a secret one no more than its kind."""
    if paper.secrecy:
        return paper.get_kind_display()
    to = [f"เรียน {paper.to}"] if paper.to else []
    return " · ".join([paper.get_kind_display(), *to, str(paper.made_by)])
