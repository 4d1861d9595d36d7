"""Two definitions compared, question by question."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from instruments.checking import SCALED, TYPES
from instruments.differences.properties import LIST, QUESTION, SCALE, SECTION, WHOLE, property_changes
from instruments.differences.reading import Sheet
from instruments.differences.results import (
    ADDED,
    BEGINS,
    CHANGED,
    CONTINUES,
    CUT,
    DROPPED,
    SAME,
    Differences,
    PartChange,
    Place,
    QuestionChange,
)

_DECIDED_ON = frozenset({"text", "type", "scale", "choices", "master", "rows", "correct", "expr", "unit"})
"""The properties whose change may change what an answer means."""
_FAMILIES = (
    frozenset({"rating"}),
    frozenset({"dual"}),
    frozenset({"matrix"}),
    frozenset({"exist"}),
    frozenset({"choice", "multi"}),
    frozenset({"number", "calc"}),
)
"""Types whose answers are counted alike; the answers of all other types are read and not counted."""


def differences(old: Any, new: Any) -> Differences:
    """Compare two definitions, question by question; each may be a draft with gaps."""
    before, after = Sheet(old), Sheet(new)
    return Differences(
        questions=tuple(_questions(before, after)),
        sections=tuple(_parts(before.sections, after.sections, SECTION, ordered=True)),
        scales=tuple(_parts(before.scales, after.scales, SCALE)),
        lists=tuple(_parts(before.lists, after.lists, LIST)),
        whole=tuple(property_changes(before.whole, after.whole, WHOLE)),
    )


def candidates(old: Any, new: Any, key: str) -> list[tuple[str, Place, str]]:
    """The dropped questions that the new question ``key`` may continue: (old key, where it stood, its text)."""
    before, after = Sheet(old), Sheet(new)
    asked = after.questions.get(key)
    if asked is None or asked.get("type") == "note":
        return []
    return [
        (gone, before.places[gone], str(question.get("text") or ""))
        for gone, question in before.questions.items()
        if gone not in after.questions
        and question.get("type") != "note"
        and not _incomparable(before, question, after, asked)
    ]


# -- Questions -----------------------------------------------------------------------------------------------------


def _questions(before: Sheet, after: Sheet) -> Iterable[QuestionChange]:
    moved = moved_keys(list(before.questions), list(after.questions))
    dropped = {key: _dropped(before, key) for key in before.questions if key not in after.questions}
    neighbours = _dropped_after(before, after)
    yield from (dropped[key] for key in neighbours.get("", ()))
    for key in after.questions:
        yield _question(before, after, key, elsewhere=key in moved)
        yield from (dropped[gone] for gone in neighbours.get(key, ()))


def _dropped_after(before: Sheet, after: Sheet) -> dict[str, list[str]]:
    """The dropped questions by the last question before them that is still there ("" at the beginning)."""
    found: dict[str, list[str]] = {}
    last = ""
    for key in before.questions:
        if key in after.questions:
            last = key
        else:
            found.setdefault(last, []).append(key)
    return found


def _dropped(before: Sheet, key: str) -> QuestionChange:
    question = before.questions[key]
    text = str(question.get("text") or "")
    return QuestionChange(
        key, DROPPED, text, old_key=key, old_text=text, old_place=before.places[key], type=str(question.get("type"))
    )


def _question(before: Sheet, after: Sheet, key: str, *, elsewhere: bool) -> QuestionChange:
    question = after.questions[key]
    kind, text = str(question.get("type")), str(question.get("text") or "")
    follows = str(question.get("follows") or "")
    own = key in before.questions
    old_key = follows if follows in before.questions else key if own else ""
    if not old_key:
        return QuestionChange(key, ADDED, text, new_place=after.places[key], type=kind, decision=BEGINS)
    asked_before = before.questions[old_key]
    changes = tuple(property_changes(before.shown(asked_before), after.shown(question), QUESTION))
    place, old_place = after.places[key], before.places[old_key]
    forced = "" if kind == "note" else _incomparable(before, asked_before, after, question)
    decision = CUT if question.get("break") else CONTINUES if follows in before.questions else ""
    return QuestionChange(
        key=key,
        kind=(CHANGED if changes else SAME) if own else ADDED,
        text=text,
        old_key=old_key,
        old_text=str(asked_before.get("text") or ""),
        old_place=old_place,
        new_place=place,
        moved=own and (elsewhere or place.section != old_place.section),
        changes=changes,
        asked=kind != "note" and (bool(forced) or (own and any(change.what in _DECIDED_ON for change in changes))),
        decision=decision,
        forced=forced,
        type=kind,
    )


def _incomparable(before: Sheet, old: Mapping[str, Any], after: Sheet, new: Mapping[str, Any]) -> str:
    """Why answers to the one can't stand beside answers to the other; empty where they can."""
    was, now = old.get("type"), new.get("type")
    if was != now and not any({was, now} <= family for family in _FAMILIES):
        return f"ชนิดคำตอบเปลี่ยนจาก “{TYPES.get(str(was), was)}” เป็น “{TYPES.get(str(now), now)}” ค่าเดิมเทียบกับค่าใหม่ไม่ได้ จึงต้องตัดแนวโน้ม"
    if now in SCALED:
        first, second = before.values(old), after.values(new)
        if first and second and (first[0], first[-1]) != (second[0], second[-1]):
            return (
                f"ช่วงคะแนนเปลี่ยนจาก {first[0]}–{first[-1]} เป็น {second[0]}–{second[-1]} ค่าเฉลี่ยเทียบกันไม่ได้ จึงต้องตัดแนวโน้ม"
            )
    return ""


def moved_keys(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Of the keys that both have, the fewest that must have been moved to come from the one order to the other."""
    place = {key: number for number, key in enumerate(old)}
    kept = [key for key in new if key in place]
    tails: list[str] = []  # longest increasing subsequence, by patience sorting
    before: dict[str, str | None] = {}
    for key in kept:
        here = bisect_left(tails, place[key], key=place.__getitem__)
        before[key] = tails[here - 1] if here else None
        tails[here : here + 1] = [key]
    moved = set(kept)
    last = tails[-1] if tails else None
    while last is not None:
        moved.remove(last)
        last = before[last]
    return moved


# -- Sections, scales, shared lists --------------------------------------------------------------------------------


def _parts(old: Mapping[str, dict], new: Mapping[str, dict], properties, *, ordered: bool = False) -> list[PartChange]:
    moved = moved_keys(list(old), list(new)) if ordered else set()
    found = []
    for key, data in new.items():
        title = str(data.get("title") or key)
        if key not in old:
            found.append(PartChange(key, ADDED, title))
            continue
        changes = tuple(property_changes(old[key], data, properties))
        if changes or key in moved:
            found.append(PartChange(key, CHANGED, title, key in moved, changes))
    found += [PartChange(key, DROPPED, str(data.get("title") or key)) for key, data in old.items() if key not in new]
    return found
