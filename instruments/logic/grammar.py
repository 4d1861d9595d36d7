"""The small language of conditions and computed values: text to a JSON tree and back.

    B1.exist = 1 and (mean(B1, B2, B3) >= 3.5 or selected(A3, "2"))

Names are slots of the form, ``.`` is the question's own answer, ``choice.province`` an attribute of the choice that a
filter judges. Precedence, loosest first: or; and; not; = != < <= > >= (never two in a row); + -; * / mod; unary -.

The tree: ``["n", "4.5"] ["t", "text"] ["b", true] ["q", "B1.exist"] ["self"] ["choice", "province"]
["call", name, …] ["neg", a] ["not", a]`` and ``[operator, a, b]``.
"""

import difflib
import itertools
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from thai.numerals import to_arabic

Tree = list[Any]

TEXT_LIMIT = 2000
NESTING_LIMIT = 50
DEPTH_LIMIT = 200
"""Of the whole tree; a chain of 200 operators is one too. Everything that walks a tree may recurse."""

RESERVED = frozenset({"and", "or", "not", "mod", "true", "false", "choice"})
"""Words of the language: a question with such a key can't be named in it."""

FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "if": ("ถ้าเงื่อนไขเป็นจริงให้ค่าแรก มิฉะนั้นให้ค่าหลัง", 'if(B1 >= 3, "ผ่าน", "ไม่ผ่าน")'),
    "selected": ("เลือกตัวเลือกนี้หรือไม่", 'selected(A3, "2")'),
    "count_selected": ("จำนวนตัวเลือกที่เลือก หรือจำนวนภาพ/ไฟล์ที่แนบ", "count_selected(A3) <= 3"),
    "answered": ("ข้อนี้ตอบแล้วหรือไม่", "answered(B1)"),
    "sum": ("ผลรวม ข้ามข้อที่ยังไม่ตอบ", "sum(B1, B2, B3)"),
    "mean": ("ค่าเฉลี่ยของข้อที่ตอบแล้ว", "mean(B1, B2, B3)"),
    "min": ("ค่าน้อยที่สุดของข้อที่ตอบแล้ว", "min(B1, B2)"),
    "max": ("ค่ามากที่สุดของข้อที่ตอบแล้ว", "max(B1, B2)"),
    "count": ("จำนวนข้อ (หรือจำนวนรายการ) ที่ตอบแล้ว", "count(B1, B2, B3)"),
    "round": ("ปัดเศษเป็นทศนิยมตามจำนวนตำแหน่ง (ครึ่งปัดขึ้น)", "round(B1 / 3, 2)"),
    "floor": ("ปัดลงเป็นจำนวนเต็ม", "floor(B1 / 3)"),
    "ceil": ("ปัดขึ้นเป็นจำนวนเต็ม", "ceil(B1 / 3)"),
    "abs": ("ค่าโดยไม่คิดเครื่องหมาย", "abs(B1 - B2)"),
    "length": ("จำนวนตัวอักษรของข้อความ", "length(A5) <= 100"),
    "contains": ("ข้อความมีคำนี้อยู่หรือไม่", 'contains(A5, "วิทยาศาสตร์")'),
    "starts": ("ข้อความขึ้นต้นด้วยคำนี้หรือไม่", 'starts(A5, "โรงเรียน")'),
    "ends": ("ข้อความลงท้ายด้วยคำนี้หรือไม่", 'ends(A5, "วิทยา")'),
    "concat": ("ต่อข้อความเข้าด้วยกัน", 'concat("ชั้น ", A1, " จำนวน ", A2, " คน")'),
    "coalesce": ("ค่าแรกที่มี", "coalesce(A2, A1)"),
    "matches": ("ข้อความทั้งหมดตรงตามแบบแผนอักขระหรือไม่ เช่น ตัวเลข 10 หลัก", 'matches(., "[0-9]{10}")'),
    "number": ("แปลงข้อความเป็นจำนวน", "number(A1) * 2"),
    "text": ("แปลงเป็นข้อความ", "text(B1)"),
    "today": ("วันนี้", ". <= today()"),
    "days": ("จำนวนวันจากวันหลังถึงวันแรก (วันแรก ลบ วันหลัง)", "days(today(), A3) >= 30"),
    "year": ("ปี ค.ศ. ของวันที่", "year(today()) - year(A3)"),
    "month": ("เดือนของวันที่ 1–12", "month(A3) = 5"),
    "day": ("วันที่ของเดือน 1–31", "day(A3) <= 15"),
}
"""Name: (what it gives, an example), in Thai, for the builder's help."""

