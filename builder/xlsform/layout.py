"""A definition laid out as the sheets of an XLSForm: what a stranger's ODK or Kobo can use.

What XLSForm has no words for (weights, rubrics, scales with bands) stands beside it in our own sheet (``exporting``).
A question of ours may be several rows there; the first of them is the question, the others are its parts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.xlsform.outgoing import Terms, to_xpath
from instruments.definition import NOTE_LABEL
from instruments.logic.names import choices, dicts, outline

SURVEY_COLUMNS = (
    "type", "name", "label", "hint", "guidance_hint", "required", "relevant", "constraint", "constraint_message",
    "calculation", "appearance", "choice_filter", "repeat_count",
)  # fmt: skip
YES_NO = "nithet_yes_no"
NOT_APPLICABLE = "ไม่เกี่ยวข้อง"
_RESERVED_NAMES = {"meta", "instanceID", "instanceName", "data"}
_RESERVED_COLUMNS = {
    "name",
    "label",
    "list_name",
    "value",
    "caption",
    "image",
    "audio",
    "video",
    "media",
    "geometry",
    "type",
}
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
CELL_LIMIT = 32_000
_TYPES = {"date": "date", "time": "time", "place": "geopoint", "file": "file", "note": "note", "calc": "calculate"}


@dataclass(slots=True)
class Line:
    """One row of survey. ``part``: "question", "section" or "extra" (belongs to the question or section ``key``);
    ``suffix``: what we wrote behind the text of the question."""

    cells: dict[str, str]
    part: str = "extra"
    key: str = ""
    suffix: str = ""


@dataclass(slots=True)
class ListRows:
    """One list of choices. ``source``: ("scale" | "list" | "question" | "", key); ``values``: ours to theirs."""

    name: str
    rows: list[dict[str, str]]
    source: tuple[str, str] = ("", "")
    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Layout:
    survey: list[Line]
    lists: list[ListRows]
    columns: list[str]
    """Of the choices sheet, beyond list_name, name and label."""
    names: dict[str, str]
    """Slot, or ``@SECTION``, to its name in the survey sheet."""


def layout(definition: Mapping[str, Any]) -> Layout:
    """The sheets of a definition, whole or half-finished."""
    return _Layout(definition).made()


def visible(text: Any) -> str:
    """The text as a cell can hold it and as it is read again."""
    made = _CONTROLS.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n")).replace("\u00a0", " ")
    return made[:CELL_LIMIT].strip().strip(" \t\n\u200b\ufeff")


def worded(text: Any) -> str:
    """As ``visible``, for words that people read, in which XLSForm would look for references."""
    return visible(text).replace("${", "$ {")


_WORDED = {"label", "hint", "guidance_hint", "constraint_message"}


class _Layout:
    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.definition = definition
        self.scales: Mapping[str, Any] = definition.get("scales") or {}
        self.shared: Mapping[str, Any] = definition.get("lists") or {}
        self.sections = list(dicts(definition.get("sections")))
        self.lists: dict[str, ListRows] = {}
        self.columns: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.taken: set[str] = set(_RESERVED_NAMES)
        self.known = outline(definition).names
        self._name_all()
        self.values = {key: self._values_of(question) for key, question in self._questions()}
        self.terms = Terms(self.names, self.known, self.columns, {k: v for k, v in self.values.items() if v})
        self.lines: list[Line] = []

    def made(self) -> Layout:
        if note := self.definition.get("note"):
            self._add({"type": "note", "name": self._free("form_note"), "label": note})
        for section in self.sections:
            self._section(section)
        return Layout(self.lines, list(self.lists.values()), list(self.columns.values()), self.names)

    def _questions(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for section in self.sections:
            for question in dicts(section.get("questions")):
                yield str(question.get("key") or ""), question

    # -- Names -----------------------------------------------------------------------------------------------------

    def _free(self, wanted: str) -> str:
        name = wanted
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def _name_all(self) -> None:
        for key, _ in self._questions():
            self.names[key] = self._free(key or "q")
        for slot in self.known:
            head, dot, rest = slot.partition(".")
            if dot and head in self.names:
                self.names[slot] = self._free(f"{self.names[head]}_{rest}")
        for section in self.sections:
            key = str(section.get("key") or "section")
            self.names[f"@{key}"] = self.names[f"{key}.rows"] = self._free(
                key if key not in self.taken else f"{key}_section"
            )

    # -- Lists -----------------------------------------------------------------------------------------------------

    def _values_of(self, question: Mapping[str, Any]) -> dict[str, str]:
        return _safe_values(self._choices(question)) if question.get("type") in ("choice", "multi") else {}

    def _choices(self, question: Mapping[str, Any]) -> list[dict[str, Any]]:
        return list(choices(question, self.shared))

    def _list(self, name: str, pairs: Sequence[Mapping[str, Any]], source: tuple[str, str], *, na: bool = False) -> str:
        name = f"{name}_na" if na else name
        while name in self.lists and self.lists[name].source != source:
            name += "_"
        if name in self.lists:
            return name
        values = _safe_values(pairs)
        rows = []
        for choice in pairs:
            value = str(choice.get("v", ""))
            row = {
                "list_name": name,
                "name": visible(values.get(value, value)),
                "label": worded(choice.get("t", "")) or visible(values.get(value, value)),
            }
            attributes = choice.get("attrs")
            for key, given in attributes.items() if isinstance(attributes, Mapping) else ():
                row[self._column(str(key))] = visible(given)
            rows.append(row)
        if na:
            value = "na"
            while any(row["name"] == value for row in rows):
                value += "_"
            rows.append({"list_name": name, "name": value, "label": NOT_APPLICABLE})
        self.lists[name] = ListRows(name, rows, source, values)
        return name

    def _column(self, attribute: str) -> str:
        if attribute not in self.columns:
            name = f"attr_{attribute}" if attribute.lower() in _RESERVED_COLUMNS else attribute
            while name in self.columns.values():
                name += "_"
            self.columns[attribute] = name
        return self.columns[attribute]

    def _yes_no(self, *, na: bool = False) -> str:
        return self._list(YES_NO, [{"v": "1", "t": "มี"}, {"v": "0", "t": "ไม่มี"}], ("", YES_NO), na=na)

    def _scale(self, key: Any, *, na: bool) -> str:
        scale = self.scales.get(key) if isinstance(key, str) else None
        pairs = list(dicts(scale.get("values"))) if isinstance(scale, Mapping) else []
        return self._list(_list_name(str(key)), pairs, ("scale", str(key)), na=na)

    # -- Sections --------------------------------------------------------------------------------------------------

    def _add(self, cells: dict[str, Any], *, part: str = "extra", key: str = "", suffix: str = "") -> None:
        kept = {
            name: (worded if name in _WORDED else visible)(value)
            for name, value in cells.items()
            if value not in (None, "")
        }
        if "name" in kept and not kept.get("label"):
            kept["label"] = kept["name"]
        self.lines.append(Line({name: value for name, value in kept.items() if value}, part, key, suffix))

    def _section(self, section: Mapping[str, Any]) -> None:
        key = str(section.get("key") or "section")
        repeat = section.get("repeat") or None
        kind = "repeat" if repeat else "group"
        group = key if repeat else ""
        limits = repeat if isinstance(repeat, Mapping) else {}
        fixed = limits.get("min") if limits.get("min") == limits.get("max") else None
        cells = {
            "type": f"begin_{kind}",
            "name": self.names[f"@{key}"],
            "label": section.get("title") or key,
            "relevant": to_xpath(section.get("show_when"), self.terms),
            "repeat_count": fixed or "",
        }
        self._add(cells, part="section", key=key)
        if section.get("intro"):
            self._add(
                {"type": "note", "name": self._free(f"{self.names[f'@{key}']}_intro"), "label": section["intro"]},
                key=key,
            )
        for question in dicts(section.get("questions")):
            self._question(question, section.get("scale"), group)
        self._add({"type": f"end_{kind}"}, key=key)

    # -- Questions -------------------------------------------------------------------------------------------------

    def _question(self, question: Mapping[str, Any], section_scale: Any, group: str) -> None:
        key = str(question.get("key") or "")
        cells, suffix = self._cells(question, key, group)
        na = bool(question.get("allow_na"))
        scale = question.get("scale") or section_scale
        kind = question.get("type")
        if question.get("source"):
            self._add(cells | {"type": "text", "required": ""}, part="question", key=key, suffix=suffix)
            return
        match kind:
            case "rating":
                listed = self._scale(scale, na=na)
                self._add(
                    cells | {"type": f"select_one {listed}", "appearance": "likert"},
                    part="question",
                    key=key,
                    suffix=suffix,
                )
            case "exist":
                self._add(
                    cells | {"type": f"select_one {self._yes_no(na=na)}"}, part="question", key=key, suffix=suffix
                )
            case "dual":
                self._dual(cells, key, self._scale(scale, na=na))
            case "matrix":
                self._matrix(cells, key, question, self._scale(scale, na=na))
            case "photo":
                self._add(cells | {"type": "image"}, part="question", key=key, suffix=suffix)
                self._more(cells, key, "image", question.get("photos", 4))
            case "file":
                self._add(cells | {"type": "file"}, part="question", key=key, suffix=suffix)
                self._more(cells, key, "file", question.get("files", 1))
            case _:
                self._add(cells | self._kind(question, key, kind, na=na), part="question", key=key, suffix=suffix)
        self._extras(question, key, cells)

    def _kind(self, question: Mapping[str, Any], key: str, kind: Any, *, na: bool) -> dict[str, Any]:
        """The type of a question that is one row, and what goes with it."""
        match kind:
            case "choice" | "multi":
                return self._select(question, key, many=kind == "multi", na=na)
            case "text":
                return {"type": "text", "appearance": "multiline" if question.get("long", True) else ""}
            case "number":
                return {"type": "decimal" if question.get("decimals") else "integer"}
            case "signature":
                return {"type": "image", "appearance": "signature"}
        return {"type": _TYPES.get(str(kind), "text")}

    def _cells(self, question: Mapping[str, Any], key: str, group: str) -> tuple[dict[str, Any], str]:
        kind = question.get("type")
        unit = question.get("unit")
        suffix = f" ({unit})" if unit else ""
        steps = question.get("levels")
        levels = "\n".join(f"{step}: {text}" for step, text in steps.items()) if isinstance(steps, Mapping) else ""
        asked = kind not in ("note", "calc")
        required = "yes" if question.get("required") and not (question.get("allow_na") and kind in _WITHOUT_NA) else ""
        judged = kind not in ("dual", "matrix", "note", "calc")
        constraint = self._constraint(question, key, group) if judged else ""
        return {
            "name": self.names[key],
            "label": f"{question.get('text') or key}{suffix}",
            "hint": question.get("hint"),
            "guidance_hint": levels,
            "required": (required or to_xpath(question.get("required_when"), self.terms, group=group, own=key))
            if asked
            else "",
            "relevant": to_xpath(question.get("show_when"), self.terms, group=group),
            "constraint": constraint,
            "constraint_message": question.get("must_message") if constraint else "",
            "calculation": (to_xpath(question.get("expr"), self.terms, group=group) or "''") if kind == "calc" else "",
        }, suffix

    def _constraint(self, question: Mapping[str, Any], key: str, group: str) -> str:
        parts = []
        if question.get("type") == "number":
            parts += [
                f". {sign} {question[name]}"
                for name, sign in (("min", ">="), ("max", "<="))
                if question.get(name) not in (None, "")
            ]
        if question.get("type") == "text" and question.get("max_length"):
            parts.append(f"string-length(.) <= {question['max_length']}")
        held = to_xpath(question.get("must_hold"), self.terms, group=group, own=key)
        if held and parts:
            held = f"({held})"
        return " and ".join([*parts, *([held] if held else [])])

    def _select(self, question: Mapping[str, Any], key: str, *, many: bool, na: bool) -> dict[str, Any]:
        if question.get("master"):
            return {"type": "text"}
        name = question.get("list")
        if name:
            listed = self._list(_list_name(str(name)), self._choices(question), ("list", str(name)), na=na and not many)
        else:
            listed = self._list(_list_name(key), self._choices(question), ("question", key), na=na and not many)
        filtered = to_xpath(question.get("filter"), self.terms, own=key)
        return {
            "type": f"{'select_multiple' if many else 'select_one'} {listed}",
            "appearance": "minimal" if question.get("look") == "menu" else "",
            "choice_filter": filtered,
        }

    def _dual(self, cells: dict[str, Any], key: str, listed: str) -> None:
        for slot, words in (("current", "สภาพที่เป็นอยู่"), ("desired", "สภาพที่ควรจะเป็น")):
            suffix = f" ({words})"
            own = {
                "type": f"select_one {listed}",
                "name": self.names.get(f"{key}.{slot}") or self._free(f"{key}_{slot}"),
            }
            own |= {"label": f"{cells['label']}{suffix}", "appearance": "likert"}
            self._add(cells | own, part="question" if slot == "current" else "extra", key=key, suffix=suffix)

    def _matrix(self, cells: dict[str, Any], key: str, question: Mapping[str, Any], listed: str) -> None:
        group = {name: cells[name] for name in ("name", "label", "hint", "relevant")}
        self._add(group | {"type": "begin_group", "appearance": "table-list"}, part="question", key=key)
        for row in dicts(question.get("rows")):
            name = self.names.get(f"{key}.{row.get('key')}")
            if name:
                line = {
                    "type": f"select_one {listed}",
                    "name": name,
                    "label": row.get("text"),
                    "required": cells["required"],
                    "appearance": "likert",
                }
                self._add(line, key=key)
        self._add({"type": "end_group"}, key=key)

    def _more(self, cells: dict[str, Any], key: str, kind: str, most: Any) -> None:
        """XLSForm takes one picture or file in a question."""
        for number in range(2, (most if isinstance(most, int) else 1) + 1):
            name = self._free(f"{self.names[key]}_{number}")
            label = f"{cells['label']} ({number})"
            self._add({"type": kind, "name": name, "label": label, "relevant": cells["relevant"]}, key=key)

    def _extras(self, question: Mapping[str, Any], key: str, cells: dict[str, Any]) -> None:
        shown = {"relevant": cells["relevant"]}
        kind, label = question.get("type"), cells["label"]
        listed = self._choices(question) if kind in ("choice", "multi") and not question.get("master") else []
        specify = next((str(choice.get("v", "")) for choice in listed if choice.get("specify")), None)
        if specify is not None and (name := self.names.get(f"{key}.other")):
            value = self.values[key].get(specify, specify)
            mark = "'" if "'" not in value else '"'
            self._add(
                {
                    "type": "text",
                    "name": name,
                    "label": f"{label} (ระบุ)",
                    "relevant": f"selected(${{{self.names[key]}}}, {mark}{value}{mark})",
                },
                key=key,
            )
        if name := self.names.get(f"{key}.exist"):
            self._add(
                {"type": f"select_one {self._yes_no()}", "name": name, "label": f"{label} (มี/ไม่มี)", **shown}, key=key
            )
        if name := self.names.get(f"{key}.note"):
            words = question.get("note_label") or NOTE_LABEL
            self._add(
                {"type": "text", "name": name, "label": f"{label} ({words})", "appearance": "multiline", **shown},
                key=key,
            )
        if (name := self.names.get(f"{key}.photo")) and question.get("photos", 4):
            self._add({"type": "image", "name": name, "label": f"{label} (ภาพหลักฐาน)", **shown}, key=key)


_WITHOUT_NA = ("multi", "text", "number", "date", "time", "photo", "file", "place", "signature")
"""Types whose answer “not applicable” XLSForm can't take, so that they can't be required there."""


def _list_name(name: str) -> str:
    return re.sub(r"\s+", "_", name) or "list"


def _safe_values(choices: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Values that XLSForm refuses (spaces, in a question with several answers), with what they become."""
    values = [str(choice.get("v", "")) for choice in choices]
    taken = {value for value in values if _is_safe(value)}
    made = {}
    for value in values:
        if not _is_safe(value):
            safe = re.sub(r"\s+", "_", visible(value)) or "_"
            while safe in taken:
                safe += "_"
            taken.add(safe)
            made[value] = safe
    return made


def _is_safe(value: str) -> bool:
    return bool(value) and visible(value) == value and not re.search(r"\s", value)
