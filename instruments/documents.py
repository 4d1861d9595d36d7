"""What instruments print: the blank form, to be filled by hand."""

from itertools import groupby
from typing import Any

from documents.kinds import document_kind
from instruments.definition import Question
from instruments.models import InstrumentVersion

_TABLE = ("rating", "dual", "exist")
_LONG_FACTS = ("team", "hosts")


@document_kind(
    "blank-form",
    label="แบบสำหรับกรอกด้วยมือ",
    model=InstrumentVersion,
    template="documents/blank_form.html",
    queryset=lambda user: InstrumentVersion.objects.visible_to(user).select_related("instrument"),
    title=lambda version: version.instrument.title,
    record_code=lambda version: f"{version.instrument.code}-{version.number}",
)
def blank_form(version: InstrumentVersion, user) -> dict[str, Any]:
    """Ratings as tables whose heads return on each page, the rest as lines, boxes and frames."""
    form = version.form
    sections = []
    explained = ""
    for section in form.sections:
        blocks = [block for key, items in groupby(section.questions, _kind) for block in _blocks(key, list(items))]
        for block in blocks:  # what the numbers mean is said again only where it changes
            if block["kind"] == "table" and block["legend"]:
                block["legend"], explained = ("" if block["legend"] == explained else block["legend"]), block["legend"]
        sections.append(
            {
                "title": section.title,
                "blocks": blocks,
                "starts_with_table": blocks[0]["kind"] == "table",
            }
        )
    return {
        "version": version,
        "instrument": version.instrument,
        "sections": sections,
        "rated": any(_kind(question)[0] == "table" for question in form.questions.values()),
        "note": version.definition.get("note", ""),
        "signatures": [{"name": "", "position": "", "role": _short(signer)} for signer in version.instrument.signers],
        "office": version.instrument.area.name if version.instrument.area else "",
    }


def _short(signer: str) -> str:
    """The role without what stands in brackets after it, which would not fit beside the line."""
    return signer.partition(" (")[0]


def _kind(question: Question) -> tuple[str, str, str]:
    """Questions of one kind that follow each other share a table."""
    if question.source:
        return ("fact_lines" if question.source in _LONG_FACTS else "line", "", "")
    if question.type in _TABLE:
        return ("table", question.type, question.scale.key if question.scale else "")
    return ({"choice": "picks", "multi": "picks", "photo": "frames"}.get(question.type, _written(question)), "", "")


def _written(question: Question) -> str:
    return "lines" if question.type == "text" and question.long else "line"


def _blocks(key: tuple[str, str, str], questions: list[Question]) -> list[dict[str, Any]]:
    kind, question_type, _ = key
    if kind != "table":
        return [{"kind": kind, "question": q, "frames": range(1, q.photos + 1)} for q in questions]
    block: dict[str, Any] = {"kind": "table", "questions": questions, "groups": [], "columns": [], "legend": ""}
    scale = questions[0].scale
    block["exist"] = question_type == "exist" or any(question.with_exist for question in questions)
    block["na"] = any(question.allow_na for question in questions)
    block["proof"] = next((question.note_label for question in questions if question.with_evidence), "")
    if scale:
        points = [str(value) for value, _ in scale.values]
        block["legend"] = "ความหมายของคะแนน: " + "  ".join(f"{value} = {word}" for value, word in scale.values)
        block["columns"] = points
        if question_type == "dual":
            block["columns"] = points * 2
            block["groups"] = [
                {"title": "สภาพที่เป็นอยู่ (D)", "span": len(points)},
                {"title": "สภาพที่ควรจะเป็น (I)", "span": len(points)},
            ]
    block["width"] = 2 + 2 * block["exist"] + len(block["columns"]) + block["na"] + bool(block["proof"])
    return [block]
