"""The year in numbers: what is counted, what is not, and as far as the reader may see."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.queries import Row, summary_of, years_with_visits
from tests.supervision.factories import FIRST_DAY, make_group, make_recommendation, make_school, make_visit

YEAR = 2570
DAY = timedelta(days=1)
TODAY = FIRST_DAY + 30 * DAY


def total(user, today=TODAY) -> tuple[int, int, int]:
    row = summary_of(user, YEAR, today=today).total
    return row.planned, row.done, row.late


def test_done_is_what_was_handed_in_late_is_what_passed_and_cancelled_is_not_counted(world):
    for state in ("planned", "postponed", "in_progress", "returned", "submitted", "checked", "released", "closed"):
        make_visit(world.school, world.supervisor, state=state)
    make_visit(world.school, world.supervisor, state="cancelled")
    make_visit(world.school, world.supervisor, starts_on=TODAY)

    assert total(world.head) == (9, 4, 2)
    summary = summary_of(world.head, YEAR, today=TODAY)
    assert sum(number for _, number in summary.states) == 9
    assert "ยกเลิก" not in dict(summary.states)


def test_another_year_and_another_area_are_not_counted(world):
    make_visit(world.school, world.supervisor, starts_on=date(2026, 9, 30))
    make_visit(world.far_school, world.far_supervisor)

    assert total(world.head) == (0, 0, 0)
    assert years_with_visits(world.head) == [2569]
    assert years_with_visits(world.far_head) == [2570]


def test_a_visit_of_two_supervisors_counts_for_both_and_once_in_all(world):
    make_visit(world.school, world.supervisor, team=[world.colleague], state="released")
    make_visit(world.school, world.supervisor)

    summary = summary_of(world.head, YEAR, today=FIRST_DAY)

    assert summary.total == Row("ทั้งหมด", 2, 1, 0)
    assert summary.by_supervisor == [Row("นายมานะ ใจดี", 1, 1, 0), Row("นายสมใจ ใจดี", 2, 1, 0)]


def test_groups_stand_in_thai_order_and_schools_without_one_have_a_line(world):
    for name in ("กลุ่มเอก", "กลุ่มกลาง"):
        make_visit(make_school(world.area, group=make_group(world.area, name)), world.supervisor)
    make_visit(make_school(world.area), world.supervisor)
    make_visit(world.school, world.supervisor)

    labels = [row.label for row in summary_of(world.head, YEAR, today=TODAY).by_group]

    assert labels == ["กลุ่มกลาง", "กลุ่มโรงเรียนเจ้าพระยา", "กลุ่มเอก", "ยังไม่จัดกลุ่ม"]


def test_a_closed_school_counts_until_the_day_it_closed(world):
    make_visit(world.school, world.supervisor, state="released")
    make_visit(world.other_school, world.supervisor, state="released")
    world.other_school.closed_on = FIRST_DAY + 10 * DAY
    world.other_school.save()

    before = summary_of(world.head, YEAR, today=FIRST_DAY + 9 * DAY)
    after = summary_of(world.head, YEAR, today=FIRST_DAY + 10 * DAY)

    assert (before.schools_visited, before.schools_open) == (2, 2)
    assert (after.schools_visited, after.schools_open) == (1, 1)


def test_a_past_year_is_measured_on_its_last_day(world):
    world.other_school.closed_on = date(2027, 11, 1)
    world.other_school.save()

    assert summary_of(world.head, YEAR, today=date(2030, 1, 1)).schools_open == 2


def test_recommendations_count_once_the_school_has_them(world):
    released = make_visit(world.school, world.supervisor, state="released")
    make_recommendation(released, due_on=TODAY - DAY)
    make_recommendation(released, due_on=TODAY)
    make_recommendation(released, state="verified", due_on=TODAY - DAY)
    make_recommendation(make_visit(world.school, world.supervisor, state="checked"), due_on=TODAY - DAY)

    summary = summary_of(world.head, YEAR, today=TODAY)

    assert summary.recommendations == [("รอแผนของโรงเรียน", 2), ("ยืนยันผลแล้ว", 1)]
    assert summary.overdue == 1


def test_the_committee_reads_the_numbers_of_what_it_may_read(world):
    make_visit(world.school, world.supervisor, state="released")
    make_visit(world.school, world.supervisor, state="submitted")

    assert total(world.committee) == (1, 1, 0)


@pytest.mark.parametrize(("planned", "done", "percent"), [(0, 0, 0), (3, 1, 33), (3, 2, 67), (8, 1, 13), (200, 1, 1)])
def test_a_share_is_rounded_half_up(planned, done, percent):
    assert Row("", planned, done).percent == percent


# -- The page ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("supervisor", 200), ("workgroup_head", 200), ("head", 200), ("director", 200), ("committee", 200),
        ("clerk", 404), ("school_head", 404), ("teacher", 404), ("stranger", 404),
    ],
)  # fmt: skip
def test_the_summary_is_for_the_staff_and_the_committee(signed_in, world, who, status):
    assert signed_in(getattr(world, who)).get("/reports/").status_code == status


@pytest.mark.parametrize("asked", ["", "abc", "9999", "๒๕๗๐", "-1", "9" * 5000, "2570 "])
def test_any_year_that_is_asked_for_is_answered(signed_in, world, asked):
    make_visit(world.school, world.supervisor)

    page = signed_in(world.head).get("/reports/", {"year": asked})

    assert page.status_code == 200
    assert page.context["summary"].year in page.context["years"]


def test_the_summary_asks_as_much_for_fifty_visits_as_for_one(signed_in, world):
    client = signed_in(world.head)
    make_recommendation(make_visit(world.school, world.supervisor, state="released"))
    client.get("/reports/?year=2570")
    with CaptureQueriesContext(connection) as one:
        client.get("/reports/?year=2570")
    for _ in range(24):
        school = make_school(world.area, group=make_group(world.area))
        make_recommendation(make_visit(school, world.supervisor, team=[world.colleague], state="released"))

    with CaptureQueriesContext(connection) as many:
        client.get("/reports/?year=2570")

    assert len(many) == len(one)
