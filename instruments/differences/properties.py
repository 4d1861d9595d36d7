"""The properties of a form in Thai words, and which of them differ."""

from collections.abc import Iterable, Mapping
from typing import Any

from instruments.checking import TYPES
from instruments.differences.marking import side_by_side
from instruments.differences.results import Change
from instruments.logic.names import dicts


def _text(value: Any) -> list[str]:
    return [] if value in (None, "") else str(value).split("\n")


def _yes(value: Any) -> list[str]:
    return ["ใช่"] if value else ["ไม่"]


def _unless_no(value: Any) -> list[str]:
    return ["ไม่"] if value is False else ["ใช่"]


def _or(default: Any):
    return lambda value: _text(default if value in (None, "") else value)


def _pairs(items: Any) -> list[str]:
    """Values with their words, one a line."""
    return [
        f"{item.get('v')} = {item.get('t')}{' (ระบุ)' if item.get('specify') else ''}{_attrs(item.get('attrs'))}"
        for item in dicts(items)
    ]


def _attrs(attrs: Any) -> str:
    return f" [{', '.join(f'{k}={v}' for k, v in attrs.items())}]" if isinstance(attrs, dict) and attrs else ""


def _lines(items: Any) -> list[str]:
    return [f"{item.get('key')}: {item.get('text')}" for item in dicts(items)]


def _levels(levels: Any) -> list[str]:
    if not isinstance(levels, dict):
        return []
    return [f"{step}: {text}" for step, text in sorted(levels.items(), key=lambda item: str(item[0]), reverse=True)]


def _bands(bands: Any) -> list[str]:
    return [f"{band.get('min')} ขึ้นไป: {band.get('label')}" for band in dicts(bands)]


def _scale_lines(scale: Any) -> list[str]:
    if not isinstance(scale, dict):
        return []
    return [str(scale.get("title") or ""), *_pairs(scale.get("values"))]


def _kind(value: Any) -> list[str]:
    return [TYPES.get(str(value), str(value))] if value else []


def _repeat(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return []
    return [f"{value.get('label') or 'ชุดที่'} ตั้งแต่ {value.get('min') or 0} ถึง {value.get('max') or 'ไม่จำกัด'} ชุด"]


QUESTION = (
    ("text", "ข้อความ", _text),
    ("type", "ชนิดคำตอบ", _kind),
    ("scale", "มาตราส่วน", _scale_lines),
    ("choices", "ตัวเลือก", _pairs),
    ("master", "ตัวเลือกจากทะเบียน", _text),
    ("rows", "รายการในตาราง", _lines),
    ("levels", "คำอธิบายระดับ", _levels),
    ("correct", "คำตอบที่ถูก", _text),
    ("expr", "สูตรคำนวณ", _text),
    ("hint", "คำชี้แจง", _text),
    ("required", "ต้องตอบ", _yes),
    ("required_when", "ต้องตอบเมื่อ", _text),
    ("show_when", "แสดงเมื่อ", _text),
    ("must_hold", "เงื่อนไขของคำตอบ", _text),
    ("must_message", "ข้อความเมื่อไม่เป็นไปตามเงื่อนไข", _text),
    ("filter", "กรองตัวเลือกด้วย", _text),
    ("allow_na", "ตอบไม่เกี่ยวข้องได้", _yes),
    ("weight", "น้ำหนัก", _or("1")),
    ("with_exist", "ถามมี/ไม่มี", _yes),
    ("with_evidence", "มีช่องหลักฐาน", _yes),
    ("note_label", "ชื่อช่องหลักฐาน", _text),
    ("photos", "จำนวนภาพ", _or(4)),
    ("files", "จำนวนไฟล์", _or(1)),
    ("min", "ค่าต่ำสุด", _text),
    ("max", "ค่าสูงสุด", _text),
    ("decimals", "ตำแหน่งทศนิยม", _text),
    ("unit", "หน่วย", _text),
    ("long", "ข้อความหลายบรรทัด", _unless_no),
    ("max_length", "ความยาวไม่เกิน", _text),
    ("look", "แสดงตัวเลือกแบบ", _text),
    ("source", "ดึงข้อมูลจากระบบ", _text),
)
SECTION = (
    ("title", "ชื่อตอน", _text),
    ("intro", "คำชี้แจงของตอน", _text),
    ("show_when", "แสดงเมื่อ", _text),
    ("repeat", "กรอกซ้ำ", _repeat),
)
SCALE = (
    ("title", "ชื่อมาตราส่วน", _text),
    ("values", "ระดับ", _pairs),
    ("bands", "เกณฑ์แปลผล", _bands),
    ("dual", "ใช้ถามสองสภาพ", _yes),
    ("holistic", "เป็นการตัดสินภาพรวม", _yes),
)
LIST = (("title", "ชื่อรายการ", _text), ("items", "รายการ", _pairs))
WHOLE = (("note", "หมายเหตุของแบบ", _text),)


def property_changes(old: Mapping[str, Any], new: Mapping[str, Any], properties) -> Iterable[Change]:
    for what, label, words in properties:
        before, after = words(old.get(what)), words(new.get(what))
        if before != after:
            yield Change(what, label, *side_by_side(before, after))
