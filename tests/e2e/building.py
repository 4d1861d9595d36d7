"""What a person does in the form builder, in that person's own words."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from instruments.checking import TYPES
from tests.e2e.acting import field, press

KEPT = re.compile(r"บันทึกแล้ว \d\d\.\d\d น\.")


def begin_form(page: Page, *, code: str, title: str, respondent: str = "", signers: list[str] | None = None) -> None:
    """From the list of instruments to an empty form."""
    page.goto("/instruments/")
    page.get_by_role("link", name="สร้างแบบใหม่").click()
    field(page, "รหัสแบบ").fill(code)
    field(page, "ชื่อแบบ").fill(title)
    field(page, "ผู้กรอก").fill(respondent)
    field(page, "ผู้ลงนาม").fill("\n".join(signers or []))
    page.get_by_role("button", name="สร้างฉบับร่าง").click()
    expect(page.locator("[data-builder][data-ready]")).to_be_visible()


def panel(page: Page) -> Locator:
    return page.locator("[data-panel]")


def is_kept(page: Page) -> None:
    """What was typed has reached the server."""
    expect(page.locator("[data-kept]")).to_have_text(KEPT)


def add_section(page: Page, title: str) -> str:
    """A new section at the end; answers the key that the builder gave it."""
    field(page, "ชื่อตอนใหม่").fill(title)
    page.get_by_role("button", name="เพิ่มตอน", exact=True).click()
    expect(field(panel(page), "ชื่อตอน")).to_have_value(title)
    return (panel(page).locator(".b-panel-inner").get_attribute("data-key") or "").removeprefix("@")


def add_question(page: Page, section: str, kind: str) -> None:
    """A new question of a type at the end of a section; its panel is open then."""
    before = page.locator(".b-row").count()
    place = page.locator(f"#section-{section}")
    place.locator("select[name=type]").select_option(label=TYPES[kind])
    place.get_by_role("button", name=re.compile("^เพิ่มข้อ")).click()
    expect(page.locator(".b-row")).to_have_count(before + 1)
    expect(panel(page).locator("#f-text")).to_be_focused()


def write_question(page: Page, text: str, **more: Any) -> None:
    """Fill the open panel; ``more`` names fields as the definition does."""
    here = panel(page)
    here.locator("#f-text").fill(text)
    for name, value in more.items():
        shown = here.locator(f"#f-{name}")
        if not shown.is_visible():
            shown.locator("xpath=ancestor::details[1]").locator("summary").first.click()
        if isinstance(value, bool):
            shown.set_checked(value)
        else:
            shown.fill("\n".join(value) if isinstance(value, list) else str(value))
    page.keyboard.press("Tab")
    is_kept(page)
    expect(here.locator(".b-error p")).to_have_count(0)


def paste_questions(page: Page, section: str, kind: str, texts: list[str]) -> None:
    """Many at once, as out of a spreadsheet."""
    page.locator(f"#section-{section}").get_by_role("link", name=re.compile("^วางหลายข้อ")).click()
    field(page, "ชนิดของทุกข้อ").select_option(label=TYPES[kind])
    field(page, "ข้อคำถาม").fill("\n".join(texts))
    page.get_by_role("button", name="เพิ่มข้อคำถาม").click()
    expect(page.locator(".app-messages .alert-success")).to_contain_text(f"เพิ่ม {len(texts)} ข้อแล้ว")
    expect(page.locator("[data-builder][data-ready]")).to_be_visible()


def open_question(page: Page, key: str) -> None:
    page.locator(f"#row-{key} [data-open]").click()
    expect(panel(page).locator(".b-panel-inner")).to_have_attribute("data-key", key)


def is_whole(page: Page) -> None:
    expect(page.locator("[data-troubles]")).to_contain_text("แบบครบถ้วน พร้อมส่งตรวจสอบ")


def send_to_review(page: Page) -> None:
    page.get_by_role("link", name="ตรวจและส่ง").click()
    press(page, "ส่งตรวจสอบ")


def publish(page: Page, address: str) -> None:
    """The group's head opens the version that waits and publishes it."""
    page.goto(address)
    press(page, "เผยแพร่")


def build(page: Page, row: dict[str, Any], *, code: str) -> None:
    """A whole form as ``instruments.reference`` describes it, by hand: single questions, and judgements pasted."""
    begin_form(page, code=code, title=row["title"], respondent=row["respondent"], signers=row["signers"])
    for section in row["definition"]["sections"]:
        key = add_section(page, section["title"])
        questions = section["questions"]
        if len({question["type"] for question in questions}) == 1 and questions[0]["type"] == "rating":
            paste_questions(page, key, "rating", [question["text"] for question in questions])
            continue
        for question in questions:
            add_question(page, key, question["type"])
            write_question(page, question["text"], **_typed(question))


def _typed(question: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in ("unit", "min", "max"):
        if name in question:
            made[name] = question[name]
    if question.get("required"):
        made["required"] = True
    if question.get("long") is False:
        made["long"] = False
    if "choices" in question:
        made["choices"] = [choice["t"] for choice in question["choices"]]
    return made
