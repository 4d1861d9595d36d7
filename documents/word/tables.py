"""Tables with heads that repeat, and boxes side by side as tables without lines."""

import itertools

from docx.oxml.ns import qn

from .looks import SIDES, Look
from .styles import nothing
from .xml import make, twips

NEAR = 5.0
"""Pixels up to which two boxes stand in one row."""
SLACK = 0.1
"""Part of its width that a box gets more where it is only as wide as its words."""
SAME_EDGE = 14.0
"""Pixels up to which two edges are one column."""
AVOIDS = {"avoid", "avoid-page"}


def table(flow, element) -> None:
    """A `<table>`: its caption as a paragraph above, then its rows."""
    box = flow.looks.table(element)
    caption = element.find("caption")
    if caption is not None and flow.looks.get(caption) is not None:
        flow.block(caption)
        flow.keep_last()
    if box is None:
        return
    flow.make_room()
    rows = [row for row in element.iter("tr") if flow.looks.get(row) is not None]
    made = _frame(flow, box.border_box_x(), list(box.column_widths), None)
    open_: dict[int, list] = {}
    for number, row in enumerate(rows):
        next_row = rows[number + 1] if number + 1 < len(rows) else None
        made.append(_row(flow, row, box, open_))
        if flow.looks[row]["break_after"] in AVOIDS or (
            next_row is not None and flow.looks[next_row]["break_before"] in AVOIDS
        ):
            for paragraph in made[-1].iter(qn("w:p")):
                paragraph.get_or_add_pPr().get_or_add_keepNext()
    flow.write(made)


def _row(flow, row, box, open_: dict[int, list]):
    looks = flow.looks
    properties = make("trPr", make("cantSplit"))
    cells = [cell for cell in row if cell.tag in {"td", "th"} and looks.cell(cell) is not None]
    least = looks[row].pixels("height")
    if least or all(looks.is_empty(cell) for cell in cells):
        properties.append(make("trHeight", val=twips(least or looks[row].height), hRule="atLeast"))
    if _is_head(looks, box.element, row):
        properties.append(make("tblHeader"))
    made, column = make("tr", properties), 0
    for cell in cells:
        laid = looks.cell(cell)
        while column < laid.grid_x:
            column += _continued(made, open_, column)
        made.append(_cell(flow, cell, laid, box))
        if laid.rowspan > 1:
            open_[column] = [laid.rowspan - 1, laid]
        column += laid.colspan
    while column < len(box.column_widths):
        column += _continued(made, open_, column)
    return made


def _is_head(looks, element, row) -> bool:
    head = element.find("thead")
    return head is not None and row in list(head) and looks[head]["display"][0] == "table-header-group"


def _continued(made, open_: dict[int, list], column: int) -> int:
    """A cell that goes on from the row above, or an empty one where a row is short. Its width in columns."""
    if column not in open_:
        made.append(make("tc", make("tcPr"), nothing()))
        return 1
    left, laid = open_[column]
    properties = make("tcPr", make("gridSpan", val=laid.colspan) if laid.colspan > 1 else None, make("vMerge"))
    made.append(make("tc", properties, nothing()))
    open_[column][0] -= 1
    if left == 1:
        del open_[column]
    return laid.colspan


def _cell(flow, element, laid, box):
    look = flow.looks[element]
    width = sum(box.column_widths[laid.grid_x : laid.grid_x + laid.colspan])
    properties = make("tcPr", make("tcW", w=twips(width), type="dxa"))
    if laid.colspan > 1:
        properties.append(make("gridSpan", val=laid.colspan))
    if laid.rowspan > 1:
        properties.append(make("vMerge", val="restart"))
    properties.extend(_skin(look, _background(flow, element)))
    made = make("tc", properties)
    inner = type(flow)(flow.file, flow.looks, made, (look.left, look.right))
    inner.blocks(element)
    inner.finish(look)
    return made


def _background(flow, element) -> str | None:
    """Its own, or that of its row: cells show what is behind them."""
    return flow.looks[element].background or flow.looks.behind(element)


def _skin(look: Look, background: str | None, left: float | None = None) -> list:
    """Borders, shade, margins (the left one as told) and vertical place of a cell, in the order of the schema."""
    room = {side: look.pixels(f"padding_{side}") for side in SIDES} | ({} if left is None else {"left": left})
    margins = make("tcMar", *(make(side, w=twips(room[side]), type="dxa") for side in SIDES))
    place = {"middle": "center", "bottom": "bottom"}.get(look["vertical_align"])
    return [
        part
        for part in (
            look.borders("tcBorders"),
            make("shd", val="clear", color="auto", fill=background) if background else None,
            margins,
            make("vAlign", val=place) if place else None,
        )
        if part is not None
    ]


