"""Reads of evaluations: lists, one network over time, a semester of the whole area, and what a cycle asks (step 5)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from documents.charts import Bar, BarChart, LineChart, RadarChart, Series, radar_chart
from instruments.definition import Scale
from instruments.models import InstrumentVersion
from instruments.statistics import change, compare, percent_change, show
from networks.flows.evaluation import IMPROVE, NORMAL
from networks.models import Direction, Evaluation, EvaluationRound, Kind, Network, Outcome, RoundKind
from networks.models.evaluation import ROUND_ORDER
from networks.queries.judging import Judgement, Numbers, Rated, judge, pooled, rule_of
from schools.models import AreaOffice
from schools.queries import calendar_for, period_of
from thai.years import semester_label, semester_range

PER_PAGE = 30
FINISHED = ("submitted", "confirmed")
"""The states in which an evaluation has its numbers."""


def present_semester(area_id: int | None) -> tuple[int, int]:
    """(academic year, semester) of today by the area's calendar, by the regulation where there is no area."""
    period = period_of(area_id or 0, timezone.localdate(), calendar=None if area_id else [])
    return period.academic_year, period.semester


def running_in(area: AreaOffice | int, academic_year: int, semester: int, *, calendar: list | None = None) -> QuerySet:
    """The networks of the area that exist on a day of the semester: those that are to be evaluated in it."""
    table = calendar_for(area) if calendar is None else calendar
    return Network.objects.filter(_exists_in(academic_year, semester, table), area=area)


def _exists_in(academic_year: int, semester: int, calendar: list) -> Q:
    days = semester_range(academic_year, semester, calendar)
    return Q(started_on__lte=days.end) & (Q(ended_on__isnull=True) | Q(ended_on__gte=days.start))


# -- One network over time -----------------------------------------------------------------------------------------


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


# -- A semester of the area ----------------------------------------------------------------------------------------

RESULTS = {
    "none": "ยังไม่ประเมิน",
    "filling": "กำลังประเมิน",
    "waiting": "รอยืนยันผล",
    NORMAL: "ปกติ",
    IMPROVE: "ปรับปรุง",
}
"""What the comparison is narrowed by."""


@dataclass
class SemesterRow:
    """One network in one semester: the last evaluation there, and the first of the same year with the same form."""

    network: Network
    last: Evaluation | None = None
    before: Evaluation | None = None

    @property
    def difference(self) -> Decimal | None:
        """Of the printed means: the columns beside it."""
        return change(self.before.mean, self.last.mean) if self.before and self.last else None


def networks_in_semester(
    user, academic_year: int, semester: int, *, text: str = "", kind: str = "", result: str = ""
) -> QuerySet[Network]:
    """The networks the person sees that exist in the semester, by name, narrowed as asked."""
    found = _with_latest(user, academic_year, semester)
    if text:
        found = found.filter(name__icontains=text)
    if kind in Kind.values:
        found = found.filter(kind=kind)
    if result in RESULTS:
        found = found.filter(came_to=result)
    return found.order_by("sort_key", "pk")


def _with_latest(user, academic_year: int, semester: int) -> Any:
    """The networks of the semester with ``came_to``: the key of ``RESULTS`` for the last evaluation the person sees."""
    place = Case(
        *(When(round__kind=kind, then=Value(number)) for kind, number in ROUND_ORDER.items()),
        output_field=IntegerField(),
    )
    latest = (
        Evaluation.objects.visible_to(user)
        .standing()
        .in_semester(academic_year, semester)
        .filter(network=OuterRef("pk"))
        .order_by(place.desc(), "-round__number", "-pk")
    )
    return (
        Network.objects.visible_to(user)
        .filter(_exists_in(academic_year, semester, _calendar_of(user)))
        .annotate(
            last_state=Subquery(latest.values("state")[:1]), last_decision=Subquery(latest.values("decision")[:1])
        )
        .annotate(
            came_to=Case(
                When(last_state=None, then=Value("none")),
                When(~Q(last_decision=""), then=F("last_decision")),
                When(last_state="submitted", then=Value("waiting")),
                default=Value("filling"),
                output_field=CharField(),
            )
        )
    )


def _calendar_of(user) -> list:
    """The calendar of the one area that the person works for; by the regulation for others."""
    areas = list(AreaOffice.objects.visible_to(user)[:2])
    return calendar_for(areas[0]) if len(areas) == 1 else []


