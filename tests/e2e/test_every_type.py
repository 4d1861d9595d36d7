"""A form with every kind of question, answered on a phone: with scripts, without a line, and without scripts."""

import io

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pypdf import PdfWriter

from tests.e2e.acting import HOLD_PICTURES, photograph
from tests.e2e.test_visit_fill import answers, let_nothing_be_sent, rate, ready, status
from tests.instruments.every_type import definition, make_every_type
from tests.supervision.factories import make_visit

pytestmark = pytest.mark.e2e

SAVED = "บันทึกแล้ว"


def pdf():
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def visit(transactional_db, world):
    instrument = make_every_type().instrument
    return make_visit(
        world.school, world.supervisor, team=[world.colleague], instruments=[instrument], state="in_progress"
    )


@pytest.fixture
def phone(device, live_server, visit):
    def open_phone(user, section="A", **options):
        made = device(live_server.url, **options)
        made.admit(user)
        made.page.goto(address(visit, section))
        return made

    return open_phone


def address(visit, section):
    return reverse("supervision:visit-form", args=[visit.pk, visit.forms.get().pk]) + f"?section={section}"


def saved(page):
    page.locator("h1").click()  # leaves the field
    expect(status(page)).to_contain_text(SAVED)
    page.wait_for_function("document.querySelector('form[data-answers]').answers.isEmpty()")


def chip(page, question, value):
    page.locator(f'[data-slot="{question}"] input[value="{value}"] + label').click()


def test_every_type_is_answered_on_a_phone(world, visit, phone):
    made = phone(world.supervisor)
    made.context.grant_permissions(["geolocation"])
    made.context.set_geolocation({"latitude": 13.756331, "longitude": 100.501762, "accuracy": 9})
    page = ready(made.page)

    chip(page, "A1", "9")
    page.get_by_label("โปรดระบุ").fill("ชุมชนการเรียนรู้")
    chip(page, "A2", "1")
    chip(page, "A2", "3")
    page.get_by_label("จำนวนนักเรียนทั้งหมด").fill("๔๐")
    page.get_by_label("จำนวนนักเรียนที่มาเรียน (คน)").fill("37")
    page.get_by_label("วันที่นิเทศครั้งก่อน").fill("5 ต.ค. 2569")
    page.get_by_label("เวลาเริ่มการนิเทศ").fill("8.30 น.")
    page.get_by_role("button", name="ใช้ตำแหน่งปัจจุบัน").click()
    expect(page.locator("[data-place-said]")).to_have_text("คลาดเคลื่อนไม่เกิน 9 เมตร")
    page.locator("#a-A11-file").set_input_files({"name": "แผนที่ 3.pdf", "mimeType": "text/html", "buffer": pdf()})
    expect(page.get_by_role("link", name="แผนที่ 3.pdf")).to_be_visible()
    expect(page.locator('[data-calc="A7"]')).to_have_text("92.50")
    saved(page)

    said = answers(visit)
    assert len(said.pop("A11")) == 1
    assert said == {
        "A1": "9", "A1.other": "ชุมชนการเรียนรู้", "A2": ["1", "3"], "A5": "40", "A6": "37", "A8": "2026-10-05",
        "A9": "08:30", "A10": {"lat": "13.756331", "lon": "100.501762", "acc": 9},
    }  # fmt: skip
    assert visit.forms.get().response.scores["calc"] == {"A7": "92.5"}

    page.goto(address(visit, "B"))
    ready(page)
    rate(page, "B1", 4)
    expect(page.locator("#q-B1 [data-level-said]")).to_contain_text("ผู้เรียนส่วนใหญ่ลงมือปฏิบัติ")
    for line, value in (("r1", 4), ("r2", 5), ("r3", 3)):
        rate(page, f"B4.{line}", value)
    rate(page, "B5.current", 3)
    rate(page, "B5.desired", 5)
    expect(page.locator('[data-calc="B7"]')).to_have_text("4.00")
    saved(page)
    assert answers(visit)["B4.r3"] == 3


def test_a_picture_still_being_made_smaller_is_waited_for_before_the_next_section(world, visit, phone):
    page = ready(phone(world.supervisor).page)
    page.evaluate(HOLD_PICTURES)
    page.locator("#a-A12-file").set_input_files(photograph())
    assert not page.evaluate("document.querySelector('form[data-answers]').answers.isEmpty()")

    page.get_by_role("button", name="ตอนต่อไป").click()
    page.evaluate("() => window.letPicturesGo()")

    page.wait_for_url("**section=L")
    ready(page).wait_for_function("document.querySelector('form[data-answers]').answers.isEmpty()")
    assert len(answers(visit)["A12"]) == 1


