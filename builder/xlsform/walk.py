"""Where an import stands: what has been made of the rows so far, and what the rows below may call by name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from builder.xlsform.incoming import Target
from builder.xlsform.lists import Choices, Listed
from builder.xlsform.merging import OwnForm
from builder.xlsform.reading import Row, Workbook
from builder.xlsform.report import Entry
from builder.xlsform.wording import Languages, Words, legal_key
from instruments.logic.names import ANY, DATE, LIST, NUMBER, TEXT, THING, TIME

NOT_TAKEN = "ไม่ได้รับเข้ามา"
LOOSE_TITLE = "ข้อทั่วไป"
TYPES = {
    "rating": NUMBER, "exist": NUMBER, "number": NUMBER, "choice": TEXT, "multi": LIST + TEXT, "text": TEXT, "date": DATE,
    "time": TIME, "photo": LIST + TEXT, "file": LIST + TEXT, "place": THING, "signature": THING, "calc": ANY,
}  # fmt: skip
MENU = {"minimal", "autocomplete", "search", "quickcompact"}


@dataclass(slots=True)
class Guard:
    """The condition of a group, judged once for all that stands in it. ``text``: None where it can't be translated."""

    source: str
    entry: Entry
    text: str | None = None


@dataclass(slots=True)
class Draft:
    """A question on its way. ``exprs``: property to XPath."""

    item: dict[str, Any]
    entry: Entry
    exprs: dict[str, str] = field(default_factory=dict)
    guards: list[Guard] = field(default_factory=list)
    listed: Listed | None = None
    name: str = ""
    second: bool = False
    """The time of a dateTime: its report row is the date's."""


@dataclass(slots=True)
class Block:
    """A section on its way."""

    title: str
    name: str
    entry: Entry | None = None
    guards: list[Guard] = field(default_factory=list)
    repeat: dict[str, Any] | None = None
    intro: str = ""
    drafts: list[Draft] = field(default_factory=list)
    key: str = ""
    own: dict[str, Any] | None = None
    show_when: str = ""


@dataclass(slots=True)
class Frame:
    """An open group. ``block`` of its own, or None where its questions stand in the section around it."""

    kind: str
    name: str
    title: str
    entry: Entry
    guards: list[Guard]
    block: Block | None = None
    listed: Listed | None = None
    matrix: Draft | None = None
    inner: list[Guard] = field(default_factory=list)
    """Conditions that go on every question, where the group is no section."""


class Walk:
    """One import on its way down the survey sheet."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.entries: list[Entry] = []
        self.blocks: list[Block] = []
        self.stack: list[Frame] = []
        self.names: dict[str, Target] = {}
        self.rows_of: dict[str, int] = {}
        self.used: set[str] = set()
        self.opened: set[str] = set()
        """Sections of our own export that stand already."""
        self.languages = Languages(book)
        self.words = Words(self.languages)
        self.choices = Choices(book, self.words)
        self.scales: dict[str, Any] = {}
        self.own = OwnForm.of(book)
        self.repeats: dict[str, Block] = {}
        self.settings: list[Entry] = []
        """Of the rows of settings; the other entries come row by row."""

    def get(self, row: Row, name: str) -> str:
        return self.words.get(self.book.survey, row, name)

    def leave(self, entry: Entry, reason: str) -> None:
        entry.left(reason)
        if entry.name:
            self.names.setdefault(entry.name, Target(why=NOT_TAKEN))

    def guard(self, row: Row, entry: Entry) -> Guard | None:
        source = self.get(row, "relevant")
        return Guard(source, entry) if source else None

    def inner_guards(self) -> list[Guard]:
        return [guard for frame in self.stack for guard in frame.inner]

    def outer_guards(self) -> list[Guard]:
        return [guard for frame in self.stack for guard in frame.guards]

    def current(self) -> Block:
        """The section in which the next question stands; a second part of it where another has come between."""
        frame = next((frame for frame in reversed(self.stack) if frame.block), None)
        last = self.blocks[-1] if self.blocks else None
        if frame is None:
            if last is None or last.name or last.entry:
                self.blocks.append(Block(LOOSE_TITLE, ""))
            return self.blocks[-1]
        block = frame.block
        assert block is not None  # noqa: S101 -- chosen for it
        if block is not last and not block.repeat:
            frame.block = Block(
                f"{block.title.removesuffix(' (ต่อ)')} (ต่อ)"[:2000] if block.drafts else block.title,
                block.name,
                block.entry,
                block.guards,
                own=block.own,
            )
            self.blocks.append(frame.block)
        return frame.block or block

    def key(self, name: str, entry: Entry, number: int = 0) -> str:
        if not name:
            entry.changed("ไม่มีชื่อข้อ (name) จึงตั้งรหัสให้")
        key = legal_key(name or f"q{number}", self.used)
        if name and key != name:
            if name in self.rows_of:
                entry.changed(f"ชื่อ “{name[:60]}” ซ้ำกับแถว {self.rows_of[name]} จึงใช้รหัส {key}")
            else:
                entry.changed(f"ชื่อ “{name[:60]}” ใช้เป็นรหัสไม่ได้ จึงเปลี่ยนเป็น {key}")
        if entry.name:
            self.rows_of.setdefault(entry.name, entry.row)
        self.used.add(key)
        return key

    def put(self, draft: Draft, *, register: bool = True) -> None:
        self.current().drafts.append(draft)
        kind = draft.item["type"]
        if not register or not draft.name:
            return
        key = draft.item["key"]
        if kind == "note":
            self.names.setdefault(draft.name, Target(why="เป็นข้อความชี้แจง ไม่มีคำตอบ"))
            return
        if draft.name in self.names and self.names[draft.name].why:
            del self.names[draft.name]
        pairs = tuple(draft.listed.pairs) if kind == "choice" and draft.listed and not draft.listed.other else ()
        self.names.setdefault(draft.name, Target(key, TYPES.get(kind, ANY), choices=pairs))
        if draft.listed and draft.listed.other:
            self.names.setdefault(f"{draft.name}_other", Target(f"{key}.other", TEXT))

    def scale(self, listed: Listed) -> str:
        """The scale of a list of whole numbers; empty where it isn't one."""
        if listed.scale or not listed.steps:
            return listed.scale
        key = legal_key(listed.name, set(self.scales))
        values = [{"v": value, "t": text} for value, text in listed.steps]
        self.scales[key] = {"title": listed.name, "values": values, "bands": []}
        listed.scale = key
        return key

    def drafts(self) -> Iterator[Draft]:
        return (draft for block in self.blocks for draft in block.drafts)

    def drop(self, draft: Draft, reason: str) -> None:
        for block in self.blocks:
            block.drafts = [other for other in block.drafts if other is not draft]
        draft.entry.left(reason)
        self.names[draft.name] = Target(why=NOT_TAKEN)
