"""Drafts are changed part by part; two people at once are both told, and no key is ever given twice."""

import pytest

from handbook.editing import Draft, EditRefused
from handbook.models import Edition
from handbook.reference import shipped
from handbook.services import ChangedMeanwhile, add_part, move_part, remove_part, save_piece
from workflows.digests import stamp_of
from workflows.models import Notice


@pytest.fixture
def made():
    return Draft(shipped(), shipped())


def test_a_rewritten_list_keeps_the_keys_of_what_stayed_and_never_gives_an_old_one_again(made):
    steps = made.piece("task:5.3")["steps"]

    made.replace("task:5.3", {"steps": [steps[3], {"key": "", "text": "ใหม่"}, steps[0]]})
    made.replace("task:5.3", {"steps": [*made.piece("task:5.3")["steps"], {"key": "s2", "text": "แอบใช้รหัสเดิม"}]})

    assert [step["key"] for step in made.piece("task:5.3")["steps"]] == ["s4", "s5", "s1", "s6"]


def test_parts_of_a_step_keep_their_keys_too(made):
    step = made.piece("task:5.1")["steps"][3]
    step["parts"] = [{"key": "", "text": "ใหม่"}, step["parts"][1]]

    made.replace("task:5.1", {"steps": [step]})

    assert [part["key"] for part in made.piece("task:5.1")["steps"][0]["parts"]] == ["p3", "p2"]


def test_a_task_moves_within_its_group_and_over_its_edge(made):
    made.move("task:5.2", -1)
    assert [task["key"] for task in made.content["groups"][4]["tasks"]] == ["5.2", "5.1", "5.3", "5.4"]

    made.move("task:5.2", -1)

    assert made.group_of("5.2") == "g4"
    assert [task["key"] for task in made.content["groups"][3]["tasks"]] == ["4.1", "4.2", "5.2"]
    assert made.move("group:g1", -1) is False


def test_a_task_goes_to_another_group_by_choice(made):
    made.replace("task:5.4", {"group": "g6"})

    assert made.group_of("5.4") == "g6"
    with pytest.raises(EditRefused, match="กลุ่มงาน"):
        made.replace("task:5.4", {"group": "nowhere"})


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("group:g5", "ยังมี 4 งาน"),
        ("task:5.1", "นำกระบวนงานออกก่อน"),
        ("law:curriculum_2544", "อ้างอิงเรื่องนี้: 2.2"),
        ("step:P-5.2:s4", "ขั้นที่ 5 กำหนดให้ “ปรับปรุง” กลับมาขั้นนี้"),
        ("law:nothing", "ไม่พบส่วนนี้"),
    ],
)
def test_what_others_refer_to_is_not_taken_out_and_one_is_told_what_to_do(made, place, reason):
    before = made.content

    with pytest.raises(EditRefused, match=reason):
        made.remove(place)

    assert made.content == before


def test_what_nothing_refers_to_is_taken_out(made):
    made.remove("step:P-5.2:s6")
    made.remove("process:P-5.1")
    made.remove("task:5.1")

    assert not made.has("task:5.1")
    assert [step["key"] for step in made.content["processes"][0]["steps"]] == ["s1", "s2", "s3", "s4", "s5", "s7"]


def test_new_parts_get_keys_that_no_edition_had(made):
    made.remove("task:5.4")

    assert made.add("task", {"title": "งานใหม่"}, within="g5") == "task:5.5"
    assert made.add("group", {"title": "กลุ่มใหม่"}) == "group:g8"
    assert made.add("law", {"title": "ระเบียบใหม่"}) == "law:law1"
    assert made.add("step", {"short": "ขั้นใหม่"}, within="P-5.1") == "step:P-5.1:s7"
    assert made.add("process", {}, within="6.1") == "process:P-6.1"
    with pytest.raises(EditRefused, match="มีกระบวนงานโดยละเอียดอยู่แล้ว"):
        made.add("process", {}, within="6.1")


def test_steps_follow_a_form_whose_code_was_changed(made):
    forms = [
        {**form, "key": form["key"].replace("F-5.2-2", "F-5.2-9")} for form in made.piece("process:P-5.2")["forms"]
    ]

    made.replace("process:P-5.2", {"forms": forms, "renamed": {"F-5.2-2": "F-5.2-9"}})

    assert made.piece("step:P-5.2:s5")["forms"] == ["F-5.2-9"]


# -- Two people ----------------------------------------------------------------------------------------------------


def piece(draft, place="task:5.3"):
    return Draft(Edition.objects.get(pk=draft.pk).content).piece(place)


def test_two_who_change_different_parts_both_succeed(world, draft):
    first, second = stamp_of(piece(draft)), stamp_of(piece(draft, "task:5.4"))

    save_piece(draft, "task:5.3", {"title": "ของสมใจ"}, was=first, over="", by=world.supervisor)
    save_piece(draft, "task:5.4", {"title": "ของมานะ"}, was=second, over="", by=world.colleague)

    book = Edition.objects.get(pk=draft.pk).book
    assert (book.task("5.3").title, book.task("5.4").title) == ("ของสมใจ", "ของมานะ")


def test_who_comes_second_to_the_same_part_is_told_and_nothing_is_lost(world, draft):
    seen = stamp_of(piece(draft))
    save_piece(draft, "task:5.3", {"title": "ของสมใจ"}, was=seen, over="", by=world.supervisor)

    with pytest.raises(ChangedMeanwhile, match="สมใจ") as refused:
        save_piece(draft, "task:5.3", {"title": "ของมานะ"}, was=seen, over="", by=world.colleague)

    assert refused.value.theirs["title"] == "ของสมใจ"
    assert piece(draft)["title"] == "ของสมใจ"


def test_who_is_written_over_hears_of_it(world, draft, django_capture_on_commit_callbacks):
    seen = stamp_of(piece(draft))
    save_piece(draft, "task:5.3", {"title": "ของสมใจ"}, was=seen, over="", by=world.supervisor)
    read = stamp_of(piece(draft))

    with django_capture_on_commit_callbacks(execute=True):
        save_piece(draft, "task:5.3", {"title": "ของมานะ"}, was=seen, over=read, by=world.colleague)

    notice = Notice.objects.get()
    assert notice.user == world.supervisor
    assert "บันทึกทับสิ่งที่ท่านแก้" in notice.text
    assert piece(draft)["title"] == "ของมานะ"


def test_a_part_that_changed_meanwhile_is_not_taken_out_unread(world, draft):
    seen = stamp_of(piece(draft))
    save_piece(draft, "task:5.3", {"title": "ของสมใจ"}, was=seen, over="", by=world.supervisor)

    with pytest.raises(EditRefused, match="จึงยังไม่ได้นำออก"):
        remove_part(draft, "task:5.3", was=seen, by=world.colleague)


def test_each_change_counts_and_is_signed(world, draft):
    added = add_part(draft, "law", {"title": "ระเบียบใหม่"}, within="", by=world.colleague)
    move_part(draft, added.result, -1, by=world.supervisor)

    fresh = Edition.objects.get(pk=draft.pk)
    assert fresh.revision == draft.revision + 2
    assert fresh.changed_by == world.supervisor
    assert fresh.touched["law:law1"][0] == world.colleague.pk
    assert [law.key for law in fresh.book.laws][-2:] == ["law1", "sup_me_principles"]
