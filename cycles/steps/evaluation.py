"""P-5.1 step 5: what the forms say, against the target and the round before; why it goes on or round again."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.urls import reverse, reverse_lazy

from analysis.periods import ACADEMIC as ACADEMIC_YEAR
from analysis.periods import FISCAL as FISCAL_YEAR
from analysis.periods import Period
from analysis.queries import (
    GROUP,
    SCHOOL,
    Book,
    Breakdown,
    FormSummary,
    Measure,
    Reading,
    breakdown_of,
    measures_of,
    summary_of,
)
from analysis.queries.numbers import Part
from cycles.kinds import Gap, Source, StepKind, step_kind
from cycles.models import CycleStep, StepRecord
from cycles.steps.rows import RowSet, RowsForm
from handbook.content import ACADEMIC
from instruments.definition import Scale
from instruments.flows import DRAFT, IN_REVIEW
from instruments.models import Instrument, InstrumentVersion
from instruments.statistics import change, percent
from supervision.flows import OPEN_RECOMMENDATION, SEEN_BY_SCHOOL
from supervision.models import Plan, Recommendation
from surveys.flows import SENT
from surveys.models import Survey
from thai.dates import today_in_bangkok
from thai.fields import ThaiCharField, ThaiDateField, ThaiDecimalField

PROJECT, SATISFACTION = "project", "satisfaction"
FORM_OF_STEP = "F-5.1-3"
"""How the handbook calls the evaluation of the project; an office's own form for it says so in its facts."""
CIPP_FORM, SATISFACTION_FORM = "INS-04", "INS-05"
OF_ANOTHER_FORM = "แบบสำรวจที่ใช้แบบอื่น (เมื่อสำนักงานใช้แบบของตนเอง)"
HIGH = "มาก"
MOST_SURVEYS = 8
"""Surveys whose results one step shows; each costs the same few queries."""


def _action_fields(form) -> dict[str, forms.Field]:
    return {
        "what": ThaiCharField(label="สิ่งที่จะทำ", max_length=500),
        "who": ThaiCharField(label="ผู้รับผิดชอบ", max_length=200),
        "due": ThaiDateField(label="ภายในวันที่"),
    }


class EvaluationForm(RowsForm):
    """The target, the grounds of the decision, what will be improved, and what the next round begins with."""

    needed = ("target_mean", "target_share", "grounds", "guideline")
    row_sets = (RowSet("actions", "กิจกรรมปรับปรุง", "กิจกรรม", "what", _action_fields, most=20),)
    order = ("target_mean", "target_share", "grounds", "actions", "guideline")

    target_mean = ThaiDecimalField(
        label="เป้าหมายค่าเฉลี่ย", max_digits=4, decimal_places=2, min_value=Decimal(1), max_value=Decimal(10),
        help_text="ค่าเฉลี่ยของแต่ละแบบที่ถือว่าผ่าน เช่น 3.51",
    )  # fmt: skip
    target_share = ThaiDecimalField(
        label="เป้าหมายร้อยละของโรงเรียนที่มีผลระดับมากขึ้นไป", max_digits=5, decimal_places=2, min_value=Decimal(1), max_value=Decimal(100),
        help_text="เช่น 80",
    )  # fmt: skip
    grounds = ThaiCharField(
        label="เหตุผลประกอบการตัดสิน", max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="ผลเป็นอย่างไรเมื่อเทียบกับเป้าหมายและรอบก่อน เพราะเหตุใด และควรดำเนินการปกติหรือปรับปรุง",
    )  # fmt: skip
    guideline = ThaiCharField(
        label="แนวทางสำหรับรอบต่อไป", max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="ขั้นที่ 1 และขั้นที่ 3 ของรอบถัดไปจะเริ่มจากข้อความนี้ และพิมพ์ในรายงานฉบับเผยแพร่ จึงไม่ระบุชื่อบุคคลหรือโรงเรียน",
    )  # fmt: skip


def _surveys(step: CycleStep, user):
    """What was sent by the office, the newest first."""
    return Survey.objects.visible_to(user).filter(area=step.area_id, state__in=SENT).order_by("-opens_on", "-pk")


