"""Between a page and the answers: how a question is shown with its answer, and what a plain posted form says.

The browser module sends events itself; without JavaScript the same inputs arrive as an ordinary post. Each slot has an
input ``a-SLOT`` (files: ``file-SLOT``, pictures and rows to take away: ``rm-SLOT``), each question may have
``na-QUESTION``, a repeating section has the button ``row-add``, and ``was-SLOT`` remembers what the page showed, so
that only what this person changed becomes an event.

questions.py  a question with its answer, for the templates
rows.py       the rows of a repeating section
standing.py   what conditions and calculations come to
words.py      answers in words
pages.py      what else a page needs: people, attachments, what is left to do
posts.py      the events that a plain post means
shown.py      one slot with its answer, and what the page showed of it, signed
"""

from .pages import names_of, page_state, pictures_of, to_do
from .posts import form_events_from_post, typed_and_refused
from .questions import Facts, Page, QuestionView, RowView, row_views
from .rows import NEW_ROW, new_row, offered_rows, row_title, title_slot
from .shown import SlotView
from .standing import standing_of
from .words import answer_text, moment, shown_number

__all__ = [
    "NEW_ROW",
    "Facts",
    "Page",
    "QuestionView",
    "RowView",
    "SlotView",
    "answer_text",
    "form_events_from_post",
    "moment",
    "names_of",
    "new_row",
    "offered_rows",
    "page_state",
    "pictures_of",
    "row_title",
    "row_views",
    "shown_number",
    "standing_of",
    "title_slot",
    "to_do",
    "typed_and_refused",
]
