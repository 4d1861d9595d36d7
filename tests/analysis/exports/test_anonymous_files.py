"""A file of anonymous answers tells of nobody."""

import io
import zipfile
from datetime import date

import pytest

from analysis.exports.reading import made_up_number
from instruments.models import Attachment, Collection, Response
from instruments.services import record_answers
from tests.analysis.exports.making import form_with, make_instrument, text
from tests.analysis.exports.reading import csv_tables, exported, written
from tests.instruments.helpers import event
from tests.supervision.factories import make_school, make_version


@pytest.fixture
def survey(world, answered):
    """An anonymous survey: seven answers from one school, two from another; a form that knows its school."""
    version = make_version(
        make_instrument(), number=2, definition=form_with(text("A", "ความเห็น"), text("B", "โรงเรียน", source="school"))
    )
    collection = Collection.objects.create(area=world.area, title="สำรวจ", anonymous=True)

    def answer(school, count):
        return [
            answered(version, answers={"A": "ดี", "B": school.name}, by=None, person=None, school=school,
                     collection=collection)
            for _ in range(count)
        ]  # fmt: skip

    many, few = answer(world.school, 7), answer(world.other_school, 2)
    return version, collection, many, few, answer


def test_an_anonymous_file_says_nothing_of_who_answered(world, survey):
    version, _, many, few, _ = survey

    _, data = written(version, world.area, file="csv", keys=True)
    rows = csv_tables(data)["answers"]

    numbers = {made_up_number(response.pk) for response in [*many, *few]}
    assert {row["_response"] for row in rows} == numbers
    assert not numbers & {str(response.pk) for response in Response.objects.all()}
    assert {row["_supervisor"] for row in rows} == {""}
    assert {row["B"] for row in rows} == {""}
    assert {len(row["_finished_at"]) for row in rows} == {len("2026-11-18")}


def test_a_school_of_few_answers_is_not_named_and_neither_can_be_reckoned(world, survey):
    version, _, _, _, answer = survey

    few = exported(version, world.area)["answers"]
    answer(world.other_school, 3)
    enough = exported(version, world.area)["answers"]

    # Two blanks alone would tell that they are of the one school that is missing.
    assert [row["_school"] for row in few] == [""] * 9
    assert sorted(row["_school"] for row in enough) == sorted(["วัดสุทธิ"] * 7 + ["พญาไท"] * 5)


def test_a_school_is_not_named_where_the_total_of_its_group_would_tell_of_another(world, survey):
    version, _, _, _, answer = survey
    lone = make_school(world.area, "นอกกลุ่ม")
    answer(lone, 3)

    rows = exported(version, world.area)["answers"]

    # Five are left unnamed without the seven; but the group has nine on its page, and nine less seven are two.
    assert [row["_school"] for row in rows] == [""] * 12


def test_choosing_a_school_does_not_tell_on_its_few(world, survey):
    version = survey[0]

    result, data = written(version, world.area, file="csv", school=world.other_school.pk)
    of_group, _ = written(version, world.area, file="csv", group=world.group.pk)
    many, _ = written(version, world.area, file="csv", school=world.school.pk)

    # The seven are unnamed in the file of all, so that no file may have them by themselves.
    assert (result.responses, of_group.responses, many.responses) == (0, 0, 0)
    notes = {row["รายการ"]: row["รายละเอียด"] for row in csv_tables(data)["readme"]}
    assert "ไม่เลือกโรงเรียน" in notes["ชุดคำตอบที่ไม่รวม"]
    assert "2" not in notes["ชุดคำตอบที่ไม่รวม"]


def test_what_is_chosen_never_names_a_school_that_the_file_of_all_does_not(world, survey):
    version, _, many, few, answer = survey
    Response.objects.filter(pk__in=[response.pk for response in few]).update(on=date(2026, 11, 2))

    rows = exported(version, world.area, since="2026-11-10")["answers"]

    assert [row["_school"] for row in rows] == [""] * len(many)
    answer(world.other_school, 3)
    of_group, _ = written(version, world.area, file="csv", group=world.group.pk)
    of_school, data = written(version, world.area, file="csv", school=world.other_school.pk)
    assert (of_group.responses, of_school.responses) == (12, 5)
    assert "ชุดคำตอบที่ไม่รวม" not in {row["รายการ"] for row in csv_tables(data)["readme"]}


def test_anonymous_rows_come_in_no_order_of_time(world, survey):
    version, _, _, _, answer = survey
    answer(world.school, 20)
    in_time = [made_up_number(pk) for pk in Response.objects.order_by("pk").values_list("pk", flat=True)]

    orders = [[row["_response"] for row in exported(version, world.area)["answers"]] for _ in range(2)]

    assert all(sorted(order) == sorted(in_time) and order != in_time for order in orders)


def test_names_of_files_of_anonymous_responses_stay_out(world, answered):
    version = make_version(
        make_instrument(), number=2, definition=form_with({"key": "F", "type": "file", "text": "ไฟล์"})
    )
    collection = Collection.objects.create(area=world.area, title="สำรวจ", anonymous=True)
    response = answered(version, answers={}, by=None, person=None, collection=collection, finish=False)
    file = Attachment.objects.create(
        response=response, slot="F", kind="file", file="x", content_type="x", size=1, original_name="ครูสมศรี.pdf"
    )
    add = event("F", add=[str(file.pk)], remove=[])
    record_answers(response, batch=add["id"], events=[add], by=None)

    _, data = written(version, world.area, file="csv", keys=True, unfinished=True)

    (row,) = csv_tables(data)["answers"]
    assert row["F"] == "1"
    assert "สมศรี" not in zipfile.ZipFile(io.BytesIO(data)).read("answers.csv").decode()
