"""Two definitions, compared question by question."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.differences import (
    ADDED,
    BEGINS,
    CHANGED,
    CONTINUES,
    CUT,
    DROPPED,
    SAME,
    candidates,
    decided,
    differences,
    without_mapping,
    word_difference,
)

LEVEL5 = {
    "title": "ระดับการปฏิบัติ",
    "values": [{"v": v, "t": t} for v, t in [(5, "มากที่สุด"), (4, "มาก"), (3, "ปานกลาง"), (2, "น้อย"), (1, "น้อยที่สุด")]],
    "bands": [{"min": "4.51", "label": "มากที่สุด"}, {"min": "1.00", "label": "น้อยที่สุด"}],
}
LEVEL4 = {"title": "คุณภาพ", "values": [{"v": v, "t": str(v)} for v in (4, 3, 2, 1)]}


def rating(key, text, **more):
    return {"key": key, "type": "rating", "text": text, **more}


def form(*questions, scales=None, **more):
    """One section, A, on the five-level scale."""
    section = {"key": "A", "title": "ด้านการสอน", "scale": "level5", "questions": list(questions)}
    return {"scales": scales or {"level5": LEVEL5}, "sections": [section], **more}


def found(old, new):
    return {question.key: question for question in differences(old, new).questions}


FIRST, SECOND, THIRD = rating("A1", "จัดกิจกรรมเชิงรุก"), rating("A2", "ใช้สื่อ"), rating("A3", "วัดผล")
OLD = form(FIRST, SECOND, THIRD)


def test_a_form_does_not_differ_from_itself():
    result = differences(OLD, OLD)

    assert not result.any
    assert [question.kind for question in result.questions] == [SAME, SAME, SAME]


def test_defaults_written_out_are_no_difference():
    written = form(rating("A1", "จัดกิจกรรมเชิงรุก", required=False, weight="1", photos=4, hint=""), SECOND, THIRD)

    assert not differences(OLD, written).any


def test_questions_are_told_apart_as_added_dropped_and_changed():
    new = form(rating("A1", "จัดกิจกรรมการเรียนรู้เชิงรุก"), rating("A9", "ใช้เทคโนโลยี"), THIRD)

    kinds = {key: question.kind for key, question in found(OLD, new).items()}

    assert kinds == {"A1": CHANGED, "A2": DROPPED, "A9": ADDED, "A3": SAME}


def test_a_dropped_question_stands_where_it_stood():
    new = form(FIRST, THIRD)

    assert [question.key for question in differences(OLD, new).questions] == ["A1", "A2", "A3"]


def test_only_the_question_that_was_moved_counts_as_moved():
    new = form(THIRD, FIRST, SECOND)

    assert [question.key for question in differences(OLD, new).moved] == ["A3"]
    assert found(OLD, new)["A3"].kind == SAME


def test_a_question_in_another_section_is_moved():
    new = form(FIRST, SECOND)
    new["sections"].append({"key": "B", "title": "ด้านการวัดผล", "scale": "level5", "questions": [THIRD]})

    result = differences(OLD, new)

    assert [question.key for question in result.moved] == ["A3"]
    assert [(section.key, section.kind) for section in result.sections] == [("B", ADDED)]


@pytest.mark.parametrize(
    ("change", "label"),
    [
        ({"text": "จัดกิจกรรมการเรียนรู้เชิงรุก"}, "ข้อความ"),
        ({"type": "exist"}, "ชนิดคำตอบ"),
        ({"hint": "ดูจากแผน"}, "คำชี้แจง"),
        ({"required": True}, "ต้องตอบ"),
        ({"show_when": "A2 > 3"}, "แสดงเมื่อ"),
        ({"must_hold": ". > 1"}, "เงื่อนไขของคำตอบ"),
        ({"weight": "2"}, "น้ำหนัก"),
        ({"levels": {"5": "ครบทุกข้อ"}}, "คำอธิบายระดับ"),
        ({"with_evidence": True}, "มีช่องหลักฐาน"),
    ],
)
def test_each_property_is_named_in_thai(change, label):
    new = form({**FIRST, **change}, SECOND, THIRD)

    assert label in [change.label for change in found(OLD, new)["A1"].changes]


def test_a_change_of_the_scale_is_seen_in_the_scale_and_in_its_questions():
    words = {**LEVEL5, "values": [{"v": 5, "t": "ดีเยี่ยม"}, *LEVEL5["values"][1:]]}
    result = differences(OLD, form(FIRST, SECOND, THIRD, scales={"level5": words}))

    assert [(scale.key, [c.what for c in scale.changes]) for scale in result.scales] == [("level5", ["values"])]
    assert [question.key for question in result.undecided] == ["A1", "A2", "A3"]


def test_new_bands_are_a_change_of_the_scale_and_ask_nothing_of_the_questions():
    bands = {**LEVEL5, "bands": [{"min": "4.00", "label": "มากที่สุด"}, {"min": "1.00", "label": "น้อยที่สุด"}]}
    result = differences(OLD, form(FIRST, SECOND, THIRD, scales={"level5": bands}))

    assert [[c.label for c in scale.changes] for scale in result.scales] == [["เกณฑ์แปลผล"]]
    assert result.undecided == []


def test_sections_renamed_moved_added_and_dropped_are_told_apart():
    def sections(*pairs):
        return {"sections": [{"key": k, "title": t, "questions": [rating(f"{k}1", "ก")]} for k, t in pairs]}

    result = differences(
        sections(("A", "หนึ่ง"), ("B", "สอง"), ("C", "สาม")), sections(("C", "สาม"), ("A", "หนึ่งใหม่"), ("D", "สี่"))
    )

    told = {section.key: (section.kind, section.moved) for section in result.sections}
    assert told.pop("B") == (DROPPED, False)
    assert told.pop("D") == (ADDED, False)
    assert told["A"][0] == CHANGED
    assert sum(moved for _, moved in told.values()) == 1


# -- Trends --------------------------------------------------------------------------------------------------------

REWORDED = rating("A1", "จัดกิจกรรมการเรียนรู้เชิงรุก")


@pytest.mark.parametrize(
    ("more", "decision", "undecided", "ancestor"),
    [
        ({}, "", True, "A1"),
        ({"follows": "A1"}, CONTINUES, False, "A1"),
        ({"break": True}, CUT, False, ""),
    ],
)
def test_a_reworded_question_waits_for_a_decision(more, decision, undecided, ancestor):
    question = found(OLD, form({**REWORDED, **more}, SECOND, THIRD))["A1"]

    assert (question.decision, question.undecided, question.ancestor) == (decision, undecided, ancestor)


def test_a_hint_or_a_weight_changes_no_meaning():
    new = form({**FIRST, "hint": "ดูจากแผน", "weight": "2", "required": True}, SECOND, THIRD)

    assert not found(OLD, new)["A1"].asked


def test_a_scale_of_another_range_cuts_the_trend_and_says_why():
    new = form({**FIRST, "scale": "level4"}, SECOND, THIRD, scales={"level5": LEVEL5, "level4": LEVEL4})
    question = found(OLD, new)["A1"]

    assert question.forced == "ช่วงคะแนนเปลี่ยนจาก 1–5 เป็น 1–4 ค่าเฉลี่ยเทียบกันไม่ได้ จึงต้องตัดแนวโน้ม"
    assert question.undecided
    assert question.ancestor == ""


def test_a_trend_that_must_be_cut_is_not_settled_by_calling_it_the_same():
    scales = {"level5": LEVEL5, "level4": LEVEL4}
    same = form({**FIRST, "scale": "level4", "follows": "A1"}, SECOND, THIRD, scales=scales)
    cut = form({**FIRST, "scale": "level4", "break": True}, SECOND, THIRD, scales=scales)

    assert found(OLD, same)["A1"].undecided
    assert found(OLD, same)["A1"].ancestor == ""
    assert not found(OLD, cut)["A1"].undecided


def test_another_kind_of_answer_cuts_the_trend():
    question = found(OLD, form({"key": "A1", "type": "text", "text": "จัดกิจกรรมเชิงรุก"}, SECOND, THIRD))["A1"]

    assert question.forced.startswith("ชนิดคำตอบเปลี่ยนจาก “มาตราส่วนประมาณค่า” เป็น “ข้อความ”")


def test_one_choice_made_many_may_go_on():
    def asked(kind):
        return form(
            {"key": "A1", "type": kind, "text": "สังกัด", "choices": [{"v": "1", "t": "รัฐ"}, {"v": "2", "t": "เอกชน"}]}
        )

    question = found(asked("choice"), asked("multi"))["A1"]

    assert question.undecided
    assert not question.forced


def test_a_new_question_may_continue_a_dropped_one():
    new = form(FIRST, rating("A9", "ใช้สื่อและเทคโนโลยี", follows="A2"), THIRD)
    result = differences(OLD, new)
    question = found(OLD, new)["A9"]

    assert (question.kind, question.ancestor, question.decision) == (ADDED, "A2", CONTINUES)
    assert question.old_text == "ใช้สื่อ"
    assert [change.label for change in question.changes] == ["ข้อความ"]
    assert result.replaced == {"A2"}


def test_a_new_question_begins_its_own_trend_without_being_asked():
    question = found(OLD, form(FIRST, rating("A9", "ใหม่"), THIRD))["A9"]

    assert (question.decision, question.undecided, question.ancestor) == (BEGINS, False, "")


def test_only_dropped_questions_with_comparable_answers_are_offered():
    old = form(
        FIRST, SECOND, {"key": "A7", "type": "text", "text": "จุดเด่น"}, {"key": "N1", "type": "note", "text": "โปรดตอบ"}
    )
    new = form(FIRST, rating("A9", "ใหม่"))

    assert [key for key, _, _ in candidates(old, new, "A9")] == ["A2"]


def test_what_was_decided_is_written_into_the_definition_and_nothing_else():
    new = form(REWORDED, rating("A9", "ใหม่"), {**THIRD, "break": True})
    written = decided(new, {"A1": (CONTINUES, ""), "A9": (CONTINUES, "A2"), "A3": ("", "")})

    assert written == form({**REWORDED, "follows": "A1"}, rating("A9", "ใหม่", follows="A2"), THIRD)
    assert "break" in new["sections"][0]["questions"][2]


def test_a_new_draft_forgets_how_the_version_before_was_mapped():
    mapped = form({**REWORDED, "follows": "A1"}, {**SECOND, "break": True}, THIRD)

    assert without_mapping(mapped) == form(REWORDED, SECOND, THIRD)


# -- Words ---------------------------------------------------------------------------------------------------------


def marked(pieces):
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "left", "right"),
    [
        ("จัดกิจกรรมเชิงรุก", "จัดกิจกรรมการเรียนรู้เชิงรุก", "จัดกิจกรรมเชิงรุก", "จัดกิจกรรม[การเรียนรู้]เชิงรุก"),
        ("ครูใช้สื่อ", "ครูใช้สื่อ", "ครูใช้สื่อ", "ครูใช้สื่อ"),
        ("ปี 2568", "ปี 2569", "ปี [2568]", "ปี [2569]"),
        ("", "ใหม่", "", "[ใหม่]"),
    ],
)
def test_words_that_differ_are_marked(old, new, left, right):
    before, after = word_difference(old, new)

    assert (marked(before), marked(after)) == (left, right)


@given(st.text("กขคงเแใาิีุูั่้์ำ 12ab\n", max_size=40), st.text("กขคงเแใาิีุูั่้์ำ 12ab\n", max_size=40))
@settings(max_examples=200, deadline=None)
def test_the_pieces_of_each_side_are_its_whole_text(old, new):
    before, after = word_difference(old, new)

    assert "".join(piece.text for piece in before) == old
    assert "".join(piece.text for piece in after) == new


@pytest.mark.parametrize(
    "broken",
    [
        {}, None, [], {"sections": None}, {"sections": [None, {"questions": [None, {}, {"key": "A1"}]}]},
        {"scales": [], "lists": 3, "sections": [{"key": "A", "questions": [{"key": "A1", "type": "rating", "scale": 4}]}]},
    ],
)  # fmt: skip
def test_a_draft_with_gaps_is_compared_as_far_as_it_can_be_read(broken):
    assert json.dumps([question.key for question in differences(OLD, broken).questions])
    differences(broken, OLD)


def test_a_long_form_is_compared_at_once():
    many = [rating(f"A{n}", f"ข้อความของข้อที่ {n} ว่าด้วยการจัดการเรียนรู้ของครูในชั้นเรียน") for n in range(1000)]
    new = form(*[{**question, "text": question["text"] + " อย่างต่อเนื่อง"} for question in reversed(many)])

    result = differences(form(*many), new)

    assert len(result.undecided) == 1000
    assert len(result.moved) == 999
