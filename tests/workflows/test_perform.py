"""One door: who presses, what is checked, what is written, what is undone, and who hears of it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.flows import Role
from accounts.models import RoleAssignment
from supervision.flows import PLAN, VISIT
from supervision.models import Plan, Visit
from tests.supervision.factories import LONG_AGO, make_item, make_plan, make_visit, put
from workflows.models import TransitionLog
from workflows.services import (
    NotAllowedError,
    TransitionError,
    available_transitions,
    blocking_reasons,
    perform,
    transitioned,
)


@pytest.fixture
def visit(world) -> Visit:
    return make_visit(world.school, world.supervisor)


@pytest.fixture
def effects(monkeypatch):
    """Effects of this test alone, beside none of the product's own."""
    registered: dict[str, list] = {}
    monkeypatch.setattr(VISIT, "effects", registered)
    monkeypatch.setattr(PLAN, "effects", {})
    return registered


@pytest.fixture
def heard():
    """What listeners were told, in order: (record, action)."""
    told = []

    def listen(sender, instance, log, **kwargs):
        told.append((instance, log.action))

    transitioned.connect(listen)
    yield told
    transitioned.disconnect(listen)


# -- What a move writes --------------------------------------------------------------------------------------------


def test_a_move_changes_the_state_and_is_logged_with_everything_about_it(world, visit):
    log = perform(visit, "postpone", by=world.supervisor, reason="  ครูอบรม\u200b  ", data={"to": "2026-12-09"})

    visit.refresh_from_db()
    assert (visit.state, visit.revision) == ("postponed", 1)
    log.refresh_from_db()
    assert log.target == visit
    assert {
        "action": log.action,
        "label": log.label,
        "from": log.from_state,
        "to": log.to_state,
        "by": log.by,
        "role": log.role,
        "acting": log.acting,
        "position": log.position,
        "reason": log.reason,
        "digest": log.digest,
        "data": log.data,
    } == {
        "action": "postpone",
        "label": "เลื่อนการนิเทศ",
        "from": "planned",
        "to": "postponed",
        "by": world.supervisor,
        "role": Role.SUPERVISOR,
        "acting": False,
        "position": "ศึกษานิเทศก์ชำนาญการพิเศษ",
        "reason": "ครูอบรม",
        "digest": "",
        "data": {"to": "2026-12-09"},
    }
    assert list(visit.transitions.all()) == [log]


def test_an_acting_head_signs_as_one(world):
    visit = make_visit(world.school, world.supervisor, state="submitted")
    RoleAssignment.objects.create(
        user=world.colleague, role=Role.GROUP_HEAD, area=world.area, starts_on=LONG_AGO, acting=True
    )

    log = perform(visit, "check", by=world.colleague)

    assert (log.role, log.acting, log.role_title) == (Role.GROUP_HEAD, True, "รักษาราชการแทนผู้อำนวยการกลุ่มนิเทศฯ")


def test_a_full_appointment_goes_before_an_acting_one(world):
    visit = make_visit(world.school, world.supervisor, state="submitted")
    RoleAssignment.objects.create(
        user=world.head, role=Role.GROUP_HEAD, area=world.area, starts_on=LONG_AGO, acting=True
    )

    assert perform(visit, "check", by=world.head).acting is False


def test_what_was_approved_is_remembered_by_its_digest(world):
    visit = make_visit(world.school, world.supervisor, state="submitted", summary="ครูจัดการเรียนรู้เชิงรุกได้ดี")
    same = visit.content_digest()

    log = perform(visit, "check", by=world.head)

    assert log.digest == same
    assert len(log.digest) == 64
    visit.summary = "เปลี่ยนไป"
    assert visit.content_digest() != same


