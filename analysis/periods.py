"""Stretches of time that results are read over: a semester, an academic year, a fiscal year."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from thai.years import (
    DateRange,
    SchoolYear,
    academic_year_label,
    academic_year_range,
    fiscal_year_label,
    fiscal_year_range,
    semester_label,
    semester_range,
)

SEMESTER, ACADEMIC, FISCAL = "semester", "year", "fiscal"
_KEY = re.compile(r"(?:(?P<fiscal>f)|y)(?P<year>\d{4})(?:-(?P<semester>[12]))?")


@dataclass(frozen=True, order=True)
class Period:
    """``year`` is พ.ศ.; ``semester`` is 0 for a whole year."""

    kind: str
    year: int
    semester: int = 0

    @classmethod
    def of_key(cls, key: str) -> "Period | None":
        """The period that an address names; None where it names none."""
        match = _KEY.fullmatch(key)
        if not match or (match["fiscal"] and match["semester"]):
            return None
        if match["semester"]:
            return cls(SEMESTER, int(match["year"]), int(match["semester"]))
        return cls(FISCAL if match["fiscal"] else ACADEMIC, int(match["year"]))

    @classmethod
    def of_row(cls, kind: str, row: Any) -> "Period | None":
        """The period of this kind that a tally belongs to; None where it is unknown."""
        year = row.fiscal_year if kind == FISCAL else row.academic_year
        return cls(kind, year, row.semester if kind == SEMESTER else 0) if year else None

    @property
    def key(self) -> str:
        return f"{'f' if self.kind == FISCAL else 'y'}{self.year}" + (f"-{self.semester}" if self.semester else "")

    @property
    def label(self) -> str:
        if self.kind == SEMESTER:
            return semester_label(self.year, self.semester)
        return fiscal_year_label(self.year) if self.kind == FISCAL else academic_year_label(self.year)

    @property
    def short(self) -> str:
        """For the axis of a chart."""
        return f"{self.semester}/{self.year}" if self.semester else str(self.year)

    @property
    def condition(self) -> Q:
        if self.kind == FISCAL:
            return Q(fiscal_year=self.year)
        whole = Q(academic_year=self.year)
        return whole & Q(semester=self.semester) if self.semester else whole

    def days(self, calendar: list[SchoolYear]) -> DateRange:
        if self.kind == FISCAL:
            return fiscal_year_range(self.year)
        if self.semester:
            return semester_range(self.year, self.semester, calendar)
        return academic_year_range(self.year, calendar)


def known_periods(rows) -> list[Period]:
    """Every period that the (academic year, semester, fiscal year) triples tell of: newest first, semesters before
    years."""
    semesters, years, fiscal = set(), set(), set()
    for year, semester, fiscal_year in rows:
        if year:
            years.add(Period(ACADEMIC, year))
            if semester:
                semesters.add(Period(SEMESTER, year, semester))
        if fiscal_year:
            fiscal.add(Period(FISCAL, fiscal_year))
    return [period for group in (semesters, years, fiscal) for period in sorted(group, reverse=True)]
