"""Repeating sections, hidden questions and calculated values: what they do to scores, progress and the kept sums."""

import json

import pytest

from instruments import tallies
from instruments.checking import problems
from instruments.definition import parse
from instruments.models import Instrument, InstrumentVersion, Response, Tally
from instruments.queries import progress
from instruments.services import describe_response, form_gaps, lock_response, open_response, unlock_response
from tests.instruments.helpers import event, send

LEVELS = [{"v": v, "t": t} for v, t in ((5, "มากที่สุด"), (4, "มาก"), (3, "ปานกลาง"), (2, "น้อย"), (1, "น้อยที่สุด"))]
DEFINITION = {
    "scales": {"level5": {"title": "ระดับ", "values": LEVELS, "bands": [{"min": "1.00", "label": "ก"}]}},
    "sections": [
        {
            "key": "A",
            "title": "ทั่วไป",
            "questions": [
                {"key": "A1", "type": "exist", "text": "มีการสังเกตชั้นเรียน", "required": True},
                {"key": "A2", "type": "number", "text": "จำนวนครู", "show_when": "A1 = 1", "required": True},
                {"key": "A3", "type": "number", "text": "ครูที่ได้รับการนิเทศ", "must_hold": "A3 <= A2"},
            ],
        },
        {
            "key": "T",
            "title": "ครูที่สังเกต",
            "scale": "level5",
            "repeat": {"label": "ครูคนที่", "min": 1, "max": 3},
            "show_when": "A1 = 1",
            "questions": [
                {"key": "T1", "type": "text", "text": "ชื่อ", "long": False},
                {"key": "T2", "type": "rating", "text": "การสอน", "required": True, "allow_na": True},
                {"key": "T3", "type": "matrix", "text": "ด้าน", "rows": [{"key": "a", "text": "ก"}, {"key": "b", "text": "ข"}]},
            ],
        },
        {
            "key": "Z",
            "title": "สรุป",
            "questions": [{"key": "Z1", "type": "calc", "text": "เฉลี่ย", "expr": "mean(T2)"}],
        },
    ],
}  # fmt: skip


@pytest.fixture
def version(office):
    made = InstrumentVersion(
        instrument=Instrument.objects.create(area=office, code="OBS", title="สังเกต"), definition=DEFINITION
    )
    made.save()
    InstrumentVersion.objects.filter(pk=made.pk).update(state="published")
    made.refresh_from_db()
    return made


@pytest.fixture
def response(version, office, supervisor):
    return open_response(version, area=office, by=supervisor)


def fill_two_teachers(response, by):
    return send(
        response,
        event("A1", "1"),
        event("A2", "8"),
        event("T.rows", add=["row1", "row2"]),
        event("T1@row1", "ครูมานี"),
        event("T2@row1", "5"),
        event("T2@row2", 4),
        event("T3.a@row1", 3),
        by=by,
    )


def test_the_form_is_whole():
    assert problems(DEFINITION) == []


def test_each_row_of_a_repeating_section_counts_in_scores_and_progress(response, supervisor):
    outcome = fill_two_teachers(response, supervisor)

    assert outcome.refused == []
    part = response.scores["sections"]["T"]
    assert (part["n"], part["sum"], part["mean"]) == (3, 12, "4.00")
    assert response.scores["calc"]["Z1"] == "4.5"
    # Of the second row the name and the table are missing, of the first one line of the table.
    assert progress(response.form, response.answers, response.scores)["sections"]["T"] == {
        "answered": 3, "total": 6, "missing": 0,
    }  # fmt: skip


def test_a_row_that_was_taken_away_counts_no_more_but_its_answers_stay(response, supervisor):
    fill_two_teachers(response, supervisor)
    send(response, event("T.rows", remove=["row1"]), by=supervisor)

    assert response.scores["sections"]["T"]["mean"] == "4.00"
    assert response.scores["sections"]["T"]["n"] == 1
    assert response.answers["T1@row1"]["v"] == "ครูมานี"


def test_what_a_condition_hides_counts_nowhere_and_comes_back_when_shown(response, supervisor):
    fill_two_teachers(response, supervisor)
    send(response, event("A1", "0", base=response.answers["A1"]["e"]), by=supervisor)

    assert "@T" in response.scores["hidden"]
    assert response.scores["whole"]["n"] == 0
    assert progress(response.form, response.answers, response.scores)["total"] == 2
    assert form_gaps(response) == ""

    send(response, event("A1", "1", base=response.answers["A1"]["e"]), by=supervisor)
    assert response.scores["whole"]["n"] == 3


