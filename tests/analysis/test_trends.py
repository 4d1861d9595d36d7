"""Trends across periods and versions: what goes on is joined, what is another question is cut."""

from decimal import Decimal as D

import pytest

from analysis.lineage import eras, lineage
from analysis.periods import Period
from analysis.queries import comparison_of, measures_of, summary_of, trend_of
from instruments.definition import parse
from tests.analysis.conftest import FIRST_TERM, NEXT_YEAR, SECOND_TERM, form_of, rating


def measure(book, key):
    return next(found for found in measures_of(book) if found.key == key)


def points(trend):
    return [(point.period.short, str(point.row.value), bool(point.cut)) for point in trend.points]


def path(*definitions, slot="A1"):
    """The lineage through the definitions, the newest first."""
    versions = [(len(definitions) - at, parse(definition)) for at, definition in enumerate(definitions)]
    return [(step.version, step.slot, step.era) for step in lineage(versions, slot)]


def test_a_question_goes_on_under_its_key():
    assert path(form_of(rating("A1", "ใหม่")), form_of(rating("A1"))) == [(2, "A1", 0), (1, "A1", 0)]


def test_a_question_goes_on_under_another_key_where_it_follows_it():
    newest, middle, oldest = (
        form_of(rating("A1", follows="B7")),
        form_of(rating("B7", follows="C3")),
        form_of(rating("C3")),
    )

    assert path(newest, middle, oldest) == [(3, "A1", 0), (2, "B7", 0), (1, "C3", 0)]


def test_a_cut_question_begins_another_era_and_a_new_one_has_no_past():
    assert path(form_of(rating("A1", **{"break": True})), form_of(rating("A1"))) == [(2, "A1", 0), (1, "A1", 1)]
    assert path(form_of(rating("A1")), form_of(rating("B1"))) == [(2, "A1", 0)]


def test_another_range_of_the_scale_cuts_even_where_nobody_said_so():
    three = form_of(rating("A1"))
    three["scales"]["level5"]["values"] = three["scales"]["level5"]["values"][2:]

    assert path(form_of(rating("A1")), three) == [(2, "A1", 0), (1, "A1", 1)]


def test_the_lines_of_a_matrix_go_on_with_their_question():
    def grid(key, *rows, **more):
        lines = [{"key": row, "text": row} for row in rows]
        return form_of({"key": key, "type": "matrix", "text": "สื่อ", "rows": lines} | more)

    newest, oldest = grid("M2", "r1", "r2", follows="M1"), grid("M1", "r1")
    assert path(newest, oldest, slot="M2.r1") == [(2, "M2.r1", 0), (1, "M1.r1", 0)]
    assert path(newest, oldest, slot="M2.r2") == [(2, "M2.r2", 0)]


@pytest.mark.parametrize(
    ("newest", "era"),
    [
        (form_of(rating("A1", "เขียนใหม่"), rating("A2")), 0),
        (form_of(rating("A1", **{"break": True}), rating("A2")), 1),
        (form_of(rating("A1"), rating("A2"), rating("A3")), 1),
        (form_of(rating("A1")), 1),
    ],
)
def test_a_section_is_cut_where_any_of_its_questions_is_cut_new_or_gone(newest, era):
    versions = [(2, parse(newest)), (1, parse(form_of(rating("A1"), rating("A2"))))]
    slots = [slot for slot, _ in versions[0][1].sections[0].rated]

    assert eras(versions, slots) == {2: 0, 1: era}


@pytest.fixture
def two_versions(forms, answer):
    """Version 1 answered in 1/2569, version 2 in 2/2569 and 1/2570; the second version as told."""

    def make(newest):
        first = forms(form_of(rating("A1"), rating("A2")))
        answer(first, {"A1": 2, "A2": 2}, on=FIRST_TERM)
        second = forms(newest, of=first.instrument)
        answer(second, {"A1": 4, "A2": 4}, on=SECOND_TERM)
        answer(second, {"A1": 5, "A2": 5}, on=NEXT_YEAR)
        return second

    return make


def test_a_mapped_question_is_one_line_over_both_versions(two_versions, read):
    reading, book = read(two_versions(form_of(rating("A1", "ถามชัดขึ้น", follows="A1"), rating("A2"))))

    expected = [("1/2569", "2.00", False), ("2/2569", "4.00", False), ("1/2570", "5.00", False)]
    for key in ("A1", "@A", ""):
        assert points(trend_of(reading, book, measure(book, key), "semester")) == expected


def test_a_cut_is_marked_and_both_sides_are_shown(two_versions, read):
    reading, book = read(two_versions(form_of(rating("A1", **{"break": True}), rating("A2"))))

    expected = [("1/2569", "2.00", False), ("2/2569", "4.00", True), ("1/2570", "5.00", False)]
    for key in ("A1", "@A", ""):
        assert points(trend_of(reading, book, measure(book, key), "semester")) == expected
    assert points(trend_of(reading, book, measure(book, "A2"), "semester"))[1] == ("2/2569", "4.00", False)


def test_where_both_sides_of_a_cut_fall_into_one_period_the_later_version_speaks(two_versions, read):
    reading, book = read(two_versions(form_of(rating("A1", **{"break": True}), rating("A2"))))

    assert points(trend_of(reading, book, measure(book, "A1"), "year")) == [
        ("2569", "4.00", False),
        ("2570", "5.00", False),
    ]


def test_answers_before_a_cut_are_never_added_to_those_after(two_versions, read):
    version = two_versions(form_of(rating("A1", **{"break": True}), rating("A2")))
    reading, book = read(version)

    summary = summary_of(reading, book)
    found = {result.line.key: result for result in summary.sections[0].results}

    assert (found["A1"].n, found["A1"].mean) == (2, D("4.50"))
    assert (found["A2"].n, found["A2"].mean) == (3, D("3.67"))
    assert [v.number for v in summary.dropped] == [1]
    rows = comparison_of(reading, book, Period.of_key("y2569-1"), Period.of_key("y2569-2")).rows
    assert [row.comparison is None for row in rows] == [False, True, False, False]


def test_a_trend_of_one_period_is_one_point_and_of_none_is_empty(forms, answer, read):
    version = forms(form_of(rating("A1")))
    reading, book = read(version)
    assert trend_of(reading, book, measure(book, "A1"), "semester").points == []

    answer(version, {"A1": 3}, on=FIRST_TERM)
    assert points(trend_of(reading, book, measure(book, "A1"), "semester")) == [("1/2569", "3.00", False)]
