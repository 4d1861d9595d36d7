"""The choices of an XLSForm: lists, which of them the form shares, and what became of each row."""

import re
from dataclasses import dataclass, field
from typing import Any

from builder.xlsform.reading import Column, Row, Sheet, Workbook
from builder.xlsform.refusal import XlsFormRefused
from builder.xlsform.report import Entry
from builder.xlsform.wording import Words, is_known, legal_key
from instruments.checking import CHOICE_LIMIT, LIST_LIMIT, LISTS_LIMIT

OTHER = {"v": "other", "t": "อื่น ๆ (ระบุ)", "specify": True}
VALUE_LIMIT = 200
_NOT_APPLICABLE = re.compile(r"n[_/.]?a[_.]?|not[_ ]applicable", re.IGNORECASE)
_SHARED_FROM = 20
"""A list as long as this is kept once for all the questions that use it; a shorter one stands with each."""


@dataclass(slots=True)
class Item:
    value: str
    text: str
    row: Row
    sheet: Sheet
    entry: Entry


@dataclass(slots=True)
class Listed:
    """A list, or (``use``) one question's use of it. ``kept``: the columns that filters ask for."""

    name: str
    items: list[Item] = field(default_factory=list)
    uses: int = 0
    scale: str = ""
    other: bool = False
    filtered: bool = False
    kept: set[str] = field(default_factory=set)
    base: "Listed | None" = None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(item.value, item.text) for item in self.items]

    @property
    def not_applicable(self) -> str:
        """The value of the choice “not applicable”; empty where the list has none."""
        return next(
            (value for value, text in self.pairs if _NOT_APPLICABLE.fullmatch(value) or "ไม่เกี่ยวข้อง" in text), ""
        )

    @property
    def steps(self) -> list[tuple[int, str]]:
        """The list as a scale: whole numbers and what they are called; empty where it is none."""
        pairs = [(value, text) for value, text in self.pairs if value != self.not_applicable]
        numbers = {int(value) for value, _ in pairs if re.fullmatch(r"-?\d{1,4}", value)}
        return (
            [(int(value), text) for value, text in pairs]
            if 2 <= len(pairs) <= 11 and len(numbers) == len(pairs)
            else []
        )

    def use(self, *, other: bool = False, filtered: bool = False) -> "Listed":
        self.uses += 1
        return Listed(self.name, self.items, other=other, filtered=filtered, base=self)

    def keep(self, columns: set[str]) -> None:
        if self.base:
            self.base.kept |= columns

    def content(self, choices: "Choices") -> dict[str, Any]:
        """``list`` or ``choices`` of the question."""
        base = self.base or self
        if len(self.items) > LIST_LIMIT:
            raise XlsFormRefused(
                f"รายการตัวเลือก “{self.name}” มี {len(self.items):,} ตัวเลือก เกินกว่าที่รับได้ ({LIST_LIMIT:,} ตัวเลือก) จึงยังไม่ได้นำเข้า "
                "หากเป็นรายชื่อสถานศึกษาหรือบุคลากร ให้ใช้ตัวเลือกจากทะเบียนของระบบแทน"
            )
        shared = self.filtered or len(self.items) > CHOICE_LIMIT or (base.uses > 1 and len(self.items) >= _SHARED_FROM)
        if shared and not (self.other and len(self.items) < CHOICE_LIMIT):
            return {"list": choices.share(base)}
        made: list[dict[str, Any]] = [{"v": value, "t": text} for value, text in self.pairs]
        if self.other:
            made = [choice | {"specify": True} if choice["v"] == OTHER["v"] else choice for choice in made]
            if not any(choice["v"] == OTHER["v"] for choice in made):
                made.append(dict(OTHER))
        return {"choices": made}


