"""Numbered and dotted lists: each list is a numbering of its own, so that it starts anew."""

from docx.oxml.ns import qn

from .xml import make

FORMATS = {
    "decimal": ("decimal", "%1."),
    "thai": ("thaiNumbers", "%1."),
    "lower-alpha": ("lowerLetter", "%1."),
    "lower-roman": ("lowerRoman", "%1."),
    "upper-roman": ("upperRoman", "%1."),
    "disc": ("bullet", "•"),
    "circle": ("bullet", "◦"),
    "square": ("bullet", "▪"),
}
"""Format and text of Word for `list-style-type`."""


def new_list(file, kind: str, *, left: int, hanging: int, start: int = 1) -> int | None:
    """Number of a new list in the file; None where the style shows no marks. left, hanging: twips."""
    if kind not in FORMATS:
        return None
    form, text = FORMATS[kind]
    root = file.part.numbering_part.element
    abstracts = root.findall(qn("w:abstractNum"))
    number = len(abstracts) + 1
    level = make(
        "lvl",
        make("start", val=start),
        make("numFmt", val=form),
        make("lvlText", val=text),
        make("lvlJc", val="left"),
        make("pPr", make("ind", left=left, hanging=hanging)),
        ilvl=0,
    )
    abstract = make("abstractNum", make("multiLevelType", val="singleLevel"), level, abstractNumId=number)
    root.insert(len(abstracts), abstract)
    root.append(make("num", make("abstractNumId", val=number), numId=number))
    return number
