"""Reads about schools that have a name: the calendar of an area, the period a day falls in, the size of a school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum

from schools.models import GRADES, AcademicYear, AreaOffice, Enrolment, School
from thai.dates import short_date
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
            .annotate(headcount=Sum(F("male") + F("female")))
            .values("headcount"),
            output_field=IntegerField(),
        )
    )


@dataclass(frozen=True)
class Revision:
    """One entry of a record's history: ``changes`` are (field, before, after) as a person reads them."""

    moment: datetime
    who: str
    reason: str
    kind: str
    changes: list[tuple[str, str, str]]


_KINDS = {"+": "สร้าง", "~": "แก้ไข", "-": "ลบ"}


def revisions_of(record, *, most: int = 30) -> list[Revision]:
    """Who changed what of a record with history, newest first; three queries however long the history.

    An entry that changed nothing a person sees is left out.
    """
    rows = list(record.history.select_related("history_user").order_by("-history_date", "-history_id")[: most + 1])
    if not rows:
        return []
    fields = [field for field in rows[0].tracked_fields if not field.primary_key]
    names = _names_of_related(fields, rows)
    revisions = []
    for place, row in enumerate(rows[:most]):
        older = rows[place + 1] if place + 1 < len(rows) else None
        changes = []
        for field in fields:
            after = _shown(field, getattr(row, field.attname), names)
            before = _shown(field, getattr(older, field.attname), names) if older else ""
            if before != after and (older or row.history_type == "+"):
                changes.append((str(field.verbose_name), before, after))
        if changes or row.history_type != "~":
            revisions.append(
                Revision(
                    moment=row.history_date,
                    who=str(row.history_user or "ระบบ"),
                    reason=row.history_change_reason or "",
                    kind=_KINDS[row.history_type],
                    changes=changes,
                )
            )
    return revisions


def _names_of_related(fields, rows) -> dict:
    """The names of everything that the rows point to, by (model, id): one query for each model."""
    wanted: dict = {}
    for field in fields:
        if field.remote_field:
            ids = {getattr(row, field.attname) for row in rows} - {None}
            wanted.setdefault(field.remote_field.model, set()).update(ids)
    return {
        (model, pk): str(found)
        for model, ids in wanted.items()
        if ids
        for pk, found in model._base_manager.in_bulk(ids).items()
    }


def _shown(field, value, names: dict) -> str:
    if value is None or value == "":
        return ""
    if field.remote_field:
        return names.get((field.remote_field.model, value), f"#{value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return short_date(value) if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class YearOfPupils:
    """The enrolment of a school in one academic year (พ.ศ.), by grade from the youngest."""

    year: int
    grades: list[Enrolment]

    @property
    def male(self) -> int:
        return sum(row.male for row in self.grades)

    @property
    def female(self) -> int:
        return sum(row.female for row in self.grades)

    @property
    def rooms(self) -> int:
        return sum(row.rooms for row in self.grades)

    @property
    def total(self) -> int:
        return self.male + self.female


def enrolment_by_year(school: School) -> list[YearOfPupils]:
    """The school's enrolment, newest year first. Costs one query."""
    order = {grade: place for place, (grade, _) in enumerate(GRADES)}
    years: dict[int, list[Enrolment]] = {}
    for row in school.enrolments.order_by("-academic_year"):
        years.setdefault(row.academic_year, []).append(row)
    return [YearOfPupils(year, sorted(rows, key=lambda row: order[row.grade])) for year, rows in years.items()]
