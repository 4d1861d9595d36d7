"""An office's own fonts: what is taken and what refused, and papers printed in them with exact text."""

import io
from itertools import pairwise
from pathlib import Path

import fontpkg_sarabun
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse
from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont, newTable

from documents.font_trial import MAX_BYTES, OfficeFontError, examine, try_font
from documents.fonts import Fonts, text_size
from documents.glyphs import add_twin
from documents.models import FontFace, OfficeFont
from documents.office_fonts import bring, drop, key_of
from documents.pdf import render_pdf
from tests.documents.reading import by_pdfminer, by_pypdf, packed
from tests.documents.test_official import letters
from tests.supervision.factories import make_user

WORDS = "ทำงานน้ำใจ รายงานผลการนิเทศ ป่าไม้ ปั้นดิน ฝ้าย กำหนดการ ค่ำคืน ๑๒๓ ที่นี่ ญี่ปุ่น ฐานะ √ ☑"


def sarabun(face: str = "Regular", letters: str = "", **changes) -> bytes:
    """Sarabun's Thai as an office would bring its TH Sarabun: small in its em; the fewer glyphs, the faster."""
    font = TTFont(Path(fontpkg_sarabun.ROOT, "files", f"Sarabun-{face}.ttf"), recalcTimestamp=False)
    subsetter = subset.Subsetter(subset.Options(layout_features=["*"], name_IDs=["*"], glyph_names=True))
    subsetter.populate(text=letters or "".join(map(chr, (*range(0x20, 0x7F), *range(0xE01, 0xE5C)))))
    subsetter.subset(font)
    font["name"].setName("TH Sarabun Test", 4, 3, 1, 0x409)
    font["head"].unitsPerEm = 1524
    for name, value in changes.items():
        setattr(font["OS/2"], name, value)
    return saved(font)


def saved(font: TTFont) -> bytes:
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def regular():
    """With ํ and tone marks as glyphs of their own, as TH Sarabun New has them; Sarabun joins them."""
    font = TTFont(io.BytesIO(sarabun()), recalcTimestamp=False)
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            getattr(subtable, "ligatures", {}).pop("uni0E4D", None)
    return saved(font)


@pytest.fixture(scope="module")
def bold():
    """An OTF, as some offices have it."""
    return postscript(sarabun("Bold"))


@pytest.fixture
def brought(world, regular, bold, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    bring(world.area, {FontFace.REGULAR: regular, FontFace.BOLD: bold}, by=world.clerk)
    return world.area


def memo(area) -> bytes:
    context = {
        "title": "ทดสอบ",
        "code": "T-1",
        "area": area,
        "office": "สพป.ตัวอย่าง",
        "subject": "ทดสอบ",
        "to": "ผู้อำนวยการ",
    }
    return render_pdf(render_to_string("documents/official/memo.html", context | {"paragraphs": [WORDS]}))


def sizes(pdf: bytes) -> dict[str, set[float]]:
    """Family of the font → the sizes, in pt, in which something is set in it."""
    found: dict[str, set[float]] = {}
    for letter in letters(pdf):
        found.setdefault(letter.font.partition("+")[2], set()).add(letter.size)
    return found


def test_papers_of_the_office_are_set_in_its_font_and_their_text_stays_exact(world, brought):
    pdf = memo(brought)

    for text in (packed(by_pypdf(pdf)), packed(by_pdfminer(pdf))):
        assert packed(WORDS) in text
        assert "บันทึกข้อความ" in text
    own = {"Nithet-Office": {16.0}, "Nithet-Office-Bold": {20.0, 29.0}}
    assert sizes(pdf) == own | {"Nithet-Text": {16.0}, "Nithet-Signs": {16.0}}, "√ and ☑ come from ours"
    assert set(sizes(memo(world.far_area))) == {"Nithet-Text", "Nithet-Text-Bold", "Nithet-Signs"}


def test_a_font_with_letters_as_large_as_those_of_sarabun_is_set_as_large_as_sarabun(settings, tmp_path, regular):
    settings.VAR_DIR = tmp_path
    for em, size in ((1524, 16), (1000, 10.5), (1090, 11.4)):
        font = TTFont(io.BytesIO(regular))
        font["head"].unitsPerEm = em
        (tmp_path / "office-regular.ttf").write_bytes(saved(font))
        assert text_size(Fonts(tmp_path, frozenset(), {}, ())) == size


def test_a_regular_face_alone_is_kept_but_not_yet_used(world, regular, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    bring(world.area, {FontFace.REGULAR: regular}, by=world.clerk)

    assert OfficeFont.objects.get().name == "TH Sarabun Test"
    assert key_of(world.area) == ""


def test_another_file_is_another_set_and_dropping_one_returns_to_our_own(brought, world, regular):
    first = key_of(brought)
    bring(brought, {FontFace.BOLD: regular}, by=world.head)

    assert key_of(brought) not in {"", first}
    assert OfficeFont.objects.count() == 2
    drop(OfficeFont.objects.get(face=FontFace.BOLD), by=world.head)
    assert key_of(brought) == ""


def test_a_font_whose_file_is_gone_does_not_stop_a_paper(brought, monkeypatch, caplog):
    monkeypatch.setattr("documents.office_fonts.office_fonts", lambda key: None)
    OfficeFont.objects.update(file="fonts/gone.ttf")

    assert key_of(brought) == ""
    assert "can't be read" in caplog.text


def postscript(content: bytes) -> bytes:
    """The same font with PostScript outlines, as an OTF has them."""
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    glyphs, charstrings = font.getGlyphSet(), {}
    for glyph in font.getGlyphOrder():
        pen = T2CharStringPen(font["hmtx"][glyph][0], glyphs)
        glyphs[glyph].draw(pen)
        charstrings[glyph] = pen.getCharString()
    for tag in ("glyf", "loca", "gasp", "fpgm", "prep", "cvt "):
        if tag in font:
            del font[tag]
    builder = FontBuilder(font=font)
    builder.isTTF = False
    builder.setupCFF("THSarabunTest", {}, charstrings, {})
    font.sfntVersion = "OTTO"
    font["maxp"] = newTable("maxp")
    font["maxp"].tableVersion, font["maxp"].numGlyphs = 0x00005000, len(charstrings)
    font["post"].formatType = 3.0
    return saved(font)


def without_rules() -> bytes:
    font = TTFont(io.BytesIO(sarabun()))
    del font["GSUB"]
    return saved(font)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: b"", "ไม่ใช่แบบอักษร"),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"0" * 100, "ไม่ใช่แบบอักษร"),
        (lambda: b"wOF2" + b"0" * 100, "WOFF"),
        (lambda: b"\x00\x01\x00\x00" + b"0" * 100, "อ่านไฟล์แบบอักษรนี้ไม่ได้"),
        (lambda: sarabun()[:20_000], "อ่านไฟล์แบบอักษรนี้ไม่ได้"),
        (lambda: b"\x00\x01\x00\x00" + b"0" * MAX_BYTES, "5 MB"),
        (lambda: sarabun(letters="abcก"), "ไม่มีตัวอักษรไทยครบ"),
        (without_rules, "GSUB"),
        (lambda: sarabun(fsType=2), "ไม่อนุญาตให้ฝัง"),
    ],
    ids=["empty", "picture", "woff2", "no font", "cut off", "too large", "latin", "no substitutions", "restricted"],
)
def test_what_papers_cannot_be_printed_in_is_refused_in_words_that_help(make, said):
    with pytest.raises(OfficeFontError, match=said):
        examine(make())


