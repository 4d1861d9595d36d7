"""What changed from one edition to the next is told part by part, by key: moved, rewritten, added, dropped."""

import copy

import pytest

from handbook.differences import differences, piece_changes
from handbook.editing import Draft
from handbook.reference import shipped

OLD = shipped()


@pytest.fixture
def new():
    return Draft(OLD, OLD)


def told(new):
    found = differences(OLD, new.content)
    return {part.place or part.title: (part.kind, [change.label for change in part.changes]) for part in found.all}


def test_two_equal_editions_differ_in_nothing(new):
    found = differences(OLD, copy.deepcopy(OLD))

    assert not found.any
    assert found.same == 23


def test_a_rewritten_step_stands_old_beside_new(new):
    steps = new.piece("task:5.3")["steps"]
    steps[1]["text"] += " ทุกปี"
    new.replace("task:5.3", {"steps": steps})

    part = differences(OLD, new.content).tasks[0]

    assert told(new) == {"task:5.3": ("changed", ["ขั้นตอนที่ 2"])}
    assert [piece.text for piece in part.changes[0].new[0] if piece.marked] == [" ทุกปี"]


def test_steps_that_came_went_and_moved_are_told_apart_from_those_that_only_changed_their_number(new):
    steps = new.piece("task:6.2")["steps"]
    new.replace("task:6.2", {"steps": [{"key": "", "text": "ใหม่"}, *steps[1:5], steps[7], *steps[5:7]]})

    assert told(new) == {"task:6.2": ("changed", ["ขั้นตอนที่ 1 (เพิ่ม)", "ขั้นตอนที่ 6 (ย้ายที่)", "ขั้นตอนที่ 1 (ตัดออก)"])}


def test_a_task_in_another_group_is_told_and_its_neighbours_are_not(new):
    new.replace("task:5.4", {"group": "g6"})

    part = differences(OLD, new.content).tasks[0]

    assert (part.place, part.moved, part.title.split()[1]) == ("task:5.4", "5.4", "6.5")
    assert len(differences(OLD, new.content).all) == 1


def test_parts_of_every_kind_are_told(new):
    new.replace("about", {"concept": "แนวคิดใหม่"})
    new.replace("law:edu_act_2542", {"standing": "unverified"})
    new.replace("step:P-5.2:s1", {"window": {"kind": "round"}})
    new.add("law", {"title": "ระเบียบใหม่"})
    new.add("group", {"title": "กลุ่มใหม่"})

    assert told(new) == {
        "about": ("changed", ["แนวคิด"]),
        "group:g8": ("added", []),
        "process:P-5.2": ("changed", ["ขั้นที่ 1 ระยะเวลา"]),
        "law:edu_act_2542": ("changed", ["สถานะ"]),
        "law:law1": ("added", ["สถานะ (เพิ่ม)"]),
    }


def test_what_was_dropped_is_told_with_all_its_words(new):
    new.remove("process:P-5.1")
    new.remove("task:5.1")

    found = differences(OLD, new.content)

    assert [(part.kind, part.title.split()[1]) for part in (*found.tasks, *found.processes)] == [
        ("dropped", "5.1"), ("dropped", "P-5.1"),
    ]  # fmt: skip
    assert [change.label for change in found.tasks[0].changes][:3] == [
        "ชื่องาน (ตัดออก)", "ขั้นตอนที่ 1 (ตัดออก)", "ขั้นตอนที่ 2 (ตัดออก)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "place", ["about", "group:g5", "task:5.1", "law:edu_act_2542", "process:P-5.1", "step:P-5.1:s5"]
)
def test_one_part_alone_is_compared_for_two_who_changed_it(new, place):
    assert piece_changes(OLD, new.content, place) == []
    new.replace(place, {"title": "อื่น", "short": "อื่น"})

    assert len(piece_changes(OLD, new.content, place)) == 1
