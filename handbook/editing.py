"""Every change that a person may make to a draft, on its document and nothing else.

A part of the document has a *place*: ``about``, ``group:g5``, ``task:5.1``, ``law:edu_act_2542``, ``process:P-5.1``,
``step:P-5.1:s4``. Its *piece* is the part without the parts that have places of their own. Keys are never given twice,
not even after a part was removed, because later editions are compared by them.
"""

import copy
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from handbook.content import FISCAL, read

Content = dict[str, Any]
Piece = dict[str, Any]

ABOUT = "about"
_CHILDREN = {"group": "tasks", "process": "steps"}
"""What of a part has places of its own."""
_FACTS = ("title", "document_no", "unit", "concept", "objectives")
_ROWS = {"objectives": "o", "results": "r", "definitions": "d", "parts": "p", "steps": "s"}
"""Lists that are edited as rows of their part's page, with how the keys of new rows begin."""
LIMIT = 300
"""Parts of one kind; an office's handbook has some twenty tasks and laws."""


class EditRefused(ValueError):  # noqa: N818 -- a refusal, not a fault
    """A change that is not made; the message is a Thai sentence."""


def kind_of(place: str) -> str:
    return place.partition(":")[0]


def empty() -> Content:
    return {"title": "", "objectives": [], "laws": [], "groups": [], "processes": []}


