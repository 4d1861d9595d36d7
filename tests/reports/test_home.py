"""The home page: what waits for each person today, and nothing that does not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment
from instruments.models import Instrument
from networks.models import Network
from reminders.queries import duties_of
from reminders.standing import Standing
from reports.queries import desk_of, released_lately
from tests.supervision.factories import (
    FIRST_DAY,
    assign,
    make_plan,
    make_recommendation,
    make_user,
    make_version,
    make_visit,
)
from workflows.models import ApprovalRule
from workflows.services import perform

DAY = timedelta(days=1)


def waiting(user, today=FIRST_DAY) -> dict[str, list[str]]:
    """{title of the work: the pages it leads to}."""
    return {work.kind.title: [line.duty.url for line in work.records] for work in desk_of(user, today=today).work}


def plans_to_decide(user) -> set[str]:
    return {duty.url for duty in duties_of(user) if duty.kind == "plan-decide"}


def test_nothing_waits_for_anyone_in_an_empty_office(people):
    for user in people.values():
        assert desk_of(user).work == []


def test_a_supervisor_sees_what_is_returned_late_running_and_near(world):
    late = make_visit(world.school, world.supervisor, starts_on=FIRST_DAY - 9 * DAY)
    running = make_visit(world.school, world.supervisor, state="in_progress")
    near = make_visit(world.school, world.colleague, team=[world.supervisor], starts_on=FIRST_DAY + 14 * DAY)
    make_visit(world.school, world.supervisor, starts_on=FIRST_DAY + 15 * DAY)
    returned = make_visit(world.school, world.supervisor, state="returned")
    plan = make_plan(world.area, world.supervisor, state="returned")
    reported = make_recommendation(make_visit(world.school, world.supervisor, state="acknowledged"), state="reported")
    make_visit(world.school, world.colleague, state="returned")
    make_recommendation(make_visit(world.school, world.colleague, state="acknowledged"), state="reported")

    assert waiting(world.supervisor) == {
        "บันทึกที่ถูกส่งกลับให้แก้ไข": [returned.get_absolute_url()],
        "แผนของท่านที่ถูกส่งกลับ": [plan.get_absolute_url()],
        "การนิเทศของท่าน": [late.get_absolute_url(), near.get_absolute_url()],
        "การนิเทศที่กำลังบันทึก": [running.get_absolute_url()],
        "ผลการดำเนินการที่โรงเรียนรายงาน รอยืนยัน": [reported.get_absolute_url()],
    }


def test_what_is_late_due_and_due_soon_is_counted_and_the_most_pressing_stands_first(world, signed_in):
    for away in (-9, -2, 3, 4):
        make_visit(world.school, world.supervisor, starts_on=FIRST_DAY + away * DAY)
    make_visit(world.school, world.supervisor, starts_on=FIRST_DAY, ends_on=FIRST_DAY)
    make_visit(world.school, world.supervisor, state="in_progress")

    desk = desk_of(world.supervisor, today=FIRST_DAY)

    assert desk.counts == [(Standing.LATE, 2), (Standing.TODAY, 1), (Standing.SOON, 1)]
    assert [work.kind.key for work in desk.work] == ["visit-make", "visit-write"]
    assert [line.in_days for line in desk.work[0].records] == [
        "เลยกำหนด 8 วัน", "เลยกำหนด 1 วัน", "ครบกำหนดวันนี้", "อีก 3 วัน", "",
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["returned", "in_progress", "planned"])
def test_the_list_behind_ones_own_work_holds_nobody_elses(world, signed_in, state):
    mine = make_visit(world.school, world.supervisor, state=state)
    others = make_visit(world.other_school, world.colleague, state=state)

    (work,) = desk_of(world.supervisor, today=FIRST_DAY).work
    page = signed_in(world.supervisor).get(work.url).content.decode()

    assert mine.get_absolute_url() in page
    assert others.get_absolute_url() not in page


def test_a_member_of_the_team_is_not_asked_to_mend_what_the_lead_must(world):
    make_visit(world.school, world.colleague, team=[world.supervisor], state="returned")

    assert waiting(world.supervisor) == {}
    assert list(waiting(world.colleague)) == ["บันทึกที่ถูกส่งกลับให้แก้ไข"]


def test_heads_see_what_they_may_check_and_release_and_never_their_own(world):
    to_check = make_visit(world.school, world.supervisor, state="submitted")
    to_release = make_visit(world.other_school, world.supervisor, state="checked")
    make_visit(world.school, world.head, state="submitted")
    make_visit(world.school, world.head, state="checked")
    check, release = "บันทึกการนิเทศที่รอตรวจ", "บันทึกที่ตรวจแล้ว รอส่งผลให้โรงเรียน"

    assert waiting(world.head) == {check: [to_check.get_absolute_url()], release: [to_release.get_absolute_url()]}
    assert set(waiting(world.workgroup_head)) == {check}
    assert set(waiting(world.director)) == {release}
    assert waiting(world.committee) == waiting(world.far_head) == waiting(world.stranger) == {}


def test_a_school_head_sees_what_to_read_and_to_answer_the_late_first(world):
    released = make_visit(world.school, world.supervisor, state="released")
    overdue = make_recommendation(released, due_on=FIRST_DAY - DAY)
    to_answer = make_recommendation(released, due_on=FIRST_DAY)
    planned = make_recommendation(released, state="planned", due_on=FIRST_DAY)
    make_recommendation(make_visit(world.school, world.supervisor, state="checked"))
    make_recommendation(make_visit(world.other_school, world.supervisor, state="released"))

    assert waiting(world.school_head) == {
        "ผลการนิเทศที่รอท่านรับทราบ": [released.get_absolute_url()],
        "ข้อเสนอแนะที่รอท่านตอบ": [overdue.get_absolute_url(), to_answer.get_absolute_url()],
        "ข้อเสนอแนะที่รอท่านรายงานผล": [planned.get_absolute_url()],
    }
    assert waiting(world.teacher) == {}


def test_a_form_waits_for_who_publishes_it_and_comes_back_to_who_sent_it(world):
    version = make_version(Instrument.objects.create(code="OWN-1", title="แบบใหม่", area=world.area), state="draft")
    page = reverse("builder:version-changes", args=[version.pk])

    perform(version, "submit", by=world.supervisor)
    assert waiting(world.head) == {"แบบที่รอท่านตรวจสอบ": [page]}
    assert waiting(world.supervisor) == waiting(world.far_head) == waiting(world.workgroup_head) == {}

    perform(version, "return", by=world.head, reason="เพิ่มเกณฑ์ให้ชัด")
    assert waiting(world.supervisor) == {"แบบของท่านที่ถูกส่งกลับแก้ไข": [page]}
    assert waiting(world.head) == waiting(world.colleague) == {}

    perform(version, "submit", by=world.supervisor)
    assert waiting(world.supervisor) == {}


def test_many_waiting_are_counted_and_the_first_few_named(world):
    visits = [
        make_visit(world.school, world.supervisor, state="submitted", visited_on=FIRST_DAY + place * DAY)
        for place in range(7)
    ]

    (work,) = desk_of(world.head, today=FIRST_DAY).work

    assert (work.count, len(work.records)) == (7, 5)
    assert [line.duty.url for line in work.records] == [visit.get_absolute_url() for visit in visits[:5]]


# -- Plans to decide -----------------------------------------------------------------------------------------------


def test_a_plan_waits_for_the_role_whose_turn_it_is(world):
    plan = make_plan(world.area, world.supervisor, state="submitted")

    assert plans_to_decide(world.head) == {plan.get_absolute_url()}
    for other in (world.director, world.workgroup_head, world.far_head, world.supervisor, world.stranger):
        assert not plans_to_decide(other)


def test_nobody_decides_an_own_plan(world):
    make_plan(world.area, world.head, state="submitted")

    assert not plans_to_decide(world.head)


def test_a_second_round_starts_from_its_first_link(world):
    from workflows.models import Approval, TransitionLog
    from workflows.services import begin_approvals

    plan = make_plan(world.area, world.supervisor, state="submitted")
    log = TransitionLog.objects.create(target=plan, action="endorse", label="เห็นชอบ", by=world.head, role="group_head")
    Approval.objects.filter(place=1).update(log=log)
    assert plans_to_decide(world.director) == {plan.get_absolute_url()}

    begin_approvals(plan, default=[("group_head", "เห็นชอบ"), ("area_director", "อนุมัติ")])

    assert plans_to_decide(world.head) == {plan.get_absolute_url()}
    assert not plans_to_decide(world.director)


def test_the_list_of_plans_to_decide_agrees_with_the_rule_for_everyone(world, people):
    ApprovalRule.objects.create(area=world.area, kind="supervision.plan", place=1, role="committee")
    plans = [
        make_plan(world.area, world.supervisor, state="submitted"),
        make_plan(world.area, world.head, state="submitted"),
        make_plan(world.area, world.supervisor, state="draft"),
        make_plan(world.far_area, world.far_supervisor, state="submitted"),
    ]

    for name, user in people.items():
        decidable = {plan.get_absolute_url() for plan in plans if user.has_perm("supervision.decide_plan", plan)}
        assert plans_to_decide(user) == decidable, name


# -- The page ------------------------------------------------------------------------------------------------------


def test_the_newest_results_are_listed_as_far_as_one_may_see_them(world):
    seen = make_visit(world.school, world.supervisor, state="closed", visited_on=FIRST_DAY)
    other = make_visit(world.other_school, world.supervisor, state="released", visited_on=FIRST_DAY + DAY)
    make_visit(world.school, world.supervisor, state="checked", visited_on=FIRST_DAY)

    assert list(released_lately(world.head)) == [other, seen]
    assert list(released_lately(world.school_head)) == [seen]
    assert not released_lately(world.far_head).exists()


def test_a_person_without_a_role_is_told_whom_to_ask(signed_in, world):
    page = signed_in(world.stranger).get("/").content.decode()

    assert "บัญชีของท่านยังไม่ได้รับมอบบทบาท" in page


def test_a_school_reads_its_own_words_for_a_state(signed_in, world):
    make_visit(world.school, world.supervisor, state="released", visited_on=FIRST_DAY)

    assert "รอโรงเรียนรับทราบ" in signed_in(world.school_head).get("/").content.decode()
    office = signed_in(world.head).get("/").content.decode()
    assert "ส่งผลให้โรงเรียนแล้ว" in office
    assert "รอโรงเรียนรับทราบ" not in office


@pytest.mark.parametrize("who", ["supervisor", "head", "director", "school_head", "committee", "clerk", "teacher"])
def test_the_home_page_asks_as_much_for_fifty_records_as_for_one_of_each(signed_in, world, who):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    today = timezone.localdate()
    user = getattr(world, who)
    if who in {"head", "director"}:
        assign(user, "supervisor", area=world.area)

    def fill(number: int) -> None:
        for _ in range(number):
            owner = make_user("เจ้าของ")
            make_plan(world.area, owner, state="submitted")
            make_plan(world.area, world.supervisor, state="returned")
            for state in ("returned", "in_progress", "planned", "submitted", "checked"):
                make_visit(world.school, world.supervisor, state=state, starts_on=today)
                make_visit(world.school, world.colleague, state=state, starts_on=today - 9 * DAY)
            visit = make_visit(world.school, world.supervisor, state="released", visited_on=today)
            for state in ("open", "planned", "reported"):
                make_recommendation(visit, state=state, due_on=today)
                make_recommendation(visit, state=state, due_on=today - DAY)

    client = signed_in(user)
    fill(1)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    fill(20)
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(few)


def test_an_administrator_of_an_empty_office_is_led_through_the_first_steps(client, db):
    client.force_login(make_user("ผู้ดูแล", is_staff=True, is_superuser=True))

    page = client.get("/")

    assert [step.title for step in page.context["steps"]] == ["เขตพื้นที่", "โรงเรียน", "ผู้ใช้และบทบาท", "เครื่องมือนิเทศ"]
    assert not any(step.count for step in page.context["steps"])
    assert "เริ่มใช้งานระบบ" in page.content.decode()
    assert all(client.get(step.url).status_code == 200 for step in page.context["steps"])


def test_the_steps_are_for_administrators_without_other_work(client, world, people):
    for user in people.values():
        client.force_login(user)
        assert client.get("/").context["steps"] == []


def test_a_network_lead_is_led_to_the_network_and_not_told_of_a_school(client, world):
    network = Network.objects.create(area=world.area, name="เครือข่ายครูแกนนำ", kind="person")
    lead = make_user("นำ")
    RoleAssignment.objects.create(user=lead, role=Role.NETWORK_LEAD, network=network)
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(reverse("home")).content.decode()

    assert reverse("networks:network-list") in page
    assert "โรงเรียนของท่าน" not in page
