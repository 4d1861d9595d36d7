"""What a round of content validation came to: the marks per expert, IOC per question, and what changed since."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Q

from appraisal.models import ContentReview, Expert, ExpertMark
from instruments.definition import Form, Question
from instruments.differences import CHANGED, DROPPED, differences
from instruments.statistics import Congruence, ioc, rounded

LEAST, MOST = 3, 9
"""Experts of a round: fewer than three decide nothing; three to five are usual."""
NOT_JUDGED = frozenset({"note", "calc", "signature"})


def judged(form: Form) -> list[Question]:
    """The questions that experts mark: not notes, calculated values, signatures and facts known already."""
    return [q for q in form.questions.values() if q.type not in NOT_JUDGED and not q.source]


def reviews_for_list(user):
    """The rounds a person may see, with how many experts there are and have sent."""
    return (
        ContentReview.objects.visible_to(user)
        .select_related("version__instrument")
        .defer("definition", "version__definition")
        .annotate(
            expert_count=Count(
                "experts", filter=Q(experts__revoked_at__isnull=True) | Q(experts__sent_at__isnull=False)
            ),
            sent_count=Count("experts", filter=Q(experts__sent_at__isnull=False)),
        )
        .order_by("-opened_at", "-pk")
    )


def invited(experts: Iterable[Expert]) -> int:
    """Of how many experts marks are expected or there: whose link was withdrawn before sending is none of them."""
    return sum(not expert.revoked_at or expert.sent_at is not None for expert in experts)


@dataclass(frozen=True, slots=True)
class Row:
    """One question: what each expert who has sent gave it, its IOC, and the comments beside."""

    question: Question
    marks: tuple[int | None, ...]
    comments: tuple[tuple[int, str], ...]
    """(number of the expert, words)"""
    result: Congruence
    changed: str = ""
    """How the question differs now from what the experts saw; empty where it doesn't."""

    @property
    def decision(self) -> str:
        if self.result.passes is None:
            return "-"
        return "ใช้ได้" if self.result.passes else "ปรับปรุงหรือตัดออก"


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    rows: tuple[Row, ...]
    average: Decimal | None


@dataclass(frozen=True, slots=True)
class Result:
    """All of a round. ``experts`` are those who have sent, in their order."""

    experts: tuple[Expert, ...]
    parts: tuple[Part, ...]
    average: Decimal | None
    warnings: tuple[str, ...] = field(default=())

    @property
    def rows(self) -> list[Row]:
        return [row for part in self.parts for row in part.rows]

    @property
    def passed(self) -> int:
        return sum(row.result.passes is True for row in self.rows)

    @property
    def failed(self) -> int:
        return sum(row.result.passes is False for row in self.rows)


def result_of(review: ContentReview) -> Result:
    """Two queries, however many experts and questions."""
    experts = tuple(review.experts.filter(sent_at__isnull=False).order_by("place"))
    given: dict[tuple[str, int], ExpertMark] = {
        (mark.question, mark.expert_id): mark for mark in ExpertMark.objects.filter(expert__in=experts)
    }
    changed = changed_since(review)
    wanted = {question.key for question in judged(review.form)}
    parts = []
    for section in review.form.sections:
        rows = tuple(
            _row(question, experts, given, changed.get(question.key, ""))
            for question in section.questions
            if question.key in wanted
        )
        if rows:
            parts.append(Part(section.title, rows, _average(rows)))
    return Result(experts, tuple(parts), _average(row for part in parts for row in part.rows), _warnings(len(experts)))


def _row(question: Question, experts: tuple[Expert, ...], given, changed: str) -> Row:
    marks = [given.get((question.key, expert.pk)) for expert in experts]
    return Row(
        question=question,
        marks=tuple(mark.mark if mark else None for mark in marks),
        comments=tuple(
            (expert.place, mark.comment) for expert, mark in zip(experts, marks, strict=True) if mark and mark.comment
        ),
        result=ioc([mark.mark for mark in marks if mark and mark.mark is not None]),
        changed=changed,
    )


def _average(rows: Iterable[Row]) -> Decimal | None:
    """The mean of the questions' IOC, from exact values."""
    values = [Fraction(row.result.total, row.result.n) for row in rows if row.result.n]
    return rounded(sum(values, Fraction(0)) / len(values)) if values else None


def _warnings(sent: int) -> tuple[str, ...]:
    if sent < LEAST:
        return (f"มีผู้เชี่ยวชาญส่งผลแล้ว {sent} คน ยังไม่ถึง {LEAST} คน จึงยังตัดสินไม่ได้ ค่า IOC ที่แสดงเป็นค่าชั่วคราว",)
    return ()


def changed_since(review: ContentReview) -> dict[str, str]:
    """Question key → in which way the form differs now from what the experts saw."""
    version = review.version
    if version.content_hash == review.content_hash:
        return {}
    return {
        change.key: "ตัดออกแล้ว" if change.kind == DROPPED else "แก้ไขแล้วหลังการตรวจ"
        for change in differences(review.definition, version.definition).questions
        if change.kind in (CHANGED, DROPPED)
    }
