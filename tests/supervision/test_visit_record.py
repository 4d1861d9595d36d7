"""The printed record of a visit: every word that was typed, the right numbers, who decided, and what it costs."""

import io
import uuid

import pypdf
import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse

from accounts.flows import Role
from documents.kinds import document_html, render_document
from instruments.attachments import add_upload as add_answer_photo
from instruments.loading import load_instruments
from instruments.models import Instrument
from instruments.services import record_answers
from supervision.models import Finding, Signature
from supervision.services.recommendations import answer_plan, carry_over, report_done, settle
from supervision.services.visit_records import add_photo
from tests.documents.reading import by_pdfminer, by_pypdf, packed
from tests.supervision.factories import assign, make_recommendation, make_user, make_visit, put
from tests.supervision.feedback import DUE, photo, released
from workflows.services import perform

pytestmark = pytest.mark.django_db

SUMMARY = "ครูทุกคนจัดการเรียนรู้ได้ดี น้ำเสียงชัดเจน ผู้เรียนกล้าคิดกล้าทำ\nควรพัฒนาระบบการนิเทศภายในให้ต่อเนื่อง"


def answered(visit, answers: dict, by) -> None:
    """Fill the first form of the visit."""
    events = [{"id": str(uuid.uuid4()), "key": key, "v": value} for key, value in answers.items()]
    outcome = record_answers(visit.forms.first().response, batch=uuid.uuid4(), events=events, by=by)
    assert outcome.refused == []


@pytest.fixture
def record(world):
    """A visit with one form, findings, a recommendation and both signatures, sent to be checked."""
    visit = make_visit(world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument])
    perform(visit, "start", by=world.supervisor)
    answered(visit, {"A1": 5, "A2": 4, "B1": "กำแพงคำศัพท์ น้ำใจงาม"}, world.supervisor)
    Finding.objects.create(visit=visit, kind="strength", text="ครูใช้สื่อที่ทำเอง")
    make_recommendation(visit, "จัดทำปฏิทินนิเทศภายใน")
    type(visit).objects.filter(pk=visit.pk).update(summary=SUMMARY, hosts="นายประยูร ใจดี\nนางสาวน้ำฝน")
    for side, person in (("supervisor", world.supervisor), ("school", world.school_head)):
        signature = Signature(
            visit=visit, side=side, uuid=uuid.uuid4(), name=str(person), position=person.signing_position,
            digest="x" * 64, witness=world.supervisor,
        )  # fmt: skip
        signature.image.save("signature.png", ContentFile(photo(kind="PNG").read()), save=False)
        signature.save()
    return put(visit, "submitted")


def read(visit, user=None) -> tuple[str, bytes]:
    """(everything the PDF says, without white space; its bytes)."""
    pdf = render_document("visit-record", visit, user).content
    return packed(by_pypdf(pdf)), pdf


def says(text: str, *parts: str) -> list[str]:
    """The parts that the text does not say."""
    return [part for part in parts if packed(part) not in text]


def test_the_record_says_every_word_that_was_typed_to_two_readers(record):
    text, pdf = read(record)
    expected = [
        "บันทึกผลการนิเทศ", record.record_code, "สำนักงานเขตพื้นที่การศึกษา สพป.ใกล้", "โรงเรียนวัดสุทธิ",
        record.school.obec_code, "กลุ่มโรงเรียนเจ้าพระยา", "นายสมใจ ใจดี (หัวหน้าคณะ)", "นายประยูร ใจดี, นางสาวน้ำฝน",
        *SUMMARY.split("\n"), "ครูใช้สื่อที่ทำเอง", "จัดกิจกรรมการเรียนรู้เชิงรุก", "กำแพงคำศัพท์ น้ำใจงาม",
        "จัดทำปฏิทินนิเทศภายใน", "ฝ่ายวิชาการ", "ศึกษานิเทศก์ชำนาญการพิเศษ", "หน้า 1 จาก",
    ]  # fmt: skip

    assert says(text, *expected) == []
    assert says(packed(by_pdfminer(pdf)), *expected[:-1]) == []


def test_the_numbers_are_those_of_the_thai_conventions(record):
    text, _ = read(record)

    assert says(text, "ค่าเฉลี่ย 4.50 · S.D. 0.71 · ระดับมาก · n = 2") == []


def test_it_is_a_draft_until_the_school_has_it_and_then_names_who_checked_and_released(world, record):
    assert "ฉบับร่าง" in read(record)[0]
    acting = assign(make_user("มานิต"), Role.GROUP_HEAD, area=world.area, acting=True)
    record = put(record, "submitted")

    perform(record, "check", by=world.workgroup_head)
    assert "ฉบับร่าง" in read(record)[0]
    perform(record, "release", by=acting)

    text, _ = read(record)
    assert "ฉบับร่าง" not in text
    assert says(text, "ผู้ตรวจ นายปรีชา ใจดี", "ผู้เผยแพร่ นายมานิต ใจดี", "รักษาราชการแทนผู้อำนวยการกลุ่มนิเทศฯ") == []


def test_a_decision_that_was_taken_back_is_not_printed(world, record):
    perform(record, "check", by=world.workgroup_head)
    perform(record, "return", by=world.head, reason="แก้ผลรายด้าน")

    assert "ผู้ตรวจ" not in read(record)[0]


