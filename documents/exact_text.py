"""Make WeasyPrint write into the PDF the text that the font itself gives for each glyph.

WeasyPrint notes for each glyph the letters it was first used for. In Thai that is wrong after the first
ำ or the first ป่ (`glyphs.py` tells why), and everything copied, searched or read aloud from the PDF is
wrong with it. The only change made here: the dictionary in which a `weasyprint.pdf.fonts.Font` keeps those
notes answers with the text of our own fonts where the font is ours.
"""

import hashlib

import weasyprint
from django.core.exceptions import ImproperlyConfigured
from weasyprint.pdf.fonts import Font

from .fonts import known_sets

# The versions for which tests/documents proved that this works.
PROVED_WITH = ("70.0",)


class GlyphTexts(dict):
    """Glyph number → text, in which what the font says wins over what is noted."""

    def __init__(self, known: dict[int, str]):
        super().__init__()
        self.known = known

    def __setitem__(self, glyph: int, text: str) -> None:
        super().__setitem__(glyph, self.known.get(glyph, text))


def install() -> None:
    """Change WeasyPrint once for this process.

    Raises ImproperlyConfigured for a WeasyPrint whose inner workings were not looked at: a PDF with wrong
    text looks right and would be found out too late.
    """
    if getattr(Font, "keeps_exact_text", False):
        return
    if weasyprint.__version__ not in PROVED_WITH:
        raise ImproperlyConfigured(
            f"WeasyPrint {weasyprint.__version__} is installed, but exact text in PDFs was proved with "
            f"{', '.join(PROVED_WITH)} only. Install that version, or read documents/exact_text.py, make "
            "tests/documents pass with the new one and add it to PROVED_WITH."
        )
    plain_init = Font.__init__

    def exact_init(self, *args, **kwargs):
        plain_init(self, *args, **kwargs)
        digest = hashlib.sha256(self.file_content).hexdigest()
        for each in known_sets():
            if known := each.texts.get(digest):
                self.to_unicode = GlyphTexts(known)

    Font.__init__ = exact_init
    Font.keeps_exact_text = True
