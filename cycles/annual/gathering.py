"""Everything that the report of a cycle tells, as plain data: of its office, its year, and this moment.

The steps gather what they know of; results come from ``analysis``. What a step froze when it was done stays in the
report's appendix as it was; here the numbers are those of now, until the report is submitted.
"""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Q
from django.utils import timezone

from analysis.periods import ACADEMIC as ACADEMIC_YEAR
from analysis.periods import FISCAL as FISCAL_YEAR
from analysis.periods import Period
from cycles.annual.networks import network_facts
from cycles.annual.photos import photo_facts
from cycles.annual.results import form_facts, survey_facts
from cycles.annual.tools import in_use, tool_facts
from cycles.kinds import kind_of
from cycles.models import Cycle, CycleStep
from cycles.steps.evaluation import PROJECT, SATISFACTION, forms_of, recommendations_of
from cycles.steps.information import pupil_facts, school_facts
from cycles.steps.supervision import BASES, TECHNIQUES
from handbook.content import ACADEMIC
from schools.models import School
from schools.queries import size_of, with_pupils
from supervision.flows import SEEN_BY_SCHOOL
from supervision.models import Finding, Plan
from surveys.flows import SENT
from surveys.models import Survey
from thai.text import thai_sort_key

MOST_SURVEYS = 8
MOST_FINDINGS = 40
"""Findings of visits of one kind that the appendix quotes."""
SUPERVISION, NETWORKS = "P-5.1", "P-5.2"


def gather(cycle: Cycle) -> dict[str, Any]:
    """Plain JSON; a number of queries that grows with the forms and surveys of the cycle, not with their answers."""
    plan = cycle.plan
    supervised = _step(cycle, "s4") if cycle.process == SUPERVISION else None
    visits = kind_of(cycle.process, "s4").gather(supervised) if supervised and plan else {"plan": None}
    forms = forms_of(plan) if plan else []
    surveys = _surveys(cycle)
    period = Period(ACADEMIC_YEAR if cycle.year_kind == ACADEMIC else FISCAL_YEAR, cycle.year)
    data = {
        "at": timezone.now(),
        "process": cycle.process,
        "period": period.label,
        "round": cycle.round,
        "framework": _framework(cycle),
        "population": {**school_facts(cycle), "years": pupil_facts(cycle.area_id)},
        "schools": _schools(cycle),
        "visits": visits,
        "methods": _methods(supervised),
        "order": _order(supervised),
        "needs": _needs(cycle),
        "tools": _tools(forms, surveys, visits),
        "forms": [found for pair in forms if (found := form_facts(cycle.area, *pair, period))["responses"]],
        "surveys": [survey_facts(survey, cycle.area, label) for survey, label in surveys],
        "recommendations": recommendations_of(plan),
        "findings": _findings(plan),
        "evaluation": _written(_step(cycle, "s5"), "target_mean", "target_share", "grounds", "guideline", "actions"),
        "photos": photo_facts(plan) if plan else [],
        "networks": network_facts(cycle) if cycle.process == NETWORKS else None,
        "directions": _written(_step(cycle, "s6"), "directions", "guideline") if cycle.process == NETWORKS else {},
    }
    return json.loads(json.dumps(data, cls=DjangoJSONEncoder))


def _step(cycle: Cycle, key: str) -> CycleStep | None:
    """The step that the handbook knows by this key; an edition may have left it out."""
    return next((step for step in cycle.all_steps if step.key == key), None)


def _written(step: CycleStep | None, *names: str) -> dict[str, Any]:
    return {name: step.kept.get(name) for name in names} if step else {}


def _framework(cycle: Cycle) -> dict[str, Any]:
    """What the handbook says of the process: why, for what, by which laws and in which steps."""
    process, book = cycle.handbook, cycle.edition.book
    information = _step(cycle, "s1")
    references = (information.kept.get("references") or "") if information else ""
    return {
        "edition": str(cycle.edition),
        "title": process.title,
        "concept": book.concept,
        "objectives": [line.text for line in process.objectives],
        "scope": process.scope,
        "definitions": [[one.term, one.text] for one in process.definitions],
        "laws": [[law.title, law.note, law.standing_label] for law in process.laws],
        "steps": [
            {
                "number": step.number,
                "name": step.name,
                "from": step.starts_on,
                "to": step.ends_on,
                "standard": step.handbook.standard,
                "owner": str(step.owner) if step.owner else "",
            }
            for step in cycle.all_steps
        ],
        "references": [line.strip() for line in references.splitlines() if line.strip()],
    }


