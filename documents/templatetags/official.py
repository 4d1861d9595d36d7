"""{% fonts_of area %} in the `html` tag of an official paper: in which fonts `documents.pdf` prints it."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from documents.office_fonts import key_of

register = template.Library()


@register.simple_tag
def fonts_of(area) -> SafeString | str:
    """The attribute that names the fonts the office brought; nothing where it brought none, or is not known."""
    key = key_of(area) if area else ""
    return format_html(' data-fonts="{}"', key) if key else ""
