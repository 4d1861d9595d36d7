"""A cycle whose results are known answer by answer, and a second way to work out what the report says of them."""

from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from statistics import stdev
from types import SimpleNamespace

from cycles.models import Cycle, Report
from cycles.services.reports import begin_report, write_report
from instruments.models import Response
from tests.cycles.factories import make_cycle
from tests.cycles.supervised import answered
from tests.networks.evaluations import form_of
from tests.supervision.factories import make_instrument, make_item, make_plan, make_school, make_visit

TEXTS = {"title": "รายงานผลการนิเทศ 2570", "preface": "คำนำของรายงาน", "summary": "ผลถึงเป้าหมาย", "problems": "ฝนตก"}
GIVEN = [
    {"A1": 5, "A2": 4, "B1": 3, "B2": 3, "C1": 2},
    {"A1": 4, "A2": 4, "B1": 2, "B2": 5, "C1": 3},
    {"A1": 5, "A2": 5, "B1": 4, "B2": 4, "C1": 1},
]
"""One response of each of three schools."""
LAST_YEAR = {"A1": 3, "A2": 3, "B1": 3, "B2": 3, "C1": 3}


def annual_office(world, edition) -> SimpleNamespace:
    """A cycle of P-5.1 in fiscal year 2570 at its last step, its report begun, one form of three sections answered."""
    instrument = make_instrument(title="แบบนิเทศสามด้าน", definition=form_of(2, 2, 1))
    version = instrument.versions.get()
    schools = [world.school, world.other_school, make_school(world.area, "บ้านสวน", group=world.group)]
    plan = make_plan(world.area, world.supervisor, state="approved")
    for school in schools:
        item = make_item(plan, school, world.supervisor, instruments=[instrument])
        make_visit(school, world.supervisor, state="closed", plan_item=item)
    for school, values in zip(schools, GIVEN, strict=True):
        answered(world, school=school, values=values, version=version)
    answered(world, school=world.school, values=LAST_YEAR, version=version, on=date(2025, 12, 2))
    cycle = make_cycle(world.area, world.head, edition=edition, at=6, plan=plan)
    report = write_report(begin_report(cycle, by=world.supervisor), TEXTS, by=world.supervisor)
    return SimpleNamespace(
        cycle=cycle, report=report, plan=plan, version=version, schools=schools, key=f"f{instrument.pk}", code=instrument.code
    )  # fmt: skip


def fresh(report) -> Report:
    return Report.objects.select_related("area", "cycle__area", "cycle__edition", "made_by").get(pk=report.pk)


def another_answer(world, office, **values) -> None:
    """One more response comes in."""
    answered(world, school=office.schools[0], values=GIVEN[0] | values, version=office.version)


def refreshed(cycle) -> Cycle:
    return Cycle.objects.select_related("area", "edition", "plan").get(pk=cycle.pk)


# -- The second way ------------------------------------------------------------------------------------------------


def two_decimals(value) -> str:
    with localcontext() as context:
        context.prec = 40
        return str(Decimal(value).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))


def mean_of(values) -> str:
    return two_decimals(Decimal(sum(values)) / len(values))


def sd_of(values) -> str:
    return two_decimals(stdev([Decimal(value) for value in values]))


def answers_of(office, year: int = 2570) -> list[tuple[str, dict[str, int]]]:
    """(school, question → value) of every locked response to the form in that fiscal year, straight from the rows."""
    rows = Response.objects.filter(version=office.version, fiscal_year=year, locked_at__isnull=False)
    return [
        (row.school.name, {key: entry["v"] for key, entry in row.answers.items()})
        for row in rows.select_related("school")
    ]


def by_section(rows) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for _, values in rows:
        for key, value in values.items():
            found[key[0]].append(value)
    return found
