"""How far a long document is while it is laid out, page by page; and how it is stopped on the way."""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from weasyprint.logger import PROGRESS_LOGGER

PROGRESS_LOGGER.setLevel(logging.INFO)
PROGRESS_LOGGER.propagate = False  # nobody else hears of pages
_PAGE = re.compile(r"Page (\d+)")


class _Pages(logging.Handler):
    """Hears of each page that this thread lays out."""

    def __init__(self, told: Callable[[int], None]):
        super().__init__(logging.INFO)
        self.told, self.thread = told, threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread and (found := _PAGE.search(record.getMessage())):
            self.told(int(found[1]))


@contextmanager
def each_page(told: Callable[[int], None]) -> Iterator[None]:
    """Call ``told`` with the number of each page as it is laid out; what it raises ends the document.

    Pages whose numbers stand in a table of contents are laid out again, so a number may come twice.
    """
    handler = _Pages(told)
    PROGRESS_LOGGER.addHandler(handler)
    try:
        yield
    finally:
        PROGRESS_LOGGER.removeHandler(handler)
