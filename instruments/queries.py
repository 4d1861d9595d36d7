"""Reads worth a name: progress, what is missing, what changed, what the log adds up to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from instruments import events as log_of
from instruments.definition import Form, Question, Section
from instruments.models import Instrument, InstrumentVersion, Response
from instruments.scoring import Answers
from instruments.slots import at_row


def is_given(entry: dict[str, Any] | None) -> bool:
    """Whether the slot holds an answer: a value that is not empty, or “not applicable”."""
    if entry is None:
        return False
    if "na" in entry:
        return True
    value = entry.get("v")
    return value is not None and value not in ("", [])


def is_answered(question: Question, answers: Answers, row: str = "") -> bool:
    """Whether every main slot of the question (in that row of its section) holds an answer; a note has none."""
    # A plain loop: this runs for every question at every saved answer.
    for key in question.main:  # noqa: SIM110
        if not is_given(answers.get(at_row(key, row) if row else key)):
            return False
    return True


def asked(form: Form, answers: Answers, scores: Mapping[str, Any]) -> Iterator[tuple[Section, Question, str]]:
    """Every question that this response is asked, with the row of its section ("" where it doesn't repeat).

    ``scores`` are those of the response: they know what conditions hide.
    """
    hidden = frozenset(scores.get("hidden", ()))
    for section in form.sections:
        if f"@{section.key}" in hidden:
            continue
        for row in section.rows(answers):
            for question in section.questions:
                if (at_row(question.key, row) if row else question.key) not in hidden:
                    yield section, question, row


def progress(form: Form, answers: Answers, scores: Mapping[str, Any]) -> dict[str, Any]:
    """``{"answered", "total", "missing", "conflicts", "sections": {key: {"answered", "total", "missing"}}}``.

    Counted in questions that are asked; facts are not counted. ``missing`` counts required ones without an answer.
    """
    if form.sheet is None and not form.repeats:
        sections = {section.key: _plain_progress(section, answers) for section in form.sections}
    else:
        sections = {section.key: {"answered": 0, "total": 0, "missing": 0} for section in form.sections}
        required = frozenset(scores.get("required", ()))
        for section, question, row in asked(form, answers, scores):
            if not question.counts:
                continue
            part = sections[section.key]
            part["total"] += 1
            if is_answered(question, answers, row):
                part["answered"] += 1
            elif question.required or (at_row(question.key, row) if row else question.key) in required:
                part["missing"] += 1
    whole = {name: sum(part[name] for part in sections.values()) for name in ("answered", "total", "missing")}
    return {**whole, "conflicts": sum("rivals" in entry for entry in answers.values()), "sections": sections}


def _plain_progress(section: Section, answers: Answers) -> dict[str, int]:
    """The progress of a section that is asked once and as a whole: runs at every saved answer."""
    answered = total = missing = 0
    for question in section.questions:
        if question.source or not question.main:
            continue
        total += 1
        if is_answered(question, answers):
            answered += 1
        elif question.required:
            missing += 1
    return {"answered": answered, "total": total, "missing": missing}


def missing_required(form: Form, answers: Answers, scores: Mapping[str, Any]) -> list[tuple[Question, Section]]:
    """The required questions that are asked and have no answer yet, in the order of the form."""
    required = frozenset(scores.get("required", ()))
    return [
        (question, section)
        for section, question, row in asked(form, answers, scores)
        if question.counts
        and (question.required or (at_row(question.key, row) if row else question.key) in required)
        and not is_answered(question, answers, row)
    ]


def broken_conditions(form: Form, answers: Answers, scores: Mapping[str, Any]) -> list[tuple[Question, Section]]:
    """The questions whose answers break a condition of the form, in its order."""
    broken = scores.get("broken") or {}
    return [
        (question, section)
        for section, question, row in asked(form, answers, scores)
        if (at_row(question.key, row) if row else question.key) in broken
    ]


def short_of_rows(form: Form, answers: Answers, scores: Mapping[str, Any]) -> list[Section]:
    """The repeating sections that are asked and have fewer rows than the form wants."""
    hidden = scores.get("hidden", ())
    return [
        section
        for section in form.sections
        if section.repeat and f"@{section.key}" not in hidden and len(section.rows(answers)) < section.repeat.least
    ]


def open_conflicts(form: Form, answers: Answers) -> list[Question]:
    """The questions on which two people still contradict each other."""
    keys = {
        slot.question for key, entry in answers.items() if "rivals" in entry and (slot := form.slot(key)) is not None
    }
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
