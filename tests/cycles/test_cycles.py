"""A cycle goes through its steps: what holds it back, who moves it, what is kept, how it goes round again."""

import threading
from datetime import date, timedelta

import pytest
from django.db import close_old_connections, connection
from django.urls import reverse
from django.utils import timezone

from cycles.flows import cycle_machine
from cycles.models import Cycle, StepRecord
from cycles.services.cycles import (
    ChangedMeanwhileError,
    CycleRefusedError,
    add_check,
    add_evidence,
    choose_source,
    mark_checks,
    open_cycle,
    remove_check,
    remove_evidence,
    schedule_step,
    set_improve_to,
    write_step,
)
from tests.cycles.factories import make_cycle, tick
from workflows.models import Notice, TransitionLog
from workflows.services import NotAllowedError, TransitionError, perform


def ready(cycle, number):
    """The step's gate holds."""
    tick(cycle, number)
    cycle.rows.filter(number=number).update(notes="ดำเนินการแล้ว")
    return Cycle.objects.get(pk=cycle.pk)


def names(machine, state):
    return {t.name for t in machine.transitions if state in t.source}


@pytest.mark.parametrize(("steps", "decides"), [(6, 5), (7, 5), (3, 0), (1, 0)])
def test_the_table_of_every_process_is_sound_and_goes_back_only_where_it_may(steps, decides):
    machine = cycle_machine(steps, decides)

    assert machine.problems() == []
    assert len(machine.states) == steps + 2
    last = names(machine, f"step_{steps}")
    assert {f"complete_{steps}", "cancel"} <= last
    if decides:
        assert names(machine, f"step_{decides}") == {
            "carry_on", "cancel", *(f"improve_{n}" for n in range(1, decides)), *(f"reopen_{n}" for n in range(1, decides)),
        }  # fmt: skip
        assert all(machine[f"improve_{n}"].reason and machine[f"reopen_{n}"].reason for n in range(1, decides))


def test_a_cycle_opens_with_windows_from_handbook_and_calendar_and_the_people_of_the_year_before(world, edition):
    networks = open_cycle(world.area, "P-5.2", 2569, by=world.head, edition=edition)

    days = [(row.starts_on, row.ends_on) for row in networks.all_steps]
    assert days[0] == (date(2026, 1, 1), date(2026, 4, 30))
    assert days[2] == (date(2026, 5, 1), date(2026, 5, 31))
    assert days[3] == days[4] == (date(2026, 5, 16), date(2027, 4, 1))
    assert days[5] == days[4]
    assert days[6] == (date(2027, 3, 1), date(2027, 4, 30))
    assert networks.improve_to == 4
    networks.rows.filter(number=2).update(owner=world.supervisor)
    after = open_cycle(world.area, "P-5.2", 2570, by=world.head, edition=edition)
    assert after.before == networks
    assert after.step(2).owner == world.supervisor
    first = open_cycle(world.area, "P-5.1", 2570, by=world.head, edition=edition)
    year = [(row.starts_on, row.ends_on) for row in first.all_steps]
    assert (year[0][0], year[-1][1]) == (date(2026, 10, 1), date(2027, 9, 30))
    assert all(begin <= end for begin, end in year)

    with pytest.raises(CycleRefusedError, match="อยู่แล้ว"):
        open_cycle(world.area, "P-5.1", 2570, by=world.head, edition=edition)
    with pytest.raises(CycleRefusedError, match="ไม่มีกระบวนงาน"):
        open_cycle(world.area, "P-9.9", 2570, by=world.head, edition=edition)
    with pytest.raises(CycleRefusedError, match="ยังไม่มีคู่มือ"):
        open_cycle(world.far_area, "P-5.1", 2570, by=world.far_head)
    with pytest.raises(NotAllowedError):
        open_cycle(world.area, "P-5.1", 2571, by=world.supervisor, edition=edition)


