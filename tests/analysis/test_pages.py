"""Pages of results: every view, filter and order by its address, for those who may read, on screen, as XLSX and PDF."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.kinds import render_document
from schools.models import Enrolment
from tests.analysis.conftest import FIRST_TERM, SECOND_TERM, form_of, rating
from tests.documents.reading import by_pypdf, packed
from tests.supervision.factories import make_group, make_person, make_school

MIXED = [
    rating("A1", "จัดกิจกรรมเชิงรุก", with_exist=True), rating("A2", "ใช้คำถาม"),
    {"key": "A3", "type": "choice", "text": "วิธี", "choices": [{"v": "1", "t": "เยี่ยม"}, {"v": "2", "t": "ทางไกล"}]},
    {"key": "A4", "type": "number", "text": "จำนวนนักเรียน", "unit": "คน"},
    {"key": "A5", "type": "dual", "text": "สื่อดิจิทัล"},
    {"key": "A6", "type": "text", "text": "จุดเด่น"},
]  # fmt: skip


@pytest.fixture
def filled(forms, answer, world, district):
    version = forms(form_of(*MIXED))
    for at, school in enumerate(district.schools):
        values = {"A1": 5 - at % 5, "A1.exist": at % 2, "A2": 3, "A3": "1" if at else "2", "A4": str(10 * at)}
        values |= {"A5.current": 2, "A5.desired": 4, "A6": "ดี"}
        answer(version, values, school=school, on=FIRST_TERM, person=world.supervisor)
    answer(version, {"A1": 5, "A2": 5}, school=district.schools[0], on=SECOND_TERM, person=world.colleague)
    return version


@pytest.fixture
def results(filled, signed_in, world):
    """The page of the filled form for the head (or whom it is told), with a query."""

    def fetch(query="", *, name="form-summary", user=None):
        address = reverse(f"analysis:{name}", args=[filled.instrument_id])
        return signed_in(user or world.head).get(f"{address}?{query}")

    return fetch


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def table(response, caption):
    """The cells of the body of the table with this caption."""
    part = response.content.decode().split(caption, 1)[1].split("</table>", 1)[0]
    body = part.split("<tbody>", 1)[1]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
    return [
        [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in rows
    ]  # fmt: skip


def test_the_list_counts_finished_responses(filled, signed_in, world):
    text = text_of(signed_in(world.supervisor).get(reverse("analysis:form-list")))

    assert f"{filled.instrument.code} แบบสังเกตการจัดการเรียนรู้ 7" in text
    assert "ยังไม่มี" in text  # the other instrument of the world


@pytest.mark.parametrize("name", ["supervisor", "head", "director", "committee", "workgroup_head"])
def test_readers_of_the_office_see_results(results, world, name):
    assert results(user=getattr(world, name)).status_code == 200


@pytest.mark.parametrize("name", ["school_head", "teacher", "clerk", "stranger"])
@pytest.mark.parametrize("address", ["form-summary", "form-summary-xlsx", "form-summary-pdf"])
def test_schools_and_others_see_nothing(results, world, name, address):
    assert results(name=address, user=getattr(world, name)).status_code == 404


def test_another_office_sees_the_shared_form_and_only_its_own_answers(results, world):
    assert "ยังไม่มีคำตอบที่ส่งแล้ว" in text_of(results(user=world.far_head))
    assert "ยังไม่มีคำตอบที่ส่งแล้ว" in text_of(results(f"area={world.area.pk}", user=world.far_head))


def test_the_summary_shows_every_kind_of_question(results):
    response = results()

    assert table(response, "ค่าเฉลี่ยรายข้อ ด้าน")[0] == ["1", "จัดกิจกรรมเชิงรุก", "7", "3.57", "1.62", "มาก", "1"]
    assert table(response, "ค่าเฉลี่ยรายข้อ ด้าน")[-1][1:5] == ["รวม", "14", "3.43", "1.22"]
    assert table(response, ">มี/ไม่มี<")[0][1:] == ["จัดกิจกรรมเชิงรุก (มี/ไม่มี)", "3 (50.00)", "3 (50.00)", "6"]
    assert table(response, "จำนวนและค่าที่คำนวณ")[0] == ["4", "จำนวนนักเรียน", "6", "25.00", "18.71", "คน"]
    assert table(response, ">ดัชนีความต้องการจำเป็น<")[0][3:10] == ["2.00", "0.00", "4.00", "0.00", "1.000", "1", "8.00"]
    text = text_of(response)
    assert "เยี่ยม 83.33 5 คำตอบ" in text
    assert "จุดเด่น: ตอบ 6 ชุด" in text


def test_filters_narrow_what_is_read_and_say_so(results, district, world):
    for query, number in [
        ("period=y2569-1", 6), ("period=y2569-2", 1), ("period=y2569-1&period=f2570", 7),
        (f"of=group:{district.first.pk}", 4), (f"of=school:{district.schools[0].pk}", 2),
        ("of=size:ขนาดเล็ก", 2), (f"of=person:{world.colleague.pk}", 1), ("version=1", 7),
    ]:  # fmt: skip
        response = results(query)
        assert response.context["summary"].responses == number, query
        assert response.context["asked"].notes == []
    assert "กลุ่มโรงเรียนธนบุรี" in text_of(results(f"of=group:{district.second.pk}"))


@pytest.mark.parametrize(
    "query",
    ["of=school:999999", "of=person:1e9", "of=group:๑", "of=x:1", "of=school:" + "9" * 30, "version=77",
     "period=y99999", "collection=12345", "collection=x", "period=f2569-1"],
)  # fmt: skip
def test_what_is_unknown_is_left_out_with_a_sentence(results, query):
    response = results(query)

    assert response.status_code == 200
    assert response.context["summary"].responses == 7
    assert len(response.context["asked"].notes) == 1
    assert "ไม่พบ" in text_of(response)


@pytest.mark.parametrize(
    "query",
    ["view=x", "view=by&by=x&measure=nothing", "view=trend&per=x", "sort=x", "view=compare&before=x&after=y9999"],
)
def test_a_nonsense_view_shows_a_sensible_one(results, query):
    assert results(query).status_code == 200


def test_tables_sort_by_their_headings(results, district):
    def first(query):
        return table(results(f"view=by&by=school&measure=A1&{query}"), "จำแนกตามโรงเรียน</caption>")[0][0]

    assert first("sort=name") == district.schools[0].name
    assert first("sort=-name") == district.schools[5].name
    assert first("sort=rank") == first("sort=-mean")
    assert first("sort=mean") == district.schools[4].name
    html = results("sort=-mean").content.decode()
    assert 'aria-sort="descending"' in html
    assert "sort=mean" in html


def test_chart_and_workbook_stand_in_the_order_of_the_table(results):
    query = "view=by&by=school&measure=A1&sort=-mean"
    page = results(query)

    names = [row[0] for row in table(page, "จำแนกตามโรงเรียน</caption>")][:6]
    drawn = re.findall(r'chart-name">(.*?)</span>', page.content.decode())[:6]
    written = [row[0] for row in sheets(results(query, name="form-summary-xlsx"))["จำแนกตาม"]]
    assert drawn == names
    assert written[written.index("โรงเรียน") + 1 :][:6] == names


def test_sorting_comes_back_to_the_table_that_was_sorted(results):
    html = results().content.decode()

    for anchor in re.findall(r'href="\?[^"]*sort=[^"]*#([^"]+)"', html):
        assert f'id="{anchor}"' in html
    assert 'sort=-mean#t-A"' in html


def test_more_choices_than_shades_are_a_table_without_a_chart(forms, answer, signed_in, world, district):
    choices = [{"v": str(at), "t": f"วิธี {at}"} for at in range(9)]
    version = forms(form_of({"key": "A1", "type": "choice", "text": "วิธี", "choices": choices}))
    answer(version, {"A1": "3"}, school=district.schools[0])

    address = reverse("analysis:form-summary", args=[version.instrument_id])
    page = signed_in(world.head).get(f"{address}?view=by&by=school&measure=A1")

    assert "chart-stacks" not in page.content.decode()
    assert table(page, "จำแนกตามโรงเรียน</caption>")[0][2:7] == ["1", "0 (0.00)", "0 (0.00)", "0 (0.00)", "1 (100.00)"]


def test_a_measure_is_told_apart_with_its_chart(results, district):
    response = results("view=by&by=group&measure=A3")
    assert "เยี่ยม" in text_of(response)
    assert "chart-stacks" in response.content.decode()

    rows = table(results("view=by&by=semester&measure=@A"), "จำแนกตามภาคเรียน</caption>")
    assert [row[0] for row in rows] == ["ภาคเรียนที่ 1/2569", "ภาคเรียนที่ 2/2569", "รวม"]
    assert "chart-bars" in results("view=by").content.decode()
    needs = table(results("view=by&by=group&measure=A5"), "จำแนกตามกลุ่มโรงเรียน</caption>")
    assert needs[0][3:7] == ["2.00", "4.00", "1.000", "8.00"]


def test_the_last_two_semesters_are_compared_unless_told_otherwise(results):
    response = results("view=compare")
    assert "ภาคเรียนที่ 1/2569 เทียบกับ ภาคเรียนที่ 2/2569" in text_of(response)
    assert table(response, "เทียบสองช่วงเวลา")[1][7:] == ["+1.67", "+50.00", "-"]
    assert "ปีงบประมาณ 2570 เทียบกับ ปีงบประมาณ 2569" in text_of(results("view=compare&before=f2570&after=f2569"))


def test_the_trend_is_a_line_over_the_periods(results):
    response = results("view=trend&per=semester&measure=A1")

    assert "chart-lines" in response.content.decode()
    assert [row[0] for row in table(response, "แนวโน้ม ข้อ 1 จัดกิจกรรมเชิงรุก</caption>")] == [
        "ภาคเรียนที่ 1/2569", "ภาคเรียนที่ 2/2569",
    ]  # fmt: skip


def test_a_cut_is_named_on_the_page(forms, answer, signed_in, world):
    first = forms(form_of(rating("A1")))
    answer(first, {"A1": 2}, on=FIRST_TERM)
    answer(forms(form_of(rating("A1", **{"break": True})), of=first.instrument), {"A1": 4}, on=SECOND_TERM)

    address = reverse("analysis:form-summary", args=[first.instrument_id])
    text = text_of(signed_in(world.head).get(f"{address}?view=trend"))
    assert "ข้อคำถามเปลี่ยน ผลตั้งแต่ภาคเรียนที่ 2/2569เทียบกับช่วงก่อนหน้าไม่ได้" in text
    assert "ฉบับที่ 1" in text_of(signed_in(world.head).get(address))


@pytest.mark.parametrize("view", ["", "by", "compare", "trend"])
def test_an_unanswered_form_says_so_in_every_view(forms, signed_in, world, view):
    version = forms(form_of(rating("A1")))

    response = signed_in(world.head).get(
        reverse("analysis:form-summary", args=[version.instrument_id]) + f"?view={view}"
    )

    assert response.status_code == 200
    assert 'class="empty"' in response.content.decode()


def test_a_form_that_was_never_published_has_no_results_yet(forms, signed_in, world):
    version = forms(form_of(rating("A1")), state="draft")
    client = signed_in(world.head)

    assert "ยังไม่มีฉบับที่เผยแพร่" in text_of(client.get(reverse("analysis:form-summary", args=[version.instrument_id])))
    assert client.get(reverse("analysis:form-summary-pdf", args=[version.instrument_id])).status_code == 404


def test_a_small_anonymous_survey_shows_nothing_anywhere(forms, answer, survey, signed_in, world):
    version = forms(form_of(*MIXED))
    collection = survey(anonymous=True)
    for value in (5, 4, 4, 3):
        answer(version, {"A1": value, "A3": "1"}, collection=collection)
    client, query = signed_in(world.head), f"?collection={collection.pk}"

    for view in ("", "by", "compare", "trend"):
        shown = client.get(reverse("analysis:form-summary", args=[version.instrument_id]) + f"{query}&view={view}")
        assert "น้อยกว่า 5 จึงไม่แสดง" in text_of(shown)
        assert "4.00" not in text_of(shown)
    book = client.get(reverse("analysis:form-summary-xlsx", args=[version.instrument_id]) + query)
    cells = [
        cell
        for sheet in openpyxl.load_workbook(io.BytesIO(book.content))
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    assert 4 not in cells
    assert "น้อยกว่า 5 จึงไม่แสดง" in cells
    pdf = client.get(reverse("analysis:form-summary-pdf", args=[version.instrument_id]) + query)
    assert packed("4.00") not in packed(by_pypdf(pdf.content))


def test_anonymous_collections_are_shown_one_at_a_time_with_a_sentence(forms, answer, survey, signed_in, world):
    version = forms(form_of(rating("A1")))
    first, second = survey(title="รอบหนึ่ง", anonymous=True), survey(title="รอบสอง", anonymous=True)
    for collection, times in ((first, 8), (second, 6)):
        for _ in range(times):
            answer(version, {"A1": 4}, collection=collection)
    client, address = signed_in(world.head), reverse("analysis:form-summary", args=[version.instrument_id])

    newest = client.get(address)
    assert (newest.context["asked"].reading.collection, newest.context["summary"].responses) == (second, 6)
    assert "แสดงทีละรอบ" in text_of(newest)
    assert client.get(f"{address}?collection={first.pk}").context["summary"].responses == 8
    answer(version, {"A1": 5})
    assert client.get(address).context["summary"].responses == 1


def test_a_version_of_an_anonymous_collection_is_not_taken_out_of_it(forms, answer, survey, signed_in, world):
    first = forms(form_of(rating("A1")))
    second = forms(form_of(rating("A1")), of=first.instrument)
    collection = survey(anonymous=True)
    for version, times in ((first, 4), (second, 8)):
        for _ in range(times):
            answer(version, {"A1": 4}, collection=collection)

    page = signed_in(world.head).get(
        reverse("analysis:form-summary", args=[first.instrument_id]) + f"?collection={collection.pk}&version=2"
    )

    assert page.context["summary"].responses == 12
    assert "ผลรวมทุกฉบับเท่านั้น" in text_of(page)


def sheets(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_workbook_has_the_numbers_of_the_page_as_numbers(results, filled):
    response = results("view=by&by=group", name="form-summary-xlsx")
    found = sheets(response)

    assert "attachment" in response["Content-Disposition"]
    assert list(found) == ["สรุป", "ความถี่", "ความต้องการจำเป็น", "จำแนกตาม"]
    assert ("1", "จัดกิจกรรมเชิงรุก", 7, 3.57, 1.62, "มาก", 1, 0, 0) in found["สรุป"]
    assert ("3", "วิธี", "ทางไกล", 1, 16.67) in found["ความถี่"]
    assert any(row[0] == "กลุ่มโรงเรียนธนบุรี" for row in found["จำแนกตาม"])
    assert list(sheets(results("view=compare", name="form-summary-xlsx")))[-1] == "เทียบสองช่วง"
    assert list(sheets(results("view=trend", name="form-summary-xlsx")))[-1] == "แนวโน้ม"


def test_text_that_looks_like_a_formula_stays_text(forms, answer, signed_in, world):
    version = forms(form_of(rating("A1", '=HYPERLINK("http://x","y")')))
    answer(version, {"A1": 4})

    response = signed_in(world.head).get(reverse("analysis:form-summary-xlsx", args=[version.instrument_id]))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    cell = next(cell for row in book["สรุป"].iter_rows() for cell in row if str(cell.value).startswith("=HYPER"))
    assert cell.data_type == "s"


@pytest.mark.parametrize("view", ["", "view=by&by=school", "view=compare", "view=trend"])
def test_the_paper_has_what_the_page_has(results, view, filled):
    response = results(view, name="form-summary-pdf")
    text = packed(by_pypdf(response.content))

    assert response["Content-Type"] == "application/pdf"
    assert packed("สรุปผล แบบสังเกตการจัดการเรียนรู้") in text
    assert (
        packed({"": "จุดเด่น", "view=by&by=school": "โรงเรียน", "view=compare": "ผลต่าง", "view=trend": "1/2569"}[view])
        in text
    )


def test_the_command_line_prints_everything(filled):
    rendered = render_document("form-summary", filled.instrument)

    assert rendered.code == f"SUM-{filled.instrument.code}"
    assert packed("ชุดคำตอบที่ส่งแล้ว") in packed(by_pypdf(rendered.content))


def test_no_page_grows_its_queries_with_its_rows(filled, results, answer, world, django_assert_num_queries):
    views = ["", "view=by", "view=by&by=person", "view=compare", "view=trend"]
    results()
    counted = []
    for view in views:
        with CaptureQueriesContext(connection) as queries:
            results(view)
        counted.append(len(queries))
    for at in range(15):
        school = make_school(world.area, f"ใหม่{at}", group=make_group(world.area))
        Enrolment.objects.create(school=school, academic_year=2569, grade="p1", male=9, female=9, rooms=1)
        person = make_person("supervisor", area=world.area)
        answer(filled, {"A1": 3}, school=school, on=date(2020 + at % 6, 6, 1), person=person)
    for view, number in zip(views, counted, strict=True):
        with django_assert_num_queries(number):
            results(view)
