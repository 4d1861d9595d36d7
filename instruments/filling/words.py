"""Answers in words, for people to read."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.dateparse import parse_datetime

from instruments import slots
from instruments.definition import Question
from instruments.slots import Slot
from thai.dates import in_bangkok, long_date, time_of_day
from thai.numerals import format_number


def answer_text(
    question: Question, slot: Slot, entry: Mapping[str, Any], words: Mapping[str, str] | None = None
) -> str:
    """An answer in words, for people to read: "4 มาก", "มี", "21 พฤศจิกายน 2569"; empty where there is none.

    ``words``: what the values of a register are called, for a question that asks one.
    """
    if "na" in entry:
        return "ไม่เกี่ยวข้อง"
    value = entry.get("v")
    if value is None or value in ("", []):
        return ""
    match slot.kind:
        case slots.RATING:
            return f"{value} {question.scale.word(value) if question.scale else ''}".strip()
        case slots.EXIST:
            return "มี" if value else "ไม่มี"
        case slots.CHOICE | slots.MULTI:
            texts = words or {choice.value: choice.text for choice in question.choices}
            return ", ".join(texts.get(item, item) for item in as_list(value))
        case slots.DATE:
            return long_date(date.fromisoformat(value))
        case slots.TIME:
            return f"{value.replace(':', '.')} น."
        case slots.PLACE:
            sure = f" (คลาดเคลื่อนไม่เกิน {value['acc']:,} เมตร)" if value.get("acc") is not None else ""
            return f"{value['lat']}, {value['lon']}{sure}"
        case slots.NUMBER:
            return f"{format_number(value)} {question.unit}".strip()
        case slots.PHOTO:
            return f"ภาพ {len(value)} ภาพ"
        case slots.FILE:
            return f"ไฟล์ {len(value)} ไฟล์"
        case slots.SIGNATURE:
            return value.get("typed", "ลงลายมือชื่อแล้ว")
    return str(value)


def moment(iso: str) -> str:
    """The time of day of an ISO moment as Thais write it: "10.41 น."; empty where it can't be read."""
    try:
        at = parse_datetime(iso)
        return time_of_day(in_bangkok(at)) if at else ""
    except (ValueError, OverflowError):  # well formed, but no moment of any clock
        return ""


def shown_number(text: str, decimals: int) -> str:
    """A calculated value for people: a number with its decimals and commas; any other text as it is."""
    try:
        return format_number(text, decimals) if text else ""
    except (ValueError, ArithmeticError):
        return text


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []
