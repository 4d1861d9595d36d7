"""P-5.1 step 1: everything the office knows of its schools and its own work on one day, with its analysis in words."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from cycles.forms import StepForm
from cycles.kinds import Gap, StepKind, kind_of, step_kind
from cycles.models import Cycle, CycleStep, StepRecord
from instruments.statistics import show, show_signed
from schools.models import PAPERS, Enrolment, ExamResult, Level, School, Subject
from schools.queries import size_labels, size_of, with_pupils
from schools.results import FEW, YEARS, AreaMean, Key, area_means, paper_label, why_not_comparable
from supervision.models import Recommendation, VisitMember
from thai.dates import short_date
from thai.fields import ThaiCharField
from thai.numerals import round_half_up
from thai.text import name_sort_key, thai_sort_key

BANDS = {"k": "อนุบาล", "p": "ประถมศึกษา", "m": "มัธยมศึกษา"}
"""Levels of grades by the first letter of their key."""
TOP_SCHOOLS = 10


class InformationForm(StepForm):
    findings = ThaiCharField(
        label="สารสนเทศที่ได้จากข้อมูล", max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="ข้อมูลบอกอะไร แนวโน้มเป็นอย่างไร และมีข้อจำกัดใดที่ต้องระวังเมื่ออ่าน",
    )  # fmt: skip
    strengths = ThaiCharField(label="จุดเด่น", max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))
    problems = ThaiCharField(label="ปัญหาและจุดที่ควรพัฒนา", max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))
    references = ThaiCharField(
        label="เอกสารอ้างอิง", max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="บรรทัดละหนึ่งรายการ เช่น แผนปฏิบัติการของ สพฐ. นโยบายและจุดเน้น ระเบียบที่เกี่ยวข้อง",
    )  # fmt: skip

    needed = ("findings", "strengths", "problems", "references")


@step_kind("P-5.1", "s1")
class Information(StepKind):
    template = "cycles/steps/information.html"
    document = "cycles/steps/information_document.html"
    styles = ("css/charts.css", "css/analysis.css", "css/cycle-steps.css")
    title = "สารสนเทศเพื่อการนิเทศ"
    form = InformationForm

    def gather(self, step: CycleStep) -> dict[str, Any]:
        cycle = step.cycle
        return {
            "on": timezone.localdate(),
            "schools": school_facts(cycle),
            "pupils": pupil_facts(cycle.area_id),
            "people": people_facts(cycle.area_id),
            "load": load_facts(cycle),
            "results": result_facts(cycle.area_id),
            "before": before_facts(cycle),
            "recommendations": recommendation_facts(cycle.area_id),
        }

    def gaps(self, step: CycleStep, facts: dict[str, Any]) -> list[Gap]:
        keeper = "เจ้าหน้าที่ธุรการหรือผู้อำนวยการกลุ่มนิเทศฯ"
        url = reverse("schools:school-list")
        if not facts["schools"]["total"]:
            return [Gap("ทะเบียนยังไม่มีสถานศึกษาที่เปิดสอน", keeper, url, "ทะเบียนสถานศึกษา")]
        if not facts["pupils"]:
            return [Gap("ยังไม่มีจำนวนนักเรียนของสถานศึกษา", keeper, url, "นำเข้าจำนวนนักเรียน")]
        return []


# -- Schools and pupils --------------------------------------------------------------------------------------------


def school_facts(cycle: Cycle) -> dict[str, Any]:
    """The schools open today: by group, size and level, each with its pupils. One query."""
    area = cycle.area
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    sizes: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    levels: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    schools: list[Any] = list(with_pupils(School.objects.filter(area=area).open_on()).select_related("group"))
    for school in schools:
        places = (
            groups[school.group.name if school.group else "ไม่อยู่ในกลุ่มโรงเรียน"],
            sizes[size_of(school.pupils, area.size_bands)],
            levels[school.levels or "ไม่ได้ระบุ"],
        )
        for place in places:
            place[0] += 1
            place[1] += school.pupils or 0
    order = {label: at for at, label in enumerate(size_labels(area.size_bands))}
    return {
        "total": len(schools),
        "pupils": sum(school.pupils or 0 for school in schools),
        "groups": _counted(groups, thai_sort_key),
        "sizes": _counted(sizes, lambda name: order.get(name, len(order))),
        "levels": _counted(levels, thai_sort_key),
    }


def _counted(found: dict[str, list[int]], key) -> list[dict[str, Any]]:
    return [{"name": name, "schools": found[name][0], "pupils": found[name][1]} for name in sorted(found, key=key)]


def pupil_facts(area_id: int) -> list[dict[str, Any]]:
    """Pupils and rooms of the last three academic years with figures, the newest first. Two queries.

    ``schools`` says of how many schools: a year that not all have reported is no fall.
    """
    rows = Enrolment.objects.filter(school__area=area_id)
    years = list(rows.order_by("-academic_year").values_list("academic_year", flat=True).distinct()[:YEARS])
    grades = (
        rows.filter(academic_year__in=years)
        .order_by()
        .values("academic_year", "grade")
        .annotate(boys=Sum("male"), girls=Sum("female"), classes=Sum("rooms"))
    )
    schools = dict(
        rows.filter(academic_year__in=years)
        .order_by()
        .values("academic_year")
        .annotate(n=Count("school", distinct=True))
        .values_list("academic_year", "n")
    )
    found: dict[int, dict[str, Any]] = {}
    for row in grades:
        year = found.setdefault(
            row["academic_year"], {"male": 0, "female": 0, "rooms": 0, "bands": dict.fromkeys(BANDS.values(), 0)}
        )
        year["male"] += row["boys"]
        year["female"] += row["girls"]
        year["rooms"] += row["classes"]
        year["bands"][BANDS[row["grade"][0]]] += row["boys"] + row["girls"]
    made = [
        {"year": year, "schools": schools[year], "total": found[year]["male"] + found[year]["female"], **found[year]}
        for year in years
    ]
    for later, earlier in pairwise(made):
        later["change"] = show_signed(_percent_change(earlier["total"], later["total"]))
    return made


def _percent_change(before: int, after: int):
    return round_half_up((after - before) * 100 / before) if before else None


# -- People and their load -----------------------------------------------------------------------------------------


def people_facts(area_id: int) -> list[dict[str, Any]]:
    """How many hold each role today, counted by accounts: the register of teachers is kept elsewhere. One query."""
    roles = (Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD, Role.SCHOOL_HEAD, Role.TEACHER)
    today = RoleAssignment.objects.active().filter(Q(area=area_id) | Q(school__area=area_id), user__is_active=True)
    counts = dict(
        today.filter(role__in=roles).order_by().values("role").annotate(n=Count("user", distinct=True)).values_list("role", "n")
    )  # fmt: skip
    return [{"role": role.label, "n": counts.get(role.value, 0)} for role in roles]


def load_facts(cycle: Cycle) -> dict[str, Any]:
    """Visits and schools of each supervisor in the year of the cycle and the one before. Three queries."""
    years = [cycle.year - 1, cycle.year]
    rows = (
        VisitMember.objects.filter(visit__area=cycle.area_id, visit__fiscal_year__in=years)
        .exclude(visit__state="cancelled")
        .order_by()
        .values("user", "visit__fiscal_year")
        .annotate(visits=Count("visit", distinct=True), schools=Count("visit__school", distinct=True))
    )
    found = {(row["user"], row["visit__fiscal_year"]): (row["visits"], row["schools"]) for row in rows}
    staff = RoleAssignment.objects.holders(Role.SUPERVISOR, Role.WORKGROUP_HEAD, area_id=cycle.area_id)
    people = User.objects.filter(Q(pk__in=staff) | Q(pk__in={user for user, _ in found}))
    return {
        "years": years,
        "rows": [
            {"name": str(user), "cells": [list(found.get((user.pk, year), (0, 0))) for year in years]}
            for user in sorted(people, key=lambda user: name_sort_key(str(user)))
        ],
    }


# -- National tests ------------------------------------------------------------------------------------------------

_ORDER = {
    (paper.exam.value, paper.grade, subject.value): place
    for place, (paper, subject) in enumerate((paper, subject) for paper in PAPERS for subject in paper.subjects)
}


def result_facts(area_id: int) -> dict[str, Any] | None:
    """The area's means of the last three years, test by test; None where there are no results. Six queries at most.

    Between years that don't compare no difference is worked out, and a word says why.
    """
    of_area = ExamResult.objects.filter(Q(school__area=area_id) | Q(area=area_id))
    latest = of_area.order_by("-academic_year").values_list("academic_year", flat=True).first()
    if latest is None:
        return None
    years = list(range(latest - YEARS + 1, latest + 1))
    means = area_means(area_id, years)
    new = set(
        of_area.filter(academic_year__in=years, new_basis=True)
        .order_by()
        .values_list("exam", "grade", "subject", "academic_year")
        .distinct()
    )
    above = {
        (result.exam, result.grade, result.subject, result.level): show(round_half_up(result.percent or 0))
        for result in ExamResult.objects.published().filter(
            area=area_id, academic_year=latest, level__in=(Level.OBEC, Level.COUNTRY)
        )
    }
    below = _schools_below(area_id, latest, means)
    sheets: dict[str, list[dict[str, Any]]] = {}
    for key in sorted({key for key, _ in means}, key=lambda key: (_ORDER.get(key, len(_ORDER)), key)):
        exam, grade, subject = key
        found = [means.get((key, year)) for year in years]
        words = _words(key, years, found, new)
        comparable = found[-1] and found[-2] and not _why_not(key, years[-2], years[-1], new)
        change = found[-1].percent - found[-2].percent if comparable and found[-1] and found[-2] else None
        sheets.setdefault(paper_label(exam, grade), []).append(
            {
                "subject": Subject(subject).label,
                "cells": [show(mean.percent if mean else None) for mean in found],
                "change": show_signed(change),
                "obec": above.get((*key, Level.OBEC), "-"),
                "country": above.get((*key, Level.COUNTRY), "-"),
                "below": below.get(key),
                "words": words,
            }
        )
    return {"years": years, "sheets": [_sheet(label, lines) for label, lines in sheets.items()]}


def _sheet(label: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """One test of one grade; what holds for all of its subjects is said once."""
    shared = [word for word in lines[0]["words"] if len(lines) > 1 and all(word in line["words"] for line in lines)]
    for line in lines:
        line["words"] = [word for word in line["words"] if word not in shared]
    return {"label": label, "words": shared, "lines": lines}


def _why_not(key: Key, earlier: int, later: int, new: set[tuple]) -> str:
    exam, grade, subject = key
    before, after = (
        ExamResult(exam=exam, grade=grade, subject=subject, academic_year=year, new_basis=(*key, year) in new)
        for year in (earlier, later)
    )
    return why_not_comparable(before, after)


def _words(key: Key, years: list[int], found: list[AreaMean | None], new: set[tuple]) -> list[str]:
    words = [
        _why_not(key, earlier, later, new)
        for (earlier, one), (later, other) in pairwise(zip(years, found, strict=True))
        if one and other
    ]
    shown = [(year, mean) for year, mean in zip(years, found, strict=True) if mean]
    worked_out = [(year, mean) for year, mean in shown if not mean.published]
    if worked_out:
        days = " ".join(f"{year} ({mean.schools} แห่ง)" for year, mean in worked_out)
        words.append(f"ปี {days} คำนวณจากผลของโรงเรียน ถ่วงด้วยผู้เข้าสอบ")
    if worked_out and len(worked_out) < len(shown):
        words.append("ที่มาของค่าเฉลี่ยต่างกันระหว่างปี โปรดเทียบด้วยความระมัดระวัง")
    return [word for word in dict.fromkeys(words) if word]


def _schools_below(area_id: int, year: int, means: dict[tuple[Key, int], AreaMean]) -> dict[Key, dict[str, int]]:
    """Of how many schools with a result how many lie below the area's mean, and how many tested only a few."""
    rows = (
        ExamResult.objects.published()
        .filter(school__area=area_id, academic_year=year)
        .annotate(points=F("mean") * 100)
        .values_list("exam", "grade", "subject", "points", "full_score", "tested")
    )
    found: dict[Key, dict[str, int]] = {}
    for exam, grade, subject, points, full, tested in rows.order_by():
        mean = means.get(((exam, grade, subject), year))
        if mean is None:
            continue
        one = found.setdefault((exam, grade, subject), {"below": 0, "schools": 0, "few": 0})
        one["schools"] += 1
        one["below"] += round_half_up(points / full) < mean.percent
        one["few"] += tested is not None and tested < FEW
    return found


