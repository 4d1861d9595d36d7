"""Choices as people type and paste them, and what keeps its value."""

import pytest

from builder import lines

BEFORE = [{"v": "1", "t": "ปฐมวัย"}, {"v": "2", "t": "ภาษาไทย"}, {"v": "3", "t": "ศิลปะ"}]


def pairs(items):
    return [(item["v"], item["t"]) for item in items]


def test_new_lines_are_numbered():
    assert pairs(lines.choices("ก\n\n  ข \r\nค")) == [("1", "ก"), ("2", "ข"), ("3", "ค")]


def test_moved_and_reworded_lines_keep_their_values_and_new_ones_get_new():
    made = lines.choices("ศิลปะ\nปฐมวัยศึกษา\nภาษาไทย\nดนตรี", BEFORE)
    assert pairs(lines.choices("ปฐมวัย\nภาษาและวรรณคดีไทย\nศิลปะ", BEFORE))[1] == ("2", "ภาษาและวรรณคดีไทย")
    values = {text: value for value, text in pairs(made)}
    assert (values["ภาษาไทย"], values["ศิลปะ"]) == ("2", "3")
    assert len(set(values.values())) == 4


def test_a_value_that_was_published_is_never_given_again():
    assert pairs(lines.choices("ปฐมวัย\nใหม่", BEFORE[:1], taken={"1", "7"})) == [("1", "ปฐมวัย"), ("8", "ใหม่")]


def test_other_asks_for_words_and_only_one_choice_does():
    made = lines.choices("ก\nอื่น ๆ\nค (ระบุ)")
    assert [bool(item.get("specify")) for item in made] == [False, False, True]


def test_what_choices_say_of_themselves_stays_when_the_words_change():
    before = [{"v": "x", "t": "ก", "attrs": {"p": "1"}, "specify": True}]
    assert lines.choices("ก ข", before) == [{"v": "x", "t": "ก ข", "attrs": {"p": "1"}, "specify": True}]


def test_cells_of_a_spreadsheet_become_choices_with_attributes():
    made = lines.from_sheet("ค่า\tข้อความ\tprovince\n1001\tพระนคร\t10\n1301\tเมืองปทุมธานี\t13\n")
    assert made == [
        {"v": "1001", "t": "พระนคร", "attrs": {"province": "10"}},
        {"v": "1301", "t": "เมืองปทุมธานี", "attrs": {"province": "13"}},
    ]
    assert lines.from_sheet(lines.sheet(made)) == made


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1\tก\n1\tข", "ซ้ำ"),
        ("ค่า\tข้อความ\n1\t", "บรรทัดที่ 2 ต้องมีทั้งค่าและข้อความ"),
        ("ค่า\tข้อความ\tจังหวัด\n1\tก\t10", "หัวคอลัมน์ “จังหวัด”"),
    ],
)
def test_a_sheet_that_cannot_be_is_refused_by_its_line(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        lines.from_sheet(typed)


def test_rows_of_a_matrix_keep_their_keys():
    before = [{"key": "r1", "text": "ก"}, {"key": "r2", "text": "ข"}]
    assert lines.rows("ข\nค", before, taken={"r5"}) == [{"key": "r2", "text": "ข"}, {"key": "r6", "text": "ค"}]
