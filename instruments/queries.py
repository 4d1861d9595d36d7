"""Reads worth a name: progress, what is missing, what changed, what the log adds up to."""

from collections.abc import Iterable
from typing import Any

from instruments import events as log_of
from instruments.definition import Form, Question, Section
from instruments.models import Instrument, InstrumentVersion, Response
from instruments.scoring import Answers


def is_given(entry: dict[str, Any] | None) -> bool:
    """Whether the slot holds an answer: a value that is not empty, or “not applicable”."""
    if entry is None:
        return False
    if "na" in entry:
        return True
    value = entry.get("v")
    return value is not None and value not in ("", [])


def is_answered(question: Question, answers: Answers) -> bool:
    # A plain loop: this runs for every question at every saved answer.
    for key in question.main:  # noqa: SIM110
        if not is_given(answers.get(key)):
            return False
    return True


def progress(form: Form, answers: Answers) -> dict[str, Any]:
    """``{"answered", "total", "missing", "conflicts", "sections": {key: {"answered", "total", "missing"}}}``.

    Counted in questions; facts are not counted. ``missing`` counts required questions without an answer.
    """
    sections = {}
    all_answered = all_total = all_missing = 0
    for section in form.sections:
        answered = total = missing = 0
        for question in section.questions:
            if question.source:
                continue
            total += 1
            if is_answered(question, answers):
                answered += 1
            elif question.required:
                missing += 1
        sections[section.key] = {"answered": answered, "total": total, "missing": missing}
        all_answered += answered
        all_total += total
        all_missing += missing
    return {
        "answered": all_answered,
        "total": all_total,
        "missing": all_missing,
        "conflicts": sum("rivals" in entry for entry in answers.values()),
        "sections": sections,
    }


def missing_required(form: Form, answers: Answers) -> list[tuple[Question, Section]]:
    """The required questions that have no answer yet, in the order of the form."""
    return [
        (question, section)
        for section in form.sections
        for question in section.questions
        if question.required and not is_answered(question, answers)
    ]


def open_conflicts(form: Form, answers: Answers) -> list[Question]:
    """The questions on which two people still contradict each other."""
    keys = {form.slots[key].question for key, entry in answers.items() if "rivals" in entry and key in form.slots}
    return [question for question in form.questions.values() if question.key in keys]


def changes_since(response: Response, revision: int) -> dict[str, Any]:
    """The answers that changed after ``revision``: ``{"revision": now, "answers": {slot: entry}}``.

    Costs no query where nothing changed since.
    """
    if revision >= response.revision:
        return {"revision": response.revision, "answers": {}}
    batches = response.batches.filter(revision__gt=revision)
    keys = {event["key"] for batch in batches for event in batch.events if "refused" not in event}
    return {
        "revision": response.revision,
        "answers": {key: response.answers[key] for key in sorted(keys) if key in response.answers},
    }


def replay(response: Response) -> Answers:
    """The current answers recomputed from the log alone; always equal to ``response.answers``."""
    answers: Answers = {}
    index: log_of.Index = {}
    for batch in response.batches.order_by("revision"):
        for event in batch.events:
            refused = "refused" in event
            if not refused:
                log_of.apply(answers, event, batch.by_id, lambda: index)
            index[event["id"]] = (event.get("base"), refused)
    return answers


def log_index(batches: Iterable) -> log_of.Index:
    """Every event of these batches: id → (base, refused)."""
    return {event["id"]: (event.get("base"), "refused" in event) for batch in batches for event in batch.events}


def instruments_for(user):
    """The instruments a person may see, with their versions, for a list."""
    return Instrument.objects.visible_to(user).select_related("area").with_versions()


def versions_for_use(area):
    """The newest published version of each instrument an office may use; what a plan or visit picks from."""
    return InstrumentVersion.objects.usable_in(area)
