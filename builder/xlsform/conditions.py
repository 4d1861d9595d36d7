"""The second walk: expressions become ours, or their question stands without them and its row says so."""

from collections.abc import Iterable
from typing import Any

from builder.xlsform.incoming import Scope, Target, names_in, translate, translate_value
from builder.xlsform.report import Entry
from builder.xlsform.walk import TYPES, Block, Draft, Guard, Walk
from builder.xlsform.xpath import XPathError
from instruments.logic import TITLES
from instruments.logic.grammar import LogicError, unparse
from instruments.logic.grammar import parse as parse_ours
from instruments.logic.names import ANY


def translate_all(walk: Walk) -> None:
    _translate_calculations(walk)
    for draft in list(walk.drafts()):
        for prop, source in draft.exprs.items():
            if prop not in ("expr", "filter"):
                _put_expression(walk, draft, prop, source, _scope(walk, draft))
    guards = {id(g): g for b in walk.blocks for g in [*b.guards, *(g for d in b.drafts for g in d.guards)]}
    for guard in guards.values():
        try:
            guard.text = translate(guard.source, Scope(walk.names))
        except XPathError as error:
            guard.entry.changed(_dropped("show_when", guard.source, str(error)))
    for draft in walk.drafts():
        own = draft.item.get("show_when", "")
        join(draft.item, own, draft.guards, draft.entry)


def join(item: dict[str, Any], own: str, guards: Iterable[Guard], entry: Entry | None) -> None:
    texts = list(dict.fromkeys(text for text in (*(guard.text for guard in guards), own) if text and text != "true"))
    item.pop("show_when", None)
    if not texts:
        return
    if len(texts) == 1:
        item["show_when"] = texts[0]
        return
    try:
        item["show_when"] = unparse(parse_ours(" and ".join(f"({text})" for text in texts)))
    except LogicError as error:
        if entry:
            entry.changed(_dropped("show_when", " and ".join(texts), error.message))
        item["show_when"] = own or texts[-1]


def _scope(walk: Walk, draft: Draft) -> Scope:
    return Scope(walk.names, TYPES.get(draft.item["type"], ANY))


def _translate_calculations(walk: Walk) -> None:
    """Until nothing changes: one that can't be taken takes those with it that are computed from it."""
    pending = [draft for draft in walk.drafts() if "expr" in draft.exprs]
    for _ in range(len(pending) + 2):
        changed = False
        for draft in list(pending):
            try:
                made, kind = translate_value(draft.exprs["expr"], _scope(walk, draft))
            except XPathError as error:
                walk.drop(draft, _dropped("expr", draft.exprs["expr"], str(error)))
                pending.remove(draft)
                changed = True
                continue
            draft.item["expr"] = made
            target = walk.names.get(draft.name)
            if target and target.slot == draft.item["key"] and target.type != kind:
                walk.names[draft.name] = Target(target.slot, kind)
                changed = True
        if not changed:
            break


def _put_expression(walk: Walk, draft: Draft, prop: str, source: str, scope: Scope) -> None:
    try:
        made = translate(source, scope)
    except XPathError as error:
        if not draft.second:
            draft.entry.changed(_dropped(prop, source, str(error)))
        if prop == "must_hold":
            draft.item.pop("must_message", None)
        return
    if prop == "required_when" and made == "true":
        draft.item["required"] = True
    elif made != "true" and not (prop == "required_when" and made == "false"):
        draft.item[prop] = made


def settle_choices(walk: Walk) -> None:
    """Which lists are shared; a filter needs the columns it names."""
    for draft in walk.drafts():
        if not draft.listed:
            continue
        source = draft.exprs.get("filter")
        if source:
            columns = walk.choices.columns(draft.listed.name)
            used = {name for name in names_in(source) if name in columns}
            _put_expression(walk, draft, "filter", source, Scope(walk.names, columns=columns))
            if "filter" in draft.item:
                draft.listed.keep(used)
        draft.item |= draft.listed.content(walk.choices)


def lose(walk: Walk, draft: Draft, prop: str, message: str) -> None:
    if prop not in draft.item and prop != "expr":
        return
    source = draft.exprs.get(prop) or str(draft.item.get(prop, ""))
    if prop == "expr":
        walk.drop(draft, _dropped(prop, source, message))
        return
    draft.item.pop(prop, None)
    if prop == "must_hold":
        draft.item.pop("must_message", None)
    draft.entry.changed(_dropped(prop, source, message))


def lose_of_section(block: Block, message: str) -> None:
    for guard in block.guards:
        if guard.text:
            guard.entry.changed(_dropped("show_when", guard.source, message))
            guard.text = None
    block.show_when = ""


def _dropped(prop: str, source: str, why: str) -> str:
    return f"ไม่ได้รับ{TITLES[prop]} “{source[:200]}” เพราะ{why}"
