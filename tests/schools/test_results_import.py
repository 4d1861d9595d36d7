from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from schools.columns import RESULT_COLUMNS
from schools.exports import ExamResultExport
from schools.imports import preview_import, run
from schools.models import ExamResult
from schools.tabular import read_table
from thai.years import academic_year

HEAD = "รหัสโรงเรียน 10 หลัก,ปีการศึกษา,การทดสอบ,ชั้น,วิชา/ด้าน,จำนวนผู้เข้าสอบ,คะแนนเฉลี่ย,ร้อยละ,S.D.,คะแนนเต็ม,สถานะผล,ระดับ,เทียบกับปีก่อน,หมายเหตุ"
GOOD = "1010700002,2568,NT,,รวม 2 ด้าน,30,55.99"


def imported(lines: str, *, area=None, dry_run=False, by=None):
    table = read_table(f"{HEAD}\n{lines}".encode(), RESULT_COLUMNS)
    return {o.row: o for o in run("results", table, area=area, by=by, reason="ทดสอบ", dry_run=dry_run).outcomes}


def test_rows_are_made_changed_and_left(world):
    lines = (
        "1010700001,๒๕๖๘,O-NET,ป.6,วิชาคณิตศาสตร์,๔๐,41.345,,12.5,,,,,\n"
        "1010700001,2568,RT,,การอ่านออกเสียง,35,70,70,,,,,ไม่ได้,เปลี่ยนข้อสอบ\n" + GOOD
    )
    assert [o.kind for o in imported(lines, by=world.clerk).values()] == ["create"] * 3
    row = ExamResult.objects.get(exam="onet")
    assert (row.school, row.grade, row.tested, row.mean, row.sd) == (
        world.school,
        "p6",
        40,
        Decimal("41.35"),
        Decimal("12.50"),
    )
    assert ExamResult.objects.get(exam="rt").new_basis

    assert {o.kind for o in imported(lines).values()} == {"same"}
    outcome = imported("1010700001,2568,onet,ป.6,คณิต,,44")[2]
    assert (outcome.kind, outcome.changes) == ("change", [["คะแนนเฉลี่ย", "41.35", "44.00"]])
    row.refresh_from_db()
    assert (row.tested, row.sd, [past.mean for past in row.history.all()]) == (
        40,
        Decimal("12.50"),
        [Decimal("44.00"), Decimal("41.35")],
    )


