"""Reads of the national tests: a school over three years, and the schools of an area beside each other.

Everything is compared as a percentage of the full score. Where two years are not of one kind, no difference is worked
out and a word says why.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from django.db.models import Count, F, Sum

from schools.models import (
    GRADES,
    PAPERS,
    AreaOffice,
    Enrolment,
    Exam,
    ExamResult,
    Level,
    School,
    Subject,
    paper_of,
)
from thai.numerals import round_half_up

YEARS = 3
FEW = 10
"""Below so many pupils one child moves the mean by many points."""
ENOUGH_SCHOOLS = 3
"""Of fewer schools no mean of the area is worked out: each could read off the other's."""
SHARE = Decimal("0.8")
"""Of the pupils of the grade: below it the mean speaks for those who came, as in a voluntary test."""

Key = tuple[str, str, str]
"""Test, grade, subject."""
GRADE_LABELS = dict(GRADES)


def paper_label(exam: str, grade: str) -> str:
    return f"{Exam(exam).label} {GRADE_LABELS[grade]}"


_ORDER = {
    (paper.exam.value, paper.grade, subject.value): place
    for place, (paper, subject) in enumerate((paper, subject) for paper in PAPERS for subject in paper.subjects)
}


def _place(key: Key) -> tuple:
    return (_ORDER.get(key, len(_ORDER)), key)


def percent_of(result: ExamResult | None) -> Decimal | None:
    """The published mean as a percentage with two decimals, or None."""
    return None if result is None or result.percent is None else round_half_up(result.percent)


@dataclass(frozen=True)
class AreaMean:
    """What a school is held against: as published or, where nothing is, worked out of the schools by pupils tested."""

    percent: Decimal
    published: bool
    schools: int = 0


def area_means(area: AreaOffice | int, years: Iterable[int]) -> dict[tuple[Key, int], AreaMean]:
    """The area's mean for each test, grade, subject and year. Costs two queries."""
    area_id = area if isinstance(area, int) else area.pk
    years = list(years)
    # Summed by full score and divided here: SQLite would divide whole numbers without remainder.
    sums = (
        ExamResult.objects.published()
        .filter(school__area=area_id, academic_year__in=years, tested__gt=0)
        .values("exam", "grade", "subject", "academic_year", "full_score")
        .annotate(points=Sum(F("mean") * F("tested")), pupils=Sum("tested"), schools=Count("pk"))
        .order_by()
    )
    scales = defaultdict(list)
    for row in sums:
        scales[(row["exam"], row["grade"], row["subject"]), row["academic_year"]].append(row)
    means = {}
    for key, rows in scales.items():
        schools = sum(row["schools"] for row in rows)
        if schools >= ENOUGH_SCHOOLS:
            weighted = sum(row["points"] * 100 / row["full_score"] for row in rows)
            percent = round_half_up(weighted / sum(row["pupils"] for row in rows))
            means[key] = AreaMean(percent, published=False, schools=schools)
    for result in ExamResult.objects.published().filter(area=area_id, level=Level.AREA, academic_year__in=years):
        published = percent_of(result)
        if published is not None:
            means[(result.exam, result.grade, result.subject), result.academic_year] = AreaMean(
                published, published=True
            )
    return means


def pupils_of(schools: Iterable[int], years: Iterable[int]) -> dict[tuple[int, str, int], int]:
    """Pupils by school, grade and academic year. Costs one query."""
    rows = (
        Enrolment.objects.filter(school__in=list(schools), academic_year__in=list(years))
        .values_list("school_id", "grade", "academic_year")
        .annotate(pupils=Sum(F("male") + F("female")))
        .order_by()
    )
    return {(school, grade, year): pupils for school, grade, year, pupils in rows}


# -- Which years may be compared -----------------------------------------------------------------------------------


def why_not_comparable(earlier: ExamResult, later: ExamResult) -> str:
    """The word that says why the later result is not to be compared with the earlier one, or nothing."""
    before = paper_of(earlier.exam, earlier.grade, earlier.academic_year)
    after = paper_of(later.exam, later.grade, later.academic_year)
    if before != after and after is not None:
        return f"โครงสร้างข้อสอบเปลี่ยนตั้งแต่ปี {after.first} เทียบกับปีก่อนหน้าไม่ได้"
    if later.new_basis:
        return f"ข้อสอบปี {later.academic_year} เปลี่ยนไป เทียบกับปีก่อนหน้าไม่ได้"
    return ""


