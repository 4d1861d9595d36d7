"""What a step gathered is plain JSON: filters that read its days, and a chart of its means."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils.dateparse import parse_date, parse_datetime

from documents.charts import GRID, INK, Bar, BarChart
from instruments.statistics import show, show_signed
from supervision.charts import coverage_charts

register = template.Library()
register.filter("coverage_charts", coverage_charts)


@register.filter
def day(value) -> date | None:
    """{{ content.order_date|day|thaidate }}: a day as JSON keeps it, or as it is; None where there is none."""
    return parse_date(value) if isinstance(value, str) else value


@register.filter
def moment(value) -> datetime | None:
    """{{ facts.at|moment|thaidatetime }}"""
    return parse_datetime(value) if isinstance(value, str) else value


@register.filter
def mean(value) -> str:
    """A mean as it is printed: two decimals, "-" where there is none."""
    return show(None if value in (None, "") else Decimal(str(value)))


@register.filter
def signed(value) -> str:
    """A difference with its sign, "-" where there is none."""
    return show_signed(None if value in (None, "") else Decimal(str(value)))


@register.filter
def shown_means(rows) -> list[dict]:
    """Those of the kept means (``mean`` as it is printed) that may be shown, for ``means_chart``."""
    return [{**row, "mean": None if row["mean"] == "-" else row["mean"]} for row in rows if not row["hidden"]]


@register.inclusion_tag("documents/charts/bars.html")
def means_chart(title: str, rows, low: int = 0, high: int = 5) -> dict:
    """Means of ``rows`` (each {"title", "mean", "level"}), as a chart that is the same on the page and on paper."""
    bars = [
        Bar(
            row["title"], None if row["mean"] is None else Decimal(row["mean"]), mean(row["mean"]), row.get("level", "")
        )
        for row in rows
    ]
    return {"chart": BarChart(title, bars, min(low, 0), high), "ink": INK, "grid": GRID}
