"""A cycle of P-5.1 with an approved plan, its visits, and answers to its form."""

from datetime import date

from cycles.models import Cycle
from cycles.services.cycles import write_step
from instruments.scoring import score
from instruments.services import lock_response, open_response
from supervision.models import Plan
from tests.cycles.factories import make_cycle, tick
from tests.supervision.factories import make_item, make_plan, make_visit

METHODS = {
    "bases": ["school"], "techniques": ["coaching"], "methods": "เยี่ยมชั้นเรียนและสะท้อนผล", "order_number": "15/2570",
    "order_date": date(2026, 11, 3), "order_text": "ด้วยกลุ่มนิเทศฯ จะดำเนินการนิเทศ",
}  # fmt: skip
DECISION = {
    "target_mean": "3.51",
    "target_share": "50",
    "grounds": "ถึงเป้าหมาย",
    "guideline": "เน้นการอ่าน",
    "actions": [],
}


def planned_cycle(world, edition, *, at: int = 4, visits=("closed", "released")) -> Cycle:
    """At step ``at`` with a plan of one visit for each of ``visits``, to the two schools in turn."""
    plan = make_plan(world.area, world.supervisor, state="approved")
    for number, state in enumerate(visits):
        add_visit(world, plan, state, number)
    cycle = make_cycle(world.area, world.head, edition=edition, at=at, plan=plan)
    cycle.rows.update(owner=world.supervisor)
    return Cycle.objects.get(pk=cycle.pk)


def add_visit(world, plan: Plan, state: str, number: int = 0):
    school = (world.school, world.other_school)[number % 2]
    item = make_item(plan, school, world.supervisor, instruments=[world.instrument])
    return make_visit(school, world.supervisor, state=state, plan_item=item)


def answered(world, *, school, values=None, on=date(2026, 12, 1), version=None, collection=None):
    """One response of a visit to the school, finished and counted."""
    version = version or world.instrument.current
    place = {"collection": collection} if collection else {"school": school, "on": on}
    response = open_response(version, area=world.area, by=None, **place)
    response.answers = {key: {"v": value} for key, value in (values or {"A1": 5, "A2": 4}).items()}
    response.scores = score(version.form, response.answers)
    response.save()
    lock_response(response, by=None)
    return response


def again(cycle: Cycle) -> Cycle:
    """As a new request reads it."""
    return Cycle.objects.select_related("area", "edition", "plan", "before").get(pk=cycle.pk)


def written(cycle: Cycle, number: int, by, content) -> Cycle:
    """The step says this and its standard holds."""
    write_step(cycle.step(number), by=by, content=content)
    tick(cycle, number)
    return again(cycle)
