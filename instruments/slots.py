"""The atom of answering: one slot, and how raw input becomes the value that is stored.

A question expands into one or more slots: ``B1`` (rating), ``B1.exist`` (มี/ไม่มี), ``B1.note`` and ``B1.photo``
(evidence), ``B1.current`` and ``B1.desired`` (dual rating), ``A5.other`` (the words of “อื่น ๆ ระบุ”).

Stored values: rating and exist an int; choice a str; multi a list of str; text a str; number a decimal str; date an
ISO str; time "HH:MM"; photo and file a list of attachment ids; signature ``{"image": id}`` or ``{"typed": name}``;
place ``{"lat", "lon", "acc"}`` (degrees as decimal strings, accuracy in whole metres or None).

A repeating section ``G`` has a slot ``G.rows`` with the ids of its rows; the answer to its question ``B1`` in row
``k7x2`` stands in slot ``B1@k7x2``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from thai.dates import parse_thai_date
from thai.numerals import parse_decimal, to_arabic, to_thai
from thai.text import normalise

RATING, EXIST, CHOICE, MULTI = "rating", "exist", "choice", "multi"
TEXT, NUMBER, DATE, PHOTO, SIGNATURE = "text", "number", "date", "photo", "signature"
TIME, FILE, PLACE, ROWS = "time", "file", "place", "rows"
ATTACHED = (PHOTO, FILE, SIGNATURE)
"""Kinds whose values name attachments of the response."""
LISTED = (PHOTO, FILE, ROWS)
"""Kinds to whose value single items are added and taken away."""

TEXT_LIMIT = 10_000
PHOTO_LIMIT = 10
FILE_LIMIT = 10
ROW_LIMIT = 200
ROW_ID = re.compile(r"[a-z0-9]{4,12}")
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

YES_NO: Mapping[Any, int] = {1: 1, 0: 0, "1": 1, "0": 0, "๑": 1, "๐": 0, "มี": 1, "ไม่มี": 0, "true": 1, "false": 0}

Cleaner = Callable[[Any], Any]
"""Returns the value to store; raises ValueError with a Thai sentence for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for one value. ``clean`` turns raw input into the stored value or raises ValueError (Thai)."""

    key: str
    kind: str
    question: str
    section: str
    label: str
    clean: Cleaner
    takes_na: bool = False
    limit: int = 0
    """The most items of a slot that holds a list."""
    repeat: str = ""
    """The repeating section to whose rows it belongs; the key is then that of the question, without a row."""


def at_row(key: str, row: str) -> str:
    """The slot or question of one row of a repeating section."""
    return f"{key}@{row}"


def question_of(slot: str) -> str:
    """The question of a slot's key, with the row where there is one: "B1.exist@k7x2" is asked by "B1@k7x2"."""
    base, at, row = slot.partition("@")
    return base.partition(".")[0] + at + row


def too_many(kind: str, limit: int) -> str:
    """Why a list takes no more items."""
    if kind == ROWS:
        return f"ตอนนี้กรอกได้ไม่เกิน {limit} ชุด"
    if kind == FILE:
        return f"ข้อนี้แนบไฟล์ได้ไม่เกิน {limit} ไฟล์ โปรดลบไฟล์ที่ไม่ใช้ก่อน"
    return f"ข้อนี้แนบภาพได้ไม่เกิน {limit} ภาพ โปรดลบภาพที่ไม่ใช้ก่อน"


def rating_cleaner(values: Mapping[int, str]) -> Cleaner:
    """One value of a scale, as int or as digits, Thai digits included."""
    table: dict[Any, int] = {}
    for value in values:
        table[value] = table[str(value)] = table[to_thai(str(value))] = value
        if value > 0:
            table[f"+{value}"] = value
    words = ", ".join(str(value) for value in values)

    def clean(raw: Any) -> int:
        try:
            if raw.__class__ is not bool:
                return table[raw.strip() if raw.__class__ is str else raw]
        except (KeyError, TypeError):
            pass
        raise ValueError(f"โปรดเลือกคะแนนจาก {words}")

    return clean