def _schools(cycle: Cycle) -> list[dict[str, Any]]:
    """The schools open today with group, size and pupils, for the list in the appendix; one query."""
    found: Any = with_pupils(School.objects.filter(area=cycle.area_id).open_on()).select_related("group")
    rows = [
        {
            "code": school.obec_code,
            "name": school.name,
            "group": school.group.name if school.group else "",
            "size": size_of(school.pupils, cycle.area.size_bands),
            "pupils": school.pupils,
        }
        for school in found
    ]
    return sorted(rows, key=lambda row: thai_sort_key(row["name"]))


def _methods(step: CycleStep | None) -> dict[str, Any]:
    kept = step.kept if step else {}
    return {
        "bases": [BASES[key] for key in kept.get("bases") or () if key in BASES],
        "techniques": [TECHNIQUES[key] for key in kept.get("techniques") or () if key in TECHNIQUES],
        "methods": kept.get("methods") or "",
        "tools": kept.get("tools") or "",
    }


def _order(step: CycleStep | None) -> dict[str, Any]:
    """The order that appoints the team, as the step keeps it."""
    kept = step.kept if step else {}
    return {name: kept.get(f"order_{name}") or "" for name in ("number", "date", "subject", "text", "duties")}


def _needs(cycle: Cycle) -> dict[str, Any]:
    """What the schools asked for and what was chosen of it, as the step of the needs keeps it."""
    step = _step(cycle, "s2" if cycle.process == SUPERVISION else "s1")
    if step is None:
        return {"surveys": [], "priorities": [], "problems": ""}
    return {
        "surveys": step.facts.get("surveys") or [],
        "priorities": step.kept.get("priorities") or [],
        "problems": step.kept.get("problems") or "",
    }


def _surveys(cycle: Cycle) -> list[tuple[Survey, str]]:
    """The surveys that the evaluation draws from, with what they are for."""
    step = _step(cycle, "s5")
    if step is None or cycle.process != SUPERVISION:
        return []
    labels = {SATISFACTION: "ความพึงพอใจ", PROJECT: "การประเมินโครงการ"}
    kinds = {key: labels[name] for name in labels for key in step.sources.get(name, [])}
    found = Survey.objects.filter(pk__in=kinds, area=cycle.area_id, state__in=SENT)
    found = found.select_related("version__instrument", "collection").order_by("opens_on", "pk")[:MOST_SURVEYS]
    return [(survey, kinds[survey.pk]) for survey in found if not (survey.anonymous and survey.takes_answers)]


def _tools(forms, surveys: list[tuple[Survey, str]], visits: dict[str, Any]) -> list[dict[str, Any]]:
    """Every instrument of the year once: those of the visits, then those of the surveys."""
    judged = {row["code"]: row["ioc"] for row in visits.get("instruments", [])}
    found = {}
    for instrument, versions in forms:
        version = in_use(versions)
        if version is not None:
            found[version.pk] = tool_facts(version, ioc=judged.get(instrument.code), used="การนิเทศสถานศึกษา")
    for survey, label in surveys:
        if survey.version_id not in found:
            found[survey.version_id] = tool_facts(survey.version, ioc=None, used=label)
    return list(found.values())


def _findings(plan: Plan | None) -> dict[str, Any]:
    """What was found in released visits of the plan: how many of each kind, in how many schools, and the words."""
    if plan is None:
        return {"kinds": [], "rows": []}
    found = Finding.objects.filter(visit__plan_item__plan=plan, visit__state__in=SEEN_BY_SCHOOL)
    counts = {
        row["kind"]: row
        for row in found.order_by()
        .values("kind")
        .annotate(n=Count("pk"), schools=Count("visit__school", distinct=True))
    }
    rows: list[dict[str, Any]] = []
    for kind in Finding.Kind.values:
        of_kind = (
            found.filter(~Q(text=""), kind=kind).select_related("visit__school").order_by("visit__starts_on", "pk")
        )
        rows += [{"kind": kind, "text": one.text, "school": one.visit.school.name} for one in of_kind[:MOST_FINDINGS]]
    return {
        "kinds": [
            {"key": kind, "label": label, "n": counts[kind]["n"], "schools": counts[kind]["schools"]}
            for kind, label in Finding.Kind.choices
            if kind in counts
        ],
        "rows": rows,
    }
