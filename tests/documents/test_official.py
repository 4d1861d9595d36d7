"""Official papers to the millimetre: margins, Garuda, sizes, page numbers, catch-words, signatures; read from the PDF.

ระเบียบสำนักนายกรัฐมนตรีว่าด้วยงานสารบรรณ พ.ศ. 2526 and its printing guide. The base is Sarabun 10.5 pt, the optical
equal of TH Sarabun 16 pt, so 20, 29 and 32 pt are 13.1, 19 and 21 pt.
"""

import io
import subprocess
from dataclasses import dataclass
from datetime import date

import pypdf
import pytest
from django.template.loader import render_to_string
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from PIL import Image, ImageChops

from documents.pdf import render_pdf
from tests.documents.reading import by_pdfminer, by_pypdf, packed

CM = 72 / 2.54
BODY = 10.5
REASON = (
    "ด้วยสำนักงานเขตพื้นที่การศึกษาประถมศึกษาตัวอย่าง กำหนดจัดประชุมในวันที่ 5 มกราคม 2570 เวลา 09.30 น. "
    "ทั้งนี้ แจ้งรายชื่อผ่าน https://example.org/f/12 หรือ office1@example.org ภายในวันที่ 28 ธันวาคม 2569"
)
END = "จึงเรียนมาเพื่อโปรดพิจารณา"
SIGNER = {
    "name": "นางสาวปิยะนุช ตั้งใจ",
    "position": "รองผู้อำนวยการสำนักงานเขตพื้นที่การศึกษา",
    "acting_for": "รักษาราชการแทน ผู้อำนวยการสำนักงานเขตพื้นที่การศึกษา",
}
SAME = {
    "title": "ทดสอบ", "code": "T-1", "office": "สพป.ตัวอย่าง เขต 1", "number": "ศธ 04001/ว 123", "day": date(2026, 12, 15),
    "subject": "ขอเชิญประชุมครั้งที่ 1/2570", "to": "ผู้อำนวยการโรงเรียน", "signer": SIGNER,
}  # fmt: skip


def printed(paper: str, **context) -> bytes:
    return render_pdf(render_to_string(f"documents/official/{paper}.html", SAME | context))


@dataclass(frozen=True)
class Letter:
    """One character on its page: where its origin is (cm from the left and the top edge), its size in pt, its colour."""

    page: int
    text: str
    x: float
    y: float
    right: float
    size: float
    font: str
    colour: tuple


def letters(pdf: bytes) -> list[Letter]:
    resources, found = PDFResourceManager(), []
    device = PDFPageAggregator(resources, laparams=None)
    interpreter = PDFPageInterpreter(resources, device)
    for number, each in enumerate(PDFPage.get_pages(io.BytesIO(pdf)), start=1):
        interpreter.process_page(each)
        layout = device.get_result()
        for item in layout:
            if isinstance(item, LTChar) and item.get_text().strip():
                y = layout.height - item.matrix[5]
                colour = tuple(item.graphicstate.ncolor or ())
                found.append(
                    Letter(
                        number,
                        item.get_text(),
                        item.x0 / CM,
                        y / CM,
                        item.x1 / CM,
                        round(item.size, 1),
                        item.fontname,
                        colour,
                    )
                )
    return found


def of(pdf: bytes, words: str) -> list[Letter]:
    """The letters of the first place where `words` stand."""
    every = letters(pdf)
    text, owners = "", []
    for letter in every:
        text += letter.text
        owners += [letter] * len(letter.text)
    start = text.index(packed(words))
    return owners[start : start + len(packed(words))]


