"""Template filters write dates, numbers and years in Thai, and nothing where there is nothing."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from thai.years import SchoolPeriod

AUG_5 = date(2026, 8, 5)


@pytest.mark.parametrize(
    ("expression", "value", "shown"),
    [
        ("v|thaidate", AUG_5, "5 สิงหาคม 2569"),
        ("v|thaidate:'short'", AUG_5, "5 ส.ค. 2569"),
        ("v|thaidate:'weekday'", AUG_5, "วันพุธที่ 5 สิงหาคม 2569"),
        ("v|thaidate:'official'", AUG_5, "๕ สิงหาคม ๒๕๖๙"),
        ("v|thaidate", datetime(2026, 8, 4, 18, tzinfo=UTC), "5 สิงหาคม 2569"),
        ("v|thaidate", None, ""),
        ("v|thaidaterange:v", AUG_5, "5 สิงหาคม 2569"),
        ("v.0|thaidaterange:v.1", [AUG_5, date(2026, 8, 7)], "5–7 สิงหาคม 2569"),
        ("v.0|thaishortrange:v.1", [AUG_5, date(2026, 9, 7)], "5 ส.ค. – 7 ก.ย. 2569"),
        ("v|thaidaterange:None", None, ""),
        ("v|thaidatetime", datetime(2026, 8, 5, 2, 30, tzinfo=UTC), "5 สิงหาคม 2569 เวลา 09.30 น."),
        ("v|thaidatetime:'short'", datetime(2026, 8, 5, 2, 30, tzinfo=UTC), "5 ส.ค. 2569 09.30 น."),
        ("v|thaidatetime", None, ""),
        ("v|thaitime", datetime(2026, 8, 5, 2, 30, tzinfo=UTC), "09.30 น."),
        ("v|thaidigits", "ข้อ 12 <b>", "ข้อ ๑๒ &lt;b&gt;"),
        ("v|thaidigits", "it's 1", "it&#x27;s ๑"),
        ("v|thaidigits", mark_safe('<i data-n="1">1</i>'), '<i data-n="1">๑</i>'),
        ("v|thaidigits", None, ""),
        ("v|thainumber", 1234567, "1,234,567"),
        ("v|thainumber:2", 4.505, "4.51"),
        ("v|thainumber", None, "-"),
        ("v|megabytes", 1_300_000, "1.2 MB"),
        ("v|megabytes", 12, "0.1 MB"),
        ("v|thainumerals:2", 1234.5, "๑,๒๓๔.๕๐"),
        ("v|thai_semester", AUG_5, "ภาคเรียนที่ 1/2569"),
        ("v|thai_semester", SchoolPeriod(2568, 2), "ภาคเรียนที่ 2/2568"),
        ("v|thai_semester", SimpleNamespace(academic_year=2569, semester=1), "ภาคเรียนที่ 1/2569"),
        ("v|thai_semester:2", 2569, "ภาคเรียนที่ 2/2569"),
        ("v|thai_semester", 2569, "ปีการศึกษา 2569"),
        ("v|thai_semester", None, ""),
        ("v|thai_fiscal", 2569, "ปีงบประมาณ 2569"),
        ("v|thai_fiscal", date(2026, 10, 1), "ปีงบประมาณ 2570"),
        ("v|thai_academic", date(2026, 5, 15), "ปีการศึกษา 2568"),
        ("v|buddhist", 2026, "2569"),
    ],
)
def test_filters(expression, value, shown):
    assert Template(f"{{{{ {expression} }}}}").render(Context({"v": value})) == shown