def test_a_dry_run_writes_nothing(world):
    assert imported(GOOD, dry_run=True)[2].kind == "create"
    assert not ExamResult.objects.exists()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("1099999999,2568,NT,ป.3,ภาษาไทย,9,50", "ไม่พบโรงเรียนรหัส 1099999999"),
        ("10107,2568,NT,ป.3,ภาษาไทย,9,50", "มี 5 หลัก"),
        ("1010700003,2568,NT,ป.3,ภาษาไทย,9,50", "สังกัดสพป.ไกล"),
        ("1010700001,2025,NT,ป.3,ภาษาไทย,9,50", "ตรงกับ พ.ศ. 2568"),
        ("1010700001,,NT,ป.3,ภาษาไทย,9,50", "พ.ศ. สี่หลัก"),
        ("1010700001,2650,NT,ป.3,ภาษาไทย,9,50", "ยังมาไม่ถึง"),
        ("1010700001,2568,PISA,ป.3,ภาษาไทย,9,50", "ไม่รู้จักการทดสอบ “PISA”"),
        ("1010700001,2568,NT,ป.6,ภาษาไทย,9,50", "NT ไม่มีการสอบชั้น “ป.6” โปรดระบุ ป.3"),
        ("1010700001,2568,O-NET,,ภาษาไทย,9,50", "โปรดกรอก ป.6 หรือ ม.3 หรือ ม.6"),
        ("1010700001,2568,O-NET,ป.6,พลศึกษา,9,50", "ไม่รู้จักวิชา/ด้าน “พลศึกษา”"),
        ("1010700001,2568,O-NET,ป.6,สังคมศึกษา,9,50", "โปรดระบุ ภาษาไทย"),
        ("1010700001,2568,O-NET,ป.6,รวม,9,50", "ไม่มีผลรวม"),
        ("1010700001,2568,NT,ป.3,ด้านเหตุผล,9,0", "ไม่ใช่คะแนนศูนย์"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,100.01", "มากกว่าคะแนนเต็ม 100"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,31,,,30", "มากกว่าคะแนนเต็ม 30.00"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,10,,31,30", "S.D. 31.00 มากกว่าคะแนนเต็ม"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,15,50,,", "ไม่ตรงกับร้อยละ 50.00"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,,50,4,30", "ไม่ทราบหน่วยของ S.D."),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,-5", "ต้องเป็นตัวเลขตั้งแต่ 0"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,NaN", "ต้องเป็นตัวเลขตั้งแต่ 0"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,ห้าสิบ", "ไม่ใช่ตัวเลข"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,เก้า,50", "ไม่ใช่จำนวนเต็ม"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,,50", "ไม่มีจำนวนผู้เข้าสอบ"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,0,50", "ผู้เข้าสอบ 0 คน"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,", "ไม่นับช่องว่างเป็นศูนย์"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,,,4,,ไม่ประกาศผล", "มี S.D. แต่ไม่มีคะแนนเฉลี่ย"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,50,,,,ไม่ประกาศผล", "แต่มีคะแนนเฉลี่ย 50.00"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,50,,,,หาย", "ไม่รู้จักสถานะผล “หาย”"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,50,,,0", "คะแนนเต็มเป็น 0"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,50,,,,,จักรวาล", "ไม่รู้จักระดับ “จักรวาล”"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,50,,,,,ประเทศ", "ต้องไม่มีรหัสโรงเรียน"),
        ("1010700001,2568,NT,ป.3,ภาษาไทย,9,50,,,,,,อาจจะ", "เทียบกับปีก่อน “อาจจะ”"),
    ],
)
def test_a_refused_row_says_why_and_never_blocks_the_good_ones(world, line, sentence):
    outcomes = imported(f"{line}\n{GOOD}", area=world.near)

    assert outcomes[2].kind == "refuse"
    assert sentence in outcomes[2].reasons[0]
    assert outcomes[3].kind == "create"
    assert ExamResult.objects.get().school == world.other


def test_the_second_line_of_one_result_is_refused_however_it_is_written(world):
    outcomes = imported("1010700001,2568,NT,ป.3,ภาษาไทย,9,50\n1010700001,๒๕๖๘,nt,,ด้านภาษา,9,60")
    assert "ซ้ำกับแถวที่ 2" in outcomes[3].reasons[0]
    assert ExamResult.objects.get().mean == 50


@pytest.mark.parametrize(("year", "subject"), [(2561, "calculation"), (2562, "maths")])
def test_the_parts_of_nt_are_read_by_the_names_of_their_year(world, year, subject):
    imported(f"1010700001,{year},NT,ป.3,ด้านคำนวณ,9,50\n1010700002,{year},NT,ป.3,คณิตศาสตร์,9,50")
    assert set(ExamResult.objects.values_list("subject", flat=True)) == {subject}


def test_a_percentage_alone_and_a_score_with_its_percentage_are_both_taken(world):
    imported("1010700001,2568,NT,ป.3,ภาษาไทย,9,,52.7\n1010700002,2568,NT,ป.3,ภาษาไทย,9,15.8,52.67,4,30")
    assert [(row.mean, row.full_score) for row in ExamResult.objects.order_by("school__obec_code")] == [
        (Decimal("52.70"), 100),
        (Decimal("15.80"), 30),
    ]


def test_a_result_that_is_not_published_has_no_mean_and_one_that_comes_later_has(world):
    imported("1010700001,2568,NT,ป.3,ภาษาไทย,9,50,,8")
    outcome = imported("1010700001,2568,NT,ป.3,ภาษาไทย,9,,,,,ผู้เข้าสอบน้อย")[2]
    assert ["คะแนนเฉลี่ย", "50.00", ""] in outcome.changes
    row = ExamResult.objects.get()
    assert (row.state, row.mean, row.sd) == ("too_few", None, None)

    assert imported("1010700001,2568,NT,ป.3,ภาษาไทย,9,48")[2].kind == "change"
    row.refresh_from_db()
    assert (row.state, row.mean) == ("published", 48)


