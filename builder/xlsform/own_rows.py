"""Rows that our own export wrote: what nobody changed comes from the definition beside them, exactly."""

from copy import deepcopy

from builder.xlsform.incoming import Target
from builder.xlsform.merging import Patched
from builder.xlsform.properties import take_properties
from builder.xlsform.reading import Row
from builder.xlsform.report import Entry
from builder.xlsform.types import Type
from builder.xlsform.walk import MENU, Block, Draft, Frame, Walk


def own_row(walk: Walk, row: Row, entry: Entry, kind: Type, bound: Patched) -> bool:
    """A row that our export wrote: what nobody changed comes from the definition beside it, exactly."""
    assert walk.own is not None  # noqa: S101 -- asked by the caller
    altered = {name for name, value in bound.expected.items() if walk.get(row, name) != value}
    if bound.part == "extra":
        if altered:
            entry.changed("แถวนี้เป็นส่วนประกอบของข้อหรือตอนด้านบน การแก้ไขแถวนี้จึงไม่มีผล")
        if kind.name == "begin":
            walk.stack.append(Frame(kind.kind, entry.name, "", entry, []))
        return True
    if altered & {"type", "choice_filter"} or bound.key in (walk.used if bound.part == "question" else walk.opened):
        return False
    if bound.part == "section":
        _own_section(walk, row, entry, kind, bound, altered=altered)
    else:
        _own_question(walk, row, entry, kind, bound, altered=altered)
    return True


def _own_question(walk: Walk, row: Row, entry: Entry, kind: Type, bound: Patched, *, altered: set[str]) -> None:
    assert walk.own is not None  # noqa: S101 -- asked by the caller
    draft = Draft({"key": bound.key, "type": walk.own.question(bound.key)["type"]}, entry, name=entry.name)
    draft.item["text"] = walk.words.clean(walk.get(row, "label"), entry) if "label" in altered else ""
    if altered:
        take_properties(walk, draft, row)
        draft.exprs = {prop: text for prop, text in draft.exprs.items() if walk.own.column(prop) in altered}
        if "calculation" in altered and draft.item["type"] == "calc":
            draft.exprs["expr"] = walk.get(row, "calculation")
        if "appearance" in altered and set(walk.get(row, "appearance").lower().split()) & MENU:
            draft.item["look"] = "menu"
    draft.item = walk.own.patched(bound, draft.item, altered)
    walk.used.add(bound.key)
    walk.put(draft, register=False)
    draft.guards = walk.inner_guards()
    walk.names |= dict(walk.own.targets(bound.key))
    if kind.name == "begin":  # a matrix: its lines are parts of it
        walk.stack.append(Frame(kind.kind, entry.name, "", entry, []))


def _own_section(walk: Walk, row: Row, entry: Entry, kind: Type, bound: Patched, *, altered: set[str]) -> None:
    assert walk.own is not None  # noqa: S101 -- asked by the caller
    stored = walk.own.section(bound.key)
    guard = walk.guard(row, entry) if "relevant" in altered else None
    frame = Frame(kind.kind, entry.name, stored["title"], entry, [guard] if guard else [])
    if "label" in altered:
        frame.title = walk.words.clean(walk.get(row, "label"), entry, multiline=False) or stored["title"]
    frame.block = Block(frame.title, entry.name, entry, [*walk.outer_guards(), *frame.guards], own=stored)
    walk.opened.add(bound.key)
    frame.block.repeat = deepcopy(stored.get("repeat"))
    frame.block.intro = stored.get("intro", "")
    if "relevant" not in altered:
        frame.block.show_when = stored.get("show_when", "")
    if kind.kind == "repeat":
        walk.repeats.setdefault(entry.name, frame.block)
        walk.names.setdefault(entry.name, Target(rows=True))
    walk.blocks.append(frame.block)
    walk.stack.append(frame)
