"""What needs surveys say, for every step that reads them: who answered, the ranking of needs, what is chosen from it.

Both processes begin with what is asked of schools; the steps differ in what stands beside it.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models.fields.json import KT
from django.urls import reverse

from analysis.hiding import LEAST
from analysis.queries import (
    GROUP,
    Book,
    FormSummary,
    Measure,
    Need,
    Part,
    Reading,
    Result,
    breakdown_of,
    measures_of,
    summary_of,
)
from cycles.kinds import Gap, Source, StepKind
from cycles.models import CycleStep
from cycles.steps.plan import tied
from cycles.steps.rows import RowSet, RowsForm
from instruments.definition import Scale
from instruments.models import Response
from instruments.statistics import Summary, as_decimal, show
from surveys.flows import SENT
from surveys.models import Survey
from surveys.queries import Rate, places_of, rate_of
from thai.fields import ThaiCharField
from thai.text import normalise, shortened

MOST_SURVEYS = 4
"""Surveys that one step draws from; each costs the same few queries."""
MOST_NAMES = 40
"""Schools without an answer that are named; the survey's own page has them all."""
MOST_WORDS, LONGEST = 40, 500
"""Different answers in words that are kept of one question, and the letters of each; the survey's own pages have all."""


def _surveys(step: CycleStep, user):
    """Surveys of the office that were sent and count, the newest first."""
    sent = Survey.objects.visible_to(user).filter(area=step.area_id, state__in=SENT, tryout=False)
    return sent.select_related("version__instrument").defer("version__definition")


SURVEYS = Source(
    name="surveys",
    label="แบบสำรวจ",
    objects=_surveys,
    help=f"เลือกแบบสำรวจความต้องการที่ใช้ในขั้นนี้ ไม่เกิน {MOST_SURVEYS} ฉบับ ผลและการติดตามผู้ตอบจะแสดงด้านล่าง",
    empty="ยังไม่มีแบบสำรวจที่ส่งแล้ว สร้างจากแบบที่ถามสภาพที่เป็นอยู่และที่ควรจะเป็น แล้วส่งให้สถานศึกษา",
)


# -- What is gathered ----------------------------------------------------------------------------------------------


def chosen_surveys(step: CycleStep) -> list[Survey]:
    keys = step.sources.get(SURVEYS.name, [])
    found = Survey.objects.filter(pk__in=keys, area=step.area_id, state__in=SENT)
    return list(found.select_related("area", "version__instrument", "collection").order_by("pk")[:MOST_SURVEYS])


def survey_facts(survey: Survey) -> dict[str, Any]:
    """One survey: its days, its rate, who has not answered, what it found. What is hidden stays out."""
    rate = rate_of(survey)
    waiting = places_of(survey, wanted="waiting") if rate.waiting else []
    return {
        "pk": survey.pk,
        "title": survey.title,
        "code": survey.record_code,
        "form": survey.version.instrument.title,
        "instrument": survey.version.instrument_id,
        "form_code": survey.version.instrument.code,
        "version": survey.version.number,
        "respondent": survey.version.instrument.respondent,
        "collection": survey.collection_id,
        "status": survey.status.label,
        "takes_answers": survey.takes_answers,
        "opens_on": survey.opens_on,
        "closes_on": survey.closes_on,
        "anonymous": survey.anonymous,
        **_rate_facts(rate),
        "silent": [str(place.row.school) for place in waiting[:MOST_NAMES]],
        "more_silent": max(len(waiting) - MOST_NAMES, 0),
        **_result_facts(survey),
    }


def _rate_facts(rate: Rate) -> dict[str, Any]:
    return {
        "asked": rate.asked,
        "answered": rate.answered,
        "answers": None if rate.tells_too_much else rate.answers,
        "has_answers": rate.answers > 0,
        "percent": rate.percent,
        "left": rate.left,
    }


