"""P-5.1 steps 4 and 5: what their gates ask for, what they gather, what is frozen, which way the numbers point."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from appraisal.services.reviews import add_expert, open_review, send_marks
from cycles.models import Cycle, StepRecord
from cycles.services.cycles import add_evidence, choose_source
from documents.kinds import document_html
from instruments.models import Instrument
from supervision.models import Visit
from surveys.models import Survey
from surveys.services import create_survey
from tests.cycles.supervised import DECISION, METHODS, add_visit, again, answered, planned_cycle, written
from tests.supervision.factories import make_recommendation, make_version, put
from workflows.models import TransitionLog
from workflows.services import NotAllowedError, TransitionError, perform


def texts(step) -> str:
    return " ".join(gap.text for gap in step.gaps)


@pytest.fixture
def cycle(world, edition):
    return planned_cycle(world, edition)


def test_step_four_names_everything_that_is_missing_and_ends_when_it_is_there(world, cycle):
    late = add_visit(world, cycle.plan, "planned", 2)
    Visit.objects.filter(pk=late.pk).update(starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 2))
    add_visit(world, cycle.plan, "submitted", 3)
    said = texts(again(cycle).step(4))
    for words in ("ฐานของการนิเทศ", "คำสั่งแต่งตั้งคณะนิเทศยังไม่มีเลขที่คำสั่ง", "เลยกำหนด", "บันทึกผลการนิเทศ 1 ฉบับ"):
        assert words in said
    gap = next(gap for gap in again(cycle).step(4).gaps if "เลยกำหนด" in gap.text)
    assert (gap.url, gap.who) == (late.get_absolute_url(), str(world.supervisor))

    cycle = written(cycle, 4, world.supervisor, METHODS)
    with pytest.raises(TransitionError, match="เลยกำหนด"):
        perform(cycle, "complete_4", by=world.supervisor)
    perform(Visit.objects.get(pk=late.pk), "cancel", by=world.head, reason="โรงเรียนติดภารกิจ")
    cycle = written(cycle, 4, world.supervisor, {"waiting_note": "เหลือ 1 ฉบับ รอตรวจสัปดาห์หน้า"})
    assert again(cycle).step(4).gaps == []
    with pytest.raises(NotAllowedError):
        perform(again(cycle), "complete_4", by=world.colleague)
    perform(cycle, "complete_4", by=world.supervisor)
    assert cycle.present == 5


def test_a_signed_order_as_evidence_stands_for_its_words_and_without_a_plan_the_gate_says_so(world, cycle):
    content = {name: value for name, value in METHODS.items() if not name.startswith("order_")}
    cycle = written(cycle, 4, world.supervisor, content)
    assert "คำสั่งแต่งตั้ง" in texts(cycle.step(4))

    add_evidence(cycle.step(4), by=world.supervisor, title="คำสั่งที่ลงนาม", url="https://example.org/order.pdf")
    assert again(cycle).step(4).gaps == []

    put(cycle.plan, "submitted")
    assert "แผนนิเทศยังไม่ได้รับอนุมัติ" in texts(again(cycle).step(4))
    Cycle.objects.filter(pk=cycle.pk).update(plan=None)
    assert "ยังไม่มีแผนนิเทศ" in texts(again(cycle).step(4))


def test_coverage_counts_each_visit_once_and_keeps_why_it_was_put_off(world, cycle):
    today = timezone.localdate()
    for number, (state, first) in enumerate(
        [("planned", today), ("planned", today + timedelta(days=9)), ("planned", today - timedelta(days=9)), ("in_progress", today)]
    ):  # fmt: skip
        visit = add_visit(world, cycle.plan, state, number)
        Visit.objects.filter(pk=visit.pk).update(starts_on=first, ends_on=first)
    postponed = add_visit(world, cycle.plan, "planned")
    perform(postponed, "postpone", by=world.head, reason="น้ำท่วม")

    facts = again(cycle).step(4).facts

    assert {key: value for key, value in facts["counts"].items() if value} == {
        "all": 7, "held": 2, "due": 1, "ahead": 1, "late": 1, "writing": 1, "postponed": 1,
    }  # fmt: skip
    assert [line["reason"] for line in facts["lines"] if line["status"] == "postponed"] == ["น้ำท่วม"]
    assert sum(row["counts"]["all"] for row in facts["schools"]) == 7
    assert [row["name"] for row in facts["people"]] == [str(world.supervisor)]
    assert facts["unvisited"] == []
    assert facts["waiting"] == 0


def test_a_form_shows_what_experts_said_of_it_and_a_warning_where_nobody_was_asked(world, cycle):
    assert again(cycle).step(4).facts["instruments"][0]["ioc"] is None
    own = Instrument.objects.create(area=world.area, code="A-1", title="แบบของเขต")
    version = make_version(own, state="draft")
    for item in cycle.plan.items.all():
        item.instruments.set([own])
    review = open_review(version, area=world.area, by=world.head, due_on=timezone.localdate() + timedelta(days=5))
    for marks in (
        {"A1": "1", "A2": "1", "B1": "0"},
        {"A1": "1", "A2": "0", "B1": "0"},
        {"A1": "1", "A2": "1", "B1": "-1"},
    ):
        expert = add_expert(review, name="ผู้เชี่ยวชาญ", by=world.head)
        send_marks(expert, marks, {}, signature="ผู้เชี่ยวชาญ")
    put(version, "published")

    tool = again(cycle).step(4).facts["instruments"][0]

    assert (tool["version"], tool["ioc"]["of"], tool["ioc"]["experts"]) == (1, 1, 3)
    assert (tool["ioc"]["passed"], tool["ioc"]["failed"], tool["ioc"]["average"]) == (2, 1, "0.44")


def test_what_was_frozen_does_not_change_with_later_visits(world, cycle):
    cycle = written(cycle, 4, world.supervisor, METHODS)
    perform(cycle, "complete_4", by=world.supervisor)
    add_visit(world, cycle.plan, "planned")

    step = again(cycle).step(4)

    assert step.facts["counts"]["all"] == 2
    assert step.facts == StepRecord.objects.get(step__cycle=cycle).facts
    assert step.kind.gather(step)["counts"]["all"] == 3


def test_the_order_is_printed_from_the_words_of_the_step_and_the_days_of_the_plan(world, cycle):
    cycle = written(cycle, 4, world.supervisor, METHODS)

    html, _, _ = document_html("appointment-order", cycle.step(4), world.head)

    for words in ("ที่ ๑๕/๒๕๗๐", "วันที่ ๓ พฤศจิกายน พ.ศ. ๒๕๖๙", str(world.supervisor), "โรงเรียนวัดสุทธิ", str(world.director)):
        assert words in html


@pytest.mark.parametrize("number", [4, 5])
def test_a_step_costs_the_same_for_two_visits_or_many(world, cycle, signed_in, django_assert_max_num_queries, number):
    client, url = signed_in(world.supervisor), reverse("cycles:step", args=[cycle.pk, number])
    answered(world, school=world.school)
    client.get(url)
    with django_assert_max_num_queries(200) as few:
        client.get(url)
    for place in range(4):
        visit = add_visit(world, cycle.plan, "planned", place)
        make_recommendation(visit)
        answered(world, school=(world.school, world.other_school)[place % 2])

    with django_assert_max_num_queries(len(few)):
        assert client.get(url).status_code == 200


# -- Step 5 --------------------------------------------------------------------------------------------------------


@pytest.fixture
def evaluated(world, edition):
    """At step 5: two schools answered, one high and one low; a satisfaction survey has been sent."""
    cycle = planned_cycle(world, edition, at=5)
    answered(world, school=world.school, values={"A1": 5, "A2": 5})
    answered(world, school=world.other_school, values={"A1": 2, "A2": 3})
    today = timezone.localdate()
    survey = create_survey(
        area=world.area, by=world.supervisor, version=world.instrument.current, title="ความพึงพอใจ", opens_on=today,
        closes_on=today + timedelta(days=5), audience="schools", per_school="one", schools=[world.school],
    )  # fmt: skip
    perform(survey, "open", by=world.supervisor)
    choose_source(cycle.step(5), "satisfaction", [survey.pk], by=world.supervisor)
    return again(cycle)


def test_results_stand_by_section_school_and_group_beside_the_target(world, evaluated):
    facts = evaluated.step(5).facts

    (form,) = facts["forms"]
    assert (form["responses"], form["mean"], form["with_result"], form["with_high"], form["share"]) == (
        2,
        "3.75",
        2,
        1,
        "50.00",
    )
    assert [(row["title"], row["mean"]) for row in form["schools"]] == [("พญาไท", "2.50"), ("วัดสุทธิ", "5.00")]
    assert [row["title"] for row in form["groups"]] == [world.group.name]
    assert [row["title"] for row in form["sections"]] == ["ด้านการจัดกระบวนการเรียนรู้"]
    assert facts["verdict"]["met"] is None
    cycle = written(evaluated, 5, world.supervisor, DECISION)
    assert cycle.step(5).facts["verdict"]["met"] is True
    cycle = written(cycle, 5, world.supervisor, {"target_mean": "4.00"})
    verdict = cycle.step(5).facts["verdict"]
    assert (verdict["met"], verdict["rows"][0]["by_mean"], verdict["rows"][0]["by_share"]) == (False, False, True)


def test_what_a_survey_asked_with_the_same_form_counts_only_as_a_survey(world, evaluated):
    survey = Survey.objects.get()
    answered(world, school=world.school, values={"A1": 1, "A2": 1}, collection=survey.collection)

    facts = again(evaluated).step(5).facts

    assert (facts["forms"][0]["responses"], facts["forms"][0]["mean"]) == (2, "3.75")
    assert (facts["surveys"][0]["responses"], facts["surveys"][0]["mean"]) == (1, "1.00")


def test_below_the_target_something_must_be_done_and_the_next_round_is_compared(world, evaluated, signed_in):
    cycle = written(evaluated, 5, world.supervisor, DECISION | {"target_mean": "4.00"})
    assert "กิจกรรมปรับปรุง" in texts(cycle.step(5))
    with pytest.raises(TransitionError, match="กิจกรรมปรับปรุง"):
        perform(cycle, "improve_4", by=world.head, reason="ผลต่ำ")
    client = signed_in(world.supervisor)
    url = reverse("cycles:step-write", args=[cycle.pk, 5])
    form = {
        **{key: value for key, value in DECISION.items() if key != "actions"}, "target_mean": "4", "actions-count": "3",
        "actions-0-what": "จัด PLC ทุกเดือน", "actions-0-who": "ศน. กลุ่มสาระ", "actions-0-due": "15/1/2570", "actions-1-who": "ไม่รู้",
    }  # fmt: skip
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "จัด PLC ทุกเดือน" in refused.content.decode()
    client.post(url, form | {"actions-1-who": ""})
    cycle = again(cycle)
    (action,) = cycle.step(5).content["actions"]
    assert (action["what"], action["due"]) == ("จัด PLC ทุกเดือน", "2027-01-15")

    perform(cycle, "improve_4", by=world.head, reason="ผลต่ำ")
    Cycle.objects.filter(pk=cycle.pk).update(state="step_5")
    answered(world, school=world.school, values={"A1": 5, "A2": 5})
    before = again(cycle).step(5).facts["before"]

    assert before["label"].endswith("รอบที่ 1")
    assert (before["rows"][0]["before"], before["rows"][0]["after"]) == ("3.75", "4.17")
    assert before["rows"][0]["change"] == "0.42"


def test_the_decision_needs_results_and_a_survey_and_recommendations_are_counted(world, edition):
    cycle = planned_cycle(world, edition, at=5)
    said = texts(cycle.step(5))
    for words in ("ยังไม่มีผลจากแบบนิเทศ", "ยังไม่ได้เลือกผลประเมินโครงการ", "เหตุผลประกอบการตัดสิน", "แนวทางสำหรับรอบต่อไป"):
        assert words in said
    visit = Visit.objects.filter(plan_item__plan=cycle.plan).first()
    make_recommendation(visit, due_on=date(2026, 1, 1))
    make_recommendation(visit, state="verified")
    make_recommendation(visit, state="reported", due_on=date(2026, 1, 1))

    assert again(cycle).step(5).facts["recommendations"] == {
        "all": 3, "answered": 2, "verified": 1, "reported": 1, "open": 2, "overdue": 1,
    }  # fmt: skip


def test_the_pages_of_both_steps_say_what_is_there_empty_and_done(world, evaluated, signed_in):
    client = signed_in(world.committee)
    for number in (4, 5):
        page = client.get(reverse("cycles:step", args=[evaluated.pk, number])).content.decode()
        assert "บันทึก</button>" not in page
    cycle = written(evaluated, 5, world.supervisor, DECISION)
    perform(cycle, "carry_on", by=world.director)
    page = client.get(reverse("cycles:step", args=[cycle.pk, 5])).content.decode()
    assert "ถึงเป้าหมายทุกแบบ" in page
    assert "เน้นการอ่าน" in page
    html, _, _ = document_html("cycle-step", again(cycle).step(5), world.head)
    assert "ผลเทียบกับเป้าหมาย" in html
    Cycle.objects.filter(pk=cycle.pk).update(plan=None, state="step_4")
    assert "รอบนี้ยังไม่มีแผนนิเทศ" in client.get(reverse("cycles:step", args=[cycle.pk, 4])).content.decode()
    assert TransitionLog.objects.filter(action="carry_on").count() == 1
