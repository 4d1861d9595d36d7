"""Quality before use, in a browser: experts who have no account, answers of a try-out, two supervisors and one lesson."""

import copy
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from appraisal.models import AgreementPair, ContentReview, Expert, TryOut
from appraisal.services.pairs import create_pair
from appraisal.services.reviews import add_expert, close_review, open_review, revoke_link, send_marks, token_of
from instruments.models import Instrument, InstrumentVersion
from tests.e2e import acting
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.looking import troubles
from tests.supervision.factories import DEFINITION
from workflows.services import perform

pytestmark = pytest.mark.e2e

BOTH = (360, 1280)
WORDS = {"+1": "สอดคล้อง", "0": "ไม่แน่ใจ", "−1": "ไม่สอดคล้อง"}


@pytest.fixture
def draft(world):
    """Two ratings and a text, not published yet."""
    instrument = Instrument.objects.create(area=world.area, code="OBS-1", title="แบบสังเกตการสอน")
    return InstrumentVersion.objects.create(instrument=instrument, definition=copy.deepcopy(DEFINITION))


@pytest.fixture
def review(world, draft):
    due = timezone.localdate() + timedelta(days=14)
    return open_review(draft, area=world.area, by=world.supervisor, due_on=due, note="ใช้กับครูประถมศึกษา")


@pytest.fixture
def person(device, live_server, transactional_db):
    """The page of somebody who is signed in, or of somebody without an account."""

    opened = []

    def sit_down(user=None, *, size=PHONE, scripts=True) -> Page:
        at = device(live_server.url, size=size, scripts=scripts)
        opened.append(at)
        if user is not None:
            at.admit(user)
        return at.page

    yield sit_down
    for at in opened:  # a browser complains of each link that takes nothing, and of a line that a test cuts
        at.complaints[:] = [said for said in at.complaints if not re.search(r"status of (404|410)|ERR_FAILED", said)]


def link(expert) -> str:
    return reverse("appraisal:expert-page", args=[token_of(expert)])


def mark(page: Page, key: str, sign: str, comment: str = "") -> None:
    question = page.locator(f"#q-{key}")
    question.locator("label.rate-label").filter(has_text=re.compile(rf"^{re.escape(sign)}\s*{WORDS[sign]}$")).click()
    if comment:
        question.get_by_label("ข้อเสนอแนะ").fill(comment)


def given(page: Page, key: str) -> str:
    return page.locator(f"#q-{key} input:checked").get_attribute("value") or ""


def is_said(page: Page, words: str) -> None:
    expect(page.locator("[data-said]")).to_contain_text(words)


# -- Experts -------------------------------------------------------------------------------------------------------


