from datetime import date

import pytest
from django.core.exceptions import ValidationError

from schools.models import DEFAULT_SIZES, AcademicYear, Enrolment, School
from schools.queries import Period, calendar_for, of_size, period_of, revisions_of, size_labels, size_of, with_pupils
from tests.schools.conftest import make_school

BOUNDARIES = [
    (None, "ไม่มีข้อมูล"),
    (0, "ไม่มีนักเรียน"),
    (1, "ขนาดเล็ก"),
    (120, "ขนาดเล็ก"),
    (121, "ขนาดกลาง"),
    (600, "ขนาดกลาง"),
    (601, "ขนาดใหญ่"),
    (1500, "ขนาดใหญ่"),
    (1501, "ขนาดใหญ่พิเศษ"),
]


@pytest.mark.parametrize(("total", "label"), BOUNDARIES)
def test_size_changes_just_above_each_bound(total, label):
    assert size_of(total, DEFAULT_SIZES) == label


@pytest.mark.parametrize(
    ("bands", "sentence"),
    [
        ([], "อย่างน้อยหนึ่งขนาด"),
        ("เล็ก", "อย่างน้อยหนึ่งขนาด"),
        ([[120], [None, "ใหญ่"]], "จำนวนนักเรียนสูงสุดและชื่อ"),
        ([[120, " "], [None, "ใหญ่"]], "จำนวนนักเรียนสูงสุดและชื่อ"),
        ([["120", "เล็ก"], [None, "ใหญ่"]], "จำนวนเต็มบวก"),
        ([[None, "เล็ก"], [None, "ใหญ่"]], "จำนวนเต็มบวก"),
        ([[600, "กลาง"], [120, "เล็ก"], [None, "ใหญ่"]], "เรียงจากน้อยไปมาก"),
        ([[120, "เล็ก"], [600, "กลาง"]], "ขนาดสุดท้าย"),
    ],
)
def test_a_table_of_sizes_with_a_hole_is_refused(world, bands, sentence):
    world.near.full_clean()
    world.near.size_bands = bands
    with pytest.raises(ValidationError, match=sentence):
        world.near.full_clean()


def test_the_size_filter_finds_what_size_of_says(world):
    for number, (total, _) in enumerate(BOUNDARIES, 100):
        school = make_school(world.near, f"โรงเรียนที่ {number}", number)
        if total is not None:
            Enrolment.objects.create(school=school, academic_year=2569, grade="p1", male=total, female=0)
    schools = with_pupils(School.objects.all())

    for label in size_labels(DEFAULT_SIZES):
        found = {school.pk for school in schools.filter(of_size(label, DEFAULT_SIZES))}
        assert found == {school.pk for school in schools if size_of(school.pupils, DEFAULT_SIZES) == label}
        assert found


def test_pupils_are_those_of_the_latest_year_only(world):
    Enrolment.objects.create(school=world.school, academic_year=2568, grade="p1", male=500, female=500)
    Enrolment.objects.create(school=world.school, academic_year=2569, grade="p1", male=10, female=12)
    Enrolment.objects.create(school=world.school, academic_year=2569, grade="p2", male=3, female=4)

    school = with_pupils(School.objects.all()).get(pk=world.school.pk)

    assert (school.latest_year, school.pupils) == (2569, 29)


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2020, 9, 30), Period(2563, 4, 2563, 1)),
        (date(2020, 10, 1), Period(2564, 1, 2563, 1)),
        (date(2021, 1, 15), Period(2564, 2, 2563, 2)),
        (date(2021, 4, 1), Period(2564, 3, 2563, 2)),
        (date(2021, 5, 15), Period(2564, 3, 2563, 2)),
        (date(2021, 5, 16), Period(2564, 3, 2564, 1)),
        (date(2021, 10, 12), Period(2565, 1, 2564, 1)),
        (date(2021, 11, 1), Period(2565, 1, 2564, 2)),
    ],
)
def test_a_day_has_its_place_on_both_clocks(world, day, period):
    assert period_of(world.near, day) == period


def test_the_calendar_of_the_area_goes_before_the_regulation(world):
    AcademicYear.objects.create(
        area=world.near,
        year=2563,
        semester1_start=date(2020, 7, 1),
        semester1_end=date(2020, 11, 13),
        semester2_start=date(2020, 12, 1),
        semester2_end=date(2021, 4, 9),
        ends_on=date(2021, 5, 15),
    )

    assert period_of(world.near, date(2020, 6, 1)).academic_year == 2562
    assert period_of(world.far.pk, date(2020, 6, 1)).academic_year == 2563
    assert [row.year for row in calendar_for(world.near)] == [2563]


def test_a_calendar_at_hand_costs_no_query(world, django_assert_num_queries):
    calendar = calendar_for(world.near)
    with django_assert_num_queries(0):
        period_of(world.near, date(2026, 6, 1), calendar=calendar)


def test_history_tells_old_and_new_with_names_instead_of_numbers(world):
    world.school.group = None
    world.school.phone = "02 111 2222"
    world.school._history_user = world.clerk
    world.school.save()

    newest, made = revisions_of(world.school)

    assert newest.who == "ธุรการ"
    assert newest.changes == [("กลุ่มโรงเรียน", "ทวาราวดี", ""), ("โทรศัพท์", "", "02 111 2222")]
    assert ("ชื่อโรงเรียน", "", "วัดสุทธิ") in made.changes


@pytest.mark.parametrize("changes", [1, 12])
def test_history_costs_the_same_however_long(world, changes, django_assert_num_queries):
    for number in range(changes):
        world.school.phone = str(number)
        world.school.save()
    with django_assert_num_queries(3):
        assert len(revisions_of(world.school)) == changes + 1
