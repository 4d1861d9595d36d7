"""Title and code of the form, the rows of its settings, and the columns that were left whole."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from builder.xlsform.reading import Sheet
from builder.xlsform.report import Entry
from builder.xlsform.walk import Walk
from thai.text import normalise


def settings_rows(walk: Walk) -> list[Entry]:
    made = []
    sheet = walk.book.settings
    for place, row in enumerate(sheet.rows):
        entry = Entry("settings", row.number, walk.words.get(sheet, row, "form_id"), "settings")
        made.append(entry)
        if place:
            entry.left("ใช้เฉพาะแถวแรกของแผ่น settings")
            continue
        names = {column.name for column in sheet.columns if column.header in row.cells}
        ours = names & {"form_title", "form_id", "default_language"}
        if not ours:
            entry.left(f"ระบบไม่มีค่าตั้ง {', '.join(sorted(names))}"[:300])
        elif other := sorted(names - ours - ({"version"} if walk.own else set())):
            entry.changed(f"ไม่ได้รับค่าตั้ง {', '.join(other)}"[:300])
    return made


def _setting(walk: Walk, name: str) -> str:
    sheet = walk.book.settings
    return walk.words.get(sheet, sheet.rows[0], name) if sheet.rows else ""


def form_title(walk: Walk) -> str:
    title = _setting(walk, "form_title") or _setting(walk, "form_id") or Path(walk.book.filename).stem or "แบบที่นำเข้า"
    return normalise(title)[:300] or "แบบที่นำเข้า"


def form_code(walk: Walk) -> str:
    for source in (_setting(walk, "form_id"), Path(walk.book.filename).stem):
        code = re.sub(r"[^A-Za-z0-9._-]+", "-", source).strip("-._")[:30].rstrip("-._")
        if code:
            return code
    return "XLSFORM"


def left_columns(walk: Walk) -> list[dict[str, Any]]:
    found = [
        {"sheet": sheet.name, "name": header, "reason": reason}
        for sheet in walk.book.sheets
        for header, reason in _left_of(walk, sheet)
    ]
    other = "ไม่ใช่แผ่นของ XLSForm จึงไม่ได้อ่าน"
    return found + [{"sheet": name, "name": "", "reason": other} for name in walk.book.other_sheets]


def _left_of(walk: Walk, sheet: Sheet) -> Iterator[tuple[str, str]]:
    for header in sheet.doubled:
        yield header, "หัวคอลัมน์ซ้ำ จึงใช้เฉพาะคอลัมน์แรก"
    for column in sheet.columns:
        if reason := walk.languages.left(sheet, column) or walk.choices.column_left(sheet, column):
            yield column.header, reason
