"""What may be wrong with a definition, said in Thai to the person who writes the form."""

import re
from collections.abc import Iterable, Iterator
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
SCALED = ("rating", "dual", "matrix")
QUESTION_LIMIT = 1000
CHOICE_LIMIT = 500
LIST_LIMIT = 5_000
LISTS_LIMIT = 50
LINE_LIMIT = 50
UNREADABLE = "ไม่อยู่ในรูปที่อ่านได้"
KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_SOURCE = re.compile(r"[a-z][a-z_]{0,29}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: ``said`` of the part that ``place`` names in Thai (empty: of the form as a whole).

    ``section`` and ``question`` count from 0; ``scale`` and ``list`` are keys.
    """

    said: str
    place: str = ""
    section: int | None = None
    question: int | None = None
    scale: str = ""
    list: str = ""

    def __str__(self) -> str:
        return f"{self.place} {self.said}".lstrip()


@dataclass
class _Known:
    """What the form has so far, while its parts are looked at one after the other."""

    scales: dict
    lists: dict
    questions: set[str] = field(default_factory=set)
    sections: set[str] = field(default_factory=set)


def problems(definition: Any) -> list[str]:
    """Thai sentences, one for each thing that must be mended before the form can be used; empty where it is whole."""
    if found := faults(definition):
        return list(map(str, found))
    return [_sentence(definition, problem) for problem in logic.problems(definition)]


def faults(definition: Any) -> list[Fault]:
    """What is wrong with the parts of a form; its conditions and computed values are judged by ``instruments.logic``."""
    if not isinstance(definition, dict) or not isinstance(definition.get("sections"), list):
        return [Fault("แบบต้องมีอย่างน้อยหนึ่งตอน")]
    scales = definition.get("scales", {})
    if not isinstance(scales, dict):
        return [Fault("มาตราส่วนของแบบไม่อยู่ในรูปที่อ่านได้")]
    total = question_count(definition)
    if total > QUESTION_LIMIT:
        return [Fault(f"แบบนี้มี {total:,} ข้อ เกินกว่าที่แบบหนึ่งชุดรับได้ ({QUESTION_LIMIT:,} ข้อ) โปรดแบ่งเป็นหลายแบบ")]
    lists = definition.get("lists", {})
    if not isinstance(lists, dict) or len(lists) > LISTS_LIMIT:
        return [Fault(f"รายการตัวเลือกกลางของแบบไม่อยู่ในรูปที่อ่านได้ หรือมีเกิน {LISTS_LIMIT} รายการ")]
    found = [
        Fault(said, f"มาตราส่วน “{key}”", scale=key) for key, scale in scales.items() for said in _scale_problems(scale)
    ]
    if not definition["sections"]:
        found.append(Fault("แบบต้องมีอย่างน้อยหนึ่งตอน"))
    found += [
        Fault(said, f"รายการตัวเลือก “{key}”", list=key) for key, items in lists.items() for said in _list_problems(items)
    ]
    known = _Known(scales, lists)
    for place, section in enumerate(definition["sections"]):
        found += _of_section(place, section, known)
    repeated = {
        section["key"]
        for section in definition["sections"]
        if isinstance(section, dict) and section.get("repeat") and _is_key(section.get("key"))
    }
    return found + [
        Fault(f"รหัส “{key}” ใช้ทั้งกับตอนที่กรอกซ้ำและกับข้อคำถาม โปรดเปลี่ยนรหัสหนึ่ง") for key in sorted(known.questions & repeated)
    ]


def _of_section(place: int, section: Any, known: _Known) -> Iterator[Fault]:
    for said in _section_problems(section, known):
        yield Fault(said, f"ตอนที่ {place + 1}", place)
    questions = section.get("questions") if isinstance(section, dict) else None
    if not isinstance(questions, list):
        return
    for number, (name, question) in enumerate(zip(question_places(place, questions), questions, strict=True)):
        for said in _question_problems(question, section.get("scale"), known):
            yield Fault(said, name, place, number)


def question_places(section: int, questions: Iterable[Any]) -> Iterator[str]:
    """How the questions of a section are called, which counts from 0: ตอนที่ 2 ข้อ 3. A note has a number of its own."""
    asked = notes = 0
    for question in questions:
        if isinstance(question, dict) and question.get("type") == "note":
            notes += 1
            yield f"ตอนที่ {section + 1} ข้อความชี้แจงที่ {notes}"
        else:
            asked += 1
            yield f"ตอนที่ {section + 1} ข้อ {asked}"


def _sentence(definition: dict, problem: logic.Problem) -> str:
    title = logic.TITLES[problem.property]
    return f"{_place_name(definition, problem)} {title}: {problem.message}"


def _place_name(definition: dict, problem: logic.Problem) -> str:
    """Where a condition stands, in the words of the form."""
    for place, section in enumerate(definition["sections"]):
        if problem.key == f"@{section['key']}":
            return f"ตอนที่ {place + 1}"
        for name, question in zip(question_places(place, section["questions"]), section["questions"], strict=True):
            if question["key"] == problem.key:
                return name
    return f"“{problem.key}”"


def question_count(definition: Any) -> int:
    """How many questions a definition has, whole or not."""
    sections = definition.get("sections") if isinstance(definition, dict) else None
    return sum(
        len(section["questions"])
        for section in (sections if isinstance(sections, list) else ())
        if isinstance(section, dict) and isinstance(section.get("questions"), list)
    )


def _scale_problems(scale: Any) -> list[str]:
    if not isinstance(scale, dict) or not _is_text(scale.get("title")):
        return ["ต้องมีชื่อ"]
    values = scale.get("values")
    if not isinstance(values, list) or len(values) < 2:
        return ["ต้องมีอย่างน้อยสองระดับ"]
    if not all(isinstance(i, dict) and isinstance(i.get("v"), int) and _is_text(i.get("t")) for i in values):
        return ["ทุกระดับต้องมีคะแนนเป็นจำนวนเต็มและมีคำเรียก"]
    found = []
    if len({item["v"] for item in values}) != len(values):
        found.append("มีคะแนนซ้ำกัน")
    bands = scale.get("bands", [])
    minima = [_band_minimum(band) for band in bands] if isinstance(bands, list) else [None]
    if None in minima:
        found.append("เกณฑ์แปลผลต้องมีค่าต่ำสุดไม่เกินสองตำแหน่งทศนิยมและมีคำเรียก")
    elif minima and len(set(minima)) != len(minima):
        found.append("เกณฑ์แปลผลมีค่าต่ำสุดซ้ำกัน")
    elif minima and min(m for m in minima if m is not None) > min(item["v"] for item in values):
        found.append("เกณฑ์แปลผลไม่ครอบคลุมคะแนนต่ำสุด")
    return found


def _band_minimum(band: Any) -> Decimal | None:
    if not isinstance(band, dict) or not _is_text(band.get("label")):
        return None
    try:
        least = Decimal(str(band.get("min")))
    except InvalidOperation:
        return None
    return least if least.is_finite() and -int(least.normalize().as_tuple().exponent) <= 2 else None


def _list_problems(data: Any) -> list[str]:
    return _choice_problems(data.get("items"), LIST_LIMIT) if isinstance(data, dict) else [UNREADABLE]


def _section_problems(section: Any, known: _Known) -> list[str]:
    if not isinstance(section, dict) or not isinstance(section.get("questions"), list):
        return [UNREADABLE]
    found = []
    if not _is_text(section.get("title")):
        found.append("ต้องมีชื่อ")
    if not _is_key(section.get("key")):
        found.append("ต้องมีรหัสเป็นอักษรอังกฤษหรือตัวเลข ขึ้นต้นด้วยอักษร")
    elif section["key"] in known.sections:
        found.append(f"ใช้รหัส “{section['key']}” ซ้ำกับตอนอื่น")
    else:
        known.sections.add(section["key"])
    if not section["questions"]:
        found.append("ยังไม่มีข้อคำถาม")
    found += _repeat_problems(section.get("repeat"))
    if not isinstance(section.get("intro") or "", str):
        found.append("มีคำชี้แจงที่ไม่ใช่ข้อความ")
    if section.get("scale") and not _in(section["scale"], known.scales):
        found.append(f"ใช้มาตราส่วน “{section['scale']}” ซึ่งไม่มีในแบบ")
    return found


def _repeat_problems(repeat: Any) -> list[str]:
    if not repeat:
        return []
    if not isinstance(repeat, dict) or not isinstance(repeat.get("label") or "", str):
        return ["มีการกรอกซ้ำที่อ่านไม่ได้"]
    least, most = repeat.get("min") or 0, repeat.get("max") or kinds.ROW_LIMIT
    whole = all(isinstance(n, int) and not isinstance(n, bool) for n in (least, most))
    if not whole or not 0 <= least <= most <= kinds.ROW_LIMIT or most < 1:
        return [f"กรอกซ้ำได้ 1–{kinds.ROW_LIMIT} ชุด โปรดตรวจจำนวนน้อยที่สุดและมากที่สุด"]
    return []


def _question_problems(question: Any, section_scale: Any, known: _Known) -> list[str]:
    if not isinstance(question, dict):
        return [UNREADABLE]
    found = []
    key, kind = question.get("key"), question.get("type")
    if not isinstance(key, str) or not _is_key(key):
        found.append("ต้องมีรหัสเป็นอักษรอังกฤษหรือตัวเลข ขึ้นต้นด้วยอักษร")
    elif key in known.questions:
        found.append(f"ใช้รหัส “{key}” ซ้ำกับข้ออื่น")
    else:
        known.questions.add(key)
    if not _is_text(question.get("text")):
        found.append("ยังไม่มีข้อความของข้อคำถาม")
    if not isinstance(kind, str) or kind not in TYPES:
        return [*found, f"เป็นชนิด “{kind}” ซึ่งระบบไม่รู้จัก"]
    source = question.get("source")
    if source and (not isinstance(source, str) or not _SOURCE.fullmatch(source)):
        found.append("อ้างแหล่งข้อมูลที่อ่านไม่ได้")
    if kind in SCALED and not _in(question.get("scale") or section_scale, known.scales):
        found.append("ต้องมีมาตราส่วน")
    if kind in ("choice", "multi") and not source:
        found += _choices_of(question, known.lists)
    if kind == "matrix":
        found += _line_problems(question.get("rows"))
    if kind == "calc" and not _is_text(question.get("expr")):
        found.append("ยังไม่มีสูตรคำนวณ")
    if kind not in ("note", "calc") and question.get("expr"):
        found.append("มีสูตรคำนวณ ทั้งที่ไม่ใช่ชนิดค่าที่คำนวณ")
    for words in ("hint", "unit", "note_label", "must_message", "follows"):
        if not isinstance(question.get(words) or "", str) or len(question.get(words) or "") > 2000:
            found.append(f"มีค่า {words} ที่ไม่ใช่ข้อความหรือยาวเกินไป")
    if not isinstance(levels := question.get("levels") or {}, dict) or not all(
        _is_step(step) and isinstance(text, str) for step, text in levels.items()
    ):
        found.append("มีคำอธิบายระดับที่อ่านไม่ได้")
    for limit in ("min", "max", "weight"):
        if question.get(limit) not in (None, "") and not _is_number(question[limit]):
            found.append(f"มีค่า {limit} ที่ไม่ใช่จำนวน")
    if _is_number(question.get("weight")) and Decimal(str(question["weight"])) <= 0:
        found.append("ต้องมีน้ำหนักมากกว่า 0")
    low, high = question.get("min"), question.get("max")
    if _is_number(low) and _is_number(high) and Decimal(str(low)) > Decimal(str(high)):
        found.append("มีค่าต่ำสุดมากกว่าค่าสูงสุด")
    limits = (
        ("decimals", 6), ("photos", kinds.PHOTO_LIMIT), ("files", kinds.FILE_LIMIT), ("max_length", kinds.TEXT_LIMIT),
    )  # fmt: skip
    for whole, most in limits:
        value = question.get(whole, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            found.append(f"มีค่า {whole} นอกช่วง 0–{most:,}")
    return found


def _choices_of(question: dict, lists: dict) -> list[str]:
    if master := question.get("master"):
        return [] if _in(master, MASTERS) else ["อ้างทะเบียนที่ระบบไม่มี"]
    if of_list := question.get("list"):
        return [] if _in(of_list, lists) else [f"ใช้รายการตัวเลือก “{of_list}” ซึ่งไม่มีในแบบ"]
    found = _choice_problems(question.get("choices"), CHOICE_LIMIT)
    correct = question.get("correct")
    if not found and correct and str(correct) not in {str(choice["v"]) for choice in question["choices"]}:
        found.append("มีคำตอบที่ถูกซึ่งไม่อยู่ในตัวเลือก")
    return found


def _line_problems(lines: Any) -> list[str]:
    if not isinstance(lines, list) or not lines:
        return ["ยังไม่มีรายการย่อย"]
    if len(lines) > LINE_LIMIT:
        return [f"มี {len(lines):,} รายการย่อย เกินกว่าที่ตารางหนึ่งรับได้ ({LINE_LIMIT} รายการ)"]
    if not all(isinstance(line, dict) and _is_key(line.get("key")) and _is_text(line.get("text")) for line in lines):
        return ["ทุกรายการย่อยต้องมีรหัสและข้อความ"]
    if len({line["key"] for line in lines}) != len(lines):
        return ["มีรายการย่อยที่รหัสซ้ำกัน"]
    if {line["key"] for line in lines} & {"exist", "note", "photo", "other", "current", "desired", "rows"}:
        return ["มีรายการย่อยที่ใช้รหัสของระบบ โปรดใช้รหัสอื่น"]
    return []


def _choice_problems(choices: Any, limit: int) -> list[str]:
    if not isinstance(choices, list) or not choices:
        return ["ยังไม่มีตัวเลือก"]
    if len(choices) > limit:
        return [
            f"มี {len(choices):,} ตัวเลือก เกินกว่าที่รับได้ ({limit:,} ตัวเลือก) "
            "หากเป็นรายชื่อสถานศึกษาหรือบุคลากร โปรดใช้ตัวเลือกจากทะเบียนแทน"
        ]
    if not all(isinstance(c, dict) and _is_value(c.get("v")) and _is_text(c.get("t")) for c in choices):
        return ["ทุกตัวเลือกต้องมีค่าและข้อความ"]
    if len({str(choice["v"]) for choice in choices}) != len(choices):
        return ["มีตัวเลือกที่ค่าซ้ำกัน"]
    if not all(_are_attributes(choice.get("attrs")) for choice in choices):
        return ["มีคุณสมบัติของตัวเลือกที่อ่านไม่ได้"]
    if sum(bool(choice.get("specify")) for choice in choices) > 1:
        return ["มีตัวเลือก “ระบุ” มากกว่าหนึ่ง"]
    return []


def _in(key: Any, table: Any) -> bool:
    return isinstance(key, str) and key in table


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and KEY.fullmatch(value) is not None


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
