"""What stands in the row of a response, and in files over several versions."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from analysis.exports.tables import versions_in_words
from instruments.models import Attachment, Collection
from instruments.services import record_answers
from tests.analysis.exports.making import form_with, make_instrument, text
from tests.analysis.exports.reading import csv_tables, exported, written
from tests.instruments.every_type import ANSWERS
from tests.instruments.helpers import event
from tests.supervision.factories import make_school, make_version

# -- One response --------------------------------------------------------------------------------------------------


def test_every_kind_of_answer_stands_under_its_key(world, every_type, answered):
    response = answered(every_type)

    tables = exported(every_type, world.area, split=True)

    (row,) = tables["answers"]
    assert {name: value for name, value in row.items() if value and not name.startswith("_")} == {
        "A1": "9", "A1.other": "นิเทศผ่านชุมชนการเรียนรู้", "A2": "1 | 3", "A2/1": "1", "A2/2": "0", "A2/3": "1",
        "A3": "นายประยูร ใจดี", "A4": "ห้องเรียนสะอาด\nนักเรียนตั้งใจเรียน", "A5": "40", "A6": "37", "A7": "92.5",
        "A8": "2026-10-05", "A9": "08:30", "A10.lat": "13.756331", "A10.lon": "100.501762", "A10.acc": "12",
        "L1": "10", "L2": "1002", "L4": " | ".join(response.answers["L4"]["v"]),
        "B1": "4", "B1.exist": "1", "B1.note": "แผนการจัดการเรียนรู้ที่ 3", "B2": "5", "B3": "1", "B4.r1": "4",
        "B4.r2": "5", "B4.r3": "3", "B5.current": "3", "B5.desired": "5", "B7": "4", "T.rows": "2", "S1": "1",
    }  # fmt: skip
    assert [list(line.values()) for line in tables["rows-T"]] == [
        [str(response.pk), "1", "k7x2", "นางสาวดวงใจ มั่นคง", "p4", "4", "", "", "", "20", ""],
        [str(response.pk), "2", "m3p9", "นายมานะ พากเพียร", "", "2", "", "", "", "17", "ควรใช้สื่อดิจิทัลให้หลากหลายขึ้น"],
    ]


def test_what_the_response_is_about_stands_before_its_answers(world, every_type, answered):
    collection = Collection.objects.create(area=world.area, title="สำรวจต้นปี")
    response = answered(every_type, collection=collection)

    (row,) = exported(every_type, world.area)["answers"]

    finished = row["_finished_at"]
    assert {name: value for name, value in row.items() if name.startswith("_") and name != "_finished_at"} == {
        "_response": str(response.pk), "_form": "EVERY", "_version": "1", "_school_code": world.school.obec_code,
        "_school": "วัดสุทธิ", "_group": "กลุ่มโรงเรียนเจ้าพระยา", "_date": "2026-11-18", "_date_thai": "18/11/2569",
        "_semester": "2", "_academic_year": "2569", "_fiscal_year": "2570", "_supervisor": str(world.supervisor),
        "_survey": "สำรวจต้นปี",
    }  # fmt: skip
    assert abs(datetime.fromisoformat(finished) - timezone.localtime().replace(tzinfo=None)).total_seconds() < 60


def test_labels_and_thai_headings_speak_to_people(world, every_type, answered):
    answered(every_type, answers=ANSWERS | {"L3": world.other_school.obec_code})

    (row,) = exported(every_type, world.area, keys=False, values=False, split=True)["answers"]

    assert row["รูปแบบการนิเทศ"] == "อื่น ๆ"
    assert row["วิธีการที่ใช้"] == "สังเกต | ตรวจเอกสาร"
    assert row["วิธีการที่ใช้: ตรวจเอกสาร"] == "1"
    assert row["เขต/อำเภอ"] == "ดุสิต"
    assert row["สถานศึกษาคู่พัฒนา"] == "พญาไท"
    assert row["มีแผนการจัดการเรียนรู้"] == "มี"
    assert row["ลายมือชื่อผู้ให้ข้อมูล"] == "มี"
    assert row["จำนวนนักเรียนทั้งหมด (คน)"] == "40"
    assert row["โรงเรียน"] == "วัดสุทธิ"


@pytest.mark.parametrize(("values", "shown"), [(True, "NA"), (False, "ไม่เกี่ยวข้อง")])
def test_not_applicable_is_a_code_or_a_word(world, every_type, answered, values, shown):
    answered(every_type, answers={}, na=["B1", "B4.r1"])

    (row,) = exported(every_type, world.area, values=values)["answers"]

    assert (row["B1"], row["B4.r1"], row["B4.r2"]) == (shown, shown, "")


def test_what_a_condition_hides_is_blank(world, every_type, answered):
    remote = ANSWERS | {"A1": "2", "A13": "น้ำท่วม", "C1": 1}
    response = answered(every_type, answers=remote, finish=False)
    (shown,) = exported(every_type, world.area, unfinished=True)["answers"]

    change = event("A1", "1", base=response.answers["A1"]["e"])
    record_answers(response, batch=change["id"], events=[change], by=world.supervisor)
    (hidden,) = exported(every_type, world.area, unfinished=True)["answers"]

    assert (shown["A13"], shown["C1"], shown["C2"]) == ("น้ำท่วม", "1", "37")
    assert (hidden["A13"], hidden["C1"], hidden["C2"]) == ("", "", "")


def test_a_removed_row_is_gone_from_its_sheet(world, every_type, answered):
    response = answered(every_type, finish=False)
    remove = event("T.rows", remove=["k7x2"], add=[])
    record_answers(response, batch=remove["id"], events=[remove], by=world.supervisor)

    tables = exported(every_type, world.area, unfinished=True)

    assert [line["_row_id"] for line in tables["rows-T"]] == ["m3p9"]
    assert tables["answers"][0]["T.rows"] == "1"


def test_pictures_and_files_are_counted_and_named(world, every_type, answered):
    response = answered(every_type, finish=False)
    made = [
        Attachment.objects.create(
            response=response, slot="A12", kind="photo", file="x", content_type="image/jpeg", size=1, original_name=name
        )
        for name in ("ห้องเรียน.jpg", "สนาม.jpg")
    ]
    add = event("A12", add=[str(one.pk) for one in made], remove=[])
    record_answers(response, batch=add["id"], events=[add], by=world.supervisor)

    (row,) = exported(every_type, world.area, unfinished=True)["answers"]

    assert (row["A12"], row["A12.names"]) == ("2", "ห้องเรียน.jpg | สนาม.jpg")


def test_only_finished_responses_unless_asked_otherwise(world, every_type, answered):
    whole, begun = answered(every_type), answered(every_type, finish=False)

    finished = exported(every_type, world.area)["answers"]
    everything = exported(every_type, world.area, unfinished=True)["answers"]

    assert [row["_response"] for row in finished] == [str(whole.pk)]
    assert [(row["_response"], bool(row["_finished_at"])) for row in everything] == [
        (str(whole.pk), True), (str(begun.pk), False),
    ]  # fmt: skip


def test_each_filter_narrows(world, every_type, answered):
    survey = Collection.objects.create(area=world.area, title="สำรวจ")
    tried = Collection.objects.create(area=world.area, title="ทดลอง", counted=False)
    far = make_school(world.area, "นอกกลุ่ม")
    one = answered(every_type).pk
    two = answered(every_type, school=far, on=date(2025, 6, 2), collection=survey).pk
    three = answered(every_type, collection=tried, on=date(2026, 6, 2)).pk
    answered(every_type, area=world.far_area, school=world.far_school)

    def found(**options):
        return {int(row["_response"]) for row in exported(every_type, world.area, **options)["answers"]}

    assert found() == {one, two}
    assert found(tryouts=True) == {one, two, three}
    assert found(collection=tried.pk) == {three}
    assert found(collection=survey.pk) == {two}
    assert found(school=far.pk) == {two}
    assert found(group=world.group.pk) == {one}
    assert found(academic_year=2569) == {one}
    assert found(academic_year=2569, semester=1, tryouts=True) == {three}
    assert found(fiscal_year=2568) == {two}
    assert found(since="2026-11-18") == {one}
    assert found(until="2026-11-17") == {two}


# -- Versions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_versions(world, answered):
    """The second version drops B, rewords A and adds C; a draft is nobody's business yet."""
    instrument = make_instrument()
    first = make_version(
        instrument, number=2, definition=form_with(text("A", "เดิม"), text("B", "ตัดออก"), text("D", "คง"))
    )
    second = make_version(
        instrument, number=3, definition=form_with(text("C", "เพิ่ม"), text("A", "ใหม่"), text("D", "คง"))
    )
    make_version(instrument, number=4, state="draft", definition=form_with(text("Z", "ร่าง")))
    answered(first, answers={"A": "ก1", "B": "ข1", "D": "ง1"})
    answered(second, answers={"A": "ก2", "C": "ค2", "D": "ง2"})
    return instrument


