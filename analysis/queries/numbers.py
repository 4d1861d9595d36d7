"""What was answered to one line: n, frequencies, x̄, S.D., level, need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analysis.hiding import LEAST, hidden_cells
from analysis.queries.book import Book, Group, Line
from analysis.queries.reading import GIVEN
from instruments import masters
from instruments.definition import Question, Scale
from instruments.statistics import Summary, as_decimal, percent, pni, pni_modified, ratio
from instruments.tallies import HIDDEN


@dataclass(frozen=True)
class Part:
    """Answers that are averaged together: of one question, of a section, of the whole.

    ``summary`` counts every answer once (n, S.D.); the mean counts each with the weight of its question.
    """

    summary: Summary = field(default_factory=Summary)
    weights: int = 0
    weighted: int | Fraction = 0
    scale: Scale | None = None

    @property
    def n(self) -> int:
        return self.summary.n

    @property
    def hundredths(self) -> int | None:
        return ratio(self.weighted, self.weights) if self.weights else None

    @property
    def mean(self) -> Decimal | None:
        return as_decimal(self.hundredths)

    @property
    def sd(self) -> Decimal | None:
        return self.summary.sd

    @property
    def level(self) -> str:
        return (self.scale.level(self.hundredths) or "") if self.scale and self.hundredths is not None else ""


@dataclass(frozen=True)
class Need:
    """A dual rating: how things are (D) and how they should be (I)."""

    current: Summary
    desired: Summary
    scale: Scale | None = None

    @property
    def modified(self) -> Decimal | None:
        return pni_modified(self.current.exact_mean, self.desired.exact_mean)

    @property
    def older(self) -> Decimal | None:
        return pni(self.current.exact_mean, self.desired.exact_mean)


@dataclass(frozen=True)
class Frequency:
    value: str
    label: str
    count: int
    percent: Decimal | None
    is_hidden: bool = False


@dataclass
class Result:
    """What was answered to one line. ``is_hidden``: too few anonymous answers to be shown."""

    line: Line
    n: int = 0
    na: int = 0
    missing: int = 0
    part: Part | None = None
    need: Need | None = None
    frequencies: list[Frequency] = field(default_factory=list)
    rank: int | None = None
    older_rank: int | None = None
    is_hidden: bool = False

    @property
    def mean(self) -> Decimal | None:
        return self.part.mean if self.part else None


def _summary(counts: Mapping[str, Any]) -> Summary:
    """n, Σx and Σx² of ratings by value, or of a number as it was kept."""
    if "sum" in counts:
        return Summary(counts.get("n", 0), Fraction(counts["sum"]), Fraction(counts["sq"]))
    return Summary.of_frequencies({int(value): count for value, count in counts.items() if _is_value(value)})


def _is_value(answer: str) -> bool:
    return answer.lstrip("-").isdecimal()


def result_of(book: Book, group: Group, line: Line, *, anonymous: bool = False) -> Result:
    """Everything about one line, without its rank."""
    counts = book.counts(group, line.slots[0])
    found = Result(line, na=counts.get("na", 0))
    if line.kind == "dual":
        desired = _summary(book.counts(group, line.slots[1]))
        found.need = Need(_summary(counts), desired, line.scale)
        found.n = min(found.need.current.n, desired.n)
        found.is_hidden = anonymous and any(0 < side.n < LEAST for side in (found.need.current, desired))
    else:
        summary = _summary(counts) if line.kind in ("rating", "number") else Summary()
        if line.is_averaged:
            found.part = Part(summary, summary.n, summary.total, line.scale)
        found.frequencies = _frequencies(line, counts, anonymous=anonymous)
        found.n = n_of(line, counts)
        found.is_hidden = anonymous and 0 < found.n < LEAST
    found.missing = max(book.asked(group, line) - found.n - found.na, 0)
    return found


def n_of(line: Line, counts: Mapping[str, Any]) -> int:
    if line.kind in ("number", "multi", GIVEN):
        return counts.get("n", 0)
    return sum(count for answer, count in counts.items() if answer not in ("na", HIDDEN))


def _frequencies(line: Line, counts: Mapping[str, Any], *, anonymous: bool) -> list[Frequency]:
    """How often each value of a scale or each choice was given, in the form's order; percent of those who answered."""
    if line.kind == "rating" and line.scale:
        labels = {str(value): text for value, text in line.scale.values}
    elif line.kind == "exist":
        labels = {"1": "มี", "0": "ไม่มี"}
    elif line.kind in ("choice", "multi"):
        labels = _choices(line.question, counts)
    else:
        return []
    times = {value: counts.get(value, 0) for value in labels}
    hidden = hidden_cells(times) if anonymous else set()
    if hidden and line.is_averaged:
        hidden = set(times)  # from n, x̄ and S.D. the hidden ones of a few could be computed
    n = n_of(line, counts)
    return [
        Frequency(value.removeprefix("="), label, times[value], percent(times[value], n), value in hidden)
        for value, label in labels.items()
    ]


def _choices(question: Question, counts: Mapping[str, Any]) -> dict[str, str]:
    """Labels of the choices; of a long list or a register only what was chosen, the most frequent first."""
    chosen = sorted(
        (answer for answer in counts if answer.startswith("=")), key=lambda answer: (-counts[answer], answer)
    )
    if question.master:
        names = masters.find(question.master, [answer[1:] for answer in chosen])
        return {answer: names.get(answer[1:], answer[1:]) for answer in chosen}
    labels = {f"={choice.value}": choice.text for choice in question.choices}
    if len(labels) > 15:
        return {answer: labels.get(answer, answer[1:]) for answer in chosen}
    return labels | {answer: answer[1:] for answer in chosen if answer not in labels}


def pooled(results: Iterable[Result], scale: Scale | None) -> Part:
    """All averaged ratings together, each with the weight of its question; no mean where their ranges differ."""
    summary, weights, weighted = Summary(), 0, Fraction(0)
    for result in results:
        if result.line.kind == "rating" and result.part:
            summary += result.part.summary
            weights += result.line.question.weight * result.part.n
            weighted += result.line.question.weight * result.part.summary.total
    return Part(summary, weights, weighted, scale) if scale else Part(summary)


def pooled_need(results: Iterable[Result]) -> Need | None:
    needs = [result.need for result in results if result.need and result.line.is_averaged]
    if len({need.scale.bounds for need in needs if need.scale}) != 1:
        return None
    current = sum((need.current for need in needs), Summary())
    return Need(current, sum((need.desired for need in needs), Summary()), needs[0].scale)