def clean_exist(raw: Any) -> int:
    """มี/ไม่มี as 1 or 0."""
    try:
        return YES_NO[raw.strip() if raw.__class__ is str else raw]
    except (KeyError, TypeError):
        raise ValueError("โปรดเลือก “มี” หรือ “ไม่มี”") from None


def choice_cleaner(choices: Mapping[str, str]) -> Cleaner:
    def clean(raw: Any) -> str:
        if isinstance(raw, str | int) and str(raw) in choices:
            return str(raw)
        raise ValueError("โปรดเลือกจากตัวเลือกที่กำหนด")

    return clean


def multi_cleaner(choices: Mapping[str, str]) -> Cleaner:
    """Several choices, stored in the order of the form and each once."""

    def clean(raw: Any) -> list[str]:
        if not isinstance(raw, list | tuple):
            raise ValueError("โปรดเลือกจากตัวเลือกที่กำหนด")  # noqa: TRY004 -- a refusal, not a fault
        picked = {str(item) for item in raw if isinstance(item, str | int)}
        if len(picked) != len({str(item) for item in raw}) or picked - choices.keys():
            raise ValueError("โปรดเลือกจากตัวเลือกที่กำหนด")
        return [key for key in choices if key in picked]

    return clean


def text_cleaner(limit: int, *, multiline: bool) -> Cleaner:
    """Typed text, normalised; ``limit`` in characters."""

    def clean(raw: Any) -> str:
        if not isinstance(raw, str):
            raise ValueError("โปรดพิมพ์เป็นข้อความ")  # noqa: TRY004 -- a refusal, not a fault
        if len(raw) > 4 * limit:
            raise ValueError(f"ข้อความยาวเกิน {limit:,} ตัวอักษร โปรดย่อให้สั้นลงหรือแนบเป็นเอกสาร")
        # A lone half of a surrogate pair can't be stored by any database.
        text = normalise(raw.encode("utf-8", "replace").decode(), multiline=multiline)
        if len(text) > limit:
            raise ValueError(f"ข้อความยาวเกิน {limit:,} ตัวอักษร (พิมพ์มา {len(text):,}) โปรดย่อให้สั้นลง")
        return text

    return clean


def number_cleaner(least: Decimal | None, most: Decimal | None, decimals: int) -> Cleaner:
    """A number within bounds with at most so many decimals, stored as plain decimal text."""

    def clean(raw: Any) -> str:
        if isinstance(raw, bool) or not isinstance(raw, str | int):
            raise ValueError("โปรดพิมพ์เป็นตัวเลข")  # noqa: TRY004 -- a refusal, not a fault
        text = str(raw)
        if len(text) > 60:
            raise ValueError("จำนวนนี้ยาวเกินไป โปรดตรวจสอบอีกครั้ง")
        number = parse_decimal(text)
        if number.is_zero():
            number = Decimal(0)
        places = -int(number.normalize().as_tuple().exponent)
        if places > decimals:
            raise ValueError("โปรดพิมพ์เป็นจำนวนเต็ม" if decimals == 0 else f"โปรดพิมพ์ทศนิยมไม่เกิน {decimals} ตำแหน่ง")
        if least is not None and number < least:
            raise ValueError(f"จำนวนต้องไม่น้อยกว่า {least:,f}")
        if most is not None and number > most:
            raise ValueError(f"จำนวนต้องไม่เกิน {most:,f}")
        return f"{number.normalize():f}"

    return clean


def clean_date(raw: Any) -> str:
    """A date in any way a Thai writes it, stored as ISO."""
    if not isinstance(raw, str):
        raise ValueError("โปรดพิมพ์วันที่ เช่น 21/11/2569")  # noqa: TRY004 -- a refusal, not a fault
    text = raw.strip()
    if _ISO_DATE.fullmatch(text) and int(text[:4]) < 2400:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError("ไม่มีวันที่นี้ในปฏิทิน โปรดตรวจสอบวันและเดือน") from None
    return parse_thai_date(to_arabic(text)).isoformat()


