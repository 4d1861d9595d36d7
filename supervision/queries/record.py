"""The record of a visit as data to be read: the school's page and the printed record show the same rows.

Everything of a visit is read in a fixed number of queries, however many forms, answers and pictures it has.
"""

from collections.abc import Iterable
from typing import Any

from instruments.results import Reading, read_responses
from supervision.flows import SEEN_BY_SCHOOL
from supervision.models import Finding, Recommendation, Visit, VisitForm


def form_readings(visit: Visit) -> list[tuple[VisitForm, Reading]]:
    """Every form of the visit with its answers and statistics, in their order."""
    forms = list(visit.forms.select_related("response__version__instrument").order_by("place", "pk"))
    return list(zip(forms, read_responses([form.response for form in forms]), strict=True))


# -- Findings, recommendations, who checked ------------------------------------------------------------------------


def findings_by_kind(visit: Visit) -> list[tuple[str, list[Finding]]]:
    """(heading, findings), strengths first; kinds without a finding are left out. One query."""
    findings = list(visit.findings.all())
    return [
        (str(label), rows) for kind, label in Finding.Kind.choices if (rows := [f for f in findings if f.kind == kind])
    ]


def recommendations_of(visit: Visit) -> list[Recommendation]:
    """The visit's recommendations with everything said about each. A fixed number of queries."""
    rows = list(visit.recommendations.select_related("carried_from__visit").order_by("pk").with_said())
    for row in rows:
        row.visit = visit
    return rows


def latest_replies(recommendation: Recommendation) -> dict[str, Any]:
    """The last entry of each kind of move, by its name: what the school says now. From what was prefetched."""
    return {entry.log.action: entry for entry in recommendation.entries.all()}


def latest_demand(recommendation: Recommendation):
    """The log row in which the supervisor last asked for more; None where that never was. From what was prefetched."""
    return next((log for log in reversed(recommendation.transitions.all()) if log.action == "ask_again"), None)


def followed_up(visit: Visit) -> list[dict[str, Any]]:
    """What earlier visits had left open and this one found: ``{"recommendation", "done", "text"}``, oldest first."""
    rows = []
    for recommendation in Recommendation.objects.marked_at(visit).with_said():
        seen = [entry.text for entry in recommendation.entries.all() if entry.log.data.get("into") == visit.pk]
        rows.append(
            {
                "recommendation": recommendation,
                "done": recommendation.state == "verified",
                "text": seen[-1] if seen else "",
            }
        )
    return rows


SIGNING = {"check": "ผู้ตรวจ", "release": "ผู้เผยแพร่", "acknowledge": "ผู้รับทราบ"}


def signing_logs(logs: Iterable) -> list[tuple[str, Any]]:
    """(“ผู้ตรวจ”, “ผู้เผยแพร่” or “ผู้รับทราบ”, log) of the decisions that stand: after the record was last sent."""
    standing: dict[str, Any] = {}
    for log in logs:
        if log.action in {"submit", "return"}:
            standing.clear()
        elif log.action in SIGNING:
            standing[log.action] = log
    return [(word, standing[name]) for name, word in SIGNING.items() if name in standing]


def is_draft(visit: Visit) -> bool:
    """Whether the record has not been given to the school yet."""
    return visit.state not in SEEN_BY_SCHOOL
