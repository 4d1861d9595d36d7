"""<thai-date> in a real browser, under the product's strict content policy: typing, calendar, keyboard, phone width."""

import mimetypes
import shutil
from collections.abc import Iterator
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.templatetags.static import static
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from thai.fields import ThaiDateField

pytestmark = pytest.mark.e2e

SITE = "http://nithet.test"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'"
PAGE = """{% load crispy_forms_tags %}<!doctype html>
<html lang="th"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>วันที่นิเทศ</title><link rel="stylesheet" href="{% static 'vendor/bootstrap/bootstrap.min.css' %}">
{{ form.media }}</head>
<body><main class="container py-3"><h1 class="h4">วันที่นิเทศ</h1><form novalidate>{{ form|crispy }}
<button class="btn btn-primary">บันทึก</button></form></main></body></html>"""


class VisitDates(forms.Form):
    begins = ThaiDateField(label="วันที่เริ่มนิเทศ", help_text="วันแรกที่ไปโรงเรียน")
    ends = ThaiDateField(
        label="วันที่สิ้นสุด", required=False, first=date(2026, 8, 3), last=date(2026, 9, 30), initial=date(2026, 8, 5)
    )


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield opened
        opened.close()


def show(chromium: Browser, form: forms.Form, *, width: int = 360, scripts: bool = True) -> Page:
    """The form on a page of its own, with static files from the repository; any browser error fails the test."""
    context = chromium.new_context(
        locale="th-TH",
        timezone_id="Asia/Bangkok",
        viewport={"width": width, "height": 760},
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.on("console", lambda message: page_errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page_errors.append(str(error)))
    page_errors: list[str] = []
    page.errors = page_errors  # type: ignore[attr-defined]
    html = Template(PAGE).render(Context({"form": form}))
    prefix = SITE + static("")

    def answer(route: Route) -> None:
        url = route.request.url
        if url.startswith(prefix):
            path = settings.BASE_DIR / "static" / url.removeprefix(prefix)
            route.fulfill(body=path.read_bytes(), content_type=mimetypes.guess_type(path.name)[0])
        elif url == f"{SITE}/":
            route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})
        else:
            route.fulfill(status=204)

    page.route("**/*", answer)
    page.set_default_timeout(5000)
    page.goto(f"{SITE}/")
    return page


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()


def test_typing_says_the_weekday_back_and_a_slip_is_explained_after_a_pause(chromium):
    page = show(chromium, VisitDates())
    field, words = page.get_by_label("วันที่เริ่มนิเทศ", exact=False).first, page.locator("#id_begins_in_words")

    field.press_sequentially("๕/๘/๖๙")
    expect(words).to_have_text("วันพุธที่ 5 สิงหาคม 2569")
    field.fill("29 ก.พ. 2568")
    expect(words).to_have_text("ปี พ.ศ. 2568 เดือนกุมภาพันธ์มี 28 วัน จึงไม่มีวันที่ 29 โปรดตรวจสอบวันที่อีกครั้ง")
    assert_accessible(page)
    field.fill("")
    expect(words).to_have_text("")
    assert page.errors == []


def test_dates_outside_the_fields_bounds_are_said_to_be_so(chromium):
    page = show(chromium, VisitDates())

    page.locator("#id_ends").fill("1/10/69")

    expect(page.locator("#id_ends_in_words")).to_have_text("ต้องเป็นวันที่ 30 กันยายน 2569 หรือก่อนหน้านั้น")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_calendar_speaks_buddhist_years_and_puts_the_day_into_the_field(chromium, width):
    page = show(chromium, VisitDates(), width=width)

    page.get_by_role("button", name="เปิดปฏิทิน วันที่สิ้นสุด").click()
    panel = page.get_by_role("dialog", name="ปฏิทิน วันที่สิ้นสุด")
    expect(panel.get_by_label("ปี พ.ศ.")).to_have_value("2026")
    expect(panel.get_by_label("ปี พ.ศ.").locator("option:checked")).to_have_text("พ.ศ. 2569")
    expect(panel.get_by_label("เดือน", exact=True).locator("option:checked")).to_have_text("สิงหาคม")
    expect(page.locator("#id_ends ~ button")).to_have_attribute("aria-haspopup", "dialog")
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert_accessible(page)

    panel.get_by_label("เดือน", exact=True).select_option("กันยายน")
    panel.get_by_role("button", name="14 กันยายน", exact=True).click()

    expect(panel).to_be_hidden()
    expect(page.locator("#id_ends")).to_have_value("14 ก.ย. 2569")
    expect(page.locator("#id_ends")).to_be_focused()
    expect(page.locator("#id_ends_in_words")).to_have_text("วันจันทร์ที่ 14 กันยายน 2569")
    assert page.errors == []


def test_the_calendar_is_worked_by_keyboard_alone(chromium):
    page = show(chromium, VisitDates())
    page.locator("#id_begins").fill("5/8/69")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="ปฏิทิน วันที่เริ่มนิเทศ")
    expect(panel.get_by_role("button", name="5 สิงหาคม", exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("button", name="13 สิงหาคม", exact=True)).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#id_begins")).to_have_value("13 ส.ค. 2569")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="13 สิงหาคม", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("#id_begins ~ button")).to_be_focused()
    assert page.errors == []


def test_an_old_refusal_goes_when_the_date_is_typed_anew(chromium):
    page = show(chromium, VisitDates({"begins": "31 เม.ย. 69", "ends": ""}))
    refusal = page.get_by_text("เดือนเมษายนมี 30 วัน จึงไม่มีวันที่ 31 โปรดตรวจสอบวันที่อีกครั้ง")
    expect(refusal).to_be_visible()
    assert_accessible(page)

    page.locator("#id_begins").fill("30 เม.ย. 69")

    expect(refusal).to_be_hidden()
    expect(page.locator("#id_begins_in_words")).to_have_text("วันพฤหัสบดีที่ 30 เมษายน 2569")
    expect(page.locator("#id_begins")).not_to_have_attribute("aria-invalid", "true")


def test_today_is_one_press_away(chromium):
    page = show(chromium, VisitDates())

    page.get_by_role("button", name="เปิดปฏิทิน วันที่เริ่มนิเทศ").click()
    page.get_by_role("dialog").get_by_role("button", name="วันนี้", exact=True).click()

    assert page.locator("#id_begins_in_words").inner_text().startswith("วัน")
    assert page.locator("#id_begins").input_value() != ""


def test_without_scripts_it_is_a_plain_field_whose_refusal_can_be_seen(chromium):
    page = show(chromium, VisitDates({"begins": "31 เม.ย. 69", "ends": "5 ส.ค. 69"}), scripts=False)

    expect(page.locator("#id_begins")).to_have_value("31 เม.ย. 69")
    expect(page.get_by_text("เดือนเมษายนมี 30 วัน จึงไม่มีวันที่ 31 โปรดตรวจสอบวันที่อีกครั้ง")).to_be_visible()
    expect(page.locator("#id_ends_in_words")).to_have_text("วันพุธที่ 5 สิงหาคม 2569")
    expect(page.locator("#id_begins ~ button")).to_be_hidden()
