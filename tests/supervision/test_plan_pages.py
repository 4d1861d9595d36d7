"""The pages of a plan as people use them: what they offer, what they refuse, and that nothing typed is lost."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from supervision.models import Plan, PlanItem, Visit
from supervision.services.plans import update_item, update_plan
from tests.supervision.factories import FIRST_DAY, assign, make_area, make_item, make_plan, make_school, put
from workflows.services import perform


def url(name: str, *args) -> str:
    return reverse(f"supervision:{name}", args=args)


@pytest.fixture
def plan(world):
    plan = make_plan(world.area, world.supervisor)
    make_item(plan, world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument])
    return plan


def plan_data(plan: Plan | None = None, **changes) -> dict:
    values = {
        "title": "แผนนิเทศการอ่าน",
        "period": "fiscal",
        "year": "๒๕๗๐",
        "starts_on": "",
        "ends_on": "",
        "rationale": "ผลการอ่านต่ำกว่าเป้าหมาย",
        "budget": "49,750.50",
    }
    return values | changes


def item_data(world, **changes) -> dict:
    values = {
        "school": world.school.pk,
        "starts_on": "1/12/2569",
        "ends_on": "2/12/2569",
        "purpose": "การอ่านออกเขียนได้",
        "lead": world.supervisor.pk,
        "team": [world.colleague.pk],
        "instruments": [world.instrument.pk],
    }
    return values | changes


# -- The list ------------------------------------------------------------------------------------------------------


def test_each_person_lists_and_opens_exactly_the_plans_of_the_rule(client, people, world):
    plans = [make_plan(world.area, world.supervisor, state) for state in Plan.machine.keys]
    plans.append(make_plan(world.far_area, world.far_supervisor))

    for name, person in people.items():
        client.force_login(person)
        listed = {plan.pk for plan in client.get(url("plan-list")).context["page"]}
        for plan in plans:
            allowed = person.has_perm("supervision.see_plan", plan)
            assert (plan.pk in listed) is allowed, (name, plan.state)
            assert client.get(url("plan-detail", plan.pk)).status_code == (200 if allowed else 404), (name, plan.state)


def test_the_list_is_filtered_by_year_state_words_and_mine(client, world):
    wanted = make_plan(world.area, world.supervisor, "returned", year=2571, title="แผนการอ่าน")
    make_plan(world.area, world.colleague, year=2570, title="แผนคณิตศาสตร์")
    client.force_login(world.supervisor)

    for query in ({"year": "2571"}, {"state": "returned"}, {"q": "การอ่าน"}, {"who": "mine"}):
        assert [plan.pk for plan in client.get(url("plan-list"), query).context["page"]] == [wanted.pk], query
    assert client.get(url("plan-list"), {"year": "ไม่ใช่ปี", "state": "?", "page": "x"}).status_code == 200
    assert "ไม่พบแผนตามที่ค้นหา" in client.get(url("plan-list"), {"q": "ไม่มีแน่"}).content.decode()


def test_what_waits_for_the_person_stands_on_top(client, world, plan):
    perform(plan, "submit", by=world.supervisor)

    seen = {}
    for name in ("head", "director", "supervisor"):
        client.force_login(getattr(world, name))
        seen[name] = "รอท่านพิจารณา" in client.get(url("plan-list")).content.decode()

    assert seen == {"head": True, "director": False, "supervisor": False}


def test_an_empty_list_says_what_to_do(client, world):
    client.force_login(world.supervisor)
    writer = client.get(url("plan-list")).content.decode()
    client.force_login(world.committee)
    reader = client.get(url("plan-list")).content.decode()

    assert "เริ่มจาก “สร้างแผน”" in writer
    assert "เมื่อศึกษานิเทศก์ส่งแผนแล้วจะแสดงที่นี่" in reader


def queries_of(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_costs_the_same_for_one_plan_and_for_fifty(client, world):
    client.force_login(world.head)
    make_plan(world.area, world.supervisor, "submitted")
    one = queries_of(client, url("plan-list"))
    for _ in range(49):
        make_plan(world.area, world.supervisor, "submitted")

    assert queries_of(client, url("plan-list")) == one


@pytest.mark.parametrize("state", ["draft", "submitted", "approved"])
def test_the_plan_costs_the_same_for_one_line_and_for_fifty(client, world, plan, state):
    client.force_login(world.supervisor)
    if state != "draft":
        perform(plan, "submit", by=world.supervisor)
    if state == "approved":
        perform(plan, "endorse", by=world.head)
        perform(plan, "approve", by=world.director)
    pages = ["plan-detail", "plan-pdf"] + (["plan-item-add", "plan-item-add-many"] if state == "draft" else [])
    one = {name: queries_of(client, url(name, plan.pk)) for name in pages}
    for number in range(49):
        school = make_school(world.area, group=world.group)
        item = make_item(
            plan, school, world.supervisor, starts_on=FIRST_DAY + timedelta(days=number),
            team=[world.colleague], instruments=[world.instrument],
        )  # fmt: skip
        if state == "approved":
            make_visit_of(item)

    assert {name: queries_of(client, url(name, plan.pk)) for name in pages} == one


def make_visit_of(item):
    from tests.supervision.factories import make_visit

    return make_visit(item.school, item.lead, plan_item=item)


# -- Writing -------------------------------------------------------------------------------------------------------


def test_a_plan_is_created_with_thai_digits_and_dates_of_its_period(client, world):
    client.force_login(world.supervisor)

    response = client.post(url("plan-create"), plan_data(team=[world.colleague.pk]))

    plan = Plan.objects.get()
    assert response.status_code == 302
    assert response.url == plan.get_absolute_url()
    assert (plan.owner, plan.area, plan.year, str(plan.budget)) == (world.supervisor, world.area, 2570, "49750.50")
    assert (plan.starts_on, plan.ends_on) == (date(2026, 10, 1), date(2027, 9, 30))
    assert list(plan.team.all()) == [world.colleague]


def test_only_planners_may_open_the_form_of_a_new_plan(client, people):
    opened = set()
    for name, person in people.items():
        client.force_login(person)
        response = client.get(url("plan-create"))
        assert response.status_code in {200, 403}, name
        if response.status_code == 200:
            opened.add(name)

    assert opened == {"supervisor", "colleague", "workgroup_head", "head", "far_head", "far_supervisor"}


def test_who_plans_for_two_areas_chooses_one_and_never_a_third(client, world):
    assign(world.supervisor, "supervisor", area=world.far_area)
    foreign = make_area("สพป.อื่น")
    client.force_login(world.supervisor)

    client.post(url("plan-create"), plan_data(area=world.far_area.pk))
    client.post(url("plan-create"), plan_data(area=foreign.pk))

    assert [plan.area for plan in Plan.objects.order_by("pk")] == [world.far_area, world.area]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "โปรดกรอกช่องนี้"),
        ({"year": "2026"}, "พ.ศ. สี่หลัก"),
        ({"starts_on": "31/2/2570"}, "กุมภาพันธ์"),
        ({"starts_on": "1/12/2569", "ends_on": "1/11/2569"}, "ต้องไม่อยู่ก่อนวันเริ่ม"),
        ({"budget": "หลายบาท"}, "อ่านจำนวน"),
        ({"budget": "-5"}, ""),
        ({"methods": "ยาว" * 3334}, "ต้องไม่เกิน 10000 ตัวอักษร (พิมพ์มา 10002)"),
    ],
)
def test_a_refused_form_comes_back_with_everything_that_was_typed(client, world, changes, sentence):
    client.force_login(world.supervisor)

    response = client.post(url("plan-create"), plan_data(rationale="ข้อความยาวที่พิมพ์ไว้", **changes))

    page = response.content.decode()
    assert response.status_code == 422
    assert "ข้อความยาวที่พิมพ์ไว้" in page
    assert sentence in page
    assert all(value in page for value in changes.values())
    assert not Plan.objects.exists()


def test_people_who_may_not_write_a_plan_are_told_who_may(client, world, plan):
    item = plan.items.get()
    addresses = [
        url("plan-edit", plan.pk),
        url("plan-item-add", plan.pk),
        url("plan-item-add-many", plan.pk),
        url("plan-item-edit", plan.pk, item.pk),
        url("plan-item-delete", plan.pk, item.pk),
    ]
    answers = {}
    for name in ("supervisor", "head", "colleague", "director", "far_head", "school_head", "clerk"):
        client.force_login(getattr(world, name))
        answers[name] = {client.get(address).status_code for address in addresses}
    client.force_login(world.colleague)
    refused = client.get(addresses[0]).content.decode()
    for address in addresses:
        assert client.post(address, plan_data() | item_data(world)).status_code == 403

    assert answers == {
        "supervisor": {200}, "head": {200}, "colleague": {403}, "director": {403},
        "far_head": {404}, "school_head": {404}, "clerk": {404},
    }  # fmt: skip
    assert str(world.supervisor) in refused
    assert PlanItem.objects.count() == 1


def test_a_plan_that_left_the_desk_is_not_written_and_the_typed_text_stays(client, world, plan):
    client.force_login(world.supervisor)
    perform(plan, "submit", by=world.supervisor)

    opened = client.get(url("plan-edit", plan.pk), follow=True).content.decode()
    sent = client.post(url("plan-edit", plan.pk), plan_data(rationale="ข้อความยาวที่พิมพ์ไว้"))

    assert "ถอนเรื่องกลับมาก่อน" in opened
    assert sent.status_code == 422
    assert "ข้อความยาวที่พิมพ์ไว้" in sent.content.decode()
    plan.refresh_from_db()
    assert plan.title != "แผนนิเทศการอ่าน"


def test_who_saves_second_sees_both_texts_and_decides(client, world, plan):
    client.force_login(world.supervisor)
    seen = client.get(url("plan-edit", plan.pk)).context["form"].initial["seen"]
    update_plan(plan, by=world.head, targets="ครู 37 โรงเรียน", team=[world.colleague])

    second = client.post(url("plan-edit", plan.pk), plan_data(seen=seen, targets="ครูแกนนำ 12 คน"))

    page = second.content.decode()
    assert second.status_code == 422
    assert [word in page for word in ("วิภา", "ครู 37 โรงเรียน", "ครูแกนนำ 12 คน")] == [True, True, True]
    assert {row["label"] for row in second.context["conflict"]} >= {"เป้าหมาย", "คณะผู้รับผิดชอบ"}
    plan.refresh_from_db()
    assert plan.targets == "ครู 37 โรงเรียน"

    again = second.context["form"].data["seen"]
    assert client.post(url("plan-edit", plan.pk), plan_data(seen=again, targets="ครูแกนนำ 12 คน")).status_code == 302
    plan.refresh_from_db()
    assert plan.targets == "ครูแกนนำ 12 คน"


def test_who_saves_a_line_second_sees_both(client, world, plan):
    item = plan.items.get()
    client.force_login(world.supervisor)
    seen = client.get(url("plan-item-edit", plan.pk, item.pk)).context["form"].initial["seen"]
    update_item(item, by=world.head, school=world.other_school)

    response = client.post(url("plan-item-edit", plan.pk, item.pk), item_data(world, seen=seen))

    assert response.status_code == 422
    assert {row["label"]: row["stored"] for row in response.context["conflict"]}["สถานศึกษา"] == "โรงเรียนพญาไท"
    item.refresh_from_db()
    assert item.school == world.other_school


def test_lines_are_added_edited_and_removed(client, world, plan):
    client.force_login(world.supervisor)

    added = client.post(url("plan-item-add", plan.pk), item_data(world, school=world.other_school.pk, again="1"))
    item = plan.items.get(school=world.other_school)
    edited = client.post(url("plan-item-edit", plan.pk, item.pk), item_data(world, purpose="ใหม่", ends_on=""))
    item.refresh_from_db()

    assert added.url == url("plan-item-add", plan.pk)
    assert edited.url == f"{plan.get_absolute_url()}?month=2026-12#month-2026-12"
    assert (item.school, item.purpose, item.ends_on) == (world.school, "ใหม่", date(2026, 12, 1))
    assert client.get(url("plan-item-delete", plan.pk, item.pk)).status_code == 200
    assert plan.items.count() == 2
    client.post(url("plan-item-delete", plan.pk, item.pk))
    assert plan.items.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (lambda w: {"school": ""}, "โปรดกรอกช่องนี้"),
        (lambda w: {"school": w.far_school.pk}, "เลือก"),
        (lambda w: {"starts_on": "1/9/2569"}, "วันนิเทศต้องอยู่ในช่วงของแผน"),
        (lambda w: {"ends_on": "1/11/2569"}, "ต้องไม่อยู่ก่อนวันเริ่ม"),
        (lambda w: {"lead": w.far_supervisor.pk}, "เลือก"),
        (lambda w: {"starts_on": "พรุ่งนี้นะ"}, "อ่าน"),
    ],
)
def test_a_refused_line_comes_back_with_what_was_typed(client, world, plan, changes, sentence):
    client.force_login(world.supervisor)

    response = client.post(url("plan-item-add", plan.pk), item_data(world, purpose="ประเด็นที่พิมพ์ไว้", **changes(world)))

    page = response.content.decode()
    assert response.status_code == 422
    assert "ประเด็นที่พิมพ์ไว้" in page
    assert sentence in page
    assert plan.items.count() == 1


def test_a_whole_group_and_single_schools_are_added_at_once(client, world, plan):
    alone = make_school(world.area, "ไม่มีกลุ่ม")
    make_school(world.area, "ปิดแล้ว", group=world.group, closed_on=date(2026, 1, 1))
    client.force_login(world.supervisor)
    data = item_data(world, groups=[world.group.pk], schools=[alone.pk], days="2", ends_on="31/12/2569")
    del data["school"]

    response = client.post(url("plan-item-add-many", plan.pk), data)

    assert response.status_code == 302
    lines = plan.items.filter(purpose="การอ่านออกเขียนได้").order_by("starts_on")
    assert {item.school for item in lines} == {world.school, world.other_school, alone}
    assert len({item.starts_on for item in lines}) == 3


def test_many_lines_without_a_school_are_refused_and_ticks_stay(client, world, plan):
    client.force_login(world.supervisor)
    data = item_data(world, days="1", ends_on="31/12/2569")
    del data["school"]

    nothing = client.post(url("plan-item-add-many", plan.pk), data)
    too_short = client.post(
        url("plan-item-add-many", plan.pk), data | {"schools": [world.school.pk], "days": "9", "ends_on": "4/12/2569"}
    )

    assert nothing.status_code == too_short.status_code == 422
    assert "โปรดเลือกโรงเรียนหรือกลุ่มโรงเรียนอย่างน้อย 1 รายการ" in nothing.content.decode()
    page = too_short.content.decode()
    assert "มีวันทำการ (จันทร์–ศุกร์) 4 วัน" in page
    assert f'id="school-{world.school.pk}" checked' in page


def test_a_line_of_another_plan_is_not_found_under_this_one(client, world, plan):
    other = make_item(make_plan(world.area, world.supervisor), world.school, world.supervisor)
    client.force_login(world.supervisor)

    for name in ("plan-item-edit", "plan-item-delete"):
        assert client.post(url(name, plan.pk, other.pk), item_data(world)).status_code == 404
    assert PlanItem.objects.filter(pk=other.pk).exists()


# -- Moving --------------------------------------------------------------------------------------------------------


def press(client, plan, name, **data):
    return client.post(url("plan-transition", plan.pk, name), data, follow=True)


def test_the_whole_way_through_the_pages(client, world, plan):
    client.force_login(world.supervisor)
    submitted = press(client, plan, "submit", revision=0).content.decode()
    client.force_login(world.head)
    returned = press(client, plan, "return", revision=1, reason="โปรดเพิ่มโรงเรียนขนาดเล็ก")
    client.force_login(world.supervisor)
    shown = client.get(plan.get_absolute_url()).content.decode()
    press(client, plan, "submit", revision=2)
    client.force_login(world.head)
    press(client, plan, "endorse", revision=3)
    client.force_login(world.director)
    approved = press(client, plan, "approve", revision=4).content.decode()

    assert "ขั้นตอนถัดไป:" in submitted
    assert str(world.head) in submitted
    assert returned.status_code == 200
    assert "โปรดเพิ่มโรงเรียนขนาดเล็ก" in shown
    assert f"ส่งกลับแก้ไขโดย {world.head}" in shown
    assert Visit.objects.get().get_absolute_url() in approved
    assert "ครั้งที่ 2" in approved


def test_the_owner_is_not_offered_to_decide_the_own_plan(client, world):
    plan = make_plan(world.area, world.head)
    make_item(plan, world.school, world.supervisor, instruments=[world.instrument])
    assign(world.workgroup_head, "group_head", area=world.area)
    perform(plan, "submit", by=world.head)
    client.force_login(world.head)

    page = client.get(plan.get_absolute_url()).content.decode()
    press(client, plan, "endorse", revision=1)

    assert "เห็นชอบและเสนอต่อ" not in page
    plan.refresh_from_db()
    assert plan.revision == 1


def test_a_draft_is_discarded_with_a_reason_and_stays_readable(client, world, plan):
    client.force_login(world.supervisor)

    refused = press(client, plan, "discard", revision=0).content.decode()
    press(client, plan, "discard", revision=0, reason="รวมกับแผนของกลุ่ม")

    plan.refresh_from_db()
    assert "โปรดระบุเหตุผล" in refused
    assert plan.state == "discarded"
    assert "รวมกับแผนของกลุ่ม" in client.get(plan.get_absolute_url()).content.decode()


def test_last_years_plan_is_copied_from_its_page(client, world, plan):
    put(plan, "approved")
    client.force_login(world.director)
    denied = client.post(url("plan-copy", plan.pk))
    client.force_login(world.colleague)

    asked = client.get(url("plan-copy", plan.pk))
    made = client.post(url("plan-copy", plan.pk))

    new = Plan.objects.get(owner=world.colleague)
    assert (denied.status_code, asked.status_code, made.url) == (403, 200, new.get_absolute_url())
    assert (new.year, new.items.count()) == (2571, 1)


def test_what_a_person_types_is_never_markup(client, world):
    plan = make_plan(world.area, world.supervisor, title="<script>x</script>", rationale="<b>หนา</b>")
    client.force_login(world.supervisor)

    for address in (plan.get_absolute_url(), url("plan-list"), url("plan-edit", plan.pk)):
        page = client.get(address).content.decode()
        assert "<script>x" not in page
        assert "<b>หนา" not in page


def test_a_refused_form_names_on_top_what_has_to_be_mended(client, world):
    client.force_login(world.supervisor)

    page = client.post(url("plan-create"), plan_data(title="", budget="หลายบาท")).content.decode()

    assert "ยังไม่ได้บันทึก" in page
    assert 'href="#id_title">ชื่อแผน</a>' in page
    assert 'href="#id_budget">งบประมาณ (บาท)</a>' in page


def test_a_long_schedule_opens_at_the_month_that_was_asked_for(client, world, plan):
    for number in range(45):
        make_item(plan, world.school, world.supervisor, starts_on=FIRST_DAY + timedelta(days=number))
    client.force_login(world.supervisor)

    months = client.get(plan.get_absolute_url(), {"month": "2027-01"}).context["months"]

    assert [(month["key"], month["open"]) for month in months] == [("2026-12", False), ("2027-01", True)]
