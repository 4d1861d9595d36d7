"""Nothing but a keyboard: the form, the calendar, a move. The focus is always seen."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e import acting
from tests.supervision.factories import make_item, make_plan, make_visit

pytestmark = pytest.mark.e2e

FAR = 120
"""Presses of Tab after which a person would have given up."""
FOCUS_RING = """() => {
  const seen = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const here = document.activeElement;
  return seen(here) || (here.labels ? [...here.labels].some(seen) : false);
}"""


def tab_to(page: Page, selector: str, *, key: str = "Tab") -> None:
    """Go on with Tab until the focus is on the element."""
    for _ in range(FAR):
        page.keyboard.press(key)
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            assert page.evaluate(FOCUS_RING), f"the focus on {selector} cannot be seen"
            return
    raise AssertionError(f"{FAR} presses of {key} do not reach {selector}")


@pytest.fixture
def keyboard(device, live_server, transactional_db):
    """Opens a page for a person who is signed in; nobody touches the mouse."""

    def open_page(user, address) -> Page:
        at = device(live_server.url, size={"width": 1280, "height": 900})
        at.admit(user)
        at.page.goto(address)
        return at.page

    return open_page


def test_a_section_is_filled_and_left_by_keyboard_alone(world, keyboard):
    visit = make_visit(world.school, world.supervisor, instruments=[world.instrument], state="in_progress")
    page = keyboard(
        world.supervisor, reverse("supervision:visit-form", args=[visit.pk, visit.forms.get().pk]) + "?section=A"
    )
    expect(page.locator("form[data-answers][data-ready]")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("ข้ามไปยังเนื้อหา")
    page.keyboard.press("Enter")
    tab_to(page, "[data-slot=A1] input[type=radio]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-slot=A1] input:checked")).to_have_value("4")
    tab_to(page, "[data-na=A2]")
    page.keyboard.press("Space")
    acting.everything_is_saved(page)
    tab_to(page, "button[name=go].btn-primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_have_text("ข้อมูลเพิ่มเติม")
    answers = visit.forms.get().response.answers
    assert answers["A1"]["v"] == 4
    assert answers["A2"]["na"] is True


def test_a_day_is_chosen_in_the_calendar_by_keyboard_alone(world, keyboard):
    plan = make_plan(world.area, world.supervisor)
    page = keyboard(world.supervisor, reverse("supervision:plan-item-add", args=[plan.pk]))
    tab_to(page, "[name=starts_on]")
    page.keyboard.type("5/8/70")
    tab_to(page, ".thai-date-open")
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="ปฏิทิน ตั้งแต่วันที่")
    expect(panel.get_by_role("button", name="5 สิงหาคม", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("button", name="12 สิงหาคม", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel).to_be_hidden()
    expect(page.locator("[name=starts_on]")).to_be_focused()
    expect(page.locator("thai-date").first.locator(".thai-date-words")).to_have_text("วันพฤหัสบดีที่ 12 สิงหาคม 2570")


def test_a_plan_is_returned_with_its_reason_by_keyboard_alone(world, keyboard):
    plan = make_plan(world.area, world.supervisor, state="submitted")
    make_item(plan, world.school, world.supervisor, instruments=[world.instrument])
    page = keyboard(world.head, plan.get_absolute_url())
    tab_to(page, ".moves-more summary")
    page.keyboard.press("Enter")
    tab_to(page, "textarea[name=reason]")
    page.keyboard.type("โปรดเพิ่มเป้าหมาย")
    tab_to(page, ".moves-more button")
    page.keyboard.press("Enter")
    acting.expect_state(page, "ส่งกลับแก้ไข")
    plan.refresh_from_db()
    assert plan.state == "returned"
