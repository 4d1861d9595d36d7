"""The sections of a visit's forms beside the school's visit before, and beside the mean of the whole office."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from analysis.queries.book import Book, Group, grouped
from analysis.queries.numbers import pooled, result_of
from documents.charts import BarChart, RadarChart, Series, radar_chart
from instruments.models import InstrumentVersion, Response, Tally
from instruments.results import Part, numbers_of
from schools.queries import calendar_for
from supervision.flows import FILLING, SEEN_BY_SCHOOL
from supervision.models import Visit, VisitForm
from supervision.queries.recommendations import reads_from_outside
from thai.dates import short_date
from thai.years import semester_label, semester_range

OFFICE = "ทั้งสำนักงาน"
LEAST_SCHOOLS = 5
"""Schools of which a mean is made that stands beside a single one of them."""
NOT_YET = ("planned", "postponed", "cancelled", *FILLING)
"""Nobody who still rates a school is shown what others gave it."""


@dataclass(frozen=True)
class Means:
    """The mean of each section, by its key, and of the whole; whose, in a word and with its day or period."""

    whose: str
    name: str
    sections: dict[str, Decimal]
    whole: Decimal | None


def beside_charts(
    visit: Visit, responses: Sequence[Response], user: User | None, *, office: bool = True
) -> dict[int, RadarChart | BarChart]:
    """For each response, by its id, its sections beside what there is to stand beside; without those that have nothing.

    Before: the last released visit to the school with the same version of the form. ``office``: the mean of all visits
    of the semester, of five schools at least. Whoever reads from outside gets it only once the semester is over:
    while visits come in one by one, the means of two days would tell that of the school between. A printed record
    leaves it out, because it would not say tomorrow what it says today. At most four queries, however many forms.
    """
    if visit.state in NOT_YET or visit.visited_on is None:
        return {}
    rated = [response for response in responses if len(_rated(response)) > 1]
    if not rated:
        return {}
    before = _before(visit, rated, user)
    around = _around(visit, [response.version for response in rated]) if office and _office_shown(visit, user) else {}
    charts = {}
    for response in rated:
        others = [means[response.version_id] for means in (before, around) if response.version_id in means]
        if others:
            charts[response.pk] = _chart(response, visit, others)
    return charts


def _rated(response: Response) -> list[tuple]:
    return [(section, part) for section, part in numbers_of(response)[1] if part.is_rated and section.averaged]


def _chart(response: Response, visit: Visit, others: Sequence[Means]) -> RadarChart | BarChart:
    sections = [section for section, _ in _rated(response)]
    series = [_means("ครั้งนี้", visit, response), *others]
    title = "ค่าเฉลี่ยรายด้านเทียบกับ" + "และ".join(other.whose for other in others)
    if others[-1].whose == OFFICE:
        title = f"{title} {semester_label(visit.academic_year, visit.semester)}"
    return radar_chart(
        title,
        [section.dimension for section in sections],
        [Series(each.name, [each.sections.get(section.key) for section in sections]) for each in series],
        low=min(0, *(section.averaged.bounds[0] for section in sections)),
        high=max(section.averaged.bounds[1] for section in sections),
        whole=[each.whole for each in series],
    )


def _means(whose: str, visit: Visit, response: Response) -> Means:
    whole, _ = numbers_of(response)
    return Means(
        whose,
        f"{whose} {short_date(visit.visited_on or visit.starts_on)}",
        {section.key: Decimal(part.mean) for section, part in _rated(response)},
        _mean(whole),
    )


def _mean(part: Part) -> Decimal | None:
    return Decimal(part.mean) if part.is_rated else None


def _before(visit: Visit, responses: Sequence[Response], user: User | None) -> dict[int, Means]:
    """What the school's last visit before this one gave, by version."""
    visits = Visit.objects.visible_to(user) if user else Visit.objects.all()
    earlier = visits.filter(school=visit.school_id, state__in=SEEN_BY_SCHOOL, visited_on__lt=visit.visited_on)
    forms = VisitForm.objects.filter(visit__in=earlier, response__version__in={r.version_id for r in responses})
    rows = forms.select_related("response__version", "visit").defer("response__version__definition")
    return {
        row.response.version_id: _means("ครั้งก่อน", row.visit, row.response)
        for row in rows.order_by("visit__visited_on", "visit", "place")
    }


def _office_shown(visit: Visit, user: User | None) -> bool:
    if user is None or not reads_from_outside(user, visit):
        return True
    days = semester_range(visit.academic_year, visit.semester, calendar_for(visit.area_id), with_break=False)
    return days.end < timezone.localdate()


def _around(visit: Visit, versions: Sequence[InstrumentVersion]) -> dict[int, Means]:
    """What all visits of the semester gave, by version, where enough schools had one."""
    kept = Tally.objects.filter(
        area=visit.area_id,
        version__in={version.pk for version in versions},
        collection__isnull=True,
        academic_year=visit.academic_year,
        semester=visit.semester,
        responses__gt=0,
    )
    schools = kept.filter(kind=Tally.SCHOOL).values("version").annotate(count=Count("ref", distinct=True))
    enough = {row["version"]: row["count"] for row in schools.order_by() if row["count"] >= LEAST_SCHOOLS}
    groups: dict[int, Group] = grouped(kept.filter(kind=Tally.OFFICE), lambda row: row.version_id) if enough else {}
    found = {}
    for version in versions:
        if version.pk in enough and version.pk in groups:
            name = f"{OFFICE} ({enough[version.pk]} โรงเรียน)"
            found[version.pk] = _pooled(name, Book.of((version,)), groups[version.pk])
    return found


def _pooled(name: str, book: Book, group: Group) -> Means:
    results = {section.key: [result_of(book, group, line) for line in lines] for section, lines in book.sections}
    parts = {section.key: pooled(results[section.key], section.averaged) for section, _ in book.sections}
    means = {key: part.mean for key, part in parts.items() if part.scale and part.mean is not None}
    everything = [result for rows in results.values() for result in rows]
    return Means(OFFICE, name, means, pooled(everything, book.form.whole_scale).mean)
