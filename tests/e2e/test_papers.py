"""What leaves the office: a paper from its draft to the register, and certificates from their list to a stranger's check."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from correspondence.services.papers import set_code
from tests.e2e.acting import draw, expect_state, field, opens_a_pdf, press, press_with_reason, thai_short
from tests.e2e.conftest import DESK, PHONE
from tests.supervision.factories import make_visit

pytestmark = pytest.mark.e2e

RECIPIENTS = "นายหนึ่ง ใจดี\tโรงเรียนวัดสุทธิ\nนางสาวสอง ใจงาม\tโรงเรียนพญาไท\nนายหนึ่ง ใจดี\tโรงเรียนวัดสุทธิ"


@pytest.fixture
def sits(world, transactional_db, device, live_server):
    """A person of the small district at a browser of their own."""
    opened = {}

    def sit(user=None, size=DESK):
        if user not in opened:
            opened[user] = device(live_server.url, size=size)
            if user:
                opened[user].admit(user)
        return opened[user].page

    return sit


def said(page, words: str) -> None:
    expect(page.locator(".app-messages .alert")).to_contain_text(words)


# -- A paper -------------------------------------------------------------------------------------------------------


@pytest.fixture
def held(world, transactional_db):
    set_code(world.area, by=world.clerk, code="ศธ 04009")
    return make_visit(
        world.school, world.supervisor, instruments=[world.instrument], state="closed", visited_on=timezone.localdate(),
        summary="ครูจัดกิจกรรมเชิงรุกได้ดี",
    )  # fmt: skip


def test_the_report_of_a_visit_goes_from_a_phone_to_the_register_and_comes_back_once(world, held, sits):
    supervisor, head, director = sits(world.supervisor, PHONE), sits(world.head), sits(world.director)
    supervisor.goto(held.get_absolute_url())
    supervisor.locator("summary", has_text="จัดทำหนังสือ").click()
    supervisor.get_by_role("link", name="บันทึกรายงานผลการนิเทศ").click()
    words = field(supervisor, "ข้อความ")
    expect(words).to_have_value(re.compile("ครูจัดกิจกรรมเชิงรุกได้ดี"))
    words.fill(f"{words.input_value()}\nทั้งนี้ ได้ประสานโรงเรียนแล้ว")
    field(supervisor, "ผู้อำนวยการกลุ่มนิเทศฯ").check()
    supervisor.get_by_role("button", name="บันทึกร่าง").click()
    expect_state(supervisor, "ร่าง")
    paper = supervisor.url

    press(supervisor, "เสนอ")
    head.goto(paper)
    press_with_reason(head, "ส่งกลับแก้ไข", "ขอเพิ่มข้อเสนอแนะ")
    supervisor.goto(paper)
    expect(supervisor.locator("main")).to_contain_text("ขอเพิ่มข้อเสนอแนะ")
    supervisor.get_by_role("link", name="แก้ไข", exact=True).click()
    words.fill(f"{words.input_value()}\nเสนอแนะให้ขยายผลทั้งโรงเรียน")
    supervisor.get_by_role("button", name="บันทึก", exact=True).click()
    press(supervisor, "เสนอ")

    head.goto(paper)
    field(head, "ความเห็น").select_option("เห็นชอบ")
    press(head, "ยืนยันและเสนอต่อ")
    director.goto(reverse("correspondence:signature"))
    draw(director)
    director.get_by_role("button", name="บันทึกลายมือชื่อ").click()
    expect(director.get_by_role("img", name="ลายมือชื่อของท่าน")).to_be_visible()
    director.goto(paper)
    expect(field(director, "วางภาพลายมือชื่อของข้าพเจ้า")).to_be_checked()
    press(director, "ยืนยันและออกเลข")
    expect_state(director, "ลงนามแล้ว")
    expect(director.locator(".page-head")).to_contain_text("ศธ 04009/1")
    opens_a_pdf(director, director.get_by_role("link", name="PDF").first)

    supervisor.goto(held.get_absolute_url())
    expect(supervisor.locator(".letters-list")).to_contain_text("ที่ ศธ 04009/1")
    clerk = sits(world.clerk)
    clerk.goto(reverse("correspondence:entry-list", args=["out"]))
    expect(clerk.locator("table.rows tbody tr")).to_have_count(1)
    expect(clerk.locator("table.rows")).to_contain_text("รายงานผลการนิเทศ")
    assert supervisor.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]


# -- Certificates --------------------------------------------------------------------------------------------------


def test_a_menu_of_papers_is_left_by_escape_and_by_a_press_beside_it(world, held, sits):
    page = sits(world.supervisor)
    page.goto(held.get_absolute_url())
    button, choice = page.locator("summary", has_text="จัดทำหนังสือ"), page.get_by_role("link", name="บันทึกรายงานผลการนิเทศ")

    for leave in (lambda: page.keyboard.press("Escape"), page.get_by_role("heading", level=1).click):
        button.press("Enter")
        page.keyboard.press("Tab")
        expect(choice).to_be_visible()
        leave()
        expect(choice).to_be_hidden()

    button.press("Enter")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_wording_is_saved_right_after_it_was_looked_at(world, sits):
    page = sits(world.head)
    page.goto(reverse("documents:wording-edit", args=[world.area.pk, "visit-notice"]))
    page.get_by_label("ภาคสรุป").fill("จึงเรียนมาเพื่อทราบ")

    with page.expect_popup():
        page.get_by_role("button", name="ดูตัวอย่าง").click()
    page.get_by_role("button", name="บันทึก", exact=True).click()

    said(page, "บันทึกแล้ว เปลี่ยน 1 ส่วน")


def test_certificates_go_from_a_pasted_list_to_a_stranger_who_checks_one(world, sits):
    supervisor, director, stranger = sits(world.supervisor), sits(world.director), sits(size=PHONE)
    supervisor.goto(reverse("certificates:batch-list"))
    supervisor.get_by_role("link", name="จัดทำเกียรติบัตร").first.click()
    field(supervisor, "กิจกรรมหรือชื่อรางวัล").fill("การประชุมเชิงปฏิบัติการเครือข่าย")
    field(supervisor, "ให้ไว้ ณ วันที่").fill(thai_short(timezone.localdate()))
    supervisor.get_by_role("button", name="บันทึกร่างแล้วเพิ่มรายชื่อ").click()
    supervisor.get_by_role("textbox").first.fill(RECIPIENTS)
    supervisor.get_by_role("button", name="ตรวจรายชื่อ").click()
    expect(supervisor.locator("main")).to_contain_text("ซ้ำและรวมแล้ว 1 บรรทัด")
    supervisor.get_by_role("button", name="เพิ่มรายชื่อ 2 คน").click()
    batch = supervisor.url
    press(supervisor, "เสนอขออนุมัติ")

    director.goto(batch)
    press(director, "อนุมัติและออกเกียรติบัตร")
    opens_a_pdf(director, director.get_by_role("link", name="พิมพ์ทั้งชุด"))
    director.get_by_role("link", name="นายหนึ่ง ใจดี").click()
    certificate = director.url
    verification = director.locator("dl.facts a").first.get_attribute("href")

    stranger.goto(verification)
    expect(stranger.locator(".verdict")).to_contain_text("ใช้ได้")
    expect(stranger.locator("main")).to_contain_text("นายหนึ่ง ใจดี")
    director.goto(certificate)
    director.get_by_role("link", name="เพิกถอน").click()
    director.get_by_role("textbox").first.fill("พิมพ์ชื่อผิด")
    director.get_by_role("button", name="เพิกถอน").click()
    said(director, "เพิกถอน")
    stranger.reload()
    expect(stranger.locator(".verdict")).to_contain_text("ถูกเพิกถอน")
    assert stranger.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