# -- The cycle before ----------------------------------------------------------------------------------------------


def before_facts(cycle: Cycle) -> dict[str, Any] | None:
    """What the cycle before came to: its decision, and what its last two steps wrote. Three queries."""
    before = cycle.before
    if before is None:
        return None
    numbers = [number for number in (before.decides, before.steps) if number]
    records: dict[int, StepRecord] = {}
    rows = StepRecord.objects.filter(step__cycle=before, step__number__in=numbers)
    for record in rows.select_related("step", "log__by").order_by("pk"):
        records[record.step.number] = record
    decided = records.get(before.decides)
    return {
        "title": str(before),
        "pk": before.pk,
        "state": before.state_label,
        "rounds": before.round,
        "decision": decided and {
            "label": decided.log.label, "reason": decided.log.reason, "by": str(decided.log.by), "at": decided.log.at,
        },
        "steps": [
            {"step": str(record.step), "texts": texts_of(before.process, record)}
            for number, record in sorted(records.items())
        ],
    }  # fmt: skip


def texts_of(process: str, record: StepRecord) -> list[dict[str, Any]]:
    """What people wrote at the step, under the labels of its form; rows of a list as lines."""
    form = kind_of(process, record.step.key).form
    if form is None:
        return []
    labels = {name: str(field.label) for name, field in form.base_fields.items()}
    labels |= {rows.name: rows.legend for rows in getattr(form, "row_sets", ())}
    found = []
    for name, label in labels.items():
        value = record.content.get(name)
        lines = list(_lines(value)) if value else []
        if lines:
            found.append({"label": label, "lines": lines})
    return found


