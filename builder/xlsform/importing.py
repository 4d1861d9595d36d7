"""From the rows of an XLSForm to a definition, with a word on every row: taken, changed or left, and why.

Two walks: the first gives every row its place, key and type; the second translates the expressions, which may name
rows further down. What can't be translated leaves its question without that condition.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from builder.xlsform.assembling import assembled, number_sections, without_broken_logic
from builder.xlsform.conditions import settle_choices, translate_all
from builder.xlsform.groups import begin, end
from builder.xlsform.incoming import Target
from builder.xlsform.own_rows import own_row
from builder.xlsform.questions import question
from builder.xlsform.reading import Row, Sheet, Workbook
from builder.xlsform.refusal import XlsFormRefused
from builder.xlsform.report import LEFT, Entry
from builder.xlsform.settings import form_code, form_title, left_columns, settings_rows
from builder.xlsform.types import Type, read_type
from builder.xlsform.walk import Walk
from builder.xlsform.wording import yes_or_no
from instruments.checking import problems
from instruments.logic.names import DATE


@dataclass(slots=True)
class Imported:
    """A definition out of an XLSForm. ``report``: one row for each row of survey, choices and settings
    ({sheet, row, name, type, outcome, reason}); ``columns``: what was left of whole columns ({sheet, name, reason});
    ``problems``: what must still be mended before the form can be published (Thai sentences)."""

    definition: dict[str, Any]
    title: str
    code: str
    report: list[dict[str, Any]]
    columns: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {
            outcome: sum(row["outcome"] == outcome for row in self.report) for outcome in ("taken", "changed", "left")
        }


def import_definition(book: Workbook) -> Imported:
    """The definition of a workbook and what became of each row. Raises ``XlsFormRefused`` where nothing of it can be
    taken, or where the form is larger than a form may be."""
    walk = Walk(book)
    walk.settings = settings_rows(walk)
    exact = walk.own.unchanged(book) if walk.own else None
    if exact is not None:
        return _exact(walk, exact)
    if walk.own:
        walk.own.adopt(walk.choices)
        walk.scales = deepcopy(walk.own.definition.get("scales") or {})
    for row in book.survey.rows:
        _row(walk, row)
    for frame in walk.stack:
        frame.entry.changed("ไม่มีแถวปิดกลุ่ม (end) จึงถือว่ากลุ่มจบที่ท้ายแผ่น")
    number_sections(walk)
    translate_all(walk)
    settle_choices(walk)
    definition = assembled(walk)
    definition = without_broken_logic(walk, definition)
    if not definition["sections"]:
        raise _refusal(walk)
    walk.entries += walk.choices.report()
    _rest(walk)
    return Imported(
        definition,
        form_title(walk),
        form_code(walk),
        [entry.as_json() for entry in walk.entries],
        left_columns(walk),
        problems(definition),
    )


def _exact(walk: Walk, definition: dict[str, Any]) -> Imported:
    """Our own export, untouched: exactly the form it came from."""
    for row in walk.book.survey.rows:
        word = walk.words.get(walk.book.survey, row, "type")
        walk.entries.append(Entry("survey", row.number, walk.words.get(walk.book.survey, row, "name"), word))
    walk.entries += walk.choices.report(all_taken=True)
    _rest(walk)
    return Imported(
        definition,
        form_title(walk),
        form_code(walk),
        [entry.as_json() for entry in walk.entries],
        [],
        problems(definition),
    )


def _rest(walk: Walk) -> None:
    """The rows that are neither questions nor choices, each with its word."""
    walk.entries += walk.settings
    for sheet in walk.book.sheets:
        for row in sheet.above:
            _unused(walk, sheet, row, "อยู่เหนือแถวหัวคอลัมน์ จึงถือเป็นชื่อเรื่อง")
    for sheet in walk.book.foreign:
        for row in [*sheet.above, *sheet.rows]:
            _unused(walk, sheet, row, f"ระบบไม่ใช้แผ่น {sheet.name} ของ XLSForm")


def _unused(walk: Walk, sheet: Sheet, row: Row, reason: str) -> None:
    name = walk.words.get(sheet, row, "name") or next(iter(row.cells.values()), "")
    entry = Entry(sheet.name, row.number, name[:100], "")
    entry.left(reason)
    walk.entries.append(entry)


def _refusal(walk: Walk) -> XlsFormRefused:
    """Nothing was taken; the rows say why."""
    for entry in walk.entries:
        if entry.outcome != LEFT:
            entry.left("ไม่มีข้อคำถามใดในไฟล์ที่รับเข้ามาได้ จึงไม่ได้สร้างแบบ")
    reasons = dict.fromkeys(reason for entry in walk.entries if entry.outcome == LEFT for reason in entry.reasons)
    more = f" สาเหตุที่พบ: {' / '.join(list(reasons)[:3])}" if reasons else ""
    walk.entries += walk.choices.report()
    _rest(walk)
    for entry in walk.settings:
        entry.left("ไม่ได้สร้างแบบ จึงไม่มีที่ใช้ค่าตั้งนี้")
    report = [entry.as_json() for entry in walk.entries]
    return XlsFormRefused(f"ไม่มีข้อคำถามใดในไฟล์นี้ที่รับเข้ามาได้ จึงไม่ได้สร้างแบบ{more}", report, left_columns(walk))


def _row(walk: Walk, row: Row) -> None:
    word, name = walk.get(row, "type"), walk.get(row, "name")
    entry = Entry("survey", row.number, name, word)
    walk.entries.append(entry)
    if yes_or_no(walk.get(row, "disabled")):
        walk.leave(entry, "แถวนี้ปิดใช้งานไว้ (disabled)")
        return
    if not word:
        text = bool(name or walk.get(row, "label"))
        walk.leave(entry, "ไม่ได้ระบุชนิดของข้อ (type)" if text else "เป็นแถวหมายเหตุ ไม่มีชนิดและชื่อข้อ")
        return
    kind = read_type(word)
    if walk.own and (bound := walk.own.bound(name)) and own_row(walk, row, entry, kind, bound):
        return
    match kind.name:
        case "":
            walk.leave(entry, f"ระบบไม่รู้จักชนิด “{word[:60]}” โปรดตรวจสอบตัวสะกด")
        case "begin":
            begin(walk, row, entry, kind)
        case "end":
            end(walk, entry, kind)
        case "metadata":
            _metadata(walk, entry, kind)
        case "left":
            walk.leave(entry, kind.kind)
        case _:
            question(walk, row, entry, kind)


def _metadata(walk: Walk, entry: Entry, kind: Type) -> None:
    entry.left(f"ระบบบันทึก{kind.kind}เองหรือไม่จำเป็นต้องใช้")
    if entry.name:
        tree = ["call", "today"] if kind.word.lower().endswith("today") else None
        walk.names.setdefault(entry.name, Target(type=DATE, tree=tree, why="ระบบบันทึกเอง จึงอ้างถึงไม่ได้"))
