"""What goes into a dossier: pieces with a place in its folders, each read only when it is written."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile

from accounts.models import User
from documents.kinds import render_document, safe_filename
from instruments.models import Response
from instruments.results import read
from schools.exports import harmless
from thai.dates import date_and_time
from workflows.models import Stateful

LONGEST = 60
"""Letters of a name that every system unpacks: Windows takes 260 for the whole path."""


@dataclass(frozen=True)
class Piece:
    """One file. ``name``: with ending; ``folders``: where it lies, outermost first."""

    name: str
    title: str
    read: Callable[[], bytes]
    """Raises FileNotFoundError where the store has lost it."""
    folders: tuple[str, ...] = ()


def within(folder: str, pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The same pieces, one folder deeper."""
    return (replace(piece, folders=(folder, *piece.folders)) for piece in pieces)


def printed(kind: str, record: Any, user: User, title: str) -> Piece:
    """A document of the record, as this person may print it."""
    return Piece(f"{title}.pdf", title, lambda: render_document(kind, record, user).content)


def stored(file: FieldFile, title: str, name: str = "") -> Piece:
    """An uploaded file as it was kept; ``name``: as the uploader called it."""
    ending = PurePosixPath(name or file.name or "").suffix
    where = file.name or ""

    def content() -> bytes:
        with default_storage.open(where) as opened:
            return opened.read()

    return Piece(f"{title.removesuffix(ending)}{ending}", title, content)


def table(title: str, rows: Callable[[], Iterable[Iterable[Any]]]) -> Piece:
    """Rows as CSV that a spreadsheet opens in Thai."""

    def content() -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows([harmless(str(cell)) for cell in row] for row in rows())
        return text.getvalue().encode("utf-8-sig")

    return Piece(f"{title}.csv", title, content)


def answers(response: Response, title: str) -> Piece:
    """Every answer of a form in words, one to a line."""

    def rows() -> Iterator[list[Any]]:
        yield ["ตอน", "ข้อ", "คำถาม", "คำตอบ", "หมายเหตุ"]
        for section, row in read(response).rows:
            yield [section.section.title, row.question.number, row.question.text, row.text, row.note]

    return table(title, rows)


def moves(record: Stateful, title: str = "ประวัติการดำเนินการและลายนิ้วมือ") -> Piece:
    """Who moved the record, when, in which role and why, with the digest of what it said then."""

    def rows() -> Iterator[list[Any]]:
        yield ["เมื่อ", "การดำเนินการ", "โดย", "ในฐานะ", "เหตุผล", "ลายนิ้วมือของเนื้อหา (SHA-256)"]
        for log in record.transitions.select_related("by"):
            yield [date_and_time(log.at), log.label, log.by, log.role_title, log.reason, log.digest]

    return table(title, rows)


def placed(pieces: Iterable[Piece]) -> Iterator[tuple[str, Piece]]:
    """(path in the file, piece): folders and files numbered in order, so that they sort as they were put in."""
    counts: dict[tuple[str, ...], int] = {}
    numbered: dict[tuple[str, ...], str] = {}

    def next_in(folder: tuple[str, ...]) -> str:
        counts[folder] = counts.get(folder, 0) + 1
        return f"{counts[folder]:02d}"

    for piece in pieces:
        path: tuple[str, ...] = ()
        for depth, name in enumerate(piece.folders, start=1):
            key = piece.folders[:depth]
            if key not in numbered:
                numbered[key] = f"{next_in(path)} {_cut(safe_filename(name))}".strip()
            path = (*path, numbered[key])
        yield "/".join((*path, f"{next_in(path)} {_short(piece.name)}".strip())), piece


def _short(name: str) -> str:
    """The name with its ending."""
    path = PurePosixPath(safe_filename(name))
    return f"{_cut(path.stem)}{path.suffix}"


def _cut(name: str) -> str:
    """No folder of Windows ends in a point or a space."""
    return name[:LONGEST].strip(" .")
