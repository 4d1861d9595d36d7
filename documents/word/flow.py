"""Blocks under each other: paragraphs, lists, tables, boxes side by side, in the order of the document."""

from collections.abc import Callable

from docx.oxml.ns import qn

from . import lists, page, pictures, tables
from .inline import Line, Piece, bookmark, runs, settled, stops
from .looks import Look, Looks, is_drawing
from .styles import STYLES, identifier, letters, nothing
from .xml import make, twips

HEADINGS = {"h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 3", "h5": "Heading 3", "h6": "Heading 3"}
BREAKS = {"page", "always", "left", "right", "recto", "verso"}
AVOIDS = {"avoid", "avoid-page"}
BLOCKS = qn("w:p"), qn("w:tbl")
LABEL_ROOM = 1.05
"""Room of a label for one pixel in the PDF: it may be wider in the letters of Word."""
LABEL_AT_MOST = 0.3
"""Part of the width up to which the first of two boxes is the label of the other."""


class Flow:
    """Writes blocks into the body or a cell (`parent`) between two edges, in CSS pixels on the page."""

    def __init__(self, file, looks: Looks, parent=None, edges: tuple[float, float] | None = None):
        self.file, self.looks = file, looks
        self.parent = file.element.body if parent is None else parent
        self.is_root = parent is None
        self.left, self.right = edges or page.edges(looks.pages[0])
        self.sheet = looks.pages[0]
        self.gap = 0.0
        """Room wanted above the next block, in pixels: margins meet as in CSS."""
        self.turns_page = False
        """The next block begins a page."""
        self.frame: Look | None = None
        """The nearest block around with borders or a background: paragraphs bear them."""
        self.label: list[Piece] = []
        """What hangs out to the left of the next paragraph, from `label_at`; that text goes as far as `reach`."""
        self.label_at = self.reach = 0.0
        self.numbering: tuple[int, float] | None = None
        """Number of the list that the next paragraph is an item of, and by how much its mark hangs out."""
        self.marks: list[str] = []
        """Ids to be marked at the next paragraph, for links and page numbers."""

    # -- Blocks ---------------------------------------------------------------------------------------------------

    def blocks(self, element) -> None:
        """What is in a block: lines where words are, blocks where blocks are."""
        look = self.looks[element]
        line = Line(self.file, self.looks, (self.left, self.right))
        line.generated(element, look, "before")
        line.text(element.text, look)
        floating: list = []
        for child in element:
            inner = self.looks.get(child) if isinstance(child.tag, str) else None
            if inner is not None and not inner.is_placed:
                if inner.is_inline or (inner.is_cell and child.tag == "span"):
                    line.element(child)
                else:
                    self.paragraph(line, look, element)
                    line = Line(self.file, self.looks, (self.left, self.right))
                    if inner["float"] != "none":
                        floating.append(child)
                    elif floating:
                        tables.grid(self, [*floating, child], look)
                        floating = []
                    else:
                        self.block(child)
            line.text(child.tail, look)
        line.generated(element, look, "after")
        self.paragraph(line, look, element)
        for child in floating:
            self.block(child)

    def block(self, element) -> None:
        """One block with its margins, its breaks and what it keeps together."""
        look = self.looks[element]
        self._open(element, look)
        before, frame = self._last(), self.frame
        if look.background or any(look.border(side) for side in ("top", "right", "bottom", "left")):
            self.frame = look
        self._way(element, look)(element)
        self.frame = frame
        self._close(look, before)

    def _way(self, element, look: Look) -> Callable:
        if is_drawing(element):
            return self.drawing
        if element.tag == "table":
            return lambda element: tables.table(self, element)
        if element.tag in {"hr", "img", "svg"}:
            return {"hr": self.rule, "img": self.picture, "svg": lambda element: None}[element.tag]
        if element.tag in {"ul", "ol"}:
            return self.items
        if self.looks.is_empty(element) and not self._has_generated(element):
            return self.room
        children = self._shown(element)
        if look.is_flex and children and not (element.text or "").strip():
            return self.flex
        if look.is_table and not any(self._is_line(cell) for cell in self._cells(element)):
            return self.cells
        if tables.are_side_by_side(self, element, children):
            return lambda element: tables.grid(self, children, look)
        return self.blocks

    def _has_generated(self, element) -> bool:
        return any(self.looks.generated(each, "before") for each in element.iter() if isinstance(each.tag, str))

    def _shown(self, element) -> list:
        return [child for child in element if isinstance(child.tag, str) and self._is_shown(child)]

    def _is_shown(self, element) -> bool:
        look = self.looks.get(element)
        return look is not None and not look.is_placed and element.tag != "svg"

    def _open(self, element, look: Look) -> None:
        self._turn_sheet(look)
        self.gap = max(self.gap, look.pixels("margin_top"))
        if not look.border("top"):
            self.gap += look.pixels("padding_top")
        if look["break_before"] in BREAKS:
            self.turns_page = True
        elif look["break_before"] in AVOIDS:
            self.keep_last()
        if element.get("id") in self.looks.aims:
            self.marks.append(element.get("id"))

    def _close(self, look: Look, before) -> None:
        if look["break_inside"] in AVOIDS and look.height < 0.9 * self.sheet.height:
            self._keep_together(before)
        if look["break_after"] in AVOIDS:
            self.keep_last()
        if look["break_after"] in BREAKS:
            self.turns_page = True
        if not look.border("bottom"):
            self.gap += look.pixels("padding_bottom")
        self.gap = max(self.gap, look.pixels("margin_bottom"))

    def _turn_sheet(self, look: Look) -> None:
        """A new section where the paper turns."""
        sheet = self.looks.pages[look.page]
        if self.is_root and page.size(sheet) != page.size(self.sheet):
            if self._last() is not None:
                page.end_section(self.parent, self.sheet)
            self.sheet, self.turns_page = sheet, False
            self.left, self.right = page.edges(sheet)
            self.gap = 0

    # -- Paragraphs -----------------------------------------------------------------------------------------------

    def paragraph(self, line: Line, look: Look, element=None) -> None:
        """One paragraph of these pieces, in the look of the block that they stand in; none where nothing is said."""
        pieces = settled(line.pieces)
        if not any(piece.text or piece.picture is not None or piece.stop for piece in pieces):
            return
        left, right, hanging = look.left - self.left, self.right - max(look.right, self.reach), 0.0
        if not self.is_root:
            left = max(0.0, left)
        if look.is_table and look.alignment == "center":
            left = right = 0.0  # only as wide as its words: it needs no edges to stand in the middle
        if any(piece.target for piece in pieces):
            # The page number stands at the edge, and its tab must not stop where a first line hangs out to.
            left, right = left + min(0.0, look.pixels("text_indent")), 0.0
        if self.label:
            hanging = LABEL_ROOM * (look.left - self.label_at)
            left = self.label_at - self.left + hanging
            pieces = [*self.label, Piece(look, stop=(left, "left", "none")), *pieces]
            self.label = []
        elif (
            len(pieces) > 1 and pieces[0].text and pieces[1].stop and pieces[1].stop[1] == "left" and not self.numbering
        ):
            # A number of set width before the words: they hang beside it.
            hanging = pieces[1].stop[0] - left
            left = pieces[1].stop[0]
        style = self._style(element, look)
        properties = self._properties(look, style, (left, right, hanging), pieces)
        paragraph = make("p", properties)
        marks, self.marks = self.marks, []
        for mark in marks:
            number = self.looks.aims[mark]
            paragraph.append(make("bookmarkStart", id=number, name=bookmark(mark)))
            paragraph.append(make("bookmarkEnd", id=number))
        paragraph.extend(runs(self.file, pieces, style, look, self.looks))
        self.write(paragraph)

    def write(self, block) -> None:
        """Append a finished paragraph or table."""
        last = self._last()
        if block.tag == qn("w:tbl") and last is not None and last.tag == qn("w:tbl"):
            self.parent.append(nothing())
        if block.tag == qn("w:tbl") and self.turns_page:
            self.break_page()
        self.parent.append(block)

    def break_page(self) -> None:
        """A page break before what can't have one itself."""
        paragraph = nothing()
        paragraph.pPr.insert(0, make("pageBreakBefore"))
        self.parent.append(paragraph)
        self.turns_page = False

    def _style(self, element, look: Look) -> str:
        if element is None:
            return "Normal"
        if element.tag == "h1":
            return "Title"
        if element.tag in {"figcaption", "caption"}:
            return "Caption"
        return "List Paragraph" if self.numbering else HEADINGS.get(element.tag, "Normal")

    def _properties(self, look: Look, style: str, sides: tuple[float, float, float], pieces: list[Piece]):
        """`w:pPr`; sides: indents left and right, and by how much the first line hangs out, in pixels."""
        properties = make("pPr")
        left, right, hanging = sides
        if style != "Normal":
            properties.append(make("pStyle", val=identifier(style)))
        if look["break_after"] in AVOIDS and not STYLES[style][5]:
            properties.append(make("keepNext"))
        if self.turns_page:
            properties.append(make("pageBreakBefore"))
            self.turns_page = False
        if self.numbering:
            number, hanging = self.numbering
            properties.append(make("numPr", make("ilvl", val=0), make("numId", val=number)))
            self.numbering = None
        properties.extend(self._borders())
        tabs = list(stops(pieces, self.right - self.left))
        if tabs:
            properties.append(make("tabs", *tabs))
        if twips(self.gap):
            properties.append(make("spacing", before=twips(self.gap)))
        self.gap = 0
        indent = look.pixels("text_indent")
        indents = {"left": left if abs(left) > 1 else 0, "right": right if abs(right) > 1 else 0, "hanging": hanging}
        if not hanging and not any(piece.target for piece in pieces):
            indents |= {"firstLine": max(0, indent), "hanging": max(0, -indent)}
        if any(indents.values()):
            properties.append(make("ind", **{side: twips(value) for side, value in indents.items() if value}))
        alignment = {"justify": "thaiDistribute"}.get(look.alignment, look.alignment)
        if alignment != STYLES[style][4]:
            properties.append(make("jc", val=alignment))
        return properties if len(properties) else None

    def _borders(self) -> list:
        frame = self.frame
        if frame is None:
            return []
        shade = make("shd", val="clear", color="auto", fill=frame.background) if frame.background else None
        return [part for part in (frame.borders("pBdr", spaced=True), shade) if part is not None]

    # -- Kinds of blocks ------------------------------------------------------------------------------------------

    def items(self, element) -> None:
        """Each list counts for itself; one without marks is paragraphs."""
        items = self._shown(element)
        number, count = None, element.get("start", "1")
        for item in items:
            look = self.looks[item]
            kind = look["list_style_type"]
            hanging = min(look.left - self.left, 28.0)
            if number is None and "list-item" in look["display"] and isinstance(kind, str) and hanging > 4:
                left = twips(look.left - self.left)
                start = int(count) if count.isdecimal() else 1
                number = lists.new_list(self.file, kind, left=left, hanging=twips(hanging), start=start)
            self.numbering = (number, hanging) if number is not None else None
            self.block(item)
            self.numbering = None

    def flex(self, element) -> None:
        """Boxes in a row: a line to write on, a label beside its text, or a table without lines."""
        look, children = self.looks[element], self._shown(element)
        if len(children) == 1 or look["flex_direction"].startswith("column"):
            for child in children:
                self.block(child)
        elif all(self._is_leaf(child) for child in children) and any(self._is_line(child) for child in children):
            self._written_line(children, look)
        elif len(children) == 2 and self._is_label(children[0], look):
            self._labelled(children[0], children[1], look.right)
        else:
            tables.grid(self, children, look)

    def cells(self, element) -> None:
        """A table that is none in HTML: labels beside their text, or columns of words."""
        cells = self._cells(element)
        if (
            len(cells) == 2
            and self._is_label(cells[0], self.looks[element])
            and not self.looks[cells[1]].border("bottom")
        ):
            self._labelled(cells[0], cells[1], self.looks[element].right)
        elif cells:
            tables.grid(self, cells, self.looks[element])
        else:
            self.blocks(element)

    def _cells(self, element) -> list:
        return [each for each in element.iter() if each in self.looks and self.looks[each].is_cell]

    def _labelled(self, label, text, reach: float) -> None:
        """A label that hangs out to the left of its text, which goes as far as there is room."""
        line = Line(self.file, self.looks, (self.left, self.right))
        line.content(label, self.looks[label])
        self.label, self.label_at = settled(line.pieces), self.looks[label].left
        before, self.reach = self.reach, reach
        self.block(text)
        self.label, self.reach = [], before

    def _written_line(self, children: list, look: Look) -> None:
        line = Line(self.file, self.looks, (self.left, self.right))
        for child in children:
            inner = self.looks[child]
            if self._is_line(child):
                line.tab(inner, inner.x + inner.width - self.left, alignment="right", leader="dot")
            else:
                line.content(child, inner)
                line.text(" ", look)
        self.paragraph(line, look)

    def _is_leaf(self, element) -> bool:
        looks = [self.looks.get(each) for each in element.iter() if each is not element and isinstance(each.tag, str)]
        return all(look is None or look.is_inline for look in looks)

    def _is_line(self, element) -> bool:
        """Room to write or sign on, a signature perhaps upon it."""
        return not "".join(element.itertext()).strip() and self.looks[element].is_ruled

    def _is_label(self, element, look: Look) -> bool:
        if element.tag == "img":
            return False
        is_short = self._is_leaf(element) and self.looks[element].width < LABEL_AT_MOST * look.width
        return is_short and not self.looks.is_empty(element)

    def room(self, element) -> None:
        """A block without words: a line to write on, a line drawn, or space."""
        look = self.looks[element]
        if look.is_ruled and look.height > 8:
            line = Line(self.file, self.looks, (self.left, self.right))
            line.tab(look, look.right - self.left, alignment="right", leader="dot")
            self.frame = None
            self.paragraph(line, look)
        elif look.is_framed:
            self._space(look, look.height)
        else:
            self.gap += look.height

    def rule(self, element) -> None:
        self._space(self.looks[element], 0)

    def _space(self, look: Look, height: float) -> None:
        """An empty paragraph with the borders of the frame."""
        self.frame = look
        properties = self._properties(look, "Normal", (look.left - self.left, self.right - look.right, 0.0), [])
        for spacing in properties.findall(qn("w:spacing")):
            spacing.set(qn("w:line"), str(max(20, twips(height))))
            spacing.set(qn("w:lineRule"), "exact")
        self.write(make("p", properties))

    def picture(self, element) -> None:
        line = Line(self.file, self.looks, (self.left, self.right))
        line._picture(element, self.looks[element])
        self.paragraph(line, self.looks[element])

    def drawing(self, element) -> None:
        look = self.looks[element]
        for found in pictures.drawings(self.file, self.looks, element, self.right - self.left):
            line = Line(self.file, self.looks, (self.left, self.right))
            line.pieces.append(Piece(look, picture=found))
            self.paragraph(line, look)

    # -- What stays together --------------------------------------------------------------------------------------

    def _last(self):
        """The last paragraph or table."""
        return next((block for block in self.parent.iterchildren(*BLOCKS, reversed=True)), None)

    def keep_last(self) -> None:
        """The last block stays with the next one."""
        last = self._last()
        if last is not None:
            _keep([last] if last.tag == qn("w:p") else last.findall(qn("w:tr"))[-1].iter(qn("w:p")))

    def _keep_together(self, before) -> None:
        """What came after `before`: every paragraph with the next, but not with what follows the last."""
        last = self._last()
        blocks = self.parent.iterchildren(*BLOCKS) if before is None else before.itersiblings(*BLOCKS)
        for block in blocks:
            rows = [block] if block.tag == qn("w:p") else block.findall(qn("w:tr"))
            for row in rows[:-1] if block is last else rows:
                _keep(row.iter(qn("w:p")))

    def make_room(self) -> None:
        """The gap above a table, which has none itself: under the paragraph before it."""
        last, gap = self._last(), twips(self.gap)
        self.gap = 0
        if last is None or not gap:
            return
        if last.tag == qn("w:tbl") or (last.pPr is not None and last.pPr.find(qn("w:sectPr")) is not None):
            last = nothing()
            self.parent.append(last)
        last.get_or_add_pPr().get_or_add_spacing().set(qn("w:after"), str(gap))

    def finish(self, look: Look | None = None) -> None:
        """What Word wants at the end of the body and of each cell: a paragraph; in an empty cell, of its letters."""
        last = self._last()
        if last is None and look is not None:
            shape = letters(size=look.size)
            self.parent.append(make("p", make("pPr", make("jc", val=look.alignment), shape)))
        elif last is None or last.tag == qn("w:tbl"):
            self.parent.append(nothing())


def _keep(paragraphs) -> None:
    for paragraph in paragraphs:
        paragraph.get_or_add_pPr().get_or_add_keepNext()
