"""From HTML to PDF: our fonts, our style sheet, exact text, and nothing fetched from anywhere else."""

import logging
import mimetypes
import re
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from . import exact_text
from .fonts import fonts

logger = logging.getLogger(__name__)

STYLE = "css/documents.css"
BASE_URL = "http://document.invalid/"
"""What `/static/…` is relative to: a name that no network knows, and that `Fetcher` never asks for."""
VARIANT = "pdf/ua-1"

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
    kit = _kit()
    document = HTML(string=unbroken(drawable(html)), base_url=BASE_URL, url_fetcher=Fetcher(media))
    return document.write_pdf(
        stylesheets=[kit.style], font_config=kit.config, pdf_variant=variant, pdf_tags=variant is not None
    )


def drawable(html: str) -> str:
    """`html` with “[U+4E2D]” for every character that our fonts cannot draw, and control characters left out.

    An empty box tells the reader nothing and is easily overlooked; the number can be looked up.
    """
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
    """Keep ฯลฯ on one line. libthai, by which Pango breaks lines, knows the words but not this abbreviation."""
    head, body, rest = html.partition("<body")
    return head + body + _AND_SO_ON.sub('<span class="nowrap">ฯลฯ</span>', rest)


# In running text only: in a tag the next angle bracket closes it.
_AND_SO_ON = re.compile(r"ฯลฯ(?=[^<>]*<)")
_LAYOUT = frozenset("\n\r\t ")


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
        if url.startswith("file:") and Path(path).parent == fonts().folder:
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


def _kit() -> _Kit:
    style = static_file(STYLE)
    made_of = (fonts().folder, style, style.stat().st_mtime_ns)
    kit = getattr(_local, "kit", None)
    if kit is None or kit.made_of != made_of:
        config = FontConfiguration()
        text = f"{fonts().css()}\n{style.read_text(encoding='utf-8')}"
        css = CSS(string=text, base_url=BASE_URL, url_fetcher=Fetcher(), font_config=config)
        kit = _local.kit = _Kit(config, css, made_of)
    return kit
