"""The life of a form: made from nothing by somebody who never saw the builder, published, used, revised, used again, and
read as a trend that knows which question went on and which became another."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from instruments import reference
from instruments.checking import problems
from instruments.models import Instrument, InstrumentVersion
from tests.e2e import acting, building
from tests.e2e.conftest import DESK

pytestmark = pytest.mark.e2e

FIRST_WORDS = "จัดทำหน่วยการเรียนรู้และแผนการจัดการเรียนรู้เชิงรุก"
OTHER_MEANING = "มีแผนการสอนสำรองเมื่อครูติดราชการ"


@pytest.fixture
def writer(world, device, live_server, transactional_db):
    at = device(live_server.url, size=DESK)
    at.admit(world.supervisor)
    return at.page


@pytest.fixture
def head(world, device, live_server, transactional_db):
    at = device(live_server.url, size=DESK)
    at.admit(world.head)
    return at.page


def asked(definition):
    """Sections with what is asked in them, whatever the keys are."""
    kept = ("type", "text", "required", "unit", "long", "scale")
    return [
        (section["title"], section.get("scale"), [
            {n: str(v) for n, v in q.items() if (n in kept and v not in (False, None)) or n == "long"}
            | {"choices": [(c["v"], c["t"], c.get("specify", False)) for c in q.get("choices", ())]}
            | {n: int(q[n]) for n in ("min", "max") if n in q}
            for q in section["questions"]
        ])
        for section in definition["sections"]
    ]  # fmt: skip


def publish(writer, head, version) -> None:
    """What the writer sends is published by the head."""
    building.send_to_review(writer)
    acting.expect_state(writer, "รอตรวจสอบ")
    building.publish(head, reverse("builder:version-changes", args=[version.pk]))
    acting.expect_state(head, "เผยแพร่แล้ว")


def visit(page, world, form: str, *, on, level: int) -> None:
    """A visit that no plan foresaw: made, held, every question answered and every rating the same, written and sent."""
    page.goto(reverse("supervision:visit-create"))
    acting.field(page, "สถานศึกษา").select_option(str(world.school.pk))
    acting.field(page, "ประเด็นการนิเทศ").fill("การจัดการเรียนรู้เชิงรุก")
    acting.field(page, "ตั้งแต่วันที่").fill(acting.thai_short(on))
    page.get_by_label(re.compile(form)).check()
    page.get_by_role("button", name="สร้างการนิเทศ").click()
    acting.hold_visit(page, on=on, level=level)


def trend(page, instrument, question: str) -> list[str]:
    """The rows of the trend of a question, as the page of results says them."""
    page.goto(reverse("analysis:form-summary", args=[instrument.pk]))
    page.get_by_role("link", name="แนวโน้ม", exact=True).click()
    choice = acting.field(page, "เรื่อง")
    choice.select_option(choice.locator("option", has_text=question).get_attribute("value"))
    page.get_by_role("button", name="แสดง", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile(f"^แนวโน้ม .*{question}"))).to_be_visible()
    return [" ".join(row.split()) for row in page.locator("table.figures tbody tr").all_inner_texts()]


def test_a_form_is_made_used_revised_and_its_trends_know_what_went_on(world, writer, head):
    wanted = next(row for row in reference.read() if row["code"] == "INS-02")
    building.build(writer, wanted, code="OBS-02")
    building.is_whole(writer)
    instrument = Instrument.objects.get(code="OBS-02")
    first = InstrumentVersion.objects.get(instrument=instrument)
    assert problems(first.definition) == []
    assert asked(first.definition) == asked(wanted["definition"])
    writer.get_by_role("link", name="ดูตัวอย่าง").click()
    expect(writer.locator(".phone-preview")).to_contain_text("ยืดหยุ่นปรับกิจกรรมตามสถานการณ์และเวลา")
    writer.go_back()
    publish(writer, head, first)
    today = timezone.localdate()
    visit(writer, world, "OBS-02", on=today - timedelta(days=365), level=3)

    writer.goto(instrument.get_absolute_url())
    writer.get_by_role("button", name="ปรับปรุงเป็นฉบับใหม่").click()
    for key, words in (("B1", FIRST_WORDS), ("B2", OTHER_MEANING)):
        building.open_question(writer, key)
        building.write_question(writer, words)
    writer.get_by_role("link", name="ตรวจและส่ง").click()
    expect(writer.locator("#undecided")).to_contain_text("โปรดเลือกว่าแนวโน้มต่อจากฉบับก่อนหรือตัด 2 ข้อ")
    expect(writer.get_by_role("button", name="ส่งตรวจสอบ", exact=True)).to_be_disabled()
    writer.locator("#q-B1").get_by_label("ความหมายเดิม ต่อแนวโน้มเดิม").check()
    writer.locator("#q-B2").get_by_label("ความหมายเปลี่ยน ตัดแนวโน้ม").check()
    acting.press(writer, "บันทึกการตัดสินใจ")
    second = instrument.versions.get(number=2)
    writer.goto(reverse("builder:form-edit", args=[second.pk]))
    publish(writer, head, second)
    visit(writer, world, "OBS-02", on=today, level=5)

    goes_on, cut = trend(writer, instrument, FIRST_WORDS), trend(writer, instrument, OTHER_MEANING)
    assert [re.search(r"\d\.\d\d", row)[0] for row in goes_on] == ["3.00", "5.00"]
    assert [bool(re.search("ข้อคำถามเปลี่ยน", row)) for row in cut] == [False, True, False]
    assert [re.search(r"\d\.\d\d", cut[place])[0] for place in (0, 2)] == ["3.00", "5.00"]
    first.refresh_from_db()
    assert asked(first.definition) == asked(wanted["definition"])
