"""The two processes of the handbook from their first step to the published report, by the people of each role.

Only what an office has before it opens a cycle is there at the beginning: its people, schools, forms, handbook and one
network. The rest is done on the pages.
"""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.flows import Role
from accounts.models import RoleAssignment
from cycles.models import Cycle
from networks.models import Member, Network
from schools.models import Enrolment
from schools.queries import period_of
from tests.e2e import acting, cycling
from tests.e2e.acting import expect_state, field, press
from tests.e2e.conftest import DESK, PHONE
from tests.handbook.factories import make_edition
from tests.supervision.factories import DEFINITION, LONG_AGO, make_instrument, make_user, make_version

pytestmark = pytest.mark.e2e

NEEDS = {
    "scales": {"need5": DEFINITION["scales"]["level5"] | {"dual": True}},
    "sections": [
        {
            "key": "A",
            "title": "ด้านการอ่าน",
            "scale": "need5",
            "questions": [{"key": "A1", "type": "dual", "text": "สื่อการอ่าน", "required": True}],
        }
    ],
}
"""How things are and how they should be, in one question."""
WANTED = {"A1.current": 2, "A1.desired": 5}
PRIORITY = "พัฒนาการอ่านเชิงรุก"


@pytest.fixture
def office(world, transactional_db):
    """The small district as it is before a cycle is opened, with a network and its lead."""
    make_edition(world.area)
    Enrolment.objects.create(school=world.school, academic_year=2568, grade="p1", male=10, female=12, rooms=1)
    world.needs = make_version(make_instrument(title="แบบสำรวจความต้องการ"), number=2, definition=NEEDS)
    world.opinion = make_instrument(title="แบบสอบถามความพึงพอใจ")
    world.network = Network.objects.create(area=world.area, name="ชมรมภาษาไทย", kind="club", started_on=LONG_AGO)
    world.network_lead = make_user("สายใจ")
    RoleAssignment.objects.create(
        user=world.network_lead, role=Role.NETWORK_LEAD, network=world.network, starts_on=LONG_AGO
    )
    for member in ({"kind": "school", "school": world.school}, {"kind": "person", "user": world.network_lead}):
        Member.objects.create(network=world.network, joined_on=LONG_AGO, **member)
    return world


@pytest.fixture
def sits(device, live_server):
    """Each person at a browser of their own; whoever comes again finds it as it was left."""
    pages = {}

    def sit(user=None, size=DESK):
        if user not in pages:
            at = device(live_server.url, size=size)
            if user:
                at.admit(user)
            pages[user] = at.page
        return pages[user]

    return sit


def today():
    return timezone.localdate()


def in_days(days: int) -> str:
    return acting.thai_short(today() + timedelta(days=days))


def test_supervision_goes_through_its_six_steps_and_once_round_again(office, sits):
    year = period_of(office.area, today()).fiscal_year
    head, supervisor, school = sits(office.head), sits(office.supervisor), sits(office.school_head)
    cycle = cycling.open_cycle(head, "P-5.1", year, owner=office.supervisor)

    learn_what_is_known(supervisor, cycle)
    ask_what_schools_need(supervisor, school, cycle, "ความต้องการรับการนิเทศ", 2)
    plan = make_the_plan(office, supervisor, cycle)
    have_it_approved(sits, office, plan)
    cycling.finish(supervisor, cycle, 3)

    supervise(office, sits, cycle)
    cycling.finish(supervisor, cycle, 4)
    judge_too_low(supervisor, school, office, cycle)
    cycling.go_to(head, cycle, 5)
    acting.press_with_reason(head, "ปรับปรุง กลับไปขั้นที่ 4", "ครูยังต้องการการชี้แนะ")
    expect(head.locator("main")).to_contain_text("รอบที่ 2")
    expect(head.locator("main")).to_contain_text("ครูยังต้องการการชี้แนะ")

    visit_again(office, supervisor)
    cycling.finish(supervisor, cycle, 4)
    judge_high_enough(supervisor, cycle)
    director = sits(office.director)
    cycling.go_to(director, cycle, 5)
    director.get_by_role("button", name="ปกติ ดำเนินการขั้นต่อไป").click()
    cycling.said(director, "ปกติ ดำเนินการขั้นต่อไปเรียบร้อยแล้ว")

    tell_everybody(office, sits, cycle, 6)
    head.goto(cycle)
    expect_state(head, "เสร็จสิ้น")
    done = Cycle.objects.get()
    assert (done.state, done.round) == ("finished", 2)
    assert [step.records.count() for step in done.all_steps] == [1, 1, 1, 2, 2, 1]


