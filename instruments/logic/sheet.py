"""What an evaluator needs to know of a form, as JSON for the server (``evaluation``) and the browser.

The sheet:

    {"names":  {"B1": {"kind": "number", "group": "G", "question": "B1"}, "M1": {…, "rows": ["M1.r1", …]}, …},
     "groups": {"G": ["B1", "B2"]},                        the questions of repeating sections
     "steps":  [{"key": "@S", "questions": ["A1", …], "show": TREE},
                {"key": "B1", "group": "G", "show": TREE, "expr": TREE, "decimals": 2}, …],
     "checks": [{"key": "A2", "group": "", "main": ["A2"], "required": TREE, "must": TREE, "message": "…",
                 "filter": TREE, "list": "districts"}, …],
     "lists":  {"districts": {"order": ["1001", …], "attrs": {"1001": {"province": "10"}, …}}}}

Steps stand in the order of dependence. Trees are those of the grammar, but the pattern of ``matches`` is compiled.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from instruments.logic import numbers, patterns
from instruments.logic.checking import Analysis, analyse
from instruments.logic.grammar import Tree, references
from instruments.logic.names import Name, items, outline

MUST_MESSAGE = "คำตอบข้อนี้ไม่เป็นไปตามเงื่อนไขของแบบ"


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
