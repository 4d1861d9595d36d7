"""The handbook in the browser: staff write next year's edition, the head publishes it, a teacher reads it."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from handbook.models import Edition
from tests.e2e import acting
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.looking import troubles
from tests.handbook.factories import make_edition
from tests.supervision.factories import make_instrument
from thai.years import fiscal_year

pytestmark = pytest.mark.e2e

BOTH = (360, 1280)


@pytest.fixture
def edition(world, live_server, transactional_db):
    make_instrument(world.area)
    return make_edition(world.area)


@pytest.fixture
def opens(device, live_server):
    """A person sits down at a device of that size."""

    def open_as(user, size=DESK, **options):
        at = device(live_server.url, size=size, **options)
        at.admit(user)
        return at.page

    return open_as


def saved(page) -> None:
    expect(page.locator(".app-messages .alert-success")).to_have_text("บันทึกแล้ว")


def test_staff_write_next_years_edition_and_the_head_publishes_it(world, edition, opens):
    year = fiscal_year(timezone.localdate())
    writer = opens(world.supervisor, PHONE)
    writer.goto(reverse("handbook:edition-list"))
    writer.get_by_label("สำหรับปีงบประมาณ").select_option(str(year))
    writer.get_by_role("button", name="เริ่มฉบับร่าง").click()
    expect(writer.get_by_role("heading", level=1)).to_have_text(f"แก้ไขคู่มือ ปีงบประมาณ {year}")

    # A step is rewritten, one is added below it and goes up, a law is exchanged.
    writer.get_by_role("link", name=re.compile(r"^5\.3")).click()
    writer.get_by_label("ขั้นตอนที่ 4").fill("สรุปผลและคืนข้อมูลแก่โรงเรียน")
    writer.get_by_role("button", name="เพิ่มขั้นตอน").click()
    writer.get_by_label("ขั้นตอนที่ 5").fill("ประชุมถอดบทเรียนปีละ 1 ครั้ง")
    writer.get_by_role("button", name="เลื่อนขั้นตอนที่ 5 ขึ้น").click()
    expect(writer.get_by_label("ขั้นตอนที่ 4")).to_have_value("ประชุมถอดบทเรียนปีละ 1 ครั้ง")
    writer.get_by_label("หลักสูตรแกนกลางการศึกษาขั้นพื้นฐาน พุทธศักราช 2551").check()
    writer.get_by_role("button", name="บันทึก", exact=True).last.click()
    saved(writer)

    # A window of a process crosses the year.
    writer.get_by_role("link", name=re.compile("^1 วิเคราะห์ภาระงาน")).click()
    writer.get_by_label("ระยะเวลา").select_option(label="ช่วงเดือน")
    writer.get_by_label("ตั้งแต่เดือน").select_option(label="ตุลาคม")
    writer.locator("#id_from_year").select_option(label="ปีก่อนหน้า")
    writer.get_by_label("ถึงเดือน").select_option(label="มกราคม")
    writer.get_by_role("button", name="บันทึก", exact=True).last.click()
    saved(writer)

    # The differences are read and the draft is handed in.
    writer.get_by_role("link", name="สิ่งที่เปลี่ยน").click()
    expect(writer.get_by_text("ประชุมถอดบทเรียนปีละ 1 ครั้ง")).to_be_visible()
    expect(writer.get_by_text("ตุลาคม–มกราคม")).to_be_visible()
    draft = Edition.objects.get(state="draft")
    writer.goto(draft.get_absolute_url())
    acting.press(writer, "เสนอเผยแพร่")
    acting.expect_state(writer, "รอเผยแพร่")

    head = opens(world.head)
    head.goto(reverse("workflows:notice-list"))
    head.get_by_text("รอท่านเผยแพร่").click()
    acting.press(head, "เผยแพร่")
    acting.expect_state(head, "เผยแพร่แล้ว")
    acting.opens_a_pdf(head, head.get_by_role("link", name="พิมพ์ทั้งเล่ม (PDF)"))

    teacher = opens(world.teacher, PHONE)
    teacher.goto(reverse("handbook:home"))
    expect(teacher.locator(".page-head .lead")).to_contain_text(f"ปีงบประมาณ {year}")
    teacher.get_by_label("ค้นในคู่มือ").fill("ถอดบทเรียน ๑ ครั้ง")
    teacher.get_by_role("button", name="ค้นหา").click()
    teacher.get_by_role("link", name="ขั้นตอนที่ 4").click()
    expect(teacher.get_by_text("ประชุมถอดบทเรียนปีละ 1 ครั้ง")).to_be_visible()
    assert Edition.objects.get(pk=edition.pk).book.task("5.3").steps[3].text.startswith("สรุปผลการนิเทศ")


def test_two_people_on_the_same_task_are_both_told(world, edition, opens):
    draft = make_edition(world.area, state="draft", fiscal_year=2571, based_on=edition)
    address = reverse("handbook:part", args=[draft.pk, "task:5.4"])
    first, second = opens(world.supervisor), opens(world.colleague)
    first.goto(address)
    second.goto(address)

    acting.field(first, "ชื่องาน").fill("งานวิจัยของสมใจ")
    first.get_by_role("button", name="บันทึก", exact=True).last.click()
    saved(first)
    acting.field(second, "ชื่องาน").fill("งานวิจัยของมานะ")
    second.get_by_role("button", name="บันทึก", exact=True).last.click()
    expect(second.get_by_role("alert")).to_contain_text("สมใจ")
    expect(second.locator(".change-old")).to_contain_text("งานวิจัยของสมใจ")
    assert troubles(second, "handbook-rivals", BOTH) == []
    second.get_by_role("button", name="บันทึกทับด้วยของฉัน").click()
    saved(second)

    first.goto(reverse("workflows:notice-list"))
    expect(first.get_by_text("บันทึกทับสิ่งที่ท่านแก้")).to_be_visible()


def test_a_draft_is_edited_without_scripts(world, edition, opens):
    draft = make_edition(world.area, state="draft", fiscal_year=2571, based_on=edition)
    page = opens(world.supervisor, PHONE, scripts=False)
    page.goto(reverse("handbook:part", args=[draft.pk, "task:7.3"]))

    page.get_by_role("button", name=re.compile("แทรก ?ใต้ขั้นตอนที่ 1")).click()
    page.get_by_label("ขั้นตอนที่ 2").fill("ตรวจสอบความถูกต้อง")
    page.get_by_role("button", name="ให้ขั้นตอนที่ 2 เป็นข้อย่อยของข้อที่อยู่เหนือ").click()
    expect(page.get_by_label("ข้อย่อย 1.1")).to_have_value("ตรวจสอบความถูกต้อง")
    page.get_by_role("button", name="บันทึก", exact=True).last.click()

    assert [part.text for part in Edition.objects.get(pk=draft.pk).book.task("7.3").steps[0].parts] == [
        "ตรวจสอบความถูกต้อง"
    ]


def test_every_page_stands_at_both_widths_in_plain_thai(world, edition, opens):
    draft = make_edition(world.area, state="draft", fiscal_year=2571, based_on=edition)
    page = opens(world.supervisor)
    of_draft = [draft.pk]
    addresses = {
        "contents": reverse("handbook:home"),
        "found": reverse("handbook:home") + "?q=เครือข่าย",
        "nothing": reverse("handbook:home") + "?q=ไดโนเสาร์",
        "task": reverse("handbook:task", args=[edition.pk, "5.1"]),
        "process-51": reverse("handbook:process", args=[edition.pk, "P-5.1"]),
        "process-52": reverse("handbook:process", args=[edition.pk, "P-5.2"]),
        "laws": reverse("handbook:laws", args=[edition.pk]),
        "editions": reverse("handbook:edition-list"),
        "draft": reverse("handbook:edition", args=of_draft),
        "same": reverse("handbook:edition-changes", args=of_draft),
        "edit": reverse("handbook:edit", args=of_draft),
        **{
            f"part-{place.replace(':', '-')}": reverse("handbook:part", args=[draft.pk, place])
            for place in ("about", "group:g5", "task:5.1", "law:curriculum_2544", "process:P-5.2", "step:P-5.2:s5")
        },
    }
    found = []

    for name, address in addresses.items():
        page.goto(address)
        found += troubles(page, f"handbook-{name}", BOTH, known="Pilot Study Joint Project Home School Internet")

    assert found == []
