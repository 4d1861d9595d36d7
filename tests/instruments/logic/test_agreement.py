"""Server and browser make the same of any form and any answers."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from instruments.logic import problems, sheet
from tests.instruments.logic.helpers import server
from tests.instruments.logic.random_forms import Maker

VECTORS = json.loads(Path(__file__).with_name("logic_vectors.json").read_text(encoding="utf-8"))


def with_calc(expression):
    """The form of the vectors, and in it one computed question."""
    first, *others = VECTORS["form"]["sections"]
    computed = {"key": "X", "type": "calc", "text": "X", "expr": expression, "decimals": 10}
    return VECTORS["form"] | {"sections": [first | {"questions": [*first["questions"], computed]}, *others]}


@pytest.mark.parametrize(("expression", "said"), [(e, s) for group in VECTORS["values"].values() for e, s in group])
def test_a_value_is_the_same_on_both_sides(in_browser, expression, said):
    definition = with_calc(expression)
    assert problems(definition) == []
    made = sheet(definition)

    answers = [side(made, VECTORS["answers"], VECTORS["today"])["calc"].get("X") for side in (server, in_browser)]

    assert answers == [said, said]


@pytest.mark.parametrize("case", VECTORS["forms"], ids=lambda case: case["name"])
def test_a_form_settles_the_same_on_both_sides(in_browser, case):
    assert problems(case["form"]) == []
    made = sheet(case["form"])
    for step in case["cases"]:
        ask = [[key, row] for key, row, _ in step.get("allowed", [])]
        wanted = {
            "hidden": sorted(step.get("hidden", [])),
            "calc": step.get("calc", {}),
            "broken": step.get("broken", {}),
            "required": sorted(step.get("required", [])),
            "allowed": [values for _, _, values in step.get("allowed", [])],
        }
        assert server(made, step["answers"], VECTORS["today"], ask) == wanted
        assert in_browser(made, step["answers"], VECTORS["today"], ask) == wanted


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.randoms(use_true_random=False))
def test_random_forms_with_random_answers_settle_the_same_on_both_sides(in_browser, random):
    maker = Maker(random)
    definition = maker.form()
    assert problems(definition) == []
    made = sheet(definition)
    if made is None:
        return
    ask = [[check["key"], "aaaa" if check["group"] else ""] for check in made["checks"]]
    for _ in range(3):
        answers = maker.answers()
        assert in_browser(made, answers, "2026-02-28", ask) == server(made, answers, "2026-02-28", ask)