def test_what_a_condition_asks_appears_at_once_and_what_it_hides_does_not_count(world, visit, phone):
    page = ready(phone(world.supervisor).page)
    expect(page.locator("#q-A13")).to_be_hidden()

    chip(page, "A1", "2")

    expect(page.locator("#q-A13")).to_be_visible()
    expect(page.locator("#q-A13 .q-required")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="มีข้อเพิ่ม")).to_contain_text("เหตุผลที่นิเทศทางไกล")
    page.locator("#q-A13 input[type=text]").fill("ฝนตก")
    chip(page, "A1", "1")
    expect(page.locator("#q-A13")).to_be_hidden()
    chip(page, "A1", "2")
    expect(page.locator("#q-A13 input[type=text]")).to_have_value("ฝนตก")
    chip(page, "A1", "1")
    saved(page)
    response = visit.forms.get().response
    assert (response.answers["A13"]["v"], "A13" in response.scores["hidden"]) == ("ฝนตก", True)


def test_an_answer_that_breaks_a_condition_is_told_at_once_and_kept(world, visit, phone):
    page = ready(phone(world.supervisor).page)
    page.get_by_label("จำนวนนักเรียนทั้งหมด").fill("40")

    page.get_by_label("จำนวนนักเรียนที่มาเรียน (คน)").fill("41")

    expect(page.locator("#q-A6 [data-broken]")).to_have_text("นักเรียนที่มาเรียนต้องไม่มากกว่านักเรียนทั้งหมด")
    expect(page.get_by_label("จำนวนนักเรียนที่มาเรียน (คน)")).to_have_attribute("aria-invalid", "true")
    saved(page)
    assert answers(visit)["A6"] == "41"
    page.get_by_label("จำนวนนักเรียนที่มาเรียน (คน)").fill("39")
    expect(page.locator("#q-A6 [data-broken]")).to_have_text("")


def test_a_choice_follows_the_one_before_it_and_says_when_it_no_longer_fits(world, visit, phone):
    page = ready(phone(world.supervisor, "L").page)
    menu = page.locator('[data-slot="L2"]')
    chip(page, "L1", "12")
    expect(menu.locator("option")).to_have_text(["— เลือก —", "เมืองนนทบุรี", "บางกรวย"])
    menu.select_option("1201")

    chip(page, "L1", "10")

    expect(page.locator("#q-L2 [data-broken]")).to_contain_text("ไม่อยู่ในรายการของคำตอบที่เลือกไว้ก่อนหน้า")
    expect(menu).to_have_value("1201")
    menu.select_option("1003")
    expect(page.locator("#q-L2 [data-broken]")).to_have_text("")
    saved(page)
    assert answers(visit)["L2"] == "1003"


def test_rows_are_added_taken_away_and_brought_back_without_a_line(world, visit, phone):
    made = phone(world.supervisor, "T")
    page = ready(made.page)
    made.context.set_offline(True)
    page.get_by_label("ชื่อครู").fill("นางสาวดวงใจ")
    page.get_by_role("button", name="เพิ่มครูคนที่ 2").click()
    second = page.locator("[data-row]").nth(1)
    second.get_by_label("ชื่อครู").fill("นายมานะ")
    second.locator('[data-kind="rating"] input[value="2"] + label').click()
    expect(second.locator('[data-question^="T5@"]')).to_be_visible()
    expect(page.locator("[data-row]").first.locator('[data-question^="T5@"]')).to_be_hidden()
    expect(second.get_by_role("heading")).to_have_text("ครูคนที่ 2 นายมานะ")

    page.locator("[data-row]").first.locator(".repeat-remove span").first.click()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row] h3")).to_have_text("ครูคนที่ 1 นายมานะ")
    page.get_by_role("button", name="เลิกทำ").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    made.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page)

    said = answers(visit)
    rows = said["T.rows"]
    assert sorted(said[f"T1@{row}"] for row in rows) == ["นางสาวดวงใจ", "นายมานะ"]
    page.reload()
    expect(ready(page).locator("[data-row] h3")).to_have_text(
        [f"ครูคนที่ {number} {said[f'T1@{row}']}" for number, row in enumerate(rows, start=1)]
    )


