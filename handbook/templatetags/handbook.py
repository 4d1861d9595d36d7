"""Reading a value by a key that the page works out."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def at(values: Mapping[str, str], key: str) -> str:
    """{{ was|at:place }}"""
    return values.get(key, "")
