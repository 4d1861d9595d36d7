"""The handbook that comes with the product: สพป.กรุงเทพมหานคร, fiscal year 2564."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SOURCE = Path(__file__).with_name("handbook_2564.yaml")
FISCAL_YEAR = 2564


def shipped() -> dict[str, Any]:
    """The shipped document, in the form of ``handbook.content``; the caller's own to change."""
    return copy.deepcopy(_read())


@cache
def _read() -> dict[str, Any]:
    return yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
