"""Questions and their answers in templates."""

import json
import os.path
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from instruments.compiled import question_html
from instruments.definition import Choice, Form, Section
from instruments.filling import (
    NEW_ROW,
    Page,
    QuestionView,
    RowView,
    page_state,
    row_views,
    standing_of,
    title_slot,
)
from instruments.queries import progress
from instruments.rules import READERS

register = template.Library()

_CLEARABLE = ("rating", "exist", "dual", "choice", "matrix")


@register.inclusion_tag("instruments/_section.html", takes_context=True)
def form_section(  # noqa: PLR0917 -- named in templates
    context,
    section: Section,
    response=None,
    facts=None,
    pictures=None,
    names=None,
    photo_base="",
    readonly=False,  # noqa: FBT002
    form: Form | None = None,
    public=False,  # noqa: FBT002
    refused=None,
):
    """The questions of one section as inputs. Without a response they are live but belong to nothing (preview), and
    ``form`` says of which form they are. ``public``: whoever has the link sees the page."""
    shared = context.render_context.setdefault(_Shared, {})
    page = shared.get("page")
    if page is None:
        form = response.form if response is not None else form
        answers = response.answers if response is not None else {}
        page = shared["page"] = Page(
            answers,
            form=form,
            standing=standing_of(form, answers, response.scores if response is not None else {})
            if form
            else Page.standing,
            facts=facts or {},
            pictures=pictures or {},
            names=names or {},
            refused=refused or {},
            area=response.area_id if response is not None else _area_of(context),
            public=public,
        )
        shared["progress"] = (
            progress(form, answers, response.scores)["sections"] if response is not None and form else {}
        )
        shared["lists"] = set()
        shared["sheet"] = form.sheet if form is not None and not readonly else None
    preview = response is None

    def as_html(row: RowView) -> RowView:
        drawn = [
            question_html(view, photo_base=photo_base, readonly=readonly, preview=preview) for view in row.questions
        ]
        return RowView(row.id, row.number, row.title, drawn)

    rows = row_views(section, page)
    return {
        "section": section,
        "rows": [as_html(row) for row in rows],
        "new_row": _new_row(section, page, photo_base) if section.repeat and not readonly else None,
        "title_slot": title_slot(section),
        "hidden": f"@{section.key}" in page.standing.hidden,
        "lively": page.form is not None and page.form.sheet is not None,
        "lists": _lists(section, page, shared["lists"]),
        "sheet": shared.pop("sheet", None),
        "state": page_state(response, section, names or {}) if response is not None else None,
        "state_id": f"answers-state-{section.key}",
        "progress": shared["progress"].get(section.key, {}),
        "preview": preview,
        "readonly": readonly,
    }


class _Shared:
    """What the sections of one page share is kept under this name."""


def _area_of(context) -> int | None:
    """The office whose registers a preview offers: the reader's own."""
    user = getattr(context.get("request"), "user", None)
    return next(iter(sorted(user.areas_as(*READERS))), None) if user is not None and user.is_authenticated else None


def _new_row(section: Section, page: Page, photo_base: str) -> RowView:
    """The pattern that the browser makes a new row of."""
    views = [QuestionView(question, page, NEW_ROW) for question in section.questions]
    drawn = [question_html(view, photo_base=photo_base, readonly=False, preview=True) for view in views]
    return RowView(NEW_ROW, 0, "", drawn)


def _lists(section: Section, page: Page, told: set[str]) -> list[SafeString]:
    """The lists that the browser needs of this section, each once on the page."""
    made = []
    for question in section.questions:
        view = QuestionView(question, page)
        name = view.list_id if question.type in ("choice", "multi") and not question.source else ""
        if name and name not in told:
            told.add(name)
            made.append(_list_script(f"list-{name}", page.choices(question)))
    return made


@lru_cache(maxsize=20)
def _list_script(name: str, choices: tuple[Choice, ...]) -> SafeString:
    """``[[value, text, asks for words]]``. Thai as it is: as escapes, as ``json_script`` writes it, it is twice as long."""
    data = json.dumps([[c.value, c.text, int(c.specify)] for c in choices], ensure_ascii=False, separators=(",", ":"))
    safe = data.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
    return format_html('<script id="{}" type="application/json">{}</script>', name, mark_safe(safe))


@register.filter
def menu_options(view: QuestionView) -> SafeString:
    """The options of a drop-down. Of a long list only what is answered: the rest is in the page's data."""
    multiple = view.question.type == "multi"
    options = [option for option in view.offered if option.picked] if view.is_long else view.offered
    first = "" if multiple else '<option value="">— เลือก —</option>'
    return mark_safe(first + "".join(_option(option) for option in options))


@register.filter
def menu_whole(view: QuestionView) -> SafeString:
    """The drop-down with all its options, for a browser without scripts: it then stands for the short one."""
    main = view.main
    if main is None:
        return mark_safe("")
    picked = {option.value for option in view.options if option.picked}
    allowed = view.page.allowed(view.question, view.row)
    choices = view.page.choices(view.question)
    if allowed is None:
        options = _all_options(choices)
        for value in picked:
            mark = f'<option value="{escape(value)}"'
            options = options.replace(f"{mark}>", f"{mark} selected>", 1)
    else:
        options = "".join(_option(option) for option in view.offered)
    multiple = view.question.type == "multi"
    return format_html(
        '<select class="form-select q-menu" name="{}" aria-label="{}"{}>{}</select>',
        main.name,
        view.question.text,
        mark_safe(' multiple size="6"') if multiple else "",
        mark_safe(("" if multiple else '<option value="">— เลือก —</option>') + options),
    )


@lru_cache(maxsize=20)
def _all_options(choices: tuple[Choice, ...]) -> str:
    return "".join(f'<option value="{escape(c.value)}">{escape(c.text)}</option>' for c in choices)


def _option(option) -> str:
    stale = " (ไม่ตรงกับคำตอบก่อนหน้า)" if option.stale else ""
    marks = (" data-specify" if option.specify else "") + (" selected" if option.picked else "")
    return f'<option value="{escape(option.value)}"{marks}>{escape(option.text)}{stale}</option>'


@register.filter
def is_clearable(question) -> bool:
    """Whether an answer can't be taken back in the inputs themselves."""
    return not question.source and question.type in _CLEARABLE and not question.menu


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
