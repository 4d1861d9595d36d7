"""Our own export on its way back: what nobody changed comes from our own sheet, what somebody changed from the row."""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Self

from builder.xlsform.incoming import Target
from builder.xlsform.layout import SURVEY_COLUMNS, Layout, Line, ListRows, layout
from builder.xlsform.lists import Choices
from builder.xlsform.reading import Sheet, Workbook
from instruments.checking import QUESTION_LIMIT, question_count
from instruments.logic.names import outline

_COLUMNS = {
    "show_when": "relevant",
    "must_hold": "constraint",
    "required_when": "required",
    "expr": "calculation",
}
_PROPERTIES = {
    "hint": ("hint",),
    "required": ("required", "required_when"),
    "relevant": ("show_when",),
    "constraint": ("must_hold", "min", "max", "max_length"),
    "constraint_message": ("must_message",),
    "calculation": ("expr",),
    "appearance": ("look",),
}


@dataclass(frozen=True, slots=True)
class Patched:
    """A row that our export wrote, and the cells it had then."""

    part: str
    key: str
    expected: Mapping[str, str]
    suffix: str = ""


_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""A zero byte as JSON writes it; six typed characters that look like one stand behind two backslashes."""


@dataclass(slots=True)
class OwnForm:
    definition: dict[str, Any]
    layout: Layout
    lines: dict[str, Line] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Workbook) -> Self | None:
        """What our own sheet says; None where there is none, or nothing that makes sense."""
        text = book.own.get(("form", "definition"))
        if text is None:
            return None
        try:
            definition = json.loads(text, parse_constant=_refuse)
            if _NUL.search(
                json.dumps(definition, ensure_ascii=False).encode().decode()
            ):  # encode() takes no half letters
                return None
            if not _has_shape(definition) or question_count(definition) > QUESTION_LIMIT:
                return None
            made = layout(definition)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            return None
        return cls(definition, made, {line.cells["name"]: line for line in made.survey if "name" in line.cells})

    def unchanged(self, book: Workbook) -> dict[str, Any] | None:
        """The definition, where nobody changed a cell of the sheets that show it."""
        survey = [line.cells for line in self.layout.survey]
        choices = [row for listed in self.layout.lists for row in listed.rows]
        wanted = [{name: value for name, value in row.items() if value} for row in choices]
        return self.definition if _cells(book.survey) == survey and _cells(book.choices) == wanted else None

    def bound(self, name: str) -> Patched | None:
        """What our export wrote under this name; None for a row that somebody added."""
        line = self.lines.get(name)
        if line is None:
            return None
        expected = {column: line.cells.get(column, "") for column in SURVEY_COLUMNS}
        return Patched(line.part, line.key, expected, line.suffix)

    def adopt(self, choices: Choices) -> None:
        """Take over what somebody changed in the lists: texts of scales, choices added, taken away or rewritten."""
        choices.reserved |= set(self.definition.get("lists") or {})
        for listed in self.layout.lists:
            found = choices.find(listed.name)
            if found is None:
                continue
            found.uses += 1
            rows = {item.value: item.text for item in found.items}
            if rows != {row["name"]: row.get("label", "") for row in listed.rows}:
                self._rewrite(listed, rows)

    def _rewrite(self, listed: ListRows, rows: dict[str, str]) -> None:
        kind, key = listed.source
        if kind == "scale":
            for value in self.definition["scales"][key]["values"]:
                value["t"] = rows.get(str(value["v"]), value["t"])
            return
        if kind == "list":
            holder, name = self.definition["lists"][key], "items"
        elif kind == "question":
            holder, name = self.question(key), "choices"
        else:
            return
        ours = {theirs: value for value, theirs in listed.values.items()}
        stored = {str(choice.get("v")): choice for choice in holder[name]}
        added = {row["name"] for row in listed.rows} - {listed.values.get(value, value) for value in stored}
        holder[name] = [
            dict(stored.get(ours.get(value, value), {"v": value})) | {"t": text}
            for value, text in rows.items()
            if value not in added  # “not applicable” is no choice of ours
        ]

    def question(self, key: str) -> dict[str, Any]:
        return next(q for section in self.definition["sections"] for q in section["questions"] if q["key"] == key)

    def section(self, key: str) -> dict[str, Any]:
        return next(section for section in self.definition["sections"] if section["key"] == key)

    def column(self, prop: str) -> str:
        return _COLUMNS[prop]

    def targets(self, key: str) -> Iterator[tuple[str, Target]]:
        """Names of the question and its parts, as other rows may call them."""
        for slot, name in outline(self.definition).names.items():
            if slot == key or slot.startswith(f"{key}."):
                yield self.layout.names.get(slot, slot), Target(slot, name.type)

    def patched(self, bound: Patched, made: dict[str, Any], altered: set[str]) -> dict[str, Any]:
        """The stored question with what the altered cells say; ``made`` is the row as a stranger would read it."""
        item = deepcopy(self.question(bound.key))
        if "label" in altered:
            item["text"] = made["text"].removesuffix(bound.suffix.strip()).rstrip() or made["text"]
        for column in altered & _PROPERTIES.keys():
            for prop in _PROPERTIES[column]:
                item.pop(prop, None)
                if prop in made:
                    item[prop] = made[prop]
        return item


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _has_shape(definition: Any) -> bool:
    """Whether the parts are where the rest of the import looks for them; what they say is judged later."""
    if not isinstance(definition, dict) or not isinstance(definition.get("sections"), list):
        return False
    scales, lists = definition.get("scales", {}), definition.get("lists", {})
    if not isinstance(scales, dict) or not isinstance(lists, dict):
        return False
    for scale in scales.values():
        if not isinstance(scale, dict) or not _are_dicts(scale.get("values")):
            return False
    if not all(isinstance(item, dict) and _are_dicts(item.get("items")) for item in lists.values()):
        return False
    for section in definition["sections"]:
        if (
            not isinstance(section, dict)
            or not isinstance(section.get("key"), str)
            or not _are_dicts(section.get("questions"))
        ):
            return False
        for question in section["questions"]:
            if not isinstance(question.get("key"), str) or not isinstance(question.get("type"), str):
                return False
            if not _are_dicts(question.get("choices", [])) or not _are_dicts(question.get("rows", [])):
                return False
    return True


def _are_dicts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _cells(sheet: Sheet) -> list[dict[str, str]]:
    names = {column.header: column.name for column in sheet.columns}
    return [{names[header]: value for header, value in row.cells.items()} for row in sheet.rows]
