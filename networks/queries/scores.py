"""The evaluations of one network over time, compared, and what stands of them on its page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from documents.charts import Bar, BarChart, LineChart, RadarChart, Series, radar_chart
from instruments.definition import Scale
from instruments.models import InstrumentVersion
from instruments.statistics import change, compare, percent_change, show
from networks.models import Direction, Evaluation, Network, RoundKind
from networks.queries.judging import Numbers, Rated


@dataclass(frozen=True)
class Judged:
    """One evaluation with its numbers."""

    evaluation: Evaluation
    numbers: Numbers

    @property
    def label(self) -> str:
        return str(self.evaluation.round)


@dataclass(frozen=True)
class ScoreRow:
    """A section, or the whole: before and after, None where it was not rated then."""

    title: str
    before: Rated | None
    after: Rated | None
    strong: bool = False

    @property
    def difference(self) -> Decimal | None:
        """after − before, from the exact means; of a form with weighted questions from the means as printed."""
        return change(*self._means())

    @property
    def percent(self) -> Decimal | None:
        return percent_change(*self._means())

    def _means(self) -> tuple[Any, Any]:
        if self.before is None or self.after is None:
            return None, None
        exact = compare(self.before.summary, self.after.summary)
        if (exact.before.mean, exact.after.mean) == (self.before.mean, self.after.mean):
            return exact.before.exact_mean, exact.after.exact_mean
        return self.before.mean, self.after.mean


@dataclass(frozen=True)
class Scores:
    """A network's confirmed evaluations on one form, in the order of time, and two of them compared."""

    network: Network
    judged: tuple[Judged, ...]
    before: Judged | None
    after: Judged | None
    rows: tuple[ScoreRow, ...]
    scale: Scale | None
    notes: tuple[str, ...]

    @property
    def pk(self) -> int:
        return self.network.pk

    @property
    def improved(self) -> int:
        """In how many sections the mean rose."""
        return sum(1 for row in self.rows if not row.strong and (row.difference or 0) > 0)

    @property
    def compared(self) -> int:
        return sum(1 for row in self.rows if not row.strong and row.difference is not None)

    @property
    def pair_chart(self) -> RadarChart | BarChart | None:
        """The sections before and after; of one evaluation alone, their means."""
        low, high = self._ends()
        if not self.rows:
            return None
        if not self.before:
            bars = [_bar(row) for row in self.rows if row.after]
            return BarChart("ค่าเฉลี่ยรายด้าน", bars, low, high)
        sections = [row for row in self.rows if not row.strong]
        return radar_chart(
            "ค่าเฉลี่ยรายด้าน ก่อนและหลัง",
            [row.title for row in sections],
            [
                Series("ก่อน", [row.before.mean if row.before else None for row in sections]),
                Series("หลัง", [row.after.mean if row.after else None for row in sections]),
            ],
            low=low,
            high=high,
            whole=next(
                ((row.before.mean, row.after.mean) for row in self.rows if row.strong and row.before and row.after), ()
            ),
        )

    @property
    def line_chart(self) -> LineChart | None:
        """The whole over all rounds, with the sections where the lines can still be told apart (three at most)."""
        if len(self.judged) < 2:
            return None
        series = [Series("ภาพรวม", [one.numbers.whole.mean for one in self.judged])]
        titles = {one.key: one.title for judged in self.judged for one in judged.numbers.sections}
        if 1 < len(titles) <= 3:
            for key, title in titles.items():
                means = [
                    next((one.mean for one in judged.numbers.sections if one.key == key), None)
                    for judged in self.judged
                ]
                series.append(Series(title, means))
        low, high = self._ends()
        return LineChart(
            "ค่าเฉลี่ยตามรอบการประเมิน", [one.evaluation.round.short for one in self.judged], series, low, high,
            notes=[f"n = {one.numbers.whole.summary.n}" for one in self.judged], heading="รอบ",
        )  # fmt: skip

    def _ends(self) -> tuple[int, int]:
        low, high = self.scale.bounds if self.scale else (1, 5)
        return min(0, low), high


def _bar(row: ScoreRow) -> Bar:
    rated = row.after
    return Bar(row.title, rated.mean, show(rated.mean), rated.level, row.strong) if rated else Bar(row.title, None)


