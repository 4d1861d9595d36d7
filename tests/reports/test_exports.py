"""Lists as files: what one may see, in the words of one's own side, opened safely by a spreadsheet."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from reports.exports import RECOMMENDATION_HEADINGS, VISIT_HEADINGS, harmless
from tests.supervision.factories import FIRST_DAY, make_recommendation, make_visit

VISITS, RECOMMENDATIONS = "/reports/export/visits", "/reports/export/recommendations"


def read(response) -> list[list[str]]:
    """The rows of a CSV or XLSX answer."""
    content = b"".join(response.streaming_content)
    if "csv" in response["Content-Type"]:
        assert content.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return [
        ["" if cell is None else str(cell) for cell in row]
        for row in load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True)
    ]


@pytest.fixture
def visit(world):
    visit = make_visit(world.school, world.supervisor, team=[world.colleague], state="released", visited_on=FIRST_DAY)
    make_visit(world.other_school, world.supervisor, state="released")
    make_visit(world.school, world.supervisor, state="submitted")
    return visit


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_office_reads_its_visits_with_team_days_and_periods(signed_in, world, visit, form):
    rows = read(signed_in(world.head).get(f"{VISITS}.{form}"))

    assert rows[0] == VISIT_HEADINGS
    assert len(rows) == 4
    assert rows[1] == [
        visit.record_code, world.school.obec_code, "วัดสุทธิ", "กลุ่มโรงเรียนเจ้าพระยา", "การจัดการเรียนรู้เชิงรุก",
        "1/12/2569", "2/12/2569", "1/12/2569", "2570", "2569", "2", "นายสมใจ ใจดี, นายมานะ ใจดี", "ส่งผลให้โรงเรียนแล้ว",
    ]  # fmt: skip


def test_the_codes_of_schools_keep_their_zeros_in_a_workbook(signed_in, world, visit):
    rows = read(signed_in(world.head).get(f"{VISITS}.xlsx"))

    assert all(len(row[1]) == 10 for row in rows[1:])


def test_a_school_reads_its_own_released_visits_in_its_own_words(signed_in, world, visit):
    rows = read(signed_in(world.school_head).get(f"{VISITS}.csv"))

    assert [(row[0], row[-1]) for row in rows[1:]] == [(visit.record_code, "รอโรงเรียนรับทราบ")]


def test_recommendations_go_the_same_way(signed_in, world, visit):
    make_recommendation(visit, "จัดมุมอ่าน")
    hidden = make_visit(world.school, world.supervisor, state="checked")
    make_recommendation(hidden, "ยังไม่ส่ง")

    office = read(signed_in(world.head).get(f"{RECOMMENDATIONS}.csv"))
    school = read(signed_in(world.school_head).get(f"{RECOMMENDATIONS}.csv"))

    assert office[0] == school[0] == RECOMMENDATION_HEADINGS
    assert [(row[3], row[6]) for row in office[1:]] == [("จัดมุมอ่าน", "รอแผนของโรงเรียน"), ("ยังไม่ส่ง", "รอแผนของโรงเรียน")]
    assert [(row[3], row[6]) for row in school[1:]] == [("จัดมุมอ่าน", "รอท่านตอบ")]


@pytest.mark.parametrize("who", ["stranger", "far_head", "other_school_head"])
def test_others_get_a_file_without_a_row_of_it(signed_in, world, visit, who):
    rows = read(signed_in(getattr(world, who)).get(f"{VISITS}.csv"))

    assert visit.record_code not in {row[0] for row in rows}


def test_a_year_narrows_and_nonsense_does_not(signed_in, world, visit):
    client = signed_in(world.head)

    assert len(read(client.get(f"{VISITS}.csv", {"year": "2570"}))) == 4
    assert len(read(client.get(f"{VISITS}.csv", {"year": "2569"}))) == 1
    assert len(read(client.get(f"{VISITS}.csv", {"year": "ปีนี้"}))) == 4
    assert "visits-2570.csv" in client.get(f"{VISITS}.csv", {"year": "2570"})["Content-Disposition"]


@pytest.mark.parametrize("path", ["people.csv", "visits.pdf", "visits.exe"])
def test_no_other_list_and_no_other_kind_of_file_exists(signed_in, world, path):
    assert signed_in(world.head).get(f"/reports/export/{path}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+66", "'+66"),
        ("-5", "'-5"),
        ("@cmd", "'@cmd"),
        ("  =1+1", "'  =1+1"),
        ("\t=1+1", "'\t=1+1"),
        ("\x0b=1+1", "'=1+1"),
        ("ปกติ", "ปกติ"),
        ("ก=ข", "ก=ข"),
        ("", ""),
        (5, 5),
    ],
)
def test_no_cell_is_run_as_a_formula(typed, written):
    assert harmless(typed) == written


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_people_typed_never_breaks_or_runs_in_the_file(signed_in, world, visit, form):
    make_recommendation(visit, "=HYPERLINK(1)\x0b\x07\ufffe\uffff กับดัก\nบรรทัดสอง", owner="-2+3")

    rows = read(signed_in(world.head).get(f"{RECOMMENDATIONS}.{form}"))

    assert rows[1][3].replace("\r", "") == "'=HYPERLINK(1) กับดัก\nบรรทัดสอง"
    assert rows[1][4] == "'-2+3"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_asks_as_much_for_fifty_visits_as_for_one(signed_in, world, visit, form):
    client = signed_in(world.head)
    with CaptureQueriesContext(connection) as few:
        read(client.get(f"{VISITS}.{form}"))
    for _ in range(50):
        make_visit(world.school, world.supervisor, team=[world.colleague])

    with CaptureQueriesContext(connection) as many:
        read(client.get(f"{VISITS}.{form}"))

    assert len(many) == len(few)