# -- P-5.1, steps 1 to 3 -------------------------------------------------------------------------------------------


def learn_what_is_known(supervisor, cycle):
    cycling.write(
        supervisor, cycle, 1,
        {"สารสนเทศที่ได้จากข้อมูล": "นักเรียนคงที่", "จุดเด่น": "ครูร่วมมือ", "ปัญหาและจุดที่ควรพัฒนา": "การอ่าน",
         "เอกสารอ้างอิง": "นโยบายและจุดเน้นของ สพฐ."},
    )  # fmt: skip
    cycling.attach(supervisor, cycle, 1, "ภาพการวิเคราะห์ข้อมูล", acting.photograph())
    cycling.finish(supervisor, cycle, 1)


def ask_what_schools_need(supervisor, school, cycle, title, number):
    """A survey, an answer to it, and the priority that is chosen from both."""
    cycling.go_to(supervisor, cycle, number)
    supervisor.get_by_role("link", name="แบบสำรวจความต้องการ").click()
    cycling.send_survey(supervisor, title)
    cycling.answer_survey(school, title, WANTED)
    cycling.choose(supervisor, cycle, number, "แบบสำรวจ", title)
    cycling.write(
        supervisor, cycle, number,
        {"สภาพปัญหาที่พบ": "สื่อการอ่านไม่พอ", "สิ่งสำคัญที่จะพัฒนา": PRIORITY, "เหตุผลที่เลือก": "ค่าดัชนีสูงที่สุด"},
        {"มาจากผลสำรวจ": "ด้านการอ่าน"},
    )  # fmt: skip
    cycling.finish(supervisor, cycle, number)


def make_the_plan(office, supervisor, cycle) -> str:
    """The draft begins with the priority; with a way of working and one visit it is whole. Answers its address."""
    cycling.go_to(supervisor, cycle, 3)
    supervisor.get_by_role("button", name="เริ่มร่างแผนจากสิ่งสำคัญ").click()
    cycling.said(supervisor, "สร้างร่างแผนจากสิ่งสำคัญที่เลือกแล้ว")
    expect(supervisor.locator("main")).to_contain_text(f"เพื่อ{PRIORITY}")
    plan = supervisor.url
    supervisor.get_by_role("link", name="แก้ไขแผน").click()
    field(supervisor, "วิธีดำเนินการ").fill("เยี่ยมชั้นเรียนและสะท้อนผล")
    supervisor.get_by_role("button", name="บันทึก", exact=True).click()
    cycling.said(supervisor, "บันทึกแผนแล้ว")
    supervisor.get_by_role("link", name="เพิ่มทีละแห่ง").click()
    field(supervisor, "สถานศึกษา").select_option(str(office.school.pk))
    field(supervisor, "ตั้งแต่วันที่").fill(in_days(0))
    field(supervisor, "ประเด็นการนิเทศ").fill(PRIORITY)
    supervisor.get_by_label(re.compile(office.instrument.code)).check()
    supervisor.get_by_role("button", name="บันทึก", exact=True).click()
    expect(supervisor.locator("#schedule")).to_contain_text(office.school.name)
    press(supervisor, "ส่งขออนุมัติ")
    expect_state(supervisor, "รอการพิจารณา")
    return plan


