"""What a finished PDF is like: its pages, its foot, what stays together, what is never fetched."""

import base64
import io
import logging
import re
import threading
from decimal import Decimal
from urllib.parse import urljoin

import pypdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from PIL import Image

from documents.charts import Bar, BarChart
from documents.pdf import BASE_URL, Fetcher, drawable, render_pdf, unbroken
from documents.templatetags.charts import chart_of

from .reading import by_pypdf, packed, page

SIGNATURES = [
    {"name": "นางสาวปิยะนุช ตั้งใจ", "position": "ศึกษานิเทศก์", "role": "ผู้นิเทศ", "date": "5 สิงหาคม 2569"},
    {"name": "นายสมชาย ใจดี", "position": "ผู้อำนวยการโรงเรียน", "role": "ผู้รับการนิเทศ"},
]


def pages(pdf: bytes) -> list[str]:
    return [packed(each.extract_text()) for each in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "#336699").save(buffer, "PNG")
    return buffer.getvalue()


def images(pdf: bytes) -> int:
    return sum(len(each.images) for each in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_each_page_says_its_number_of_how_many_and_the_record_code():
    body = '<div class="doc-code">VISIT-2569-0042</div>' + "<p>การนิเทศ</p>" * 80
    found = pages(render_pdf(page(body, head="")))
    assert len(found) == 3
    for number, text in enumerate(found, 1):
        assert f"หน้า{number}จาก3" in text
        assert "VISIT-2569-0042" in text


def test_the_file_knows_its_title_its_language_and_that_it_is_accessible():
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(page("<p>ก</p>", title="บันทึกผลการนิเทศ"))))
    assert reader.metadata.title == "บันทึกผลการนิเทศ"
    assert reader.trailer["/Root"]["/Lang"] == "th"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_data()


def test_paper_is_a4_and_every_font_is_inside():
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(page("<p>ก <b>ข</b> <i>ค</i> σ ☐ 👍</p>"))))
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    used = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    names = {font["/BaseFont"].split("+")[1] for font in used}
    assert names == {"Nithet-Text", "Nithet-Text-Bold", "Nithet-Text-Italic", "Nithet-Signs", "Nithet-Emoji"}
    for font in used:
        assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"]


@pytest.mark.parametrize("before", ["paragraphs", "table", "list"])
def test_a_signature_block_is_never_alone_on_a_page(before):
    signed = render_to_string("documents/_signatures.html", {"signatures": SIGNATURES})
    broken = 0
    for count in range(18, 34):
        rows = {
            "paragraphs": "<p>ผลการนิเทศเป็นไปตามแผน</p>" * count,
            "table": f"<table>{'<tr><td>ผลการนิเทศเป็นไปตามแผน</td></tr>' * count}</table>",
            "list": f"<ol class=findings>{'<li>ผลการนิเทศเป็นไปตามแผน</li>' * count}</ol>",
        }[before]
        found = pages(render_pdf(page(rows + signed)))
        assert "นางสาวปิยะนุช" in found[-1]
        assert "นายสมชาย" in found[-1]
        assert "เป็นไปตามแผน" in found[-1], f"alone after {count} {before}"
        broken += len(found) > 1
    assert 0 < broken < 16


def test_a_table_repeats_its_head_on_every_page():
    head = "<thead><tr><th>รายการประเมิน</th></tr></thead>"
    found = pages(render_pdf(page(f"<table>{head}{'<tr><td>ข้อคำถาม</td></tr>' * 90}</table>")))
    assert len(found) > 1
    assert all("รายการประเมิน" in text for text in found)


def test_lines_break_between_words_and_never_inside():
    text = "ศึกษานิเทศก์นิเทศติดตามและประเมินผลการจัดการเรียนรู้ของโรงเรียนประถมศึกษาฯลฯ"
    words = re.compile("(ศึกษา|นิเทศก์|นิเทศ|ติด|ตาม|และ|ประเมิน|ผล|การ|จัด|เรียน|รู้|ของ|โรง|ประถม|ฯลฯ)+")
    for width in range(25, 60, 5):
        lines = by_pypdf(render_pdf(page(f'<p style="width: {width}mm">{text}</p>'))).split()
        assert len(lines) > 1
        assert "".join(lines) == text
        assert [line for line in lines if not words.fullmatch(line)] == []


def test_the_parts_of_a_name_are_never_broken():
    names = ["นางสาวจันทร์เพ็ญ มั่นคงธรรม", "นายวีระพล อินทรประสิทธิ์", "นางสาวชนิดา ธรรมานุรักษ์"]
    for name in names:
        lines = by_pypdf(render_pdf(page(f'<p style="width: 33mm">{name}</p>'))).strip().split("\n")
        assert [line.strip() for line in lines] == name.split(" ")
    long = "สำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณและที่แก้ไขเพิ่มเติม"
    assert unbroken(f"<body><p>{long}</p>") == f"<body><p>{long}</p>", "only what is a name"
    alone = f'<body><p class="nowrap">{names[0]}</p>'
    assert unbroken(alone) == alone, "what is on one line already"


