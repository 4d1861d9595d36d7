"""Whoever reads a step is led nowhere that does not open for them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cycles.services.cycles import choose_source
from surveys.services.making import create_survey
from tests.cycles.factories import make_cycle
from tests.cycles.supervised import again, answered, planned_cycle
from tests.standing.district import settle_people
from tests.supervision.factories import make_recommendation
from workflows.services import perform


@pytest.fixture
def year(world, edition):
    """P-5.1 at its decision with all that its steps draw from, and P-5.2 beside it."""
    settle_people(world)
    cycle = planned_cycle(world, edition, at=5, visits=("closed", "planned", "in_progress", "postponed", "cancelled"))
    answered(world, school=world.school)
    make_recommendation(cycle.plan.items.first().visit, due_on=timezone.localdate() - timedelta(days=9))
    today = timezone.localdate()
    survey = create_survey(
        area=world.area, by=world.supervisor, version=world.instrument.current, title="ความพึงพอใจ", opens_on=today,
        closes_on=today + timedelta(days=5), audience="schools", per_school="one", schools=[world.school],
    )  # fmt: skip
    perform(survey, "open", by=world.supervisor)
    cycle.rows.filter(number=2).update(sources={"surveys": [survey.pk]})
    choose_source(cycle.step(5), "satisfaction", [survey.pk], by=world.supervisor)
    return again(cycle), make_cycle(world.area, world.head, edition=edition, process="P-5.2", at=5, year=2569)


@pytest.mark.parametrize("person", ["committee", "clerk", "supervisor"])
def test_every_link_of_every_step_opens_for_who_reads_it(world, year, signed_in, person):
    client = signed_in(getattr(world, person))
    dead = set()
    for cycle in year:
        for number in range(1, cycle.steps + 1):
            page = client.get(reverse("cycles:step", args=[cycle.pk, number])).content.decode()
            body = page[page.index("<main") : page.index("</main")]
            for link in set(re.findall(r'href="(?!/static/)(/[^"#?]+)', body)):
                if not link.endswith(".pdf") and client.get(link).status_code not in (200, 302):
                    dead.add((cycle.process, number, link))

    assert dead == set()