def test_a_step_ends_only_when_its_gate_holds_and_only_by_whom_it_concerns(world, cycle):
    with pytest.raises(TransitionError, match="ยังไม่ได้ยืนยันมาตรฐาน") as refused:
        perform(cycle, "complete_1", by=world.supervisor)
    assert "ยังไม่มีผลงานหรือบันทึก" in str(refused.value)
    assert str(world.supervisor) in str(refused.value)

    cycle = ready(cycle, 1)
    for person in (world.colleague, world.director, world.committee, world.far_head):
        with pytest.raises(NotAllowedError):
            perform(Cycle.objects.get(pk=cycle.pk), "complete_1", by=person)
    perform(cycle, "complete_1", by=world.supervisor)

    assert cycle.present == 2
    record = StepRecord.objects.get(step__cycle=cycle)
    assert (record.round, record.step.number, record.log.by) == (1, 1, world.supervisor)
    assert record.checks == [[record.step.checks.get().text, True, ""]]


def test_what_is_done_is_closed_until_the_head_opens_it_again_with_a_reason(world, cycle):
    cycle = ready(cycle, 1)
    perform(cycle, "complete_1", by=world.head)
    with pytest.raises(CycleRefusedError, match="เปิดขั้นนี้อีกครั้ง"):
        write_step(cycle.step(1), by=world.supervisor, notes="แก้ภายหลัง")
    write_step(cycle.step(3), by=world.supervisor, notes="เตรียมล่วงหน้า")

    with pytest.raises(NotAllowedError):
        perform(cycle, "reopen_1", by=world.supervisor, reason="ข้อมูลผิด")
    with pytest.raises(TransitionError, match="เหตุผล"):
        perform(Cycle.objects.get(pk=cycle.pk), "reopen_1", by=world.head)
    cycle = Cycle.objects.get(pk=cycle.pk)
    perform(cycle, "reopen_1", by=world.head, reason="ข้อมูลนักเรียนคลาดเคลื่อน")

    assert cycle.present == 1
    assert not cycle.step(1).checks.get().met
    assert StepRecord.objects.filter(step__cycle=cycle).count() == 1
    write_step(cycle.step(1), by=world.supervisor, notes="แก้แล้ว")
    cycle = ready(cycle, 1)
    perform(cycle, "complete_1", by=world.supervisor)
    assert StepRecord.objects.filter(step__cycle=cycle).count() == 2
    assert cycle.step(1).record.log.by == world.supervisor


def test_improving_goes_back_to_the_chosen_step_counts_the_round_and_keeps_the_reason(world, edition, plain_steps):
    cycle = ready(make_cycle(world.area, world.head, edition=edition, at=5), 5)
    set_improve_to(cycle, 3, by=world.head)
    cycle = Cycle.objects.get(pk=cycle.pk)
    tick(cycle, 3, 4)

    with pytest.raises(TransitionError, match="ดำเนินการ|สถานะ"):
        perform(Cycle.objects.get(pk=cycle.pk), "improve_4", by=world.head, reason="ผลต่ำกว่าเป้า")
    with pytest.raises(NotAllowedError):
        perform(Cycle.objects.get(pk=cycle.pk), "improve_3", by=world.workgroup_head, reason="ผลต่ำกว่าเป้า")
    perform(cycle, "improve_3", by=world.head, reason="ผลต่ำกว่าเป้า")

    assert (cycle.present, Cycle.objects.get(pk=cycle.pk).round) == (3, 2)
    assert StepRecord.objects.get(step__cycle=cycle).round == 1
    assert not cycle.rows.filter(number__in=(3, 4, 5), checks__met=True).exists()
    for number in (3, 4):
        cycle = ready(cycle, number)
        perform(cycle, f"complete_{number}", by=world.head)
    cycle = ready(cycle, 5)
    perform(cycle, "carry_on", by=world.director)
    cycle = ready(cycle, 6)
    perform(cycle, "complete_6", by=world.head)

    assert cycle.is_finished
    assert [r.round for r in StepRecord.objects.filter(step__cycle=cycle, step__number=5).order_by("pk")] == [1, 2]
    with pytest.raises(CycleRefusedError, match="รอบถัดไป"):
        write_step(cycle.step(6), by=world.head, notes="สาย")
    with pytest.raises(CycleRefusedError):
        set_improve_to(cycle, 2, by=world.head)


