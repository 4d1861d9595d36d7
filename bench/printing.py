"""What a document is measured against: the same HTML as anybody prints it."""

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from documents.fonts import fonts
from documents.pdf import BASE_URL, STYLES, Fetcher, static_file


def plain_pdf(html: str) -> bytes:
    """WeasyPrint, the style sheet, the pictures, the font files; no exact text, no tags."""
    config = FontConfiguration()
    style = fonts().css() + "".join(static_file(name).read_text(encoding="utf-8") for name in STYLES)
    return HTML(string=html, base_url=BASE_URL, url_fetcher=Fetcher()).write_pdf(
        stylesheets=[CSS(string=style, font_config=config)], font_config=config
    )
