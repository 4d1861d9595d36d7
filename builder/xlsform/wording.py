"""Words out of a sheet: the language that is taken, text without the marks of other systems, keys that we allow."""

import re
from collections.abc import Collection

from builder.xlsform.reading import Column, Row, Sheet, Workbook
from builder.xlsform.report import Entry
from instruments.logic.grammar import RESERVED
from thai.text import normalise

TEXT_LIMIT = 2000
_THAI = re.compile(r"\bth\b|\btha\b|thai|ไทย", re.IGNORECASE)
_TAGS = re.compile(r"</?[A-Za-z][^<>]*>")
_MARKDOWN = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|__(?=\S)(.+?)(?<=\S)__")
_HEADING = re.compile(r"^#{1,6} +", re.MULTILINE)
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_NAMES = {"label", "hint", "guidance_hint", "constraint_message", "required_message"}
_KNOWN = {
    *_NAMES, "type", "name", "list_name", "required", "relevant", "constraint", "calculation", "read_only", "default",
    "appearance", "parameters", "choice_filter", "repeat_count", "trigger", "disabled", "form_title", "form_id",
    "default_language", "version", "media", "kobo--score-choices", "kobo--rank-items", "kobo--locking-profile",
}  # fmt: skip


def legal_key(name: str, used: Collection[str]) -> str:
    """The name as a key (Latin letters, digits and _, a letter first, at most 40, not a word of the conditions),
    with a number behind where it is taken."""
    key = re.sub(r"[^A-Za-z0-9_]+", "_", name)[:40]
    if not key or not key[0].isalpha() or key in RESERVED or not key.strip("_"):
        key = f"q_{key.strip('_')}".rstrip("_")[:40] if key.strip("_") else "q"
    made, number = key, 2
    while made in used or made in RESERVED:
        made = f"{key[: 40 - len(str(number)) - 1]}_{number}"
        number += 1
    return made


def yes_or_no(value: str) -> bool | None:
    """True or False as a cell says it; None for an expression. An empty cell is no."""
    word = value.strip().lower().replace(" ", "")
    if word in ("yes", "true", "true()", "1", "y", "ใช่"):
        return True
    return False if word in ("", "no", "false", "false()", "0", "n", "ไม่", "ไม่ใช่") else None


class Languages:
    """Thai where the form has it, else its default language, else the first."""

    def __init__(self, book: Workbook) -> None:
        found = [
            column.language
            for sheet in (book.survey, book.choices)
            for column in sheet.columns
            if column.name == "label" and any(column.header in row.cells for row in sheet.rows)
        ]
        said = ""
        if book.settings.rows:
            cells = book.settings.rows[0].cells
            said = next((cells.get(c.header, "") for c in book.settings.columns if c.name == "default_language"), "")
        thai = [language for language in found if _THAI.search(language)]
        default = [language for language in found if language and _plain(language) == _plain(said)]
        plain = [""] if not thai or _THAI.search(said) else []
        order = [*thai, *(plain if not default else []), *default, "", *found]
        self.order = list(dict.fromkeys(order))
        self.taken = next((language for language in self.order if language in found), "")

    def left(self, sheet: Sheet, column: Column) -> str:
        """Why a translation is not taken; empty where it is, or is none."""
        if column.name not in _NAMES or column.language == self.taken or not column.language:
            return ""
        taken = f"ภาษา {self.taken}" if self.taken else "ภาษาหลัก"
        return f"แบบมีภาษาเดียว จึงรับเฉพาะ{taken} และใช้คำแปลนี้เฉพาะแถวที่ไม่มีข้อความภาษาหลัก"


def _plain(language: str) -> str:
    return re.sub(r"\s*\(.*?\)\s*", "", language).strip().lower()


class Words:
    """Cells by the standard name of their column, translated ones in the language that is taken."""

    def __init__(self, languages: Languages) -> None:
        self.languages = languages
        self._headers: dict[tuple[str, str], list[str]] = {}

    def headers(self, sheet: Sheet, name: str) -> list[str]:
        place = (sheet.name, name)
        if place not in self._headers:
            rank = {language: number for number, language in enumerate(self.languages.order)}
            columns = [column for column in sheet.columns if column.name == name]
            columns.sort(key=lambda column: rank.get(column.language, len(rank)))
            self._headers[place] = [column.header for column in columns]
        return self._headers[place]

    def get(self, sheet: Sheet, row: Row, name: str) -> str:
        return next((row.cells[header] for header in self.headers(sheet, name) if header in row.cells), "")

    def media(self, sheet: Sheet, row: Row) -> bool:
        return any(header in row.cells for header in self.headers(sheet, "media"))

    def clean(self, text: str, entry: Entry, *, multiline: bool = True) -> str:
        """Plain text within our limits; the entry says what went."""
        if _REFERENCE.search(text):
            text = _REFERENCE.sub(r"[\1]", text)
            entry.changed("แทรกคำตอบของข้ออื่นในข้อความไม่ได้ จึงแสดงเป็นชื่อข้อใน [ ]")
        bare = _HEADING.sub("", _MARKDOWN.sub(lambda m: m[1] or m[2], _TAGS.sub("", text)))
        if bare != text:
            entry.changed("ไม่ได้รับการจัดรูปแบบตัวอักษร (HTML/Markdown)")
        made = normalise(bare, multiline=multiline)
        if len(made) > TEXT_LIMIT:
            entry.changed(f"ข้อความยาวเกิน {TEXT_LIMIT:,} ตัวอักษร จึงตัดส่วนท้ายออก")
            made = made[:TEXT_LIMIT].rstrip()
        return made


def is_known(column: Column) -> bool:
    return column.name in _KNOWN or column.name.startswith("$")
