"""Everything that needs no device works in a browser that runs no scripts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from supervision.models import Plan
from tests.e2e import acting
from tests.supervision.factories import make_item, make_plan, make_recommendation, make_visit

pytestmark = pytest.mark.e2e


@pytest.fixture
def plain(device, live_server, transactional_db):
    """Opens a page without scripts, for a person who is signed in already."""

    def open_plain(user, address):
        at = device(live_server.url, scripts=False)
        at.admit(user)
        at.page.goto(address)
        return at.page

    return open_plain


def test_one_signs_in_and_is_told_when_the_password_is_wrong(world, device, live_server):
    world.supervisor.set_password(acting.PASSWORD)
    world.supervisor.save()
    page = device(live_server.url, scripts=False).page
    page.goto(reverse("supervision:plan-list"))
    acting.field(page, "ชื่อผู้ใช้").fill(world.supervisor.username)
    acting.field(page, "รหัสผ่าน").fill("ผิด")
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(page.locator("main")).to_contain_text("ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง")
    acting.sign_in(page, world.supervisor)
    expect(page.get_by_role("heading", level=1)).to_have_text("แผนนิเทศ")


def test_a_plan_is_written_and_a_date_that_does_not_exist_is_explained(world, plain):
    page = plain(world.supervisor, reverse("supervision:plan-create"))
    acting.field(page, "ชื่อแผน").fill("แผนนิเทศภาคเรียนที่สอง")
    acting.field(page, "ปี (พ.ศ.)").fill("2569")
    acting.field(page, "ตั้งแต่วันที่").fill("29 ก.พ. 2568")
    page.get_by_role("button", name="บันทึกร่างแผน").click()
    expect(page.locator("form .invalid-feedback, form [id^=error]").first).to_be_visible()
    expect(acting.field(page, "ชื่อแผน")).to_have_value("แผนนิเทศภาคเรียนที่สอง")
    assert not Plan.objects.exists()
    acting.field(page, "ตั้งแต่วันที่").fill("๑ ต.ค. ๒๕๖๘")
    page.get_by_role("button", name="บันทึกร่างแผน").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("แผนนิเทศภาคเรียนที่สอง")
    expect(page.locator("main")).to_contain_text("1 ตุลาคม 2568")


def test_a_section_of_the_form_is_saved_by_its_buttons(world, plain):
    visit = make_visit(world.school, world.supervisor, instruments=[world.instrument], state="in_progress")
    address = reverse("supervision:visit-form", args=[visit.pk, visit.forms.get().pk])
    page = plain(world.supervisor, address)
    page.get_by_role("radio", name="4").first.check(force=True)
    page.get_by_role("button", name="ตอนต่อไป").click()
    acting.field(page, "จุดเด่น").fill("ครูใช้คำถามปลายเปิด")
    page.get_by_role("button", name="กรอกครบแล้ว").click()
    expect(page.locator(".visit-form-row")).to_contain_text("ตอบแล้ว 2 จาก 3 ข้อ")
    answers = visit.forms.get().response.answers
    assert {key: entry["v"] for key, entry in answers.items()} == {"A1": 4, "B1": "ครูใช้คำถามปลายเปิด"}


def test_the_school_acknowledges_and_answers(world, plain):
    visit = make_visit(world.school, world.supervisor, state="released", visited_on=timezone.localdate())
    recommendation = make_recommendation(visit)
    page = plain(world.school_head, visit.get_absolute_url())
    acting.press(page, "รับทราบผลการนิเทศ")
    acting.field(page, "โรงเรียนจะดำเนินการอย่างไร").fill("ประชุมครู")
    due = timezone.localdate() + timedelta(days=9)
    acting.field(page, "จะแล้วเสร็จภายในวันที่").fill(acting.thai_short(due))
    acting.press(page, "ส่งแผนการดำเนินการ")
    visit.refresh_from_db()
    recommendation.refresh_from_db()
    assert (visit.state, recommendation.state) == ("acknowledged", "planned")


def test_a_plan_is_returned_with_its_reason(world, plain):
    plan = submitted_plan(world)
    page = plain(world.head, plan.get_absolute_url())
    acting.press_with_reason(page, "ส่งกลับแก้ไข", "โปรดเพิ่มเป้าหมาย")
    acting.expect_state(page, "ส่งกลับแก้ไข")
    expect(page.locator(".panel-next").first).to_contain_text("โปรดเพิ่มเป้าหมาย")


def submitted_plan(world) -> Plan:
    plan = make_plan(world.area, world.supervisor, state="submitted")
    make_item(plan, world.school, world.supervisor, instruments=[world.instrument])
    return plan
