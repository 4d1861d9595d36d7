"""Two people at one plan in the same moment, as two real threads on a real database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from accounts.models import User
from supervision.models import Plan, Visit
from supervision.services.plans import EditConflictError, plan_stamp, update_plan
from tests.supervision.factories import assign, make_item, make_plan
from workflows.services import TransitionError, approvals_of, perform


def at_once(*jobs) -> list:
    """Run the jobs together; each answers what it returned or the refusal it met."""
    barrier = Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait(10)
            return job()
        except (TransitionError, EditConflictError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.fixture
def submitted(transactional_db, world):
    assign(world.workgroup_head, "area_director", area=world.area, acting=True)
    plan = make_plan(world.area, world.supervisor)
    make_item(plan, world.school, world.supervisor, instruments=[world.instrument])
    perform(plan, "submit", by=world.supervisor)
    perform(plan, "endorse", by=world.head)
    return plan


def test_of_two_directors_who_approve_together_one_wins_and_the_other_is_told(submitted, world):
    def approve(person):
        plan, by = Plan.objects.get(pk=submitted.pk), User.objects.get(pk=person.pk)
        return lambda: perform(plan, "approve", by=by, seen=plan.revision)

    outcomes = at_once(approve(world.director), approve(world.workgroup_head))

    refused = [outcome for outcome in outcomes if isinstance(outcome, TransitionError)]
    assert len(refused) == 1
    assert "มีผู้ดำเนินการกับรายการนี้ไปก่อนแล้ว" in str(refused[0])
    assert Visit.objects.count() == 1
    assert [a.log.action for a in approvals_of(submitted)] == ["endorse", "approve"]


def test_of_approving_and_returning_together_only_one_happens(submitted, world):
    def move(person, name):
        plan, by = Plan.objects.get(pk=submitted.pk), User.objects.get(pk=person.pk)
        return lambda: perform(plan, name, by=by, reason="โปรดแก้ไข")

    outcomes = at_once(move(world.director, "approve"), move(world.workgroup_head, "return"))

    plan = Plan.objects.get()
    assert sum(isinstance(outcome, TransitionError) for outcome in outcomes) == 1
    assert (plan.state, Visit.objects.count()) in {("approved", 1), ("returned", 0)}


def test_of_two_who_save_one_plan_together_one_is_shown_the_other(transactional_db, world):
    made = make_plan(world.area, world.supervisor)
    seen = plan_stamp(made)

    def save(person, text):
        plan, by = Plan.objects.get(pk=made.pk), User.objects.get(pk=person.pk)
        return lambda: update_plan(plan, by=by, seen=seen, targets=text)

    outcomes = at_once(save(world.supervisor, "ของเจ้าของ"), save(world.head, "ของหัวหน้า"))

    conflicts = [outcome for outcome in outcomes if isinstance(outcome, EditConflictError)]
    assert len(conflicts) == 1
    assert Plan.objects.get().targets == conflicts[0].current.targets