class Draft:
    """A document being edited; ``content`` is its present state. Nothing here raises but EditRefused.

    ``base``: the document it began from, whose keys are not given anew.
    """

    def __init__(self, content: Content, base: Content | None = None) -> None:
        self.content = {**empty(), **copy.deepcopy(content)}
        self.base = base or {}
        self.touched: list[str] = []
        """Places whose words were changed here."""

    # -- Finding ---------------------------------------------------------------------------------------------------

    def _found(self, place: str) -> tuple[list[Piece], Piece]:
        """The list in which the part stands, and the part."""
        kind, _, rest = place.partition(":")
        rows: list[Piece] = []
        key = rest
        if kind in ("group", "law", "process"):
            rows = self.content[{"group": "groups", "law": "laws", "process": "processes"}[kind]]
        elif kind == "task":
            rows = next((g["tasks"] for g in self.content["groups"] if _at(g["tasks"], key)), [])
        elif kind == "step":
            process, _, key = rest.partition(":")
            rows = (_at(self.content["processes"], process) or {}).get("steps", [])
        piece = _at(rows, key)
        if piece is None:
            raise EditRefused("ไม่พบส่วนนี้ในฉบับร่าง อาจมีผู้อื่นนำออกไปแล้ว โปรดกลับไปหน้าแก้ไขคู่มือแล้วเปิดใหม่")
        return rows, piece

    def piece(self, place: str) -> Piece:
        """The part alone, as its page edits it."""
        if place == ABOUT:
            return {name: self.content[name] for name in _FACTS if name in self.content}
        piece = self._found(place)[1]
        alone = {name: value for name, value in piece.items() if name != _CHILDREN.get(kind_of(place))}
        if kind_of(place) == "task":
            alone["group"] = self.group_of(piece["key"])
        return copy.deepcopy(alone)

    def has(self, place: str) -> bool:
        try:
            self.piece(place)
        except EditRefused:
            return False
        return True

    def group_of(self, task: str) -> str:
        return next(g["key"] for g in self.content["groups"] if _at(g["tasks"], task))

    def title_of(self, place: str) -> str:
        """How the part is called when one speaks of it."""
        if place == ABOUT:
            return "ข้อมูลของคู่มือ"
        book = read(self.content)
        kind, _, rest = place.partition(":")
        if kind == "task":
            task = book.task(rest)
            return f"งานที่ {task.number} {task.title}"
        if kind == "group":
            return f"กลุ่มงานที่ {book.group(rest).number} {book.group(rest).title}"
        if kind == "law":
            return book.law(rest).title
        process = book.process(rest.partition(":")[0])
        if kind == "process":
            return f"กระบวนงาน {process.key}"
        step = next(step for step in process.steps if step.key == rest.partition(":")[2])
        return f"กระบวนงาน {process.key} ขั้นที่ {step.number} {step.short}".rstrip()

    # -- Changing --------------------------------------------------------------------------------------------------

    def replace(self, place: str, values: Mapping[str, Any]) -> None:
        """Write what is given into the part; an empty value takes it away. A task may move to another group."""
        if place == ABOUT:
            target = self.content
        else:
            rows, target = self._found(place)
        values = dict(values)
        group = values.pop("group", None)
        self._rename_forms(target, values.pop("renamed", {}))
        self.touched.append(place)
        earlier = self._in_base(place)
        for name, value in values.items():
            if name in _ROWS:
                value = keyed(value, _ROWS[name], target.get(name, []), earlier.get(name, []))  # noqa: PLW2901
            if value in ("", None, [], {}) and name not in ("title", "text", "short", "standing"):
                target.pop(name, None)
            else:
                target[name] = value
        if kind_of(place) == "task" and group and group != self.group_of(target["key"]):
            destination = _at(self.content["groups"], group)
            if destination is None:
                raise EditRefused("ไม่พบกลุ่มงานที่เลือก อาจมีผู้อื่นนำออกไปแล้ว โปรดเลือกกลุ่มงานใหม่")
            rows.remove(target)
            destination["tasks"].append(target)

    @staticmethod
    def _rename_forms(process: Piece, renamed: Mapping[str, str]) -> None:
        """Steps go on naming a form whose code was changed."""
        for step in process.get("steps", []) if renamed else []:
            if "forms" in step:
                step["forms"] = [renamed.get(key, key) for key in step["forms"]]

    def add(self, kind: str, values: Mapping[str, Any], *, within: str = "") -> str:
        """A new part at the end of its list; answers its place. ``within``: the group of a task, the process of a step."""
        made: Piece = {"key": "", **values}
        if kind == "group":
            rows = self.content["groups"]
            made |= {"key": self._free("g", "groups"), "tasks": []}
        elif kind == "law":
            rows = self.content["laws"]
            made |= {"key": self._free("law", "laws"), "standing": values.get("standing", "in_force")}
        elif kind == "task":
            group = self._found(f"group:{within}")[1]
            rows = group["tasks"]
            made |= {"key": self._free_task(group), "steps": [], "results": [], "laws": []}
        elif kind == "process":
            rows = self.content["processes"]
            task = self._found(f"task:{within}")[1]
            if any(process["task"] == within for process in rows):
                raise EditRefused("งานนี้มีกระบวนงานโดยละเอียดอยู่แล้ว โปรดแก้ไขกระบวนงานนั้น")
            number = read(self.content).task(within).number
            key = next(k for k in _numbered(f"P-{number}") if k not in self._used("processes"))
            made |= {
                "key": key,
                "task": within,
                "title": task.get("title", ""),
                "year": FISCAL,
                "steps": [],
                "forms": [],
            }
        elif kind == "step":
            rows = self._found(f"process:{within}")[1]["steps"]
            base = _at(self.base.get("processes", []), within) or {}
            made |= {"key": free_key("s", rows, base.get("steps", [])), "text": values.get("text", "")}
        else:
            raise EditRefused("เพิ่มส่วนชนิดนี้ไม่ได้ โปรดกลับไปหน้าแก้ไขคู่มือ")
        if len(rows) >= LIMIT:
            raise EditRefused(f"รายการชนิดนี้มีได้ไม่เกิน {LIMIT} รายการ โปรดรวมหรือนำบางรายการออกก่อน")
        rows.append(made)
        place = f"step:{within}:{made['key']}" if kind == "step" else f"{kind}:{made['key']}"
        self.touched.append(place)
        return place

    def move(self, place: str, by: int) -> bool:
        """One place up or down; whether it moved. A task at the edge of its group goes over into the next one."""
        rows, piece = self._found(place)
        here = rows.index(piece)
        there = here + by
        if 0 <= there < len(rows):
            rows.insert(there, rows.pop(here))
            return True
        if kind_of(place) != "task":
            return False
        groups = self.content["groups"]
        next_group = next(n for n, g in enumerate(groups) if g["tasks"] is rows) + by
        if not 0 <= next_group < len(groups):
            return False
        rows.remove(piece)
        neighbours = groups[next_group]["tasks"]
        neighbours.insert(0 if by > 0 else len(neighbours), piece)
        return True

    def remove(self, place: str) -> None:
        """Take the part out, unless something else still refers to it."""
        rows, piece = self._found(place)
        if reason := self._needed(place, piece):
            raise EditRefused(reason)
        rows.remove(piece)

    def _needed(self, place: str, piece: Piece) -> str:
        """Why the part can't be taken out, and what to do first."""
        kind = kind_of(place)
        book = read(self.content)
        if kind == "group" and piece["tasks"]:
            return f"กลุ่มงานนี้ยังมี {len(piece['tasks'])} งาน โปรดย้ายงานไปกลุ่มอื่นหรือนำงานออกก่อน"
        if kind == "task" and any(process["task"] == piece["key"] for process in self.content["processes"]):
            return "งานนี้มีกระบวนงานโดยละเอียด โปรดนำกระบวนงานออกก่อน"
        if kind == "law" and (named := book.referring_to(piece["key"])):
            places = " ".join(getattr(part, "number", part.key) for part in named)
            return f"ยังมีงานหรือกระบวนงานที่อ้างอิงเรื่องนี้: {places} โปรดนำออกจากรายการอ้างอิงของงานเหล่านั้นก่อน"
        if kind == "step":
            aimed = [s for s in book.process(place.split(":")[1]).steps if _improves_to(s, piece["key"], book, place)]
            if aimed:
                return f"ขั้นที่ {aimed[0].number} กำหนดให้ “ปรับปรุง” กลับมาขั้นนี้ โปรดเลือกขั้นอื่นก่อน"
        return ""

    # -- Keys ------------------------------------------------------------------------------------------------------

    def _in_base(self, place: str) -> Piece:
        before = Draft(self.base)
        return before.piece(place) if before.has(place) else {}

    def _used(self, name: str) -> set[str]:
        return {row["key"] for content in (self.content, self.base) for row in content.get(name, ())}

    def _free(self, prefix: str, name: str) -> str:
        return next(key for key in _counted(prefix) if key not in self._used(name))

    def _free_task(self, group: Piece) -> str:
        """Like its number at the time, e.g. 5.5; it stays, whatever number the task has later."""
        place = next(n for n, row in enumerate(self.content["groups"], 1) if row is group)
        used = {t["key"] for c in (self.content, self.base) for g in c.get("groups", ()) for t in g["tasks"]}
        return next(key for key in _counted(f"{place}.") if key not in used)


