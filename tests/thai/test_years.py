"""Fiscal year, quarter, academic year and semester of a date, by the rule and by the office's own table."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thai import years
from thai.years import DateRange, SchoolPeriod, SchoolYear

any_date = st.dates(date(1941, 1, 1), date(2100, 12, 31))

# In พ.ศ. 2563 schools opened on 1 July and the year moved with them.
YEAR_2563 = SchoolYear(
    2563, date(2020, 7, 1), date(2020, 11, 13), date(2020, 12, 1), date(2021, 4, 9), date(2021, 5, 15)
)


@pytest.mark.parametrize(
    ("day", "fiscal_year", "quarter", "period"),
    [
        (date(2020, 9, 30), 2563, 4, SchoolPeriod(2563, 1)),
        (date(2020, 10, 1), 2564, 1, SchoolPeriod(2563, 1)),
        (date(2021, 1, 15), 2564, 2, SchoolPeriod(2563, 2)),
        (date(2021, 4, 1), 2564, 3, SchoolPeriod(2563, 2)),
        (date(2021, 4, 2), 2564, 3, SchoolPeriod(2563, 2, in_break=True)),
        (date(2021, 5, 15), 2564, 3, SchoolPeriod(2563, 2, in_break=True)),
        (date(2021, 5, 16), 2564, 3, SchoolPeriod(2564, 1)),
        (date(2021, 10, 11), 2565, 1, SchoolPeriod(2564, 1)),
        (date(2021, 10, 12), 2565, 1, SchoolPeriod(2564, 1, in_break=True)),
        (date(2021, 10, 31), 2565, 1, SchoolPeriod(2564, 1, in_break=True)),
        (date(2021, 11, 1), 2565, 1, SchoolPeriod(2564, 2)),
    ],
)
def test_a_date_stands_in_its_years(day, fiscal_year, quarter, period):
    assert years.fiscal_year(day) == fiscal_year
    assert years.fiscal_quarter(day) == quarter
    assert years.school_period(day) == period
    assert years.academic_year(day) == period.year


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2020, 5, 16), SchoolPeriod(2562, 2, in_break=True)),  # still the year before: 2563 opens on 1 July
        (date(2020, 6, 30), SchoolPeriod(2562, 2, in_break=True)),
        (date(2020, 7, 1), SchoolPeriod(2563, 1)),
        (date(2020, 11, 13), SchoolPeriod(2563, 1)),
        (date(2020, 11, 14), SchoolPeriod(2563, 1, in_break=True)),
        (date(2020, 12, 1), SchoolPeriod(2563, 2)),
        (date(2021, 4, 10), SchoolPeriod(2563, 2, in_break=True)),
        (date(2021, 5, 16), SchoolPeriod(2564, 1)),  # the table is silent, so the rule holds
    ],
)
def test_the_table_of_the_office_goes_before_the_rule(day, period):
    assert years.school_period(day, [YEAR_2563]) == period


def test_bounds_are_those_of_the_regulation():
    assert years.fiscal_year_range(2569) == DateRange(date(2025, 10, 1), date(2026, 9, 30))
    assert [years.fiscal_quarter_range(2569, quarter) for quarter in (1, 2, 3, 4)] == [
        DateRange(date(2025, 10, 1), date(2025, 12, 31)),
        DateRange(date(2026, 1, 1), date(2026, 3, 31)),
        DateRange(date(2026, 4, 1), date(2026, 6, 30)),
        DateRange(date(2026, 7, 1), date(2026, 9, 30)),
    ]
    assert years.academic_year_range(2569) == DateRange(date(2026, 5, 16), date(2027, 5, 15))
    assert years.semester_range(2569, 1) == DateRange(date(2026, 5, 16), date(2026, 10, 31))
    assert years.semester_range(2569, 1, with_break=False) == DateRange(date(2026, 5, 16), date(2026, 10, 11))
    assert years.semester_range(2569, 2) == DateRange(date(2026, 11, 1), date(2027, 5, 15))
    assert years.semester_range(2569, 2, with_break=False) == DateRange(date(2026, 11, 1), date(2027, 4, 1))
    assert years.academic_year_range(2562, [YEAR_2563]) == DateRange(date(2019, 5, 16), date(2020, 6, 30))


@settings(max_examples=200, deadline=None)
@given(day=any_date, table=st.sampled_from([(), (YEAR_2563,)]))
def test_a_date_lies_within_the_bounds_of_its_own_years_and_no_others(day, table):
    fiscal = years.fiscal_year(day)
    period = years.school_period(day, table)

    assert day in years.fiscal_year_range(fiscal)
    assert [q for q in (1, 2, 3, 4) if day in years.fiscal_quarter_range(fiscal, q)] == [years.fiscal_quarter(day)]
    assert day in years.academic_year_range(period.year, table)
    assert [s for s in (1, 2) if day in years.semester_range(period.year, s, table)] == [period.semester]
    assert (day in years.semester_range(period.year, period.semester, table, with_break=False)) is not period.in_break


@settings(max_examples=50, deadline=None)
@given(year=st.integers(2500, 2600), table=st.sampled_from([(), (YEAR_2563,)]))
def test_one_year_ends_the_day_before_the_next_begins(year, table):
    following = timedelta(days=1)

    assert years.fiscal_year_range(year).end + following == years.fiscal_year_range(year + 1).start
    assert years.academic_year_range(year, table).end + following == years.academic_year_range(year + 1, table).start


def test_years_out_of_order_quarters_and_semesters_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="ปีการศึกษา 2569 ไม่เรียงตามลำดับเวลา"):
        SchoolYear(2569, date(2026, 5, 16), date(2026, 11, 11), date(2026, 11, 1), date(2027, 4, 1), date(2027, 5, 15))
    with pytest.raises(ValueError, match="ไตรมาสต้องเป็น 1 ถึง 4"):
        years.fiscal_quarter_range(2569, 5)
    with pytest.raises(ValueError, match="ภาคเรียนต้องเป็น 1 หรือ 2"):
        years.semester_range(2569, 3)


def test_labels_are_the_words_of_the_office():
    assert years.school_period(date(2026, 8, 5)).label == "ภาคเรียนที่ 1/2569"
    assert years.academic_year_label(2569) == "ปีการศึกษา 2569"
    assert years.fiscal_year_label(2569) == "ปีงบประมาณ 2569"
    assert years.fiscal_quarter_label(2569, 4) == "ไตรมาสที่ 4 ปีงบประมาณ 2569"
