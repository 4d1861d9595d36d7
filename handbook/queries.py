"""Which edition holds on a day, and for which years one may be begun."""

from collections.abc import Container, Iterable
from datetime import date

from accounts.models import User
from handbook.flows import DRAFT, IN_REVIEW
from handbook.models import Edition
from schools.models import AreaOffice
from thai.years import fiscal_year


def edition_in_force(area: AreaOffice | int, on: date | None = None) -> Edition | None:
    """The edition by which the office works on the day (default: today); None where nothing is published yet."""
    return Edition.objects.filter(area=area).in_force(on).select_related("area").first()


def home_edition(user: User) -> Edition | None:
    """The edition that the person's day goes by."""
    return Edition.objects.visible_to(user).in_force().select_related("area").first()


def in_force_ids(areas: Iterable[int], on: date) -> set[int]:
    """The editions by which these offices work on the day."""
    first: dict[int, int] = {}
    for area, pk in Edition.objects.filter(area__in=areas).in_force(on).values_list("area_id", "pk"):
        first.setdefault(area, pk)
    return set(first.values())


def standing(edition: Edition, holding: Container[int], on: date) -> str:
    """Whether a published edition holds on the day, in words; empty for drafts. ``holding``: from ``in_force_ids``."""
    if not edition.is_published:
        return ""
    if edition.fiscal_year > fiscal_year(on):
        return f"เริ่มใช้ 1 ตุลาคม {edition.fiscal_year - 1}"
    return "ใช้อยู่" if edition.pk in holding else "มีฉบับใหม่กว่าใช้แทนแล้ว"


def years_to_write(area: AreaOffice, today: date) -> list[tuple[int, str]]:
    """The years for which an edition may be begun now, with what it would be; a year being written is left out."""
    this_year = fiscal_year(today)
    rows = list(Edition.objects.filter(area=area).values_list("fiscal_year", "number", "state"))
    writing = {year for year, _, state in rows if state in (DRAFT, IN_REVIEW)}
    held = Edition.objects.filter(area=area).in_force(today).values_list("fiscal_year", flat=True).first()
    years = sorted({this_year, this_year + 1, *([held] if held else [])}, reverse=True)
    choices = []
    for year in years:
        if year in writing:
            continue
        last = max((number for of, number, _ in rows if of == year), default=0)
        what = f"ปรับปรุงเป็นฉบับที่ {last + 1}" if last else "ฉบับใหม่"
        choices.append((year, f"ปีงบประมาณ {year} ({what})"))
    return choices
