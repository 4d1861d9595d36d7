"""The empty file: styles by name, fonts, language and the properties of the file."""

import io

from django.utils import timezone
from docx import Document
from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from .looks import SIZE
from .xml import allowed, make

FONT, ALTERNATIVES = "TH Sarabun New", "TH SarabunPSK,Sarabun"
"""On every office computer in Thailand; where it isn't, the program takes one of the others."""
LANGUAGE = "th-TH"

STYLES = {
    # name: (kind of paragraph it is based on, outline level, points, bold, alignment, keep with next)
    "Normal": (None, None, SIZE, False, "left", False),
    "Title": ("Normal", None, 23.0, True, "center", True),
    "Heading 1": ("Normal", 0, 17.5, True, "left", True),
    "Heading 2": ("Normal", 1, SIZE, True, "left", True),
    "Heading 3": ("Normal", 2, SIZE, True, "left", True),
    "Caption": ("Normal", None, 15.0, True, "left", True),
    "List Paragraph": ("Normal", None, SIZE, False, "left", False),
    "Header": ("Normal", None, 13.0, False, "left", False),
    "Footer": ("Normal", None, 13.0, False, "left", False),
}

NAMES = {"Heading 1": "heading 1", "Heading 2": "heading 2", "Heading 3": "heading 3", "Caption": "caption"}
NAMES |= {"Header": "header", "Footer": "footer"}
"""As the file calls the styles that Word translates."""


def new_file(*, title: str, author: str, code: str) -> WordFile:
    """A file without words, with our styles only."""
    file = Document()
    _set_styles(file)
    _set_fonts(file)
    _set_settings(file)
    _leave_out(file)
    for child in list(file.element.body):
        file.element.body.remove(child)
    properties, now = file.core_properties, timezone.now()
    properties.title, properties.author, properties.subject = (allowed(text)[:255] for text in (title, author, code))
    properties.last_modified_by, properties.comments, properties.keywords = properties.author, "", ""
    properties.language, properties.created, properties.modified = LANGUAGE, now, now
    return file


def saved(file: WordFile) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def identifier(name: str) -> str:
    """“Heading1” for “Heading 1”."""
    return name.replace(" ", "")


def letters(*, size=None, bold=None, italic=None, underline=None, strike=None, color=None, shade=None, raised=None):
    """Run properties; each for Thai (complex script) as for Latin letters. None where nothing is to be said."""
    properties = make("rPr")

    def say(tag, **attributes):
        properties.append(make(tag, **attributes))

    for tag, value in (("b", bold), ("bCs", bold), ("i", italic), ("iCs", italic), ("strike", strike)):
        if value is not None:
            say(tag, val=None if value else "0")
    if color is not None:
        say("color", val=color)
    for tag in ("sz", "szCs"):
        if size is not None:
            say(tag, val=round(size * 2))
    if underline is not None:
        say("u", val=underline)
    if shade is not None:
        say("shd", val="clear", color="auto", fill=shade)
    if raised is not None:
        say("vertAlign", val=raised)
    return properties if len(properties) else None


def _set_styles(file: WordFile) -> None:
    root = file.styles.element
    for style in root.findall(qn("w:style")):
        root.remove(style)
    latent = root.find(qn("w:latentStyles"))
    if latent is not None:
        root.remove(latent)
    defaults = root.find(qn("w:docDefaults"))
    if defaults is not None:
        root.remove(defaults)
    fonts = make("rFonts", ascii=FONT, hAnsi=FONT, eastAsia=FONT, cs=FONT)
    size = round(SIZE * 2)
    run = make("rPr", fonts, make("sz", val=size), make("szCs", val=size))
    run.append(make("cs"))
    run.append(make("lang", val=LANGUAGE, eastAsia=LANGUAGE, bidi=LANGUAGE))
    paragraph = make("pPr", make("widowControl"), make("spacing", after=0, line=240, lineRule="auto"))
    root.insert(0, make("docDefaults", make("rPrDefault", run), make("pPrDefault", paragraph)))
    for name, (base, level, points, bold, alignment, keep) in STYLES.items():
        style = make("style", type="paragraph", styleId=identifier(name), default="1" if name == "Normal" else None)
        style.append(make("name", val=NAMES.get(name, name)))
        if base:
            style.append(make("basedOn", val=base))
            style.append(make("next", val="Normal" if level is not None or name == "Title" else identifier(name)))
        style.append(make("qFormat"))
        properties = make("pPr")
        if keep:
            properties.extend([make("keepNext"), make("keepLines")])
        if alignment != "left":
            properties.append(make("jc", val=alignment))
        if level is not None:
            properties.append(make("outlineLvl", val=level))
        if len(properties):
            style.append(properties)
        shape = letters(size=points if points != SIZE else None, bold=bold or None)
        if shape is not None:
            style.append(shape)
        root.append(style)
    root.append(
        make(
            "style",
            make("name", val="Normal Table"),
            make("uiPriority", val=99),
            make("semiHidden"),
            make("unhideWhenUsed"),
            make("tblPr", make("tblInd", w=0, type="dxa"), _no_margins()),
            type="table",
            default="1",
            styleId="TableNormal",
        )
    )


def _no_margins():
    sides = ("top", "left", "bottom", "right")
    return make("tblCellMar", *(make(side, w=0, type="dxa") for side in sides))


def _set_fonts(file: WordFile) -> None:
    part = file.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>'
        f'<w:font w:name="{FONT}"><w:altName w:val="{ALTERNATIVES}"/><w:charset w:val="DE"/>'
        '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    ).encode()


def _set_settings(file: WordFile) -> None:
    """As the present Word writes them: compatibility 15."""
    element = file.settings.element
    for child in list(element):
        element.remove(child)
    uri = "http://schemas.microsoft.com/office/word"
    element.extend(
        [
            make("zoom", percent=100),
            make("defaultTabStop", val=720),
            make("characterSpacingControl", val="doNotCompress"),
            make(
                "compat", make("applyBreakingRules"), make("compatSetting", name="compatibilityMode", uri=uri, val=15)
            ),
            make("themeFontLang", val="en-US", bidi=LANGUAGE),
            make("decimalSymbol", val="."),
            make("listSeparator", val=","),
        ]
    )


def _leave_out(file: WordFile) -> None:
    """Parts of the library's template that say nothing here: its thumbnail, sample data, old styles."""
    package = file.part.package
    for relations in (package.rels, file.part.rels):
        for key, relation in list(relations.items()):
            if relation.reltype.rpartition("/")[2] in {"thumbnail", "customXml", "stylesWithEffects", "webSettings"}:
                del relations[key]
    numbering = file.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)


def nothing():
    """An empty paragraph of the least height, where Word needs one: between tables, after the last."""
    return parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:spacing w:after="0" w:line="20" w:lineRule="exact"/>'
        '<w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:pPr></w:p>'
    )
