from io import StringIO

import pytest
from django.core.management import call_command

from schools.columns import ENROLMENT_COLUMNS
from schools.imports import run
from schools.models import Enrolment
from schools.tabular import read_table

HEAD = "รหัสโรงเรียน 10 หลัก,ปีการศึกษา,ชั้น,ชาย,หญิง,รวม,ห้องเรียน"


def imported(lines: str, *, area=None, dry_run=False, by=None):
    table = read_table(f"{HEAD}\n{lines}".encode(), ENROLMENT_COLUMNS)
    return {o.row: o for o in run("enrolment", table, area=area, by=by, reason="ทดสอบ", dry_run=dry_run).outcomes}


def test_rows_are_made_changed_and_left(world):
    lines = "1010700001,2569,ป.1,๑๐,12,22,1\n1010700001,๒๕๖๙,ประถมศึกษาปีที่ 2,1,2,,\n1010700002,2569,อบ.3,5,-,5,1"
    assert {row: o.kind for row, o in imported(lines, by=world.clerk).items()} == {
        2: "create",
        3: "create",
        4: "create",
    }
    assert set(Enrolment.objects.values_list("school", "academic_year", "grade", "male", "female", "rooms")) == {
        (world.school.pk, 2569, "p1", 10, 12, 1),
        (world.school.pk, 2569, "p2", 1, 2, 0),
        (world.other.pk, 2569, "k3", 5, 0, 1),
    }

    assert {o.kind for o in imported(lines).values()} == {"same"}
    outcome = imported("1010700001,2569,p1,10,13,23,")[2]
    assert (outcome.kind, outcome.changes) == ("change", [["หญิง (คน)", "12", "13"]])
    row = Enrolment.objects.get(school=world.school, grade="p1")
    assert (row.female, row.rooms) == (13, 1)
    assert [past.female for past in row.history.all()] == [13, 12]


def test_a_dry_run_writes_nothing(world):
    assert imported("1010700001,2569,ป.1,1,1,2,1", dry_run=True)[2].kind == "create"
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("1099999999,2569,ป.1,1,1,2,1", "ไม่พบโรงเรียนรหัส 1099999999"),
        ("1010700003,2569,ป.1,1,1,2,1", "สังกัดสพป.ไกล"),
        ("1010700001,2026,ป.1,1,1,2,1", "พ.ศ. สี่หลัก"),
        ("1010700001,,ป.1,1,1,2,1", "พ.ศ. สี่หลัก"),
        ("1010700001,2569,ป.9,1,1,2,1", "ไม่รู้จักชั้น “ป.9”"),
        ("1010700001,2569,รวมประถม,1,1,2,1", "แถวผลรวม"),
        ("1010700001,2569,ป.1,1,1,3,1", "ไม่เท่ากับรวม 3"),
        ("1010700001,2569,ป.1,สิบ,1,,1", "ไม่ใช่จำนวนเต็ม"),
        ("1010700001,2569,ป.1,,1,,1", "ไม่ใช่จำนวนเต็ม"),
        ("1010700001,2569,ป.1,-3,1,,1", "ไม่ใช่จำนวนเต็ม"),
        ("1010700001,2569,ป.1,99999,1,,1", "ไม่ใช่จำนวนเต็ม"),
    ],
)
def test_a_refused_row_says_why_and_never_blocks_the_good_ones(world, line, sentence):
    outcomes = imported(f"{line}\n1010700002,2569,ป.1,1,1,2,1", area=world.near)

    assert outcomes[2].kind == "refuse"
    assert sentence in outcomes[2].reasons[0]
    assert outcomes[3].kind == "create"
    assert Enrolment.objects.get().school == world.other


def test_the_second_row_of_one_grade_is_refused(world):
    outcomes = imported("1010700001,2569,ป.1,1,1,2,1\n1010700001,2569,p1,5,5,10,1")
    assert "ซ้ำกับแถวที่ 2" in outcomes[3].reasons[0]
    assert Enrolment.objects.get().male == 1


def test_the_command_imports_enrolment_too(world, tmp_path):
    file = tmp_path / "e.csv"
    file.write_text(f"{HEAD}\n1010700001,2569,ป.1,1,1,2,1\n", encoding="utf-8-sig")
    out = StringIO()
    call_command("import_enrolment", file, stdout=out)
    assert "สร้างใหม่ 1" in out.getvalue()
