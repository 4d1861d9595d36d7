"""The evaluator of the server: what the answers make of a form, by its sheet.

``static/js/logic.js`` is the same for the browser; both answer to the same vectors and must change together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from instruments.logic import numbers, patterns
from instruments.logic.grammar import Tree
from instruments.logic.names import ANY, BOOLEAN
from instruments.logic.types import is_date, is_time
from instruments.slots import ROW_ID, TEXT_LIMIT

FILTER_MESSAGE = "ตัวเลือกนี้ไม่อยู่ในรายการของคำตอบที่เลือกไว้ก่อนหน้า โปรดเลือกใหม่"


@dataclass(slots=True)
class Settled:
    """What the answers make of the form. A question of a repeating section is written ``key@row``.

    ``hidden``: questions and ``@SECTION``; the questions of a hidden section are in it too. ``required``: those that
    ``required_when`` demands (``required`` of the definition is not repeated here). ``calc``: results that are there,
    as canonical text. ``broken``: the Thai message for the person who answers.
    """

    hidden: set[str] = field(default_factory=set)
    calc: dict[str, str] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)


# -- Settling ------------------------------------------------------------------------------------------------------


def settle(made: Mapping[str, Any], answers: Mapping[str, Any], today: date | str) -> Settled:
    """What is hidden, computed, broken and required, for ``Response.answers`` on this day."""
    run = _Run(made, answers, today)
    run.settle()
    run.judge()
    return run.settled


def allowed(
    made: Mapping[str, Any], key: str, answers: Mapping[str, Any], today: date | str, row: str | None = None
) -> list[str] | None:
    """The values of the choices that the question's filter lets through, in the order of the form; None where it has none."""
    check = next((check for check in made["checks"] if check["key"] == key and "filter" in check), None)
    if check is None:
        return None
    run = _Run(made, answers, today)
    run.settle()
    run.enter(check, row or "")
    return [value for value in made["lists"][check["list"]]["order"] if run.passes(check, value)]


