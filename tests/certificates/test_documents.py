"""One certificate is one page, whatever the length of what stands on it; a large batch is one file."""

import io

import pypdf
import pytest
from django.urls import reverse

from certificates.documents import fitted, width_of
from certificates.making import batch_files
from certificates.models import NAME, ORGANISATION, TITLE, WORDING, BatchFile, Signatory
from certificates.services import Recipient, revoke
from documents import kinds
from documents.kinds import document_html, render_document
from tests.certificates.conftest import issue
from tests.documents.reading import by_pypdf, packed
from workflows.models import Notice

POST = "รองผู้อำนวยการสำนักงานเขตพื้นที่การศึกษาประถมศึกษากรุงเทพมหานคร"


def test_the_page_says_everything_with_thai_digits_and_a_code_that_can_be_typed(issued):
    line = issued.certificates.first()
    rendered = render_document("certificate", line)
    text = packed(by_pypdf(rendered.content))

    for words in ["เลขที่ ๑/๒๕๖๙", "นายหนึ่ง ใจดี", "โรงเรียนวัดสุทธิ", "ได้เข้าร่วม การประชุมเชิงปฏิบัติการ ปีงบประมาณ ๒๕๗๐"]:
        assert packed(words) in text
    assert packed("ให้ไว้ ณ วันที่ ๒๑ เดือน พฤศจิกายน พ.ศ. ๒๕๖๙") in text
    assert packed(f"รหัส {line.code}") in text
    assert f"/certificates/v/{line.token}" in text
    assert "ตัวอย่าง" not in text
    assert rendered.filename == "เกียรติบัตร 1-2569 นายหนึ่ง ใจดี.pdf"


