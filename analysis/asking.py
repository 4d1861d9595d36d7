"""What a person asks for in the address of a page: which answers, seen how. The page, the PDF and the XLSX read the
same address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.http import QueryDict

from accounts.models import User
from analysis.ordering import ordered
from analysis.periods import ACADEMIC, FISCAL, SEMESTER, Period
from analysis.queries import (
    BY,
    GROUP,
    OFFICE,
    PERSON,
    SCHOOL,
    SIZE,
    Book,
    Breakdown,
    FormSummary,
    Measure,
    PeriodsCompared,
    Reading,
    Trend,
    breakdown_of,
    collections_of,
    comparison_of,
    measures_of,
    periods_of,
    summary_of,
    trend_of,
    versions_read,
)
from instruments.models import Collection, Instrument, InstrumentVersion, Tally
from instruments.rules import READERS
from schools.models import AreaOffice, SchoolGroup
from schools.queries import size_labels
from thai.text import name_sort_key

SUMMARY, APART, COMPARED, OVER_TIME = "", "by", "compare", "trend"
VIEWS = {SUMMARY: "สรุปรายข้อ", APART: "จำแนกตาม", COMPARED: "เทียบสองช่วง", OVER_TIME: "แนวโน้ม"}
KINDS = {SEMESTER: BY[SEMESTER], ACADEMIC: BY[ACADEMIC], FISCAL: BY[FISCAL]}
SORTS = ("number", "name", "responses", "n", "mean", "sd", "rank")


@dataclass
class Asked:
    """One page of results. ``notes`` are Thai sentences about what was asked for and isn't there."""

    reading: Reading
    book: Book
    view: str = SUMMARY
    by: str = SCHOOL
    kind: str = SEMESTER
    sort: str = "number"
    measure_key: str = ""
    before: Period | None = None
    after: Period | None = None
    notes: list[str] = field(default_factory=list)
    areas: Sequence[AreaOffice] = ()

    @property
    def pk(self) -> int:
        return self.reading.instrument.pk

    @property
    def instrument(self) -> Instrument:
        return self.reading.instrument

    @cached_property
    def periods(self) -> list[Period]:
        """Every period with answers, for the choices."""
        return periods_of(self.reading)

    @cached_property
    def collections(self) -> list[Collection]:
        return collections_of(self.reading.area, versions_read(self.instrument))

    @cached_property
    def versions(self) -> list[InstrumentVersion]:
        return versions_read(self.instrument)

    @cached_property
    def measures(self) -> list[Measure]:
        return measures_of(self.book)

    @property
    def measure(self) -> Measure | None:
        """The one that was asked for, else the first."""
        return next((m for m in self.measures if m.key == self.measure_key), next(iter(self.measures), None))

    @property
    def key(self) -> str:
        """What ``sort`` sorts by, without the sign."""
        return self.sort.lstrip("-")

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    def ordered(self, rows: Iterable[Any]) -> list:
        """Results or rows in the order that is asked for."""
        return ordered(rows, self.key, descending=self.is_descending)

    @cached_property
    def summary(self) -> FormSummary:
        return summary_of(self.reading, self.book)

    @cached_property
    def office(self) -> FormSummary | None:
        """The same of the whole office, for a part of it to stand beside; None where all of it is read, or where small
        numbers are hidden: what is left over could tell them."""
        if self.reading.scope == OFFICE or self.reading.anonymous:
            return None
        return summary_of(replace(self.reading, scope=OFFICE, ref=""), self.book)

    @cached_property
    def by_school(self) -> Breakdown | None:
        """The whole told apart by school; None where nothing is averaged, or of one school, or where it may not be known."""
        whole = next((measure for measure in self.measures if measure.kind == "rating" and not measure.key), None)
        if whole is None or self.reading.anonymous or self.reading.scope in (SCHOOL, PERSON):
            return None
        return breakdown_of(self.reading, self.book, whole, SCHOOL)

    @cached_property
    def breakdown(self) -> Breakdown | None:
        if self.view != APART or self.measure is None:
            return None
        return breakdown_of(self.reading, self.book, self.measure, self.by)

    @cached_property
    def comparison(self) -> PeriodsCompared | None:
        if self.view != COMPARED or self.before is None or self.after is None:
            return None
        return comparison_of(self.reading, self.book, self.before, self.after)

    @cached_property
    def trend(self) -> Trend | None:
        if self.view != OVER_TIME or self.measure is None or self.measure.kind == "frequency":
            return None
        return trend_of(self.reading, self.book, self.measure, self.kind)

    @cached_property
    def scopes(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Whose answers can be read, as groups of (value, label)."""
        area = self.reading.area
        groups = SchoolGroup.objects.filter(area=area).order_by("name")
        people = Tally.objects.filter(area=area, kind=Tally.PERSON, version__in=[v.pk for v in self.versions])
        supervisors = sorted(
            User.objects.filter(pk__in=people.values("ref")), key=lambda user: name_sort_key(str(user))
        )
        found = [
            (BY[GROUP], [(f"{GROUP}:{group.pk}", group.name) for group in groups]),
            (BY[SIZE], [(f"{SIZE}:{label}", label) for label in size_labels(area.size_bands)]),
            (BY[PERSON], [(f"{PERSON}:{user.pk}", str(user)) for user in supervisors]),
            (BY[SCHOOL], [(f"{SCHOOL}:{school.pk}", school.name) for school in self.reading.schools]),
        ]
        if self.reading.anonymous:
            found = [pair for pair in found if pair[0] != BY[PERSON]]
        return [(label, choices) for label, choices in found if choices]

    @property
    def scope_key(self) -> str:
        return "" if self.reading.scope == OFFICE else f"{self.reading.scope}:{self.reading.ref}"

    @property
    def scope_label(self) -> str:
        if self.reading.scope == OFFICE:
            return "ทั้งสำนักงาน"
        kind = BY[self.reading.scope]
        choices = dict(next((choices for label, choices in self.scopes if label == kind), []))
        name = choices.get(self.scope_key, "-")
        return name if self.reading.scope == GROUP else f"{kind} {name}"

    @property
    def version_label(self) -> str:
        versions = self.reading.versions
        return (
            f"ฉบับที่ {versions[0].number}" if len(versions) == 1 else f"ฉบับที่ {versions[-1].number}–{versions[0].number}"
        )

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is read, in words: for the head of the page, the PDF and the workbook."""
        collection = self.reading.collection
        return [
            ("เครื่องมือ", f"{self.instrument.code} {self.instrument.title} ({self.version_label})"),
            ("สำนักงาน", self.reading.area.name),
            ("ของ", self.scope_label),
            ("ช่วงเวลา", ", ".join(period.label for period in self.reading.periods) or "ทุกช่วงเวลา"),
            *([("รอบเก็บข้อมูล", collection.title)] if collection else []),
        ]


def asked(user: User, instrument: Instrument, params: QueryDict) -> Asked | None:
    """Read the address; None where the person's offices have no version of the form. What is unknown is left out and
    said in ``notes``."""
    areas = _areas(user, instrument)
    versions = versions_read(instrument)
    if not areas or not versions:
        return None
    notes: list[str] = []
    area = next((area for area in areas if str(area.pk) == params.get("area")), areas[0])
    reading = Reading(instrument, area, tuple(versions))
    reading = _with_collection(reading, params.get("collection", ""), notes)
    reading = _with_version(reading, params.get("version", ""), notes)
    reading = _with_periods(reading, params.getlist("period"), notes)
    reading = _with_scope(reading, params.get("of", ""), notes)
    found = Asked(reading, Book.of(reading.versions), notes=notes, areas=areas)
    found.view = _one_of(params, "view", VIEWS, SUMMARY)
    found.by = _one_of(params, "by", BY, SCHOOL)
    found.kind = _one_of(params, "per", KINDS, SEMESTER)
    found.measure_key = params.get("measure", "")
    sort = params.get("sort", "number")
    found.sort = sort if sort.removeprefix("-") in SORTS else "number"
    if found.view == COMPARED:
        _choose_two(found, params)
    return found


def default_asked(instrument: Instrument) -> Asked | None:
    """The summary of everything, for the command line: of the form's own office, or the first there is."""
    area = instrument.area or AreaOffice.objects.order_by("code").first()
    versions = versions_read(instrument)
    if area is None or not versions:
        return None
    reading = _with_collection(Reading(instrument, area, tuple(versions)), "", [])
    return Asked(reading, Book.of(reading.versions), areas=[area])


def _areas(user: User, instrument: Instrument) -> list[AreaOffice]:
    """The offices whose answers the person may read."""
    areas = user.areas_as(*READERS)
    if instrument.area_id is not None:
        areas &= {instrument.area_id}
    return list(AreaOffice.objects.filter(pk__in=areas).order_by("code"))


def _one_of(params: QueryDict, name: str, known: Mapping[str, str], default: str) -> str:
    value = params.get(name, default)
    return value if value in known else default


def _with_collection(reading: Reading, chosen: str, notes: list[str]) -> Reading:
    """With the collection that is asked for, over the versions that were answered in it.

    Anonymous ones are read singly: without a choice, the newest of them where nothing else was answered.
    """
    collections = collections_of(reading.area, reading.versions)
    anonymous = [collection for collection in collections if collection.anonymous and collection.counted]
    collection = next((c for c in collections if str(c.pk) == chosen), None)
    if chosen and collection is None:
        collection = _unanswered(reading.area, chosen)
        if collection is not None:
            return replace(reading, collection=collection)
        notes.append("ไม่พบรอบเก็บข้อมูลที่เลือก จึงแสดงผลรวมทุกรอบ")
    if collection is None and anonymous:
        if not reading.rows.filter(kind=Tally.OFFICE, responses__gt=0).exists():
            collection = anonymous[0]
        if collection is None or len(anonymous) > 1:
            notes.append(
                "รอบเก็บข้อมูลที่ไม่ระบุตัวผู้ตอบแสดงทีละรอบ ไม่รวมกับคำตอบอื่น เพื่อไม่ให้คำนวณย้อนหาผู้ตอบได้ เลือกรอบได้ในช่อง “รอบเก็บข้อมูล”"
            )
    if collection is None:
        return reading
    answered = set(Tally.objects.filter(collection=collection, area=reading.area).values_list("version", flat=True))
    versions = tuple(version for version in reading.versions if version.pk in answered)
    return replace(reading, collection=collection, versions=versions or reading.versions)


def _unanswered(area: AreaOffice, chosen: str) -> Collection | None:
    """A collection of the office that nobody has answered yet."""
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) <= 18):
        return None
    return Collection.objects.open().filter(area=area, pk=chosen).first()


