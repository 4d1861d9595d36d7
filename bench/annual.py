"""Measure the annual report: a book of 200 pages with 60 tables, 40 charts and 80 photographs; prints one line of JSON.

The facts are made up, in the shape in which ``cycles.annual.gathering`` keeps them, so that what is measured is the book:
its tables and charts, its words, its print. Photographs are those of a phone, and are made small once. Seconds are those
of one processor: print uses but one, so that is how long it takes on a machine that does nothing else.
"""

import io
import json
import os
import resource
import sys
import time
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
django.setup()

from django.core.files.base import ContentFile  # noqa: E402
from django.core.files.storage import default_storage  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from PIL import Image  # noqa: E402

from accounts.flows import Role  # noqa: E402
from accounts.models import RoleAssignment, User  # noqa: E402
from cycles.annual.gathering import gather  # noqa: E402
from cycles.annual.making import file_of, report_files  # noqa: E402
from cycles.annual.versions import annual_of  # noqa: E402
from cycles.models import Cycle, Report, ReportFile, ReportVersion  # noqa: E402
from cycles.services.cycles import open_cycle  # noqa: E402
from handbook.loading import load_handbook  # noqa: E402
from handbook.models import Edition  # noqa: E402
from schools.models import AreaOffice  # noqa: E402
from workflows.digests import digest_of  # noqa: E402

FORMS, SECTIONS, QUESTIONS, SCHOOLS, GROUPS, PHOTOS, FINDINGS = 3, 6, 12, 250, 20, 80, 1200
LEVELS = ("มากที่สุด", "มาก", "ปานกลาง", "น้อย", "น้อยที่สุด")
SECONDS, MEBIBYTES, AGAIN_SECONDS = 60, 1024, 1


def part(seed: int, n: int = 250) -> dict[str, Any]:
    hundredths = 250 + seed * 37 % 240
    level = LEVELS[0] if hundredths > 450 else LEVELS[1] if hundredths > 350 else LEVELS[2]
    return {"n": n, "mean": f"{hundredths / 100:.2f}", "sd": f"{50 + seed % 40:03d}"[0:1] + ".72", "level": level}


def line(at: int) -> dict[str, Any]:
    text = "จัดกิจกรรมการเรียนรู้ที่เปิดโอกาสให้ผู้เรียนได้คิด ปฏิบัติจริง และแลกเปลี่ยนเรียนรู้ร่วมกันอย่างต่อเนื่อง"
    return {"number": str(at), "text": f"{text} ข้อ {at}", "rank": at, **part(at)}


def section(at: int) -> dict[str, Any]:
    rows = [[100, 80, 40, 20, 10] for _ in range(QUESTIONS)]
    percents = [["40.00", "32.00", "16.00", "8.00", "4.00"] for _ in range(QUESTIONS)]
    return {
        "key": "ABCDEFGH"[at], "title": f"ด้านที่ {at + 1} การจัดกระบวนการเรียนรู้", "rank": at + 1, **part(at * 7, 3000),
        "lines": [line(n) for n in range(1, QUESTIONS + 1)],
        "spread": {"labels": list(LEVELS), "rows": rows, "percents": percents},
    }  # fmt: skip


def place(name: str, at: int) -> dict[str, Any]:
    parts = [part(at + n) for n in range(SECTIONS)]
    means, levels = [one["mean"] for one in parts], [one["level"] for one in parts]
    return {
        "name": f"{name}ที่ {at} ริมแม่น้ำเจ้าพระยา",
        "rank": at + 1,
        "responses": 2,
        **part(at),
        "means": means,
        "levels": levels,
    }


def form(at: int) -> dict[str, Any]:
    sections = [section(n) for n in range(SECTIONS)]
    return {
        "key": f"f{at}", "code": f"INS-{at:02d}", "title": "แบบนิเทศ ติดตามการจัดการเรียนรู้", "responses": 250, "low": 1, "high": 5,
        "bands": [{"least": least, "label": label} for least, label in zip((451, 351, 251, 151, 100), LEVELS, strict=True)],
        "whole": part(at * 11, 18_000), "sections": sections, "questions": SECTIONS * QUESTIONS, "coverage": "",
        "columns": [one["title"] for one in sections],
        "by": {
            "school": [place("วัดทดสอบ", n) for n in range(SCHOOLS)], "group": [place("กลุ่มโรงเรียน", n) for n in range(GROUPS)],
            "size": [place("ขนาด", n) for n in range(4)],
        },
        "before": {"label": "ปีก่อน", "responses": 240, "rows": [
            {"title": one["title"], "whole": False, "before": "3.50", "after": one["mean"], "change": "0.20"} for one in sections
        ] + [{"title": "ภาพรวม", "whole": True, "before": "3.50", "after": "3.70", "change": "0.20"}]},
        "trend": [{"label": str(year), "cut": "", **part(year)} for year in range(2566, 2571)],
    }  # fmt: skip