def test_nothing_disappears_because_a_later_version_dropped_it(world, two_versions):
    _, data = written(two_versions, world.area, file="csv")

    rows = csv_tables(data)["answers"]

    headings = [name for name in rows[0] if rows[0][name] or rows[1][name]]
    assert headings[-4:] == ["เพิ่ม", "ใหม่", "คง", "ตัดออก (เฉพาะฉบับที่ 2)"]
    assert [[row[name] for name in headings[-4:]] for row in rows] == [["", "ก1", "ง1", "ข1"], ["ค2", "ก2", "ง2", ""]]


def test_one_version_has_its_own_columns(world, two_versions):
    first = two_versions.versions.get(number=2)

    rows = exported(two_versions, world.area, version=first.pk)["answers"]

    assert [list(row)[14:] for row in rows] == [["A", "B", "D"]]


def test_a_question_that_became_another_type_still_shows_both(world, answered):
    instrument = make_instrument()
    old = make_version(instrument, number=2, definition=form_with(text("A", "ที่ตั้ง")))
    new = make_version(instrument, number=3, definition=form_with({"key": "A", "type": "place", "text": "ที่ตั้ง"}))
    answered(old, answers={"A": "ริมคลอง"})
    answered(new, answers={"A": {"lat": "13.5", "lon": "100.5"}})

    rows = exported(instrument, world.area)["answers"]

    assert [(row["A"], row["A.lat"], row["A.lon"]) for row in rows] == [("ริมคลอง", "", ""), ("", "13.5", "100.5")]


