"""What stands in a line: pieces of text with their look, made into runs of Word."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from weasyprint.formatting_structure import boxes

from . import pictures
from .looks import Look, Looks, hexadecimal
from .styles import STYLES, letters
from .xml import POINTS, allowed, make, twips

MM = 96 / 25.4
"""CSS pixels of a millimetre."""
BOX_AT_MOST = 8 * MM
"""A wider empty frame is not a box to tick but room to write in."""
SPACE = 0.21
"""Width of a space of TH Sarabun New, in parts of the font size."""
NO_BREAK, WIDE = "\N{NO-BREAK SPACE}", "\N{EM SPACE}"


@dataclass
class Piece:
    """Words of one look; or, without text, a picture, a tab or the page number of a heading."""

    look: Look
    text: str = ""
    picture: object = None
    stop: tuple[float, str, str] | None = None
    """A tab before the text: (pixels from the left edge of the room, alignment, leader)."""
    target: str = ""
    """Whose page number: the id of an element."""
    link: str = ""
    blank: bool = False
    """Room to write in: the spaces are dotted."""
    solid: bool = False
    """Text that is not ours to collapse."""


@dataclass
class Line:
    """The pieces of one paragraph, collected from inline elements."""

    file: object
    looks: Looks
    edges: tuple[float, float]
    """Where the room begins and ends, in pixels on the page."""
    pieces: list[Piece] = field(default_factory=list)

    def text(self, text: str | None, look: Look, link: str = "") -> None:
        if text:
            self.pieces.append(Piece(look, _collapsed(text, look["white_space"]), link=link))

    def element(self, element, link: str = "") -> None:
        """An inline element with all in it."""
        look = self.looks.get(element)
        if look is None or look.is_placed:
            return
        link = _link(element) or link
        if element.tag == "br":
            self.pieces.append(Piece(look, "\n"))
        elif element.tag == "img":
            self._picture(element, look)
        elif self.looks.is_empty(element):
            self._room(element, look)
        else:
            self.content(element, look, link)
            if look.is_atomic and look["width"] != "auto":
                self.tab(look, look.x + look.width - self.edges[0])
            self._gap(look)

    def content(self, element, look: Look, link: str = "") -> None:
        """What is in an element, whatever the element is; blocks in it begin new lines."""
        self.generated(element, look, "before")
        self.text(element.text, look, link)
        for child in element:
            inner = self.looks.get(child) if isinstance(child.tag, str) else None
            begins = inner is not None and not inner.is_inline and not inner.is_cell and child.tag != "img"
            if begins and self.has_words:
                self.pieces.append(Piece(look, "\n"))
            if inner is not None:
                self.element(child, link)
            self.text(child.tail, look, link)
        self.generated(element, look, "after")

    @property
    def has_words(self) -> bool:
        return any(piece.text.strip() or piece.picture is not None for piece in self.pieces)

    def tab(self, look: Look, at: float, *, alignment: str = "left", leader: str = "none") -> None:
        self.pieces.append(Piece(look, stop=(at, alignment, leader)))

    def _picture(self, element, look: Look) -> None:
        found = pictures.picture(self.file, self.looks, element, self.edges[1] - self.edges[0])
        if found is None:
            self.text(element.get("alt"), look)
        else:
            self.pieces.append(Piece(look, picture=found))

    def _room(self, element, look: Look) -> None:
        """An empty element: a box to tick, a line to write on, or nothing."""
        if look.is_framed and look.width <= BOX_AT_MOST:
            radius = look["border_top_left_radius"][0]
            round_ = (radius.value >= 40) if radius.unit == "%" else radius.value * 2 >= look.width
            self.pieces.append(Piece(look, "○" if round_ else "☐", solid=True))
        elif (look.is_framed or look.is_ruled) and look.width:
            count = max(4, round(look.width * POINTS / (look.size * SPACE)))
            self.pieces.append(Piece(look, NO_BREAK * count, blank=True, solid=True))
        else:
            self.text(element.text, look)
            return
        self._gap(look)

    def _gap(self, look: Look) -> None:
        gap = look.pixels("margin_right") + look.pixels("padding_right")
        if gap > MM:
            self.pieces.append(Piece(look, WIDE, solid=True) if gap > 4 * MM else Piece(look, " "))

    def generated(self, element, look: Look, place: str) -> None:
        """What the style sheet says before or after the element; the page of a heading stands at the end of its line."""
        boxes_ = [self.looks.generated(element, each) for each in ("before", "after")]
        if any(box is not None and _counts_pages(box) for box in boxes_):
            if place == "after":
                self.tab(look, float("inf"), alignment="right", leader="dot")
                self.pieces.append(Piece(look, target=_link(element).removeprefix("#"), solid=True))
        elif (box := self.looks.generated(element, place)) is not None:
            words = "".join(part.text for part in box.descendants() if isinstance(part, boxes.TextBox))
            self.pieces.append(Piece(look, words))


def _counts_pages(box) -> bool:
    content = box.style["content"]
    return not isinstance(content, str) and any(part[0] == "target-counter()" for part in content)


def _link(element) -> str:
    """Where a link leads that still leads somewhere outside of our pages: a full address or a place in the document."""
    address = element.get("href", "") if element.tag == "a" else ""
    return address if address.startswith(("#", "https://", "http://", "mailto:")) else ""


def _collapsed(text: str, white_space: str) -> str:
    text = allowed(text)
    if white_space in {"pre", "pre-wrap", "break-spaces"}:
        return text.replace("\r\n", "\n").expandtabs(4)
    if white_space == "pre-line":
        return re.sub(r"[ \t\r\f]*\n[ \t\r\f]*", "\n", re.sub(r"[ \t\r\f]+", " ", text))
    text = re.sub(r"[ \t\n\r\f]+", " ", text)
    return f"{text[:1]}{text[1:-1].replace(' ', NO_BREAK)}{text[-1:]}" if white_space == "nowrap" and text[1:] else text


def settled(pieces: list[Piece]) -> list[Piece]:
    """Without the spaces that CSS takes away: doubled, and at the ends of lines. Changes the pieces."""
    at_start, previous = True, None
    for piece in pieces:
        if piece.picture is not None or piece.stop or piece.target:
            at_start, previous = piece.stop is not None, piece
            continue
        if not piece.solid:
            if at_start:
                piece.text = piece.text.lstrip(" ")
            if piece.text.startswith("\n") and previous is not None and not previous.solid:
                previous.text = previous.text.rstrip(" ")
        if piece.text:
            at_start, previous = piece.text[-1] in " \n", piece
    while (
        pieces and not pieces[-1].solid and not (pieces[-1].picture is not None or pieces[-1].stop or pieces[-1].target)
    ):
        pieces[-1].text = pieces[-1].text.rstrip(" \n")
        if pieces[-1].text:
            break
        pieces.pop()
    return pieces


def runs(file, pieces: list[Piece], style: str, room: Look | None, looks: Looks) -> Iterator:
    """Runs of Word for settled pieces in a paragraph of this style."""
    for piece in pieces:
        shape = _shape(piece, style, room)
        if piece.stop:
            yield make("r", shape, make("tab"))
        elif piece.picture is not None:
            yield make("r", shape, piece.picture)
        elif piece.target:
            number = looks.page_of(piece.target)
            yield from field_runs(f"PAGEREF {bookmark(piece.target)} \\h", str(number or ""), shape)
        elif piece.text:
            run = make("r", shape, *_words(piece.text))
            yield _linked(file, run, piece.link) if piece.link else run


def _words(text: str) -> Iterator:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield make("br")
        if line:
            words = make("t")
            words.text = line
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            yield words


def _shape(piece: Piece, style: str, room: Look | None):
    """Only what differs from the style of the paragraph."""
    look = piece.look
    _, _, points, bold, _, _ = STYLES[style]
    lines = look["text_decoration_line"]
    lines = set() if lines == "none" else set(lines)
    shade = look.background if look.is_inline and look is not room else None
    raised = {"super": "superscript", "sub": "subscript"}.get(look["vertical_align"])
    return letters(
        size=look.size if look.size != points else None,
        bold=look.is_bold if look.is_bold != bold else None,
        italic=True if look["font_style"] != "normal" else None,
        strike=True if "line-through" in lines else None,
        underline="dotted" if piece.blank else "single" if "underline" in lines else None,
        color=_color(look),
        shade=shade,
        raised=raised,
    )


def _color(look: Look) -> str | None:
    color = hexadecimal(look["color"])
    return None if color in {None, "000000"} else color


def field_runs(instruction: str, result: str, shape=None) -> Iterator:
    """A field of Word, with what it shows until it is counted anew."""
    words = make("t")
    words.text = result
    code = make("instrText")
    code.text = f" {instruction} "
    code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    parts = [make("fldChar", fldCharType="begin"), code, make("fldChar", fldCharType="separate"), words]
    for part in [*parts, make("fldChar", fldCharType="end")]:
        yield make("r", deepcopy(shape), part)


def bookmark(identifier: str) -> str:
    """A name that Word takes: letters, digits and underscores, at most forty."""
    return "_" + re.sub(r"\W", "_", identifier)[:39]


def _linked(file, run, address: str):
    if address.startswith("#"):
        return make("hyperlink", run, anchor=bookmark(address[1:]))
    link = make("hyperlink", run)
    link.set(qn("r:id"), file.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    return link


def stops(pieces: list[Piece], width: float) -> Iterator:
    """Tab stops that the pieces ask for, as children of `w:tabs`; width is that of the room in pixels."""
    for piece in pieces:
        if piece.stop:
            at, alignment, leader = piece.stop
            yield make("tab", val=alignment, leader=leader, pos=max(1, twips(min(at, width))))
