"""A file of answers is complete, of one moment, and says the same when it is read back."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.exports import reading
from analysis.exports.writing import Incomplete
from instruments.definition import parse
from instruments.models import Response
from instruments.scoring import score
from tests.analysis.exports.making import form_with, make_instrument, text
from tests.analysis.exports.reading import exported, workbook, written
from tests.instruments.random_forms import answers_for, definitions
from tests.supervision.factories import make_version

# -- Complete ------------------------------------------------------------------------------------------------------


def test_the_last_sheet_says_how_many_rows_there_are_and_what_each_column_means(world, every_type, answered):
    answered(every_type)
    answered(every_type)

    result, data = written(every_type, world.area, academic_year=2569)

    assert result.responses == 2
    assert result.rows == {"": 2, "T": 4}
    lines = [[cell for cell in line if cell is not None] for line in workbook(data)["คำอธิบาย"].values]
    facts = {line[0]: line[1] for line in lines if len(line) == 2}
    assert facts["จำนวนแถวของแผ่น “คำตอบ”"] == 2
    assert facts["จำนวนแถวของแผ่น “ตอนที่ 4 ครูผู้รับการนิเทศ”"] == 4
    assert facts["ตรวจนับกับฐานข้อมูล"] == "ตรงกัน 2 ชุดคำตอบ"
    assert facts["ปีการศึกษา"] == "2569"
    codes = {line[2]: line for line in lines if len(line) > 5}
    assert codes["A1"][-1] == "1 = เยี่ยมชั้นเรียน; 2 = ทางไกล; 9 = อื่น ๆ"
    assert "ฉบับที่ 1" in codes["B4.r1"]


def test_a_file_that_lacks_a_row_is_not_handed_out(world, every_type, answered, monkeypatch):
    answered(every_type)
    answered(every_type)
    read = reading.Reading._read
    assert written(every_type, world.area)[0].responses == 2
    monkeypatch.setattr(reading.Reading, "_read", lambda self, ids: read(self, ids)[1:])

    with pytest.raises(Incomplete, match="1 แถว.*2 ชุด"):
        written(every_type, world.area)


@pytest.mark.parametrize("count", [1, 6])
def test_the_number_of_queries_does_not_grow_with_the_answers(
    world, every_type, answered, count, django_assert_num_queries
):
    for _ in range(count):
        answered(every_type)
    written(every_type, world.area)

    with django_assert_num_queries(11):
        written(every_type, world.area)


@pytest.mark.django_db(transaction=True)
def test_a_file_shows_one_moment_whatever_is_saved_meanwhile(world, every_type, answered, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 1)
    for _ in range(3):
        answered(every_type)
    read, late = reading.Reading._read, []

    def read_and_interfere(self, ids):
        if not late:
            late.append(answered(every_type))
            Response.objects.update(answers={})
        return read(self, ids)

    monkeypatch.setattr(reading.Reading, "_read", read_and_interfere)

    rows = exported(every_type, world.area)["answers"]
    after = exported(every_type, world.area)["answers"]

    assert [row["B1"] for row in rows] == ["4", "4", "4"]
    assert [row["B1"] for row in after] == [""] * 4


# -- Any form, any answers -----------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_csv_read_back_is_the_answers(world, data):
    form_definition = data.draw(definitions())
    form = parse(form_definition)
    version = make_version(make_instrument(), number=2, definition=form_definition)
    responses = [
        Response.objects.create(
            version=version, area=world.area, answers=answers, scores=score(form, answers),
            locked_at=datetime.fromisoformat("2026-11-21T10:00:00+07:00"),
        )
        for answers in data.draw(st.lists(answers_for(form), min_size=1, max_size=4))
    ]  # fmt: skip

    tables = exported(version, world.area)

    read = {row["_response"]: row for row in tables["answers"]}
    assert len(read) == len(responses)
    for response in responses:
        hidden = set(response.scores.get("hidden", ()))
        assert _shown(read[str(response.pk)], form) == _expected(form, response.answers, hidden, "")
        for section in form.sections:
            if not section.repeat:
                continue
            rows = [row for row in tables[f"rows-{section.key}"] if row["_response"] == str(response.pk)]
            wanted = [] if f"@{section.key}" in hidden else section.rows(response.answers)
            assert [row["_row_id"] for row in rows] == wanted
            for row in rows:
                assert _shown(row, form) == _expected(form, response.answers, hidden, f"@{row['_row_id']}")


def _shown(row, form):
    return {name: value for name, value in row.items() if value and name in form.slots and not name.endswith(".rows")}


def _expected(form, answers, hidden, at):
    """What the cells of a row must say, worked out from the answers alone."""
    found = {}
    for section in form.sections:
        if bool(section.repeat) != bool(at) or f"@{section.key}" in hidden:
            continue
        for question in section.questions:
            if {question.key, question.key + at} & hidden:
                continue
            for slot in question.slots:
                entry = answers.get(slot.key + at, {})
                value = entry.get("v")
                text = "NA" if "na" in entry else " | ".join(value) if isinstance(value, list) else value
                if text not in (None, ""):
                    shown = str(text)
                    negative = slot.kind == "text" and shown[:1] in "=+-@"
                    found[slot.key] = f"'{shown}" if negative else shown
    return found


def test_a_form_that_changes_keeps_every_answer_ever_given(world, answered):
    """Through five versions, each of which drops a question and adds one."""
    instrument = make_instrument()
    for number in range(2, 7):
        keys = [f"Q{place}" for place in range(number, number + 3)]
        version = make_version(
            instrument, number=number, definition=form_with(*(text(key, f"ข้อ {key}") for key in keys))
        )
        answered(version, answers={key: f"{key} ในฉบับ {number}" for key in keys})

    rows = exported(instrument, world.area)["answers"]

    said = sorted(value for row in rows for name, value in row.items() if name.startswith("Q") and value)
    assert said == sorted(f"Q{p} ในฉบับ {n}" for n in range(2, 7) for p in range(n, n + 3))