def have_it_approved(sits, office, plan):
    """The chain of approval, and the opinion of a member of the committee who came by the news of it."""
    head, director, committee = sits(office.head), sits(office.director), sits(office.committee)
    head.goto(plan)
    head.get_by_role("button", name="เห็นชอบและเสนอต่อ").click()
    cycling.said(head, "เห็นชอบและเสนอต่อเรียบร้อยแล้ว")
    director.goto(plan)
    director.get_by_role("button", name="อนุมัติแผน").click()
    expect_state(director, "อนุมัติแล้ว")
    cycling.news(committee, "รอความเห็นของคณะกรรมการ")
    committee.get_by_role("link", name="ให้ความเห็นต่อแผน").click()
    committee.get_by_label("เห็นชอบ", exact=True).check()
    committee.get_by_role("button", name="บันทึกความเห็น").click()
    cycling.said(committee, "บันทึกความเห็นของท่านแล้ว")


# -- P-5.1, steps 4 and 5 ------------------------------------------------------------------------------------------


def supervise(office, sits, cycle):
    """The methods and the order, and the planned visit until the school has its result."""
    supervisor = sits(office.supervisor)
    here = cycling.go_to(supervisor, cycle, 4)
    here.get_by_label("โรงเรียนเป็นฐาน").check()
    cycling.keep(supervisor)
    cycling.write(
        supervisor, cycle, 4,
        {"วิธีการและแนวทางการนิเทศ": "ชี้แนะในชั้นเรียน", "เลขที่คำสั่งแต่งตั้งคณะนิเทศ": "15/2570",
         "คำสั่งลงวันที่": in_days(0), "ข้อความของคำสั่ง (เหตุและอำนาจ)": "ด้วยกลุ่มนิเทศฯ จะนิเทศโรงเรียน"},
    )  # fmt: skip
    supervisor.get_by_role("link", name="เปิดการนิเทศ").click()
    acting.hold_visit(supervisor, on=today(), level=3)
    checker, head = sits(office.workgroup_head), sits(office.head)
    checker.goto(supervisor.url)
    press(checker, "ตรวจแล้ว ถูกต้อง")
    expect_state(checker, "ตรวจแล้ว รอเผยแพร่")
    head.goto(supervisor.url)
    press(head, "ส่งผลให้โรงเรียน")
    expect_state(head, "ส่งผลให้โรงเรียนแล้ว")


def judge_too_low(supervisor, school, office, cycle):
    """What teachers say of it, and results that miss their target: the screen asks for what will be improved."""
    cycling.go_to(supervisor, cycle, 5)
    supervisor.get_by_role("link", name="สร้างใหม่").first.click()
    cycling.send_survey(supervisor, "ความพึงพอใจต่อการนิเทศ", office.opinion.current)
    cycling.answer_survey(school, "ความพึงพอใจต่อการนิเทศ", {"A1": 4, "A2": 4})
    cycling.choose(supervisor, cycle, 5, "แบบสอบถามความพึงพอใจ", "ความพึงพอใจต่อการนิเทศ")
    cycling.write(
        supervisor, cycle, 5,
        {"เป้าหมายค่าเฉลี่ย": "3.51", "เป้าหมายร้อยละของโรงเรียนที่มีผลระดับมากขึ้นไป": "50",
         "เหตุผลประกอบการตัดสิน": "ผลต่ำกว่าเป้าหมาย", "แนวทางสำหรับรอบต่อไป": "เน้นการอ่าน"},
    )  # fmt: skip
    expect(supervisor.locator(".step-verdict")).to_contain_text("ยังไม่ถึงเป้าหมาย")
    expect(supervisor.locator(".cycle-gaps")).to_contain_text("โปรดระบุกิจกรรมปรับปรุง")
    cycling.write(supervisor, cycle, 5, {"สิ่งที่จะทำ": "นิเทศซ้ำ", "ผู้รับผิดชอบ": "นางสมใจ", "ภายในวันที่": in_days(30)})
    cycling.meets_the_standard(supervisor, cycle, 5)


def visit_again(office, supervisor):
    """What was decided is done: one more visit, this time with a good result."""
    supervisor.goto(reverse("supervision:visit-create"))
    field(supervisor, "สถานศึกษา").select_option(str(office.school.pk))
    field(supervisor, "ประเด็นการนิเทศ").fill(PRIORITY)
    field(supervisor, "ตั้งแต่วันที่").fill(in_days(0))
    supervisor.get_by_label(re.compile(office.instrument.code)).check()
    supervisor.get_by_role("button", name="สร้างการนิเทศ").click()
    acting.hold_visit(supervisor, on=today(), level=5)


