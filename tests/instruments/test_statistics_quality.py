"""Quality of an instrument before it is used: the vectors V8–V11 and V14, and what is undefined."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.statistics import (
    alphas_without,
    correlation,
    cronbach_alpha,
    difficulty,
    discrimination,
    ioc,
    item_total,
    kr20,
    show,
)

ANSWERS = [[4, 4, 3, 4], [5, 4, 5, 5], [3, 3, 2, 3], [4, 5, 4, 4], [2, 3, 2, 2]]
PUPILS = [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 1, 1], [1, 1, 1, 1], [0, 0, 1, 0], [1, 0, 0, 0]]


@pytest.mark.parametrize(
    ("experts", "value", "passes"),
    [
        ([1, 1, 0, 1, 1], "0.80", True),
        ([1, 0, 0, -1, 1], "0.20", False),
        ([1, 1, 0], "0.67", True),
        ([1, 0, 0], "0.33", False),
        ([1, 1, 0, 0], "0.50", True),
        ([-1, -1, 0], "-0.67", False),
    ],
)
def test_v8_a_question_is_congruent_from_half_of_the_experts_votes(experts, value, passes):
    assert (ioc(experts).value, ioc(experts).passes) == (D(value), passes)


def test_two_experts_decide_nothing():
    assert (ioc([1, 1]).value, ioc([1, 1]).passes) == (D("1.00"), None)
    assert (show(ioc([]).value), ioc([]).passes) == ("-", None)


def test_an_expert_can_only_agree_doubt_or_disagree():
    with pytest.raises(ValueError, match="only"):
        ioc([1, 2, 1])


def test_v9_cronbach_alpha():
    assert cronbach_alpha(ANSWERS) == D("0.946")


def test_v10_difficulty_and_discrimination_of_an_item():
    totals = list(range(20, 0, -1))
    right = [True] * 8 + [False] * 2 + [True] * 3 + [False] * 7

    found = discrimination(totals, right)

    assert difficulty(sum(right), len(right)) == D("0.55")
    assert (found.group, found.upper, found.lower, found.value) == (10, 8, 3, D("0.50"))


def test_discrimination_by_27_percent_takes_the_outer_groups_only():
    totals = list(range(20, 0, -1))
    right = [True] * 4 + [False] * 11 + [True] + [False] * 4

    found = discrimination(totals, right, percent=27)

    assert (found.group, found.upper, found.lower, found.value) == (5, 4, 1, D("0.60"))


@given(st.randoms(use_true_random=False), st.sampled_from([27, 50]))
def test_the_order_in_which_persons_are_listed_changes_no_discrimination(random, share):
    persons = [(total, hit) for total in (3, 3, 2, 2, 2, 2, 1, 1, 0) for hit in (True, False)]
    shuffled = random.sample(persons, len(persons))

    assert discrimination(*zip(*shuffled, strict=True), percent=share) == discrimination(
        *zip(*persons, strict=True), percent=share
    )


def test_one_person_is_no_group():
    assert (discrimination([5], [True]).value, discrimination([], []).value, difficulty(0, 0)) == (None, None, None)


def test_v11_kr20_divides_the_variance_by_n():
    assert kr20(PUPILS) == D("0.42")


def test_v14_constant_answers_have_no_alpha():
    constant = [[4, 4, 4]] * 5

    assert (cronbach_alpha(constant), kr20([[1, 1]] * 4), item_total(constant, 0)) == (None, None, None)
    assert show(cronbach_alpha(constant)) == "-"


def test_alpha_needs_two_items_and_two_persons():
    assert (cronbach_alpha([]), cronbach_alpha([[4], [5]]), cronbach_alpha([[4, 5, 3]])) == (None, None, None)


def test_a_matrix_with_a_gap_is_refused():
    with pytest.raises(ValueError, match="every item"):
        cronbach_alpha([[4, 5], [4]])


def test_an_item_is_correlated_with_the_total_of_the_others():
    """Item 1 (4 5 3 4 2) with the rest (11 14 8 13 7): r = 13.2 / √(5.2 · 37.2) = 0.95; with itself in it, 0.97."""
    assert item_total(ANSWERS, 0) == D("0.95")
    assert correlation([(row[0], sum(row)) for row in ANSWERS]) == D("0.97")


def test_an_item_against_the_others_lowers_alpha_and_shows():
    contrary = [[*row, 6 - row[0]] for row in ANSWERS]

    assert item_total(contrary, 4) == D("-0.97")
    assert alphas_without(contrary)[4] == cronbach_alpha(ANSWERS)
    assert cronbach_alpha(contrary) < cronbach_alpha(ANSWERS)


@given(st.lists(st.lists(st.integers(1, 5), min_size=4, max_size=4), min_size=2, max_size=30))
def test_alpha_never_exceeds_one_and_correlations_stay_between_the_signs_of_one(matrix):
    alpha = cronbach_alpha(matrix)
    together = item_total(matrix, 0)

    assert alpha is None or alpha <= 1
    assert together is None or -1 <= together <= 1
