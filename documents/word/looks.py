"""How each element of a document looks and where it stands: computed styles and boxes of WeasyPrint's layout."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin

import pypdfium2 as pdfium
from weasyprint import CSS, HTML
from weasyprint.formatting_structure import boxes

from documents import pdf

from .xml import POINTS, make

STYLES = ("css/word.css",)
"""Beside those of the PDF, and after them."""
SIZE = 16.0
"""Points of running text in Word: TH Sarabun New 16 pt, the optical equal of the PDF's Sarabun 10.5 pt."""
ONE_MORE_PAGE = '<div style="break-before: page"></div>'
"""So that the head and foot of later pages are known of a document with one page, too."""

FINE = 220 / 72
"""Dots of a drawing for one point: what Word itself keeps for print."""

SIDES = ("top", "left", "bottom", "right")
"""In the order of the schema of Word."""
BORDERS = {"dotted": "dotted", "dashed": "dashed", "double": "double"}


@dataclass(frozen=True)
class Look:
    """One element: its computed style, and the border box in CSS pixels on the page of its first part."""

    box: boxes.Box
    page: int
    scale: float
    """Font size in Word for one in the PDF: both are told from the size of running text."""

    def __getitem__(self, name: str):
        """A computed CSS property, `break_before` for `break-before`."""
        return self.box.style[name]

    def pixels(self, name: str) -> float:
        """A length; 0 where it is `auto` or relative to what isn't known."""
        value = self[name]
        value = getattr(value, "value", value) if getattr(value, "unit", "px") == "px" else 0
        return value if isinstance(value, int | float) else 0

    @property
    def x(self) -> float:
        return self.box.border_box_x()

    @property
    def y(self) -> float:
        return self.box.border_box_y()

    @property
    def width(self) -> float:
        return self.box.border_width()

    @property
    def height(self) -> float:
        return self.box.border_height()

    @property
    def left(self) -> float:
        """Where the content begins."""
        return self.box.content_box_x()

    @property
    def right(self) -> float:
        """Where the content ends."""
        return self.left + self.box.width

    @property
    def is_inline(self) -> bool:
        return isinstance(self.box, boxes.InlineLevelBox)

    @property
    def is_atomic(self) -> bool:
        """A box among words: inline-block, inline-flex."""
        return self.is_inline and not isinstance(self.box, boxes.InlineBox)

    @property
    def is_flex(self) -> bool:
        return "flex" in self["display"]

    @property
    def is_cell(self) -> bool:
        return isinstance(self.box, boxes.TableCellBox)

    @property
    def is_table(self) -> bool:
        return bool(getattr(self.box, "is_table_wrapper", False))

    @property
    def is_placed(self) -> bool:
        """Taken out of the flow and put over every page: a watermark."""
        return self["position"] == "fixed"

    @property
    def size(self) -> float:
        """Font size in points of Word, to the half."""
        return round(self["font_size"] * POINTS * self.scale * 2) / 2

    @property
    def is_bold(self) -> bool:
        return self["font_weight"] >= 600

    @property
    def alignment(self) -> str:
        """left, center, right or justify."""
        return {"start": "left", "end": "right"}.get(self["text_align_all"], self["text_align_all"])

    def border(self, side: str) -> tuple[str, float, str] | None:
        """(style, pixels, colour) of a border that is drawn."""
        width, style = self.pixels(f"border_{side}_width"), self[f"border_{side}_style"]
        if style in {"none", "hidden"} or not width:
            return None
        color = self[f"border_{side}_color"]
        return style, width, hexadecimal(self["color"] if color == "currentcolor" else color) or "000000"

    @property
    def is_framed(self) -> bool:
        return all(self.border(side) for side in ("top", "right", "bottom", "left"))

    @property
    def is_ruled(self) -> bool:
        """A line to write on: only the lower border, or a picture repeated along it."""
        return not self.is_framed and (self.border("bottom") is not None or self.has_picture)

    @property
    def has_picture(self) -> bool:
        return any(kind != "none" for kind, *_ in self["background_image"])

    def borders(self, tag: str, *, spaced: bool = False):
        """`w:tag` with the borders that are drawn, None without; spaced: they keep the padding from the words."""
        sides = make(tag)
        for side in SIDES:
            if border := self.border(side):
                style, width, color = border
                line = BORDERS.get(style, "single")
                room = min(31, round(self.pixels(f"padding_{side}") * POINTS)) if spaced else 0
                eighths = max(2, min(96, round(width * POINTS * 8)))
                sides.append(make(side, val=line, sz=eighths, space=room, color=color))
        return sides if len(sides) else None

    @property
    def background(self) -> str | None:
        return hexadecimal(self["background_color"])


def is_drawing(element) -> bool:
    """Shapes with their words, whose numbers are told elsewhere: what a reader of the screen isn't told, with an SVG in it."""
    return element.get("aria-hidden") == "true" and element.find(".//{*}svg") is not None


def hexadecimal(color) -> str | None:
    """“0f4c5c” for a colour of WeasyPrint; None for one that isn't seen."""
    if color == "currentcolor" or color.alpha == 0:
        return None
    red, green, blue = color.to("srgb").coordinates[:3]
    return "".join(f"{round(max(0, min(1, part)) * 255):02X}" for part in (red, green, blue))