_MANY = 500
ARITIES: Mapping[str, tuple[int, int]] = {
    "if": (3, 3),
    "selected": (2, 2),
    "count_selected": (1, 1),
    "answered": (1, 1),
    "sum": (1, _MANY),
    "mean": (1, _MANY),
    "min": (1, _MANY),
    "max": (1, _MANY),
    "count": (1, _MANY),
    "round": (1, 2),
    "floor": (1, 1),
    "ceil": (1, 1),
    "abs": (1, 1),
    "length": (1, 1),
    "contains": (2, 2),
    "starts": (2, 2),
    "ends": (2, 2),
    "concat": (1, _MANY),
    "coalesce": (2, _MANY),
    "matches": (2, 2),
    "number": (1, 1),
    "text": (1, 1),
    "today": (0, 0),
    "days": (2, 2),
    "year": (1, 1),
    "month": (1, 1),
    "day": (1, 1),
}

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_LEVELS = {"or": 1, "and": 2, **dict.fromkeys(COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6, "mod": 6}
_NOT, _COMPARISON, _NEG, _ATOM = 3, 4, 7, 8
_ALIASES = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "×": "*", "÷": "/", "−": "-", "–": "-"}
_WORDS = ("and", "or", "not", "mod")
_WRONG = {"&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "%": "mod", "^": "*"}
_CLOSING = {'"': '"', "'": "'", "“": "”", "‘": "’"}

_NAME = r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*"
_TOKEN = re.compile(
    rf"""(?P<space>[\s\u200b\ufeff]+)
    |(?P<number>[0-9๐-๙]+(?:\.[0-9๐-๙]+)?|\.[0-9๐-๙]+)
    |(?P<name>{_NAME})
    |(?P<text>"(?:[^"]|"")*"|'(?:[^']|'')*'|“[^”]*”|‘[^’]*’)
    |(?P<op><=|>=|!=|<>|==|[=<>+\-*/(),.≠≤≥×÷−–])""",
    re.VERBOSE,
)
_THAI = re.compile(r"[\u0e00-\u0e7f]+")


class LogicError(ValueError):
    """What is wrong, as a Thai sentence, and where: ``at`` counts characters from 0."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


class Token(NamedTuple):
    kind: str
    value: str
    at: int
    end: int


class Parsed(NamedTuple):
    """``places`` finds the position of a node by its ``id``: the tree itself is plain JSON."""

    tree: Tree
    places: Mapping[int, int]


def parse(text: str) -> Tree:
    """The tree of an expression. Raises LogicError."""
    parser = _Parser(text)
    return parser.whole()


@lru_cache(maxsize=4096)
def parsed(text: str) -> Parsed | LogicError:
    """As ``parse``, with positions; remembers, and returns the error instead of raising it. Never change the tree."""
    try:
        parser = _Parser(text)
        return Parsed(parser.whole(), parser.places)
    except LogicError as error:
        return error


def tokens(text: str) -> list[Token]:
    """The words of an expression, without spaces, ended by a token of kind "end". Raises LogicError."""
    if len(text) > TEXT_LIMIT:
        raise LogicError(
            f"ยาวเกิน {TEXT_LIMIT:,} ตัวอักษร (เขียนมา {len(text):,}) โปรดแยกบางส่วนเป็นข้อชนิดค่าคำนวณ แล้วอ้างถึงข้อนั้น", TEXT_LIMIT
        )
    made: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _stray(text, at)
        kind = match.lastgroup or ""
        if kind != "space":
            made.append(Token(kind, match.group(), at, match.end()))
        at = match.end()
    made.append(Token("end", "", len(text), len(text)))
    return made


def _stray(text: str, at: int) -> LogicError:
    letter = text[at]
    if letter in _CLOSING:
        return LogicError(f"ขาดเครื่องหมายคำพูดปิด {_CLOSING[letter]}", at)
    for wrong, right in _WRONG.items():
        if text.startswith(wrong, at):
            return LogicError(f"ไม่ใช้เครื่องหมาย “{wrong}” ให้เขียน “{right}” แทน", at)
    thai = _THAI.match(text, at)
    if thai:
        return LogicError(
            f'ข้อความภาษาไทยต้องอยู่ในเครื่องหมายคำพูด เช่น "{thai.group()[:30]}" ส่วนคำตอบของข้ออื่นให้อ้างด้วยรหัสข้อ เช่น B1', at
        )
    if letter in "{[$#@" or letter in "]}":
        return LogicError(f"ไม่ใช้เครื่องหมาย “{letter}” ให้อ้างคำตอบด้วยรหัสข้อตรง ๆ เช่น B1", at)
    return LogicError(f"ไม่รู้จักเครื่องหมาย “{letter}”", at)


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.index = 0
        self.places: dict[int, int] = {}
        self.depths: dict[int, int] = {}

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def take(self) -> Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def node(self, at: int, *parts: Any) -> Tree:
        made = list(parts)
        depth = 1 + max((self.depths.get(id(part), 0) for part in parts), default=0)
        if depth > DEPTH_LIMIT:
            raise LogicError("ต่อกันยาวเกินไป โปรดใช้คำสั่งที่รับได้หลายค่า เช่น sum(…) หรือแยกบางส่วนเป็นข้อชนิดค่าคำนวณ", at)
        self.places[id(made)] = at
        self.depths[id(made)] = depth
        return made

    def whole(self) -> Tree:
        if self.token.kind == "end":
            raise LogicError("ยังไม่ได้เขียนอะไร", 0)
        tree = self.binary(1, 0)
        token = self.token
        if token.kind == "end":
            return tree
        if token.value == ")":
            raise LogicError("มีวงเล็บปิดเกิน หรือขาดวงเล็บเปิด", token.at)
        if token.value == ",":
            raise LogicError("เครื่องหมายจุลภาคใช้คั่นค่าภายในวงเล็บของคำสั่งเท่านั้น เช่น sum(B1, B2)", token.at)
        raise LogicError(f"ขาดเครื่องหมายหรือคำเชื่อมก่อน “{_short(token.value)}” เช่น = + and or", token.at)

    def operator(self) -> str:
        token = self.token
        if token.kind == "op":
            return _ALIASES.get(token.value, token.value)
        return token.value if token.kind == "name" and token.value in _WORDS else ""

    def binary(self, least: int, nesting: int) -> Tree:
        left = self.prefix(nesting)
        while True:
            operator = self.operator()
            level = _LEVELS.get(operator, 0)
            if not level or level < least:
                return left
            at = self.take().at
            left = self.node(at, operator, left, self.binary(level + 1, nesting))
            if level == _COMPARISON and _LEVELS.get(self.operator()) == _COMPARISON:
                raise LogicError("เปรียบเทียบต่อกันไม่ได้ ให้เชื่อมด้วย and เช่น 1 <= B1 and B1 <= 5", self.token.at)

    def prefix(self, nesting: int) -> Tree:
        token = self.token
        operator = self.operator()
        if nesting > NESTING_LIMIT:
            raise LogicError(f"ซ้อนกันเกิน {NESTING_LIMIT} ชั้น โปรดแยกบางส่วนเป็นข้อชนิดค่าคำนวณ", token.at)
        if operator == "not":
            self.take()
            return self.node(token.at, "not", self.binary(_COMPARISON, nesting + 1))
        if operator == "-":
            self.take()
            return self.node(token.at, "neg", self.prefix(nesting + 1))
        return self.atom(nesting)

    def atom(self, nesting: int) -> Tree:
        token = self.take()
        if token.kind == "number":
            return self.node(token.at, "n", _number(token))
        if token.kind == "text":
            return self.node(token.at, "t", _unquoted(token.value))
        if token.kind == "name" and token.value not in _WORDS:
            return self.call(token, nesting) if self.token.value == "(" else self.name(token)
        if token.value == "(":
            inner = self.binary(1, nesting + 1)
            self.close(token)
            return inner
        if token.value == ".":
            return self.node(token.at, "self")
        self.index -= 1
        raise self.missing(token)

    def name(self, token: Token) -> Tree:
        if token.value in ("true", "false"):
            return self.node(token.at, "b", token.value == "true")
        head, _, rest = token.value.partition(".")
        if head == "choice" and rest:
            return self.node(token.at, "choice", rest)
        return self.node(token.at, "q", token.value)

    def call(self, token: Token, nesting: int) -> Tree:
        name, opening = token.value, self.take()
        if name in ("true", "false") and self.token.value == ")":
            self.take()
            return self.node(token.at, "b", name == "true")
        if name not in FUNCTIONS:
            raise LogicError(_unknown_function(name), token.at)
        arguments: list[Tree] = []
        if self.token.value == ")":
            self.take()
        else:
            arguments.append(self.binary(1, nesting + 1))
            while self.token.value == ",":
                self.take()
                arguments.append(self.binary(1, nesting + 1))
            self.close(opening)
        least, most = ARITIES[name]
        if not least <= len(arguments) <= most:
            raise LogicError(_wrong_count(name, len(arguments)), token.at)
        return self.node(token.at, "call", name, *arguments)

    def close(self, opening: Token) -> None:
        token = self.token
        if token.value == ")" and token.kind == "op":
            self.take()
        elif token.kind == "end":
            raise LogicError("ขาดวงเล็บปิดของวงเล็บนี้", opening.at)
        else:
            raise LogicError(f"ขาดวงเล็บปิด หรือขาดเครื่องหมายก่อน “{_short(token.value)}”", token.at)

    def missing(self, token: Token) -> LogicError:
        if token.kind == "end":
            return LogicError("เขียนยังไม่จบ ขาดค่าหรือรหัสข้อต่อท้าย", token.at)
        before = self.tokens[self.index - 1].value if self.index else ""
        if token.value == ")" and before == "(":
            return LogicError("ในวงเล็บยังว่างอยู่", token.at)
        return LogicError(f"ขาดค่าหรือรหัสข้อก่อน “{_short(token.value)}”", token.at)


def _number(token: Token) -> str:
    whole, _, fraction = to_arabic(token.value).partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    if len(whole) > 15 or len(fraction) > 10:
        raise LogicError("จำนวนนี้ยาวเกินไป ใช้ได้ไม่เกิน 15 หลักและทศนิยม 10 ตำแหน่ง", token.at)
    return f"{whole}.{fraction}" if fraction else whole


def _unquoted(value: str) -> str:
    mark = value[0]
    return value[1:-1].replace(mark * 2, mark) if mark in "\"'" else value[1:-1]


def _unknown_function(name: str) -> str:
    near = difflib.get_close_matches(name.lower(), FUNCTIONS, n=1)
    hint = f" หมายถึง “{near[0]}” หรือไม่" if near else ""
    return f"ไม่รู้จักคำสั่ง “{_short(name)}”{hint} คำสั่งที่ใช้ได้ ได้แก่ {' '.join(FUNCTIONS)}"


def _wrong_count(name: str, given: int) -> str:
    least, most = ARITIES[name]
    if least == most:
        wanted = f" {least} ค่า" if least else "วงเล็บว่าง"
    else:
        wanted = f"อย่างน้อย {least} ค่า" if most == _MANY else f" {least} ถึง {most} ค่า"
    return f"คำสั่ง {name} ต้องมี{wanted} แต่เขียนมา {given} ค่า ตัวอย่าง {FUNCTIONS[name][1]}"


def _short(value: str) -> str:
    return value if len(value) <= 30 else f"{value[:30]}…"


# -- Back to text --------------------------------------------------------------------------------------------------


def unparse(tree: Tree) -> str:
    """The expression in its plainest form: ``parse(unparse(tree)) == tree``."""
    return _written(tree)[0]


def _written(node: Tree) -> tuple[str, int]:
    match node[0]:
        case "n" | "q":
            return node[1], _ATOM
        case "t":
            return '"' + node[1].replace('"', '""') + '"', _ATOM
        case "b":
            return ("true" if node[1] else "false"), _ATOM
        case "self":
            return ".", _ATOM
        case "choice":
            return f"choice.{node[1]}", _ATOM
        case "call":
            return f"{node[1]}({', '.join(_written(argument)[0] for argument in node[2:])})", _ATOM
        case "neg":
            return f"-{_bracketed(node[1], _NEG)}", _NEG
        case "not":
            return f"not {_bracketed(node[1], _COMPARISON)}", _NOT
    level = _LEVELS[node[0]]
    # Comparisons don't chain: a comparison on the left needs its brackets as well.
    left = _bracketed(node[1], level + (level == _COMPARISON))
    return f"{left} {node[0]} {_bracketed(node[2], level + 1)}", level


def _bracketed(node: Tree, least: int) -> str:
    text, level = _written(node)
    return text if level >= least else f"({text})"


def rename(tree: Tree, names: Mapping[str, str]) -> Tree:
    """A copy in which names are replaced: a whole slot (``M1.r1``) or a question with all its slots (``B1``)."""
    if tree[0] == "q":
        return ["q", _renamed(tree[1], names)]
    return [rename(part, names) if isinstance(part, list) else part for part in tree]


def rename_text(text: str, names: Mapping[str, str]) -> str:
    """As ``rename``, on what a person has written, spaces and all; text that can't be read stays as it is."""
    try:
        words = tokens(text)
    except LogicError:
        return text
    made, done = [], 0
    for word, following in itertools.pairwise(words):
        head = word.value.partition(".")[0]
        if word.kind == "name" and head not in RESERVED and following.value != "(":
            made += [text[done : word.at], _renamed(word.value, names)]
            done = word.end
    return "".join([*made, text[done:]])


def _renamed(name: str, names: Mapping[str, str]) -> str:
    if name in names:
        return names[name]
    head, dot, rest = name.partition(".")
    return f"{names.get(head, head)}{dot}{rest}"


def references(tree: Tree) -> list[Tree]:
    """Every ``["q", name]`` in the tree, in order of writing."""
    if tree[0] == "q":
        return [tree]
    return [found for part in tree if isinstance(part, list) for found in references(part)]