class _Run:
    """One evaluation: the answers, what is hidden so far, and where it stands (question and row)."""

    __slots__ = (
        "answers",
        "attributes",
        "group",
        "key",
        "known",
        "names",
        "row",
        "rows_of",
        "settled",
        "sheet",
        "today",
    )

    def __init__(self, made: Mapping[str, Any], answers: Mapping[str, Any], today: date | str) -> None:
        self.sheet = made
        self.names = made["names"]
        self.answers = answers
        self.today = str(today)[:10]
        self.settled = Settled()
        self.known: dict[str, Any] = {}
        """Values of computed questions that are shown, as they are shown: rounded."""
        self.rows_of: dict[str, list[str]] = {}
        self.attributes: Mapping[str, str] = {}
        self.group = self.row = self.key = ""

    # walking the form

    def settle(self) -> None:
        hidden = self.settled.hidden
        for step in self.sheet["steps"]:
            key = step["key"]
            show = step.get("show")
            if key[0] == "@":
                self.group = self.row = self.key = ""
                if self.value(show) is not True:
                    hidden.add(key)
                    group = key[1:] if key[1:] in self.sheet["groups"] else ""
                    ends = [f"@{row}" for row in self.rows(group)] if group else [""]
                    hidden.update([question + end for question in step["questions"] for end in ends])
                continue
            expr = step.get("expr")
            for row in self.rows(step["group"]) if step["group"] else ("",):
                self.enter(step, row)
                place = f"{key}@{row}" if row else key
                if place in hidden:
                    continue
                if show is not None and self.value(show) is not True:
                    hidden.add(place)
                elif expr is not None:
                    self.keep(place, self.value(expr), step["decimals"])

    def judge(self) -> None:
        settled = self.settled
        for check in self.sheet["checks"]:
            for row in self.rows(check["group"]) if check["group"] else ("",):
                place = f"{check['key']}@{row}" if row else check["key"]
                if place in settled.hidden:
                    continue
                self.enter(check, row)
                required = check.get("required")
                if required is not None and self.value(required) is True:
                    settled.required.add(place)
                if "filter" in check and not self.in_list(check):
                    settled.broken[place] = FILTER_MESSAGE
                elif "must" in check and self.answered(check) and self.value(check["must"]) is False:
                    settled.broken[place] = check["message"]

    def enter(self, place: Mapping[str, Any], row: str) -> None:
        self.key, self.group, self.row = place["key"], place["group"], row

    def rows(self, group: str) -> list[str]:
        """The ids of the rows that are there, each once."""
        found = self.rows_of.get(group)
        if found is None:
            given = _given(self.answers, f"{group}.rows")
            given = given if isinstance(given, list) else []
            found = [row for row in given if isinstance(row, str) and ROW_ID.fullmatch(row)]
            found = self.rows_of[group] = list(dict.fromkeys(found))
        return found

    def keep(self, place: str, value: Any, decimals: int) -> None:
        if value.__class__ is int:
            value = numbers.rounded(value, decimals)
        elif isinstance(value, str):
            value = value[:TEXT_LIMIT]
        if value is None or value == "" or isinstance(value, list):
            return
        self.known[place] = value
        self.settled.calc[place] = _text(value)

    def answered(self, check: Mapping[str, Any]) -> bool:
        return any(not _blank(self.named(slot)) for slot in check["main"])

    def in_list(self, check: Mapping[str, Any]) -> bool:
        value = self.named(check["key"])
        if value is None:
            return True
        return all(self.passes(check, item) for item in (value if isinstance(value, list) else [value]))

    def passes(self, check: Mapping[str, Any], value: str) -> bool:
        attributes = self.sheet["lists"][check["list"]]["attrs"].get(value)
        if attributes is None:
            return False
        self.attributes = attributes
        return self.value(check["filter"]) is True

    # reading answers

    def named(self, name: str) -> Any:
        """The value of a name as seen from here: this row's, or a list of all rows."""
        spec = self.names.get(name)
        if spec is None:
            return None
        group = spec["group"]
        if not group:
            return self.slot(name, spec, "")
        if group == self.group:
            return self.slot(name, spec, f"@{self.row}")
        return [self.slot(name, spec, f"@{row}") for row in self.rows(group)]

    def slot(self, name: str, spec: Mapping[str, Any], end: str) -> Any:
        if spec["question"] + end in self.settled.hidden:
            return None
        kind = spec["kind"]
        if kind == "calc":
            return self.known.get(name + end)
        if kind == "rows":
            return self.rows(spec["of"]) or None
        if kind == "matrix":
            return [numbers.read(_given(self.answers, row + end)) for row in spec["rows"]]
        return _READERS[kind](_given(self.answers, name + end))

    # values

    def value(self, node: Tree) -> Any:
        return _OPERATIONS[node[0]](self, node)

    def text(self, node: Tree) -> str:
        return _text(self.value(node))


def _given(answers: Mapping[str, Any], slot: str) -> Any:
    entry = answers.get(slot)
    return entry.get("v") if isinstance(entry, dict) and entry.get("na") is not True else None


def _read_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _read_list(value: Any) -> list[str] | None:
    kept = [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else []
    return kept or None


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "number": numbers.read,
    "text": _read_text,
    "list": _read_list,
    "date": lambda value: value if isinstance(value, str) and is_date(value) else None,
    "time": lambda value: value if isinstance(value, str) and is_time(value) else None,
    "thing": lambda value: True if isinstance(value, dict) and value else None,
    "dual": lambda value: None,
    "note": lambda value: None,
    BOOLEAN: lambda value: None,
    ANY: lambda value: None,
}


def _text(value: Any) -> str:
    if value is True or value is False:
        return "1" if value else "0"
    if value.__class__ is int:
        return numbers.write(value)
    return value if isinstance(value, str) else ""


def _blank(value: Any) -> bool:
    """Not answered: nothing, an empty text, a list of nothing."""
    return all(_blank(item) for item in value) if isinstance(value, list) else value is None or value == ""


