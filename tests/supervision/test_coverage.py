"""How many schools a plan has reached: denominators that know time, months that add up, names of who is left."""

from datetime import date

import pytest
from django.urls import reverse

from supervision.charts import coverage_charts
from supervision.models import Plan
from supervision.queries import coverage
from supervision.queries.coverage import NO_GROUP, coverage_of
from tests.supervision.factories import make_group, make_item, make_plan, make_school, make_visit

TODAY = date(2026, 12, 10)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(coverage, "today_in_bangkok", lambda: TODAY)


@pytest.fixture
def district(world):
    """Two groups and a school of none beside the two schools of the world; a plan that leaves one of them out."""
    river, hill = make_group(world.area, "ริมน้ำ"), make_group(world.area, "ภูเขา")
    world.area.schools.update(group=hill)
    world.rows = {
        name: make_school(world.area, name, group=group)
        for name, group in (("วัดก", river), ("วัดข", river), ("วัดค", None), ("วัดนอกแผน", river))
    }
    world.plan = make_plan(world.area, world.supervisor, state="approved")
    return world


def planned(world, name, month, state=None, on=None):
    item = make_item(world.plan, world.rows[name], world.supervisor, starts_on=date(2026, month, 5))
    if state:
        make_visit(
            world.rows[name],
            world.supervisor,
            state=state,
            plan_item=item,
            starts_on=on or item.starts_on,
            visited_on=on,
        )


def rows_of(found, kind):
    return {row["name"]: (row["reached"], row["planned"], row["total"]) for row in found[kind]}


def test_schools_are_counted_once_by_group_and_who_is_left_is_named(district):
    planned(district, "วัดก", 10, "closed", date(2026, 10, 6))
    planned(district, "วัดก", 11, "closed", date(2026, 11, 6))
    planned(district, "วัดข", 11, "postponed")
    planned(district, "วัดค", 12, "in_progress", date(2026, 12, 9))

    found = coverage_of(district.plan)

    assert (found["reached"], found["planned"], found["total"]) == (2, 3, 6)
    assert rows_of(found, "groups") == {"ภูเขา": (0, 0, 2), "ริมน้ำ": (1, 2, 3), NO_GROUP: (1, 1, 1)}
    assert list(rows_of(found, "groups"))[-1] == NO_GROUP
    river = next(row for row in found["groups"] if row["name"] == "ริมน้ำ")
    assert river["missing"] == [{"name": "วัดข", "planned": True}, {"name": "วัดนอกแผน", "planned": False}]
    assert sum(row["total"] for row in found["sizes"]) == 6
    groups = next(coverage_charts(found))
    assert "วัดนอกแผน (นอกแผน)" in groups.rows[1].missing
    assert groups.rows[-1].text == "2 จาก 6 (33.33)"


def test_months_add_up_and_those_to_come_only_say_what_is_planned(district):
    planned(district, "วัดก", 10, "closed", date(2026, 12, 1))
    planned(district, "วัดข", 10, "released", date(2026, 10, 20))
    item = make_item(district.plan, district.rows["วัดค"], district.supervisor, starts_on=date(2027, 1, 12))
    make_visit(item.school, item.lead, plan_item=item, starts_on=item.starts_on)

    months = coverage_of(district.plan)["months"]

    assert [(row["month"].month, row["planned"], row["reached"], row["new"]) for row in months] == [
        (10, 2, 1, 1), (11, 2, 1, 0), (12, 2, 2, 1), (1, 3, None, 0),
    ]  # fmt: skip


def test_a_visit_that_was_called_off_is_no_longer_planned(district):
    planned(district, "วัดก", 10, "cancelled")

    found = coverage_of(district.plan)

    assert (found["reached"], found["planned"], found["months"]) == (0, 0, [])


def test_a_school_that_closed_counts_only_where_it_was_reached_before(district):
    planned(district, "วัดก", 10, "closed", date(2026, 10, 6))
    planned(district, "วัดข", 11)
    for name in ("วัดก", "วัดข"):
        district.rows[name].closed_on = date(2026, 12, 1)
        district.rows[name].save()

    found = coverage_of(district.plan)

    assert (found["reached"], found["planned"], found["total"]) == (1, 1, 5)


def test_a_plan_without_a_line_reaches_nobody_and_draws_no_months(district):
    charts = list(coverage_charts(coverage_of(district.plan)))

    assert all(row.done == 0 for chart in charts for row in chart.rows)
    assert [chart.heading for chart in charts] == ["กลุ่มโรงเรียน"]


def test_an_edition_for_everybody_names_no_school(district):
    planned(district, "วัดก", 10)

    found = list(coverage_charts(coverage_of(district.plan), names=False))

    assert found
    assert all(not row.missing for chart in found for row in chart.rows)


def test_coverage_costs_two_queries_however_many_schools(district, django_assert_num_queries):
    for number in range(100):
        school = make_school(district.area, f"วัดที่ {number}", group=make_group(district.area, f"กลุ่ม {number}"))
        make_item(district.plan, school, district.supervisor)
    plan = Plan.objects.select_related("area").get(pk=district.plan.pk)
    with django_assert_num_queries(2):
        found = coverage_of(plan)

    assert len(found["groups"]) == 103


def test_the_page_of_an_approved_plan_shows_it_and_that_of_a_draft_does_not(district, client):
    planned(district, "วัดก", 10, "closed", date(2026, 10, 6))
    draft = make_plan(district.area, district.supervisor)
    make_item(draft, district.rows["วัดก"], district.supervisor)
    client.force_login(district.head)

    pages = [
        client.get(reverse("supervision:plan-detail", args=[plan.pk])).content.decode()
        for plan in (district.plan, draft)
    ]

    assert "1 จาก 6 (16.67)" in pages[0]
    assert "chart-coverage" not in pages[1]
