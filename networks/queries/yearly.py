"""One fiscal year of one network: what it did, who came, how it was judged, what is left to do."""

from dataclasses import dataclass, replace

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from networks.models import Activity, Direction, Evaluation, Meeting, Network, RoundKind
from networks.queries.certificates import OVER
from networks.queries.gatherings import DONE, with_counts
from networks.queries.scores import Scores, confirmed_of, scores_of
from schools.queries import calendar_for
from thai.years import fiscal_year, fiscal_year_range, semester_label, semester_range

UNDONE = ("draft", "cancelled")
"""The states of what a report on a year leaves out."""


@dataclass(frozen=True)
class NetworkYear:
    """What a report is on: a network in a fiscal year (พ.ศ.)."""

    network: Network
    year: int

    @property
    def pk(self) -> int:
        return self.network.pk

    @classmethod
    def last(cls, network: Network) -> "NetworkYear":
        """The newest year in which something took place, or else the present one."""
        years = [
            model.objects.filter(network=network, state__in=OVER).values_list("fiscal_year", flat=True).order_by()
            for model in (Meeting, Activity)
        ]
        return cls(network, max((year for found in years for year in found), default=fiscal_year(timezone.localdate())))


def years_of(network: Network) -> list[int]:
    """The fiscal years that can be reported on, the newest first: those with a meeting or an activity, and the present."""
    found = {fiscal_year(timezone.localdate())}
    for model in (Meeting, Activity):
        rows = model.objects.filter(network=network).exclude(state__in=UNDONE).order_by()
        found.update(rows.values_list("fiscal_year", flat=True).distinct())
    return sorted(found, reverse=True)


def _of_year(rows: QuerySet, year: int) -> QuerySet:
    """Those of the year in the order of time with ``came``, ``asked`` and ``asked_came``."""
    asked = Q(participants__invited=True)
    counted = with_counts(rows.filter(fiscal_year=year).exclude(state__in=UNDONE)).annotate(
        asked=Count("participants", filter=asked),
        asked_came=Count("participants", filter=asked & Q(participants__attended_at__isnull=False)),
    )
    return counted.order_by("starts_on", "pk")


def meetings_of_year(network: Network, year: int, user=None) -> list[Meeting]:
    """Its own meetings, those to which it was asked, and those of all networks of the area. One query."""
    seen = Meeting.objects.all() if user is None else Meeting.objects.visible_to(user)
    asked = Meeting.others.through.objects.filter(network=network).values("meeting")
    concerned = Q(network=network) | Q(pk__in=asked) | Q(for_all=True, area=network.area_id)
    return list(_of_year(seen.filter(concerned), year).select_related("network"))


def activities_of_year(network: Network, year: int, user=None) -> list[Activity]:
    """One query."""
    seen = Activity.objects.all() if user is None else Activity.objects.visible_to(user)
    return list(_of_year(seen.filter(network=network), year))


def scores_of_year(network: Network, year: int, user=None) -> Scores | None:
    """The scores as of the last confirmed evaluation (after the development, where there is one) in a semester that
    begins in the fiscal year, compared with what went before; None where there is none."""
    calendar = calendar_for(network.area_id)
    of_year = [
        one
        for one in confirmed_of(network, user)
        if fiscal_year(semester_range(one.round.academic_year, one.round.semester, calendar).start) == year
    ]
    if not of_year:
        return None
    last = next((one for one in reversed(of_year) if one.round.kind == RoundKind.AFTER), of_year[-1])
    scores = scores_of(network, user, after=str(last.pk))
    until = tuple(one for one in scores.judged if one.evaluation.round.place <= last.round.place)
    return replace(scores, judged=until)


def directions_of(network: Network, user=None) -> list[Direction]:
    """What the network was to do after its evaluations, done or not, by the day on which it is due. One query."""
    judged = Evaluation.objects.all() if user is None else Evaluation.objects.visible_to(user)
    found = Direction.objects.filter(evaluation__in=judged.standing().filter(network=network))
    return list(found.order_by("due_on", "pk"))


def problems_of_year(network: Network, year: int, activities: list[Activity], directions: list[Direction]) -> list[str]:
    """What the records themselves show to be wrong, in Thai sentences. Two queries."""
    today, found = timezone.localdate(), []
    calendar = calendar_for(network.area_id)
    semesters = ((year - 1, 2), (year, 1))  # those that begin in the fiscal year
    done = network.activities.filter(state__in=DONE, academic_year__in=(year - 1, year)).order_by()
    held = set(done.values_list("academic_year", "semester").distinct())
    for period in semesters:
        days = semester_range(*period, calendar)
        if period not in held and days.start <= today and network.started_on <= days.end:
            found.append(f"{semester_label(*period)} ไม่ได้จัดกิจกรรมพัฒนาเครือข่าย (คู่มือกำหนดอย่างน้อยภาคเรียนละ 1 ครั้ง)")
    found += [f"กิจกรรม “{one.title}” จัดแล้วแต่ยังไม่ได้รายงานผล" for one in activities if one.state == "held"]
    found += [
        f"กิจกรรม “{one.title}” ผ่านวันจัดแล้วแต่ยังไม่ได้บันทึกว่าจัด"
        for one in activities
        if one.state == "planned" and one.ends_on < today
    ]
    last = fiscal_year_range(year).end
    return found + [
        f"แนวทางพัฒนา “{one}” เกินกำหนดและยังไม่แล้วเสร็จ" for one in directions if one.is_late and one.due_on <= last
    ]
