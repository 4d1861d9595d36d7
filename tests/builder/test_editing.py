"""Every change of a form, on the definition alone."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.editing import PROPERTIES, Draft, EditRefused, Published, copy_in, empty, mentions
from builder.outline import outline
from builder.scales import PRESETS
from instruments import reference
from instruments.checking import problems
from instruments.definition import parse
from workflows.digests import stamp_of


def draft(*sections, **more):
    return Draft({"scales": {}, "sections": list(sections), **more})


def section(key, *questions, **more):
    return {"key": key, "title": f"ตอน {key}", "questions": list(questions), **more}


def text(key, **more):
    return {"key": key, "type": "text", "text": f"ข้อ {key}", **more}


def keys(made):
    return [[s["key"], [q["key"] for q in s["questions"]]] for s in made.sections]


# -- Keys ----------------------------------------------------------------------------------------------------------


def test_keys_are_made_by_themselves():
    made = Draft(empty())
    assert [made.add_section({"title": "ก"}), made.add_section({"title": "ข"})] == ["A", "B"]
    assert [made.add_question("B", "text"), made.add_question("B", "text")] == ["B1", "B2"]
    made.delete_question("B1")
    assert made.add_question("B", "text") == "B3"


def test_a_section_with_a_long_key_numbers_its_questions_q():
    made = draft(section("household", text("Q11")))
    assert made.add_question("household", "text") == "Q12"


def test_a_key_that_was_published_is_never_given_to_another_question():
    made = Draft({"scales": {}, "sections": [section("B", text("B1"))]}, Published({"B7": "text"}, frozenset({"C"})))
    assert made.add_question("B", "text") == "B8"
    assert made.add_section() == "A"
    assert made.add_section() == "D"


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("B2", "ใช้อยู่แล้ว"),
        ("1B", "ขึ้นต้นด้วยอักษร"),
        ("ข้อ", "อักษรอังกฤษ"),
        ("and", "คำของภาษาเงื่อนไข"),
        ("B9", "เคยใช้ในฉบับที่เผยแพร่แล้ว"),
        ("B", "รหัสของตอน"),
    ],
)
def test_a_key_that_cannot_be_is_refused_and_nothing_changes(new, sentence):
    made = Draft({"scales": {}, "sections": [section("B", text("B1"), text("B2"))]}, Published({"B9": "text"}))
    before = copy.deepcopy(made.definition)
    with pytest.raises(EditRefused, match=sentence) as refused:
        made.change_question("B1", {"key": new, "text": "ใหม่"})
    assert refused.value.field == "key"
    assert made.definition == before


def test_the_key_of_a_published_question_stays():
    made = Draft({"scales": {}, "sections": [section("B", text("B1"))]}, Published({"B1": "text"}))
    with pytest.raises(EditRefused, match="อยู่ในฉบับที่เผยแพร่แล้ว"):
        made.change_question("B1", {"key": "X1"})


def test_conditions_follow_a_renamed_key_everywhere_and_texts_do_not():
    made = draft(
        section("A", text("A1"), text("A10")),
        section(
            "B",
            text("B1", show_when='A1 = "A1" and A10 = "2"', must_hold="length(.) > length(A1)"),
            show_when="answered(A1)",
        ),
    )
    assert made.change_question("A1", {"key": "name"}) == "name"
    assert made.question("B1")["show_when"] == 'name = "A1" and A10 = "2"'
    assert made.question("B1")["must_hold"] == "length(.) > length(name)"
    assert made.section("B")["show_when"] == "answered(name)"


def test_rows_of_a_renamed_repeating_section_are_followed():
    made = draft(
        section("G", text("G1"), repeat={"label": "คนที่", "min": 0, "max": 3}),
        section("B", text("B1", show_when="count(G.rows) > 1")),
    )
    made.change_section("G", {"key": "T"})
    assert made.question("B1")["show_when"] == "count(T.rows) > 1"


# -- Deleting ------------------------------------------------------------------------------------------------------


def test_a_question_that_conditions_refer_to_is_not_deleted():
    made = draft(section("A", text("A1")), section("B", text("B1", show_when='A1 = "1"')))
    with pytest.raises(EditRefused, match=r"ตอนที่ 2 ข้อ 1 \(B1\) อ้างถึง A1"):
        made.delete_question("A1")
    with pytest.raises(EditRefused, match="ลบตอน"):
        made.delete_section("A")
    assert keys(made) == [["A", ["A1"]], ["B", ["B1"]]]


def test_a_section_whose_questions_only_name_each_other_is_deleted_and_comes_back():
    made = draft(section("A", text("A1"), text("A2", show_when='A1 = "1"')), section("B", text("B1")))
    before = copy.deepcopy(made.definition)
    removed = made.delete_section("A")
    assert keys(made) == [["B", ["B1"]]]
    made.restore(removed.as_json())
    assert made.definition == before


def test_a_deleted_question_comes_back_where_it_was():
    made = draft(section("A", text("A1"), text("A2"), text("A3")))
    before = copy.deepcopy(made.definition)
    removed = made.delete_question("A2")
    made.restore(removed.as_json())
    assert made.definition == before


def test_a_deleted_question_comes_back_under_a_new_key_where_its_own_is_taken():
    made = draft(section("A", text("A1"), text("A2")))
    removed = made.delete_question("A2")
    made.change_question("A1", {"key": "A2"})
    assert made.restore(removed.as_json()) == "A3"
    assert keys(made) == [["A", ["A2", "A3"]]]


# -- Moving --------------------------------------------------------------------------------------------------------


def test_a_question_goes_step_by_step_into_the_next_section_and_back():
    made = draft(section("A", text("A1"), text("A2")), section("B", text("B1")))
    made.move_question("A1", by=1)
    assert keys(made) == [["A", ["A2", "A1"]], ["B", ["B1"]]]
    made.move_question("A1", by=1)
    assert keys(made) == [["A", ["A2"]], ["B", ["A1", "B1"]]]
    made.move_question("A1", by=-1)
    assert keys(made) == [["A", ["A2", "A1"]], ["B", ["B1"]]]
    made.move_question("B1", by=1)
    assert keys(made) == [["A", ["A2", "A1"]], ["B", ["B1"]]]


def test_a_question_is_put_behind_another():
    made = draft(section("A", text("A1"), text("A2")), section("B", text("B1")))
    made.move_question("A2", section="B", after="")
    made.move_question("A1", section="B", after="B1")
    made.move_question("B1", section="B", after="B1")
    assert keys(made) == [["A", []], ["B", ["A2", "B1", "A1"]]]


def test_a_rated_question_keeps_its_scale_in_another_section():
    scales = {"level5": PRESETS["level5"][1], "level4": PRESETS["level4"][1]}
    rated = {"key": "A1", "type": "rating", "text": "ก"}
    made = Draft({"scales": scales, "sections": [section("A", rated, scale="level5"), section("B", scale="level4")]})
    made.move_question("A1", section="B", after="")
    assert made.question("A1")["scale"] == "level5"
    made.move_question("A1", section="A", after="")
    assert "scale" not in made.question("A1")


# -- Types, scales, copies -----------------------------------------------------------------------------------------


def test_another_type_drops_what_does_not_fit_it():
    made = draft(section("A", text("A1", long=False, hint="ก", max_length=9)))
    made.change_question("A1", {"type": "number", "unit": "คน"})
    assert made.question("A1") == {"key": "A1", "type": "number", "text": "ข้อ A1", "hint": "ก", "unit": "คน"}


def test_the_first_rated_question_brings_a_scale_for_its_section():
    made = draft(section("A"))
    made.add_question("A", "rating", values={"text": "ก"})
    assert made.section("A")["scale"] == "level5"
    made.add_question("A", "dual", values={"text": "ข"})
    assert made.question("A2")["scale"] == "need5"
    assert problems(made.definition) == []


def test_a_scale_in_use_is_not_deleted():
    made = draft(section("A"))
    made.add_question("A", "rating")
    with pytest.raises(EditRefused, match="ตอน A ใช้อยู่"):
        made.delete_scale("level5")
    other = made.add_scale("ioc")
    made.delete_scale(other)
    assert list(made.scales) == ["level5"]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_usual_scale_is_whole(preset):
    made = Draft(empty())
    key = made.add_scale(preset)
    kind = "dual" if PRESETS[preset][1].get("dual") else "rating"
    made.add_section({"title": "ก", "scale": key})
    made.add_question("A", kind, values={"text": "ก"})
    assert problems(made.definition) == []


def test_a_section_is_copied_with_conditions_that_point_into_the_copy():
    made = draft(section("A", text("A1"), text("A2", show_when='A1 = "1"', follows="X")))
    assert made.duplicate_section("A") == "B"
    assert keys(made) == [["A", ["A1", "A2"]], ["B", ["B1", "B2"]]]
    assert made.question("B2")["show_when"] == 'B1 = "1"'
    assert "follows" not in made.question("B2")


def test_from_another_form_come_scales_lists_and_conditions_but_none_that_would_mean_something_else():
    other = {
        "scales": {"level5": PRESETS["suit5"][1]},
        "lists": {"list1": {"title": "อำเภอ", "items": [{"v": "1", "t": "ก"}]}},
        "sections": [
            section("X", text("X1"), text("X2")),
            section(
                "A",
                {"key": "A1", "type": "rating", "text": "ก", "show_when": 'X1 = "1"'},
                {"key": "A2", "type": "choice", "text": "ข", "list": "list1", "show_when": "A1 >= 3"},
                scale="level5",
            ),
        ],
    }
    made = Draft({"scales": {"level5": PRESETS["level5"][1]}, "sections": [section("A", text("A1"), text("X1"))]})
    copied, left = copy_in(made, other, sections=["A"], questions=["X2"], into="A")
    assert copied == ["@B", "B1", "A2", "X2"]
    assert made.section("B")["scale"] == "level5_2"
    assert made.scales["level5_2"] == PRESETS["suit5"][1]
    assert made.lists == other["lists"]
    assert "show_when" not in made.question("B1")
    assert left == ["ข้อ B1: ไม่ได้นำ “แสดงเมื่อ” มาด้วย เพราะอ้างถึง X1 ซึ่งไม่ได้คัดลอกมา"]
    assert made.question("A2")["show_when"] == "B1 >= 3"
    assert problems(made.definition) == []


def test_a_whole_reference_form_is_copied_as_it_is():
    for row in reference.read():
        made = Draft(empty())
        copy_in(made, row["definition"], sections=[s["key"] for s in row["definition"]["sections"]])
        assert made.definition["sections"] == row["definition"]["sections"]
        assert made.definition["scales"] == row["definition"]["scales"]


# -- Limits --------------------------------------------------------------------------------------------------------


def test_five_thousand_questions_are_refused_and_none_is_added():
    made = draft(section("A", text("A1")))
    with pytest.raises(EditRefused, match="5,001 ข้อ เกินกว่าที่แบบหนึ่งชุดรับได้"):
        made.add_many("A", "text", [{"text": "ก"}] * 5000)
    assert keys(made) == [["A", ["A1"]]]


def test_names_in_a_condition_that_cannot_be_read_are_found_too():
    assert mentions('A1 = "B9" and (B2.exist') == ["A1", "B2"]
    assert "A1" in mentions("A1 = ก")


# -- Whatever is there ---------------------------------------------------------------------------------------------

KEYS = st.sampled_from(["A", "B", "A1", "A2", "B1", "and", "ก", "", "G", "x" * 60])
TEXTS = st.sampled_from(
    ["", "ข้อความ", 'A1 = "1"', "A1 +", "sum(", "(", "B1 >= 3 and A2", "choice.x = A1", "\x00", "ก" * 3000]
)
VALUES = st.dictionaries(
    st.sampled_from([*sorted({name for names in PROPERTIES.values() for name in names}), "title", "intro", "repeat"]),
    st.one_of(
        TEXTS, st.integers(-5, 2000), st.booleans(), st.none(), st.just([{"v": "1", "t": "ก"}]), st.just({"5": "ก"})
    ),
    max_size=5,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add_section"), VALUES),
        st.tuples(st.just("change_section"), KEYS, VALUES),
        st.tuples(st.just("delete_section"), KEYS),
        st.tuples(st.just("duplicate_section"), KEYS),
        st.tuples(st.just("add_question"), KEYS, st.sampled_from([*PROPERTIES, "?"])),
        st.tuples(st.just("change_question"), KEYS, VALUES),
        st.tuples(st.just("delete_question"), KEYS),
        st.tuples(st.just("duplicate_question"), KEYS),
        st.tuples(st.just("add_scale"), st.sampled_from([*PRESETS, "?"])),
        st.tuples(st.just("delete_scale"), st.sampled_from([*PRESETS])),
        st.tuples(st.just("move"), KEYS, KEYS, st.sampled_from([-1, 0, 1])),
        st.tuples(st.just("undo")),
    ),
    max_size=14,
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), TEXTS, KEYS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["sections", "questions", "key", "type", "text", "title", "scales", "choices"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(
    start=st.one_of(
        st.just(empty()),
        JSON,
        st.just({"scales": {}, "sections": [section("A", text("A1"), text("A2", show_when="A1 > 1"))]}),
    ),
    steps=STEPS,
)
def test_any_sequence_of_changes_leaves_a_form_that_is_whole_or_says_what_is_wrong(start, steps):
    made = Draft(start)
    removed = []
    for name, *arguments in steps:
        before = copy.deepcopy(made.definition)
        try:
            if name == "move":
                key, other, by = arguments
                made.move_question(key, by=by, section=other if by == 0 else "", after="")
            elif name == "undo":
                if removed:
                    made.restore(removed.pop().as_json())
            else:
                answer = getattr(made, name)(*arguments)
                if name in ("delete_question", "delete_section"):
                    removed.append(answer)
        except EditRefused:
            assert made.definition == before, (name, arguments)
    found = problems(made.definition)
    shown = outline(made)
    assert shown.question_count == len(made.question_keys)
    assert bool(shown.troubles) == bool(found)
    if not found:
        parse(made.definition)
    assert stamp_of(made.definition)


def test_a_condition_is_offered_what_may_be_answered():
    level4 = PRESETS["level4"][1]
    choices = [{"v": "1", "t": "มี"}, {"v": "2", "t": "ไม่มี"}]
    made = draft(
        section(
            "A",
            {"key": "A1", "type": "choice", "text": "โครงการ", "choices": choices},
            {"key": "A2", "type": "rating", "text": "คุณภาพ"},
            {"key": "A3", "type": "multi", "text": "เขต", "list": "long"},
            text("A4"),
            scale="level4",
        ),
        scales={"level4": level4},
        lists={"long": {"title": "เขต", "items": [{"v": str(n), "t": f"เขต {n}"} for n in range(245)]}},
    )

    answers = {row.key: row.answers for row in outline(made).rows.values()}

    assert answers["A1"] == (("1", "มี"), ("2", "ไม่มี"))
    assert answers["A2"] == (("4", "ดีมาก"), ("3", "ดี"), ("2", "พอใช้"), ("1", "ปรับปรุง"))
    assert answers["A3"] == answers["A4"] == ()


def test_what_is_wrong_stands_at_the_section_question_scale_or_list_that_it_is_of():
    made = Draft({
        "scales": {"s": {"title": "", "values": []}},
        "lists": {"l": {"title": "ก", "items": []}},
        "sections": [{"key": "A", "title": "ก", "intro": 5, "questions": [
            {"key": "N1", "type": "note", "text": "ก"}, {"key": "A1", "type": "text", "text": ""},
        ]}],
    })  # fmt: skip

    assert [(t.scale, t.list, t.section, t.question, t.sentence) for t in outline(made).troubles] == [
        ("s", "", "", "", "มาตราส่วน “s” ต้องมีชื่อ"),
        ("", "l", "", "", "รายการตัวเลือก “l” ยังไม่มีตัวเลือก"),
        ("", "", "A", "", "มีคำชี้แจงที่ไม่ใช่ข้อความ"),
        ("", "", "", "A1", "ยังไม่มีข้อความของข้อคำถาม"),
    ]