def _leaves(values: Iterable[Any]) -> list[Any]:
    """Everything answered in values and lists of values."""
    found = []
    for value in values:
        if isinstance(value, list):
            found += _leaves(value)
        elif not _blank(value):
            found.append(value)
    return found


# -- Operators -----------------------------------------------------------------------------------------------------


def _arithmetic(operation: Callable[[int, int], int | None]) -> Callable[[_Run, Tree], int | None]:
    def apply(run: _Run, node: Tree) -> int | None:
        left, right = run.value(node[1]), run.value(node[2])
        if left.__class__ is not int or right.__class__ is not int:
            return None
        result = operation(left, right)
        return None if result is None else numbers.within(result)

    return apply


def _remainder(left: int, right: int) -> int | None:
    """With the sign of the dividend."""
    if right == 0:
        return None
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def _equal(left: Any, right: Any) -> bool:
    left, right = None if left == "" else left, None if right == "" else right
    if isinstance(left, list) or isinstance(right, list):
        return False
    return left.__class__ is right.__class__ and left == right


def _order(test: Callable[[Any, Any], bool]) -> Callable[[_Run, Tree], bool | None]:
    def apply(run: _Run, node: Tree) -> bool | None:
        left, right = run.value(node[1]), run.value(node[2])
        if left.__class__ is int and right.__class__ is int:
            return test(left, right)
        if left and right and isinstance(left, str) and isinstance(right, str):
            # As the browser orders texts: by UTF-16 units.
            return test(left.encode("utf-16-be", "surrogatepass"), right.encode("utf-16-be", "surrogatepass"))
        return None

    return apply


def _negative(run: _Run, node: Tree) -> int | None:
    value = run.value(node[1])
    return -value if value.__class__ is int else None


_OPERATIONS: Mapping[str, Callable[[_Run, Tree], Any]] = {
    "n": lambda run, node: numbers.read_text(node[1]),
    "t": lambda run, node: node[1],
    "b": lambda run, node: node[1],
    "q": lambda run, node: run.named(node[1]),
    "self": lambda run, node: run.named(run.key),
    "choice": lambda run, node: run.attributes.get(node[1]),
    "call": lambda run, node: _FUNCTIONS[node[1]](run, *node[2:]),
    "neg": _negative,
    "not": lambda run, node: run.value(node[1]) is not True,
    "and": lambda run, node: run.value(node[1]) is True and run.value(node[2]) is True,
    "or": lambda run, node: run.value(node[1]) is True or run.value(node[2]) is True,
    "=": lambda run, node: _equal(run.value(node[1]), run.value(node[2])),
    "!=": lambda run, node: not _equal(run.value(node[1]), run.value(node[2])),
    "<": _order(lambda left, right: left < right),
    "<=": _order(lambda left, right: left <= right),
    ">": _order(lambda left, right: left > right),
    ">=": _order(lambda left, right: left >= right),
    "+": _arithmetic(lambda left, right: left + right),
    "-": _arithmetic(lambda left, right: left - right),
    "*": _arithmetic(lambda left, right: numbers.quotient(left * right, numbers.ONE)),
    "/": _arithmetic(lambda left, right: numbers.quotient(left * numbers.ONE, right) if right else None),
    "mod": _arithmetic(_remainder),
}


# -- Functions -----------------------------------------------------------------------------------------------------


def _all(run: _Run, nodes: Iterable[Tree]) -> list[Any]:
    return _leaves(run.value(node) for node in nodes)


def _all_numbers(run: _Run, nodes: Iterable[Tree]) -> list[int]:
    return [value for value in _all(run, nodes) if value.__class__ is int]


def _count(run: _Run, nodes: Iterable[Tree]) -> int:
    """How many are answered. Several ticks or pictures are one answer."""
    return sum(_answers(run, node) for node in nodes)


