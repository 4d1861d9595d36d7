"""The annual report: paragraphs that people keep, versions that hold, the book, its file."""

import hashlib
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse

from cycles.annual import making
from cycles.annual.keeping import write_passage
from cycles.annual.making import file_of, report_files
from cycles.annual.versions import annual_of
from cycles.forms import SUMMARY, SUMMARY_LINES
from cycles.models import PassageEdit, Report, ReportFile, ReportVersion
from cycles.services.cycles import ChangedMeanwhileError, CycleRefusedError
from documents.charts import HeatChart, HeatRow
from documents.kinds import document_html
from documents.pdf import render_pdf
from documents.progress import each_page
from jobs.making import Stopped
from tests.cycles.annual_office import annual_office, another_answer, fresh
from tests.documents.layout_reading import printed
from tests.supervision.factories import make_school
from workflows.digests import digest_of
from workflows.services import NotAllowedError, TransitionError, perform


@pytest.fixture
def office(world, edition):
    return annual_office(world, edition)


@pytest.fixture
def drawn(monkeypatch):
    """Files are made without print; answers how often."""
    made = []

    def quick(html, *args, **kwargs):
        made.append(html)
        return b"%PDF-1.7 " + hashlib.sha256(html.encode()).digest()

    monkeypatch.setattr("documents.kinds.render_pdf", quick)
    return made


def kept(report, key):
    return annual_of(fresh(report)).passages[key]


