"""Registers with their lines, official papers, and the signatures placed on them."""

from correspondence.models.papers import BODY, LISTED, LetterCode, Paper
from correspondence.models.registers import NOTE, PARTY, REF, SUBJECT, Entry, Register
from correspondence.models.signatures import SignatureImage

__all__ = [
    "BODY",
    "LISTED",
    "NOTE",
    "PARTY",
    "REF",
    "SUBJECT",
    "Entry",
    "LetterCode",
    "Paper",
    "Register",
    "SignatureImage",
]