def _lines(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield from (line for line in value.splitlines() if line.strip())
    elif isinstance(value, list):
        for row in value:
            if isinstance(row, str):
                yield row
            elif isinstance(row, dict):
                texts = (text for name, text in row.items() if name != "key" and isinstance(text, str))
                yield " · ".join(_as_written(text) for text in texts if text)


def _as_written(text: str) -> str:
    """A kept day as people write it; everything else as it is."""
    return short_date(date.fromisoformat(text)) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text


# -- Recommendations -----------------------------------------------------------------------------------------------


def recommendation_facts(area_id: int) -> dict[str, Any]:
    """What schools were asked to do and have not finished: by state, overdue, and where most of it lies. Three queries."""
    rows = Recommendation.objects.filter(area=area_id).still_open()
    states = dict(rows.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n"))
    top = (
        rows.order_by()
        .values("school", "school__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "school__name")[:TOP_SCHOOLS]
    )
    labels = dict(Recommendation.machine.choices())
    return {
        "states": [{"label": labels[state], "n": states[state]} for state in labels if state in states],
        "total": sum(states.values()),
        "overdue": rows.overdue().count(),
        "schools": [{"pk": row["school"], "name": f"โรงเรียน{row['school__name']}", "n": row["n"]} for row in top],
    }
