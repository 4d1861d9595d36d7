"""Agreement between people who rated the same thing independently."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .exact import rounded
from .summary import percent

LEAST_PAIRS = 10
"""Below ten pairs one changed rating moves a kappa by a tenth and more: the coefficients say nothing yet."""
ADVISED_PAIRS = 30
"""Koo and Li (2016) advise thirty heterogeneous samples for an ICC."""
LEAST_OCCASIONS = 5
"""Below five lessons (or schools) rated together, the figure is about those lessons and not about the two people."""

KAPPA_WORDS = (
    (Decimal("0.81"), "สอดคล้องกันเกือบสมบูรณ์"), (Decimal("0.61"), "สอดคล้องกันสูง"), (Decimal("0.41"), "สอดคล้องกันปานกลาง"),
    (Decimal("0.21"), "สอดคล้องกันพอใช้"), (Decimal("0.00"), "สอดคล้องกันเล็กน้อย"),
)  # fmt: skip
KAPPA_SOURCE = "เกณฑ์ของ Landis และ Koch (1977)"
ICC_WORDS = (
    (Decimal("0.90"), "ความเชื่อมั่นดีเยี่ยม"),
    (Decimal("0.75"), "ความเชื่อมั่นดี"),
    (Decimal("0.50"), "ความเชื่อมั่นปานกลาง"),
)
ICC_SOURCE = "เกณฑ์ของ Koo และ Li (2016)"


def kappa_word(kappa: Decimal | None) -> str:
    """What a kappa, rounded to two decimals, is called by Landis and Koch (1977); empty where undefined."""
    return _word(kappa, KAPPA_WORDS, "ไม่สอดคล้องกัน")


def icc_word(icc: Decimal | None) -> str:
    """What an ICC, rounded to two decimals, is called by Koo and Li (2016); empty where undefined."""
    return _word(icc, ICC_WORDS, "ความเชื่อมั่นต่ำ")


def _word(value: Decimal | None, words: tuple[tuple[Decimal, str], ...], below: str) -> str:
    shown = rounded(value)
    return "" if shown is None else next((word for least, word in words if shown >= least), below)


def exact_agreement(pairs: Sequence[tuple[int, int]]) -> Decimal | None:
    """Percent of pairs with the same rating; None without pairs."""
    return percent(sum(a == b for a, b in pairs), len(pairs))


def adjacent_agreement(pairs: Sequence[tuple[int, int]]) -> Decimal | None:
    """Percent of pairs whose ratings are the same or one point apart; None without pairs."""
    return percent(sum(abs(a - b) <= 1 for a, b in pairs), len(pairs))


def weighted_kappa(pairs: Sequence[tuple[int, int]], *, quadratic: bool, places: int = 2) -> Decimal | None:
    """κ_w = 1 − Σw·observed / Σw·expected; a disagreement of d points weighs d (linear) or d² (quadratic).

    Expected is what two people with the same habits would show by chance. None without pairs, or where both gave one
    and the same rating throughout: then there is nothing by which agreement could be told from chance.
    Source: Cohen (1968); quadratic weights, Fleiss and Cohen (1973).
    """

    def weight(a: int, b: int) -> int:
        return (a - b) ** 2 if quadratic else abs(a - b)

    return _kappa(pairs, weight, places)


def plain_kappa(pairs: Sequence[tuple[int, int]], places: int = 2) -> Decimal | None:
    """Cohen's κ for categories without order: every disagreement weighs the same. Source: Cohen (1960)."""
    return _kappa(pairs, lambda a, b: int(a != b), places)


def _kappa(pairs: Sequence[tuple[int, int]], weight: Callable[[int, int], int], places: int) -> Decimal | None:
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(weight(a, b) * times * other for a, times in first.items() for b, other in second.items())
    if not expected:
        return None
    observed = sum(weight(a, b) for a, b in pairs)
    return rounded(1 - Fraction(observed * len(pairs), expected), places)


@dataclass(frozen=True, slots=True)
class Reliability:
    """ICC of ``n`` subjects rated by the same ``k`` people: of one rater, and of the mean of all k."""

    n: int
    k: int
    single: Decimal | None
    average: Decimal | None