def test_experts_are_invited_by_link_and_ioc_decides_at_a_half(world, draft, person):
    head = person(world.head, size=DESK)
    head.goto("/")
    head.get_by_role("navigation", name="เมนูหลัก").get_by_role("link", name="เครื่องมือ", exact=True).click()
    head.get_by_role("link", name="คุณภาพของเครื่องมือ").click()
    head.get_by_label("เปิดรอบตรวจหรือวิเคราะห์ของเครื่องมือ").select_option(label=str(draft.instrument))
    head.get_by_role("button", name="ไปที่เครื่องมือนี้").click()
    head.get_by_role("link", name="เปิดรอบตรวจฉบับที่ 1").click()
    for number, name in enumerate(("ผศ.ดร.วันดี มีสุข", "รศ.ดร.ชาติ ใฝ่รู้", "ดร.ปัญญา ศรีวิไล", "นางสุภาพร ครูดี"), start=1):
        head.get_by_role("group", name=f"คนที่ {number}").get_by_label("ชื่อและนามสกุล").fill(name)
    head.get_by_role("button", name="เปิดรอบตรวจและสร้างลิงก์").click()
    links = [each.input_value() for each in head.locator("[data-link]").all()]
    assert len(links) == 4

    # The first marks on a phone whose line breaks, closes the page, and comes back to it another day.
    first = person()
    first.goto(links[0])
    assert troubles(first, "expert-page", BOTH) == []
    first.set_viewport_size(PHONE)
    mark(first, "A1", "+1")
    is_said(first, "บันทึกแล้ว")
    first.context.set_offline(True)
    mark(first, "A2", "+1", "ควรยกตัวอย่างคำถาม")
    is_said(first, "ยังไม่มีสัญญาณ สิ่งที่พิมพ์ยังอยู่ในเครื่องนี้")
    first.get_by_role("button", name="ส่งผลการตรวจ").click()
    is_said(first, "ยังไม่มีสัญญาณ")
    first.close()
    first.context.set_offline(False)
    later = first.context.new_page()
    later.goto(links[0])
    is_said(later, "บันทึกแล้ว")
    assert (given(later, "A1"), given(later, "A2")) == ("1", "1")
    expect(later.locator("#q-A2").get_by_label("ข้อเสนอแนะ")).to_have_value("ควรยกตัวอย่างคำถาม")
    later.reload()
    assert given(later, "A2") == "1"
    later.get_by_role("button", name="ส่งผลการตรวจ").click()
    expect(later.get_by_role("alert")).to_contain_text("ยังไม่ได้ให้คะแนน 1 ข้อ")
    mark(later, "B1", "+1")
    later.get_by_role("button", name="ส่งผลการตรวจ").click()
    expect(later.get_by_role("status")).to_contain_text("ท่านส่งผลการตรวจแล้ว ขอบพระคุณ")
    expect(later.locator("#q-A2")).to_contain_text("ควรยกตัวอย่างคำถาม")
    assert later.evaluate("Object.keys(localStorage)") == []

    # The second has a browser without scripts, and saves with the button in between.
    second = person(scripts=False)
    second.goto(links[1])
    mark(second, "A1", "+1")
    mark(second, "A2", "+1")
    second.get_by_role("button", name="บันทึกไว้ก่อน").click()
    expect(second.get_by_role("status").first).to_contain_text("บันทึกแล้ว")
    second.goto(links[1])
    assert given(second, "A2") == "1"
    mark(second, "B1", "0", "ตัดออกได้")
    second.get_by_role("button", name="ส่งผลการตรวจ").click()
    expect(second.get_by_role("status")).to_contain_text("ขอบพระคุณ")

    review = ContentReview.objects.get()
    for expert in review.experts.filter(place__gte=3):
        send_marks(expert, {"A1": "1", "A2": "0", "B1": "0"}, {}, signature=expert.name)
    head.reload()
    decided = {row.locator("th").inner_text(): row for row in head.locator("table.marks tbody tr").all()}
    expect(decided["จัดกิจกรรมการเรียนรู้เชิงรุก"]).to_contain_text(re.compile(r"1\.00\s*ใช้ได้"))
    half = head.locator("table.marks tr", has_text="ควรยกตัวอย่างคำถาม")
    expect(half).to_contain_text(re.compile(r"0\.50\s*ใช้ได้"))
    low = head.locator("table.marks tr", has_text="ตัดออกได้")
    expect(low).to_contain_text(re.compile(r"0\.25\s*ปรับปรุงหรือตัดออก"))
    for name in ("แบบเปล่า (PDF)", "ผลการตรวจ (PDF)"):
        acting.opens_a_pdf(head, head.get_by_role("link", name=name))
    assert troubles(head, "review", BOTH) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_link_that_takes_nothing_says_why_and_whom_to_ask(world, review, person, scripts):
    names = ("หมดอายุ", "ยกเลิก", "ส่งแล้ว")
    late, withdrawn, sent = [add_expert(review, name=f"ดร.{name}", by=world.supervisor) for name in names]
    page = person(scripts=scripts)

    page.goto(link(late))
    mark(page, "A1", "+1", "ข้อความที่พิมพ์ก่อนหมดอายุ")
    Expert.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    page.get_by_role("button", name="บันทึกไว้ก่อน").click()
    expect(page.get_by_role("alert")).to_contain_text("ลิงก์นี้หมดอายุแล้ว")
    expect(page.get_by_role("alert")).to_contain_text("โปรดติดต่อ")
    expect(page.locator("#q-A1").get_by_label("ข้อเสนอแนะ")).to_have_value("ข้อความที่พิมพ์ก่อนหมดอายุ")
    Expert.objects.filter(pk=late.pk).update(expires_at=timezone.now() + timedelta(days=1))
    page.get_by_role("button", name="บันทึกอีกครั้ง").click()
    assert given(page, "A1") == "1"

    page.goto(link(sent))
    send_marks(sent, {"A1": "1", "A2": "1", "B1": "1"}, {}, signature="ดร.ส่งแล้ว")
    mark(page, "A1", "−1")
    page.get_by_role("button", name="ส่งผลการตรวจ").click()
    expect(page.get_by_role("status")).to_contain_text("ท่านส่งผลการตรวจแล้ว")

    revoke_link(withdrawn, by=world.supervisor)
    for number, (address, words) in enumerate(
        [
            (link(withdrawn), "สำนักงานเขตพื้นที่ยกเลิกลิงก์นี้แล้ว"),
            (link(late)[:-4] + "x/", "ลิงก์นี้ใช้ไม่ได้"),
            (reverse("appraisal:expert-page", args=["1-forged.signature"]), "ลิงก์นี้ใช้ไม่ได้"),
        ]
    ):
        page.goto(address)
        expect(page.locator("main")).to_contain_text(words)
        if scripts:
            assert troubles(page, f"expert-refused-{number}", (360,)) == []
    close_review(review, by=world.supervisor)
    page.goto(link(late))
    expect(page.get_by_role("alert")).to_contain_text("ปิดรับผลการตรวจของแบบนี้แล้ว")