def test_two_who_write_the_same_step_never_overwrite_each_other(world, cycle, signed_in):
    step, other = Cycle.objects.get(pk=cycle.pk).step(1), Cycle.objects.get(pk=cycle.pk).step(1)

    write_step(step, by=world.supervisor, content={"analysis": "ก"}, seen=0)
    with pytest.raises(ChangedMeanwhileError, match=str(world.supervisor)):
        write_step(other, by=world.colleague, content={"analysis": "ข"}, seen=0)
    write_step(other, by=world.colleague, content={"analysis": "ข"}, seen=1)

    assert cycle.rows.get(number=1).content == {"analysis": "ข"}
    first, second = step.checks.get(), step.checks.create(place=2, text="ของสำนักงาน")
    client, page = signed_in(world.supervisor), step.get_absolute_url()
    was = {f"was-{check.pk}": "0 " for check in (first, second)}
    client.post(f"{page}checks/", {f"met-{first.pk}": "on", **was})
    client.post(f"{page}checks/", {f"met-{second.pk}": "on", **was})
    assert step.checks.filter(met=True).count() == 2
    assert client.post(f"{page}notes/", {"notes": "ทับ", "seen": "0"}).status_code == 409


def test_the_person_put_in_charge_hears_of_it_and_must_work_for_the_office(
    world, cycle, django_capture_on_commit_callbacks
):
    step = cycle.step(2)
    with django_capture_on_commit_callbacks(execute=True):
        schedule_step(step, by=world.head, starts_on=step.starts_on, ends_on=step.ends_on, owner=world.colleague)
    assert Notice.objects.get(user=world.colleague).url == step.get_absolute_url()

    for owner in (world.far_supervisor, world.school_head):
        with pytest.raises(CycleRefusedError, match="ไม่ได้เป็นศึกษานิเทศก์"):
            schedule_step(step, by=world.head, starts_on=step.starts_on, ends_on=step.ends_on, owner=owner)
    with pytest.raises(CycleRefusedError, match="วันสิ้นสุด"):
        schedule_step(step, by=world.head, starts_on=step.ends_on, ends_on=step.starts_on, owner=None)
    with pytest.raises(NotAllowedError):
        schedule_step(step, by=world.supervisor, starts_on=step.starts_on, ends_on=step.ends_on, owner=None)


def test_a_step_past_its_window_is_late_until_it_is_done(world, cycle):
    yesterday = timezone.localdate() - timedelta(days=1)
    cycle.rows.update(starts_on=yesterday - timedelta(days=9), ends_on=yesterday)
    cycle = Cycle.objects.get(pk=cycle.pk)
    assert [step.days_late for step in cycle.all_steps] == [1] * 6

    cycle = ready(cycle, 1)
    perform(cycle, "complete_1", by=world.head)
    assert [step.days_late for step in cycle.all_steps] == [0, *[1] * 5]


def test_evidence_of_a_frozen_record_stays_and_a_stranger_takes_nothing_away(world, cycle):
    link = add_evidence(cycle.step(1), by=world.supervisor, title="ฐานข้อมูล", url="https://example.org/data")
    with pytest.raises(NotAllowedError, match=str(world.supervisor)):
        remove_evidence(link, by=world.colleague)
    with pytest.raises(CycleRefusedError, match="เลือกไฟล์หรือใส่ลิงก์"):
        add_evidence(cycle.step(1), by=world.supervisor, title="ว่าง")
    with pytest.raises(NotAllowedError):
        add_evidence(cycle.step(1), by=world.clerk, title="ก", url="https://example.org/x")
    mark_checks(cycle.step(1), {check.pk: (True, "ครบ") for check in cycle.step(1).checks.all()}, by=world.supervisor)
    cycle = Cycle.objects.get(pk=cycle.pk)
    perform(cycle, "complete_1", by=world.supervisor)
    perform(cycle, "reopen_1", by=world.head, reason="เพิ่มข้อมูล")

    with pytest.raises(CycleRefusedError, match="บันทึกที่จบขั้นไปแล้ว"):
        remove_evidence(link, by=world.supervisor)
    extra = add_evidence(cycle.step(1), by=world.supervisor, title="เพิ่ม", url="https://example.org/more")
    remove_evidence(extra, by=world.supervisor)
    assert cycle.step(1).evidence.count() == 1


