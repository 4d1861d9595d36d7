"""What type an expression has at its place in a form, and what is wrong with it, said in Thai."""

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import date

from instruments.logic import patterns
from instruments.logic.grammar import COMPARISONS, FUNCTIONS, RESERVED, Tree, unparse
from instruments.logic.names import (
    ANY,
    BOOLEAN,
    DATE,
    DUAL,
    LIST,
    NOTE,
    NUMBER,
    TEXT,
    THING,
    TIME,
    Name,
    Outline,
    Place,
    Problem,
    items,
)

LABELS = {
    NUMBER: "จำนวน",
    TEXT: "ข้อความ",
    BOOLEAN: "จริงหรือเท็จ",
    DATE: "วันที่",
    TIME: "เวลา",
    THING: "พิกัดหรือลายมือชื่อ",
    ANY: "ค่าใด ๆ",
}
SCALARS = (NUMBER, TEXT, BOOLEAN, DATE, TIME)
_ORDERED = (NUMBER, DATE, TIME)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


def label(kind: str) -> str:
    return f"รายการ{LABELS.get(_leaf(kind), '')}" if kind.startswith(LIST) else LABELS.get(kind, kind)


class Checker:
    """Finds the type of an expression and what is wrong with it, for one place."""

    def __init__(self, made: Outline, place: Place, places: Mapping[int, int]) -> None:
        self.outline = made
        self.place = place
        self.places = places
        self.found: list[Problem] = []

    def report(self, node: Tree, message: str) -> str:
        self.found.append(Problem(self.place.key, self.place.property, self.places.get(id(node), 0), message))
        return ANY

    def result(self, tree: Tree) -> str:
        """The type of the whole, which must suit the property."""
        kind = self.type(tree)
        if kind == ANY:
            return kind
        if self.place.property == "expr":
            return kind if kind in SCALARS else self.report(tree, self._hint(tree, kind))
        if kind != BOOLEAN:
            self.report(tree, f"ต้องได้ผลเป็นจริงหรือเท็จ เช่น {_example(tree, kind)} แต่ที่เขียนให้ผลเป็น{label(kind)}")
        return BOOLEAN

    def type(self, node: Tree) -> str:
        match node[0]:
            case "n":
                return NUMBER
            case "t":
                return TEXT
            case "b":
                return BOOLEAN
            case "q":
                return self._named(node)
            case "self":
                return self._own(node)
            case "choice":
                return self._attribute(node)
            case "call":
                return self._call(node)
            case "neg":
                self.want(node[1], NUMBER)
                return NUMBER
            case "not":
                self.want(node[1], BOOLEAN)
                return BOOLEAN
            case "and" | "or":
                self.want(node[1], BOOLEAN)
                self.want(node[2], BOOLEAN)
                return BOOLEAN
        if node[0] in COMPARISONS:
            self._compare(node)
            return BOOLEAN
        self.want(node[1], NUMBER)
        self.want(node[2], NUMBER)
        return NUMBER

    # names

    def _named(self, node: Tree) -> str:
        name = self.outline.names.get(node[1])
        if name is None:
            return self.report(node, self._unknown(node[1]))
        if name.type == DUAL:
            return self.report(node, f"ข้อ {name.name} มีสองคำตอบ ให้ระบุ {name.name}.current หรือ {name.name}.desired")
        if name.type == NOTE:
            return self.report(node, f"ข้อ {name.name} เป็นข้อความชี้แจง ไม่มีคำตอบให้อ้างถึง")
        return LIST + name.type if name.group and name.group != self.place.group else name.type

    def _unknown(self, name: str) -> str:
        head, _, rest = name.partition(".")
        known = self.outline.names
        if rest and head in known:
            slots = [slot for slot in known if slot.startswith(f"{head}.")]
            return f"ข้อ {head} ไม่มีส่วน “{rest}”" + (
                f" ที่อ้างได้คือ {_listed([head, *slots])}" if slots else f" ให้อ้าง {head}"
            )
        if head in self.outline.sections:
            return f"“{head}” เป็นรหัสตอน ไม่ใช่รหัสข้อ" + (
                f" จำนวนรายการของตอนนี้คือ count({head}.rows)" if self.outline.sections[head] else ""
            )
        if name in FUNCTIONS:
            return f"คำสั่ง {name} ต้องมีวงเล็บต่อท้าย เช่น {FUNCTIONS[name][1]}"
        if name.lower() in RESERVED:
            return f"คำ “{name}” ต้องเขียนด้วยตัวพิมพ์เล็ก: {name.lower()}"
        same = [slot for slot in known if slot.lower() == name.lower()]
        near = same or difflib.get_close_matches(name, known, n=2, cutoff=0.5)
        hint = f" ใกล้เคียงกับ {_listed(near)}" if near else ""
        quoted = "" if near else f' ถ้าหมายถึงข้อความให้ใส่เครื่องหมายคำพูด เช่น "{name}"'
        return f"ไม่มีข้อรหัส “{name}” ในแบบ{hint}{quoted}"

    def _own(self, node: Tree) -> str:
        if self.place.property not in ("must_hold", "required_when"):
            return self.report(node, "จุด (.) คือคำตอบของข้อนี้เอง ใช้ได้เฉพาะในเงื่อนไขตรวจคำตอบ")
        name = self.outline.names.get(self.place.key)
        if name is None:
            return ANY
        if name.type == DUAL:
            return self.report(node, f"ข้อนี้มีสองคำตอบ ให้ระบุ {name.name}.current หรือ {name.name}.desired แทนจุด")
        return name.type

    def _attribute(self, node: Tree) -> str:
        if self.place.property != "filter":
            return self.report(node, "choice.… ใช้ได้เฉพาะในตัวกรองตัวเลือก")
        known = {name for _, attributes in items(self.place.question, self.outline.lists) for name in attributes}
        if node[1] not in known:
            listed = f" ที่มีคือ {_listed(sorted(known))}" if known else " และยังไม่มีตัวเลือกใดกำหนดคุณลักษณะไว้"
            return self.report(node, f"ตัวเลือกของข้อนี้ไม่มีคุณลักษณะ “{node[1]}”{listed}")
        return TEXT

    # what is wanted, and what there is

    def want(self, node: Tree, kind: str, by: str = "") -> None:
        """Reports where the node is of another type."""
        given = self.type(node)
        if not _fits(given, kind, node):
            self.report(node, self._unfit(node, given, kind, by))

    def _unfit(self, node: Tree, given: str, wanted: str, by: str) -> str:
        if given.startswith(LIST) or given == THING:
            return self._hint(node, given)
        who = f"คำสั่ง {by} ต้องการ{LABELS[wanted]}" if by else f"ตรงนี้ต้องเป็น{LABELS[wanted]}"
        return f"{who} แต่ {_shown(node)} เป็น{LABELS[given]}{_remedy(node, given, wanted)}"

    def _hint(self, node: Tree, given: str) -> str:
        """What to do with a value that isn't one."""
        shown = _shown(node)
        name = self._name_of(node)
        if given == THING:
            return f"{shown} เป็น{LABELS[THING]} ตรวจได้เพียงว่าให้ไว้แล้วหรือไม่ ด้วย answered({shown})"
        if name and name.group and name.group != self.place.group:
            ways = f"sum({shown}) mean({shown}) count({shown})" if _leaf(given) == NUMBER else f"count({shown})"
            return f"ข้อ {shown} อยู่ในตอนที่ตอบซ้ำได้ ({name.group}) จึงมีหลายคำตอบ ต้องสรุปก่อน เช่น {ways}"
        if name and name.rows:
            return f"ข้อ {shown} เป็นตารางหลายแถว ให้สรุปด้วย mean({shown}) หรืออ้างทีละแถว เช่น {name.rows[0]}"
        if name and name.choices is not None:
            return f'ข้อ {shown} เลือกได้หลายข้อ ให้ใช้ selected({shown}, "…") หรือ count_selected({shown})'
        return f"{shown} เป็นรายการ ให้ใช้ count_selected({shown}) หรือ count({shown})"

    def _name_of(self, node: Tree) -> Name | None:
        if node[0] == "q":
            return self.outline.names.get(node[1])
        return self.outline.names.get(self.place.key) if node[0] == "self" else None

    def _single(self, node: Tree, kind: str) -> str:
        """The type, with a report where it is a list or a thing."""
        if kind.startswith(LIST) or kind == THING:
            return self.report(node, self._hint(node, kind))
        return kind

    def _together(self, nodes: Sequence[Tree], message: str) -> str:
        """The one type of several values; a date may be met by a text that reads as one."""
        kinds = [self._single(node, self.type(node)) for node in nodes]
        known = [
            kind
            for node, kind in zip(nodes, kinds, strict=True)
            if kind != ANY and not (node[0] == "t" and not node[1])
        ]
        wanted = next((kind for kind in known if kind != TEXT), known[0] if known else TEXT if nodes else ANY)
        for node, kind in zip(nodes, kinds, strict=True):
            if not _fits(kind, wanted, node) and not (node[0] == "t" and not node[1]):
                remedy = _remedy(node, kind, wanted)
                return self.report(
                    node, f"{message} แต่ {_shown(node)} เป็น{LABELS[kind]} ส่วนค่าอื่นเป็น{LABELS[wanted]}{remedy}"
                )
        return ANY if ANY in kinds else wanted

    def _compare(self, node: Tree) -> None:
        operator, left, right = node
        kinds = [self._single(side, self.type(side)) for side in (left, right)]
        if ANY in kinds:
            return
        equality = operator in ("=", "!=")
        if equality and (["t", ""] in (left, right)):
            return
        for side, other, kind, wanted in ((left, right, *kinds), (right, left, *kinds[::-1])):
            if not equality and kind not in _ORDERED and not _fits(kind, wanted, side):
                remedy = _remedy(side, kind, wanted) or " ถ้าเป็นตัวเลขให้ใช้ number(…)"
                self.report(side, f"{_shown(side)} เป็น{LABELS[kind]} เปรียบเทียบมากน้อยไม่ได้{remedy}")
                return
            if _fits(kind, wanted, side) or _fits(wanted, kind, other):
                continue
            # The literal is what is easiest to mend.
            culprit, its, against = (side, kind, wanted) if side[0] in ("n", "t", "b") else (other, wanted, kind)
            self.report(
                culprit,
                f"{_shown(left)} เป็น{LABELS[kinds[0]]} แต่ {_shown(right)} เป็น{LABELS[kinds[1]]} จึงเทียบกันไม่ได้{_remedy(culprit, its, against)}",
            )
            return
        if not equality and kinds[0] == kinds[1] and kinds[0] not in _ORDERED:
            self.report(node, f"{LABELS[kinds[0]]}เปรียบเทียบมากน้อยไม่ได้ ถ้าเป็นตัวเลขให้ใช้ number(…)")
            return
        self._among(left, right)
        self._among(right, left)

    def _among(self, answer: Tree, literal: Tree) -> None:
        """A choice is compared with a value that it can have."""
        name = self._name_of(answer)
        if name is None or name.choices is None or literal[0] != "t" or literal[1] in ("", *name.choices):
            return
        shown = _listed([f'"{value}"' for value in name.choices[:12]]) + (" …" if len(name.choices) > 12 else "")
        near = difflib.get_close_matches(literal[1], name.choices[:1000], n=1)
        hint = f' ใกล้เคียงกับ "{near[0]}"' if near else ""
        where = f"ข้อ {name.name}" if answer[0] == "q" else "ข้อนี้"
        self.report(literal, f'{where} ไม่มีตัวเลือกรหัส "{literal[1][:40]}"{hint} รหัสที่มีคือ {shown}')

    # functions

    def _call(self, node: Tree) -> str:
        name, arguments = node[1], node[2:]
        match name:
            case "if":
                self.want(arguments[0], BOOLEAN, name)
                return self._together(arguments[1:], "คำสั่ง if ต้องได้ค่าชนิดเดียวกันทั้งสองทาง")
            case "coalesce":
                return self._together(arguments, "คำสั่ง coalesce ต้องได้ค่าชนิดเดียวกันทุกค่า")
            case "selected":
                self._selected(*arguments)
                return BOOLEAN
            case "count_selected":
                kind = self.type(arguments[0])
                if kind != ANY and not kind.startswith(LIST):
                    self.report(
                        arguments[0],
                        f"คำสั่ง count_selected ใช้กับข้อที่เลือกได้หลายข้อหรือข้อแนบภาพ/ไฟล์ แต่ {_shown(arguments[0])} มีคำตอบเดียว",
                    )
                return NUMBER
            case "answered" | "count":
                for argument in arguments:
                    self.type(argument)
                return BOOLEAN if name == "answered" else NUMBER
            case "sum" | "mean":
                self._gathered(name, arguments, (NUMBER,))
                return NUMBER
            case "min" | "max":
                return self._gathered(name, arguments, _ORDERED)
            case "concat" | "text" | "number":
                allowed = (NUMBER, TEXT, BOOLEAN) if name == "number" else SCALARS
                for argument in arguments:
                    kind = self._single(argument, self.type(argument))
                    if kind not in (ANY, *allowed):
                        self.report(argument, f"{_shown(argument)} เป็น{LABELS[kind]} แปลงเป็นจำนวนไม่ได้")
                return NUMBER if name == "number" else TEXT
            case "matches":
                self.want(arguments[0], TEXT, name)
                self._pattern(arguments[1])
                return BOOLEAN
        wanted, given = _SIGNATURES[name]
        for argument, kind in zip(arguments, wanted, strict=False):
            self.want(argument, kind, name)
        return given

    def _selected(self, answer: Tree, value: Tree) -> None:
        kind = self.type(answer)
        if kind != ANY and _leaf(kind) != TEXT:
            self.report(answer, f"คำสั่ง selected ใช้กับข้อที่มีตัวเลือก แต่ {_shown(answer)} เป็น{label(kind)}")
        self.want(value, TEXT, "selected")
        self._among(answer, value)

    def _gathered(self, name: str, arguments: Sequence[Tree], allowed: tuple[str, ...]) -> str:
        first = ANY
        for argument in arguments:
            kind = _leaf(self.type(argument))
            wanted = allowed if first == ANY else (first,)
            if kind == ANY or any(_fits(kind, one, argument) for one in wanted if kind != TEXT or first != ANY):
                first = kind if first == ANY else first
            else:
                kinds = "หรือ".join(LABELS[one] for one in wanted)
                given = LABELS[kind]
                remedy = _remedy(argument, kind, wanted[0])
                self.report(argument, f"คำสั่ง {name} ต้องการ{kinds} แต่ {_shown(argument)} เป็น{given}{remedy}")
        return first

    def _pattern(self, node: Tree) -> None:
        if node[0] != "t":
            self.report(node, 'รูปแบบของ matches ต้องเขียนเป็นข้อความในเครื่องหมายคำพูด เช่น "[0-9]{10}"')
            return
        try:
            patterns.compiled(node[1])
        except patterns.PatternError as error:
            self.report(node, str(error))


