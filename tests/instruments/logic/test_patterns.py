"""Patterns: the same answers as Python's own engine where both can, refusals in Thai, and never a long wait."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.logic.patterns import PatternError, compiled, fits

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "[ก-ฮ]", r"\d", r"\w", r"\s", r"\S", r"\.", "ก"])
QUANTIFIERS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "*?"])


def joined(parts):
    return st.lists(st.tuples(parts, QUANTIFIERS).map("".join), max_size=3).map("".join)


PATTERNS = st.recursive(
    joined(ATOMS),
    lambda inner: st.one_of(
        joined(inner.map(lambda text: f"({text})")),
        st.tuples(inner, inner).map("|".join),
        inner.map(lambda text: f"^{text}"),
    ),
    max_leaves=4,
)


@settings(max_examples=400, deadline=None)
@given(PATTERNS, st.text(alphabet="ab.ก ๑5\n", max_size=6))
def test_it_matches_what_pythons_own_engine_matches(pattern, subject):
    assert fits(compiled(pattern), subject) == bool(re.fullmatch(pattern, subject, re.ASCII))


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("(a", "ขาดวงเล็บปิด"),
        ("a)", "วงเล็บปิดเกิน"),
        ("[a", "ขาดวงเล็บเหลี่ยมปิด"),
        ("[]", "วงเล็บเหลี่ยมว่าง"),
        ("[z-a]", "เรียงจากน้อยไปมาก"),
        ("*a", "ต้องตามหลัง"),
        ("a**", "เครื่องหมายซ้ำต่อกัน"),
        ("a{x}", "{3}"),
        ("a{3,2}", "เรียงจากน้อยไปมาก"),
        ("(?=a)b", "วงเล็บแบบพิเศษ"),
        ("(?P<n>a)", "วงเล็บแบบพิเศษ"),
        (r"(a)\1", "ไม่รับเครื่องหมาย \\1"),
        (r"\bครู", "ไม่รับเครื่องหมาย \\b"),
        (r"\p{L}", "ไม่รับเครื่องหมาย \\p"),
        ("a" * 201, "ยาวเกิน 200"),
        ("(a{100}){100}", "ซ้ำมากเกินไป"),
        ("(" * 9 + "{500}".join([")"] * 9), "ซ้ำมากเกินไป"),
        ("(" * 60 + ")" * 60, "ซ้อนวงเล็บ"),
        ("a\\", "ไม่รับเครื่องหมาย"),
    ],
)
def test_a_pattern_that_the_two_sides_might_read_differently_is_refused(pattern, sentence):
    with pytest.raises(PatternError, match=re.escape(sentence)):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|aa)+b", "(a*)*b", "a*a*a*a*a*a*a*b", "(.?){100}b", "((a?){10}){10}b"]
)
def test_a_pattern_made_to_run_for_ever_answers_at_once(pattern):
    program = compiled(pattern)
    started = time.process_time()

    assert not fits(program, "a" * 500)
    assert fits(program, "a" * 20 + "b")

    assert time.process_time() - started < 2


def test_a_text_too_long_to_be_an_answer_to_a_pattern_never_matches():
    assert [fits(compiled(".*"), "ก" * length) for length in (500, 501)] == [True, False]