def test_two_who_add_rows_at_once_both_keep_theirs(world, visit, phone):
    mine, theirs = phone(world.supervisor, "T"), phone(world.colleague, "T")
    ready(mine.page), ready(theirs.page)
    theirs.context.set_offline(True)
    for page, name in ((theirs.page, "นายมานะ"), (mine.page, "นางสาวดวงใจ")):
        page.get_by_role("button", name="เพิ่มครูคนที่ 2").click()
        page.locator("[data-row]").nth(1).get_by_label("ชื่อครู").fill(name)
    saved(mine.page)
    theirs.context.set_offline(False)
    theirs.page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(theirs.page)

    for page in (mine.page, theirs.page):
        expect(page.locator("[data-row]")).to_have_count(3, timeout=15_000)
        expect(page.locator(".repeat-rows")).to_contain_text("นางสาวดวงใจ")
        expect(page.locator(".repeat-rows")).to_contain_text("นายมานะ")


def test_rows_left_unsent_come_back_when_the_page_is_opened_again(world, visit, phone):
    made = phone(world.supervisor, "T")
    page = ready(made.page)
    made.context.route("**/*", let_nothing_be_sent)
    page.get_by_role("button", name="เพิ่มครูคนที่ 2").click()
    page.locator("[data-row]").nth(1).get_by_label("ชื่อครู").fill("นายมานะ")
    page.locator("h1").click()
    page.wait_for_function(
        "document.querySelector('form[data-answers]').answers.store.events().then((events) => events.length === 2)"
    )

    page.reload()

    expect(ready(page).locator("[data-row]").nth(1).get_by_label("ชื่อครู")).to_have_value("นายมานะ")
    made.context.unroute("**/*", let_nothing_be_sent)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page)
    assert len(answers(visit)["T.rows"]) == 2


def test_a_form_that_is_closed_meanwhile_says_so_and_opens_again(world, visit, phone):
    from instruments.services import lock_response, unlock_response

    page = ready(phone(world.supervisor).page)
    response = visit.forms.get().response
    lock_response(response, by=world.supervisor)

    expect(status(page)).to_contain_text("ปิดรับการแก้ไขแล้ว", timeout=15_000)
    expect(page.get_by_label("ชื่อผู้ให้ข้อมูล")).to_be_disabled()
    unlock_response(response, by=world.supervisor)
    expect(page.get_by_label("ชื่อผู้ให้ข้อมูล")).to_be_enabled(timeout=15_000)