def _with_form(code: str, *, not_with: str) -> Q:
    """Surveys with this form, or with an office's own form of the step, which may be for either."""
    asked = "version__instrument"
    own = Q(**{f"{asked}__form_of": FORM_OF_STEP}) & ~Q(**{f"{asked}__code": not_with})
    return Q(**{f"{asked}__code": code}) | own


@step_kind("P-5.1", "s5")
class EvaluationStep(StepKind):
    title = "ผลการติดตามและประเมินผลการนิเทศ"
    template = "cycles/steps/evaluation.html"
    document = "cycles/steps/evaluation_document.html"
    form = EvaluationForm
    styles = ("css/charts.css", "css/analysis.css", "css/cycle-steps.css", "css/cycle-reports.css")
    sources = (
        Source(
            PROJECT, "แบบประเมินโครงการ (CIPP)", _surveys, create_url=reverse_lazy("surveys:survey-create"),
            help="แบบสำรวจที่ส่งแล้วซึ่งใช้ประเมินโครงการนิเทศของรอบนี้ (INS-04)", empty="ยังไม่มีแบบสำรวจที่ส่งแล้วซึ่งใช้แบบนี้",
            meant=_with_form(CIPP_FORM, not_with=SATISFACTION_FORM), others=OF_ANOTHER_FORM,
        ),
        Source(
            SATISFACTION, "แบบสอบถามความพึงพอใจ", _surveys, create_url=reverse_lazy("surveys:survey-create"),
            help="แบบสำรวจที่ส่งแล้วซึ่งถามความพึงพอใจต่อการนิเทศของรอบนี้ (INS-05)", empty="ยังไม่มีแบบสำรวจที่ส่งแล้วซึ่งใช้แบบนี้",
            meant=_with_form(SATISFACTION_FORM, not_with=CIPP_FORM), others=OF_ANOTHER_FORM,
        ),
    )  # fmt: skip

    def gather(self, step) -> dict[str, Any]:
        """A fixed number of queries for each form and survey, whatever the number of visits, schools and answers."""
        cycle = step.cycle
        period = Period(ACADEMIC_YEAR if cycle.year_kind == ACADEMIC else FISCAL_YEAR, cycle.year)
        rows = [_form_facts(cycle.area, *pair, period) for pair in forms_of(cycle.plan)] if cycle.plan else []
        results = [row for row in rows if row["responses"]]
        before = before_of(step)
        return {
            "period": period.label,
            "has_plan": cycle.plan is not None,
            "forms": results,
            "unanswered": [f"{row['code']} {row['title']}" for row in rows if not row["responses"]],
            "verdict": verdict(results, step.content),
            "before": _compared(results, before) if before else None,
            "surveys": _survey_facts(step),
            "recommendations": recommendations_of(cycle.plan),
            "improve_to": str(cycle.step(cycle.improve_to)) if cycle.improve_to else "",
        }

    def gaps(self, step, facts: dict[str, Any]) -> list[Gap]:
        found = []
        url = step.get_absolute_url()
        if not facts["has_plan"]:
            found.append(
                Gap("รอบนี้ยังไม่มีแผนนิเทศ", step.in_charge, reverse("cycles:step", args=[step.cycle_id, 3]), "เลือกแผน")
            )
        elif not facts["forms"]:
            found.append(
                Gap(
                    f"ยังไม่มีผลจากแบบนิเทศของแผนใน{facts['period']} (นับเมื่อส่งบันทึกแล้ว)", "คณะนิเทศ",
                    f"{reverse('supervision:visit-list')}?tab=all", "รายการการนิเทศ",
                )
            )  # fmt: skip
        if not facts["surveys"]:
            found.append(
                Gap("ยังไม่ได้เลือกผลประเมินโครงการหรือความพึงพอใจ", step.in_charge, f"{url}#sources", "เลือกแบบสำรวจ")
            )
        found += [
            Gap(
                f"แบบสำรวจ “{row['title']}” ไม่ระบุตัวผู้ตอบและยังเปิดรับคำตอบ ต้องปิดรับก่อนบันทึกผล เพื่อไม่ให้ผลสองครั้งเทียบกันแล้วรู้ว่าใครตอบ",
                step.in_charge, row["url"], "ปิดรับคำตอบ",
            )
            for row in facts["surveys"]
            if row["open_and_anonymous"]
        ]  # fmt: skip
        if facts["verdict"]["met"] is False and not step.content.get("actions"):
            found.append(
                Gap(
                    "ผลยังไม่ถึงเป้าหมาย โปรดระบุกิจกรรมปรับปรุงอย่างน้อย 1 รายการ",
                    step.in_charge,
                    f"{url}#id_actions",
                    "เพิ่มกิจกรรม",
                )
            )
        return found


