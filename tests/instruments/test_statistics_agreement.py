"""Agreement of raters, by published examples.

ICC: Shrout and Fleiss (1979), table 2. Kappa: the 85 mammograms of Boyd and others (1982), as computed in the manual
of Stata; the twenty persons of the data set "anxiety" of the R package irr, as its reference prints them.
"""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.statistics import agreement, icc_agreement, icc_word, kappa_word, plain_kappa, weighted_kappa
from instruments.statistics.agreement import adjacent_agreement, exact_agreement

SIX_BY_FOUR = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
MAMMOGRAMS = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]
ANXIETY = [
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]
PAIRS = [(a, b) for a, row in enumerate(MAMMOGRAMS) for b, times in enumerate(row) for _ in range(times)]
RATED = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=40)


def test_icc_of_one_rater_and_of_the_mean_of_four():
    found = icc_agreement(SIX_BY_FOUR)

    assert (found.n, found.k, found.single, found.average) == (6, 4, D("0.29"), D("0.62"))


def test_icc_of_twenty_persons_and_three_raters():
    assert icc_agreement(list(zip(*ANXIETY, strict=True)), 3).single == D("0.198")


def test_kappa_unweighted_linear_and_quadratic():
    assert exact_agreement(PAIRS) == D("63.53")
    assert plain_kappa(PAIRS, 4) == D("0.4728")
    assert weighted_kappa(PAIRS, quadratic=False, places=4) == D("0.5684")
    assert weighted_kappa(PAIRS, quadratic=True, places=4) == D("0.6714")
    pairs = list(zip(ANXIETY[0], ANXIETY[1], strict=True))
    assert weighted_kappa(pairs, quadratic=True, places=3) == D("0.297")


def test_raters_who_always_agree_reach_one():
    pairs = [(value, value) for value in (1, 2, 3, 4, 5)]
    found = agreement(pairs)

    assert (found.exact, found.adjacent, found.linear, found.quadratic) == (D("100.00"), D("100.00"), D(1), D(1))
    assert (found.icc.single, found.icc.average) == (D(1), D(1))


def test_a_rater_who_is_always_stricter_is_consistent_and_does_not_agree():
    found = agreement([(value, value - 1) for value in (2, 3, 4, 5)] * 4)

    assert (found.exact, found.adjacent) == (D("0.00"), D("100.00"))
    assert found.icc.single < D("0.75")


def test_one_and_the_same_rating_throughout_leaves_nothing_to_measure_by():
    found = agreement([(4, 4)] * 12, occasions=6)

    assert found.exact == D("100.00")
    assert (found.linear, found.quadratic, found.icc.single, found.icc.average) == (None, None, None, None)
    assert any("เท่ากันทุกข้อ" in warning for warning in found.warnings)


def test_missing_ratings_are_left_out_and_counted():
    found = agreement([(4, 4), (None, 3), (2, None), (3, 2)])

    assert (found.n, found.left_out, found.exact, found.adjacent) == (2, 2, D("50.00"), D("100.00"))


def test_nothing_rated_by_both_is_said_and_not_computed():
    found = agreement([(4, None)])

    assert (found.n, found.exact, found.quadratic, found.kappa_word, found.icc_word) == (0, None, None, "", "")
    assert len(found.warnings) == 1


@pytest.mark.parametrize(
    ("n", "occasions", "warned"),
    [(9, 5, ["9 คู่"]), (10, 5, ["10 คู่"]), (30, 5, []), (30, 4, ["4 ครั้ง"]), (9, 1, ["9 คู่", "1 ครั้ง"])],
)
def test_too_little_to_judge_by_is_warned_of(n, occasions, warned):
    found = agreement([(number % 5 + 1, number % 4 + 1) for number in range(n)], occasions=occasions)

    assert len(found.warnings) == len(warned)
    assert all(words in warning for words, warning in zip(warned, found.warnings, strict=True))


def test_neighbours_are_neighbours_on_the_scale_whatever_its_numbers():
    pairs = [(0, 25), (50, 50), (75, 100)]

    assert agreement(pairs).adjacent == D("33.33")
    assert agreement(pairs, points=[0, 25, 50, 75, 100]).adjacent == D("100.00")


@pytest.mark.parametrize(
    ("kappa", "word"),
    [
        ("-0.01", "ไม่สอดคล้องกัน"), ("0.00", "สอดคล้องกันเล็กน้อย"), ("0.20", "สอดคล้องกันเล็กน้อย"), ("0.205", "สอดคล้องกันพอใช้"),
        ("0.41", "สอดคล้องกันปานกลาง"), ("0.61", "สอดคล้องกันสูง"), ("0.81", "สอดคล้องกันเกือบสมบูรณ์"),
    ],
)  # fmt: skip
def test_a_kappa_in_words(kappa, word):
    assert kappa_word(D(kappa)) == word


@pytest.mark.parametrize(
    ("icc", "word"),
    [
        ("-0.30", "ความเชื่อมั่นต่ำ"), ("0.49", "ความเชื่อมั่นต่ำ"), ("0.50", "ความเชื่อมั่นปานกลาง"),
        ("0.75", "ความเชื่อมั่นดี"), ("0.90", "ความเชื่อมั่นดีเยี่ยม"),
    ],
)  # fmt: skip
def test_an_icc_in_words(icc, word):
    assert icc_word(D(icc)) == word


@given(RATED)
def test_who_is_named_first_changes_nothing(pairs):
    assert agreement(pairs) == agreement([(b, a) for a, b in pairs])
    assert exact_agreement(pairs) <= adjacent_agreement(pairs)


@given(RATED)
def test_no_coefficient_exceeds_one(pairs):
    found = agreement(pairs)

    assert all(
        value is None or value <= 1 for value in (found.linear, found.quadratic, found.icc.single, found.icc.average)
    )
