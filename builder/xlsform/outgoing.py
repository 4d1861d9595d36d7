"""From an expression of ours to XPath as ODK and Kobo evaluate it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from builder.xlsform.xpath import LEVELS
from instruments.logic.grammar import COMPARISONS, LogicError, Tree, parse
from instruments.logic.names import DATE, LIST, TEXT, Name

_ATOM = 9
_RENAMED = {
    "length": "string-length",
    "starts": "starts-with",
    "ends": "ends-with",
    "text": "string",
    "matches": "regex",
    "ceil": "ceiling",
}
_DATE_PARTS = {"year": "%Y", "month": "%n", "day": "%e"}
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Terms:
    """What names are called on the other side. ``names``: slot to name there; ``columns``: attribute to column;
    ``values``: question to {our value: value there}; ``known``: what ``instruments.logic`` knows of the names."""

    names: Mapping[str, str]
    known: Mapping[str, Name] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def to_xpath(text: object, terms: Terms, *, group: str = "", own: str = "") -> str:
    """The XPath of an expression; empty where there is none or it can't be read. ``group``: the repeating section it
    stands in, ``own``: the question whose answer ``.`` is."""
    if not isinstance(text, str) or not text.strip():
        return ""
    try:
        tree = parse(text)
        return _Writer(terms, group, own).written(tree)[0]
    except (LogicError, KeyError):
        return ""


class _Writer:
    def __init__(self, terms: Terms, group: str, own: str) -> None:
        self.terms = terms
        self.group = group
        self.own = own

    def written(self, node: Tree) -> tuple[str, int]:
        match node[0]:
            case "n":
                return node[1], _ATOM
            case "t":
                return _quoted(node[1]), _ATOM
            case "b":
                return ("true()" if node[1] else "false()"), _ATOM
            case "q":
                return self.named(node[1]), _ATOM
            case "self":
                return ".", _ATOM
            case "choice":
                return self.terms.columns.get(node[1], node[1]), _ATOM
            case "neg":
                return f"-{self.at(node[1], 7)}", 7
            case "not":
                return f"not({self.plain(node[1])})", _ATOM
            case "call":
                return self.call(node[1], node[2:])
        operator = "div" if node[0] == "/" else node[0]
        left, right = node[1], node[2]
        if operator in COMPARISONS:
            left, right = self.matched(left, right), self.matched(right, left)
        level = LEVELS[operator]
        return (
            f"{self.at(left, level + 1 if operator in COMPARISONS else level)} {operator} {self.at(right, level + 1)}",
            level,
        )

    def at(self, node: Tree, least: int) -> str:
        text, level = self.written(node)
        return text if level >= least else f"({text})"

    def plain(self, node: Tree) -> str:
        return self.written(node)[0]

    def named(self, name: str) -> str:
        return f"${{{self.terms.names[name]}}}"

    def matched(self, node: Tree, other: Tree) -> Tree:
        """A literal as the other side of a comparison needs it: a date as a date, a value as the list calls it."""
        if node[0] != "t":
            return node
        if self.kind(other) == DATE and _ISO_DATE.fullmatch(node[1]):
            return ["call", "date", node]
        return ["t", self.value(other, node[1])]

    def value(self, answer: Tree, value: str) -> str:
        name = answer[1] if answer[0] == "q" else self.own if answer[0] == "self" else ""
        return self.terms.values.get(name, {}).get(value, value)

    def kind(self, node: Tree) -> str:
        if node[0] == "call":
            return DATE if node[1] == "today" else ""
        name = node[1] if node[0] == "q" else self.own if node[0] == "self" else ""
        known = self.terms.known.get(name)
        return known.type if known else ""

    def is_many(self, node: Tree) -> bool:
        """Whether it stands for many answers: a question of another repeating section."""
        known = self.terms.known.get(node[1]) if node[0] == "q" else None
        return bool(known and known.group and known.group != self.group)

    def parts(self, arguments: list[Tree]) -> list[Tree]:
        """A matrix as its lines."""
        made: list[Tree] = []
        for argument in arguments:
            known = self.terms.known.get(argument[1]) if argument[0] == "q" else None
            made += [["q", slot] for slot in known.rows] if known and known.rows else [argument]
        return made

    def call(self, name: str, arguments: list[Tree]) -> tuple[str, int]:
        match name:
            case "selected":
                value = arguments[1]
                if value[0] == "t":
                    value = ["t", self.value(arguments[0], value[1])]
                return f"selected({self.plain(arguments[0])}, {self.plain(value)})", _ATOM
            case "answered":
                if self.is_many(arguments[0]):
                    return f"count-non-empty({self.plain(arguments[0])}) > 0", 4
                return f"string-length({self.plain(arguments[0])}) > 0", 4
            case "count_selected":
                known = self.kind(arguments[0])
                if known and not known.startswith(LIST + TEXT):
                    return self.counted(arguments[0]), _ATOM
                return f"count-selected({self.plain(arguments[0])})", _ATOM
            case "sum":
                return self.total(arguments)
            case "count":
                return self.added([self.counted(part) for part in self.parts(arguments)])
            case "mean":
                total, count = self.total(arguments), self.call("count", arguments)
                return f"{_bracketed(total, 6)} div {_bracketed(count, 7)}", 6
            case "min" | "max":
                return f"{name}({', '.join(map(self.plain, self.parts(arguments)))})", _ATOM
            case "days":
                first, second = (self.moment(argument) for argument in arguments)
                return f"{first} - {second}", 5
            case "year" | "month" | "day":
                return f"number(format-date({self.dated(arguments[0])}, '{_DATE_PARTS[name]}'))", _ATOM
            case "coalesce":
                text = self.plain(arguments[-1])
                for argument in reversed(arguments[:-1]):
                    text = f"coalesce({self.plain(argument)}, {text})"
                return text, _ATOM
        return f"{_RENAMED.get(name, name)}({', '.join(map(self.plain, arguments))})", _ATOM

    def total(self, arguments: list[Tree]) -> tuple[str, int]:
        parts = self.parts(arguments)
        if len(parts) == 1:
            return f"sum({self.plain(parts[0])})", _ATOM
        return self.added(
            [f"sum({self.plain(p)})" if self.is_many(p) else f"coalesce({self.plain(p)}, 0)" for p in parts]
        )

    def counted(self, part: Tree) -> str:
        if part[0] == "q" and part[1].endswith(".rows"):
            return f"count({self.plain(part)})"
        if self.is_many(part):
            return f"count-non-empty({self.plain(part)})"
        return f"if(string-length({self.plain(part)}) > 0, 1, 0)"

    def added(self, texts: list[str]) -> tuple[str, int]:
        return " + ".join(texts), 5 if len(texts) > 1 else _ATOM

    def dated(self, node: Tree) -> str:
        return f"date({_quoted(node[1])})" if node[0] == "t" else self.plain(node)

    def moment(self, node: Tree) -> str:
        return f"decimal-date-time({self.dated(node)})"


def _bracketed(written: tuple[str, int], least: int) -> str:
    text, level = written
    return text if level >= least else f"({text})"


def _quoted(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    pieces = [f'"{piece}"' if "'" in piece else f"'{piece}'" for piece in re.findall(r"[^\"]+|\"+", text)]
    return f"concat({', '.join(pieces)})"