def test_a_small_font_that_asks_for_endless_work_is_refused_and_harms_nobody(regular):
    """Forty rules, each of which doubles what a glyph stands for: a billion letters."""
    font = TTFont(io.BytesIO(regular))
    names = ["a", *(f"a{number}" for number in range(40))]
    for name in names[1:]:
        add_twin(font, "a", name)
    rules = [f"sub {part} {part} by {result};" for part, result in pairwise(names)]
    addOpenTypeFeaturesFromString(font, f"feature liga {{ {' '.join(rules)} }} liga;", tables=["GSUB"])

    with pytest.raises(OfficeFontError, match="ซับซ้อนเกินกว่า|เตรียมแบบอักษร"):
        try_font("regular", saved(font))


def test_all_faces_are_taken_or_none(world, regular, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(OfficeFontError):
        bring(world.area, {FontFace.REGULAR: regular, FontFace.BOLD: sarabun(letters="abcก")}, by=world.clerk)

    assert not OfficeFont.objects.exists()
    assert not list(tmp_path.rglob("*"))


# -- In the browser ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["clerk", "head", "admin"])
def test_whoever_keeps_the_papers_brings_fonts_and_takes_them_away(
    signed_in, world, regular, bold, settings, tmp_path, who
):
    settings.MEDIA_ROOT = tmp_path
    world.admin = make_user("ผู้ดูแล", is_staff=True)
    client, url = signed_in(getattr(world, who)), reverse("documents:fonts", args=[world.area.pk])
    files = {"regular": SimpleUploadedFile("r.ttf", regular), "bold": SimpleUploadedFile("b.otf", bold)}

    assert "ยังไม่ได้นำเข้า" in client.get(url).content.decode()
    assert client.post(url, files).status_code == 302
    page = client.get(url).content.decode()

    assert "TH Sarabun Test" in page
    assert str(getattr(world, who)) in page
    assert client.post(reverse("documents:font-drop", args=[world.area.pk, "bold"])).status_code == 302
    assert "ยังขาดตัวหนา" in client.get(url).content.decode()
    assert {row.history_user for row in OfficeFont.history.filter(area=world.area)} == {getattr(world, who)}


def test_a_file_that_is_no_font_is_refused_on_the_page(signed_in, world):
    client, url = signed_in(world.clerk), reverse("documents:fonts", args=[world.area.pk])
    picture, large = b"\x89PNG\r\n\x1a\n", b"\x00\x01\x00\x00" + b"0" * MAX_BYTES

    for files, said in [
        ({}, "อย่างน้อยหนึ่งไฟล์"),
        ({"regular": SimpleUploadedFile("r.ttf", b"")}, "ว่างเปล่า"),
        ({"regular": SimpleUploadedFile("r.ttf", picture)}, "ไม่ใช่แบบอักษร"),
        ({"bold": SimpleUploadedFile("b.ttf", large)}, "5 MB"),
        ({"bold": SimpleUploadedFile("b.ttf", large * 5)}, "ใหญ่เกินไป"),
    ]:
        answer = client.post(url, files)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not OfficeFont.objects.exists()


@pytest.mark.parametrize("who", ["supervisor", "school_head", "far_head", "stranger"])
def test_for_everybody_else_the_fonts_do_not_exist(signed_in, world, brought, who):
    client = signed_in(getattr(world, who))

    for name, more in (("fonts", []), ("font-sample", [])):
        assert client.get(reverse(f"documents:{name}", args=[brought.pk, *more])).status_code == 404
    assert client.post(reverse("documents:font-drop", args=[brought.pk, "bold"])).status_code == 404
    assert OfficeFont.objects.count() == 2
