"""{% chart_of chart %}: a chart of ``documents.charts``, whatever its kind, as HTML; nothing where there is none.

``below`` puts the title under the chart, where a book has it.
"""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from documents.charts import GRID, INK, Chart

register = template.Library()


@register.simple_tag
def chart_of(chart: Chart | None, *, below: bool = False) -> SafeString | str:
    if chart is None:
        return ""
    shown = {"chart": chart, "ink": INK, "grid": GRID, "below": below}
    return render_to_string(f"documents/charts/{chart.kind}.html", shown)