@pytest.mark.parametrize("width", range(20, 60, 4))
def test_a_figure_stands_on_the_line_of_its_sign(width):
    said = "ระดับมาก (x̄ = 3.90, S.D. = 0.82) และระดับปานกลาง (x̄ = 3.12, S.D. = 1.04)"
    text = re.sub(" +", " ", by_pypdf(render_pdf(page(f'<p style="width: {width}mm">{said}</p>'))))
    assert [figure in text for figure in ("x̄ = 3.90", "S.D. = 0.82", "x̄ = 3.12", "S.D. = 1.04")] == [True] * 4


@pytest.mark.parametrize("above", range(205, 245, 5))
def test_a_table_leaves_no_single_row_on_either_page(above):
    rows = "".join(f"<tr><td>แถวที่ {number}</td></tr>" for number in range(4))
    table = f"<table><thead><tr><th>รายการ</th></tr></thead><tbody>{rows}</tbody></table>"
    found = pages(render_pdf(page(f'<div style="height: {above}mm"></div>{table}')))
    assert [text.count("แถวที่") for text in found if "แถวที่" in text] in ([4], [2, 2])


@pytest.mark.parametrize("above", range(190, 240, 10))
def test_a_figure_is_not_pulled_overleaf_by_what_follows_its_title(above):
    bars = chart_of(BarChart("ภาพ", [Bar("ก", Decimal(4), "4.00")], 0, 5), below=True)
    html = page(f'<div style="height: {above}mm"></div>{bars}<div style="height: 80mm; break-inside: avoid">ต่อ</div>')
    assert "ภาพ" in pages(render_pdf(html))[0]


def test_pictures_come_from_static_and_media_and_data(tmp_path, settings):
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, tmp_path]
    (tmp_path / "seal.png").write_bytes(picture())
    assert images(render_pdf(page('<img src="/static/seal.png" alt="ก">'))) == 1

    name = default_storage.save("photo.png", ContentFile(picture()))
    data = base64.b64encode(picture()).decode()
    try:
        pdf = render_pdf(page(f'<img src="media:{name}" alt="ก"><img src="data:image/png;base64,{data}" alt="ข">'))
    finally:
        default_storage.delete(name)
    assert images(pdf) == 2
    own = render_pdf(page('<img src="media:x" alt="ก">'), media=lambda name: picture())
    assert images(own) == 1


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.com/x.png",
        "ftp://example.com/x.png",
        "/static/../manage.py",
        "/static/no-such-file.css",
        "x.png",
        "http://document.invalid/etc/passwd",
        "media.png",
    ],
)
def test_nothing_else_is_read(address):
    with pytest.raises(ValueError, match=r"document reads|no static file"):
        Fetcher().fetch(urljoin(BASE_URL, address))


def test_a_picture_that_is_missing_or_none_prints_its_description():
    def missing(name):
        raise FileNotFoundError(name)

    assert "ภาพห้องเรียน" in pages(render_pdf(page('<img src="media:x" alt="ภาพห้องเรียน">'), media=missing))[0]
    assert "ภาพห้องเรียน" in pages(render_pdf(page('<img src="media:x" alt="ภาพห้องเรียน">'), media=lambda _: b"no"))[0]


def test_what_no_font_draws_is_printed_as_its_number_and_logged(caplog):
    with caplog.at_level(logging.WARNING, "documents.pdf"):
        pdf = render_pdf(page("<p>ครู中ใหญ่\x07 ดี\x0c</p>"))
    assert pages(pdf) == ["ครู[U+4E2D]ใหญ่ดี"]
    assert "U+4E2D" in caplog.text


def test_emoji_are_drawn():
    text = "<p>เยี่ยม 👍🏽 👩‍🏫 🇹🇭 ❤️ 🙏</p>"
    assert drawable(text) == text
    assert "👍" in pages(render_pdf(page(text)))[0]


def test_a_text_without_any_space_stays_on_the_page():
    pdf = render_pdf(page(f"<table><tr><td>{'ก' * 3000}</td><td>ข</td></tr></table><p>{'x' * 3000}</p>"))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    edges: list[float] = []

    def note(text, cm, tm, font, size):
        if text.strip():
            edges.append(tm[4] * cm[0] + cm[4])

    for each in reader.pages:
        each.extract_text(visitor_text=note)
    assert max(edges) < 595
    text = "".join(pages(pdf))
    assert text.count("ก") == 3000
    assert text.count("x") == 3000


def test_four_threads_print_at_once():
    results = {}

    def work(number):
        results[number] = pages(render_pdf(page(f"<p>น้ำทำการ {number}</p>")))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: [f"น้ำทำการ{number}"] for number in range(4)}