def photograph(seed: int) -> bytes:
    """As phones take them and the product keeps them: 1,600 pixels, some 400 kB."""
    noise = Image.effect_noise((800, 600), 60).resize((1600, 1200), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    Image.merge("RGB", [noise, noise.rotate(seed * 7), noise]).save(out, "JPEG", quality=82)
    return out.getvalue()


def office() -> tuple[User, Cycle]:
    area = AreaOffice.objects.create(code="1001", name="สำนักงานเขตพื้นที่การศึกษาประถมศึกษาทดสอบ", short_name="สพป.")
    head = User.objects.create(username="head", first_name="วิภา", last_name="ใจดี")
    RoleAssignment.objects.create(user=head, role=Role.GROUP_HEAD, area=area, starts_on=date(2020, 1, 1))
    load_handbook(area)
    edition = Edition.objects.get(area=area)
    return head, open_cycle(area, "P-5.1", 2570, by=head, edition=edition)


def book(cycle: Cycle) -> dict[str, Any]:
    """The facts of an empty year, filled."""
    data = gather(cycle)
    names = [default_storage.save(f"bench/{n}.jpg", ContentFile(photograph(n))) for n in range(PHOTOS)]
    text = "ครูจัดกิจกรรมเชิงรุกได้ดี ผู้เรียนมีส่วนร่วมและสะท้อนคิดได้ด้วยตนเอง ควรขยายผลไปยังชั้นอื่นของโรงเรียน"
    people = [{"name": f"ขนาดที่ {n}", "schools": 50, "pupils": 9000} for n in range(5)]
    return {
        **data,
        "population": {"total": SCHOOLS, "pupils": 45_000, "sizes": people, "groups": people, "levels": people, "years": []},
        "forms": [form(n) for n in range(1, FORMS + 1)],
        "schools": [
            {"code": f"10107{n:05d}", "name": f"วัดทดสอบ {n}", "group": f"กลุ่ม {n % 20}", "size": "ขนาดกลาง", "pupils": 120 + n}
            for n in range(SCHOOLS)
        ],
        "findings": {
            "kinds": [{"key": "strength", "label": "จุดเด่น", "n": FINDINGS, "schools": SCHOOLS}],
            "rows": [{"kind": "strength", "text": f"{text} ({n})", "school": f"วัดทดสอบ {n % SCHOOLS}"} for n in range(FINDINGS)],
        },
        "photos": [
            {"name": name, "sha256": f"{n:064x}", "caption": "เยี่ยมชั้นเรียน", "of": f"โรงเรียนวัดทดสอบ {n}"}
            for n, name in enumerate(names)
        ],
    }  # fmt: skip


def memory() -> int:
    """MiB of this process at its largest; Linux counts in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure() -> dict[str, dict[str, float]]:
    head, cycle = office()
    report = Report.objects.create(
        area=cycle.area, cycle=cycle, title="รายงานผลการนิเทศ", preface="คำนำ", summary="บทสรุป", made_by=head
    )
    words = annual_of(report).content() | {"data": book(cycle)}
    version = ReportVersion.objects.create(
        report=report, number=1, content=words, digest=digest_of(words), made_by=head
    )
    Report.objects.filter(pk=report.pk).update(state="approved")
    report = Report.objects.get(pk=report.pk)
    _, wanted = file_of(report, ReportFile.WHOLE)
    report_files.at_once = 10_000
    cpu, started = time.process_time(), time.perf_counter()
    made = report_files.ask_once(by=head, report=report, kind=ReportFile.WHOLE, says=wanted)
    seconds = time.perf_counter() - started
    cpu = time.process_time() - cpu
    peak = memory()
    started = time.perf_counter()
    again, _ = file_of(Report.objects.get(pk=report.pk), ReportFile.WHOLE)
    again_seconds = time.perf_counter() - started
    assert again is not None
    assert again.pk == made.pk
    found = annual_of(report).book([], public=False)
    tables, figures = len(found.tables), len(found.figures)
    print(f"{made.done} pages, {tables} tables, {figures} charts, {PHOTOS} photographs, version {version.number}, "
          f"{made.size / 1_048_576:.1f} MiB, {seconds:.0f} s on the clock", file=sys.stderr)  # fmt: skip
    return {
        f"an annual report of {made.done} pages": {
            "seconds": cpu,
            "mb": peak,
            "most_s": SECONDS,
            "most_mb": MEBIBYTES,
        },
        "the same report again": {"ms": again_seconds * 1000, "most_ms": AGAIN_SECONDS * 1000},
    }


if __name__ == "__main__":
    old = setup_databases(verbosity=0, interactive=False)
    try:
        print(json.dumps(measure()))
    finally:
        teardown_databases(old, verbosity=0)