def ink(pdf: bytes, left: float, top: float, right: float, bottom: float) -> tuple[float, ...]:
    """The box of what is drawn on the first page within these bounds: left, top, right, bottom, in cm."""
    png = subprocess.run(
        ["pdftoppm", "-r", "254", "-gray", "-png", "-f", "1", "-l", "1", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    ).stdout
    picture = Image.open(io.BytesIO(png)).crop(tuple(round(edge * 100) for edge in (left, top, right, bottom)))
    box = ImageChops.invert(picture.convert("L")).getbbox()
    assert box, "nothing is drawn there"
    return box[0] / 100 + left, box[1] / 100 + top, box[2] / 100 + left, box[3] / 100 + top


@pytest.fixture(scope="module")
def letter():
    """A letter of two pages."""
    return printed(
        "letter", address=["ถนนตัวอย่าง เขตตัวอย่าง", "กรุงเทพมหานคร 10400"], refers=["หนังสือ ที่ ศธ 04010/55"],
        enclosures=["กำหนดการ 1 ฉบับ", "แบบตอบรับ 1 ฉบับ"], paragraphs=[REASON] * 9 + [END], urgency="ด่วนที่สุด",
        contact={"unit": "กลุ่มนิเทศ", "phone": "0 2000 0000", "email": "office1@example.org", "copies": "กลุ่ม 1"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def memo():
    return printed(
        "memo", unit="กลุ่มนิเทศ", paragraphs=[REASON, END], urgency="ด่วนมาก", secrecy="ลับ", contact={"phone": "0 2000 0000"},
        endorsements=[{"text": "ชอบ", "name": "นายสมชาย ใจดี", "position": "ผู้อำนวยการ", "day": date(2026, 12, 16)}, {}],
    )  # fmt: skip


def test_the_margins_are_three_two_two_and_a_half_and_two_centimetres(letter):
    text = [each for each in letters(letter) if 2.45 < each.y < 27.7]

    assert min(each.x for each in text) == pytest.approx(3, abs=0.02)
    assert max(each.right for each in text) <= 19.01
    first_lines = {page: min(each.y for each in text if each.page == page) for page in (1, 2)}
    assert 2.5 < first_lines[2] < 3.2
    assert max(each.y for each in letters(letter) if each.page == 1 and "…" not in each.text and each.x < 15) < 27.7


def test_the_garuda_of_a_letter_is_three_centimetres_high_and_stands_in_the_middle(letter):
    left, top, right, bottom = ink(letter, 9.3, 1, 12.5, 4.55)

    assert top == pytest.approx(1.5, abs=0.05)
    assert bottom - top == pytest.approx(3, abs=0.05)
    assert (left + right) / 2 == pytest.approx(11, abs=0.05)


def test_the_garuda_of_a_memo_is_one_and_a_half_and_stands_left(memo):
    left, top, _right, bottom = ink(memo, 2.5, 1, 4.6, 3.1)

    assert top == pytest.approx(1.5, abs=0.05)
    assert bottom - top == pytest.approx(1.5, abs=0.05)
    assert left == pytest.approx(3, abs=0.1)


def test_the_number_stands_at_the_feet_of_the_garuda_and_the_day_begins_at_its_middle(letter):
    number, office, day = of(letter, "ที่ศธ๐๔๐๐๑")[0], of(letter, "สพป.ตัวอย่าง")[0], of(letter, "๑๕ธันวาคม๒๕๖๙")[0]

    assert number.y == pytest.approx(office.y, abs=0.01)
    assert 3.9 < number.y < 4.5
    assert day.x == pytest.approx(11, abs=0.02)


def test_paragraphs_begin_two_and_a_half_centimetres_in_and_the_closing_at_the_middle(letter):
    assert of(letter, "ด้วยสำนักงาน")[0].x == pytest.approx(5.5, abs=0.02)
    assert of(letter, END)[0].x == pytest.approx(5.5, abs=0.02)
    assert of(letter, "ขอแสดงความนับถือ")[0].x == pytest.approx(11, abs=0.02)


def test_sizes_are_those_of_the_rule(letter, memo):
    def sizes(pdf, words):
        return {each.size for each in of(pdf, words)}

    assert sizes(letter, END) == {BODY}
    assert sizes(memo, "บันทึกข้อความ") == {19.0}
    for label in ("ส่วนราชการ", "วันที่", "เรื่อง"):
        assert sizes(memo, label) == {13.1}
    assert all("Bold" in each.font for each in of(memo, "บันทึกข้อความ") + of(memo, "ส่วนราชการ"))
    assert sizes(memo, "ด่วนมาก") == {21.0}
    assert sizes(memo, END) == {BODY}


def test_urgency_and_secrecy_are_red_and_secrecy_stands_above_and_below_in_the_middle(letter, memo):
    stamps = [each for each in letters(memo) if each.text == "ล" and each.size == 21.0]

    assert [each.colour for each in (of(letter, "ด่วนที่สุด")[0], of(memo, "ด่วนมาก")[0], *stamps)] == [
        pytest.approx((0.753, 0, 0), abs=0.01)
    ] * 4
    above, below = sorted(stamps, key=lambda each: each.y)
    assert above.y < 1.5
    assert 28.3 < below.y < 29.5
    for stamp in (above, below):
        assert 10.5 < stamp.x < 11
    assert of(letter, "ด่วนที่สุด")[0].x == pytest.approx(3, abs=0.05)
    garuda_ends, heading_begins = 4.6, of(memo, "บันทึกข้อความ")[0].x
    assert garuda_ends < of(memo, "ด่วนมาก")[0].x < of(memo, "ด่วนมาก")[-1].right < heading_begins


def test_pages_are_numbered_from_the_second_in_thai_digits(letter):
    first, second = (packed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(letter)).pages)

    assert "-๒-" in second
    assert "-๑-" not in first
    place = next(each for each in letters(letter) if each.page == 2 and each.text == "๒" and each.y < 2.5)
    assert place.x == pytest.approx(11, abs=0.2)


def test_the_foot_of_a_page_says_how_the_next_begins(letter):
    first, second = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(letter)).pages)

    catch_word = first.strip().splitlines()[-1] if "…" in first.strip().splitlines()[-1] else ""
    begins = second.replace("- ๒ -", "").split()[0]
    slash = next(each for each in letters(letter) if each.page == 1 and each.text == "/" and each.y > 27.7)

    assert f"/{begins[:4]}" in packed(first)
    assert "…" not in second
    assert 14 < slash.x < 19
    assert catch_word == "" or catch_word.startswith("/")