@pytest.mark.parametrize(
    ("figures", "warning"),
    [("9,0", "คะแนนเฉลี่ยเป็น 0.00"), ("9,0.52", "ไม่ใช่สัดส่วน"), ("1,50,,3", "ผู้เข้าสอบ 1 คน ไม่มี S.D.")],
)
def test_figures_that_are_likely_wrong_are_taken_with_a_word(world, figures, warning):
    outcome = imported(f"1010700001,2568,NT,ป.3,ภาษาไทย,{figures}")[2]
    assert outcome.kind == "create"
    assert warning in outcome.warnings[0]
    assert ExamResult.objects.get().sd is None


def test_levels_above_the_school_belong_to_the_area_that_is_compared(world):
    line = ",2568,NT,ป.3,ภาษาไทย,,48.73,,,,,สพฐ."
    assert "โปรดเลือกเขตพื้นที่" in imported(line)[2].reasons[0]
    assert imported(line, area=world.near)[2].kind == "create"
    assert imported(line, area=world.near)[2].kind == "same"
    assert imported(line, area=world.far)[2].kind == "create"
    assert set(ExamResult.objects.values_list("level", "area", "school")) == {
        ("obec", world.near.pk, None),
        ("obec", world.far.pk, None),
    }


def test_what_is_exported_comes_back_unchanged(world):
    imported(f"{GOOD}\n1010700001,2568,NT,ป.3,ภาษาไทย,9,,,,,ไม่ประกาศผล\n,2568,NT,,รวม,,50,,,,,ประเทศ", area=world.near)
    text = ExamResultExport().export(ExamResult.objects.all()).csv
    again = run("results", read_table(text.encode(), RESULT_COLUMNS), area=world.near, dry_run=True)
    assert [o.kind for o in again.outcomes] == ["same"] * 3


def test_the_page_previews_every_row_and_writes_on_confirmation(as_clerk, world):
    bad = "1010700001,2568,NT,ป.3,ภาษาไทย,9,150"
    job = preview_import(
        "results", f"{HEAD}\n{GOOD}\n{bad}".encode(), file_name="nt.csv", area=world.near, by=world.clerk
    )

    page = as_clerk.get(job.get_absolute_url()).content.decode()
    assert "NT ป.3 รวมทุกด้าน ปีการศึกษา 2568" in page
    assert "มากกว่าคะแนนเต็ม" in page
    assert not ExamResult.objects.exists()

    as_clerk.post(reverse("schools:import-confirm", args=[job.pk]))
    assert ExamResult.objects.get().mean == Decimal("55.99")


def test_the_command_imports_results_of_one_area_and_a_dry_run_writes_nothing(world, tmp_path):
    file = tmp_path / "r.csv"
    file.write_text(f"{HEAD}\n{GOOD}\n1010700003,2568,NT,ป.3,ภาษาไทย,9,50\n", encoding="utf-8-sig")
    out = StringIO()
    call_command("import_test_results", file, "--dry-run", area="1001", stdout=out)
    assert "จะสร้างใหม่ 1" in out.getvalue()
    assert "แถวที่ 3 ไม่รับ" in out.getvalue()
    assert not ExamResult.objects.exists()

    call_command("import_test_results", file, area="1001", stdout=StringIO())
    assert ExamResult.objects.get().school == world.other


def test_this_year_is_taken_and_next_year_is_not(world):
    year = academic_year(timezone.localdate())
    lines = f"1010700001,{year},NT,ป.3,ภาษาไทย,9,50\n1010700001,{year + 1},NT,ป.3,ภาษาไทย,9,50"
    assert [o.kind for o in imported(lines).values()] == ["create", "refuse"]
