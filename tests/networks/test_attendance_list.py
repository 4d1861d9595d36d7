"""The list of people on paper: to sign on before a gathering, and afterwards who came, when, and who did not."""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml.html import fromstring

from documents.kinds import document_html
from documents.word import render_word
from networks.documents.attendance import KINDS, AttendanceList
from networks.models import Network, Participant
from tests.documents.layout_reading import faults, printed
from tests.documents.word_reading import by_docx, by_html
from tests.networks.gatherings import make_activity, make_meeting, make_participant
from tests.supervision.factories import LONG_AGO, put

NINE = 9 * 96 / 25.4
"""Nine millimetres in CSS pixels: what a hand needs to sign."""


@pytest.fixture
def world(world):
    world.network = Network.objects.create(area=world.area, name="ชมรมครู", kind="club", started_on=LONG_AGO)
    return world


@pytest.fixture(params=[make_meeting, make_activity], ids=["meeting", "activity"])
def gathering(request, world):
    return request.param(world, {make_meeting: "announced", make_activity: "planned"}[request.param])


def html_of(gathering, user=None, *, sheet: bool | None = None) -> str:
    asked = gathering if sheet is None else AttendanceList(gathering, sheet)
    return document_html(KINDS[gathering.word], asked, user)[0]


def rows_of(html: str, css: str) -> list[list[str]]:
    """The words of the cells in the body of each table of the class."""
    rows = fromstring(html).xpath(f"//table[contains(concat(' ', @class, ' '), ' {css} ')]/tbody/tr")
    return [[cell.text_content().strip() for cell in row] for row in rows]


def test_a_position_does_not_say_the_place_again_that_stands_beside_it(world, gathering):
    school = {"organisation": "", "school": world.school}
    make_participant(gathering, "นายก หนึ่ง", position=f"ผู้อำนวยการ{world.school}", **school)
    make_participant(gathering, "นายข สอง", position=f"ครู {world.school}", **school)
    make_participant(gathering, "นายค สาม", position="กรรมการชุมชนวัด")
    make_participant(gathering, "นายง สี่", position="ชุมชนวัด")

    rows = rows_of(html_of(gathering), "sheet")

    assert [row[2] for row in rows[:4]] == ["ผู้อำนวยการโรงเรียน", "ครู", "กรรมการ", "ชุมชนวัด"]


def test_before_the_day_everybody_asked_has_a_line_to_sign_and_some_lines_are_spare(world, gathering):
    make_participant(gathering, "นายมานะ อดทน", position="ครู")
    make_participant(gathering, "", organisation="", school=world.school)

    rows = rows_of(html_of(gathering), "sheet")

    assert [row[:4] for row in rows[:2]] == [
        ["1", "", "", str(world.school)],
        ["2", "นายมานะ อดทน", "ครู", "ชุมชนวัด"],
    ]
    assert [row[0] for row in rows[2:]] == ["3", "4", "5", "6", "7"]
    assert all(not any(row[1:]) for row in rows[2:])


def test_where_nobody_was_asked_the_sheet_has_lines_to_write_on(world, gathering):
    html = html_of(gathering)

    assert len(rows_of(html, "sheet")) == 20
    assert "ผู้ได้รับเชิญ" not in html


def test_each_day_has_a_sheet_of_its_own(world):
    today = timezone.localdate()
    meeting = make_meeting(world, "announced", ends_on=today + timedelta(days=1))
    long = make_meeting(world, "announced", ends_on=today + timedelta(days=30))
    make_participant(meeting)

    assert html_of(meeting).count('class="people sheet"') == 2
    assert html_of(long).count('class="people sheet"') == 1


def test_every_row_of_the_sheet_is_high_enough_for_a_hand_and_heads_repeat(world, tmp_path):
    meeting = make_meeting(world, "announced")
    for number in range(45):
        make_participant(meeting, f"นางสาวผู้มีนามสกุลยาวมาก อยู่เจริญสุขวัฒนาภรณ์ที่{number}", position="ผู้อำนวยการโรงเรียน")
    html = html_of(meeting)

    document = printed(html)

    numbers = [[w.bottom for w in page.words if "no" in w.inside and w.text.isdecimal()] for page in document.pages]
    assert sum(len(page) for page in numbers) == 50
    assert min(below - above for page in numbers for above, below in pairwise(page)) >= NINE
    assert len(document.pages) > 1
    heads = [
        "ลายมือชื่อ" in "".join(word.text for word in page.words if "thead" in word.inside) for page in document.pages
    ]
    assert heads == [bool(page) for page in numbers]
    assert faults(document, "บัญชีลงลายมือชื่อผู้เข้าร่วมการประชุม", tmp_path) == []
    heights = re.findall(r'<w:trHeight w:val="(\d+)" w:hRule="atLeast"', _word_xml(html))
    assert len(heights) == 50
    assert all(int(height) >= 9 / 25.4 * 1440 for height in heights)


