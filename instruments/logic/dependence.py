"""Which conditions and computed values depend on which, and what goes round in a circle."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from instruments.logic.grammar import Tree, references
from instruments.logic.names import Outline, Place, Problem

DECIDING = ("show_when", "expr")
"""The properties that other expressions can depend on; the rest only judges."""


def in_order(made: Outline, read: Sequence[tuple[Place, Tree, Any]]) -> tuple[list[str], list[Problem]]:
    """All places with those that others depend on first, and what goes round in a circle."""
    graph: dict[str, list[str]] = {f"@{key}": [] for key in made.sections}
    graph |= {key: [f"@{section}"] for key, (section, _) in made.questions.items()}
    for place, _, _ in read:
        graph.setdefault(place.key, [])
    deciding = [item for item in read if item[0].property in DECIDING]
    for place, tree, _ in deciding:
        graph[place.key].extend(target for target, _ in _targets(made, tree))
    groups = _components(graph)
    ring = {
        key: number
        for number, group in enumerate(groups)
        if len(group) > 1 or group[0] in graph[group[0]]
        for key in group
    }
    found = []
    for place, tree, places in deciding:
        if place.key in ring:
            for target, node in _targets(made, tree):
                if ring.get(target) == ring[place.key]:
                    path = [place.key, *_path(graph, target, place.key, ring)]
                    found.append(Problem(place.key, place.property, places.get(id(node), 0), _circle(path)))
                    break
    return [key for group in groups for key in group], found


def _targets(made: Outline, tree: Tree) -> Iterable[tuple[str, Tree]]:
    for node in references(tree):
        name = made.names.get(node[1])
        if name:
            yield name.question or f"@{name.section}", node


def _circle(path: Sequence[str]) -> str:
    shown = [f"ตอน {key[1:]}" if key.startswith("@") else key for key in path]
    if len(shown) > 8:
        shown = [*shown[:4], "…", *shown[-3:]]
    return f"อ้างถึงกันเป็นวง: {' → '.join(shown)} ระบบจึงหาคำตอบไม่ได้ โปรดตัดการอ้างถึงออกหนึ่งแห่ง"


def _path(graph: Mapping[str, list[str]], start: str, goal: str, ring: Mapping[str, int]) -> list[str]:
    """The shortest way from start to goal inside their ring."""
    before: dict[str, str] = {start: ""}
    queue = [start]
    for key in queue:
        if key == goal:
            break
        for following in graph[key]:
            if following not in before and ring.get(following) == ring[goal]:
                before[following] = key
                queue.append(following)
    way, key = [], goal
    while key:
        way.append(key)
        key = before.get(key, "")
    return way[::-1]


def _components(graph: Mapping[str, list[str]]) -> list[list[str]]:
    """Strongly connected components, those depended on first (Tarjan 1972, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    made: list[list[str]] = []
    for root in graph:
        if root in number:
            continue
        work = [(root, 0)]
        while work:
            key, step = work.pop()
            if step == 0:
                number[key] = low[key] = len(number)
                path.append(key)
                on_path.add(key)
            edges = graph[key]
            if step:
                low[key] = min(low[key], low[edges[step - 1]])
            while step < len(edges):
                following = edges[step]
                step += 1
                if following not in number:
                    work += [(key, step), (following, 0)]
                    break
                if following in on_path:
                    low[key] = min(low[key], number[following])
            else:
                if low[key] == number[key]:
                    group = path[path.index(key) :]
                    del path[-len(group) :]
                    on_path.difference_update(group)
                    made.append(group)
    return made
