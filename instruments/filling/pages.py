"""What a page needs to know of a response besides its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from instruments.definition import Form, Section
from instruments.filling.shown import dom
from instruments.models import Attachment, Response
from instruments.queries import asked, is_answered, short_of_rows
from instruments.scoring import Answers
from instruments.slots import at_row


def pictures_of(response: Response) -> dict[str, Attachment]:
    """What is attached to the response by id: one query for a whole page."""
    return {str(attachment.pk): attachment for attachment in response.attachments.all()}


def names_of(answers: Answers) -> dict[int, str]:
    """Names of the people whose answers contradict each other; no query where there are none."""
    ids = {item["by"] for entry in answers.values() if "rivals" in entry for item in (entry, *entry["rivals"])}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}


@dataclass(frozen=True)
class ToDo:
    """One thing that keeps a form from being finished: ``target`` is the id of where on the page it is mended."""

    target: str
    text: str
    why: str = ""


def to_do(form: Form, answers: Answers, scores: Mapping[str, Any]) -> list[tuple[Section, list[ToDo]]]:
    """What is left to do in each section that is asked: required answers, rows, answers that break a condition."""
    required, broken = frozenset(scores.get("required", ())), scores.get("broken") or {}
    hidden, short = scores.get("hidden", ()), short_of_rows(form, answers, scores)
    made: dict[str, tuple[Section, list[ToDo]]] = {
        section.key: (section, []) for section in form.sections if f"@{section.key}" not in hidden
    }
    for section in short:
        least = section.repeat.least if section.repeat else 0
        made[section.key][1].append(ToDo(f"section-{section.key}", f"ต้องกรอกอย่างน้อย {least} ชุด"))
    for section, question, row in asked(form, answers, scores):
        key = at_row(question.key, row) if row else question.key
        empty = question.counts and (question.required or key in required) and not is_answered(question, answers, row)
        if not empty and key not in broken:
            continue
        text = f"ข้อ {question.number} {question.text}"
        if section.repeat:
            text = f"{section.repeat.label} {section.rows(answers).index(row) + 1} {text}"
        made[section.key][1].append(ToDo(f"q-{dom(key)}", text, broken.get(key, "")))
    return list(made.values())


def page_state(response: Response, section: Section, names: Mapping[int, str]) -> dict[str, Any]:
    """What the browser module needs to know of a section's answers; ``form_section`` puts it on the page as JSON.

    With the answers of other sections that conditions and calculations ask for.
    """
    answers, form = response.answers, response.form
    if form.sheet is None and not section.repeat:
        keys = [slot.key for question in section.questions for slot in question.slots if slot.key in answers]
    else:
        own = {slot.key for question in section.questions for slot in question.slots}
        wanted = own | set(form.sheet["names"] if form.sheet else ())
        wanted |= {part.rows_slot for part in form.sections if part.repeat}
        keys = [key for key in answers if key.partition("@")[0] in wanted]
    return {
        "revision": response.revision,
        "answers": {key: answers[key] for key in keys},
        "names": {str(pk): name for pk, name in names.items()},
    }