def judge_high_enough(supervisor, cycle):
    cycling.write(supervisor, cycle, 5, {"เหตุผลประกอบการตัดสิน": "ผลถึงเป้าหมายหลังนิเทศซ้ำ"})
    expect(supervisor.locator(".step-verdict")).to_contain_text("ถึงเป้าหมายทุกแบบ")
    row = supervisor.get_by_role("region", name=re.compile("^เทียบกับ.*รอบที่ 1")).get_by_role("row").nth(1)
    expect(row).to_contain_text("3.00")
    expect(row).to_contain_text("4.00")
    cycling.meets_the_standard(supervisor, cycle, 5)


# -- The last step of both -----------------------------------------------------------------------------------------


def tell_everybody(office, sits, cycle, number):
    """The report is written, approved, sent, opened by a school, published, read by a stranger; then the cycle ends."""
    supervisor, head, clerk, school = (
        sits(getattr(office, name)) for name in ("supervisor", "head", "clerk", "school_head")
    )
    report = cycling.write_report(supervisor, cycle, number)
    title = supervisor.get_by_role("heading", level=1).inner_text()
    cycling.approve_report(head, sits(office.director), report)
    cycling.send_report(clerk, report)
    cycling.news(school, title)
    expect(school.locator("main")).to_contain_text(f"ส่งถึง{office.school}")
    clerk.reload()
    expect(clerk.locator(".report-deliveries").get_by_role("listitem").filter(has_text=office.school.name)).to_contain_text(
        "เปิดอ่านแล้ว"
    )  # fmt: skip
    head.goto(report)
    press(head, "เผยแพร่ต่อสาธารณะ")
    expect_state(head, "เผยแพร่แล้ว")
    cycling.read_in_public(sits(), title)
    cycling.finish(supervisor, cycle, number, move="จบรอบการดำเนินงาน")


# -- P-5.2 ---------------------------------------------------------------------------------------------------------


def test_networks_go_through_their_seven_steps(office, sits):
    year = period_of(office.area, today()).academic_year
    supervisor, lead, head = sits(office.supervisor), sits(office.network_lead, PHONE), sits(office.head)
    cycle = cycling.open_cycle(sits(office.workgroup_head), "P-5.2", year, owner=office.supervisor)

    ask_what_schools_need(supervisor, sits(office.school_head), cycle, "ความต้องการพัฒนาเครือข่าย", 1)
    plan_for_networks(supervisor, head, cycle)
    title = meet(sits, office)
    cycling.choose(supervisor, cycle, 3, "การประชุม", title)
    cycling.write(supervisor, cycle, 3, {"แนวทางการพัฒนาเครือข่ายที่ตกลงร่วมกัน": "แลกเปลี่ยนภาคเรียนละครั้ง"})
    cycling.finish(supervisor, cycle, 3)

    develop(lead)
    cycling.write(
        supervisor, cycle, 4,
        {"สรุปผลการพัฒนาเครือข่าย": "ครูได้สื่อร่วมกัน", "เหตุที่บางเครือข่ายยังไม่มีกิจกรรมครบทุกภาคเรียน": "เพิ่งเริ่มภาคเรียนนี้"},
    )  # fmt: skip
    cycling.finish(supervisor, cycle, 4)

    judge_the_network(office, sits)
    cycling.write(
        supervisor, cycle, 5,
        {"เหตุผลประกอบการตัดสิน": "ผลถึงเกณฑ์", "เหตุที่ยังประเมินไม่ครบทุกเครือข่าย": "ภาคเรียนก่อนยังไม่ประเมิน"},
    )  # fmt: skip
    expect(supervisor.locator(".step-verdict")).to_contain_text("ปกติ")
    cycling.meets_the_standard(supervisor, cycle, 5)
    cycling.go_to(head, cycle, 5)
    head.get_by_role("button", name="ปกติ ดำเนินการขั้นต่อไป").click()
    cycling.said(head, "ปกติ ดำเนินการขั้นต่อไปเรียบร้อยแล้ว")

    cycling.write(
        supervisor, cycle, 6,
        {"แนวทางพัฒนา": "ขยายเครือข่าย", "ผู้รับผิดชอบ": "กลุ่มนิเทศฯ", "ภายในวันที่": in_days(60),
         "แนวทางสำหรับรอบต่อไป": "เปิดชั้นเรียนข้ามโรงเรียน"},
    )  # fmt: skip
    cycling.finish(supervisor, cycle, 6)
    tell_everybody(office, sits, cycle, 7)

    done = Cycle.objects.get()
    assert done.is_finished
    assert [step.records.count() for step in done.all_steps] == [1] * 7


