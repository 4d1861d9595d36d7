"""Which answers are read: of which form, office, periods, schools and collection."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from analysis.periods import ACADEMIC, FISCAL, SEMESTER, Period, known_periods
from instruments.flows import DRAFT, IN_REVIEW
from instruments.models import Collection, Instrument, InstrumentVersion, Tally
from instruments.rules import READERS
from schools.models import AreaOffice, School
from schools.queries import size_of, with_pupils
from thai.text import thai_sort_key

OFFICE, GROUP, SIZE, SCHOOL, PERSON = "office", "group", "size", "school", "person"
BY = {
    SCHOOL: "โรงเรียน",
    GROUP: "กลุ่มโรงเรียน",
    SIZE: "ขนาดโรงเรียน",
    SEMESTER: "ภาคเรียน",
    ACADEMIC: "ปีการศึกษา",
    FISCAL: "ปีงบประมาณ",
    PERSON: "ผู้นิเทศ",
    "version": "ฉบับของเครื่องมือ",
}
"""What results are told apart by."""
NO_GROUP = "ไม่อยู่ในกลุ่มโรงเรียน"
FREQUENCY, GIVEN = "frequency", "given"


@dataclass(frozen=True)
class Reading:
    """Which answers are read. ``versions`` are those of the form, the newest first."""

    instrument: Instrument
    area: AreaOffice
    versions: tuple[InstrumentVersion, ...]
    periods: tuple[Period, ...] = ()
    scope: str = OFFICE
    """``office``, or ``group``, ``size``, ``school`` or ``person`` with ``ref``."""
    ref: str = ""
    collection: Collection | None = None
    """Without one: all answers that count in the office, but no anonymous ones. Those are read one collection at a time,
    because what is hidden of one could be told from the sum of several."""
    visits: bool = False
    """Only what was filled on visits, which stand in no collection."""

    @property
    def anonymous(self) -> bool:
        """Whether small numbers are hidden."""
        return self.collection is not None and self.collection.anonymous

    def over(self, *periods: Period) -> "Reading":
        return replace(self, periods=periods)

    @property
    def rows(self) -> QuerySet[Tally]:
        """The kept sums of this form, office, collection and periods, of every kind."""
        counted = Q(collection=self.collection) if self.collection else counted_in_office() & not_anonymous()
        if self.visits:
            counted = Q(collection__isnull=True)
        found = Tally.objects.filter(counted, area=self.area, version__in=[v.pk for v in self.versions])
        if self.periods:
            condition = Q()
            for period in self.periods:
                condition |= period.condition
            found = found.filter(condition)
        return found

    def rows_in_scope(self) -> QuerySet[Tally]:
        """Those of the office, the schools or the person that are asked for."""
        if self.scope == OFFICE:
            return self.rows.filter(kind=Tally.OFFICE)
        if self.scope == PERSON:
            return self.rows.filter(kind=Tally.PERSON, ref=int(self.ref))
        return self.rows.filter(kind=Tally.SCHOOL, ref__in=self.school_ids)

    @cached_property
    def school_ids(self) -> list[int]:
        """The schools in scope."""
        if self.scope == SCHOOL:
            return [int(self.ref)]
        return [school.pk for school in self.schools if self.scope == OFFICE or self.place_of(school) == self.ref]

    @cached_property
    def schools(self) -> list[School]:
        """All schools of the office, closed ones too, with ``pupils``; by name."""
        return sorted(
            with_pupils(School.objects.filter(area=self.area)).select_related("group"),
            key=lambda school: thai_sort_key(school.name),
        )

    def place_of(self, school: Any) -> str:
        """The group or size of a school, as ``ref`` names it."""
        return place_in(self.scope, school, self.area)


def place_in(scope: str, school: Any, area: AreaOffice) -> str:
    """The size (``SIZE``; the school with its ``pupils``) or the group of a school, as ``ref`` names it."""
    return size_of(school.pupils, area.size_bands) if scope == SIZE else str(school.group_id or 0)


def counted_in_office() -> Q:
    return Q(collection__isnull=True) | Q(collection__counted=True)


def not_anonymous() -> Q:
    """Answers of which it may be known who gave them."""
    return Q(collection__isnull=True) | Q(collection__anonymous=False)


def versions_read(instrument: Instrument) -> list[InstrumentVersion]:
    """The versions that results can be of, newest first: published ones, and one in review that was tried out."""
    versions = instrument.versions.exclude(state=DRAFT).order_by("-number")
    tried = set(Tally.objects.filter(version__instrument=instrument).values_list("version_id", flat=True))
    return [version for version in versions if version.state != IN_REVIEW or version.pk in tried]


def collections_of(area: AreaOffice, versions: Sequence[InstrumentVersion]) -> list[Collection]:
    """The collections in which the form was answered, newest first."""
    ids = Tally.objects.filter(area=area, version__in=[v.pk for v in versions]).values("collection")
    return list(Collection.objects.open().filter(area=area, pk__in=ids).order_by("-pk"))


def periods_of(reading: Reading) -> list[Period]:
    """The periods in which there are answers, for the filter."""
    rows = reading.over().rows.filter(kind=Tally.OFFICE, responses__gt=0)
    return known_periods(rows.values_list("academic_year", "semester", "fiscal_year").distinct())


def forms_with_results(user: User) -> list[dict[str, Any]]:
    """Every form the reader sees with how many finished responses it has in the reader's offices."""
    areas = user.areas_as(*READERS)
    rows = (
        Tally.objects.filter(counted_in_office() | Q(collection__counted=False), area__in=areas, kind=Tally.OFFICE)
        .values("version__instrument")
        .annotate(all=Sum("responses"), office=Sum("responses", filter=counted_in_office()))
    )
    counted: dict[int, Any] = {row["version__instrument"]: row for row in rows}
    forms = Instrument.objects.visible_to(user).exclude(versions__isnull=True).order_by("code", "pk").distinct()
    return [
        {
            "instrument": form,
            "responses": counted.get(form.pk, {}).get("office") or 0,
            "only_collected": counted.get(form.pk, {}).get("all") or 0,
        }
        for form in forms
    ]
