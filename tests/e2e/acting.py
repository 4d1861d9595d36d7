"""What people do on the pages, in their own words. Nothing here goes behind the screen."""

import io
import re
from datetime import date

from PIL import ExifTags, Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Device

PASSWORD = "จันทร์-พุธ-2569"
SAVED = re.compile(r"บันทึกแล้ว \d\d\.\d\d น\.")


def field(page: Page, label: str) -> Locator:
    """The field of exactly this label, whether or not it wears the star of what must be filled."""
    return page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))


def sign_in(page: Page, user) -> None:
    field(page, "ชื่อผู้ใช้").fill(user.username)
    field(page, "รหัสผ่าน").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()
    expect(field(page, "รหัสผ่าน")).to_have_count(0)


def comes_in(at: Device, user) -> Page:
    """A person opens the product on a device and signs in with name and password."""
    at.page.goto("/")
    sign_in(at.page, user)
    expect(at.page.get_by_role("heading", level=1)).to_contain_text(user.first_name)
    return at.page


def press(page: Page, name: str) -> None:
    """Press the button that offers a move; the page that answers says that it is done."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".app-messages .alert")).to_be_visible()
    expect(page.locator(".app-messages .alert-danger")).to_have_count(0)


def press_with_reason(page: Page, name: str, reason: str) -> None:
    """A move that asks why: its button opens the place for the reason, the one below it goes through."""
    page.locator("summary", has_text=name).click()
    field(page, f"เหตุผลของการ{name}").fill(reason)
    press(page, f"ยืนยัน{name}")


def expect_state(page: Page, words: str) -> None:
    expect(page.locator(".page-head .state").first).to_have_text(words)


def type_date(page: Page, label: str, text: str, spoken: str) -> None:
    """Type a date as people write it and read the weekday that the page says back."""
    typed = field(page, label)
    typed.fill(text)
    expect(page.locator("thai-date").filter(has=typed).locator(".thai-date-words")).to_have_text(spoken)


def pick_date(page: Page, label: str, *, month: str, year: str, day: str) -> None:
    """Choose a day in the calendar, by the names that a screen reader would say."""
    page.get_by_role("button", name=f"เปิดปฏิทิน {label}").click()
    panel = page.get_by_role("dialog", name=f"ปฏิทิน {label}")
    panel.get_by_label("ปี พ.ศ.").select_option(year)
    panel.get_by_label("เดือน", exact=True).select_option(month)
    panel.get_by_role("button", name=f"{day} {month}", exact=True).click()
    expect(panel).to_be_hidden()


def thai_short(day: date) -> str:
    """A day as typed by somebody in a hurry: 5/8/69."""
    return f"{day.day}/{day.month}/{(day.year + 543) % 100:02d}"


def draw(page: Page) -> None:
    """A signature, with the mouse."""
    box = page.locator("signature-box canvas")
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    assert place
    x, y = place["x"] + 30, place["y"] + place["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x + 22 * step, y + (-18 if step % 2 else 18))
    page.mouse.up()


def photograph() -> dict:
    """A JPEG as a telephone makes it, with the place where it was taken, as Playwright uploads it."""
    image = Image.new("RGB", (1200, 900), "#dfe9df")
    ImageDraw.Draw(image).rectangle((200, 150, 900, 600), fill="#2f5d50")
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Phone"
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (13.0, 45.0, 1.0), 3: "E", 4: (100.0, 30.0, 1.0)}
    kept = io.BytesIO()
    image.save(kept, "JPEG", exif=exif.tobytes())
    assert has_place(kept.getvalue())
    return {"name": "ห้องเรียน.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


HOLD_PICTURES = """() => {
    const make = window.createImageBitmap;
    window.createImageBitmap = (...given) => new Promise((go) => { window.letPicturesGo = () => go(make(...given)); });
}"""
"""To be evaluated in a page: the picture chosen next is being made smaller until ``letPicturesGo`` is called."""


def has_place(content: bytes) -> bool:
    exif = Image.open(io.BytesIO(content)).getexif()
    return bool(exif.get_ifd(ExifTags.IFD.GPSInfo)) or bool(exif)


def answer_question(page: Page, question: Locator) -> None:
    """One answer of whatever type the question is of; what the record itself knows needs none."""
    kind = question.get_attribute("data-type")
    if question.locator(".q-fact").count():
        return
    if kind in {"rating", "exist", "dual"}:
        for group in question.get_by_role("radiogroup").all():
            group.locator("label").nth(1).click()
    elif kind in {"choice", "multi"}:
        question.locator("label.chip-label").first.click()
    elif kind == "number":
        question.locator("input[type=text]").fill("๑๒")
    elif kind == "date":
        question.locator("thai-date input").fill("5/8/69")
    elif kind == "text":
        question.locator("[data-kind=text]").first.fill("นางสาวดวงใจ ใจดี ครู ชำนาญการ")
    else:
        raise AssertionError(f"nobody taught this test to answer a question of type {kind}")


def fill_section(page: Page) -> None:
    for question in page.locator("[data-question]").all():
        answer_question(page, question)


def everything_is_saved(page: Page) -> None:
    expect(page.locator("[data-save-text]")).to_have_text(SAVED)


def opens_a_pdf(page: Page, link: Locator) -> None:
    """What stands behind the link is a PDF of some size."""
    answer = page.context.request.get(link.get_attribute("href") or "")
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
    assert len(answer.body()) > 10_000


def hold_visit(page: Page, *, on: date, level: int) -> None:
    """From the page of a planned visit: held, every question answered and every rating the same, written and sent."""
    press(page, "เริ่มการนิเทศ")
    page.get_by_role("link", name="เริ่มกรอก").click()
    while True:
        expect(page.locator("form[data-answers][data-ready]")).to_be_visible()
        for question in page.locator("[data-question]").all():
            if question.get_attribute("data-type") == "rating":
                question.get_by_role("radiogroup").locator(f"input[value='{level}'] + label").click()
            else:
                answer_question(page, question)
        everything_is_saved(page)
        if not page.get_by_role("button", name="ตอนต่อไป").count():
            break
        here = page.url
        page.get_by_role("button", name="ตอนต่อไป").click()
        page.wait_for_url(lambda url, here=here: url != here)
    page.get_by_role("button", name="กรอกครบแล้ว กลับหน้าการนิเทศ").click()
    page.get_by_role("link", name="เขียนบันทึก").click()
    field(page, "วันที่นิเทศจริง").fill(thai_short(on))
    field(page, "สรุปผลการนิเทศ").fill("ครูจัดกิจกรรมเชิงรุกได้ดี")
    field(page, "เหตุที่ผู้รับการนิเทศไม่ได้ลงนาม").fill("ติดราชการ")
    page.get_by_role("button", name="บันทึก", exact=True).click()
    page.get_by_role("link", name="ลงนาม ผู้นิเทศ", exact=True).click()
    field(page, "ชื่อและนามสกุล").fill("นางสมใจ ใจดี")
    draw(page)
    page.get_by_role("button", name="ลงนาม", exact=True).click()
    expect(page.get_by_role("img", name="ลายมือชื่อผู้นิเทศ", exact=True)).to_be_visible()
    press(page, "ส่งบันทึกให้ตรวจ")
    expect_state(page, "รอตรวจ")
