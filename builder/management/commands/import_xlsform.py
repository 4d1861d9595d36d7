import json
from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, DjangoHelpFormatter

from builder.xlsform import Imported, XlsFormRefused, import_definition, read, save_import
from instruments.models import Instrument, InstrumentVersion
from schools.models import AreaOffice

_OUTCOMES = {"taken": "รับ", "changed": "รับโดยปรับ", "left": "ไม่รับ"}


class _Formatter(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """Django's order of options; the shape of the report as it is written."""


_JSON = """
--report json prints one object, always with the same keys:
  title, code     of the form as it is read
  version, saved  number of the draft that was stored (null and false after --dry-run or a refusal)
  counts          {"taken", "changed", "left"}: how many of "rows" have each outcome
  rows            one for each row of survey, choices, settings, external_choices, entities and osm that holds
                  anything: {"sheet", "row" (its number in the file, the headers' row counted), "name", "type" (of a choice:
                  its list), "outcome" (taken, changed or left), "reason" (Thai; empty where taken)}
  columns         whole columns or sheets that are not taken: {"sheet", "name", "reason"}
  problems        what must still be mended before the form can be published (Thai)
  error           why the whole file is refused (Thai); empty where it is not
Exit status: 0 imported (or would be), 1 the file is refused, 2 the command is written wrongly.
"""


class Command(BaseCommand):
    help = (
        "Import an XLSForm (.xlsx, .xls, .csv, .md) as a draft: version 1 of a new instrument, or the next draft of one "
        "that is there. Reports each row: taken, changed or left, with its reason."
    )

    def create_parser(self, *args, **kwargs):
        parser = super().create_parser(*args, **kwargs)
        parser.epilog, parser.formatter_class = _JSON, _Formatter
        return parser

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="report only, store nothing")
        parser.add_argument("--report", choices=["json", "text"], default="text")
        parser.add_argument(
            "--code", default="", help="code of the instrument; from form_id or the file's name unless given"
        )
        parser.add_argument("--title", default="", help="title of a new instrument; from form_title unless given")
        parser.add_argument(
            "--area",
            default="",
            help="code of the area office it belongs to; where there are several offices and none is named, to all",
        )

    def handle(self, *, file, dry_run, report, code, title, area, **options):
        as_json = report == "json"
        try:
            imported = import_definition(read(file))
            version = (
                None
                if dry_run
                else save_import(imported, area=_area(area, code or imported.code), by=None, code=code, title=title)
            )
        except XlsFormRefused as refusal:
            if as_json:
                self._print(_refused(refusal))
            else:
                for line in _rows(refusal.report, refusal.columns):
                    self.stdout.write(line)
            raise CommandError(str(refusal)) from refusal
        if as_json:
            self._print(_as_json(imported, version))
            return
        for line in _lines(imported, version):
            self.stdout.write(line)

    def _print(self, said: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(said, ensure_ascii=False, indent=1))


def _area(code: str, instrument: str) -> AreaOffice | None:
    """The office named; else that of the one instrument with this code, the only office, or none: a form for all."""
    if code:
        found = AreaOffice.objects.filter(code=code).first()
        if found is None:
            raise XlsFormRefused(f"ไม่มีสำนักงานเขตพื้นที่รหัส “{code}” ในระบบ")
        return found
    owners = list(Instrument.objects.filter(code=instrument).select_related("area")[:2])
    if len(owners) == 1:
        return owners[0].area
    offices = list(AreaOffice.objects.order_by("code")[:2])
    return offices[0] if len(offices) == 1 else None


def _as_json(imported: Imported, version: InstrumentVersion | None) -> dict:
    return {
        "title": imported.title,
        "code": version.instrument.code if version else imported.code,
        "version": version.number if version else None,
        "saved": version is not None,
        "counts": imported.counts,
        "rows": imported.report,
        "columns": imported.columns,
        "problems": imported.problems,
        "error": "",
    }


def _refused(refusal: XlsFormRefused) -> dict:
    left = Imported({}, "", "", refusal.report, refusal.columns)
    return _as_json(left, None) | {"error": str(refusal)}


def _rows(report: Sequence[dict[str, Any]], columns: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        f"{row['sheet']} แถว {row['row']} {row['type']} {row['name']}: {_OUTCOMES[row['outcome']]} {row['reason']}".rstrip()
        for row in report
    ]
    return lines + [f"{note['sheet']} คอลัมน์ {note['name']}: {note['reason']}" for note in columns]


def _lines(imported: Imported, version: InstrumentVersion | None) -> Sequence[str]:
    counts = imported.counts
    lines = _rows(imported.report, imported.columns)
    lines += [f"ต้องแก้ไขก่อนเผยแพร่: {problem}" for problem in imported.problems]
    lines.append(f"รับ {counts['taken']:,} แถว รับโดยปรับ {counts['changed']:,} แถว ไม่รับ {counts['left']:,} แถว")
    if version:
        owner = version.instrument.area or "เครื่องมือกลางที่ทุกเขตใช้ร่วมกัน"
        lines.append(f"บันทึกเป็นฉบับร่าง: {version} ({owner})")
    else:
        lines.append("ทดลองอ่านเท่านั้น ยังไม่ได้บันทึก")
    return lines
