"""The whole year of one record: planned, approved, held, checked, released, read, answered and verified."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from instruments.loading import load_instruments
from instruments.models import AnswerBatch
from supervision.models import Plan, Recommendation, Visit, VisitPhoto
from tests.e2e import acting
from tests.e2e.conftest import DESK, PHONE

pytestmark = pytest.mark.e2e

SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def district(transactional_db, request):
    """The small district of all tests, its people with a password, and the forms that come with the product."""
    world = request.getfixturevalue("world")
    for user in User.objects.all():
        user.set_password(acting.PASSWORD)
        user.save()
    load_instruments()
    return world


@pytest.fixture(params=SIZES, ids=str)
def size(request):
    return SIZES[request.param]


def write_plan(page, world) -> None:
    page.get_by_role("link", name="แผนนิเทศ", exact=True).click()
    page.get_by_role("link", name="สร้างแผน").click()
    acting.field(page, "ชื่อแผน").fill("แผนนิเทศการจัดการเรียนรู้เชิงรุก")
    acting.field(page, "ปี (พ.ศ.)").fill("๒๕๖๙")
    acting.field(page, "หลักการและเหตุผล").fill("โรงเรียนขอรับการนิเทศ")
    acting.field(page, "วัตถุประสงค์").fill("เพื่อพัฒนาการจัดการเรียนรู้เชิงรุก")
    acting.field(page, "เป้าหมาย").fill("ครูทุกคน")
    acting.field(page, "วิธีดำเนินการ").fill("เยี่ยมชั้นเรียน")
    page.get_by_role("button", name="บันทึกร่างแผน").click()
    page.get_by_role("link", name="เพิ่มทีละแห่ง").click()
    acting.field(page, "สถานศึกษา").select_option(label=world.school.name)
    acting.type_date(page, "ตั้งแต่วันที่", "5/8/69", "วันพุธที่ 5 สิงหาคม 2569")
    acting.pick_date(page, "ถึงวันที่", month="สิงหาคม", year="พ.ศ. 2569", day="6")
    acting.field(page, "ประเด็นการนิเทศ").fill("การจัดการเรียนรู้เชิงรุก")
    page.get_by_label("INS-02").check()
    page.get_by_role("button", name="บันทึก", exact=True).click()
    expect(page.locator("#schedule")).to_contain_text("5–6 ส.ค. 2569")
    acting.press(page, "ส่งขออนุมัติ")


def approve_plan(supervisor, head, director) -> str:
    """Returned once with a reason, mended, endorsed and approved; answers the address of the plan."""
    address = supervisor.url
    head.goto("/")
    head.get_by_role("link", name="แผนนิเทศการจัดการเรียนรู้เชิงรุก").first.click()
    acting.press_with_reason(head, "ส่งกลับแก้ไข", "โปรดระบุเป้าหมายเชิงคุณภาพ")

    supervisor.goto(address)
    expect(supervisor.locator(".panel-next").first).to_contain_text("โปรดระบุเป้าหมายเชิงคุณภาพ")
    supervisor.get_by_role("link", name="แก้ไขแผน").click()
    acting.field(supervisor, "เป้าหมาย").fill("ครูทุกคน คุณภาพระดับดีขึ้นไป")
    supervisor.get_by_role("button", name="บันทึก", exact=True).click()
    acting.press(supervisor, "ส่งขออนุมัติ")

    head.goto(address)
    expect(head.locator("main")).to_contain_text("คุณภาพระดับดีขึ้นไป")
    acting.press(head, "เห็นชอบและเสนอต่อ")
    director.goto("/")
    director.get_by_role("link", name="แผนนิเทศการจัดการเรียนรู้เชิงรุก").first.click()
    acting.press(director, "อนุมัติแผน")
    acting.expect_state(director, "อนุมัติแล้ว")
    acting.opens_a_pdf(director, director.get_by_role("link", name="PDF").first)
    return address


def fill_form(at, user) -> None:
    """Every section of the form; the line goes once, the sign-in ends once, and nothing is lost."""
    page = at.page
    page.get_by_role("link", name="เริ่มกรอก").click()
    expect(page.locator("form[data-answers][data-ready]")).to_be_visible()
    acting.fill_section(page)
    acting.everything_is_saved(page)

    page.get_by_role("button", name="ตอนต่อไป").click()
    expect(page.get_by_role("heading", name="ก. การเตรียมการสอน")).to_be_visible()
    questions = page.locator("[data-question]")
    at.context.set_offline(True)
    acting.answer_question(page, questions.nth(0))
    expect(page.locator("[data-save-text]")).to_contain_text("ยังไม่มีสัญญาณ เก็บไว้ในเครื่องนี้แล้ว")
    acting.answer_question(page, questions.nth(1))
    at.context.set_offline(False)
    acting.everything_is_saved(page)

    Session.objects.all().delete()
    cache.clear()
    acting.answer_question(page, questions.nth(2))
    with at.context.expect_page() as opened:
        page.get_by_role("link", name="เข้าสู่ระบบอีกครั้งในแท็บใหม่").click()
    acting.sign_in(opened.value, user)
    opened.value.close()
    page.bring_to_front()
    acting.answer_question(page, questions.nth(3))
    acting.everything_is_saved(page)
    page.reload()
    expect(page.locator("[data-progress=B]")).to_have_text("ตอบแล้ว 4 จาก 4 ข้อ")

    while page.get_by_role("button", name="ตอนต่อไป").count():
        here = page.url
        page.get_by_role("button", name="ตอนต่อไป").click()
        page.wait_for_url(lambda url, here=here: url != here)
        expect(page.locator("form[data-answers][data-ready]")).to_be_visible()
        acting.fill_section(page)
        acting.everything_is_saved(page)
    page.get_by_role("button", name="กรอกครบแล้ว กลับหน้าการนิเทศ").click()
    expect(page.locator(".visit-form-row")).to_contain_text("ตอบแล้ว 34 จาก 34 ข้อ")


def write_record(page) -> None:
    today = timezone.localdate()
    page.get_by_role("link", name="เขียนบันทึก").click()
    acting.field(page, "วันที่นิเทศจริง").fill(acting.thai_short(today))
    acting.field(page, "ผู้รับการนิเทศ").fill("นายประยูร ใจดี ผู้อำนวยการโรงเรียน")
    acting.field(page, "สรุปผลการนิเทศ").fill("ครูจัดกิจกรรมเชิงรุกได้ดี ควรเพิ่มการวัดผลระหว่างเรียน")
    page.get_by_role("textbox", name="ข้อค้นพบ").first.fill("ผู้เรียนมีส่วนร่วมทุกขั้นตอน")
    page.get_by_role("button", name="บันทึก", exact=True).click()
    expect(page.locator("#record")).to_contain_text("ผู้เรียนมีส่วนร่วมทุกขั้นตอน")

    page.get_by_role("textbox", name="ข้อเสนอแนะ").fill("จัดทำปฏิทินนิเทศภายใน")
    acting.field(page, "ผู้รับผิดชอบ").fill("ฝ่ายวิชาการ")
    acting.field(page, "ภายในวันที่").fill(acting.thai_short(today + timedelta(days=30)))
    page.get_by_role("button", name="เพิ่มข้อเสนอแนะ").click()
    expect(page.locator("#recommendations")).to_contain_text("จัดทำปฏิทินนิเทศภายใน")

    page.locator("#photo").set_input_files(acting.photograph())
    expect(page.locator(".visit-photos img")).to_have_count(1)

    for side, name in (("ผู้นิเทศ", "นางสมใจ ใจดี"), ("ผู้รับการนิเทศ", "นายประยูร ใจดี")):
        page.get_by_role("link", name=f"ลงนาม {side}", exact=True).click()
        acting.field(page, "ชื่อและนามสกุล").fill(name)
        acting.draw(page)
        page.get_by_role("button", name="ลงนาม", exact=True).click()
        expect(page.get_by_role("img", name=f"ลายมือชื่อ{side}", exact=True)).to_be_visible()


def test_a_visit_from_its_plan_to_its_verified_recommendation(live_server, device, district, size):
    world = district
    at = {name: device(live_server.url, size=size) for name in ("supervisor", "head", "director", "checker", "school")}
    supervisor = acting.comes_in(at["supervisor"], world.supervisor)
    write_plan(supervisor, world)
    head = acting.comes_in(at["head"], world.head)
    director = acting.comes_in(at["director"], world.director)
    approve_plan(supervisor, head, director)
    assert Plan.objects.get().state == "approved"

    supervisor.get_by_role("link", name="การนิเทศ", exact=True).click()
    supervisor.get_by_role("link", name="โรงเรียนวัดสุทธิ").first.click()
    acting.press(supervisor, "เริ่มการนิเทศ")
    fill_form(at["supervisor"], world.supervisor)
    assert AnswerBatch.objects.count() > 10
    write_record(supervisor)
    acting.press(supervisor, "ส่งบันทึกให้ตรวจ")
    acting.expect_state(supervisor, "รอตรวจ")
    visit = Visit.objects.get()
    with VisitPhoto.objects.get().image.open() as kept:
        assert not acting.has_place(kept.read())

    checker = acting.comes_in(at["checker"], world.workgroup_head)
    checker.goto(visit.get_absolute_url())
    acting.press(checker, "ตรวจแล้ว ถูกต้อง")
    head.goto("/")
    acting.sign_in(head, world.head)
    head.goto(visit.get_absolute_url())
    acting.press(head, "ส่งผลให้โรงเรียน")
    acting.opens_a_pdf(head, head.get_by_role("link", name="PDF").first)

    school = acting.comes_in(at["school"], world.school_head)
    school.get_by_role("link", name="โรงเรียนวัดสุทธิ").first.click()
    expect(school.locator("main")).to_contain_text("ครูจัดกิจกรรมเชิงรุกได้ดี")
    acting.press(school, "รับทราบผลการนิเทศ")
    due = timezone.localdate() + timedelta(days=20)
    acting.field(school, "โรงเรียนจะดำเนินการอย่างไร").fill("ประชุมครูและจัดทำปฏิทิน")
    acting.field(school, "จะแล้วเสร็จภายในวันที่").fill(acting.thai_short(due))
    acting.press(school, "ส่งแผนการดำเนินการ")
    report(school, "จัดทำปฏิทินแล้ว")

    recommendation = Recommendation.objects.get()
    supervisor.goto(recommendation.get_absolute_url())
    acting.press_with_reason(supervisor, "ขอให้ดำเนินการเพิ่ม", "โปรดแนบปฏิทินที่ลงนามแล้ว")
    school.goto(visit.get_absolute_url())
    expect(school.locator("#recommendations")).to_contain_text("โปรดแนบปฏิทินที่ลงนามแล้ว")
    report(school, "แนบปฏิทินที่ลงนามแล้ว")

    supervisor.goto(recommendation.get_absolute_url())
    acting.press(supervisor, "ยืนยันผล")
    supervisor.goto(visit.get_absolute_url())
    acting.press(supervisor, "ปิดการนิเทศ")
    acting.expect_state(supervisor, "เสร็จสิ้น")
    school.goto(visit.get_absolute_url())
    acting.opens_a_pdf(school, school.get_by_role("link", name="PDF").first)


def report(school, text: str) -> None:
    """The school says what it did, with a photograph."""
    acting.field(school, "ได้ดำเนินการอะไร และเกิดผลอย่างไร").fill(text)
    acting.field(school, "หลักฐาน (ถ้ามี)").set_input_files(acting.photograph())
    acting.press(school, "ส่งรายงานผล")
