"""From HTML to PDF: our fonts, our style sheet, exact text, and nothing fetched from anywhere else."""

import logging
import mimetypes
import re
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pydyf
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import get_log_attrs
from weasyprint.urls import URLFetcher, URLFetcherResponse

from . import exact_text, page_references
from .catch_words import catch_words
from .fonts import OFFICE, Fonts, fonts, known_sets, office_fonts, text_size

logger = logging.getLogger(__name__)

STYLES = ("css/documents.css", "css/charts.css", "css/official.css")
BASE_URL = "http://document.invalid/"
"""What `/static/…` is relative to: a name that no network knows, and that `Fetcher` never asks for."""
VARIANT = "pdf/a-2a"
ACCESSIBLE = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
"""Says that the archive file (PDF/A-2a, ISO 19005-2) is an accessible one too (PDF/UA-1, ISO 14289-1 §5), with the
extension schema that ISO 19005-2 §6.6.2.3 asks for a property of another standard."""

Media = Callable[[str], bytes]


def stored_media(name: str) -> bytes:
    """The bytes of an uploaded file by its storage name; the context builder decides which names appear."""
    with default_storage.open(name) as file:
        return file.read()


def render_pdf(html: str, *, media: Media = stored_media, variant: str | None = VARIANT) -> bytes:
    """PDF bytes of a whole HTML document; its `<title>` and `lang` become those of the file.

    Pictures come as `{% static … %}`, `media:NAME` (read by `media`)
    or `data:`; every other address is refused, logged, and prints its alternative text. Characters that no
    font draws are printed as their number, see `drawable`.
    """
    exact_text.install()
    page_references.install()
    kit = _kit(_fonts_of(html))
    source = HTML(string=breakable(unbroken(drawable(html))), base_url=BASE_URL, url_fetcher=Fetcher(media))
    options = {"pdf_variant": variant, "pdf_tags": variant is not None}
    document = source.render(stylesheets=[kit.style], font_config=kit.config, **options)
    if more := catch_words(document):
        styles = [kit.style, CSS(string=more)]
        document = source.render(stylesheets=styles, font_config=kit.config, **options)
    return document.write_pdf(finisher=_mark_accessible if variant else None, **options)


def _mark_accessible(_document: Document, pdf: pydyf.PDF) -> None:
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream) and thing.extra.get("Type") == "/Metadata":
            thing.stream = [part.replace(b"</rdf:RDF>", ACCESSIBLE + b"</rdf:RDF>") for part in thing.stream]


def drawable(html: str) -> str:
    """`html` with “[U+4E2D]” for what our fonts cannot draw, and without control characters and turning marks.

    An empty box tells the reader nothing and is easily overlooked; the number can be looked up.
    """
    html = html.translate(_TURNED)
    undrawn = set(html) - fonts().characters - _LAYOUT
    if not undrawn:
        return html
    table: dict[int, str] = {}
    for character in undrawn:
        category = unicodedata.category(character)
        if category in {"Cc", "Cs"}:
            table[ord(character)] = ""
        elif category not in {"Cf", "Mn", "Me"}:
            table[ord(character)] = f"[U+{ord(character):04X}]"
        elif category != "Cf" and not 0xFE00 <= ord(character) <= 0xFE0F:
            # A mark that we cannot draw stands on a letter that we can; in brackets it would tear the word.
            table[ord(character)] = ""
    if table:
        logger.warning("characters without a glyph: %s", " ".join(sorted(f"U+{code:04X}" for code in table)))
    return html.translate(table)


def unbroken(html: str) -> str:
    """Keep on one line what libthai, by which Pango breaks lines, knows in parts only: of people's names, each part.

    So too a figure with the sign that says what it is: x̄ = 3.90. What begins an element of the class ``nowrap`` is left.
    """
    head, body, rest = html.partition("<body")
    return head + body + _FIGURE.sub(r'<bdi class="nowrap">\1</bdi>', _WHOLE.sub(_in_one_piece, rest))


def _in_one_piece(found: re.Match) -> str:
    return " ".join(f'<bdi class="nowrap">{part}</bdi>' for part in found[1].split(" "))


def breakable(html: str) -> str:
    """Lay a “word” of a thousand letters and more in pieces that may break within thirty letters.

    WeasyPrint looks for each break through the text up to the next space: a cell with 10,000 letters without one took
    it twenty seconds, a word of 100,000 Latin letters minutes. No reader copies the space of no width between pieces.
    """
    head, body, rest = html.partition("<body")
    return head + body + _TEXT.sub(lambda text: _ENDLESS.sub(_in_pieces, text[0]), rest)


def _in_pieces(word: re.Match) -> str:
    text = unescape(word[0])
    attributes = get_log_attrs(text, "th")
    pieces, parts, start, length = [], [], 0, 0
    for place in range(1, len(text) + 1):
        here = attributes[place]
        if here.is_line_break or (place - start >= LETTERS and here.is_cursor_position) or place == len(text):
            parts.append(text[start:place] + ("" if here.is_line_break else NO_WIDTH))
            length, start = length + place - start, place
            if length >= PIECE or place == len(text):
                pieces.append(f"<bdi>{escape(''.join(parts), quote=False)}</bdi>")
                parts, length = [], 0
    return NO_WIDTH.join(pieces)


