"""Parts of a definition as a person reads them."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def scale_line(scale: Any) -> str:
    """The steps of a scale in one line, whatever state it is in; ``values`` and ``items`` are methods to a template."""
    values = scale.get("values") if isinstance(scale, Mapping) else None
    steps = [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    return " · ".join(f"{step.get('v', '')} {step.get('t', '')}" for step in steps)


@register.filter
def item_count(shared: Any) -> int:
    """How many choices a shared list has."""
    items = shared.get("items") if isinstance(shared, Mapping) else None
    return len(items) if isinstance(items, list) else 0