def held_back(page: Page, module: str) -> list:
    """The page's module is on its way for as long as the test likes, as on a slow line."""
    waiting: list = []

    def hold(route) -> None:
        waiting.append(route)

    page.route(f"**/js/{module}*", hold)
    return waiting


def test_what_is_marked_before_the_module_runs_arrives(world, review, person):
    expert = add_expert(review, name="ดร.วันดี", by=world.supervisor)
    page = person()
    waiting = held_back(page, "expert-review")
    page.goto(link(expert), wait_until="commit")
    mark(page, "A1", "0")
    waiting[0].continue_()
    is_said(page, "บันทึกแล้ว")
    assert expert.marks.get().mark == 0


# -- Try-out -------------------------------------------------------------------------------------------------------


def test_a_draft_is_tried_out_by_a_survey_analysed_and_mended_in_the_next_version(world, draft, person):
    writer = person(world.supervisor, size=DESK)
    writer.goto(reverse("appraisal:quality") + f"?instrument={draft.instrument_id}")
    writer.get_by_role("link", name="ส่งตรวจสอบ").click()
    acting.press(writer, "ส่งตรวจสอบ")
    writer.get_by_role("link", name="คุณภาพของเครื่องมือ").click()
    writer.get_by_role("link", name="เก็บคำตอบทดลองใช้ฉบับที่ 1").click()
    expect(writer.get_by_label("เป็นการทดลองใช้เครื่องมือ")).to_be_checked()
    acting.field(writer, "ชื่อแบบสำรวจ").fill("ทดลองใช้กับครู")
    writer.get_by_label("ทุกคนที่มีลิงก์", exact=False).first.check()
    writer.get_by_role("button", name=re.compile("บันทึก")).first.click()
    acting.press(writer, "ส่งแบบสำรวจ")
    survey = writer.url

    writer.get_by_role("link", name="ลิงก์ QR และโปสเตอร์").click()
    asked = writer.locator("#link").input_value()
    for first, other in ((5, 4), (4, 4), (2, 3)):
        teacher = person(scripts=False)
        teacher.goto(asked)
        for key, value in (("A1", first), ("A2", other)):
            teacher.locator(f"#q-{key} label").filter(has_text=re.compile(rf"^\s*{value}")).first.click()
        teacher.get_by_role("button", name=re.compile("ส่งคำตอบ")).click()
        expect(teacher.locator("main")).to_contain_text("ขอบคุณ")

    writer.goto(survey)
    writer.get_by_role("link", name="วิเคราะห์ความเชื่อมั่น ความยาก และอำนาจจำแนก").click()
    acting.field(writer, "ชื่อการทดลองใช้").fill("ครู 3 คน")
    writer.get_by_role("button", name="วิเคราะห์", exact=True).click()
    expect(writer.locator("main")).to_contain_text("มีผู้ตอบ 3 คน น้อยกว่า 30 คน")
    assert TryOut.objects.get().collection is not None
    acting.opens_a_pdf(writer, writer.get_by_role("link", name="PDF"))
    assert troubles(writer, "tryout", BOTH) == []

    writer.set_viewport_size(DESK)
    writer.goto(reverse("builder:version-changes", args=[draft.pk]))
    assert troubles(writer, "version-tried-out", BOTH) == []
    acting.press_with_reason(writer, "ปรับปรุงหลังทดลองใช้", "ข้อ 2 กำกวม")
    expect(writer.locator("[data-builder]")).to_be_visible()
    assert [version.state for version in draft.instrument.versions.order_by("number")] == ["retired", "draft"]


