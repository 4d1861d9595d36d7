"""What is wrong with the conditions and computed values of a form, said in Thai at the place where it is wrong.

Types are known before anybody answers: a rating is a number, a choice a text, a question of another repeating section
a list. ``analyse`` takes any JSON, whole or half-written, and keeps what is in order for ``sheet``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from instruments.logic.dependence import DECIDING, in_order
from instruments.logic.grammar import RESERVED, TEXT_LIMIT, LogicError, Tree, parsed, tokens
from instruments.logic.names import ANY, Name, Outline, Place, Problem, outline
from instruments.logic.types import SCALARS, Checker, label

TITLES = {
    "show_when": "แสดงเมื่อ",
    "required_when": "ต้องตอบเมื่อ",
    "must_hold": "คำตอบต้องเป็นไปตาม",
    "filter": "ตัวกรองตัวเลือก",
    "expr": "สูตรคำนวณ",
    "key": "รหัส",
}
"""What the properties of a Problem are called."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What live checking says: the first problem, or the type of the value."""

    problem: Problem | None = None
    type: str = ""

    @property
    def label(self) -> str:
        """The type in Thai."""
        return label(self.type) if self.type else ""


@dataclass(slots=True)
class Analysis:
    """``trees``: what is in order, by (place key, property). ``order``: places, what others depend on first."""

    outline: Outline
    trees: dict[tuple[str, str], Tree] = field(default_factory=dict)
    types: dict[tuple[str, str], str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def problems(definition: Any) -> list[Problem]:
    """Everything wrong with the logic of a definition; never raises. Its structure is judged by instruments.checking."""
    return analyse(outline(definition)).problems


def check_text(definition: Any, key: str, prop: str, text: Any) -> Checked:
    """One expression as it is being written, for its place in the form (question key, ``@SECTION`` or section key)."""
    if not isinstance(text, str) or not text.strip():
        return Checked()
    made = outline(definition)
    if not key.startswith("@") and key not in made.questions and key in made.sections:
        key = f"@{key}"
    section, question = made.questions.get(key, (key.removeprefix("@"), {}))
    group = "" if key.startswith("@") else made.sections.get(section, "")
    made.places = [place for place in made.places if (place.key, place.property) != (key, prop)]
    made.places.append(Place(key, prop, text, section, group, question))
    done = analyse(made)
    found = next((problem for problem in done.problems if (problem.key, problem.property) == (key, prop)), None)
    return Checked(found, "" if found else done.types.get((key, prop), ""))


def analyse(made: Outline) -> Analysis:
    done = Analysis(made)
    read: list[tuple[Place, Tree, Mapping[int, int]]] = []
    for place in made.places:
        result = _read(place)
        if isinstance(result, Problem):
            done.problems.append(result)
        else:
            read.append((place, *result))
    done.problems += _outside_problems(made)
    done.order, looped = in_order(made, read)
    broken = {(problem.key, problem.property) for problem in looped}
    done.problems += looped
    rank = {key: number for number, key in enumerate(done.order)}
    # The type of a computed value must be known before those who use it are looked at.
    for place, tree, places in sorted(read, key=lambda i: (i[0].property not in DECIDING, rank[i[0].key])):
        checker = Checker(made, place, places)
        kind = checker.result(tree)
        done.problems += checker.found
        if place.property == "expr":
            made.names[place.key] = replace(
                made.names.get(place.key, Name(place.key, ANY, place.key, place.section, place.group)),
                type=kind if kind in SCALARS else ANY,
            )
        if not checker.found and (place.key, place.property) not in broken:
            done.trees[place.key, place.property] = tree
            done.types[place.key, place.property] = kind
    position = {(place.key, place.property): number for number, place in enumerate(made.places)}
    done.problems.sort(key=lambda problem: (position.get((problem.key, problem.property), -1), problem.at))
    return done


def _read(place: Place) -> tuple[Tree, Mapping[int, int]] | Problem:
    def problem(message: str, at: int = 0) -> Problem:
        return Problem(place.key, place.property, at, message)

    if not isinstance(place.text, str):
        return problem("ต้องเขียนเป็นข้อความ")
    refusal = _misplaced(place)
    if refusal:
        return problem(refusal)
    if len(place.text) > TEXT_LIMIT:  # refused, and not remembered by ``parsed``
        try:
            tokens(place.text)
        except LogicError as error:
            return problem(error.message, error.at)
    result = parsed(place.text)
    return problem(result.message, result.at) if isinstance(result, LogicError) else (result.tree, result.places)


def _misplaced(place: Place) -> str:
    """Why a question of this type can't have such an expression; empty where it can."""
    kind, prop = place.question.get("type"), place.property
    if kind is None:
        return ""
    if prop == "expr" and kind != "calc":
        return "สูตรคำนวณใช้ได้กับข้อชนิดค่าคำนวณเท่านั้น"
    if prop == "required_when" and kind in ("note", "calc"):
        return "ข้อชนิดนี้ผู้ตอบไม่ได้กรอกเอง จึงบังคับให้ตอบไม่ได้"
    if prop == "must_hold" and kind == "note":
        return "ข้อความชี้แจงไม่มีคำตอบ จึงตรวจคำตอบไม่ได้"
    if prop == "filter" and kind not in ("choice", "multi"):
        return "ตัวกรองตัวเลือกใช้ได้กับข้อที่มีตัวเลือกเท่านั้น"
    if prop == "filter" and place.question.get("master"):
        return "ตัวเลือกจากทะเบียนของสำนักงาน (สถานศึกษา ระดับชั้น กลุ่มสาระ บุคลากร) กรองด้วยเงื่อนไขไม่ได้ ถ้าต้องกรองให้ใช้รายการตัวเลือกของแบบ"
    return ""


def _outside_problems(made: Outline) -> list[Problem]:
    """What is missing, or can't be named."""
    found = [
        Problem(key, "expr", 0, "ยังไม่มีสูตรคำนวณ")
        for key, (_, question) in made.questions.items()
        if question.get("type") == "calc" and not any(p.key == key and p.property == "expr" for p in made.places)
    ]
    if made.places:
        found += [
            Problem(key, "key", 0, f"รหัส “{key}” เป็นคำของภาษาเงื่อนไข จึงอ้างถึงไม่ได้ โปรดใช้รหัสอื่น")
            for key in made.questions
            if key in RESERVED
        ]
    return found
