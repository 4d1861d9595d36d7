"""The office's three clocks: fiscal year (1 ต.ค.–30 ก.ย.), its quarters, and academic year with semesters.

Years are พ.ศ. numbers. Fiscal years follow from the date alone; academic years from a table, because the parent
office may move the dates of a year (in พ.ศ. 2563 schools opened on 1 July). Where the table is silent, the rule of
ระเบียบกระทรวงศึกษาธิการ ว่าด้วยปีการศึกษา การเปิดและปิดสถานศึกษา พ.ศ. 2549 holds:
semester 1 from 16 May to 11 October, semester 2 from 1 November to 1 April, the year ending on 15 May.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from thai.dates import buddhist_year, common_year


@dataclass(frozen=True)
class DateRange:
    """The days from ``start`` to ``end``, both included; unpacks as a pair: ``start, end = range``."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __iter__(self) -> Iterator[date]:
        return iter((self.start, self.end))


@dataclass(frozen=True)
class SchoolYear:
    """The dates of one academic year (``year`` in พ.ศ.), a row of the office's year table."""

    year: int
    semester1_start: date
    semester1_end: date
    semester2_start: date
    semester2_end: date
    ends_on: date

    def __post_init__(self) -> None:
        days = (self.semester1_start, self.semester1_end, self.semester2_start, self.semester2_end)
        if not (days[0] < days[1] < days[2] < days[3] <= self.ends_on):
            raise ValueError(f"วันเปิดและวันปิดภาคเรียนของปีการศึกษา {self.year} ไม่เรียงตามลำดับเวลา")


@dataclass(frozen=True)
class SchoolPeriod:
    """Where a date stands in school time. ``in_break`` tells a holiday after the semester from the semester itself."""

    year: int
    semester: int
    in_break: bool = False

    @property
    def label(self) -> str:
        return semester_label(self.year, self.semester)


def fiscal_year(day: date) -> int:
    """ปีงบประมาณ พ.ศ. of a date: it begins on 1 October of the year before."""
    return buddhist_year(day.year + (day.month >= 10))


def fiscal_quarter(day: date) -> int:
    """ไตรมาส of the fiscal year: 1 ต.ค.–ธ.ค., 2 ม.ค.–มี.ค., 3 เม.ย.–มิ.ย., 4 ก.ค.–ก.ย."""
    return (day.month + 2) % 12 // 3 + 1


def fiscal_year_range(year: int) -> DateRange:
    """The days of a fiscal year (พ.ศ.)."""
    ending = common_year(year)
    return DateRange(date(ending - 1, 10, 1), date(ending, 9, 30))


def fiscal_quarter_range(year: int, quarter: int) -> DateRange:
    """The days of one quarter, 1 to 4, of a fiscal year (พ.ศ.)."""
    if quarter not in (1, 2, 3, 4):
        raise ValueError("ไตรมาสต้องเป็น 1 ถึง 4")
    ending = common_year(year)
    first = date(ending - 1, 10, 1) if quarter == 1 else date(ending, 3 * quarter - 5, 1)
    after = date(ending, 3 * quarter - 2, 1)
    return DateRange(first, after - timedelta(days=1))


def default_school_year(year: int) -> SchoolYear:
    """The dates of an academic year (พ.ศ.) by the regulation of 2549, unless the office says otherwise."""
    first = common_year(year)
    return SchoolYear(
        year=year,
        semester1_start=date(first, 5, 16),
        semester1_end=date(first, 10, 11),
        semester2_start=date(first, 11, 1),
        semester2_end=date(first + 1, 4, 1),
        ends_on=date(first + 1, 5, 15),
    )


def school_year(year: int, table: Iterable[SchoolYear] = ()) -> SchoolYear:
    """The row of the table for this year, or the default dates."""
    return next((row for row in table if row.year == year), None) or default_school_year(year)


def school_period(day: date, table: Iterable[SchoolYear] = ()) -> SchoolPeriod:
    """Academic year and semester of a date. A break belongs to the semester just ended.

    A year lasts until the next one opens, whatever either row says of its end, so that each date has exactly one year.
    """
    rows = list(table)
    row = school_year(buddhist_year(day.year) + 1, rows)
    while day < row.semester1_start:
        row = school_year(row.year - 1, rows)
    if day < row.semester2_start:
        return SchoolPeriod(row.year, 1, in_break=day > row.semester1_end)
    return SchoolPeriod(row.year, 2, in_break=day > row.semester2_end)


def academic_year(day: date, table: Iterable[SchoolYear] = ()) -> int:
    """ปีการศึกษา พ.ศ. of a date."""
    return school_period(day, table).year


def academic_year_range(year: int, table: Iterable[SchoolYear] = ()) -> DateRange:
    """All days that count to an academic year: from its opening to the day before the next one opens."""
    rows = list(table)
    following = school_year(year + 1, rows)
    return DateRange(school_year(year, rows).semester1_start, following.semester1_start - timedelta(days=1))


def semester_range(year: int, semester: int, table: Iterable[SchoolYear] = (), *, with_break: bool = True) -> DateRange:
    """The days of a semester; with the break that follows it, unless ``with_break`` is off."""
    if semester not in (1, 2):
        raise ValueError("ภาคเรียนต้องเป็น 1 หรือ 2")
    rows = list(table)
    row = school_year(year, rows)
    if semester == 1:
        end = row.semester2_start - timedelta(days=1) if with_break else row.semester1_end
        return DateRange(row.semester1_start, end)
    end = academic_year_range(year, rows).end if with_break else row.semester2_end
    return DateRange(row.semester2_start, end)


def semester_label(year: int, semester: int) -> str:
    """ภาคเรียนที่ 1/2569"""
    return f"ภาคเรียนที่ {semester}/{year}"


def academic_year_label(year: int) -> str:
    """ปีการศึกษา 2569"""
    return f"ปีการศึกษา {year}"


def fiscal_year_label(year: int) -> str:
    """ปีงบประมาณ 2569"""
    return f"ปีงบประมาณ {year}"


def fiscal_quarter_label(year: int, quarter: int) -> str:
    """ไตรมาสที่ 2 ปีงบประมาณ 2569"""
    return f"ไตรมาสที่ {quarter} {fiscal_year_label(year)}"
