"""Groups of an XLSForm: sections of ours, repeated sections, headings, and the tables of KoboToolbox."""

from builder.xlsform.incoming import Target
from builder.xlsform.reading import Row
from builder.xlsform.report import Entry
from builder.xlsform.types import Type
from builder.xlsform.walk import LOOSE_TITLE, Block, Draft, Frame, Walk
from builder.xlsform.wording import yes_or_no
from instruments.slots import ROW_LIMIT


def begin(walk: Walk, row: Row, entry: Entry, kind: Type) -> None:
    label = walk.get(row, "label")
    title = walk.words.clean(label, entry, multiline=False) if label else ""
    guard = walk.guard(row, entry)
    inside = next((frame for frame in reversed(walk.stack) if frame.kind == "repeat"), None)
    frame = Frame(kind.kind, entry.name, title, entry, [guard] if guard else [])
    _extras(walk, row, entry)
    if kind.kind in ("score", "rank"):
        _begin_kobo(walk, row, frame)
    elif kind.kind == "repeat" and inside is None:
        _begin_repeat(walk, row, frame, kind)
    elif inside is not None:
        _begin_within(walk, frame, kind)
    elif not title:
        frame.inner = frame.guards
        entry.changed("กลุ่มไม่มีชื่อ (label) จึงรวมข้อไว้ในตอนที่อยู่รอบกลุ่ม")
    else:
        _open(walk, frame, row)
    walk.stack.append(frame)
    if entry.name and kind.kind != "repeat":
        walk.names.setdefault(entry.name, Target(why="เป็นกลุ่ม ไม่ใช่ข้อคำถาม"))


def _extras(walk: Walk, row: Row, entry: Entry) -> None:
    appearance = walk.get(row, "appearance")
    if appearance and set(appearance.lower().split()) - {"field-list", "w1", "w2", "w3", "w4"}:
        entry.changed(f"รูปแบบการแสดงผล “{appearance[:60]}” ไม่มีในระบบ จึงแสดงตามปกติ")
    for name in ("required", "constraint", "calculation", "default", "trigger"):
        value = walk.get(row, name)
        if value and yes_or_no(value) is not False:
            entry.changed(f"กลุ่มมี {name} ไม่ได้ จึงไม่ได้รับ")
    if walk.words.media(walk.book.survey, row):
        entry.changed("ไม่ได้รับภาพหรือเสียงประกอบ")


def _titles(walk: Walk) -> list[str]:
    return [frame.title for frame in walk.stack if frame.title and frame.block]


def _open(walk: Walk, frame: Frame, row: Row) -> None:
    above = _titles(walk)
    title = " › ".join([*above, frame.title or frame.name or LOOSE_TITLE])
    if above:
        frame.entry.changed(f"ระบบไม่มีกลุ่มซ้อนกลุ่ม จึงแยกเป็นตอน “{title[:120]}”")
    intro = "\n".join(filter(None, [walk.get(row, "hint"), walk.get(row, "guidance_hint")]))
    frame.block = Block(
        title[:2000],
        frame.name,
        frame.entry,
        [*walk.outer_guards(), *frame.guards],
        intro=walk.words.clean(intro, frame.entry) if intro else "",
    )
    walk.blocks.append(frame.block)


def _begin_repeat(walk: Walk, row: Row, frame: Frame, kind: Type) -> None:
    if not frame.title:
        frame.title = frame.name.replace("_", " ") or "รายการ"
        frame.entry.changed("กลุ่มซ้ำไม่มีชื่อ (label) จึงใช้ชื่อข้อแทน")
    if kind.word.lower().startswith(("begin loop", "begin_loop")):
        frame.entry.changed("loop ตามรายการตัวเลือกไม่มีในระบบ จึงรับเป็นตอนที่กรอกซ้ำได้")
    _open(walk, frame, row)
    assert frame.block is not None  # noqa: S101 -- just opened
    frame.block.repeat = {"label": frame.title[:200]}
    count = walk.get(row, "repeat_count")
    if count.isdigit() and 1 <= int(count) <= ROW_LIMIT:
        frame.block.repeat |= {"min": int(count), "max": int(count)}
    elif count:
        frame.entry.changed(f"จำนวนครั้งที่กรอกซ้ำ ({count[:80]}) กำหนดเป็นตัวเลข 1–{ROW_LIMIT} ได้เท่านั้น จึงให้ผู้ตอบเพิ่มรายการเอง")
    if frame.name:
        walk.repeats.setdefault(frame.name, frame.block)
        walk.names.setdefault(frame.name, Target(rows=True))


def _begin_within(walk: Walk, frame: Frame, kind: Type) -> None:
    """A group inside a repeat is a heading; its condition goes on each of its questions."""
    frame.inner = frame.guards
    if kind.kind == "repeat":
        frame.entry.changed("กลุ่มซ้ำซ้อนกลุ่มซ้ำไม่มีในระบบ จึงถามข้อในกลุ่มนี้ครั้งเดียวต่อหนึ่งรายการของกลุ่มนอก")
    if frame.title:
        if kind.kind != "repeat":
            frame.entry.changed("กลุ่มในกลุ่มซ้ำรับเป็นหัวข้อคั่น")
        key = walk.key(frame.name or "heading", Entry("", 0, "", ""))
        walk.put(Draft({"key": key, "type": "note", "text": frame.title}, frame.entry), register=False)
        walk.current().drafts[-1].guards += walk.inner_guards() + frame.inner
    elif kind.kind != "repeat":
        frame.entry.changed("กลุ่มไม่มีชื่อ (label) จึงรวมข้อไว้ในตอนที่อยู่รอบกลุ่ม")


def _begin_kobo(walk: Walk, row: Row, frame: Frame) -> None:
    """Kobo's score and rank: rows that share one list."""
    frame.inner = frame.guards
    column = "kobo--score-choices" if frame.kind == "score" else "kobo--rank-items"
    frame.listed = walk.choices.find(walk.get(row, column))
    scale = walk.scale(frame.listed) if frame.listed and frame.kind == "score" else None
    if scale:
        text = frame.title or frame.name or "ตาราง"
        key = walk.key(frame.name or f"q{row.number}", frame.entry)
        frame.matrix = Draft({"key": key, "type": "matrix", "text": text, "scale": scale, "rows": []}, frame.entry)
        if frame.listed and frame.listed.not_applicable:
            frame.matrix.item["allow_na"] = True
        if yes_or_no(walk.get(row, "required")):
            frame.matrix.item["required"] = True
        walk.put(frame.matrix, register=False)
        frame.matrix.guards = walk.inner_guards() + frame.inner
        frame.entry.changed("รับเป็นตารางประมาณค่า")
    else:
        frame.entry.changed("รับแต่ละแถวเป็นข้อเลือกหนึ่งข้อ")


def end(walk: Walk, entry: Entry, kind: Type) -> None:
    if not any(frame.kind == kind.kind for frame in walk.stack):
        entry.left("แถวปิดกลุ่มนี้ไม่มีแถวเปิด (begin) ที่เข้าคู่กัน")
        return
    while (frame := walk.stack.pop()).kind != kind.kind:
        frame.entry.changed("ไม่มีแถวปิดกลุ่ม (end) จึงปิดพร้อมกลุ่มที่อยู่รอบนอก")