def plan_for_networks(supervisor, head, cycle):
    """One activity that answers the priority, approved by the head of the group."""
    cycling.write(
        supervisor, cycle, 2,
        {"หลักการและเหตุผล": "เครือข่ายต้องการสื่อ", "กิจกรรม": "เปิดชั้นเรียน", "วัตถุประสงค์": "แลกเปลี่ยนสื่อ", "เป้าหมาย": "ครู 20 คน",
         "ตั้งแต่วันที่": in_days(0), "ถึงวันที่": in_days(30), "ผู้รับผิดชอบ": "ประธานชมรม"},
        {"รูปแบบเครือข่าย": "ชมรม", "ตอบสิ่งสำคัญ": PRIORITY},
    )  # fmt: skip
    supervisor.get_by_role("button", name="เสนอแผน").click()
    expect_state(supervisor, "ร่าง")
    press(supervisor, "ส่งขออนุมัติ")
    expect_state(supervisor, "รอการอนุมัติ")
    head.goto(supervisor.url)
    press(head, "อนุมัติแผน")
    expect_state(head, "อนุมัติแล้ว")
    cycling.finish(supervisor, cycle, 2)


def meet(sits, office) -> str:
    """The clerk arranges, a guest without an account checks in on a phone, the chair approves. Answers the title."""
    clerk, head, title = sits(office.clerk), sits(office.head), "ประชุมเครือข่ายประจำปี"
    clerk.goto(reverse("networks:meeting-create"))
    field(clerk, "เรื่อง").fill(title)
    clerk.get_by_label("เกี่ยวข้องกับทุกเครือข่ายของเขต").check()
    field(clerk, "วันที่จัด").fill(in_days(0))
    field(clerk, "สถานที่").fill("ห้องประชุม 1")
    field(clerk, "ประธานในที่ประชุม").select_option(str(office.head.pk))
    clerk.get_by_role("button", name="บันทึกร่าง").click()
    cycling.said(clerk, "บันทึกร่างการประชุมแล้ว")
    clerk.get_by_role("button", name="บันทึกวาระ", exact=True).click()
    cycling.said(clerk, "บันทึกระเบียบวาระแล้ว")
    meeting = clerk.url
    clerk.get_by_role("link", name="เชิญและรายชื่อผู้รับเชิญ").click()
    clerk.get_by_label(re.compile("สมาชิกทุกรายของเครือข่าย")).check()
    clerk.get_by_role("button", name="เพิ่มในรายชื่อ").click()
    cycling.said(clerk, "เพิ่มในรายชื่อแล้ว")
    clerk.goto(meeting)
    press(clerk, "แจ้งการประชุม")
    expect_state(clerk, "แจ้งเชิญแล้ว")
    clerk.get_by_role("link", name="แสดง QR ลงทะเบียน").click()
    guest = sits(size=PHONE)
    guest.goto(clerk.locator("#link").input_value())
    field(guest, "ชื่อ–สกุล").fill("นางสาวมานี มีนา")
    field(guest, "โรงเรียนหรือหน่วยงาน").fill(office.school.name)
    guest.get_by_role("button", name="ลงทะเบียนเข้าร่วม").click()
    expect(guest.locator(".door-done")).to_contain_text("ลงทะเบียนเรียบร้อยแล้ว")

    clerk.goto(meeting)
    press(clerk, "ประชุมเสร็จแล้ว")
    expect_state(clerk, "ประชุมแล้ว รอรับรองรายงาน")
    clerk.get_by_role("link", name="เขียนรายงานการประชุม").click()
    field(clerk, "เริ่มประชุมเวลา").fill("9.00")
    field(clerk, "เลิกประชุมเวลา").fill("12.00")
    field(clerk, "มติที่ประชุม").nth(3).fill("เปิดชั้นเรียนร่วมกัน")
    field(clerk, "แนวทางการพัฒนาที่ตกลงร่วมกัน").fill("แลกเปลี่ยนภาคเรียนละครั้ง")
    clerk.get_by_role("button", name="บันทึกรายงานการประชุม").click()
    cycling.said(clerk, "บันทึกรายงานการประชุมแล้ว")
    head.goto(meeting)
    press(head, "รับรองรายงานการประชุม")
    expect_state(head, "รับรองรายงานแล้ว")
    return title


