"""A document as WeasyPrint laid it out: which words stand where on the paper, and what is wrong with that."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pypdf
import pytest
from lxml import etree
from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import Box, LineBox, TableCellBox, TableRowBox, TextBox

from documents.pdf import NO_WIDTH, drawable, render_pdf

from .reading import by_poppler, packed

LEAST_LINE = 1.25
"""Height of a line of Thai in font sizes: Sarabun's ที่ reaches 1.21 above the line's foot, most tails 0.05 below."""
SLACK = 1.0
"""Points by which a letter may stand out: its own overhang, and rounding."""
OURS = re.compile(r"^/[A-Z]{6}\+Nithet-")
BOLD = 600
HEADING_ROW = "row of one heading"
HEADINGS = {"h1", "h2", "h3", "h4", "caption", HEADING_ROW}
SIGNATURES = {"signatures", "sign", "endorsements"}
NOT_SAID = {"head", "title", "style", "script", "svg"}
UNSEEN = {"chart-data", "chart-data-shown"}
"""Parts of a chart of which the paper leaves out the whole table, or its caption."""
THAI = re.compile("[ก-๙]")


@dataclass(frozen=True)
class Word:
    """A piece of one line: its text and where it stands, in CSS pixels from the top left corner of the page."""

    text: str
    left: float
    right: float
    bottom: float
    line: float
    size: float
    in_margin: bool
    in_flow: bool
    cell: tuple[float, float] | None
    inside: frozenset[str]
    """Names of the elements that it stands in, and their classes."""


@dataclass(frozen=True)
class Page:
    """A page: the room for text (left, right, bottom), the size of the paper, and its words as they were drawn."""

    room: tuple[float, float, float]
    paper: tuple[float, float]
    words: list[Word]


@dataclass(frozen=True)
class Printed:
    """A finished file beside the layout and the HTML that it was made of."""

    pdf: bytes
    html: str
    pages: list[Page]


def printed(html: str) -> Printed:
    """The PDF of `html`, printed as everywhere, and the layout that was written."""
    kept: list[Document] = []
    write = Document.write_pdf

    def keep(document, *args, **options):
        kept.append(document)
        return write(document, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Document, "write_pdf", keep)
        pdf = render_pdf(html)
    return Printed(pdf, drawable(html), [_page(each._page_box) for each in kept[-1].pages])


def _page(box: Box) -> Page:
    left, top = box.content_box_x(), box.content_box_y()
    words = list(_words(box))
    paper = (box.margin_width(), box.margin_height())
    return Page((left, left + box.width, top + box.height), paper, words)


def _words(box: Box, inside=frozenset(), line=0.0, cell=None, *, in_margin=False, in_flow=True) -> Iterator[Word]:
    for child in getattr(box, "children", ()):
        if child.style["visibility"] == "hidden":
            continue
        place = {
            "inside": inside | _names(child),
            "line": child.height if isinstance(child, LineBox) else line,
            "cell": (child.border_box_x(), child.border_box_x() + child.border_width())
            if isinstance(child, TableCellBox)
            else cell,
            "in_margin": in_margin or hasattr(child, "at_keyword"),
            "in_flow": in_flow and child.is_in_normal_flow(),
        }
        if isinstance(child, TextBox):
            if child.text.strip():
                right = child.position_x + child.width
                bottom = child.position_y + child.height
                yield Word(child.text, child.position_x, right, bottom, size=child.style["font_size"], **place)
        else:
            yield from _words(child, **place)


def _names(box: Box) -> set[str]:
    names = {box.element_tag or ""}
    if box.element is not None and box.element_tag == box.element.tag:
        names.update((box.element.get("class") or "").split())
    if isinstance(box, TableRowBox) and len(box.children) == 1 and box.children[0].style["font_weight"] >= BOLD:
        names.add(HEADING_ROW)
    return names


def faults(document: Printed, title: str, tmp_path: Path) -> list[str]:
    """What is wrong with the file, in sentences; an empty list is a good document."""
    return [
        *_of_the_file(pypdf.PdfReader(io.BytesIO(document.pdf)), title),
        *_of_the_archive(pypdf.PdfReader(io.BytesIO(document.pdf))),
        *_of_the_text(by_poppler(document.pdf, tmp_path).split("\f")[:-1], document),
        *(fault for number, page in enumerate(document.pages, 1) for fault in _of_the_page(page, number)),
        *_of_what_stands_alone(document.pages),
    ]


def _of_the_file(reader: pypdf.PdfReader, title: str) -> Iterator[str]:
    root = reader.trailer["/Root"]
    if not reader.metadata or " ".join((reader.metadata.title or "").split()) != " ".join(title.split()):
        yield f"the file is called {reader.metadata.title!r} instead of {title!r}"
    if root.get("/Lang") != "th" or "/StructTreeRoot" not in root or not root.get("/MarkInfo", {}).get("/Marked"):
        yield "the file is not a tagged one in Thai"
    found = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            found[font.get_object()["/BaseFont"]] = font.get_object()
    for name, font in found.items():
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"] if "/DescendantFonts" in font else {}
        if not OURS.match(name) or not {"/FontFile2", "/FontFile3"} & set(described):
            yield f"the font {name} is not ours or not inside"


def _of_the_archive(reader: pypdf.PdfReader) -> Iterator[str]:
    """What ISO 19005-2 (PDF/A-2a) and ISO 14289-1 (PDF/UA-1) ask of a file and a machine can read off it."""
    root = reader.trailer["/Root"]
    metadata = etree.fromstring(root["/Metadata"].get_data())
    said = {name: value for element in metadata.iter() for name, value in element.attrib.items()}
    for name, value in {"pdfa/ns/id/}part": "2", "pdfa/ns/id/}conformance": "A", "pdfua/ns/id/}part": "1"}.items():
        if said.get(f"{{http://www.aiim.org/{name}") != value:
            yield f"the file does not say {name} {value}"
    if [intent["/S"] for intent in root["/OutputIntents"]] != ["/GTS_PDFA1"] or "/ID" not in reader.trailer:
        yield "the file has no colour space or no identifier of its own"
    if not root["/ViewerPreferences"]["/DisplayDocTitle"] or ("/Names" in root and "/JavaScript" in root["/Names"]):
        yield "the file does not show its title, or runs a script"
    for number, page in enumerate(reader.pages, 1):
        for note in page.get("/Annots", ()):
            if note.get_object().get("/F") != 4:
                yield f"page {number}: a link is not for print"
        for name, picture in page["/Resources"].get("/XObject", {}).items():
            picture = picture.get_object()
            if str(picture.get("/Interpolate")) == "True" or picture.get("/ColorSpace") == "/DeviceCMYK":
                yield f"page {number}: picture {name} is interpolated or in a printer's colours"
        for name, font in page["/Resources"].get("/Font", {}).items():
            if "/ToUnicode" not in font.get_object():
                yield f"page {number}: nobody knows what the letters of {name} mean"


def _of_the_text(read: list[str], document: Printed) -> Iterator[str]:
    laid: Counter[str] = Counter()
    for number, (page, drawn) in enumerate(zip(document.pages, read, strict=True), 1):
        text = packed(drawn).replace(NO_WIDTH, "")
        wanted = [packed(word.text).replace(NO_WIDTH, "") for word in page.words]
        if torn := [word for word in wanted if word not in text]:
            yield f"page {number}: read as something else: {torn[:3]}"
        elif Counter(text) != Counter("".join(wanted)):
            yield f"page {number}: more or less is read than stands there: {text[:80]}"
        laid.update("".join(wanted))
    if lost := Counter(packed("".join(_said(HTML(string=document.html).etree_element)))) - laid:
        yield f"letters of the text that are not on the paper: {dict(lost)}"


def _said(element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if (
            isinstance(child.tag, str)
            and child.tag not in NOT_SAID
            and not UNSEEN & set(child.get("class", "").split())
        ):
            yield from _said(child)
        yield child.tail or ""


def _of_the_page(page: Page, number: int) -> Iterator[str]:
    left, right, bottom = page.room
    for word in page.words:
        where = f"page {number}: “{word.text[:40]}”"
        if word.left < -SLACK or word.right > page.paper[0] + SLACK or word.bottom > page.paper[1] + SLACK:
            yield f"{where} runs off the paper"
        elif not word.in_margin and word.in_flow:
            if word.left < left - SLACK or word.right > right + SLACK or word.bottom > bottom + 2 * SLACK:
                yield f"{where} stands in the margin"
            elif word.cell and (word.left < word.cell[0] - SLACK or word.right > word.cell[1] + SLACK):
                yield f"{where} runs out of its cell"
        if THAI.search(word.text) and word.line < LEAST_LINE * word.size and not word.in_margin:
            yield f"{where} has a line of {word.line / word.size:.2f} times its size; marks may touch"


def _of_what_stands_alone(pages: list[Page]) -> Iterator[str]:
    flowing = [[word for word in page.words if word.in_flow and not word.in_margin] for page in pages]
    for number, (words, following) in enumerate(pairwise(flowing), 1):
        if not words or not following:
            continue
        if HEADINGS & words[-1].inside and not HEADINGS & following[0].inside - {HEADING_ROW}:
            yield f"page {number} ends with the heading “{words[-1].text}”"
        if SIGNATURES & following[0].inside:
            yield f"page {number + 1} begins with the signatures"
