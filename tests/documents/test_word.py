"""Word files: the same words as the document in the same order, in real headings, lists and tables."""

import base64
import io
import logging
from decimal import Decimal

import pytest
from docx.oxml.ns import qn
from docx.shared import Length, Twips
from PIL import Image

from documents.charts import Bar, BarChart
from documents.templatetags.charts import chart_of
from documents.word import render_word
from documents.word.page import HEAD_LINE

from .word_reading import by_docx, by_html, opened


def html(body: str, head: str = "", attributes: str = "") -> str:
    return (
        f'<!doctype html><html lang="th"><head><title>แผนการนิเทศ</title><meta name="author" content="สพป.ตัวอย่าง">'
        f"{head}</head><body{attributes}>{body}</body></html>"
    )


def word(body: str, head: str = "", **options):
    return opened(render_word(html(body, head), **options))


def texts(file) -> list[str]:
    return [paragraph.text for paragraph in file.paragraphs if paragraph.text.strip()]


def png(size=(40, 20), kind="PNG") -> str:
    out = io.BytesIO()
    Image.new("RGB", size, "#0f4c5c").save(out, kind)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def test_headings_lists_and_words_keep_their_meaning():
    file = word(
        '<h1 class="doc-title">แผน</h1><h2>ส่วนที่หนึ่ง</h2><h3>ข้อย่อย</h3><h4>ท้ายสุด</h4>'
        '<p class="indent">ด้วย<b>กลุ่ม</b>นิเทศ <i>ติดตาม</i></p><ol><li>หนึ่ง</li><li>สอง</li></ol>'
        '<ol><li>ใหม่</li></ol><ul><li>จุด</li></ul><p class="typed">บรรทัดแรก\nบรรทัดสอง</p>'
    )
    styles = {paragraph.text: paragraph.style.name for paragraph in file.paragraphs}
    assert [styles[text] for text in ("แผน", "ส่วนที่หนึ่ง", "ข้อย่อย", "ท้ายสุด")] == [
        "Title", "Heading 1", "Heading 2", "Heading 3",
    ]  # fmt: skip
    numbers = {
        paragraph.text: paragraph._p.pPr.numPr.numId.val
        for paragraph in file.paragraphs
        if paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    }
    assert numbers["หนึ่ง"] == numbers["สอง"]
    assert len({numbers["หนึ่ง"], numbers["ใหม่"], numbers["จุด"]}) == 3
    sentence = next(paragraph for paragraph in file.paragraphs if paragraph.text.startswith("ด้วย"))
    assert [(run.text, bool(run.bold), bool(run.italic)) for run in sentence.runs] == [
        ("ด้วย", False, False), ("กลุ่ม", True, False), ("นิเทศ ", False, False), ("ติดตาม", False, True),
    ]  # fmt: skip
    assert sentence.paragraph_format.first_line_indent.cm == pytest.approx(2.5, abs=0.01)
    assert "บรรทัดแรก\nบรรทัดสอง" in texts(file)


def test_letters_are_those_of_thai_offices_and_the_file_is_thai():
    file = word("<p>ก</p>")
    fonts = file.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:rFonts')}")
    defaults = file.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:rPr')}")
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs")} == {"TH Sarabun New"}
    assert defaults.find(qn("w:szCs")).get(qn("w:val")) == "32"
    assert defaults.find(qn("w:lang")).get(qn("w:bidi")) == "th-TH"
    properties = file.core_properties
    assert (properties.title, properties.author, properties.language) == ("แผนการนิเทศ", "สพป.ตัวอย่าง", "th-TH")
    section = file.sections[0]
    assert [round(side.cm, 1) for side in (section.left_margin, section.right_margin, section.top_margin)] == [3, 2, 2]


