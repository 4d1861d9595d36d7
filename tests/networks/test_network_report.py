"""One fiscal year of a network on paper: what it did, who came, how it was judged, what is left to do."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml.html import fromstring

from documents.kinds import document_html
from documents.word import render_word
from networks.documents.report import network_report
from networks.models import Member, Network
from networks.queries.yearly import NetworkYear, years_of
from networks.services.evaluation import add_direction
from tests.documents.layout_reading import faults, printed
from tests.documents.word_reading import by_docx, by_html
from tests.networks.evaluations import make_confirmed, make_form
from tests.networks.gatherings import make_activity, make_meeting, make_participant
from tests.supervision.factories import LONG_AGO

YEAR = 2569
DAY = date(2026, 1, 20)
"""In fiscal year 2569 and semester 2 of academic year 2568."""


@pytest.fixture
def network(world) -> Network:
    world.network = Network.objects.create(area=world.area, name="ชมรมครู", kind="club", started_on=LONG_AGO)
    Member.objects.create(network=world.network, kind="person", name="นางประธาน ใจดี", role="chair", joined_on=LONG_AGO)
    Member.objects.create(network=world.network, kind="school", school=world.school, joined_on=LONG_AGO)
    return world.network


@pytest.fixture
def year(world, network):
    """A meeting with its direction, an activity that was reported, one of another year."""
    then = {"fiscal_year": YEAR, "academic_year": 2568, "semester": 2, "day": DAY}
    world.held = make_meeting(world, "minuted", title="ประชุมวางแผน", direction="เปิดชั้นเรียน", **then)
    world.done = make_activity(
        world, "reported", title="เปิดชั้นเรียน", result="ครูแลกเปลี่ยน", knowledge="คำถามปลายเปิด", next_steps="ขยายผล", expense=900,
        budget=1000, problems="ห้องประชุมเล็ก\nแบ่งเป็นสองกลุ่ม", **then,
    )  # fmt: skip
    make_activity(world, title="ปีหน้า")
    for gathering in (world.held, world.done):
        make_participant(gathering, "นายมา จริง", came=True)
        make_participant(gathering, "นายไม่ มา")
        make_participant(gathering, "นายแขก ร่วม", came=True, invited=False)
    return NetworkYear(network, YEAR)


def words_of(html: str) -> str:
    return " ".join(" ".join(fromstring(html).itertext()).split())


def test_the_report_tells_the_year_as_it_was_recorded(world, year, tmp_path):
    html, title, code = document_html("network-report", year, world.head)

    words = words_of(html)
    assert code == f"NR-{YEAR}-{year.pk:05d}"
    assert "บุคคล 1 สถานศึกษา 1 หน่วยงาน 0 ชุมชน 0" in words
    assert f"ประชุมวางแผน ชมรมครู {world.held.state_label} 2 1 50.00 2" in words
    assert "2 1 50.00 2 1,000.00 900.00" in words
    assert "เปิดชั้นเรียน คำถามปลายเปิด" in words
    assert "ปัญหา อุปสรรค และแนวทางแก้ไข เปิดชั้นเรียน ห้องประชุมเล็ก แบ่งเป็นสองกลุ่ม" in words
    assert "ขยายผล (จาก “เปิดชั้นเรียน”)" in words
    assert "ปีหน้า" not in words
    assert faults(printed(html), title, tmp_path) == []
    assert by_docx(render_word(html, code=code)) == by_html(html)


def test_a_year_without_anything_is_told_in_words(world, network):
    words = words_of(document_html("network-report", NetworkYear(network, YEAR), world.head)[0])

    for said in (
        "ยังไม่มีข้อตกลงความร่วมมือ", "ไม่มีการประชุมของเครือข่าย", "ไม่มีกิจกรรมพัฒนาเครือข่ายในปีนี้", "ยังไม่มีผลการประเมินที่ยืนยันแล้ว",
        "ยังไม่มีองค์ความรู้", "ภาคเรียนที่ 2/2568 ไม่ได้จัดกิจกรรมพัฒนาเครือข่าย", "ยังไม่มีแนวทางพัฒนาที่ค้าง",
    ):  # fmt: skip
        assert said in words


def test_before_and_after_stand_with_the_decision_its_rule_and_what_is_to_be_done(world, network):
    form = make_form(2, 2)
    by, head = world.supervisor, world.head
    make_confirmed(network, by, head, form, answers={"A": [3, 3], "B": [3, 3]}, year=2568, semester=1)
    after = make_confirmed(
        network, by, head, form, answers={"A": [5, 5], "B": [5, 5]}, year=2568, semester=2, kind="after"
    )
    late = timezone.localdate() - timedelta(days=1)
    add_direction(after, text="จัดเวที", owner="ประธาน", due_on=late, by=world.supervisor)

    found = network_report(NetworkYear(network, YEAR), world.head)
    earlier = network_report(NetworkYear(network, YEAR - 1), world.head)

    assert [(str(row.before.mean), str(row.after.mean)) for row in found["scores"].rows][-1] == ("3.00", "5.00")
    assert found["judged"]["decision"] == "ปกติ"
    assert "3.51" in found["judged"]["rule"]
    assert [str(row) for row in found["directions"]] == ["จัดเวที"]
    assert earlier["scores"].before is None
    assert str(earlier["scores"].rows[-1].after.mean) == "3.00"


def test_the_page_offers_each_year_and_only_who_sees_the_network_has_it(world, year, network, signed_in):
    url = reverse("networks:network-report", args=[network.pk])
    page = signed_in(world.school_head).get(network.get_absolute_url()).content.decode()

    assert years_of(network)[-1] == YEAR
    assert f"{url}?year={YEAR}" in page
    assert f"{url}?year={YEAR}&amp;format=docx" in page
    assert signed_in(world.school_head).get(f"{url}?year={YEAR}").status_code == 200
    assert signed_in(world.head).get(f"{url}?year=0").status_code == 200
    assert signed_in(world.far_head).get(url).status_code == 404


def test_many_records_cost_as_many_queries_as_few(world, year):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            network_report(NetworkYear(Network.objects.select_related("area").get(pk=year.pk), YEAR), world.head)
        return len(queries)

    asked()  # what is kept from one page to the next is read here
    few = asked()
    for number in range(4):
        Member.objects.create(network=year.network, kind="person", name=f"นายใหม่ ที่{number}", role="deputy")
        activity = make_activity(world, "reported", title=f"งาน {number}", fiscal_year=YEAR, day=DAY)
        make_participant(activity, came=True)
        make_meeting(world, "minuted", title=f"ประชุม {number}", fiscal_year=YEAR, day=DAY)

    assert asked() == few