def _result_facts(survey: Survey) -> dict[str, Any]:
    reading = Reading(survey.version.instrument, survey.area, (survey.version,), collection=survey.collection)
    book = Book.of(reading.versions)
    summary = summary_of(reading, book)
    sections = [
        {
            "key": f"@{found.section.key}",
            "title": found.section.title,
            **_need(found.need, hidden=summary.is_hidden or found.is_hidden, rank=found.need_rank),
            "rows": [
                {
                    "key": result.line.key,
                    "number": result.line.number,
                    "text": result.line.text,
                    **_need(result.need, hidden=summary.is_hidden or result.is_hidden, rank=result.rank),
                }
                for result in found.needs
            ],
        }
        for found in summary.sections
        if found.needs
    ]
    sections.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0))
    return {
        "sections": sections,
        "whole": _need(summary.need, hidden=summary.whole_is_hidden, rank=None),
        "by_group": _by_group(reading, book) if sections and summary.responses else None,
        "rated": _rated(summary),
        "profile": [] if summary.is_hidden else [_chosen(one) for found in summary.sections for one in found.chosen],
        "scales": _scales(book),
        "words": [] if summary.is_hidden else _words(survey, book),
    }


def _need(need: Need | None, *, hidden: bool, rank: int | None) -> dict[str, Any]:
    if need is None or hidden:
        return {"hidden": hidden, "n": None, "current": "-", "desired": "-", "pni": "-", "rank": None}
    return {
        "hidden": False,
        "n": min(need.current.n, need.desired.n),
        "current": show(need.current.mean),
        "current_sd": show(need.current.sd),
        "current_level": _level(need.current, need.scale),
        "desired": show(need.desired.mean),
        "desired_sd": show(need.desired.sd),
        "desired_level": _level(need.desired, need.scale),
        "pni": show(need.modified),
        "rank": rank,
    }


def _level(side: Summary, scale: Scale | None) -> str:
    return (scale.level(side.hundredths) or "") if scale and side.hundredths is not None else ""


def _rated(summary: FormSummary) -> list[dict[str, Any]]:
    """Sections whose questions are rated once, each with its questions."""
    return [
        {
            "title": found.section.title,
            **_part(found.part, hidden=summary.is_hidden or found.is_hidden, rank=found.rank),
            "rows": [
                {
                    "number": result.line.number,
                    "text": result.line.text,
                    **_part(result.part, hidden=summary.is_hidden or result.is_hidden, rank=result.rank),
                }
                for result in found.averaged
            ],
        }
        for found in summary.averaged
    ]


def _part(part: Part | None, *, hidden: bool, rank: int | None) -> dict[str, Any]:
    if part is None or hidden:
        return {"hidden": hidden, "n": None, "mean": "-", "sd": "-", "level": "", "rank": None}
    return {
        "hidden": False, "n": part.n, "mean": show(part.mean), "sd": show(part.sd), "level": part.level, "rank": rank,
    }  # fmt: skip


def _chosen(result: Result) -> dict[str, Any]:
    """How often each answer of a question with choices was given."""
    rows = [
        {
            "label": one.label,
            "count": None if one.is_hidden or result.is_hidden else one.count,
            "percent": "-" if one.is_hidden or result.is_hidden else show(one.percent),
        }
        for one in result.frequencies
    ]
    return {"text": result.line.text, "n": None if result.is_hidden else result.n, "rows": rows}


def _scales(book: Book) -> list[dict[str, Any]]:
    """How the means of each scale of the form are read, once each."""
    scales = {line.scale.bands: line.scale for line in book.lines.values() if line.is_averaged and line.scale}
    return [
        {"title": scale.title, "bands": [{"least": show(as_decimal(least)), "label": label} for least, label in bands]}
        for bands, scale in scales.items()
        if bands
    ]


def _words(survey: Survey, book: Book) -> list[dict[str, Any]]:
    """What was answered in words, the most frequent first: one query.

    Of an anonymous survey only where at least ``LEAST`` people wrote. What a condition hides was not asked.
    """
    asked = [
        (question, {question.key, f"@{section.key}"})
        for section, _ in book.sections
        if not section.repeat
        for question in section.questions
        if question.type == "text" and not question.source
    ]
    if not asked:
        return []
    texts = (KT(f"answers__{question.key}__v") for question, _ in asked)
    given = list(Response.objects.filter(survey_answer__survey=survey).values_list("scores__hidden", *texts))
    found = []
    for place, (question, own) in enumerate(asked, start=1):
        told = (row[place] for row in given if row[place] and own.isdisjoint(row[0] or ()))
        counts = Counter(normalise(text) for text in told if text.strip())
        if not counts or (survey.anonymous and counts.total() < LEAST):
            continue
        rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
        found.append(
            {
                "number": str(question.number),
                "text": question.text,
                "n": counts.total(),
                "rows": [{"text": shortened(text, LONGEST), "count": count} for text, count in rows[:MOST_WORDS]],
                "more": max(len(rows) - MOST_WORDS, 0),
            }
        )
    return found


