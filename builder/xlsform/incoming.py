"""From an expression of XLSForm to one of ours: what can be said in our language, exactly; the rest is refused."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from builder.xlsform.xpath import Node, XPathError, parse
from instruments.logic.grammar import LogicError, Tree, unparse
from instruments.logic.grammar import parse as parse_ours
from instruments.logic.names import ANY, BOOLEAN, DATE, LIST, NUMBER, TEXT, TIME

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TODAY = ["call", "today"]
MOVED = "ระบบเลื่อนวันที่ได้เฉพาะเมื่อนำไปเปรียบเทียบกับอีกวันหนึ่ง"
_LABELLED = 30
"""So many choices have their texts written out in an expression."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a name of the XLSForm has become: a slot of ours and the type of its value. ``tree`` stands for metadata
    that has no slot, ``rows`` for a repeat that can only be counted; ``why`` for what was not taken."""

    slot: str = ""
    type: str = ANY
    tree: Any = None
    rows: bool = False
    why: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    """Values and texts of a question that takes one choice."""


@dataclass(frozen=True, slots=True)
class Scope:
    names: Mapping[str, Target]
    own: str = ANY
    """The type of ``.``."""
    columns: Mapping[str, str] | None = None
    """In a choice filter: header of a column to name of the attribute."""


def translate(text: str, scope: Scope) -> str:
    """A condition in our language. Raises XPathError (Thai, why not)."""
    writer = _Writer(scope)
    return _written(writer.boolean(writer.tree(parse(text))))


def translate_value(text: str, scope: Scope) -> tuple[str, str]:
    """A calculation in our language, and the type of its value. Raises XPathError."""
    writer = _Writer(scope)
    tree = writer.tree(parse(text))
    if tree[0] == "moved":
        raise XPathError(MOVED)
    return _written(tree), writer.type(tree)


def _written(tree: Tree) -> str:
    try:
        made = unparse(tree)
        parse_ours(made)
    except (LogicError, RecursionError) as error:
        raise XPathError(getattr(error, "message", "นิพจน์ซ้อนกันลึกเกินไป")) from error
    return made


def names_in(text: str) -> set[str]:
    """The bare names of an expression: in a choice filter, columns."""
    try:
        return set(_bare_names(parse(text)))
    except XPathError:
        return set()


def _bare_names(node: Any) -> Iterator[str]:
    if isinstance(node, tuple) and node[0] == "name":
        yield node[1]
    elif isinstance(node, tuple | list):
        for part in node:
            yield from _bare_names(part)


def bounds(text: str) -> dict[str, str] | None:
    """“. >= 0 and . <= 100” as {"min": "0", "max": "100"}; None where the constraint says anything else."""
    try:
        found = _bounds(parse(text))
    except XPathError:
        return None
    return found


def _bounds(node: Node) -> dict[str, str] | None:
    if node[0] == "and":
        left, right = _bounds(node[1]), _bounds(node[2])
        return None if left is None or right is None or left.keys() & right.keys() else left | right
    if node[0] not in ("<=", ">="):
        return None
    operator, left, right = node
    if right == ("self",):
        operator, left, right = ("<=" if operator == ">=" else ">="), right, left
    if left != ("self",) or (number := _plain(right)) is None:
        return None
    return {("max" if operator == "<=" else "min"): number}


def _plain(node: Node) -> str | None:
    if node[0] == "neg" and node[1][0] == "num":
        return f"-{node[1][1].rstrip('.')}"
    return str(node[1]).rstrip(".") if node[0] == "num" else None


class _Writer:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    # -- Nodes -----------------------------------------------------------------------------------------------------

    def tree(self, node: Node) -> Tree:
        match node[0]:
            case "num":
                return ["n", plain_number(node[1])]
            case "str":
                return ["t", node[1]]
            case "self":
                return ["self"]
            case "ref":
                return self.reference(node[1])
            case "name":
                return self.bare(node[1])
            case "neg":
                return ["neg", self.number(self.tree(node[1]))]
            case "call":
                return self.call(node[1], node[2])
            case "and" | "or":
                return [node[0], self.boolean(self.tree(node[1])), self.boolean(self.tree(node[2]))]
            case "=" | "!=" | "<" | "<=" | ">" | ">=":
                return self.comparison(node[0], self.tree(node[1]), self.tree(node[2]))
        return self.arithmetic("/" if node[0] == "div" else node[0], self.tree(node[1]), self.tree(node[2]))

    def reference(self, name: str) -> Tree:
        target = self.scope.names.get(name)
        if target is None:
            raise XPathError(f"ไม่มีข้อชื่อ “{name[:60]}” ในแบบ")
        if target.tree is not None:
            return target.tree
        if target.why:
            raise XPathError(f"อ้างถึง “{name[:60]}” ซึ่ง{target.why}")
        if target.rows:
            raise XPathError(f"อ้างถึงกลุ่มซ้ำ “{name[:60]}” ได้เฉพาะใน count()")
        return ["q", target.slot]

    def bare(self, name: str) -> Tree:
        columns = self.scope.columns
        if columns is None:
            return self.reference(name)
        if name not in columns:
            raise XPathError(f"แผ่น choices ไม่มีคอลัมน์ “{name[:60]}”")
        return ["choice", columns[name]]

    def choice_name(self, nodes: list[Node]) -> Tree:
        """jr:choice-name(${q}, '${q}') is the text of what is chosen: one if() for each choice."""
        match nodes:
            case [("ref", name), ("str", quoted)] if quoted.strip() == f"${{{name}}}":
                answer = self.reference(name)
                pairs = next((t.choices for t in self.scope.names.values() if t.slot == answer[-1]), ())
                if 0 < len(pairs) <= _LABELLED:
                    made: Tree = ["t", ""]
                    for value, text in reversed(pairs):
                        made = ["call", "if", ["=", answer, ["t", value]], ["t", text], made]
                    return made
        raise XPathError(f"ระบบใช้ jr:choice-name() ได้กับข้อเลือกตอบข้อเดียวที่มีไม่เกิน {_LABELLED} ตัวเลือกเท่านั้น")

    # -- Types -----------------------------------------------------------------------------------------------------

    def type(self, tree: Tree) -> str:
        match tree[0]:
            case "n" | "neg" | "+" | "-" | "*" | "/" | "mod":
                return NUMBER
            case "t" | "choice":
                return TEXT
            case "b" | "not" | "and" | "or" | "=" | "!=" | "<" | "<=" | ">" | ">=":
                return BOOLEAN
            case "self":
                return self.scope.own
            case "moved":
                return DATE
            case "q":
                return next((t.type for t in self.scope.names.values() if t.slot == tree[1]), ANY)
            case "call":
                return self.result(tree)
        return ANY

    def result(self, tree: Tree) -> str:
        match tree[1]:
            case "selected" | "answered" | "contains" | "starts" | "ends" | "matches":
                return BOOLEAN
            case "concat" | "text":
                return TEXT
            case "today":
                return DATE
            case "if":
                return self.type(tree[3])
            case "coalesce" | "min" | "max":
                return self.type(tree[2]).removeprefix(LIST)
        return NUMBER

    def boolean(self, tree: Tree) -> Tree:
        """As XPath does: a number is true unless 0, anything else where it is not empty."""
        kind = self.type(tree)
        if kind in (BOOLEAN, ANY) and tree[0] != "n":
            return tree
        if tree[0] == "n":
            return ["b", tree[1] != "0"]
        if tree[0] == "t":
            return ["b", bool(tree[1])]
        if tree[0] in ("q", "self"):
            return ["!=", tree, ["n", "0"]] if kind == NUMBER else ["call", "answered", tree]
        return ["!=", tree, ["n", "0"] if kind == NUMBER else ["t", ""]]

    def number(self, tree: Tree) -> Tree:
        kind = self.type(tree)
        if tree[0] == "t":
            if not re.fullmatch(r"-?\d+(\.\d+)?", tree[1].strip()):
                raise XPathError(f"ใช้ข้อความ “{tree[1][:30]}” แทนจำนวนไม่ได้")
            return _signed(tree[1].strip())
        if kind == BOOLEAN:
            return ["call", "if", tree, ["n", "1"], ["n", "0"]]
        return ["call", "number", tree] if kind == TEXT else tree

    def text(self, tree: Tree) -> Tree:
        if tree[0] == "n":
            return ["t", tree[1]]
        return ["call", "text", tree] if self.type(tree) in (NUMBER, DATE) else tree

    # -- Operators -------------------------------------------------------------------------------------------------

    def arithmetic(self, operator: str, left: Tree, right: Tree) -> Tree:
        kinds = [DATE if side[0] == "t" and _is_date(side[1]) else self.type(side) for side in (left, right)]
        if DATE in kinds:
            if "moved" in (left[0], right[0]):
                raise XPathError(MOVED)
            if operator == "-" and set(kinds) <= {DATE, TEXT}:
                return ["call", "days", left, right]
            if operator == "-" and kinds == [DATE, NUMBER]:
                return ["moved", left, ["neg", right]]
            if operator == "+" and set(kinds) == {DATE, NUMBER}:
                return ["moved", left, right] if kinds[0] == DATE else ["moved", right, left]
            raise XPathError("ระบบคูณหรือหารวันที่ไม่ได้")
        return [operator, self.number(left), self.number(right)]

    def comparison(self, operator: str, left: Tree, right: Tree) -> Tree:
        if left[0] in ("n", "t", "b") and right[0] not in ("n", "t", "b"):
            turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator)
            return self.comparison(turned, right, left)
        kind, other = self.type(left), self.type(right)
        if "moved" in (left[0], right[0]):
            return self.moved(operator, left, right)
        if right == ["t", ""]:
            if operator not in ("=", "!="):
                raise XPathError("เทียบมากน้อยกับข้อความว่างไม่ได้")
            if left[0] in ("q", "self"):
                answered = ["call", "answered", left]
                return ["not", answered] if operator == "=" else answered
            return [operator, self.text(left) if kind in (NUMBER, DATE) else left, right]
        if right[0] == "b" and operator in ("=", "!="):
            return self.boolean(left) if right[1] == (operator == "=") else ["not", self.boolean(left)]
        if kind.startswith(LIST) and right[0] in ("t", "n") and operator in ("=", "!="):
            picked = ["call", "selected", left, self.text(right)]
            return picked if operator == "=" else ["not", picked]
        if operator not in ("=", "!="):
            return [operator, *self.ordered(left, right)]
        if NUMBER in (kind, other) and TEXT in (kind, other):
            if right[0] == "n" or kind == TEXT:
                return [operator, left, self.text(right)] if right[0] == "n" else [operator, self.number(left), right]
            return [operator, left, self.number(right)]
        if DATE in (kind, other):
            return [operator, *self.ordered(left, right)]
        return [operator, left, right]

    def moved(self, operator: str, left: Tree, right: Tree) -> Tree:
        """A day so many days before or after another: the days between them against that number."""
        days = [side[2] if side[0] == "moved" else ["n", "0"] for side in (left, right)]
        plain = [side[1] if side[0] == "moved" else side for side in (left, right)]
        for side in plain:
            if self.type(side) not in (DATE, ANY) and not (side[0] == "t" and _is_date(side[1])):
                raise XPathError("เปรียบเทียบวันที่กับค่าที่ไม่ใช่วันที่ไม่ได้")
        between = ["call", "days", *plain]
        if days[0] == ["n", "0"]:
            return [operator, between, days[1]]
        turned = days[0][1] if days[0][0] == "neg" else ["neg", days[0]]
        return [operator, between, turned if days[1] == ["n", "0"] else ["-", days[1], days[0]]]

    def ordered(self, left: Tree, right: Tree) -> tuple[Tree, Tree]:
        kinds = (self.type(left), self.type(right))
        if DATE in kinds or TIME in kinds:
            for side in (left, right):
                if side[0] == "t" and DATE in kinds and not _is_date(side[1]):
                    raise XPathError(f"“{side[1][:30]}” ไม่ใช่วันที่")
            return left, right
        if ANY in kinds and "t" not in (left[0], right[0]):
            return left, right
        if all(side[0] in ("t", "call") and self.type(side) == DATE for side in (left, right)):
            return left, right
        return self.number(left), self.number(right)

    # -- Functions -------------------------------------------------------------------------------------------------

    def call(self, name: str, nodes: list[Node]) -> Tree:
        if name == "count" and len(nodes) == 1 and nodes[0][0] in ("ref", "name"):
            target = self.scope.names.get(nodes[0][1])
            if target is not None and target.rows:
                return ["call", "count", ["q", target.slot]]
        if name == "jr:choice-name":
            return self.choice_name(nodes)
        handler = _FUNCTIONS.get(name)
        if handler is None:
            raise XPathError(f"ระบบไม่มีฟังก์ชัน {name[:40]}()")
        arguments = [self.tree(node) for node in nodes]
        if name != "date" and any(argument[0] == "moved" for argument in arguments):
            raise XPathError(MOVED)
        made = handler(self, arguments)
        if made is None:
            raise XPathError(f"ฟังก์ชัน {name}() มีจำนวนค่าในวงเล็บไม่ถูกต้อง")
        return made


Handler = Callable[[_Writer, list[Tree]], Tree | None]


def _plainly(name: str, least: int, most: int = 0, *, wants: str = "") -> Handler:
    def handle(writer: _Writer, arguments: list[Tree]) -> Tree | None:
        if not least <= len(arguments) <= (most or least):
            return None
        convert = {"number": writer.number, "text": writer.text, "boolean": writer.boolean}.get(wants)
        return ["call", name, *(map(convert, arguments) if convert else arguments)]

    return handle


def _if(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    if len(arguments) != 3:
        return None
    then, otherwise = arguments[1:]
    kinds = {writer.type(then), writer.type(otherwise)}
    if kinds == {NUMBER, TEXT}:
        if ["t", ""] in (then, otherwise):
            then, otherwise = (["call", "number", side] if side == ["t", ""] else side for side in (then, otherwise))
        else:
            then, otherwise = writer.text(then), writer.text(otherwise)
    return ["call", "if", writer.boolean(arguments[0]), then, otherwise]


def _coalesce(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    if len(arguments) != 2:
        return None
    if {NUMBER, TEXT} <= {writer.type(argument) for argument in arguments}:
        arguments = [writer.number(argument) for argument in arguments]
    return ["call", "coalesce", *arguments]


def _not(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    return ["not", writer.boolean(arguments[0])] if len(arguments) == 1 else None


def _boolean(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    return writer.boolean(arguments[0]) if len(arguments) == 1 else None


def _constant(tree: Tree) -> Handler:
    return lambda writer, arguments: None if arguments else tree


def _selected(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    if len(arguments) != 2:
        return None
    answer, value = arguments[0], writer.text(arguments[1])
    if answer[0] not in ("q", "self"):
        raise XPathError("selected() ใช้กับคำตอบของข้อเลือกเท่านั้น")
    if writer.type(answer) == NUMBER:
        return ["=", answer, writer.number(value)]
    return ["call", "selected", answer, value]


def _number_of(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    if len(arguments) != 1:
        return None
    kind = writer.type(arguments[0])
    if kind == DATE:
        return ["call", "days", arguments[0], ["t", "1970-01-01"]]
    return ["call", "number", arguments[0]] if kind == ANY else writer.number(arguments[0])


def _string_of(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    return writer.text(arguments[0]) if len(arguments) == 1 else None


def _date_of(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    if len(arguments) != 1:
        return None
    tree = arguments[0]
    if tree[0] == "t":
        if not _is_date(tree[1]):
            raise XPathError(f"“{tree[1][:30]}” ไม่ใช่วันที่")
        return tree
    if writer.type(tree) in (DATE, ANY):
        return tree
    raise XPathError("ระบบแปลงจำนวนเป็นวันที่ไม่ได้")


def _days(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    if len(arguments) != 1:
        return None
    if writer.type(arguments[0]) not in (DATE, ANY) and arguments[0][0] != "t":
        raise XPathError("decimal-date-time() ใช้กับวันที่เท่านั้น")
    return ["call", "days", arguments[0], ["t", "1970-01-01"]]


def _whole(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    """int() cuts towards zero."""
    if len(arguments) != 1:
        return None
    number = writer.number(arguments[0])
    if number[0] == "call" and number[1] in ("length", "count", "count_selected", "days", "round", "floor", "ceil"):
        return number if number[1] != "round" or len(number) == 3 else ["call", "floor", number]
    return ["call", "if", ["<", number, ["n", "0"]], ["call", "ceil", number], ["call", "floor", number]]


def _length(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    tree = arguments[0] if arguments else ["self"]
    return ["call", "length", writer.text(tree)] if len(arguments) <= 1 else None


def _texts(name: str) -> Handler:
    def handle(writer: _Writer, arguments: list[Tree]) -> Tree | None:
        return ["call", name, writer.text(arguments[0]), writer.text(arguments[1])] if len(arguments) == 2 else None

    return handle


_PARTS = {"%Y": ("year", 0), "%m": ("month", 10), "%n": ("month", 0), "%d": ("day", 10), "%e": ("day", 0)}


def _format_date(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    if len(arguments) != 2 or arguments[1][0] != "t":
        return None
    day, pattern = arguments[0], arguments[1][1]
    if pattern == "%Y-%m-%d":
        return ["call", "text", day]
    pieces = [piece for piece in re.split(r"(%.?)", pattern) if piece]
    if unknown := [piece for piece in pieces if piece.startswith("%") and piece not in _PARTS]:
        raise XPathError(f"ระบบจัดรูปวันที่ด้วย {unknown[0]} ไม่ได้ ใช้ได้เฉพาะ %Y %m %n %d %e")
    if len(pieces) == 1 and pieces[0] in _PARTS and not _PARTS[pieces[0]][1]:
        return ["call", _PARTS[pieces[0]][0], day]
    made = ["call", "concat", *(tree for piece in pieces for tree in _piece(day, piece))]
    return ["call", "if", ["call", "answered", day], made, ["t", ""]] if day[0] in ("q", "self") else made


def _piece(day: Tree, piece: str) -> Iterator[Tree]:
    """Two digits where the pattern asks for them."""
    if piece not in _PARTS:
        yield ["t", piece]
        return
    name, two_digits_from = _PARTS[piece]
    part = ["call", name, day]
    if two_digits_from:
        yield ["call", "if", ["<", part, ["n", str(two_digits_from)]], ["t", "0"], ["t", ""]]
    yield ["call", "text", part]


def _count_filled(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    return ["call", "count", *arguments] if arguments else None


def _power(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    if len(arguments) != 2:
        return None
    base, times = writer.number(arguments[0]), arguments[1]
    if times not in (["n", "2"], ["n", "3"]):
        raise XPathError("ระบบยกกำลังได้เฉพาะสองและสาม")
    squared = ["*", base, base]
    return squared if times[1] == "2" else ["*", squared, base]


def _now(writer: _Writer, arguments: list[Tree]) -> Tree | None:
    return list(_TODAY) if not arguments else None


_FUNCTIONS: dict[str, Handler] = {
    "if": _if,
    "not": _not,
    "boolean": _boolean,
    "boolean-from-string": _boolean,
    "true": _constant(["b", True]),
    "false": _constant(["b", False]),
    "today": _constant(_TODAY),
    "now": _now,
    "selected": _selected,
    "count-selected": _plainly("count_selected", 1),
    "string-length": _length,
    "concat": _plainly("concat", 1, 500, wants="text"),
    "coalesce": _coalesce,
    "contains": _texts("contains"),
    "starts-with": _texts("starts"),
    "ends-with": _texts("ends"),
    "regex": _texts("matches"),
    "number": _number_of,
    "string": _string_of,
    "int": _whole,
    "round": _plainly("round", 1, 2, wants="number"),
    "floor": _plainly("floor", 1, wants="number"),
    "ceiling": _plainly("ceil", 1, wants="number"),
    "abs": _plainly("abs", 1, wants="number"),
    "sum": _plainly("sum", 1, 500),
    "min": _plainly("min", 1, 500),
    "max": _plainly("max", 1, 500),
    "count": _count_filled,
    "count-non-empty": _count_filled,
    "pow": _power,
    "date": _date_of,
    "decimal-date-time": _days,
    "format-date": _format_date,
    "format-date-time": _format_date,
}


def plain_number(text: str) -> str:
    whole, _, fraction = text.partition(".")
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def _signed(text: str) -> Tree:
    return ["neg", ["n", plain_number(text[1:])]] if text.startswith("-") else ["n", plain_number(text)]


def _is_date(text: str) -> bool:
    try:
        return bool(_ISO_DATE.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False
