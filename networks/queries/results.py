"""What a cycle of P-5.2 asks of the evaluations of its year (step 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from instruments.definition import Scale
from instruments.models import InstrumentVersion
from networks.flows.evaluation import IMPROVE, NORMAL
from networks.models import Evaluation, Kind, Outcome
from networks.models.evaluation import ROUND_ORDER
from networks.queries.evaluation import FINISHED, running_in
from networks.queries.judging import Judgement, Numbers, judge, pooled, rule_of
from schools.models import AreaOffice
from schools.queries import calendar_for
from thai.years import semester_label


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
