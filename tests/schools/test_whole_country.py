"""A register as large as the country's: small enough, and nothing lost."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

ROWS, MEBIBYTES = 29_579, 400
ROOT = Path(__file__).resolve().parents[2]

# Runs in a process and a database file of its own, so that the peak of its memory is the import's alone.
MEASURE = """
import io, json, re, sys
import django
django.setup()
from django.core.management import call_command
from schools.models import AreaOffice, School

call_command("migrate", verbosity=0)
runs = []
for options in ({"dry_run": True}, {}, {}):
    out = io.StringIO()
    call_command("import_schools", sys.argv[1], stdout=out, **options)
    *told, last = [line for line in out.getvalue().splitlines() if not line.startswith("ยังไม่ได้")]
    counts = [int(n.replace(",", "")) for n in re.findall("[0-9][0-9,]*", last)[:5]]
    runs.append({"counts": counts, "told": told, "schools": School.objects.count()})
print(json.dumps({
    "runs": runs,
    "areas": AreaOffice.objects.count(),
    "history": School.history.count(),
    # Not getrusage: its peak is handed down from the process that started this one.
    "mebibytes": int(re.search("VmHWM:\\s+([0-9]+) kB", open("/proc/self/status").read())[1]) / 1024,
}))
"""


@pytest.fixture
def country(tmp_path) -> Path:
    """A file like the national register: 226 areas, two codes of nine digits, one row without an area."""
    dice = random.Random(2565)
    levels = ["อนุบาล-ประถมศึกษา", "อนุบาล-มัธยมศึกษาตอนต้น", "มัธยมศึกษาตอนต้น-มัธยมศึกษาตอนปลาย", "ประถมศึกษา", ""]
    words = ["บ้าน", "วัด", "หนอง", "โนน", "ห้วย", "ท่า", "ทุ่ง", "โคก", "น้ำ", "ใหม่", "ใหญ่", "เหนือ", "วิทยา", "พัฒนา", "ราษฎร์"]
    lines = ["area_code,area_name,smis_code_8,obec_code_10,name_th,levels_offered,province"]
    for number in range(ROWS):
        area = number * 226 // ROWS
        code, name = f"{1001 + area}", f"สพป.จังหวัดที่ {area // 3} เขต {area % 3 + 1}"
        obec = f"10{10_000_000 + number}"
        if number in (990, 19_707):
            obec = obec[:9].replace("10", "19", 1)
        if number == 7_918:
            code = name = ""
        school = "".join(dice.choices(words, k=4))
        lines.append(f"{code},{name},{50_000_000 + number},{obec},{school},{dice.choice(levels)},จังหวัดที่ {area // 3}")
    file = tmp_path / "country.csv"
    file.write_text("\n".join(lines), encoding="utf-8-sig")
    return file


def test_the_whole_country_is_imported_in_bounded_memory_and_a_second_time_changes_nothing(country, tmp_path):
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | {"VAR_DIR": str(tmp_path)}
    env |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(country)], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout.splitlines()[-1])
    dry, first, second = measured["runs"]

    assert (dry["counts"], dry["schools"]) == ([ROWS - 1, 0, 0, 1, 2], 0)
    assert (first["counts"], first["schools"]) == ([ROWS - 1, 0, 0, 1, 2], ROWS - 1)
    assert (second["counts"], second["schools"]) == ([0, 0, ROWS - 1, 1, 2], ROWS - 1)
    assert dry["told"] == first["told"]
    assert [line.split(" · ")[0] for line in first["told"]] == [
        "แถวที่ 992 ข้อสังเกต",
        "แถวที่ 7920 ไม่รับ",
        "แถวที่ 19709 ข้อสังเกต",
    ]
    assert (measured["areas"], measured["history"]) == (226, ROWS - 1)
    assert measured["mebibytes"] < MEBIBYTES