# -- Two supervisors -----------------------------------------------------------------------------------------------


def test_two_supervisors_rate_alone_and_the_head_alone_reads_how_far_they_agree(world, person):
    version = world.instrument.versions.get()
    head = person(world.head, size=DESK)
    head.goto(reverse("appraisal:quality") + f"?instrument={world.instrument.pk}")
    head.get_by_role("link", name="มอบหมายให้ประเมินร่วม").click()
    expect(acting.field(head, "แบบที่ใช้ประเมิน")).to_have_value(str(version.pk))
    acting.field(head, "สิ่งที่ประเมินร่วมกัน").fill("การสอนภาษาไทย ป.4")
    acting.field(head, "วันที่ประเมิน").fill(acting.thai_short(timezone.localdate()))
    acting.field(head, "ผู้ประเมินคนที่ 1").select_option(str(world.supervisor.pk))
    acting.field(head, "ผู้ประเมินคนที่ 2").select_option(str(world.colleague.pk))
    head.get_by_role("button", name="มอบหมาย", exact=True).click()
    expect(head.locator("main")).to_contain_text("ผลความสอดคล้องจะแสดงเมื่อผู้ประเมินส่งครบทั้งสองคน")
    pair = AgreementPair.objects.get()

    for rater, other, values in (
        (world.supervisor, world.colleague, (5, 4)),
        (world.colleague, world.supervisor, (4, 4)),
    ):
        page = person(rater)
        page.goto(reverse("workflows:notice-list"))
        page.get_by_role("button", name=re.compile("การสอนภาษาไทย ป.4")).first.click()
        page.get_by_role("link", name="กรอกแบบประเมิน").click()
        for key, value in zip(("A1", "A2"), values, strict=True):
            page.locator(f"#q-{key} label").filter(has_text=re.compile(rf"^\s*{value}")).first.click()
        acting.everything_is_saved(page)
        assert troubles(page, "pair-fill", (360,)) == []
        page.get_by_role("button", name="กรอกครบแล้ว ไปตรวจทานและส่ง").click()
        acting.press(page, "ส่งผล (แก้ไขไม่ได้อีก)")
        expect(page.locator("main")).to_contain_text("ผลความสอดคล้องเห็นเฉพาะผู้อำนวยการกลุ่มนิเทศฯ")
        expect(page.locator("main")).not_to_contain_text(other.first_name)
        expect(page.locator("table.marks")).to_have_count(0)

    head.goto(pair.get_absolute_url())
    expect(head.locator(".stat", has_text="ร้อยละที่ตรงกัน")).to_contain_text("50.00")
    expect(head.get_by_role("note").first).to_contain_text("มีคู่คะแนนเพียง 2 คู่ (ควรมีอย่างน้อย 10)")
    acting.opens_a_pdf(head, head.get_by_role("link", name="PDF"))
    assert troubles(head, "pair", BOTH, known="Kappa ICC Landis Koch Koo Li") == []


