"""The expressions of XLSForm (a part of XPath 1.0 with the functions of ODK) as a tree of tuples.

``("num", "1.5") ("str", "x") ("ref", name) ("self",) ("name", n) ("call", function, [arguments]) ("neg", a)
(operator, a, b)``; a simple path (``../q``, ``/data/group/q``) is a reference to its last step.
"""

import re
from typing import Any, NamedTuple

Node = tuple[Any, ...]

LENGTH_LIMIT = 5000
DEPTH_LIMIT = 60

_NCNAME = r"[^\W\d](?:[\w.\-\u00b7]|(?<=\w)[\u0e30-\u0e4e])*"
_TOKEN = re.compile(
    rf"""(?P<space>[\s\u00a0\u200b\ufeff]+)
    |(?P<number>\d+(?:\.\d*)?|\.\d+)
    |(?P<text>"[^"]*"|'[^']*')
    |\$\{{\s*(?P<ref>[^}}]*?)\s*\}}
    |(?P<op><=|>=|!=|//|\.\.|[=<>+\-*/(),.|\[\]@])
    |(?P<name>{_NCNAME}(?::{_NCNAME})?)""",
    re.VERBOSE,
)
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "≤": "≤", "–": "-", "−": "-"})
LEVELS = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
"""How tightly XPath's operators bind."""
_WORDS = ("or", "and", "div", "mod")


class XPathError(ValueError):
    """What can't be read or taken over, in Thai, to stand behind “เพราะ”."""


class _Token(NamedTuple):
    kind: str
    value: str


def parse(text: str) -> Node:
    """The tree of an expression. Raises XPathError."""
    if len(text) > LENGTH_LIMIT:
        raise XPathError(f"นิพจน์ยาวเกิน {LENGTH_LIMIT:,} ตัวอักษร")
    parser = _Parser(_tokens(text.translate(_QUOTES)))
    tree = parser.binary(1, 0)
    if parser.token.kind != "end":
        raise XPathError(f"อ่านนิพจน์ไม่ได้ตั้งแต่ “{parser.token.value[:30]}”")
    return tree


def _tokens(text: str) -> list[_Token]:
    made: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise XPathError(f"อ่านนิพจน์ไม่ได้ตั้งแต่ “{text[at : at + 30]}”")
        kind = match.lastgroup or ""
        if kind != "space":
            value = match.group(kind)
            made.append(_Token(kind, value[1:-1] if kind == "text" else value))
        at = match.end()
    return [*made, _Token("end", "")]


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.index = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.index]

    def take(self) -> _Token:
        self.index += 1
        return self.tokens[self.index - 1]

    def is_op(self, *values: str) -> bool:
        return self.token.kind == "op" and self.token.value in values

    def operator(self) -> str:
        """Words are operators only where an operand has just ended, which is where this is asked."""
        token = self.token
        if token.kind == "name" and token.value.lower() in _WORDS:
            return token.value.lower()
        return token.value if token.kind == "op" and token.value in LEVELS else ""

    def binary(self, least: int, depth: int) -> Node:
        if depth > DEPTH_LIMIT:
            raise XPathError("นิพจน์ซ้อนกันลึกเกินไป")
        left = self.prefix(depth)
        while (level := LEVELS.get(operator := self.operator(), 0)) >= least and level:
            self.take()
            left = (operator, left, self.binary(level + 1, depth + 1))
        return left

    def prefix(self, depth: int) -> Node:
        if self.is_op("-"):
            self.take()
            if depth > DEPTH_LIMIT:
                raise XPathError("นิพจน์ซ้อนกันลึกเกินไป")
            return ("neg", self.prefix(depth + 1))
        return self.atom(depth)

    def atom(self, depth: int) -> Node:
        token = self.take()
        match token.kind:
            case "number":
                return ("num", token.value)
            case "text":
                return ("str", token.value)
            case "ref":
                return self.reference(token.value)
            case "name":
                if self.is_op("("):
                    return self.call(token.value, depth)
                return self.path([token.value]) if self.is_op("/") else ("name", token.value)
            case "op" if token.value == "(":
                inner = self.binary(1, depth + 1)
                self.close()
                return inner
            case "op" if token.value in (".", "..", "/"):
                return self.path([token.value])
        raise XPathError(f"อ่านนิพจน์ไม่ได้ตั้งแต่ “{token.value[:30]}”" if token.value else "นิพจน์เขียนไม่จบ")

    def reference(self, name: str) -> Node:
        if name.startswith("last-saved#"):
            raise XPathError("ระบบไม่เก็บค่าของการกรอกครั้งก่อน (last-saved)")
        if self.is_op("/"):
            return self.path([name])
        if self.is_op("["):
            raise XPathError("ไม่รองรับการเลือกแถวด้วย [ ]")
        return ("ref", name)

    def path(self, steps: list[str]) -> Node:
        """The last step of a plain path; whatever chooses among nodes is not taken."""
        if steps == ["/"] and self.token.kind == "name":
            steps.append(self.take().value)
        while self.is_op("/"):
            self.take()
            if self.token.kind not in ("name", "ref") and not self.is_op(".", ".."):
                raise XPathError("ไม่รองรับเส้นทาง (path) นี้")
            steps.append(self.take().value)
        if self.is_op("[", "(", "//"):
            raise XPathError("ไม่รองรับการเลือกแถวด้วย [ ]")
        if steps == ["."]:
            return ("self",)
        if steps[-1] in (".", "..", "/"):
            raise XPathError("ไม่รองรับเส้นทาง (path) นี้")
        return ("ref", steps[-1])

    def call(self, name: str, depth: int) -> Node:
        self.take()
        arguments: list[Node] = []
        if not self.is_op(")"):
            arguments.append(self.binary(1, depth + 1))
            while self.is_op(","):
                self.take()
                arguments.append(self.binary(1, depth + 1))
        self.close()
        if name == "current" and self.is_op("/"):
            return self.path(["."])
        if self.is_op("/", "["):
            raise XPathError(f"ไม่รองรับการดึงข้อมูลด้วย {name}()")
        return ("call", name, arguments)

    def close(self) -> None:
        if not self.is_op(")"):
            raise XPathError("ขาดวงเล็บปิด")
        self.take()