class Choices:
    def __init__(self, book: Workbook, words: Words) -> None:
        self.words = words
        self.entries: list[Entry] = []
        self.lists: dict[tuple[str, bool], Listed] = {}
        self._shared: dict[str, Listed] = {}
        self.reserved: set[str] = set()
        """Keys of lists that the form has already."""
        for sheet in (book.choices, book.external_choices):
            self._read(sheet)

    def _read(self, sheet: Sheet) -> None:
        last: tuple[int, str] = (0, "")
        seen: dict[tuple[str, str], int] = {}
        external = sheet.name != "choices"
        for row in sheet.rows:
            name, value = (self.words.get(sheet, row, column) for column in ("list_name", "name"))
            label = self.words.get(sheet, row, "label")
            entry = Entry(sheet.name, row.number, value, name)
            self.entries.append(entry)
            if not name and value and last[1] and last[0] == row.number - 1:
                name = last[1]
                entry.changed(f"ไม่มีชื่อรายการ (list_name) จึงถือว่าอยู่ในรายการ “{name[:60]}” ของแถวบน")
            if not name or not value:
                entry.left("ไม่มีชื่อรายการ (list_name)" if not name else "ไม่มีค่าของตัวเลือก (name)")
                continue
            last = (row.number, name)
            if len(value) > VALUE_LIMIT:
                entry.left(f"ค่าของตัวเลือกยาวเกิน {VALUE_LIMIT} ตัวอักษร")
                continue
            if (name, value) in seen:
                entry.left(f"ค่า “{value[:60]}” ซ้ำกับแถว {seen[name, value]} ในรายการเดียวกัน")
                continue
            seen[name, value] = row.number
            if not label:
                entry.changed("ไม่มีข้อความ (label) จึงใช้ค่าแทน")
            text = self.words.clean(label or value, entry, multiline=False) or value
            if self.words.media(sheet, row):
                entry.changed("ไม่ได้รับภาพหรือเสียงประกอบตัวเลือก")
            listed = self.lists.setdefault((name, external), Listed(name))
            listed.items.append(Item(value, text, row, sheet, entry))

    def find(self, name: str, *, external: bool = False) -> Listed | None:
        """The list of that name; by letter case or spaces aside where none is written exactly so."""
        for place in ((name, external), (name, not external)):
            if place in self.lists:
                return self.lists[place]
        plain = _plain(name)
        return next((listed for (other, _), listed in self.lists.items() if plain and _plain(other) == plain), None)

    def columns(self, name: str) -> dict[str, str]:
        """Header of each column that a filter of this list may name: attribute of the choice."""
        listed = self.find(name)
        sheet = listed.items[0].sheet if listed else None
        made: dict[str, str] = {"name": "name"}
        for column in sheet.columns if sheet else ():
            if not is_known(column):
                made[column.name] = legal_key(column.name, set(made.values()))
        return made

    def share(self, listed: Listed) -> str:
        key = next((key for key, other in self._shared.items() if other is listed), "")
        if key:
            return key
        if len(self._shared) >= LISTS_LIMIT:
            raise XlsFormRefused(
                f"แบบนี้ใช้รายการตัวเลือกกลางเกิน {LISTS_LIMIT} รายการ จึงยังไม่ได้นำเข้า โปรดแบ่งเป็นหลายแบบหรือลดการกรองตัวเลือก"
            )
        key = legal_key(listed.name, self.reserved | set(self._shared))
        self._shared[key] = listed
        return key

    def shared(self) -> dict[str, Any]:
        return {key: {"title": listed.name, "items": self._items(listed)} for key, listed in self._shared.items()}

    def _items(self, listed: Listed) -> list[dict[str, Any]]:
        columns = self.columns(listed.name)
        made = []
        for item in listed.items:
            choice: dict[str, Any] = {"v": item.value, "t": item.text}
            attributes = {}
            for column in sorted(listed.kept):
                value = item.value if column == "name" else self.words.get(item.sheet, item.row, column)
                if value:
                    attributes[columns[column]] = value
            made.append(choice | {"attrs": attributes} if attributes else choice)
        return made

    def report(self, *, all_taken: bool = False) -> list[Entry]:
        for listed in () if all_taken else self.lists.values():
            if not listed.uses:
                for item in listed.items:
                    item.entry.left(f"ไม่มีข้อใดที่รับเข้ามาใช้รายการ “{listed.name[:60]}”")
        return self.entries

    def column_left(self, sheet: Sheet, column: Column) -> str:
        """Why a column nobody knows is not taken; empty where it is."""
        if is_known(column):
            return ""
        kept = {name for listed in self.lists.values() for name in listed.kept}
        if sheet.name in ("choices", "external_choices"):
            return "" if column.name in kept else "ไม่มีตัวกรองตัวเลือกใดใช้คอลัมน์นี้"
        return "ไม่ใช่คอลัมน์ที่ระบบใช้"


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", name).lower()
