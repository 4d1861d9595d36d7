"""Visits in lists: who meets which, narrowed, counted, on the page of a school."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.flows import Role
from supervision.queries import visits as visit_queries
from tests.supervision.factories import (
    FIRST_DAY,
    make_person,
    make_recommendation,
    make_school,
    make_visit,
)
from tests.supervision.visiting import queries_of, url


def listed(client, **query):
    response = client.get(reverse("supervision:visit-list"), query)
    return [visit.pk for visit in response.context["page"].rows]


def test_each_role_meets_what_waits_for_it_first(world, signed_in):
    mine = make_visit(world.school, world.supervisor, state="in_progress")
    sent = make_visit(world.school, world.colleague, state="submitted")
    checked = make_visit(world.school, world.colleague, state="checked")
    released = make_visit(world.school, world.colleague, state="released")
    make_visit(world.other_school, world.colleague, state="released")
    make_visit(world.far_school, world.far_supervisor, state="submitted")

    assert listed(signed_in(world.supervisor)) == [mine.pk]
    assert listed(signed_in(world.workgroup_head), tab="check") == [sent.pk]
    assert listed(signed_in(world.director)) == [checked.pk]
    assert listed(signed_in(world.school_head)) == [released.pk]
    assert listed(signed_in(world.stranger)) == []


def test_a_school_reads_states_in_its_own_words(world, signed_in):
    make_visit(world.school, world.supervisor, state="released")

    page = signed_in(world.school_head).get(reverse("supervision:visit-list")).content.decode()

    assert "รอโรงเรียนรับทราบ" in page
    assert "ส่งผลให้โรงเรียนแล้ว" not in page


def test_the_list_is_narrowed_by_what_one_asks_for(world, signed_in):
    one = make_visit(world.school, world.supervisor)
    two = make_visit(world.other_school, world.colleague, state="cancelled", starts_on=date(2026, 6, 1))
    client = signed_in(world.head)

    assert listed(client, tab="all") == [one.pk, two.pk]
    assert listed(client, q="พญาไท") == [two.pk]
    assert listed(client, state="planned") == [one.pk]
    assert listed(client, period="f2569") == [two.pk]
    assert listed(client, period="s2569-2") == [one.pk]
    assert listed(client, since="1/7/2569") == [one.pk]
    assert listed(client, until="๑ มิ.ย. ๒๕๖๙") == [two.pk]
    assert listed(client, q="ไม่มีโรงเรียนนี้") == []
    assert listed(client, tab="all", state="รัฐ", period="x", since="ไม่ใช่วัน") == [one.pk, two.pk]
    assert listed(signed_in(world.colleague), who="mine") == [two.pk]


def test_pages_follow_each_other_without_a_gap_or_a_double(world, signed_in, monkeypatch):
    monkeypatch.setattr(visit_queries, "PER_PAGE", 3)
    visits = [
        make_visit(world.school, world.supervisor, starts_on=FIRST_DAY + timedelta(days=n // 3)) for n in range(8)
    ]
    newest_first = [visit.pk for visit in reversed(visits)]
    client = signed_in(world.head)
    address = reverse("supervision:visit-list")

    first = client.get(address, {"tab": "all"}).context["page"]
    second = client.get(address, {"tab": "all", "after": first.after}).context["page"]
    third = client.get(address, {"tab": "all", "after": second.after}).context["page"]
    back = client.get(address, {"tab": "all", "before": third.before}).context["page"]

    assert [v.pk for page in (first, second, third) for v in page.rows] == newest_first
    assert (first.before, third.after) == ("", "")
    assert back.rows == second.rows
    assert client.get(address, {"tab": "all", "before": back.before}).context["page"].before == ""


def test_many_rows_are_counted_only_so_far(world, signed_in, monkeypatch):
    monkeypatch.setattr(visit_queries, "COUNTED", 2)
    monkeypatch.setattr(visit_queries, "PER_PAGE", 1)
    for _ in range(4):
        make_visit(world.school, world.supervisor)

    page = signed_in(world.head).get(reverse("supervision:visit-list"), {"tab": "all"})

    assert page.context["page"].total == 3
    assert "มากกว่า 2 รายการ" in page.content.decode()


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_costs_the_same_for_one_row_or_many(world, signed_in, count, django_assert_num_queries):
    for number in range(count):
        school = make_school(world.area, f"ที่ {number}", group=world.group)
        make_visit(school, world.supervisor, team=[world.colleague])
    client = signed_in(world.head)
    client.get(reverse("home"))

    with django_assert_num_queries(6):
        response = client.get(reverse("supervision:visit-list"), {"tab": "all"})
    assert len(response.context["page"].rows) == count


def test_who_has_nothing_of_ones_own_to_do_meets_what_others_wait_for(world, signed_in):
    sent = make_visit(world.school, world.colleague, state="submitted")
    client = signed_in(world.head)

    assert listed(client) == [sent.pk]
    assert listed(client, tab="mine") == []


def test_a_person_of_one_school_is_not_asked_for_a_school(world, signed_in):
    address = reverse("supervision:visit-list")

    assert "ค้นหาสถานศึกษา" not in signed_in(world.school_head).get(address).content.decode()
    assert "ค้นหาสถานศึกษา" in signed_in(world.head).get(address).content.decode()


def test_people_are_offered_in_the_order_of_a_thai_dictionary(world, signed_in):
    for name in ("เกษม", "ขวัญ"):
        make_person(Role.SUPERVISOR, area=world.area, first_name=name)
    visit = make_visit(world.school, world.supervisor)

    form = signed_in(world.head).get(url("visit-team", visit)).context["form"]
    names = [label.split()[0].removeprefix("นาย") for _value, label in form.fields["lead"].choices]

    assert names == ["เกษม", "ขวัญ", "ปรีชา", "มานะ", "วิภา", "สมใจ"]


def test_the_page_of_a_school_lists_its_visits_as_far_as_the_person_sees_them(world, signed_in):
    make_visit(world.school, world.supervisor)
    released = make_visit(world.school, world.supervisor, state="released")
    make_visit(world.other_school, world.supervisor, state="released")
    make_recommendation(released, "จัดชั่วโมงซ่อมเสริม")
    page = signed_in(world.head).get(world.school.get_absolute_url())
    ((_, inside),) = page.context["panels"]
    ((_, outside),) = signed_in(world.school_head).get(world.school.get_absolute_url()).context["panels"]

    assert len(inside["visits"]) == 2
    assert [visit.pk for visit in outside["visits"]] == [released.pk]
    assert outside["outside"]
    assert inside["open"] == outside["open"] == 1


def test_the_page_of_a_school_costs_the_same_for_one_visit_or_many(world, signed_in):
    make_visit(world.school, world.supervisor, state="released")
    client, address = signed_in(world.head), world.school.get_absolute_url()
    client.get(address)
    before = queries_of(client, address)
    for _ in range(4):
        make_recommendation(make_visit(world.school, world.colleague, state="released"))

    assert queries_of(client, address) == before
