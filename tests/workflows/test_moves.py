"""The moves that a page offers: what is held back says why, and asks for nothing that could not be sent."""

import pytest
from django.db import connection

from cycles.services.plans import begin_network_plan
from tests.cycles.factories import make_cycle
from tests.handbook.factories import make_edition
from tests.supervision.factories import put


@pytest.fixture
def plan(world):
    """A network plan that was approved; its step is done."""
    cycle = make_cycle(world.area, world.head, edition=make_edition(world.area), process="P-5.2")
    made = put(begin_network_plan(cycle.step(2), by=world.supervisor), "approved")
    stand_at(made, "step_3")
    return made


def stand_at(plan, state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cycles_cycle SET state = %s WHERE id = %s", [state, plan.cycle_id])


def test_a_move_with_a_reason_asks_for_it_only_where_it_can_be_made(plan, world, signed_in):
    client = signed_in(world.supervisor)

    held_back = client.get(plan.get_absolute_url()).content.decode()
    stand_at(plan, "step_2")
    possible = client.get(plan.get_absolute_url()).content.decode()

    assert "ยังแก้ไขแผนที่อนุมัติแล้วไม่ได้" in held_back
    assert 'name="reason"' not in held_back
    assert 'name="reason"' in possible
