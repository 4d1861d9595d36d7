"""XLSForm from the command line, and what an import stores."""

import json

import pytest
from django.core.management import CommandError, call_command

from builder.xlsform import XlsFormRefused, import_definition, read, save_import
from instruments.models import Instrument, InstrumentVersion
from schools.models import AreaOffice
from tests.builder.xlsform.making import xlsx
from tests.instruments.every_type import EVERY_TYPE, make_every_type

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(
        xlsx(
            {
                "survey": "type | name | label\ntext | a | ก\ngeotrace | g | ทาง",
                "settings": "form_title | form_id\nแบบหนึ่ง | F-1",
            }
        )
    )
    return path


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "picture.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    return path


def report(capsys, *arguments, **options):
    call_command("import_xlsform", *arguments, "--report", "json", **options)
    return json.loads(capsys.readouterr().out)


def test_an_import_makes_an_instrument_and_its_first_draft(file, capsys):
    area = AreaOffice.objects.create(code="1001", name="สำนักงานเขตเดียว", short_name="สพป.เดียว")
    said = report(capsys, str(file))
    version = InstrumentVersion.objects.select_related("instrument").get(instrument__code="F-1")
    assert (version.instrument.title, version.instrument.area, version.number, version.state) == (
        "แบบหนึ่ง",
        area,
        1,
        "draft",
    )
    assert said["counts"] == {"taken": 2, "changed": 0, "left": 1}
    assert {"sheet": "survey", "row": 2, "name": "a", "type": "text", "outcome": "taken", "reason": ""} in said["rows"]
    assert said["saved"]


def test_a_second_import_is_the_next_draft_and_the_title_stays(world, file):
    call_command("import_xlsform", str(file))
    call_command("import_xlsform", str(file), "--title", "อื่น")
    instrument = Instrument.objects.get(code="F-1")
    assert instrument.title == "แบบหนึ่ง"
    assert [version.number for version in instrument.versions.all()] == [2, 1]


def test_where_there_are_several_offices_the_form_is_for_all_of_them(world, file):
    call_command("import_xlsform", str(file))
    assert Instrument.objects.get(code="F-1").area is None


def test_a_dry_run_stores_nothing(world, file, capsys):
    said = report(capsys, str(file), "--dry-run")
    assert not said["saved"]
    assert said["counts"]["taken"] == 2
    assert not Instrument.objects.filter(code="F-1").exists()


def test_code_title_and_area_can_be_given(world, file):
    call_command("import_xlsform", str(file), "--code", "NEW", "--title", "ชื่อใหม่", "--area", world.area.code)
    assert Instrument.objects.get(code="NEW").title == "ชื่อใหม่"


def test_a_refused_file_fails_with_the_sentence_and_stores_nothing(world, picture, capsys):
    before = Instrument.objects.count()
    with pytest.raises(CommandError, match="รูปภาพ"):
        call_command("import_xlsform", str(picture), "--report", "json")
    assert "รูปภาพ" in json.loads(capsys.readouterr().out)["error"]
    assert Instrument.objects.count() == before


@pytest.mark.parametrize(
    ("option", "said"), [(["--code", "ก ข"], "รหัส"), (["--area", "9999"], "9999"), (["--title", "ก" * 301], "300")]
)
def test_wrong_options_are_refused(world, file, option, said):
    with pytest.raises(CommandError, match=said):
        call_command("import_xlsform", str(file), *option)
    assert not Instrument.objects.filter(title="แบบหนึ่ง").exists()


def test_the_report_in_words_names_each_row(world, file, capsys):
    call_command("import_xlsform", str(file))
    said = capsys.readouterr().out
    assert "แถว 3 geotrace g: ไม่รับ" in said
    assert "รับ 2 แถว" in said


def test_out_and_in_again_on_the_command_line(world, tmp_path):
    make_every_type(code="EVERY")
    out = tmp_path / "out.xlsx"
    call_command("export_xlsform", "EVERY", "--out", str(out))
    call_command("import_xlsform", str(out), "--code", "AGAIN")
    version = InstrumentVersion.objects.get(instrument__code="AGAIN")
    assert version.definition == EVERY_TYPE
    assert version.problems == []


def test_an_export_of_what_is_not_there_is_refused(world, tmp_path):
    make_every_type(code="EVERY")
    with pytest.raises(CommandError, match="ไม่มีเครื่องมือรหัส"):
        call_command("export_xlsform", "NONE", "--out", str(tmp_path / "x.xlsx"))
    with pytest.raises(CommandError, match="ฉบับที่ 7"):
        call_command("export_xlsform", "EVERY", "--out", str(tmp_path / "x.xlsx"), "--version", "7")
    with pytest.raises(CommandError, match="เขียนไฟล์"):
        call_command("export_xlsform", "EVERY", "--out", str(tmp_path / "none" / "x.xlsx"))
    assert not (tmp_path / "x.xlsx").exists()


def test_an_office_gets_its_own_instrument_beside_a_shared_one_of_the_same_code(world, file):
    shared = Instrument.objects.create(code="F-1", title="กลาง")
    version = save_import(import_definition(read(file)), area=world.area, by=world.supervisor)
    assert version.instrument != shared
    assert version.instrument.history.get().history_user == world.supervisor
    with pytest.raises(XlsFormRefused):
        save_import(import_definition(read(file)), area=world.area, by=world.supervisor, code="-")
