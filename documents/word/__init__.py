"""From the HTML of a document to an editable Word file (DOCX), by the same style sheets as the PDF.

    document_html → WeasyPrint's layout → `Look` of each element → paragraphs, tables and pictures of Word

WeasyPrint resolves the styles and measures the boxes (`looks`), so nothing here knows the classes of our templates;
what Word shows otherwise than the PDF is CSS as well (`static/css/word.css`).
"""

from documents.pdf import Media, stored_media

from . import page, styles
from .flow import Flow
from .looks import Looks


def render_word(html: str, *, code: str = "", media: Media = stored_media) -> bytes:
    """DOCX bytes of a whole HTML document; `<title>`, author and `lang` become the properties of the file.

    code: what the foot of each page shows where the style sheet asks for the record code. Pictures come from where
    `documents.pdf.Fetcher` reads; any other address shows its alternative text. Characters that XML refuses are left
    out.
    """
    looks = Looks(html.encode(errors="ignore").decode(), media)  # without halves of characters, which no file holds
    file = styles.new_file(title=looks.title, author=looks.author, code=code)
    flow = Flow(file, looks)
    flow.blocks(looks.body)
    flow.finish()
    page.furnish(file, looks, code)
    return styles.saved(file)
