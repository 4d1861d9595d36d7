"""A process that is killed in the middle of a move leaves all of it or nothing, and the same move works again.

A child process makes the move on its own connection and stops at a named place: after each statement that writes, the
claim of the row first, the last before the commit, those of the news after it. There it is killed with SIGKILL. A few
more are killed at moments that nobody chose.
"""

import contextlib
import os
import random
import select
import signal
import time
import warnings
from collections.abc import Callable
from itertools import count

import pytest
from django.db import connection, connections, transaction

from cycles.models import Cycle, StepRecord
from supervision.models import Plan, Visit, VisitForm, VisitMember
from tests.cycles.factories import make_cycle, tick
from tests.supervision.factories import make_item, make_plan
from workflows.models import Approval, TransitionLog
from workflows.services import perform

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="a second process writes beside the test only on PostgreSQL"
    ),
]
WRITES = ("INSERT", "UPDATE", "DELETE")
AT_RANDOM = 4
YEARS = count(2400)


def killed(work: Callable[[], object], *, after: int = 0, delay: float = 60) -> str:
    """Let a child process do the work and kill it after its nth writing statement, or after ``delay`` seconds.

    Answers “stopped” there, “done” where it had finished before, “cut” where the delay cut it.
    """
    connections.close_all()
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # a fork beside the threads of the test runner
        child = os.fork()
    if child == 0:
        _do_and_wait(work, after, writer)
    os.close(writer)
    try:
        ready, _, _ = select.select([reader], [], [], delay)
        said = os.read(reader, 20).decode() if ready else "cut"
    finally:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(reader)
    assert os.WTERMSIG(status) == signal.SIGKILL, f"the child ended by itself: {said}"
    return said


def _do_and_wait(work: Callable[[], object], after: int, writer: int) -> None:
    """In the child: work, say where it stands, and wait to be killed. Never returns."""
    written = count(1)

    def watch(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith(WRITES) and next(written) == after:
            os.write(writer, b"stopped")
            signal.pause()
        return result

    with contextlib.suppress(BaseException), connection.execute_wrapper(watch):
        work()
        os.write(writer, b"done")
        signal.pause()
    os._exit(1)


def settled(obj):
    """The record once the transaction of whoever was killed is over; read anew."""
    with transaction.atomic():
        return type(obj).objects.select_for_update(of=("self",)).get(pk=obj.pk)


def each_place(make: Callable[[], object], move: Callable, holds: Callable) -> list[str]:
    """Kill a move at each of its places and at some moments by chance; ``holds`` judges what is left of each.

    Answers what came out, place by place.
    """
    outcomes = []
    for after in count(1):
        obj = make()
        said = killed(lambda: move(obj), after=after)  # noqa: B023 -- used at once
        outcomes.append(holds(settled(obj)))
        if said == "done":
            break
        assert said == "stopped"
    obj = make()
    began = time.perf_counter()
    killed(lambda: move(obj))
    usual = time.perf_counter() - began
    chance = random.Random(5)
    for _ in range(AT_RANDOM):
        obj = make()
        killed(lambda: move(obj), delay=chance.uniform(0.1, 1) * usual)  # noqa: B023
        outcomes.append(holds(settled(obj)))
    return outcomes


def logs(obj) -> list[str]:
    return list(obj.transitions.order_by("pk").values_list("action", flat=True))


def test_a_step_of_a_cycle_is_done_with_its_frozen_record_or_not_at_all(world, edition, plain_steps):
    def make() -> Cycle:
        cycle = make_cycle(world.area, world.head, edition=edition, year=next(YEARS))
        tick(cycle, 1)
        cycle.rows.filter(number=1).update(notes="ดำเนินการแล้ว", owner=world.supervisor)
        cycle.rows.filter(number=2).update(owner=world.colleague)
        return Cycle.objects.get(pk=cycle.pk)

    def holds(cycle: Cycle) -> str:
        done = cycle.state == "step_2"
        frozen = StepRecord.objects.filter(step__cycle=cycle)
        assert (cycle.revision, logs(cycle), frozen.count()) == ((1, ["complete_1"], 1) if done else (0, [], 0))
        if not done:
            perform(cycle, "complete_1", by=world.head)
            assert (cycle.state, logs(cycle), frozen.count()) == ("step_2", ["complete_1"], 1)
        return "all" if done else "nothing"

    outcomes = each_place(make, lambda cycle: perform(cycle, "complete_1", by=world.head), holds)

    assert outcomes[:3] == ["nothing"] * 3  # the claim of the row, the log, the record
    assert "all" in outcomes


def test_a_plan_goes_along_its_chain_and_makes_its_visits_or_stays_where_it_was(world):
    def submitted() -> Plan:
        plan = make_plan(world.area, world.supervisor)
        for school in (world.school, world.other_school):
            make_item(plan, school, world.supervisor, team=[world.colleague], instruments=[world.instrument])
        perform(plan, "submit", by=world.supervisor)
        return Plan.objects.get(pk=plan.pk)

    def endorsed() -> Plan:
        plan = submitted()
        perform(plan, "endorse", by=world.head)
        return Plan.objects.get(pk=plan.pk)

    def stands(plan: Plan) -> tuple:
        decided = Approval.objects.filter(object_id=plan.pk, log__isnull=False).count()
        visits = Visit.objects.filter(plan_item__plan=plan)
        parts = [model.objects.filter(visit__in=visits).count() for model in (VisitMember, VisitForm)]
        return plan.state, logs(plan), decided, visits.count(), *parts

    at_head = ("submitted", ["submit"], 0, 0, 0, 0)
    at_director = ("submitted", ["submit", "endorse"], 1, 0, 0, 0)
    approved = ("approved", ["submit", "endorse", "approve"], 2, 2, 4, 2)

    def judge(before: tuple, after: tuple, name: str, by) -> Callable[[Plan], str]:
        def holds(plan: Plan) -> str:
            found = stands(plan)
            assert found in (before, after)
            if found == before:
                perform(plan, name, by=by)
                assert stands(plan) == after
            return "all" if found == after else "nothing"

        return holds

    for make, name, by, before, after in (
        (submitted, "endorse", world.head, at_head, at_director),
        (endorsed, "approve", world.director, at_director, approved),
    ):
        outcomes = each_place(
            make,
            lambda plan: perform(plan, name, by=by),  # noqa: B023 -- used at once
            judge(before, after, name, by),
        )
        assert outcomes[:3] == ["nothing"] * 3
        assert "all" in outcomes
    assert TransitionLog.objects.filter(action="approve").count() == Plan.objects.filter(state="approved").count()
