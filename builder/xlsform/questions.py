"""Rows of an XLSForm that ask something, type by type."""

import re

from builder.xlsform.incoming import Target, plain_number
from builder.xlsform.properties import take_properties
from builder.xlsform.reading import Row
from builder.xlsform.report import Entry
from builder.xlsform.types import Type
from builder.xlsform.walk import MENU, NOT_TAKEN, Draft, Walk
from builder.xlsform.wording import legal_key
from instruments.checking import LINE_LIMIT
from instruments.logic.names import NUMBER, TEXT

_DAYS = {"percentage": "100", "days31": "31", "days183": "183", "days366": "366"}
_PARAMETER = re.compile(r"([\w-]+)\s*=\s*([^\s,;]+)")
_LINE_RESERVED = {"exist", "note", "photo", "other", "current", "desired", "rows"}


def question(walk: Walk, row: Row, entry: Entry, kind: Type) -> None:
    made = _made(walk, row, entry, kind)
    if made is None:
        return
    for draft in made:
        walk.put(draft)
        draft.guards = walk.inner_guards()


def _made(walk: Walk, row: Row, entry: Entry, kind: Type) -> list[Draft] | None:
    """The drafts of a row; None where it is not taken, which the entry then says."""
    draft = Draft({"key": "", "type": ""}, entry, name=entry.name)
    if not _typed(walk, draft, row, kind):
        if entry.name:
            walk.names.setdefault(entry.name, Target(why=NOT_TAKEN))
        return None
    if draft.item["type"] == "line":
        return []
    draft.item["key"] = walk.key(entry.name, entry, row.number)
    label = walk.get(row, "label") or walk.get(row, "hint") * (draft.item["type"] == "note")
    if not label:
        label = entry.name or draft.item["key"]
        if draft.item["type"] != "calc":
            entry.changed("ไม่มีข้อความ (label) จึงใช้ชื่อข้อแทน")
    draft.item["text"] = walk.words.clean(label, entry) or entry.name or draft.item["key"]
    take_properties(walk, draft, row)
    draft.item = {name: draft.item.pop(name) for name in ("key", "type", "text")} | draft.item
    return [draft, _time_of(walk, draft)] if kind.name == "datetime" else [draft]


def _time_of(walk: Walk, draft: Draft) -> Draft:
    key = legal_key(f"{draft.item['key'][:35]}_time", walk.used)
    walk.used.add(key)
    item = draft.item | {"key": key, "type": "time", "text": f"{draft.item['text'][:1990]} (เวลา)"}
    item.pop("must_message", None)
    exprs = {name: text for name, text in draft.exprs.items() if name != "must_hold"}
    return Draft(item, draft.entry, exprs, second=True)


def _typed(walk: Walk, draft: Draft, row: Row, kind: Type) -> bool:
    item, entry = draft.item, draft.entry
    match kind.name:
        case "integer" | "decimal" | "percentage" | "days31" | "days183" | "days366":
            item |= {"type": "number", "decimals": 6 if kind.name == "decimal" else 0}
            if kind.name in _DAYS:
                item |= {"min": "0", "max": _DAYS[kind.name]}
        case "range":
            _range(walk, draft, row)
        case "text":
            item |= {"type": "text", "long": _is_long(walk, row)}
        case "barcode":
            item |= {"type": "text", "long": False}
            entry.changed("อ่านบาร์โค้ดด้วยกล้องไม่ได้ จึงรับเป็นข้อความให้พิมพ์")
        case "note":
            item["type"] = "note"
        case "date" | "time":
            item["type"] = kind.name
        case "datetime":
            item["type"] = "date"
            entry.changed("วันเวลารับเป็นสองข้อ คือวันที่และเวลา")
        case "geopoint":
            item["type"] = "place"
        case "geotrace" | "geoshape":
            entry.left("ระบบบันทึกเส้นทางหรือขอบเขตบนแผนที่ไม่ได้ บันทึกได้เฉพาะจุดพิกัด (geopoint)")
            return False
        case "image":
            _image(walk, draft, row)
        case "audio" | "video":
            item |= {"type": "file", "files": 1}
            entry.changed("ระบบรับเสียงหรือวีดิทัศน์ไม่ได้ จึงรับเป็นข้อแนบไฟล์เอกสารหรือภาพ")
        case "file":
            item |= {"type": "file", "files": 1}
        case "acknowledge":
            item |= {"type": "choice", "choices": [{"v": "OK", "t": "รับทราบ"}]}
            entry.changed("รับเป็นข้อเลือกที่มีตัวเลือกเดียวคือ “รับทราบ”")
        case "calculate" | "hidden":
            return _calculated(walk, draft, row, kind)
        case "select":
            return _select(walk, draft, row, kind)
        case "score row" | "rank level":
            return _kobo_row(walk, draft, row)
    return True


