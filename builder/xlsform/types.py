"""The question types of XLSForm under all the names that pyxform and Kobo know them by."""

import re
from typing import NamedTuple

_PLAIN = {
    "integer": "integer", "int": "integer", "number": "integer", "decimal": "decimal", "percentage": "percentage",
    "range": "range", "text": "text", "string": "text", "note": "note", "date": "date", "time": "time",
    "datetime": "datetime", "date time": "datetime", "geopoint": "geopoint", "location": "geopoint", "gps": "geopoint",
    "geotrace": "geotrace", "geoshape": "geoshape", "photo": "image", "image": "image", "picture": "image",
    "audio": "audio", "video": "video", "file": "file", "barcode": "barcode", "calculate": "calculate",
    "calculation": "calculate", "acknowledge": "acknowledge", "trigger": "acknowledge", "hidden": "hidden",
    "number of days in last month": "days31", "number of days in last six months": "days183",
    "number of days in last year": "days366",
}  # fmt: skip
METADATA = {
    "start": "เวลาเริ่มกรอก", "start time": "เวลาเริ่มกรอก", "start-time": "เวลาเริ่มกรอก", "end": "เวลากรอกเสร็จ",
    "end time": "เวลากรอกเสร็จ", "today": "วันที่กรอก", "deviceid": "รหัสเครื่อง", "device id": "รหัสเครื่อง",
    "imei": "รหัสเครื่อง", "subscriberid": "รหัสซิม", "subscriber id": "รหัสซิม", "simserial": "รหัสซิม",
    "sim id": "รหัสซิม", "phonenumber": "หมายเลขโทรศัพท์ของเครื่อง", "phone number": "หมายเลขโทรศัพท์ของเครื่อง",
    "username": "ชื่อผู้กรอก", "email": "อีเมลของผู้กรอก", "audit": "ประวัติการกรอก",
    "start geopoint": "พิกัดเมื่อเริ่มกรอก", "background geopoint": "พิกัดระหว่างกรอก",
    "background audio": "เสียงระหว่างกรอก", "instanceid": "รหัสชุดคำตอบ", "instancename": "ชื่อชุดคำตอบ",
}  # fmt: skip
LEFT = {
    "xml external": "ระบบไม่ใช้ไฟล์ข้อมูลภายนอก",
    "csv external": "ระบบไม่ใช้ไฟล์ข้อมูลภายนอก",
    "osm": "ระบบไม่มีข้อชนิดแผนที่ OpenStreetMap",
    "cascading select": "ตัวเลือกเรียงชั้นแบบเก่า (cascading_select) เลิกใช้แล้ว โปรดใช้ select_one กับ choice_filter แทน",
    "include": "ระบบไม่ดึงข้อคำถามจากแบบอื่น (include) โปรดรวมข้อคำถามไว้ในไฟล์เดียว",
}
_SELECTS = {
    "select one from file": "file one",
    "select multiple from file": "file multiple",
    "select one external": "external",
    "add select one prompt using": "one",
    "add select multiple prompt using": "multiple",
    "select all that apply from": "multiple",
    "select all that apply": "multiple",
    "select multiple from": "multiple",
    "select multiple using": "multiple",
    "select multiple": "multiple",
    "select one from": "one",
    "select one using": "one",
    "select one": "one",
    "select1": "one",
    "rank": "rank",
}
_BEGIN = re.compile(r"begin (group|lgroup|repeat|looped group|loop|score|rank|kobomatrix)(?: (?:over )?(\S+))?")
_END = re.compile(r"end (group|lgroup|repeat|looped group|loop|score|rank|kobomatrix)")
_CONTROLS = {
    "group": "group",
    "kobomatrix": "group",
    "loop": "repeat",
    "lgroup": "repeat",
    "repeat": "repeat",
    "looped group": "repeat",
}
_OTHER = re.compile(r"\s+(?:or[_ ]other|or[_ ]specify[_ ]other)$", re.IGNORECASE)


class Type(NamedTuple):
    """``name``: what it is here; ``list_name`` of a selection, ``kind`` of it or of a group."""

    name: str
    list_name: str = ""
    kind: str = ""
    other: bool = False
    word: str = ""
    """As it was written, for the report."""


def read_type(text: str) -> Type:
    """What a cell of the type column means; ``name`` is empty where nobody knows."""
    word = " ".join(text.split())
    plain = re.sub(r"[\s_]+", " ", word.lower())
    if found := _BEGIN.fullmatch(plain.replace("-", " ")):
        kind = found[1]
        return Type("begin", found[2] or "", _CONTROLS.get(kind, kind), word=word)
    if found := _END.fullmatch(plain.replace("-", " ")):
        return Type("end", kind=_CONTROLS.get(found[1], found[1]), word=word)
    if plain in ("score row", "rank level"):
        return Type(plain, word=word)
    for command, kind in _SELECTS.items():
        if plain.replace("-", " ") == command or re.match(rf"{command}\s", plain.replace("-", " ")):
            rest = re.sub(rf"^{command.replace(' ', '[ _-]+')}", "", word, flags=re.IGNORECASE).strip()
            cut = _OTHER.sub("", f" {rest}")
            return Type("select", cut.strip(), kind, len(cut) != len(rest) + 1, word)
    plain = plain.removeprefix("uri:").replace("-", " ")
    plain = re.sub(r"^(add|q|get) (.+?)( prompt)?$", r"\2", plain)
    if plain in METADATA:
        return Type("metadata", kind=METADATA[plain], word=word)
    for left, reason in LEFT.items():
        if plain == left or plain.startswith(f"{left} "):
            return Type("left", kind=reason, word=word)
    return Type(_PLAIN.get(plain, ""), word=word)
