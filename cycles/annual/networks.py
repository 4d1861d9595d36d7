"""What the report of P-5.2 tells: the networks of the year, what they did, how they were judged."""

from typing import Any

from cycles.annual.results import NOTHING
from cycles.kinds import kind_of
from cycles.models import Cycle
from networks.models import Kind
from networks.queries.gatherings import activities_per_semester
from networks.queries.judging import Rated
from networks.queries.results import SemesterResult, evaluations_of

EARLIER_YEARS = 3


def network_facts(cycle: Cycle) -> dict[str, Any]:
    """A fixed number of queries, however many networks there are."""
    steps = {step.key: step for step in cycle.all_steps}
    gathered = {
        key: kind_of(cycle.process, key).gather(steps[key]) if key in steps else {} for key in ("s3", "s4", "s6", "s7")
    }
    rows = activities_per_semester(cycle.area_id, cycle.year)
    years = [evaluations_of(cycle.area, cycle.year - back) for back in range(EARLIER_YEARS, -1, -1)]
    labels = dict(Kind.choices)
    return {
        "meetings": gathered["s3"].get("meetings", []),
        "activities": gathered["s4"],
        "directions": gathered["s6"],
        "kinds": gathered["s7"].get("networks", []),
        "evaluations": gathered["s7"].get("evaluations", {}),
        "list": [
            {"name": row.network.name, "kind": labels[row.network.kind], "first": row.first, "second": row.second}
            for row in rows
        ],
        "semesters": [_semester(one) for one in years[-1].semesters],
        "trend": [
            {"label": f"{one.semester}/{one.academic_year}", "cut": "", **rated_facts(one.whole.whole)}
            for year in years
            for one in year.semesters
            if one.sent
        ],
    }


def rated_facts(rated: Rated) -> dict[str, Any]:
    """n, x̄, S.D. and level of pooled evaluations."""
    summary = rated.summary
    if not summary.n:
        return dict(NOTHING)
    return {"n": summary.n, "mean": rated.mean, "sd": summary.sd, "level": rated.level}


def _semester(found: SemesterResult) -> dict[str, Any]:
    labels = dict(Kind.choices)
    return {
        "label": found.label,
        "to_evaluate": found.to_evaluate,
        "sent": found.sent,
        "evaluated": found.evaluated,
        "missing": found.missing,
        "normal": found.normal,
        "improve": found.improve,
        "whole": rated_facts(found.whole.whole),
        "sections": [{"title": one.title, **rated_facts(one)} for one in found.whole.sections],
        "kinds": [
            {"title": one.label, "networks": one.networks, **rated_facts(one.numbers.whole)} for one in found.kinds
        ],
        "networks": [
            {
                "name": one.network,
                "kind": labels[one.kind],
                "mean": one.mean,
                "level": one.level,
                "outcome": one.outcome_label,
            }
            for one in sorted(found.networks, key=lambda one: (one.mean is None, -(one.mean or 0), one.network))
        ],
    }