def keyed(rows: list[Piece], prefix: str, now: list[Piece], earlier: list[Piece]) -> list[Piece]:
    """Rows as they came from a page, each with a key: the one it has in the draft, else one that was never used."""
    known, taken = {row["key"]: row for row in now}, [*now, *earlier]
    made: list[Piece] = []
    for row in rows:
        key = row.get("key", "")
        if key not in known or _at(made, key):
            key = free_key(prefix, taken, made)
        piece = {**row, "key": key}
        if "parts" in row:
            old = [(_at(side, key) or {}).get("parts", []) for side in (now, earlier)]
            piece["parts"] = keyed(row["parts"], "p", *old)
            if not piece["parts"]:
                del piece["parts"]
        made.append(piece)
    return made


def _improves_to(step, key: str, book, place: str) -> bool:
    steps = book.process(place.split(":")[1]).steps
    return step.decision is not None and step.decision.improve > 0 and steps[step.decision.improve - 1].key == key


def _at(rows: list[Piece], key: str) -> Piece | None:
    return next((row for row in rows if row["key"] == key), None)


def _counted(prefix: str) -> Iterator[str]:
    return (f"{prefix}{n}" for n in itertools.count(1))


def _numbered(key: str) -> Iterator[str]:
    yield key
    yield from (f"{key}-{n}" for n in itertools.count(2))


def free_key(prefix: str, *lists: list[Piece]) -> str:
    """A key higher than all that the lists hold."""
    numbers = [int(found[1]) for rows in lists for row in rows if (found := re.search(r"(\d+)$", row["key"]))]
    return f"{prefix}{max(numbers, default=0) + 1}"