def test_the_schools_answer_stands_in_the_record_once_it_was_released(world, record):
    text, _ = read(record)
    assert "การดำเนินการ" not in text

    released = put(record, "released")
    recommendation = released.recommendations.get()
    answer_plan(recommendation, text="จะประชุมครูทั้งโรงเรียน", due_on=DUE, by=world.school_head)
    report_done(recommendation, text="ประชุมแล้วเมื่อวันจันทร์", by=world.school_head)

    office, school = read(released, world.supervisor)[0], read(released, world.school_head)[0]
    assert says(office, "จะประชุมครูทั้งโรงเรียน", "31 ม.ค. 2573", "ประชุมแล้วเมื่อวันจันทร์", "โรงเรียนรายงานผลแล้ว") == []
    assert says(school, "ประชุมแล้วเมื่อวันจันทร์", "รอศึกษานิเทศก์ยืนยัน") == []
    assert "โรงเรียนรายงานผลแล้ว" not in school


def test_a_missing_signature_of_the_school_is_explained(world, record):
    record.signatures.filter(side="school").delete()
    assert "ผู้รับการนิเทศไม่ได้ลงนาม" not in read(record)[0]

    type(record).objects.filter(pk=record.pk).update(unsigned_reason="ติดราชการ")
    record.refresh_from_db()

    assert says(read(record)[0], "ผู้รับการนิเทศไม่ได้ลงนาม เนื่องจากติดราชการ") == []


def test_pictures_stand_at_most_six_on_a_page_and_small(world, record):
    record = put(record, "in_progress")
    for number in range(7):
        add_photo(record, photo(size=(1600, 1200)), by=world.supervisor, caption=f"ภาพที่หนึ่งร้อย {number}")

    _, pdf = read(record)

    pages = [packed(page.extract_text()).count("ภาพที่หนึ่งร้อย") for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert [count for count in pages if count] == [6, 1]
    assert len(pdf) < 600_000
    html, *_ = document_html("visit-record", record)
    assert html.count('<img src="media:visits/') == 7 + 2


def test_the_signature_block_is_never_alone_on_a_page(world):
    load_instruments()
    visit = make_visit(world.school, world.supervisor, state="in_progress")
    for length in range(1, 26, 4):
        type(visit).objects.filter(pk=visit.pk).update(summary="\n".join([SUMMARY] * length))
        visit.refresh_from_db()
        _, pdf = read(visit)
        last = packed(pypdf.PdfReader(io.BytesIO(pdf)).pages[-1].extract_text())
        assert "ข้อเสนอแนะ" in last, f"{length} paragraphs"


def test_what_was_left_from_before_is_printed_with_what_was_found(client, world):
    done, undone = released(world), released(world)
    later = make_visit(world.school, world.colleague, state="in_progress")
    settle(done, into=later, text="เห็นปฏิทินที่ห้องประชุม", by=world.colleague)
    carry_over(undone, into=later, due_on=DUE, by=world.colleague)
    later = put(later, "released")

    text, _ = read(later)
    assert says(text, "จากการนิเทศครั้งก่อน", "เห็นปฏิทินที่ห้องประชุม", "ติดตามต่อในครั้งนี้", "31 ม.ค. 2573") == []
    client.force_login(world.school_head)
    page = client.get(later.get_absolute_url()).content.decode()
    assert "เห็นปฏิทินที่ห้องประชุม" in page
    assert "ติดตามต่อในครั้งนี้" in page


def test_a_long_word_and_marks_that_look_like_tags_are_printed_as_typed(world, record):
    odd = "<b>ตัวหนา</b> & “คำพูด” 50% {{ x }}"
    Finding.objects.create(visit=record, kind="improve", text=odd)

    assert says(read(record)[0], odd) == []


# -- Who may print -------------------------------------------------------------------------------------------------


def test_whoever_sees_the_visit_prints_it_and_nobody_else(client, world, people, record):
    url = reverse("supervision:visit-pdf", args=[record.pk])
    office = {"head", "supervisor", "colleague", "workgroup_head", "director", "clerk"}

    for state, readers in (("submitted", office), ("released", office | {"committee", "school_head", "teacher"})):
        put(record, state)
        for name, person in people.items():
            client.force_login(person)
            assert client.get(url).status_code == (200 if name in readers else 404), f"{name} in {state}"


def test_the_pdf_is_shown_or_saved_under_its_thai_name(client, world, record):
    client.force_login(world.supervisor)
    url = reverse("supervision:visit-pdf", args=[record.pk])

    shown, saved = client.get(url), client.get(url + "?download=1")

    assert shown["Content-Type"] == "application/pdf"
    assert shown["Content-Disposition"].startswith("inline")
    assert saved["Content-Disposition"].startswith("attachment")


def test_the_command_line_prints_it(record, tmp_path):
    out = tmp_path / "record.pdf"

    call_command("render_document", "visit-record", str(record.pk), out=str(out), stdout=io.StringIO())

    assert out.read_bytes().startswith(b"%PDF")


# -- What it costs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [False, True])
def test_the_record_is_built_in_the_same_number_of_queries_however_much_is_in_it(
    world, record, many, django_assert_num_queries
):
    if many:
        record = put(record, "in_progress")
        load_instruments()
        for place, code in enumerate(("INS-01", "INS-02", "INS-03"), start=2):
            other = make_visit(world.school, world.supervisor, instruments=[Instrument.objects.get(code=code)])
            other.forms.update(visit=record, place=place)
        form = record.forms.get(place=2)
        for key in ("B1", "B2"):
            slot = next(slot.key for slot in form.response.form.questions[key].slots if slot.kind == "photo")
            add_answer_photo(form.response, slot, photo(), by=world.supervisor)
        for number in range(5):
            make_recommendation(record, f"ข้อ {number}")
            Finding.objects.create(visit=record, kind="improve", text=f"ข้อ {number}")
            add_photo(record, photo(), by=world.supervisor)
    record = put(record, "released")
    for recommendation in record.recommendations.all():
        answer_plan(recommendation, text="แผน", due_on=DUE, by=world.school_head)
        report_done(recommendation, text="เสร็จ", files=[photo()], by=world.school_head)

    with django_assert_num_queries(18):
        document_html("visit-record", record)
