"""What may be wrong with a definition, said in Thai to the person who writes the form."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from instruments import logic
from instruments import slots as kinds
from instruments.masters import MASTERS

TYPES = {
    "rating": "มาตราส่วนประมาณค่า",
    "exist": "มี/ไม่มี",
    "dual": "สภาพที่เป็นอยู่และที่ควรจะเป็น",
    "choice": "เลือกหนึ่งข้อ",
    "multi": "เลือกได้หลายข้อ",
    "text": "ข้อความ",
    "number": "จำนวน",
    "date": "วันที่",
    "time": "เวลา",
    "place": "พิกัดที่ตั้ง",
    "photo": "ภาพถ่าย",
    "file": "แนบไฟล์",
    "signature": "ลายมือชื่อ",
    "matrix": "ตารางประมาณค่า",
    "calc": "ค่าที่คำนวณ",
    "note": "ข้อความชี้แจง",
}
CONDITIONS = {
    "show_when": "แสดงเมื่อ",
    "required_when": "ต้องตอบเมื่อ",
    "must_hold": "คำตอบต้องเป็นไปตาม",
    "filter": "กรองตัวเลือก",
    "expr": "สูตรคำนวณ",
}
"""What the properties that hold an expression are called."""
SCALED = ("rating", "dual", "matrix")
QUESTION_LIMIT = 1000
CHOICE_LIMIT = 500
LIST_LIMIT = 5_000
LISTS_LIMIT = 50
LINE_LIMIT = 50
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_SOURCE = re.compile(r"[a-z][a-z_]{0,29}")


@dataclass
class _Known:
    """What the form has so far, while its parts are looked at one after the other."""

    scales: dict
    lists: dict
    questions: set[str] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)


def problems(definition: Any) -> list[str]:
    """Thai sentences, one for each thing that must be mended before the form can be used; empty where it is whole."""
    if not isinstance(definition, dict) or not isinstance(definition.get("sections"), list):
        return ["แบบต้องมีอย่างน้อยหนึ่งตอน"]
    scales = definition.get("scales", {})
    if not isinstance(scales, dict):
        return ["มาตราส่วนของแบบไม่อยู่ในรูปที่อ่านได้"]
    found: list[str] = []
    for key, scale in scales.items():
        found += _scale_problems(key, scale)
    if not definition["sections"]:
        found.append("แบบต้องมีอย่างน้อยหนึ่งตอน")
    total = question_count(definition)
    if total > QUESTION_LIMIT:
        return [f"แบบนี้มี {total:,} ข้อ เกินกว่าที่แบบหนึ่งชุดรับได้ ({QUESTION_LIMIT:,} ข้อ) โปรดแบ่งเป็นหลายแบบ"]
    lists = definition.get("lists", {})
    if not isinstance(lists, dict) or len(lists) > LISTS_LIMIT:
        return [f"รายการตัวเลือกกลางของแบบไม่อยู่ในรูปที่อ่านได้ หรือมีเกิน {LISTS_LIMIT} รายการ"]
    for key, items in lists.items():
        found += _list_problems(key, items)
    known = _Known(scales, lists)
    for place, section in enumerate(definition["sections"], start=1):
        found += _section_problems(place, section, known)
    repeated = {s.get("key") for s in definition["sections"] if isinstance(s, dict) and s.get("repeat")}
    found += [f"รหัส “{key}” ใช้ทั้งกับตอนที่กรอกซ้ำและกับข้อคำถาม โปรดเปลี่ยนรหัสหนึ่ง" for key in sorted(known.questions & repeated)]
    if found:
        return found
    return [_sentence(definition, problem) for problem in logic.problems(definition)]


def _sentence(definition: dict, problem: logic.Problem) -> str:
    title = CONDITIONS.get(problem.property, "เงื่อนไข")
    return f"{_place_name(definition, problem)} {title}: {problem.message}"


def _place_name(definition: dict, problem: logic.Problem) -> str:
    """Where a condition stands, in the words of the form."""
    for place, section in enumerate(definition["sections"], start=1):
        if problem.key == f"@{section['key']}":
            return f"ตอนที่ {place}"
        for number, question in enumerate(section["questions"], start=1):
            if question["key"] == problem.key:
                return f"ตอนที่ {place} ข้อ {number}"
    return f"“{problem.key}”"


def question_count(definition: Any) -> int:
    """How many questions a definition has, whole or not."""
    sections = definition.get("sections") if isinstance(definition, dict) else None
    return sum(
        len(section["questions"])
        for section in (sections if isinstance(sections, list) else ())
        if isinstance(section, dict) and isinstance(section.get("questions"), list)
    )


def _scale_problems(key: str, scale: Any) -> list[str]:
    name = f"มาตราส่วน “{key}”"
    if not isinstance(scale, dict) or not _is_text(scale.get("title")):
        return [f"{name} ต้องมีชื่อ"]
    values = scale.get("values")
    if not isinstance(values, list) or len(values) < 2:
        return [f"{name} ต้องมีอย่างน้อยสองระดับ"]
    if not all(isinstance(i, dict) and isinstance(i.get("v"), int) and _is_text(i.get("t")) for i in values):
        return [f"{name} ทุกระดับต้องมีคะแนนเป็นจำนวนเต็มและมีคำเรียก"]
    found = []
    if len({item["v"] for item in values}) != len(values):
        found.append(f"{name} มีคะแนนซ้ำกัน")
    bands = scale.get("bands", [])
    minima = [_band_minimum(band) for band in bands] if isinstance(bands, list) else [None]
    if None in minima:
        found.append(f"เกณฑ์แปลผลของ{name} ต้องมีค่าต่ำสุดไม่เกินสองตำแหน่งทศนิยมและมีคำเรียก")
    elif minima and len(set(minima)) != len(minima):
        found.append(f"เกณฑ์แปลผลของ{name} มีค่าต่ำสุดซ้ำกัน")
    elif minima and min(m for m in minima if m is not None) > min(item["v"] for item in values):
        found.append(f"เกณฑ์แปลผลของ{name} ไม่ครอบคลุมคะแนนต่ำสุด")
    return found


def _band_minimum(band: Any) -> Decimal | None:
    if not isinstance(band, dict) or not _is_text(band.get("label")):
        return None
    try:
        least = Decimal(str(band.get("min")))
    except InvalidOperation:
        return None
    return least if least.is_finite() and -int(least.normalize().as_tuple().exponent) <= 2 else None


def _list_problems(key: Any, data: Any) -> list[str]:
    name = f"รายการตัวเลือก “{key}”"
    if not isinstance(data, dict):
        return [f"{name} ไม่อยู่ในรูปที่อ่านได้"]
    return _choice_problems(name, data.get("items"), LIST_LIMIT)


def _section_problems(place: int, section: Any, known: "_Known") -> list[str]:
    if not isinstance(section, dict) or not isinstance(section.get("questions"), list):
        return [f"ตอนที่ {place} ไม่อยู่ในรูปที่อ่านได้"]
    found = []
    if not _is_text(section.get("title")):
        found.append(f"ตอนที่ {place} ต้องมีชื่อ")
    if not _is_key(section.get("key")):
        found.append(f"ตอนที่ {place} ต้องมีรหัสเป็นอักษรอังกฤษหรือตัวเลข ขึ้นต้นด้วยอักษร")
    elif section["key"] in known.sections:
        found.append(f"รหัสตอน “{section['key']}” ซ้ำกัน")
    else:
        known.sections.add(section["key"])
    if not section["questions"]:
        found.append(f"ตอนที่ {place} ยังไม่มีข้อคำถาม")
    found += _repeat_problems(place, section.get("repeat"))
    if not isinstance(section.get("intro") or "", str):
        found.append(f"คำชี้แจงของตอนที่ {place} ไม่ใช่ข้อความ")
    if section.get("scale") and not _in(section["scale"], known.scales):
        found.append(f"ตอนที่ {place} ใช้มาตราส่วน “{section['scale']}” ซึ่งไม่มีในแบบ")
    for number, question in enumerate(section["questions"], start=1):
        name = f"ตอนที่ {place} ข้อ {number}"
        if not isinstance(question, dict):
            found.append(f"{name} ไม่อยู่ในรูปที่อ่านได้")
            continue
        found += _question_problems(name, question, section.get("scale"), known)
    return found


def _repeat_problems(place: int, repeat: Any) -> list[str]:
    if not repeat:
        return []
    if not isinstance(repeat, dict) or not isinstance(repeat.get("label") or "", str):
        return [f"การกรอกซ้ำของตอนที่ {place} ไม่อยู่ในรูปที่อ่านได้"]
    least, most = repeat.get("min") or 0, repeat.get("max") or kinds.ROW_LIMIT
    whole = all(isinstance(n, int) and not isinstance(n, bool) for n in (least, most))
    if not whole or not 0 <= least <= most <= kinds.ROW_LIMIT or most < 1:
        return [f"ตอนที่ {place} กรอกซ้ำได้ 1–{kinds.ROW_LIMIT} ชุด โปรดตรวจจำนวนน้อยที่สุดและมากที่สุด"]
    return []


def _question_problems(name: str, question: dict, section_scale: Any, known: "_Known") -> list[str]:
    found = []
    key, kind = question.get("key"), question.get("type")
    if not isinstance(key, str) or not _is_key(key):
        found.append(f"{name} ต้องมีรหัสเป็นอักษรอังกฤษหรือตัวเลข ขึ้นต้นด้วยอักษร")
    elif key in known.questions:
        found.append(f"{name} ใช้รหัส “{key}” ซ้ำกับข้ออื่น")
    else:
        known.questions.add(key)
    if not _is_text(question.get("text")):
        found.append(f"{name} ยังไม่มีข้อความของข้อคำถาม")
    if not isinstance(kind, str) or kind not in TYPES:
        return [*found, f"{name} เป็นชนิด “{kind}” ซึ่งระบบไม่รู้จัก"]
    source = question.get("source")
    if source and (not isinstance(source, str) or not _SOURCE.fullmatch(source)):
        found.append(f"{name} อ้างแหล่งข้อมูลที่อ่านไม่ได้")
    if kind in SCALED and not _in(question.get("scale") or section_scale, known.scales):
        found.append(f"{name} ต้องมีมาตราส่วน")
    if kind in ("choice", "multi") and not source:
        found += _choices_of(name, question, known.lists)
    if kind == "matrix":
        found += _line_problems(name, question.get("rows"))
    if kind == "calc" and not _is_text(question.get("expr")):
        found.append(f"{name} ยังไม่มีสูตรคำนวณ")
    if kind not in ("note", "calc") and question.get("expr"):
        found.append(f"{name} มีสูตรคำนวณ ทั้งที่ไม่ใช่ชนิดค่าที่คำนวณ")
    for words in ("hint", "unit", "note_label", "must_message", "follows"):
        if not isinstance(question.get(words) or "", str) or len(question.get(words) or "") > 2000:
            found.append(f"{name} มีค่า {words} ที่ไม่ใช่ข้อความหรือยาวเกินไป")
    if not isinstance(levels := question.get("levels") or {}, dict) or not all(
        _is_step(step) and isinstance(text, str) for step, text in levels.items()
    ):
        found.append(f"{name} มีคำอธิบายระดับที่อ่านไม่ได้")
    for limit in ("min", "max", "weight"):
        if question.get(limit) not in (None, "") and not _is_number(question[limit]):
            found.append(f"{name} มีค่า {limit} ที่ไม่ใช่จำนวน")
    if _is_number(question.get("weight")) and Decimal(str(question["weight"])) <= 0:
        found.append(f"{name} ต้องมีน้ำหนักมากกว่า 0")
    low, high = question.get("min"), question.get("max")
    if _is_number(low) and _is_number(high) and Decimal(str(low)) > Decimal(str(high)):
        found.append(f"{name} มีค่าต่ำสุดมากกว่าค่าสูงสุด")
    limits = (
        ("decimals", 6), ("photos", kinds.PHOTO_LIMIT), ("files", kinds.FILE_LIMIT), ("max_length", kinds.TEXT_LIMIT),
    )  # fmt: skip
    for whole, most in limits:
        value = question.get(whole, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            found.append(f"{name} มีค่า {whole} นอกช่วง 0–{most:,}")
    return found


def _choices_of(name: str, question: dict, lists: dict) -> list[str]:
    if master := question.get("master"):
        return [] if _in(master, MASTERS) else [f"{name} อ้างทะเบียนที่ระบบไม่มี"]
    if of_list := question.get("list"):
        return [] if _in(of_list, lists) else [f"{name} ใช้รายการตัวเลือก “{of_list}” ซึ่งไม่มีในแบบ"]
    found = _choice_problems(name, question.get("choices"), CHOICE_LIMIT)
    correct = question.get("correct")
    if not found and correct and str(correct) not in {str(choice["v"]) for choice in question["choices"]}:
        found.append(f"{name} มีคำตอบที่ถูกซึ่งไม่อยู่ในตัวเลือก")
    return found


def _line_problems(name: str, lines: Any) -> list[str]:
    if not isinstance(lines, list) or not lines:
        return [f"{name} ยังไม่มีรายการย่อย"]
    if len(lines) > LINE_LIMIT:
        return [f"{name} มี {len(lines):,} รายการย่อย เกินกว่าที่ตารางหนึ่งรับได้ ({LINE_LIMIT} รายการ)"]
    if not all(isinstance(line, dict) and _is_key(line.get("key")) and _is_text(line.get("text")) for line in lines):
        return [f"{name} ทุกรายการย่อยต้องมีรหัสและข้อความ"]
    if len({line["key"] for line in lines}) != len(lines):
        return [f"{name} มีรายการย่อยที่รหัสซ้ำกัน"]
    if {line["key"] for line in lines} & {"exist", "note", "photo", "other", "current", "desired", "rows"}:
        return [f"{name} มีรายการย่อยที่ใช้รหัสของระบบ โปรดใช้รหัสอื่น"]
    return []


def _choice_problems(name: str, choices: Any, limit: int) -> list[str]:
    if not isinstance(choices, list) or not choices:
        return [f"{name} ยังไม่มีตัวเลือก"]
    if len(choices) > limit:
        return [
            f"{name} มี {len(choices):,} ตัวเลือก เกินกว่าที่รับได้ ({limit:,} ตัวเลือก) "
            "หากเป็นรายชื่อสถานศึกษาหรือบุคลากร โปรดใช้ตัวเลือกจากทะเบียนแทน"
        ]
    if not all(isinstance(c, dict) and _is_value(c.get("v")) and _is_text(c.get("t")) for c in choices):
        return [f"{name} ทุกตัวเลือกต้องมีค่าและข้อความ"]
    if len({str(choice["v"]) for choice in choices}) != len(choices):
        return [f"{name} มีตัวเลือกที่ค่าซ้ำกัน"]
    if not all(_are_attributes(choice.get("attrs")) for choice in choices):
        return [f"{name} มีคุณสมบัติของตัวเลือกที่อ่านไม่ได้"]
    if sum(bool(choice.get("specify")) for choice in choices) > 1:
        return [f"{name} มีตัวเลือก “ระบุ” มากกว่าหนึ่ง"]
    return []


def _in(key: Any, table: Any) -> bool:
    return isinstance(key, str) and key in table


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and _KEY.fullmatch(value) is not None


def _is_step(value: Any) -> bool:
    return isinstance(value, str | int) and re.fullmatch(r"[+-]?[0-9]{1,4}", str(value)) is not None


def _is_value(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, str | int) and 0 < len(str(value).strip()) <= 200


def _are_attributes(value: Any) -> bool:
    return value is None or (
        isinstance(value, dict) and all(_is_key(name) and isinstance(item, str | int) for name, item in value.items())
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= 2000


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False
