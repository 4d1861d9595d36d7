"""The Thai conventions, by the vectors of the office's own handbook of statistics."""

from decimal import Decimal as D
from fractions import Fraction as F

from hypothesis import given
from hypothesis import strategies as st

from instruments.definition import parse
from instruments.scoring import dual_part, score
from instruments.statistics import (
    Summary,
    change,
    compare,
    deviation,
    frequencies,
    mean_of_means,
    percent,
    percent_change,
    pni,
    pni_modified,
    ranks,
    ratio,
    show,
    show_signed,
    weighted_mean,
)

BANDS = [
    {"min": "4.51", "label": "มากที่สุด"}, {"min": "3.51", "label": "มาก"}, {"min": "2.51", "label": "ปานกลาง"},
    {"min": "1.51", "label": "น้อย"}, {"min": "1.00", "label": "น้อยที่สุด"},
]  # fmt: skip
LEVEL5 = {"title": "ระดับ", "bands": BANDS, "values": [{"v": v, "t": str(v)} for v in (5, 4, 3, 2, 1)]}


def form_with(*questions, scale=LEVEL5):
    return parse(
        {"scales": {"s": scale}, "sections": [{"key": "A", "title": "ด้าน", "scale": "s", "questions": questions}]}
    )


def rating(key, **more):
    return {"key": key, "type": "rating", "text": key, "allow_na": True} | more


def level(summary):
    return form_with(rating("Q")).scales["s"].level(summary.hundredths)


def test_v1_mean_sample_and_population_deviation_and_level():
    summary = Summary.of([5, 4, 4, 3, 5])

    assert (summary.mean, summary.sd, summary.sigma, level(summary)) == (D("4.20"), D("0.84"), D("0.75"), "มาก")


def test_v2_from_frequencies_with_percent():
    counts = {5: 12, 4: 10, 3: 6, 2: 2, 1: 0}
    summary = Summary.of_frequencies(counts)
    values = [value for value, count in counts.items() for _ in range(count)]

    assert (summary.n, summary.mean, summary.sd, level(summary)) == (30, D("4.07"), D("0.94"), "มาก")
    assert [str(share) for _, _, share in frequencies(values, counts)] == ["40.00", "33.33", "20.00", "6.67", "0.00"]


def test_v3_half_is_rounded_up_before_the_level_is_decided():
    summary = Summary.of([5] * 101 + [4] * 99)

    assert (summary.mean, summary.sd, level(summary)) == (D("4.51"), D("0.50"), "มากที่สุด")


def test_v4_one_answer_has_a_mean_and_no_deviation():
    summary = Summary.of([4])

    assert (summary.mean, summary.sd, show(summary.sd)) == (D("4.00"), None, "-")


def test_v5_pooled_is_not_the_mean_of_means():
    first, second = Summary.of([4, 4, 5]), Summary.of([3, 3, 4, 4, 2])
    pooled = first + second

    assert (pooled.mean, pooled.sd, mean_of_means([first, second])) == (D("3.63"), D("0.92"), D("3.77"))


NEEDS = {"A": ("3.20", "4.60"), "B": ("3.95", "4.72"), "C": ("2.90", "4.35"), "D": ("3.60", "4.80")}
"""(D the way things are, I the way they should be), of V6 and V7."""


def needs_by(index):
    values = {name: index(D(current), D(desired)) for name, (current, desired) in NEEDS.items()}
    order = dict(zip(values, ranks(values.values()), strict=True))
    return {name: str(value) for name, value in values.items()}, sorted(order, key=order.__getitem__)


def test_v6_pni_modified_and_its_rank():
    values, order = needs_by(pni_modified)

    assert values == {"A": "0.438", "B": "0.195", "C": "0.500", "D": "0.333"}
    assert order == ["C", "A", "D", "B"]


def test_v7_the_older_pni_ranks_the_same_needs_differently():
    values, order = needs_by(pni)

    assert values == {"A": "6.44", "B": "3.63", "C": "6.31", "D": "5.76"}  # B is 3.6344, C 6.3075
    assert order == ["A", "C", "D", "B"]