def test_a_table_keeps_its_head_its_columns_and_its_merged_cells():
    file = word(
        "<style>col.no { width: 20mm } .grey { background: #eee }</style>"
        '<table><caption>ตารางที่ ๑</caption><colgroup><col class="no"><col><col></colgroup>'
        '<thead><tr><th rowspan="2">ที่</th><th colspan="2">ผล</th></tr><tr><th>ก่อน</th><th>หลัง</th></tr></thead>'
        '<tbody><tr class="grey"><td>๑</td><td>ดี</td><td></td></tr><tr><td colspan="3">รวม</td></tr></tbody></table><p>จบ</p>'
    )
    table = file.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["ที่", "ผล", "ผล"], ["ที่", "ก่อน", "หลัง"], ["๑", "ดี", ""], ["รวม", "รวม", "รวม"],
    ]  # fmt: skip
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert heads == [True, True, False, False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert table.columns[0].width.mm == pytest.approx(20, abs=0.5)
    assert sum(column.width.mm for column in table.columns) == pytest.approx(160, abs=1)
    assert table.rows[2].cells[0]._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")) == "EEEEEE"
    assert texts(file) == ["ตารางที่ ๑", "จบ"]
    assert file.paragraphs[0].style.name == "Caption"


def test_head_and_foot_are_those_of_the_page_and_a_draft_says_so():
    first_only = "<style>@page :first { @bottom-left { content: none } @bottom-right { content: none } }</style>"
    body = '<div class="watermark">ร่าง</div><p>ก</p>'
    plain, covered = word(body, code="P-17"), word(body, first_only, code="P-17")
    foot = plain.sections[0].footer._element
    assert [run.text for run in foot.iter(qn("w:t"))] == ["P-17", "หน้า ", "1", " จาก ", "1"]
    assert [code.text.strip() for code in foot.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    assert plain.sections[0].header.paragraphs[0].text == "ร่าง"
    assert not plain.sections[0].different_first_page_header_footer
    assert covered.sections[0].different_first_page_header_footer
    assert covered.sections[0].first_page_footer.paragraphs[0].text == ""
    assert "ร่าง" not in "".join(texts(plain))


def test_pages_that_are_counted_in_thai_are_so_in_word_with_their_number():
    counted = "<style>@page { @bottom-left { content: none } @bottom-right { content: counter(page, thai) ' จาก ' counter(pages, thai) } }</style>"
    foot = word("<p>ก</p>", counted).sections[0].footer._element
    codes = [code.text.strip() for code in foot.iter(qn("w:instrText"))]
    assert codes == [r"PAGE \* THAIARABIC", r"NUMPAGES \* THAIARABIC"]
    assert [run.text for run in foot.iter(qn("w:t"))] == ["๑", " จาก ", "๑"]


def test_what_stands_above_the_margin_of_the_first_page_does_so_in_word():
    pages = "<style>@page { margin: 2.5cm; @top-center { content: counter(page) } } @page :first { @top-center { content: none } }</style>"
    plain, raised = (word(f'<p style="margin-top: {top}">ก</p>', pages).sections[0] for top in ("0", "-1cm"))
    assert (plain.top_margin.cm, raised.top_margin.cm) == pytest.approx((2.5, 1.5), abs=0.01)
    line = raised.header.paragraphs[-1].paragraph_format
    head = Length(raised.header_distance + line.space_before + line.space_after + Twips(HEAD_LINE))
    assert head.cm == pytest.approx(2.5, abs=0.01), "the head of a later page keeps its text where it was"


def test_a_page_turned_on_its_side_is_a_section_of_its_own():
    file = word(
        "<style>@page wide { size: A4 landscape } .wide { page: wide }</style>"
        '<p>ตั้ง</p><div class="wide"><p>นอน</p></div><p class="page-break">ตั้งอีก</p>'
    )
    assert [section.page_width > section.page_height for section in file.sections] == [False, True, False]


def test_what_belongs_together_stays_together():
    file = word(
        '<p>ก่อน</p><div class="signatures"><div class="signature"><p>(นายหนึ่ง)</p></div>'
        '<div class="signature"><p>(นายสอง)</p></div></div><h2 class="page-break">หน้าใหม่</h2>'
    )
    before, new = file.paragraphs[0], next(each for each in file.paragraphs if each.text == "หน้าใหม่")
    assert before.paragraph_format.keep_with_next
    assert new.paragraph_format.page_break_before
    assert [cell.text for cell in file.tables[0].rows[0].cells] == ["(นายหนึ่ง)", "(นายสอง)"]


def test_pictures_come_from_our_own_places_only(caplog):
    caplog.set_level(logging.CRITICAL)
    asked = []

    def media(name: str) -> bytes:
        asked.append(name)
        return base64.b64decode(png((3000, 1000)).partition(",")[2])

    body = (
        f'<p><img src="{png()}" alt="ภาพเล็ก"></p><p><img src="media:visit/a.png" alt="ภาพห้องเรียน"></p>'
        '<p><img src="http://example.com/a.png" alt="ภาพจากที่อื่น"></p><p><img src="file:///etc/passwd" alt="แฟ้ม"></p>'
        '<p><img src="data:image/png;base64,bm90IGFuIGltYWdl" alt="ไม่ใช่ภาพ"></p>'
    )
    file = word(body, media=media)
    assert set(asked) == {"visit/a.png"}
    assert [shape._inline.docPr.get("descr") for shape in file.inline_shapes] == ["ภาพเล็ก", "ภาพห้องเรียน"]
    assert file.inline_shapes[1].width.cm == pytest.approx(16, abs=0.01), "not wider than the page has room"
    assert texts(file) == ["ภาพจากที่อื่น", "แฟ้ม", "ไม่ใช่ภาพ"]


def test_a_chart_is_a_picture_told_by_its_numbers():
    chart = BarChart("ค่าเฉลี่ย", [Bar("ด้านที่ 1", Decimal("4.02"), "4.02", "มาก")], 0, 5, ("ด้าน", "ค่าเฉลี่ย", "ระดับ"))
    file = word(f"{chart_of(chart)}<p>ต่อ</p>")
    (shape,) = file.inline_shapes
    assert shape._inline.docPr.get("descr") == "ค่าเฉลี่ย; ด้านที่ 1 4.02 มาก"
    assert shape.width.cm == pytest.approx(16, abs=0.01), "as wide as on paper"
    drawn = Image.open(
        io.BytesIO(file.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed].blob)
    )
    assert (0x0F, 0x4C, 0x5C) in {color for _, color in drawn.convert("RGB").getcolors()}, "the bar is drawn"
    assert texts(file) == ["ค่าเฉลี่ย", "ต่อ"], "what only the page has is told, not shown"


def test_a_chart_that_goes_on_overleaf_goes_on_in_a_second_picture():
    bars = [Bar(f"ด้านที่ {number}", Decimal(4), "4.00", "มาก") for number in range(60)]
    file = word(chart_of(BarChart("ค่าเฉลี่ย", bars, 0, 5, ("ด้าน", "ค่าเฉลี่ย", "ระดับ"))))
    assert len(file.inline_shapes) == 2


def test_whatever_people_type_arrives_whole():
    long = "ก" * 100_000
    body = f"<p>{long}</p><p>ก\x01\x0b\ufffeข 👍🏽 中 <b>&lt;w:p&gt;</b></p>"
    content = render_word(html(body))
    read = by_docx(content)
    assert read == f"{long}กข👍🏽中<w:p>"


def test_lines_to_write_on_and_boxes_to_tick_can_be_used():
    file = word(
        "<style>.tick { display: inline-block; width: 4mm; height: 4mm; border: 1pt solid } .ring { border-radius: 50% }"
        ".rule { height: 8mm; border-bottom: 1pt dotted } .row { display: flex } .dots { flex: 1; border-bottom: 1pt dotted }"
        '</style><p><span class="tick"></span> ใช่ <span class="tick ring"></span> ไม่</p><div class="rule"></div>'
        '<div class="row"><span>ชื่อ</span><span class="dots"></span></div>'
    )
    assert texts(file)[0] == "☐ ใช่ ○ ไม่"
    leaders = [tab.get(qn("w:leader")) for tab in file.element.body.iter(qn("w:tab")) if tab.get(qn("w:pos"))]
    assert leaders == ["dot", "dot"]


def test_the_words_are_those_of_the_document_in_order():
    source = html(
        '<div class="doc-head"><div class="doc-office">สพป.</div><div class="doc-code">P-1</div></div><main>ก<p>ข</p>ค'
        '<dl class="meta"><div><dt>โรงเรียน</dt><dd>วัด</dd></div><div><dt>วันที่</dt><dd>๑</dd></div></dl>'
        '<p>ต่อ<br>บรรทัด <span class="nowrap">นาย ก</span></p></main>'
    )
    assert by_docx(render_word(source)) == by_html(source) == "สพป.P-1กขคโรงเรียนวัดวันที่๑ต่อบรรทัดนายก"
