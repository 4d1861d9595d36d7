"""Small anonymous numbers are hidden so that nobody can compute them from what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from analysis.hiding import LEAST, hidden_cells


def test_a_cell_under_five_is_hidden_with_the_next_smallest():
    assert hidden_cells({"a": 12, "b": 3, "c": 7}) == {"b", "c"}


def test_cells_of_five_and_empty_cells_are_shown():
    assert hidden_cells({"a": 5, "b": 0, "c": 60}) == set()


def test_two_hidden_cells_of_five_together_are_enough():
    assert hidden_cells({"a": 12, "b": 3, "c": 2}) == {"b", "c"}


def test_two_hidden_cells_whose_sum_is_still_under_five_take_another_with_them():
    assert hidden_cells({"a": 12, "b": 1, "c": 2}) == {"a", "b", "c"}


def test_a_small_cell_alone_in_the_table_is_hidden():
    assert hidden_cells({"a": 3}) == {"a"}


def test_a_school_does_not_hide_alone_in_its_group():
    counts = {"ก": 3, "ข": 9, "ค": 2, "ง": 20}
    group = {"ก": 1, "ข": 1, "ค": 2, "ง": 2}

    assert hidden_cells(counts) == {"ก", "ค"}
    assert hidden_cells(counts, [group]) == {"ก", "ข", "ค", "ง"}


@given(st.dictionaries(st.integers(), st.integers(0, 20), max_size=8), st.integers(1, 3))
def test_no_part_of_a_table_hides_one_cell_alone_or_fewer_than_five_answers(counts, parts):
    division = {cell: cell % parts for cell in counts}

    hidden = hidden_cells(counts, [division])

    assert {cell for cell, count in counts.items() if 0 < count < LEAST} <= hidden
    for part in [list(counts), *([cell for cell in counts if division[cell] == at] for at in range(parts))]:
        gone = [cell for cell in part if cell in hidden]
        if gone and len(gone) < len(part):
            assert len(gone) > 1
            assert sum(counts[cell] for cell in gone) >= LEAST