def _answers(run: _Run, node: Tree) -> int:
    value = run.value(node)
    spec = run.names.get(node[1] if node[0] == "q" else run.key if node[0] == "self" else "", {})
    if spec.get("kind") != "list":
        return len(_leaves([value]))
    return sum(not _blank(each) for each in (value if spec["group"] not in ("", run.group) else [value]))


def _mean(run: _Run, *nodes: Tree) -> int | None:
    values = _all_numbers(run, nodes)
    return numbers.within(numbers.quotient(sum(values), len(values))) if values else None


def _extreme(pick: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    def apply(run: _Run, *nodes: Tree) -> Any:
        """Of the numbers; where there are none, of the texts (dates and times, which sort as text)."""
        values = _all(run, nodes)
        kept: list[Any] = [value for value in values if value.__class__ is int]
        kept = kept or [value for value in values if isinstance(value, str)]
        return pick(kept) if kept else None

    return apply


def _round(run: _Run, node: Tree, places: Tree | None = None) -> int | None:
    value = run.value(node)
    count = run.value(places) if places else 0
    if value.__class__ is not int or count.__class__ is not int or count % numbers.ONE:
        return None
    count //= numbers.ONE
    return numbers.rounded(value, count) if -14 <= count <= numbers.DECIMALS else None


def _whole(step: Callable[[int], int]) -> Callable[[_Run, Tree], int | None]:
    def apply(run: _Run, node: Tree) -> int | None:
        value = run.value(node)
        return numbers.within(step(value)) if value.__class__ is int else None

    return apply


def _selected(run: _Run, answer: Tree, value: Tree) -> bool:
    wanted = run.value(value)
    return isinstance(wanted, str) and wanted != "" and wanted in _all(run, [answer])


def _number(run: _Run, node: Tree) -> int | None:
    value = run.value(node)
    if value is True or value is False:
        return numbers.ONE if value else 0
    return numbers.read(value) if isinstance(value, str) else value if value.__class__ is int else None


def _text_of(run: _Run, node: Tree) -> str | None:
    value = run.value(node)
    return None if value is None or isinstance(value, list) else _text(value)


def _first(run: _Run, *nodes: Tree) -> Any:
    return next((value for value in map(run.value, nodes) if not _blank(value)), None)


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and is_date(value) else None


def _days(run: _Run, later: Tree, earlier: Tree) -> int | None:
    last, first = _date(run.value(later)), _date(run.value(earlier))
    return (last - first).days * numbers.ONE if last and first else None


def _part(name: str) -> Callable[[_Run, Tree], int | None]:
    def apply(run: _Run, node: Tree) -> int | None:
        day = _date(run.value(node))
        return getattr(day, name) * numbers.ONE if day else None

    return apply


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "if": lambda run, test, yes, no: run.value(yes if run.value(test) is True else no),
    "selected": _selected,
    "count_selected": lambda run, node: len(_all(run, [node])) * numbers.ONE,
    "answered": lambda run, node: not _blank(run.value(node)),
    "sum": lambda run, *nodes: numbers.within(sum(_all_numbers(run, nodes))),
    "mean": _mean,
    "min": _extreme(min),
    "max": _extreme(max),
    "count": lambda run, *nodes: _count(run, nodes) * numbers.ONE,
    "round": _round,
    "floor": _whole(lambda value: value // numbers.ONE * numbers.ONE),
    "ceil": _whole(lambda value: -(-value // numbers.ONE) * numbers.ONE),
    "abs": _whole(abs),
    "length": lambda run, node: len(run.text(node)) * numbers.ONE,
    "contains": lambda run, text, part: run.text(part) in run.text(text),
    "starts": lambda run, text, part: run.text(text).startswith(run.text(part)),
    "ends": lambda run, text, part: run.text(text).endswith(run.text(part)),
    "concat": lambda run, *nodes: "".join([run.text(node) for node in nodes])[:TEXT_LIMIT],
    "coalesce": _first,
    "matches": lambda run, text, program: patterns.fits(program, run.text(text)),
    "number": _number,
    "text": _text_of,
    "today": lambda run: run.today,
    "days": _days,
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
}
