"""The decision rule at work: what the answers of one evaluation come to, and why, in words.

Pure: nothing here reads or writes the database, except ``rule_of``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from instruments.definition import Form, Scale, dimension_name
from instruments.results import Part, as_part
from instruments.scoring import part_sd
from instruments.statistics import Summary, as_decimal, show
from networks.flows.evaluation import IMPROVE, NORMAL
from networks.models import DecisionRule, default_rule

RULE_SCALE = (1, 5)
"""The scale on which a rule's least means are written."""


@dataclass(frozen=True)
class Rated:
    """The statistics of a section or of the whole: ``part`` is as ``Response.scores`` has it."""

    key: str
    title: str
    part: Mapping[str, Any]

    @property
    def mean(self) -> Decimal | None:
        text = self.part.get("mean")
        return None if text is None else Decimal(text)

    @property
    def summary(self) -> Summary:
        return Summary(self.part.get("n", 0), self.part.get("sum", 0), self.part.get("sq", 0))

    @property
    def level(self) -> str:
        return self.part.get("level") or ""

    @property
    def shown(self) -> Part:
        return as_part(self.part)

    def in_words(self) -> str:
        """ "ด้านกระบวนการ x̄ = 3.43, S.D. = 0.53 (n = 7) ระดับปานกลาง" """
        level = f" ระดับ{self.level}" if self.level else ""
        return (
            f"{self.title} x̄ = {show(self.mean)}, S.D. = {show(part_sd(dict(self.part)))} (n = {self.part['n']}){level}"
        )


@dataclass(frozen=True)
class Numbers:
    """An evaluation, or many pooled, in numbers: the whole and each section that is rated."""

    whole: Rated
    sections: tuple[Rated, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "whole": dict(self.whole.part),
            "sections": [{"key": one.key, "title": one.title, **one.part} for one in self.sections],
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> "Numbers":
        sections = tuple(
            Rated(one["key"], dimension_name(one["title"]), {k: v for k, v in one.items() if k not in ("key", "title")})
            for one in kept.get("sections", ())
        )
        return cls(Rated("", WHOLE, kept.get("whole", {})), sections)


WHOLE = "ภาพรวม"


def numbers_of_scores(form: Form, scores: Mapping[str, Any]) -> Numbers:
    """What the scores of a response say of its rated sections, in the order of the form."""
    parts = scores.get("sections", {})
    sections = tuple(
        Rated(section.key, section.dimension, parts[section.key])
        for section in form.sections
        if section.rated and section.key in parts
    )
    return Numbers(Rated("", WHOLE, scores.get("whole", {})), sections)


def pooled(many: Iterable[Numbers], scale: Scale | None) -> Numbers:
    """All ratings of these evaluations together, each section by its key; titles are those met first.

    Not a mean of means: an evaluation with fewer applicable questions weighs less.
    """
    whole = Summary()
    titles: dict[str, str] = {}
    sections: dict[str, Summary] = {}
    for numbers in many:
        whole += numbers.whole.summary
        for one in numbers.sections:
            titles.setdefault(one.key, one.title)
            sections[one.key] = sections.get(one.key, Summary()) + one.summary
    return Numbers(
        Rated("", WHOLE, _part(whole, scale)),
        tuple(Rated(key, titles[key], _part(summary, scale)) for key, summary in sections.items()),
    )


def _part(summary: Summary, scale: Scale | None) -> dict[str, Any]:
    hundredths = summary.hundredths
    part: dict[str, Any] = {"n": summary.n, "na": 0, "sum": summary.total, "sq": summary.squares}
    part["mean"] = None if hundredths is None else show(as_decimal(hundredths))
    part["level"] = scale.level(hundredths) if scale and hundredths is not None else None
    return part


@dataclass(frozen=True)
class Judgement:
    """What a rule says: ``proposal`` is an ``Outcome`` or "" where it can say nothing; ``grounds`` say why."""

    proposal: str
    grounds: tuple[str, ...]


def judge(rule: DecisionRule, numbers: Numbers, scale: Scale | None) -> Judgement:
    """Hold the rounded means against the rule. ``scale``: by which the whole of the form is read.

    A section in which nothing applied has no mean and stops nobody; that is said.
    """
    if scale is None or scale.bounds != RULE_SCALE:
        return Judgement("", ("แบบที่ใช้ไม่ได้ให้คะแนน 1–5 ทุกด้าน จึงเทียบกับเกณฑ์ของสำนักงานไม่ได้ ผู้ยืนยันผลพิจารณาเอง",))
    if numbers.whole.mean is None:
        return Judgement("", ("ไม่มีข้อใดได้รับคะแนน จึงเทียบกับเกณฑ์ไม่ได้ ผู้ยืนยันผลพิจารณาเอง",))
    grounds, failed = [], False
    if rule.whole_min is not None:
        short = numbers.whole.mean < rule.whole_min
        failed |= short
        grounds.append(f"{numbers.whole.in_words()} {_against(rule.whole_min, short=short)}")
    if rule.section_min is not None:
        rated = [one for one in numbers.sections if one.mean is not None]
        below = [one for one in rated if one.mean is not None and one.mean < rule.section_min]
        failed |= bool(below)
        grounds += [f"{one.in_words()} {_against(rule.section_min, short=True)}" for one in below]
        if rated and not below:
            lowest = min(rated, key=lambda one: one.mean or Decimal(0))
            grounds.append(f"ทุกด้านไม่ต่ำกว่า {rule.section_min:.2f} ต่ำที่สุดคือ{lowest.in_words()}")
        grounds += [f"{one.title} ไม่มีข้อที่ได้รับคะแนน จึงไม่นำมาเทียบ" for one in numbers.sections if one.mean is None]
    return Judgement(IMPROVE if failed else NORMAL, tuple(grounds))


def _against(least: Decimal, *, short: bool) -> str:
    return f"ต่ำกว่าเกณฑ์ {least:.2f}" if short else f"ถึงเกณฑ์ {least:.2f}"


def rule_of(area_id: int) -> DecisionRule:
    """The area's own rule, or the one that INS-07 proposes."""
    return DecisionRule.objects.filter(area=area_id).first() or default_rule(area_id)
