"""Elements of WordprocessingML, lengths, and text that XML takes."""

import re

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

POINTS = 0.75
"""Points of one CSS pixel."""

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def make(tag: str, *children, **attributes):
    """The element `w:tag` with attributes of the same namespace; None leaves an attribute out."""
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        if value is not None:
            element.set(qn(f"w:{name}"), str(value))
    element.extend(child for child in children if child is not None)
    return element


def twips(pixels: float) -> int:
    """CSS pixels as twentieths of a point."""
    return round(pixels * POINTS * 20)


def allowed(text: str) -> str:
    """`text` without the control characters and half characters that XML 1.0 refuses."""
    return _REFUSED.sub("", text)
