"""Conditions and calculations in Thai words, for paper: “ข้อ 1 ตอบ “ทางไกล””."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from instruments import logic
from instruments.definition import Form, Question
from thai.numerals import format_number

_ORDER = {
    "=": "เป็น", "!=": "ไม่ใช่", "<": "น้อยกว่า", "<=": "ไม่เกิน", ">": "มากกว่า", ">=": "ตั้งแต่",
}  # fmt: skip
_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷", "mod": "mod"}
_FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CALLS = {
    "sum": "ผลรวมของ", "mean": "ค่าเฉลี่ยของ", "min": "ค่าต่ำสุดของ", "max": "ค่าสูงสุดของ", "count": "จำนวนที่ตอบของ",
    "count_selected": "จำนวนที่เลือกของ", "length": "ความยาวของ", "abs": "ค่าสัมบูรณ์ของ", "floor": "ปัดลงของ", "ceil": "ปัดขึ้นของ",
    "year": "ปีของ", "month": "เดือนของ", "day": "วันที่ของ",
}  # fmt: skip


def in_words(expression: str, form: Form, section: str = "") -> str:
    """The expression as a person would say it to somebody who fills the form in ``section``; one that can't be
    read is given back as it is written."""
    try:
        tree = logic.parse(expression)
    except logic.LogicError:
        return expression
    return _Words(form, section).said(tree)


class _Words:
    def __init__(self, form: Form, section: str):
        self.form, self.section = form, section

    def said(self, tree: Any) -> str:
        match tree:
            case ["n", number]:
                return _number(number)
            case ["t", text]:
                return f"“{text}”"
            case ["b", true]:
                return "จริง" if true else "เท็จ"
            case ["self"]:
                return "คำตอบข้อนี้"
            case ["choice", name]:
                return f"{name} ของตัวเลือก"
            case ["q", name]:
                return self.named(name)
            case ["and" | "or" as word, left, right]:
                joined = "และ" if word == "and" else "หรือ"
                return f"{self.inside(left, word)} {joined} {self.inside(right, word)}"
            case ["not", inner]:
                return f"ไม่ใช่กรณีที่ {self.said(inner)}"
            case ["neg", inner]:
                return f"−{self.said(inner)}"
            case ["call", name, *given]:
                return self.called(name, given)
            case [sign, left, right] if sign in _ORDER:
                return self.compared(sign, left, right)
            case [sign, left, right] if sign in _SIGNS:
                return f"{self.inside(left, sign)} {_SIGNS[sign]} {self.inside(right, sign)}"
        return str(tree)

    def inside(self, tree: Any, around: str) -> str:
        """A part of something larger, in brackets where it would be misread without."""
        loose = {
            "and": ("or",),
            "or": (),
            "*": ("+", "-"),
            "/": ("+", "-", "*", "/"),
            "-": ("+", "-"),
            "mod": tuple(_SIGNS),
        }
        said = self.said(tree)
        return f"({said})" if tree[0] in loose.get(around, ()) else said

    def compared(self, sign: str, left: Any, right: Any) -> str:
        if left[0] in ("n", "t", "b") and right[0] not in ("n", "t", "b"):
            sign, left, right = _FLIPPED[sign], right, left
        if left[0] == "q" and right[0] in ("t", "n"):
            if right == ["t", ""]:
                return f"{self.named(left[1])} {'ยังไม่ตอบ' if sign == '=' else 'ตอบแล้ว'}"
            answer = self.answer(left[1], right[1])
            if answer and sign in ("=", "!="):
                return f"{self.named(left[1])} {'ตอบ' if sign == '=' else 'ไม่ได้ตอบ'} “{answer}”"
        return f"{self.said(left)} {_ORDER[sign]} {self.said(right)}"

    def called(self, name: str, given: list[Any]) -> str:
        match name, given:
            case "selected", [["q", asked], ["t", value]]:
                return f"{self.named(asked)} เลือก “{self.answer(asked, value) or value}”"
            case "answered", [inner]:
                return f"ตอบ{self.said(inner)}แล้ว"
            case "if", [test, yes, no]:
                return f"ถ้า {self.said(test)} ให้ {self.said(yes)} มิฉะนั้น {self.said(no)}"
            case "round", [inner, ["n", places]]:
                return f"{self.said(inner)} (ปัดเป็นทศนิยม {places} ตำแหน่ง)"
            case "round" | "number" | "text", [inner]:
                return self.said(inner)
            case "today", []:
                return "วันนี้"
        words = ", ".join(self.said(inner) for inner in given)
        return f"{_CALLS[name]} {words}" if name in _CALLS else f"{name}({words})"

    def named(self, name: str) -> str:
        key, _, suffix = name.partition(".")
        question = self.form.questions.get(key)
        if question is None:
            return name
        text = f"ข้อ {question.number}"
        more = {"exist": "(มี/ไม่มี)", "current": "(สภาพที่เป็นอยู่)", "desired": "(สภาพที่ควรจะเป็น)", "other": "(ระบุ)"}
        line = next((line.text for line in question.lines if line.key == suffix), "")
        if line:
            text += f" “{line}”"
        elif suffix in more:
            text += f" {more[suffix]}"
        if question.section != self.section:
            text += f" ของ{self.form.section(question.section).title}"
        return text

    def answer(self, name: str, value: str) -> str:
        """What a value is called among the answers of a question; "" where it is no such value."""
        key, _, suffix = name.partition(".")
        question = self.form.questions.get(key)
        if question is None:
            return ""
        if suffix == "exist" or question.type == "exist":
            return {"1": "มี", "0": "ไม่มี"}.get(value, "")
        return _words_of(question).get(value, "")


def _words_of(question: Question) -> Mapping[str, str]:
    return {choice.value: choice.text for choice in question.choices} if question.type in ("choice", "multi") else {}


def _number(text: str) -> str:
    try:
        return format_number(Decimal(text))
    except (InvalidOperation, ValueError):
        return text
