"""Item analysis of a tried-out form: reliability, item-total correlation, difficulty and discrimination. Pure.

Answers come as a stream of persons; of each only the marks are kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from instruments.definition import Form
from instruments.slots import RATING
from instruments.statistics import (
    alphas_without,
    cronbach_alpha,
    difficulty,
    discrimination,
    item_total,
    kr20,
    rounded,
)
from instruments.statistics.quality import (
    ALPHA_LEAST,
    DIFFICULTY_RANGE,
    DISCRIMINATION_LEAST,
    ITEM_TOTAL_LEAST,
    ITEM_TOTAL_TOLERATED,
)

ADVISED_PERSONS = 30
"""With fewer persons a coefficient says little about the next group."""
THIRDS_FROM = 100
"""From so many persons on the upper and lower 27 percent are compared, below it the halves."""
GOOD, FAIR, POOR = "ใช้ได้", "พอใช้ ควรปรับปรุง", "ควรแก้ไขหรือตัดออก"


@dataclass(frozen=True, slots=True)
class Item:
    """One column: a rating, or a question of a test with its right answer."""

    key: str
    number: str
    text: str
    part: str
    title: str
    right: str = ""


def items_of(form: Form) -> list[Item]:
    """What can be analysed: ratings that are averaged, and choices that have a right answer; in the form's order."""
    found = []
    for section in form.sections:
        if section.repeat:
            continue
        for question in section.questions:
            if question.type == "choice" and question.correct:
                found.append(
                    Item(
                        question.key, str(question.number), question.text, section.key, section.title, question.correct
                    )
                )
            if question.type not in ("rating", "matrix") or question.scale is None or question.scale.holistic:
                continue
            rated = [slot for slot in question.slots if slot.kind == RATING]
            for place, slot in enumerate(rated, start=1):
                number = f"{question.number}.{place}" if len(rated) > 1 else str(question.number)
                text = slot.label if len(rated) > 1 else question.text
                found.append(Item(slot.key, number, text, section.key, section.title))
    return found


@dataclass(frozen=True, slots=True)
class RatedItem:
    """``total``: corrected item-total correlation. ``without``: α of the others."""

    item: Item
    mean: Decimal | None
    total: Decimal | None
    without: Decimal | None
    harms: bool

    @property
    def verdict(self) -> str:
        if self.total is None:
            return "-"
        return GOOD if self.total >= ITEM_TOTAL_LEAST else FAIR if self.total >= ITEM_TOTAL_TOLERATED else POOR


@dataclass(frozen=True, slots=True)
class Scale:
    """Reliability of the ratings of a section, or of all; ``n`` persons answered every item of it."""

    title: str
    n: int
    left_out: int
    alpha: Decimal | None
    rows: tuple[RatedItem, ...]

    @property
    def k(self) -> int:
        return len(self.rows)

    @property
    def word(self) -> str:
        if self.alpha is None:
            return "-"
        if self.alpha >= ALPHA_LEAST:
            return "มีความเชื่อมั่นผ่านเกณฑ์ (ตั้งแต่ 0.70)"
        return "ความเชื่อมั่นต่ำกว่าเกณฑ์ 0.70 ควรปรับปรุงข้อคำถาม"


@dataclass(frozen=True, slots=True)
class TestItem:
    item: Item
    n: int
    right: int
    p: Decimal | None
    r: Decimal | None

    @property
    def verdict(self) -> str:
        if self.p is None or self.r is None:
            return "-"
        told = []
        if self.p > DIFFICULTY_RANGE[1]:
            told.append("ง่ายเกินไป")
        elif self.p < DIFFICULTY_RANGE[0]:
            told.append("ยากเกินไป")
        if self.r < DISCRIMINATION_LEAST:
            told.append("จำแนกไม่ได้" if self.r <= 0 else "จำแนกได้น้อย")
        return " ".join(told) or GOOD


