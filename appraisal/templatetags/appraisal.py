"""Numbers of quality in templates."""

from django import template

from instruments import statistics

register = template.Library()


@register.filter
def show(value) -> str:
    """A coefficient as a table prints it; "-" where it is undefined."""
    return statistics.show(value)


@register.filter
def mark(value: int | None) -> str:
    """An expert's mark: +1, 0, −1."""
    return "-" if value is None else {1: "+1", 0: "0", -1: "−1"}[value]
