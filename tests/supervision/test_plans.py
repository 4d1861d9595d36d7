"""Writing a plan and its schedule: what is kept, what is refused, and what an approved plan makes."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.flows import Role
from instruments.models import Response
from supervision.models import Plan, PlanItem, Visit
from supervision.services.plans import (
    EditConflictError,
    NotPlannerError,
    PlanRefusedError,
    add_item,
    add_items_in_bulk,
    copy_plan,
    create_plan,
    item_stamp,
    plan_stamp,
    remove_item,
    spread_windows,
    update_item,
    update_plan,
)
from tests.supervision.factories import assign, make_instrument, make_item, make_person, make_plan, make_school, put
from workflows.services import TransitionError, approvals_of, perform


def days(first: str, last: str = "") -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last or first)


# -- The plan itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "year", "span"),
    [
        (Plan.Period.FISCAL_YEAR, 2570, days("2026-10-01", "2027-09-30")),
        (Plan.Period.SEMESTER_1, 2569, days("2026-05-16", "2026-10-11")),
        (Plan.Period.SEMESTER_2, 2569, days("2026-11-01", "2027-04-01")),
    ],
)
def test_dates_follow_from_the_period_where_none_are_typed(world, period, year, span):
    plan = create_plan(area=world.area, by=world.supervisor, title="แผนนิเทศ", period=period, year=year)

    assert (plan.starts_on, plan.ends_on) == span
    assert (plan.state, plan.owner) == ("draft", world.supervisor)


def test_the_offices_own_calendar_gives_the_days_of_a_semester(world):
    world.area.years.create(
        year=2569,
        semester1_start=date(2026, 5, 18),
        semester1_end=date(2026, 10, 9),
        semester2_start=date(2026, 11, 2),
        semester2_end=date(2027, 3, 31),
        ends_on=date(2027, 5, 15),
    )

    plan = create_plan(area=world.area, by=world.supervisor, title="แผน", period=Plan.Period.SEMESTER_2, year=2569)

    assert (plan.starts_on, plan.ends_on) == days("2026-11-02", "2027-03-31")


def test_dates_that_followed_from_the_period_follow_the_new_period(world):
    plan = create_plan(area=world.area, by=world.supervisor, title="แผน", period=Plan.Period.FISCAL_YEAR, year=2570)

    moved = update_plan(plan, by=world.supervisor, year=2571, starts_on=plan.starts_on, ends_on=plan.ends_on)
    own = update_plan(moved, by=world.supervisor, year=2572, starts_on=date(2028, 11, 1), ends_on=date(2029, 3, 31))

    assert (moved.starts_on, moved.ends_on) == days("2027-10-01", "2028-09-30")
    assert (own.starts_on, own.ends_on) == days("2028-11-01", "2029-03-31")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "  "}, "โปรดตั้งชื่อแผน"),
        ({"year": 2026}, "พ.ศ. สี่หลัก"),
        ({"starts_on": date(2026, 12, 1), "ends_on": date(2026, 11, 1)}, "ต้องไม่อยู่ก่อน"),
    ],
)
def test_a_plan_that_says_nonsense_is_refused(world, fields, sentence):
    whole = {"title": "แผน", "period": Plan.Period.FISCAL_YEAR, "year": 2570}

    with pytest.raises(PlanRefusedError, match=sentence):
        create_plan(area=world.area, by=world.supervisor, **(whole | fields))

    assert not Plan.objects.exists()


def test_only_those_who_visit_schools_write_plans(world, people):
    allowed = set()
    for name, person in people.items():
        try:
            create_plan(area=world.area, by=person, title="แผน", period="fiscal", year=2570)
        except NotPlannerError:
            continue
        allowed.add(name)

    assert allowed == {"supervisor", "colleague", "workgroup_head", "head"}


@pytest.mark.parametrize("state", Plan.machine.keys)
def test_a_plan_is_written_by_its_owner_or_the_group_head_while_it_is_on_their_desk(world, people, state):
    plan = make_plan(world.area, world.supervisor, state)
    writers = set()
    for name, person in people.items():
        try:
            update_plan(plan, by=person, title=f"แผนของ {name}")
        except PlanRefusedError:
            continue
        writers.add(name)

    assert writers == ({"supervisor", "head"} if state in {"draft", "returned"} else set())


def test_the_refusal_names_who_may_write_and_what_to_do(world):
    plan = make_plan(world.area, world.supervisor, "submitted")

    with pytest.raises(PlanRefusedError, match="ถอนเรื่อง"):
        update_plan(plan, by=world.supervisor, title="ใหม่")
    with pytest.raises(NotPlannerError, match=str(world.supervisor)):
        update_plan(plan, by=world.colleague, title="ใหม่")


def test_two_people_editing_one_plan_are_told_of_each_other_and_nothing_is_overwritten(world):
    plan = make_plan(world.area, world.supervisor)
    seen = plan_stamp(plan)
    update_plan(plan, by=world.head, seen=seen, targets="ครูทุกคน 37 โรงเรียน")

    with pytest.raises(EditConflictError, match="วิภา") as conflict:
        update_plan(plan, by=world.supervisor, seen=seen, targets="ครูแกนนำ")

    assert conflict.value.current.targets == "ครูทุกคน 37 โรงเรียน"
    update_plan(plan, by=world.supervisor, seen=plan_stamp(conflict.value.current), targets="ครูแกนนำ")
    plan.refresh_from_db()
    assert plan.targets == "ครูแกนนำ"


def test_the_team_comes_from_the_office_itself(world):
    plan = make_plan(world.area, world.supervisor)

    update_plan(plan, by=world.supervisor, team=[world.supervisor, world.colleague, world.colleague])
    with pytest.raises(PlanRefusedError, match="ไกลกังวล"):
        update_plan(plan, by=world.supervisor, team=[world.far_supervisor])

    assert set(plan.team.all()) == {world.supervisor, world.colleague}


def test_history_names_the_person_who_wrote(world):
    plan = make_plan(world.area, world.supervisor)

    update_plan(plan, by=world.head, budget=Decimal("49750.00"))

    last = plan.history.order_by("history_id").last()
    assert (last.history_user, last.budget) == (world.head, Decimal("49750.00"))


# -- The schedule --------------------------------------------------------------------------------------------------


def line(world, **changes) -> dict:
    """What a good line says; changed where a test needs a bad one."""
    first, last = days("2026-12-01", "2026-12-02")
    return {
        "school": world.school,
        "starts_on": first,
        "ends_on": last,
        "purpose": "การจัดการเรียนรู้เชิงรุก",
        "lead": world.supervisor,
        "team": [world.colleague, world.supervisor],
        "instruments": [world.instrument],
    } | changes


def test_a_line_of_the_schedule_is_kept_whole(world):
    plan = make_plan(world.area, world.supervisor)

    item = add_item(plan, by=world.supervisor, **line(world))

    assert (item.school, item.starts_on, item.ends_on) == (world.school, date(2026, 12, 1), date(2026, 12, 2))
    assert (item.lead, list(item.team.all())) == (world.supervisor, [world.colleague])
    assert list(item.instruments.all()) == [world.instrument]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (lambda w: {"school": w.far_school}, "ไม่ได้อยู่ในเขตพื้นที่ของแผน"),
        (lambda w: {"lead": w.far_supervisor}, "ไม่ได้เป็นผู้นิเทศของเขตนี้"),
        (lambda w: {"lead": w.school_head}, "ไม่ได้เป็นผู้นิเทศของเขตนี้"),
        (lambda w: {"team": [w.stranger]}, "ไม่ได้เป็นผู้นิเทศของเขตนี้"),
        (lambda w: {"purpose": " "}, "ประเด็นการนิเทศ"),
        (lambda w: {"ends_on": date(2026, 11, 30)}, "ต้องไม่อยู่ก่อนวันเริ่ม"),
        (lambda w: {"starts_on": date(2026, 9, 30)}, "1 ตุลาคม 2569 – 30 กันยายน 2570"),
        (lambda w: {"instruments": [make_instrument(area=w.far_area)]}, "ไม่มีฉบับที่เผยแพร่สำหรับเขตนี้"),
        (lambda w: {"school": make_school(w.area, "ปิดแล้ว", closed_on=date(2026, 11, 1))}, "ยุบเลิก"),
    ],
)
def test_a_bad_line_is_refused_alone_and_in_bulk(world, changes, sentence):
    plan = make_plan(world.area, world.supervisor)
    bad = line(world, **changes(world))

    with pytest.raises(PlanRefusedError, match=sentence):
        add_item(plan, by=world.supervisor, **bad)
    if not (changes(world).get("ends_on") or changes(world).get("starts_on")):
        school = bad.pop("school")
        with pytest.raises(PlanRefusedError, match=sentence):
            add_items_in_bulk(plan, by=world.supervisor, schools=[world.other_school, school], **bad)

    assert not PlanItem.objects.exists()


def test_a_line_is_changed_and_removed_only_while_the_plan_is_on_the_desk(world):
    plan = make_plan(world.area, world.supervisor)
    item = add_item(plan, by=world.supervisor, **line(world))

    update_item(item, by=world.head, purpose="การอ่านออกเขียนได้")
    item.refresh_from_db()
    put(plan, "submitted")
    with pytest.raises(PlanRefusedError, match="รอการพิจารณา"):
        update_item(item, by=world.supervisor, purpose="อื่น")
    with pytest.raises(PlanRefusedError, match="รอการพิจารณา"):
        remove_item(item, by=world.supervisor)
    put(plan, "draft")
    with pytest.raises(NotPlannerError):
        remove_item(item, by=world.colleague)
    remove_item(item, by=world.supervisor)

    assert item.purpose == "การอ่านออกเขียนได้"
    assert not PlanItem.objects.exists()
    with pytest.raises(PlanRefusedError, match="ถูกลบไปแล้ว"):
        update_item(item, by=world.supervisor, purpose="อื่น")


def test_two_people_editing_one_line_are_told_of_each_other(world):
    plan = make_plan(world.area, world.supervisor)
    item = add_item(plan, by=world.supervisor, **line(world))
    seen = item_stamp(item)
    update_item(item, by=world.head, seen=seen, team=[])

    with pytest.raises(EditConflictError, match="วิภา"):
        update_item(item, by=world.supervisor, seen=seen, purpose="อื่น")

    item.refresh_from_db()
    assert item.purpose == "การจัดการเรียนรู้เชิงรุก"


def test_many_schools_are_spread_over_the_working_days_of_a_span(world):
    plan = make_plan(world.area, world.supervisor)
    schools = [make_school(world.area) for _ in range(4)]
    whole = line(world, team=[world.colleague])
    del whole["school"], whole["starts_on"], whole["ends_on"]

    first, last = days("2026-12-01", "2026-12-10")  # Tuesday to Thursday: eight working days
    items = add_items_in_bulk(
        plan, by=world.supervisor, schools=schools, starts_on=first, ends_on=last, days=2, **whole
    )

    assert [(item.starts_on, item.ends_on) for item in items] == [
        days("2026-12-01", "2026-12-02"),
        days("2026-12-02", "2026-12-03"),
        days("2026-12-04", "2026-12-07"),
        days("2026-12-08", "2026-12-09"),
    ]
    for item in plan.items.all():
        assert (list(item.team.all()), list(item.instruments.all())) == ([world.colleague], [world.instrument])


@pytest.mark.parametrize("count", [1, 3, 8, 50])
@pytest.mark.parametrize("length", [1, 3])
def test_every_window_is_made_of_working_days_of_the_span(count, length):
    first, last = days("2026-12-01", "2026-12-31")

    windows = spread_windows(first, last, count=count, days=length)

    assert len(windows) == count
    assert windows == sorted(windows)
    for start, end in windows:
        assert first <= start <= end <= last
        assert start.weekday() < 5
        assert end.weekday() < 5


def test_a_span_without_enough_working_days_is_refused_with_their_number():
    with pytest.raises(PlanRefusedError, match="มีวันทำการ .* 2 วัน ไม่พอ"):
        spread_windows(date(2026, 12, 4), date(2026, 12, 7), count=1, days=3)


# -- Last year's plan ------------------------------------------------------------------------------------------------


def test_last_years_plan_becomes_a_new_draft_on_the_same_weekdays(world):
    plan = make_plan(world.area, world.supervisor, budget=Decimal(5000))
    plan.team.set([world.supervisor, world.colleague])
    make_item(plan, world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument])
    plan = put(plan, "approved")

    copied = copy_plan(plan, by=world.colleague)

    new, item = copied.plan, copied.plan.items.get()
    assert (new.state, new.owner, new.year, new.budget) == ("draft", world.colleague, 2571, Decimal(5000))
    assert new.title == "แผนนิเทศ ติดตาม และประเมินผล ปีงบประมาณ 2571"
    assert (new.starts_on, new.ends_on) == days("2027-10-01", "2028-09-30")
    assert set(new.team.all()) == {world.supervisor, world.colleague}
    assert (item.starts_on, item.starts_on.weekday()) == (date(2027, 11, 30), date(2026, 12, 1).weekday())
    assert (item.lead, list(item.team.all())) == (world.supervisor, [world.colleague])
    assert list(item.instruments.all()) == [world.instrument]
    assert copied.left_out == []


def test_what_can_not_come_along_is_said(world):
    left = make_person(Role.SUPERVISOR, area=world.area, first_name="ย้ายไป")
    retired = make_instrument(title="แบบเก่า")
    closed = make_school(world.area, "ยุบแล้ว", closed_on=date(2027, 5, 1))
    plan = make_plan(world.area, world.supervisor)
    make_item(plan, world.school, left, team=[left], instruments=[retired])
    make_item(plan, closed, world.supervisor, instruments=[world.instrument])
    left.assignments.update(ends_on=date(2021, 1, 1))
    put(retired.versions.get(), "retired")

    copied = copy_plan(plan, by=world.supervisor)

    item = copied.plan.items.get()
    assert (item.school, item.lead) == (world.school, world.supervisor)
    assert not item.team.exists()
    assert not item.instruments.exists()
    said = " ".join(copied.left_out)
    assert [word in said for word in ("ยุบแล้ว", "ย้ายไป", "แบบเก่า")] == [True, True, True]


# -- From submission to visits -----------------------------------------------------------------------------------------


@pytest.fixture
def plan(world):
    """A draft that is ready: one line with a team of two and one instrument."""
    plan = make_plan(world.area, world.supervisor)
    make_item(plan, world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument])
    return plan


def spoil_texts(plan, world):
    Plan.objects.filter(pk=plan.pk).update(rationale=" ")


def spoil_schedule(plan, world):
    plan.items.all().delete()


def spoil_instruments(plan, world):
    plan.items.get().instruments.clear()


def spoil_dates(plan, world):
    plan.items.update(starts_on=date(2026, 9, 1))


def spoil_school(plan, world):
    world.school.closed_on = date(2026, 11, 1)
    world.school.save()


def spoil_versions(plan, world):
    put(world.instrument.versions.get(), "retired")


def spoil_lead(plan, world):
    item = plan.items.get()
    item.lead = world.stranger
    item.save()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (spoil_texts, "โปรดกรอกหลักการและเหตุผล"),
        (spoil_schedule, "ยังไม่มีกำหนดการนิเทศ"),
        (spoil_instruments, "ยังไม่ได้เลือกเครื่องมือนิเทศ"),
        (spoil_dates, "อยู่นอกช่วงของแผน"),
        (spoil_school, "ยุบเลิกหรือรวมแล้ว"),
        (spoil_versions, "ไม่มีฉบับที่เผยแพร่"),
        (spoil_lead, "โปรดเลือกหัวหน้าคณะใหม่"),
    ],
)
def test_an_unfinished_plan_is_not_submitted_and_the_refusal_says_what_is_missing(world, plan, spoil, sentence):
    spoil(plan, world)
    spoilt = Plan.objects.get(pk=plan.pk)

    with pytest.raises(TransitionError, match=sentence):
        perform(spoilt, "submit", by=world.supervisor)

    spoilt.refresh_from_db()
    assert (spoilt.state, spoilt.transitions.count(), approvals_of(spoilt).count()) == ("draft", 0, 0)


def test_a_plan_goes_from_its_owner_over_the_head_to_the_director_and_makes_its_visits(world, plan):
    perform(plan, "submit", by=world.supervisor)
    perform(plan, "endorse", by=world.head)
    perform(plan, "approve", by=world.director)

    visit = Visit.objects.get()
    assert plan.state == "approved"
    assert [(a.role, a.log.by) for a in approvals_of(plan)] == [
        (Role.GROUP_HEAD, world.head),
        (Role.AREA_DIRECTOR, world.director),
    ]
    assert (visit.state, visit.area, visit.school, visit.plan_item) == (
        "planned", world.area, world.school, plan.items.get(),
    )  # fmt: skip
    assert [(m.user, m.is_lead) for m in visit.members.all()] == [(world.supervisor, True), (world.colleague, False)]
    assert [form.response.version for form in visit.forms.all()] == [world.instrument.current]
    assert (visit.fiscal_year, visit.academic_year, visit.semester) == (2570, 2569, 2)


def test_making_visits_twice_makes_them_once(world, plan):
    from supervision.services.plans import make_visits

    perform(plan, "submit", by=world.supervisor)
    perform(plan, "endorse", by=world.head)
    log = perform(plan, "approve", by=world.director)

    make_visits(plan, log)

    assert (Visit.objects.count(), Response.objects.count()) == (1, 1)


def test_visits_are_filled_on_the_newest_published_form(world, plan):
    from tests.supervision.factories import make_version

    newest = make_version(world.instrument, number=2)
    make_version(world.instrument, number=3, state="draft")
    perform(plan, "submit", by=world.supervisor)
    perform(plan, "endorse", by=world.head)
    perform(plan, "approve", by=world.director)

    assert Response.objects.get().version == newest


def test_the_offices_own_chain_goes_before_the_default(world, plan):
    from workflows.models import ApprovalRule

    ApprovalRule.objects.create(area=world.area, kind="supervision.plan", place=1, role=Role.COMMITTEE, label="เห็นชอบ")
    perform(plan, "submit", by=world.supervisor)

    perform(plan, "approve", by=world.committee)

    assert plan.state == "approved"


def test_nobody_approves_a_plan_of_their_own(world):
    """The head's plan goes straight to the director, unless another person holds the head's role too."""
    plan = make_plan(world.area, world.head)
    make_item(plan, world.school, world.supervisor, instruments=[world.instrument])
    other = make_plan(world.area, world.head)
    make_item(other, world.school, world.supervisor, instruments=[world.instrument])

    perform(plan, "submit", by=world.head)
    deputy = assign(world.workgroup_head, Role.GROUP_HEAD, area=world.area, acting=True)
    perform(other, "submit", by=world.head)

    assert [a.role for a in approvals_of(plan)] == [Role.AREA_DIRECTOR]
    assert [a.role for a in approvals_of(other)] == [Role.GROUP_HEAD, Role.AREA_DIRECTOR]
    with pytest.raises(TransitionError):
        perform(other, "endorse", by=world.head)
    log = perform(other, "endorse", by=deputy)
    assert (log.role, log.acting) == (Role.GROUP_HEAD, True)


def test_a_plan_that_nobody_else_could_decide_is_not_submitted(world):
    assign(world.head, Role.AREA_DIRECTOR, area=world.area, acting=True)
    world.director.assignments.update(ends_on=date(2021, 1, 1))
    plan = make_plan(world.area, world.head)
    make_item(plan, world.school, world.supervisor, instruments=[world.instrument])

    with pytest.raises(TransitionError, match="ผู้ดูแลระบบ"):
        perform(plan, "submit", by=world.head)

    plan.refresh_from_db()
    assert plan.state == "draft"


def test_a_returned_plan_goes_round_again_from_the_first_approver(world, plan):
    perform(plan, "submit", by=world.supervisor)
    perform(plan, "endorse", by=world.head)
    perform(plan, "return", by=world.director, reason="โปรดเพิ่มโรงเรียนขนาดเล็ก")
    perform(plan, "submit", by=world.supervisor)

    rounds = [(a.round, a.place, a.log.action if a.log else None) for a in approvals_of(plan)]
    assert rounds == [(1, 1, "endorse"), (1, 2, "return"), (2, 1, None), (2, 2, None)]
    assert set(Plan.objects.awaiting(world.head)) == {plan}
    assert not Plan.objects.awaiting(world.director).exists()


def test_a_submitted_plan_can_be_taken_back_until_somebody_has_decided(world, plan):
    perform(plan, "submit", by=world.supervisor)
    perform(plan, "withdraw", by=world.supervisor)
    perform(plan, "submit", by=world.supervisor)
    perform(plan, "endorse", by=world.head)

    with pytest.raises(TransitionError):
        perform(plan, "withdraw", by=world.supervisor)


@pytest.mark.parametrize(
    ("state", "name", "actor"),
    [
        ("draft", "submit", "colleague"),
        ("draft", "submit", "director"),
        ("draft", "discard", "colleague"),
        ("submitted", "endorse", "supervisor"),
        ("submitted", "endorse", "director"),
        ("submitted", "endorse", "far_head"),
        ("submitted", "return", "colleague"),
        ("submitted", "approve", "head"),
        ("approved", "return", "director"),
    ],
)
def test_refused_moves_leave_no_trace(world, people, plan, state, name, actor):
    plan = put(plan, state)
    if state == "submitted":
        from supervision.flows import PLAN_APPROVERS
        from workflows.services import begin_approvals

        begin_approvals(plan, default=PLAN_APPROVERS)

    with pytest.raises(TransitionError):
        perform(plan, name, by=people[actor], reason="เหตุผล")

    plan.refresh_from_db()
    assert (plan.state, plan.transitions.count(), Visit.objects.count()) == (state, 0, 0)


@pytest.mark.parametrize("state", Plan.machine.keys)
def test_visible_to_agrees_with_the_rule_for_every_person(world, people, state):
    plans = {
        make_plan(world.area, world.supervisor, state),
        make_plan(world.area, world.head, state),
        make_plan(world.far_area, world.far_supervisor, state),
    }

    for name, person in people.items():
        listed = set(Plan.objects.visible_to(person))
        assert listed == {plan for plan in plans if person.has_perm("supervision.see_plan", plan)}, name
        waiting = set(Plan.objects.awaiting(person))
        assert waiting == {plan for plan in plans if person.has_perm("supervision.decide_plan", plan)}, name


def test_a_refused_approver_is_told_whose_turn_it_is(world, plan):
    perform(plan, "submit", by=world.supervisor)

    with pytest.raises(TransitionError, match=f"คือ{Role.GROUP_HEAD.label}$"):
        perform(plan, "return", by=world.director, reason="เหตุผล")