def _is_long(walk: Walk, row: Row) -> bool:
    return "multiline" in walk.get(row, "appearance").lower() or "rows" in _parameters(walk, row)


def _parameters(walk: Walk, row: Row) -> dict[str, str]:
    return {name.lower(): value for name, value in _PARAMETER.findall(walk.get(row, "parameters"))}


def _range(walk: Walk, draft: Draft, row: Row) -> None:
    given = _parameters(walk, row)
    start, end, step = (given.get(name, default) for name, default in (("start", "0"), ("end", "10"), ("step", "1")))
    plain = [re.fullmatch(r"-?\d+(\.\d+)?", value) for value in (start, end, step)]
    if not all(plain):
        draft.entry.changed("ช่วงของตัวเลข (parameters) อ่านไม่ได้ จึงไม่ได้กำหนดค่าต่ำสุดและสูงสุด")
        draft.item |= {"type": "number", "decimals": 0}
        return
    low, high = sorted((start, end), key=float)
    places = max((len(value.partition(".")[2].rstrip("0")) for value in (start, end, step)), default=0)
    draft.item |= {"type": "number", "min": low, "max": high, "decimals": min(places, 6)}
    reason = "รับเป็นข้อจำนวนให้พิมพ์แทนแถบเลื่อน"
    if float(step) not in (1, 0.1, 0.01, 0.001):
        reason += f" และไม่ได้รับช่วงก้าวทีละ {step}"
    draft.entry.changed(reason)


def _image(walk: Walk, draft: Draft, row: Row) -> None:
    appearance = walk.get(row, "appearance").lower().split()
    if "signature" in appearance:
        draft.item["type"] = "signature"
        return
    draft.item |= {"type": "photo", "photos": 1}


def _calculated(walk: Walk, draft: Draft, row: Row, kind: Type) -> bool:
    source = walk.get(row, "calculation")
    if not source:
        _constant(walk, draft, row, kind)
        return False
    if walk.get(row, "trigger"):
        draft.entry.changed("คำนวณใหม่ทุกครั้งที่บันทึก ไม่ใช่เฉพาะเมื่อข้อที่กำหนด (trigger) เปลี่ยน")
    draft.item["type"] = "calc"
    draft.exprs["expr"] = source
    if kind.name == "hidden":
        draft.entry.changed("ข้อซ่อนรับเป็นค่าที่คำนวณ ซึ่งแสดงให้ผู้กรอกเห็น")
    return True


def _constant(walk: Walk, draft: Draft, row: Row, kind: Type) -> None:
    """A hidden value that never changes stands where it is named."""
    value = walk.get(row, "default")
    if value and not re.search(r"\$\{|\(", value):
        draft.entry.left(f"ระบบไม่มีข้อซ่อน จึงใช้ค่าคงที่ “{value[:60]}” แทนในเงื่อนไขและสูตรที่อ้างถึง")
        number = re.fullmatch(r"\d{1,15}(\.\d{1,6})?", value)
        tree = ["n", plain_number(value)] if number else ["t", value]
        walk.names.setdefault(draft.entry.name, Target(type=NUMBER if number else TEXT, tree=tree))
    else:
        draft.entry.left("ระบบไม่มีข้อซ่อน" if kind.name == "hidden" else "ไม่มีสูตรคำนวณ (calculation)")


