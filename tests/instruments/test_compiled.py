"""A question kept as HTML says exactly what its template says, whatever the answer."""

import pytest
from django.template.loader import render_to_string

from instruments.compiled import question_html
from tests.instruments.helpers import section_views

EVENT = "00000000-0000-4000-8000-{:012d}"


def entry(number, **said):
    return {"e": EVENT.format(number), "by": 1, "at": "2026-11-21T10:00:00+07:00", **said}


def looks(question):
    """Answers that a question may hold: none, each of its values, not applicable, typed text."""
    yield {}
    for number, slot in enumerate(question.slots, start=1):
        values = {"rating": [5, 3], "exist": [0, 1], "text": ["<b>ดี</b> & “มาก”", ""]}.get(slot.kind, [])
        if slot.kind == "choice":
            values = [choice.value for choice in question.choices]
        if slot.kind == "multi":
            values = [[choice.value for choice in question.choices[:2]]]
        for value in values:
            yield {slot.key: entry(number, v=value)}
        yield {slot.key: entry(number, na=True)}
        yield {slot.key: entry(number)}
        rival = entry(90, v=values[-1]) if values else entry(90)
        yield {slot.key: entry(number, v=values[0]) | {"rivals": [rival]} if values else entry(number)}


@pytest.mark.parametrize("code", ["INS-01", "INS-02", "INS-04", "INS-06"])
def test_every_question_looks_as_its_template_writes_it(instruments, code):
    for section in instruments[code].form.sections:
        for place, question in enumerate(section.questions):
            for answers in looks(question):
                view = section_views(section, answers, facts={"school": "โรงเรียน <ก>"})[place]
                context = {"view": view, "photo_base": "/a/?b=1&c=2", "readonly": False, "preview": False}
                written = render_to_string("instruments/_question.html", context)
                for _ in range(2):
                    kept = question_html(view, photo_base="/a/?b=1&c=2", readonly=False, preview=False)
                    assert kept == written


def test_two_forms_with_the_same_key_do_not_share_a_look(instruments):
    first, second = (instruments[code].form.sections[0] for code in ("INS-02", "INS-03"))

    pages = [
        [question_html(v, photo_base="", readonly=False, preview=False) for v in section_views(section, {})]
        for section in (first, second)
    ]

    assert pages[0] != pages[1]