def _frame(flow, x: float, widths: list[float], look: Look | None):
    """A table of fixed columns at its place, still without rows."""
    properties = make("tblPr", make("tblW", w=sum(twips(width) for width in widths), type="dxa"))
    indent = twips(x - flow.left)
    properties.append(make("tblInd", w=indent if abs(indent) > 15 else 0, type="dxa"))
    borders = look.borders("tblBorders") if look is not None else None
    if borders is not None:
        properties.append(borders)
    properties.append(make("tblLayout", type="fixed"))
    return make("tbl", properties, make("tblGrid", *(make("gridCol", w=twips(width)) for width in widths)))


def are_side_by_side(flow, element, children: list) -> bool:
    """Only boxes of set width stand in the element, at least two and at least two in one row, or a list of such."""
    looks = [flow.looks[child] for child in children]
    if not looks or not all(look.is_atomic and look["width"] != "auto" for look in looks):
        return False
    words = [element.text, *(child.tail for child in element)]
    return not any((word or "").strip() for word in words) and not all(flow.looks.is_empty(child) for child in children)


def grid(flow, children: list, look: Look) -> None:
    """Boxes side by side as a table without lines: a row for each height at which boxes stand."""
    seen = [child for child in children if flow.looks[child].width or not flow.looks.is_empty(child)]
    rows = [_spans(flow, row, look) for row in _rows(flow.looks, seen)]
    edges = _edges([edge for row in rows for _, begin, end in row for edge in (begin, end)])
    widths = [right - left for left, right in itertools.pairwise(edges)]
    flow.frame = None
    flow.make_room()
    made = _frame(flow, edges[0], widths, look)
    for boxes in rows:
        row = make("tr", make("trPr", make("cantSplit")))
        heights = [flow.looks[child] for child, _, _ in boxes if flow.looks[child]["height"] != "auto"]
        if heights:
            row[0].append(make("trHeight", val=twips(max(each.height for each in heights)), hRule="atLeast"))
        column = 0
        for child, begin, end in boxes:
            column = _box(flow, row, child, edges, (column, begin, end))
        row.extend(_gap(width) for width in widths[column:])
        made.append(row)
    flow.write(made)


def _box(flow, row, child, edges: list[float], place: tuple[int, float, float]) -> int:
    """A cell for one box, and empty ones before it. The column after it."""
    look = flow.looks[child]
    column, left, right = place
    begin = max(column, _nearest(edges, left))
    end = max(begin + 1, _nearest(edges, right))
    row.extend(_gap(edges[empty + 1] - edges[empty]) for empty in range(column, begin))
    properties = make("tcPr", make("tcW", w=twips(edges[end] - edges[begin]), type="dxa"))
    if end - begin > 1:
        properties.append(make("gridSpan", val=end - begin))
    # Free room before a box belongs to its cell: words that begin at the left stay where they were.
    from_edge = look.alignment == "left" and not look.border("left")
    properties.extend(_skin(look, look.background, left=0.0 if from_edge else None))
    cell = make("tc", properties)
    inner = type(flow)(flow.file, flow.looks, cell, (edges[begin] if from_edge else look.left, look.right))
    inner._way(child, look)(child)
    inner.finish(look)
    row.append(cell)
    return end


def _gap(width: float):
    return make("tc", make("tcPr", make("tcW", w=twips(width), type="dxa")), nothing())


def _spans(flow, boxes: list, around: Look) -> list[tuple]:
    """(box, from, to) of the boxes of one row: what is free between two is shared by them, the rest by the outer."""
    looks = [flow.looks[box] for box in boxes]
    middles = [
        (before.x + before.width + after.x) / 2 + (SLACK * before.width if _is_tight(before, after) else 0)
        for before, after in itertools.pairwise(looks)
    ]
    first, last = looks[0].x, looks[-1].x + looks[-1].width
    begins = [first if looks[0].is_framed else min(first, around.left), *middles]
    ends = [*middles, last if looks[-1].is_framed else max(last, around.right)]
    return list(zip(boxes, begins, ends, strict=True))


def _is_tight(box: Look, neighbour: Look) -> bool:
    """Only as wide as its words, which may be a little wider in the letters of Word; the neighbour has room to give."""
    return box["white_space"] == "nowrap" and neighbour.width > 2 * SLACK * box.width


def _nearest(edges: list[float], x: float) -> int:
    return min(range(len(edges)), key=lambda number: abs(edges[number] - x))


def _edges(found: list[float]) -> list[float]:
    """Where columns begin and end, from left to right."""
    edges: list[float] = []
    for x in sorted(found):
        if not edges or x - edges[-1] > SAME_EDGE:
            edges.append(x)
    return edges if len(edges) > 1 else [edges[0], edges[0] + SAME_EDGE]


def _rows(looks, children: list) -> list[list]:
    rows: list[list] = []
    for child in children:
        look = looks[child]
        last = looks[rows[-1][0]] if rows else None
        beside = last is not None and last.page == look.page and abs(last.y - look.y) <= NEAR
        if beside and look.x >= looks[rows[-1][-1]].x + NEAR:
            rows[-1].append(child)
        else:
            rows.append([child])
    return rows
