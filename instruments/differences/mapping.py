"""Which question of a new version goes on with which of the old one, written into its definition."""

import json
from collections.abc import Mapping
from typing import Any

from instruments.differences.reading import questions_of
from instruments.differences.results import CONTINUES, CUT


def without_mapping(definition: Any) -> Any:
    """A copy that says nothing about the version before: what a new draft starts from."""
    copy = json.loads(json.dumps(definition))
    for question in questions_of(copy):
        question.pop("follows", None)
        question.pop("break", None)
    return copy


def decided(definition: Any, decisions: Mapping[str, tuple[str, str]]) -> Any:
    """A copy with what was decided: question key → (``continues`` | ``cut`` | ``begins`` | "", old key)."""
    copy = json.loads(json.dumps(definition))
    for question in questions_of(copy):
        if question.get("key") not in decisions:
            continue
        decision, old = decisions[question["key"]]
        question.pop("follows", None)
        question.pop("break", None)
        if decision == CONTINUES:
            question["follows"] = old or question["key"]
        elif decision == CUT:
            question["break"] = True
    return copy
