"""Small words of the answering page."""

from django import template

register = template.Library()


@register.filter
def survey_dom(key: str) -> str:
    """A question's key as part of the id of its box on the page."""
    return key.replace(".", "-").replace("@", "-")