def test_the_handbooks_lines_of_the_standard_stay_and_the_offices_own_may_go(world, cycle):
    own = add_check(cycle.step(1), "มีทะเบียนครู", by=world.head)
    with pytest.raises(CycleRefusedError, match="มาตรฐานของคู่มือ"):
        remove_check(cycle.step(1).checks.first(), by=world.head)
    with pytest.raises(NotAllowedError):
        remove_check(own, by=world.supervisor)
    remove_check(own, by=world.workgroup_head)

    assert [check.is_own for check in cycle.step(1).checks.all()] == [False]


@pytest.mark.django_db(transaction=True)
def test_twenty_people_press_at_once_and_one_move_results(world, cycle):
    cycle = ready(cycle, 1)
    start, outcomes = threading.Barrier(20), []

    def press():
        try:
            start.wait(30)
            mine = Cycle.objects.get(pk=cycle.pk)
            perform(mine, "complete_1", by=world.head, seen=0)
            outcomes.append("moved")
        except TransitionError as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()

    assert outcomes.count("moved") == 1
    assert len(outcomes) == 20
    assert all("ไปก่อนแล้ว" in said or "สถานะ" in said for said in outcomes if said != "moved")
    assert TransitionLog.objects.filter(action="complete_1").count() == 1
    assert StepRecord.objects.filter(step__cycle=cycle).count() == 1


def test_a_schedule_left_open_resets_nothing_and_the_second_to_change_a_step_is_told(world, cycle, signed_in):
    url = reverse("cycles:schedule", args=[cycle.pk])
    head, colleague = signed_in(world.head), signed_in(world.workgroup_head)
    page = fields_of(head.get(url))
    assert page.keys() >= {"s1-seen", "s2-seen", "s1-owner"}
    stale = dict(page)

    assert head.post(url, page | {"s1-ends_on": "15/12/2569", "s2-owner": world.colleague.pk}).status_code == 302
    assert colleague.post(url, stale | {"s3-owner": world.colleague.pk}).status_code == 302
    rows = {row.number: row for row in cycle.rows.all()}
    assert (rows[1].ends_on.isoformat(), rows[2].owner, rows[3].owner) == (
        "2026-12-15",
        world.colleague,
        world.colleague,
    )

    late = colleague.post(url, stale | {"s1-ends_on": "29/11/2569"})
    assert late.status_code == 422
    assert "มีผู้อื่นบันทึกส่วนนี้ไปก่อนแล้ว" in late.content.decode()
    again = fields_of(late)
    assert again["s1-ends_on"] == "29/11/2569"
    assert cycle.rows.get(number=1).ends_on.isoformat() == "2026-12-15"
    assert colleague.post(url, again).status_code == 302
    assert cycle.rows.get(number=1).ends_on.isoformat() == "2026-11-29"


def fields_of(response) -> dict[str, str]:
    """What the page's fields hold, as a browser would send them."""
    found = {}
    for form in [form for _, form in response.context["forms"]] + [response.context["improve"]]:
        found |= {field.html_name: field.value() for field in form if field.value() is not None}
    return {name: str(value) for name, value in found.items()}


def test_choices_that_a_person_can_not_see_stay_when_that_person_chooses(world, cycle):
    step = cycle.step(1)
    choose_source(step, "surveys", [4, 5, 6], by=world.head)

    choose_source(step, "surveys", [7], by=world.supervisor, offered=[5, 7])

    assert cycle.rows.get(number=1).sources == {"surveys": [4, 6, 7]}


def test_the_board_shows_what_its_tab_and_its_filter_ask_for(world, edition, cycle, signed_in):
    cycle.rows.update(starts_on=date(2999, 1, 1), ends_on=date(2999, 1, 2))
    late = make_cycle(world.area, world.head, edition=edition, year=2568)
    late.rows.filter(number=1).update(starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 2))
    over = make_cycle(world.area, world.head, edition=edition, year=2567, at="finished")
    over.rows.update(starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 2))
    client = signed_in(world.supervisor)

    def shown(**query) -> list[int]:
        return [row.cycle.pk for row in client.get(reverse("cycles:board"), query).context["rows"]]

    assert shown() == [cycle.pk, late.pk]
    assert shown(show="late") == [late.pk]
    assert shown(show="mine") == [cycle.pk]
    assert shown(show="over") == [over.pk]
    assert shown(show="all", year="2567") == [over.pk]
    assert shown(show="all", year="x", process="no-such") == [cycle.pk, late.pk, over.pk]