def develop(lead):
    """The network's lead plans an activity, puts down who came, and reports, all on a phone."""
    lead.goto(reverse("networks:activity-create"))
    field(lead, "ชื่อกิจกรรม").fill("เปิดชั้นเรียน")
    field(lead, "วันที่จัด").fill(in_days(0))
    field(lead, "วัตถุประสงค์").fill("แลกเปลี่ยนสื่อการอ่าน")
    lead.get_by_role("button", name="บันทึกแผน").click()
    cycling.said(lead, "บันทึกแผนกิจกรรมแล้ว")
    activity = lead.url
    lead.get_by_role("link", name="ลงชื่อผู้มา").click()
    lead.get_by_role("link", name="เพิ่มผู้มา").first.click()
    field(lead, "ชื่อ–สกุล").fill("นางสาวมานี มีนา")
    field(lead, "โรงเรียนหรือหน่วยงาน").fill("ชุมชนวัด")
    lead.get_by_role("button", name="ลงชื่อ", exact=True).click()
    cycling.said(lead, "ลงชื่อ นางสาวมานี มีนา แล้ว")
    lead.goto(activity)
    press(lead, "จัดกิจกรรมแล้ว")
    expect_state(lead, "จัดแล้ว รอรายงานผล")
    lead.get_by_role("link", name="เขียนรายงานผล").click()
    texts = {"ผลที่เกิดขึ้น": "ครู 20 คนได้สื่อ", "องค์ความรู้/นวัตกรรมที่แลกเปลี่ยน": "บัตรคำ", "ค่าใช้จ่ายจริง (บาท)": "0",
             "สิ่งที่จะทำต่อไป": "จัดอีกครั้ง"}  # fmt: skip
    for label, text in texts.items():
        field(lead, label).fill(text)
    lead.get_by_role("button", name="บันทึกรายงานผล").click()
    cycling.said(lead, "บันทึกรายงานผลแล้ว")
    press(lead, "ส่งรายงานผล")
    expect_state(lead, "รายงานผลแล้ว")


def judge_the_network(office, sits):
    """A round in which the lead of the network fills the form and the head of the group confirms."""
    supervisor, lead, head = sits(office.supervisor), sits(office.network_lead), sits(office.head)
    supervisor.goto(reverse("networks:evaluation-new"))
    field(supervisor, "แบบที่ใช้").select_option(str(office.instrument.current.pk))
    supervisor.get_by_label("ประธาน/ผู้ประสานงานของแต่ละเครือข่าย").check()
    supervisor.get_by_role("button", name="เปิดรอบและแจ้งผู้ประเมิน").click()
    cycling.said(supervisor, "1 เครือข่ายแล้ว")
    cycling.news(lead, office.network.name)
    lead.get_by_role("link", name="เริ่มประเมิน").click()
    expect(lead.locator("form[data-answers][data-ready]")).to_be_visible()
    for key in ("A1", "A2"):
        lead.locator(f"#q-{key} input[value='4'] + label").click()
    acting.everything_is_saved(lead)
    lead.get_by_role("button", name="ไปตรวจทานและส่ง").click()
    press(lead, "ส่งผลการประเมิน")
    expect_state(lead, "รอยืนยันผล")
    head.goto(lead.url)
    head.get_by_label(re.compile("ปกติ — ไปกำหนดแนวทางพัฒนา")).check()
    head.get_by_role("button", name="ยืนยันผล").click()
    expect_state(head, "ยืนยันผลแล้ว")
