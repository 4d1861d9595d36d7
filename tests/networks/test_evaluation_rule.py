"""The decision rule: what it proposes on the edge, what it says, and when it says nothing. No database but for a scale."""

from decimal import Decimal

import pytest

from instruments.definition import parse
from instruments.scoring import score
from networks.models import DecisionRule, default_rule
from networks.queries.judging import judge, numbers_of_scores, pooled
from tests.networks.evaluations import form_of


def judged(rule, **sections):
    """The judgement of a form whose sections got these ratings."""
    form = parse(form_of(*map(len, sections.values())))
    answers = {
        f"{key}{n}": ({"na": True} if value is None else {"v": value})
        for key, values in sections.items()
        for n, value in enumerate(values, start=1)
    }
    numbers = numbers_of_scores(form, score(form, answers))
    return judge(rule, numbers, form.whole_scale), numbers, form


FIFTY_ONE = [4] * 51 + [3] * 49
"""x̄ = 3.51 exactly."""


@pytest.mark.parametrize(
    ("sections", "proposal"),
    [
        ({"A": FIFTY_ONE}, "normal"),
        ({"A": [*FIFTY_ONE[1:], 3]}, "improve"),  # 3.50
        ({"A": [4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 4]}, "normal"),  # 3.545… is 3.55
        ({"A": [5, 5, 5, 5], "B": [3, 2]}, "improve"),  # 4.17 as a whole, 2.50 in a section
        ({"A": [5, 5, 5, 5], "B": [3, 3, 2, 2, 3]}, "normal"),  # 2.60
        ({"A": [4, 4], "B": [None, None]}, "normal"),  # nothing of B applies
    ],
)
def test_the_rule_of_ins_07_is_read_off_the_rounded_means(sections, proposal):
    assert judged(default_rule(1), **sections)[0].proposal == proposal


def test_a_section_that_falls_short_is_named_with_its_numbers():
    found, *_ = judged(default_rule(1), A=[5, 5, 5, 5], B=[3, 2])

    assert found.grounds == (
        "ภาพรวม x̄ = 4.17, S.D. = 1.33 (n = 6) ระดับมาก ถึงเกณฑ์ 3.51",
        "ด้านที่ 2 x̄ = 2.50, S.D. = 0.71 (n = 2) ระดับน้อย ต่ำกว่าเกณฑ์ 2.51",
    )


def test_one_rating_has_no_deviation_and_a_section_without_any_is_said_so():
    found, *_ = judged(default_rule(1), A=[4], B=[None])

    assert "S.D. = - (n = 1)" in found.grounds[0]
    assert found.grounds[-1] == "ด้านที่ 2 ไม่มีข้อที่ได้รับคะแนน จึงไม่นำมาเทียบ"


def test_a_rule_of_the_whole_alone_or_of_sections_alone_asks_only_that():
    whole = DecisionRule(whole_min=Decimal("3.51"), source="ก")
    sections = DecisionRule(section_min=Decimal("2.51"), source="ก")
    uneven = {"A": [5, 5, 5, 5], "B": [3, 2]}
    low = {"A": [3, 3], "B": [3, 3]}

    assert [judged(whole, **uneven)[0].proposal, judged(sections, **uneven)[0].proposal] == ["normal", "improve"]
    assert [judged(whole, **low)[0].proposal, judged(sections, **low)[0].proposal] == ["improve", "normal"]


def test_nothing_rated_or_another_scale_is_left_to_the_person():
    nothing, numbers, form = judged(default_rule(1), A=[None])
    other = judge(default_rule(1), numbers, None)

    assert (nothing.proposal, other.proposal) == ("", "")
    assert "ผู้ยืนยันผลพิจารณาเอง" in nothing.grounds[0]
    assert "ไม่ได้ให้คะแนน 1–5" in other.grounds[0]
    assert form.whole_scale is not None


def test_networks_are_pooled_by_their_ratings_not_by_their_means():
    _, first, form = judged(default_rule(1), A=[5, 5, 5, 5])
    _, second, _ = judged(default_rule(1), A=[2, None, None, None])

    together = pooled([first, second], form.whole_scale)

    assert (together.whole.mean, together.whole.summary.n) == (Decimal("4.40"), 5)  # the mean of means is 3.50
    assert together.whole.level == "มาก"


def test_the_default_says_where_it_comes_from():
    assert str(default_rule(1)) == "ปกติ เมื่อค่าเฉลี่ยรวมตั้งแต่ 3.51 และไม่มีด้านใดต่ำกว่า 2.51 มิฉะนั้น ปรับปรุง"
    assert "บุญชม" in default_rule(1).source
