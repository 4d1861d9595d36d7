"""What an evaluator needs to know of a form, as JSON for the server and the browser, and the evaluator of the server.

The sheet:

    {"names":  {"B1": {"kind": "number", "group": "G", "question": "B1"}, "M1": {…, "rows": ["M1.r1", …]}, …},
     "groups": {"G": ["B1", "B2"]},                        the questions of repeating sections
     "steps":  [{"key": "@S", "questions": ["A1", …], "show": TREE},
                {"key": "B1", "group": "G", "show": TREE, "expr": TREE, "decimals": 2}, …],
     "checks": [{"key": "A2", "group": "", "main": ["A2"], "required": TREE, "must": TREE, "message": "…",
                 "filter": TREE, "list": "districts"}, …],
     "lists":  {"districts": {"order": ["1001", …], "attrs": {"1001": {"province": "10"}, …}}}}

Steps stand in the order of dependence. Trees are those of the grammar, but the pattern of ``matches`` is compiled.
``static/js/logic.js`` is the same evaluator for the browser; both answer to the same vectors and must change together.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from instruments.logic import numbers, patterns
from instruments.logic.checking import Analysis, analyse, is_date, is_time
from instruments.logic.grammar import Tree, references
from instruments.logic.names import ANY, BOOLEAN, Name, items, outline

TEXT_LIMIT = 10_000
MUST_MESSAGE = "คำตอบข้อนี้ไม่เป็นไปตามเงื่อนไขของแบบ"
FILTER_MESSAGE = "ตัวเลือกนี้ไม่อยู่ในรายการของคำตอบที่เลือกไว้ก่อนหน้า โปรดเลือกใหม่"

_ROW = re.compile(r"[a-z0-9]{4,12}")


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


# -- The sheet -----------------------------------------------------------------------------------------------------


def sheet(definition: Any) -> dict[str, Any] | None:
    """The sheet of a definition, None where it has no logic. Expressions that are not in order are left out."""
    done = analyse(outline(definition))
    if not done.trees:
        return None
    steps = [step for key in done.order if (step := _step(done, key))]
    checks = [check for key in done.outline.questions if (check := _check(done, key))]
    used = {node[1] for tree in done.trees.values() for node in references(tree)}
    used |= {slot for check in checks for slot in (check["key"], *check["main"])}
    used &= done.outline.names.keys()
    used |= {slot for name in used for slot in done.outline.names[name].rows}
    groups: dict[str, list[str]] = {group: [] for group in done.outline.sections.values() if group}
    for key, (section, _) in done.outline.questions.items():
        if section in groups:
            groups[section].append(key)
    return {
        "names": {name: _name(done, done.outline.names[name]) for name in sorted(used & done.outline.names.keys())},
        "groups": groups,
        "steps": steps,
        "checks": checks,
        "lists": _lists(done, checks),
    }


def _tree(done: Analysis, key: str, prop: str) -> Tree | None:
    tree = done.trees.get((key, prop))
    return None if tree is None else _prepared(tree)


def _prepared(tree: Tree) -> Tree:
    if tree[:2] == ["call", "matches"]:
        return ["call", "matches", _prepared(tree[2]), patterns.compiled(tree[3][1])]
    return [_prepared(part) if isinstance(part, list) else part for part in tree]


def _without_nothing(**parts: Any) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if value is not None}


def _step(done: Analysis, key: str) -> dict[str, Any] | None:
    show = _tree(done, key, "show_when")
    if key.startswith("@"):
        inside = [question for question, (section, _) in done.outline.questions.items() if section == key[1:]]
        return {"key": key, "questions": inside, "show": show} if show else None
    expr = _tree(done, key, "expr")
    if (show is None and expr is None) or key not in done.outline.questions:
        return None
    section, question = done.outline.questions[key]
    decimals = question.get("decimals")
    decimals = decimals if decimals.__class__ is int and 0 <= decimals <= numbers.DECIMALS else 2
    group = done.outline.sections.get(section, "")
    return _without_nothing(key=key, group=group, show=show, expr=expr, decimals=None if expr is None else decimals)


def _check(done: Analysis, key: str) -> dict[str, Any] | None:
    section, question = done.outline.questions[key]
    required, must, filtered = (_tree(done, key, prop) for prop in ("required_when", "must_hold", "filter"))
    if required is None and must is None and filtered is None:
        return None
    message = question.get("must_message")
    return _without_nothing(
        key=key,
        group=done.outline.sections.get(section, ""),
        main=_main(done.outline.names[key]) if key in done.outline.names else [key],
        required=required,
        must=must,
        message=(message if isinstance(message, str) and message.strip() else MUST_MESSAGE) if must else None,
        filter=filtered,
        list=(question.get("list") if isinstance(question.get("list"), str) else "") or f"?{key}" if filtered else None,
    )


def _main(name: Name) -> list[str]:
    """The slots that decide whether a question is answered."""
    if name.rows:
        return list(name.rows)
    return [f"{name.name}.current", f"{name.name}.desired"] if name.type == "dual" else [name.name]


def _name(done: Analysis, name: Name) -> dict[str, Any]:
    if not name.question:
        return {"kind": "rows", "group": "", "question": f"@{name.section}", "of": name.section}
    kind = done.outline.questions[name.question][1].get("type")
    kind = "calc" if kind == "calc" and name.name == name.question else name.type.partition(":")[0]
    made: dict[str, Any] = {"kind": kind, "group": name.group, "question": name.question}
    if name.rows:
        made |= {"kind": "matrix", "rows": list(name.rows)}
    return made


def _lists(done: Analysis, checks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The choices that are filtered, with the attributes that the filters look at."""
    made: dict[str, Any] = {}
    for check in checks:
        if "filter" not in check:
            continue
        wanted = set(_attributes(done.trees[check["key"], "filter"]))
        _, question = done.outline.questions[check["key"]]
        kept = made.setdefault(check["list"], {"order": [], "attrs": {}})
        first = not kept["order"]
        for value, attributes in items(question, done.outline.lists):
            if first:
                kept["order"].append(value)
            mine = kept["attrs"].setdefault(value, {})
            mine |= {name: said for name, said in attributes.items() if name in wanted}
    return made


def _attributes(tree: Tree) -> Iterable[str]:
    if tree[0] == "choice":
        yield tree[1]
        return
    for part in tree:
        if isinstance(part, list):
            yield from _attributes(part)


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


def evaluate(
    made: Mapping[str, Any], tree: Tree, answers: Mapping[str, Any], today: date | str, *, key: str = "", row: str = ""
) -> Any:
    """The value of one prepared tree in the place of a question; numbers as in ``numbers``."""
    run = _Run(made, answers, today)
    run.settle()
    name = made["names"].get(key, {})
    run.enter({"key": key, "group": name.get("group", "")}, row)
    return run.value(tree)


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
            found = [row for row in given if isinstance(row, str) and _ROW.fullmatch(row)]
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
