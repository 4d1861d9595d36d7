"""The text that comes out of a PDF is the text that went in."""

import io
import re
import subprocess
import sys

import pypdf
import pytest
import weasyprint
from django.core.exceptions import ImproperlyConfigured
from django.utils.html import escape
from PIL import Image, ImageChops, ImageFilter
from weasyprint.pdf.fonts import Font

from documents import exact_text
from documents.fonts import FACES as FONT_FILES
from documents.pdf import render_pdf

from .reading import by_pdfminer, by_poppler, by_pypdf, packed, page, reference_texts

SARABUN = FONT_FILES[0].sources[0]
FACES = {
    "regular": "",
    "bold": "font-weight: bold",
    "italic": "font-style: italic",
    "bold italic": "font-weight: bold; font-style: italic",
}

HARD = (
    "ทำการ การทำ น้ำตาล กำกำ จำนำ ค่ำ ล้ำ ร่ำรวย ทำ้ำ นำ้",
    "ป่า ป้า ปี่ ปี้ ปู่ย่า ปั้น ปื้น ปึ้ง ป๊ำ ป้ำ ฟำ ฝ้ำ ฬ่ำ ฬู่ ซ้ำซาก ฮึ่ม ห้ำหั่น ษำ",
    "ที่นี่ กี่ กู้ ชั่ว สั่ง เก็บ เมื่อ เพื่อน ตื่น กุ๊ก โต๊ะ ก๋วยเตี๋ยว สิทธิ์ พันธุ์ ศุกร์",
    "ฐานญาติ กตัญญู ญุ ญู ฐุ ฐู ฎุ ฏู ญฺ ฤๅษี ฦๅ ฤดู",
    "พุทฺธํ สรณํ คจฺฉามิ ํ",
    "ๆ ฯ ฯลฯ ๛ ๏ ๚ ฿ ๐๑๒๓๔๕๖๗๘๙ 0123456789",
    "office file flow affine ﬁ ﬂ AVATAR “ก” ‘ข’ – — … « » & < > \" '",
    "x̄ = 4.21 X̄ S.D. μ σ α β χ² x² H₂O ≥ ≤ ≠ ± × ÷ ≈ √ ∑ ∞ → ← ½ ° №",
    "☐ ☑ ☒ ✓ ✔ ✗ ✘ ● ○ ■ □ ★ ☆ ◆ ◇ ① ② ⑩",
    "กรุงเทพฯ\u00a0๑๐๓๐๐ e\u0301 é ñ ü Привет",
)


def extractors(tmp_path):
    return {
        "pypdf": by_pypdf,
        "pdfminer": by_pdfminer,
        "pdftotext -raw": lambda pdf: by_poppler(pdf, tmp_path),
    }


def first_difference(got: str, want: str) -> str:
    place = next((i for i, (a, b) in enumerate(zip(got, want, strict=False)) if a != b), min(len(got), len(want)))
    return f"at {place}: {got[place - 20 : place + 20]!r} instead of {want[place - 20 : place + 20]!r}"


@pytest.mark.parametrize("face", ["regular", "bold"])
def test_every_word_of_the_handbook_and_the_instruments_comes_out_as_it_went_in(face, tmp_path):
    texts = reference_texts()
    assert len(texts) > 1000
    body = "".join(f"<p>{escape(text)}</p>" for text in texts)

    pdf = render_pdf(page(f'<div style="{FACES[face]}">{body}</div>'))

    for name, extract in extractors(tmp_path).items():
        got, want = packed(extract(pdf)), packed("".join(texts))
        assert got == want, f"{name} {first_difference(got, want)}"


def test_no_reader_sees_a_space_inside_a_word(tmp_path):
    """Readers guess spaces from gaps; a mark drawn too far from its letter would tear the word for a search."""
    words = sorted({word for text in reference_texts() for word in text.split() if len(word) < 45})
    assert len(words) > 1000

    pdf = render_pdf(page("".join(f'<p style="margin: 0">{escape(word)}</p>' for word in words)))

    for extract in (by_pypdf, lambda pdf: by_poppler(pdf, tmp_path)):
        assert sorted(line.strip() for line in extract(pdf).splitlines() if line.strip()) == words