# -- What refuses a move -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "name", "who", "reason", "sentence"),
    [
        (
            "planned",
            "check",
            "head",
            "",
            "รายการนี้อยู่ในสถานะ “ตามกำหนดการ” จึงตรวจแล้ว ถูกต้องไม่ได้ในขณะนี้ โปรดเปิดหน้าใหม่เพื่อดูสถานะล่าสุด",
        ),
        (
            "submitted",
            "check",
            "colleague",
            "",
            "ท่านไม่มีสิทธิ์ตรวจแล้ว ถูกต้อง ผู้ที่ดำเนินการได้คือหัวหน้ากลุ่มงาน หรือ ผู้อำนวยการกลุ่มนิเทศฯ",
        ),
        (
            "submitted",
            "check",
            "far_head",
            "",
            "ท่านไม่มีสิทธิ์ตรวจแล้ว ถูกต้อง ผู้ที่ดำเนินการได้คือหัวหน้ากลุ่มงาน หรือ ผู้อำนวยการกลุ่มนิเทศฯ",
        ),
        (
            "submitted",
            "return",
            "head",
            " \n ",
            "โปรดระบุเหตุผลของการส่งกลับแก้ไข เพื่อให้ผู้เกี่ยวข้องทราบว่าต้องทำอะไรต่อ",
        ),
        (
            "in_progress",
            "submit",
            "supervisor",
            "",
            "โปรดระบุวันที่นิเทศจริง โปรดเขียนสรุปผลการนิเทศ "
            "ผู้นิเทศยังไม่ได้ลงนาม ผู้รับการนิเทศยังไม่ได้ลงนาม (หากไม่สะดวกลงนามโปรดระบุเหตุผล)",
        ),
    ],
)
def test_a_refused_move_explains_itself_and_leaves_no_trace(world, state, name, who, reason, sentence):
    visit = make_visit(world.school, world.supervisor, state=state)

    with pytest.raises(TransitionError) as refusal:
        perform(visit, name, by=getattr(world, who), reason=reason)

    assert str(refusal.value) == sentence
    visit.refresh_from_db()
    assert (visit.state, visit.revision) == (state, 0)
    assert not TransitionLog.objects.exists()


def test_a_refused_person_is_refused_in_djangos_own_way_too(world):
    visit = make_visit(world.school, world.supervisor, state="submitted")

    with pytest.raises(PermissionDenied):
        perform(visit, "check", by=world.supervisor)


def test_a_record_that_was_taken_away_says_so(world):
    visit = make_visit(world.school, world.supervisor)
    Visit.objects.get(pk=visit.pk).delete()

    with pytest.raises(TransitionError, match="รายการนี้ถูกนำออกไปแล้ว"):
        perform(visit, "start", by=world.supervisor)


def test_a_page_that_shows_an_older_state_moves_nothing(world, visit):
    perform(visit, "postpone", by=world.supervisor, reason="ฝนตก")

    with pytest.raises(TransitionError) as refusal:
        perform(Visit.objects.get(pk=visit.pk), "start", by=world.supervisor, seen=0)

    assert str(refusal.value) == (
        "มีผู้ดำเนินการกับรายการนี้ไปก่อนแล้ว (เลื่อนการนิเทศ โดย นายสมใจ ใจดี) โปรดเปิดหน้าใหม่แล้วตรวจสอบอีกครั้ง"
    )


def test_a_copy_in_memory_that_is_behind_moves_nothing(world, visit):
    behind = Visit.objects.get(pk=visit.pk)
    perform(visit, "postpone", by=world.supervisor, reason="ฝนตก")

    with pytest.raises(TransitionError, match="มีผู้ดำเนินการกับรายการนี้ไปก่อนแล้ว"):
        perform(behind, "cancel", by=world.supervisor, reason="ซ้ำ")

    assert TransitionLog.objects.count() == 1


def test_guards_read_what_is_stored_and_not_what_the_caller_still_holds(world):
    plan = make_plan(world.area, world.supervisor)
    make_item(plan, world.school, world.supervisor, instruments=[world.instrument])
    held = Plan.objects.get(pk=plan.pk)
    Plan.objects.filter(pk=plan.pk).update(rationale="")

    with pytest.raises(TransitionError, match="ก่อนส่ง"):
        perform(held, "submit", by=world.supervisor)


def test_team_members_who_joined_meanwhile_are_known_to_the_check(world):
    visit = make_visit(world.school, world.supervisor, state="submitted")
    assert visit.team_ids == {world.supervisor.pk}
    visit.members.create(user=world.head)

    with pytest.raises(NotAllowedError):
        perform(visit, "check", by=world.head)


# -- What goes with a move -----------------------------------------------------------------------------------------


def test_effects_share_the_fate_of_the_move(world, visit, effects):
    @VISIT.effect("postpone")
    def note(moved, log):
        moved.hosts = f"{log.label}: {log.reason}"
        moved.save(update_fields=["hosts"])

    perform(visit, "postpone", by=world.supervisor, reason="ฝนตก")

    visit.refresh_from_db()
    assert (visit.state, visit.hosts) == ("postponed", "เลื่อนการนิเทศ: ฝนตก")


def test_an_effect_that_fails_takes_everything_back(world, visit, effects, heard, django_capture_on_commit_callbacks):
    @VISIT.effect("postpone")
    def write_and_fail(moved, log):
        moved.hosts = "เขียนไปแล้ว"
        moved.save(update_fields=["hosts"])
        raise TransitionError("ทำต่อไม่ได้")

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(TransitionError, match="ทำต่อไม่ได้"):
        perform(visit, "postpone", by=world.supervisor, reason="ฝนตก")

    assert (visit.state, visit.revision) == ("planned", 0)
    visit.refresh_from_db()
    assert (visit.state, visit.revision, visit.hosts) == ("planned", 0, "")
    assert not TransitionLog.objects.exists()
    assert heard == []


