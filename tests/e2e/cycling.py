"""What people do on the pages of a cycle, its surveys and its report. Nothing here goes behind the screen."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.acting import expect_state, field, opens_a_pdf, press


def said(page: Page, words: str) -> None:
    """The page that answered says that it is done."""
    expect(page.locator(".app-messages")).to_contain_text(words)


def news(page: Page, words: str) -> None:
    """Open what came about these words."""
    page.goto("/notices/")
    page.locator(".notices button", has_text=words).first.click()


# -- The cycle -----------------------------------------------------------------------------------------------------


def open_cycle(page: Page, process: str, year: int, *, owner) -> str:
    """From the menu to a cycle with this person in charge of every step; answers its address."""
    page.goto("/")
    page.get_by_role("link", name="รอบการดำเนินงาน", exact=True).first.click()
    page.get_by_role("link", name="เปิดรอบใหม่").click()
    page.get_by_label(re.compile(process)).check()
    field(page, "ปี (พ.ศ.)").fill(str(year))
    page.get_by_role("button", name="เปิดรอบ").click()
    said(page, "โปรดกำหนดผู้รับผิดชอบ")
    for choice in field(page, "ผู้รับผิดชอบ").all():
        choice.select_option(str(owner.pk))
    page.get_by_role("button", name="บันทึก", exact=True).click()
    said(page, "บันทึกช่วงเวลาและผู้รับผิดชอบแล้ว")
    return re.sub(r"[?#].*", "", page.url)


def go_to(page: Page, cycle: str, number: int) -> Locator:
    """The page of a step, where the person is not on it yet; answers where people write."""
    address = f"{cycle}steps/{number}/"
    if not page.url.startswith(address):
        page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"ขั้นที่ {number} ")
    return page.locator("#writing")


def write(page: Page, cycle: str, number: int, texts: dict[str, str], choices: dict[str, str] | None = None) -> None:
    """Write at a step. In a list of rows the first is meant; a choice is named by the beginning of its words."""
    here = go_to(page, cycle, number)
    for label, text in texts.items():
        field(here, label).first.fill(text)
    for label, words in (choices or {}).items():
        choice = field(here, label).first
        choice.select_option(choice.locator("option", has_text=words).first.get_attribute("value"))
    keep(page)


def keep(page: Page) -> None:
    """What is written is saved; the page that answers counts one change more."""
    here = page.locator("#writing")
    count = here.locator("input[name=seen]")
    before = count.get_attribute("value") or ""
    here.get_by_role("button", name="บันทึก", exact=True).click()
    expect(count).not_to_have_value(before)
    said(page, "บันทึกแล้ว")


def choose(page: Page, cycle: str, number: int, source: str, title: str) -> None:
    """Say which record of the office the step draws from."""
    go_to(page, cycle, number)
    offered = page.get_by_role("group", name=source)
    offered.get_by_label(re.compile(title)).check()
    page.get_by_role("button", name=f"ใช้{source} ที่เลือก").click()
    said(page, f"เลือก{source}แล้ว")


def attach(page: Page, cycle: str, number: int, title: str, file: dict) -> None:
    go_to(page, cycle, number)
    evidence = page.locator("#evidence")
    field(evidence, "ชื่อผลงานหรือหลักฐาน").fill(title)
    field(evidence, "ไฟล์").set_input_files(file)
    evidence.get_by_role("button", name="แนบ", exact=True).click()
    expect(evidence.get_by_role("link", name=title)).to_be_visible()


def meets_the_standard(page: Page, cycle: str, number: int) -> None:
    """Every line of the quality standard is ticked, and nothing else is missing."""
    go_to(page, cycle, number)
    checks = page.locator("#checks")
    for line in checks.get_by_role("checkbox").all():
        line.check()
    checks.get_by_role("button", name="บันทึกการตรวจ").click()
    said(page, "บันทึกการตรวจตามมาตรฐานแล้ว")
    expect(page.locator(".cycle-gaps")).to_have_count(0)
    expect(page.locator(".cycle-ready")).to_be_visible()


def finish(page: Page, cycle: str, number: int, *, move: str = "") -> None:
    """The person in charge ends the step."""
    meets_the_standard(page, cycle, number)
    move = move or f"จบขั้นที่ {number}"
    page.get_by_role("button", name=move, exact=True).click()
    said(page, f"{move}เรียบร้อยแล้ว")


# -- Surveys of the schools ----------------------------------------------------------------------------------------


def send_survey(page: Page, title: str, version=None) -> None:
    """From the page that makes a survey to one that all schools may answer."""
    if version:
        field(page, "แบบที่ใช้").select_option(str(version.pk))
    field(page, "ชื่อแบบสำรวจ").fill(title)
    page.get_by_role("button", name="บันทึกร่าง").click()
    expect_state(page, "ร่าง")
    press(page, "ส่งแบบสำรวจ")
    expect_state(page, "เปิดรับคำตอบ")


def answer_survey(page: Page, title: str, answers: dict[str, int]) -> None:
    """The head of a school finds the survey on the home page and answers for the school."""
    page.goto("/")
    page.get_by_role("link", name=title).first.click()
    expect(page.locator("form[data-ready]")).to_be_visible()
    for slot, value in answers.items():
        page.locator(f'[data-slot="{slot}"] input[value="{value}"] + label').click()
    page.get_by_role("button", name=re.compile("^ส่งคำตอบ")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ส่งคำตอบแล้ว ขอบคุณ")


# -- The report ----------------------------------------------------------------------------------------------------


def write_report(page: Page, cycle: str, number: int) -> str:
    """The report from its beginning to where it waits; answers its address."""
    go_to(page, cycle, number)
    page.get_by_role("button", name="เริ่มเขียนรายงาน").click()
    field(page, "บทสรุปสำหรับผู้บริหาร").fill("ดำเนินการครบทุกขั้นตอน ผลถึงเป้าหมาย")
    field(page, "คำนำ").fill("รายงานนี้รวบรวมผลของทุกขั้นตอน")
    field(page, "ข้อเสนอแนะ").fill("ควรทำต่อเนื่อง")
    page.get_by_role("button", name="บันทึก", exact=True).click()
    said(page, "บันทึกรายงานแล้ว")
    press(page, "ส่งขออนุมัติ")
    expect_state(page, "รอการพิจารณา")
    return page.url


def approve_report(head: Page, director: Page, report: str) -> None:
    head.goto(report)
    head.get_by_role("button", name="เห็นชอบและเสนอต่อ").click()
    said(head, "เห็นชอบและเสนอต่อเรียบร้อยแล้ว")
    director.goto(report)
    director.get_by_role("button", name="อนุมัติรายงาน").click()
    expect_state(director, "อนุมัติแล้ว")


def send_report(clerk: Page, report: str) -> None:
    """To all schools, and to one agency by e-mail."""
    clerk.goto(report)
    clerk.get_by_role("link", name="การส่งและการเปิดอ่าน").click()
    clerk.get_by_role("button", name=re.compile("^ส่งถึงโรงเรียนที่เปิดอยู่")).click()
    said(clerk, "ส่งแล้ว ถึงโรงเรียน")
    field(clerk, "ต้นสังกัดและหน่วยงานที่เกี่ยวข้อง").fill("สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน, saraban@example.org")
    clerk.get_by_role("button", name="ส่งถึงหน่วยงาน").click()
    said(clerk, "อีเมล 1 ฉบับ")


def read_in_public(stranger: Page, title: str) -> None:
    """Somebody without an account finds the report and takes its PDF."""
    stranger.goto("/cycles/public/")
    stranger.get_by_role("link", name=title).click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text(title)
    expect(stranger.locator("main")).to_contain_text("ดำเนินการครบทุกขั้นตอน ผลถึงเป้าหมาย")
    opens_a_pdf(stranger, stranger.get_by_role("link", name="ดาวน์โหลด PDF"))
