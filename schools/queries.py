"""Reads about schools that have a name: the calendar of an area, the period a day falls in, the size of a school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum

from schools.models import AcademicYear, AreaOffice, Enrolment, School, SchoolGroup
from thai.years import SchoolYear, fiscal_quarter, fiscal_year, school_period

NO_PUPILS = "ไม่มีนักเรียน"
NO_DATA = "ไม่มีข้อมูล"


@dataclass(frozen=True)
class Period:
    """Where a day stands on the office's clocks; years are พ.ศ. A break belongs to the semester just ended."""

    fiscal_year: int
    quarter: int
    academic_year: int
    semester: int


def calendar_for(area: AreaOffice | int) -> list[SchoolYear]:
    """The area's own academic years, in the form that ``thai.years`` takes as its table. Costs one query.

    A year without a row follows the regulation of 2549.
    """
    area_id = area if isinstance(area, int) else area.pk
    return [
        SchoolYear(
            year=row.year,
            semester1_start=row.semester1_start,
            semester1_end=row.semester1_end,
            semester2_start=row.semester2_start,
            semester2_end=row.semester2_end,
            ends_on=row.ends_on,
        )
        for row in AcademicYear.objects.filter(area_id=area_id)
    ]


def period_of(area: AreaOffice | int, day: date, *, calendar: list[SchoolYear] | None = None) -> Period:
    """Fiscal year and quarter, academic year and semester of a day, to be stamped on a record of the area.

    Whoever stamps many records reads ``calendar_for(area)`` once and hands it in.
    """
    where = school_period(day, calendar_for(area) if calendar is None else calendar)
    return Period(
        fiscal_year=fiscal_year(day), quarter=fiscal_quarter(day), academic_year=where.year, semester=where.semester
    )


def size_of(total: int | None, bands: Sequence[Sequence]) -> str:
    """The size class of a school by its number of pupils.

    ``bands`` is ``AreaOffice.size_bands``: [[most pupils or None, label], …], ascending. No pupils at all is a
    class of its own; an unknown number is said to be unknown.
    """
    if total is None:
        return NO_DATA
    if total == 0:
        return NO_PUPILS
    return next((label for most, label in bands if most is None or total <= most), bands[-1][1] if bands else NO_DATA)


def size_labels(bands: Sequence[Sequence]) -> list[str]:
    """Every class that `size_of` can answer, smallest first."""
    return [NO_DATA, NO_PUPILS, *(label for _, label in bands)]


def of_size(label: str, bands: Sequence[Sequence]) -> Q:
    """The condition on ``pupils`` (see `with_pupils`) under which `size_of` answers this label."""
    if label == NO_DATA:
        return Q(pupils__isnull=True)
    if label == NO_PUPILS:
        return Q(pupils=0)
    above = 0
    for most, name in bands:
        if name == label:
            return Q(pupils__gt=above) & (Q() if most is None else Q(pupils__lte=most))
        above = most
    return Q(pk__in=[])


def with_pupils(schools: QuerySet[School]) -> QuerySet[School]:
    """The schools with ``latest_year`` (พ.ศ.) of their enrolment and ``pupils`` in that year; None where unknown."""
    rows = Enrolment.objects.filter(school=OuterRef("pk")).order_by()
    return schools.annotate(
        latest_year=Subquery(rows.order_by("-academic_year").values("academic_year")[:1], output_field=IntegerField())
    ).annotate(
        pupils=Subquery(
            rows.filter(academic_year=OuterRef("latest_year"))
            .values("school")
            .annotate(total=Sum(F("male") + F("female")))
            .values("total"),
            output_field=IntegerField(),
        )
    )


def groups_visible_to(user) -> QuerySet[SchoolGroup]:
    """The school groups of the areas and schools that the person may see."""
    return SchoolGroup.objects.visible_to(user).select_related("area")