# -- Results of the forms ------------------------------------------------------------------------------------------


def forms_of(plan: Plan) -> list[tuple[Instrument, tuple[InstrumentVersion, ...]]]:
    """The forms of the plan's schedule with their versions that were in use, newest first; two queries."""
    chosen = list(Instrument.objects.filter(plan_items__plan=plan).distinct().order_by("code", "pk"))
    versions = InstrumentVersion.objects.filter(instrument__in=chosen).exclude(state__in=(DRAFT, IN_REVIEW))
    by_form: dict[int, list[InstrumentVersion]] = {form.pk: [] for form in chosen}
    for version in versions.order_by("-number"):
        by_form[version.instrument_id].append(version)
    return [(form, tuple(by_form[form.pk])) for form in chosen if by_form[form.pk]]


def _form_facts(area, instrument: Instrument, versions: Sequence[InstrumentVersion], period: Period) -> dict[str, Any]:
    reading = Reading(instrument, area, tuple(versions), (period,), visits=True)
    book = Book.of(versions)
    summary = summary_of(reading, book)
    whole = next((measure for measure in measures_of(book) if measure.kind == "rating" and not measure.key), None)
    apart = _apart(reading, book, whole) if whole and summary.responses else {}
    address = reverse("analysis:form-summary", args=[instrument.pk])
    return {
        "form": instrument.pk,
        "code": instrument.code,
        "title": instrument.title,
        "url": f"{address}?period={period.key}",
        "responses": summary.responses,
        **_of_summary(summary),
        **apart,
    }


def _of_summary(summary: FormSummary) -> dict[str, Any]:
    """The whole and each section: n, x̄, S.D., level; what few anonymous answers would tell is left out."""
    low, high = summary.whole.scale.bounds if summary.whole.scale else (1, 5)
    return {
        **_part(summary.whole, hidden=summary.whole_is_hidden),
        "low": low,
        "high": high,
        "sections": [
            {"title": s.section.dimension, "rank": s.rank, **_part(s.part, hidden=s.is_hidden)}
            for s in summary.averaged
        ],
    }


def _part(part: Part | None, *, hidden: bool = False) -> dict[str, Any]:
    if part is None or hidden:
        return {"n": None, "mean": None, "sd": None, "level": ""}
    return {"n": part.n, "mean": part.mean, "sd": part.sd, "level": part.level}


def _apart(reading: Reading, book: Book, whole: Measure) -> dict[str, Any]:
    by_school, by_group = (breakdown_of(reading, book, whole, by) for by in (SCHOOL, GROUP))
    least = high_from(whole.scale)
    means = [row.part.hundredths for row in by_school.rows if row.part and row.part.hundredths is not None]
    high = sum(mean >= least for mean in means) if least is not None else 0
    return {
        "schools": _rows(by_school),
        "groups": _rows(by_group),
        "coverage": by_school.coverage,
        "with_result": len(means),
        "with_high": high,
        "share": percent(high, len(means)) if least is not None else None,
    }


def _rows(found: Breakdown) -> list[dict[str, Any]]:
    return [{"title": row.name, "rank": row.rank, **_part(row.part, hidden=row.is_hidden)} for row in found.rows]


def high_from(scale: Scale | None) -> int | None:
    """The least mean, in hundredths, of the level มาก; of a scale with other words, that of its second band."""
    if scale is None or len(scale.bands) < 2:
        return None
    return next((least for least, label in scale.bands if label == HIGH), scale.bands[1][0])


# -- The target, and the round before ------------------------------------------------------------------------------


