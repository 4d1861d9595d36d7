"""Every kind of document, printed once from the demonstration office and looked over by rules.

With GALLERY=DIR in the environment the pages are left there as pictures, for people to look at.
"""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from accounts.models import User
from documents.kinds import Kind, NothingToPrint, all_kinds, document_html
from documents.word import render_word
from tests.e2e.conftest import office, office_copy

from .layout_reading import faults, printed
from .word_reading import by_docx, by_html

__all__ = ["office", "office_copy"]

pytestmark = pytest.mark.e2e  # it walks through the demonstration office, as the journeys do

READERS = ("director", "head", "supervisor1", "clerk")
"""People of the demonstration office who print: the first who may see a record of the kind."""
NEWEST = {"cycle-report", "cycle-report-public"}
"""Kinds whose first record has eighty pages, and whose last one shows as much in twenty."""
ONE_PAGE = {"certificate", "survey-poster"}
"""Kinds that are a single sheet whatever they say."""
LONG = 10
"""Pages from which on the Word file is left to tests/documents/test_word_kinds.py, where the reports are short."""


def test_every_kind_is_printed_whole_and_on_its_paper(office, tmp_path):
    people = [User.objects.get(username=name) for name in READERS]
    shown = os.environ.get("GALLERY")
    wrong = []
    for kind in all_kinds():
        made = _of_first_record(kind, people)
        if made is None:
            wrong.append(f"{kind.code}: the demonstration office has no record to print; add one in demo/")
            continue
        html, title, code = made

        document = printed(html)

        found = faults(document, title, tmp_path)
        if kind.code in ONE_PAGE and len(document.pages) != 1:
            found.append(f"has {len(document.pages)} pages instead of one")
        if kind.word and len(document.pages) < LONG and by_docx(render_word(html, code=code)) != by_html(html):
            found.append("the Word file says something else")
        wrong += [f"{kind.code}: {fault}" for fault in found]
        if shown:
            _show(document.pdf, Path(shown), kind.code)
    assert wrong == []


def _of_first_record(kind: Kind, people: list[User]) -> tuple[str, str, str] | None:
    """HTML, title and record code of the first record that has something to say on this paper."""
    for reader in people:
        for record in kind.objects(reader).order_by("-pk" if kind.code in NEWEST else "pk").iterator():
            with suppress(NothingToPrint):
                return document_html(kind, record, reader)
    return None


def _show(pdf: bytes, folder: Path, name: str) -> None:
    """The pages of `pdf` as pictures `NAME-1.png`, …"""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"{name}.pdf"
    source.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "60", "-png", source, source.with_suffix("")], check=True)
