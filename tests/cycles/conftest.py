import pytest

from cycles.kinds import PLAIN
from tests.cycles.factories import make_cycle
from tests.handbook.factories import make_edition


@pytest.fixture
def edition(world):
    return make_edition(world.area)


@pytest.fixture
def plain_steps(monkeypatch):
    """Every step asks only for its checklist and a product: what is tested is the cycle, not its screens."""
    monkeypatch.setattr("cycles.models.cycle.kind_of", lambda process, key: PLAIN)


@pytest.fixture
def cycle(world, edition, plain_steps):
    """P-5.1 of fiscal year 2570, just opened by the head; ``supervisor`` is in charge of its first step."""
    cycle = make_cycle(world.area, world.head, edition=edition)
    cycle.rows.filter(number=1).update(owner=world.supervisor)
    return cycle
