"""People who press at the same moment: one wins, the others are told so. Real threads, real commits."""

import threading

import pytest
from django.db import connection

from accounts.models import User
from supervision.flows import PLAN
from supervision.models import Plan, Visit
from tests.supervision.factories import make_plan, make_visit
from workflows.models import Approval, TransitionLog
from workflows.services import TransitionError, perform, record_approval

PEOPLE = 8
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(press, number: int = PEOPLE) -> list[str]:
    """Run ``press(place)`` in so many threads, started together; the answers, "" for whoever won."""
    gate = threading.Barrier(number)
    answers = [None] * number

    def run(place: int) -> None:
        try:
            gate.wait(timeout=30)
            press(place)
            answers[place] = ""
        except TransitionError as refusal:
            answers[place] = str(refusal)
        except BaseException as error:
            answers[place] = repr(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_one_of_many_who_press_the_same_button_wins_and_the_others_are_told(world):
    pk, by = make_visit(world.school, world.supervisor).pk, world.supervisor.pk
    loaded = [Visit.objects.get(pk=pk) for _ in range(PEOPLE)]
    people = [User.objects.get(pk=by) for _ in range(PEOPLE)]

    answers = at_once(lambda place: perform(loaded[place], "start", by=people[place]))

    assert sorted(answers)[0] == ""
    assert set(answers) == {
        "",
        "มีผู้ดำเนินการกับรายการนี้ไปก่อนแล้ว (เริ่มการนิเทศ โดย นายสมใจ ใจดี) โปรดเปิดหน้าใหม่แล้วตรวจสอบอีกครั้ง",
    }
    assert answers.count("") == 1
    assert TransitionLog.objects.count() == 1
    assert Visit.objects.values_list("state", "revision").get() == ("in_progress", 1)


def test_different_buttons_pressed_at_once_leave_one_coherent_history(world):
    pk = make_visit(world.school, world.supervisor).pk
    names = ["start", "postpone", "cancel", "start", "postpone", "cancel", "start", "postpone"]
    loaded = [Visit.objects.get(pk=pk) for _ in names]
    people = [User.objects.get(pk=world.supervisor.pk) for _ in names]

    answers = at_once(lambda place: perform(loaded[place], names[place], by=people[place], reason="พร้อมกัน"))

    assert answers.count("") == 1
    winner = TransitionLog.objects.get()
    assert winner.action == names[answers.index("")]
    assert Visit.objects.get(pk=pk).state == winner.to_state


def test_two_approvers_of_one_role_decide_one_link_once(world, monkeypatch):
    monkeypatch.setattr(PLAN, "effects", {"endorse": [record_approval]})
    plan = make_plan(world.area, world.supervisor, state="submitted")
    loaded = [Plan.objects.get(pk=plan.pk) for _ in range(2)]
    heads = [User.objects.get(pk=world.head.pk) for _ in range(2)]

    answers = at_once(lambda place: perform(loaded[place], "endorse", by=heads[place]), number=2)

    assert answers.count("") == 1
    assert TransitionLog.objects.filter(action="endorse").count() == 1
    assert list(Approval.objects.values_list("place", "log__action")) == [(1, "endorse"), (2, None)]
