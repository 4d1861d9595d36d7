"""What a reader finds in a Word file and in the HTML that it was made of, in order and without white space."""

import io
import re

from docx import Document
from docx.oxml.ns import qn
from weasyprint import HTML

MARKS = re.compile("[☐○↓]")
"""Boxes to tick and arrows: drawn in HTML, characters in Word."""
LEFT_OUT = {"svg", "style", "title", "head"}
HIDDEN = {"watermark", "secrecy"}
"""In Word these stand at the head or foot of the page."""


def opened(content: bytes):
    return Document(io.BytesIO(content))


def by_docx(content: bytes) -> str:
    """The words of the body, without what fields show."""
    return _packed("".join(_words(opened(content).element.body)))


def _words(body):
    in_field = False
    for element in body.iter(qn("w:t"), qn("w:p"), qn("w:br"), qn("w:tab"), qn("w:fldChar")):
        if element.tag == qn("w:fldChar"):
            in_field = element.get(qn("w:fldCharType")) != "end"
        elif element.tag == qn("w:t") and not in_field:
            yield element.text or ""


def by_html(html: str) -> str:
    """The words of the HTML that a reader of the document sees; of a chart, its caption and the table that print shows."""
    return _packed("".join(_seen(HTML(string=html).etree_element, ".doc-head { display: none" in html)))


def _seen(element, without_head: bool):
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in LEFT_OUT:
            names = set((child.get("class") or "").split())
            if "chart" in names:
                yield from _seen_of_chart(child)
            elif not (names & HIDDEN or (without_head and "doc-head" in names)):
                yield from _seen(child, without_head)
        yield child.tail or ""


def _seen_of_chart(figure):
    """The caption once, of the figure, not of its tables; the shapes are a picture, and a table that only the page has is told with it."""
    for part in figure:
        names = set((part.get("class") or "").split())
        if part.tag == "figcaption" or "chart-foot" in names:
            yield from part.itertext()
        elif "chart-data" not in names:
            for table in part.iter("table"):
                if (caption := table.find("caption")) is not None:
                    table.remove(caption)
                yield from table.itertext()


def _packed(text: str) -> str:
    return MARKS.sub("", re.sub(r"[\s\u00a0]+", "", text))