def _with_version(reading: Reading, chosen: str, notes: list[str]) -> Reading:
    only = tuple(version for version in reading.versions if str(version.number) == chosen)
    if chosen and not only:
        notes.append(f"ไม่พบฉบับที่ {chosen[:10]} ในผลที่เลือก จึงแสดงผลรวมทุกฉบับ")
    if not only or only == reading.versions:
        return reading
    if reading.anonymous:
        notes.append("แบบสอบถามที่ไม่ระบุตัวผู้ตอบแสดงผลรวมทุกฉบับเท่านั้น เพื่อไม่ให้ย้อนหาตัวผู้ตอบได้")
        return reading
    return replace(reading, versions=only)


def _with_periods(reading: Reading, keys: Sequence[str], notes: list[str]) -> Reading:
    periods = [Period.of_key(key) for key in dict.fromkeys(keys) if key][:40]
    if None in periods:
        notes.append("ไม่พบช่วงเวลาที่เลือกบางช่วง จึงไม่ได้นำมาแสดง")
    known = tuple(period for period in periods if period)
    if known and reading.anonymous:
        notes.append("แบบสอบถามที่ไม่ระบุตัวผู้ตอบแสดงผลรวมทุกช่วงเวลาเท่านั้น เพื่อไม่ให้ย้อนหาตัวผู้ตอบได้")
        return reading
    return reading.over(*known)


