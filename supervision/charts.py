"""How far the visits of a plan have come, as charts: on its page, in its cycle, in the report of the year."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from documents.charts import CoverageChart, Covered
from thai.dates import month_and_year

PLACES = (("groups", "กลุ่มโรงเรียน"), ("sizes", "ขนาดโรงเรียน"))
OUTSIDE = "นอกแผน"


def coverage_charts(found: Mapping[str, Any], *, names: bool = True) -> Iterator[CoverageChart]:
    """By group, by size, month by month; ``found`` as ``supervision.queries.coverage`` has it, or as JSON keeps that.

    ``names``: whether schools that were not reached are named.
    """
    whole = Covered("รวม", found["reached"], found["total"], expected=found["planned"], strong=True)
    for key, what in PLACES:
        rows = [
            Covered(
                row["name"],
                row["reached"],
                row["total"],
                expected=row["planned"],
                missing=[missing_name(one) for one in row["missing"]] if names else (),
            )
            for row in found[key]
        ]
        if rows and (len(rows) > 1 or key == "groups"):
            yield CoverageChart(f"โรงเรียนที่ได้รับการนิเทศจำแนกตาม{what}", [*rows, whole], heading=what, expected="อยู่ในแผน")
    months = [
        Covered(month_name(row), row["reached"], found["total"], row["new"], row["planned"]) for row in found["months"]
    ]
    if months:
        yield CoverageChart(
            "โรงเรียนที่ได้รับการนิเทศสะสมรายเดือน", months, heading="เดือน", expected="สะสมตามแผน", new="เพิ่มในเดือนนั้น"
        )


def missing_name(school: Mapping[str, Any]) -> str:
    """The name of a school that was not reached; where the plan never meant to, it is said so."""
    return school["name"] if school["planned"] else f"{school['name']} ({OUTSIDE})"


def month_name(row: Mapping[str, Any]) -> str:
    month = row["month"]
    return month_and_year(date.fromisoformat(month) if isinstance(month, str) else month)
