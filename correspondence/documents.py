"""What correspondence prints: a register by แบบที่ 13 and 14, and each official paper."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import RoleAssignment
from correspondence.flows import CANCELLED, PaperKind, RegisterKind
from correspondence.models import Paper, Register
from correspondence.queries import hide_secrets, rounds_of
from correspondence.services.papers import post_of
from documents.kinds import document_kind
from documents.official import letterhead
from schools.models import AreaOffice
from thai.dates import common_year, month_and_year
from workflows.models import TransitionLog


@dataclass(frozen=True)
class Month:
    """One month, 1 to 12, of a register that is too long to be printed whole."""

    register: Register
    month: int

    @property
    def days(self) -> tuple[date, date]:
        year = common_year(self.register.year)
        return date(year, self.month, 1), date(year, self.month, calendar.monthrange(year, self.month)[1])


def _register_of(printed: Register | Month) -> Register:
    return printed.register if isinstance(printed, Month) else printed


def _title(printed: Register | Month) -> str:
    if isinstance(printed, Month):
        return f"{printed.register.get_kind_display()} เดือน{month_and_year(printed.days[0])}"
    return str(printed)


def _register(printed: Register | Month, user) -> dict[str, Any]:
    register = _register_of(printed)
    entries = register.entries.order_by("number")
    if isinstance(printed, Month):
        entries = entries.filter(day__range=printed.days)
    return {
        "office": register.area.name,
        "unit": register.area.group_name,
        "register": register,
        "incoming": register.kind == RegisterKind.IN,
        "parties": register.kind not in (RegisterKind.ORDER, RegisterKind.ANNOUNCEMENT),
        "entries": hide_secrets(list(entries), user),
    }


def _registers(kind: str) -> Callable[[Any], QuerySet]:
    """Which registers of the kind a user may print."""
    return lambda user: Register.objects.visible_to(user).filter(kind=kind).select_related("area")


for _kind in RegisterKind:
    document_kind(
        f"register-{_kind.value}",
        label=_kind.label,
        model=Register,
        template="documents/register.html",
        queryset=_registers(_kind.value),
        title=_title,
        record_code=lambda printed: f"{_register_of(printed).kind.upper()}-{_register_of(printed).year}",
        filename=lambda printed: f"{_title(printed)}.pdf",
    )(_register)


# -- Papers --------------------------------------------------------------------------------------------------------

LAYOUTS = {
    PaperKind.MEMO: "documents/official/memo.html",
    PaperKind.LETTER: "documents/official/letter.html",
    PaperKind.CIRCULAR: "documents/official/letter.html",
    PaperKind.ORDER: "documents/official/order.html",
    PaperKind.ANNOUNCEMENT: "documents/official/announcement.html",
}


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def signed_by(log: TransitionLog) -> dict[str, str]:
    """Who signed, as remembered in that moment."""
    kept = {name: log.data.get(name, "") for name in ("acting_for", "drawing")}
    return {"name": log.data.get("name") or str(log.by), "position": log.position, **kept}


def expected_signer(area: AreaOffice, role: str) -> dict[str, str]:
    """Who would sign in this role today: a full appointment before an acting one, the post alone where nobody holds it."""
    held = RoleAssignment.objects.active().filter(area=area, role=role, user__is_active=True)
    holder = held.select_related("user").order_by("acting", "pk").first()
    if holder is None:
        return {"position": post_of(role, area)}
    acting_for = f"รักษาราชการแทน{post_of(role, area)}" if holder.acting else ""
    return {"name": str(holder.user), "position": holder.user.signing_position, "acting_for": acting_for}


def _endorsement(log: TransitionLog) -> dict[str, Any]:
    said = " ".join(filter(None, [log.data.get("word"), log.data.get("text")]))
    return {"text": said, "day": timezone.localdate(log.at), **signed_by(log)}


def paper_context(paper: Paper) -> dict[str, Any]:
    """What the templates of official papers ask for (templates/documents/official)."""
    head = letterhead(paper.area)
    present = next(iter(rounds_of(paper)), None)
    given = [a.log for a in present.approvals if a.log and a.log.action != "return"] if present else []
    sent = paper.transitions.filter(action="submit").select_related("by").last()
    contact = {
        "unit": paper.contact_unit, "phone": paper.contact_phone, "fax": paper.contact_fax,
        "email": paper.contact_email, "copies": paper.copies,
    }  # fmt: skip
    context = {
        **head,
        "contact": contact,
        "number": paper.number,
        "day": paper.day,
        "subject": paper.subject,
        "to": paper.to,
        "refers": _lines(paper.refers),
        "enclosures": _lines(paper.enclosures),
        "paragraphs": paper.paragraphs,
        "closing": paper.closing,
        "urgency": paper.get_urgency_display() if paper.urgency else "",
        "secrecy": paper.get_secrecy_display() if paper.secrecy else "",
        "items": paper.items,
        "from_day": paper.from_day,
        "watermark": "ยกเลิก" if paper.state == CANCELLED else "" if paper.is_numbered else "ร่าง",
        "layout": LAYOUTS[PaperKind(paper.kind)],
    }
    if paper.authority:
        context["authority"] = paper.authority
    if paper.kind == PaperKind.MEMO:
        maker = {"name": str(paper.made_by), "position": paper.made_by.signing_position}
        context["unit"] = paper.area.group_name
        context["signer"] = signed_by(sent) if sent and not paper.is_writing else maker
        context["endorsements"] = [] if paper.is_writing else [_endorsement(log) for log in given]
    else:
        last = given[-1] if given and given[-1].action == "sign" else None
        expected = expected_signer(paper.area, paper.chain[-1][0]) if paper.chain else {}
        context["signer"] = signed_by(last) if last else expected
        if paper.kind == PaperKind.CIRCULAR and not paper.number:
            context["number"] = "ว"
    return context


@document_kind(
    "paper",
    label="หนังสือราชการ",
    model=Paper,
    template="documents/paper.html",
    queryset=lambda user: Paper.objects.visible_to(user).select_related("area", "made_by"),
    title=str,
    record_code=lambda paper: paper.record_code,
    filename=lambda paper: f"{paper.number} {paper}.pdf".strip(),
)
def paper(printed: Paper, user) -> dict[str, Any]:
    """The paper in the form of its kind; a draft and a cancelled one say so across the page."""
    return paper_context(printed)
