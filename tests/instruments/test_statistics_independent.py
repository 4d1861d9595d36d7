"""The measures of quality beside a second way of working them out: by definition, in floats, from the standard library.

What is compared is rounded, so both may stand half a unit of the last place apart and no more.
"""

import statistics
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from instruments.statistics import (
    cronbach_alpha,
    difficulty,
    discrimination,
    icc_agreement,
    ioc,
    item_total,
    kr20,
    weighted_kappa,
)

POINTS = range(1, 6)
RATINGS = st.integers(2, 5).flatmap(
    lambda k: st.lists(st.lists(st.sampled_from(POINTS), min_size=k, max_size=k), min_size=3, max_size=25)
)
HITS = st.integers(2, 6).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 1), min_size=k, max_size=k), min_size=3, max_size=25)
)
PAIRS = st.lists(st.tuples(st.sampled_from(POINTS), st.sampled_from(POINTS)), min_size=2, max_size=40)


def near(shown, exact, places=2):
    """``shown`` is ``exact`` rounded to so many places."""
    assert shown is not None
    return float(shown) == pytest.approx(exact, abs=0.5 * 10**-places + 1e-9)


def covariance(one, other):
    return statistics.covariance(one, other)


@given(st.lists(st.sampled_from([-1, 0, 1]), min_size=3, max_size=9))
def test_ioc_is_the_mean_of_the_marks_and_decides_at_a_half(marks):
    found = ioc(marks)

    assert near(found.value, statistics.fmean(marks))
    assert found.passes == (2 * sum(marks) >= len(marks))


@given(RATINGS)
def test_alpha_is_what_the_matrix_of_covariances_gives(matrix):
    columns = list(zip(*matrix, strict=True))
    every = sum(covariance(one, other) for one, other in product(columns, columns))
    assume(every > 1e-9)
    own = sum(covariance(column, column) for column in columns)
    k = len(columns)

    assert near(cronbach_alpha(matrix), k / (k - 1) * (1 - own / every), places=3)


@given(RATINGS)
def test_item_total_is_the_correlation_of_an_item_with_the_sum_of_the_others(matrix):
    item = [row[0] for row in matrix]
    rest = [sum(row[1:]) for row in matrix]
    assume(len(set(item)) > 1 and len(set(rest)) > 1)

    assert near(item_total(matrix, 0), statistics.correlation(item, rest))


@given(HITS)
def test_kr20_is_alpha_with_variances_that_divide_by_n(matrix):
    totals = [sum(row) for row in matrix]
    assume(len(set(totals)) > 1)
    k = len(matrix[0])
    own = sum(statistics.pvariance(column) for column in zip(*matrix, strict=True))

    assert near(kr20(matrix), k / (k - 1) * (1 - own / statistics.pvariance(totals)))


@given(st.lists(st.booleans(), min_size=4, max_size=40), st.sampled_from([27, 50]))
def test_difficulty_and_discrimination_are_shares_of_right_answers(right, share):
    totals = list(range(len(right), 0, -1))  # the best first, no two alike
    size = min(int(len(right) * share / 100 + 0.5), len(right) // 2)
    upper, lower = right[:size], right[len(right) - size :]

    assert near(difficulty(sum(right), len(right)), statistics.fmean(right))
    assert near(discrimination(totals, right, percent=share).value, (sum(upper) - sum(lower)) / size)


@given(PAIRS, st.booleans())
def test_weighted_kappa_is_agreement_beyond_chance_with_weights_of_agreement(pairs, quadratic):
    """κ = (Pₒ − Pₑ) / (1 − Pₑ) over the whole table, where an agreement weighs 1 − (d / (k−1))ᵖ."""
    n, widest, power = len(pairs), len(POINTS) - 1, 2 if quadratic else 1
    first = {value: sum(a == value for a, _ in pairs) / n for value in POINTS}
    second = {value: sum(b == value for _, b in pairs) / n for value in POINTS}

    def weight(a, b):
        return 1 - (abs(a - b) / widest) ** power

    observed = sum(weight(a, b) for a, b in pairs) / n
    chance = sum(weight(a, b) * first[a] * second[b] for a, b in product(POINTS, POINTS))
    assume(chance < 1 - 1e-9)

    assert near(weighted_kappa(pairs, quadratic=quadratic), (observed - chance) / (1 - chance))


@given(PAIRS)
def test_icc_is_that_of_the_two_way_analysis_of_variance(pairs):
    """By residuals: x = grand + subject + rater + error."""
    n, k = len(pairs), 2
    grand = statistics.fmean(value for pair in pairs for value in pair)
    subjects = [statistics.fmean(pair) - grand for pair in pairs]
    raters = [statistics.fmean(side) - grand for side in zip(*pairs, strict=True)]
    error = sum(
        (pairs[row][side] - grand - subjects[row] - raters[side]) ** 2 for row in range(n) for side in range(k)
    ) / ((n - 1) * (k - 1))
    of_subjects = k * sum(effect**2 for effect in subjects) / (n - 1)
    of_raters = n * sum(effect**2 for effect in raters) / (k - 1)
    whole = of_subjects + (k - 1) * error + k * (of_raters - error) / n
    assume(whole > 1e-6)

    assert near(icc_agreement(pairs).single, (of_subjects - error) / whole)
