"""The form builder in a browser: by mouse and keyboard, without scripts, on a broken line."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from instruments.logic import FUNCTIONS
from instruments.models import Instrument, InstrumentVersion
from tests.e2e import building
from tests.e2e.acting import PASSWORD, field, press, sign_in
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.looking import troubles

pytestmark = pytest.mark.e2e


@pytest.fixture
def draft(world):
    """A form with two sections of the office."""
    instrument = Instrument.objects.create(area=world.area, code="T-1", title="แบบทดลอง")
    return InstrumentVersion.objects.create(
        instrument=instrument,
        definition={"scales": {}, "sections": [
            {"key": "A", "title": "ตอนที่ 1", "questions": [
                {"key": key, "type": "text", "text": f"ข้อความ {key}"} for key in ("A1", "A2", "A3")
            ]},
            {"key": "B", "title": "ตอนที่ 2", "questions": [{"key": "B1", "type": "number", "text": "จำนวน"}]},
        ]},
    )  # fmt: skip


@pytest.fixture
def desk(device, live_server, transactional_db):
    def open_page(user, address, **options):
        at = device(live_server.url, **({"size": DESK} | options))
        at.admit(user)
        at.page.goto(address)
        if options.get("scripts", True):
            expect(at.page.locator("[data-builder][data-ready]")).to_be_visible()
        return at.page

    return open_page


def at(version, name="form-edit", *more):
    return reverse(f"builder:{name}", args=[version.pk, *more])


def order(version):
    version.refresh_from_db()
    return [[s["key"], [q["key"] for q in s["questions"]]] for s in version.definition["sections"]]


def question(version, key):
    version.refresh_from_db()
    return next(q for s in version.definition["sections"] for q in s["questions"] if q["key"] == key)


# -- Moving --------------------------------------------------------------------------------------------------------


def test_questions_are_ordered_by_keyboard_and_the_focus_stays(world, desk, draft):
    page = desk(world.supervisor, at(draft))
    page.locator("#row-A3 [data-open]").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#section-A .b-row").nth(1)).to_have_attribute("data-key", "A3")
    expect(page.locator("[data-announce]")).to_have_text("ย้ายไปตอนที่ 1 ข้อ 2 (A3) แล้ว")
    expect(page.locator("#row-A3 [data-number]")).to_have_text("2.")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#section-A .b-row").first).to_have_attribute("data-key", "A3")
    page.locator("#row-A2 [data-open]").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#section-B .b-row").first).to_have_attribute("data-key", "A2")
    assert order(draft) == [["A", ["A3", "A1"]], ["B", ["A2", "B1"]]]


def test_a_question_is_dragged_into_another_section(world, desk, draft):
    page = desk(world.supervisor, at(draft))
    grip, target = page.locator("#row-A1 [data-grip]"), page.locator("#row-B1")
    start, end = grip.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 8, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(start["x"] + 8, start["y"] + 60, steps=5)
    for place in range(12):  # the rows move out of the way while the pointer moves
        page.mouse.move(end["x"] + 20 + place, end["y"] + end["height"] - 6, steps=5)
        if page.locator("#section-B .b-row").count() == 2:
            break
        page.wait_for_timeout(150)
    page.mouse.up()
    building.is_kept(page)
    expect(page.locator("#section-B #row-A1")).to_be_visible()
    assert [key for key, _ in order(draft)] == ["A", "B"]
    assert sorted(order(draft)[1][1]) == ["A1", "B1"]


# -- Writing -------------------------------------------------------------------------------------------------------


def test_a_condition_is_checked_and_keys_are_offered_while_it_is_typed(world, desk, draft):
    page = desk(world.supervisor, at(draft, "question", "A1"))
    here = building.panel(page)
    here.locator("summary", has_text="เงื่อนไข").first.click()
    show = here.get_by_label("แสดงเมื่อ", exact=True)
    show.press_sequentially("B1 > ")
    expect(here.locator(".b-field-show_when .is-wrong")).to_contain_text("เขียนยังไม่จบ")
    show.press_sequentially("A")
    offered = here.locator(".b-field-show_when").get_by_role("listbox").get_by_role("option")
    expect(offered).to_have_text([re.compile("^A2"), re.compile("^A3")])
    show.press("Escape")
    show.fill("")
    show.press_sequentially("b")
    show.press("ArrowDown")
    show.press("Enter")
    expect(show).to_have_value("B1")
    show.press_sequentially(" > 3")
    expect(here.locator(".b-field-show_when .is-right")).to_have_text("อ่านได้ ให้ผลเป็นจริงหรือเท็จ")
    building.is_kept(page)
    expect(page.locator("#row-A1")).to_contain_text("มีเงื่อนไข")
    assert question(draft, "A1")["show_when"] == "B1 > 3"


def test_a_condition_on_a_choice_is_put_together_from_its_words(world, desk, draft):
    draft.definition["sections"][0]["questions"][0] = {
        "key": "A1", "type": "choice", "text": "โครงการ", "choices": [{"v": "1", "t": "มี"}, {"v": "2", "t": "ไม่มี"}]
    }  # fmt: skip
    draft.save()
    page = desk(world.supervisor, at(draft, "question", "A2"))
    here = building.panel(page)
    here.locator("summary", has_text="เงื่อนไข").first.click()
    line = here.locator(".b-field-show_when .b-easy-line")
    line.get_by_label("ข้อ", exact=True).select_option("A1")
    line.get_by_label("ค่า").select_option(label="ไม่มี")
    line.get_by_role("button", name="ใส่เงื่อนไข").click()
    building.is_kept(page)
    assert question(draft, "A2")["show_when"] == 'A1 = "2"'


def test_what_is_deleted_is_taken_back(world, desk, draft):
    page = desk(world.supervisor, at(draft))
    building.open_question(page, "A2")
    building.panel(page).get_by_role("button", name="ลบ", exact=True).click()
    expect(page.locator("#row-A2")).to_have_count(0)
    page.get_by_role("button", name="เลิกทำ").click()
    expect(page.locator("#row-A2")).to_be_visible()
    assert order(draft)[0] == ["A", ["A1", "A2", "A3"]]


def test_the_next_question_is_one_key_away(world, desk, draft):
    page = desk(world.supervisor, at(draft))
    building.open_question(page, "A1")
    building.panel(page).locator("#f-text").fill("หนึ่ง")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#row-A4")).to_be_visible()
    page.keyboard.type("สอง")
    expect(page.locator("#row-A4")).to_contain_text("สอง")
    assert order(draft)[0] == ["A", ["A1", "A4", "A2", "A3"]]
    assert question(draft, "A1")["text"] == "หนึ่ง"


def test_what_is_typed_while_another_piece_opens_is_saved_or_stays(world, desk, draft):
    page = desk(world.supervisor, at(draft, "question", "A1"))
    here, on_its_way = building.panel(page), []

    def hold(route):
        on_its_way.append(route)

    page.route("**/q/B1/", hold)
    with page.expect_request("**/q/B1/"):
        page.locator("#row-B1 [data-open]").click()
    here.locator("#f-text").fill("พิมพ์ระหว่างรอ")
    on_its_way[0].continue_()
    expect(here.locator(".b-panel-inner")).to_have_attribute("data-key", "B1")
    assert question(draft, "A1")["text"] == "พิมพ์ระหว่างรอ"

    page.unroute("**/q/B1/", hold)
    here.locator("#f-min").fill("สิบ")
    page.locator("#section-A").get_by_role("button", name=re.compile("^เพิ่มข้อ")).click()  # leave it unsaved? – no
    expect(page.locator("#section-A .b-row")).to_have_count(4)
    expect(here.locator("#f-min")).to_have_value("สิบ")


def test_nothing_typed_is_lost_on_a_broken_line(world, desk, draft):
    page = desk(world.supervisor, at(draft, "question", "A1"))
    page.context.set_offline(True)
    building.panel(page).locator("#f-text").fill("พิมพ์ตอนเน็ตหลุด")
    expect(page.locator("[data-kept]")).to_contain_text("ยังไม่ได้บันทึก เครือข่ายขัดข้อง")
    page.context.set_offline(False)
    building.is_kept(page)
    assert question(draft, "A1")["text"] == "พิมพ์ตอนเน็ตหลุด"


def test_a_sign_in_that_ended_loses_nothing_that_was_typed(world, desk, draft):
    world.supervisor.set_password(PASSWORD)
    world.supervisor.save()
    page = desk(world.supervisor, at(draft, "question", "A1"))
    Session.objects.all().delete()
    cache.clear()
    building.panel(page).locator("#f-text").fill("พิมพ์หลังหมดเวลา")
    expect(page.locator("[data-kept]")).to_contain_text("ยังไม่ได้บันทึก หมดเวลาการเข้าสู่ระบบ")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="เข้าสู่ระบบอีกครั้งในแท็บใหม่").click()
    sign_in(opened.value, world.supervisor)
    opened.value.close()
    page.bring_to_front()
    building.panel(page).locator("#f-text").press_sequentially(" แล้วต่อ")
    building.is_kept(page)
    assert question(draft, "A1")["text"] == "พิมพ์หลังหมดเวลา แล้วต่อ"


def test_who_types_into_what_is_gone_or_locked_is_told_and_keeps_the_text(world, desk, draft):
    mine, theirs = (
        desk(world.supervisor, at(draft, "question", "A1")),
        desk(world.colleague, at(draft, "question", "A1")),
    )
    building.panel(theirs).get_by_role("button", name="ลบ", exact=True).click()
    expect(theirs.locator("#row-A1")).to_have_count(0)
    text = building.panel(mine).locator("#f-text")
    text.fill("พิมพ์ต่อ")
    expect(mine.locator(".app-messages")).to_contain_text("ไม่พบข้อนี้ในแบบ อาจมีผู้อื่นลบไปแล้ว")
    expect(text).to_have_value("พิมพ์ต่อ")
    theirs.goto(at(draft, "question", "A2"))
    InstrumentVersion.objects.filter(pk=draft.pk).update(state="in_review")
    text = building.panel(theirs).locator("#f-text")
    text.fill("พิมพ์ระหว่างตรวจ")
    expect(theirs.locator(".app-messages")).to_contain_text("อยู่ระหว่างตรวจสอบจึงแก้ไขไม่ได้")
    expect(text).to_have_value("พิมพ์ระหว่างตรวจ")
    assert order(draft)[0] == ["A", ["A2", "A3"]]


def test_two_people_on_one_question_see_both_texts_and_choose(world, desk, draft):
    mine = desk(world.supervisor, at(draft, "question", "A1"))
    theirs = desk(world.colleague, at(draft, "question", "A1"))
    building.panel(theirs).locator("#f-text").fill("ของเพื่อน")
    building.is_kept(theirs)
    building.panel(mine).locator("#f-text").fill("ของฉัน")
    told = building.panel(mine).get_by_role("alert")
    expect(told).to_contain_text("ของเพื่อน")
    expect(told).to_contain_text("ของฉัน")
    expect(building.panel(mine).locator("#f-text")).to_have_value("ของฉัน")
    assert question(draft, "A1")["text"] == "ของเพื่อน"
    building.panel(mine).get_by_role("button", name="บันทึก", exact=True).click()
    building.is_kept(mine)
    expect(told).to_have_count(0)
    assert question(draft, "A1")["text"] == "ของฉัน"


# -- Without scripts, and the look of it ---------------------------------------------------------------------------


def test_a_form_is_made_without_scripts(world, desk, transactional_db):
    page = desk(world.supervisor, reverse("builder:form-new"), scripts=False, size=PHONE)
    field(page, "รหัสแบบ").fill("N-1")
    field(page, "ชื่อแบบ").fill("แบบไม่มีสคริปต์")
    page.get_by_role("button", name="สร้างฉบับร่าง").click()
    field(page, "ชื่อตอนใหม่").fill("ตอนที่ 1")
    press(page, "เพิ่มตอน")
    page.get_by_role("link", name="กลับ").click()
    page.locator("#section-A select[name=type]").select_option("rating")
    page.get_by_role("button", name=re.compile("^เพิ่มข้อ")).click()
    building.panel(page).locator("#f-text").fill("ครูใช้คำถามปลายเปิด")
    press(page, "บันทึก")
    building.panel(page).locator("#f-type").select_option("choice")
    page.get_by_role("button", name="เปลี่ยนชนิด").click()
    building.panel(page).locator("#f-choices").fill("ใช่\nไม่ใช่")
    press(page, "บันทึก")
    page.get_by_role("link", name="กลับ").click()
    expect(page.locator("#row-A1")).to_contain_text("2 ตัวเลือก")
    building.is_whole(page)


def test_the_pages_of_the_builder_are_readable_on_phone_and_desk(world, desk, draft):
    page = desk(world.supervisor, at(draft))
    found = troubles(page, "builder", (360, 1280))
    building.open_question(page, "A1")
    page.wait_for_timeout(300)
    for summary in building.panel(page).locator("summary").all():
        summary.click()
    found += troubles(page, "builder-question", (360, 1280), known=" ".join(["and or not", *FUNCTIONS]))
    for name in ("form-facts", "question-paste", "copy-in", "scales"):
        page.goto(at(draft, name))
        found += troubles(page, f"builder-{name}", (360, 1280))
    page.goto(reverse("builder:form-list"))
    found += troubles(page, "builder-list", (360, 1280))
    page.goto(reverse("builder:form-new"))
    found += troubles(page, "builder-new", (360, 1280))
    page.goto(reverse("builder:xlsform-import"))
    found += troubles(page, "builder-xlsform", (360, 1280))
    assert found == []


# -- Speed ---------------------------------------------------------------------------------------------------------

BUSY = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration")
"""What a page spends on itself while a person waits."""


def test_ten_times_the_questions_cost_no_ten_times_the_wait(world, desk, draft):
    short, long = (spent(desk, world.supervisor, draft, count) for count in (30, 300))
    print({deed: f"{long[deed]:.0f} ms, {long[deed] / short[deed]:.1f} times that of 30 questions" for deed in long})
    assert sum(long.values()) < 8 * sum(short.values())


def spent(desk, user, draft, count):
    """Milliseconds that the page is busy with moving, adding and typing in a form of so many questions."""
    questions = [{"key": f"A{n}", "type": "text", "text": f"ข้อคำถามที่ {n} ของแบบยาว"} for n in range(1, count + 1)]
    draft.refresh_from_db()
    draft.definition["sections"][0]["questions"] = questions
    draft.save()
    page = desk(user, at(draft))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def busy():
        metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
        return 1000 * sum(metrics[name] for name in BUSY)

    found, last = {}, count - 10
    page.locator(f"#row-A{last} [data-open]").focus()
    before = busy()
    page.keyboard.press("Alt+ArrowUp")
    building.is_kept(page)
    expect(page.locator(f"#row-A{last} [data-number]")).to_have_text(f"{last - 1}.")
    found["moving"] = busy() - before
    before = busy()
    page.locator("#section-A").get_by_role("button", name=re.compile("^เพิ่มข้อ")).click()
    expect(page.locator(f"#row-A{count + 1}")).to_be_visible()
    found["adding"] = busy() - before
    before = busy()
    building.panel(page).locator("#f-text").press_sequentially("พิมพ์ในแบบยาว")
    building.is_kept(page)
    found["typing"] = busy() - before
    return found