def test_numbers_are_thai_but_not_those_of_addresses(letter):
    text = packed(by_pypdf(letter))

    for words in (
        "๕มกราคม๒๕๗๐",
        "เวลา๐๙.๓๐น.",
        "ศธ๐๔๐๐๑/ว๑๒๓",
        "โทร.๐๒๐๐๐๐๐๐๐",
        "https://example.org/f/12",
        "office1@example.org",
    ):
        assert words in text
    assert packed(by_pdfminer(letter)).count("https://example.org/f/12") == 9


def test_a_signature_is_never_alone_on_a_page():
    """The text grows line by line until the signature has gone over to the second page."""
    turned = 0
    for lines in range(12, 26, 2):
        pages = [
            packed(page.extract_text())
            for page in pypdf.PdfReader(
                io.BytesIO(printed("order", paragraphs=["เพื่อให้เรียบร้อย"] * lines + [END], from_day=None))
            ).pages
        ]
        assert END in pages[-1], f"{lines} lines: the signature stands alone"
        assert "นางสาวปิยะนุช" in pages[-1]
        turned += len(pages) == 2
    assert turned, "the text was never long enough to prove anything"


def test_what_superiors_say_goes_over_with_the_signature_and_the_last_words():
    """The text grows line by line until their room has gone over to the second page."""
    superior = {"asked": "เห็นควร", "name": "นายสมชาย ใจดี", "position": "ผู้อำนวยการกลุ่ม"}
    turned = 0
    for lines in range(8, 24, 2):
        pdf = printed("memo", paragraphs=["เพื่อให้เรียบร้อย"] * lines + [END], endorsements=[superior, superior])
        pages = [packed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
        (place,) = [number for number, text in enumerate(pages) if "นายสมชาย" in text]
        assert END in pages[place], f"{lines} lines: the room for superiors stands alone"
        turned += place == 1
    assert turned, "the text was never long enough to prove anything"


def test_an_order_names_its_bodies_their_people_and_duties_and_when_it_begins():
    person = {"name": "นายสมชาย ใจดี", "position": "ผู้อำนวยการ", "role": "ประธานกรรมการ"}
    items = [
        {"heading": "คณะกรรมการอำนวยการ", "lines": [person], "duty": "ให้คำปรึกษา"},
        {"heading": "ฝ่ายจัดงาน", "lines": [person]},
    ]

    text = packed(
        by_pypdf(printed("order", number="45/2569", items=items, paragraphs=[REASON], from_day=date(2026, 12, 20)))
    )

    for words in (
        "คำสั่งสพป.ตัวอย่างเขต๑", "ที่๔๕/๒๕๖๙", "๑.คณะกรรมการอำนวยการ", "๒.๑นายสมชาย", "ประธานกรรมการ", "มีหน้าที่ให้คำปรึกษา",
        "ทั้งนี้ตั้งแต่วันที่๒๐ธันวาคมพ.ศ.๒๕๖๙เป็นต้นไป", "สั่งณวันที่๑๕ธันวาคมพ.ศ.๒๕๖๙", "(นางสาวปิยะนุชตั้งใจ)", "รักษาราชการแทน",
    ):  # fmt: skip
        assert words in text, words


def test_a_paper_of_which_nothing_is_known_yet_still_prints_with_room_to_fill_in():
    for paper in ("letter", "memo", "order", "announcement", "minutes"):
        html = render_to_string(f"documents/official/{paper}.html", {"title": "ว่าง", "subject": "เรื่องเดียว"})
        assert "เรื่องเดียว" in packed(by_pypdf(render_pdf(html))) or paper == "minutes"


def test_what_cannot_be_printed_well_is_printed_all_the_same(caplog):
    """A word that never ends stays within the margins, control characters vanish, a picture that is none is left out."""
    pdf = printed(
        "announcement",
        paragraphs=["ก" * 1500, "ก่อน\x00\x07หลัง <b>&"],
        signer={"name": "นายสมชาย", "drawing": "signatures/none.png"},
    )
    text = packed(by_pypdf(pdf))

    assert text.count("ก") > 1500
    assert max(each.right for each in letters(pdf)) < 19.3
    assert "ก่อนหลัง<b>&" in text
    assert "นายสมชาย" in text