def _select(walk: Walk, draft: Draft, row: Row, kind: Type) -> bool:
    item, entry = draft.item, draft.entry
    many = kind.kind in ("multiple", "rank", "file multiple")
    if kind.kind.startswith("file") or re.search(r"\.(csv|xml|geojson)$", kind.list_name, re.IGNORECASE):
        item |= {"type": "text", "long": False}
        entry.changed(f"ตัวเลือกอยู่ในไฟล์ “{kind.list_name[:60]}” ซึ่งไม่ได้อยู่ในแบบฟอร์มนี้ จึงรับเป็นข้อความให้พิมพ์")
        return True
    if "${" in kind.list_name:
        item |= {"type": "text", "long": False}
        entry.changed("เลือกจากคำตอบของข้ออื่นไม่ได้ จึงรับเป็นข้อความให้พิมพ์")
        return True
    if not kind.list_name:
        entry.left("ไม่ได้ระบุชื่อรายการตัวเลือกหลังชนิดข้อ")
        return False
    listed = walk.choices.find(kind.list_name, external=kind.kind == "external")
    if listed is None:
        entry.left(f"ไม่มีรายการตัวเลือก “{kind.list_name[:60]}” ในแผ่น choices")
        return False
    item["type"] = "multi" if many else "choice"
    appearance = set(walk.get(row, "appearance").lower().split())
    if "likert" in appearance and not many and not kind.other and not walk.get(row, "choice_filter"):
        scale = walk.scale(listed)
        if scale:
            item |= {"type": "rating", "scale": scale}
            if listed.not_applicable:
                item["allow_na"] = True
            listed.uses += 1
            return True
        entry.changed("มาตราส่วน (likert) ต้องมีค่าเป็นจำนวนเต็ม 2–11 ระดับ จึงรับเป็นข้อเลือกธรรมดา")
    if kind.kind == "rank":
        entry.changed("จัดอันดับไม่ได้ จึงรับเป็นข้อที่เลือกได้หลายข้อ")
    if "randomize" in _parameters(walk, row):
        entry.changed("ระบบไม่สลับลำดับตัวเลือก")
    if appearance & MENU:
        item["look"] = "menu"
    draft.listed = listed.use(other=kind.other, filtered=bool(walk.get(row, "choice_filter")))
    if walk.get(row, "choice_filter"):
        draft.exprs["filter"] = walk.get(row, "choice_filter")
    return True


def _kobo_row(walk: Walk, draft: Draft, row: Row) -> bool:
    frame = walk.stack[-1] if walk.stack else None
    if frame is None or frame.listed is None:
        draft.entry.left("แถวนี้ต้องอยู่ในกลุ่มที่มีรายการตัวเลือกของ KoboToolbox")
        return False
    frame.listed.uses += 1
    if frame.matrix is None:
        draft.item["type"] = "choice"
        draft.listed = frame.listed.use()
        return True
    lines = frame.matrix.item["rows"]
    if len(lines) >= LINE_LIMIT:
        draft.entry.left(f"ตารางหนึ่งมีได้ไม่เกิน {LINE_LIMIT} แถว")
        return False
    key = legal_key(draft.entry.name or f"r{len(lines) + 1}", {line["key"] for line in lines} | _LINE_RESERVED)
    text = walk.words.clean(walk.get(row, "label") or draft.entry.name or key, draft.entry, multiline=False)
    lines.append({"key": key, "text": text or key})
    if draft.entry.name:
        walk.names.setdefault(draft.entry.name, Target(f"{frame.matrix.item['key']}.{key}", NUMBER))
    draft.item["type"] = "line"
    return True