def confirmed_of(network: Network, user=None) -> list[Evaluation]:
    """The confirmed evaluations of the network that the person may see (without a person: all), in order of time."""
    found = Evaluation.objects.all() if user is None else Evaluation.objects.visible_to(user)
    rows = found.filter(network=network, state="confirmed").select_related(
        "round__version__instrument", "network", "evaluator"
    )
    return sorted(rows.defer("round__version__definition"), key=lambda one: (one.round.place, one.pk))


def scores_of(network: Network, user=None, *, before: str = "", after: str = "") -> Scores:
    """The network's scores; ``before`` and ``after`` name two evaluations by key, else they are chosen.

    Chosen are the year's own pair (the last after, the last before of the same year), or else the first and the last.
    Evaluations on other forms than that of the last one are left out, and it is said so.
    """
    all_of_it = confirmed_of(network, user)
    if not all_of_it:
        return Scores(network, (), None, None, (), None, ())
    by_pk = {str(one.pk): one for one in all_of_it}
    instrument = by_pk.get(after, all_of_it[-1]).round.version.instrument_id
    same = [one for one in all_of_it if one.round.version.instrument_id == instrument]
    judged = tuple(Judged(one, Numbers.of_json(one.result)) for one in same)
    last = next((one for one in judged if str(one.evaluation.pk) == after), None) or _default_after(judged)
    earlier = [one for one in judged if one.evaluation.round.place < last.evaluation.round.place]
    first = next((one for one in earlier if str(one.evaluation.pk) == before), None) or _default_before(earlier, last)
    notes = []
    if left := len(all_of_it) - len(same):
        notes.append(f"มีผลการประเมินด้วยแบบอื่นอีก {left} ครั้งที่ไม่นำมาเทียบ เพราะข้อคำถามต่างกัน")
    version = last.evaluation.round.version
    if first and first.evaluation.round.version_id != version.pk:
        notes.append("สองครั้งนี้ใช้แบบคนละฉบับ โปรดอ่านผลต่างโดยดูข้อคำถามที่เปลี่ยนประกอบ")
    scale = InstrumentVersion.objects.get(pk=version.pk).form.whole_scale
    return Scores(network, judged, first, last, tuple(_rows(first, last)), scale, tuple(notes))


def _default_after(judged: Sequence[Judged]) -> Judged:
    return next((one for one in reversed(judged) if one.evaluation.round.kind == RoundKind.AFTER), judged[-1])


def _default_before(earlier: Sequence[Judged], last: Judged) -> Judged | None:
    year = last.evaluation.round.academic_year
    for one in reversed(earlier):
        if one.evaluation.round.kind == RoundKind.BEFORE and one.evaluation.round.academic_year == year:
            return one
    return earlier[0] if earlier else None


def _rows(first: Judged | None, last: Judged) -> Iterator[ScoreRow]:
    old = {one.key: one for one in first.numbers.sections} if first else {}
    for one in last.numbers.sections:
        yield ScoreRow(one.title, old.pop(one.key, None), one)
    for one in old.values():
        yield ScoreRow(one.title, one, None)
    yield ScoreRow("ภาพรวม", first.numbers.whole if first else None, last.numbers.whole, strong=True)


def open_directions(user, network: Network | None = None) -> QuerySet[Direction]:
    """What is still to be done, the most urgent first: of evaluations the person may see, of one network or of all."""
    found = Direction.objects.filter(
        done_on__isnull=True, evaluation__in=Evaluation.objects.visible_to(user).standing()
    )
    if network is not None:
        found = found.filter(evaluation__network=network)
    return found.select_related("evaluation__network", "evaluation__round").defer("evaluation__result")


def network_panel(network: Network, user) -> dict[str, Any]:
    """What the page of a network shows of its evaluations, for ``networks/_evaluations.html``: two queries."""
    rows = Evaluation.objects.visible_to(user).standing().filter(network=network).for_list()
    evaluations = sorted(rows, key=lambda one: (one.round.place, one.pk), reverse=True)
    return {
        "network": network,
        "evaluations": evaluations[:6],
        "directions": list(open_directions(user, network)[:10]),
        "has_scores": any(one.state == "confirmed" for one in evaluations),
        "may_open": user.has_perm("networks.run_evaluation", network),
    }
