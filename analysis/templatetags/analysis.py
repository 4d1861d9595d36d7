"""How results are printed: numbers with "-" where undefined, headings that sort."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from analysis.asking import Asked, query_of
from analysis.queries import Frequency, Part, Row
from instruments.statistics import show, show_signed

register = template.Library()
register.filter("show", show)
register.filter("signed", show_signed)


@register.simple_tag(takes_context=True)
def sort_head(context, key: str, label: str, kind: str = "num") -> SafeString:
    """A heading of a table; on the page a link that sorts by it, upwards first for names and ranks, else downwards, and
    comes back to the table (``anchor``)."""
    asked: Asked = context["asked"]
    css = format_html(' class="{}"', kind) if kind else ""
    if not context.get("sortable"):
        return format_html('<th scope="col"{}>{}</th>', css, label)
    rising = key in ("number", "name", "rank")
    first, second = (key, f"-{key}") if rising else (f"-{key}", key)
    link = query_of(context["request"].GET, sort=second if asked.sort == first else first)
    if context.get("anchor"):
        link += f"#{context['anchor']}"
    if asked.key != key:
        return format_html('<th scope="col"{}><a href="{}">{}</a></th>', css, link, label)
    state, icon = ("descending", "down") if asked.is_descending else ("ascending", "up")
    return format_html(
        '<th scope="col"{} aria-sort="{}"><a href="{}">{} <i class="bi bi-caret-{}-fill" aria-hidden="true"></i></a></th>',
        css, state, link, label, icon,
    )  # fmt: skip


@register.filter
def heat(part: Part | None) -> int | str:
    """In which fifth of its scale a mean lies, 1 the weakest; "" where there is none."""
    if part is None or part.mean is None or part.scale is None:
        return ""
    low, high = part.scale.bounds
    return min(5, 1 + int(5 * (part.mean - low) / (high - low))) if high > low else ""


@register.filter
def sorted_for(rows, asked: Asked) -> list:
    return asked.ordered(rows)


@register.filter
def in_columns(row: Row, labels: list[str]) -> list[Frequency]:
    return row.in_columns(labels)
