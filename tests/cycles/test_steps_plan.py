"""P-5.1 step 3: a plan begun from the priorities, approved, read by the committee."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cycles.models import Cycle, PlanOpinion
from cycles.services.cycles import CycleRefusedError, write_step
from cycles.services.plans import begin_plan, give_opinion, tie_plan
from supervision.models import Plan
from tests.cycles.factories import make_cycle, tick
from tests.supervision.factories import make_plan, make_recommendation, make_visit, put
from workflows.models import Notice
from workflows.services import NotAllowedError, TransitionError, perform

PRIORITIES = [
    {"key": "p1", "text": "การอ่าน", "reason": "ต่ำสุด", "source": "", "source_label": "ด้านการอ่าน", "pni": "1.000"},
    {"key": "p2", "text": "พัฒนาการวัดผล", "reason": "รองลงมา", "source": "", "source_label": "", "pni": ""},
]


@pytest.fixture
def cycle(world, edition):
    """P-5.1 at its third step, two priorities chosen."""
    cycle = make_cycle(world.area, world.head, edition=edition)
    write_step(cycle.step(1), by=world.head, content={"problems": "อ่านไม่คล่อง"})
    write_step(cycle.step(2), by=world.head, content={"priorities": PRIORITIES})
    Cycle.objects.filter(pk=cycle.pk).update(state="step_3")
    return Cycle.objects.get(pk=cycle.pk)


def fresh(cycle):
    return Cycle.objects.get(pk=cycle.pk).step(3)


def today():
    return timezone.localdate()


def test_a_plan_begins_with_an_objective_for_each_priority_and_is_tied_to_the_cycle(world, cycle, signed_in):
    make_recommendation(make_visit(world.school, world.supervisor, state="released"))
    url = reverse("cycles:plan-begin", args=[cycle.pk])
    for person in (world.clerk, world.director, world.committee):
        assert signed_in(person).post(url).status_code == 302
        assert not Plan.objects.exists()
    client = signed_in(world.supervisor)
    plan_page = client.post(url, follow=True)

    plan = Plan.objects.get()
    assert plan_page.redirect_chain[-1][0] == plan.get_absolute_url()
    assert fresh(cycle).cycle.plan == plan
    assert plan.objectives == "1. เพื่อพัฒนาการอ่าน\n2. เพื่อพัฒนาการวัดผล"
    assert "อ่านไม่คล่อง" in plan.rationale
    assert "1. การอ่าน (PNI 1.000) ต่ำสุด" in plan.rationale
    assert "1 แห่งได้รับการติดตาม" in plan.targets
    facts = fresh(cycle).facts
    assert [[row["text"] for row in one["rows"]] for one in facts["priorities"]] == [
        ["เพื่อพัฒนาการอ่าน"],
        ["เพื่อพัฒนาการวัดผล"],
    ]
    assert all(row["in_plan"] for one in facts["priorities"] for row in one["rows"])
    assert [(row["name"], row["in_plan"]) for row in facts["schools"]["rows"]] == [(str(world.school), False)]
    with pytest.raises(CycleRefusedError, match="มีแผนแล้ว"):
        begin_plan(fresh(cycle), by=world.supervisor)


def test_the_gate_holds_when_the_plan_is_approved_answers_every_priority_and_the_committee_spoke(
    world, cycle, signed_in, django_capture_on_commit_callbacks
):
    plan = make_plan(world.area, world.supervisor, objectives="1. เพื่อพัฒนาการอ่าน\n๒) เพื่อพัฒนาครู")
    client = signed_in(world.supervisor)
    client.post(reverse("cycles:plan-tie", args=[cycle.pk]), {"plan": plan.pk})
    step = fresh(cycle)
    assert [row["text"] for row in step.content["objectives"]] == ["เพื่อพัฒนาการอ่าน", "เพื่อพัฒนาครู"]
    said = " ".join(gap.text for gap in step.gaps)
    assert "“การอ่าน” ยังไม่มีวัตถุประสงค์" in said
    assert "แผนยังไม่ได้รับอนุมัติ" in said

    first = step.content["objectives"][0]
    data = {
        "objectives-count": "1", "objectives-0-key": first["key"], "objectives-0-text": first["text"],
        "objectives-0-priority": "p1", "left_out-count": "1", "left_out-0-priority": "p2", "left_out-0-reason": "ทำปีหน้า",
        "seen": str(step.version),
    }  # fmt: skip
    assert client.post(reverse("cycles:step-write", args=[cycle.pk, 3]), data).status_code == 302
    tick(cycle, 3)
    assert [gap.text[:22] for gap in fresh(cycle).gaps] == ["แผนยังไม่ได้รับอนุมัติ"]
    opinion = reverse("cycles:plan-opinion", args=[cycle.pk])
    given = {"verdict": "suggest", "text": "เพิ่มโรงเรียนขนาดเล็ก", "given_on": "21/11/2569"}
    refused = signed_in(world.committee).post(opinion, given)
    assert refused.status_code == 422
    assert "เพิ่มโรงเรียนขนาดเล็ก" in refused.content.decode()
    put(plan, "submitted")
    waiting = signed_in(world.committee).get(opinion).content.decode()
    assert "แผนยังไม่ได้รับอนุมัติ (สถานะ" in waiting
    assert 'name="verdict"' not in waiting
    put(plan, "approved")
    with django_capture_on_commit_callbacks(execute=True):
        tie_plan(fresh(cycle), Plan.objects.get(pk=plan.pk), by=world.supervisor)
    assert Notice.objects.get(user=world.committee).url == step.get_absolute_url()
    assert [gap.text[:17] for gap in fresh(cycle).gaps] == ["ยังไม่มีความเห็นข"]

    assert signed_in(world.supervisor).post(opinion, given).status_code == 403
    member = signed_in(world.committee)
    assert 'name="verdict"' in member.get(opinion).content.decode()
    assert member.post(opinion, given | {"text": ""}).status_code == 422
    assert member.post(opinion, given).status_code == 302
    assert fresh(cycle).gaps == []
    perform(Cycle.objects.get(pk=cycle.pk), "complete_3", by=world.head)

    with pytest.raises(CycleRefusedError, match="จบแล้ว"):
        give_opinion(cycle, by=world.committee, verdict="agree", text="", given_on=today())
    closed = member.get(opinion).content.decode()
    assert "ขั้นจัดทำแผนจบแล้ว" in closed
    assert 'name="verdict"' not in closed
    Plan.objects.filter(pk=plan.pk).update(title="ชื่อใหม่")
    done = fresh(cycle)
    assert done.facts["plan"]["title"] == plan.title
    assert [(row["label"], row["text"]) for row in done.facts["opinions"]] == [("มีข้อเสนอแนะ", "เพิ่มโรงเรียนขนาดเล็ก")]
    page = signed_in(world.committee).get(done.get_absolute_url()).content.decode()
    assert "เพิ่มโรงเรียนขนาดเล็ก" in page
    assert "ไม่มี เพราะ ทำปีหน้า" in page
    assert signed_in(world.head).get(reverse("cycles:step-pdf", args=[cycle.pk, 3])).status_code == 200


def test_a_written_reason_stands_in_place_of_an_opinion_and_the_last_opinion_counts(world, cycle):
    plan = put(make_plan(world.area, world.supervisor), "approved")
    tie_plan(cycle.step(3), plan, by=world.supervisor)
    write_step(fresh(cycle), by=world.supervisor, content={"no_opinion": "คณะกรรมการหมดวาระ"})
    assert not any("ความเห็น" in gap.text for gap in fresh(cycle).gaps)

    give_opinion(cycle, by=world.committee, verdict="suggest", text="เพิ่มงบ", given_on=today())
    give_opinion(cycle, by=world.committee, verdict="agree", text="", given_on=today())
    assert [row["label"] for row in fresh(cycle).facts["opinions"]] == ["เห็นชอบ"]
    assert PlanOpinion.objects.count() == 2
    for person in (world.head, world.supervisor, world.stranger):
        with pytest.raises(NotAllowedError):
            give_opinion(cycle, by=person, verdict="agree", text="", given_on=today())


def test_a_plan_of_another_office_or_another_cycle_is_not_taken(world, cycle, edition, signed_in):
    far = make_plan(world.far_area, world.far_supervisor)
    signed_in(world.supervisor).post(reverse("cycles:plan-tie", args=[cycle.pk]), {"plan": far.pk})
    assert fresh(cycle).cycle.plan is None
    with pytest.raises(CycleRefusedError, match="ของสำนักงานนี้"):
        tie_plan(cycle.step(3), far, by=world.supervisor)
    plan = make_plan(world.area, world.supervisor)
    other = make_cycle(world.area, world.head, edition=edition, year=2571, plan=plan)
    with pytest.raises(CycleRefusedError, match=str(other.year)):
        tie_plan(cycle.step(3), plan, by=world.supervisor)


# -- P-5.2 step 2 ----------------------------------------------------------------------------------------------------

ACTIVITY = {
    "activity": "อบรมแกนนำ", "kind": "club", "priority": "p1", "objective": "เพื่อพัฒนาแกนนำ", "target": "ครู 30 คน",
    "starts_on": "1/4/2569", "ends_on": "30/4/2569", "budget": "12,500.50", "owner": "สมใจ",
}  # fmt: skip


def written(**changes):
    row = ACTIVITY | changes
    return {
        "rationale": "เครือข่ายต้องเข้มแข็ง", "activities-count": "1", "left_out-count": "1", "left_out-0-priority": "p2",
        "left_out-0-reason": "ไม่มีงบ", "seen": "", **{f"activities-0-{name}": value for name, value in row.items()},
    }  # fmt: skip


@pytest.fixture
def networks(world, edition):
    """P-5.2 at its second step, two priorities chosen."""
    cycle = make_cycle(world.area, world.head, edition=edition, process="P-5.2", year=2569)
    write_step(cycle.step(1), by=world.head, content={"priorities": PRIORITIES})
    Cycle.objects.filter(pk=cycle.pk).update(state="step_2")
    return Cycle.objects.get(pk=cycle.pk)


def test_the_plan_of_networks_is_approved_as_it_was_sent_and_not_changed_behind_it(world, networks, signed_in):
    cycle, client = networks, signed_in(world.supervisor)
    url = reverse("cycles:step-write", args=[cycle.pk, 2])
    tick(cycle, 2)
    assert client.post(url, written(ends_on="1/3/2569")).status_code == 422
    wrong = client.post(url, written(ends_on="30 กุมภา", kind="ไม่มีจริง"))
    assert (wrong.status_code, "30 กุมภา" in wrong.content.decode()) == (422, True)
    assert client.post(url, written(owner="")).status_code == 302
    client.post(reverse("cycles:network-plan-begin", args=[cycle.pk]))
    plan = cycle.network_plan
    with pytest.raises(TransitionError, match="ยังไม่มีผู้รับผิดชอบ"):
        perform(plan, "submit", by=world.supervisor)
    key = Cycle.objects.get(pk=cycle.pk).step(2).content["activities"][0]["key"]
    assert client.post(url, written(key=key)).status_code == 302
    plan.refresh_from_db()
    perform(plan, "submit", by=world.supervisor)
    refused = client.post(url, written(key=key, target="ครู 300 คน"))
    assert refused.status_code == 422
    assert "ถอนเรื่อง" in refused.content.decode()
    assert "ครู 300 คน" in refused.content.decode()

    for person in (world.supervisor, world.workgroup_head, world.committee):
        with pytest.raises(NotAllowedError):
            perform(plan, "approve", by=person)
    write_step(Cycle.objects.get(pk=cycle.pk).step(2), by=world.head, content={"rationale": "แก้ข้างหลัง"})
    with pytest.raises(TransitionError, match="ถูกแก้ไขหลังส่ง"):
        perform(plan, "approve", by=world.head)
    perform(plan, "withdraw", by=world.supervisor)
    perform(plan, "submit", by=world.supervisor)
    perform(plan, "approve", by=world.head)

    step = Cycle.objects.get(pk=cycle.pk).step(2)
    assert step.gaps == []
    assert (step.facts["budget"], step.facts["kinds"][0]["kind"]) == ("12500.50", "ชมรม")
    perform(Cycle.objects.get(pk=cycle.pk), "complete_2", by=world.head)
    with pytest.raises(TransitionError, match="จบแล้ว"):
        perform(plan, "revise", by=world.supervisor, reason="เพิ่มกิจกรรม")
    page = signed_in(world.committee).get(plan.get_absolute_url()).content.decode()
    assert "อบรมแกนนำ" in page
    assert "12,500.50" in page
    assert signed_in(world.far_head).get(plan.get_absolute_url()).status_code == 404
    assert signed_in(world.head).get(reverse("cycles:step-pdf", args=[cycle.pk, 2])).status_code == 200


def test_what_was_approved_and_changed_needs_to_be_approved_again(world, networks, signed_in):
    client = signed_in(world.supervisor)
    client.post(reverse("cycles:step-write", args=[networks.pk, 2]), written())
    client.post(reverse("cycles:network-plan-begin", args=[networks.pk]))
    plan = networks.network_plan
    perform(plan, "submit", by=world.supervisor)
    perform(plan, "approve", by=world.head)
    tick(networks, 2)

    write_step(Cycle.objects.get(pk=networks.pk).step(2), by=world.head, content={"rationale": "อื่น"})
    step = Cycle.objects.get(pk=networks.pk).step(2)
    assert [gap.text for gap in step.gaps] == ["แผนถูกแก้ไขหลังอนุมัติ จึงต้องขออนุมัติใหม่"]
    perform(plan, "revise", by=world.supervisor, reason="ปรับหลักการ")
    assert "แผนยังไม่ได้รับอนุมัติ" in Cycle.objects.get(pk=networks.pk).step(2).gaps[0].text