NO_WIDTH = "\u200b"
LETTERS, PIECE = 30, 300
"""Letters after which a word without a place to break may break anyway, and letters of a piece."""
_TEXT = re.compile(r">[^<]{1000,}<")
_ENDLESS = re.compile(r"(?:&[#\w]+;|[^\s&<>]){1000,}")
# In running text only: in a tag the next angle bracket closes it.
_NAME = r"(?<![ก-๛])(?<!nowrap\">)(?:นางสาว|นาง|นาย)[ก-๛]{2,20} [ก-๛]{2,20}(?![ก-๛])"
_WHOLE = re.compile(rf"(ฯลฯ|กรุงเทพมหานคร|{_NAME})(?=[^<>]*<)")
_FIGURE = re.compile(r"((?:x̄|S\.D\.) = \d[\d.]*)(?=[^<>]*<)")
_LAYOUT = frozenset("\n\r\t ")
_TURNED = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Marks that make words run from right to left: on paper nobody would see that they were turned."""


class Fetcher(URLFetcher):
    """Answers `/static/…`, `media:…`, `data:…` and our own font files; refuses everything else."""

    def __init__(self, media: Media = stored_media):
        super().__init__(allowed_protocols={"data"})
        self.media = media

    def fetch(self, url, headers=None):
        """Raises ValueError, which WeasyPrint logs, for an address that is not ours to read."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        if url.startswith("media:"):
            return _answer(url, self.media(unquote(url.removeprefix("media:"))))
        prefix = urlsplit(settings.STATIC_URL).path
        path = unquote(urlsplit(url).path)
        if url.startswith(BASE_URL) and path.startswith(prefix):
            return _answer(url, static_file(path.removeprefix(prefix)).read_bytes())
        if url.startswith("file:") and Path(path).parent in {each.folder for each in known_sets()}:
            return _answer(url, Path(path).read_bytes())
        raise ValueError(f"a document reads static files, media and data only, not {url}")


def _answer(url: str, content: bytes) -> URLFetcherResponse:
    kind = mimetypes.guess_type(url)[0] or "application/octet-stream"
    return URLFetcherResponse(url, content, {"Content-Type": kind})


def static_file(name: str) -> Path:
    """Where the static file is, collected or not. Raises ValueError when there is none."""
    try:
        found = finders.find(name)
        if not found and staticfiles_storage.exists(name):
            found = staticfiles_storage.path(name)
    except SuspiciousFileOperation:
        found = None
    if not found:
        raise ValueError(f"there is no static file {name}")
    return Path(found)


@dataclass
class _Kit:
    """Fonts and style sheet as WeasyPrint keeps them, made once per thread: Pango's objects are not shared."""

    config: FontConfiguration
    style: CSS
    made_of: tuple


_local = threading.local()


def _kit(brought: Fonts | None = None) -> _Kit:
    """The kit of documents, or the one of an office that `brought` its own fonts."""
    styles = [static_file(name) for name in STYLES]
    sets = [fonts(), *([brought] if brought else [])]
    made_of = (*(each.folder for each in sets), *((style, style.stat().st_mtime_ns) for style in styles))
    kits = _local.__dict__.setdefault("kits", {})
    name = brought.folder.name if brought else ""
    kit = kits.get(name)
    if kit is None or kit.made_of != made_of:
        config = FontConfiguration()
        text = "\n".join(
            [
                *(each.css() for each in sets),
                *(style.read_text(encoding="utf-8") for style in styles),
                *([_in_its_own_font(text_size(brought))] if brought else []),
            ]
        )
        css = CSS(string=text, base_url=BASE_URL, url_fetcher=Fetcher(), font_config=config)
        kit = kits[name] = _Kit(config, css, made_of)
    return kit


def _fonts_of(html: str) -> Fonts | None:
    """The fonts that the document names by `data-fonts` (templatetags/official.py), where they are here."""
    named = _FONTS.search(html)
    found = office_fonts(named[1]) if named else None
    if named and found is None:
        logger.warning("the fonts %s of an office are not on this machine; printed in our own", named[1])
    return found


_FONTS = re.compile(r'<html\b[^>]*\bdata-fonts="([0-9a-f]{16})"')


def _in_its_own_font(size: float) -> str:
    """Rules for official papers in what the office brought; what that lacks comes from ours, every size follows `size`."""
    return f"""
    html.official {{
      font-family: "{OFFICE}", "Nithet Text", "Nithet Signs", "Nithet Signs 2", "Nithet Emoji";
      font-size: {size}pt;
    }}
    @page official {{
      @top-center {{ font: {size}pt "{OFFICE}", "Nithet Text" }}
      @bottom-right {{ font: {size}pt "{OFFICE}", "Nithet Text" }}
    }}
    @page official:first {{ @top-center {{ content: none }} }}
    """