def test_v12_the_mean_of_an_area_weighs_its_schools_by_their_pupils():
    schools = [(25, D("52.40")), (110, D("48.15")), (40, D("61.00"))]

    assert weighted_mean(schools) == D("51.69")
    assert weighted_mean((1, mean) for _, mean in schools) == D("53.85")
    assert weighted_mean([(0, D("52.40"))]) is None


def test_v13_progress_is_a_difference_and_a_percentage_with_their_sign():
    before, after = D("52.50"), D("58.20")

    assert show_signed(change(before, after)) == "+5.70"
    assert show_signed(percent_change(before, after)) == "+10.86"
    assert show_signed(percent_change(after, before)) == "-9.79"
    assert show_signed(change(before, before)) == "0.00"
    assert (change(None, after), percent_change(before, None), percent_change(0, after)) == (None, None, None)


def test_equal_values_share_a_rank_and_the_next_is_skipped():
    assert ranks([D("4.20"), D("4.50"), None, D("4.20"), D("3.00")]) == [2, 1, None, 2, 4]


def test_two_periods_are_compared_on_their_exact_means():
    """4.1667 − 3.3333 is 0.8333: the rounded means would say 0.84."""
    progress = compare(Summary.of([3, 3, 4]), Summary.of([4, 4, 4, 4, 4, 5]))

    assert (progress.before.n, progress.before.mean, progress.before.sd) == (3, D("3.33"), D("0.58"))
    assert (progress.after.n, progress.after.mean, progress.after.sd) == (6, D("4.17"), D("0.41"))
    assert (progress.difference, progress.percent) == (D("0.83"), D("25.00"))
    assert progress.effect == D("1.80")  # 0.8333 / √((2·0.3333 + 5·0.1667) / 7)


def test_an_effect_size_needs_two_answers_a_period_and_something_that_varies():
    assert compare(Summary.of([3]), Summary.of([4, 5])).effect is None
    assert compare(Summary.of([3, 3]), Summary.of([4, 4])).effect is None
    assert compare(Summary(), Summary.of([4, 5])).difference is None
    assert compare(Summary.of([5, 4]), Summary.of([3, 4])).effect == D("-1.41")


def test_answers_with_decimals_are_summed_exactly():
    prices = [F("0.1"), F("0.2"), F("0.3")]

    assert (Summary.of(prices).mean, Summary.of(prices).sd) == (D("0.20"), D("0.10"))


def test_v14_constant_answers_have_a_deviation_of_zero():
    assert Summary.of([4, 4, 4]).sd == D("0.00")


def test_v15_nothing_to_divide_by_is_undefined():
    assert pni_modified(D(0), D(5)) is None
    assert pni_modified(None, D(5)) is None
    assert dual_part(0, 0, 12, 3)["pni"] is None
    assert (Summary().mean, Summary().sd, percent(0, 0)) == (None, None, None)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=300))
def test_whole_number_arithmetic_equals_decimal_arithmetic(values):
    n = len(values)
    mean = D(sum(values)) / n
    exact = (sum((D(v) - mean) ** 2 for v in values) / (n - 1)).sqrt()

    assert ratio(sum(values), n) == int((mean * 100).quantize(D(1), rounding="ROUND_HALF_UP"))
    assert abs(D(deviation(n, sum(values), sum(v * v for v in values))) / 100 - exact) <= D("0.00500001")


def test_a_response_is_scored_by_section_and_pooled_over_questions():
    form = parse({
        "scales": {"s": LEVEL5},
        "sections": [
            {"key": "A", "title": "ก", "scale": "s", "questions": [rating("A1"), rating("A2"), rating("A3")]},
            {"key": "B", "title": "ข", "scale": "s", "questions": [rating("B1"), rating("B2")]},
        ],
    })  # fmt: skip
    answers = {"A1": {"v": 4}, "A2": {"v": 4}, "A3": {"na": True}, "B1": {"v": 2}}

    scores = score(form, answers)

    assert scores["sections"]["A"] == {"n": 2, "na": 1, "sum": 8, "sq": 32, "mean": "4.00", "level": "มาก"}
    assert scores["sections"]["B"] == {"n": 1, "na": 0, "sum": 2, "sq": 4, "mean": "2.00", "level": "น้อย"}
    assert (scores["whole"]["n"], scores["whole"]["mean"], scores["whole"]["level"]) == (3, "3.33", "ปานกลาง")


