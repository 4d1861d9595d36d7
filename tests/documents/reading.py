"""Text as programs read it from a PDF, without white space: Thai has none between words, lines end anywhere."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypdf
import yaml
from django.conf import settings
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

REFERENCE = (
    Path(settings.BASE_DIR, "handbook", "reference", "handbook_2564.yaml"),
    Path(settings.BASE_DIR, "instruments", "reference", "instruments.yaml"),
)
BARE = "<style>@page { @bottom-left { content: none } @bottom-right { content: none } }</style>"


def page(body: str, head: str = BARE, title: str = "ทดสอบ") -> str:
    """A document around `body`, without the running foot unless `head` is given."""
    return f'<!doctype html><html lang="th"><head><title>{title}</title>{head}</head><body>{body}</body></html>'


def reference_texts() -> list[str]:
    """Every text of the handbook and of the instruments, as it stands in the data files."""
    return [text for path in REFERENCE for text in _texts(yaml.safe_load(path.read_text(encoding="utf-8")))]


def _texts(node) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def packed(text: str) -> str:
    return "".join(text.split())


def by_pypdf(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def by_pdfminer(pdf: bytes) -> str:
    """Letters in the order of the file; pdfminer's guess at lines puts raised tone marks on lines of their own."""

    def letters(box) -> Iterator[str]:
        for item in box:
            if isinstance(item, LTChar):
                yield item.get_text()
            elif isinstance(item, LTContainer):
                yield from letters(item)

    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=None)
    interpreter = PDFPageInterpreter(resources, device)
    pages = []
    for each in PDFPage.get_pages(io.BytesIO(pdf)):
        interpreter.process_page(each)
        pages.append("".join(letters(device.get_result())))
    return "\n".join(pages)


def by_poppler(pdf: bytes, tmp_path: Path) -> str:
    """`pdftotext` in the order of the file; without `-raw` it sorts letters by position, marks too."""
    source = tmp_path / "document.pdf"
    source.write_bytes(pdf)
    run = subprocess.run(["pdftotext", "-raw", source, "-"], capture_output=True, text=True, check=True)
    return run.stdout