def icc_agreement(ratings: Sequence[Sequence[int]], places: int = 2) -> Reliability:
    """ICC(2,1) and ICC(2,k), two-way random effects, absolute agreement: a row per subject, a column per rater.

    ICC(2,1) = (MSR − MSE) / (MSR + (k−1)·MSE + k·(MSC − MSE)/n); ICC(2,k) = (MSR − MSE) / (MSR + (MSC − MSE)/n).
    A rater who is always stricter lowers both. None with fewer than two subjects or raters, and where the ratings
    vary too little for the ratio to exist. Source: Shrout and Fleiss (1979); McGraw and Wong (1996).
    """
    n, k = len(ratings), len(ratings[0]) if ratings else 0
    if n < 2 or k < 2:
        return Reliability(n, k, None, None)
    total = sum(map(sum, ratings))
    middle = Fraction(total * total, n * k)
    rows = Fraction(sum(sum(row) ** 2 for row in ratings), k) - middle
    columns = Fraction(sum(sum(column) ** 2 for column in zip(*ratings, strict=True)), n) - middle
    error = sum(value * value for row in ratings for value in row) - middle - rows - columns
    msr, msc, mse = rows / (n - 1), columns / (k - 1), error / ((n - 1) * (k - 1))
    drift = (msc - mse) / n
    return Reliability(
        n, k, _share(msr - mse, msr + (k - 1) * mse + k * drift, places), _share(msr - mse, msr + drift, places)
    )


def _share(part: Fraction, whole: Fraction, places: int) -> Decimal | None:
    return rounded(part / whole, places) if whole > 0 else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two people agree. ``warnings`` are Thai sentences; the coefficients stand even where they warn."""

    n: int
    left_out: int
    occasions: int
    exact: Decimal | None
    adjacent: Decimal | None
    linear: Decimal | None
    quadratic: Decimal | None
    icc: Reliability
    warnings: tuple[str, ...]

    @property
    def kappa_word(self) -> str:
        """In words, by the quadratic kappa, which forgives a difference of one point as raters of a scale do."""
        return kappa_word(self.quadratic)

    @property
    def icc_word(self) -> str:
        return icc_word(self.icc.single)


def agreement(
    pairs: Sequence[tuple[int | None, int | None]], *, occasions: int = 1, points: Sequence[int] = ()
) -> Agreement:
    """All measures for two raters: ``pairs`` holds what each gave to the same question of the same lesson or school.

    A pair with a missing rating is left out and counted. ``occasions``: how many lessons or schools the pairs come
    from. ``points``: the values of the scale; with them "one point apart" means neighbours on the scale, whatever
    numbers it uses.
    """
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    if points:
        place = {value: number for number, value in enumerate(sorted(points))}
        both = [(place[a], place[b]) for a, b in both]
    return Agreement(
        n=len(both),
        left_out=len(pairs) - len(both),
        occasions=occasions,
        exact=exact_agreement(both),
        adjacent=adjacent_agreement(both),
        linear=weighted_kappa(both, quadratic=False),
        quadratic=weighted_kappa(both, quadratic=True),
        icc=icc_agreement(both),
        warnings=_warnings(both, occasions),
    )


def _warnings(pairs: Sequence[tuple[int, int]], occasions: int) -> tuple[str, ...]:
    n, found = len(pairs), []
    if not n:
        return ("ยังไม่มีข้อที่ทั้งสองคนให้คะแนน จึงยังเทียบกันไม่ได้",)
    if n < LEAST_PAIRS:
        found.append(
            f"มีคู่คะแนนเพียง {n} คู่ (ควรมีอย่างน้อย {LEAST_PAIRS}) ค่า Kappa และ ICC ยังแกว่งมาก โปรดดูร้อยละความสอดคล้องประกอบ และยังไม่ควรใช้ตัดสิน"
        )
    elif n < ADVISED_PAIRS:
        found.append(f"มีคู่คะแนน {n} คู่ น้อยกว่า {ADVISED_PAIRS} คู่ที่แนะนำสำหรับ ICC โปรดแปลผลด้วยความระมัดระวัง")
    if occasions < LEAST_OCCASIONS:
        found.append(
            f"ประเมินร่วมกันเพียง {occasions} ครั้ง (ควรมีอย่างน้อย {LEAST_OCCASIONS} ครั้ง) ผลนี้บอกเรื่องครั้งที่ประเมิน ยังไม่ใช่ข้อสรุปเกี่ยวกับผู้ประเมินคู่นี้"
        )
    if len({a for a, _ in pairs}) == 1 or len({b for _, b in pairs}) == 1:
        found.append("มีผู้ให้คะแนนเท่ากันทุกข้อ ค่า Kappa และ ICC จึงต่ำหรือคำนวณไม่ได้แม้คะแนนจะใกล้กัน โปรดดูร้อยละความสอดคล้อง")
    return tuple(found)
