"""The plan on paper says what the record says: its words, its money, its schedule, who approved it and in whose stead."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import pypdf
import pytest
from django.core.management import call_command
from django.urls import reverse

from documents.kinds import document_html, render_document
from supervision.models import Plan
from tests.documents.reading import by_poppler, packed
from tests.supervision.factories import FIRST_DAY, assign, make_item, make_plan, make_school, put
from workflows.services import perform


@pytest.fixture
def plan(world):
    plan = make_plan(world.area, world.supervisor, budget=Decimal("49750.00"), budget_source="งบประมาณ สพฐ.")
    plan.team.set([world.supervisor, world.colleague])
    make_item(plan, world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument])
    return plan


def test_the_pdf_says_what_the_plan_says(plan, world, tmp_path):
    rendered = render_document("plan", plan)

    said = packed(by_poppler(rendered.content, tmp_path))
    for words in (
        plan.title,
        plan.record_code,
        plan.rationale,
        plan.methods,
        "49,750.00 บาท (สี่หมื่นเก้าพันเจ็ดร้อยห้าสิบบาทถ้วน)",
        "ธันวาคม 2569 (1 ครั้ง)",
        "1 ธ.ค. 2569",
        "โรงเรียนวัดสุทธิ",
        world.instrument.title,
        "หน้า 1 จาก",
    ):
        assert packed(words) in said, words
    assert rendered.filename.startswith("แผนนิเทศ ปีงบประมาณ 2570")


@pytest.mark.parametrize(
    ("state", "mark"),
    [("draft", "ร่าง"), ("returned", "ร่าง"), ("submitted", "ร่าง"), ("approved", ""), ("discarded", "ยกเลิก")],
)
def test_whatever_is_not_approved_is_marked_so(plan, state, mark):
    html, _title, _code = document_html("plan", put(plan, state))

    assert re.findall(r'class="watermark">([^<]*)<', html) == ([mark] if mark else [])


def test_signatures_are_those_of_the_real_approvals_with_the_office_held_for_another(plan, world):
    world.director.assignments.update(ends_on=FIRST_DAY.replace(year=2021))
    deputy = assign(world.committee, "area_director", area=world.area, acting=True)
    deputy.position = "รองผู้อำนวยการ"
    deputy.save()
    perform(plan, "submit", by=world.supervisor)
    waiting = document_html("plan", plan)[0]
    perform(plan, "endorse", by=world.head)
    perform(plan, "approve", by=deputy)

    html = document_html("plan", plan)[0]
    said = " ".join(re.sub(r"<[^>]+>", " ", html[html.index('class="signatures') :]).split())
    assert str(deputy) not in waiting
    assert "ผู้เสนอแผน (นายสมใจ ใจดี) ศึกษานิเทศก์ชำนาญการพิเศษ" in said
    assert "ผู้เห็นชอบ (นายวิภา ใจดี) ผู้อำนวยการกลุ่มนิเทศฯ" in said
    assert "ผู้อนุมัติ (นายกมล ใจดี) รองผู้อำนวยการ รักษาราชการแทนผู้อำนวยการสำนักงานเขตพื้นที่" in said
    assert Plan.objects.get().transitions.get(action="approve").digest[:16] in said


def test_a_long_schedule_repeats_its_head_on_every_page(plan, world):
    for number in range(60):
        day = FIRST_DAY + timedelta(days=number)
        make_item(plan, make_school(world.area), world.supervisor, starts_on=day, instruments=[world.instrument])

    pages = [
        packed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(render_document("plan", plan).content)).pages
    ]
    with_rows = [page for page in pages if "โรงเรียนวัดตัวอย่าง" in page]
    assert len(with_rows) > 2
    assert all("สถานศึกษา" in page and "คณะผู้นิเทศ" in page for page in with_rows)
    assert "ผู้เสนอแผน" in with_rows[-1]


def test_the_pdf_is_open_to_those_who_see_the_plan_and_to_nobody_else(client, plan, people):
    answers = {}
    for name, person in people.items():
        client.force_login(person)
        answers[name] = client.get(reverse("supervision:plan-pdf", args=[plan.pk])).status_code

    readers = {name for name, person in people.items() if person.has_perm("supervision.see_plan", plan)}
    assert {name for name, status in answers.items() if status == 200} == readers
    assert set(answers.values()) == {200, 404}


def test_the_command_line_prints_a_plan(plan, tmp_path, capsys):
    out = tmp_path / "plan.pdf"

    call_command("render_document", "plan", str(plan.pk), "--out", str(out))

    assert out.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("lines", [10, 14, 18, 22, 26, 30])
def test_signatures_never_stand_alone_on_a_page(plan, world, lines):
    for number in range(lines):
        make_item(plan, world.school, world.supervisor, starts_on=FIRST_DAY + timedelta(days=number))
    perform_all(plan, world)

    pages = [
        packed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(render_document("plan", plan).content)).pages
    ]

    assert "ผู้อนุมัติ" in pages[-1]
    assert "รหัสตรวจสอบเนื้อหา" in pages[-1]
    assert "โรงเรียนวัดสุทธิ" in pages[-1]


def perform_all(plan, world):
    for item in plan.items.all():
        item.instruments.set([world.instrument])
    perform(plan, "submit", by=world.supervisor)
    perform(plan, "endorse", by=world.head)
    perform(plan, "approve", by=world.director)
