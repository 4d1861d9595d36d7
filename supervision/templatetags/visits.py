"""The rows of the list of visits."""

from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from supervision.flows import VISIT
from supervision.queries.visits import VisitRow
from thai.dates import date_range, short_date

register = template.Library()


@register.simple_tag
def visit_rows(rows: Iterable[VisitRow], outside: bool = False) -> SafeString:  # noqa: FBT001, FBT002 - as Django calls it
    """The table rows, ``outside`` in the school's words. Written here because a template takes ten times as long."""
    base = reverse("supervision:visit-list")
    return mark_safe("".join(_row(row, base, outside) for row in rows))


def _row(row: VisitRow, base: str, outside: bool) -> str:  # noqa: FBT001
    """Only what people typed is escaped; the rest is ours."""
    state = VISIT.state(row.state)
    day = short_date(row.visited_on) if row.visited_on else date_range(row.starts_on, row.ends_on, style="short")
    group = f'<span class="rows-sub">{escape(row.group)}</span>' if row.group else ""
    team = ""
    if not outside:
        more = f' <span class="text-body-secondary">และอีก {row.others} คน</span>' if row.others else ""
        team = f"<td>{escape(row.lead)}{more}</td>"
    return (
        f'<tr><td>{day}</td><th scope="row"><a href="{base}{row.pk}/">โรงเรียน{escape(row.school)}</a>{group}</th>'
        f"<td>{escape(row.purpose)}</td>{team}"
        f'<td><span class="state state-{state.tone}">{state.outside_label if outside else state.label}</span></td></tr>'
    )