@dataclass(frozen=True, slots=True)
class Test:
    """A test of right and wrong answers; a question left out counts as wrong. ``percent``: size of each group."""

    n: int
    kr20: Decimal | None
    mean: Decimal | None
    percent: int
    group: int
    rows: tuple[TestItem, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """``n`` persons answered anything at all."""

    n: int
    whole: Scale | None
    parts: tuple[Scale, ...]
    test: Test | None
    warnings: tuple[str, ...]


class Gathered:
    """The marks of all persons, one short row each."""

    def __init__(self, form: Form) -> None:
        items = items_of(form)
        self.rated = [item for item in items if not item.right]
        self.tested = [item for item in items if item.right]
        self._ratings: list[tuple[int | None, ...]] = []
        self._hits: list[tuple[int, ...]] = []
        self.n = 0

    def add(self, answers: Mapping[str, Any]) -> None:
        """One person: slot → value; a slot that is missing or None was not answered."""
        ratings = tuple(_whole(answers.get(item.key)) for item in self.rated)
        picked = [answers.get(item.key) for item in self.tested]
        given = any(value is not None for value in ratings)
        tried = any(value not in (None, "") for value in picked)
        if given:
            self._ratings.append(ratings)
        if tried:
            self._hits.append(
                tuple(int(str(value) == item.right) for value, item in zip(picked, self.tested, strict=True))
            )
        self.n += given or tried

    def analysis(self) -> Analysis:
        parts: dict[str, list[int]] = {}
        for place, item in enumerate(self.rated):
            parts.setdefault(item.part, []).append(place)
        whole = self._scale("รวมทั้งฉบับ", list(range(len(self.rated)))) if self.rated else None
        made = tuple(self._scale(self.rated[places[0]].title, places) for places in parts.values())
        return Analysis(
            n=self.n,
            whole=whole,
            parts=made if len(made) > 1 else (),
            test=self._test() if self.tested else None,
            warnings=tuple(self._warnings(whole)),
        )

    def _scale(self, title: str, places: Sequence[int]) -> Scale:
        matrix: list[tuple[int, ...]] = []
        for row in self._ratings:
            picked = tuple(value for place in places if (value := row[place]) is not None)
            if len(picked) == len(places):
                matrix.append(picked)
        alpha = cronbach_alpha(matrix)
        without = alphas_without(matrix)
        rows = tuple(
            RatedItem(
                item=self.rated[place],
                mean=rounded(Fraction(sum(row[column] for row in matrix), len(matrix))) if matrix else None,
                total=item_total(matrix, column) if len(places) > 1 else None,
                without=without[column] if without else None,
                harms=alpha is not None and bool(without) and (without[column] or Decimal(0)) > alpha,
            )
            for column, place in enumerate(places)
        )
        return Scale(title, len(matrix), len(self._ratings) - len(matrix), alpha, rows)

    def _test(self) -> Test:
        matrix, n = self._hits, len(self._hits)
        totals = [sum(row) for row in matrix]
        percent = 27 if n >= THIRDS_FROM else 50
        rows, group = [], 0
        for column, item in enumerate(self.tested):
            hits = [bool(row[column]) for row in matrix]
            apart = discrimination(totals, hits, percent=percent)
            group = apart.group
            rows.append(TestItem(item, n, sum(hits), difficulty(sum(hits), n), apart.value))
        mean = rounded(Fraction(sum(totals), n)) if n else None
        return Test(n, kr20(matrix), mean, percent, group, tuple(rows))

    def _warnings(self, whole: Scale | None) -> Iterable[str]:
        if not self.n:
            yield "ยังไม่มีคำตอบที่นำมาวิเคราะห์ได้"
        elif self.n < ADVISED_PERSONS:
            yield f"มีผู้ตอบ {self.n} คน น้อยกว่า {ADVISED_PERSONS} คนที่แนะนำ ค่าที่ได้ยังแกว่งมาก โปรดแปลผลด้วยความระมัดระวัง"
        if whole and whole.left_out:
            yield f"มีผู้ตอบไม่ครบทุกข้อ {whole.left_out} คน จึงไม่นำมาคำนวณความเชื่อมั่นรวมทั้งฉบับ (n = {whole.n})"


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
