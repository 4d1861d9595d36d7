"""Pictures: only from where the PDF takes them, in a form and size that Word shows."""

import base64
import io
import logging
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache

import pypdfium2 as pdfium
from docx.shared import Emu
from PIL import Image, ImageOps
from weasyprint import HTML
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration

from documents.pdf import Fetcher

from .looks import Looks
from .xml import allowed, make

logger = logging.getLogger(__name__)

EMU = 9525
"""English metric units of a CSS pixel."""
DOTS = 220 / 96
"""Dots of a stored picture for one CSS pixel: what Word itself keeps for print."""
FINE = 400 / 72
"""Dots of a drawing for one point."""
KEPT = {"PNG", "JPEG", "GIF"}
LARGEST = 60_000_000
"""Dots of a picture beyond which it isn't opened."""


def picture(file, looks: Looks, element, room: float):
    """`w:drawing` of an `<img>`, not wider than the room; None where there is no picture: an address that isn't ours."""
    box = looks[element].box
    width, height = box.width, box.height
    if not (isinstance(box, boxes.ReplacedBox) and width > 0 and height > 0):
        return None
    if width > room > 0:
        width, height = room, height * room / width
    try:
        content = looks.fetcher.fetch(looks.address(element.get("src", ""))).read()
        if b"<svg" in content[:2000]:
            content = _drawn(content, width, height)
        stored = _stored(content, round(width * DOTS), round(height * DOTS))
    except (ValueError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        logger.warning("left out a picture of a Word file: %s", error)
        return None
    return _in_line(file, stored, width, height, element.get("alt", ""))


def drawings(file, looks: Looks, element, room: float) -> Iterator:
    """`w:drawing` of shapes that the layout drew, one for each page that they stand on, told by their numbers."""
    for drawn, width, height in looks.drawings(element):
        fitting = min(1.0, room / width)
        yield _in_line(file, drawn, width * fitting, height * fitting, looks.told(element))


def _in_line(file, content: bytes, width: float, height: float, told: str):
    inline = file.part.new_pic_inline(io.BytesIO(content), Emu(round(width * EMU)), Emu(round(height * EMU)))
    inline.docPr.set("descr", allowed(told))
    for side in "TBLR":  # LibreOffice keeps three millimetres where nothing is said
        inline.set(f"dist{side}", "0")
    return make("drawing", deepcopy(inline))


@lru_cache(maxsize=32)
def _drawn(svg: bytes, width: float, height: float) -> bytes:
    """A drawing as the PDF shows it, in dots: older Words know no SVG."""
    address = f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
    style = f"@page {{ size: {width}px {height}px; margin: 0 }} body {{ margin: 0 }} img {{ display: block; width: {width}px; height: {height}px }}"
    page = f'<style>{style}</style><img src="{address}">'
    pdf = HTML(string=page, url_fetcher=Fetcher()).write_pdf(font_config=FontConfiguration())
    with pdfium.PdfDocument(pdf) as document:
        shown = document[0].render(scale=FINE, fill_color=(255, 255, 255, 0)).to_pil()
    out = io.BytesIO()
    shown.save(out, "PNG", optimize=True)
    return out.getvalue()


def _stored(content: bytes, width: int, height: int) -> bytes:
    """The picture upright and not much finer than it is printed; untouched where it is so already."""
    with Image.open(io.BytesIO(content)) as opened:
        if opened.width * opened.height > LARGEST:
            raise ValueError(f"a picture of {opened.width} × {opened.height} dots")
        turned = opened.getexif().get(0x0112, 1) != 1
        too_fine = opened.width > width * 2 and opened.height > height * 2
        if opened.format in KEPT and not turned and not too_fine:
            opened.load()
            return content
        kind = opened.format if opened.format in KEPT else "PNG"
        shown = ImageOps.exif_transpose(opened)
        if too_fine and shown.mode not in {"1", "P"}:
            shown.thumbnail((max(width, 1), max(height, 1)), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        shown.save(out, kind, **({"quality": 88} if kind == "JPEG" else {}))
        return out.getvalue()