class Looks:
    """The laid out document: `looks[element]` is how it looks, `looks.get(element)` None where it isn't shown."""

    def __init__(self, html: str, media: pdf.Media):
        head, end, rest = html.rpartition("</body>")
        kit = pdf._kit()
        self.fetcher = pdf.Fetcher(media)
        source = HTML(string=f"{head}{ONE_MORE_PAGE}{end}{rest}", base_url=pdf.BASE_URL, url_fetcher=self.fetcher)
        sheets = [kit.style, *(CSS(filename=pdf.static_file(name)) for name in STYLES)]
        document = source.render(stylesheets=sheets, font_config=kit.config)
        self.title = document.metadata.title or ""
        self.author = ", ".join(document.metadata.authors)
        self._document = document
        self.pages = [page._page_box for page in document.pages]
        self.body = source.etree_element.find("body")
        self.body.remove(self.body[-1])
        self._scale = SIZE / (self.pages[0].children[0].style["font_size"] * POINTS)
        self._looks: dict = {}
        self._generated: dict = {}
        self._tables: dict = {}
        self._cells: dict = {}
        self._drawings: dict = {}
        for number, page in enumerate(self.pages):
            for box in _all(page):
                self._remember(box, number)

    def _remember(self, box, number: int) -> None:
        element = getattr(box, "element", None)
        if element is None or isinstance(box, boxes.LineBox | boxes.TextBox):
            return
        if "::" in box.element_tag:
            if not box.element_tag.endswith("::marker"):
                self._generated.setdefault((element, box.element_tag.rpartition("::")[2]), box)
            return
        self._looks.setdefault(element, Look(box, number, self._scale))
        if is_drawing(element) and isinstance(box, boxes.BlockLevelBox):
            self._drawings.setdefault(element, {}).setdefault(number, box)
        if isinstance(box, boxes.TableBox):
            self._tables.setdefault(element, box)
        if isinstance(box, boxes.TableCellBox):
            self._cells.setdefault(element, box)

    def get(self, element) -> Look | None:
        return self._looks.get(element)

    def __getitem__(self, element) -> Look:
        """Raises KeyError where the element isn't shown."""
        return self._looks[element]

    def __contains__(self, element) -> bool:
        return element in self._looks

    def generated(self, element, place: str) -> boxes.Box | None:
        """The box of `::before` or `::after`."""
        return self._generated.get((element, place))

    def table(self, element) -> boxes.TableBox | None:
        """The table's own box; `looks[element]` is that of the table with its caption."""
        return self._tables.get(element)

    def cell(self, element) -> boxes.TableCellBox | None:
        return self._cells.get(element)

    def drawings(self, element) -> Iterator[tuple[bytes, float, float]]:
        """A drawing in dots, page by page, as a PNG with its width and height in pixels."""
        for number, box in self._drawings.get(element, {}).items():
            width, height = box.border_width(), box.border_height()
            if width >= 1 and height >= 1:
                yield self._cut_out(number, box), width, height

    def told(self, element) -> str:
        """A drawing in words: the caption and the numbers of the figure around it."""
        figure = element
        while figure.tag != "figure" and figure in self._parents:
            figure = self._parents[figure]
        rows = [row for row in figure.iter("tr") if row.find("td") is not None]
        parts = [[caption] for caption in figure.iter("figcaption")] + [list(row) for row in rows]
        return "; ".join(" ".join("".join(cell.itertext()).strip() for cell in part) for part in parts)

    def _cut_out(self, number: int, box) -> bytes:
        sheet = self.pages[number]
        left, top = box.border_box_x(), box.border_box_y()
        beyond = sheet.margin_width() - left - box.border_width()
        below = sheet.margin_height() - top - box.border_height()
        crop = (max(left, 0), max(below, 0), max(beyond, 0), max(top, 0))
        page = self._drawn[self._drawn_pages.index(number)]
        shown = page.render(scale=FINE, crop=tuple(side * POINTS for side in crop)).to_pil()
        out = io.BytesIO()
        shown.quantize(64).save(out, "PNG", optimize=True)
        return out.getvalue()

    @cached_property
    def _drawn_pages(self) -> list[int]:
        return sorted({number for places in self._drawings.values() for number in places})

    @cached_property
    def _drawn(self) -> pdfium.PdfDocument:
        """The pages that have drawings, as the PDF shows them."""
        pages = [self._document.pages[number] for number in self._drawn_pages]
        return pdfium.PdfDocument(self._document.copy(pages).write_pdf())

    @cached_property
    def aims(self) -> dict[str, int]:
        """The ids that links of the document lead to, each with a number."""
        links = (link.get("href", "") for link in self.body.iter("a"))
        return {name: number for number, name in enumerate(dict.fromkeys(x[1:] for x in links if x[:1] == "#"), 1)}

    @cached_property
    def _parents(self) -> dict:
        return {child: parent for parent in self.body.iter() for child in parent}

    def behind(self, cell) -> str | None:
        """Colour of the row or the group of rows behind a cell."""
        for element in (self._parents[cell], self._parents[self._parents[cell]]):
            look = self.get(element)
            if look is not None and look.background:
                return look.background
        return None

    @staticmethod
    def address(source: str) -> str:
        """The whole address of a picture."""
        return urljoin(pdf.BASE_URL, source)

    def page_of(self, identifier: str) -> int | None:
        """On which page of the PDF the element with this id stands, from 1."""
        for element, look in self._looks.items():
            if element.get("id") == identifier:
                return look.page + 1
        return None

    def is_empty(self, element) -> bool:
        """Nothing to read and no picture in it."""
        return not "".join(element.itertext()).strip() and not any(
            child.tag in {"img", "br"} for child in element.iter()
        )


def _all(box) -> Iterator[boxes.Box]:
    """The box and everything in it, with what is placed absolutely."""
    box = getattr(box, "_box", box)
    yield box
    for child in getattr(box, "children", ()):
        yield from _all(child)
