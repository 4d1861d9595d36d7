"""When each step of a cycle is due, computed from the handbook's windows and the office's calendar.

Where the handbook sets no time (all of P-5.1), the same step of the cycle before gives it, one year on; the first cycle
of such a process divides its year by the usual months of an office: information and needs in the first quarter, the plan
before the second semester ends, supervision until the third quarter, follow-up and report in the fourth.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from handbook.content import ACADEMIC, EACH_ROUND, EACH_SEMESTER, Process
from thai.years import DateRange, SchoolYear, academic_year_range, fiscal_year_range, semester_range

Days = tuple[date, date]
USUAL = ((0, 60), (31, 91), (62, 122), (92, 334), (244, 350), (335, 365))
"""First and last day (counted from the first of the year) of six steps without a time of their own."""


def year_of(process: Process, year: int, calendar: Sequence[SchoolYear]) -> DateRange:
    """The days of the process's year (พ.ศ.): fiscal or academic."""
    return academic_year_range(year, calendar) if process.year == ACADEMIC else fiscal_year_range(year)


def proposed(process: Process, year: int, calendar: Sequence[SchoolYear], before: Sequence[Days] = ()) -> list[Days]:
    """First and last day of each step. ``before``: the windows of the cycle before, step by step."""
    whole = year_of(process, year, calendar)
    found: list[Days] = []
    for step in process.steps:
        place = step.number - 1
        days = step.window.days(year)
        if days is None and step.window.kind == EACH_SEMESTER:
            days = (semester_range(year, 1, calendar).start, semester_range(year, 2, calendar, with_break=False).end)
        if days is None and step.window.kind == EACH_ROUND and found:
            days = found[-1]
        if days is None and len(before) == len(process.steps):
            days = _a_year_on(before[place][0]), _a_year_on(before[place][1])
        found.append(days or _share(whole, place, len(process.steps)))
    return found


def _share(whole: DateRange, place: int, steps: int) -> Days:
    if steps == len(USUAL):
        first, last = USUAL[place]
        return whole.start + timedelta(days=first), min(whole.start + timedelta(days=last), whole.end)
    length = (whole.end - whole.start).days + 1
    return (
        whole.start + timedelta(days=length * place // steps),
        whole.start + timedelta(days=length * (place + 1) // steps - 1),
    )


def _a_year_on(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)
