"""The results of a form on paper: the page as it was asked for, with the same charts."""

from django.utils import timezone

from analysis import charts
from analysis.asking import APART, COMPARED, OVER_TIME, Asked, default_asked
from analysis.hiding import COVERED, NOTICE
from analysis.queries import BY
from documents.kinds import document_kind
from instruments.models import Instrument
from thai.dates import long_date


def _instrument(printed: Asked | Instrument) -> Instrument:
    return printed.instrument if isinstance(printed, Asked) else printed


@document_kind(
    "form-summary",
    label="สรุปผลจากเครื่องมือ",
    model=Instrument,
    template="documents/form_summary.html",
    title=lambda printed: f"สรุปผล {_instrument(printed).title}",
    record_code=lambda printed: f"SUM-{_instrument(printed).code}",
    filename=lambda printed: f"สรุปผล {_instrument(printed).code} {_instrument(printed).title}.pdf",
)
def form_summary(printed: Asked | Instrument, user) -> dict:
    """``printed`` is what a page was asked for, or a form (the command line), of which everything is summed up."""
    asked = printed if isinstance(printed, Asked) else default_asked(printed)
    if asked is None:
        return {"facts": [("เครื่องมือ", str(_instrument(printed)))], "asked": None}
    return {
        "asked": asked,
        "office": asked.reading.area.name,
        "unit": asked.reading.area.group_name,
        "facts": [*((label, text, "wide") for label, text in asked.facts), ("พิมพ์เมื่อ", long_date(timezone.localdate()))],
        **context_of(asked),
    }


def context_of(asked: Asked) -> dict:
    """What both the page and the paper show of the view that is asked for."""
    shown = {"summary": asked.summary, "notice": NOTICE, "covered": COVERED}
    if asked.view == APART:
        found = asked.breakdown
        chart = charts.breakdown_chart(found, asked.ordered) if found else None
        return {**shown, "by_label": BY[asked.by], "breakdown": found, "breakdown_chart": chart}
    if asked.view == COMPARED:
        compared = asked.comparison
        chart = charts.comparison_chart(compared) if compared else None
        pair = charts.before_after_chart(compared) if compared else None
        return {**shown, "comparison": compared, "comparison_chart": chart, "before_after_chart": pair}
    if asked.view == OVER_TIME:
        trend = asked.trend
        return {**shown, "trend": trend, "trend_chart": charts.trend_chart(trend) if trend else None}
    return {**shown, **_summed_up(asked)}


def _summed_up(asked: Asked) -> dict:
    summary, office = asked.summary, asked.office
    beside = charts.beside_chart(summary, office, asked.scope_label) if office else None
    apart = charts.schools_chart(asked.by_school) if asked.by_school else None
    return {
        "sections_chart": beside or charts.sections_chart(summary, asked.ordered),
        "levels_chart": apart or charts.answers_chart(summary),
        "needs_chart": charts.needs_chart(summary.needs),
        "sections": [
            {
                "result": section,
                "chart": charts.section_chart(section, asked.ordered),
                "spread": charts.spread_chart(section),
                "chosen": [(result, charts.chosen_chart(result)) for result in section.chosen],
            }
            for section in summary.sections
            if section.results
        ],
    }
