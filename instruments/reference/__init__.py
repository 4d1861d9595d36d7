"""The instruments that come with the product, read from instruments.yaml into definitions."""

import re
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).with_name("instruments.yaml")

_BAND_MINIMA = {
    5: ["4.51", "3.51", "2.51", "1.51", "1.00"],  # บุญชม ศรีสะอาด (2545, น. 103)
    4: ["3.51", "2.51", "1.51", "1.00"],
    3: ["2.34", "1.67", "1.00"],
}
_COLON = re.compile(r"(?P<text>[^:]+): (?P<choices>.+ / .+)")
_BRACKETS = re.compile(r"(?P<text>[^(]+)\((?P<choices>[^()]+ / [^()]+)\)")
_KEPT = (
    "hint",
    "weight",
    "long",
    "min",
    "max",
    "decimals",
    "unit",
    "photos",
    "note_label",
    "source",
    "max_length",
    "scale",
)


def read(path: Path = SOURCE) -> list[dict[str, Any]]:
    """Each instrument as ``{code, title, form_of, unit_of_analysis, respondent, signers, definition}``."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [
        {
            "code": item["id"],
            "title": item["title"],
            "form_of": item.get("form_of", ""),
            "unit_of_analysis": item.get("unit_of_analysis", ""),
            "respondent": item.get("respondent", ""),
            "signers": item.get("signers", []),
            "definition": definition(item, data["scales"]),
        }
        for item in data["instruments"]
    ]


def definition(item: dict[str, Any], scales: dict[str, Any]) -> dict[str, Any]:
    """The definition of one instrument with the scales that it uses."""
    sections = [_section(section) for section in item["sections"]]
    used = {section["scale"] for section in sections if "scale" in section}
    made: dict[str, Any] = {
        "scales": {key: _scale(scales[key]) for key in scales if key in used},
        "sections": sections,
    }
    rule = item.get("pass_rule") or item.get("decision_rule", {}).get("default") or item.get("analysis")
    return made | {"note": rule} if rule else made


def _scale(scale: dict[str, Any]) -> dict[str, Any]:
    made = {"title": scale["title"], "values": scale["values"], "bands": scale.get("bands", [])}
    if not made["bands"] and not scale.get("holistic") and min(value["v"] for value in scale["values"]) == 1:
        minima = _BAND_MINIMA.get(len(scale["values"]), [])
        made["bands"] = [
            {"min": least, "label": value["t"]} for least, value in zip(minima, scale["values"], strict=False)
        ]
    return made | {name: True for name in ("dual", "holistic") if scale.get(name)}


def _section(section: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"key": section["id"], "title": section["title"]}
    if any(item["type"] in ("rating", "dual") for item in section["items"]):
        made["scale"] = section["scale"]
    made["questions"] = [_question(item, section) for item in section["items"]]
    return made


def _question(item: dict[str, Any], section: dict[str, Any]) -> dict[str, Any]:
    judged = item["type"] in ("rating", "exist", "dual")
    made: dict[str, Any] = {
        "key": item["id"],
        "type": item["type"],
        "text": item["text"].strip(),
        "required": bool(item.get("required", judged)),
        "allow_na": bool(item.get("allow_na", judged and section.get("scale") != "ioc")),
    }
    made |= {name: item[name] for name in _KEPT if name in item}
    if item["type"] == "rating" and section.get("with_exist"):
        made["with_exist"] = True
    if item.get("with_evidence", made.get("with_exist", False) or item["type"] == "exist"):
        made["with_evidence"] = True
    if item["type"] in ("choice", "multi"):
        texts = item.get("choices")
        if texts is None and (match := _COLON.fullmatch(made["text"]) or _BRACKETS.fullmatch(made["text"])):
            made["text"], texts = match["text"].strip(), match["choices"].split(" / ")
        made["choices"] = [_choice(place, text.strip()) for place, text in enumerate(texts or [], start=1)]
    return made


def _choice(place: int, text: str) -> dict[str, Any]:
    choice: dict[str, Any] = {"v": str(place), "t": text}
    return choice | {"specify": True} if text.startswith("อื่น ๆ") or "(ระบุ" in text else choice