def semester_rows(user, networks: Iterable[Network], academic_year: int, semester: int) -> list[SemesterRow]:
    """Each network with its evaluations that the person may see: one query for all of them.

    Compared with the last one of the semester is the first of the academic year, where both are on one form.
    """
    rows = {network.pk: SemesterRow(network) for network in networks}
    found = (
        Evaluation.objects.visible_to(user)
        .standing()
        .filter(round__academic_year=academic_year, round__semester__lte=semester)
        .select_related("round__version")
        .defer("result", "round__version__definition")
    )
    if len(rows) <= _FEW:  # else the whole year is cheaper than a list of names that no database takes
        found = found.filter(network__in=list(rows))
    of_network: dict[int, list[Evaluation]] = {}
    for one in sorted(found, key=lambda one: (one.round.place, one.pk)):
        of_network.setdefault(one.network_id, []).append(one)
    for pk, row in rows.items():
        evaluations = of_network.get(pk, [])
        here = [one for one in evaluations if one.round.semester == semester]
        row.last = here[-1] if here else None
        if row.last is not None and row.last.mean is not None:
            form = row.last.round.version.instrument_id
            earlier = [one for one in evaluations if one.mean is not None and one.round.version.instrument_id == form]
            row.before = earlier[0] if earlier[0].pk != row.last.pk else None
    return list(rows.values())


_FEW = 500


def semester_summary(user, academic_year: int, semester: int) -> list[tuple[str, str, int]]:
    """(key of ``RESULTS`` or "", words, how many networks) of what the person sees: all, then each result."""
    rows = _with_latest(user, academic_year, semester).order_by().values_list("came_to").annotate(Count("pk"))
    counts = dict(rows)
    total = sum(counts.values())
    return [("", "เครือข่ายทั้งหมด", total), *((key, words, counts.get(key, 0)) for key, words in RESULTS.items())]


def semester_choices(area_ids: Iterable[int]) -> list[tuple[int, int]]:
    """The semesters in which there are rounds, and the present one; newest first."""
    found = set(
        EvaluationRound.objects.filter(area__in=list(area_ids)).values_list("academic_year", "semester").distinct()
    )
    return sorted(found | {present_semester(next(iter(area_ids), None))}, reverse=True)


# -- What a cycle of P-5.2 asks ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KindMean:
    """The networks of one kind that were evaluated: how many, and the pooled mean of their last evaluations."""

    kind: str
    label: str
    networks: int
    numbers: Numbers


@dataclass(frozen=True)
class NetworkResult:
    """What came of one network in one semester: its last evaluation there that was sent."""

    network_id: int
    network: str
    kind: str
    evaluation_id: int
    state: str
    mean: Decimal | None
    level: str
    proposal: str
    decision: str
    grounds: tuple[str, ...]
    numbers: Numbers

    @property
    def outcome(self) -> str:
        """What a person confirmed, or while nobody has, what the rule proposes."""
        return self.decision or self.proposal

    @property
    def outcome_label(self) -> str:
        return Outcome(self.outcome).label if self.outcome else "ยังไม่มีผล"


@dataclass(frozen=True)
class SemesterResult:
    """A semester of the area. ``to_evaluate`` networks exist in it; ``evaluated`` of them have a confirmed result."""

    academic_year: int
    semester: int
    to_evaluate: int
    opened: int
    sent: int
    evaluated: int
    networks: tuple[NetworkResult, ...]
    kinds: tuple[KindMean, ...]
    whole: Numbers

    @property
    def label(self) -> str:
        return semester_label(self.academic_year, self.semester)

    @property
    def missing(self) -> int:
        """Networks of the semester without a confirmed result."""
        return max(0, self.to_evaluate - self.evaluated)

    def count(self, outcome: str) -> int:
        """How many networks were confirmed as that."""
        return sum(1 for one in self.networks if one.decision == outcome)

    @property
    def normal(self) -> int:
        return self.count(NORMAL)

    @property
    def improve(self) -> int:
        return self.count(IMPROVE)


@dataclass(frozen=True)
class YearResult:
    """Both semesters of an academic year."""

    academic_year: int
    semesters: tuple[SemesterResult, ...]

    def semester(self, number: int) -> SemesterResult:
        return next(one for one in self.semesters if one.semester == number)


