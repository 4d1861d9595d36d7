"""`manage.py render_document KIND ID --out FILE.pdf` (or `.docx`): print a record from the command line."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from documents.kinds import (
    FORMATS,
    FormatRefused,
    NothingToPrint,
    UnknownKindError,
    all_kinds,
    check_format,
    get_kind,
    render_document,
)


class Command(BaseCommand):
    help = "สร้างเอกสาร PDF หรือ Word จากระเบียนในระบบ หรือแสดงชนิดเอกสารที่สร้างได้"

    def add_arguments(self, parser):
        parser.add_argument("kind", nargs="?", metavar="KIND", help="รหัสชนิดเอกสาร ดูได้ด้วย --list")
        parser.add_argument("id", nargs="?", metavar="ID", help="รหัสของระเบียน")
        parser.add_argument("--out", metavar="FILE", help="ไฟล์ที่จะเขียน เช่น plan.pdf หรือ plan.docx")
        parser.add_argument("--format", metavar="pdf|docx", help="รูปแบบไฟล์ ถ้าไม่ระบุจะดูจากนามสกุลของไฟล์")
        parser.add_argument("--list", action="store_true", help="แสดงชนิดเอกสารที่สร้างได้")

    def handle(self, *args, **options):
        if options["list"]:
            width = max((len(kind.code) for kind in all_kinds()), default=0)
            for kind in all_kinds():
                self.stdout.write(f"{kind.code:<{width}}  {kind.label}")
            return
        if not (options["kind"] and options["id"] and options["out"]):
            raise CommandError("โปรดระบุ KIND ID --out FILE (.pdf หรือ .docx) หรือใช้ --list เพื่อดูชนิดเอกสารที่มี")
        try:
            kind = get_kind(options["kind"])
            check_format(kind, file_format := self._format(options))
        except (UnknownKindError, FormatRefused) as error:
            raise CommandError(str(error)) from None
        try:
            obj = kind.objects(None).get(pk=options["id"])
        except (kind.model.DoesNotExist, ValueError, OverflowError, ValidationError):
            raise CommandError(f"ไม่พบ{kind.model._meta.verbose_name}รหัส {options['id']} สำหรับ{kind.label}") from None
        target = Path(options["out"])
        try:
            rendered = render_document(kind, obj, file_format=file_format)
        except NothingToPrint as error:
            raise CommandError(str(error)) from None
        try:
            target.write_bytes(rendered.content)
        except OSError as error:
            raise CommandError(f"เขียนไฟล์ {target} ไม่ได้: {error.strerror}") from None
        self.stdout.write(f"{rendered.title} ({rendered.code}) → {target}")

    def _format(self, options) -> str:
        """What was asked for, else by the ending of the file; PDF where that says nothing."""
        ending = Path(options["out"]).suffix.removeprefix(".").lower()
        return options["format"] or (ending if ending in FORMATS else "pdf")