def _by_group(reading: Reading, book: Book) -> dict[str, Any]:
    """PNI of the whole and of each section by school group, hidden where an answer could be told."""
    measures = [measure for measure in measures_of(book) if measure.key == "@@"]
    for section, lines in book.sections:
        own = tuple(line for line in lines if line.kind == "dual" and line.is_averaged)
        if own:
            measures.append(Measure(f"@{section.key}", section.dimension, "need", own, own[0].scale))
    rows: dict[str, dict[str, str]] = {}
    for measure in measures:
        for row in breakdown_of(reading, book, measure, GROUP).rows:
            shown = "ซ่อน" if row.is_hidden else show(row.value)
            rows.setdefault(row.name, {})[measure.key] = shown
    return {
        "titles": [measure.label for measure in measures],
        "rows": [{"name": name, "cells": [cells.get(m.key, "-") for m in measures]} for name, cells in rows.items()],
    }


# -- What is chosen ------------------------------------------------------------------------------------------------


def needs_to_choose(facts: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What a priority may come from: {"survey:line": {"label", "group", "pni"}}, sections by their rank."""
    found = {}
    for survey in facts.get("surveys", []):
        for section in survey["sections"]:
            for row in [section, *section["rows"]]:
                if row["hidden"]:
                    continue
                text = section["title"] if row is section else f"ข้อ {row['number']} {row['text']}"
                found[f"{survey['pk']}:{row['key']}"] = {"label": text, "group": section["title"], "pni": row["pni"]}
    return found


def _priority_fields(form: "PrioritiesForm") -> dict[str, forms.Field]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, need in form.needs.items():
        groups.setdefault(need["group"], []).append((key, f"{need['label']} (PNI {need['pni']})"))
    return {
        "text": ThaiCharField(label="สิ่งสำคัญที่จะพัฒนา", max_length=300),
        "source": forms.ChoiceField(
            label="มาจากผลสำรวจ",
            choices=[("", "ข้อมูลอื่น (ระบุในเหตุผล)"), *groups.items(), *form.older_sources],
        ),
        "reason": ThaiCharField(label="เหตุผลที่เลือก", max_length=2000, widget=forms.Textarea(attrs={"rows": 2})),
    }


class PrioritiesForm(RowsForm):
    """The priorities chosen, in order, with the reason of each and the index that it had when it was chosen."""

    problems = ThaiCharField(
        label="สภาพปัญหาที่พบ", max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="สิ่งที่ข้อมูลและผลสำรวจบอก พร้อมที่มา",
    )  # fmt: skip
    suggestions = ThaiCharField(
        label="ความต้องการและข้อเสนอแนะอื่นของสถานศึกษา", max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
    )

    needed = ("problems", "priorities")
    order = ("problems", "priorities", "suggestions")
    row_sets = (RowSet("priorities", "สิ่งสำคัญที่เลือก เรียงตามลำดับ", "ลำดับความสำคัญ", "text", _priority_fields),)

    def __init__(self, *args, step: CycleStep, **kwargs):
        self.needs = needs_to_choose(step.facts)
        self.before = {row["key"]: row for row in step.content.get("priorities") or []}
        gone = {row["source"]: row for row in self.before.values() if row["source"] and row["source"] not in self.needs}
        self.older_sources = [(key, f"{row['source_label']} (PNI {row['pni']})") for key, row in gone.items()]
        super().__init__(*args, step=step, **kwargs)

    def clean(self):
        values = super().clean()
        for row in values["priorities"]:
            was = self.before.get(row["key"], {})
            need = self.needs.get(row["source"], {})
            if row["source"] and was.get("source") == row["source"]:
                row["source_label"], row["pni"] = was["source_label"], was["pni"]
            else:
                row["source_label"], row["pni"] = need.get("label", ""), need.get("pni", "")
        return values


# -- What it comes to ----------------------------------------------------------------------------------------------


def why_no_report(step: CycleStep) -> str:
    """Why there is nothing yet to report of needs, who can help and what to do, in Thai; empty where there is."""
    surveys = step.facts.get("surveys", [])
    if not surveys:
        return (
            f"ยังออกรายงานผลการสำรวจไม่ได้ เพราะ{step.cycle} ยังไม่ได้เลือกแบบสำรวจความต้องการ ผู้เลือกได้คือ{step.in_charge} "
            f"โปรดเลือกหรือสร้างแบบสำรวจในหน้า “{step}” แล้วพิมพ์อีกครั้งเมื่อมีผู้ตอบ"
        )
    if not any(survey["has_answers"] for survey in surveys):
        names = " ".join(f"“{survey['title']}”" for survey in surveys)
        return (
            f"ยังออกรายงานผลการสำรวจไม่ได้ เพราะแบบสำรวจ {names} ยังไม่มีผู้ตอบ โปรดให้{step.in_charge} ติดตามผู้ตอบ "
            "แล้วพิมพ์อีกครั้งเมื่อมีคำตอบ"
        )
    return ""


def answers_of_plan(step: CycleStep) -> tuple[CycleStep, list[dict[str, Any]]]:
    """The step that plans, and each priority chosen here with what the plan does for it or why nothing."""
    plan = step.cycle.step(step.number + 1)
    rows = plan.kind.form.row_sets[0] if getattr(plan.kind.form, "row_sets", ()) else None
    planned = [{**row, "said": row[rows.lead]} for row in plan.kept.get(rows.name) or []] if rows else []
    return plan, tied(step.kept.get("priorities") or [], planned, plan.kept.get("left_out") or [])


# -- The steps that ask --------------------------------------------------------------------------------------------


class AskingStep(StepKind):
    """A step that gathers needs surveys and chooses priorities from them."""

    form: Any = PrioritiesForm
    sources = (SURVEYS,)

    def gather(self, step: CycleStep) -> dict[str, Any]:
        return {"surveys": [survey_facts(survey) for survey in chosen_surveys(step)]}

    def gaps(self, step: CycleStep, facts: dict[str, Any]) -> list[Gap]:
        url = step.get_absolute_url()
        if not facts["surveys"]:
            return [Gap("ยังไม่ได้เลือกแบบสำรวจความต้องการ", step.in_charge, f"{url}#sources", "เลือกหรือสร้างแบบสำรวจ")]
        return [*_survey_gaps(step, facts["surveys"]), *_priority_gaps(step)]


def _survey_gaps(step: CycleStep, surveys: Iterable[dict[str, Any]]) -> Iterable[Gap]:
    for survey in surveys:
        page = reverse("surveys:survey-detail", args=[survey["pk"]])
        if not survey["has_answers"]:
            yield Gap(f"แบบสำรวจ “{survey['title']}” ยังไม่มีผู้ตอบ", step.in_charge, page, "ติดตามผู้ตอบ")
        elif survey["anonymous"] and survey["takes_answers"]:
            yield Gap(
                f"แบบสำรวจ “{survey['title']}” ไม่ระบุตัวผู้ตอบและยังเปิดรับคำตอบ ต้องปิดรับก่อนบันทึกผล เพื่อไม่ให้ผลสองครั้งเทียบกันแล้วรู้ว่าใครตอบ",
                step.in_charge, page, "ปิดรับคำตอบ",
            )  # fmt: skip


def _priority_gaps(step: CycleStep) -> Iterable[Gap]:
    for number, row in enumerate(step.content.get("priorities") or [], start=1):
        if not row["reason"]:
            link = f"{step.get_absolute_url()}#id_priorities"
            yield Gap(f"สิ่งสำคัญลำดับที่ {number} ยังไม่มีเหตุผลที่เลือก", step.in_charge, link, "เขียนเหตุผล")
