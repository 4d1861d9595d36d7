"""Verbs of surveys.

making.py     make, send, add schools, extend
answering.py  what stands behind an answering page; take an answer, let it be corrected
reminding.py  remind those who have not answered
"""

from .answering import (
    AnswerRefused,
    Door,
    door_of,
    form_of,
    keep_answer,
    page_of,
    reopen_answer,
    take_answer,
    take_at,
)
from .making import add_schools, create_survey, extend_survey, update_survey, usable_versions
from .reminding import Reminded, remind, remind_due
from .telling import SurveyRefused

__all__ = [
    "AnswerRefused",
    "Door",
    "Reminded",
    "SurveyRefused",
    "add_schools",
    "create_survey",
    "door_of",
    "extend_survey",
    "form_of",
    "keep_answer",
    "page_of",
    "remind",
    "remind_due",
    "reopen_answer",
    "take_answer",
    "take_at",
    "update_survey",
    "usable_versions",
]
