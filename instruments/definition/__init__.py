"""A form: its definition as one JSON document, and the parsed form that is worked with.

    {"scales": {"level5": {"title": …, "values": [{"v": 5, "t": "มากที่สุด"}, …],
                           "bands": [{"min": "4.51", "label": "มากที่สุด"}, …], "dual": false, "holistic": false}},
     "lists": {"districts": {"title": …, "items": [{"v": "1001", "t": "พระนคร", "attrs": {"province": "10"}}, …]}},
     "note": …,
     "sections": [{"key": "B", "title": …, "intro": …, "scale": "level5", "show_when": …,
                   "repeat": {"label": "ครูคนที่", "min": 0, "max": 30}, "questions": [
         {"key": "B1", "type": "rating", "text": …, "hint": …, "required": true, "allow_na": true, "weight": "1",
          "with_exist": true, "with_evidence": true, "long": true, "min": "0", "max": "100", "decimals": 0, "unit": "คน",
          "photos": 4, "files": 1, "note_label": …, "source": "school", "scale": …, "levels": {"5": …},
          "choices": [{"v": "1", "t": …, "specify": true}] or "list": "districts" or "master": "schools",
          "filter": …, "look": "menu", "correct": "1", "rows": [{"key": "r1", "text": …}], "expr": …,
          "show_when": …, "required_when": …, "must_hold": …, "must_message": …, "follows": "OLD", "break": true}]}]}

A question with ``source`` is a fact that the owner of the response already knows (school, period, team …): it is shown,
and asked only where the fact is missing. A scale that is ``holistic`` is a judgement and is never averaged. A section
with ``repeat`` is asked once for each of its rows. ``show_when`` and the other conditions are written in the language
of ``instruments.logic``. ``follows`` and ``break`` say how the trend of the version before goes on.
"""

from instruments.definition.form import Choice, Form, Line, Question, Repeat, Scale, Section, dimension_name, ranges
from instruments.definition.parsing import MENU_FROM, cached_form, parse
from instruments.definition.question_slots import NOTE_LABEL

__all__ = [
    "MENU_FROM", "NOTE_LABEL", "Choice", "Form", "Line", "Question", "Repeat", "Scale", "Section", "cached_form", "dimension_name", "parse", "ranges",
]  # fmt: skip
