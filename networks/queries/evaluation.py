"""A semester of the whole area: which networks are to be evaluated in it, and their evaluations side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from instruments.statistics import change
from networks.flows.evaluation import IMPROVE, NORMAL
from networks.models import Evaluation, EvaluationRound, Kind, Network
from networks.models.evaluation import ROUND_ORDER
from schools.models import AreaOffice
from schools.queries import calendar_for, period_of
from thai.years import semester_range

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