def test_a_required_question_that_is_hidden_is_not_missing_and_one_in_a_row_is(response, supervisor):
    send(response, event("A1", "1"), by=supervisor)
    assert "จำนวนครู" not in form_gaps(response)
    assert "ยังไม่ได้ตอบข้อที่ต้องตอบ 1 ข้อ" in form_gaps(response)
    assert "อย่างน้อย 1 ชุด" in form_gaps(response)

    send(response, event("A2", "1"), event("T.rows", add=["row1"]), by=supervisor)
    assert "ข้อ 2 ของครูที่สังเกต" in form_gaps(response)
    send(response, event("T2@row1", na=True), by=supervisor)
    assert form_gaps(response) == ""


def test_an_answer_that_breaks_a_condition_is_kept_and_keeps_the_form_from_being_finished(response, supervisor):
    send(
        response, event("A1", "1"), event("A2", "5"), event("T.rows", add=["row1"]), event("T2@row1", 5), by=supervisor
    )
    outcome = send(response, event("A3", "9"), by=supervisor)

    assert outcome.refused == []
    assert "ไม่เป็นไปตามเงื่อนไข 1 ข้อ ได้แก่ ข้อ 3 ของทั่วไป" in form_gaps(response)
    send(response, event("A3", "5", base=response.answers["A3"]["e"]), by=supervisor)
    assert form_gaps(response) == ""


@pytest.mark.parametrize("key", ["T2", "T2@", "T2@r", "T2@../x1", "T9@row1", "A1@row1", "T.rows@row1", "Z1", "A1.none"])
def test_an_answer_to_a_place_that_the_form_does_not_have_is_refused(response, supervisor, key):
    outcome = send(response, event(key, "4"), by=supervisor)

    assert [item["message"] for item in outcome.refused] == ["ไม่พบข้อคำถามนี้ในแบบฉบับนี้ โปรดเปิดหน้าใหม่"]


def test_more_rows_than_the_form_allows_are_refused(response, supervisor):
    send(response, event("T.rows", add=["row1", "row2", "row3"]), by=supervisor)
    outcome = send(response, event("T.rows", add=["row4"]), by=supervisor)

    assert [item["message"] for item in outcome.refused] == ["ตอนนี้กรอกได้ไม่เกิน 3 ชุด"]


def test_rows_that_two_people_add_at_once_are_both_kept(response, supervisor, colleague):
    send(response, event("T.rows", add=["mine"]), by=supervisor)
    send(response, event("T.rows", add=["theirs"]), by=colleague)

    assert response.answers["T.rows"]["v"] == ["mine", "theirs"]


# -- Kept sums -----------------------------------------------------------------------------------------------------


def office_sums():
    rows = list(Tally.objects.filter(kind=Tally.OFFICE))
    return tallies.total(rows)


def test_a_closed_response_counts_once_and_an_opened_one_not_at_all(response, supervisor):
    fill_two_teachers(response, supervisor)
    assert office_sums() == (0, {})

    lock_response(response, by=supervisor)
    lock_response(response, by=supervisor)
    responses, counts = office_sums()
    assert responses == 1
    assert counts["T2"] == {"5": 1, "4": 1}
    assert counts["T3.a"] == {"3": 1}
    assert counts["A2"] == {"n": 1, "sum": "8", "sq": "64"}
    assert counts["Z1"] == {"n": 1, "sum": "4.5", "sq": "20.25"}

    unlock_response(response, by=supervisor)
    assert office_sums()[0] == 0
    assert not any(part for part in office_sums()[1].values() if part.get("n") or part.get("5"))


def test_a_response_of_a_visit_that_was_called_off_does_not_count(response, supervisor):
    lock_response(response, by=supervisor, counted=False)

    assert office_sums() == (0, {})
    assert Response.objects.get(pk=response.pk).is_locked


def test_a_response_that_changes_its_day_moves_to_the_sums_of_that_year(response, supervisor, office):
    from datetime import date

    fill_two_teachers(response, supervisor)
    describe_response(response, school=None, on=date(2026, 6, 1), person=supervisor)
    lock_response(response, by=supervisor)
    describe_response(response, school=None, on=date(2025, 6, 1), person=supervisor)

    held = {row.academic_year: row.responses for row in Tally.objects.filter(kind=Tally.PERSON)}
    assert held == {2569: 0, 2568: 1}
    assert json.loads(Tally.objects.get(kind=Tally.PERSON, academic_year=2568).counts)["T2"] == {"5": 1, "4": 1}


def test_a_repeating_section_and_a_question_never_share_a_key():
    form = json.loads(json.dumps(DEFINITION))
    form["sections"][0]["questions"][0]["key"] = "T"

    assert any("ใช้ทั้งกับตอนที่กรอกซ้ำ" in sentence for sentence in problems(form))


def test_notes_have_no_number_and_no_slot():
    form = parse(
        {"scales": {}, "sections": [{"key": "A", "title": "ก", "questions": [
            {"key": "N", "type": "note", "text": "โปรดอ่าน"}, {"key": "A1", "type": "text", "text": "ชื่อ"}]}]}
    )  # fmt: skip
    assert form.questions["A1"].number == 1
    assert list(form.slots) == ["A1"]
