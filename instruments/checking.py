"""What may be wrong with a definition, said in Thai to the person who writes the form."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from instruments import slots as kinds

TYPES = {
    "rating": "มาตราส่วนประมาณค่า",
    "exist": "มี/ไม่มี",
    "dual": "สภาพที่เป็นอยู่และที่ควรจะเป็น",
    "choice": "เลือกหนึ่งข้อ",
    "multi": "เลือกได้หลายข้อ",
    "text": "ข้อความ",
    "number": "จำนวน",
    "date": "วันที่",
    "photo": "ภาพถ่าย",
    "signature": "ลายมือชื่อ",
}
SCALED = ("rating", "dual")
QUESTION_LIMIT = 1000
CHOICE_LIMIT = 500
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_SOURCE = re.compile(r"[a-z][a-z_]{0,29}")


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
    seen: set[str] = set()
    section_keys: set[str] = set()
    for place, section in enumerate(definition["sections"], start=1):
        found += _section_problems(place, section, scales, seen, section_keys)
    return found


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


def _section_problems(place: int, section: Any, scales: dict, seen: set[str], section_keys: set[str]) -> list[str]:
    if not isinstance(section, dict) or not isinstance(section.get("questions"), list):
        return [f"ตอนที่ {place} ไม่อยู่ในรูปที่อ่านได้"]
    found = []
    if not _is_text(section.get("title")):
        found.append(f"ตอนที่ {place} ต้องมีชื่อ")
    if not isinstance(section.get("key"), str) or not _KEY.fullmatch(section["key"]):
        found.append(f"ตอนที่ {place} ต้องมีรหัสเป็นอักษรอังกฤษหรือตัวเลข ขึ้นต้นด้วยอักษร")
    elif section["key"] in section_keys:
        found.append(f"รหัสตอน “{section['key']}” ซ้ำกัน")
    else:
        section_keys.add(section["key"])
    if not section["questions"]:
        found.append(f"ตอนที่ {place} ยังไม่มีข้อคำถาม")
    if section.get("scale") and section["scale"] not in scales:
        found.append(f"ตอนที่ {place} ใช้มาตราส่วน “{section['scale']}” ซึ่งไม่มีในแบบ")
    for number, question in enumerate(section["questions"], start=1):
        name = f"ตอนที่ {place} ข้อ {number}"
        if not isinstance(question, dict):
            found.append(f"{name} ไม่อยู่ในรูปที่อ่านได้")
            continue
        found += _question_problems(name, question, section.get("scale"), scales, seen)
    return found


def _question_problems(name: str, question: dict, section_scale: Any, scales: dict, seen: set[str]) -> list[str]:
    found = []
    key, kind = question.get("key"), question.get("type")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        found.append(f"{name} ต้องมีรหัสเป็นอักษรอังกฤษหรือตัวเลข ขึ้นต้นด้วยอักษร")
    elif key in seen:
        found.append(f"{name} ใช้รหัส “{key}” ซ้ำกับข้ออื่น")
    else:
        seen.add(key)
    if not _is_text(question.get("text")):
        found.append(f"{name} ยังไม่มีข้อความของข้อคำถาม")
    if kind not in TYPES:
        return [*found, f"{name} เป็นชนิด “{kind}” ซึ่งระบบไม่รู้จัก"]
    source = question.get("source")
    if source and (not isinstance(source, str) or not _SOURCE.fullmatch(source)):
        found.append(f"{name} อ้างแหล่งข้อมูลที่อ่านไม่ได้")
    if kind in SCALED and question.get("scale", section_scale) not in scales:
        found.append(f"{name} ต้องมีมาตราส่วน")
    if kind in ("choice", "multi") and not source:
        found += _choice_problems(name, question.get("choices"))
    for limit in ("min", "max", "weight"):
        if question.get(limit) not in (None, "") and not _is_number(question[limit]):
            found.append(f"{name} มีค่า {limit} ที่ไม่ใช่จำนวน")
    if _is_number(question.get("weight")) and Decimal(str(question["weight"])) <= 0:
        found.append(f"{name} ต้องมีน้ำหนักมากกว่า 0")
    low, high = question.get("min"), question.get("max")
    if _is_number(low) and _is_number(high) and Decimal(str(low)) > Decimal(str(high)):
        found.append(f"{name} มีค่าต่ำสุดมากกว่าค่าสูงสุด")
    for whole, most in (("decimals", 6), ("photos", kinds.PHOTO_LIMIT), ("max_length", kinds.TEXT_LIMIT)):
        value = question.get(whole, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            found.append(f"{name} มีค่า {whole} นอกช่วง 0–{most:,}")
    return found


def _choice_problems(name: str, choices: Any) -> list[str]:
    if not isinstance(choices, list) or not choices:
        return [f"{name} ยังไม่มีตัวเลือก"]
    if len(choices) > CHOICE_LIMIT:
        return [f"{name} มี {len(choices):,} ตัวเลือก เกินกว่าที่ข้อหนึ่งรับได้ ({CHOICE_LIMIT} ตัวเลือก)"]
    if not all(isinstance(c, dict) and _is_text(str(c.get("v", ""))) and _is_text(c.get("t")) for c in choices):
        return [f"{name} ทุกตัวเลือกต้องมีค่าและข้อความ"]
    if len({str(choice["v"]) for choice in choices}) != len(choices):
        return [f"{name} มีตัวเลือกที่ค่าซ้ำกัน"]
    if sum(bool(choice.get("specify")) for choice in choices) > 1:
        return [f"{name} มีตัวเลือก “ระบุ” มากกว่าหนึ่ง"]
    return []


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= 2000


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False