def difference(earlier: ExamResult | None, later: ExamResult | None) -> Decimal | None:
    """Percentage points from the earlier to the later result; None where either is missing or they don't compare."""
    before, after = percent_of(earlier), percent_of(later)
    if earlier is None or later is None or before is None or after is None or why_not_comparable(earlier, later):
        return None
    return after - before


def shared_note(results: Iterable[ExamResult]) -> str:
    """The note that stands on every one of the results, so that a page says it once; empty where they differ."""
    notes = {result.note for result in results}
    return notes.pop() if len(notes) == 1 else ""


def words_on(results: list[ExamResult], pupils: dict[tuple[int, str, int], int], *, told: str = "") -> list[str]:
    """What to bear in mind when the results, oldest first, are read beside each other; ``told`` is a note said already."""
    words = list(
        dict.fromkeys(word for earlier, later in pairwise(results) if (word := why_not_comparable(earlier, later)))
    )
    shown = [result for result in results if result.mean is not None]
    scales = list(dict.fromkeys(result.full_score.normalize() for result in shown))
    if len(scales) > 1:
        words.append(f"คะแนนเต็มต่างกัน ({' และ '.join(f'{scale:f}' for scale in scales)}) จึงเทียบเป็นร้อยละ")
    few = [result for result in shown if result.tested is not None and result.tested < FEW]
    if few:
        words.append(f"ผู้เข้าสอบไม่ถึง {FEW} คนในปี {_years(few)} ค่าเฉลี่ยแกว่งได้มาก")
    part = [
        result
        for result in shown
        if result.tested is not None
        and (enrolled := pupils.get((result.school_id or 0, result.grade, result.academic_year)))
        and result.tested < SHARE * enrolled
    ]
    if part:
        words.append(f"เข้าสอบไม่ถึงร้อยละ {SHARE * 100:.0f} ของนักเรียนในปี {_years(part)} ไม่ใช่ผลของทั้งชั้น")
    for note in dict.fromkeys(result.note for result in results if result.note and result.note != told):
        noted = [result for result in results if result.note == note]
        words.append(note if len(noted) == len(results) else f"ปี {_years(noted)}: {note}")
    return words


def _years(results: list[ExamResult]) -> str:
    return " ".join(str(result.academic_year) for result in results)


# -- One school ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """One year of a line: the school's result beside its area's mean."""

    year: int
    result: ExamResult | None
    area: AreaMean | None

    @property
    def percent(self) -> Decimal | None:
        return percent_of(self.result)

    @property
    def above(self) -> Decimal | None:
        """Percentage points above the area's mean, below it where negative."""
        return None if self.percent is None or self.area is None else self.percent - self.area.percent


@dataclass(frozen=True)
class Line:
    """A subject of a test over the years, oldest first; ``change`` is from the year before the last to the last."""

    key: Key
    cells: list[Cell]
    change: Decimal | None
    words: list[str]

    @property
    def subject(self) -> str:
        return Subject(self.key[2]).label

    @property
    def verdict(self) -> str:
        """What is said of the years where nothing stands against comparing them."""
        shown = sum(cell.percent is not None for cell in self.cells)
        return "เทียบกันได้" if shown > 1 else "ยังไม่มีสองปีให้เทียบ"


@dataclass(frozen=True)
class Sheet:
    """One test of one grade."""

    label: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class ThreeYears:
    years: list[int]
    sheets: list[Sheet]
    note: str


def results_of(school: School) -> ThreeYears | None:
    """The school's last three academic years, test by test; None where there is no result. Costs five queries."""
    latest = school.exam_results.order_by("-academic_year").values_list("academic_year", flat=True).first()
    if latest is None:
        return None
    years = list(range(latest - YEARS + 1, latest + 1))
    found: dict[Key, dict[int, ExamResult]] = defaultdict(dict)
    for result in school.exam_results.filter(academic_year__in=years):
        found[(result.exam, result.grade, result.subject)][result.academic_year] = result
    note = shared_note(result for rows in found.values() for result in rows.values())
    means = area_means(school.area_id, years)
    pupils = pupils_of([school.pk], years)
    sheets: dict[str, Sheet] = {}
    for key in sorted(found, key=_place):
        rows = found[key]
        cells = [Cell(year, rows.get(year), means.get((key, year))) for year in years]
        change = difference(rows.get(years[-2]), rows.get(years[-1]))
        ordered = [rows[year] for year in years if year in rows]
        line = Line(key, cells, change, words_on(ordered, pupils, told=note))
        label = paper_label(key[0], key[1])
        sheets.setdefault(label, Sheet(label)).lines.append(line)
    return ThreeYears(years, list(sheets.values()), note)


