"""P-5.1 step 1: what the office knows on a day, gathered once, kept as it was when the step was done."""

import pytest
from django.urls import reverse

from cycles.models import Cycle, StepRecord
from cycles.services.cycles import write_step
from cycles.steps.information import result_facts, texts_of
from schools.models import Enrolment, ExamResult
from tests.cycles.factories import make_cycle, tick
from tests.supervision.factories import make_recommendation, make_school, make_visit
from workflows.services import TransitionError, perform

WRITTEN = {"findings": "นักเรียนลดลง", "strengths": "ครูเข้มแข็ง", "problems": "อ่านไม่คล่อง", "references": "แผนปฏิบัติการ"}


@pytest.fixture
def cycle(world, edition):
    cycle = make_cycle(world.area, world.head, edition=edition)
    cycle.rows.filter(number=1).update(owner=world.supervisor)
    return cycle


def enrol(school, pupils, year=2569):
    Enrolment.objects.create(school=school, academic_year=year, grade="p1", male=pupils, female=0, rooms=1)


def result(area=None, school=None, *, year, mean, subject="maths", **fields):
    level = "area" if area else "school"
    return ExamResult.objects.create(
        area=area, school=school, level=level, academic_year=year, exam="nt", grade="p3", subject=subject, mean=mean, **fields
    )  # fmt: skip


def test_the_gate_asks_for_data_and_words_and_what_was_kept_never_changes(world, cycle, signed_in):
    with pytest.raises(TransitionError, match="ยังไม่มีจำนวนนักเรียน") as refused:
        perform(cycle, "complete_1", by=world.head)
    assert "เอกสารอ้างอิง" in str(refused.value)

    enrol(world.school, 100)
    enrol(world.school, 80, year=2568)
    enrol(world.other_school, 700)
    visit = make_visit(world.school, world.supervisor, state="released")
    make_recommendation(visit)
    page = signed_in(world.supervisor).post(reverse("cycles:step-write", args=[cycle.pk, 1]), WRITTEN | {"seen": "0"})
    assert page.status_code == 302
    tick(cycle, 1)
    perform(Cycle.objects.get(pk=cycle.pk), "complete_1", by=world.supervisor)
    make_school(world.area, "เปิดใหม่")
    enrol(world.other_school, 500, year=2570)

    step = Cycle.objects.get(pk=cycle.pk).step(1)
    facts = step.facts
    assert facts["schools"]["total"] == 2
    assert facts["schools"]["groups"] == [{"name": "กลุ่มโรงเรียนเจ้าพระยา", "schools": 2, "pupils": 800}]
    assert [row["name"] for row in facts["schools"]["sizes"]] == ["ขนาดเล็ก", "ขนาดใหญ่"]
    assert [(year["year"], year["schools"], year["total"]) for year in facts["pupils"]] == [
        (2569, 2, 800),
        (2568, 1, 80),
    ]
    assert facts["recommendations"]["total"] == 1
    assert facts["recommendations"]["schools"][0]["name"] == str(world.school)
    assert [row["cells"][1] for row in facts["load"]["rows"] if row["name"] == str(world.supervisor)] == [[1, 1]]
    assert step.kept["problems"] == "อ่านไม่คล่อง"
    shown = signed_in(world.committee).get(step.get_absolute_url()).content.decode()
    assert "800" in shown
    assert "อ่านไม่คล่อง" in shown
    assert "เปิดใหม่" not in shown
    assert signed_in(world.committee).get(reverse("cycles:step-pdf", args=[cycle.pk, 1])).status_code == 200


def test_years_that_do_not_compare_get_no_difference_and_a_word_that_says_why(world):
    result(world.area, year=2567, mean="50")
    result(world.area, year=2568, mean="60")
    result(world.area, year=2568, mean="61", subject="thai")
    for year, mean in ((2567, "40"), (2568, "55")):
        result(world.area, year=year, mean=mean, subject="total", new_basis=year == 2568)

    facts = result_facts(world.area.pk)

    lines = {line["subject"]: line for line in facts["sheets"][0]["lines"]}
    assert facts["years"] == [2566, 2567, 2568]
    assert (lines["คณิตศาสตร์"]["cells"], lines["คณิตศาสตร์"]["change"]) == (["-", "50.00", "60.00"], "+10.00")
    assert lines["ภาษาไทย"]["change"] == "-"
    assert lines["รวมทุกด้าน"]["change"] == "-"
    assert "เทียบกับปีก่อนหน้าไม่ได้" in lines["รวมทุกด้าน"]["words"][0]


def test_the_cycle_before_hands_on_its_decision_and_its_guideline(world, edition):
    before = make_cycle(world.area, world.head, edition=edition, year=2569, at=5)
    write_step(before.step(5), by=world.head, content={"guideline": "เน้นการอ่าน", "actions": []})
    Cycle.objects.filter(pk=before.pk).update(state="finished")
    after = make_cycle(world.area, world.head, edition=edition)

    assert after.step(1).facts["before"]["decision"] is None
    assert after.step(1).facts["before"]["title"] == str(before)


def test_what_the_cycle_before_wrote_tells_its_days_as_people_write_them(world, edition):
    before = make_cycle(world.area, world.head, edition=edition, year=2569, at=5)
    actions = [{"key": "a1", "what": "จับคู่โรงเรียน", "who": "ศึกษานิเทศก์", "due": "2026-11-29"}]
    (told,) = texts_of("P-5.1", StepRecord(step=before.step(5), content={"actions": actions}))
    assert told["lines"] == ["จับคู่โรงเรียน · ศึกษานิเทศก์ · 29 พ.ย. 2569"]


@pytest.mark.parametrize("schools", [1, 4])
def test_gathering_costs_the_same_for_one_school_or_many(world, cycle, schools, django_assert_num_queries):
    for _ in range(schools):
        school = make_school(world.area)
        enrol(school, 50)
        make_recommendation(make_visit(school, world.supervisor, state="released"))
        result(school=school, year=2568, mean="40", tested=20)
    step = Cycle.objects.select_related("area", "edition").get(pk=cycle.pk).step(1)

    with django_assert_num_queries(16):
        step.gathered()
