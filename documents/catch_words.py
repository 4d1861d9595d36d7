"""Catch-words: “/ในการนี้…” at the right of the foot of a page whose text goes on overleaf, as the printing guide of
สำนักนายกรัฐมนตรี asks of official papers.

The words are those that WeasyPrint put first on the next page, so a paper of several pages is laid out twice. The foot
is outside the text, so the second time the pages are the same. This reads WeasyPrint's boxes (weasyprint 70: the
version that `documents.exact_text` asks for).
"""

from collections.abc import Iterator
from itertools import pairwise

from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import Box, LineBox, TableBox, TextBox
from weasyprint.text.line_break import get_log_attrs

PAGE = "official"
"""The name of the pages of official papers in static/css/official.css."""
LONGEST = 24
"""Characters of a catch-word: about a third of a line."""
_FORCED = {"page", "left", "right", "recto", "verso", "always"}


def catch_words(document: Document) -> str:
    """The style rules that print the catch-words of `document`; empty where no page of it needs one."""
    rules = []
    pages = [page._page_box for page in document.pages]
    for number, (page, following) in enumerate(pairwise(pages), start=1):
        if page.page_type.name == PAGE and (phrase := _phrase(_first_words(page, following))):
            content = f"/{phrase}…".replace("\\", "\\\\").replace('"', '\\"')
            rules.append(f'@page {PAGE}:nth({number}) {{ @bottom-right {{ content: "{content}" }} }}')
    return "\n".join(rules)


def _first_words(page: Box, following: Box) -> str:
    """What the text of `following` begins with; empty where it does not go on from `page`, or where a table does."""
    before = {id(box.element) for box in _boxes(page) if box.element is not None}
    words: list[str] = []
    for box in _boxes(following):
        forced = box.element is not None and box.style["break_before"] in _FORCED and id(box.element) not in before
        if (forced or isinstance(box, TableBox)) and not words:
            return ""
        if isinstance(box, LineBox) and words and not words[-1].endswith(" "):
            words.append(" ")
        if isinstance(box, TextBox):
            words.append(box.text)
        if len("".join(words)) > 2 * LONGEST:
            break
    return " ".join("".join(words).split())


def _boxes(box: Box) -> Iterator[Box]:
    """The boxes of the running text in reading order: nothing placed apart, no margin boxes, no repeated heads."""
    for child in getattr(box, "children", ()):
        apart = not child.is_in_normal_flow() or getattr(child, "is_header", False) or hasattr(child, "at_keyword")
        if not apart:
            yield child
            yield from _boxes(child)


def _phrase(text: str) -> str:
    """The first words of `text` that say something: up to the first space, cut between words where that is far."""
    phrase, _, rest = text.partition(" ")
    while rest and not any(character.isalpha() for character in phrase):
        word, _, rest = rest.partition(" ")
        phrase = f"{phrase} {word}"
    if len(phrase) <= LONGEST:
        return phrase
    breaks = get_log_attrs(phrase, "th")
    between_words = [place for place in range(1, LONGEST + 1) if breaks[place].is_line_break]
    between_letters = [place for place in range(1, LONGEST + 1) if breaks[place].is_cursor_position]
    return phrase[: max(between_words or between_letters or [LONGEST])].strip()