def test_weights_count_in_the_mean():
    form = form_with(rating("A1", weight="1.5"), rating("A2", weight="0.5"))

    assert score(form, {"A1": {"v": 5}, "A2": {"v": 3}})["whole"]["mean"] == "4.50"


def test_a_form_may_write_its_numbers_as_numbers_or_leave_them_out():
    bands = [{"min": 4.51, "label": "มากที่สุด"}, {"min": 1, "label": "ไม่ถึง"}]
    form = form_with(rating("A1", weight=451), rating("A2", weight=None), scale=LEVEL5 | {"bands": bands})

    assert form.scales["s"].bands == ((451, "มากที่สุด"), (100, "ไม่ถึง"))
    assert form.questions["A2"].weight == 1


def test_ratings_of_different_ranges_in_one_section_have_no_mean():
    yes_scale = {"title": "ระดับ", "values": [{"v": 2, "t": "มาก"}, {"v": 1, "t": "น้อย"}], "bands": []}
    form = parse({
        "scales": {"s": LEVEL5, "t": yes_scale},
        "sections": [
            {"key": "A", "title": "ก", "scale": "s", "questions": [rating("A1"), rating("A2", scale="t")]},
            {"key": "B", "title": "ข", "questions": [rating("B1", scale="s")]},
        ],
    })  # fmt: skip

    sections = score(form, {"A1": {"v": 5}, "A2": {"v": 2}, "B1": {"v": 5}})["sections"]

    assert (sections["A"]["n"], sections["A"]["mean"], sections["A"]["level"]) == (2, None, None)
    assert (sections["B"]["mean"], sections["B"]["level"]) == ("5.00", "มากที่สุด")


def test_a_judgement_is_never_averaged():
    form = form_with(rating("A1"), scale=LEVEL5 | {"holistic": True})

    assert score(form, {"A1": {"v": 5}})["whole"] == {"n": 0, "na": 0, "sum": 0, "sq": 0, "mean": None, "level": None}


def test_a_negative_mean_is_rounded_away_from_zero():
    ioc = {
        "title": "ความสอดคล้อง",
        "values": [{"v": v, "t": str(v)} for v in (1, 0, -1)],
        "bands": [{"min": "0.50", "label": "ใช้ได้"}, {"min": "-1.00", "label": "ปรับปรุง"}],
    }
    form = form_with(rating("A1"), rating("A2"), rating("A3"), scale=ioc)

    assert score(form, {"A1": {"v": -1}, "A2": {"v": -1}, "A3": {"v": 0}})["whole"]["mean"] == "-0.67"
    assert score(form, {"A1": {"v": 1}, "A2": {"v": 1}, "A3": {"v": 0}})["whole"]["level"] == "ใช้ได้"


def test_dual_ratings_give_both_means_and_the_need():
    form = form_with({"key": "A1", "type": "dual", "text": "ก"}, {"key": "A2", "type": "dual", "text": "ข"})
    answers = {"A1.current": {"v": 3}, "A2.current": {"v": 2}, "A1.desired": {"v": 5}, "A2.desired": {"v": 5}}

    assert score(form, answers)["sections"]["A"]["dual"] == {
        "n": [2, 2], "current": "2.50", "desired": "5.00", "pni": "1.000",
    }  # fmt: skip


def test_yes_and_no_are_counted():
    form = form_with({"key": "A1", "type": "exist", "text": "ก"}, {"key": "A2", "type": "exist", "text": "ข"})

    part = score(form, {"A1": {"v": 1}, "A2": {"v": 0}})["sections"]["A"]
    assert (part["yes"], part["no"], part["mean"]) == (1, 1, None)