@pytest.mark.parametrize("style", FACES.values(), ids=FACES)
def test_hard_words_and_signs_come_out_as_they_went_in(style, tmp_path):
    body = "".join(f"<p>{escape(line)}</p>" for line in HARD)

    pdf = render_pdf(page(f'<div style="{style}">{body}</div>'))

    # The joined letter é is what é typed as two becomes everywhere (NFC).
    want = packed("".join(HARD)).replace("e\u0301", "é")
    for name, extract in extractors(tmp_path).items():
        got = packed(extract(pdf))
        assert got == want, f"{name} {first_difference(got, want)}"


def test_a_word_is_exact_whatever_was_printed_before_it(tmp_path):
    words = ["ทำ", "การ", "น้ำ", "งาน", "ป่า", "ข่า", "ํ", "ำ"]
    for first in words:
        for second in words:
            pdf = render_pdf(page(f"<p>{first}</p><p>{second}</p>"))
            assert packed(by_pypdf(pdf)) == first + second


def test_sara_am_in_letter_spaced_or_ligature_free_text_is_exact(tmp_path):
    html = page('<p style="letter-spacing: 2pt">น้ำทำการ</p><p style="font-variant-ligatures: none">จำนำข้าว</p>')
    pdf = render_pdf(html)
    assert packed(by_pypdf(pdf)) == packed(by_poppler(pdf, tmp_path)) == "น้ำทำการจำนำข้าว"


def test_no_glyph_says_nothing_because_browsers_show_a_stray_sign_for_it():
    pdf = render_pdf(page("<p>ทำ น้ำ ปำ ป้ำ ำ ษำ ฮ้ำ กุำ</p>"))
    maps = [
        font.get_object()["/ToUnicode"].get_data()
        for each in pypdf.PdfReader(io.BytesIO(pdf)).pages
        for font in each["/Resources"]["/Font"].values()
    ]
    assert maps
    assert not [line for cmap in maps for line in cmap.splitlines() if re.search(rb"<>", line)]


def test_the_look_of_sara_am_is_that_of_plain_sarabun(tmp_path):
    """The same words in untouched Sarabun and in ours, as pictures: no ink further than a pixel from ink."""
    words = "ทำ น้ำ ปำ ป้ำ ษำ ฮ้ำ ฬำ ล่ำ การ ปู่ ญุ"
    style = "position: absolute; top: 0; left: 0; margin: 0; font-size: 32pt; line-height: 1.5; white-space: nowrap"
    face = f"@font-face {{ font-family: Plain; src: url({SARABUN.as_uri()}) }}"
    paper = "@page { size: A4; margin: 2cm 2cm 2.2cm 3cm }"
    plain_html = page(f"<style>{face} {paper}</style><p style='font-family: Plain; {style}'>{words}</p>")

    ours = _ink(render_pdf(page(f"<p style='{style}'>{words}</p>")), tmp_path)
    plain = _ink(weasyprint.HTML(string=plain_html).write_pdf(), tmp_path)

    assert ours.getbbox()
    for one, other in ((ours, plain), (plain, ours)):
        far = ImageChops.subtract(one, other.filter(ImageFilter.MaxFilter(3)))
        assert not far.point(lambda value: 255 if value > 128 else 0).getbbox()


def _ink(pdf: bytes, tmp_path) -> Image.Image:
    """The first page as a picture in which ink is light."""
    source = tmp_path / "look.pdf"
    source.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "96", "-gray", "-singlefile", source, source.with_suffix("")], check=True)
    with Image.open(source.with_suffix(".pgm")) as picture:
        return ImageChops.invert(picture.convert("L"))


def test_an_unknown_weasyprint_is_refused_with_the_reason(monkeypatch):
    monkeypatch.delattr(Font, "keeps_exact_text", raising=False)
    monkeypatch.setattr(weasyprint, "__version__", "99.0")
    with pytest.raises(ImproperlyConfigured, match=r"99\.0.*70\.0"):
        exact_text.install()


def test_plain_weasyprint_still_needs_the_change():
    """Where this fails WeasyPrint has learned Thai, and documents/exact_text.py may go."""
    script = (
        "import sys, weasyprint; "
        "html = '<style>@font-face { font-family: Plain; src: url(%s) } p { font-family: Plain }</style><p>ทำการ'; "
        "sys.stdout.buffer.write(weasyprint.HTML(string=html % sys.argv[1]).write_pdf())"
    )
    run = subprocess.run([sys.executable, "-c", script, SARABUN.as_uri()], capture_output=True, check=True)
    assert packed(by_pypdf(run.stdout)) == "ทำกำร"
