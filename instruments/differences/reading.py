"""A definition that may have gaps, taken apart as far as it can be read."""

from collections.abc import Mapping
from typing import Any

from instruments.checking import SCALED
from instruments.differences.results import Place
from instruments.logic.names import choices, dicts


def questions_of(definition: Any) -> list[dict]:
    """Every question of a definition, in order."""
    sections = definition.get("sections") if isinstance(definition, dict) else None
    return [question for section in dicts(sections) for question in dicts(section.get("questions"))]


class Sheet:
    """A definition with its questions, sections and scales found by key, each with what it takes from others."""

    def __init__(self, definition: Any):
        data = definition if isinstance(definition, dict) else {}
        self.whole = {"note": data.get("note")}
        scales, lists = (found if isinstance(found := data.get(name), dict) else {} for name in ("scales", "lists"))
        self.scales = {str(key): scale for key, scale in scales.items() if isinstance(scale, dict)}
        self.lists = {str(key): items for key, items in lists.items() if isinstance(items, dict)}
        self.sections: dict[str, dict] = {}
        self.questions: dict[str, dict] = {}
        self.places: dict[str, Place] = {}
        for section in dicts(data.get("sections")):
            name = str(section.get("key") or "")
            self.sections[name] = section
            number = 0
            for question in dicts(section.get("questions")):
                key = str(question.get("key") or "")
                number += question.get("type") != "note"
                if not key or key in self.questions:
                    continue
                self.questions[key] = question | {"scale": question.get("scale") or section.get("scale") or ""}
                self.places[key] = Place(
                    name, str(section.get("title") or ""), number if question.get("type") != "note" else 0
                )

    def values(self, question: Mapping[str, Any]) -> list[int]:
        """The numbers of the scale of a question, lowest first; none where it has no scale."""
        scale = self.scales.get(str(question.get("scale") or ""), {})
        return sorted(item["v"] for item in dicts(scale.get("values")) if isinstance(item.get("v"), int))

    def shown(self, question: dict) -> dict:
        """The question with the scale and the choices that it uses, so that their changes are seen in it."""
        kind = question.get("type")
        return question | {
            "scale": self.scales.get(str(question.get("scale") or "")) if kind in SCALED else None,
            "choices": list(choices(question, self.lists)),
        }
