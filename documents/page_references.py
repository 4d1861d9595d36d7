"""Keep the references to a PDF's pages, which WeasyPrint asks for once a tag.

pydyf writes them all anew each time: for 500 tagged certificates that was fourteen million, an eighth of the whole cost.
"""

import pydyf

_written = pydyf.PDF.page_references.fget


def _kept(pdf: pydyf.PDF) -> tuple[bytes, ...]:
    """Pages are only ever added: what was written for as many pages still holds."""
    kept = vars(pdf).get("kept_page_references", ())
    if len(kept) * 3 != len(pdf.pages["Kids"]):
        kept = vars(pdf)["kept_page_references"] = _written(pdf)
    return kept


def install() -> None:
    """Change pydyf once for this process."""
    pydyf.PDF.page_references = property(_kept)