def content_of(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def approve(world, report):
    report = fresh(report)
    perform(report, "submit", by=world.supervisor)
    perform(report, "endorse", by=world.head)
    perform(report, "approve", by=world.director)
    return fresh(report)


# -- Paragraphs ----------------------------------------------------------------------------------------------------


def test_a_written_paragraph_is_kept_and_where_numbers_change_both_are_shown(world, office, signed_in):
    key = f"{office.key}.whole"
    url = reverse("cycles:passage-edit", args=[office.report.pk, key])
    client = signed_in(world.colleague)
    first = kept(office.report, key)
    assert client.post(url, {"what": "write", "text": "ผลดีขึ้นมาก", "seen": "0"}).status_code == 302
    assert not kept(office.report, key).is_stale

    another_answer(world, office, A1=1)

    now = kept(office.report, key)
    assert now.text == "ผลดีขึ้นมาก"
    changed = {one.label: (one.old, one.new) for one in now.differences}
    assert changed["ชุดคำตอบ"] == ("3", "4")
    assert changed["x̄ ภาพรวม"][0] == first.passage.facts["x̄ ภาพรวม"]
    page = client.get(url).content.decode()
    for words in ("ตัวเลขเปลี่ยนไป", "ใช้ข้อความเดิมต่อไป", "ใช้ข้อความใหม่ของโปรแกรม", changed["x̄ ภาพรวม"][1]):
        assert words in page
    assert "ไม่ตรงกับตัวเลขปัจจุบัน" in client.get(reverse("cycles:passages", args=[office.report.pk])).content.decode()
    assert "ไม่ตรงกับตัวเลขปัจจุบัน" in client.get(office.report.get_absolute_url()).content.decode()
    with pytest.raises(TransitionError, match="ไม่ตรงกับตัวเลขปัจจุบัน"):
        perform(fresh(office.report), "submit", by=world.supervisor)

    client.post(url, {"what": "keep", "seen": str(now.seen)})
    settled = kept(office.report, key)
    assert (settled.text, settled.is_stale) == ("ผลดีขึ้นมาก", False)
    client.post(url, {"what": "take", "seen": str(settled.seen)})
    assert kept(office.report, key).text == kept(office.report, key).passage.text
    assert list(PassageEdit.objects.filter(key=key).values_list("text", flat=True)) == ["ผลดีขึ้นมาก", "ผลดีขึ้นมาก", ""]


def test_two_who_write_one_paragraph_are_told_and_nothing_typed_is_lost(world, office, signed_in):
    passage = kept(office.report, "visits").passage
    url = reverse("cycles:passage-edit", args=[office.report.pk, "visits"])
    write_passage(office.report, passage, "ของคนแรก", by=world.supervisor, seen=0)

    refused = signed_in(world.colleague).post(url, {"what": "write", "text": "ของคนที่สอง", "seen": "0"})

    assert refused.status_code == 409
    assert "ของคนที่สอง" in refused.content.decode()
    assert "ของคนแรก" in refused.content.decode()
    assert kept(office.report, "visits").text == "ของคนแรก"
    with pytest.raises(ChangedMeanwhileError):
        write_passage(office.report, passage, "อีก", by=world.supervisor, seen=0)
    seen = kept(office.report, "visits").seen
    assert signed_in(world.colleague).post(url, {"text": "ของคนที่สอง", "seen": str(seen)}).status_code == 302
    assert kept(office.report, "visits").text == "ของคนที่สอง"


def test_only_who_writes_the_report_writes_its_paragraphs_and_only_while_it_is_written(world, office, signed_in):
    passage = kept(office.report, "visits").passage
    for person in (world.director, world.clerk, world.far_head):
        with pytest.raises(NotAllowedError):
            write_passage(office.report, passage, "ก", by=person, seen=0)
    with pytest.raises(CycleRefusedError, match="10,001"):
        write_passage(office.report, passage, "ก" * 10_001, by=world.supervisor, seen=0)
    listing = reverse("cycles:passages", args=[office.report.pk])
    assert (
        signed_in(world.supervisor).get(reverse("cycles:passage-edit", args=[office.report.pk, "none"])).status_code
        == 404
    )
    perform(fresh(office.report), "submit", by=world.supervisor)
    with pytest.raises(CycleRefusedError, match="แก้ไขไม่ได้"):
        write_passage(office.report, passage, "ก", by=world.supervisor, seen=0)
    assert signed_in(world.supervisor).get(listing).status_code == 302
    assert signed_in(world.far_head).get(listing).status_code == 404


# -- What everybody reads ------------------------------------------------------------------------------------------


def test_a_paragraph_that_names_somebody_is_not_what_everybody_reads(world, office):
    key = f"{office.key}.whole"
    write_passage(
        office.report, kept(office.report, key).passage, f"โรงเรียน{world.school.name}ดีเด่น", by=world.supervisor, seen=0
    )
    report = approve(world, office.report)

    whole, _, _ = document_html("cycle-report", report)
    public, _, _ = document_html("cycle-report-public", fresh(report))

    assert f"โรงเรียน{world.school.name}ดีเด่น" in whole
    assert "แบบนิเทศสามด้าน" in public
    for name in (*(school.name for school in office.schools), world.supervisor.first_name, world.head.first_name):
        assert name not in public, name


@pytest.mark.parametrize("said", ["ผอ.{first}", "{prefix}{first}{last}", "{first}  {last}", "โรงเรียน{school}"])
def test_a_name_is_found_however_it_is_written(world, office, said):
    person = world.supervisor
    names = {"prefix": person.prefix, "first": person.first_name, "last": person.last_name, "school": world.school.name}
    passage = kept(office.report, f"{office.key}.whole").passage

    write_passage(office.report, passage, f"ตามที่{said.format(**names)}เสนอ", by=person, seen=0)

    assert kept(office.report, passage.key).names == (
        world.school.name if "school" in said else f"{names['first']} {names['last']}",
    )


# -- The book ------------------------------------------------------------------------------------------------------


def test_the_book_numbers_its_tables_and_figures_and_every_line_of_the_contents_leads_somewhere(office):
    html, _, _ = document_html("cycle-report", fresh(office.report))

    places = set(re.findall(r'id="([^"]+)"', html))
    wanted = re.findall(r'href="#([^"]+)"', html)
    assert len(wanted) > 40
    assert set(wanted) <= places
    assert len(places) == len(re.findall(r'\bid="', html))
    for chapter in ("บทนำ", "กรอบแนวคิดและนโยบาย", "วิธีดำเนินการ", "ผลการดำเนินงาน", "สรุป อภิปราย และข้อเสนอแนะ"):
        assert chapter in html
    for table in re.findall(r'<table id="t-.*?</table>', html, re.DOTALL):
        assert table.index("<caption>") < table.index("<thead>") < table.index("<tbody>")
    for sign in ("4", "ก", "ค"):
        numbers = [int(n) for n in re.findall(rf"<b>ตารางที่ {sign}\.(\d+)</b>", html)]
        assert numbers == list(range(1, len(numbers) + 1))
    assert "ภาพที่ 4.1" in html
    assert 'class="heat-5"' in html
    assert "(ยังไม่ได้กรอก" not in html


def test_the_summary_for_who_decides_stays_on_one_page_however_much_of_it_is_typed(world, office, signed_in):
    client, url = signed_in(world.supervisor), reverse("cycles:report-edit", args=[office.report.pk])
    typed = {"title": office.report.title, "version": fresh(office.report).version}
    longest = ("ก" * (SUMMARY // SUMMARY_LINES - 1) + "\n") * SUMMARY_LINES

    refused = client.post(url, typed | {"summary": longest + "ข" * 60})
    assert refused.status_code == 422
    assert "เพื่อให้อยู่ในหน้าเดียว" in refused.content.decode()
    assert "ข" * 60 in refused.content.decode()
    assert client.post(url, typed | {"summary": longest}).status_code == 302

    html, _, _ = document_html("cycle-report", fresh(office.report), world.supervisor)
    starts = [
        number
        for number, page in enumerate(printed(html).pages)
        if any(word.in_flow and word.size > 18 and word.text.startswith(("บทสรุป", "บทที่")) for word in page.words)
    ]
    assert starts[1] - starts[0] == 1


def test_chapter_four_tells_how_schools_spread_and_who_was_reached_each_figure_with_its_number(world, office):
    make_school(world.area, "บ้านไกล")

    whole = document_html("cycle-report", office.report, world.head)[0]
    public = document_html("cycle-report-public", office.report, world.head)[0]

    for words in ("การกระจายของโรงเรียนตามระดับของผล", "โรงเรียนที่ได้รับการนิเทศจำแนกตาม", "เทียบกับปีงบประมาณ 2569"):
        assert re.search(rf"ภาพที่ 4\.\d+ [^<]*{words}", whole), words
    assert "3 จาก 4 (75.00)" in whole
    assert whole.count("chart-distribution") == public.count("chart-distribution") == 1
    assert "บ้านไกล (นอกแผน)" in whole
    assert "3 จาก 4 (75.00)" in public
    assert "บ้านไกล" not in public


def test_a_version_that_was_frozen_before_there_was_coverage_is_still_told(office):
    annual = annual_of(office.report)
    annual.data["visits"].pop("coverage")

    assert annual.book([], public=False).figures


def test_a_heat_map_says_each_number_and_keeps_its_shades():
    chart = HeatChart("ค่าเฉลี่ย", ["ก", "ข"], [HeatRow("วัด", ["4.60", "-"], [9, 0])], legend=[(5, "มากที่สุด")])
    html = render_to_string("documents/charts/heat.html", {"chart": chart, "below": True})
    assert '<td class="heat-5">4.60</td>' in html
    assert '<td class="heat-0">-</td>' in html
    assert html.index("</table>") < html.index("<figcaption>")


# -- Versions ------------------------------------------------------------------------------------------------------


def test_what_was_approved_says_the_same_for_ever_and_anybody_can_check_it(world, office, client):
    report = approve(world, office.report)
    version = ReportVersion.objects.get()
    before, _, _ = document_html("cycle-report", fresh(report))
    assert version.digest == digest_of(version.content)
    assert report.version_digest == version.digest
    assert version.digest in before
    assert version.public_url in before

    another_answer(world, office, A1=1)
    after, _, _ = document_html("cycle-report", fresh(report))

    assert after == before
    page = client.get(version.public_url).content.decode()
    for words in ("เป็นฉบับปัจจุบัน", report.title, world.area.name, str(world.head), str(world.director), version.digest):
        assert words in page
    assert client.get(reverse("cycles:verify-report", args=["wrong"])).status_code == 404

    perform(fresh(report), "withdraw", by=world.head, reason="ตัวเลขคลาดเคลื่อน")
    assert "ถูกถอนแล้ว" in client.get(version.public_url).content.decode()
    perform(fresh(report), "revise", by=world.supervisor)
    Report.objects.filter(pk=report.pk).update(title="ชื่อที่ยังไม่มีใครอนุมัติ")
    page = client.get(version.public_url).content.decode()
    assert "อยู่ระหว่างปรับแก้" in page
    assert report.title in page
    assert "ชื่อที่ยังไม่มีใครอนุมัติ" not in page
    assert version.content["records"] == report.records, "the steps that it tells of are under its digest"
    approve(world, report)
    assert "มีฉบับใหม่แทนแล้ว" in client.get(version.public_url).content.decode()
    assert [one.number for one in ReportVersion.objects.all()] == [1, 2]
    assert ReportVersion.objects.get(number=2).digest != version.digest


def test_a_version_that_was_only_submitted_cannot_be_checked(world, office, client):
    perform(fresh(office.report), "submit", by=world.supervisor)
    assert client.get(ReportVersion.objects.get().public_url).status_code == 404


# -- The file ------------------------------------------------------------------------------------------------------


def test_the_same_report_is_printed_once_and_a_change_prints_it_anew(world, office, signed_in, drawn):
    client, url = signed_in(world.head), reverse("cycles:report-pdf", args=[office.report.pk])
    assert content_of(client.get(url)) == content_of(client.get(url))
    assert content_of(signed_in(world.colleague).get(url))
    assert len(drawn) == 1

    write_passage(office.report, kept(office.report, "visits").passage, "เขียนใหม่", by=world.supervisor, seen=0)
    assert content_of(client.get(url))
    assert len(drawn) == 2
    ReportFile.objects.first().file.delete(save=False)
    assert content_of(client.get(url))
    assert len(drawn) == 3


def test_a_long_report_waits_for_the_background_and_can_be_stopped(world, office, signed_in, drawn, monkeypatch):
    monkeypatch.setattr(making.ReportFiles, "at_once", 1)
    client, url = signed_in(world.head), reverse("cycles:report-pdf", args=[office.report.pk])
    job = ReportFile.objects.get(pk=client.get(url).url.strip("/").split("/")[-1])
    assert job.status == ReportFile.WAITING
    assert client.get(url).url == job.get_absolute_url()
    assert signed_in(world.colleague).get(url).url == job.get_absolute_url()
    assert signed_in(world.far_head).get(job.get_absolute_url()).status_code == 404
    page = signed_in(world.head).get(job.get_absolute_url()).content.decode()
    assert "ยกเลิก" in page
    client.post(reverse("cycles:report-file-cancel", args=[job.pk]))
    report_files.run(job.pk)
    assert (ReportFile.objects.get().status, drawn) == (ReportFile.CANCELLED, [])
    client.post(reverse("cycles:report-file-again", args=[job.pk]))
    report_files.run(job.pk)
    assert content_of(client.get(url))
    assert len(drawn) == 1


def test_who_only_reads_a_report_does_not_stop_the_file_that_the_office_waits_for(
    world, office, signed_in, monkeypatch
):
    monkeypatch.setattr(making.ReportFiles, "at_once", 1)
    perform(fresh(office.report), "submit", by=world.supervisor)
    url = reverse("cycles:report-pdf", args=[office.report.pk])
    page = signed_in(world.head).get(url).url
    job = ReportFile.objects.get()
    cancel = reverse("cycles:report-file-cancel", args=[job.pk])

    reader = signed_in(world.committee)
    assert reader.get(url).url == page
    assert cancel not in reader.get(page).content.decode()
    assert f"ผู้ที่ยกเลิกได้คือ {world.head}" in reader.post(cancel, follow=True).content.decode()
    assert ReportFile.objects.get().status == ReportFile.WAITING

    colleague = signed_in(world.colleague)
    assert cancel in colleague.get(page).content.decode()
    colleague.post(cancel)
    assert ReportFile.objects.get().status == ReportFile.CANCELLED

    reader = signed_in(world.committee)
    mine = reader.get(url).url
    assert mine != page
    own = ReportFile.objects.get(by=world.committee)
    reader.post(reverse("cycles:report-file-cancel", args=[own.pk]))
    own.refresh_from_db()
    assert own.status == ReportFile.CANCELLED


def test_whoever_holds_a_file_learns_whether_it_is_the_offices(world, office, client, drawn):
    report = approve(world, office.report)
    made, wanted = file_of(report, ReportFile.WHOLE)
    assert made is None
    report_files.ask_once(by=world.head, report=report, kind=ReportFile.WHOLE, says=wanted)
    made, _ = file_of(fresh(report), ReportFile.WHOLE)
    url = ReportVersion.objects.get().public_url

    def asked(content: bytes) -> str:
        return client.post(url, {"file": SimpleUploadedFile("report.pdf", content)}).content.decode()

    perform(fresh(report), "publish", by=world.head)
    assert file_of(fresh(report), ReportFile.WHOLE)[0] == made  # it prints the same
    with made.file.open("rb") as file:
        assert "ไม่มีการแก้ไข" in asked(file.read())
    assert "ไม่ตรงกับไฟล์" in asked(b"%PDF-1.7 another")
    assert "โปรดเลือกไฟล์" in client.post(url).content.decode()


def test_pages_are_counted_while_they_are_laid_out_and_a_stop_ends_it():
    html = '<html lang="th"><title>ก</title><p>หนึ่ง</p><p style="break-before: page">สอง</p></html>'
    pages = []
    with each_page(pages.append):
        render_pdf(html)
    assert max(pages) == 2

    def stop(page: int) -> None:
        raise Stopped

    with pytest.raises(Stopped), each_page(stop):
        render_pdf(html)