_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:\s*น\.?)?")


def clean_time(raw: Any) -> str:
    """A time of day as Thais write it (8.30 น., 08:30), stored as "HH:MM"."""
    if isinstance(raw, str) and (found := _TIME.fullmatch(to_arabic(raw).strip())):
        return f"{int(found[1]):02d}:{found[2]}"
    raise ValueError("โปรดพิมพ์เวลาเป็นชั่วโมงและนาที เช่น 08.30")


def clean_place(raw: Any) -> dict[str, Any]:
    """A place as {"lat", "lon", "acc"} or as "lat, lon" or "lat lon altitude accuracy"; degrees of WGS 84."""
    if isinstance(raw, str):
        parts = to_arabic(raw).replace(",", " ").split()
        raw = dict(zip(("lat", "lon", "alt", "acc"), parts, strict=False)) if 2 <= len(parts) <= 4 else None
    if isinstance(raw, dict):
        try:
            lat, lon = (parse_decimal(str(raw[name])[:40]) for name in ("lat", "lon"))
            accuracy = raw.get("acc")
            metres = None if accuracy in (None, "") else round(parse_decimal(str(accuracy)[:40]))
        except (KeyError, ValueError, ArithmeticError):
            pass
        else:
            if abs(lat) <= 90 and abs(lon) <= 180 and (metres is None or 0 <= metres < 10_000_000):
                return {"lat": _degrees(lat), "lon": _degrees(lon), "acc": metres}
    raise ValueError("โปรดระบุพิกัดเป็นละติจูดและลองจิจูด เช่น 13.756331, 100.501762 หรือกดปุ่มใช้ตำแหน่งปัจจุบัน")


def _degrees(value: Decimal) -> str:
    return f"{round(value, 6).normalize() + 0:f}"


def photo_cleaner(limit: int, kind: str = PHOTO) -> Cleaner:
    """Ids of attachments, each once."""

    def clean(raw: Any) -> list[str]:
        if not isinstance(raw, list) or not all(isinstance(item, str) and UUID.fullmatch(item) for item in raw):
            raise ValueError("รายการภาพหรือไฟล์ไม่ถูกต้อง โปรดเปิดหน้าใหม่แล้วแนบอีกครั้ง")
        ids = list(dict.fromkeys(raw))
        if len(ids) > limit:
            raise ValueError(too_many(kind, limit))
        return ids

    return clean


def rows_cleaner(limit: int) -> Cleaner:
    """Ids of the rows of a repeating section, made by the devices that add them."""

    def clean(raw: Any) -> list[str]:
        if not isinstance(raw, list) or not all(isinstance(item, str) and ROW_ID.fullmatch(item) for item in raw):
            raise ValueError("รายการชุดคำตอบไม่ถูกต้อง โปรดเปิดหน้าใหม่แล้วลองอีกครั้ง")
        ids = list(dict.fromkeys(raw))
        if len(ids) > limit:
            raise ValueError(too_many(ROWS, limit))
        return ids

    return clean


def clean_signature(raw: Any) -> dict[str, str]:
    """A drawn signature (the id of its picture) or a name typed in its stead."""
    if isinstance(raw, str):
        raw = {"typed": raw}
    if isinstance(raw, dict) and len(raw) == 1:
        if isinstance(image := raw.get("image"), str) and UUID.fullmatch(image):
            return {"image": image}
        if isinstance(typed := raw.get("typed"), str) and 2 <= len(name := normalise(typed)) <= 150:
            return {"typed": name}
    raise ValueError("โปรดลงลายมือชื่อ หรือพิมพ์ชื่อและนามสกุลแทนการลงลายมือชื่อ")
