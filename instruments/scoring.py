"""Scores of one response: per question, per section and as a whole, by the scale's own bands.

``score`` runs at every saved answer, so it counts in whole numbers and builds plain JSON. The mean of a section is
the (weighted) mean of its answered ratings; the whole is pooled over all questions. Not applicable is left out of n
and counted in ``na``. What a condition hides is left out of everything; each row of a repeating section counts.
"""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from instruments import logic
from instruments.definition import Form, Scale, Section
from instruments.slots import at_row, question_of
from instruments.statistics import as_decimal, deviation, ratio, show

Answers = dict[str, dict[str, Any]]


def score(form: Form, answers: Answers) -> dict[str, Any]:
    """``{"sections": {key: part}, "whole": part}`` and, for a form with logic, what its conditions come to.

    A part has n, na, sum, sq (Σx, Σx² of the ratings), mean ("4.20" or null) and level; with yes/no questions also
    yes and no; with dual ratings also dual {n, current, desired, pni}. Of logic: "hidden" (questions, "QUESTION@row",
    "@SECTION"), "calc" {question: text}, "broken" {question: sentence} and "required" (questions).
    """
    settled = _settled(form, answers)
    hidden = frozenset(settled["hidden"]) if settled else frozenset()
    sections = {}
    n = na = total = squares = weights = weighted = 0
    get = answers.get
    for section in form.sections:
        asked = _Asked(section, answers, hidden) if hidden or section.repeat else section
        part, weight, product = _rated(asked, section.averaged, get)
        if section.yes_no:
            part["yes"], part["no"] = _yes_no(asked, get)
        if section.dual:
            part["dual"] = _dual(asked, get)
        sections[section.key] = part
        n += part["n"]
        na += part["na"]
        total += part["sum"]
        squares += part["sq"]
        weights += weight
        weighted += product
    whole = {"n": n, "na": na, "sum": total, "sq": squares}
    _read(whole, weighted, weights, form.whole_scale)
    return {"sections": sections, "whole": whole, **settled}


def _settled(form: Form, answers: Answers) -> dict[str, Any]:
    if form.sheet is None:
        return {}
    found = logic.settle(form.sheet, answers, timezone.localdate().isoformat())
    return {
        "hidden": sorted(found.hidden),
        "calc": dict(found.calc),
        "broken": dict(found.broken),
        "required": sorted(found.required),
    }


class _Asked:
    """The slots of a section that are really asked in one response: of its rows, without what is hidden."""

    def __init__(self, section: Section, answers: Answers, hidden: frozenset[str]):
        rows = [] if f"@{section.key}" in hidden else section.rows(answers)

        def keys(slots):
            for row in rows:
                for slot in slots:
                    key = at_row(slot, row) if row else slot
                    if question_of(key) not in hidden:
                        yield slot, key

        weights = dict(section.rated)
        self.rated = tuple((key, weights[slot]) for slot, key in keys(weights))
        self.yes_no = tuple(key for _, key in keys(section.yes_no))
        pairs = dict(section.dual)
        self.dual = tuple(
            (key, at_row(pairs[slot], key.partition("@")[2]) if "@" in key else pairs[slot])
            for slot, key in keys(pairs)
        )


def _rated(section: "Section | _Asked", scale: Scale | None, get) -> tuple[dict[str, Any], int, int]:
    n = na = total = squares = weights = weighted = 0
    for key, weight in section.rated:
        entry = get(key)
        if entry is None:
            continue
        value = entry.get("v")
        if value is not None:
            n += 1
            total += value
            squares += value * value
            weights += weight
            weighted += weight * value
        elif "na" in entry:
            na += 1
    part = {"n": n, "na": na, "sum": total, "sq": squares}
    _read(part, weighted, weights, scale)
    return part, weights, weighted


def _read(part: dict[str, Any], weighted: int, weights: int, scale: Scale | None) -> None:
    """Mean and level; both are undefined where nothing is rated or the ratings share no range."""
    if not weights or scale is None:
        part["mean"] = part["level"] = None
        return
    mean = ratio(weighted, weights)
    part["mean"] = show(as_decimal(mean))
    part["level"] = scale.level(mean)


def _yes_no(section: "Section | _Asked", get) -> tuple[int, int]:
    values = [entry.get("v") for key in section.yes_no if (entry := get(key)) is not None]
    return values.count(1), values.count(0)


def _dual(section: "Section | _Asked", get) -> dict[str, Any]:
    current = [v for key, _ in section.dual if (v := (get(key) or {}).get("v")) is not None]
    desired = [v for _, key in section.dual if (v := (get(key) or {}).get("v")) is not None]
    return dual_part(sum(current), len(current), sum(desired), len(desired))


def dual_part(current: int, n_current: int, desired: int, n_desired: int) -> dict[str, Any]:
    """Mean D, mean I and PNI modified from sums; "n" is [n of D, n of I]."""
    pni = None
    if n_current and n_desired and current:
        pni = ratio(desired * n_current - current * n_desired, current * n_desired, 3)
    return {
        "n": [n_current, n_desired],
        "current": show(as_decimal(ratio(current, n_current))) if n_current else None,
        "desired": show(as_decimal(ratio(desired, n_desired))) if n_desired else None,
        "pni": show(as_decimal(pni, 3)) if pni is not None else None,
    }


def part_sd(part: dict[str, Any]) -> Decimal | None:
    """The sample S.D. of a part's ratings, unweighted; None where it is undefined."""
    return as_decimal(deviation(part["n"], part["sum"], part["sq"]))
