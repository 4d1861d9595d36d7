"""Every kind of the product as a Word file: asked for on the command line and from a page, refused where it must not be."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from weasyprint import HTML

from certificates.models import Certificate
from documents.kinds import FORMATS, FormatRefused, NothingToPrint, all_kinds, document_html, get_kind, render_document
from documents.word import render_word
from tests.networks.gatherings import settle_meeting
from tests.standing.district import settle_office, settle_paper, settle_people, settle_plan, settle_survey, settle_visit

from .word_reading import by_docx, by_html, opened

NEVER = {"certificate", "certificate-batch", "survey-poster"}
"""What is handed out as it was issued, or hung up, and not edited."""
HEADINGS = {"Title", "Heading 1", "Heading 2", "Heading 3"}


@pytest.fixture
def district(world):
    settle_people(world)
    settle_office(world)
    settle_plan(world, "approved")
    settle_visit(world, "released")
    settle_survey(world, "open")
    settle_meeting(world, "minuted")
    settle_paper(world, "signed")
    return world


def test_every_kind_says_in_word_what_it_says_on_paper(district):
    wrong, seen = [], set()
    for kind in all_kinds():
        record = kind.objects(None).order_by("pk").first()
        if record is None or not kind.word:
            continue
        try:
            html, title, code = document_html(kind, record)
        except NothingToPrint:
            continue  # the demonstration office has one that says something: test_gallery.py
        seen.add(kind.code)
        content = render_word(html, code=code)
        file, source = opened(content), HTML(string=html).etree_element
        if by_docx(content) != by_html(html):
            wrong.append(f"{kind.code}: other words")
        styles = [Paragraph(each, file).style.name for each in file.element.body.iter(qn("w:p"))]  # those of cells too
        if "Title" not in styles and source.find(".//h1") is not None:
            wrong.append(f"{kind.code}: no title")
        if source.find(".//main//h2") is not None and not HEADINGS & set(styles):
            wrong.append(f"{kind.code}: no headings")
        heads = sum(len(head) for head in source.iter("thead"))
        if heads and not list(file.element.body.iter(qn("w:tblHeader"))):
            wrong.append(f"{kind.code}: heads of tables do not repeat")
        if file.core_properties.title != title:
            wrong.append(f"{kind.code}: the file is called {file.core_properties.title}")
    assert wrong == []
    assert {kind.code for kind in all_kinds() if not kind.word} >= NEVER
    assert {
        "visit-record",
        "plan",
        "filled-form",
        "blank-form",
        "handbook",
        "cycle-step",
        "cycle-report",
        "ioc-form",
    } <= seen


def test_the_ending_of_the_file_says_its_format(world, tmp_path):
    version = str(world.instrument.versions.get().pk)
    for name, begins in (("a.docx", b"PK"), ("a.DOCX", b"PK"), ("a.pdf", b"%PDF"), ("without", b"%PDF")):
        call_command("render_document", "blank-form", version, "--out", str(tmp_path / name), stdout=io.StringIO())
        assert (tmp_path / name).read_bytes().startswith(begins)
    call_command(
        "render_document", "blank-form", version, "--format=docx", "--out", str(tmp_path / "b"), stdout=io.StringIO()
    )
    assert (tmp_path / "b").read_bytes().startswith(b"PK")
    with pytest.raises(CommandError, match="ไม่รู้จักรูปแบบไฟล์ “odt”"):
        call_command("render_document", "blank-form", version, "--format=odt", "--out", str(tmp_path / "c"))
    with pytest.raises(CommandError, match="ไม่มีเป็นไฟล์ Word"):
        call_command("render_document", "certificate", "1", "--out", str(tmp_path / "c.docx"))
    assert not (tmp_path / "c").exists()


def test_a_page_gives_the_word_file_to_be_saved_and_refuses_other_formats_in_thai(world, signed_in):
    version = world.instrument.versions.get()
    client, address = signed_in(world.supervisor), reverse("instruments:version-blank", args=[version.pk])
    answer = client.get(address, {"format": "docx"})
    assert answer["Content-Type"] == FORMATS["docx"]
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Disposition"].endswith(".docx")
    assert version.instrument.title in "".join(paragraph.text for paragraph in opened(answer.content).paragraphs)
    refused = client.get(address, {"format": "odt"})
    assert refused.status_code == 403
    assert "ไม่รู้จักรูปแบบไฟล์ “odt”" in refused.content.decode()
    page = client.get(reverse("instruments:version-detail", args=[version.pk])).content.decode()
    assert f'href="{address}?format=docx"' in page


def test_a_certificate_is_never_handed_out_to_be_edited(world):
    with pytest.raises(FormatRefused, match="เกียรติบัตรไม่มีเป็นไฟล์ Word เพราะต้องคงข้อความไว้ตามที่ออก"):
        render_document(get_kind("certificate"), Certificate(), None, "docx")