def test_without_scripts_every_type_is_answered_and_conditions_follow_when_saved(world, visit, phone):
    page = phone(world.supervisor, scripts=False).page

    chip(page, "A1", "2")
    page.get_by_label("จำนวนนักเรียนทั้งหมด").fill("40")
    page.get_by_label("จำนวนนักเรียนที่มาเรียน (คน)").fill("41")
    page.get_by_label("เวลาเริ่มการนิเทศ").fill("8.30 น.")
    page.get_by_label("ละติจูด").fill("13.75, 100.5")
    page.locator("#a-A11-file").set_input_files({"name": "แผน.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    expect(page.locator("#q-A13")).to_be_hidden()
    page.get_by_role("button", name="บันทึกและปรับข้อที่ต้องตอบ").click()

    expect(page.locator("#q-A13")).to_be_visible()
    expect(page.locator("#q-A6 [data-broken]")).to_contain_text("ต้องไม่มากกว่า")
    expect(page.locator('[data-calc="A7"]')).to_have_text("102.50")
    expect(page.get_by_role("link", name="แผน.pdf")).to_be_visible()
    page.goto(address(visit, "T"))
    page.get_by_label("ชื่อครู").fill("นางสาวดวงใจ")
    page.get_by_role("button", name="เพิ่มครูคนที่ 2").click()
    page.locator("[data-row]").nth(1).get_by_label("ชื่อครู").fill("นายมานะ")
    page.locator("[data-row]").first.locator("[data-row-remove]").check()
    page.get_by_role("button", name="บันทึกและปรับข้อที่ต้องตอบ").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.get_by_label("ชื่อครู")).to_have_value("นายมานะ")
    page.goto(address(visit, "L"))
    page.locator('[data-slot="L1"] input[value="12"] + label').click()
    page.get_by_role("button", name="บันทึกและปรับข้อที่ต้องตอบ").click()
    expect(page.locator('[data-slot="L2"] option')).to_have_text(["— เลือก —", "เมืองนนทบุรี", "บางกรวย"])
    page.locator('[data-slot="L2"]').select_option("1202")
    page.get_by_role("button", name="ตอนต่อไป").click()

    said = answers(visit)
    assert (said["A9"], said["A10"], said["L2"]) == ("08:30", {"lat": "13.75", "lon": "100.5", "acc": None}, "1202")


@pytest.fixture
def long_list(transactional_db, world):
    """A visit whose form has a list of 5,000 places, asked for in three questions."""
    form = definition()
    form["lists"]["places"] = {
        "title": "ที่", "items": [{"v": str(n), "t": f"สถานที่ {n}", "attrs": {"half": str(n % 2)}} for n in range(5000)],
    }  # fmt: skip
    form["sections"][1]["questions"] += [
        {"key": f"L{n}", "type": kind, "text": f"สถานที่ที่ {n}", "list": "places"}
        for n, kind in ((7, "choice"), (8, "choice"), (9, "multi"))
    ]
    return make_visit(
        world.school, world.supervisor, instruments=[make_every_type(form, code="LONG").instrument], state="in_progress"
    )


def test_a_list_of_thousands_is_searched_in(world, long_list, device, live_server):
    made = device(live_server.url)
    made.admit(world.supervisor)
    page = made.page
    page.goto(address(long_list, "L"))
    ready(page)
    assert page.locator("option").count() < 200

    page.get_by_role("combobox", name="สถานที่ที่ 7").click()
    page.keyboard.type("4321")
    page.get_by_role("option", name="สถานที่ 4321").click()
    saved(page)

    assert answers(long_list)["L7"] == "4321"
    page.reload()
    expect(ready(page).locator("#q-L7 .item")).to_have_text("สถานที่ 4321")


def test_a_list_of_thousands_is_a_plain_menu_without_scripts(world, long_list, device, live_server):
    made = device(live_server.url, scripts=False)
    made.admit(world.supervisor)
    page = made.page
    page.goto(address(long_list, "L"))

    page.locator("#q-L7 select:visible").select_option("4321")
    page.get_by_role("button", name="ตอนต่อไป").click()

    assert answers(long_list)["L7"] == "4321"


def test_an_unread_upload_of_another_kind_is_refused_in_words(world, visit, phone):
    page = ready(phone(world.supervisor).page)

    page.locator("#a-A11-file").set_input_files(
        {"name": "แผน.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00\x03" + bytes(500)}
    )

    expect(page.locator("#q-A11 [data-error]")).to_contain_text("ระบบไม่รู้จักชนิดของไฟล์นี้")
    expect(page.locator("#q-A11 [data-photo]")).to_have_count(0)


def test_what_is_left_to_do_follows_each_answer_and_leads_to_the_question(world, visit, phone):
    page = ready(phone(world.supervisor, "A").page)
    left = page.locator("[data-todo]")
    expect(left.locator("summary")).to_have_text("ต้องตอบหรือแก้ไขอีก 4 ข้อจึงจะครบ")

    chip(page, "A1", "1")
    page.get_by_label("จำนวนนักเรียนทั้งหมด").fill("40")
    page.get_by_label("จำนวนนักเรียนที่มาเรียน (คน)").fill("41")

    expect(left.locator("summary")).to_have_text("ต้องตอบหรือแก้ไขอีก 3 ข้อจึงจะครบ")
    left.locator("summary").click()
    expect(left.locator("[data-todo-of=A] li")).to_have_text(
        ["ข้อ 6 จำนวนนักเรียนที่มาเรียน นักเรียนที่มาเรียนต้องไม่มากกว่านักเรียนทั้งหมด"]
    )
    left.get_by_role("link", name="ข้อ 6").click()
    expect(page.get_by_label("จำนวนนักเรียนที่มาเรียน (คน)")).to_be_focused()
    page.get_by_label("จำนวนนักเรียนที่มาเรียน (คน)").fill("39")
    expect(left.locator("[data-todo-of=A]")).to_be_hidden()

    left.get_by_role("link", name="ต้องกรอกอย่างน้อย 1 ชุด").click()
    page.wait_for_url("**section=T#section-T")
    expect(ready(page).get_by_label("ชื่อครู")).to_be_focused()
    page.get_by_label("ชื่อครู").fill("นางสาวดวงใจ")
    expect(left.locator("summary")).to_have_text("ต้องตอบหรือแก้ไขอีก 1 ข้อจึงจะครบ")


def test_nobody_leaves_an_answer_that_could_not_be_taken_without_being_told(world, visit, phone):
    page = ready(phone(world.supervisor).page)
    page.get_by_label("เวลาเริ่มการนิเทศ").fill("25.99")

    page.get_by_role("button", name="ตอนต่อไป").click()

    expect(status(page)).to_contain_text("มีคำตอบที่ยังบันทึกไม่ได้ 1 ข้อ")
    expect(page.get_by_label("เวลาเริ่มการนิเทศ")).to_be_focused()
    expect(page.get_by_label("เวลาเริ่มการนิเทศ")).to_have_value("25.99")
    page.get_by_label("เวลาเริ่มการนิเทศ").fill("8.30")
    page.get_by_role("button", name="ตอนต่อไป").click()
    page.wait_for_url("**section=L")
    assert answers(visit)["A9"] == "08:30"
