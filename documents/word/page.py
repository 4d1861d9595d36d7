"""Paper, margins, and what stands at the head and foot of each page."""

from copy import deepcopy

from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Twips
from weasyprint.formatting_structure import boxes

from .inline import field_runs
from .looks import Looks, hexadecimal
from .styles import identifier, letters, nothing
from .xml import allowed, make, twips

FIELDS = {"page": "PAGE", "pages": "NUMPAGES"}
THAI = r" \* THAIARABIC"
"""Switch of a field that counts in Thai digits: the numbering of a section tells it to page numbers only."""
WATERMARK = 20.0
"""Points of what slants over the whole page in the PDF: in Word it stands at the head."""
EDGE = 709
"""Twips of the head and foot from the edge of the paper: 1.25 cm."""
HEAD_LINE = 300
"""Twips that a line of the head is high."""
PLACES = {"top": ("left", "center", "right"), "bottom": ("left", "center", "right")}


def size(sheet) -> tuple[int, int]:
    """Width and height of the paper in twips."""
    return twips(sheet.margin_width()), twips(sheet.margin_height())


def edges(sheet) -> tuple[float, float]:
    """Where words begin and end on this page, in pixels."""
    return sheet.content_box_x(), sheet.content_box_x() + sheet.width


def section(sheet):
    """`w:sectPr` of this paper and these margins."""
    width, height = size(sheet)
    turned = {"orient": "landscape"} if width > height else {}
    sides = {side: twips(getattr(sheet, f"margin_{side}")) for side in ("top", "right", "bottom", "left")}
    return make(
        "sectPr",
        make("pgSz", w=width, h=height, **turned),
        make("pgMar", **sides, header=EDGE, footer=min(EDGE, sides["bottom"] * 2 // 5), gutter=0),
    )


def end_section(body, sheet) -> None:
    """The section ends after the last paragraph."""
    last = body[-1]
    if last.tag != qn("w:p"):
        last = nothing()
        body.append(last)
    last.get_or_add_pPr().append(section(sheet))


def furnish(file, looks: Looks, code: str) -> None:
    """The last section, and the head and foot of all."""
    body = file.element.body
    last = section(looks.pages[-2] if len(looks.pages) > 1 else looks.pages[-1])
    body.append(last)
    sections = [*body.iterfind(f".//{qn('w:pPr')}/{qn('w:sectPr')}"), last]
    first, later = looks.pages[0], looks.pages[-1]
    part = Section(sections[0], file.part)
    above, below = _placed(looks)
    _fill(part.header, later, "top", code, above)
    _fill(part.footer, later, "bottom", code, below)
    if _boxes(first) != _boxes(later):
        part.different_first_page_header_footer = True
        _fill(part.first_page_header, first, "top", code, above)
        _fill(part.first_page_footer, first, "bottom", code, below)
        _raise(part, sections, _rise(looks))
    if any("thai" in str(box.style["content"]) for box in _margins(later)):
        for each in sections:
            each.insert(list(each).index(each.find(qn("w:pgMar"))) + 1, make("pgNumType", fmt="thaiNumbers"))


def _rise(looks: Looks) -> int:
    """By how much the first page begins above its margin, in twips: the Garuda stands nearer to the edge."""
    shown = [looks[element] for element in looks.body.iter() if element in looks]
    highest = min((look.y for look in shown if look.page == 0 and not look.is_placed), default=0)
    return max(0, twips(looks.pages[0].content_box_y() - highest))


def _raise(part: Section, sections: list, rise: int) -> None:
    """All pages begin that much higher, and the head of the later ones keeps their text where it was."""
    if not rise:
        return
    for each in sections:
        margins = each.find(qn("w:pgMar"))
        top = int(margins.get(qn("w:top")))
        margins.set(qn("w:top"), str(top - rise))
        margins.set(qn("w:header"), str(EDGE - rise // 2))
    line = part.header.paragraphs[-1].paragraph_format
    line.space_before, line.space_after = Twips(rise // 2), Twips(max(0, top - EDGE - HEAD_LINE))


def _placed(looks: Looks) -> tuple[list, list]:
    """What stands over every page, as paragraphs of the head and of the foot: that it is a draft, or secret."""
    above: list = []
    below: list = []
    for element in looks.body.iter():
        if element not in looks or not looks[element].is_placed:
            continue
        look, words = looks[element], make("t")
        words.text = allowed(" ".join("".join(element.itertext()).split()))
        if look["transform"]:
            shape = letters(size=WATERMARK, bold=True, color="808080")
        else:
            shape = letters(size=look.size, bold=look.is_bold, color=hexadecimal(look["color"]))
        at_foot = look["top"] == "auto" or look.y > looks.pages[0].margin_height() * 0.7
        properties = make("pPr", make("pStyle", val="Footer" if at_foot else "Header"), make("jc", val="center"))
        (below if at_foot else above).append(make("p", properties, make("r", shape, words)))
    return above, below


def _margins(sheet) -> list:
    return [box for box in sheet.children if isinstance(box, boxes.MarginBox)]


def _boxes(sheet) -> dict:
    return {box.at_keyword: str(box.style["content"]) for box in _margins(sheet) if _parts(box)}


def _parts(box) -> list:
    content = box.style["content"]
    return [] if isinstance(content, str) else [part for part in content if part != ("string", "")]


def _fill(holder, sheet, edge: str, code: str, placed: list) -> None:
    """One line, left, middle and right by tab stops; above it what stands over the page."""
    holder.is_linked_to_previous = False
    element = holder._element
    for child in list(element):
        element.remove(child)
    element.extend(deepcopy(placed))
    width = twips(sheet.width)
    by_place = {box.at_keyword: box for box in _margins(sheet)}
    tabs = make("tabs", make("tab", val="center", pos=width // 2), make("tab", val="right", pos=width))
    style = identifier("Header" if edge == "top" else "Footer")
    line = make("p", make("pPr", make("pStyle", val=style), tabs))
    waiting = 0
    for place in PLACES[edge]:
        box = by_place.get(f"@{edge}-{place}")
        runs = list(_runs(box, code)) if box is not None else []
        if runs:
            line.extend(make("r", make("tab")) for _ in range(waiting))
            line.extend(runs)
            waiting = 0
        waiting += 1
    element.append(line)


def _runs(box, code: str):
    for kind, value in _parts(box):
        if kind == "counter()":
            is_thai = "thai" in value
            yield from field_runs(FIELDS.get(value[0], "PAGE") + THAI * is_thai, "๑" if is_thai else "1")
        else:
            words = make("t")
            words.text = allowed(value if kind == "string" else code)
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            yield make("r", words)