@pytest.mark.parametrize("layout", ["landscape", "portrait"])
def test_the_longest_words_keep_to_one_page(make_batch, layout):
    def filled(words, length):
        return (words * length)[:length].strip()

    batch = make_batch(
        [Recipient(filled("ว่าที่ร้อยตรีหญิง กาญจนาภรณ์ ศิริวัฒนาไพบูลย์ ", NAME), filled("โรงเรียนชุมชนบ้านหนองน้ำใส ", ORGANISATION))],
        title=filled("การพัฒนาเครือข่ายการนิเทศและการจัดการเรียนรู้เชิงรุก ", TITLE), layout=layout,
        wording="\n".join([filled("ขอให้มีความสุขความเจริญ", WORDING // 4 - 1)] * 4),
        signers=[Signatory("นายชาญวิทย์ พงษ์วิจิตร", POST, POST), Signatory("นายสอง ลงนาม", POST)],
    )  # fmt: skip
    rendered = render_document("certificate", batch.certificates.get())
    pages = pypdf.PdfReader(io.BytesIO(rendered.content)).pages
    assert len(pages) == 1
    text = packed(by_pypdf(rendered.content))
    assert packed("ให้ไว้ ณ วันที่ ๒๑ เดือน พฤศจิกายน พ.ศ. ๒๕๖๙") in text
    assert "ตัวอย่าง" in text, "it is not issued yet"


def test_a_long_name_is_set_smaller_and_a_short_one_is_not():
    office = ("office", "สำนักงานเขตพื้นที่การศึกษา")

    short = fitted([office, ("name", "นายก ใจดี")], "landscape")
    long = fitted([office, ("name", "นางสาวกาญจนาภรณ์พรรณราย ศิริวัฒนาไพบูลย์เจริญรุ่งเรืองวิทยากุล ณ อยุธยา")], "landscape")

    assert short[1] == 3.0
    assert 1.9 <= long[1] < 3.0
    assert width_of("กี่") == width_of("ก"), "marks take no room"


def test_a_batch_prints_what_is_valid_in_its_order(world, issued):
    revoke(issued.certificates.first(), by=world.head, reason="ผิดคน")

    html, _, _ = document_html("certificate-batch", issued)

    assert html.count('<section class="certificate') == 1
    assert str(world.teacher) in html


@pytest.fixture
def large(monkeypatch, settings, tmp_path):
    """Every batch is too large to be printed at once; what is printed is its HTML."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(kinds, "render_pdf", lambda html: html.encode())
    for module in ("making", "views"):
        monkeypatch.setattr(f"certificates.{module}.AT_ONCE", 1)
    monkeypatch.setattr(batch_files, "at_once", 0)


def whole_file(response) -> str:
    return b"".join(response.streaming_content).decode()


def test_a_large_batch_becomes_one_file_in_the_background_and_a_revocation_asks_for_another(
    world, signed_in, make_batch, large
):
    batch = issue(make_batch(), world)
    client, page = signed_in(world.clerk), reverse("certificates:batch-pdf", args=[batch.pk])
    waiting = client.get(page)
    part = client.get(page, {"part": 2})
    job = client.post(reverse("certificates:batch-file", args=[batch.pk]))
    made = BatchFile.objects.get()
    being_made = client.get(batch.get_absolute_url()).content.decode()
    batch_files.run(made.pk)

    assert job.url == made.get_absolute_url()
    assert made.get_absolute_url() in being_made
    assert (waiting.status_code, part.status_code, client.get(page, {"part": 3}).status_code) == (403, 200, 404)
    assert "ยังไม่พร้อม" in waiting.content.decode()
    assert part.content.decode().count('<section class="certificate') == 1
    assert whole_file(client.get(page)).count('<section class="certificate') == 2
    assert "พิมพ์ทั้งชุด 2 ฉบับ" in client.get(batch.get_absolute_url()).content.decode()

    revoke(batch.certificates.first(), by=world.head, reason="ผิดคน")
    client.post(reverse("certificates:batch-file", args=[batch.pk]))
    batch_files.run(BatchFile.objects.first().pk)
    assert BatchFile.objects.count() == 2
    assert BatchFile.objects.first().total == 1


def test_the_file_is_the_offices_whoever_asked_and_can_be_stopped_and_begun_again(world, signed_in, make_batch, large):
    batch = issue(make_batch(), world)
    ask = reverse("certificates:batch-file", args=[batch.pk])
    page = signed_in(world.supervisor).post(ask).url

    assert signed_in(world.clerk).post(ask).url == page
    assert "ยกเลิก" in signed_in(world.clerk).get(page).content.decode()
    assert signed_in(world.far_head).get(page).status_code == 404

    made = BatchFile.objects.get()
    signed_in(world.clerk).post(reverse("certificates:batch-file-cancel", args=[made.pk]))
    batch_files.run(made.pk)
    assert BatchFile.objects.get().status == BatchFile.CANCELLED

    assert signed_in(world.supervisor).post(ask).url == page
    signed_in(world.supervisor).post(reverse("certificates:batch-file-again", args=[made.pk]))
    batch_files.run(made.pk)
    assert signed_in(world.clerk).post(ask).url == page
    downloaded = signed_in(world.clerk).get(reverse("certificates:batch-file-download", args=[made.pk]))
    assert whole_file(downloaded).count('<section class="certificate') == 2


def test_who_wrote_a_large_batch_is_told_when_its_file_is_ready(
    world, make_batch, large, django_capture_on_commit_callbacks
):
    batch = make_batch()
    with django_capture_on_commit_callbacks(execute=True):
        issue(batch, world)

    made = BatchFile.objects.get()
    assert (made.by, made.status, made.total) == (world.supervisor, BatchFile.DONE, 2)
    assert Notice.objects.filter(user=world.supervisor, url=made.get_absolute_url()).count() == 1


def test_a_batch_whose_certificates_are_all_revoked_has_no_file(world, signed_in, make_batch, large):
    batch = issue(make_batch(), world)
    for line in batch.certificates.all():
        revoke(line, by=world.head, reason="ผิดคน")

    answer = signed_in(world.clerk).post(reverse("certificates:batch-file", args=[batch.pk]), follow=True)

    assert "ไม่มีเกียรติบัตรที่ใช้ได้" in answer.content.decode()
    assert not BatchFile.objects.exists()