def _with_scope(reading: Reading, value: str, notes: list[str]) -> Reading:
    scope, _, ref = value.partition(":")
    if not value:
        return reading
    area = reading.area
    is_number = ref.isascii() and ref.isdecimal() and len(ref) <= 18
    known = {
        GROUP: lambda: is_number and SchoolGroup.objects.filter(area=area, pk=ref).exists(),
        SIZE: lambda: ref in size_labels(area.size_bands),
        SCHOOL: lambda: is_number and area.schools.filter(pk=ref).exists(),
        PERSON: lambda: (
            not reading.anonymous and is_number and Tally.objects.filter(area=area, kind=Tally.PERSON, ref=ref).exists()
        ),
    }
    if scope in known and known[scope]():
        return replace(reading, scope=scope, ref=ref)
    notes.append("ไม่พบกลุ่ม ขนาด โรงเรียน หรือผู้นิเทศที่เลือก จึงแสดงทั้งสำนักงาน")
    return reading


def _choose_two(found: Asked, params: QueryDict) -> None:
    """The two periods of a comparison: as asked, else the last two of the kind that has two."""
    before, after = (Period.of_key(params.get(name, "")) for name in ("before", "after"))
    for kind in (SEMESTER, ACADEMIC, FISCAL):
        same = [period for period in found.periods if period.kind == kind]
        if len(same) > 1:
            found.before, found.after = before or same[1], after or same[0]
            return
    found.before, found.after = before, after


def query_of(params: QueryDict, **changed: Any) -> str:
    """The address's query with some parameters changed; None takes one away."""
    copy = params.copy()
    for name, value in changed.items():
        if value is None:
            copy.pop(name, None)
        else:
            copy[name] = str(value)
    return f"?{copy.urlencode()}" if copy else "?"
