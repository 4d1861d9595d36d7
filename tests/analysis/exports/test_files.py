"""What stands in a file of answers."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from analysis.exports import books, reading
from analysis.exports.books import CsvBook, TooWide, XlsxBook, letters_of
from analysis.exports.reading import made_up_number
from analysis.exports.tables import versions_in_words
from analysis.exports.writing import Incomplete
from instruments.definition import parse
from instruments.models import Attachment, Collection, Instrument, Response
from instruments.scoring import score
from instruments.services import record_answers
from tests.analysis.exports.reading import csv_tables, exported, sheet_rows, workbook, written
from tests.instruments.every_type import ANSWERS
from tests.instruments.helpers import event
from tests.instruments.random_forms import answers_for, definitions
from tests.supervision.factories import make_school, make_version


def make_instrument():
    """A shared form without versions."""
    return Instrument.objects.create(code=f"F-{Instrument.objects.count()}", title="แบบทดสอบ")


SCALES = {"s": {"title": "ระดับ", "values": [{"v": v, "t": f"ระดับ {v}"} for v in (5, 4, 3, 2, 1)], "bands": []}}


def form_with(*questions, key="A", **more) -> dict:
    section = {"key": key, "title": "ด้านที่ 1", "scale": "s", "questions": list(questions)} | more
    return {"scales": SCALES, "sections": [section]}


def text(key, words, **more) -> dict:
    return {"key": key, "type": "text", "text": words} | more


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


# -- Anonymous -----------------------------------------------------------------------------------------------------


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


# -- Workbooks -----------------------------------------------------------------------------------------------------


def test_a_workbook_has_numbers_as_numbers_and_dates_as_thai_dates(world, every_type, answered):
    response = answered(every_type)

    _, data = written(every_type, world.area, keys=True, values=True)

    book = workbook(data)
    assert book.sheetnames == ["answers", "T", "คำอธิบาย"]
    (row,) = sheet_rows(book["answers"])
    assert row["B1"] == 4
    assert row["A5"] == 40
    assert row["A7"] == 92.5
    assert row["A1"] == "9"
    assert row["A8"] == datetime.fromisoformat("2026-10-05")
    assert row["A9"] == time(8, 30)
    assert row["A10.lat"] == 13.756331
    assert row["_response"] == response.pk
    assert row["_date"] == datetime.fromisoformat("2026-11-18")
    assert row["A4"] == ANSWERS["A4"]
    place = [cell.value for cell in book["answers"][1]].index("_date")
    assert "107041E" in book["answers"][2][place].number_format  # Thai words and the Buddhist year
    assert [line["_row_id"] for line in sheet_rows(book["T"])] == ["k7x2", "m3p9"]
    assert book["answers"].freeze_panes == "A2"


HOSTILE = [
    "=1+1",
    "+66812345678",
    "-",
    "@SUM(A1)",
    '=cmd|" /C calc"!A0',
    " =1",
    "_x0041_",
    "a\rb",
    "<b>&\"'",
    "ก\u0e33 ",
    "\n",
]


def test_no_cell_is_ever_a_formula_and_every_text_is_whole():
    target = io.BytesIO()
    book = XlsxBook(target)
    book.table("คำ[ตอบ]*", "answers", ["=หัว", "b"]).write([[words, None] for words in HOSTILE])
    book.close()
    read = workbook(target.getvalue())

    cells = [row[0] for row in read.worksheets[0].iter_rows(min_row=2)]

    assert [unescape(cell.value) for cell in cells] == [words.replace("\r", "\n") for words in HOSTILE]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells[:6]] == [True] * 6
    assert read.worksheets[0]["A1"].value == "=หัว"
    assert read.worksheets[0]["A1"].data_type == "s"


def test_no_line_of_a_csv_begins_a_formula():
    target = io.BytesIO()
    book = CsvBook(target)
    book.table("คำตอบ", "answers", ["=หัว"]).write([[words] for words in HOSTILE])
    book.close()

    (table,) = csv_tables(target.getvalue()).values()

    cells = [next(iter(row.values())) for row in table] + list(table[0])
    assert [cell for cell in cells if cell.strip()[:1] in {"=", "+", "-", "@"} - {""} and cell.strip()] == []


def test_what_xlsx_keeps_of_numbers_dates_and_long_texts():
    row = [
        Decimal("12345678901234567.5"), Decimal("-0.0000001"), 10**14, date(1899, 12, 31), date(2026, 11, 21),
        datetime.fromisoformat("2026-11-21T14:05:09"), time(23, 59), "ก" * 40_000, "\x00ก\ufffe", None,
    ]  # fmt: skip
    target = io.BytesIO()
    book = XlsxBook(target)
    book.table("x", "x", [letters_of(place) for place in range(10)]).write([row])
    book.close()

    (read,) = sheet_rows(workbook(target.getvalue()).worksheets[0])

    assert read["A"] == "12345678901234567.5"
    assert (read["B"], read["C"]) == (-1e-7, 10**14)
    assert (read["D"], read["E"]) == ("1899-12-31", datetime.fromisoformat("2026-11-21"))
    assert (read["F"], read["G"]) == (datetime.fromisoformat("2026-11-21T14:05:09"), time(23, 59))
    assert len(read["H"]) == 32_767
    assert "CSV" in read["H"]
    assert read["I"] == "ก"


@pytest.mark.parametrize(
    ("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
)
def test_columns_have_the_names_of_excel(place, name):
    assert letters_of(place) == name


def test_rows_go_on_in_further_sheets(monkeypatch):
    monkeypatch.setattr(books, "SHEET_ROWS", 4)
    target = io.BytesIO()
    book = XlsxBook(target)
    first, second = book.table("คำตอบ", "a", ["n"]), book.table("แถว", "b", ["m"])
    first.write([[n] for n in range(7)])
    second.write([[n] for n in range(4)])
    book.close()

    read = workbook(target.getvalue())

    assert {sheet.title: [row["n" if "n" in row else "m"] for row in sheet_rows(sheet)] for sheet in read} == {
        "คำตอบ": [0, 1, 2], "แถว": [0, 1, 2], "คำตอบ (2)": [3, 4, 5], "คำตอบ (3)": [6], "แถว (2)": [3],
    }  # fmt: skip
    assert (first.rows, second.rows) == (7, 4)


def test_more_columns_than_excel_has_are_refused_with_a_sentence():
    with pytest.raises(TooWide, match="CSV"):
        XlsxBook(io.BytesIO()).table("x", "x", ["n"] * 16_385)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), st.integers(-(10**15), 10**15), st.text()), min_size=3, max_size=3)))
def test_whatever_is_written_is_read_back(rows):
    target = io.BytesIO()
    book = XlsxBook(target)
    book.table("x", "x", ["a", "b", "c"]).write(rows)
    book.close()

    sheet = openpyxl.load_workbook(io.BytesIO(target.getvalue())).worksheets[0]

    def kept(cell):
        if not isinstance(cell, str):
            return cell
        return books._UNPRINTABLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))

    read = [
        [unescape(cell) if isinstance(cell, str) else cell for cell in line]
        for line in sheet.iter_rows(min_row=2, max_col=3, values_only=True)
    ]
    assert read + [[None] * 3] * (len(rows) - len(read)) == [[kept(cell) for cell in row] for row in rows]


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