def verdict(results: Sequence[dict], content: dict[str, Any]) -> dict[str, Any]:
    """Of each form whether both targets are met; ``met`` of all is None where there is nothing to compare."""
    mean, share = (_decimal(content.get(name)) for name in ("target_mean", "target_share"))
    rows = []
    for row in results:
        by_mean = _reaches(row["mean"], mean)
        by_share = _reaches(row.get("share"), share)
        rows.append({"title": f"{row['code']} {row['title']}", "mean": row["mean"], "share": row.get("share"),
                     "by_mean": by_mean, "by_share": by_share})  # fmt: skip
    told = [answer for row in rows for answer in (row["by_mean"], row["by_share"]) if answer is not None]
    return {
        "target_mean": mean,
        "target_share": share,
        "rows": rows,
        "met": all(told) if told else None,
        "reached": sum(False not in (row["by_mean"], row["by_share"]) for row in rows) if told else 0,
    }


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _reaches(value: Decimal | None, target: Decimal | None) -> bool | None:
    return None if value is None or target is None else value >= target


def before_of(step: CycleStep) -> StepRecord | None:
    """The record to compare with: of the round before in this cycle, else the last of the cycle before."""
    earlier = Q(step=step, round__lt=step.cycle.round)
    if step.cycle.before_id:
        earlier |= Q(step__cycle=step.cycle.before_id, step__key=step.key)
    found = StepRecord.objects.filter(earlier).select_related("step__cycle").order_by("-step__cycle__year", "-pk")
    return found.first()


def _compared(results: Sequence[dict], record: StepRecord) -> dict[str, Any]:
    """Each form and section that has a mean in both, by its form and its title."""
    old = {row["form"]: row for row in record.facts.get("forms", [])}
    rows = []
    for row in results:
        if row["form"] not in old:
            continue
        rows.append(_pair(f"{row['code']} {row['title']}", old[row["form"]], row, whole=True))
        sections = {section["title"]: section for section in old[row["form"]]["sections"]}
        rows += [_pair(s["title"], sections[s["title"]], s) for s in row["sections"] if s["title"] in sections]
    cycle = record.step.cycle
    return {"label": f"{cycle.year_name} รอบที่ {record.round}", "rows": rows}


def _pair(title: str, old: dict, new: dict, *, whole: bool = False) -> dict[str, Any]:
    before, after = _decimal(old["mean"]), new["mean"]
    both = before is not None and after is not None
    return {
        "title": title,
        "before": before,
        "after": after,
        "whole": whole,
        "change": change(before, after) if both else None,
    }


# -- Surveys and recommendations -----------------------------------------------------------------------------------


def _survey_facts(step: CycleStep) -> list[dict[str, Any]]:
    kinds = {key: name for name in (SATISFACTION, PROJECT) for key in step.sources.get(name, [])}
    chosen = Survey.objects.filter(pk__in=kinds, area=step.area_id, state__in=SENT)
    chosen = chosen.select_related("version__instrument", "collection")
    labels = {source.name: source.label for source in EvaluationStep.sources}
    rows = []
    for survey in chosen.order_by("opens_on", "pk")[:MOST_SURVEYS]:
        version = survey.version
        summary = summary_of(
            Reading(version.instrument, step.cycle.area, (version,), collection=survey.collection), Book.of([version])
        )
        rows.append(
            {
                "kind": labels[kinds[survey.pk]],
                "title": survey.title,
                "code": version.instrument.code,
                "url": survey.get_absolute_url(),
                "responses": summary.responses,
                "open_and_anonymous": survey.anonymous and survey.takes_answers,
                **_of_summary(summary),
            }
        )
    return rows


def recommendations_of(plan: Plan | None) -> dict[str, int]:
    """What was asked of the schools in the plan's visits and what came of it; one query."""
    if plan is None:
        return {}
    late = Q(state__in=[s for s in OPEN_RECOMMENDATION if s != "reported"], due_on__lt=today_in_bangkok())
    return Recommendation.objects.filter(visit__plan_item__plan=plan, visit__state__in=SEEN_BY_SCHOOL).aggregate(
        all=Count("pk"),
        answered=Count("pk", filter=~Q(state="open")),
        verified=Count("pk", filter=Q(state="verified")),
        reported=Count("pk", filter=Q(state="reported")),
        open=Count("pk", filter=Q(state__in=OPEN_RECOMMENDATION)),
        overdue=Count("pk", filter=late),
    )
