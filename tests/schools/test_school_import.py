"""What an imported row of the register means."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from schools.columns import SCHOOL_COLUMNS
from schools.imports import run
from schools.models import AreaOffice, School, SchoolGroup
from schools.tabular import read_table

HEAD = "area_code,area_name,smis_code_8,obec_code_10,name_th,levels_offered,province"


def imported(lines: str, *, area=None, head=HEAD, dry_run=False, by=None):
    """The outcomes by row number."""
    table = read_table(f"{head}\n{lines}".encode(), SCHOOL_COLUMNS)
    report = run("schools", table, area=area, by=by, reason="นำเข้าจากไฟล์ a.csv", dry_run=dry_run)
    return {outcome.row: outcome for outcome in report.outcomes}


ROW = "1001,สพป.ใกล้,10010099,1010729999,วัดใหม่,ประถมศึกษา,กรุงเทพมหานคร"


def test_a_new_school_is_made_with_its_history(world):
    outcomes = imported(ROW, by=world.clerk)

    school = School.objects.get(obec_code="1010729999")
    assert outcomes[2].kind == "create"
    assert (school.area, school.name, school.smis_code, school.province) == (
        world.near,
        "วัดใหม่",
        "10010099",
        "กรุงเทพมหานคร",
    )
    assert list(School.objects.matching("วัดใหม่")) == [school]
    made = school.history.get()
    assert (made.history_type, made.history_user, made.history_change_reason) == ("+", world.clerk, "นำเข้าจากไฟล์ a.csv")


def test_a_dry_run_says_the_same_and_writes_nothing(world):
    lines = f"{ROW}\n3401,สพป.อุบลราชธานี เขต 1,,1034710032,บ้านหมากมี่,,\n,,,1010700001,วัดสุทธิใหม่,,"
    before = (School.objects.count(), School.history.count(), AreaOffice.objects.count())

    foreseen = imported(lines, dry_run=True)

    assert (School.objects.count(), School.history.count(), AreaOffice.objects.count()) == before
    assert imported(lines) == foreseen


def test_a_second_import_changes_nothing(world):
    imported(ROW)
    history = School.history.count()

    assert imported(ROW)[2].kind == "same"
    assert School.history.count() == history


def test_a_change_tells_old_and_new_and_reaches_the_history(world):
    outcomes = imported("1001,,10010001,1010700001,วัดสุทธิวราราม,,กรุงเทพมหานคร", by=world.clerk)

    assert outcomes[2].kind == "change"
    assert outcomes[2].changes == [["ชื่อโรงเรียน", "วัดสุทธิ", "วัดสุทธิวราราม"], ["จังหวัด", "", "กรุงเทพมหานคร"]]
    world.school.refresh_from_db()
    assert world.school.name == "วัดสุทธิวราราม"
    assert list(School.objects.matching("วราราม")) == [world.school]
    assert [row.name for row in world.school.history.all()] == ["วัดสุทธิวราราม", "วัดสุทธิ"]
    assert world.school.history.first().history_user == world.clerk


def test_an_empty_cell_or_a_missing_column_keeps_what_is_known(world):
    assert imported("1001,,,1010700001,วัดสุทธิ,,")[2].kind == "same"
    world.school.refresh_from_db()
    assert (world.school.district, world.school.smis_code) == ("เขตพระนคร", "10010001")


def test_nine_digits_are_taken_as_they_stand_and_pointed_out(world):
    outcome = imported("1402,,14020181,101431089,วัดทางหลวง,,")[2]

    assert outcome.kind == "create"
    assert "รหัสมี 9 หลัก" in outcome.warnings[0]
    assert School.objects.get(obec_code="101431089").area == world.far


def test_the_area_is_never_read_off_the_smis_code(world):
    imported("1001,,14029999,1010729999,วัดใหม่,,")
    assert School.objects.get(obec_code="1010729999").area == world.near


def test_typed_thai_is_made_regular(world):
    imported("๑๐๐๑,, ๑๐๐๑๐๐๙๙ ,๑๐๑๐๗๒๙๙๙๙,  โรงเรียนนํ้า\u200bพุ  วิทยา ,,")
    school = School.objects.get(obec_code="1010729999")
    assert (school.name, school.smis_code) == ("น้ำพุ วิทยา", "10010099")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("1001,,,,ไม่มีรหัส,,", "ไม่มีรหัสโรงเรียน 10 หลัก"),
        ("1001,,,1.01072E+09,วัดใหม่,,", "เลขยกกำลัง"),
        ("1001,,,10107ก9999,วัดใหม่,,", "ไม่ใช่ตัวเลข"),
        ("1001,,,10107,วัดใหม่,,", "มี 5 หลัก"),
        ("1001,,,1010729999,,,", "ไม่มีชื่อสถานศึกษา"),
        ("1001,,123,1010729999,วัดใหม่,,", "ไม่ใช่ตัวเลข 8 หลัก"),
        ("1001,,10010001,1010729999,วัดใหม่,,", "เป็นของโรงเรียนรหัส 1010700001 อยู่แล้ว"),
        (",,,1010729999,วัดใหม่,,", "ไม่มีรหัสเขตพื้นที่"),
        ("9999,,,1010729999,วัดใหม่,,", "ไม่มีชื่อเขต"),
        ("10010000,,,1010729999,วัดใหม่,,", "ไม่ใช่ตัวเลข 4 หรือ 6 หลัก"),
        ("1001,,,1010729999,วัดใหม่,,,เกิน", "เกินหัวตาราง"),
        (f"1001,,,1010729999,{'ย' * 201},,", "ชื่อโรงเรียน: "),
    ],
)
def test_a_refused_row_says_why_and_never_blocks_the_good_ones(world, line, sentence):
    outcomes = imported(f"{line}\n1001,,,1010728888,วัดดี,,")

    assert outcomes[2].kind == "refuse"
    assert sentence in outcomes[2].reasons[0]
    assert "โปรด" in outcomes[2].reasons[0]
    assert outcomes[3].kind == "create"
    assert School.objects.filter(obec_code="1010728888").exists()
    assert not School.objects.filter(obec_code="1010729999").exists()


def test_of_two_rows_with_one_code_the_first_counts(world):
    outcomes = imported(f"{ROW}\n1001,,10010099,1010727777,อื่น,,\n1001,,,1010729999,ซ้ำ,,")

    assert outcomes[2].kind == "create"
    assert "ซ้ำกับแถวที่ 2" in outcomes[3].reasons[0]
    assert "ซ้ำกับแถวที่ 2" in outcomes[4].reasons[0]
    assert School.objects.get(obec_code="1010729999").name == "วัดใหม่"


def test_a_keeper_of_one_area_imports_only_its_own(world):
    lines = (
        "1402,สพป.ไกล,,1010729999,ของเขตอื่น,,\n"
        "3401,สพป.อุบลราชธานี เขต 1,,1010728888,ของเขตใหม่,,\n"
        ",,,1010700003,บ้านไกล,,\n"
        ",,,1010727777,ไม่บอกเขต,,"
    )
    outcomes = imported(lines, area=world.near)

    assert [outcomes[row].kind for row in (2, 3, 4, 5)] == ["refuse", "refuse", "refuse", "create"]
    assert "โรงเรียนของสพป.ไกล (รหัสเขต 1402) ไม่ใช่สพป.ใกล้" in outcomes[2].reasons[0]
    assert "อยู่ในทะเบียนของสพป.ไกล" in outcomes[4].reasons[0]
    assert set(AreaOffice.objects.values_list("code", flat=True)) == {"1001", "1402"}
    assert School.objects.get(obec_code="1010727777").area == world.near


def test_without_limits_areas_in_the_file_are_made_once(world):
    imported(
        "3401,สพป.อุบลราชธานี เขต 1,,1034710032,บ้านหมากมี่,,\n3401,สพป.อุบลราชธานี เขต 1,,1034710033,บ้านกระโสบ,,\n"
        "5555,สพป.ที่แถวไม่ผ่าน,,1,เสีย,,"
    )

    made = AreaOffice.objects.get(code="3401")
    assert (made.short_name, made.schools.count(), made.history.count()) == ("สพป.อุบลราชธานี เขต 1", 2, 1)
    assert not AreaOffice.objects.filter(code="5555").exists()


def test_a_moved_school_leaves_the_group_of_its_old_area(world):
    outcome = imported("1402,,,1010700001,วัดสุทธิ,,")[2]

    world.school.refresh_from_db()
    assert (world.school.area, world.school.group) == (world.far, None)
    assert outcome.changes == [["สำนักงานเขตพื้นที่", "สพป.ใกล้", "สพป.ไกล"], ["กลุ่มโรงเรียน", "ทวาราวดี", ""]]


def test_groups_and_founding_days_are_read_from_emis_columns(world):
    head = 'รหัสโรงเรียน 10 หลัก,ชื่อสถานศึกษา(ไทย),เครือข่ายพัฒนาคุณภาพการศึกษา,"วัน-เดือน-ปี ก่อตั้ง",อีเมล์'
    outcomes = imported(
        "1010700001,วัดสุทธิ,รัตนโกสินทร์,1 พฤษภาคม 2500,a@example.go.th\n1010700002,พญาไท,รัตนโกสินทร์,๑ ก.ย. ๒๔๗๐,\n"
        "1010700009,อื่น,รัตนโกสินทร์,,ไม่ใช่อีเมล",
        head=head,
        area=world.near,
    )

    group = SchoolGroup.objects.get(name="รัตนโกสินทร์")
    world.school.refresh_from_db()
    assert set(group.schools.all()) == {world.school, world.other}
    assert world.school.opened_on == date(1957, 5, 1)
    assert "ไม่ได้นำเข้าวันก่อตั้ง" in outcomes[3].warnings[0]
    assert outcomes[4].reasons[0].startswith("อีเมล: ")


@pytest.mark.parametrize("rows", [1, 60])
def test_an_import_costs_the_same_number_of_queries_for_one_row_or_many(world, rows, django_assert_max_num_queries):
    lines = "\n".join(f"1001,,,{1010720000 + n},วัดที่ {n},," for n in range(rows))
    with django_assert_max_num_queries(16):
        imported(lines)


# -- The command ---------------------------------------------------------------------------------------------------


def told(*args, **options) -> str:
    out = StringIO()
    call_command(*args, **options, stdout=out)
    return out.getvalue()


def test_the_product_ships_thirty_seven_schools_that_load_twice(db):
    assert "สร้างใหม่ 37 · เปลี่ยนแปลง 0 · คงเดิม 0 · ไม่รับ 0" in told("load_reference_schools")
    assert "สร้างใหม่ 0 · เปลี่ยนแปลง 0 · คงเดิม 37 · ไม่รับ 0" in told("load_reference_schools")
    assert School.objects.filter(area__code="1001").exclude(district="").count() == 37
    assert School.history.count() == 37


def test_the_command_prints_each_refused_and_each_doubtful_row(world, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(f"{HEAD},seq\n1001,,,1,เสีย,,,1\n1001,,,101072999,เก้าหลัก,,,2\n", encoding="cp874")

    dry = told("import_schools", str(file), dry_run=True)
    assert not School.objects.filter(obec_code="101072999").exists()
    real = told("import_schools", str(file))

    for text in (dry, real):
        assert "แถวที่ 2 ไม่รับ · 1 เสีย" in text
        assert "แถวที่ 3 ข้อสังเกต · 101072999" in text
        assert "คอลัมน์ที่ไม่ได้ใช้: seq" in text
    assert "ยังไม่ได้เขียนข้อมูล" in dry
    assert School.objects.filter(obec_code="101072999").exists()


def test_the_command_fails_only_when_nothing_can_be_read(world, tmp_path):
    picture = tmp_path / "a.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    refused = tmp_path / "b.csv"
    refused.write_text(f"{HEAD}\n1001,,,1,เสีย,,\n", encoding="utf-8")

    with pytest.raises(CommandError, match="รูปภาพ"):
        call_command("import_schools", picture)
    with pytest.raises(CommandError, match="เปิดไฟล์"):
        call_command("import_schools", tmp_path / "none.csv")
    with pytest.raises(CommandError, match="ไม่พบเขตพื้นที่รหัส 77"):
        call_command("import_schools", refused, area="77")
    assert "ไม่รับ 1" in told("import_schools", str(refused))


def test_the_command_can_be_held_to_one_area(world, tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(f"{HEAD}\n1402,,,1010729999,ไกล,,\n1001,,,1010728888,ใกล้,,\n", encoding="utf-8")

    assert "สร้างใหม่ 1 · เปลี่ยนแปลง 0 · คงเดิม 0 · ไม่รับ 1" in told("import_schools", str(file), area="1001")
