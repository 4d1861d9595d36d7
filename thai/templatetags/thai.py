"""Template filters for Thai dates, numbers and years. Each writes nothing where there is nothing to write."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from thai import dates, years
from thai.numerals import format_number, thai_number, to_thai_digits

register = template.Library()


def _day(value: date | datetime) -> date:
    return dates.in_bangkok(value).date() if isinstance(value, datetime) else value


@register.filter
def thaidate(value: date | datetime | None, style: str = "long") -> str:
    """{{ visit.date|thaidate }} → 5 สิงหาคม 2569; styles are the keys of `thai.dates.STYLES`."""
    return dates.STYLES[style](_day(value)) if value else ""


@register.filter
def thaimonth(value: date | datetime | None) -> str:
    """{{ visit.date|thaimonth }} → สิงหาคม 2569"""
    return dates.month_and_year(_day(value)) if value else ""


@register.filter
def thaidaterange(start: date | datetime | None, end: date | datetime | None = None) -> str:
    """{{ start|thaidaterange:end }} → 15–17 มกราคม 2564"""
    if not start:
        return ""
    return dates.date_range(_day(start), _day(end) if end else None)


@register.filter
def thaishortrange(start: date | datetime | None, end: date | datetime | None = None) -> str:
    """{{ start|thaishortrange:end }} → 15–17 ม.ค. 2564"""
    if not start:
        return ""
    return dates.date_range(_day(start), _day(end) if end else None, style="short")


@register.filter
def thaidatetime(value: datetime | None, style: str = "long") -> str:
    """{{ log.at|thaidatetime:"short" }} → 5 ส.ค. 2569 09.30 น."""
    return dates.date_and_time(value, style=style) if value else ""


@register.filter
def thaitime(value: time | datetime | None) -> str:
    """{{ log.at|thaitime }} → 09.30 น."""
    return "" if value is None else dates.time_of_day(value)


@register.filter(needs_autoescape=True)
def thaidigits(value: Any, autoescape: bool = True) -> str:  # noqa: FBT001, FBT002 - how Django calls filters
    """Thai digits as in official letters, but not in URLs, e-mail addresses, Latin words, or HTML tags."""
    if value is None:
        return ""
    if isinstance(value, SafeString):
        return mark_safe(to_thai_digits(value, html=True))
    text = to_thai_digits(str(value))
    return conditional_escape(text) if autoescape else text


@register.filter
def thainumber(value: Decimal | float | str | None, places: int | None = None) -> str:
    """{{ total|thainumber:2 }} → 1,234.50, rounded half up; "-" for a number that is not known."""
    return format_number(None if value == "" else value, places)


@register.filter
def megabytes(size: int | None) -> str:
    """{{ file.size|megabytes }} → 1.2 MB: the one unit in which limits are told too; at least 0.1."""
    return f"{format_number(max((size or 0) / 1024 / 1024, 0.1), 1)} MB"


@register.filter
def thainumerals(value: Decimal | float | str | None, places: int | None = None) -> str:
    """{{ total|thainumerals:2 }} → ๑,๒๓๔.๕๐"""
    return thai_number(None if value == "" else value, places)


@register.filter
def thai_semester(value: Any, semester: int | None = None) -> str:
    """ภาคเรียนที่ 1/2569, of a year with its semester, of a date, or of anything that has both.

    {{ year|thai_semester:1 }}, {{ plan|thai_semester }} (``academic_year`` and ``semester``).
    A date is placed by the default calendar.
    """
    if not value:
        return ""
    if isinstance(value, date):
        return years.school_period(_day(value)).label
    if isinstance(value, int):
        return years.semester_label(value, semester) if semester else years.academic_year_label(value)
    year = value.academic_year if hasattr(value, "academic_year") else value.year
    return thai_semester(getattr(year, "year", year), value.semester)


@register.filter
def thai_fiscal(value: date | int | None) -> str:
    """ปีงบประมาณ 2569, of the year or of a date in it."""
    if not value:
        return ""
    return years.fiscal_year_label(years.fiscal_year(_day(value)) if isinstance(value, date) else value)


@register.filter
def thai_academic(value: date | int | None) -> str:
    """ปีการศึกษา 2569, of the year or of a date in it (default calendar)."""
    if not value:
        return ""
    return years.academic_year_label(years.academic_year(_day(value)) if isinstance(value, date) else value)


@register.filter
def buddhist(value: date | int | None) -> str:
    """The พ.ศ. number of a date or of a ค.ศ. year."""
    if not value:
        return ""
    return str(dates.buddhist_year(_day(value).year if isinstance(value, date) else value))
