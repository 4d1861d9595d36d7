"""Every answer of a form as a file, from the command line."""

import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from analysis.exports.books import TooWide
from analysis.exports.selection import Selection
from analysis.exports.writing import Incomplete, write_answers
from instruments.models import Instrument
from schools.models import AreaOffice, School, SchoolGroup
from thai.fields import ThaiDateField


class Command(BaseCommand):
    help = "Write every answer of the form CODE into FILE: .xlsx, or CSV in a .zip"

    def add_arguments(self, parser):
        parser.add_argument("code")
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--format", choices=["xlsx", "csv"], default=None, help="else by the ending of FILE")
        parser.add_argument("--area", help="code of the area office; needed where there are several")
        parser.add_argument("--keys", action="store_true", help="headings are keys instead of Thai text")
        parser.add_argument("--values", action="store_true", help="choices are values instead of labels")
        parser.add_argument("--split", action="store_true", help="a 0/1 column for each of several choices")
        parser.add_argument("--unfinished", action="store_true", help="also what is not finished")
        parser.add_argument("--tryouts", action="store_true", help="also what was only tried out")
        parser.add_argument("--version-number", type=int)
        parser.add_argument("--school", help="code of ten digits")
        parser.add_argument("--group", help="name of the group of schools")
        parser.add_argument("--collection", type=int, help="id")
        parser.add_argument("--academic-year", type=int, help="พ.ศ.")
        parser.add_argument("--semester", type=int)
        parser.add_argument("--fiscal-year", type=int, help="พ.ศ.")
        parser.add_argument("--since", help="a date as Thais or ISO write it")
        parser.add_argument("--until")

    def handle(self, *, code: str, out: Path, **options):
        area = self._area(options["area"])
        own = Instrument.objects.filter(code=code)
        instrument = own.filter(area=area).first() or own.filter(area=None).first()
        if instrument is None:
            raise CommandError(f"ไม่มีเครื่องมือรหัส {code} ใน{area}")
        chosen = Selection(
            area=area.pk,
            instrument=instrument.pk,
            file=options["format"] or ("xlsx" if out.suffix == ".xlsx" else "csv"),
            version=self._one(instrument.versions.all(), "ฉบับ", number=options["version_number"]),
            school=self._one(School.objects.filter(area=area), "โรงเรียน", obec_code=options["school"]),
            group=self._one(SchoolGroup.objects.filter(area=area), "กลุ่มโรงเรียน", name=options["group"]),
            since=self._day(options["since"]),
            until=self._day(options["until"]),
            **{
                name: options[name]
                for name in (
                    "keys", "values", "split", "unfinished", "tryouts", "collection", "academic_year", "semester",
                    "fiscal_year",
                )
            },
        )  # fmt: skip
        with tempfile.NamedTemporaryFile(dir=out.resolve().parent, delete=False) as target:
            half = Path(target.name)
            try:
                written = write_answers(chosen, target, by="command line")
            except (TooWide, Incomplete) as refusal:
                half.unlink()
                raise CommandError(str(refusal)) from refusal
            except BaseException:
                half.unlink()
                raise
        half.chmod(0o640)
        half.replace(out)
        for name, rows in written.rows.items():
            self.stdout.write(f"{name or 'answers'}: {rows:,} rows")

    def _area(self, code: str | None) -> AreaOffice:
        areas = list(AreaOffice.objects.filter(code=code) if code else AreaOffice.objects.all()[:2])
        if len(areas) != 1:
            raise CommandError("โปรดระบุสำนักงานเขตพื้นที่ด้วย --area รหัสเขต")
        return areas[0]

    def _one(self, found, what: str, **wanted) -> int | None:
        if not next(iter(wanted.values())):
            return None
        pk = found.filter(**wanted).values_list("pk", flat=True).first()
        if pk is None:
            raise CommandError(f"ไม่มี{what} {next(iter(wanted.values()))}")
        return pk

    def _day(self, text: str | None) -> str | None:
        if not text:
            return None
        day = ThaiDateField().clean(text)
        return day.isoformat() if day else None