def test_listeners_hear_only_after_commit(world, visit, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        perform(visit, "postpone", by=world.supervisor, reason="ฝนตก")
        before_commit = list(heard)
    for callback in callbacks:
        callback()

    assert before_commit == []
    assert heard == [(visit, "postpone")]


def test_a_listener_that_fails_harms_neither_the_move_nor_the_next_listener(
    world, visit, heard, django_capture_on_commit_callbacks
):
    def broken(**kwargs):
        raise RuntimeError("no mail server")

    transitioned.connect(broken)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            perform(visit, "postpone", by=world.supervisor, reason="ฝนตก")
    finally:
        transitioned.disconnect(broken)

    assert heard == [(visit, "postpone")]
    visit.refresh_from_db()
    assert visit.state == "postponed"


# -- What is offered -----------------------------------------------------------------------------------------------


def test_only_what_a_person_may_do_now_is_offered_in_the_order_of_the_table(world, visit):
    def names(user) -> list[str]:
        return [transition.name for transition in available_transitions(visit, by=user)]

    assert names(world.supervisor) == ["start", "postpone", "cancel"]
    assert names(world.head) == ["postpone", "cancel"]
    assert names(world.colleague) == []
    assert names(world.school_head) == []


def test_a_button_is_offered_only_to_those_whose_press_would_be_logged_in_a_role(world):
    visit = make_visit(world.school, world.director)

    assert available_transitions(visit, by=world.director) == []
    with pytest.raises(NotAllowedError):
        perform(visit, "start", by=world.director)


def test_every_reason_that_blocks_is_told_at_once(world):
    plan = make_plan(world.area, world.supervisor, rationale="", starts_on=date(2026, 10, 1))

    reasons = blocking_reasons(plan, PLAN["submit"])

    assert len(reasons) == 2
    assert reasons[1] == "แผนยังไม่มีกำหนดการนิเทศ โปรดเพิ่มโรงเรียนอย่างน้อย 1 แห่ง"


# -- No other door -------------------------------------------------------------------------------------------------


def test_saving_a_changed_state_is_refused(visit):
    visit.state = "closed"

    with pytest.raises(ValidationError, match="สถานะเปลี่ยนได้ด้วยการดำเนินการตามขั้นตอนเท่านั้น"):
        visit.save()
    with pytest.raises(ValidationError, match="สถานะเปลี่ยนได้"):
        visit.save(update_fields=["state"])
    visit.refresh_from_db()
    assert visit.state == "planned"


def test_a_record_is_born_in_the_first_state(world):
    with pytest.raises(ValidationError, match="สถานะเปลี่ยนได้"):
        Visit(area=world.area, school=world.school, state="closed").save()


@pytest.mark.parametrize("named", [None, ["hosts", "state", "revision"]])
def test_saving_an_old_copy_never_takes_the_state_back(world, visit, named):
    old = Visit.objects.get(pk=visit.pk)
    perform(visit, "postpone", by=world.supervisor, reason="ฝนตก")

    old.hosts = "นางสาวดวงใจ"
    old.save(update_fields=named)

    visit.refresh_from_db()
    assert (visit.state, visit.revision, visit.hosts) == ("postponed", 1, "นางสาวดวงใจ")


def test_a_copy_that_was_read_anew_can_be_saved(world, visit):
    old = Visit.objects.get(pk=visit.pk)
    perform(visit, "postpone", by=world.supervisor, reason="ฝนตก")

    old.refresh_from_db()
    old.hosts = "นางสาวดวงใจ"
    old.save()

    assert Visit.objects.values_list("state", "hosts").get() == ("postponed", "นางสาวดวงใจ")


def test_a_copy_read_without_its_state_can_be_saved(world):
    visit = make_visit(world.school, world.supervisor, state="closed")
    partly = Visit.objects.only("hosts").get(pk=visit.pk)

    partly.hosts = "นางสาวดวงใจ"
    partly.save(update_fields=["hosts"])
    assert partly.state == "closed"
    partly.save()

    assert Visit.objects.values_list("state", "hosts").get() == ("closed", "นางสาวดวงใจ")


def test_reading_anew_forgets_what_was_worked_out_before(world, visit):
    assert visit.team_ids == {world.supervisor.pk}
    visit.members.create(user=world.colleague)

    visit.refresh_from_db()

    assert visit.team_ids == {world.supervisor.pk, world.colleague.pk}


def test_a_state_outside_the_table_is_refused_by_the_database_itself(visit):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        put(visit, "somewhere")
