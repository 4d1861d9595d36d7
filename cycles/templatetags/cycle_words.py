"""The words for the keys that the steps keep."""

from collections.abc import Iterable

from django import template

from cycles.steps.supervision import BASES, TECHNIQUES

register = template.Library()


@register.filter
def bases(keys: Iterable[str] | None) -> str:
    return ", ".join(BASES[key] for key in keys or () if key in BASES)


@register.filter
def techniques(keys: Iterable[str] | None) -> str:
    return ", ".join(TECHNIQUES[key] for key in keys or () if key in TECHNIQUES)
