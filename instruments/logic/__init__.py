"""Conditions and computed values of forms: one small language, checked here, evaluated here and in the browser.

No Django and no ``eval``. An expression is parsed once to a JSON tree (``grammar``), checked against the form it stands
in (``checking``), and put into a ``sheet`` that both evaluators read (``evaluation``, ``static/js/logic.js``).
"""

from instruments.logic.checking import TITLES, Checked, check_text, problems
from instruments.logic.evaluation import Settled, allowed, settle
from instruments.logic.grammar import FUNCTIONS, LogicError, parse, rename, rename_text, unparse
from instruments.logic.names import Problem
from instruments.logic.sheet import sheet

__all__ = [
    "FUNCTIONS",
    "TITLES",
    "Checked",
    "LogicError",
    "Problem",
    "Settled",
    "allowed",
    "check_text",
    "parse",
    "problems",
    "rename",
    "rename_text",
    "settle",
    "sheet",
    "unparse",
]
