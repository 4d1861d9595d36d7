"""Questions and their answers in templates."""

import os.path
from typing import Any

from django import template

from instruments.compiled import question_html
from instruments.filling import QuestionView, page_state, section_views
from instruments.queries import progress

register = template.Library()


@register.inclusion_tag("instruments/_section.html", takes_context=True)
def form_section(context, section, response=None, facts=None, pictures=None, names=None, photo_base="", readonly=False):  # noqa: FBT002, PLR0917 -- named in templates
    """The questions of one section as inputs. Without a response they are live but belong to nothing (preview)."""
    answers = response.answers if response is not None else {}
    form_progress: dict[str, Any] = {}
    if response is not None:
        form_progress = progress(response.form, answers)["sections"].get(section.key, {})
    return {
        "section": section,
        "state": page_state(response, section, names or {}) if response is not None else None,
        "state_id": f"answers-state-{section.key}",
        "questions": [
            question_html(view, photo_base=photo_base, readonly=readonly, preview=response is None)
            for view in section_views(section, answers, facts=facts, pictures=pictures, names=names)
        ],
        "progress": form_progress,
        "preview": response is None,
    }


@register.filter
def scale_words(scale) -> list[dict[str, Any]]:
    """The values of a scale with what they are called, the beginning that all of them share set apart."""
    texts = [text for _, text in scale.values]
    shared = os.path.commonprefix(texts)  # noqa: RUF071 -- letters are meant, not folders
    if len(shared) < 4 or any(text == shared for text in texts):
        shared = ""
    return [{"value": value, "shared": shared, "word": text.removeprefix(shared)} for value, text in scale.values]


@register.filter
def has_value(view, value) -> bool:
    """Whether the slot's present answer is, or holds, this value."""
    if view is None or view.value is None:
        return False
    held = view.value
    return str(value) in [str(item) for item in held] if isinstance(held, list) else str(held) == str(value)


@register.filter
def template_of(view: QuestionView) -> str:
    """The template that asks a question of this type."""
    kind = "fact" if view.question.source and view.fact else "text" if view.question.source else view.question.type
    return f"instruments/questions/{kind}.html"
