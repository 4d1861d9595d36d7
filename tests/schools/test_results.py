"""Test results: what a row may hold, what years may be compared, and what the pages show."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from schools.models import Enrolment, ExamResult, School, paper_of
from schools.results import FEW, area_means, difference, percent_of, results_of, words_on
from tests.schools.conftest import make_school, queries_of

LIST = "schools:result-list"


def result(owner, year=2568, exam="onet", grade="p6", subject="maths", mean: float | None = 50, **fields) -> ExamResult:
    whose = {"school": owner} if isinstance(owner, School) else {"area": owner, "level": fields.pop("level", "area")}
    if mean is not None:
        fields = {"tested": 40} | fields
        fields["mean"] = Decimal(str(mean))
    fields["full_score"] = Decimal(fields.get("full_score", 100))
    return ExamResult.objects.create(**whose, academic_year=year, exam=exam, grade=grade, subject=subject, **fields)


def line_of(school, subject="maths"):
    three = results_of(school)
    return next(line for sheet in three.sheets for line in sheet.lines if line.key[2] == subject)


# -- What a row may hold -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"mean": None},
        {"mean": 10, "state": "too_few"},
        {"mean": None, "sd": 3, "state": "withheld"},
        {"mean": 30.5, "full_score": 30},
        {"mean": -1},
        {"mean": 20, "sd": 31, "full_score": 30},
        {"mean": 0, "full_score": 0},
        {"year": 2025},
        {"level": "area"},
    ],
)
def test_a_row_that_contradicts_itself_is_kept_out_by_the_database(world, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        result(world.school, **fields)
    result(world.school)


def test_a_school_has_one_result_and_each_level_of_an_area_one(world):
    result(world.school)
    result(world.near)
    result(world.near, level="country")
    for owner in (world.school, world.near):
        with pytest.raises(IntegrityError), transaction.atomic():
            result(owner)


def test_scores_of_every_scale_are_read_as_percentages(world):
    assert percent_of(result(world.school, mean=15.5, full_score=30)) == Decimal("51.67")
    assert percent_of(result(world.other, mean=None, state="too_few")) is None


def test_nt_has_three_parts_until_2561_and_two_from_2562():
    assert "reasoning" in paper_of("nt", "p3", 2561).subjects
    assert set(paper_of("nt", "p3", 2562).subjects) == {"thai", "maths", "total"}
    assert paper_of("nt", "p6", 2562) is None


# -- Which years may be compared -----------------------------------------------------------------------------------


def test_the_total_of_nt_is_not_compared_across_its_change(world):
    before = result(world.school, 2561, "nt", "p3", "total", 60)
    after = result(world.school, 2562, "nt", "p3", "total", 41.59)
    assert difference(before, after) is None
    assert words_on([before, after], {}) == ["โครงสร้างข้อสอบเปลี่ยนตั้งแต่ปี 2562 เทียบกับปีก่อนหน้าไม่ได้"]


def test_a_test_marked_as_changed_is_not_compared_with_the_year_before(world):
    before, after = result(world.school, 2567), result(world.school, 2568, mean=60, new_basis=True)
    assert difference(before, after) is None
    assert difference(after, result(world.school, 2569, mean=61.5)) == Decimal("1.50")
    assert "ข้อสอบปี 2568 เปลี่ยนไป" in words_on([before, after], {})[0]


def test_different_full_scores_are_compared_as_percentages_and_said(world):
    before, after = result(world.school, 2567, mean=15, full_score=30), result(world.school, 2568, mean=55)
    assert difference(before, after) == Decimal("5.00")
    assert words_on([before, after], {}) == ["คะแนนเต็มต่างกัน (30 และ 100) จึงเทียบเป็นร้อยละ"]


def test_a_mean_of_few_pupils_is_said_to_swing(world):
    enough, few = result(world.school, 2567, tested=FEW), result(world.school, 2568, tested=FEW - 1)
    assert words_on([enough], {}) == []
    assert words_on([enough, few], {}) == ["ผู้เข้าสอบไม่ถึง 10 คนในปี 2568 ค่าเฉลี่ยแกว่งได้มาก"]


@pytest.mark.parametrize(("tested", "said"), [(39, True), (40, False)])
def test_a_mean_of_those_who_came_is_not_that_of_the_grade(world, tested, said):
    Enrolment.objects.create(school=world.school, academic_year=2568, grade="p6", male=25, female=25)
    result(world.school, 2568, tested=tested)
    assert any("ร้อยละ 80" in word for word in line_of(world.school).words) is said


def test_one_year_alone_is_not_said_to_compare(world):
    result(world.school, 2568)
    assert line_of(world.school).verdict == "ยังไม่มีสองปีให้เทียบ"
    result(world.school, 2566)
    assert line_of(world.school).verdict == "เทียบกันได้"


# -- The area's mean -----------------------------------------------------------------------------------------------


def test_the_mean_of_the_area_weighs_schools_by_pupils(world):
    third = make_school(world.near, "ที่สาม", 4)
    for school, mean, tested in [(world.school, 80, 10), (world.other, 10, 30), (third, 50, 60)]:
        result(school, mean=mean, tested=tested, full_score=100 if school != world.other else 30)
    result(world.distant, mean=99)
    result(make_school(world.near, "ไม่ประกาศ", 5), mean=None, state="withheld", tested=500)

    mean = area_means(world.near, [2568])[("onet", "p6", "maths"), 2568]

    assert (mean.percent, mean.published, mean.schools) == (Decimal("48.00"), False, 3)


def test_of_two_schools_no_mean_is_worked_out_but_a_published_one_is_shown(world):
    result(world.school)
    result(world.other, mean=90)
    assert area_means(world.near, [2568]) == {}

    result(world.near, mean=61.25)
    result(world.near, mean=10, level="country")
    cell = line_of(world.school).cells[-1]
    assert (cell.area.percent, cell.area.published, cell.above) == (Decimal("61.25"), True, Decimal("-11.25"))


# -- Three years of a school ---------------------------------------------------------------------------------------


def test_three_years_stand_side_by_side_and_a_missing_year_is_a_gap(world):
    result(world.school, 2565, mean=99)
    result(world.school, 2566, mean=40)
    result(world.school, 2568, mean=50)
    result(world.school, 2568, "rt", "p1", "aloud", 70)

    three = results_of(world.school)

    assert three.years == [2566, 2567, 2568]
    assert [sheet.label for sheet in three.sheets] == ["RT ป.1", "O-NET ป.6"]
    line = line_of(world.school)
    assert [cell.percent for cell in line.cells] == [Decimal("40.00"), None, Decimal("50.00")]
    assert line.change is None


def test_a_published_total_is_shown_as_published_and_never_worked_out(world):
    for subject, mean in (("thai", "52.70"), ("maths", "59.29"), ("total", "55.99")):
        result(world.school, 2564, "nt", "p3", subject, mean)
    assert line_of(world.school, "total").cells[-1].percent == Decimal("55.99")


def test_the_page_of_a_school_shows_means_gaps_and_words(client, world):
    result(world.school, 2567, mean=None, state="too_few", tested=2)
    result(world.school, 2568, mean=45.5, sd=11.2, note="สอบผ่านคอมพิวเตอร์")
    result(world.near, 2568, mean=44)
    client.force_login(world.school_head)

    page = client.get(world.school.get_absolute_url()).content.decode()

    for text in ("O-NET ป.6", "45.50", "11.20", "เขต 44.00", "+1.50", "ผู้เข้าสอบน้อย ไม่แสดงค่าเฉลี่ย", "สอบผ่านคอมพิวเตอร์"):
        assert text in page
    assert "0.00" not in page


def test_a_note_on_every_result_is_said_once(client, world):
    for subject in ("maths", "thai"):
        result(world.school, subject=subject, note="ตัวเลขสมมติ")
    client.force_login(world.clerk)
    assert client.get(world.school.get_absolute_url()).content.decode().count("ตัวเลขสมมติ") == 1


@pytest.mark.parametrize(("who", "door"), [("clerk", "นำเข้าจากไฟล์"), ("school_head", "เจ้าหน้าที่ธุรการของเขตพื้นที่เป็นผู้นำเข้า")])
def test_a_school_without_results_says_who_brings_them(client, world, who, door):
    client.force_login(getattr(world, who))
    page = client.get(world.school.get_absolute_url()).content.decode()
    assert "ยังไม่มีผลการทดสอบ RT NT หรือ O-NET" in page
    assert door in page


# -- The schools of an area ----------------------------------------------------------------------------------------


@pytest.fixture
def listed(world):
    """Three schools with results, one that has the grade but none, one that has neither."""
    world.third = make_school(world.near, "ที่สาม", 4)
    world.late = make_school(world.near, "ผลยังไม่มา", 5)
    make_school(world.near, "ไม่มี ป.6", 6)
    Enrolment.objects.create(school=world.late, academic_year=2568, grade="p6", male=20)
    for school, before, now in [(world.school, 40, 55), (world.other, 70, 60), (world.third, None, 50)]:
        if before is not None:
            result(school, 2567, mean=before)
        result(school, 2568, mean=now)
    result(world.school, 2568, subject="thai", mean=77)
    result(world.distant, 2568, mean=99)
    return world


def names(response) -> list[str]:
    return [row.school.name for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["ผลยังไม่มา", "วัดสุทธิ"]),
        ({"subject": "maths"}, ["ที่สาม", "ผลยังไม่มา", "พญาไท", "วัดสุทธิ"]),
        ({"subject": "maths", "sort": "-percent"}, ["พญาไท", "วัดสุทธิ", "ที่สาม", "ผลยังไม่มา"]),
        ({"subject": "maths", "sort": "percent"}, ["ที่สาม", "วัดสุทธิ", "พญาไท", "ผลยังไม่มา"]),
        ({"subject": "maths", "sort": "-change"}, ["วัดสุทธิ", "พญาไท", "ที่สาม", "ผลยังไม่มา"]),
        ({"subject": "maths", "year": "2567"}, ["พญาไท", "วัดสุทธิ"]),
        (
            {"subject": "maths", "paper": "nonsense", "year": "x", "sort": "y", "group": "z", "area": "q"},
            ["ที่สาม", "ผลยังไม่มา", "พญาไท", "วัดสุทธิ"],
        ),
    ],
)
def test_the_list_is_narrowed_and_sorted_and_what_has_no_number_stands_last(as_clerk, listed, query, found):
    assert names(as_clerk.get(reverse(LIST), query)) == found


def test_the_list_is_narrowed_by_group(as_clerk, listed):
    shown = as_clerk.get(reverse(LIST), {"subject": "maths", "group": listed.group.pk})
    assert sorted(names(shown)) == ["พญาไท", "วัดสุทธิ"]


def test_the_list_shows_the_mean_of_the_area_and_what_was_published_above_it(as_clerk, listed):
    result(listed.near, level="country", mean=47.25)
    response = as_clerk.get(reverse(LIST), {"subject": "maths"})
    assert response.context["mean"].percent == Decimal("55.00")
    page = response.content.decode()
    for text in ("คิดจาก 3 โรงเรียน", "47.25", "ยังไม่มีผลของปีนี้", "+15.00", "-10.00", "มีผล 3 จาก 4 โรงเรียน"):
        assert text in page


def test_a_school_sees_its_own_row_beside_the_mean_of_the_area(client, listed):
    client.force_login(listed.school_head)
    response = client.get(reverse(LIST), {"subject": "maths"})
    assert names(response) == ["วัดสุทธิ"]
    assert response.context["mean"].percent == Decimal("55.00")
    assert not response.context["may_import"]


@pytest.mark.parametrize(("who", "says"), [("clerk", "นำเข้าจากไฟล์"), ("stranger", "เจ้าหน้าที่ธุรการของเขตพื้นที่เป็นผู้นำเข้า")])
def test_a_list_without_results_says_how_they_come(client, world, who, says):
    client.force_login(getattr(world, who))
    response = client.get(reverse(LIST))
    assert response.status_code == 200
    assert says in response.content.decode()


def test_the_list_and_the_panel_cost_the_same_for_one_school_or_many(as_clerk, listed):
    url = f"{reverse(LIST)}?subject=maths"
    before = queries_of(as_clerk, url), queries_of(as_clerk, listed.school.get_absolute_url())

    for number in range(100, 140):
        school = make_school(listed.near, f"วัดที่ {number}", number, group=listed.group)
        Enrolment.objects.create(school=school, academic_year=2568, grade="p6", male=5)
        for year in (2567, 2568):
            result(school, year)
    for year in (2566, 2567, 2568):
        for subject in ("aloud", "comprehension", "total"):
            result(listed.school, year, "rt", "p1", subject)

    assert (queries_of(as_clerk, url), queries_of(as_clerk, listed.school.get_absolute_url())) == before


# -- Who sees a result ---------------------------------------------------------------------------------------------


def test_the_list_and_the_rule_agree_for_everybody(listed, people):
    result(listed.near, level="obec")
    result(listed.far, level="area")
    seen = set()
    for person in people:
        in_list = set(ExamResult.objects.visible_to(person))
        assert in_list == {one for one in ExamResult.objects.all() if person.has_perm("schools.see_result", one)}, (
            person
        )
        seen |= in_list
    assert seen == set(ExamResult.objects.all())
