"""Every refusal is a Thai sentence, and no code goes round the one door of states."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.supervision.factories import make_plan, make_visit
from workflows.checks import stateful_models

ROOT = Path(settings.BASE_DIR)
APPS = [
    "thai", "accounts", "schools", "workflows", "documents", "instruments", "jobs", "analysis", "handbook",
    "certificates", "correspondence", "reminders", "supervision", "networks", "surveys", "appraisal", "builder", "cycles", "reports",
]  # fmt: skip
SOURCES = [
    path
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts and "management" not in path.parts
]
THAI = re.compile("[ก-๛]")
MACHINES = [machine for model in stateful_models() for machine in model.machines()]
SAID_TO_PEOPLE = {
    "TransitionError", "NotAllowedError", "ValidationError", "PictureRefused", "VisitRefused", "VisitRefusedError",
    "PlanRefusedError", "RegisterError", "ImportRefusedError", "AnswersRefused", "ResponseLocked", "EvidenceError",
    "RecordChanged", "RecordChangedError", "EditConflictError", "NotPlannerError", "TableError", "ThaiDateError",
    "XlsFormRefused", "EditRefused", "ReviewRefused", "PairRefused", "AnswerRefused", "WholeRefused", "LogicError",
    "NetworkRefusedError", "NotKeeperError", "ChangedMeanwhileError", "CycleRefusedError", "SheetChangedError", "FileRefused",
    "GatheringRefused", "DecisionsRefusedError", "EvaluationRefusedError", "CertificateRefused", "ChangedMeanwhile", "TryOutRefused", "Unreadable",
    "FormatRefused", "NothingToPrint", "OfficeFontError", "WordingError", "LetterRefused", "ReminderRefused", "LineRefused", "LineBusy", "NotNow", "Never", "_Withdrawn",
}  # fmt: skip


def texts(node: ast.AST) -> list[str]:
    """The literal pieces of what is said, f-strings and joined pieces included; keys and names are not said."""
    if isinstance(node, ast.Subscript):
        return []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    parts = node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node)
    return [text for part in parts for text in texts(part)]


def name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_whatever_is_said_to_a_person_is_thai(path):
    english = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        is_message = isinstance(node.func, ast.Attribute) and name_of(node.func.value) == "messages"
        if is_message:
            said = texts(node.args[1]) if len(node.args) > 1 else []
        elif name_of(node.func) in SAID_TO_PEOPLE:
            said = [text for argument in node.args for text in texts(argument)]
        else:
            continue
        words = [text for text in said if re.search("[A-Za-z]{2,} [a-z]{2,}", text)]
        if said and words and not any(THAI.search(text) for text in said):
            english.append(f"line {node.lineno}: {said}")

    assert english == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_writes_a_state_beside_the_one_door(path):
    if path.relative_to(ROOT).parts in {("workflows", "services.py"), ("workflows", "models.py")}:
        return
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and name_of(node.func) in {"update", "bulk_update", "update_or_create"}:
            named = [keyword.arg for keyword in node.keywords] + [
                text for argument in node.args[1:] for text in texts(argument)
            ]
            if "state" in named:
                found.append(node.lineno)

    allowed = {
        "schools/imports.py",
        "networks/imports.py",
    }  # an import's own decision, which is no lifecycle of this kernel
    assert found == [] or str(path.relative_to(ROOT)) in allowed


def test_every_guard_answers_with_nothing_or_a_thai_sentence(world):
    samples = {
        "plan": [
            make_plan(world.area, world.supervisor),
            make_plan(world.area, world.supervisor, rationale="", objectives=""),
        ],
        "visit": [
            make_visit(world.school, world.supervisor, state="in_progress"),
            make_visit(world.school, world.supervisor, instruments=[world.instrument], state="in_progress"),
        ],
    }
    refusals = []
    for machine in MACHINES:
        for record in samples.get(machine.name, []):
            for transition in machine.transitions:
                refusals += [sentence for guard in transition.guards if (sentence := guard(record)) is not None]

    assert len(refusals) >= 6
    assert [sentence for sentence in refusals if not THAI.search(sentence) or sentence != sentence.strip()] == []


def test_every_guard_returns_only_none_or_text_with_thai_letters_in_its_source():
    """Also those that no sample above reaches."""
    import inspect
    import textwrap

    for machine in MACHINES:
        for transition in machine.transitions:
            for guard in transition.guards:
                source = ast.parse(textwrap.dedent(inspect.getsource(guard)))
                said = [text for node in ast.walk(source) if isinstance(node, ast.Return) for text in texts(node)]
                delegates = any(word in inspect.getsource(guard) for word in ("form_gaps", "problems", "gap.sentence"))
                assert delegates or any(THAI.search(text) for text in said) or "missing" in inspect.getsource(guard)
