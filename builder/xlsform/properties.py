"""What a row says of a question beside its type: hint, conditions, limits, looks, and what we have no place for."""

from builder.xlsform.incoming import bounds
from builder.xlsform.reading import Row
from builder.xlsform.walk import MENU, Draft, Walk
from builder.xlsform.wording import yes_or_no

_SILENT = {
    "text": {"multiline"}, "number": {"thousands-sep", "numbers", "bearing"}, "choice": MENU, "multi": MENU,
    "place": {"maps", "placement-map"}, "signature": {"signature"}, "rating": {"likert"},
    "photo": {"new", "new-front", "selfie"}, "date": {"no-calendar"},
}  # fmt: skip


def take_properties(walk: Walk, draft: Draft, row: Row) -> None:
    item, entry = draft.item, draft.entry
    asked = item["type"] not in ("note", "calc")
    hints = [walk.get(row, "hint"), walk.get(row, "guidance_hint")]
    if hints[1] and asked:
        entry.changed("คำแนะนำ (guidance_hint) รวมไว้ในคำอธิบายใต้ข้อ")
    if hint := walk.words.clean("\n".join(filter(None, hints)), entry):
        item["hint"] = hint
    if source := walk.get(row, "relevant"):
        draft.exprs["show_when"] = source
    if asked:
        _required(walk, draft, walk.get(row, "required"))
        _constraint(walk, draft, row)
        _editable(walk, draft, row)
    _appearance(walk, draft, row)
    _not_here(walk, draft, row)


def _required(walk: Walk, draft: Draft, value: str) -> None:
    answer = yes_or_no(value)
    if answer:
        draft.item["required"] = True
    elif answer is None and value:
        draft.exprs["required_when"] = value


def _constraint(walk: Walk, draft: Draft, row: Row) -> None:
    source, message = walk.get(row, "constraint"), walk.get(row, "constraint_message")
    if not source:
        return
    limits = bounds(source) if draft.item["type"] == "number" and not message and "min" not in draft.item else None
    if limits is not None:
        draft.item |= limits
        return
    draft.exprs["must_hold"] = source
    if message:
        draft.item["must_message"] = walk.words.clean(message, draft.entry)


def _editable(walk: Walk, draft: Draft, row: Row) -> None:
    """A question with a calculation or that can't be typed into."""
    source = walk.get(row, "calculation")
    fixed = yes_or_no(walk.get(row, "read_only"))
    if source and fixed and draft.item["type"] in ("text", "number", "date"):
        for name in ("long", "min", "max", "required", "must_message", "look"):
            draft.item.pop(name, None)
        decimals = draft.item.pop("decimals", None)
        draft.item["type"] = "calc"
        if decimals == 0:
            draft.item["decimals"] = 0
        draft.exprs = {k: v for k, v in draft.exprs.items() if k == "show_when"} | {"expr": source}
    elif source:
        draft.entry.changed(f"ไม่ได้รับสูตรที่เติมคำตอบให้ ({source[:80]}) ผู้ตอบกรอกเอง")
    elif fixed:
        draft.entry.changed("ข้อที่แก้ไขไม่ได้ (read_only) รับเป็นข้อให้กรอกตามปกติ")
    elif fixed is None and walk.get(row, "read_only"):
        draft.entry.changed("ไม่ได้รับเงื่อนไขห้ามแก้ไข (read_only)")


def _appearance(walk: Walk, draft: Draft, row: Row) -> None:
    given = walk.get(row, "appearance").lower().split()
    if "draw" in given or "annotate" in given:
        draft.entry.changed("วาดหรือเขียนบนภาพไม่ได้ จึงรับเป็นภาพถ่าย")
        given = [word for word in given if word not in ("draw", "annotate")]
    unknown = [word for word in given if word not in _SILENT.get(draft.item["type"], ())]
    if "likert" in unknown:
        unknown.remove("likert")
    if unknown:
        draft.entry.changed(f"รูปแบบการแสดงผล “{' '.join(unknown)[:60]}” ไม่มีในระบบ จึงแสดงตามปกติ")


def _not_here(walk: Walk, draft: Draft, row: Row) -> None:
    entry = draft.entry
    if default := walk.get(row, "default"):
        entry.changed(f"ไม่ได้รับค่าตั้งต้น ({default[:60]}) เพราะระบบไม่เติมคำตอบให้ล่วงหน้า")
    if walk.get(row, "trigger") and draft.item["type"] != "calc":
        entry.changed("ไม่ได้รับ trigger")
    if walk.get(row, "required_message"):
        entry.changed("ข้อความเตือนให้ตอบใช้ข้อความของระบบ")
    if walk.words.media(walk.book.survey, row):
        entry.changed("ไม่ได้รับภาพ เสียง หรือวีดิทัศน์ประกอบข้อ")