def test_what_is_answered_before_the_module_runs_arrives_and_what_waits_is_not_sent(world, person):
    pair = create_pair(
        version=world.instrument.versions.get(), area=world.area, subject="การสอนคณิต ป.2", on=timezone.localdate(),
        first=world.supervisor, second=world.colleague, by=world.head,
    )  # fmt: skip
    page = person(world.supervisor)
    waiting = held_back(page, "answers.js")
    page.goto(reverse("appraisal:pair-fill", args=[pair.pk]), wait_until="commit")
    page.locator("#q-A1 label").filter(has_text=re.compile(r"^\s*4")).first.click()
    waiting[0].continue_()
    acting.everything_is_saved(page)
    expect(page.locator("[data-progress-all]")).to_have_text("ตอบแล้ว 1 จาก 3 ข้อ")

    page.route("**/fill/save/", lambda route: route.abort())
    page.locator("#q-A1 label").filter(has_text=re.compile(r"^\s*5")).first.click()
    expect(page.locator("#q-A1 input:checked")).to_have_value("5")
    page.goto(pair.get_absolute_url())
    expect(page.locator("[data-waiting]")).to_contain_text("1 รายการยังอยู่ในเครื่องนี้")
    page.get_by_role("button", name="ส่งผล (แก้ไขไม่ได้อีก)").click()
    expect(page.get_by_role("link", name="เปิดแบบนี้")).to_be_focused()
    assert not AgreementPair.objects.get().first_response.is_locked


# -- Versions ------------------------------------------------------------------------------------------------------


def test_a_returned_draft_is_mended_decided_and_published(world, draft, person):
    perform(draft, "submit", by=world.supervisor)
    perform(draft, "publish", by=world.head)
    writer, head = person(world.supervisor, size=DESK), person(world.head, size=DESK)
    writer.goto(reverse("builder:version-changes", args=[draft.pk]))
    writer.get_by_role("button", name="ปรับปรุงเป็นฉบับใหม่").click()
    expect(writer.locator("[data-builder][data-ready]")).to_be_visible()
    second = draft.instrument.versions.get(number=2)
    changed = copy.deepcopy(second.definition)
    changed["sections"][0]["questions"][0]["text"] = "จัดกิจกรรมการเรียนรู้เชิงรุกอย่างหลากหลาย"
    second.definition = changed
    second.save()
    page_of_second = reverse("builder:version-changes", args=[second.pk])

    writer.goto(page_of_second)
    expect(writer.get_by_role("button", name="ส่งตรวจสอบ")).to_be_disabled()
    writer.get_by_label("ความหมายเดิม ต่อแนวโน้มเดิม").check()
    writer.get_by_role("button", name="บันทึกการตัดสินใจ").click()
    acting.press(writer, "ส่งตรวจสอบ")
    head.goto(page_of_second)
    acting.press_with_reason(head, "ส่งกลับแก้ไข", "โปรดเติมตัวอย่างกิจกรรม")
    writer.reload()
    expect(writer.locator(".panel-next").first).to_contain_text("โปรดเติมตัวอย่างกิจกรรม")
    assert troubles(writer, "version-returned", BOTH) == []
    acting.press(writer, "ส่งตรวจสอบ")
    head.goto(page_of_second)
    acting.press(head, "เผยแพร่")
    acting.expect_state(head, "เผยแพร่แล้ว")
    acting.opens_a_pdf(head, head.get_by_role("link", name="แบบเปรียบเทียบฉบับ (PDF)"))
    head.goto(reverse("builder:version-changes", args=[draft.pk]))
    acting.press_with_reason(head, "เลิกใช้", "มีฉบับใหม่แล้ว")
    acting.expect_state(head, "เลิกใช้แล้ว")
