"""Reads of registers and papers that are worth a name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from accounts.models import User
from correspondence.flows import NUMBERED, ROUTING, SIGNED, PaperKind
from correspondence.models import Entry, Paper, Register
from thai.text import search_key
from workflows.models import Approval
from workflows.services import approvals_of

UNSENT = Q(state=SIGNED) & ~Q(kind=PaperKind.MEMO)
"""Papers that are signed, of which nobody has said yet that they went out; a memo goes nowhere."""


def entries_of(register: Register, *, user: User, text: str = ""):
    """The lines of a register, newest first, of which the text is a part of number, ที่, จาก, ถึง or เรื่อง.

    A search finds nothing in what the person may not read.
    """
    entries = register.entries.order_by("-number")
    if key := search_key(text):
        entries = entries.visible_to(user)
        found = Q(key__contains=key)
        entries = entries.filter(found | Q(number=int(key)) if key.isdecimal() and len(key) < 10 else found)
    return entries


def hide_secrets(entries: list[Entry], user: User | None) -> list[Entry]:
    """The same lines; of one that the person may not read only the number, the day and that it is secret remain.

    The number itself is no secret: a register without a gap shows all of them. Without a user nothing is hidden.
    """
    secret = [entry.pk for entry in entries if entry.secrecy]
    if user is None or not secret:
        return entries
    readable = set(Entry.objects.visible_to(user).filter(pk__in=secret).values_list("pk", flat=True))
    for entry in entries:
        if entry.secrecy and entry.pk not in readable:
            entry.hidden = True
            entry.subject = f"(เรื่อง{entry.get_secrecy_display()})"
            entry.ref = entry.sender = entry.to = entry.action = entry.note = entry.cancel_reason = ""
            entry.dated_on = None
    return entries


@dataclass(frozen=True)
class Round:
    """One time that a paper went along its chain."""

    number: int
    approvals: list[Approval]
    waits: bool


def rounds_of(paper: Paper) -> list[Round]:
    """Every time that the paper went along its chain, newest first."""
    rows = list(approvals_of(paper))
    last = max((row.round for row in rows), default=0)
    return [
        Round(number, [row for row in rows if row.round == number], number == last and paper.state == ROUTING)
        for number in range(last, 0, -1)
    ]


def papers_about(record: Model, *, user: User) -> list[Paper]:
    """The papers that were drafted from the record, newest first, as far as the person sees them."""
    kind = ContentType.objects.get_for_model(record)
    found = Paper.objects.visible_to(user).filter(source_type=kind, source_id=record.pk)
    return list(found.defer("body", "items", "refers", "enclosures").order_by("-pk"))


def standing_papers(records: Sequence[Model], *, user: User) -> dict[int, list[Paper]]:
    """{pk: the papers about it whose number stands, oldest first} for records of one model, in one query; secret ones stay
    where they are."""
    found: dict[int, list[Paper]] = {record.pk: [] for record in records}
    if not found:
        return found
    kind = ContentType.objects.get_for_model(records[0])
    papers = Paper.objects.visible_to(user).filter(
        source_type=kind, source_id__in=found, state__in=NUMBERED, secrecy=""
    )
    for paper in papers.order_by("day", "pk"):
        found[paper.source_id or 0].append(paper)
    return found


def standing_paper(record: Model, draft: str) -> Paper | None:
    """The newest paper of this ``draft`` about the record whose number stands. For its number and day alone, which are
    no secret."""
    kind = ContentType.objects.get_for_model(record)
    found = Paper.objects.filter(source_type=kind, source_id=record.pk, draft=draft, state__in=NUMBERED)
    return found.only("kind", "number", "day", "state", "revision").order_by("-day", "-pk").first()
