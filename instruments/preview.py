"""An unfinished form, as far as it can be shown: what is whole of it, and how much is not."""

from typing import Any

from instruments import logic
from instruments.checking import problems
from instruments.logic.names import EXPRESSIONS

NAMELESS = "(ยังไม่มีชื่อตอน)"


def alone(definition: dict[str, Any], section: dict[str, Any], question: dict[str, Any]) -> dict[str, Any] | None:
    """A definition of this one question without its conditions; None while the question is not whole."""
    plain = {name: value for name, value in question.items() if name not in (*EXPRESSIONS, "must_message")}
    if question.get("type") == "calc":
        plain["expr"] = "0"
    scales, lists = definition.get("scales"), definition.get("lists")
    used = {name for name in (question.get("scale"), section.get("scale")) if isinstance(name, str)}
    of_list = question.get("list")
    made: dict[str, Any] = {
        "scales": {key: each for key, each in scales.items() if key in used} if isinstance(scales, dict) else {},
        "lists": {of_list: lists[of_list]}
        if isinstance(lists, dict) and isinstance(of_list, str) and of_list in lists
        else {},
        "sections": [{"key": "S1", "title": "-", "questions": [plain]}],
    }
    if section.get("scale") in made["scales"]:
        made["sections"][0]["scale"] = section["scale"]
    return None if problems(made) else made


def whole_part(definition: Any) -> tuple[dict[str, Any], int]:
    """What of a definition can be shown, and how many of its questions cannot; a whole definition comes back as it is."""
    if not problems(definition):
        return definition, 0
    given = definition.get("sections") if isinstance(definition, dict) else None
    made: dict[str, Any] = {"sections": []}
    total = kept = 0
    keys: set[str] = set()
    for place, section in enumerate(given if isinstance(given, list) else (), start=1):
        if not isinstance(section, dict) or not isinstance(section.get("questions"), list):
            continue
        questions = []
        for question in section["questions"]:
            total += 1
            if isinstance(question, dict) and alone(definition, section, question) and question["key"] not in keys:
                keys.add(question["key"])
                questions.append(dict(question))
        kept += len(questions)
        if questions:
            made["sections"].append(
                {**section, "key": f"S{place}", "title": section.get("title") or NAMELESS, "questions": questions}
            )
    used = {
        name for s in made["sections"] for name in (s.get("scale"), *(q.get("scale") for q in s["questions"])) if name
    }
    lists = {q["list"] for s in made["sections"] for q in s["questions"] if q.get("list")}
    if made["sections"]:
        made["scales"] = {key: each for key, each in (definition.get("scales") or {}).items() if key in used}
        made["lists"] = {key: each for key, each in (definition.get("lists") or {}).items() if key in lists}
    for section in made["sections"]:
        if section.get("scale") not in made["scales"]:
            section.pop("scale", None)
    _drop_wrong_conditions(made)
    return (made, total - kept) if made["sections"] and not problems(made) else ({"sections": []}, total)


def _drop_wrong_conditions(made: dict[str, Any]) -> None:
    for _ in range(len(EXPRESSIONS)):
        found = logic.problems(made)
        if not found:
            return
        wrong = {(problem.key, problem.property) for problem in found}
        for section in made["sections"]:
            for name in EXPRESSIONS:
                if (f"@{section['key']}", name) in wrong:
                    section.pop(name, None)
            section["questions"] = [
                {n: v for n, v in question.items() if (question["key"], n) not in wrong}
                for question in section["questions"]
                if question.get("type") != "calc" or (question["key"], "expr") not in wrong
            ]
