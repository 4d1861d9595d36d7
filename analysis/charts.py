"""Results as charts: the same objects are drawn on the page and in the PDF."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from analysis.queries import (
    BY,
    FREQUENCY,
    Breakdown,
    FormSummary,
    PeriodsCompared,
    Result,
    Row,
    SectionResult,
    Trend,
)
from documents.charts import (
    SHADES,
    Bar,
    BarChart,
    DistributionChart,
    Level,
    LineChart,
    RadarChart,
    Series,
    Stack,
    StackedChart,
    around_zero,
    radar_chart,
)
from instruments.definition import Scale, ranges
from instruments.statistics import Summary, show, show_signed

Order = Callable[[Iterable[Any]], list]
"""Puts results into the order of the table beside the chart."""
HEADINGS = {FREQUENCY: "ความถี่", "need": "PNI ปรับปรุง"}
MEANS = ("รายการ", "ค่าเฉลี่ย", "ระดับ")
NEEDS = ("รายการ", "PNI ปรับปรุง", "")


def _ends(scales: Sequence[Scale | None]) -> tuple[int, int]:
    """From zero, or from the lowest step where it is below, to the highest step."""
    bounds = [scale.bounds for scale in scales if scale]
    return min((0, *(low for low, _ in bounds))), max((high for _, high in bounds), default=5)


def sections_chart(summary: FormSummary, order: Order = list) -> BarChart | None:
    """The means of the sections and the whole; None where there is but one section to show."""
    sections = order(summary.averaged)
    if len(sections) < 2 or summary.is_hidden:
        return None
    bars = [_bar(section.section.dimension, section.part, hidden=section.is_hidden) for section in sections]
    if summary.whole.scale:
        bars.append(_bar("ภาพรวม", summary.whole, hidden=summary.whole_is_hidden, strong=True))
    low, high = _ends([section.part.scale for section in sections])
    return BarChart("ค่าเฉลี่ยรายด้าน", bars, low, high, MEANS)


def beside_chart(summary: FormSummary, office: FormSummary, name: str) -> RadarChart | BarChart | None:
    """The sections of a part of the office, e.g. a school, beside the whole office; None where there is but one."""
    if len(summary.averaged) < 2 or summary.is_hidden or office.is_hidden:
        return None
    means = {section.section.key: section.part.mean for section in office.averaged}
    low, high = _ends([section.part.scale for section in summary.averaged])
    return radar_chart(
        f"ค่าเฉลี่ยรายด้าน {name} เทียบกับทั้งสำนักงาน",
        [section.section.dimension for section in summary.averaged],
        [
            Series(name, [section.part.mean for section in summary.averaged]),
            Series("ทั้งสำนักงาน", [means.get(section.section.key) for section in summary.averaged]),
        ],
        low=low,
        high=high,
        whole=[summary.whole.mean, office.whole.mean] if summary.whole.scale else (),
    )


def schools_chart(found: Breakdown) -> DistributionChart | None:
    """How many schools have which level; None of fewer than two, or where some may not be shown."""
    known = [row for row in found.rows if row.part and row.part.hundredths is not None]
    if len(known) < 2 or not found.measure.scale or any(row.is_hidden for row in found.rows):
        return None
    counts = Counter(row.part.level for row in known if row.part)
    means = Summary.of([Fraction(row.part.weighted) / row.part.weights for row in known if row.part])
    scale = found.measure.scale
    levels = [Level(label, counts[label], low, high) for label, low, high in ranges(scale.bands, scale.bounds[1])]
    return DistributionChart("การกระจายของโรงเรียนตามระดับ", levels[::-1], means.mean, means.sd) if levels else None


def answers_chart(summary: FormSummary) -> DistributionChart | None:
    """How often each step of the scale was given to all questions together; None where they share no scale, or where
    some may not be shown."""
    rated = [result for section in summary.sections for result in section.averaged]
    scales = {result.line.scale.values if result.line.scale else () for result in rated}
    if len(scales) != 1 or not summary.whole.scale or summary.whole_is_hidden:
        return None
    if any(result.is_hidden or any(f.is_hidden for f in result.frequencies) for result in rated):
        return None
    half = Decimal("0.5")
    levels = [
        Level(
            steps[0].label,
            sum(step.count for step in steps),
            int(steps[0].value) - half,
            int(steps[0].value) + half,
            steps[0].value,
        )
        for steps in zip(*(result.frequencies for result in rated), strict=True)
    ]
    levels.sort(key=lambda level: level.low)
    return DistributionChart(
        "การกระจายของคำตอบทุกข้อ", levels, summary.whole.mean, summary.whole.sd, "คำตอบ", "ค่าเฉลี่ยของคำตอบ", "คำตอบ"
    )


def _bar(name: str, part, *, hidden: bool = False, strong: bool = False) -> Bar:
    if hidden:
        return Bar(name, None, "-", "ไม่แสดง", strong)
    return Bar(name, part.mean, show(part.mean), part.level, strong)


def section_chart(section: SectionResult, order: Order = list) -> BarChart | None:
    """The means of the questions of one section."""
    averaged = order(section.averaged)
    if not averaged:
        return None
    bars = [
        _bar(f"{result.line.number}. {result.line.text}", result.part, hidden=result.is_hidden) for result in averaged
    ]
    low, high = _ends([result.line.scale for result in averaged])
    return BarChart("ค่าเฉลี่ยรายข้อ", bars, low, high, MEANS)


def spread_chart(section: SectionResult) -> StackedChart | None:
    """How often each step of the scale was given; None where the ratings share no scale or some are hidden."""
    rated = section.rated
    if not rated or len({result.line.scale.values if result.line.scale else () for result in rated}) != 1:
        return None
    if any(result.is_hidden or any(f.is_hidden for f in result.frequencies) for result in rated):
        return None
    parts = [frequency.label for frequency in rated[0].frequencies]
    stacks = [Stack(f"{r.line.number}. {r.line.text}", [f.count for f in r.frequencies]) for r in rated]
    return StackedChart("การกระจายของคำตอบ", parts, stacks)


def needs_chart(results: Sequence[Result], title: str = "ดัชนีความต้องการจำเป็น (PNI ปรับปรุง)") -> BarChart | None:
    """Needs by PNI modified, the greatest first."""
    shown = [result for result in results if result.need and not result.is_hidden]
    if not shown:
        return None
    bars = [
        Bar(
            r.line.text,
            r.need.modified,
            show(r.need.modified),
            f"ลำดับที่ {r.rank}" if r.rank else "",
        )
        for r in sorted(shown, key=lambda r: (r.rank is None, r.rank or 0))
        if r.need
    ]
    low, high = around_zero([bar.value for bar in bars])
    return BarChart(title, bars, low, high, ("รายการ", "PNI ปรับปรุง", "ลำดับที่"))


def chosen_chart(result: Result) -> BarChart | None:
    """Percent of those who answered, by choice."""
    if result.is_hidden or not result.n or any(frequency.is_hidden for frequency in result.frequencies):
        return None
    bars = [
        Bar(frequency.label, frequency.percent, show(frequency.percent), f"{frequency.count} คำตอบ")
        for frequency in result.frequencies
    ]
    return BarChart(result.line.text, bars, 0, 100, ("ตัวเลือก", "ร้อยละ", "จำนวน"), unit="ร้อยละ")


def breakdown_chart(found: Breakdown, order: Order = list) -> BarChart | StackedChart | None:
    """The rows of a table that tells results apart, by what they are ranked by."""
    title = f"{HEADINGS.get(found.measure.kind, 'ค่าเฉลี่ย')}ตาม{BY[found.by]}"
    rows = [row for row in order(found.rows) if not row.is_hidden]
    if not rows:
        return None
    if found.measure.kind == FREQUENCY:
        if any(f.is_hidden for row in rows for f in row.frequencies) or len(found.labels) > max(SHADES):
            return None  # more parts than shades that are told apart
        stacks = [Stack(row.name, [frequency.count for frequency in row.in_columns(found.labels)]) for row in rows]
        return StackedChart(title, found.labels, stacks, heading=BY[found.by])
    bars = [_row_bar(row) for row in order(found.rows)]
    if not found.total.is_hidden:
        bars.append(_row_bar(found.total, strong=True))
    if found.measure.kind == "rating":
        low, high = _ends([found.measure.scale])
        return BarChart(title, bars, low, high, (BY[found.by], "ค่าเฉลี่ย", "ระดับ"))
    ends = around_zero([bar.value for bar in bars])
    heading = "PNI ปรับปรุง" if found.measure.kind == "need" else "ค่าเฉลี่ย"
    return BarChart(title, bars, *ends, (BY[found.by], heading, ""), unit=_unit(found))


def _unit(found: Breakdown) -> str:
    return found.measure.lines[0].question.unit if found.measure.kind == "number" else ""


def _row_bar(row: Row, *, strong: bool = False) -> Bar:
    if row.is_hidden:
        return Bar(row.name, None, "-", "ไม่แสดง", strong)
    return Bar(row.name, row.value, show(row.value), row.part.level if row.part else "", strong)


def comparison_chart(found: PeriodsCompared) -> BarChart | None:
    """Differences of the means, section by section (question by question where there is but one section)."""
    heads = [row for row in found.rows if row.is_section or row.strong]
    rows = [row for row in (heads if len(heads) > 2 else found.rows) if row.comparison]
    if not rows:
        return None
    bars = [
        Bar(r.name, r.comparison.difference, show_signed(r.comparison.difference), strong=r.strong)
        for r in rows
        if r.comparison
    ]
    low, high = around_zero([bar.value for bar in bars])
    title = "ผลต่างของค่าเฉลี่ย"
    return BarChart(title, bars, low, high, ("รายการ", "ผลต่าง", ""))


def before_after_chart(found: PeriodsCompared) -> RadarChart | None:
    """The sections in both periods; None where there are too few of them for a shape, or too many."""
    sections = [row for row in found.rows if row.is_section and row.comparison]
    whole = next(([row.before.mean, row.after.mean] for row in found.rows if row.strong and row.comparison), ())
    low, high = _ends([row.after.scale for row in sections])
    chart = radar_chart(
        "ค่าเฉลี่ยรายด้านของสองช่วง",
        [row.name for row in sections],
        [
            Series(found.before.short, [row.before.mean for row in sections]),
            Series(found.after.short, [row.after.mean for row in sections]),
        ],
        low=low,
        high=high,
        whole=whole,
    )
    return chart if isinstance(chart, RadarChart) else None


def trend_chart(found: Trend) -> LineChart | None:
    """The measure over time; of needs both means."""
    if not found.points:
        return None
    rows = [point.row for point in found.points]
    if found.measure.kind == "need":
        series = [
            Series("สภาพที่เป็นอยู่", [row.need.current.mean if row.need else None for row in rows]),
            Series("สภาพที่ควรจะเป็น", [row.need.desired.mean if row.need else None for row in rows]),
        ]
    else:
        series = [Series("ค่าเฉลี่ย", [row.value for row in rows])]
    low: Decimal | int
    high: Decimal | int
    if found.measure.scale:
        low, high = _ends([found.measure.scale])
    else:
        low, high = around_zero([row.value for row in rows])
    return LineChart(
        "ค่าเฉลี่ยตามช่วงเวลา",
        [point.period.short for point in found.points],
        series,
        low,
        high,
        breaks={at: point.cut for at, point in enumerate(found.points) if point.cut},
        notes=[f"n = {row.n}" for row in rows],
    )
