"""A survey from its making to its closing, seen from the office's desk and from the phones of those who answer."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfWriter

from surveys.models import Survey
from surveys.services import create_survey
from tests.e2e.acting import HOLD_PICTURES, draw, expect_state, field, has_place, opens_a_pdf, photograph, press
from tests.e2e.conftest import DESK
from tests.instruments.every_type import make_every_type
from workflows.services import perform

pytestmark = pytest.mark.e2e


def pdf():
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return {"name": "แผนที่ 3.pdf", "mimeType": "application/pdf", "buffer": out.getvalue()}


@pytest.fixture
def sent(transactional_db, world):
    """A survey that is open for a week; the small form unless told otherwise."""

    def make(*, version=None, **values):
        today = timezone.localdate()
        fields = {
            "version": version or world.instrument.current, "title": "ความต้องการการนิเทศ ภาคเรียนที่ 2",
            "message": "โปรดตอบตามจริง", "opens_on": today, "closes_on": today + timedelta(days=6),
            "audience": "schools", "per_school": "one", "anonymous": False, "tryout": False, "remind_days": 3,
        }  # fmt: skip
        schools = [world.school, world.other_school] if values.get("audience", "schools") == "schools" else []
        survey = create_survey(area=world.area, by=world.supervisor, schools=schools, **(fields | values))
        perform(survey, "open", by=world.supervisor)
        return survey

    return make


@pytest.fixture
def desk(device, live_server):
    def sit(user, address):
        at = device(live_server.url, size=DESK)
        at.admit(user)
        at.page.goto(address)
        return at.page

    return sit


@pytest.fixture
def phone(device, live_server):
    """Opens an answering page on a phone; nobody is signed in."""

    def take(address, **options):
        at = device(live_server.url, **options)
        at.page.goto(address)
        if options.get("scripts", True):
            at.page.wait_for_selector("form[data-ready]")
        return at

    return take


def address_of(survey, school=None):
    token = survey.token if school is None else survey.places.get(school=school).token
    return reverse("surveys:answer", args=[token])


def chip(page, slot, value):
    page.locator(f'[data-slot="{slot}"] input[value="{value}"] + label').click()


def rate(page, slot, value):
    chip(page, slot, value)


def send(page):
    page.get_by_role("button", name=re.compile("^ส่งคำตอบ")).click()


def thanked(page):
    expect(page.get_by_role("heading", level=1)).to_have_text("ส่งคำตอบแล้ว ขอบคุณ")


def held(survey):
    answers = survey.answers.get().response.answers
    return {key: entry.get("v", "na") for key, entry in answers.items() if "v" in entry or "na" in entry}


def answer_what_is_required(page):
    chip(page, "A1", "1")
    page.get_by_label("จำนวนนักเรียนทั้งหมด").fill("๔๐")
    page.get_by_label("จำนวนนักเรียนที่มาเรียน (คน)").fill("37")
    rate(page, "B1", 4)
    page.locator('[data-slot^="T1@"]').fill("นางสาวดวงใจ มั่นคง")


def test_the_office_makes_a_survey_sends_it_and_a_school_answers(world, desk, phone, transactional_db):
    page = desk(world.supervisor, reverse("surveys:survey-list"))
    page.get_by_role("link", name="สร้างแบบสำรวจ").click()
    page.get_by_label("แบบที่ใช้").select_option(index=1)
    field(page, "ชื่อแบบสำรวจ").fill("ความต้องการของโรงเรียน")
    page.get_by_label("ตามกลุ่มโรงเรียน").check()
    page.get_by_role("button", name="บันทึกร่าง").click()
    expect(page.locator("main")).to_contain_text("โปรดเลือกกลุ่มโรงเรียนอย่างน้อย 1 กลุ่ม")
    expect(field(page, "ชื่อแบบสำรวจ")).to_have_value("ความต้องการของโรงเรียน")
    page.get_by_label("ทุกโรงเรียนของเขต").check()
    page.get_by_role("button", name="บันทึกร่าง").click()
    expect_state(page, "ร่าง")
    press(page, "ส่งแบบสำรวจ")
    expect_state(page, "เปิดรับคำตอบ")
    survey = Survey.objects.get()

    head = desk(world.school_head, reverse("home"))
    head.get_by_role("link", name="ความต้องการของโรงเรียน").first.click()
    head.wait_for_selector("form[data-ready]")
    expect(head.locator("main")).to_contain_text(f"โดย {world.school_head}")
    rate(head, "A1", 5)
    send(head)
    thanked(head)
    assert survey.answers.get().by == world.school_head

    page.goto(reverse("surveys:survey-schools", args=[survey.pk]))
    expect(page.get_by_role("row").filter(has_text=world.school.name)).to_contain_text("ตอบแล้ว")
    waiting = survey.places.count() - 1
    press(page, f"เตือน {waiting} โรงเรียน")
    expect(page.locator(".app-messages")).to_contain_text(f"เตือนแล้ว {waiting} โรงเรียน")


def test_every_type_is_answered_on_a_phone_and_read_by_the_office(world, sent, phone, desk):
    survey = sent(version=make_every_type())
    at = phone(address_of(survey, world.school))
    at.context.grant_permissions(["geolocation"])
    at.context.set_geolocation({"latitude": 13.756331, "longitude": 100.501762, "accuracy": 9})
    page = at.page
    expect(page.locator("#q-A13")).to_be_hidden()
    chip(page, "A1", "2")
    expect(page.locator("#q-A13")).to_be_visible()
    expect(page.locator("#section-C")).to_be_visible()
    page.locator("#q-A13 input[type=text]").fill("ฝนตก")
    chip(page, "A2", "1")
    chip(page, "A2", "3")
    page.get_by_label("จำนวนนักเรียนทั้งหมด").fill("๔๐")
    page.get_by_label("จำนวนนักเรียนที่มาเรียน (คน)").fill("37")
    expect(page.locator('[data-calc="A7"]')).to_have_text("92.50")
    page.get_by_label("วันที่นิเทศครั้งก่อน").fill("5 ต.ค. 2569")
    page.get_by_label("เวลาเริ่มการนิเทศ").fill("8.30 น.")
    page.get_by_role("button", name="ใช้ตำแหน่งปัจจุบัน").click()
    expect(page.locator("[data-place-said]")).to_have_text("คลาดเคลื่อนไม่เกิน 9 เมตร")
    page.locator("#a-A11-file").set_input_files(pdf())
    page.locator("#a-A12-file").set_input_files([photograph(), photograph()])
    expect(page.locator("#q-A12 img")).to_have_count(2)
    page.locator("#q-A12").get_by_role("button", name="ลบภาพ").first.click()
    chip(page, "L1", "12")
    page.locator('[data-slot="L2"]').select_option("1201")
    rate(page, "B1", 4)
    for line, value in (("r1", 4), ("r2", 5), ("r3", 3)):
        rate(page, f"B4.{line}", value)
    rate(page, "B5.current", 3)
    rate(page, "B5.desired", 5)
    page.locator('[data-slot^="T1@"]').fill("นางสาวดวงใจ มั่นคง")
    page.locator('[data-slot^="T4@"]').fill("20")
    page.get_by_role("button", name="เพิ่มครูคนที่ 2").click()  # never begun: it is no row of the answer
    draw(page)  # “use this signature” is not pressed: what is drawn goes along all the same
    send(page)
    thanked(page)
    expect(page.locator("main")).to_contain_text("นางสาวดวงใจ มั่นคง")
    expect(page.get_by_role("link", name="แผนที่ 3.pdf")).to_be_visible()

    said = held(survey)
    row = said.pop("T.rows")
    assert len(row) == 1
    assert (len(said.pop("A11")), len(said.pop("A12")), set(said.pop("S1"))) == (1, 1, {"image"})
    assert said == {
        "A1": "2", "A2": ["1", "3"], "A5": "40", "A6": "37", "A8": "2026-10-05", "A9": "08:30", "A13": "ฝนตก",
        "A10": {"lat": "13.756331", "lon": "100.501762", "acc": 9}, "L1": "12", "L2": "1201", "B1": 4,
        "B4.r1": 4, "B4.r2": 5, "B4.r3": 3, "B5.current": 3, "B5.desired": 5,
        f"T1@{row[0]}": "นางสาวดวงใจ มั่นคง", f"T4@{row[0]}": "20",
    }  # fmt: skip

    office = desk(world.supervisor, reverse("surveys:answer-read", args=[survey.pk, survey.answers.get().pk]))
    opens_a_pdf_of(office, office.get_by_role("link", name="แผนที่ 3.pdf"))
    picture = office.locator('img[alt^="ภาพหลักฐาน"]').first
    answer = office.context.request.get(picture.get_attribute("src") or "")
    assert answer.ok
    assert not has_place(answer.body())


def opens_a_pdf_of(page, link):
    answer = page.context.request.get(link.get_attribute("href") or "")
    assert answer.ok
    assert answer.body().startswith(b"%PDF-")


def test_a_lost_line_loses_nothing_and_what_is_sent_again_counts_once(world, sent, phone):
    survey = sent(version=make_every_type())
    at = phone(address_of(survey, world.school))
    page = at.page
    answer_what_is_required(page)
    page.locator("#a-A12-file").set_input_files(photograph())
    at.context.set_offline(True)
    send(page)
    expect(page.locator("[data-faults]")).to_contain_text("ติดต่อระบบไม่ได้")
    at.context.set_offline(False)

    # The answer arrives, and the line is lost before the page hears of it.
    arrived = []

    def swallow(route):
        arrived.append(route.fetch().status)
        route.abort("internetdisconnected")

    page.route("**/send/", swallow)
    send(page)
    expect(page.locator("[data-send-button]")).to_be_enabled()
    page.unroute("**/send/")
    assert arrived == [200]
    send(page)

    thanked(page)
    assert survey.answers.count() == 1
    assert len(held(survey)["A12"]) == 1


def test_a_picture_still_being_made_smaller_goes_along_and_nothing_more_is_typed(world, sent, phone):
    survey = sent(version=make_every_type())
    page = phone(address_of(survey, world.school)).page
    answer_what_is_required(page)
    page.evaluate(HOLD_PICTURES)
    page.locator("#a-A12-file").set_input_files(photograph())

    send(page)
    page.locator("#a-A5").focus()
    page.keyboard.type("5")
    page.evaluate("() => window.letPicturesGo()")

    thanked(page)
    said = held(survey)
    assert (len(said["A12"]), said["A5"]) == (1, "40")


def test_what_was_typed_stands_again_when_the_page_is_opened_anew(world, sent, phone):
    survey = sent(version=make_every_type())
    page = phone(address_of(survey, world.school)).page
    answer_what_is_required(page)
    page.get_by_label("วันที่นิเทศครั้งก่อน").fill("5 ต.ค. 2569")
    page.get_by_role("button", name=re.compile("^เพิ่มครูคนที่")).click()
    page.locator('[data-slot^="T1@"]').nth(1).fill("นายมานะ พากเพียร")
    page.wait_for_function("Object.keys(localStorage).length > 0")
    page.reload()
    page.wait_for_selector("form[data-ready]")

    expect(page.locator("[data-draft]")).to_contain_text("นำคำตอบที่ค้างไว้ในเครื่องนี้กลับมาแล้ว")
    expect(page.locator('[data-slot^="T1@"]').nth(0)).to_have_value("นางสาวดวงใจ มั่นคง")
    expect(page.locator('[data-slot^="T1@"]').nth(1)).to_have_value("นายมานะ พากเพียร")
    expect(page.get_by_label("วันที่นิเทศครั้งก่อน")).to_have_value("5 ต.ค. 2569")
    send(page)
    thanked(page)
    assert {"นางสาวดวงใจ มั่นคง", "นายมานะ พากเพียร"} <= {v for v in held(survey).values() if isinstance(v, str)}
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_late_answer_is_refused_in_thai_and_nothing_typed_is_lost(world, sent, phone, desk):
    survey = sent()
    page = phone(address_of(survey, world.school)).page
    rate(page, "A1", 5)
    page.locator('[data-slot="B1"]').fill("เขียนไว้ยาวมาก")
    office = desk(world.supervisor, survey.get_absolute_url())
    press(office, "ปิดรับคำตอบ")

    send(page)

    expect(page.locator("[data-faults]")).to_contain_text("ปิดรับคำตอบแล้ว")
    expect(page.locator('[data-slot="B1"]')).to_have_value("เขียนไว้ยาวมาก")
    assert not survey.answers.exists()
    office.get_by_role("link", name="ขยายเวลา").click()
    field(office, "ปิดรับวันใหม่").fill((timezone.localdate() + timedelta(days=20)).strftime("%d/%m/%Y"))
    field(office, "เหตุผล").fill("โรงเรียนขอเพิ่มเวลา")
    office.get_by_role("button", name="ขยายเวลา").click()
    expect_state(office, "เปิดรับคำตอบ")
    send(page)
    thanked(page)


def test_an_opened_answer_is_corrected_and_keeps_its_pictures(world, sent, phone, desk):
    survey = sent(version=make_every_type())
    address = address_of(survey, world.school)
    page = phone(address).page
    answer_what_is_required(page)
    page.locator("#a-A12-file").set_input_files(photograph())
    send(page)
    thanked(page)
    office = desk(world.supervisor, reverse("surveys:survey-schools", args=[survey.pk]))
    office.get_by_role("link", name="เปิดให้แก้ไข").click()
    field(office, "เหตุผล").fill("โปรดตรวจจำนวนนักเรียน")
    office.get_by_role("button", name="เปิดให้แก้ไข").click()
    expect(office.get_by_role("row").filter(has_text=world.school.name)).to_contain_text("เปิดให้แก้ไข")

    page.goto(address)
    page.wait_for_selector("form[data-ready]")
    expect(page.locator("main")).to_contain_text("โปรดตรวจจำนวนนักเรียน")
    expect(page.locator("#q-A12 img")).to_have_count(1)
    page.get_by_label("จำนวนนักเรียนทั้งหมด").fill("41")
    page.locator("#a-A12-file").set_input_files(photograph())
    send(page)

    thanked(page)
    assert (held(survey)["A5"], len(held(survey)["A12"])) == ("41", 2)
    assert survey.answers.get().reopened_at is None


def test_an_anonymous_survey_is_found_by_its_poster_and_answered_without_an_account(world, sent, phone, desk):
    survey = sent(audience="link", anonymous=True)
    office = desk(world.supervisor, reverse("surveys:survey-share", args=[survey.pk]))
    opens_a_pdf(office, office.get_by_role("link", name="โปสเตอร์ A4"))
    assert office.context.request.get(reverse("surveys:survey-qr", args=[survey.pk])).ok
    link = office.get_by_label("ลิงก์", exact=True).input_value()

    at = phone(link)
    expect(at.page.locator("main")).to_contain_text("ไม่ระบุตัวผู้ตอบ")
    rate(at.page, "A1", 5)
    send(at.page)
    thanked(at.page)
    assert at.context.cookies() == []
    plain = phone(link, scripts=False)
    plain.page.get_by_role("button", name="ส่งคำตอบ").click()
    expect(plain.page.locator("[data-faults]")).to_contain_text("ยังไม่ได้ตอบ")
    rate(plain.page, "A1", 3)
    plain.page.locator("[name=a-B1]").fill("ไม่ใช้สคริปต์")
    plain.page.get_by_role("button", name="ส่งคำตอบ").click()
    thanked(plain.page)
    assert plain.context.cookies() == []

    assert survey.answers.count() == 2
    office.goto(survey.get_absolute_url())
    office.get_by_role("link", name="ผลสำรวจ").click()
    expect(office.locator("main")).to_contain_text("น้อยกว่า 5")
    assert "5.00" not in office.locator("main").inner_text()


def test_rows_conditions_and_files_need_no_script(world, sent, phone):
    survey = sent(version=make_every_type())
    page = phone(address_of(survey, world.school), scripts=False).page
    chip(page, "A1", "2")
    page.locator("[name=a-A5]").fill("40")
    page.locator("[name=a-A6]").fill("37")
    rate(page, "B1", 4)
    page.get_by_role("button", name=re.compile("^เพิ่มครูคนที่")).click()
    page.locator('[name^="a-T1@"]').nth(1).fill("นายมานะ พากเพียร")
    page.get_by_role("button", name="ส่งคำตอบ").click()
    expect(page.locator("[data-faults]")).to_contain_text("ยังไม่ได้ตอบ")  # the question that the answer to A1 asks
    page.locator("[name=a-A13]").fill("ฝนตก")
    page.locator("#a-A11-file").set_input_files(pdf())
    page.get_by_role("button", name="ส่งคำตอบ").click()

    thanked(page)
    said = held(survey)
    assert (said["A13"], len(said["A11"])) == ("ฝนตก", 1)
    assert "นายมานะ พากเพียร" in said.values()