_SIGNATURES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "round": ((NUMBER, NUMBER), NUMBER),
    "floor": ((NUMBER,), NUMBER),
    "ceil": ((NUMBER,), NUMBER),
    "abs": ((NUMBER,), NUMBER),
    "length": ((TEXT,), NUMBER),
    "contains": ((TEXT, TEXT), BOOLEAN),
    "starts": ((TEXT, TEXT), BOOLEAN),
    "ends": ((TEXT, TEXT), BOOLEAN),
    "today": ((), DATE),
    "days": ((DATE, DATE), NUMBER),
    "year": ((DATE,), NUMBER),
    "month": ((DATE,), NUMBER),
    "day": ((DATE,), NUMBER),
}


def _fits(given: str, wanted: str, node: Tree) -> bool:
    if given == wanted or ANY in (given, wanted):
        return True
    if node[0] != "t":
        return False
    return (wanted == DATE and is_date(node[1])) or (wanted == TIME and is_time(node[1]))


def is_date(text: str) -> bool:
    """Whether it is a real day, as ISO writes it."""
    if not _ISO_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_time(text: str) -> bool:
    return bool(_TIME.fullmatch(text))


def _leaf(kind: str) -> str:
    while kind.startswith(LIST):
        kind = kind.removeprefix(LIST)
    return kind


