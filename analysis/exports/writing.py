"""From a selection to a finished file: written, counted against the database, and explained in its last sheet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.utils import timezone

from analysis.exports.books import BOOKS, Book, Sheet
from analysis.exports.cells import NOT_APPLICABLE, Cell
from analysis.exports.reading import Reading
from analysis.exports.selection import Selection
from analysis.exports.snapshot import snapshot
from analysis.exports.tables import KINDS, MAIN, Table, versions_in_words
from analysis.hiding import LEAST
from instruments.models import Collection
from schools.models import School, SchoolGroup
from thai.dates import date_and_time, long_date

Beat = Callable[[int, int], None]
"""Told (responses so far, responses in all) after every chunk; may raise to stop."""


class Incomplete(Exception):  # noqa: N818 -- a refusal, not a fault
    """The file does not hold what the database holds; the message is a Thai sentence."""


@dataclass(frozen=True)
class Written:
    """What a finished file holds: the responses, and the rows of each table."""

    responses: int
    rows: dict[str, int]


def write_answers(chosen: Selection, target: IO[bytes], *, by: str = "", beat: Beat | None = None) -> Written:
    """Write the file. Raises ``Incomplete`` or ``books.TooWide``; then ``target`` is not to be handed out.

    Reads one snapshot of the database in chunks, so that neither memory nor the people who go on answering depend on
    how much there is.
    """
    with snapshot() as using:
        at = timezone.now()
        reading = Reading(chosen, using)
        book: Book = BOOKS[chosen.file](target)
        try:
            rows, headings = _write(reading, book, beat)
            notes = book.table("คำอธิบาย", "readme", ["รายการ", "รายละเอียด", *CODEBOOK[2:]])
            notes.write(_explained(reading, rows, headings, at=at, by=by))
            book.close()
        except BaseException:
            book.discard()
            raise
    return Written(reading.expected, rows)


def _write(reading: Reading, book: Book, beat: Beat | None) -> tuple[dict[str, int], dict[str, list[str]]]:
    """(rows of each table, its headings); raises ``Incomplete`` where the rows are not those of the database."""
    chosen = reading.chosen
    newest = reading.versions[0].number if reading.versions else 0
    headings = {key: table.headings(keys=chosen.keys, newest=newest) for key, table in reading.tables.items()}
    sheets: dict[str, Sheet] = {
        key: book.table(_name(table, chosen), f"rows-{key}" if key else "answers", headings[key], table.words)
        for key, table in reading.tables.items()
    }
    done = 0
    for made in reading.chunks():
        for key, rows in made.items():
            sheets[key].write(rows)
        done += len(made[MAIN])
        if beat:
            beat(done, reading.expected)
    written = {key: sheet.rows for key, sheet in sheets.items()}
    if written[MAIN] != reading.expected:
        raise Incomplete(
            f"ไฟล์มี {written[MAIN]:,} แถว แต่ฐานข้อมูลมี {reading.expected:,} ชุด จึงไม่ส่งมอบไฟล์นี้ โปรดลองใหม่ "
            "หากยังพบอีกโปรดแจ้งผู้ดูแลระบบ"
        )
    return written, headings


def _name(table: Table, chosen: Selection) -> str:
    return (table.section or "answers") if chosen.keys else table.title


# -- The sheet that explains ---------------------------------------------------------------------------------------

CODEBOOK = ["แผ่น", "หัวคอลัมน์", "รหัส", "ข้อความเต็ม", "ส่วนของแบบ", "ชนิด", "มีในฉบับ", "ค่าและความหมาย"]


def _explained(
    reading: Reading, rows: dict[str, int], headings: dict[str, list[str]], *, at: datetime, by: str
) -> list[list[Cell]]:
    chosen = reading.chosen
    facts: list[tuple[str, Cell]] = [
        ("แบบ", f"{reading.instrument.code} {reading.instrument.title}"),
        ("ฉบับที่รวมอยู่", versions_in_words(version.number for version in reading.versions) if reading.versions else "-"),
        *filters_in_words(chosen),
        ("ข้อมูล ณ เวลา", date_and_time(at)),
        ("ผู้ส่งออก", by or "-"),
        *((f"จำนวนแถวของแผ่น “{_name(reading.tables[key], chosen)}”", count) for key, count in rows.items()),
        ("ตรวจนับกับฐานข้อมูล", f"ตรงกัน {reading.expected:,} ชุดคำตอบ"),
        ("ช่องว่าง", "ไม่ได้ตอบ หรือเป็นข้อที่เงื่อนไขของแบบซ่อนไว้ หรือฉบับนั้นไม่มีข้อนี้"),
        ("ไม่เกี่ยวข้อง", f"แสดงเป็น {NOT_APPLICABLE[not chosen.values]}"),
    ]
    if chosen.file == "csv":
        facts.append(("เครื่องหมาย ' หน้าข้อความ", "ป้องกันไม่ให้โปรแกรมตารางอ่านข้อความที่ขึ้นต้นด้วย = + - @ เป็นสูตร"))
    if reading.has_anonymous:
        facts.append((
            "คำตอบที่ไม่ระบุตัวผู้ตอบ",
            "ไม่แสดงผู้รับผิดชอบ เวลา และข้อที่ระบบเติมให้ เลขที่ชุดคำตอบเป็นเลขที่สร้างขึ้น ลำดับแถวไม่ใช่ลำดับเวลา "
            f"และแสดงโรงเรียนเมื่อมีคำตอบตั้งแต่ {LEAST} ชุดขึ้นไป และไม่ทำให้คำนวณย้อนหาคำตอบของโรงเรียนอื่นได้",
        ))  # fmt: skip
        facts.append(("ชุดคำตอบที่ไม่แสดงโรงเรียน", reading.unnamed))
        if reading.withheld:  # how many is not said: of one school it would be what the survey's own page keeps back
            facts.append((
                "ชุดคำตอบที่ไม่รวม",
                "มีคำตอบที่ไม่ระบุตัวผู้ตอบซึ่งไม่รวมไว้ เพราะการเลือกโรงเรียนหรือกลุ่มโรงเรียนจะทำให้ทราบว่ามาจากที่ใด "
                "หากต้องใช้โปรดขอไฟล์โดยไม่เลือกโรงเรียนและกลุ่มโรงเรียน",
            ))  # fmt: skip
    lines: list[list[Cell]] = [[label, text] for label, text in facts]
    lines += [[], ["คำอธิบายคอลัมน์"], [*CODEBOOK]]
    lines += _codebook(reading, headings)
    width = len(CODEBOOK)
    return [[*line, *[None] * (width - len(line))] for line in lines]


def _codebook(reading: Reading, headings: dict[str, list[str]]) -> Iterable[list[Cell]]:
    for key, table in reading.tables.items():
        name = _name(table, reading.chosen)
        for column, heading in zip(table.columns, headings[key], strict=True):
            yield [
                name,
                heading,
                column.key,
                column.title,
                column.section,
                KINDS.get(column.kind, column.kind),
                versions_in_words(column.versions) if column.versions else "ทุกฉบับ",
                "; ".join(f"{value} = {text}" for value, text in column.choices.items()),
            ]


def filters_in_words(chosen: Selection) -> list[tuple[str, str]]:
    """What was asked for, as pairs of Thai words."""
    found: list[tuple[str, str]] = [("รูปแบบไฟล์", "XLSX (Excel)" if chosen.file == "xlsx" else "CSV ในไฟล์ ZIP")]
    if chosen.school:
        found.append(("โรงเรียน", str(School.objects.filter(pk=chosen.school).first() or "-")))
    if chosen.group:
        found.append(("กลุ่มโรงเรียน", str(SchoolGroup.objects.filter(pk=chosen.group).first() or "-")))
    if chosen.collection:
        found.append(("รอบเก็บข้อมูล", str(Collection.objects.filter(pk=chosen.collection).first() or "-")))
    if chosen.academic_year:
        found.append(("ปีการศึกษา", str(chosen.academic_year)))
    if chosen.semester:
        found.append(("ภาคเรียนที่", str(chosen.semester)))
    if chosen.fiscal_year:
        found.append(("ปีงบประมาณ", str(chosen.fiscal_year)))
    if chosen.since:
        found.append(("ตั้งแต่วันที่", long_date(datetime.fromisoformat(chosen.since).date())))
    if chosen.until:
        found.append(("ถึงวันที่", long_date(datetime.fromisoformat(chosen.until).date())))
    found.append(("ชุดคำตอบ", "ทั้งที่กรอกเสร็จแล้วและที่ยังกรอกไม่เสร็จ" if chosen.unfinished else "เฉพาะที่กรอกเสร็จแล้ว"))
    if not chosen.collection:
        found.append(("การทดลองใช้", "รวมอยู่ด้วย" if chosen.tryouts else "ไม่รวม"))
    return found
