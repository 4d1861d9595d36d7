"""Groups and repeats as other people make them, as sections of ours."""

from tests.builder.xlsform.making import CHANGED, LEFT, YES_NO, imported


def test_groups_become_sections_and_what_stands_outside_gets_one_of_its_own():
    form = imported("""
        type | name | label
        text | a | ก
        begin group | g | กลุ่มหนึ่ง
        text | b | ข
        end group | |
        text | c | ค
        """)
    assert [(s["title"], [q["key"] for q in s["questions"]]) for s in form.sections] == [
        ("ข้อทั่วไป", ["a"]), ("กลุ่มหนึ่ง", ["b"]), ("ข้อทั่วไป", ["c"]),
    ]  # fmt: skip


def test_nested_groups_are_flattened_with_joined_titles_and_joined_conditions():
    form = imported("""
        type | name | label | relevant
        integer | n | จำนวน |
        begin_group | outer | นอก | ${n} > 1
        text | a | ก |
        begin_group | inner | ใน | ${n} > 2
        text | b | ข |
        end_group | | |
        text | c | ค |
        end_group | | |
        """)
    assert [(s["title"], s.get("show_when")) for s in form.sections] == [
        ("ข้อทั่วไป", None), ("นอก", "n > 1"), ("นอก › ใน", "n > 1 and n > 2"), ("นอก (ต่อ)", "n > 1"),
    ]  # fmt: skip
    assert len({s["key"] for s in form.sections}) == 4
    assert form.row(5)[0] == CHANGED


def test_a_group_without_a_label_is_no_section_but_its_condition_holds():
    form = imported(
        "type | name | label | relevant\ninteger | n | จำนวน |\nbegin group | g | | ${n} = 1\ntext | a | ก | ${n} < 9\nend group | | |"
    )
    assert len(form.sections) == 1
    assert form["a"]["show_when"] == "n = 1 and n < 9"
    assert form.row(3)[0] == CHANGED


def test_a_repeat_inside_a_group_is_a_repeating_section():
    form = imported("""
        type | name | label | repeat_count | calculation
        begin group | g | โรงเรียน | |
        begin repeat | teachers | ครู | 3 |
        text | name | ชื่อ | |
        integer | age | อายุ | |
        end repeat | | | |
        end group | | | |
        calculate | total | รวม | | sum(${age})
        calculate | many | กี่คน | | count(${teachers})
        """)
    section = form.sections[0]
    assert section["title"] == "โรงเรียน › ครู"
    assert section["repeat"] == {"label": "ครู", "min": 3, "max": 3}
    assert form["total"]["expr"] == "sum(age)"
    assert form["many"]["expr"] == "count(teachers.rows)"


def test_a_repeat_in_a_repeat_is_asked_once_a_row_and_says_so():
    form = imported("""
        type | name | label
        begin repeat | house | บ้าน
        text | a | ก
        begin repeat | person | คน
        text | b | ข
        end repeat | |
        end repeat | |
        """)
    assert [q["key"] for q in form.sections[0]["questions"]] == ["a", "person", "b"]
    assert form["person"]["type"] == "note"
    assert "ซ้อน" in form.row(4)[1]


def test_a_group_in_a_repeat_is_a_heading_and_its_condition_goes_on_its_questions():
    form = imported("""
        type | name | label | relevant
        begin repeat | r | ครู |
        integer | n | จำนวน |
        begin group | g | รายละเอียด | ${n} > 0
        text | a | ก |
        end group | | |
        end repeat | | |
        """)
    assert [(q["type"], q.get("show_when")) for q in form.sections[0]["questions"]] == [
        ("number", None),
        ("note", "n > 0"),
        ("text", "n > 0"),
    ]


def test_a_repeat_count_that_is_computed_leaves_the_number_to_the_person():
    form = imported(
        "type | name | label | repeat_count\ninteger | n | จำนวน |\nbegin repeat | r | ครู | ${n}\ntext | a | ก |\nend repeat | | |"
    )
    assert form.sections[1]["repeat"] == {"label": "ครู"}
    assert form.row(3)[0] == CHANGED


def test_a_missing_end_closes_at_the_end_and_a_wrong_one_closes_what_it_can():
    form = imported(
        "type | name | label\nbegin group | g | ก\nbegin repeat | r | ข\ntext | a | ค\nend group | |\nbegin group | h | ง\ntext | b | จ"
    )
    assert [s["title"] for s in form.sections] == ["ก › ข", "ง"]
    assert form.row(3)[0] == CHANGED
    assert "ไม่มีแถวปิดกลุ่ม" in form.row(6)[1]


def test_a_group_of_which_nothing_is_taken_is_left():
    form = imported("type | name | label\nbegin group | g | ก\ngeotrace | x | ข\nend group | |\ntext | a | ค")
    assert form.row(2)[0] == LEFT
    assert [s["title"] for s in form.sections] == [form.imported.title]


def test_kobo_score_and_rank():
    form = imported("""
        type | name | label | kobo--score-choices | kobo--rank-items | required
        begin_score | m | ความพึงพอใจ | yn | | true
        score__row | s1 | สถานที่ | | |
        score__row | s2 | อาหาร | | |
        end_score | | | | |
        begin_rank | r | อันดับ | | yn |
        rank__level | r1 | ที่หนึ่ง | | |
        end_rank | | | | |
        """, choices=YES_NO)  # fmt: skip
    assert form["m"]["rows"] == [{"key": "s1", "text": "สถานที่"}, {"key": "s2", "text": "อาหาร"}]
    assert form["r1"]["type"] == "choice"
