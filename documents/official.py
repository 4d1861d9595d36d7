"""What the official papers of one office have in common: its name and address, and who signs for it."""

from typing import Any

from django.template.loader import render_to_string

from accounts.flows import Role
from accounts.models import RoleAssignment
from schools.models import AreaOffice
from thai.dates import official_date, today_in_bangkok


def letterhead(area: AreaOffice) -> dict[str, Any]:
    """The keys of the context that come from the office: area, office, address, contact."""
    return {
        "area": area,
        "office": area.name,
        "address": [line.strip() for line in area.address.splitlines() if line.strip()],
        "contact": {"unit": area.group_name, "phone": area.phone, "email": area.email},
    }


def directing(area: AreaOffice | int) -> RoleAssignment | None:
    """By whose appointment the office is led today: a full one goes before one of who is รักษาราชการแทน."""
    held = RoleAssignment.objects.active().filter(area=area, role=Role.AREA_DIRECTOR, user__is_active=True)
    return held.select_related("user").order_by("acting", "pk").first()


def director(area: AreaOffice) -> dict[str, str]:
    """The signer for the office today: name, position, and for whom, where the person is รักษาราชการแทน.

    Where nobody is, an empty line over the words for the position.
    """
    held = directing(area)
    if held is None:
        return {"name": "", "position": Role.AREA_DIRECTOR.label}
    acting_for = f"รักษาราชการแทน {Role.AREA_DIRECTOR.label}" if held.acting else ""
    return {"name": str(held.user), "position": held.user.signing_position, "acting_for": acting_for}


def sample(area: AreaOffice, paper: str, texts: dict[str, str], *, label: str) -> str:
    """The HTML of a paper of this office that says `texts` (key → text) and invents the rest; marked as a sample.

    The keys subject, to, closing and chair take their own place, every other is a paragraph.
    """
    texts = dict(texts)
    context = letterhead(area) | {
        "title": f"ตัวอย่าง {label}",
        "code": "",
        "watermark": "ตัวอย่าง",
        "day": today_in_bangkok(),
        "number": "" if paper in ("order", "announcement") else "ศธ 04000/",
        "subject": texts.pop("subject", label),
        "to": texts.pop("to", "ผู้อำนวยการโรงเรียนวัดตัวอย่าง"),
        "closing": texts.pop("closing", ""),
        "signer": director(area),
        "body": "เครือข่ายตัวอย่าง",
        "when": official_date(today_in_bangkok()),
        "chair": texts.pop("chair", ""),
    }
    context["paragraphs"] = list(texts.values())
    agenda = [("เรื่องประธานแจ้งให้ที่ประชุมทราบ", "รับทราบ", "\n".join(texts.values()))]
    context["agenda"] = [
        {"place": place, "title": title, "details": details, "resolution": resolution}
        for place, (title, resolution, details) in enumerate(agenda, start=1)
    ]
    return render_to_string(f"documents/official/{paper}.html", context)