def evaluations_of(area: AreaOffice, academic_year: int) -> YearResult:
    """How far the evaluation of the area's networks is, and what it says: coverage, means by kind, each network's result.

    Who may ask is the caller's to check. A fixed number of queries, however many networks there are.
    """
    calendar = calendar_for(area)
    rows = (
        Evaluation.objects.standing()
        .filter(area=area, round__academic_year=academic_year)
        .order_by("pk")
        .values_list(
            "pk", "network_id", "network__name", "network__kind", "state", "mean", "level", "proposal", "decision",
            "result", "round__semester", "round__kind", "round__number", "round__version_id",
        )
    )  # fmt: skip
    by_semester: dict[int, list[tuple]] = {1: [], 2: []}
    for row in rows:
        by_semester[row[10]].append(row)
    scale = _scale_of({row[13] for rows_ in by_semester.values() for row in rows_})
    counts = {
        semester: running_in(area, academic_year, semester, calendar=calendar).count() for semester in by_semester
    }
    return YearResult(
        academic_year,
        tuple(
            _semester(academic_year, semester, counts[semester], found, scale)
            for semester, found in by_semester.items()
        ),
    )


def _scale_of(versions: set[int]) -> Scale | None:
    """The scale by which the whole of these versions is read: that of the newest."""
    version = InstrumentVersion.objects.filter(pk__in=versions).order_by("-pk").first()
    return version.form.whole_scale if version else None


def _semester(
    academic_year: int, semester: int, to_evaluate: int, rows: Sequence[tuple], scale: Scale | None
) -> SemesterResult:
    last: dict[int, tuple] = {}
    order = {kind.value: place for kind, place in ROUND_ORDER.items()}
    for row in sorted(rows, key=lambda row: (order[row[11]], row[12], row[0])):
        if row[4] in FINISHED:
            last[row[1]] = row
    results = tuple(
        NetworkResult(
            network_id=row[1], network=row[2], kind=row[3], evaluation_id=row[0], state=row[4], mean=row[5],
            level=row[6], proposal=row[7], decision=row[8], grounds=tuple(row[9].get("grounds", ())),
            numbers=Numbers.of_json(row[9]),
        )
        for row in last.values()
    )  # fmt: skip
    kinds = []
    for kind, label in Kind.choices:
        of_kind = [one.numbers for one in results if one.kind == kind]
        if of_kind:
            kinds.append(KindMean(kind, label, len(of_kind), pooled(of_kind, scale)))
    return SemesterResult(
        academic_year,
        semester,
        to_evaluate,
        opened=len({row[1] for row in rows}),
        sent=len(last),
        evaluated=sum(1 for one in results if one.state == "confirmed"),
        networks=results,
        kinds=tuple(kinds),
        whole=pooled((one.numbers for one in results), scale),
    )


@dataclass(frozen=True)
class AreaProposal:
    """What the rule says of all networks of a semester together, for the person who decides step 5.

    ``proposal`` is an ``Outcome`` or "" where nothing was sent yet. It holds the pooled means against the rule;
    networks that are to improve are named in ``improving`` whatever the whole says.
    """

    result: SemesterResult
    proposal: str
    grounds: tuple[str, ...]
    improving: tuple[NetworkResult, ...]

    @property
    def label(self) -> str:
        return Outcome(self.proposal).label if self.proposal else "ยังเสนอผลไม่ได้"


def proposal_for(area: AreaOffice, academic_year: int, semester: int) -> AreaProposal:
    """The proposal for the decision of step 5, with its reasons in words. Who may ask is the caller's to check."""
    result = evaluations_of(area, academic_year).semester(semester)
    coverage = (
        f"ประเมินและยืนยันผลแล้ว {result.evaluated:,} จาก {result.to_evaluate:,} เครือข่าย: "
        f"ปกติ {result.normal:,} ปรับปรุง {result.improve:,}"
    )
    waiting = result.sent - result.evaluated
    if waiting:
        coverage += f" และรอยืนยันผล {waiting:,}"
    if not result.networks:
        return AreaProposal(result, "", (coverage, "ยังไม่มีผลการประเมินที่ส่งแล้ว จึงเสนอผลไม่ได้"), ())
    versions = Evaluation.objects.filter(pk__in=[one.evaluation_id for one in result.networks[:1]])
    scale = _scale_of(set(versions.values_list("round__version", flat=True)))
    found: Judgement = judge(rule_of(area.pk), result.whole, scale)
    improving = tuple(one for one in result.networks if one.outcome == IMPROVE)
    return AreaProposal(result, found.proposal, (coverage, *found.grounds), improving)