def _word_xml(html: str) -> str:
    with zipfile.ZipFile(io.BytesIO(render_word(html, code="x"))) as archive:
        return archive.read("word/document.xml").decode()


def test_afterwards_it_says_who_came_when_and_how_who_did_not_and_how_many(world, gathering):
    at = datetime.combine(gathering.starts_on, datetime.min.time(), UTC).replace(hour=2, minute=5)
    make_participant(gathering, "นายมานะ อดทน", came=True)
    make_participant(gathering, "นางแขก รับเชิญ", came=True, invited=False)
    make_participant(gathering, "นายไม่ มาด้วย", note="ติดราชการ")
    Participant.objects.filter(attended_at__isnull=False).update(attended_at=at)
    put(gathering, "held")

    html = html_of(gathering)

    came, absent = (rows for rows in (rows_of(html, "people")[:2], rows_of(html, "people")[2:]))
    assert [(row[1], row[4], row[5], row[6]) for row in came] == [
        ("นางแขก รับเชิญ", "09.05 น.", "ผู้จัดลงชื่อให้", "ไม่อยู่ในรายชื่อเชิญ"),
        ("นายมานะ อดทน", "09.05 น.", "ผู้จัดลงชื่อให้", ""),
    ]
    assert [(row[1], row[4]) for row in absent] == [("นายไม่ มาด้วย", "ติดราชการ")]
    assert rows_of(html, "totals") == [
        ["ผู้ได้รับเชิญ", "2", ""],
        ["ผู้ได้รับเชิญที่มา", "1", "50.00"],
        ["ผู้ได้รับเชิญที่ไม่มา", "1", "50.00"],
        ["ผู้เข้าร่วมที่ไม่อยู่ในรายชื่อเชิญ", "1", ""],
        ["รวมผู้เข้าร่วม", "2", ""],
        ["ลงทะเบียนโดยผู้จัดลงชื่อให้", "2", ""],
    ]
    assert by_docx(render_word(html, code="x")) == by_html(html)


def test_a_day_that_passed_without_anybody_is_told_in_words(world, gathering):
    type(gathering).objects.filter(pk=gathering.pk).update(
        starts_on=gathering.starts_on - timedelta(days=3), ends_on=gathering.ends_on - timedelta(days=3)
    )
    gathering.refresh_from_db()

    html = html_of(gathering)

    assert "ยังไม่มีผู้ลงทะเบียนเข้าร่วม" in html
    assert "ขอรับรอง" not in html


def test_who_only_reads_the_record_reads_who_came_and_no_sheet(world, gathering, signed_in):
    make_participant(gathering, "นายมานะ อดทน", came=True)
    make_participant(gathering, "นายไม่ มาด้วย", note="ลาป่วย")
    url = reverse(f"networks:{gathering.word}-attendance-pdf", args=[gathering.pk])

    reader, organiser = html_of(gathering, world.committee), html_of(gathering, world.supervisor, sheet=False)

    assert "นายมานะ อดทน" in reader
    assert "นายมานะ อดทน" in organiser
    assert "ลาป่วย" in organiser
    assert "นายไม่ มาด้วย" in organiser
    assert "ลาป่วย" not in reader
    assert "นายไม่ มาด้วย" not in reader
    assert signed_in(world.supervisor).get(f"{url}?as=sheet").status_code == 200
    assert signed_in(world.committee).get(f"{url}?as=sheet").status_code == 403
    assert signed_in(world.committee).get(f"{url}?as=list&format=docx").status_code == 200
    assert signed_in(world.far_head).get(url).status_code == 404


def test_its_page_offers_what_may_be_printed(world, gathering, signed_in):
    client = signed_in(world.supervisor)
    url = reverse(f"networks:{gathering.word}-attendance-pdf", args=[gathering.pk])

    before = client.get(gathering.get_absolute_url()).content.decode()
    make_participant(gathering, came=True)
    after = client.get(gathering.get_absolute_url()).content.decode()

    assert f"{url}?as=sheet" in before
    assert f"{url}?as=list" not in before
    assert f"{url}?as=list" in after
    assert f"{url}?as=list&amp;format=docx" in after
    assert f"{url}?as=sheet" not in signed_in(world.committee).get(gathering.get_absolute_url()).content.decode()


@pytest.mark.parametrize("people", [1, 30])
@pytest.mark.parametrize("sheet", [True, False])
def test_a_list_of_many_costs_as_many_queries_as_of_one(world, gathering, people, sheet, django_assert_num_queries):
    for number in range(people):
        make_participant(gathering, f"นายคนที่ {number}", came=not sheet, school=world.school)
    record = type(gathering).objects.select_related("area", "network", "made_by").get(pk=gathering.pk)

    with django_assert_num_queries(2 if sheet else 3):
        html_of(record, sheet=sheet)
