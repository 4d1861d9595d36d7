"""Two periods beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from analysis.periods import Period
from analysis.queries.book import Book, Group, Line, group_of, responses_in
from analysis.queries.breakdowns import named
from analysis.queries.numbers import Part, pooled, result_of
from analysis.queries.reading import Reading
from instruments.definition import Scale
from instruments.statistics import Summary, compare
from instruments.statistics.ranking import Comparison


@dataclass
class ComparisonRow:
    name: str
    comparison: Comparison | None
    """None where the two can't be compared."""
    before: Part
    after: Part
    strong: bool = False
    number: str = ""
    is_section: bool = False


@dataclass
class PeriodsCompared:
    before: Period
    after: Period
    rows: list[ComparisonRow]
    responses: tuple[int, int]
    unavailable: str = ""


def comparison_of(reading: Reading, book: Book, before: Period, after: Period) -> PeriodsCompared:
    """Every rating and number in both periods: n, x̄, S.D., difference, percent of change, effect size.

    Only answers to what is still asked the same way stand beside each other; of a section and the whole, the
    questions that were answered in both periods.
    """
    if reading.anonymous:
        sentence = "แบบสอบถามที่ไม่ระบุตัวผู้ตอบเทียบสองช่วงเวลาไม่ได้ เพื่อไม่ให้ย้อนหาตัวผู้ตอบได้"
        return PeriodsCompared(before, after, [], (0, 0), sentence)
    groups = [group_of(reading.over(period).rows_in_scope()) for period in (before, after)]
    rows: list[ComparisonRow] = []
    for section, lines in book.sections:
        averaged = [line for line in lines if line.is_averaged and line.kind in ("rating", "number")]
        found = [_compared(book, groups, (line,), line.scale, named(line)) for line in averaged]
        if found:
            rated = tuple(line for line in averaged if line.kind == "rating")
            head = _compared(book, groups, rated, section.averaged, section.title) if rated else None
            if head is not None:
                head.is_section = True
                rows.append(head)
            rows.extend(found)
    whole = tuple(line for line in book.lines.values() if line.kind == "rating" and line.is_averaged)
    if whole and book.form.whole_scale:
        row = _compared(book, groups, whole, book.form.whole_scale, "ภาพรวม")
        row.strong = True
        rows.append(row)
    return PeriodsCompared(before, after, rows, (responses_in(groups[0]), responses_in(groups[1])))


def _compared(
    book: Book, groups: Sequence[Group], lines: Sequence[Line], scale: Scale | None, name: str
) -> ComparisonRow:
    both = [[result_of(book, group, line) for group in groups] for line in lines]
    both = [pair for pair in both if all(result.n for result in pair)] or both[:1]
    if lines[0].kind == "number":
        before, after = (result.part or Part() for result in both[0])
    else:
        before, after = (pooled([pair[place] for pair in both], scale) for place in (0, 1))
    comparison = compare(before.summary, after.summary) if before.n and after.n else None
    if comparison and any(line.question.weight != lines[0].question.weight for line in lines):
        comparison = WeightedComparison(before, after)
    return ComparisonRow(name, comparison, before, after)


class WeightedComparison(Comparison):
    """Of questions that weigh differently: the difference is that of the weighted means; there is no effect size."""

    def __init__(self, before: Part, after: Part):
        super().__init__(_as_weighted(before), _as_weighted(after))

    @property
    def effect(self) -> Decimal | None:
        return None


def _as_weighted(part: Part) -> Summary:
    return Summary(part.weights, part.weighted, 0)
