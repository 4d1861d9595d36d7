"""How one event changes the current answers. Pure: the same function saves an event and replays the log.

The current answers are ``{slot: entry}`` with entry ``{"v": value}`` or ``{"na": true}`` or neither (cleared), and
always ``e`` (id of the event that gave it), ``by`` (user id), ``at`` (device time, ISO). ``same`` lists events that
said the same independently; ``rivals`` holds entries that contradict the current one and wait to be settled.

An event is ``{id, key, v | na | clear | add | remove, at, base, settles?}``. ``base`` is the event it replaces, as its
author saw it. Two people who change one answer without seeing each other are never settled silently: the first stays,
the second stands beside it as a rival, and a later event that names it in ``settles`` ends the matter.
"""

from collections.abc import Callable
from typing import Any

SAVED, DUPLICATE, CONFLICT = "saved", "duplicate", "conflict"

Index = dict[str, tuple[str | None, bool]]
"""Every event of the log: id → (base, whether it was refused)."""


def entry_of(event: dict[str, Any], by: int | None) -> dict[str, Any]:
    """What an event says, as an entry of the current answers."""
    entry: dict[str, Any] = {"e": event["id"], "by": by, "at": event["at"]}
    if "v" in event:
        entry["v"] = event["v"]
    elif event.get("na"):
        entry["na"] = True
    return entry


def apply(answers: dict[str, Any], event: dict[str, Any], by: int | None, log: Callable[[], Index]) -> str:
    """Apply one valid event to ``answers`` in place; say whether it was saved, known already, or in conflict.

    ``log`` gives the index of earlier events; it is asked only where the event does not follow the current one.
    """
    key, name = event["key"], event["id"]
    current = answers.get(key)
    if "add" in event or "remove" in event:
        return _apply_to_list(answers, current, event, by, log)
    if current is None:
        if event.get("base") is not None and name in log():
            return DUPLICATE
        answers[key] = entry_of(event, by)
        return SAVED
    if current["e"] == name:
        return DUPLICATE
    if event.get("base") == current["e"]:
        _replace(answers, current, event, by)
        return SAVED
    return _apply_apart(answers, current, event, by, log())


def _replace(answers: dict[str, Any], current: dict[str, Any], event: dict[str, Any], by: int | None) -> None:
    entry = entry_of(event, by)
    if "rivals" in current:
        settled = {*event.get("settles", ()), event["id"]}
        if open_rivals := [rival for rival in current["rivals"] if rival["e"] not in settled]:
            entry["rivals"] = open_rivals
    answers[event["key"]] = entry


def _apply_apart(
    answers: dict[str, Any], current: dict[str, Any], event: dict[str, Any], by: int | None, index: Index
) -> str:
    """An event whose author did not see the current answer."""
    name = event["id"]
    if name in index:
        return DUPLICATE
    if _descends(current["e"], name, index):
        return SAVED  # it came late: what replaced it is here already, and the log now holds it too
    base = event.get("base")
    walked: set[str] = set()  # a device that was tampered with may send refused events that build on each other
    while base in index and index[base][1] and base not in walked:
        walked.add(base)
        base = index[base][0]  # its author built on an event that was refused
    if base == current["e"] or base in current.get("same", ()):
        _replace(answers, current, event, by)
        return SAVED
    rivals = current.get("rivals", [])
    entry = entry_of(event, by)
    says_the_same = current.get("v") == entry.get("v") and ("na" in current) == ("na" in entry)
    place = next((i for i, rival in enumerate(rivals) if rival["e"] == base), None)
    if place is not None:  # the author of a rival answer thought again
        rivals[place : place + 1] = [] if says_the_same else [entry]
        if not rivals:
            del current["rivals"]
        if says_the_same:
            current.setdefault("same", []).append(name)
            return SAVED
        return CONFLICT
    if says_the_same:
        current.setdefault("same", []).append(name)
        return SAVED
    current["rivals"] = [*rivals, entry]
    return CONFLICT


def _descends(newer: str, older: str, index: Index) -> bool:
    """Whether the event ``newer`` was built, step by step, on ``older``."""
    walked: set[str] = set()
    at: str | None = newer
    while at is not None and at not in walked and at in index:
        walked.add(at)
        at = index[at][0]
        if at == older:
            return True
    return False


def _apply_to_list(
    answers: dict[str, Any],
    current: dict[str, Any] | None,
    event: dict[str, Any],
    by: int | None,
    log: Callable[[], Index],
) -> str:
    """Pictures are added and taken away one by one, so two people never contradict each other."""
    if event["id"] in log():
        return DUPLICATE
    items = list((current or {}).get("v", []))
    items += [item for item in event.get("add", ()) if item not in items]
    items = [item for item in items if item not in event.get("remove", ())]
    answers[event["key"]] = {"v": items, "e": event["id"], "by": by, "at": event["at"]}
    return SAVED