# -- The schools of an area ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One school in one year of a subject, beside its year before and the area's mean."""

    school: School
    result: ExamResult | None
    before: ExamResult | None
    mean: AreaMean | None
    words: list[str]

    @property
    def percent(self) -> Decimal | None:
        return percent_of(self.result)

    @property
    def percent_before(self) -> Decimal | None:
        return percent_of(self.before)

    @property
    def above(self) -> Decimal | None:
        return None if self.percent is None or self.mean is None else self.percent - self.mean.percent

    @property
    def change(self) -> Decimal | None:
        return difference(self.before, self.result)

    @property
    def tested(self) -> int | None:
        return self.result.tested if self.result else None


SORTS = {
    "name": "ชื่อโรงเรียน",
    "-percent": "คะแนนมากไปน้อย",
    "percent": "คะแนนน้อยไปมาก",
    "-change": "เพิ่มขึ้นมากที่สุด",
    "change": "ลดลงมากที่สุด",
    "-tested": "ผู้เข้าสอบมากไปน้อย",
}


def sorted_rows(rows: list[Row], sort: str) -> list[Row]:
    """The rows, which come in the order of names, by a key of `SORTS`; what has no number stands last either way."""
    name = sort.removeprefix("-")
    if sort not in SORTS or name == "name":
        return rows
    known = [row for row in rows if getattr(row, name) is not None]
    known.sort(key=lambda row: getattr(row, name), reverse=sort.startswith("-"))
    return known + [row for row in rows if getattr(row, name) is None]


def rows_of(schools, area: AreaOffice, key: Key, year: int, *, mean: AreaMean | None) -> tuple[list[Row], str]:
    """The area's schools of the queryset that have a result in this year or the last, or pupils in the grade.

    With the note that all of them share. Costs three queries.
    """
    exam, grade, subject = key
    found: dict[int, dict[int, ExamResult]] = defaultdict(dict)
    results = ExamResult.objects.filter(
        school__area=area, exam=exam, grade=grade, subject=subject, academic_year__in=(year - 1, year)
    )
    for one in results:
        found[one.school_id or 0][one.academic_year] = one
    listed = list(schools.filter(area=area))
    pupils = pupils_of([school.pk for school in listed], (year - 1, year))
    note = shared_note(one for school in listed for one in found.get(school.pk, {}).values())
    rows = []
    for school in listed:
        own = found.get(school.pk, {})
        if not own and not (pupils.get((school.pk, grade, year)) and school.is_open()):
            continue
        result, before = own.get(year), own.get(year - 1)
        ordered = [one for one in (before, result) if one is not None]
        rows.append(Row(school, result, before, mean, words_on(ordered, pupils, told=note)))
    return rows, note


def choices_of(area: AreaOffice) -> tuple[list[tuple[str, str]], list[int]]:
    """The papers (test, grade) that the area's schools have results of, and the academic years, newest first."""
    rows = (
        ExamResult.objects.filter(school__area=area).order_by().values_list("exam", "grade", "academic_year").distinct()
    )
    papers, years = set(), set()
    for exam, grade, year in rows:
        papers.add((exam, grade))
        years.add(year)
    order = list(dict.fromkeys((paper.exam.value, paper.grade) for paper in PAPERS))
    return [paper for paper in order if paper in papers], sorted(years, reverse=True)


def benchmarks_of(area: AreaOffice, key: Key, year: int) -> list[ExamResult]:
    """The published means of สพฐ. and the country that the area's schools are held against."""
    exam, grade, subject = key
    found = ExamResult.objects.published().filter(
        area=area, exam=exam, grade=grade, subject=subject, academic_year=year
    )
    order = [Level.OBEC, Level.COUNTRY]
    return sorted((one for one in found if one.level in order), key=lambda one: order.index(Level(one.level)))
