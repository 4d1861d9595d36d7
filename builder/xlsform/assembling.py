"""From what the two walks made to a definition that our own checks accept."""

from copy import deepcopy
from typing import Any

from builder.xlsform.conditions import join, lose, lose_of_section
from builder.xlsform.incoming import Target
from builder.xlsform.refusal import XlsFormRefused
from builder.xlsform.settings import form_title
from builder.xlsform.walk import LOOSE_TITLE, Walk
from builder.xlsform.wording import legal_key
from instruments import logic
from instruments.checking import QUESTION_LIMIT
from instruments.logic.names import EXPRESSIONS, LIST, TEXT


def number_sections(walk: Walk) -> None:
    """Keys of the sections, which never equal one of a question."""
    total = sum(len(block.drafts) for block in walk.blocks)
    if total > QUESTION_LIMIT:
        raise XlsFormRefused(
            f"แบบนี้มี {total:,} ข้อ เกินกว่าที่แบบหนึ่งชุดรับได้ ({QUESTION_LIMIT:,} ข้อ) จึงยังไม่ได้นำเข้า โปรดแบ่งเป็นหลายแบบ"
        )
    taken = set(walk.used)
    for block in walk.blocks:
        if block.own and block.own["key"] not in taken:
            block.key = block.own["key"]
            taken.add(block.key)
    for number, block in enumerate(walk.blocks, start=1):
        if not block.key:
            block.key = legal_key(block.name or f"S{number}", taken)
            taken.add(block.key)
    for name, block in walk.repeats.items():
        if walk.names.get(name, Target()).rows:
            walk.names[name] = Target(f"{block.key}.rows", LIST + TEXT, rows=True)
    filled = [block for block in walk.blocks if block.drafts]
    if len(filled) == 1 and filled[0].title == LOOSE_TITLE:
        filled[0].title = form_title(walk)


def assembled(walk: Walk) -> dict[str, Any]:
    sections = []
    for block in walk.blocks:
        if not block.drafts:
            if block.entry and not any(b.drafts for b in walk.blocks if b.entry is block.entry):
                block.entry.left("กลุ่มนี้ไม่มีข้อคำถามที่รับเข้ามา")
            continue
        section: dict[str, Any] = {"key": block.key, "title": block.title or LOOSE_TITLE}
        if block.own:
            section = deepcopy({k: v for k, v in block.own.items() if k != "questions"}) | section
            section.pop("show_when", None)
        if block.intro:
            section["intro"] = block.intro
        join(section, block.show_when, block.guards, block.entry)
        if block.repeat is not None:
            section["repeat"] = block.repeat
        section["questions"] = [draft.item for draft in block.drafts]
        sections.append(section)
    made: dict[str, Any] = {"scales": walk.scales, "sections": sections}
    lists = walk.choices.shared()
    if walk.own:
        lists = deepcopy(walk.own.definition.get("lists") or {}) | lists
        made = {k: v for k, v in walk.own.definition.items() if k not in ("scales", "lists", "sections")} | made
    if lists:
        made["lists"] = lists
    return made


def without_broken_logic(walk: Walk, definition: dict[str, Any]) -> dict[str, Any]:
    """What our own checks still refuse (wrong types, circles) is dropped, property by property."""
    for _ in range(30):
        drafts = {draft.item["key"]: draft for draft in walk.drafts()}
        blocks = {f"@{block.key}": block for block in walk.blocks}
        found = [p for p in logic.problems(definition) if p.property in EXPRESSIONS]
        if not found:
            break
        for problem in found:
            if draft := drafts.get(problem.key):
                lose(walk, draft, problem.property, problem.message)
            elif block := blocks.get(problem.key):
                lose_of_section(block, problem.message)
        definition = assembled(walk)
    return definition