def _remedy(node: Tree, given: str, wanted: str) -> str:
    """How to make it fit, after a space; empty where nothing simple does."""
    if node[0] == "n" and wanted == TEXT:
        return f' โปรดเขียนในเครื่องหมายคำพูด: "{node[1]}"'
    if node[0] == "t" and wanted == NUMBER:
        plain = re.fullmatch(r"[0-9]+(\.[0-9]+)?", node[1])
        return f" โปรดเขียน {node[1]} โดยไม่มีเครื่องหมายคำพูด" if plain else ""
    if node[0] == "t" and wanted == DATE:
        return ' วันที่ให้เขียนแบบ ค.ศ.-เดือน-วัน เช่น "2026-05-16"'
    if node[0] == "t" and wanted == TIME:
        return ' เวลาให้เขียนแบบ 24 ชั่วโมง เช่น "08:30"'
    if given == TEXT and wanted == NUMBER:
        return f" ถ้าเป็นตัวเลขให้ใช้ number({_shown(node)})"
    if given == NUMBER and wanted == TEXT:
        return f" ให้ใช้ text({_shown(node)})"
    if given == NUMBER and wanted == BOOLEAN:
        return f" เช่น {_shown(node)} = 1" if node[0] in ("q", "self") else " ขาดการเปรียบเทียบ เช่น = หรือ >="
    return ""


def _example(node: Tree, kind: str) -> str:
    shown = unparse(node)
    if len(shown) > 40:
        shown = "B1"
    value = {NUMBER: "1", TEXT: '"1"', DATE: "today()", TIME: '"08:30"'}
    return f"{shown} = {value[kind]}" if kind in value else f"answered({shown})"


def _shown(node: Tree) -> str:
    text = unparse(node)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _listed(values: Sequence[str]) -> str:
    return " ".join(values[:12])
