"""Every answer of a form as a file: 132,000 responses of 100 answers, in seconds, cells a second and peak memory.

    DATABASE_URL=postgres://… python -m bench.export [--responses 132000] [--libraries]

Runs on a throw-away database beside the configured one. Each file is written in a process of its own, whose peak
resident memory is reported. ``--libraries`` also says how fast XlsxWriter and openpyxl write the same rows, which is
why the workbook is written by ``analysis.exports.books``. The ratio is of CPU time, which other
work on the machine disturbs least, to ``csv.writer`` alone with rows from memory. The last line is JSON, for ``python -m bench``.
"""

import argparse
import csv
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("TEST_DB", "bench_export")

import django
import openpyxl
import xlsxwriter

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from analysis.exports.books import XlsxBook  # noqa: E402
from analysis.exports.cells import Cell  # noqa: E402
from analysis.exports.selection import Selection  # noqa: E402
from analysis.exports.writing import write_answers  # noqa: E402
from bench.forms import events, form_of  # noqa: E402
from instruments.flows import PUBLISHED  # noqa: E402
from instruments.models import Instrument, InstrumentVersion, Response  # noqa: E402
from instruments.services import lock_response, open_response, record_answers  # noqa: E402
from schools.models import AreaOffice, School  # noqa: E402

QUESTIONS = 100


def fill(responses: int) -> None:
    """One response through the services, and copies of it by SQL: each its own row with its own answers."""
    area = AreaOffice.objects.create(code="9999", name="bench", short_name="bench")
    user = User.objects.create(username="bench", first_name="bench")
    school = School.objects.create(area=area, obec_code="1099999999", name="bench", opened_on="2000-01-01")
    instrument = Instrument.objects.create(code="BENCH", title="bench")
    version = InstrumentVersion(instrument=instrument, number=1, definition=form_of(QUESTIONS))
    version.save()
    InstrumentVersion.objects.filter(pk=version.pk).update(state=PUBLISHED)
    version.refresh_from_db()
    response = open_response(version, area=area, by=user, school=school, on=timezone.localdate(), person=user)
    answers = [
        event | {"v": f"{event['v']} #0"} if isinstance(event["v"], str) else event for event in events(QUESTIONS)
    ]
    record_answers(response, batch="0" * 31 + "1", events=answers, by=user)
    lock_response(response, by=user)
    fields = [field.column for field in Response._meta.concrete_fields if field.column and not field.primary_key]
    names = ", ".join(f'"{name}"' for name in fields)
    changed = {"answers": f"{_anew('answers')} AS answers"}
    values = ", ".join(changed.get(name, f'"{name}"') for name in fields)
    with connection.cursor() as cursor:
        made = 1
        while made < responses:
            take = min(made, responses - made)
            cursor.execute(
                f"INSERT INTO instruments_response ({names}) SELECT {values} FROM instruments_response LIMIT {take}"
            )
            made += take
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE instruments_response")


def _anew(column: str) -> str:
    """SQL: the same answers with other words in the texts."""
    if connection.vendor == "postgresql":
        return f"regexp_replace({column}::text, '(?<=#)[0-9a-f]+', md5(random()::text), 'g')::jsonb"
    return f"replace({column}, '#', '#' || lower(hex(randomblob(2))))"


def write(kind: str) -> dict:
    """Write the file once; what it cost."""
    instrument = Instrument.objects.get(code="BENCH")
    area = AreaOffice.objects.get(code="9999")
    with tempfile.NamedTemporaryFile() as target:
        start, work = time.perf_counter(), time.process_time()
        written = write_answers(Selection(area=area.pk, instrument=instrument.pk, file=kind), target)
        seconds, work = time.perf_counter() - start, time.process_time() - work
        size = target.tell()
    plain = plain_csv(written.responses // 20) * 20
    return {
        "rows": written.responses,
        "ratio": work / plain,
        "seconds": seconds,
        "cpu": work,
        "cells": written.responses * QUESTIONS / seconds,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "file_mb": size / 1024 / 1024,
    }


def plain_csv(rows: int) -> float:
    """Seconds of CPU in which ``csv.writer`` alone writes so many rows of the same shape from memory into nowhere."""
    line = [event["v"] for event in events(QUESTIONS)]
    start = time.process_time()
    with Path(os.devnull).open("w", encoding="utf-8", newline="") as nowhere:
        csv.writer(nowhere).writerows(itertools.repeat(line, rows))
    return time.process_time() - start


def libraries(rows: int = 5_000) -> None:
    """Cells a second of the writers of workbooks alone, on the same rows."""
    lines: list[list[Cell]] = [
        [f"ข้อสังเกต {line} พบหลักฐานครบถ้วน" if n % 10 == 0 else n % 5 + 1 for n in range(QUESTIONS)]
        for line in range(rows)
    ]

    def own(target):
        book = XlsxBook(target)
        book.table("x", "x", [f"Q{n}" for n in range(QUESTIONS)]).write(lines)
        book.close()

    def constant_memory(target):
        book = xlsxwriter.Workbook(target.name, {"constant_memory": True})
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        book.close()

    def write_only(target):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for line in lines:
            sheet.append(line)
        book.save(target.name)

    for name, run in (("ours", own), ("XlsxWriter", constant_memory), ("openpyxl", write_only)):
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as target:
            start = time.perf_counter()
            run(target)
            print(f"{name:12}{rows * QUESTIONS / (time.perf_counter() - start):>12,.0f} cells/s")


def measured(responses: int) -> dict:
    old = setup_databases(verbosity=0, interactive=False)
    try:
        fill(responses)
        name = connection.settings_dict["NAME"]
        figures = {}
        for kind in ("csv", "xlsx"):
            connection.close()
            done = subprocess.run(
                [sys.executable, "-m", "bench.export", "--write", kind, "--on", str(name)],
                stdout=subprocess.PIPE,
                check=True,
            )
            figures[f"{responses:,} responses × {QUESTIONS} as {kind.upper()}"] = json.loads(
                done.stdout.decode().splitlines()[-1]
            )
        return figures
    finally:
        teardown_databases(old, verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--responses", type=int, default=132_000)
    parser.add_argument("--libraries", action="store_true")
    parser.add_argument("--write", choices=["csv", "xlsx"], help=argparse.SUPPRESS)
    parser.add_argument("--on", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        connection.settings_dict["NAME"] = options.on
        print(json.dumps(write(options.write)))
        return
    figures = measured(options.responses)
    for name, found in figures.items():
        print(
            f"{connection.vendor} {name:38}{found['rows']:>9,} rows {found['seconds']:>7.1f} s "
            f"{found['cells']:>11,.0f} cells/s {found['mb']:>6.0f} MiB {found['file_mb']:>6.0f} MB file "
            f"{found['ratio']:.1f}× csv.writer alone, {found['cpu']:.1f} s of CPU"
        )
    if options.libraries:
        libraries()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