def test_a_section_that_came_to_repeat_has_a_column_and_a_sheet(world, answered):
    instrument = make_instrument()
    old = make_version(instrument, number=2, definition=form_with(text("Q", "ชื่อครู"), key="G"))
    new = make_version(
        instrument,
        number=3,
        definition=form_with(text("Q", "ชื่อครู"), key="G", repeat={"label": "คนที่", "min": 0, "max": 5}),
    )
    answered(old, answers={"Q": "ครูเดิม"})
    answered(new, answers={"G.rows": ["aaaa"], "Q@aaaa": "ครูใหม่"})

    tables = exported(instrument, world.area)

    assert [row["Q"] for row in tables["answers"]] == ["ครูเดิม", ""]
    assert [row["Q"] for row in tables["rows-G"]] == ["ครูใหม่"]


def test_headings_that_are_alike_are_told_apart(world, answered):
    version = make_version(
        make_instrument(), number=2, definition=form_with(text("A", "โรงเรียน"), text("B", "เหตุผล"), text("C", "เหตุผล"))
    )
    answered(version, answers={"B": "หนึ่ง", "C": "สอง"})

    (row,) = exported(version, world.area, keys=False)["answers"]

    assert (row["เหตุผล [B]"], row["เหตุผล [C]"], row["โรงเรียน [_school]"]) == ("หนึ่ง", "สอง", "วัดสุทธิ")


@pytest.mark.parametrize(("numbers", "words"), [([1], "1"), ([3, 1, 2], "1–3"), ([5, 1, 2], "1–2, 5")])
def test_versions_are_said_as_runs(numbers, words):
    assert versions_in_words(numbers) == f"ฉบับที่ {words}"
