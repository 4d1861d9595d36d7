"""What the screens of the first steps need beside their facts: a chart of kept needs, and the choices of the person who
looks, which are never frozen."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode

from accounts.flows import SUPERVISION_STAFF, Role
from accounts.models import User
from cycles.models import CycleStep
from cycles.steps.asking import why_no_report
from documents.charts import GRID, INK, Bar, BarChart, around_zero
from instruments.models import InstrumentVersion
from supervision.models import Plan
from surveys.flows import MAKERS
from thai.dates import date_range

register = template.Library()
MOST_PLANS = 20


@register.filter
def until(first: str | None, last: str | None) -> str:
    """{{ survey.opens_on|until:survey.closes_on }}: two days as JSON keeps them, as a short range."""
    start, end = parse_date(first or ""), parse_date(last or "")
    return date_range(start, end, style="short") if start else ""


@register.inclusion_tag("documents/charts/bars.html")
def needs_bars(survey: dict[str, Any]) -> dict:
    """PNI modified of each section, the greatest first."""
    bars = [
        Bar(row["title"], _number(row["pni"]), row["pni"], f"ลำดับที่ {row['rank']}" if row["rank"] else "")
        for row in survey["sections"]
        if not row["hidden"]
    ]
    low, high = around_zero(bar.value for bar in bars)
    heads = ("ด้าน", "PNI ปรับปรุง", "ลำดับที่")
    return {"chart": BarChart("ดัชนีความต้องการจำเป็นรายด้าน", bars, low, high, heads), "ink": INK, "grid": GRID}


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


@register.simple_tag
def why_no_needs_report(step: CycleStep) -> str:
    """Why the step's report on needs can't be printed yet; empty where it can."""
    return why_no_report(step)


@register.simple_tag
def opens(user: User, step: CycleStep) -> dict[str, bool]:
    """Which pages beyond the cycle open for the person: results of forms, visits on their way, the staff's own."""
    staff, committee, clerk = (
        step.area_id in user.areas_as(*roles) for roles in (SUPERVISION_STAFF, (Role.COMMITTEE,), (Role.CLERK,))
    )
    return {"results": staff or committee, "visits": staff or clerk, "staff": staff}


@register.simple_tag
def needs_forms(user: User, step: CycleStep) -> list[dict[str, str]]:
    """Published forms that ask how things are and how they should be, each with where a survey of it is made."""
    if step.area_id not in user.areas_as(*MAKERS):
        return []
    return [
        {
            "title": f"{version.instrument.code} {version.instrument.title}",
            "url": f"{reverse('surveys:survey-create')}?{urlencode({'version': version.pk, 'area': step.area_id})}",
        }
        for version in InstrumentVersion.objects.usable_in(step.area_id)
        if any(section.dual for section in version.form.sections)
    ]


@register.simple_tag
def plans_to_choose(user: User, step: CycleStep) -> list[Plan]:
    """The office's plans that the person sees and that are not given up, the newest first."""
    plans = Plan.objects.visible_to(user).filter(area=step.area_id).exclude(state="discarded")
    return list(plans.only("title", "state", "year", "period")[:MOST_PLANS])


@register.simple_tag
def sees_plan(user: User, pk: int | str | None) -> bool:
    return bool(pk) and Plan.objects.visible_to(user).filter(pk=pk).exists()
