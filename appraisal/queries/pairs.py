"""How far two raters agree: of one lesson, and of all lessons that were rated with the same version of a form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from appraisal.models import AgreementPair
from instruments.definition import Form
from instruments.slots import EXIST, RATING, Slot
from instruments.statistics import Agreement, agreement, percent

YES_NO = (0, 1)


def pairs_for_list(user):
    return (
        AgreementPair.objects.visible_to(user)
        .select_related("version__instrument", "school", "first", "second", "first_response", "second_response")
        .defer("version__definition", "first_response__answers", "second_response__answers")
    )


def pairs_to_rate(user):
    """Joint ratings that this person has still to give, the longest waiting first."""
    waits = Q(first=user, first_response__locked_at=None) | Q(second=user, second_response__locked_at=None)
    return pairs_for_list(user).filter(waits).order_by("on", "pk")


@dataclass(frozen=True, slots=True)
class Compared:
    """One question of one lesson, as both gave it."""

    number: int
    text: str
    part: str
    first: Any
    second: Any

    @property
    def apart(self) -> int | None:
        return None if self.first is None or self.second is None else abs(self.first - self.second)


@dataclass(frozen=True, slots=True)
class Pooled:
    """One question over all lessons: how many pairs there are, and how often they were the same or next to it."""

    number: int
    text: str
    part: str
    n: int
    exact: Decimal | None
    adjacent: Decimal | None


@dataclass(frozen=True, slots=True)
class Group:
    """What was rated on the same values, compared together."""

    title: str
    result: Agreement
    rows: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Question:
    slot: Slot
    number: int
    text: str
    part: str


def of_one(pair: AgreementPair) -> list[Group]:
    """The measures of one lesson, with each question as both gave it."""
    return [
        Group(
            title,
            agreement(
                [(_given(pair.first_response, q), _given(pair.second_response, q)) for q in asked], points=points
            ),
            tuple(
                Compared(q.number, q.text, q.part, _given(pair.first_response, q), _given(pair.second_response, q))
                for q in asked
            ),
        )
        for title, points, asked in _groups(pair.version.form)
    ]


def of_all(pairs: Sequence[AgreementPair]) -> list[Group]:
    """The measures over all these lessons, all rated with the same version; each question with its share of agreement."""
    made = []
    for title, points, asked in _groups(pairs[0].version.form) if pairs else ():
        both = {q.slot.key: [(_given(p.first_response, q), _given(p.second_response, q)) for p in pairs] for q in asked}
        every = [couple for couples in both.values() for couple in couples]
        rows = tuple(_pooled(q, both[q.slot.key], points) for q in asked)
        made.append(Group(title, agreement(every, occasions=len(pairs), points=points), rows))
    return made


def sent_with(pair: AgreementPair) -> list[AgreementPair]:
    """Every pair of the office on the same version in which both have sent: one query."""
    return list(
        AgreementPair.objects.filter(
            area=pair.area_id, version=pair.version_id, first_response__locked_at__isnull=False,
            second_response__locked_at__isnull=False,
        )
        .select_related("version", "first", "second", "first_response", "second_response")
        .defer("version__definition")
        .order_by("on", "pk")
    )  # fmt: skip


def _pooled(question: _Question, couples: Iterable[tuple[Any, Any]], points: Sequence[int]) -> Pooled:
    place = {value: number for number, value in enumerate(sorted(points))}
    apart = [abs(place[a] - place[b]) for a, b in couples if a is not None and b is not None]
    return Pooled(
        question.number, question.text, question.part, len(apart),
        percent(sum(d == 0 for d in apart), len(apart)), percent(sum(d <= 1 for d in apart), len(apart)),
    )  # fmt: skip


def _groups(form: Form) -> list[tuple[str, tuple[int, ...], list[_Question]]]:
    """(title, values, questions): ratings by the values that they run over, then มี/ไม่มี."""
    found: dict[tuple[int, ...], tuple[str, list[_Question]]] = {}
    for section in form.sections:
        if section.repeat:
            continue
        for question in section.questions:
            for slot in question.slots:
                if slot.kind == RATING and question.scale:
                    points = tuple(sorted(value for value, _ in question.scale.values))
                    title = question.scale.title
                elif slot.kind == EXIST:
                    points, title = YES_NO, "มี/ไม่มี"
                else:
                    continue
                text = question.text if slot.key == question.key else slot.label
                found.setdefault(points, (title, []))[1].append(_Question(slot, question.number, text, section.title))
    ordered = sorted(found.items(), key=lambda item: item[0] == YES_NO)
    return [(title, points, asked) for points, (title, asked) in ordered]


def _given(response, question: _Question) -> Any:
    if {question.slot.question, f"@{question.slot.section}"} & set(response.scores.get("hidden") or ()):
        return None
    value = response.answers.get(question.slot.key, {}).get("v")
    return value if isinstance(value, int) else None
