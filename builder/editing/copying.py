"""Sections and questions brought over from another form."""

import copy
from collections.abc import Iterable
from typing import Any

from builder.editing.conditions import settle
from builder.editing.draft import Draft
from builder.editing.pieces import Piece, facts_of, shared, unmapped
from instruments.checking import SCALED


def copy_in(
    draft: Draft, other: Any, *, sections: Iterable[str] = (), questions: Iterable[str] = (), into: str = ""
) -> tuple[list[str], list[str]]:
    """Copy sections, and questions into the section ``into``, of another form with their scales and lists.

    Answers the keys of what was made, and a sentence for each condition that was left out because it refers to a
    question that did not come along: here its key would mean another question.
    """
    source = Draft(other)
    wanted = set(sections)
    singles = set(questions) - {q["key"] for s in source.sections if s["key"] in wanted for q in s["questions"]}
    coming = [(s, q) for s in source.sections for q in s["questions"] if s["key"] in wanted or q["key"] in singles]
    draft.refuse_more(len(coming))
    copying = _Copying(draft, source)
    for section in source.sections:
        if section["key"] in wanted:
            copying.take_section(section)
    if singles:
        there = draft.section(into)
        for section, question in coming:
            if question["key"] in singles:
                copying.take_question(question, section, there)
    left = [sentence for place, piece in copying.made for sentence in settle(place, piece, copying.names)]
    return [place for place, _ in copying.made], left


class _Copying:
    """What was made so far, by its place, and the new name of everything that came along."""

    def __init__(self, draft: Draft, source: Draft) -> None:
        self.draft, self.source = draft, source
        self.made: list[tuple[str, Piece]] = []
        self.names: dict[str, str] = {}

    def take_section(self, section: Piece) -> None:
        draft, scales = self.draft, self.source.scales
        facts = copy.deepcopy(facts_of(section))
        if facts["key"] in draft.used_keys():
            facts["key"] = draft.free_section_key()
        if facts.get("scale") in scales:
            facts["scale"] = shared(draft.scales, facts["scale"], scales[facts["scale"]])
        self.names[f"{section['key']}.rows"] = f"{facts['key']}.rows"
        there = draft.section(draft.add_section(facts))
        self.made.append((f"@{there['key']}", there))
        for question in section["questions"]:
            self.take_question(question, section, there)

    def take_question(self, question: Piece, section: Piece, there: Piece) -> None:
        draft, source = self.draft, self.source
        piece = unmapped(question)
        if piece["key"] in draft.used_keys():
            piece["key"] = draft.free_question_key(there["key"])
        self.names[question["key"]] = piece["key"]
        scale = question.get("scale") or section.get("scale")
        if question.get("type") in SCALED and scale in source.scales:
            key = shared(draft.scales, scale, source.scales[scale])
            piece.pop("scale", None)
            if key != there.get("scale"):
                piece["scale"] = key
        if question.get("list") in source.lists:
            lists = draft.definition.setdefault("lists", {})
            piece["list"] = shared(lists, question["list"], source.lists[question["list"]])
        there["questions"].append(piece)
        self.made.append((piece["key"], piece))
